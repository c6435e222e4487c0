/* SPDX-License-Identifier: MIT */
/* Tests of bamio_cram: the containers of a CRAM, each read by itself, hold together what the
 * file read from beginning to end holds. */
#include <check.h>
#include <htslib/kstring.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ntrkfuse/bamio_cram.h"
#include "support.h"
#include "support_bamio.h"
#include "support_sam.h"

static char *folder;

static void begin(void)
{
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
    struct nft_cram_shape shape;
    int n_lines;
    size_t n_containers; /* at least */
} rows[] = {{"as usual", {0}, 400, 2},
            {"a record a slice", {1, 1, false, NULL}, 60, 60},
            {"a record a slice, three slices", {1, 3, false, NULL}, 60, 20},
            {"several slices", {7, 4, false, NULL}, 400, 10},
            {"mixed contigs", {30, 2, true, NULL}, 400, 5},
            {"version 3.1", {9, 2, false, "3.1"}, 300, 10},
            {"no records", {0}, 0, 0}};

static const char *write_rows(int row)
{
    const char *path = nft_text("%s/%d.cram", folder, row);
    uint64_t state = (uint64_t)row + 3;
    char *lines = nft_random_lines(&state, rows[row].n_lines);

    nft_cram_write(path, NFT_TWO_CONTIGS, lines, rows[row].shape);
    free(lines);
    return path;
}

static enum nf_status add_text(void *context, const struct nf_record *record)
{
    char *text = nft_record_text(record);

    ck_assert_int_ge(ksprintf(context, "%s\n", text), 0);
    free(text);
    return NF_OK;
}

/* What a record seen without bases shows of one seen in full. */
static enum nf_status add_part(void *context, const struct nf_record *record)
{
    struct nf_record part = *record;

    part.name = "?";
    part.name_length = 1;
    part.mapq = 0;
    part.length = 0;
    return add_text(context, &part);
}

static enum nf_status add_without_bases(void *context, const struct nf_record *record)
{
    ck_assert_str_eq(record->name, "?");
    ck_assert_int_eq(record->length, 0);
    return add_part(context, record);
}

typedef enum nf_status take_function(void *context, const struct nf_record *record);

/* Check cannot show texts of this length whole. */
static void assert_same(const char *text, const char *expected)
{
    size_t n = 0;

    while (text[n] && text[n] == expected[n])
        n++;
    while (n > 0 && text[n - 1] != '\n')
        n--;
    text += n;
    expected += n;
    ck_assert_msg(strcmp(text, expected) == 0, "'%.200s' instead of '%.200s'", text, expected);
}

/* The file from beginning to end; to be freed. */
static char *read_stream(const char *path, take_function *take)
{
    struct nf_bamio *input = nft_bamio_open(path);
    struct nf_record record;
    kstring_t text = KS_INITIALIZE;
    bool done = false;

    kputs("", &text);
    while (!nf_bamio_next(input, &record, &done) && !done)
        take(&text, &record);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
    return ks_release(&text);
}

START_TEST(containers_are_listed)
{
    struct nf_bamio *input = nft_bamio_open(write_rows(_i));
    nf_cram_containers list = {0};
    int64_t n = 0, before = 0;

    for (int again = 0; again < 2; again++)
        ck_assert_int_eq(nf_bamio_cram_list(input, &list), NF_OK);
    ck_assert_uint_ge(list.n, rows[_i].n_containers);
    for (size_t i = 0; i < list.n; i++) {
        const struct nf_cram_container *container = &list.items[i];

        n += container->n_records;
        ck_assert_int_gt(container->n_records, 0);
        ck_assert_int_ge(container->address, before);
        ck_assert_int_gt(container->end, container->address);
        ck_assert_int_ge(container->contig, NF_CRAM_SEVERAL);
        ck_assert_int_lt(container->contig, 2);
        before = container->end;
    }
    ck_assert_int_eq(n, rows[_i].n_lines);
    ck_assert_int_eq(list.n > 0 && list.items[0].contig == NF_CRAM_SEVERAL,
                     rows[_i].shape.is_mixed);
    nf_vec_free(&list);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
}
END_TEST

/* All containers with these fields of one reader, which has looked at every other one before.
 */
static char *read_containers(const char *path, enum nf_cram_fields fields, take_function *take)
{
    struct nf_bamio *input = nft_bamio_open(path);
    struct nf_cram_reader *reader;
    nf_cram_containers list = {0};
    kstring_t text = KS_INITIALIZE, other = KS_INITIALIZE;

    kputs("", &text);
    ck_assert_int_eq(nf_bamio_cram_list(input, &list), NF_OK);
    ck_assert_int_eq(nf_bamio_cram_open(&reader, input), NF_OK);
    for (size_t i = 0; i < list.n; i++) {
        size_t k = list.n - 1 - i;

        if (list.items[k].contig != NF_CRAM_SEVERAL)
            ck_assert_int_eq(
                nf_bamio_cram_walk(reader, &list.items[k], 1 - fields, add_text, &other),
                NF_OK);
        if (list.items[i].contig != NF_CRAM_SEVERAL || fields == NF_CRAM_ALL)
            ck_assert_int_eq(nf_bamio_cram_walk(reader, &list.items[i], fields, take, &text),
                             NF_OK);
    }
    ks_free(&other);
    nf_vec_free(&list);
    nf_bamio_cram_close(&reader);
    ck_assert_ptr_null(reader);
    nf_bamio_cram_close(&reader);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
    return ks_release(&text);
}

START_TEST(all_fields_are_those_of_a_stream)
{
    const char *path = write_rows(_i);
    char *expected = read_stream(path, add_text);
    char *text = read_containers(path, NF_CRAM_ALL, add_text);

    assert_same(text, expected);
    free(text);
    free(expected);
}
END_TEST

START_TEST(part_of_the_fields_is_that_of_a_stream)
{
    const char *path = write_rows(_i);
    char *expected, *text;

    if (rows[_i].shape.is_mixed)
        return;
    expected = read_stream(path, add_part);
    text = read_containers(path, NF_CRAM_WITHOUT_BASES, add_without_bases);
    assert_same(text, expected);
    free(text);
    free(expected);
}
END_TEST

/* ---- what cannot be read so ---- */

static size_t count_containers(const char *path)
{
    struct nf_bamio *input = nft_bamio_open(path);
    nf_cram_containers list = {0};
    size_t n;

    ck_assert_int_eq(nf_bamio_cram_list(input, &list), NF_OK);
    n = list.n;
    nf_vec_free(&list);
    nf_bamio_discard(&input);
    return n;
}

START_TEST(other_formats_have_no_containers)
{
    uint64_t state = 1;
    char *lines = nft_random_lines(&state, 20);
    const char *bam = nft_text("%s/x.bam", folder), *sam = nft_text("%s/x.sam", folder);
    const char *old = nft_text("%s/old.cram", folder);

    nft_sam_write_parts(bam, NFT_TWO_CONTIGS, lines, NFT_NO_INDEX);
    nft_sam_write_parts(sam, NFT_TWO_CONTIGS, lines, NFT_NO_INDEX);
    nft_cram_write(old, NFT_TWO_CONTIGS, lines, (struct nft_cram_shape){.version = "2.1"});
    free(lines);
    ck_assert_uint_eq(count_containers(bam), 0);
    ck_assert_uint_eq(count_containers(sam), 0);
    ck_assert_uint_eq(count_containers(old), 0);
}
END_TEST

/* The bytes of a file with several containers, and which they are. */
static char *read_bytes(const char **path, nf_cram_containers *list, size_t *n)
{
    struct nf_bamio *input;

    *path = write_rows(3);
    input = nft_bamio_open(*path);
    ck_assert_int_eq(nf_bamio_cram_list(input, list), NF_OK);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
    ck_assert_uint_gt(list->n, 4);
    return nft_read(*path, n);
}

START_TEST(a_broken_chain_lists_nothing)
{
    nf_cram_containers list = {0};
    const char *path;
    size_t n;
    char *bytes = read_bytes(&path, &list, &n);

    for (size_t i = 0; i < list.n; i++)
        for (size_t at = 0; at < 12; at++) { /* under the checksum of its header */
            char *place = bytes + list.items[i].address + at;

            *place ^= 4;
            nft_write(path, (struct nf_span){bytes, n});
            ck_assert_uint_eq(count_containers(path), 0);
            *place ^= 4;
        }
    nft_write(path, (struct nf_span){bytes, n});
    ck_assert_uint_eq(count_containers(path), list.n);
    free(bytes);
    nf_vec_free(&list);
}
END_TEST

/* Every bit of a container but those of its header, which break the chain, is under the
 * checksum of a block. */
START_TEST(a_changed_bit_is_seen)
{
    nf_cram_containers list = {0};
    const char *path;
    size_t n, which;
    char *bytes = read_bytes(&path, &list, &n);
    struct nf_bamio *input = nft_bamio_open(path);
    int64_t n_before = 0;

    which = _i ? list.n - 1 : 2;
    for (size_t i = 0; i < which; i++)
        n_before += list.items[i].n_records;
    ck_assert_int_eq(nf_bamio_cram_check(input, &list), NF_OK);
    for (int64_t at = list.items[which].body; at < list.items[which].end; at++) {
        bytes[at] ^= (char)(1 << at % 8);
        nft_write(path, (struct nf_span){bytes, n});
        nft_log_begin();
        ck_assert_int_eq(nf_bamio_cram_check(input, &list), NF_ERR_INPUT);
        ck_assert_str_eq(
            nft_log_text(),
            nft_text("ntrkfuse: error: %s: damaged CRAM data (a wrong checksum, CRC) "
                     "after record %lld; copy or write it again\n",
                     path, (long long)n_before));
        bytes[at] ^= (char)(1 << at % 8);
    }
    nf_bamio_discard(&input);
    free(bytes);
    nf_vec_free(&list);
}
END_TEST

static enum nf_status take_nothing(void *context, const struct nf_record *record)
{
    (void)context;
    return record->name ? NF_OK : NF_ERR_MEMORY;
}

/* A container whose header tells more records than there are, or fewer, is not taken for one,
 * whatever follows it. */
START_TEST(a_false_number_of_records_is_seen)
{
    const char *path = write_rows(3);
    struct nf_bamio *input = nft_bamio_open(path);
    nf_cram_containers list = {0};

    ck_assert_int_eq(nf_bamio_cram_list(input, &list), NF_OK);
    for (size_t i = 0; i < list.n; i++)
        for (int change = -1; change <= 1; change++) {
            struct nf_cram_container container = list.items[i];
            struct nf_cram_reader *reader;

            container.n_records += change;
            ck_assert_int_eq(nf_bamio_cram_open(&reader, input), NF_OK);
            ck_assert_int_eq(
                nf_bamio_cram_walk(reader, &container, NF_CRAM_ALL, take_nothing, NULL),
                change ? NF_ERR_INPUT : NF_OK);
            nf_bamio_cram_close(&reader);
        }
    ck_assert_str_eq(nft_log_text(), "");
    nf_vec_free(&list);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
}
END_TEST

static enum nf_status take_two(void *context, const struct nf_record *record)
{
    int *n = context;

    (void)record;
    return ++*n == 2 ? NF_ERR_INTERRUPTED : NF_OK;
}

START_TEST(the_taker_may_end_a_walk)
{
    struct nf_bamio *input = nft_bamio_open(write_rows(3));
    struct nf_cram_reader *reader;
    nf_cram_containers list = {0};
    int n = 0;

    ck_assert_int_eq(nf_bamio_cram_list(input, &list), NF_OK);
    ck_assert_int_eq(nf_bamio_cram_open(&reader, input), NF_OK);
    ck_assert_int_eq(
        nf_bamio_cram_walk(reader, &list.items[0], NF_CRAM_WITHOUT_BASES, take_two, &n),
        NF_ERR_INTERRUPTED);
    ck_assert_int_eq(n, 2);
    nf_vec_free(&list);
    nf_bamio_cram_close(&reader);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
}
END_TEST

START_TEST(a_file_that_is_gone_is_reported)
{
    const char *path = write_rows(0);
    struct nf_bamio *input = nft_bamio_open(path);
    struct nf_cram_reader *reader;
    nf_cram_containers list = {0};

    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(nf_bamio_cram_list(input, &list), NF_OK);
    ck_assert_uint_eq(list.n, 0);
    ck_assert_int_eq(nf_bamio_cram_open(&reader, input), NF_ERR_INPUT);
    ck_assert_str_eq(nft_log_text(),
                     nft_text("ntrkfuse: error: %s: cannot be opened again\n", path));
    nf_bamio_cram_close(&reader);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
}
END_TEST

Suite *bamio_cram_suite(void)
{
    Suite *suite = suite_create("bamio_cram");
    TCase *containers = tcase_create("containers");

    tcase_add_checked_fixture(containers, begin, end);
    tcase_set_timeout(containers, 60);
    tcase_add_loop_test(containers, containers_are_listed, 0, NFT_COUNT(rows));
    tcase_add_loop_test(containers, all_fields_are_those_of_a_stream, 0, NFT_COUNT(rows));
    tcase_add_loop_test(containers, part_of_the_fields_is_that_of_a_stream, 0,
                        NFT_COUNT(rows));
    tcase_add_test(containers, other_formats_have_no_containers);
    tcase_add_test(containers, a_broken_chain_lists_nothing);
    tcase_add_loop_test(containers, a_changed_bit_is_seen, 0, 2);
    tcase_add_test(containers, a_false_number_of_records_is_seen);
    tcase_add_test(containers, the_taker_may_end_a_walk);
    tcase_add_test(containers, a_file_that_is_gone_is_reported);
    suite_add_tcase(suite, containers);
    return suite;
}
