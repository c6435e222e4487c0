/* SPDX-License-Identifier: MIT */
/* blocks: the inflated blocks of a file, and what damage is told as. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ntrkfuse/blocks.h"
#include "support.h"
#include "support_random.h"
#include "support_sam.h"
#include "support_shard.h"

static char *folder;
static const char *path;
static uint8_t *data; /* of the records */
static size_t n_data, n_addresses;
static int64_t *addresses;
static struct nf_blocks blocks;

static void begin(void)
{
    char *lines = nft_lines_random(nft_reference_get(NF_ASSEMBLY_GRCH38), 5, 600);
    const struct nft_cut cut = {.chance = 9, .most_bytes = 3000, .level = 1, .empty_every = 9};
    const char *header = nft_reference_get(NF_ASSEMBLY_GRCH38)->header;

    folder = nft_folder_new();
    path = nft_path(folder, "b.bam");
    data = nft_bam_bytes(header, lines, &n_data);
    nft_blocks_write(path, header, data, n_data, cut);
    addresses = nft_block_addresses(path, &n_addresses);
    free(lines);
    nft_log_begin();
    ck_assert_int_eq(nf_blocks_open(&blocks, path), NF_OK);
}

static void end(void)
{
    nf_blocks_close(&blocks);
    nf_blocks_close(&blocks);
    ck_assert_str_eq(nft_log_text(), "");
    nft_log_end();
    free(addresses);
    free(data);
    nft_folder_remove(folder);
}

/* Forward all bytes of the data come, the records' at the end. */
START_TEST(all_blocks_in_order)
{
    uint8_t *all = NULL;
    size_t n = 0;

    for (size_t i = 0; i < n_addresses; i++) {
        ck_assert_int_eq(nf_blocks_read(&blocks, addresses[i]), NF_OK);
        if (i + 1 < n_addresses)
            ck_assert_int_eq(blocks.next_address, addresses[i + 1]);
        if (blocks.n == 0)
            continue;
        all = realloc(all, n + blocks.n);
        ck_assert_ptr_nonnull(all);
        memcpy(all + n, blocks.bytes, blocks.n);
        n += blocks.n;
    }
    ck_assert_int_eq(blocks.next_address, blocks.size);
    ck_assert_int_eq(nf_blocks_read(&blocks, blocks.size), NF_OK); /* the end */
    ck_assert_uint_eq(blocks.n, 0);
    ck_assert_int_eq(blocks.next_address, blocks.size);
    ck_assert_uint_ge(n, n_data);
    ck_assert_ptr_nonnull(all);
    ck_assert_int_eq(memcmp(all + n - n_data, data, n_data), 0);
    free(all);
}
END_TEST

/* In any order a block is what it is in order. */
START_TEST(any_block_at_any_time)
{
    uint64_t chance = 17;

    for (int i = 0; i < 400; i++) {
        size_t which = nft_random(&chance, (uint32_t)n_addresses);
        struct nf_blocks fresh;

        ck_assert_int_eq(nf_blocks_open(&fresh, path), NF_OK);
        ck_assert_int_eq(nf_blocks_read(&fresh, addresses[which]), NF_OK);
        ck_assert_int_eq(nf_blocks_read(&blocks, addresses[which]), NF_OK);
        ck_assert_uint_eq(fresh.n, blocks.n);
        ck_assert_int_eq(memcmp(fresh.bytes, blocks.bytes, fresh.n), 0);
        nf_blocks_close(&fresh);
    }
}
END_TEST

/* What is changed at the third block, from its start or (negative) from its end. */
static const struct {
    const char *name;
    int at;
    enum nf_blocks_problem problem;
} damages[] = {
    {"the magic bytes", 0, NF_BLOCKS_DAMAGED},
    {"the subfield", 12, NF_BLOCKS_DAMAGED},
    {"the size of the block", 17, NF_BLOCKS_DAMAGED},
    {"the checksum", -8, NF_BLOCKS_CHECKSUM},
    {"the length", -4, NF_BLOCKS_DAMAGED},
    {"the length, far", -2, NF_BLOCKS_DAMAGED},
    {"the deflated data", 18, NF_BLOCKS_DAMAGED},
};

static void change(int64_t at)
{
    FILE *file = fopen(path, "r+b");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, at, SEEK_SET), 0);
    int byte = fgetc(file);
    ck_assert_int_eq(fseek(file, at, SEEK_SET), 0);
    ck_assert_int_ne(fputc(byte ^ 0x55, file), EOF);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(damage_is_told)
{
    int64_t block = addresses[2], next = addresses[3];

    change(damages[_i].at < 0 ? next + damages[_i].at : block + damages[_i].at);
    ck_assert_int_eq(nf_blocks_read(&blocks, addresses[1]), NF_OK);
    ck_assert_int_eq(nf_blocks_read(&blocks, block), NF_ERR_INPUT);
    ck_assert_msg(blocks.problem == damages[_i].problem, "%s: %d", damages[_i].name,
                  blocks.problem);
    ck_assert_uint_eq(blocks.n, 0);
    ck_assert_int_eq(nf_blocks_read(&blocks, next), NF_OK); /* and on it goes */
}
END_TEST

START_TEST(no_block_begins_there)
{
    for (int64_t at = addresses[2] + 1; at < addresses[3]; at++)
        ck_assert_int_eq(nf_blocks_read(&blocks, at), NF_ERR_INPUT);
    ck_assert_int_eq(nf_blocks_read(&blocks, -1), NF_ERR_INPUT);
    ck_assert_int_eq(nf_blocks_read(&blocks, blocks.size + 1), NF_ERR_INPUT);
    ck_assert_int_eq(nf_blocks_read(&blocks, INT64_MAX), NF_ERR_INPUT);
}
END_TEST

START_TEST(a_block_that_the_file_cuts)
{
    int64_t last = addresses[n_addresses - 2];

    ck_assert_int_eq(truncate(path, addresses[n_addresses - 1] - 1), 0);
    ck_assert_int_eq(nf_blocks_read(&blocks, last), NF_ERR_INPUT);
    ck_assert_int_eq(blocks.problem, NF_BLOCKS_DAMAGED);
    ck_assert_int_eq(truncate(path, last + 7), 0);
    ck_assert_int_eq(nf_blocks_read(&blocks, addresses[0]), NF_OK);
    ck_assert_int_eq(nf_blocks_read(&blocks, last), NF_ERR_INPUT);
}
END_TEST

Suite *blocks_suite(void)
{
    Suite *suite = suite_create("blocks");
    TCase *reading = tcase_create("reading");

    tcase_add_unchecked_fixture(reading, nft_reference_load, NULL);
    tcase_add_checked_fixture(reading, begin, end);
    tcase_set_timeout(reading, 30);
    tcase_add_test(reading, all_blocks_in_order);
    tcase_add_test(reading, any_block_at_any_time);
    tcase_add_loop_test(reading, damage_is_told, 0, NFT_COUNT(damages));
    tcase_add_test(reading, no_block_begins_there);
    tcase_add_test(reading, a_block_that_the_file_cuts);
    suite_add_tcase(suite, reading);
    return suite;
}
