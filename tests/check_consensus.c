/* SPDX-License-Identifier: MIT */
/* consensus: the bases around a break that its reads agree on. */
#include <check.h>
#include <stdio.h>
#include <string.h>

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

START_TEST(shifted_reads_agree_base_by_base)
{
    const struct nf_consensus *consensus;
    struct nf_consensus_counts counts = {0};

    for (int shift = -6; shift <= 6; shift++) {
        char name[16];
        const struct nf_join *join;

        snprintf(name, sizeof name, "r%d", shift);
        join = nft_join(&calls, name, &molecule, shift);
        nf_consensus_add(&counts, &calls.scan.observations, &join->flanks, shift);
    }
    nft_calls_junctions(&calls);
    consensus = &nft_only_junction(&calls)->consensus;
    for (int c = 0; c < 2 * NF_FLANK; c++) {
        uint32_t n = 0, n_right = 0;
        char expected = molecule.bases[NFT_REACH - NF_FLANK + c];

        for (int base = 0; base < 4; base++) {
            n += counts.counts[c][base];
            if ("ACGT"[base] == expected)
                n_right += counts.counts[c][base];
        }
        ck_assert_uint_eq(n, n_right);
        ck_assert_int_eq(consensus->bases[c], n ? expected : 0);
    }
    /* 50 bases on each side of a break that lies up to 6 bases off. */
    ck_assert(!consensus->bases[NF_FLANK - 57] && consensus->bases[NF_FLANK - 56]);
    ck_assert(!consensus->bases[NF_FLANK + 56] && consensus->bases[NF_FLANK + 55]);
    ck_assert_str_eq(consensus->gap, "");
}
END_TEST

START_TEST(reads_that_cannot_be_laid_over_add_no_bases)
{
    struct nft_molecule other = molecule;
    const struct nf_junction *junction;
    struct nf_join *join;

    memset(other.bases, 'A', sizeof other.bases);
    nft_join(&calls, "r", &molecule, 0);
    join = nft_join(&calls, "s", &other, 1);
    join->three = nft_moved(join->three, 1);
    nft_join_gap(&calls, nft_join(&calls, "t", &other, 0), &other, "A");
    nft_calls_junctions(&calls);
    junction = nft_only_junction(&calls);
    ck_assert_int_eq(junction->n_split, 3);
    ck_assert_mem_eq(junction->consensus.bases + 10, molecule.bases + NFT_REACH - 50, 100);
}
END_TEST

START_TEST(the_majority_decides_and_n_says_nothing)
{
    static const char bases[][5] = {"ACGT", "CCGN", "CATN", "NCTA", "ACTN"};
    const struct nf_consensus *consensus;
    struct nf_consensus_counts counts = {0};

    for (size_t i = 0; i < NFT_COUNT(bases); i++) {
        char name[2] = {(char)('a' + i), '\0'};

        memcpy(molecule.bases + NFT_REACH - 2, bases[i], 4);
        nf_consensus_add(&counts, &calls.scan.observations,
                         &nft_join(&calls, name, &molecule, 0)->flanks, 0);
    }
    nft_calls_junctions(&calls);
    consensus = &nft_only_junction(&calls)->consensus;
    ck_assert_mem_eq(consensus->bases + NF_FLANK - 2, "ACTA", 4); /* a tie: the least base */
    ck_assert_uint_eq(counts.counts[NF_FLANK - 2][0], 2);
    ck_assert_uint_eq(counts.counts[NF_FLANK - 2][1], 2);
    ck_assert_uint_eq(counts.counts[NF_FLANK + 1][3], 1);
}
END_TEST

static const struct {
    const char *gaps[5];
    const char *expected;
} untemplated[] = {
    {{"", "", "AC", NULL}, ""},
    {{"AC", "", "AC", NULL}, "AC"},
    {{"ACG", "TT", NULL}, "TT"},          /* a tie: the shorter */
    {{"GT", "CA", "GT", "", NULL}, "CA"}, /* the least, whichever is more frequent */
    {{"ACGTACGTACGTACGTACGTACGTA", NULL}, "ACGTACGTACGTACGTACGTACGTA"},
};

START_TEST(the_bases_between_the_parts)
{
    const struct nf_junction *junction;

    for (int i = 0; untemplated[_i].gaps[i]; i++) {
        char name[2] = {(char)('a' + i), '\0'};

        nft_join_gap(&calls, nft_join(&calls, name, &molecule, 0), &molecule,
                     untemplated[_i].gaps[i]);
    }
    nft_calls_junctions(&calls);
    junction = nft_only_junction(&calls);
    ck_assert_int_eq(junction->n_gap, (int32_t)strlen(untemplated[_i].expected));
    ck_assert_str_eq(junction->consensus.gap, untemplated[_i].expected);
    ck_assert_mem_eq(junction->consensus.bases + 10, molecule.bases + NFT_REACH - 50, 100);
}
END_TEST

START_TEST(joins_without_bases)
{
    struct nf_join *join = nft_join(&calls, "r", &molecule, 0);

    join->kind = NF_JOIN_FILE;
    join->n_gap = 2;
    memset(&join->flanks, 0, sizeof join->flanks);
    nf_vec_free(&calls.scan.observations.bases);
    nft_calls_junctions(&calls);
    ck_assert_int_eq(nft_only_junction(&calls)->n_gap, 2);
    ck_assert_str_eq(nft_only_junction(&calls)->consensus.gap, "");
    ck_assert_str_eq(nft_only_junction(&calls)->supports.items[0].source, "chimeric_file");
    for (int c = 0; c < 2 * NF_FLANK; c++)
        ck_assert_int_eq(nft_only_junction(&calls)->consensus.bases[c], 0);
}
END_TEST

Suite *consensus_suite(void)
{
    Suite *suite = suite_create("consensus");
    TCase *bases = tcase_create("bases");

    tcase_add_unchecked_fixture(bases, nft_reference_load, NULL);
    tcase_add_checked_fixture(bases, begin, end);
    tcase_add_test(bases, shifted_reads_agree_base_by_base);
    tcase_add_test(bases, reads_that_cannot_be_laid_over_add_no_bases);
    tcase_add_test(bases, the_majority_decides_and_n_says_nothing);
    tcase_add_loop_test(bases, the_bases_between_the_parts, 0, NFT_COUNT(untemplated));
    tcase_add_test(bases, joins_without_bases);
    suite_add_tcase(suite, bases);
    return suite;
}
