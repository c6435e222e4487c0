/* SPDX-License-Identifier: MIT */
/* abundance: which records count, in which bins, and that sums stop at the bound. Along the
 * roads through a file: check_scan.c and check_scan_shard.c. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/abundance.h"
#include "support.h"
#include "support_sam.h"

enum { CHR1 = 0, CHR2 = 1, CHR_M = 24, EXTRA = 25, EXTRA_LENGTH = 1000000 };

static const struct nft_reference *reference;
static struct nf_abundance counts;

static void begin(void)
{
    nft_log_begin();
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    ck_assert_int_eq(nf_abundance_init(&counts, &reference->genome), NF_OK);
}

static void end(void)
{
    nf_abundance_free(&counts);
    nf_abundance_free(&counts);
    nft_log_end();
}

static void add(struct nf_abundance *abundance, int32_t contig, int64_t pos0, int n)
{
    const struct nf_record record = {.contig = contig, .pos0 = pos0, .n_cigar = 1};

    for (int i = 0; i < n; i++)
        ck_assert_int_eq(nf_abundance_add(abundance, &record), NF_OK);
}

static int64_t count_at(int32_t contig, int64_t pos0)
{
    ck_assert_int_eq(nf_abundance_settle(&counts), NF_OK);
    return nf_abundance_at(&counts, (struct nf_locus){contig, 1, pos0});
}

/* ---- which records ---- */

static const struct {
    const char *name;
    struct nf_record record;
    int64_t expected; /* around its place; −1: nothing is counted there */
} kinds[] = {
    {"mapped", {.contig = CHR1, .pos0 = 50000, .n_cigar = 1}, 1},
    {"mate of a pair", {.contig = CHR1, .pos0 = 50000, .n_cigar = 1, .flag = 0x63}, 1},
    {"duplicate", {.contig = CHR1, .pos0 = 50000, .n_cigar = 1, .flag = 0x400}, 1},
    {"unmapped", {.contig = CHR1, .pos0 = 50000, .n_cigar = 1, .flag = 0x4}, 0},
    {"secondary", {.contig = CHR1, .pos0 = 50000, .n_cigar = 1, .flag = 0x100}, 0},
    {"failed", {.contig = CHR1, .pos0 = 50000, .n_cigar = 1, .flag = 0x200}, 0},
    {"supplementary", {.contig = CHR1, .pos0 = 50000, .n_cigar = 1, .flag = 0x800}, 0},
    {"without CIGAR", {.contig = CHR1, .pos0 = 50000}, 0},
    {"no chromosome", {.contig = EXTRA, .pos0 = 50000, .n_cigar = 1}, 1},
    {"the first base", {.contig = CHR1, .pos0 = 0, .n_cigar = 1}, 1},
    {"the last base", {.contig = EXTRA, .pos0 = EXTRA_LENGTH - 1, .n_cigar = 1}, 1},
    {"behind the end", {.contig = EXTRA, .pos0 = EXTRA_LENGTH, .n_cigar = 1}, 0},
    {"far behind it", {.contig = EXTRA, .pos0 = INT64_MAX, .n_cigar = 1}, -1},
    {"mitochondrion", {.contig = CHR_M, .pos0 = 5000, .n_cigar = 1}, -1},
    {"no position", {.contig = CHR1, .pos0 = -1, .n_cigar = 1}, -1},
    {"no contig", {.contig = -1, .pos0 = 0, .n_cigar = 1}, -1},
};

START_TEST(primary_mapped_records_count)
{
    const struct nf_record *record = &kinds[_i].record;

    /* between others, as what follows a record in its bin takes another way */
    add(&counts, CHR2, 50000, 1);
    ck_assert_int_eq(nf_abundance_add(&counts, record), NF_OK);
    ck_assert_int_eq(nf_abundance_add(&counts, record), NF_OK);
    add(&counts, CHR2, 50000, 1);
    ck_assert_msg(count_at(record->contig, record->pos0) ==
                      (kinds[_i].expected > 0 ? 2 : kinds[_i].expected),
                  "%s", kinds[_i].name);
    ck_assert_int_eq(count_at(CHR2, 50000), 2);
    ck_assert_int_eq(counts.n_counted, kinds[_i].expected > 0 ? 4 : 2);
}
END_TEST

/* ---- which bins ---- */

static const struct {
    const char *name;
    int64_t record0, place0;
    int64_t expected;
} borders[] = {
    {"own bin, first base", 163840, 163840, 1},
    {"own bin, last base", 180223, 163840, 1},
    {"bin before, last base", 163839, 163840, 1},
    {"bin before, first base", 147456, 180223, 1},
    {"two bins before", 147455, 163840, 0},
    {"bin behind, first base", 180224, 163840, 1},
    {"bin behind, last base", 196607, 180223, 1},
    {"two bins behind", 196608, 180223, 0},
    {"first bin of the contig", 0, 16383, 1},
    {"second bin from the first", 32767, 0, 1},
    {"third bin from the first", 32768, 0, 0},
    {"last bin of the contig", 999999, 999424, 1},
    {"last bin from the one before", 999424, 983040, 1},
    {"bin before from the last", 983040, 999999, 1},
    {"two before the last", 983039, 999999, 0},
};

START_TEST(three_bins_count)
{
    add(&counts, EXTRA, borders[_i].record0, 3);
    ck_assert_msg(count_at(EXTRA, borders[_i].place0) == 3 * borders[_i].expected, "%s",
                  borders[_i].name);
}
END_TEST

/* The bins of one contig end where those of the next begin. */
START_TEST(contigs_do_not_run_into_each_other)
{
    const int64_t last0 = reference->genome.contigs[CHR1].length - 1;

    add(&counts, CHR1, last0, 2);
    add(&counts, CHR2, 0, 5);
    ck_assert_int_eq(count_at(CHR1, last0), 2);
    ck_assert_int_eq(count_at(CHR2, 0), 5);
    ck_assert_int_eq(count_at(EXTRA, EXTRA_LENGTH + 16384), -1);
    ck_assert_int_eq(count_at(CHR_M, 0), -1);
    ck_assert_int_eq(count_at(CHR1, -1), -1);
}
END_TEST

/* A forged header costs no more than 64 MB: contigs beyond that are not counted. */
START_TEST(too_long_contigs_are_not_counted)
{
    const int64_t lengths[] = {INT64_MAX, 1000, (int64_t)1 << 37, INT64_MAX, 0};
    struct nf_contig contigs[205];
    const struct nf_genome genome = {.contigs = contigs, .n_contigs = 205};

    memset(contigs, 0, sizeof contigs);
    for (size_t i = 0; i < NFT_COUNT(contigs); i++)
        contigs[i].length = i < NFT_COUNT(lengths) ? lengths[i] : INT64_MAX;
    nf_abundance_free(&counts);
    ck_assert_int_eq(nf_abundance_init(&counts, &genome), NF_OK);
    ck_assert_uint_eq(counts.first[genome.n_contigs], (1 << 24) - (1 << 17) + 1);
    for (int32_t i = 0; i < genome.n_contigs; i++) {
        add(&counts, i, 999, 1);
        add(&counts, i, ((int64_t)1 << 31) - 1, 1);
        add(&counts, i, (int64_t)1 << 31, 1);
    }
    ck_assert_int_eq(count_at(0, 999), 1);
    ck_assert_int_eq(count_at(0, INT32_MAX), 1);
    ck_assert_int_eq(count_at(0, (int64_t)INT32_MAX + 1), -1);
    ck_assert_int_eq(count_at(1, 0), 1);
    ck_assert_int_eq(count_at(4, 0), -1);
    ck_assert_int_eq(count_at(204, 999), -1);
}
END_TEST

/* ---- how many ---- */

START_TEST(a_bin_stops_at_the_bound)
{
    struct nf_abundance other;

    add(&counts, EXTRA, 20000, NF_ABUNDANCE_CAP - 1);
    ck_assert_int_eq(count_at(EXTRA, 20000), NF_ABUNDANCE_CAP - 1);
    add(&counts, EXTRA, 20001, 1);
    ck_assert_int_eq(count_at(EXTRA, 20000), NF_ABUNDANCE_CAP);
    add(&counts, EXTRA, 20002, 10);
    ck_assert_int_eq(count_at(EXTRA, 20000), NF_ABUNDANCE_CAP);
    add(&counts, EXTRA, 0, 7);
    add(&counts, EXTRA, 20000, 7); /* and back: a sum, not a run */
    add(&counts, EXTRA, 40000, 1);
    ck_assert_int_eq(count_at(EXTRA, 20000), NF_ABUNDANCE_CAP + 8);
    ck_assert_int_eq(counts.n_counted, NF_ABUNDANCE_CAP + 10 + 7 + 7 + 1);
    ck_assert_int_eq(nf_abundance_init(&other, &reference->genome), NF_OK);
    add(&other, EXTRA, 20000, NF_ABUNDANCE_CAP + 5);
    add(&other, EXTRA, 0, 1);
    ck_assert_int_eq(nf_abundance_merge(&counts, &other), NF_OK);
    ck_assert_int_eq(nf_abundance_merge(&counts, &other), NF_OK);
    ck_assert_int_eq(count_at(EXTRA, 20000), NF_ABUNDANCE_CAP + 10);
    ck_assert_int_eq(counts.n_counted, 3 * NF_ABUNDANCE_CAP + 10 + 15 + 10 + 2);
    nf_abundance_free(&other);
}
END_TEST

/* Any order of records and any division of them give the same counts. */
static const struct {
    const char *name;
    int n_parts;
    bool is_sorted;
} divisions[] = {
    {"sorted", 1, true},         {"shuffled", 1, false},        {"sorted, two", 2, true},
    {"shuffled, two", 2, false}, {"shuffled, seven", 7, false}, {"sorted, many", 900, true},
};

START_TEST(order_and_division_do_not_matter)
{
    enum { N = 40000, N_BINS = 62 };
    int64_t expected[N_BINS] = {0};
    uint64_t chance = (uint64_t)_i + 1;
    struct nf_abundance part;
    int in_part = 0;

    ck_assert_int_eq(nf_abundance_init(&part, &reference->genome), NF_OK);
    for (int i = 0; i < N; i++) {
        int64_t pos0 = divisions[_i].is_sorted ? (int64_t)i * (EXTRA_LENGTH / N)
                                               : nft_random(&chance, EXTRA_LENGTH);

        add(&part, EXTRA, pos0, 1);
        expected[pos0 >> NF_ABUNDANCE_SHIFT]++;
        if (++in_part < N / divisions[_i].n_parts && i < N - 1)
            continue;
        ck_assert_int_eq(nf_abundance_merge(&counts, &part), NF_OK);
        nf_abundance_free(&part);
        ck_assert_int_eq(nf_abundance_init(&part, &reference->genome), NF_OK);
        in_part = 0;
    }
    for (int bin = 0; bin < N_BINS; bin++)
        ck_assert_int_eq(count_at(EXTRA, (int64_t)bin << NF_ABUNDANCE_SHIFT),
                         (bin > 0 ? expected[bin - 1] : 0) + expected[bin] +
                             (bin + 1 < N_BINS ? expected[bin + 1] : 0));
    ck_assert_int_eq(counts.n_counted, N);
    nf_abundance_free(&part);
}
END_TEST

Suite *abundance_suite(void)
{
    Suite *suite = suite_create("abundance");
    TCase *records = tcase_create("records"), *bins = tcase_create("bins"),
          *sums = tcase_create("sums");

    tcase_add_unchecked_fixture(records, nft_reference_load, NULL);
    tcase_add_checked_fixture(records, begin, end);
    tcase_add_loop_test(records, primary_mapped_records_count, 0, NFT_COUNT(kinds));
    suite_add_tcase(suite, records);
    tcase_add_unchecked_fixture(bins, nft_reference_load, NULL);
    tcase_add_checked_fixture(bins, begin, end);
    tcase_add_loop_test(bins, three_bins_count, 0, NFT_COUNT(borders));
    tcase_add_test(bins, contigs_do_not_run_into_each_other);
    tcase_add_test(bins, too_long_contigs_are_not_counted);
    suite_add_tcase(suite, bins);
    tcase_add_unchecked_fixture(sums, nft_reference_load, NULL);
    tcase_add_checked_fixture(sums, begin, end);
    tcase_add_test(sums, a_bin_stops_at_the_bound);
    tcase_add_loop_test(sums, order_and_division_do_not_matter, 0, NFT_COUNT(divisions));
    suite_add_tcase(suite, sums);
    return suite;
}
