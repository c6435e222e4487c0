/* SPDX-License-Identifier: MIT */
/* junction: joins are grouped, moved to exon edges and merged, and their bases agreed on.
 * Clips, piles, pairs and copies have suites of their own. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/log.h"
#include "support.h"
#include "support_calls.h"
#include "support_random.h"
#include "support_report.h"

static struct nft_calls calls;

static void begin(void)
{
    nft_log_begin();
    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
}

static void end(void)
{
    nft_calls_end(&calls);
    nft_log_end();
}

static const char etv6_e4[] = "chr12:11853561:+", etv6_e5[] = "chr12:11869969:+",
                  ntrk3_e14[] = "chr15:88033045:-", ntrk3_e15[] = "chr15:87940753:-",
                  etv6_intron[] = "chr12:11860000:+", ntrk3_intron[] = "chr15:87950000:-";

/* `n` reads "PREFIX0"… with this shift on each side. */
static void add_joins(const char *prefix, int n, const struct nft_molecule *molecule,
                      int shift5, int shift3)
{
    char name[32];

    for (int i = 0; i < n; i++) {
        struct nf_join *join;

        snprintf(name, sizeof name, "%s%d", prefix, i);
        join = nft_join(&calls, name, molecule, shift5);
        join->three = nft_moved(molecule->three, shift3);
    }
}

static void assert_at(const struct nf_junction *junction, struct nf_locus five,
                      struct nf_locus three)
{
    ck_assert_int_eq(nf_locus_compare(&junction->five, &five), 0);
    ck_assert_int_eq(nf_locus_compare(&junction->three, &three), 0);
}

/* ---- grouping ---- */

START_TEST(nothing_gives_nothing)
{
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, 0);
    ck_assert_int_eq(calls.junctions.funnel.n_joins, 0);
    nf_junctions_free(&calls.junctions);
}
END_TEST

START_TEST(reads_at_one_place_are_one_junction)
{
    struct nft_molecule molecule = nft_molecule(&calls, etv6_e5, ntrk3_e15);
    const struct nf_junction *junction;

    add_joins("r", 3, &molecule, 0, 0);
    nft_calls_junctions(&calls);
    junction = nft_only_junction(&calls);
    assert_at(junction, molecule.five, molecule.three);
    ck_assert_uint_eq(junction->target, nft_target(calls.reference, "NTRK3"));
    ck_assert(junction->target_is_3prime && !junction->intragenic);
    ck_assert_int_eq(junction->n_split, 3);
    ck_assert_int_eq(junction->n_rescued, 0);
    ck_assert_int_eq(junction->n_spanning, 0);
    ck_assert_int_eq(junction->n_unique, 3);
    ck_assert_int_eq(junction->n_start_sites, 3);
    ck_assert_int_eq(junction->n_gap, 0);
    ck_assert_int_eq(calls.junctions.funnel.n_joins, 3);
    ck_assert_int_eq(calls.junctions.funnel.n_exact_places, 1);
    ck_assert_int_eq(calls.junctions.funnel.n_junctions_split, 1);
}
END_TEST

START_TEST(four_isoforms_are_four_junctions)
{
    static const char *const fives[] = {etv6_e4, etv6_e5};
    static const char *const threes[] = {ntrk3_e15, ntrk3_e14};
    char prefix[] = "a";

    for (int k = 3; k >= 0; k--, prefix[0]++) {
        struct nft_molecule molecule = nft_molecule(&calls, fives[k / 2], threes[k % 2]);

        add_joins(prefix, k + 1, &molecule, 0, 0);
    }
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, 4);
    for (size_t k = 0; k < 4; k++) { /* in order of place */
        const struct nf_junction *junction = &calls.junctions.junctions.items[k];

        assert_at(junction, nft_locus(&calls, fives[k / 2]), nft_locus(&calls, threes[k % 2]));
        ck_assert_int_eq(junction->n_split, (int64_t)k + 1);
    }
}
END_TEST

START_TEST(directions_are_kept_apart)
{
    struct nft_molecule driving = nft_molecule(&calls, etv6_e5, ntrk3_e15);
    struct nft_molecule reciprocal =
        nft_molecule(&calls, "chr15:88033000:-", "chr12:11884445:+");
    struct nf_join *skip;

    add_joins("r", 2, &reciprocal, 0, 0);
    add_joins("d", 1, &driving, 0, 0);
    skip = nft_join(&calls, "i", &driving, 0);
    skip->five = nft_locus(&calls, ntrk3_e14);
    skip->intragenic = true;
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, 3);
    ck_assert(calls.junctions.junctions.items[0].target_is_3prime);
    ck_assert(!calls.junctions.junctions.items[0].intragenic);
    ck_assert(calls.junctions.junctions.items[1].intragenic);
    ck_assert(!calls.junctions.junctions.items[2].target_is_3prime);
    ck_assert_int_eq(calls.junctions.junctions.items[2].n_split, 2);
}
END_TEST

/* ---- exon edges ---- */

/* Every published junction, with its break put `_i` bases off: up to 6 it is moved back. */
START_TEST(breaks_near_two_edges_are_moved_there)
{
    const struct nf_catalogue *catalogue = &calls.reference->catalogue;
    const int shift = _i;

    ck_assert_uint_gt(catalogue->junctions.n, 20);
    for (size_t k = 0; k < catalogue->junctions.n; k++) {
        const struct nf_known_junction *known = &catalogue->junctions.items[k];
        char five[64], three[64];
        struct nft_molecule molecule;
        int64_t expected = shift >= -6 && shift <= 6 ? 0 : shift;

        nft_calls_end(&calls);
        nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
        snprintf(five, sizeof five, "%s:%lld:%c", known->contig5, (long long)known->pos5 + 1,
                 known->strand5 > 0 ? '+' : '-');
        snprintf(three, sizeof three, "%s:%lld:%c", known->contig3, (long long)known->pos3 + 1,
                 known->strand3 > 0 ? '+' : '-');
        molecule = nft_molecule(&calls, five, three);
        add_joins("r", 1, &molecule, shift, shift);
        nft_calls_junctions(&calls);
        assert_at(nft_only_junction(&calls), nft_moved(molecule.five, expected),
                  nft_moved(molecule.three, expected));
    }
}
END_TEST

static const struct {
    int shift5, shift3;
    bool is_moved;
} unequal[] = {{1, 2, false}, {-3, 3, false}, {0, 1, false}, {4, 4, true}, {-6, -6, true}};

START_TEST(both_sides_move_alike)
{
    struct nft_molecule molecule = nft_molecule(&calls, etv6_e5, ntrk3_e15);
    int64_t back = unequal[_i].is_moved ? 0 : 1;

    add_joins("r", 1, &molecule, unequal[_i].shift5, unequal[_i].shift3);
    nft_calls_junctions(&calls);
    assert_at(nft_only_junction(&calls), nft_moved(molecule.five, back * unequal[_i].shift5),
              nft_moved(molecule.three, back * unequal[_i].shift3));
}
END_TEST

START_TEST(one_edge_alone_moves_nothing)
{
    struct nft_molecule molecule = nft_molecule(&calls, etv6_intron, ntrk3_e15);

    add_joins("r", 1, &molecule, 3, 3);
    nft_calls_junctions(&calls);
    assert_at(nft_only_junction(&calls), nft_moved(molecule.five, 3),
              nft_moved(molecule.three, 3));
}
END_TEST

/* ---- merging ---- */

static const struct {
    int shift5, shift3;
    size_t n;
} neighbours[] = {{5, 5, 1}, {-5, -5, 1}, {-5, 5, 1}, {0, 5, 1},   {1, 0, 1},
                  {6, 6, 2}, {6, 0, 2},   {0, 6, 2},  {-6, -1, 2}, {5, -6, 2}};

START_TEST(places_within_five_merge)
{
    struct nft_molecule molecule = nft_molecule(&calls, etv6_intron, ntrk3_intron);

    add_joins("w", 1, &molecule, neighbours[_i].shift5, neighbours[_i].shift3);
    add_joins("s", 3, &molecule, 0, 0);
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, neighbours[_i].n);
    ck_assert_int_eq(calls.junctions.funnel.n_exact_places, 2);
    if (neighbours[_i].n == 1) {
        assert_at(nft_only_junction(&calls), molecule.five, molecule.three);
        ck_assert_int_eq(nft_only_junction(&calls)->n_split, 4);
    }
}
END_TEST

START_TEST(edges_outweigh_reads)
{
    struct nft_molecule molecule = nft_molecule(&calls, etv6_e5, ntrk3_e15);

    add_joins("many", 9, &molecule, 2, 3);
    add_joins("few", 1, &molecule, 0, 0);
    nft_calls_junctions(&calls);
    assert_at(nft_only_junction(&calls), molecule.five, molecule.three);
    ck_assert_int_eq(nft_only_junction(&calls)->n_split, 10);
}
END_TEST

START_TEST(merging_does_not_creep)
{
    struct nft_molecule molecule = nft_molecule(&calls, etv6_intron, ntrk3_intron);

    add_joins("a", 5, &molecule, 0, 0);
    add_joins("b", 3, &molecule, 5, 5);
    add_joins("c", 1, &molecule, 10, 10);
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, 2);
    ck_assert_int_eq(calls.junctions.junctions.items[0].n_split, 8);
    ck_assert_int_eq(calls.junctions.junctions.items[1].n_split, 1);
}
END_TEST

START_TEST(equal_groups_merge_into_the_first_by_place)
{
    struct nft_molecule molecule = nft_molecule(&calls, etv6_intron, ntrk3_intron);

    add_joins("b", 2, &molecule, 4, 4);
    add_joins("a", 2, &molecule, 0, 0);
    nft_calls_junctions(&calls);
    assert_at(nft_only_junction(&calls), molecule.five, molecule.three);
}
END_TEST

/* DET1 has two donor edges 4 nt apart: two isoforms, also where one has few reads. */
START_TEST(isoforms_on_near_edges_stay_apart)
{
    struct nft_molecule one = nft_molecule(&calls, "chr15:88531609:-", ntrk3_e14);
    struct nft_molecule two = nft_molecule(&calls, "chr15:88531613:-", ntrk3_e14);

    add_joins("a", 8, &one, 0, 0);
    add_joins("b", 1, &two, 0, 0);
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, 2);
    ck_assert_int_eq(calls.junctions.junctions.items[0].n_split, 8);
    ck_assert_int_eq(calls.junctions.junctions.items[1].n_split, 1);
}
END_TEST

/* ---- several placements ---- */

static const struct {
    const char *five, *three;
    bool intragenic, multi5, multi3;
    size_t n;
} placements[] = {
    {"chr12:11869969:+", "chr15:87940753:-", false, false, true, 0},
    {"chr12:11869969:+", "chr15:87940753:-", false, true, false, 1},
    {"chr15:88033000:-", "chr12:11884445:+", false, true, false, 0},
    {"chr15:88033000:-", "chr12:11884445:+", false, false, true, 1},
    {"chr15:88137404:-", "chr15:87940753:-", true, true, false, 0},
    {"chr15:88137404:-", "chr15:87940753:-", true, false, true, 0},
    {"chr15:88137404:-", "chr15:87940753:-", true, false, false, 1},
};

START_TEST(the_target_side_must_be_certain)
{
    struct nft_molecule molecule =
        nft_molecule(&calls, placements[_i].five, placements[_i].three);
    struct nf_join *join = nft_join(&calls, "r", &molecule, 0);

    join->intragenic = placements[_i].intragenic;
    join->multi5 = placements[_i].multi5;
    join->multi3 = placements[_i].multi3;
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, placements[_i].n);
    ck_assert_int_eq(calls.junctions.funnel.n_multimapped, 1 - (int64_t)placements[_i].n);
    if (placements[_i].n) {
        ck_assert_int_eq(nft_only_junction(&calls)->supports.items[0].multi5,
                         placements[_i].multi5);
        ck_assert_int_eq(nft_only_junction(&calls)->supports.items[0].multi3,
                         placements[_i].multi3);
    }
}
END_TEST

/* ---- order ---- */

/* A sample with something of everything, its fragments met in an order of `seed`. */
static char *build_in_order(uint64_t seed)
{
    struct nft_molecule a = nft_molecule(&calls, etv6_e5, ntrk3_e15);
    struct nft_molecule b = nft_molecule(&calls, etv6_intron, ntrk3_intron);
    struct nft_molecule c = nft_molecule(&calls, "chr1:154170400:-", "chr1:156874571:+");
    char name[16];

    for (uint32_t i = 0; i < 40 && seed > 0; i++) {
        uint64_t state = seed + i;

        snprintf(name, sizeof name, "%sf%u", i % 3 ? "" : "rg|", nft_random(&state, 60));
        nft_fragment(&calls, name);
    }
    for (int i = 0; i < 60; i++) {
        const struct nft_molecule *molecule = i % 3 == 0 ? &b : &a;

        snprintf(name, sizeof name, "%sf%d", i % 5 ? "" : "rg|", i);
        if (i % 2) {
            struct nf_join *join = nft_join(&calls, name, molecule, i % 7 - 3);

            join->is_read2 = i % 4 == 1;
            join->multi5 = i % 11 == 1;
            if (i % 6 == 1)
                join->three = nft_moved(join->three, 1);
            if (i % 10 == 3)
                join->start.pos0 = join->mate_start.pos0 = 1000;
        }
        if (i % 5 < 2)
            nft_clip(&calls, name, molecule, i % 2 ? 5 : 3, i % 4, 20 + i % 9);
        if (i % 4 == 0)
            nft_pair(&calls, name, molecule, 60 + i, 70 + i);
        if (i % 7 == 0) {
            nft_clip(&calls, name, &c, 5, i % 3, 25);
            nft_clip(&calls, name, &c, 3, -(i % 2), 30);
        }
    }
    if (seed > 0)
        nft_calls_shuffle(&calls, seed);
    nft_calls_junctions(&calls);
    return nft_junctions_text(&calls);
}

START_TEST(order_does_not_matter)
{
    char *expected = build_in_order(0), *text;

    ck_assert_uint_ge(calls.junctions.junctions.n, 3);
    ck_assert_int_gt(calls.junctions.funnel.n_junctions_clips, 0);
    nft_assert_contains(expected, "spanning");
    nft_assert_contains(expected, "clip");
    nft_assert_contains(expected, "copy=1");
    nft_calls_end(&calls);
    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
    text = build_in_order((uint64_t)_i * 7919);
    nft_assert_same_text(text, expected);
    free(text);
    free(expected);
}
END_TEST

Suite *junction_suite(void)
{
    Suite *suite = suite_create("junction");
    TCase *places = tcase_create("places");
    TCase *order = tcase_create("order");

    tcase_add_unchecked_fixture(places, nft_reference_load, NULL);
    tcase_add_checked_fixture(places, begin, end);
    tcase_add_test(places, nothing_gives_nothing);
    tcase_add_test(places, reads_at_one_place_are_one_junction);
    tcase_add_test(places, four_isoforms_are_four_junctions);
    tcase_add_test(places, directions_are_kept_apart);
    tcase_add_loop_test(places, breaks_near_two_edges_are_moved_there, -8, 9);
    tcase_add_loop_test(places, both_sides_move_alike, 0, NFT_COUNT(unequal));
    tcase_add_test(places, one_edge_alone_moves_nothing);
    tcase_add_loop_test(places, places_within_five_merge, 0, NFT_COUNT(neighbours));
    tcase_add_test(places, edges_outweigh_reads);
    tcase_add_test(places, merging_does_not_creep);
    tcase_add_test(places, equal_groups_merge_into_the_first_by_place);
    tcase_add_test(places, isoforms_on_near_edges_stay_apart);
    tcase_add_loop_test(places, the_target_side_must_be_certain, 0, NFT_COUNT(placements));
    suite_add_tcase(suite, places);
    tcase_add_unchecked_fixture(order, nft_reference_load, NULL);
    tcase_add_checked_fixture(order, begin, end);
    tcase_add_loop_test(order, order_does_not_matter, 1, 9);
    suite_add_tcase(suite, order);
    return suite;
}
