/* SPDX-License-Identifier: MIT */
/* fusion_event: rows get the numbers that looking at every pair of them would give. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/fusion.h"
#include "ntrkfuse/scan.h"
#include "support.h"
#include "support_random.h"

enum { N_ROWS = 200 };

static struct nf_junction junctions[N_ROWS];
static struct nf_fusion fusions[N_ROWS];

/* Rows of a few genes, some between genes with places that crowd; the last are dropped. */
static void fill(uint64_t *state, size_t n)
{
    memset(junctions, 0, sizeof junctions);
    memset(fusions, 0, sizeof fusions);
    for (size_t i = 0; i < n; i++) {
        struct nf_junction *junction = &junctions[i];
        struct nf_fusion *fusion = &fusions[i];
        bool between = nft_random(state, 3) > 0;
        uint32_t partner = between ? NF_NO_GENE : 10 + nft_random(state, 3);
        struct nf_locus end = {(int32_t)nft_random(state, 2), 1, nft_random(state, 200000)};

        junction->target = nft_random(state, 2);
        junction->target_is_3prime = nft_random(state, 4) > 0;
        *(junction->target_is_3prime ? &junction->five : &junction->three) = end;
        fusion->junction = junction;
        fusion->five.gene = junction->target_is_3prime ? partner : junction->target;
        fusion->three.gene = junction->target_is_3prime ? junction->target : partner;
        (junction->target_is_3prime ? &fusion->five : &fusion->three)->site =
            between                ? NF_SITE_INTERGENIC
            : nft_random(state, 2) ? NF_SITE_EDGE
                                   : NF_SITE_ANTISENSE;
        fusion->event_type =
            junction->target_is_3prime ? NF_EVENT_FUSION : NF_EVENT_RECIPROCAL;
        fusion->dropped = i + 5 > n ? "improbable" : NULL;
        fusion->event = nft_random(state, 9); /* of an earlier order: means nothing */
    }
}

static bool is_same(const struct nf_fusion *a, const struct nf_fusion *b)
{
    const struct nf_side *x = nf_fusion_partner_side(a), *y = nf_fusion_partner_side(b);
    const struct nf_locus *p =
        a->junction->target_is_3prime ? &a->junction->five : &a->junction->three;
    const struct nf_locus *q =
        b->junction->target_is_3prime ? &b->junction->five : &b->junction->three;

    return a->five.gene == b->five.gene && a->three.gene == b->three.gene &&
           a->event_type == b->event_type && a->junction->target == b->junction->target &&
           nf_side_is_sense(x) == nf_side_is_sense(y) &&
           (x->gene != NF_NO_GENE ||
            (p->contig == q->contig && llabs(p->pos0 - q->pos0) <= NF_PLACE_MARGIN));
}

START_TEST(each_row_joins_the_best_it_belongs_with)
{
    uint64_t state = (uint64_t)_i + 1;
    size_t n = nft_random(&state, N_ROWS + 1);
    struct nf_fusion_set set = {.fusions = {fusions, n, n}};
    uint32_t expected[N_ROWS] = {0}, n_events = 0;

    fill(&state, n);
    for (size_t i = 0; i < n && !fusions[i].dropped; i++) {
        for (size_t j = 0; j < i && !expected[i]; j++)
            if (is_same(&fusions[i], &fusions[j]))
                expected[i] = expected[j];
        if (!expected[i])
            expected[i] = ++n_events;
    }
    ck_assert_int_eq(nf_fusions_number(&set), NF_OK);
    for (size_t i = 0; i < n && !fusions[i].dropped; i++)
        ck_assert_msg(fusions[i].event == expected[i], "row %zu of %zu: %u, not %u", i, n,
                      fusions[i].event, expected[i]);
}
END_TEST

Suite *fusion_event_suite(void)
{
    Suite *suite = suite_create("fusion_event");
    TCase *tests = tcase_create("numbers");

    tcase_add_loop_test(tests, each_row_joins_the_best_it_belongs_with, 0, 100);
    suite_add_tcase(suite, tests);
    return suite;
}
