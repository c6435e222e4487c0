/* SPDX-License-Identifier: MIT */
/* support_score: a set of fusions made by hand, to be scored. */
#ifndef NTRKFUSE_TESTS_SUPPORT_SCORE_H
#define NTRKFUSE_TESTS_SUPPORT_SCORE_H

#include <stdint.h>

#include "ntrkfuse/score.h"

enum { NFT_MOST_FUSIONS = 24 };

/* The set, and what it is scored with: the numbers that ship, a WTS sample, prevalence 0.003,
 * 20 million records. */
extern struct nft_scores {
    struct nf_score_model model;
    struct nf_sample sample;
    struct nf_score_context context;
    struct nf_fusion_set set;
    struct nf_junction junctions[NFT_MOST_FUSIONS];
} nft_scores;

/* Fixtures. */
void nft_scores_begin(void);
void nft_scores_end(void);

/* Appends a fusion of gene `partner` to one place of a target: `n` good split fragments that
 * begin at `n` places. May be changed until the next is added. */
struct nf_fusion *nft_score_add(uint32_t partner, int64_t n);

/* Scores the set, which must succeed; the score of fusion i, or one term of it. */
const struct nf_score *nft_score_of(size_t i);
double nft_score_term_of(size_t i, enum nf_score_term term);

#endif
