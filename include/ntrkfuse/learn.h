/* SPDX-License-Identifier: MIT */
/* learn: what kind of sample this is, from its own records. Level: signal.
 *
 * The learning set is fixed: the primary records that overlap the target windows or a control
 * gene. Every road through a file meets exactly these, and what is learned does not depend on
 * their order. */
#ifndef NTRKFUSE_LEARN_H
#define NTRKFUSE_LEARN_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/observation.h"
#include "ntrkfuse/library.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/record.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

enum {
    NF_MAX_INSERT = 2000,      /* longest fragment the insert size is learned from, nt */
    NF_DEFAULT_INSERT = 1000,  /* longest fragment allowed when it could not be learned */
    NF_MIN_INSERT_PAIRS = 100, /* pairs needed to learn it */
    NF_MIN_FIXED_STARTS = 3, /* starts with 1 % of the reads each, without which starts are not
                                fixed by primers but copies of a few molecules */
    NF_MIN_START_READS = 500, /* reads of one number needed to infer fixed starts */
    NF_JOIN_STARTS = 4096     /* starts kept before those of one place are counted together */
};

/* Reads that begin at one place. */
struct nf_start_count {
    struct nf_start start;
    int64_t n;
};

typedef NF_VEC(struct nf_start_count) nf_start_counts;

/* Sums over the learning set, or over a part of it (quality.h). */
struct nf_learning {
    int64_t n_records, n_paired, n_duplicate_flags, n_umi_tags, n_umi_names;
    int64_t longest_read;
    uint32_t insert_counts[NF_MAX_INSERT + 1];
    nf_start_counts starts[2]; /* of reads 1 (and unpaired), of reads 2; a place may stand
                                  there several times until they are counted together */
    size_t n_places[2];        /* of these the first, which are counted together */
    nf_id_list ids;            /* scratch */
};

/* What was learned. */
struct nf_sample {
    bool is_paired;
    bool has_duplicate_flags;
    bool has_umi_tags;
    bool has_umi_names;
    int64_t read_length; /* longest; 0 = no record */
    int64_t n_insert_pairs;
    double insert_median;    /* nt; NAN when not learned */
    int64_t insert_max;      /* longest fragment a spanning pair may imply, nt */
    enum nf_library library; /* never NF_LIBRARY_INFER */
    bool library_inferred;
};

/* Adds one record of the learning set. NF_ERR_MEMORY prints. */
enum nf_status nf_learning_add(struct nf_learning *learning, const struct nf_panel *panel,
                               const struct nf_record *record) NF_RESULT_USED;

/* Adds the sums of another part of the same file. NF_ERR_MEMORY prints. */
enum nf_status nf_learning_merge(struct nf_learning *into, const struct nf_learning *from)
    NF_RESULT_USED;

/* Draws the conclusions. `library` is what the user said. insert_max is the median plus three
 * times the distance from the median to the 99th percentile, plus 20 nt: it keeps practically
 * every true pair of a skewed distribution and still refuses pairs several times too long. */
void nf_learning_conclude(struct nf_learning *learning, enum nf_library library,
                          struct nf_sample *sample);

void nf_learning_free(struct nf_learning *learning);

/* How copies of one molecule are told in a sample: by identifiers, in tags or in names, before
 * duplicate flags, since a tool that does not know identifiers flags molecules. Amplicons
 * begin and end alike, so without identifiers nothing tells. */
enum nf_copies {
    NF_COPIES_BY_TAG,
    NF_COPIES_BY_NAME,
    NF_COPIES_BY_FLAG,
    NF_COPIES_BY_PLACE,
    NF_COPIES_UNTOLD
};

enum nf_copies nf_sample_copies(const struct nf_sample *sample);

/* "umi", "flag", "position", "none"; static. */
const char *nf_copies_name(enum nf_copies copies);

/* Does the sample have identifiers? */
static inline bool nf_copies_by_umi(enum nf_copies copies)
{
    return copies == NF_COPIES_BY_TAG || copies == NF_COPIES_BY_NAME;
}

/* The identifier of a fragment, where copies are told so; at == NULL: none. */
struct nf_span nf_fragment_umi(const struct nf_fragment *fragment, enum nf_copies copies);

/* The molecular identifier at the end of a fragment name: at least four of ACGTN (with '+' or
 * '-' between two parts) behind the last ':' or '_'; at == NULL when there is none. */
struct nf_span nf_umi_of_name(struct nf_span name);

#endif
