/* SPDX-License-Identifier: MIT */
/* spanning: which pairs fit a junction. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "support.h"
#include "support_calls.h"

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

/* Junctions of every pair of strands, the target on either side; none near an exon edge. */
static const struct {
    const char *five, *three;
} junctions[] = {
    {"chr12:11860000:+", "chr1:156862000:+"}, {"chr12:11860000:+", "chr15:87950000:-"},
    {"chr1:154185000:-", "chr1:156862000:+"}, {"chr1:154185000:-", "chr15:87950000:-"},
    {"chr1:156862000:+", "chr12:11860000:+"}, {"chr15:87950000:-", "chr12:11860000:+"},
    {"chr1:156862000:+", "chr1:154185000:-"}, {"chr15:87950000:-", "chr1:154185000:-"},
};

static struct nft_molecule start_with(const char *five, const char *three)
{
    struct nft_molecule molecule = nft_molecule(&calls, five, three);

    nft_join(&calls, "seen", &molecule, 0);
    return molecule;
}

static const struct nf_support *pair_support(void)
{
    nft_calls_junctions(&calls);
    return nft_support(&calls, nft_only_junction(&calls), "pair");
}

/* Of the four ways two reads can point, one fits. Bit 0: the target's read is turned round,
 * bit 1: the partner's. */
START_TEST(reads_must_face_each_other)
{
    const int which = _i / 4, turned = _i % 4;
    struct nft_molecule molecule = start_with(junctions[which].five, junctions[which].three);
    struct nf_mate *mates = nft_pair(&calls, "pair", &molecule, 80, 90);
    const struct nf_support *support;

    if (turned & 1) {
        mates[0].strand = (int8_t)-mates[0].strand;
        mates[1].mate_strand = mates[0].strand;
    }
    if (turned & 2) {
        mates[1].strand = (int8_t)-mates[1].strand;
        mates[0].mate_strand = mates[1].strand;
    }
    support = pair_support();
    ck_assert_int_eq(support != NULL, turned == 0);
    ck_assert_int_eq(nft_only_junction(&calls)->n_spanning, turned == 0);
    ck_assert_int_eq(calls.junctions.funnel.n_mates, 1);
    ck_assert_int_eq(calls.junctions.funnel.n_spanning_used, turned == 0);
    if (support) {
        ck_assert_int_eq(support->kind, NF_SUPPORT_SPANNING);
        ck_assert_str_eq(support->source, "spanning");
        ck_assert_int_eq(support->anchor5 + support->anchor3, 0);
        ck_assert_int_eq(support->mapq5, 60);
        ck_assert_int_eq(support->mapq3, 60);
    }
}
END_TEST

/* Outer ends of the reads from the break, and whether they fit; reads are 50 long, so that a
 * reach below 50 runs past the break. */
static const struct {
    int reach5, reach3;
    bool fits;
} reaches[] = {
    {200, 200, true},  {200, 201, false}, {201, 200, false},    {50, 350, true},
    {350, 50, true},   {42, 100, true},   {41, 100, false},     {100, 42, true},
    {100, 41, false},  {42, 42, true},    {0, 100, false},      {100, -60, false},
    {-60, 100, false}, {1000, 50, false}, {50, 3000000, false},
};

START_TEST(the_fragment_must_fit_the_sample)
{
    const size_t which = (size_t)_i / NFT_COUNT(reaches), k = (size_t)_i % NFT_COUNT(reaches);
    struct nft_molecule molecule = start_with(junctions[which].five, junctions[which].three);

    nft_pair(&calls, "pair", &molecule, reaches[k].reach5, reaches[k].reach3);
    ck_assert_int_eq(pair_support() != NULL, reaches[k].fits);
}
END_TEST

/* From the break at NTRK3 e15 through the intron of 7 kb into e16: 131 bases of e15 and those
 * of e16 count, not the intron. */
static const struct {
    int64_t in_e16;
    int reach5;
    bool fits;
} spliced[] = {{100, 169, true}, {100, 170, false}, {50, 219, true}, {50, 220, false}};

START_TEST(introns_do_not_count)
{
    struct nft_molecule molecule = start_with("chr12:11869969:+", "chr15:87940753:-");
    struct nf_mate *mate = nft_pair(&calls, "pair", &molecule, spliced[_i].reach5, 131);
    int64_t e16 = nft_acceptor0(calls.reference, "NTRK3", 16);

    ck_assert_int_eq(nft_donor0(calls.reference, "NTRK3", 15), molecule.three.pos0 - 130);
    mate->start0 = mate->start.pos0 = e16 - spliced[_i].in_e16 + 1;
    mate->end0 = mate->start0 + 50;
    ck_assert_int_eq(pair_support() != NULL, spliced[_i].fits);
}
END_TEST

/* A read with an intron of its own lies on its side from its first to its last base. */
START_TEST(spliced_reads)
{
    struct nft_molecule molecule = start_with("chr12:11869969:+", "chr15:87940753:-");
    struct nf_mate *mate = nft_pair(&calls, "pair", &molecule, 100, 131);

    mate->start0 = mate->start.pos0 = nft_acceptor0(calls.reference, "NTRK3", 16) - 19;
    ck_assert_ptr_nonnull(pair_support());
}
END_TEST

START_TEST(the_partners_record_may_be_missing)
{
    struct nft_molecule molecule = start_with("chr12:11860000:+", "chr15:87950000:-");
    const struct nf_support *support;

    nft_pair(&calls, "pair", &molecule, 80, 90);
    calls.scan.observations.mates.n = 1;
    support = pair_support();
    ck_assert_ptr_nonnull(support);
    ck_assert_int_eq(support->mapq3, 60);
    ck_assert_int_eq(support->mapq5, 0);
    ck_assert_int_eq(support->mate_start.pos0, molecule.five.pos0 - 79);
    ck_assert_int_eq(support->mate_start.contig, molecule.five.contig);
    ck_assert_int_eq(support->mate_start.strand, 1);
}
END_TEST

START_TEST(an_ambiguous_target_is_no_evidence_an_ambiguous_partner_is_noted)
{
    struct nft_molecule molecule = start_with("chr12:11860000:+", "chr15:87950000:-");
    const struct nf_support *support;
    struct nf_mate *partner = nft_pair(&calls, "pair", &molecule, 80, 90) + 1;

    partner->multi = true;
    partner->mapq = 3;
    nft_pair(&calls, "multi", &molecule, 80, 90)->multi = true;
    support = pair_support();
    ck_assert_ptr_nonnull(support);
    ck_assert(support->multi5 && !support->multi3);
    ck_assert_int_eq(support->mapq5, 3);
    ck_assert_ptr_null(nft_support(&calls, nft_only_junction(&calls), "multi"));
}
END_TEST

START_TEST(a_pair_supports_every_junction_it_fits)
{
    struct nft_molecule one = start_with("chr12:11860000:+", "chr15:87950000:-");
    struct nft_molecule two = nft_molecule(&calls, "chr12:11860060:+", "chr15:87950000:-");

    nft_join(&calls, "seen2", &two, 0);
    nft_pair(&calls, "pair", &one, 80, 90);
    nft_pair(&calls, "far", &one, 300, 90);
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, 2);
    ck_assert_int_eq(calls.junctions.junctions.items[0].n_spanning, 2);
    ck_assert_int_eq(calls.junctions.junctions.items[1].n_spanning, 1);
    ck_assert_int_eq(calls.junctions.funnel.n_spanning_used, 2);
}
END_TEST

START_TEST(other_chromosomes_and_skips_inside_the_target_take_no_pairs)
{
    struct nft_molecule molecule = start_with("chr12:11860000:+", "chr15:87950000:-");
    struct nf_mate *mates = nft_pair(&calls, "pair", &molecule, 80, 90);

    mates[0].mate_contig = mates[1].contig = 3;
    nft_pair(&calls, "other", &molecule, 80, 90)->target = 0;
    calls.scan.observations.joins.items[0].intragenic = false;
    ck_assert_ptr_null(pair_support());
    ck_assert_ptr_null(nft_support(&calls, nft_only_junction(&calls), "other"));
    nft_calls_end(&calls);

    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
    molecule = start_with("chr15:88137404:-", "chr15:87940753:-");
    calls.scan.observations.joins.items[0].intragenic = true;
    nft_pair(&calls, "pair", &molecule, 80, 90);
    ck_assert_ptr_null(pair_support());
}
END_TEST

/* Without a junction there is nothing that pairs could support. */
START_TEST(pairs_alone_make_no_junction)
{
    struct nft_molecule molecule =
        nft_molecule(&calls, "chr12:11860000:+", "chr15:87950000:-");

    nft_pair(&calls, "pair", &molecule, 80, 90);
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, 0);
}
END_TEST

Suite *spanning_suite(void)
{
    Suite *suite = suite_create("spanning");
    TCase *pairs = tcase_create("pairs");

    tcase_add_unchecked_fixture(pairs, nft_reference_load, NULL);
    tcase_add_checked_fixture(pairs, begin, end);
    tcase_add_loop_test(pairs, reads_must_face_each_other, 0, 4 * NFT_COUNT(junctions));
    tcase_add_loop_test(pairs, the_fragment_must_fit_the_sample, 0,
                        NFT_COUNT(junctions) * NFT_COUNT(reaches));
    tcase_add_loop_test(pairs, introns_do_not_count, 0, NFT_COUNT(spliced));
    tcase_add_test(pairs, spliced_reads);
    tcase_add_test(pairs, the_partners_record_may_be_missing);
    tcase_add_test(pairs, an_ambiguous_target_is_no_evidence_an_ambiguous_partner_is_noted);
    tcase_add_test(pairs, a_pair_supports_every_junction_it_fits);
    tcase_add_test(pairs, other_chromosomes_and_skips_inside_the_target_take_no_pairs);
    tcase_add_test(pairs, pairs_alone_make_no_junction);
    suite_add_tcase(suite, pairs);
    return suite;
}
