/* SPDX-License-Identifier: MIT */
/* support_score: a set of fusions made by hand, to be scored. */
#include "support_score.h"

#include <check.h>
#include <math.h>
#include <string.h>

#include "support_sam.h"

/* Observed supports stand for all where there are more. */
enum { MOST_SUPPORTS = 64 };

struct nft_scores nft_scores;

void nft_scores_begin(void)
{
    const struct nf_refdata compiled_in = {NULL};
    memset(&nft_scores, 0, sizeof nft_scores);
    ck_assert_int_eq(nf_model_load(&nft_scores.model, &compiled_in, NULL), NF_OK);
    nft_scores.sample = (struct nf_sample){.is_paired = true, .library = NF_LIBRARY_WTS};
    nft_scores.context = (struct nf_score_context){.model = &nft_scores.model,
                                                   .sample = &nft_scores.sample,
                                                   .prevalence = 0.003,
                                                   .prevalence_flat = 0.003,
                                                   .n_mapped = 20000000};
}

void nft_scores_end(void)
{
    for (size_t i = 0; i < NFT_MOST_FUSIONS; i++)
        nf_vec_free(&nft_scores.junctions[i].supports);
    nf_vec_free(&nft_scores.set.fusions);
}

struct nf_fusion *nft_score_add(uint32_t partner, int64_t n)
{
    size_t index = nft_scores.set.fusions.n;
    struct nf_junction *junction = &nft_scores.junctions[index];
    struct nf_fusion fusion = {.junction = junction,
                               .five = {.gene = partner, .site = NF_SITE_EDGE},
                               .three = {.gene = 1000000, .site = NF_SITE_EDGE},
                               .fusion_fraction = (double)NAN};
    *junction = (struct nf_junction){.target_is_3prime = true,
                                     .three = {14, -1, 87940752},
                                     .n_partner_records = -1,
                                     .n_split = n,
                                     .n_unique = n,
                                     .n_molecules = n,
                                     .n_start_sites = n};
    junction->five.pos0 = (int64_t)index;
    for (int64_t i = 0; i < n && i < MOST_SUPPORTS; i++) {
        struct nf_support support = {
            .kind = NF_SUPPORT_SPLIT, .anchor5 = 50, .anchor3 = 50, .mapq5 = 60, .mapq3 = 60};
        ck_assert_int_eq(nf_vec_push(&junction->supports, support), NF_OK);
    }
    if (n == 1)
        fusion.flags |= NF_FLAG_SINGLE_FRAGMENT;
    ck_assert_int_eq(nf_vec_push(&nft_scores.set.fusions, fusion), NF_OK);
    return &nft_scores.set.fusions.items[index];
}

const struct nf_score *nft_score_of(size_t i)
{
    ck_assert_int_eq(nf_scores_apply(&nft_scores.set, &nft_scores.context), NF_OK);
    return &nft_scores.set.fusions.items[i].score;
}

double nft_score_term_of(size_t i, enum nf_score_term which)
{
    return nft_score_of(i)->terms[which];
}
