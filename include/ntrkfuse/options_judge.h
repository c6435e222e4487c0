/* SPDX-License-Identifier: MIT */
/* options_judge: what the options of `ntrkfuse call` may not say together. Level: application,
 * for options.c only. */
#ifndef NTRKFUSE_OPTIONS_JUDGE_H
#define NTRKFUSE_OPTIONS_JUDGE_H

#include <stdbool.h>

#include "ntrkfuse/options.h"
#include "ntrkfuse/status.h"

/* Rows of the table of options. */
enum nf_option {
    NF_OPT_INDEX,
    NF_OPT_FULL_SCAN,
    NF_OPT_REFERENCE,
    NF_OPT_CHIMERIC,
    NF_OPT_GTF,
    NF_OPT_REF_DIR,
    NF_OPT_OUTPUT,
    NF_OPT_JSON,
    NF_OPT_VERDICT,
    NF_OPT_SAMPLE,
    NF_OPT_ALL,
    NF_OPT_LIBRARY,
    NF_OPT_PRIMERS,
    NF_OPT_HISTOLOGY,
    NF_OPT_AGE_GROUP,
    NF_OPT_THREADS,
    NF_OPT_MAX_MEMORY,
    NF_OPT_QUIET,
    NF_OPT_VERBOSITY,
    NF_OPT_PROGRESS,
    NF_OPT_HELP,
    NF_N_OPTIONS
};

/* Checks the options as a whole: there is an input, `given` (one flag per row) holds no
 * contradiction, standard input is read once, and no output is also an input or
 * another output. Reads no file. Prints on error; NF_ERR_USAGE or NF_ERR_MEMORY. */
enum nf_status nf_options_judge(const struct nf_call_options *options,
                                const bool given[NF_N_OPTIONS]) NF_RESULT_USED;

#endif
