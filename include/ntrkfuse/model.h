/* SPDX-License-Identifier: MIT */
/* model: the numbers the score is made of, from ref/model.tsv. Level: reference.
 *
 * Columns: term, parameter, value, status (`provisional`: stated; `fitted`: estimated from
 * data), derivation. Every parameter below stands there once and nothing else does. Weights
 * are natural logarithms of likelihood ratios: true chimeric transcript against noise. */
#ifndef NTRKFUSE_MODEL_H
#define NTRKFUSE_MODEL_H

#include <stddef.h>

#include "ntrkfuse/refdata.h"
#include "ntrkfuse/status.h"

/* X(id, term, parameter, least, most): one row each; bounds of the value. */
#define NF_MODEL_PARAMETERS(X)                                          \
    X(NOISE_JUNCTIONS, "prior", "noise_junctions", 0.01, 1000)          \
    X(NOISE_WEIGHT, "prior", "noise_weight", 0.01, 1000)                \
    X(SAME_SITE, "evidence", "same_site", 0.0001, 1)                    \
    X(NB_SHAPE, "evidence", "nb_shape", 0.01, 100)                      \
    X(PARTNER_SHARE, "evidence", "partner_share", 1e-9, 1)              \
    X(RECUR2_SHARE, "evidence", "recurrent_share_both_edges", 1e-6, 1)  \
    X(RECUR2_RATIO, "evidence", "recurrent_ratio_both_edges", 0, 0.999) \
    X(RECUR1_SHARE, "evidence", "recurrent_share_one_edge", 1e-6, 1)    \
    X(RECUR1_RATIO, "evidence", "recurrent_ratio_one_edge", 0, 0.999)   \
    X(RECUR0_SHARE, "evidence", "recurrent_share_no_edge", 1e-6, 1)     \
    X(RECUR0_RATIO, "evidence", "recurrent_ratio_no_edge", 0, 0.999)    \
    X(EVIDENCE_MOST, "evidence", "most", 0, 100)                        \
    X(STARTS_1, "starts", "one", -20, 20)                               \
    X(STARTS_2, "starts", "two", -20, 20)                               \
    X(STARTS_3, "starts", "three", -20, 20)                             \
    X(STARTS_4, "starts", "four", -20, 20)                              \
    X(STARTS_5, "starts", "five_and_more", -20, 20)                     \
    X(ANCHOR_SHORT, "anchors", "below_10", -20, 20)                     \
    X(ANCHOR_10, "anchors", "from_10", -20, 20)                         \
    X(ANCHOR_15, "anchors", "from_15", -20, 20)                         \
    X(ANCHOR_20, "anchors", "from_20", -20, 20)                         \
    X(ANCHOR_30, "anchors", "from_30", -20, 20)                         \
    X(MAPQ_LOW, "mapping", "below_10", -20, 20)                         \
    X(MAPQ_10, "mapping", "from_10", -20, 20)                           \
    X(MAPQ_30, "mapping", "from_30", -20, 20)                           \
    X(EDITS_MANY, "mismatches", "above_5_percent", -20, 20)             \
    X(BOTH_KINDS, "both_kinds", "split_and_spanning", -20, 20)          \
    X(EDGES_2, "edges", "both", -20, 20)                                \
    X(EDGES_1, "edges", "one", -20, 20)                                 \
    X(EDGES_0, "edges", "none", -20, 20)                                \
    X(ANTISENSE, "direction", "antisense", -20, 20)                     \
    X(INTERGENIC, "direction", "intergenic", -20, 20)                   \
    X(NEIGHBOUR, "neighbour", "read_through_possible", -20, 20)         \
    X(MULTIMAPPED, "uniqueness", "partner_multimapped", -20, 20)        \
    X(AMBIGUOUS, "uniqueness", "partner_ambiguous", -20, 20)            \
    X(PROMISCUOUS, "promiscuity", "per_log_partner", -20, 0)            \
    X(PROMISCUOUS_LEAST, "promiscuity", "least", -50, 0)                \
    X(INTRAGENIC, "splicing", "intragenic", -20, 20)                    \
    X(MINOR_SPLICING, "splicing", "below_5_percent", -20, 20)           \
    X(KNOWN_NONE, "catalogue", "none", -20, 20)                         \
    X(KNOWN_ACCEPTOR, "catalogue", "acceptor", -20, 20)                 \
    X(KNOWN_PAIR, "catalogue", "pair", -20, 20)                         \
    X(KNOWN_PAIR_EXON, "catalogue", "pair_exon", -20, 20)               \
    X(KNOWN_JUNCTION, "catalogue", "junction", -20, 20)                 \
    X(TIER_HIGH, "tier", "high", 0, 1)                                  \
    X(TIER_MEDIUM, "tier", "medium", 0, 1)                              \
    X(TIER_LOW, "tier", "low", 0, 1)

enum nf_model_parameter {
#define NF_MODEL_ID(id, term, parameter, least, most) NF_MODEL_##id,
    NF_MODEL_PARAMETERS(NF_MODEL_ID)
#undef NF_MODEL_ID
        NF_N_MODEL_PARAMETERS
};

struct nf_score_model {
    double values[NF_N_MODEL_PARAMETERS];
};

/* Reads model.tsv. Besides the rows themselves their order is checked: values that a longer
 * anchor, a better mapping, one more start or a better known junction lead to never fall, nor
 * do the tiers' thresholds. Prints every problem with file:line; *n_problems (may be NULL)
 * receives how many. NF_OK, NF_ERR_FORMAT, NF_ERR_IO or NF_ERR_MEMORY. */
enum nf_status nf_model_load(struct nf_score_model *model, const struct nf_refdata *refdata,
                             size_t *n_problems) NF_RESULT_USED;

/* "anchors.from_10"; a static string. */
const char *nf_model_name(enum nf_model_parameter parameter);

#endif
