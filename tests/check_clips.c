/* SPDX-License-Identifier: MIT */
/* clips: soft clips against a junction that split reads have shown. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "support.h"
#include "support_calls.h"

static struct nft_calls calls;
static struct nft_molecule molecule;

static const char *const forward[] = {"chr12:11869969:+", "chr15:87940753:-"};
static const char *const reciprocal[] = {"chr15:88033000:-", "chr12:11884445:+"};

/* The junction, shown by one split read called "seen". */
static void begin(void)
{
    nft_log_begin();
    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
    molecule = nft_molecule(&calls, forward[0], forward[1]);
    nft_join(&calls, "seen", &molecule, 0);
}

static void end(void)
{
    nft_calls_end(&calls);
    nft_log_end();
}

/* The support of the fragment "clip" for the only junction. */
static const struct nf_support *clip_support(void)
{
    nft_calls_junctions(&calls);
    return nft_support(&calls, nft_only_junction(&calls), "clip");
}

/* Another base at `offset` from the break, in reads made from here on. */
static void change_base(int offset)
{
    char *base = &molecule.bases[NFT_REACH + offset];

    *base = *base == 'A' ? 'C' : 'A';
}

static const struct {
    int side, shift, n_clipped;
    bool counts;
} lengths[] = {
    {5, 0, 8, true},
    {5, 0, 7, false},
    {3, 0, 8, true},
    {3, 0, 7, false},
    {5, -8, 16, true},
    {5, -8, 15, false},
    {5, -9, 40, false},
    {5, 8, 8, true},
    {5, 9, 40, false},
    {3, 8, 16, true},
    {3, 8, 15, false},
    {3, -8, 8, true},
    {3, -9, 40, false},
    {3, 9, 40, false},
    {5, 0, 60, true},
    /* Aligned bases behind the break read alike there and here: they prove nothing. */
    {5, 8, 4, false},
    {5, 3, 7, false},
    {3, -8, 4, false},
    {3, -1, 7, false},
};

START_TEST(eight_clipped_bases_beyond_the_break)
{
    const struct nf_support *support;

    nft_clip(&calls, "clip", &molecule, lengths[_i].side, lengths[_i].shift,
             lengths[_i].n_clipped);
    support = clip_support();
    ck_assert_int_eq(support != NULL, lengths[_i].counts);
    ck_assert_int_eq(nft_only_junction(&calls)->n_rescued, lengths[_i].counts);
    ck_assert_int_eq(nft_only_junction(&calls)->n_split, 1);
    ck_assert_int_eq(calls.junctions.funnel.n_clips, 1);
    ck_assert_int_eq(calls.junctions.funnel.n_clips_used, lengths[_i].counts);
}
END_TEST

static const struct {
    int side, n_clipped;
    int offsets[8]; /* of changed bases, 0 ends; 100 stands for offset 0 */
    bool counts;
} differences[] = {
    {5, 8, {3, 0}, false},
    {5, 10, {3, 0}, true},
    {5, 9, {3, 0}, false},
    {3, 9, {-3, 0}, false},
    {5, 10, {3, 4, 0}, false},
    {5, 30, {100, 9, 20, 0}, true},
    {5, 30, {1, 9, 20, 21, 0}, false},
    {3, 8, {-3, 0}, false},
    {3, 10, {-3, 0}, true},
    {3, 10, {-3, -4, 0}, false},
    {5, 20, {-1, -9, -20, -30, -40, 0}, true}, /* five of fifty aligned ones */
    {5, 20, {-1, -9, -20, -30, -40, -45, 0}, false},
    {3, 20, {1, 9, 20, 30, 40, 45, 0}, false},
    {5, 20, {-1, 5, 10, 0}, true},
};

START_TEST(one_difference_in_ten)
{
    for (const int *offset = differences[_i].offsets; *offset; offset++)
        change_base(*offset == 100 ? 0 : *offset);
    nft_clip(&calls, "clip", &molecule, differences[_i].side, 0, differences[_i].n_clipped);
    ck_assert_int_eq(clip_support() != NULL, differences[_i].counts);
}
END_TEST

START_TEST(unknown_bases_do_not_count)
{
    molecule.bases[NFT_REACH + 2] = 'N';
    nft_clip(&calls, "clip", &molecule, 5, 0, 8);
    nft_clip(&calls, "longer", &molecule, 5, 0, 9);
    ck_assert_ptr_null(clip_support());
    ck_assert_ptr_nonnull(nft_support(&calls, nft_only_junction(&calls), "longer"));
}
END_TEST

START_TEST(what_is_noted)
{
    const struct nf_support *support;
    struct nf_clip *clip = nft_clip(&calls, "clip", &molecule, 5, 2, 20);

    clip->mapq = 37;
    clip->multi = true; /* of the partner */
    clip->is_read2 = true;
    support = clip_support();
    ck_assert_ptr_nonnull(support);
    ck_assert_int_eq(support->kind, NF_SUPPORT_RESCUED);
    ck_assert_str_eq(support->source, "clip");
    ck_assert_int_eq(support->anchor5, 50);
    ck_assert_int_eq(support->anchor3, 20);
    ck_assert_int_eq(support->mapq5, 37);
    ck_assert_int_eq(support->mapq3, 0);
    ck_assert(support->multi5 && !support->multi3 && support->is_read2);
}
END_TEST

START_TEST(what_is_noted_on_the_other_side)
{
    const struct nf_support *support;

    nft_clip(&calls, "clip", &molecule, 3, 0, 20);
    support = clip_support();
    ck_assert_ptr_nonnull(support);
    ck_assert_int_eq(support->anchor5, 20);
    ck_assert_int_eq(support->anchor3, 50);
    ck_assert_int_eq(support->mapq5, 0);
    ck_assert_int_eq(support->mapq3, 60);
}
END_TEST

START_TEST(a_targets_clip_must_be_certain)
{
    nft_clip(&calls, "clip", &molecule, 3, 0, 20)->multi = true;
    ck_assert_ptr_null(clip_support());
}
END_TEST

START_TEST(a_clip_must_face_the_junction)
{
    nft_clip(&calls, "clip", &molecule, 5, 0, 20)->is_downstream = false;
    nft_clip(&calls, "strand", &molecule, 5, 0, 20)->locus.strand = -1;
    nft_clip(&calls, "contig", &molecule, 5, 0, 20)->locus.contig = 0;
    ck_assert_ptr_null(clip_support());
    ck_assert_int_eq(nft_only_junction(&calls)->n_rescued, 0);
}
END_TEST

/* Two isoforms with one acceptor: the clipped bases tell which. */
START_TEST(a_clip_supports_the_junction_it_reads_like)
{
    struct nft_molecule other = nft_molecule(&calls, "chr12:11853561:+", forward[1]);
    const struct nf_junction *junctions;

    nft_join(&calls, "other", &other, 0);
    nft_clip(&calls, "clip", &molecule, 3, 0, 20);
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, 2);
    junctions = calls.junctions.junctions.items;
    ck_assert_ptr_null(nft_support(&calls, &junctions[0], "clip"));
    ck_assert_ptr_nonnull(nft_support(&calls, &junctions[1], "clip"));
}
END_TEST

START_TEST(without_a_consensus_nothing_is_rescued)
{
    struct nf_join *join = &calls.scan.observations.joins.items[0];

    memset(&join->flanks, 0, sizeof join->flanks);
    nft_clip(&calls, "clip", &molecule, 5, 0, 40);
    ck_assert_ptr_null(clip_support());
}
END_TEST

START_TEST(a_target_on_the_five_prime_side)
{
    nft_calls_end(&calls);
    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
    molecule = nft_molecule(&calls, reciprocal[0], reciprocal[1]);
    nft_join(&calls, "seen", &molecule, 0);
    nft_clip(&calls, "clip", &molecule, 5, 0, 20);
    nft_clip(&calls, "partner", &molecule, 3, 0, 20);
    nft_clip(&calls, "multi", &molecule, 5, 0, 20)->multi = true;
    ck_assert_ptr_nonnull(clip_support());
    ck_assert_ptr_nonnull(nft_support(&calls, nft_only_junction(&calls), "partner"));
    ck_assert_ptr_null(nft_support(&calls, nft_only_junction(&calls), "multi"));
}
END_TEST

START_TEST(an_edge_is_looked_for_as_far_as_reads_run_past_it)
{
    ck_assert_int_eq(NF_EDGE_SLACK, 8);
    ck_assert_int_eq(NF_MIN_KNOWN_CLIP, 8);
}
END_TEST

Suite *clips_suite(void)
{
    Suite *suite = suite_create("clips");
    TCase *known = tcase_create("known junctions");

    tcase_add_unchecked_fixture(known, nft_reference_load, NULL);
    tcase_add_checked_fixture(known, begin, end);
    tcase_add_loop_test(known, eight_clipped_bases_beyond_the_break, 0, NFT_COUNT(lengths));
    tcase_add_loop_test(known, one_difference_in_ten, 0, NFT_COUNT(differences));
    tcase_add_test(known, unknown_bases_do_not_count);
    tcase_add_test(known, what_is_noted);
    tcase_add_test(known, what_is_noted_on_the_other_side);
    tcase_add_test(known, a_targets_clip_must_be_certain);
    tcase_add_test(known, a_clip_must_face_the_junction);
    tcase_add_test(known, a_clip_supports_the_junction_it_reads_like);
    tcase_add_test(known, without_a_consensus_nothing_is_rescued);
    tcase_add_test(known, a_target_on_the_five_prime_side);
    tcase_add_test(known, an_edge_is_looked_for_as_far_as_reads_run_past_it);
    suite_add_tcase(suite, known);
    return suite;
}
