/* SPDX-License-Identifier: MIT */
/* regions: every record that overlaps, each once, whatever is asked for in whatever order. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <htslib/sam.h>

#include "ntrkfuse/regions.h"
#include "support.h"
#include "support_bamio.h"
#include "support_random.h"
#include "support_sam.h"
#include "support_shard.h"

enum { N_LINES = 400, CONTIG_BASES = 100000 };

/* All records of the file in order, and how often each came. */
static struct {
    int32_t contig;
    int64_t start0, end0;
    char *text;
    int n_met;
} all[N_LINES];
static size_t n_all, n_last; /* the record that came last */
static size_t n_until_enough;
static char *folder;
static struct nf_bamio *input;
static struct nf_regions regions;

static const struct {
    const char *file;
    enum nft_index index;
    bool by_blocks;
} files[] = {{"a.bam", NFT_BAI, true}, {"b.bam", NFT_CSI, true}, {"c.cram", NFT_CRAI, false}};

static void read_all(void)
{
    bool done = false;

    for (n_all = 0;; n_all++) {
        struct nf_record record;

        ck_assert_int_eq(nf_bamio_next(input, &record, &done), NF_OK);
        if (done)
            break;
        all[n_all].contig = record.contig;
        all[n_all].start0 = record.pos0;
        all[n_all].end0 = nf_record_end0(&record);
        all[n_all].text = nft_record_text(&record);
        all[n_all].n_met = 0;
    }
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
}

/* A file of few records a block, with an index; opened. */
static void open_file(int which)
{
    const char *path = nft_path(folder, files[which].file);
    uint64_t state = 31;
    char *lines = nft_random_lines(&state, N_LINES);

    if (files[which].by_blocks) {
        const struct nft_cut cut = {
            .chance = 4, .most_bytes = 700, .level = 1, .empty_every = 7};
        size_t n;
        uint8_t *bytes = nft_bam_bytes(NFT_TWO_CONTIGS, lines, &n);

        nft_blocks_write(path, NFT_TWO_CONTIGS, bytes, n, cut);
        ck_assert_int_eq(sam_index_build(path, files[which].index == NFT_CSI ? 14 : 0), 0);
        free(bytes);
    } else {
        nft_sam_write_parts(path, NFT_TWO_CONTIGS, lines, files[which].index);
    }
    free(lines);
    input = nft_bamio_open(path);
    read_all();
    input = nft_bamio_open(path);
    ck_assert(nf_bamio_has_index(input));
    ck_assert_int_eq(nf_regions_open(&regions, input), NF_OK);
    ck_assert_int_eq(nf_regions_can_resume(&regions), files[which].by_blocks);
}

static void begin(void)
{
    folder = nft_folder_new();
    nft_log_begin();
    n_until_enough = 0;
}

static void end(void)
{
    nf_regions_close(&regions);
    nf_regions_close(&regions);
    nf_bamio_discard(&input);
    for (size_t i = 0; i < n_all; i++)
        free(all[i].text);
    ck_assert_str_eq(nft_log_text(), "");
    nft_log_end();
    nft_folder_remove(folder);
}

/* Equal records stand for each other: one that came less often is looked for. */
static enum nf_status take(void *context, const struct nf_record *record)
{
    char *text = nft_record_text(record);
    size_t best = n_all;

    (void)context;
    for (size_t i = 0; i < n_all; i++)
        if (strcmp(all[i].text, text) == 0 &&
            (best == n_all || all[i].n_met < all[best].n_met))
            best = i;
    ck_assert_uint_lt(best, n_all);
    all[best].n_met++;
    n_last = best;
    free(text);
    regions.is_enough = n_until_enough > 0 && --n_until_enough == 0;
    return NF_OK;
}

static struct nf_region random_region(uint64_t *chance)
{
    struct nf_region region = {.contig = (int32_t)nft_random(chance, 2)};

    region.start0 = nft_random(chance, CONTIG_BASES);
    region.end0 = region.start0 + 1 + nft_random(chance, nft_random(chance, 2) ? 300 : 30000);
    return region;
}

/* What overlaps came once; what does not, once at most. */
static void check_region(struct nf_region region)
{
    for (size_t i = 0; i < n_all; i++) {
        ck_assert_int_le(all[i].n_met, 1);
        if (all[i].contig == region.contig && all[i].start0 < region.end0 &&
            all[i].end0 > region.start0)
            ck_assert_msg(all[i].n_met == 1, "%s did not come", all[i].text);
    }
}

START_TEST(what_overlaps_comes_once)
{
    uint64_t chance = 77;

    open_file(_i);
    for (int i = 0; i < 60; i++) {
        struct nf_region region = random_region(&chance);

        ck_assert_int_eq(nf_regions_read(&regions, region, take, NULL), NF_OK);
        check_region(region);
    }
}
END_TEST

START_TEST(a_region_ends_early_and_goes_on)
{
    const struct nf_region whole = {0, 0, CONTIG_BASES};
    size_t n = 0;

    open_file(_i);
    for (int i = 0; i < N_LINES && nf_regions_can_resume(&regions); i++) {
        n_until_enough = 3;
        ck_assert_int_eq(nf_regions_read(&regions, whole, take, NULL), NF_OK);
        if (!regions.is_enough)
            break;
        n += 3;
        ck_assert_uint_eq(n_last, n - 1); /* in order, none left out */
    }
    n_until_enough = 0;
    ck_assert_int_eq(nf_regions_read(&regions, whole, take, NULL), NF_OK);
    check_region(whole);
}
END_TEST

static enum nf_status stop(void *context, const struct nf_record *record)
{
    (void)context;
    ck_assert_ptr_nonnull(record);
    return NF_ERR_IO;
}

START_TEST(a_status_ends_the_reading)
{
    open_file(_i);
    ck_assert_int_eq(
        nf_regions_read(&regions, (struct nf_region){0, 0, CONTIG_BASES}, stop, NULL),
        NF_ERR_IO);
}
END_TEST

/* Passes over all that lies at hand before end0, and counts its records as met. */
static enum nf_status pass(void *context, const uint8_t *bytes, size_t n, int64_t end0,
                           size_t *n_passed)
{
    (void)context;
    for (*n_passed = 0; n - *n_passed >= 36;) {
        size_t n_bytes = 4 + nf_read_u32(bytes + *n_passed);
        struct nf_record record;

        if (n_bytes > n - *n_passed)
            break;
        ck_assert_int_eq(nf_record_from_bytes(&record, bytes + *n_passed + 4, n_bytes - 4, 2),
                         NF_OK);
        if (record.pos0 >= end0)
            break;
        ck_assert_int_eq(take(NULL, &record), NF_OK);
        *n_passed += n_bytes;
    }
    return NF_OK;
}

START_TEST(what_is_passed_over_counts_as_read)
{
    uint64_t chance = 5;

    open_file(_i);
    regions.pass = pass;
    for (int i = 0; i < 60; i++) {
        struct nf_region region = random_region(&chance);

        ck_assert_int_eq(nf_regions_read(&regions, region, take, NULL), NF_OK);
        check_region(region);
    }
}
END_TEST

Suite *regions_suite(void)
{
    Suite *suite = suite_create("regions");
    TCase *reading = tcase_create("reading");
    int n = (int)NFT_COUNT(files);

    tcase_add_checked_fixture(reading, begin, end);
    tcase_set_timeout(reading, 60);
    tcase_add_loop_test(reading, what_overlaps_comes_once, 0, n);
    tcase_add_loop_test(reading, a_region_ends_early_and_goes_on, 0, n);
    tcase_add_loop_test(reading, a_status_ends_the_reading, 0, n);
    tcase_add_loop_test(reading, what_is_passed_over_counts_as_read, 0, n);
    suite_add_tcase(suite, reading);
    return suite;
}
