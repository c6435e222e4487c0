/* SPDX-License-Identifier: MIT */
/* options: the command line. Level: application.
 *
 * One table drives parsing, --help (with live defaults) and the test that compares it with the
 * man page. Unknown, shortened, repeated and contradictory options are errors (NF_ERR_USAGE).
 */
#ifndef NTRKFUSE_OPTIONS_H
#define NTRKFUSE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "ntrkfuse/library.h"
#include "ntrkfuse/prior.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

/* Everything `ntrkfuse call` can be told. Strings point into argv. */
struct nf_call_options {
    const char *input;             /* path, URL, "-", or "FILE##idx##INDEX" */
    const char *index;             /* -X, --index; NULL = look beside the input */
    const char *output;            /* -o, --output; "-" = stdout (default) */
    const char *json;              /* --json FILE, "-" = stdout; NULL = none */
    const char *verdict;           /* --verdict FILE, "-" = stdout; NULL = none */
    const char *sample;            /* --sample; NULL = the SM of the header */
    const char *reference;         /* --reference FASTA, to decode CRAM; NULL */
    const char *gtf;               /* --gtf FILE[.gz]; NULL */
    const char *ref_dir;           /* --ref-dir DIR; NULL = tables compiled in */
    const char *primers;           /* --primers BED; NULL */
    NF_VEC(const char *) chimeric; /* --chimeric FILE, may be given several times */
    enum nf_library library;       /* --library wts|capture|anchored|amplicon */
    const char *histology;         /* --histology, of the tumour; NULL = not told */
    enum nf_age_group age_group;   /* --age-group adult|child; NF_AGE_ANY = not told */
    int n_threads;                 /* -@, --threads 1–256, default 1 */
    size_t max_memory;             /* --max-memory SIZE, bytes; 0 = no limit (default) */
    bool full_scan;                /* --full-scan: ignore any index */
    bool all;                      /* --all: print dropped rows too */
    bool quiet;                    /* --quiet: errors only */
    int verbosity;  /* --verbosity 0–3: errors, warnings, information (default 2), debug */
    int progress;   /* --progress SECONDS; 0 none, −1 (default) on a terminal only */
    bool show_help; /* -h, --help was given: print and exit 0 */
};

enum { NF_LEAST_MEMORY = 32 << 20 }; /* of --max-memory: the reference tables take a few MB */

/* Sets the defaults; owns nothing afterwards. */
void nf_call_options_init(struct nf_call_options *options);

/* Parses argv[1…] of `ntrkfuse call` (argv[0] = "call"), starting from the defaults, and
 * checks what the options say together: nothing contradicts, no output is also an input or
 * another output (by inode, so through links too). Stops at --help. Prints on error, with the
 * remedy; NF_ERR_USAGE or NF_ERR_MEMORY. Free with nf_call_options_free, after a failure too.
 * Not safe in two threads at once (getopt). */
enum nf_status nf_call_options_parse(struct nf_call_options *options, int argc, char **argv)
    NF_RESULT_USED;

/* Legal on a zeroed struct and twice. */
void nf_call_options_free(struct nf_call_options *options);

/* The usage text of `ntrkfuse call`. */
void nf_call_options_help(FILE *out);

/* How the value of an option is read, and so the type of its member. */
enum nf_option_kind {
    NF_OPTION_FLAG,    /* bool; takes no value */
    NF_OPTION_TEXT,    /* const char *; no control characters */
    NF_OPTION_PATH,    /* const char * */
    NF_OPTION_PATHS,   /* NF_VEC(const char *); may be repeated */
    NF_OPTION_NUMBER,  /* int, within min and max */
    NF_OPTION_SIZE,    /* size_t: bytes, or with K, M or G 2^10, 2^20 or 2^30 of them */
    NF_OPTION_LIBRARY, /* enum nf_library */
    NF_OPTION_AGE      /* enum nf_age_group */
};

/* One row per option. */
struct nf_option_row {
    const char *name; /* long name, without the dashes */
    char letter;      /* short name; 0 where there is none */
    enum nf_option_kind kind;
    size_t offset;        /* of the member in struct nf_call_options */
    int min, max;         /* of a number */
    const char *argument; /* what --help calls the value; NULL for a flag */
    const char *group;    /* heading in --help; rows of a group stand together */
    const char *help;     /* one or more lines */
};

/* The options of `ntrkfuse call`, in the order of --help; *n receives how many. Static. */
const struct nf_option_row *nf_call_option_rows(size_t *n);

#endif
