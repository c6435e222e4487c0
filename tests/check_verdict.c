/* SPDX-License-Identifier: MIT */
/* verdict: the answer for each target, from rows of every kind. */
#include <check.h>
#include <string.h>

#include "ntrkfuse/verdict.h"
#include "support.h"
#include "support_sam.h"

static struct nf_fusion_set set;
static struct nf_junction_set junctions;
static struct nf_junction junction_of[4];
static nf_verdict_list verdicts;

static void set_up(void)
{
    memset(&set, 0, sizeof set);
    memset(&junctions, 0, sizeof junctions);
    memset(&verdicts, 0, sizeof verdicts);
}

static void tear_down(void)
{
    nf_vec_free(&set.fusions);
    nf_vec_free(&junctions.lone_pairs);
    nf_vec_free(&verdicts);
}

static const struct nf_panel *panel(void)
{
    return &nft_reference_get(NF_ASSEMBLY_GRCH38)->panel;
}

static struct nf_fusion *add(enum nf_tier tier, enum nf_structure structure,
                             enum nf_event_type type)
{
    size_t i = set.fusions.n;
    struct nf_fusion fusion = {.junction = &junction_of[i],
                               .structure = structure,
                               .event_type = type,
                               .score = {.tier = tier}};
    junction_of[i] = (struct nf_junction){.target = 2};
    ck_assert_int_eq(nf_vec_push(&set.fusions, fusion), NF_OK);
    return &set.fusions.items[i];
}

/* The verdict of the third target; the others never have a row. */
static const struct nf_verdict *find(bool assessable)
{
    verdicts.n = 0;
    ck_assert_int_eq(nf_verdicts_find(&verdicts, panel(), &set, &junctions, assessable),
                     NF_OK);
    ck_assert_uint_eq(verdicts.n, 3);
    for (size_t t = 0; t < 2; t++) {
        ck_assert_int_eq(verdicts.items[t].state,
                         assessable ? NF_VERDICT_NEGATIVE : NF_VERDICT_NOT_ASSESSABLE);
        ck_assert_ptr_null(verdicts.items[t].best);
    }
    return &verdicts.items[2];
}

/* One row alone. */
static const struct {
    enum nf_tier tier;
    enum nf_structure structure;
    enum nf_event_type type;
    unsigned flags;
    enum nf_verdict_state state;
    unsigned reasons;
} rows[] = {
    {NF_TIER_HIGH, NF_ONCOGENIC_TYPE, NF_EVENT_FUSION, 0, NF_VERDICT_POSITIVE,
     NF_VERDICT_ONCOGENIC},
    {NF_TIER_HIGH, NF_UNCERTAIN, NF_EVENT_FUSION, 0, NF_VERDICT_EQUIVOCAL,
     NF_VERDICT_HIGH_UNCERTAIN},
    {NF_TIER_HIGH, NF_NON_ONCOGENIC, NF_EVENT_FUSION, 0, NF_VERDICT_NEGATIVE,
     NF_VERDICT_NON_ONCOGENIC},
    {NF_TIER_HIGH, NF_NON_ONCOGENIC, NF_EVENT_RECIPROCAL, 0, NF_VERDICT_EQUIVOCAL,
     NF_VERDICT_RECIPROCAL_ONLY},
    {NF_TIER_MEDIUM, NF_NON_ONCOGENIC, NF_EVENT_RECIPROCAL, 0, NF_VERDICT_EQUIVOCAL,
     NF_VERDICT_RECIPROCAL_ONLY},
    {NF_TIER_HIGH, NF_NON_ONCOGENIC, NF_EVENT_READ_THROUGH, 0, NF_VERDICT_NEGATIVE,
     NF_VERDICT_NON_ONCOGENIC},
    {NF_TIER_MEDIUM, NF_ONCOGENIC_TYPE, NF_EVENT_FUSION, 0, NF_VERDICT_EQUIVOCAL,
     NF_VERDICT_MEDIUM},
    {NF_TIER_MEDIUM, NF_UNCERTAIN, NF_EVENT_INTRAGENIC, 0, NF_VERDICT_EQUIVOCAL,
     NF_VERDICT_MEDIUM},
    {NF_TIER_MEDIUM, NF_NON_ONCOGENIC, NF_EVENT_FUSION, 0, NF_VERDICT_NEGATIVE,
     NF_VERDICT_NON_ONCOGENIC},
    {NF_TIER_LOW, NF_ONCOGENIC_TYPE, NF_EVENT_FUSION, 0, NF_VERDICT_NEGATIVE,
     NF_VERDICT_LOW_ONLY},
    {NF_TIER_LOW, NF_ONCOGENIC_TYPE, NF_EVENT_FUSION, NF_FLAG_POSSIBLE_CARRYOVER,
     NF_VERDICT_EQUIVOCAL, NF_VERDICT_CARRYOVER},
    {NF_TIER_LOW, NF_NON_ONCOGENIC, NF_EVENT_FUSION, NF_FLAG_POSSIBLE_CARRYOVER,
     NF_VERDICT_NEGATIVE, NF_VERDICT_LOW_ONLY},
    {NF_TIER_LOW, NF_NON_ONCOGENIC, NF_EVENT_RECIPROCAL, 0, NF_VERDICT_NEGATIVE,
     NF_VERDICT_LOW_ONLY},
};

START_TEST(one_row)
{
    add(rows[_i].tier, rows[_i].structure, rows[_i].type)->flags = rows[_i].flags;
    const struct nf_verdict *verdict = find(true);
    ck_assert_int_eq(verdict->state, rows[_i].state);
    ck_assert_uint_eq(verdict->reasons, rows[_i].reasons);
    ck_assert_ptr_eq(verdict->best, &set.fusions.items[0]);
    /* A library that shows too little takes nothing away from what was seen in it. */
    verdict = find(false);
    ck_assert_int_eq(verdict->state, rows[_i].state == NF_VERDICT_NEGATIVE
                                         ? NF_VERDICT_NOT_ASSESSABLE
                                         : rows[_i].state);
}
END_TEST

/* The whole kinase, sense, out of frame as far as transcripts are known. */
START_TEST(out_of_frame)
{
    struct nf_fusion *fusion = add(NF_TIER_HIGH, NF_NON_ONCOGENIC, NF_EVENT_FUSION);
    fusion->frame = NF_FRAME_OUT;
    fusion->kinase = NF_KINASE_WHOLE;
    ck_assert_int_eq(find(true)->state, NF_VERDICT_EQUIVOCAL);
    ck_assert_uint_eq(find(true)->reasons, NF_VERDICT_OUT_OF_FRAME);
    fusion->five.site = NF_SITE_ANTISENSE;
    ck_assert_int_eq(find(true)->state, NF_VERDICT_NEGATIVE);
    fusion->five.site = NF_SITE_EDGE;
    fusion->kinase = NF_KINASE_BROKEN;
    ck_assert_int_eq(find(true)->state, NF_VERDICT_NEGATIVE);
}
END_TEST

START_TEST(no_row)
{
    ck_assert_int_eq(find(true)->state, NF_VERDICT_NEGATIVE);
    ck_assert_uint_eq(find(true)->reasons, NF_VERDICT_NONE);
    ck_assert_int_eq(find(false)->state, NF_VERDICT_NOT_ASSESSABLE);
    ck_assert_uint_eq(find(false)->reasons, NF_VERDICT_LIBRARY);
}
END_TEST

START_TEST(dropped_rows_do_not_count)
{
    add(NF_TIER_HIGH, NF_ONCOGENIC_TYPE, NF_EVENT_FUSION)->dropped = "unplaced";
    ck_assert_int_eq(find(true)->state, NF_VERDICT_NEGATIVE);
    ck_assert_uint_eq(find(true)->reasons, NF_VERDICT_NONE);
}
END_TEST

START_TEST(the_best_decides)
{
    add(NF_TIER_HIGH, NF_NON_ONCOGENIC, NF_EVENT_RECIPROCAL);
    add(NF_TIER_HIGH, NF_ONCOGENIC_TYPE, NF_EVENT_FUSION);
    add(NF_TIER_LOW, NF_UNCERTAIN, NF_EVENT_FUSION);
    const struct nf_verdict *verdict = find(true);
    ck_assert_int_eq(verdict->state, NF_VERDICT_POSITIVE);
    ck_assert_uint_eq(verdict->reasons, NF_VERDICT_ONCOGENIC);
    ck_assert_ptr_eq(verdict->best, &set.fusions.items[1]);
}
END_TEST

START_TEST(pairs_without_a_junction)
{
    static const struct {
        const char *gene;
        int64_t n;
        enum nf_verdict_state state;
    } groups[] = {{"ETV6", 3, NF_VERDICT_EQUIVOCAL},
                  {"ETV6", 2, NF_VERDICT_NEGATIVE},
                  {"GAPDH", 9, NF_VERDICT_NEGATIVE},
                  {"GAPDH", 10, NF_VERDICT_EQUIVOCAL}};
    for (size_t i = 0; i < NFT_COUNT(groups); i++) {
        struct nf_pair_group group = {
            .target = 2,
            .gene = nf_annot_find(panel()->annot, nf_span_of(groups[i].gene)),
            .n = groups[i].n};
        junctions.lone_pairs.n = 0;
        ck_assert_int_eq(nf_vec_push(&junctions.lone_pairs, group), NF_OK);
        ck_assert_int_eq(find(true)->state, groups[i].state);
    }
    ck_assert_uint_eq(find(false)->reasons, NF_VERDICT_PAIRS_ONLY);
    ck_assert_ptr_eq(find(false)->pairs, &junctions.lone_pairs.items[0]);
}
END_TEST

/* Whatever its tier, its structure and its flags, and whatever stands beside it below HIGH. */
START_TEST(a_reciprocal_is_never_positive)
{
    for (int tier = NF_TIER_HIGH; tier <= NF_TIER_NONE; tier++)
        for (int structure = NF_ONCOGENIC_TYPE; structure <= NF_NON_ONCOGENIC; structure++)
            for (unsigned flags = 0; flags < 1U << NF_N_FLAGS; flags = 2 * flags + 1) {
                set.fusions.n = 0;
                add((enum nf_tier)tier, (enum nf_structure)structure, NF_EVENT_RECIPROCAL)
                    ->flags = flags;
                ck_assert_int_ne(find(true)->state, NF_VERDICT_POSITIVE);
                add(NF_TIER_MEDIUM, NF_ONCOGENIC_TYPE, NF_EVENT_FUSION);
                ck_assert_int_eq(find(true)->state, NF_VERDICT_EQUIVOCAL);
            }
}
END_TEST

START_TEST(words)
{
    for (unsigned bit = 0; bit < NF_N_VERDICT_REASONS; bit++) {
        ck_assert_ptr_null(strpbrk(nf_verdict_reason_name(bit), " ;\t"));
        ck_assert_uint_gt(strlen(nf_verdict_reason_text(bit)), 8);
    }
    ck_assert_str_eq(nf_verdict_state_name(NF_VERDICT_NOT_ASSESSABLE), "NOT_ASSESSABLE");
}
END_TEST

Suite *verdict_suite(void)
{
    Suite *suite = suite_create("verdict");
    TCase *rules = tcase_create("rules");

    tcase_add_checked_fixture(rules, set_up, tear_down);
    tcase_add_loop_test(rules, one_row, 0, NFT_COUNT(rows));
    tcase_add_test(rules, out_of_frame);
    tcase_add_test(rules, no_row);
    tcase_add_test(rules, dropped_rows_do_not_count);
    tcase_add_test(rules, the_best_decides);
    tcase_add_test(rules, pairs_without_a_junction);
    tcase_add_test(rules, a_reciprocal_is_never_positive);
    tcase_add_test(rules, words);
    suite_add_tcase(suite, rules);
    return suite;
}
