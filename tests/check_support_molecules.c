/* SPDX-License-Identifier: MIT */
/* support: how many molecules stand behind reads and pairs. */
#include <check.h>
#include <stdio.h>

#include "support.h"
#include "support_calls.h"

static struct nft_calls calls;
static struct nft_molecule molecule;

static void begin(void)
{
    nft_log_begin();
    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
    molecule = nft_molecule(&calls, "chr12:11869969:+", "chr15:87940753:-");
}

static void end(void)
{
    nft_calls_end(&calls);
    nft_log_end();
}

static const struct nf_junction *build(void)
{
    nft_calls_junctions(&calls);
    return nft_only_junction(&calls);
}

/* A read of an identifier with one wrong base is a copy, one with two is another molecule, and
 * so is one as frequent as the right one. */
START_TEST(errors_in_identifiers)
{
    static const struct {
        const char *umi;
        int n;
    } rows[] = {{"AACCGG", 4}, {"AACCGT", 1}, {"AACCTT", 1}, {"TACCGG", 2}, {"GACCGG", 3}};
    char name[16];

    calls.scan.sample.has_umi_tags = true;
    for (size_t i = 0; i < NFT_COUNT(rows); i++)
        for (int k = 0; k < rows[i].n; k++) {
            snprintf(name, sizeof name, "%c%d", (char)('a' + i), k);
            nft_join(&calls, name, &molecule, 0)->start.pos0 = 100;
            calls.scan.observations.fragments.items[nft_fragment(&calls, name)].umi =
                rows[i].umi;
        }
    /* GACCGG is too frequent to be an error; AACCTT has two wrong bases, and that it is one of
     * AACCGT is too bold where both are single and short. */
    const struct nf_junction *junction = build();

    ck_assert_int_eq(junction->n_split, 11);
    ck_assert_int_eq(junction->n_unique, 3);
    ck_assert(!nft_support(&calls, junction, "c0")->is_duplicate);
    ck_assert(!nft_support(&calls, junction, "a0")->is_duplicate);
    ck_assert(!nft_support(&calls, junction, "e0")->is_duplicate);
}
END_TEST

/* Numbers that a tool gave to groups of reads are no bases: 17 is no error of 12. */
START_TEST(numbers_of_groups_are_not_corrected)
{
    static const char *const umis[] = {"12", "12", "12", "17", "12/A", "12/B"};
    char name[2] = "a";

    calls.scan.sample.has_umi_tags = true;
    for (size_t i = 0; i < NFT_COUNT(umis); i++) {
        name[0] = (char)('a' + i);
        nft_join(&calls, name, &molecule, 0)->start.pos0 = 100;
        calls.scan.observations.fragments.items[nft_fragment(&calls, name)].umi = umis[i];
    }
    ck_assert_int_eq(build()->n_unique, 4);
}
END_TEST

/* A trimmed copy shows as a pair what another shows as a split read. */
START_TEST(pairs_that_may_be_copies_of_reads)
{
    const struct nf_mate *pair = nft_pair(&calls, "copy", &molecule, 90, 90);
    const struct nf_start starts[2] = {pair[0].start, pair[1].start};

    nft_pair(&calls, "apart", &molecule, 80, 95);
    struct nf_join *read = nft_join(&calls, "read", &molecule, 0);
    read->start = starts[0];
    read->mate_start = starts[1];
    const struct nf_junction *junction = build();

    ck_assert_int_eq(junction->n_spanning, 2);
    ck_assert_int_eq(junction->n_unique, 3);
    ck_assert_int_eq(junction->n_molecules, 2);
    ck_assert_int_eq(junction->n_pairs_apart, 1);
}
END_TEST

/* Each read stands for one pair. */
START_TEST(a_read_stands_for_one_pair)
{
    const struct nf_start start = nft_pair(&calls, "b", &molecule, 90, 90)->start;

    nft_pair(&calls, "c", &molecule, 95, 90);
    struct nf_join *read = nft_join(&calls, "a", &molecule, 0);
    read->start = start;
    read->mate_start.contig = -1; /* not known */
    ck_assert_int_eq(build()->n_molecules, 2);
}
END_TEST

/* ---- pairs without a junction ---- */

/* `n` pairs of NTRK3 and ETV6, `apart` bases from one to the next. */
static void add_pairs(int n, int apart)
{
    char name[16];

    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, "p%d", i);
        nft_pair(&calls, name, &molecule, 90 + apart * i, 90);
    }
}

/* The pairs that join NTRK3 to ETV6, 0 where none are told. */
static int64_t lone_pairs(void)
{
    nft_calls_junctions(&calls);
    ck_assert_uint_eq(calls.junctions.junctions.n, 0);
    ck_assert_uint_le(calls.junctions.lone_pairs.n, 1);
    return calls.junctions.lone_pairs.n > 0 ? calls.junctions.lone_pairs.items[0].n : 0;
}

START_TEST(pairs_at_different_places_count)
{
    add_pairs(5, 1);
    ck_assert_int_eq(lone_pairs(), 5);
}
END_TEST

START_TEST(copies_of_a_pair_count_once)
{
    add_pairs(50, 0);
    ck_assert_int_eq(lone_pairs(), 0);
}
END_TEST

START_TEST(identifiers_tell_pairs_apart)
{
    static const char *const umis[] = {"AACC", "GGTT", "ACGT", "AACC"};

    add_pairs(4, 0);
    calls.scan.sample.has_umi_tags = true;
    calls.scan.sample.has_duplicate_flags =
        true; /* of a tool that does not know identifiers */
    for (uint32_t i = 0; i < 4; i++) {
        calls.scan.observations.fragments.items[i].umi = umis[i];
        calls.scan.observations.fragments.items[i].is_duplicate = true;
    }
    ck_assert_int_eq(lone_pairs(), 3);
}
END_TEST

START_TEST(copies_of_amplicons_cannot_be_told)
{
    add_pairs(50, 0);
    calls.scan.sample.library = NF_LIBRARY_AMPLICON;
    ck_assert_int_eq(lone_pairs(), 50);
}
END_TEST

START_TEST(mates_with_other_places_do_not_count)
{
    add_pairs(5, 1);
    for (size_t i = 0; i < calls.scan.observations.mates.n; i++)
        if (!calls.scan.observations.mates.items[i].is_target)
            calls.scan.observations.mates.items[i].multi = true;
    ck_assert_int_eq(lone_pairs(), 0);
}
END_TEST

START_TEST(marked_copies_do_not_count)
{
    add_pairs(5, 1);
    calls.scan.sample.has_duplicate_flags = true;
    calls.scan.observations.fragments.items[nft_fragment(&calls, "p1")].is_duplicate = true;
    ck_assert_int_eq(lone_pairs(), 4);
}
END_TEST

START_TEST(a_mate_elsewhere_makes_another_molecule)
{
    const struct nf_mate *pair = nft_pair(&calls, "b", &molecule, 90, 90);
    const struct nf_start starts[2] = {pair[0].start, pair[1].start};
    struct nf_join *read = nft_join(&calls, "a", &molecule, 0);

    read->start = starts[0];
    read->mate_start = starts[1];
    read->mate_start.strand = 1;
    read->mate_start.pos0 += 1;
    ck_assert_int_eq(build()->n_molecules, 2);
}
END_TEST

Suite *support_molecules_suite(void)
{
    Suite *suite = suite_create("support_molecules");
    TCase *molecules = tcase_create("molecules"), *pairs = tcase_create("pairs");

    tcase_add_unchecked_fixture(molecules, nft_reference_load, NULL);
    tcase_add_checked_fixture(molecules, begin, end);
    tcase_add_test(molecules, errors_in_identifiers);
    tcase_add_test(molecules, numbers_of_groups_are_not_corrected);
    tcase_add_test(molecules, pairs_that_may_be_copies_of_reads);
    tcase_add_test(molecules, a_read_stands_for_one_pair);
    tcase_add_test(molecules, a_mate_elsewhere_makes_another_molecule);
    suite_add_tcase(suite, molecules);
    tcase_add_unchecked_fixture(pairs, nft_reference_load, NULL);
    tcase_add_checked_fixture(pairs, begin, end);
    tcase_add_test(pairs, pairs_at_different_places_count);
    tcase_add_test(pairs, copies_of_a_pair_count_once);
    tcase_add_test(pairs, identifiers_tell_pairs_apart);
    tcase_add_test(pairs, copies_of_amplicons_cannot_be_told);
    tcase_add_test(pairs, mates_with_other_places_do_not_count);
    tcase_add_test(pairs, marked_copies_do_not_count);
    suite_add_tcase(suite, pairs);
    return suite;
}
