/* SPDX-License-Identifier: MIT */
/* piles: junctions whose reads no aligner split. */
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

/* On exon edges, every pair of strands, the target 3′ and 5′; all partners are in the
 * catalogue. */
static const struct {
    const char *five, *three;
} junctions[] = {
    {"chr12:11869969:+", "chr15:87940753:-"}, {"chr12:11869969:+", "chr1:156874571:+"},
    {"chr1:154170400:-", "chr1:156874571:+"}, {"chr1:154170400:-", "chr15:88033045:-"},
    {"chr15:88032857:-", "chr12:11884445:+"}, {"chr1:156874400:+", "chr12:11884445:+"},
    {"chr1:156874400:+", "chr1:154169383:-"}, {"chr15:88032857:-", "chr1:154169383:-"},
};

static struct nft_molecule molecule_at(int which)
{
    return nft_molecule(&calls, junctions[which].five, junctions[which].three);
}

/* `n` clips of a side with 30 to 30 + n − 1 clipped bases. */
static void add_pile(const struct nft_molecule *molecule, int side, int shift, int n)
{
    char name[16];

    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, "%d-%d", side, i);
        nft_clip(&calls, name, molecule, side, shift, 30 + i);
    }
}

static void assert_found(const struct nft_molecule *molecule, int64_t n_reads)
{
    const struct nf_junction *junction;

    nft_calls_junctions(&calls);
    junction = nft_only_junction(&calls);
    ck_assert_int_eq(nf_locus_compare(&junction->five, &molecule->five), 0);
    ck_assert_int_eq(nf_locus_compare(&junction->three, &molecule->three), 0);
    ck_assert_int_eq(junction->n_rescued, n_reads);
    ck_assert_int_eq(junction->n_split, 0);
    ck_assert_int_eq(junction->n_gap, 0);
    ck_assert(!junction->intragenic);
    ck_assert_int_eq(calls.junctions.funnel.n_junctions_clips, 1);
    for (int c = NF_FLANK - 29; c < NF_FLANK + 29; c++)
        ck_assert_int_eq(junction->consensus.bases[c],
                         molecule->bases[NFT_REACH - NF_FLANK + c]);
}

static void assert_none(void)
{
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, 0);
    ck_assert_int_eq(calls.junctions.funnel.n_junctions_clips, 0);
}

/* ---- found ---- */

/* The aligners of the two piles run on by up to ten bases together, each by up to eight. */
START_TEST(piles_that_share_bases)
{
    const int n_shared = _i % 11, least = n_shared > 8 ? n_shared - 8 : 0;

    for (int run5 = least; run5 <= n_shared && run5 <= 8; run5 += 1 + n_shared / 3) {
        struct nft_molecule molecule = molecule_at(_i / 11);

        nft_calls_end(&calls);
        nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
        add_pile(&molecule, 5, run5, 3);
        add_pile(&molecule, 3, run5 - n_shared, 4);
        assert_found(&molecule, 7);
        ck_assert_int_eq(nft_only_junction(&calls)->target_is_3prime, _i / 11 < 4);
    }
}
END_TEST

/* They stop early by up to four bases together. */
START_TEST(piles_that_leave_bases_between)
{
    const int n_between = 1 + _i % 4;

    for (int early5 = 0; early5 <= n_between; early5++) {
        struct nft_molecule molecule = molecule_at(_i / 4);

        nft_calls_end(&calls);
        nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
        add_pile(&molecule, 5, -early5, 3);
        add_pile(&molecule, 3, n_between - early5, 4);
        assert_found(&molecule, 7);
    }
}
END_TEST

START_TEST(piles_off_exon_edges)
{
    struct nft_molecule molecule =
        nft_molecule(&calls, "chr12:11860000:+", "chr15:87950000:-");

    add_pile(&molecule, 5, 0, 2);
    add_pile(&molecule, 3, 0, 2);
    nft_pair(&calls, "pair", &molecule, 90, 90);
    assert_found(&molecule, 4);
}
END_TEST

START_TEST(errors_of_single_reads_are_outvoted)
{
    struct nft_molecule molecule = molecule_at(0), wrong = molecule;

    add_pile(&molecule, 5, 0, 3);
    add_pile(&molecule, 3, 0, 3);
    wrong.bases[NFT_REACH + 1] = molecule.bases[NFT_REACH + 1] == 'A' ? 'C' : 'A';
    wrong.bases[NFT_REACH - 2] = molecule.bases[NFT_REACH - 2] == 'A' ? 'C' : 'A';
    nft_clip(&calls, "wrong5", &wrong, 5, 0, 30);
    nft_clip(&calls, "wrong3", &wrong, 3, 0, 30);
    assert_found(&molecule, 8);
}
END_TEST

START_TEST(pairs_then_support_it)
{
    struct nft_molecule molecule = molecule_at(0);

    add_pile(&molecule, 5, 0, 2);
    add_pile(&molecule, 3, 0, 2);
    nft_pair(&calls, "pair", &molecule, 90, 90);
    assert_found(&molecule, 4);
    ck_assert_int_eq(nft_only_junction(&calls)->n_spanning, 1);
}
END_TEST

START_TEST(a_junction_seen_by_split_reads_is_not_made_again)
{
    struct nft_molecule molecule = molecule_at(0);

    nft_join(&calls, "split", &molecule, 0);
    add_pile(&molecule, 5, 0, 3);
    add_pile(&molecule, 3, 0, 3);
    nft_calls_junctions(&calls);
    ck_assert_int_eq(nft_only_junction(&calls)->n_split, 1);
    ck_assert_int_eq(nft_only_junction(&calls)->n_rescued, 6);
    ck_assert_int_eq(calls.junctions.funnel.n_junctions_clips, 0);
}
END_TEST

/* Each boundary is a pile of its own, and all are one junction. */
START_TEST(scattered_boundaries_are_one_junction)
{
    struct nft_molecule molecule = molecule_at(2);

    for (int shift = 0; shift < 3; shift++) {
        char name[16];

        snprintf(name, sizeof name, "5-%d", shift);
        nft_clip(&calls, name, &molecule, 5, shift, 30);
        snprintf(name, sizeof name, "3-%d", shift);
        nft_clip(&calls, name, &molecule, 3, -shift, 30);
    }
    nft_clip(&calls, "3-3", &molecule, 3, 0, 30);
    assert_found(&molecule, 7);
}
END_TEST

/* One acceptor, two donors: the clips at the acceptor are told apart by what they read. */
START_TEST(isoforms_that_share_an_edge)
{
    struct nft_molecule one = molecule_at(0);
    struct nft_molecule two = nft_molecule(&calls, "chr12:11853561:+", junctions[0].three);

    add_pile(&one, 5, 0, 2);
    add_pile(&one, 3, 0, 4);
    nft_clip(&calls, "5-two", &two, 5, 0, 30);
    nft_clip(&calls, "3-two", &two, 3, 0, 30);
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, 2);
    ck_assert_int_eq(calls.junctions.junctions.items[0].five.pos0, two.five.pos0);
    ck_assert_int_eq(calls.junctions.junctions.items[0].n_rescued, 2);
    ck_assert_int_eq(calls.junctions.junctions.items[1].n_rescued, 6);
}
END_TEST

/* ---- how much must agree ---- */

/* One clip a side, and a pair: clipped bases of the partner's (5′) and of the target's. */
static const struct {
    int n5, n3;
    bool is_found;
} lengths[] = {{8, 16, true},  {14, 10, true}, {13, 10, false}, {8, 15, false},
               {7, 40, false}, {40, 10, true}, {40, 9, false}};

START_TEST(enough_bases_on_both_sides)
{
    struct nft_molecule molecule = molecule_at(0);

    nft_clip(&calls, "five", &molecule, 5, 0, lengths[_i].n5);
    nft_clip(&calls, "three", &molecule, 3, 0, lengths[_i].n3);
    nft_pair(&calls, "pair", &molecule, 90, 90);
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, lengths[_i].is_found);
}
END_TEST

/* 40 bases of each clip are compared; one in twelve may differ. */
START_TEST(few_differences)
{
    struct nft_molecule molecule = molecule_at(0), other = molecule;

    for (int i = 0; i < _i; i++) {
        char *base = &other.bases[NFT_REACH + 9 + 4 * i];

        *base = *base == 'A' ? 'C' : 'A';
    }
    nft_clip(&calls, "five", &other, 5, 0, 40);
    nft_clip(&calls, "three", &molecule, 3, 0, 40);
    nft_pair(&calls, "pair", &molecule, 90, 90);
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, _i <= 6);
}
END_TEST

/* ---- refused ---- */

static const struct {
    int shift5, shift3;
} distances[] = {{11, 0}, {0, -11}, {6, -5}, {-5, 0}, {0, 5}, {-3, 2}};

START_TEST(too_much_shared_or_between)
{
    struct nft_molecule molecule = molecule_at(0);

    add_pile(&molecule, 5, distances[_i].shift5, 3);
    add_pile(&molecule, 3, distances[_i].shift3, 3);
    nft_pair(&calls, "pair", &molecule, 90, 90);
    assert_none();
}
END_TEST

/* Bases between the piles that no exon edge explains. */
START_TEST(bases_between_need_exon_edges)
{
    struct nft_molecule molecule =
        nft_molecule(&calls, "chr12:11860000:+", "chr15:87950000:-");

    add_pile(&molecule, 5, -1, 3);
    add_pile(&molecule, 3, 1, 3);
    nft_pair(&calls, "pair", &molecule, 90, 90);
    assert_none();
}
END_TEST

START_TEST(piles_that_do_not_match)
{
    struct nft_molecule molecule = molecule_at(0), other = molecule_at(2);

    other.five = molecule.five;
    add_pile(&other, 5, 0, 3);
    add_pile(&molecule, 3, 0, 3);
    nft_pair(&calls, "pair", &molecule, 90, 90);
    assert_none();
}
END_TEST

START_TEST(one_pile_alone)
{
    struct nft_molecule molecule = molecule_at(0);

    add_pile(&molecule, _i ? 3 : 5, 0, 9);
    assert_none();
}
END_TEST

static const struct {
    const char *unit;
    int side;
} repeats[] = {{"A", 5},  {"A", 3},   {"T", 5},   {"AC", 5},   {"AC", 3},
               {"TG", 3}, {"CAG", 5}, {"CAG", 3}, {"GATA", 5}, {"GATA", 3}};

/* A tail or a repeat matches anything of its kind. */
START_TEST(repeats_prove_nothing)
{
    struct nft_molecule molecule = molecule_at(0);
    const size_t n_unit = strlen(repeats[_i].unit);

    for (size_t i = 0; i < NFT_REACH; i++)
        molecule.bases[i + (repeats[_i].side == 3 ? NFT_REACH : 0)] =
            repeats[_i].unit[i % n_unit];
    add_pile(&molecule, 5, 0, 3);
    add_pile(&molecule, 3, 0, 3);
    nft_pair(&calls, "pair", &molecule, 90, 90);
    assert_none();
}
END_TEST

START_TEST(piles_must_face_each_other)
{
    struct nft_molecule molecule = molecule_at(_i);

    add_pile(&molecule, 5, 0, 3);
    for (size_t i = 0; i < calls.scan.observations.clips.n; i++)
        calls.scan.observations.clips.items[i].is_downstream = false;
    add_pile(&molecule, 3, 0, 3);
    nft_pair(&calls, "pair", &molecule, 90, 90);
    assert_none();
}
END_TEST

START_TEST(clips_of_an_ambiguous_target_make_no_pile)
{
    struct nft_molecule molecule = molecule_at(0);

    add_pile(&molecule, 3, 0, 3);
    for (size_t i = 0; i < calls.scan.observations.clips.n; i++)
        calls.scan.observations.clips.items[i].multi = true;
    add_pile(&molecule, 5, 0, 3);
    nft_pair(&calls, "pair", &molecule, 90, 90);
    assert_none();
}
END_TEST

/* EWSR1 is no partner of the catalogue: it needs two fragments that name it. */
static const struct {
    const char *pairs[2];
    bool multi, is_found;
} nominations[] = {{{NULL, NULL}, false, false},
                   {{"p", NULL}, false, false},
                   {{"p", "p"}, false, false},
                   {{"p", "q"}, true, false},
                   {{"p", "q"}, false, true}};

START_TEST(a_gene_must_be_nominated)
{
    struct nft_molecule molecule = molecule_at(0);
    char five[64];

    snprintf(five, sizeof five, "chr22:%lld:+",
             (long long)nft_donor0(calls.reference, "EWSR1", 7) + 1);
    molecule = nft_molecule(&calls, five, junctions[0].three);
    add_pile(&molecule, 5, 0, 3);
    add_pile(&molecule, 3, 0, 3);
    for (int i = 0; i < 2 && nominations[_i].pairs[i]; i++)
        nft_pair(&calls, nominations[_i].pairs[i], &molecule, 90 + i, 90)->multi =
            nominations[_i].multi;
    if (nominations[_i].is_found)
        assert_found(&molecule, 6);
    else
        assert_none();
}
END_TEST

/* ETV6 e6: a catalogue partner that no pair names, at an edge of no published junction. It is
 * searched where the target's clips are a seed: two fragments with other starts, clipped alike
 * at one base near an exon edge. */
static const struct {
    int n, shift;
    bool same_start, other_bases, is_split, is_found;
} seeds[] = {
    {2, 0, false, false, false, true},  {1, 0, false, false, false, false},
    {2, 0, true, false, false, false},  {2, 0, false, true, false, false},
    {2, -8, false, false, false, true}, {2, -9, false, false, false, false},
    {2, 0, false, false, true, false},
};

START_TEST(a_catalogue_partner_needs_a_seed)
{
    struct nft_molecule molecule =
        nft_molecule(&calls, "chr12:11884587:+", junctions[0].three);
    struct nft_molecule other = molecule;
    struct nft_molecule explained =
        nft_molecule(&calls, "chr12:11853561:+", junctions[0].three);
    struct nf_clip *clips;

    other.bases[NFT_REACH - 1] = other.bases[NFT_REACH - 1] == 'A' ? 'C' : 'A';
    other.bases[NFT_REACH - 4] = other.bases[NFT_REACH - 4] == 'A' ? 'C' : 'A';
    add_pile(&molecule, 5, 0, 3);
    add_pile(&molecule, 3, seeds[_i].shift, seeds[_i].n - 1);
    nft_clip(&calls, "last", seeds[_i].other_bases ? &other : &molecule, 3, seeds[_i].shift,
             30);
    clips = calls.scan.observations.clips.items;
    if (seeds[_i].same_start)
        clips[4].start = clips[3].start;
    if (seeds[_i].is_split)
        nft_join(&calls, "split", &explained, 0);
    nft_calls_junctions(&calls);
    ck_assert_int_eq(calls.junctions.funnel.n_junctions_clips, seeds[_i].is_found);
}
END_TEST

/* At both ends of a published junction one clip a side is enough. */
static const struct {
    const char *five, *three;
    bool is_found;
} published[] = {
    {"chr12:11869969:+", "chr15:87940753:-", true},
    {"chr12:11869969:+", "chr15:87933184:-", false}, /* the next exon */
    {"chr12:11869969:+", "chr15:87940737:-", true},
    {"chr12:11869969:+", "chr15:87940736:-", false},
    {"chr12:11869953:+", "chr15:87940753:-", true},
    {"chr12:11869952:+", "chr15:87940753:-", false},
    {"chr12:11869969:+", "chr1:156874571:+", false}, /* of NTRK3 alone */
    {"chr12:11884587:+", "chr15:87940753:-", false},
};

START_TEST(published_junctions_need_no_more)
{
    struct nft_molecule molecule =
        nft_molecule(&calls, published[_i].five, published[_i].three);

    nft_clip(&calls, "five", &molecule, 5, 0, 30);
    nft_clip(&calls, "three", &molecule, 3, 0, 30);
    if (published[_i].is_found)
        assert_found(&molecule, 2);
    else
        assert_none();
}
END_TEST

static void add_refused_case(Suite *suite)
{
    TCase *refused = tcase_create("refused");

    tcase_add_unchecked_fixture(refused, nft_reference_load, NULL);
    tcase_add_checked_fixture(refused, begin, end);
    tcase_add_loop_test(refused, too_much_shared_or_between, 0, NFT_COUNT(distances));
    tcase_add_test(refused, bases_between_need_exon_edges);
    tcase_add_test(refused, piles_that_do_not_match);
    tcase_add_loop_test(refused, one_pile_alone, 0, 2);
    tcase_add_loop_test(refused, repeats_prove_nothing, 0, NFT_COUNT(repeats));
    tcase_add_loop_test(refused, piles_must_face_each_other, 0, NFT_COUNT(junctions));
    tcase_add_test(refused, clips_of_an_ambiguous_target_make_no_pile);
    tcase_add_loop_test(refused, a_gene_must_be_nominated, 0, NFT_COUNT(nominations));
    tcase_add_loop_test(refused, a_catalogue_partner_needs_a_seed, 0, NFT_COUNT(seeds));
    tcase_add_loop_test(refused, published_junctions_need_no_more, 0, NFT_COUNT(published));
    suite_add_tcase(suite, refused);
}

Suite *piles_suite(void)
{
    Suite *suite = suite_create("piles");
    TCase *found = tcase_create("found");

    tcase_add_unchecked_fixture(found, nft_reference_load, NULL);
    tcase_add_checked_fixture(found, begin, end);
    tcase_add_loop_test(found, piles_that_share_bases, 0, 11 * NFT_COUNT(junctions));
    tcase_add_loop_test(found, piles_that_leave_bases_between, 0, 4 * NFT_COUNT(junctions));
    tcase_add_test(found, piles_off_exon_edges);
    tcase_add_test(found, errors_of_single_reads_are_outvoted);
    tcase_add_test(found, pairs_then_support_it);
    tcase_add_test(found, a_junction_seen_by_split_reads_is_not_made_again);
    tcase_add_test(found, scattered_boundaries_are_one_junction);
    tcase_add_test(found, isoforms_that_share_an_edge);
    tcase_add_loop_test(found, enough_bases_on_both_sides, 0, NFT_COUNT(lengths));
    tcase_add_loop_test(found, few_differences, 0, 9);
    suite_add_tcase(suite, found);
    add_refused_case(suite);
    return suite;
}
