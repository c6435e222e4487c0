/* SPDX-License-Identifier: MIT */
/* score: the posterior that a junction is a true chimeric transcript. Level: calls.
 *
 * Log-odds = the sum of the terms, each a row of one table and made of the numbers of
 * ref/model.tsv. Whether the transcript matters is another question: nf_fusion.structure.
 * Everything is a function of the fusion set, so equal sets have equal scores. */
#ifndef NTRKFUSE_SCORE_H
#define NTRKFUSE_SCORE_H

#include <stdint.h>

#include "ntrkfuse/fusion.h"
#include "ntrkfuse/learn.h"
#include "ntrkfuse/model.h"
#include "ntrkfuse/status.h"

enum {
    NF_HIGH_FRAGMENTS = 3,          /* molecules tier HIGH needs */
    NF_HIGH_STARTS = 2,             /* distinct starts of reads over the break it needs, pairs
                                       that are no copies of these counted */
    NF_HIGH_MOLECULES_ANCHORED = 5, /* where reads begin at primers, whose number of starts */
    NF_HIGH_STARTS_ANCHORED = 3,    /* is small by design */
    NF_CARRYOVER_FRAGMENTS = 3,     /* an exact catalogue junction with fewer is at most LOW:
                                       control material and the neighbour on the flow cell
                                       carry exactly these junctions */
    NF_PROMISCUOUS_GENES = 3        /* further genes at one place that make it promiscuous */
};

/* What the score is computed from besides the fusions. */
struct nf_score_context {
    const struct nf_score_model *model;
    const struct nf_sample *sample;
    double prevalence;      /* that a sample like this carries a fusion, 0–1 exclusive */
    double prevalence_flat; /* the same without regard to histology */
    int64_t n_mapped;       /* mapped records of the file; −1 unknown */
};

/* One term. */
struct nf_score_term_row {
    const char *name;    /* as in outputs: "evidence" */
    const char *meaning; /* one line */
};

/* The row of a term; static. */
const struct nf_score_term_row *nf_score_term(enum nf_score_term term);

/* Scores every fusion of the set: terms, posteriors, tier, and the flags that come with them.
 * Prints on error (NF_ERR_MEMORY). */
enum nf_status nf_scores_apply(struct nf_fusion_set *set,
                               const struct nf_score_context *context) NF_RESULT_USED;

/* P(U ≥ n | U ≥ 1) of the unique fragments U of a noise junction: a negative binomial of mean
 * `mean` and shape `shape`, zero left out, and with weight `share` junctions that recur, each
 * further fragment with chance `ratio`. 1 for n ≤ 1; never rises with n. */
double nf_score_noise_tail(int64_t n, double mean, double shape, double share, double ratio);

/* --- shared by score.c and score_peers.c --- */

/* What the other fusions of the sample say of one. */
struct nf_score_peers {
    int64_t n_rivals;     /* further genes whose best junction at the same base of the target
                             has a third of this one's unique fragments or more */
    int64_t n_singletons; /* junctions of one unique fragment that join other pairs of genes */
};

/* Fills peers[i] for fusion i of the set. Prints on error (NF_ERR_MEMORY). */
enum nf_status nf_score_find_peers(const struct nf_fusion_set *set,
                                   struct nf_score_peers *peers) NF_RESULT_USED;

#endif
