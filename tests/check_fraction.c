/* SPDX-License-Identifier: MIT */
/* fraction: what the coverage of a target adds to its junctions. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support.h"
#include "support_calls.h"

static struct nft_calls calls;
static struct nft_molecule molecule;
static uint32_t ntrk3;

static void begin(void)
{
    nft_log_begin();
    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
    molecule = nft_molecule(&calls, "chr12:11869969:+", "chr15:87940753:-");
    ntrk3 = nft_target(calls.reference, "NTRK3");
}

static void end(void)
{
    nft_calls_end(&calls);
    nft_log_end();
}

/* The number of a target's exon as nf_cover and nf_fusion keep it. */
static uint64_t exon_bit(uint32_t number)
{
    return (uint64_t)1 << (number - 1);
}

static void add_joins(int n)
{
    for (int i = 0; i < n; i++) {
        char name[16];

        snprintf(name, sizeof name, "join%d", i);
        nft_join(&calls, name, &molecule, 0);
    }
}

/* A fragment that splices NTRK3 from e14 (or another donor) to e15 (or another acceptor). */
static void add_splice(const char *name, int64_t donor_shift, int64_t acceptor_shift)
{
    nft_splice(&calls, name, ntrk3, nft_donor0(calls.reference, "NTRK3", 14) + donor_shift,
               nft_acceptor0(calls.reference, "NTRK3", 15) + acceptor_shift);
}

static const struct nf_fusion *build(void)
{
    nft_calls_shuffle(&calls, 5);
    nft_calls_fusions(&calls);
    return nft_only_fusion(&calls);
}

/* ---- fusion fraction ---- */

START_TEST(junction_over_junction_and_normal)
{
    add_joins(2);
    nft_clip(&calls, "clip", &molecule, 3, 0, 30);
    nft_pair(&calls, "pair", &molecule, 90, 90); /* passes no edge that could be compared */
    add_splice("n1", 0, 0);
    add_splice("n2", 0, 0);
    add_splice("n2", 0, 0);  /* the other read of n2 */
    add_splice("n3", 99, 0); /* from any donor */
    add_splice("n4", 0, 1);  /* another acceptor */
    nft_splice(&calls, "n5", 0, nft_donor0(calls.reference, "NTRK3", 14),
               nft_acceptor0(calls.reference, "NTRK3", 15));
    ck_assert_double_eq_tol(build()->fusion_fraction, 3.0 / (3.0 + 3.0), 1e-12);
}
END_TEST

/* Reads over the junction are all kept; of the splices of a deep target one in four here. */
START_TEST(splices_of_a_deep_target_stand_for_more)
{
    add_joins(3);
    for (uint32_t t = 0; t <= ntrk3; t++)
        ck_assert_int_eq(
            nf_vec_push(&calls.scan.observations.depths,
                        (struct nf_depth){.level = t == ntrk3 ? 2 : 0, .exons = exon_bit(20)}),
            NF_OK);
    add_splice("n1", 0, 0);
    add_splice("n2", 0, 0);
    ck_assert_double_eq_tol(build()->fusion_fraction, 3.0 / (3.0 + 8.0), 1e-12);
    ck_assert_uint_eq(nft_only_fusion(&calls)->covered_exons, exon_bit(20));
}
END_TEST

START_TEST(nothing_spliced_normally)
{
    add_joins(4);
    ck_assert_double_eq_tol(build()->fusion_fraction, 1.0, 1e-12);
}
END_TEST

START_TEST(a_target_on_the_five_prime_side)
{
    molecule = nft_molecule(&calls, "chr15:88032857:-", "chr12:11884445:+");
    ck_assert_int_eq(molecule.five.pos0, nft_donor0(calls.reference, "NTRK3", 14));
    add_joins(1);
    add_splice("n1", 0, 0);
    add_splice("n2", 0, 55); /* to any acceptor */
    add_splice("n3", 1, 0);  /* another donor */
    ck_assert_double_eq_tol(build()->fusion_fraction, 1.0 / 3.0, 1e-12);
}
END_TEST

/* Off the target's edge there is nothing to compare with; the partner's does not matter. */
static const struct {
    const char *five, *three;
    bool is_known;
} edges[] = {{"chr12:11869900:+", "chr15:87940753:-", true},
             {"chr12:11869969:+", "chr15:87940743:-", false},
             {"chr12:11860000:+", "chr15:87950000:-", false},
             {"chr15:88032857:-", "chr12:11890000:+", true},
             {"chr15:88032900:-", "chr12:11884445:+", false}};

START_TEST(only_at_an_edge_of_the_target)
{
    molecule = nft_molecule(&calls, edges[_i].five, edges[_i].three);
    add_joins(2);
    ck_assert_int_eq(!isnan(build()->fusion_fraction), edges[_i].is_known);
}
END_TEST

START_TEST(pairs_alone_give_no_fraction)
{
    struct nf_fusion fusion;
    struct nf_junction junction;
    struct nf_fusion_set set;

    memset(&set, 0, sizeof set);
    memset(&fusion, 0, sizeof fusion);
    memset(&junction, 0, sizeof junction);
    junction.target = ntrk3;
    junction.target_is_3prime = true;
    junction.five = molecule.five;
    junction.three = molecule.three;
    junction.n_spanning = 7;
    fusion.junction = &junction;
    ck_assert_int_eq(nf_vec_push(&set.fusions, fusion), NF_OK);
    ck_assert_int_eq(
        nf_coverage_apply(&set, &calls.reference->panel, &calls.scan.observations), NF_OK);
    ck_assert(isnan(set.fusions.items[0].fusion_fraction));
    ck_assert_uint_eq(set.target_fragments.n, 3);
    nf_fusions_free(&set);
    ck_assert_uint_eq(set.fusions.n, 0);
}
END_TEST

/* ---- FFPM ---- */

static const struct {
    int64_t n_mapped;
    bool is_paired;
    double ffpm;
} sizes[] = {{2000000, true, 4}, {2000000, false, 2}, {500000, true, 16}, {10, true, 800000}};

START_TEST(fragments_per_million)
{
    add_joins(2);
    nft_clip(&calls, "clip", &molecule, 3, 0, 30);
    nft_pair(&calls, "pair", &molecule, 90, 90);
    calls.scan.n_mapped = sizes[_i].n_mapped;
    calls.scan.sample.is_paired = sizes[_i].is_paired;
    ck_assert_double_eq_tol(build()->ffpm, sizes[_i].ffpm, 1e-9);
}
END_TEST

START_TEST(a_file_of_unknown_size)
{
    add_joins(2);
    calls.scan.n_mapped = _i - 1;
    ck_assert(isnan(build()->ffpm));
}
END_TEST

/* ---- exons ---- */

START_TEST(exons_that_fragments_cover)
{
    const struct nf_fusion *fusion;

    add_joins(2);
    nft_pair(&calls, "pair", &molecule, 90, 90);
    nft_cover(&calls, "join0", ntrk3, exon_bit(15));
    nft_cover(&calls, "join0", ntrk3, exon_bit(16)); /* its other read */
    nft_cover(&calls, "pair", ntrk3, exon_bit(18))->terminals = 2;
    nft_cover(&calls, "normal", ntrk3, exon_bit(3) | exon_bit(20));
    nft_cover(&calls, "normal", 0, exon_bit(5));
    nft_cover(&calls, "join1", 0, exon_bit(7)); /* another target */
    fusion = build();
    ck_assert_uint_eq(fusion->linked_exons, exon_bit(15) | exon_bit(16) | exon_bit(18));
    ck_assert_uint_eq(fusion->linked_terminals, 2);
    ck_assert_uint_eq(fusion->covered_exons,
                      exon_bit(15) | exon_bit(16) | exon_bit(18) | exon_bit(3) | exon_bit(20));
    ck_assert_int_eq(calls.fusions.target_fragments.items[ntrk3], 3);
    ck_assert_int_eq(calls.fusions.target_fragments.items[0], 2);
    ck_assert_int_eq(calls.fusions.target_fragments.items[1], 0);
}
END_TEST

/* Fragments are told by name and read group, also here. */
START_TEST(fragments_of_read_groups)
{
    const struct nf_fusion *fusion;

    nft_join(&calls, "lane1|f", &molecule, 0);
    nft_join(&calls, "lane2|g", &molecule, 0);
    nft_cover(&calls, "f", ntrk3, exon_bit(16)); /* of no read group */
    nft_cover(&calls, "g", ntrk3, exon_bit(17))->fragment_hash =
        nf_fragment_hash(nf_span_of("lane2"), nf_span_of("g"));
    fusion = build();
    ck_assert_uint_eq(fusion->linked_exons, exon_bit(17));
    ck_assert_uint_eq(fusion->covered_exons, exon_bit(16) | exon_bit(17));
}
END_TEST

START_TEST(targets_without_reads)
{
    nft_calls_fusions(&calls);
    ck_assert_uint_eq(calls.fusions.fusions.n, 0);
    ck_assert_uint_eq(calls.fusions.target_fragments.n, 3);
    ck_assert_int_eq(calls.fusions.target_fragments.items[2], 0);
}
END_TEST

Suite *fraction_suite(void)
{
    Suite *suite = suite_create("fraction");
    TCase *fraction = tcase_create("fraction");
    TCase *exons = tcase_create("exons");

    tcase_add_unchecked_fixture(fraction, nft_reference_load, NULL);
    tcase_add_checked_fixture(fraction, begin, end);
    tcase_add_test(fraction, junction_over_junction_and_normal);
    tcase_add_test(fraction, nothing_spliced_normally);
    tcase_add_test(fraction, splices_of_a_deep_target_stand_for_more);
    tcase_add_test(fraction, a_target_on_the_five_prime_side);
    tcase_add_loop_test(fraction, only_at_an_edge_of_the_target, 0, NFT_COUNT(edges));
    tcase_add_test(fraction, pairs_alone_give_no_fraction);
    tcase_add_loop_test(fraction, fragments_per_million, 0, NFT_COUNT(sizes));
    tcase_add_loop_test(fraction, a_file_of_unknown_size, 0, 2);
    tcase_add_unchecked_fixture(exons, nft_reference_load, NULL);
    tcase_add_checked_fixture(exons, begin, end);
    tcase_add_test(exons, exons_that_fragments_cover);
    tcase_add_test(exons, fragments_of_read_groups);
    tcase_add_test(exons, targets_without_reads);
    suite_add_tcase(suite, fraction);
    suite_add_tcase(suite, exons);
    return suite;
}
