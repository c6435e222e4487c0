/* SPDX-License-Identifier: MIT */
/* Scanning by shards leaves exactly what one walk from the first record to the last leaves,
 * whatever the file, the division, the guesses and the number of threads. */
#include <check.h>
#include <htslib/kstring.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/bamio.h"
#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/scan.h"
#include "support.h"
#include "support_sam.h"
#include "support_shard.h"

static const int thread_counts[] = {1, 2, 3, 4, 8};

static char *folder;
static const struct nft_reference *reference;
static struct nf_read_groups read_groups;

static void begin(void)
{
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    folder = nft_folder_new();
    ck_assert_int_eq(nf_read_groups_init(&read_groups, reference->header), NF_OK);
    nft_log_begin();
}

static void end(void)
{
    nft_log_end();
    nf_read_groups_free(&read_groups);
    nft_folder_remove(folder);
}

/* ---- comparing ---- */

/* All thread counts, with these shards, leave what the stream leaves. Returns the number of
 * shards walked again at the last. */
static size_t assert_like_stream(const char *path, int64_t shard_bytes,
                                 nf_shard_guess_function *guess)
{
    size_t n_rescanned = 0;
    char *expected, *text;

    ck_assert_int_eq(nft_walk_file(reference, path, NULL, &expected), NF_OK);
    for (size_t i = 0; i < NFT_COUNT(thread_counts); i++) {
        const struct nf_scan_shard_options sharding = {thread_counts[i], shard_bytes, guess,
                                                       &n_rescanned};
        enum nf_status status = nft_walk_file(reference, path, &sharding, &text);

        ck_assert_msg(status == NF_OK, "%d threads: %s", thread_counts[i], text);
        ck_assert_msg(strcmp(text, expected) == 0, "%d threads, shards of %lld",
                      thread_counts[i], (long long)shard_bytes);
        free(text);
    }
    free(expected);
    return n_rescanned;
}

/* All divisions and thread counts fail with one and the same message, which is returned. */
static const char *assert_same_failure(const char *path)
{
    static const int64_t shard_bytes[] = {1, 500, 4000, 1 << 20};
    static char first[1024];

    first[0] = '\0';
    for (size_t s = 0; s < NFT_COUNT(shard_bytes); s++)
        for (size_t i = 0; i < NFT_COUNT(thread_counts); i++) {
            const struct nf_scan_shard_options sharding = {.n_threads = thread_counts[i],
                                                           .shard_bytes = shard_bytes[s]};
            char *text;

            ck_assert_int_eq(nft_walk_file(reference, path, &sharding, &text), NF_ERR_INPUT);
            if (!first[0])
                ck_assert_int_lt(snprintf(first, sizeof first, "%s", text), sizeof first);
            ck_assert_msg(strcmp(first, text) == 0, "%d threads, shards of %lld: %s not %s",
                          thread_counts[i], (long long)shard_bytes[s], text, first);
            ck_assert_ptr_eq(strchr(text, '\n'), text + strlen(text) - 1);
            free(text);
        }
    nft_assert_contains(first, path);
    return first;
}

/* A file of random records; returns its path. */
static const char *write_random(uint64_t chance, int n_records, struct nft_cut cut)
{
    const char *path = nft_path(folder, "random.bam");
    char *lines = nft_lines_random(reference, chance, n_records);
    size_t n;
    uint8_t *bytes = nft_bam_bytes(reference->header, lines, &n);

    nft_blocks_write(path, reference->header, bytes, n, cut);
    free(bytes);
    free(lines);
    return path;
}

/* ---- good files ---- */

static const struct {
    const char *name;
    int n_records;
    struct nft_cut cut;
    int64_t shard_bytes;
} divisions[] = {
    {"every block a shard", 1500, {1, 2000, 6, 0}, 1},
    {"several blocks", 1500, {2, 2000, 6, 0}, 5000},
    {"blocks of few bytes", 300, {3, 50, 6, 0}, 200},
    {"empty blocks between", 1000, {4, 1000, 6, 3}, 1},
    {"empty blocks between, larger shards", 1000, {5, 1000, 6, 3}, 3000},
    {"full blocks", 4000, {6, 65000, 6, 0}, 30000},
    {"stored", 1000, {7, 5000, 0, 0}, 8000},
    {"one block", 10, {8, 65000, 6, 0}, 1},
    {"the usual shards", 1000, {9, 5000, 6, 0}, 0},
    {"one record", 1, {10, 100, 6, 0}, 1},
    {"no record", 0, {11, 100, 6, 0}, 1},
    {"no record, the usual shards", 0, {12, 100, 6, 0}, 0},
};

START_TEST(leaves_what_a_stream_leaves)
{
    const char *path = write_random((uint64_t)_i, divisions[_i].n_records, divisions[_i].cut);
    char *text;

    ck_assert_int_eq(nft_walk_file(reference, path, NULL, &text), NF_OK);
    if (divisions[_i].n_records >= 300) { /* the records say something */
        nft_assert_contains(text, "\njoin ");
        nft_assert_contains(text, "\nclip ");
        nft_assert_contains(text, "\nmate ");
        nft_assert_contains(text, "\ncover ");
        nft_assert_contains(text, "\nsplice ");
        nft_assert_contains(text, "\nstart1 ");
    }
    free(text);
    assert_like_stream(path, divisions[_i].shard_bytes, NULL);
}
END_TEST

START_TEST(ordinary_files_are_read_once)
{
    struct nft_cut cut = {1, 20000, 6, 0};

    ck_assert_uint_eq(assert_like_stream(write_random(1, 4000, cut), 10000, NULL), 0);
}
END_TEST

/* ---- wrong guesses ---- */

static bool guess_nothing(const uint8_t *bytes, size_t n, bool is_last, int32_t n_contigs,
                          size_t *at)
{
    (void)bytes, (void)n, (void)is_last, (void)n_contigs, (void)at;
    return false;
}

static bool guess_first_byte(const uint8_t *bytes, size_t n, bool is_last, int32_t n_contigs,
                             size_t *at)
{
    (void)bytes, (void)n, (void)is_last, (void)n_contigs;
    *at = 0;
    return true;
}

static bool guess_last_byte(const uint8_t *bytes, size_t n, bool is_last, int32_t n_contigs,
                            size_t *at)
{
    (void)bytes, (void)is_last, (void)n_contigs;
    *at = n - 1;
    return true;
}

/* A record, but not the first. */
static bool guess_second_record(const uint8_t *bytes, size_t n, bool is_last,
                                int32_t n_contigs, size_t *at)
{
    if (!nf_shard_guess(bytes, n, is_last, n_contigs, at))
        return false;
    if (*at + 4 + nf_read_u32(bytes + *at) < n)
        *at += 4 + nf_read_u32(bytes + *at);
    return true;
}

static bool guess_wrong_now_and_then(const uint8_t *bytes, size_t n, bool is_last,
                                     int32_t n_contigs, size_t *at)
{
    return (bytes[0] & 3 ? nf_shard_guess : guess_second_record)(bytes, n, is_last, n_contigs,
                                                                 at);
}

static nf_shard_guess_function *const wrong_guesses[] = {guess_nothing, guess_first_byte,
                                                         guess_last_byte, guess_second_record,
                                                         guess_wrong_now_and_then};

START_TEST(a_wrong_guess_is_discarded)
{
    struct nft_cut cut = {20, 3000, 6, _i % 2 ? 4 : 0};
    const char *path = write_random(20, 1500, cut);

    ck_assert_uint_gt(assert_like_stream(path, 2000, wrong_guesses[_i]), 3);
    ck_assert_uint_gt(assert_like_stream(path, 1, wrong_guesses[_i]), 3);
}
END_TEST

/* ---- long records and false blocks ---- */

/* Appends a record with a tag of these bytes. */
static void add_long_record(kstring_t *out, const void *payload, size_t n)
{
    size_t n_line;
    uint8_t *line = nft_bam_bytes(
        reference->header, "long\t0\tchr2\t100\t60\t4M\t*\t0\t0\tACGT\tIIII\n", &n_line);
    uint32_t n_bytes = (uint32_t)(n_line - 4 + 8 + n), n_items = (uint32_t)n;
    size_t start = out->l;

    kputsn((const char *)line, n_line, out);
    kputsn("XXBC", 4, out);
    for (int i = 0; i < 4; i++) {
        out->s[start + (size_t)i] = (char)(n_bytes >> (8 * i) & 255);
        kputc((int)(n_items >> (8 * i) & 255), out);
    }
    kputsn(payload, n, out);
    free(line);
}

/* Random records, the long one, random records. */
static const char *write_around(const void *payload, size_t n, struct nft_cut cut)
{
    const char *path = nft_path(folder, "long.bam");
    char *lines = nft_lines_random(reference, 5, 400);
    size_t n_bytes;
    uint8_t *bytes = nft_bam_bytes(reference->header, lines, &n_bytes);
    kstring_t out = KS_INITIALIZE;

    kputsn((const char *)bytes, n_bytes, &out);
    add_long_record(&out, payload, n);
    kputsn((const char *)bytes, n_bytes, &out);
    nft_blocks_write(path, reference->header, (const uint8_t *)out.s, out.l, cut);
    ks_free(&out);
    free(bytes);
    free(lines);
    return path;
}

START_TEST(a_record_may_span_whole_shards)
{
    enum { N = 3 << 20 };
    uint8_t *payload = malloc(N);
    uint64_t chance = 1;

    ck_assert_ptr_nonnull(payload);
    for (size_t i = 0; i < N; i++)
        payload[i] = (uint8_t)nft_random(&chance, 256);
    const char *path = write_around(payload, N, (struct nft_cut){1, 60000, 1, 0});
    assert_like_stream(path, 200000, NULL);
    assert_like_stream(path, 200000, guess_first_byte);
    free(payload);
}
END_TEST

/* Shards that begin where no block of the file does. */
static size_t count_false_starts(const char *path, int64_t shard_bytes)
{
    const struct nf_bamio_options options = {.path = path, .n_threads = 1};
    nf_shard_starts starts = {0};
    struct nf_bamio_body body;
    struct nf_bamio *input;
    size_t n_blocks, n = 0, block = 0;
    int64_t *blocks = nft_block_addresses(path, &n_blocks);

    ck_assert_int_eq(nf_bamio_open(&input, &options), NF_OK);
    ck_assert(nf_bamio_can_shard(input, &body));
    ck_assert_int_eq(nf_shard_divide(&body, shard_bytes, &starts), NF_OK);
    for (size_t i = 0; i < starts.n; i++) {
        while (blocks[block] < starts.items[i])
            block++;
        n += blocks[block] != starts.items[i];
    }
    nf_vec_free(&starts);
    nf_bamio_discard(&input);
    free(blocks);
    return n;
}

/* A tag may hold anything, a BGZF file with records for instance: stored, its blocks and its
 * records look like the file's own. */
START_TEST(a_bam_within_a_bam_is_not_read)
{
    char *lines = nft_lines_random(reference, 6, 400), *inner, *text;
    size_t n, n_rescanned = 0;
    uint8_t *bytes = nft_bam_bytes(reference->header, lines, &n);
    const char *path = nft_path(folder, "inner.bam");

    nft_blocks_write(path, reference->header, bytes, n, (struct nft_cut){1, 700, 6, 0});
    inner = nft_read(path, &n);
    path = write_around(inner, n, (struct nft_cut){1, 65000, 0, 0});
    for (int64_t shard_bytes = 200; shard_bytes < 21000; shard_bytes += 5000) {
        ck_assert_uint_gt(count_false_starts(path, shard_bytes), 0);
        n_rescanned += assert_like_stream(path, shard_bytes, NULL);
    }
    ck_assert_uint_gt(n_rescanned, 0);
    ck_assert_int_eq(nft_walk_file(reference, path, NULL, &text), NF_OK);
    nft_assert_contains(text, "801 records");
    free(text);
    free(inner);
    free(bytes);
    free(lines);
}
END_TEST

/* ---- bad files ---- */

/* Changes bytes of a file: `value` at `at`. */
static void damage(const char *path, int64_t at, int value)
{
    size_t n;
    char *bytes = nft_read(path, &n);

    ck_assert_int_lt(at, (int64_t)n);
    ck_assert_int_ne(bytes[at], (char)value);
    bytes[at] = (char)value;
    nft_write(path, (struct nf_span){bytes, n});
    free(bytes);
}

static const struct {
    const char *name;
    int64_t at; /* in a block; negative: from its end */
    int value;
    const char *message;
} damages[] = {
    {"checksum", -8, -1, "checksum (CRC)"},
    {"deflate data", 18, 7, "damaged compressed block"},
    {"magic", 1, 0, "damaged compressed block"},
    {"gzip, but no BGZF", 12, 'X', "damaged compressed block"},
    {"size", 16, 0, NULL},
};

/* The blocks 20 and 40 are damaged; the message is of block 20. */
START_TEST(damage_is_reported_where_it_is)
{
    const char *path = write_random(30, 600, (struct nft_cut){30, 2000, 6, 0});
    size_t n;
    int64_t *blocks = nft_block_addresses(path, &n);

    ck_assert_uint_gt(n, 60);
    for (size_t i = 20; i <= 40; i += 20) {
        int64_t at = damages[_i].at;
        char *bytes = nft_read(path, NULL);

        at += at < 0 ? blocks[i + 1] : blocks[i];
        damage(path, at, damages[_i].value < 0 ? ~bytes[at] : damages[_i].value);
        free(bytes);
    }
    const char *message = assert_same_failure(path);
    if (damages[_i].message)
        nft_assert_contains(message, damages[_i].message);
    nft_assert_contains(message, nft_text("at byte %lld", (long long)blocks[20]));
    nft_assert_contains(message, "copy or write the file again");
    free(blocks);
    nft_records_forget();
}
END_TEST

/* Records that contradict themselves, by a byte of one in the middle. */
static const struct {
    const char *name;
    size_t at; /* byte of the record, block_size included */
    uint8_t value;
    const char *message;
} bad_records[] = {
    {"contig", 5, 100, "contradicts itself"},
    {"name length", 12, 0, "contradicts itself"},
    {"bases", 22, 1, "contradicts itself"},
    {"length", 3, 0x7f, "bytes: the data are damaged"},
    {"record too short", 0, 3, "contradicts itself"},
};

START_TEST(a_malformed_record_is_reported_where_it_is)
{
    const char *path = nft_path(folder, "bad.bam");
    char *lines = nft_lines_random(reference, 40, 500);
    size_t n, at = 0;
    uint8_t *bytes = nft_bam_bytes(reference->header, lines, &n);

    for (int i = 0; i < 250; i++)
        at += 4 + nf_read_u32(bytes + at);
    bytes[at + bad_records[_i].at] = bad_records[_i].value;
    if (bad_records[_i].at == 0)
        bytes[at + 1] = 0;
    nft_blocks_write(path, reference->header, bytes, n, (struct nft_cut){40, 2000, 6, 5});
    nft_assert_contains(assert_same_failure(path), bad_records[_i].message);
    free(bytes);
    free(lines);
}
END_TEST

START_TEST(data_that_end_in_a_record_are_reported)
{
    static const size_t n_missing[] = {1, 100};
    const char *path = nft_path(folder, "cut.bam");
    char *lines = nft_lines_random(reference, 50, 300);
    size_t n;
    uint8_t *bytes = nft_bam_bytes(reference->header, lines, &n);

    nft_blocks_write(path, reference->header, bytes, n - n_missing[_i],
                     (struct nft_cut){50, 2000, 6, 0});
    nft_assert_contains(assert_same_failure(path), "the data end inside the record");
    free(bytes);
    free(lines);
}
END_TEST

START_TEST(a_part_lost_in_the_middle_is_reported)
{
    const char *path = write_random(60, 600, (struct nft_cut){60, 2000, 6, 0});
    size_t n;
    char *bytes = nft_read(path, &n);

    memmove(bytes + n / 2, bytes + n / 2 + 5000, n - n / 2 - 5000);
    nft_write(path, (struct nf_span){bytes, n - 5000});
    assert_same_failure(path);
    free(bytes);
}
END_TEST

START_TEST(a_file_that_is_gone_is_reported)
{
    const struct nf_scan_options options = {.read_groups = &read_groups};
    const struct nf_bamio_body body = {.path = nft_path(folder, "gone.bam"), .size = 1000};
    const struct nf_scan_shard_options sharding = {.n_threads = 3};
    struct nf_scan scan = {0};
    struct nf_scan_walk walk;

    ck_assert_int_eq(nf_scan_walk_begin(&walk, &scan, &reference->panel, &options), NF_OK);
    ck_assert_int_eq(nf_scan_shards(&walk, &body, &sharding), NF_ERR_IO);
    nft_assert_contains(nft_log_text(), "gone.bam: cannot be opened");
    nf_scan_walk_free(&walk);
    nf_scan_free(&scan);
}
END_TEST

START_TEST(an_interrupt_ends_the_work)
{
    const char *path = write_random(70, 600, (struct nft_cut){70, 2000, 6, 0});
    const struct nf_scan_shard_options sharding = {.n_threads = 1 + 3 * _i,
                                                   .shard_bytes = 2000};
    char *text;

    nf_interrupt_set(SIGINT);
    ck_assert_int_eq(nft_walk_file(reference, path, &sharding, &text), NF_ERR_INTERRUPTED);
    nf_interrupt_set(0);
    ck_assert_str_eq(text, "");
    free(text);
}
END_TEST

Suite *scan_shard_suite(void)
{
    Suite *suite = suite_create("scan_shard");
    TCase *good = tcase_create("good files"), *bad = tcase_create("bad files");

    tcase_add_unchecked_fixture(good, nft_reference_load, NULL);
    tcase_add_checked_fixture(good, begin, end);
    tcase_set_timeout(good, 120);
    tcase_add_loop_test(good, leaves_what_a_stream_leaves, 0, NFT_COUNT(divisions));
    tcase_add_test(good, ordinary_files_are_read_once);
    tcase_add_loop_test(good, a_wrong_guess_is_discarded, 0, NFT_COUNT(wrong_guesses));
    tcase_add_test(good, a_record_may_span_whole_shards);
    tcase_add_test(good, a_bam_within_a_bam_is_not_read);
    suite_add_tcase(suite, good);

    tcase_add_unchecked_fixture(bad, nft_reference_load, NULL);
    tcase_add_checked_fixture(bad, begin, end);
    tcase_set_timeout(bad, 120);
    tcase_add_loop_test(bad, damage_is_reported_where_it_is, 0, NFT_COUNT(damages));
    tcase_add_loop_test(bad, a_malformed_record_is_reported_where_it_is, 0,
                        NFT_COUNT(bad_records));
    tcase_add_loop_test(bad, data_that_end_in_a_record_are_reported, 0, 2);
    tcase_add_test(bad, a_part_lost_in_the_middle_is_reported);
    tcase_add_test(bad, a_file_that_is_gone_is_reported);
    tcase_add_loop_test(bad, an_interrupt_ends_the_work, 0, 2);
    suite_add_tcase(suite, bad);
    return suite;
}
