/* SPDX-License-Identifier: MIT */
/* Scanning a CRAM by its containers leaves exactly what one walk from the first record to the
 * last leaves, whatever the containers, their division and the number of threads. */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/scan.h"
#include "support.h"
#include "support_bamio.h"
#include "support_sam.h"
#include "support_shard.h"

static const int thread_counts[] = {1, 2, 4};

static char *folder;
static const struct nft_reference *reference;

static void begin(void)
{
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    folder = nft_folder_new();
    nft_log_begin();
}

static void end(void)
{
    nft_records_forget();
    nft_log_end();
    nft_folder_remove(folder);
}

static const struct {
    const char *name;
    int n_records;
    struct nft_cram_shape shape;
    int64_t shard_bytes;
} divisions[] = {
    {"a record a container", 300, {1, 1, false, NULL}, 1},
    {"a record a slice", 300, {1, 4, false, NULL}, 1},
    {"few records a container", 1500, {3, 2, false, NULL}, 1},
    {"larger shards", 1500, {3, 2, false, NULL}, 20000},
    {"mixed contigs", 1500, {20, 3, true, NULL}, 1},
    {"mixed contigs, the usual shards", 1500, {20, 3, true, NULL}, 0},
    {"as usual", 1500, {0}, 0},
    {"version 3.1", 500, {3, 1, false, "3.1"}, 5000},
    {"one record", 1, {0}, 0},
};

static const char *write_random(uint64_t chance, int n_records, struct nft_cram_shape shape)
{
    const char *path = nft_text("%s/random.cram", folder);
    char *lines = nft_lines_random(reference, chance, n_records);

    nft_cram_write(path, reference->header, lines, shape);
    free(lines);
    return path;
}

START_TEST(leaves_what_a_stream_leaves)
{
    const char *path =
        write_random((uint64_t)_i + 50, divisions[_i].n_records, divisions[_i].shape);
    char *expected, *text;

    ck_assert_int_eq(nft_walk_file(reference, path, NULL, &expected), NF_OK);
    if (divisions[_i].n_records >= 300) { /* the records say something */
        nft_assert_contains(expected, "\njoin ");
        nft_assert_contains(expected, "\nclip ");
        nft_assert_contains(expected, "\nmate ");
        nft_assert_contains(expected, "\nstart1 ");
    }
    for (size_t i = 0; i < NFT_COUNT(thread_counts); i++) {
        const struct nf_scan_shard_options sharding = {
            .n_threads = thread_counts[i], .shard_bytes = divisions[_i].shard_bytes};

        ck_assert_int_eq(nft_walk_file(reference, path, &sharding, &text), NF_OK);
        ck_assert_msg(strcmp(text, expected) == 0, "%s, %d threads", divisions[_i].name,
                      thread_counts[i]);
        free(text);
    }
    free(expected);
}
END_TEST

static const struct {
    const char *name;
    struct nf_cram_container containers[4];
    bool is_taken;
} orders[] = {
    {"none", {{0}}, false},
    {"one", {{.end = 1}}, true},
    {"in order",
     {{.end = 1, .start0 = 9}, {.end = 2, .contig = 1}, {.end = 3, .contig = -1}},
     true},
    {"at one place", {{.end = 1, .start0 = 9}, {.end = 2, .start0 = 9}}, true},
    {"back on a contig", {{.end = 1, .start0 = 9}, {.end = 2, .start0 = 8}}, false},
    {"back to a contig", {{.end = 1, .contig = 1}, {.end = 2, .start0 = 8}}, false},
    {"some mixed",
     {{.end = 1}, {.end = 2, .contig = 3}, {.end = 3, .contig = NF_CRAM_SEVERAL}},
     true},
    {"half of them mixed", {{.end = 1}, {.end = 3, .contig = NF_CRAM_SEVERAL}}, false},
};

START_TEST(files_in_coordinate_order_are_read_so)
{
    struct nf_cram_container items[4];
    nf_cram_containers containers = {.items = items};

    memcpy(items, orders[_i].containers, sizeof items);
    while (containers.n < NFT_COUNT(items) && items[containers.n].end > 0)
        containers.n++;
    ck_assert_int_eq(nf_scan_by_containers(&containers), orders[_i].is_taken);
}
END_TEST

START_TEST(damage_anywhere_is_seen)
{
    const char *path = write_random(9, 60, (struct nft_cram_shape){3, 2, false, NULL});
    const struct nf_scan_shard_options sharding = {.n_threads = 1 + 2 * _i, .shard_bytes = 1};
    nf_cram_containers list = {0};
    struct nf_bamio *input = nft_bamio_open(path);
    size_t n;
    char *bytes = nft_read(path, &n), *text;
    uint64_t chance = 4;

    ck_assert_int_eq(nf_bamio_cram_list(input, &list), NF_OK);
    nf_bamio_discard(&input);
    for (int round = 0; round < 100; round++) {
        const struct nf_cram_container *container =
            &list.items[nft_random(&chance, (uint32_t)list.n)];
        size_t at = (size_t)container->body +
                    nft_random(&chance, (uint32_t)(container->end - container->body));

        bytes[at] ^= (char)(1 << round % 8);
        nft_write(path, (struct nf_span){bytes, n});
        ck_assert_int_eq(nft_walk_file(reference, path, &sharding, &text), NF_ERR_INPUT);
        ck_assert_str_eq(text, "");
        free(text);
        bytes[at] ^= (char)(1 << round % 8);
    }
    nf_vec_free(&list);
    free(bytes);
}
END_TEST

START_TEST(an_interrupt_ends_the_work)
{
    const char *path = write_random(70, 600, (struct nft_cram_shape){5, 1, false, NULL});
    const struct nf_scan_shard_options sharding = {.n_threads = 1 + 3 * _i, .shard_bytes = 1};
    char *text;

    nf_interrupt_set(SIGINT);
    ck_assert_int_eq(nft_walk_file(reference, path, &sharding, &text), NF_ERR_INTERRUPTED);
    nf_interrupt_set(0);
    ck_assert_str_eq(text, "");
    free(text);
}
END_TEST

Suite *scan_cram_suite(void)
{
    Suite *suite = suite_create("scan_cram");
    TCase *containers = tcase_create("containers");

    tcase_add_unchecked_fixture(containers, nft_reference_load, NULL);
    tcase_add_checked_fixture(containers, begin, end);
    tcase_set_timeout(containers, 120);
    tcase_add_loop_test(containers, leaves_what_a_stream_leaves, 0, NFT_COUNT(divisions));
    tcase_add_loop_test(containers, files_in_coordinate_order_are_read_so, 0,
                        NFT_COUNT(orders));
    tcase_add_loop_test(containers, damage_anywhere_is_seen, 0, 2);
    tcase_add_loop_test(containers, an_interrupt_ends_the_work, 0, 2);
    suite_add_tcase(suite, containers);
    return suite;
}
