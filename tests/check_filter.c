/* SPDX-License-Identifier: MIT */
/* filter: which junctions are worth a row, and what is said of the others. */
#include <check.h>
#include <string.h>

#include "ntrkfuse/filter.h"
#include "ntrkfuse/log.h"
#include "support.h"

/* A junction with two fragments of these anchors, and the fusion made of it. */
static const struct {
    const char *dropped; /* NULL: kept */
    enum nf_event_type type;
    enum nf_site site5, site3;
    enum nf_catalogue_level level;
    int n_unique;
    int32_t anchors[2][2];
} cases[] = {
    {NULL, NF_EVENT_FUSION, NF_SITE_EDGE, NF_SITE_EDGE, NF_KNOWN_NONE, 2, {{50, 50}, {9, 9}}},
    {NULL, NF_EVENT_FUSION, NF_SITE_EDGE, NF_SITE_EDGE, NF_KNOWN_NONE, 1, {{10, 10}, {0, 0}}},
    {NULL,
     NF_EVENT_RECIPROCAL,
     NF_SITE_EDGE,
     NF_SITE_EDGE,
     NF_KNOWN_NONE,
     1,
     {{10, 10}, {0, 0}}},
    {NULL,
     NF_EVENT_READ_THROUGH,
     NF_SITE_EDGE,
     NF_SITE_EDGE,
     NF_KNOWN_NONE,
     1,
     {{10, 10}, {0, 0}}},
    {"unplaced",
     NF_EVENT_UNPLACED,
     NF_SITE_INTERGENIC,
     NF_SITE_EDGE,
     NF_KNOWN_NONE,
     9,
     {{50, 50}, {50, 50}}},
    /* The first that holds is named. */
    {"unplaced",
     NF_EVENT_UNPLACED,
     NF_SITE_INTERGENIC,
     NF_SITE_EDGE,
     NF_KNOWN_NONE,
     1,
     {{5, 5}, {5, 5}}},
    /* One fragment must have both anchors. */
    {"short_anchors",
     NF_EVENT_FUSION,
     NF_SITE_EDGE,
     NF_SITE_EDGE,
     NF_KNOWN_PAIR_EXON,
     9,
     {{9, 50}, {50, 9}}},
    {"short_anchors",
     NF_EVENT_FUSION,
     NF_SITE_EDGE,
     NF_SITE_EDGE,
     NF_KNOWN_JUNCTION,
     9,
     {{0, 0}, {0, 0}}},
    {"minor_splicing",
     NF_EVENT_INTRAGENIC,
     NF_SITE_EDGE,
     NF_SITE_EDGE,
     NF_KNOWN_NONE,
     1,
     {{50, 50}, {50, 50}}},
    {"minor_splicing",
     NF_EVENT_INTRAGENIC,
     NF_SITE_EXON,
     NF_SITE_EDGE,
     NF_KNOWN_NONE,
     9,
     {{50, 50}, {50, 50}}},
    {"minor_splicing",
     NF_EVENT_INTRAGENIC,
     NF_SITE_EDGE,
     NF_SITE_INTRON,
     NF_KNOWN_NONE,
     9,
     {{50, 50}, {50, 50}}},
    {NULL,
     NF_EVENT_INTRAGENIC,
     NF_SITE_EDGE,
     NF_SITE_EDGE,
     NF_KNOWN_NONE,
     2,
     {{50, 50}, {50, 50}}},
    {"lone_chimera",
     NF_EVENT_FUSION,
     NF_SITE_EXON,
     NF_SITE_EDGE,
     NF_KNOWN_NONE,
     1,
     {{50, 50}, {50, 50}}},
    {"lone_chimera",
     NF_EVENT_FUSION,
     NF_SITE_EDGE,
     NF_SITE_EXON,
     NF_KNOWN_ACCEPTOR,
     1,
     {{50, 50}, {50, 50}}},
    {"lone_chimera",
     NF_EVENT_RECIPROCAL,
     NF_SITE_INTRON,
     NF_SITE_INTRON,
     NF_KNOWN_NONE,
     0,
     {{50, 50}, {50, 50}}},
    {NULL,
     NF_EVENT_FUSION,
     NF_SITE_EXON,
     NF_SITE_EXON,
     NF_KNOWN_PAIR,
     1,
     {{50, 50}, {50, 50}}},
    {NULL,
     NF_EVENT_FUSION,
     NF_SITE_EXON,
     NF_SITE_EXON,
     NF_KNOWN_NONE,
     2,
     {{50, 50}, {50, 50}}},
    {NULL,
     NF_EVENT_FUSION,
     NF_SITE_EDGE,
     NF_SITE_EDGE,
     NF_KNOWN_NONE,
     1,
     {{50, 50}, {50, 50}}},
};

/* The fusion of case `i`; its parts are kept until the next `n` ones. */
static struct nf_fusion make(size_t i)
{
    static struct nf_junction junctions[NFT_COUNT(cases)];
    static struct nf_support supports[NFT_COUNT(cases)][2];
    struct nf_fusion fusion;

    memset(&fusion, 0, sizeof fusion);
    for (size_t k = 0; k < 2; k++) {
        supports[i][k].anchor5 = cases[i].anchors[k][0];
        supports[i][k].anchor3 = cases[i].anchors[k][1];
    }
    junctions[i].supports.items = supports[i];
    junctions[i].supports.n = 2;
    junctions[i].n_unique = cases[i].n_unique;
    junctions[i].n_molecules = cases[i].n_unique;
    fusion.junction = &junctions[i];
    fusion.event_type = cases[i].type;
    fusion.five.site = cases[i].site5;
    fusion.three.site = cases[i].site3;
    fusion.level = cases[i].level;
    return fusion;
}

START_TEST(dropped_or_kept)
{
    struct nf_fusion fusion = make((size_t)_i);
    struct nf_fusion_set set;

    memset(&set, 0, sizeof set);
    set.fusions.items = &fusion;
    set.fusions.n = 1;
    nft_log_begin();
    nf_filters_apply(&set);
    nft_log_end();
    if (!cases[_i].dropped) {
        ck_assert_ptr_null(fusion.dropped);
        ck_assert_ptr_null(fusion.dropped_reason);
        return;
    }
    ck_assert_ptr_nonnull(fusion.dropped);
    ck_assert_str_eq(fusion.dropped, cases[_i].dropped);
    ck_assert_uint_gt(strlen(fusion.dropped_reason), 20);
    ck_assert_ptr_null(strchr(fusion.dropped_reason, '\n'));
}
END_TEST

/* Nine bases tell a junction that is published. */
START_TEST(published_junctions_need_less)
{
    static const struct {
        int32_t anchor5, anchor3;
        bool dropped;
    } rows[] = {{8, 50, false}, {50, 8, false}, {8, 8, false}, {7, 50, true}, {50, 7, true}};

    for (size_t i = 0; i < NFT_COUNT(rows); i++) {
        struct nf_support support = {.anchor5 = rows[i].anchor5, .anchor3 = rows[i].anchor3};
        struct nf_junction junction = {
            .supports = {&support, 1, 1}, .n_unique = 1, .n_molecules = 1};
        struct nf_fusion fusion = {.junction = &junction, .level = NF_KNOWN_JUNCTION};
        struct nf_fusion_set set = {.fusions = {&fusion, 1, 1}};

        nft_log_begin();
        nf_filters_apply(&set);
        nft_log_end();
        ck_assert_int_eq(fusion.dropped != NULL, rows[i].dropped);
    }
}
END_TEST

START_TEST(the_log_shows_the_funnel)
{
    struct nf_fusion fusions[NFT_COUNT(cases)];
    struct nf_fusion_set set;
    const char *log;

    for (size_t i = 0; i < NFT_COUNT(cases); i++)
        fusions[i] = make(i);
    memset(&set, 0, sizeof set);
    set.fusions.items = fusions;
    set.fusions.n = NFT_COUNT(cases);
    nft_log_begin();
    nf_log_set_level(NF_LOG_INFO);
    nf_filters_apply(&set);
    log = nft_log_text();
    nft_assert_contains(log, "junctions with support: 18");
    nft_assert_contains(log, "filter unplaced: 18 -> 16");
    nft_assert_contains(log, "filter short_anchors: 16 -> 14");
    nft_assert_contains(log, "filter minor_splicing: 14 -> 11");
    nft_assert_contains(log, "filter lone_chimera: 11 -> 8");
    nft_log_end();
}
END_TEST

START_TEST(nothing_to_filter)
{
    struct nf_fusion_set set;

    memset(&set, 0, sizeof set);
    nft_log_begin();
    nf_log_set_level(NF_LOG_INFO);
    nf_filters_apply(&set);
    nft_assert_contains(nft_log_text(), "junctions with support: 0");
    ck_assert_ptr_null(strstr(nft_log_text(), "filter "));
    nft_log_end();
}
END_TEST

Suite *filter_suite(void)
{
    Suite *suite = suite_create("filter");
    TCase *filters = tcase_create("filters");

    tcase_add_loop_test(filters, dropped_or_kept, 0, NFT_COUNT(cases));
    tcase_add_test(filters, the_log_shows_the_funnel);
    tcase_add_test(filters, published_junctions_need_less);
    tcase_add_test(filters, nothing_to_filter);
    suite_add_tcase(suite, filters);
    return suite;
}
