/* SPDX-License-Identifier: MIT */
/* Where shards begin, where their first records begin, and what a reader says. */
#include <check.h>
#include <htslib/bgzf.h>
#include <htslib/hts.h>
#include <htslib/sam.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/bamio.h"
#include "ntrkfuse/shard.h"
#include "support.h"
#include "support_sam.h"
#include "support_shard.h"

static char *folder;
static const struct nft_reference *reference;
static struct nf_bamio *input;

static void begin(void)
{
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    folder = nft_folder_new();
    nft_log_begin();
}

static void end(void)
{
    nf_bamio_discard(&input);
    nft_log_end();
    nft_folder_remove(folder);
}

/* Opens the file for can_shard; the body is valid until the test ends. */
static bool open_body(const char *path, struct nf_bamio_body *body)
{
    const struct nf_bamio_options options = {.path = path, .n_threads = 2};

    nf_bamio_discard(&input);
    ck_assert_int_eq(nf_bamio_open(&input, &options), NF_OK);
    return nf_bamio_can_shard(input, body);
}

/* Encoded random records, to be freed. */
static uint8_t *random_records(uint64_t chance, int n_records, size_t *n)
{
    char *lines = nft_lines_random(reference, chance, n_records);
    uint8_t *bytes = nft_bam_bytes(reference->header, lines, n);

    free(lines);
    return bytes;
}

/* ---- guessing ---- */

START_TEST(the_first_record_is_found_from_any_byte)
{
    size_t n, next = 0, at;
    uint8_t *bytes = random_records(1, 40, &n);

    for (size_t from = 0; from < n * 3 / 4; from++) {
        if (from > next)
            next += 4 + nf_read_u32(bytes + next);
        ck_assert(nf_shard_guess(bytes + from, n - from, false, 26, &at));
        ck_assert_uint_eq(from + at, next);
    }
    free(bytes);
}
END_TEST

START_TEST(few_records_do_only_at_the_last)
{
    size_t n, at;
    uint8_t *bytes = random_records(2, 5, &n);

    ck_assert(!nf_shard_guess(bytes + 7, n - 7, false, 26, &at));
    /* whole records, a cut one at the end, and one too short to be judged */
    for (size_t n_cut = 0; n_cut < 100; n_cut += 20) {
        ck_assert(nf_shard_guess(bytes + 7, n - 7 - n_cut, true, 26, &at));
        ck_assert_uint_eq(7 + at, 4 + nf_read_u32(bytes));
    }
    ck_assert(!nf_shard_guess(bytes, 4 + nf_read_u32(bytes) - 1, true, 26, &at));
    ck_assert(!nf_shard_guess(bytes, 0, true, 26, &at));
    ck_assert(!nf_shard_guess(bytes, 35, true, 26, &at));
    free(bytes);
}
END_TEST

START_TEST(nothing_is_found_where_there_is_nothing)
{
    enum { N = 100000 };
    uint8_t *bytes = malloc(N);
    uint64_t chance = 3;
    size_t at;

    ck_assert_ptr_nonnull(bytes);
    for (int kind = 0; kind < 4; kind++) {
        for (size_t i = 0; i < N; i++)
            bytes[i] = (uint8_t)(kind == 0   ? 0
                                 : kind == 1 ? 255
                                 : kind == 2 ? nft_random(&chance, 256)
                                             : nft_random(&chance, 2));
        ck_assert(!nf_shard_guess(bytes, N, false, 26, &at));
        ck_assert(!nf_shard_guess(bytes, N, true, 26, &at));
    }
    free(bytes);
}
END_TEST

/* What makes the fixed fields of a record implausible. */
static const struct {
    const char *name;
    size_t at;
    uint8_t value;
} implausible[] = {
    {"length far too great", 3, 0x7f},
    {"contig unknown", 4, 26},
    {"contig below -1", 7, 0x80},
    {"position below -1", 11, 0x80},
    {"no name", 12, 0},
    {"name of no letter", 12, 1},
    {"name not ended", 12, 200},
    {"flags undefined", 19, 0x10},
    {"bases beyond the end", 22, 1},
    {"bases below 0", 23, 0x80},
    {"mate contig unknown", 25, 1},
    {"mate position below -1", 31, 0x80},
    {"name not printable", 36, 7},
};

START_TEST(fields_must_be_plausible)
{
    size_t n, at;
    uint8_t *bytes = random_records(4, 9, &n);

    ck_assert(nf_shard_guess(bytes, n, false, 26, &at));
    ck_assert_uint_eq(at, 0);
    bytes[implausible[_i].at] = implausible[_i].value;
    ck_assert(nf_shard_guess(bytes, n, false, 26, &at));
    ck_assert_uint_gt(at, 0);
    free(bytes);
}
END_TEST

/* ---- dividing ---- */

START_TEST(shards_begin_at_blocks)
{
    static const int64_t sizes[] = {1, 100, 5000, 100000, INT64_MAX};
    const char *path = nft_path(folder, "x.bam");
    nf_shard_starts starts = {0};
    struct nf_bamio_body body;
    size_t n, n_blocks, block = 0;
    uint8_t *bytes = random_records(5, 2000, &n);

    nft_blocks_write(path, reference->header, bytes, n, (struct nft_cut){5, 3000, 6, 4});
    ck_assert(open_body(path, &body));
    ck_assert_int_eq(nf_shard_divide(&body, sizes[_i], &starts), NF_OK);
    ck_assert_uint_ge(starts.n, 1);
    ck_assert_int_eq(starts.items[0], body.address);
    int64_t *blocks = nft_block_addresses(path, &n_blocks);
    for (size_t i = 0; i < starts.n; i++) {
        while (block < n_blocks && blocks[block] < starts.items[i])
            block++;
        ck_assert_uint_lt(block, n_blocks);
        ck_assert_int_eq(blocks[block], starts.items[i]);
        if (i > 0) /* ascending, and no block left out that could have been found */
            ck_assert_int_ge(starts.items[i], starts.items[i - 1] + (sizes[_i] > 1 ? 1 : 28));
    }
    if (sizes[_i] == 1)
        ck_assert_uint_ge(starts.n, n_blocks - 1);
    if (sizes[_i] == INT64_MAX)
        ck_assert_uint_eq(starts.n, 1);
    nf_vec_free(&starts);
    free(blocks);
    free(bytes);
}
END_TEST

START_TEST(magic_bytes_alone_are_no_block)
{
    static const uint8_t magic[18] = {31,  139, 8, 4,  0,  0, 0, 0,  0,
                                      255, 6,   0, 66, 67, 2, 0, 40, 0};
    const char *path = nft_path(folder, "x.bam");
    nf_shard_starts starts = {0};
    struct nf_bamio_body body;
    size_t n_blocks, block = 0;
    uint8_t *bytes = calloc(1, 200000);

    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i + 18 < 200000; i += 50)
        memcpy(bytes + i, magic, sizeof magic);
    nft_blocks_write(path, reference->header, bytes, 200000, (struct nft_cut){6, 60000, 0, 0});
    ck_assert(open_body(path, &body));
    ck_assert_int_eq(nf_shard_divide(&body, 500, &starts), NF_OK);
    ck_assert_uint_gt(starts.n, 2);
    int64_t *blocks = nft_block_addresses(path, &n_blocks);
    for (size_t i = 0; i < starts.n; i++) {
        while (blocks[block] < starts.items[i])
            block++;
        ck_assert_int_eq(blocks[block], starts.items[i]);
    }
    nf_vec_free(&starts);
    free(blocks);
    free(bytes);
}
END_TEST

START_TEST(only_local_bgzf_can_be_divided)
{
    static const struct {
        const char *name;
        const char *mode;
        bool can;
    } files[] = {{"a.bam", "wb", true},
                 {"b.bam", "wb0", true},
                 {"c.sam", "w", false},
                 {"d.cram", "wc", false},
                 {"e.sam.gz", "wz", false}};
    struct nf_bamio_body body;

    for (size_t i = 0; i < NFT_COUNT(files); i++) {
        const char *path = nft_path(folder, files[i].name);
        htsFile *file = hts_open(path, files[i].mode);
        sam_hdr_t *header = sam_hdr_parse(strlen(reference->header), reference->header);

        ck_assert_ptr_nonnull(file);
        if (files[i].mode[1] == 'c')
            ck_assert_int_eq(hts_set_opt(file, CRAM_OPT_NO_REF, 1), 0);
        ck_assert_int_eq(sam_hdr_write(file, header), 0);
        ck_assert_int_eq(hts_close(file), 0);
        sam_hdr_destroy(header);
        ck_assert_msg(open_body(path, &body) == files[i].can, "%s", path);
    }

    /* BAM without compression, and as one gzip member */
    uint8_t bytes[8192];
    BGZF *file = bgzf_open(nft_path(folder, "a.bam"), "r");
    ck_assert_ptr_nonnull(file);
    ssize_t n = bgzf_read(file, bytes, sizeof bytes);
    ck_assert_int_gt(n, 100);
    ck_assert_int_lt(n, sizeof bytes);
    ck_assert_int_eq(bgzf_close(file), 0);
    nft_write(nft_path(folder, "raw.bam"), (struct nf_span){(char *)bytes, (size_t)n});
    nft_write_gzip(nft_path(folder, "gzip.bam"), (struct nf_span){(char *)bytes, (size_t)n});
    ck_assert(!open_body(nft_path(folder, "raw.bam"), &body));
    ck_assert(!open_body(nft_path(folder, "gzip.bam"), &body));
}
END_TEST

/* ---- reading ---- */

START_TEST(a_reader_sees_every_record_and_its_place)
{
    static const uint32_t most_bytes[] = {3, 40, 700, 60000};
    const char *path = nft_path(folder, "x.bam");
    struct nf_shard_reader reader, other;
    struct nf_bamio_body body;
    struct nf_record record;
    size_t n, at = 0;
    uint8_t *bytes = random_records(7, 100, &n);
    bool done;

    nft_blocks_write(path, reference->header, bytes, n,
                     (struct nft_cut){7, most_bytes[_i], 6, 3});
    ck_assert(open_body(path, &body));
    ck_assert_int_eq(nf_shard_reader_open(&reader, &body), NF_OK);
    ck_assert_int_eq(nf_shard_reader_open(&other, &body), NF_OK);
    struct nf_shard_place place = {body.address, body.offset};
    ck_assert_int_eq(nf_shard_seek(&reader, place), NF_OK);
    for (int i = 0;; i++) {
        struct nf_record wanted, again;

        ck_assert_int_eq(nf_shard_next(&reader, NF_SHARD_END, &record, &done), NF_OK);
        if (done)
            break;
        ck_assert_uint_lt(at, n);
        ck_assert_int_eq(
            nf_record_from_bytes(&wanted, bytes + at + 4, nf_read_u32(bytes + at), 26), NF_OK);
        char *text = nft_record_text(&wanted), *found = nft_record_text(&record);
        ck_assert_str_eq(found, text);
        free(found);
        /* a limit stops before the block of the next record, and tells its place */
        place = nf_shard_reached(&reader);
        if (place.offset == reader.n) {
            ck_assert_int_eq(nf_shard_next(&reader, 0, &record, &done), NF_OK);
            ck_assert(done);
            place = nf_shard_reached(&reader);
        }
        ck_assert(place.address == NF_SHARD_END || place.offset < reader.n);
        at += 4 + nf_read_u32(bytes + at);
        /* and another reader finds the next record there */
        if (at < n) {
            ck_assert_int_eq(nf_shard_seek(&other, place), NF_OK);
            ck_assert_int_eq(nf_shard_next(&other, NF_SHARD_END, &again, &done), NF_OK);
            ck_assert_int_eq(
                nf_record_from_bytes(&wanted, bytes + at + 4, nf_read_u32(bytes + at), 26),
                NF_OK);
            free(text);
            text = nft_record_text(&wanted);
            found = nft_record_text(&again);
            ck_assert_str_eq(found, text);
            free(found);
        }
        free(text);
    }
    ck_assert_uint_eq(at, n);
    ck_assert_int_eq(nf_shard_reached(&reader).address, NF_SHARD_END);
    nf_shard_reader_close(&other);
    nf_shard_reader_close(&reader);
    free(bytes);
}
END_TEST

START_TEST(every_shard_of_an_ordinary_file_is_guessed_right)
{
    const char *path = nft_path(folder, "x.bam");
    struct nf_shard_reader reader;
    struct nf_bamio_body body;
    struct nf_shard_place reached, guessed;
    struct nf_record record;
    nf_shard_starts starts = {0};
    size_t n;
    uint8_t *bytes = random_records(8, 3000, &n);
    bool done = false;

    nft_blocks_write(path, reference->header, bytes, n, (struct nft_cut){8, 9000, 6, 4});
    ck_assert(open_body(path, &body));
    ck_assert_int_eq(nf_shard_divide(&body, 8000, &starts), NF_OK);
    ck_assert_uint_gt(starts.n, 20);
    ck_assert_int_eq(nf_shard_reader_open(&reader, &body), NF_OK);
    for (size_t i = 1; i < starts.n; i++) {
        struct nf_shard_place from = {body.address, body.offset};

        ck_assert_int_eq(
            nf_shard_find_record(&reader, starts.items[i], nf_shard_guess, &guessed), NF_OK);
        ck_assert_int_eq(nf_shard_seek(&reader, from), NF_OK);
        for (done = false; !done;)
            ck_assert_int_eq(nf_shard_next(&reader, starts.items[i], &record, &done), NF_OK);
        reached = nf_shard_reached(&reader);
        if (reached.address == NF_SHARD_END)
            break;
        ck_assert_int_eq(guessed.address, reached.address);
        ck_assert_uint_eq(guessed.offset, reached.offset);
    }
    nf_shard_reader_close(&reader);
    nf_vec_free(&starts);
    free(bytes);
}
END_TEST

START_TEST(a_reader_can_be_used_after_damage)
{
    const char *path = nft_path(folder, "x.bam");
    struct nf_shard_reader reader;
    struct nf_bamio_body body;
    struct nf_shard_place place;
    struct nf_record record;
    size_t n, n_blocks, size;
    uint8_t *bytes = random_records(9, 200, &n);
    bool done = false;
    enum nf_status status = NF_OK;

    nft_blocks_write(path, reference->header, bytes, n, (struct nft_cut){9, 2000, 6, 0});
    int64_t *blocks = nft_block_addresses(path, &n_blocks);
    char *file = nft_read(path, &size);
    file[blocks[10] + 12] = 'X'; /* gzip still, which htslib would go on to inflate */
    nft_write(path, (struct nf_span){file, size});
    ck_assert(open_body(path, &body));
    ck_assert_int_eq(nf_shard_reader_open(&reader, &body), NF_OK);
    for (int i = 0; i < 2; i++) {
        place = (struct nf_shard_place){body.address, body.offset};
        ck_assert_int_eq(nf_shard_seek(&reader, place), NF_OK);
        do
            status = nf_shard_next(&reader, NF_SHARD_END, &record, &done);
        while (!status && !done);
        ck_assert_int_eq(status, NF_ERR_INPUT);
        ck_assert_int_eq(reader.problem.kind, NF_SHARD_BLOCK);
        ck_assert_int_eq(reader.problem.place.address, blocks[10]);
    }
    ck_assert_int_eq(nf_shard_find_record(&reader, blocks[10], nf_shard_guess, &place), NF_OK);
    ck_assert_int_eq(place.address, NF_SHARD_UNKNOWN);
    ck_assert_int_eq(nf_shard_find_record(&reader, blocks[11], nf_shard_guess, &place), NF_OK);
    ck_assert_int_ge(place.address, blocks[11]);
    place = (struct nf_shard_place){blocks[11], 65000};
    ck_assert_int_eq(nf_shard_seek(&reader, place), NF_ERR_INPUT);
    nf_shard_reader_close(&reader);
    free(file);
    free(blocks);
    free(bytes);
}
END_TEST

/* ---- messages ---- */

static const struct {
    struct nf_shard_problem problem;
    const char *message;
} messages[] = {
    {{NF_SHARD_CHECKSUM, {7, 0}, 0, 0}, "x.bam: the checksum (CRC) of the block at byte 7 is"},
    {{NF_SHARD_BLOCK, {7, 0}, 0, 0}, "x.bam: a damaged compressed block at byte 7;"},
    {{NF_SHARD_READ, {7, 0}, 0, 5}, "x.bam: reading failed at byte 7: Input/output error"},
    {{NF_SHARD_NO_MARKER, {7, 0}, 0, 0},
     "x.bam: the BAM end-of-file block is missing at byte"},
    {{NF_SHARD_CUT, {7, 8}, 0, 0},
     "x.bam: truncated: the data end inside the record at byte 7+8"},
    {{NF_SHARD_TOO_LONG, {7, 8}, 9, 0},
     "x.bam: the record at byte 7+8 (block+offset) claims 9"},
    {{NF_SHARD_MALFORMED, {7, 8}, 0, 0},
     "x.bam: the record at byte 7+8 (block+offset) contra"},
};

START_TEST(problems_are_explained)
{
    ck_assert_int_eq(nf_shard_explain("x.bam", &messages[_i].problem), NF_ERR_INPUT);
    nft_assert_contains(nft_log_text(), messages[_i].message);
}
END_TEST

Suite *shard_suite(void)
{
    Suite *suite = suite_create("shard");
    TCase *tcase = tcase_create("shard");

    tcase_add_unchecked_fixture(tcase, nft_reference_load, NULL);
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, the_first_record_is_found_from_any_byte);
    tcase_add_test(tcase, few_records_do_only_at_the_last);
    tcase_add_test(tcase, nothing_is_found_where_there_is_nothing);
    tcase_add_loop_test(tcase, fields_must_be_plausible, 0, NFT_COUNT(implausible));
    tcase_add_loop_test(tcase, shards_begin_at_blocks, 0, 5);
    tcase_add_test(tcase, magic_bytes_alone_are_no_block);
    tcase_add_test(tcase, only_local_bgzf_can_be_divided);
    tcase_add_loop_test(tcase, a_reader_sees_every_record_and_its_place, 0, 4);
    tcase_add_test(tcase, every_shard_of_an_ordinary_file_is_guessed_right);
    tcase_add_test(tcase, a_reader_can_be_used_after_damage);
    tcase_add_loop_test(tcase, problems_are_explained, 0, NFT_COUNT(messages));
    suite_add_tcase(suite, tcase);
    return suite;
}
