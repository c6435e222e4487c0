/* SPDX-License-Identifier: MIT */
/* score: better support never scores less. */
#include <check.h>

#include "ntrkfuse/score.h"
#include "support_random.h"
#include "support_score.h"

/* A random fusion beside random others; the better one must not score less. */
static void randomise(uint64_t *random, struct nf_fusion *fusion)
{
    struct nf_junction *junction = &nft_scores.junctions[0];
    static const enum nf_site sites[] = {NF_SITE_EDGE, NF_SITE_EXON, NF_SITE_INTRON,
                                         NF_SITE_ANTISENSE, NF_SITE_INTERGENIC};
    fusion->five.site = sites[nft_random(random, 5)];
    fusion->three.site = sites[nft_random(random, 3)];
    fusion->level = (enum nf_catalogue_level)nft_random(random, 5);
    fusion->flags |= nft_random(random, 4) ? 0 : NF_FLAG_READ_THROUGH_POSSIBLE;
    junction->n_start_sites = 1 + (int64_t)nft_random(random, (uint32_t)junction->n_unique);
    junction->n_pairs_apart = junction->n_spanning = nft_random(random, 3);
    junction->n_molecules += junction->n_pairs_apart;
    junction->n_partner_records = (int64_t)nft_random(random, 100000) - 1;
    for (size_t i = 0; i < junction->supports.n; i++) {
        struct nf_support *support = &junction->supports.items[i];
        support->anchor5 = (int32_t)nft_random(random, 60);
        support->anchor3 = (int32_t)nft_random(random, 60);
        support->mapq3 = (uint8_t)nft_random(random, 61);
        support->edits = (int32_t)nft_random(random, 8) - 1;
        support->multi5 = nft_random(random, 2);
    }
}

enum {
    ONE_MORE,
    LONGER_ANCHOR,
    BETTER_MAPPED,
    FEWER_EDITS,
    ONE_MORE_PAIR,
    BETTER_KNOWN,
    N_WAYS
};

static void improve(uint64_t *random, int way)
{
    struct nf_junction *junction = &nft_scores.junctions[0];
    struct nf_fusion *fusion = &nft_scores.set.fusions.items[0];
    struct nf_support *any =
        &junction->supports.items[nft_random(random, (uint32_t)junction->supports.n)];
    struct nf_support one = {.kind = NF_SUPPORT_SPLIT,
                             .anchor5 = (int32_t)nft_random(random, 60),
                             .anchor3 = (int32_t)nft_random(random, 60),
                             .mapq3 = (uint8_t)nft_random(random, 61),
                             .multi5 = nft_random(random, 2),
                             .edits = (int32_t)nft_random(random, 8) - 1};
    switch (way) {
    case ONE_MORE:
        junction->n_unique++;
        junction->n_molecules++;
        junction->n_split++;
        junction->n_start_sites += nft_random(random, 2);
        ck_assert_int_eq(nf_vec_push(&junction->supports, one), NF_OK);
        break;
    case LONGER_ANCHOR:
        any->anchor5 += 10;
        any->anchor3 += 10;
        break;
    case BETTER_MAPPED:
        any->mapq3 = 60;
        break;
    case FEWER_EDITS:
        any->edits = 0;
        break;
    case ONE_MORE_PAIR:
        junction->n_unique++;
        junction->n_molecules++;
        junction->n_spanning++;
        junction->n_pairs_apart++;
        one.kind = NF_SUPPORT_SPANNING;
        one.anchor5 = one.anchor3 = 0;
        ck_assert_int_eq(nf_vec_push(&junction->supports, one), NF_OK);
        break;
    default:
        if (fusion->level < NF_KNOWN_JUNCTION)
            fusion->level = (enum nf_catalogue_level)(fusion->level + 1);
        break;
    }
    if (junction->n_unique > 1)
        fusion->flags &= ~(unsigned)NF_FLAG_SINGLE_FRAGMENT;
}

START_TEST(better_is_never_worse)
{
    uint64_t random = 100 + (uint64_t)_i;
    for (int round = 0; round < 200; round++) {
        uint32_t n_others = nft_random(&random, 6);
        nft_scores_end();
        nft_scores.set.fusions.n = 0;
        struct nf_fusion *fusion = nft_score_add(1, 1 + nft_random(&random, 20));
        randomise(&random, fusion);
        for (uint32_t i = 0; i < n_others; i++)
            nft_score_add(2 + i, 1 + nft_random(&random, 12));
        nft_scores.sample.library =
            (enum nf_library)(NF_LIBRARY_WTS + (int)nft_random(&random, 4));
        struct nf_score before = *nft_score_of(0);
        nft_scores.set.fusions.items[0].flags &=
            ~(unsigned)(NF_FLAG_POSSIBLE_CARRYOVER | NF_FLAG_PROMISCUOUS_SITE |
                        NF_FLAG_FEW_MOLECULES);
        improve(&random, _i);
        const struct nf_score *after = nft_score_of(0);
        ck_assert_msg(after->posterior >= before.posterior, "round %d: %.9f after %.9f", round,
                      after->posterior, before.posterior);
        for (int t = 0; t < NF_N_SCORE_TERMS; t++)
            ck_assert_msg(after->terms[t] >= before.terms[t] - 1e-12, "round %d, term %s",
                          round, nf_score_term((enum nf_score_term)t)->name);
        /* An exact junction of few fragments is limited, however much better known. */
        if (_i != BETTER_KNOWN)
            ck_assert_int_le(after->tier, before.tier);
    }
}
END_TEST

Suite *score_properties_suite(void)
{
    Suite *suite = suite_create("score_properties");
    TCase *ways = tcase_create("ways");

    tcase_add_checked_fixture(ways, nft_scores_begin, nft_scores_end);
    tcase_add_loop_test(ways, better_is_never_worse, 0, N_WAYS);
    suite_add_tcase(suite, ways);
    return suite;
}
