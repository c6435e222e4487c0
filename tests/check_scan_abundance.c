/* SPDX-License-Identifier: MIT */
/* Abundance along the roads through a file: the index finds what a pass over all of it counts.
 * Samples made at random, whose text holds the counts as well: check_scan.c, and
 * check_scan_shard.c for the shards. */
#include <check.h>
#include <htslib/kstring.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/scan.h"
#include "support.h"
#include "support_random.h"
#include "support_sam.h"

enum { BIN = 1 << NF_ABUNDANCE_SHIFT, CHR2 = 1, CHR3 = 2, CHR_M = 24, EXTRA = 25 };

static const struct nft_reference *reference;
static struct nf_read_groups read_groups;
static kstring_t lines;
static char *folder;

static void begin(void)
{
    nft_log_begin();
    folder = nft_folder_new();
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    ck_assert_int_eq(nf_read_groups_init(&read_groups, "@RG\tID:a\tSM:A\n@RG\tID:b\tSM:B\n"),
                     NF_OK);
    ks_initialize(&lines);
}

static void end(void)
{
    nf_interrupt_set(0);
    ks_free(&lines);
    nf_read_groups_free(&read_groups);
    nft_folder_remove(folder);
    nft_log_end();
}

/* `n` records at a place, one base apart from each other `step`. */
static void add_records(const char *contig, int64_t pos0, int n, int step, const char *rest)
{
    for (int i = 0; i < n; i++)
        ksprintf(&lines, "r\t0\t%s\t%lld\t60\t%s\n", contig,
                 (long long)(pos0 + (int64_t)i * step + 1), rest);
}

static const char PLAIN[] = "10M\t*\t0\t0\t*\t*";

static const char *write_as(const char *name, enum nft_index index)
{
    const char *path = nft_path(folder, name);

    nft_sam_write_parts(path, reference->header, lines.s ? lines.s : "", index);
    return path;
}

/* Scans the file and counts; the status is that of nf_scan_abundance. */
static enum nf_status count_in(const char *path, bool targeted, const char *only_sample,
                               const struct nf_locus *loci, size_t n, int64_t *counts)
{
    const struct nf_scan_options options = {
        .input = {.path = path, .n_threads = 2, .without_index = !targeted},
        .read_groups = &read_groups,
        .only_sample = only_sample};
    struct nf_bamio *input = NULL;
    struct nf_scan scan;
    enum nf_status status;

    ck_assert_int_eq(nf_bamio_open(&input, &options.input), NF_OK);
    ck_assert_int_eq(nf_scan_run(&scan, &reference->panel, &input, &options), NF_OK);
    ck_assert_int_eq(scan.was_targeted, targeted);
    ck_assert_int_eq(input != NULL, targeted);
    status = nf_scan_abundance(&scan, loci, n, counts);
    if (!status && targeted) { /* asking again gives the same */
        int64_t again[16];

        ck_assert_uint_le(n, NFT_COUNT(again));
        ck_assert_int_eq(nf_scan_abundance(&scan, loci, n, again), NF_OK);
        ck_assert_int_eq(memcmp(again, counts, n * sizeof *counts), 0);
    }
    if (status)
        nf_bamio_discard(&input);
    else
        ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
    nf_scan_free(&scan);
    return status;
}

static const struct {
    const char *name;
    enum nft_index index;
    bool targeted;
} roads[] = {
    {"a.bam", NFT_BAI, true},        {"b.bam", NFT_CSI, true},
    {"c.cram", NFT_CRAI, true},      {"d.bam", NFT_NO_INDEX, false},
    {"e.cram", NFT_NO_INDEX, false}, {"f.sam", NFT_NO_INDEX, false},
};

/* All roads count this. */
static void assert_counts(const char *only_sample, const struct nf_locus *loci, size_t n,
                          const int64_t *expected)
{
    for (size_t i = 0; i < NFT_COUNT(roads); i++) {
        int64_t counts[16];
        const char *path = write_as(roads[i].name, roads[i].index);

        ck_assert_int_eq(
            count_in(path, roads[i].targeted && !only_sample, only_sample, loci, n, counts),
            NF_OK);
        for (size_t k = 0; k < n; k++)
            ck_assert_msg(counts[k] == expected[k], "%s: place %zu: %lld, not %lld",
                          roads[i].name, k, (long long)counts[k], (long long)expected[k]);
    }
}

START_TEST(roads_count_alike)
{
    const struct nf_locus loci[] = {{CHR2, 1, 10 * BIN}, {CHR2, -1, 11 * BIN - 1},
                                    {CHR2, 1, 13 * BIN}, {CHR2, 1, 0},
                                    {CHR3, 1, 5},        {CHR_M, 1, 100},
                                    {EXTRA, 1, 999999},  {EXTRA, 1, 2000000},
                                    {CHR2, 1, 10 * BIN}, {-1, 1, 0}};
    const int64_t expected[] = {9 + 4 + 3, 9 + 4 + 3, 2, 7, 0, -1, 6, -1, 9 + 4 + 3, -1};

    add_records("chr2", 0, 7, 2, PLAIN);
    add_records("chr2", 9 * BIN - 2, 2, 1, PLAIN);                        /* two bins before */
    add_records("chr2", 9 * BIN, 8, 1, PLAIN);                            /* the bin before */
    add_records("chr2", 9 * BIN + 50, 1, 1, "5M20000N5M\t*\t0\t0\t*\t*"); /* into the next */
    add_records("chr2", 11 * BIN - 4, 4, 1, PLAIN);                       /* the bin */
    add_records("chr2", 11 * BIN, 3, 1, PLAIN);                           /* the bin behind */
    add_records("chr2", 13 * BIN, 2, 1, PLAIN);
    add_records("chrM", 0, 50, 3, PLAIN);
    add_records("extra", 999500, 6, 1, PLAIN);
    assert_counts(NULL, loci, NFT_COUNT(loci), expected);
}
END_TEST

/* Roads to look at. */
static const size_t full_bin_roads[] = {0, 2, 3};

START_TEST(a_full_bin_is_left)
{
    const size_t road = full_bin_roads[_i];
    const struct nf_locus loci[] = {{CHR2, 1, 10 * BIN}, {CHR2, 1, 12 * BIN}, {CHR3, 1, 0}};
    int64_t counts[NFT_COUNT(loci)];

    add_records("chr2", 10 * BIN + 5, NF_ABUNDANCE_CAP + 20, 0, PLAIN);
    add_records("chr2", 11 * BIN, 2, 1, PLAIN);
    add_records("chr2", 13 * BIN, 1, 1, PLAIN);
    add_records("chr3", 9, 1, 1, PLAIN);
    const char *path = write_as(roads[road].name, roads[road].index);

    ck_assert_int_eq(count_in(path, roads[road].targeted, NULL, loci, NFT_COUNT(loci), counts),
                     NF_OK);
    ck_assert_int_eq(counts[0], NF_ABUNDANCE_CAP + 2);
    ck_assert_int_eq(counts[1], 3);
    ck_assert_int_eq(counts[2], 1);
}
END_TEST

START_TEST(only_the_chosen_sample_counts)
{
    const struct nf_locus locus = {CHR2, 1, 1000};

    add_records("chr2", 1000, 5, 0, "10M\t*\t0\t0\t*\t*\tRG:Z:a");
    add_records("chr2", 1000, 3, 0, "10M\t*\t0\t0\t*\t*\tRG:Z:b");
    add_records("chr2", 1000, 1, 0, PLAIN);
    assert_counts("A", &locus, 1, (const int64_t[]){5});
    assert_counts("B", &locus, 1, (const int64_t[]){3});
    assert_counts(NULL, &locus, 1, (const int64_t[]){9});
}
END_TEST

START_TEST(an_empty_list_is_fine)
{
    add_records("chr2", 1000, 1, 0, PLAIN);
    assert_counts(NULL, NULL, 0, NULL);
}
END_TEST

START_TEST(an_interruption_ends_the_counting)
{
    const struct nf_bamio_options options = {.path = nft_path(folder, "s.bam"),
                                             .n_threads = 1};
    const struct nf_scan_options scan_options = {.input = options,
                                                 .read_groups = &read_groups};
    const struct nf_locus locus = {CHR2, 1, 1000};
    struct nf_bamio *input = NULL;
    struct nf_scan scan;
    int64_t count;

    add_records("chr2", 1000, 1, 0, PLAIN);
    write_as("s.bam", NFT_BAI);
    ck_assert_int_eq(nf_bamio_open(&input, &options), NF_OK);
    ck_assert_int_eq(nf_scan_run(&scan, &reference->panel, &input, &scan_options), NF_OK);
    nf_interrupt_set(SIGINT);
    ck_assert_int_eq(nf_scan_abundance(&scan, &locus, 1, &count), NF_ERR_INTERRUPTED);
    nf_bamio_discard(&input);
    nf_scan_free(&scan);
}
END_TEST

Suite *scan_abundance_suite(void)
{
    Suite *suite = suite_create("scan_abundance");
    TCase *tcase = tcase_create("roads");

    tcase_add_unchecked_fixture(tcase, nft_reference_load, NULL);
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_test(tcase, roads_count_alike);
    tcase_add_loop_test(tcase, a_full_bin_is_left, 0, NFT_COUNT(full_bin_roads));
    tcase_add_test(tcase, only_the_chosen_sample_counts);
    tcase_add_test(tcase, an_empty_list_is_fine);
    tcase_add_test(tcase, an_interruption_ends_the_counting);
    suite_add_tcase(suite, tcase);
    return suite;
}
