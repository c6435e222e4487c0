/* SPDX-License-Identifier: MIT */
/* Tests of bamio: records as delivered against what htslib reads, and forged ones. */
#include <check.h>
#include <htslib/hts.h>
#include <htslib/sam.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/align.h"
#include "ntrkfuse/bamio.h"
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

static const char *in_folder(const char *name)
{
    return nft_text("%s/%s", folder, name);
}

/* ---- records in place ---- */

static void assert_same_record(const struct nf_record *record, const bam1_t *other)
{
    const bam1_core_t *core = &other->core;
    int n_other = 0;

    ck_assert_str_eq(record->name, bam_get_qname(other));
    ck_assert_uint_eq(record->name_length, strlen(bam_get_qname(other)));
    ck_assert_uint_eq(record->flag, core->flag);
    ck_assert_uint_eq(record->mapq, core->qual);
    ck_assert_int_eq(record->contig, core->tid);
    ck_assert_int_eq(record->pos0, core->pos);
    ck_assert_int_eq(record->mate_contig, core->mtid);
    ck_assert_int_eq(record->mate_pos0, core->mpos);
    ck_assert_int_eq(record->template_length, core->isize);
    ck_assert_uint_eq(record->n_cigar, core->n_cigar);
    for (uint32_t i = 0; i < core->n_cigar; i++) /* an assertion for each would be slow */
        n_other += nf_read_u32(record->cigar + 4 * (size_t)i) != bam_get_cigar(other)[i];
    ck_assert_int_eq(nf_record_end0(record), bam_endpos(other));
    ck_assert_int_eq(record->length, core->l_qseq);
    for (int32_t i = 0; i < core->l_qseq; i++)
        n_other += nf_record_base(record, i) != seq_nt16_str[bam_seqi(bam_get_seq(other), i)];
    ck_assert_int_eq(n_other, 0);
    ck_assert_int_eq(memcmp(record->quality, bam_get_qual(other), (size_t)core->l_qseq), 0);
}

static void assert_same_tags(const struct nf_record *record, const bam1_t *other)
{
    static const char *const integers[] = {"NM", "NH"};
    static const char *const texts[] = {"RG", "SA", "XE"};

    ck_assert_uint_eq(record->n_tag_bytes, (size_t)bam_get_l_aux(other));
    ck_assert_int_eq(memcmp(record->tags, bam_get_aux(other), record->n_tag_bytes), 0);
    for (size_t i = 0; i < NFT_COUNT(integers); i++) {
        const uint8_t *field = bam_aux_get(other, integers[i]);

        ck_assert_int_eq(nf_record_tag_int(record, integers[i], -5),
                         field ? bam_aux2i(field) : -5);
    }
    for (size_t i = 0; i < NFT_COUNT(texts); i++) {
        const uint8_t *field = bam_aux_get(other, texts[i]);
        struct nf_span text = nf_record_tag_text(record, texts[i]);

        ck_assert_int_eq(text.at != NULL, field != NULL);
        if (field)
            nft_assert_span(text, bam_aux2Z(field));
    }
}

/* Reads the file by both and compares; returns the number of records. */
static int compare_readers(const char *path, int n_threads, bool with_tags)
{
    struct nf_bamio_options options = nft_options(path);
    struct nf_bamio *input;
    struct nf_record record;
    htsFile *file = hts_open(path, "r");
    sam_hdr_t *header = sam_hdr_read(file);
    bam1_t *other = bam_init1();
    bool done = false;
    int n = 0;

    options.n_threads = n_threads;
    ck_assert_int_eq(nf_bamio_open(&input, &options), NF_OK);
    while (sam_read1(file, header, other) >= 0) {
        ck_assert_int_eq(nf_bamio_next(input, &record, &done), NF_OK);
        ck_assert(!done);
        assert_same_record(&record, other);
        if (with_tags)
            assert_same_tags(&record, other);
        n++;
    }
    for (int i = 0; i < 2; i++) { /* the end stays the end */
        ck_assert_int_eq(nf_bamio_next(input, &record, &done), NF_OK);
        ck_assert(done);
    }
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
    bam_destroy1(other);
    sam_hdr_destroy(header);
    ck_assert_int_eq(hts_close(file), 0);
    ck_assert_str_eq(nft_log_text(), "");
    return n;
}

START_TEST(records_are_those_htslib_reads)
{
    static const int counts[] = {1, 2, 30, 300, 4000};
    const char *path = in_folder("x.bam");
    uint64_t state = (uint64_t)_i;
    char *lines = nft_random_lines(&state, counts[_i]);

    nft_sam_write_parts(path, NFT_TWO_CONTIGS, lines, NFT_NO_INDEX);
    free(lines);
    ck_assert_int_eq(compare_readers(path, 1, true), counts[_i]);
    ck_assert_int_eq(compare_readers(path, 4, true), counts[_i]);
}
END_TEST

/* A text of `n` repeats; to be freed. */
static char *repeat(const char *text, size_t n)
{
    size_t length = strlen(text);
    char *result = malloc(n * length + 1);

    ck_assert_ptr_nonnull(result);
    for (size_t i = 0; i < n; i++)
        memcpy(result + i * length, text, length);
    result[n * length] = '\0';
    return result;
}

/* Several times the size of the buffer records are inflated into, with small ones around. */
START_TEST(a_read_of_three_million_bases_is_read)
{
    const char *path = in_folder("x.bam");
    char *bases = repeat("ACGGT", 600000);
    struct nf_bamio *input;
    struct nf_record record;
    bool done;

    nft_sam_write_parts(path, "@SQ\tSN:a\tLN:9000000\n",
                        nft_text("s1\t0\ta\t1\t9\t4M\t*\t0\t0\tACGT\t*\n"
                                 "long\t0\ta\t5\t9\t1000000M5000N2000000M\t*\t0\t0\t%s\t*\t"
                                 "NM:i:7\n"
                                 "s2\t0\ta\t9\t9\t4M\t*\t0\t0\tTTTT\t*\n",
                                 bases),
                        NFT_NO_INDEX);
    free(bases);
    ck_assert_int_eq(compare_readers(path, 1, true), 3);
    ck_assert_int_eq(compare_readers(path, 4, true), 3);
    input = nft_bamio_open(path);
    ck_assert_int_eq(nf_bamio_next(input, &record, &done), NF_OK);
    ck_assert_int_eq(nf_bamio_next(input, &record, &done), NF_OK);
    ck_assert_str_eq(record.name, "long");
    ck_assert_int_eq(record.length, 3000000);
    ck_assert_int_eq(nf_record_base(&record, 2999999), 'T');
    ck_assert_int_eq(nf_record_tag_int(&record, "NM", -1), 7);
    ck_assert_int_eq(nf_record_end0(&record), 3005004);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
}
END_TEST

enum { LONG_CIGAR_HALF = 35000 };

START_TEST(a_cigar_of_seventy_thousand_operations_is_read)
{
    const char *path = in_folder("x.bam");
    char *cigar = repeat("1M1D", LONG_CIGAR_HALF), *bases = repeat("G", LONG_CIGAR_HALF);
    const char *line = nft_text("r\t16\ta\t5\t9\t%s\t*\t0\t0\t%s\t*\tNM:i:7\n", cigar, bases);
    struct nf_bamio *input;
    struct nf_record record;
    struct nf_chain chain = {0};
    bool done;

    free(cigar);
    free(bases);
    nft_sam_write_parts(path, "@SQ\tSN:a\tLN:9000000\n", line, NFT_NO_INDEX);
    ck_assert_int_eq(compare_readers(path, 1, false), 1);
    ck_assert_int_eq(compare_readers(path, 4, false), 1);
    input = nft_bamio_open(path);
    ck_assert_int_eq(nf_bamio_next(input, &record, &done), NF_OK);
    ck_assert_uint_eq(record.n_cigar, 2 * LONG_CIGAR_HALF);
    ck_assert_int_eq(nf_record_tag_int(&record, "NM", -1), 7);
    ck_assert_int_eq(nf_chain_add_record(&chain, &record), NF_OK);
    ck_assert_uint_eq(chain.blocks.n, 1);
    ck_assert_int_eq(chain.blocks.items[0].n_aligned, LONG_CIGAR_HALF);
    ck_assert_int_eq(chain.blocks.items[0].end0, 4 + 2 * LONG_CIGAR_HALF - 1);
    nf_chain_free(&chain);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
}
END_TEST

/* Some pipelines write BAM without BGZF blocks; nobody can seek in it. */
START_TEST(bam_in_other_wrappings_is_read)
{
    const char *const paths[] = {in_folder("stored.bam"), in_folder("raw.bam"),
                                 in_folder("gzip.bam")};
    struct nf_bamio_options options = nft_options(in_folder("x.bam"));
    uint64_t state = 4;
    char *lines = nft_random_lines(&state, 50), *records, *expected;
    size_t n, at_records;
    struct nf_span bytes;

    nft_sam_write_parts(options.path, NFT_TWO_CONTIGS, lines, NFT_NO_INDEX);
    ck_assert_int_eq(nft_bamio_read(&options, &expected), NF_OK);
    bytes.at = (char *)nft_whole_bam(NFT_TWO_CONTIGS, lines, &n, &at_records);
    bytes.n = n;
    nft_bgzf_write(paths[0], bytes, 0);
    nft_write(paths[1], bytes);
    nft_write_gzip(paths[2], bytes);
    for (size_t i = 0; i < NFT_COUNT(paths); i++) {
        options.path = paths[i];
        ck_assert_int_eq(nft_bamio_read(&options, &records), NF_OK);
        ck_assert_str_eq(records, expected);
        free(records);
    }
    ck_assert_str_eq(nft_log_text(), "");
    options.path = paths[1];
    nft_write(paths[1], (struct nf_span){bytes.at, n - 1});
    ck_assert_int_eq(nft_bamio_read(&options, NULL), NF_ERR_INPUT);
    nft_assert_contains(nft_log_text(), "truncated: the data end inside record 50");
    for (size_t k = 1; k < 4; k++) { /* a part of the second record's block_size */
        size_t at = at_records + 4 + nf_read_u32((const uint8_t *)bytes.at + at_records) + k;

        nft_write(paths[1], (struct nf_span){bytes.at, at});
        nft_log_begin();
        ck_assert_int_eq(nft_bamio_read(&options, NULL), NF_ERR_INPUT);
        nft_assert_contains(nft_log_text(), "truncated: the data end inside record 2;");
    }
    free(expected);
    free(lines);
    free((char *)bytes.at);
}
END_TEST

START_TEST(gzipped_bam_cut_short_is_refused)
{
    const char *path = in_folder("gzip.bam");
    struct nf_bamio_options options = nft_options(path);
    uint64_t state = 4;
    char *lines = nft_random_lines(&state, 6), *zipped;
    size_t n, at_records;
    uint8_t *bytes = nft_whole_bam(NFT_TWO_CONTIGS, lines, &n, &at_records);

    nft_write_gzip(path, (struct nf_span){(char *)bytes, n});
    zipped = nft_read(path, &n);
    for (size_t k = 0; k < n; k++) {
        nft_write(path, (struct nf_span){zipped, k});
        nft_log_begin();
        ck_assert_msg(nft_bamio_read(&options, NULL) == NF_ERR_INPUT, "%zu of %zu bytes", k,
                      n);
        nft_assert_contains(nft_log_text(), "ntrkfuse: error: ");
    }
    free(zipped);
    free(bytes);
    free(lines);
}
END_TEST

START_TEST(progress_reaches_the_end)
{
    const char *path = in_folder("x.bam");
    uint64_t state = 4;
    char *lines = nft_random_lines(&state, 4000);
    struct nf_bamio *input;
    struct nf_record record;
    int64_t n_read = -1, n_before = 0, n_total;
    bool done = false;
    size_t size;

    nft_sam_write_parts(path, NFT_TWO_CONTIGS, lines, NFT_NO_INDEX);
    free(lines);
    free(nft_read(path, &size));
    input = nft_bamio_open(path);
    while (!done) {
        ck_assert_int_eq(nf_bamio_next(input, &record, &done), NF_OK);
        nf_bamio_progress(input, &n_read, &n_total);
        ck_assert_int_eq(n_total, (int64_t)size);
        ck_assert_int_ge(n_read, n_before);
        ck_assert_int_le(n_read, n_total);
        n_before = n_read;
    }
    ck_assert_int_ge(n_read, n_total - 28 - 65536);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
}
END_TEST

/* ---- forged ---- */

#define THREE_LINES                                                      \
    "r1\t0\ta\t101\t60\t10M\t*\t0\t0\tACGTACGTAC\tIIIIIIIIII\tNM:i:0\n"  \
    "r2\t0\ta\t201\t60\t10M\ta\t11\t0\tACGTACGTAC\tIIIIIIIIII\tNM:i:0\n" \
    "r3\t0\ta\t301\t60\t10M\t*\t0\t0\tACGTACGTAC\tIIIIIIIIII\tNM:i:0\n"

/* 32 + 3 + 4 + 5 + 10 + 4 bytes. */
enum { LINE_BYTES = 58 };

/* Four bytes of the second record (from its block_size on), and the message. */
static const struct {
    size_t at, n_bytes;
    uint32_t value;
    const char *message;
} forged_rows[] = {
    {0, 4, 0, "record 2 contradicts itself: the data are damaged"},
    {0, 4, 31, "record 2 contradicts itself: the data are damaged"},
    {0, 4, LINE_BYTES - 5, "record 2 contradicts itself: the data are damaged"},
    {0, 4, 2 * LINE_BYTES + 5,
     "truncated: the data end inside record 2; copy or write the file again"},
    {0, 4, 1 << 28, "truncated: the data end inside record 2; copy or write the file again"},
    {0, 4, (1 << 28) + 1, "record 2 claims 268435457 bytes: the data are damaged"},
    {0, 4, UINT32_MAX, "record 2 claims 4294967295 bytes: the data are damaged"},
    {4, 4, 2, "record 2 contradicts itself: the data are damaged"}, /* contig */
    {4, 4, UINT32_MAX - 1, "record 2 contradicts itself: the data are damaged"},
    {8, 4, UINT32_MAX - 1, "record 2 contradicts itself: the data are damaged"}, /* position */
    {12, 1, 0, "record 2 contradicts itself: the data are damaged"}, /* name length */
    {12, 1, 2, "record 2 contradicts itself: the data are damaged"},
    {38, 1, 'x', "record 2 contradicts itself: the data are damaged"}, /* its NUL */
    {16, 2, 3, "record 2 contradicts itself: the data are damaged"},   /* operations */
    {16, 2, 65535, "record 2 contradicts itself: the data are damaged"},
    {20, 4, 9, "record 2 contradicts itself: the data are damaged"}, /* bases */
    {20, 4, 100, "record 2 contradicts itself: the data are damaged"},
    {20, 4, UINT32_MAX, "record 2 contradicts itself: the data are damaged"},
    {24, 4, 2, "record 2 contradicts itself: the data are damaged"}, /* mate's contig */
    {24, 4, INT32_MAX, "record 2 contradicts itself: the data are damaged"},
    {28, 4, 1U << 31, "record 2 contradicts itself: the data are damaged"},
};

/* The three records with the change, stored without compression so that offsets stay. */
static const char *write_forged(int row)
{
    const char *path = in_folder("x.bam");
    size_t n, at;
    uint8_t *bytes = nft_whole_bam(NFT_TWO_CONTIGS, THREE_LINES, &n, &at);

    ck_assert_uint_eq(n - at, 3 * (4 + LINE_BYTES));
    for (size_t i = 0; row >= 0 && i < forged_rows[row].n_bytes; i++)
        bytes[at + 4 + LINE_BYTES + forged_rows[row].at + i] =
            (uint8_t)(forged_rows[row].value >> (8 * i));
    nft_bgzf_write(path, (struct nf_span){(char *)bytes, n}, 0);
    free(bytes);
    return path;
}

START_TEST(forged_records_are_refused)
{
    struct nf_bamio_options options = nft_options(write_forged(_i));
    char *records;

    ck_assert_int_eq(nft_bamio_read(&options, &records), NF_ERR_INPUT);
    ck_assert_str_eq(nft_log_text(), nft_text("ntrkfuse: error: %s: %s\n", options.path,
                                              forged_rows[_i].message));
    ck_assert_int_eq(strncmp(records, "r1\t", 3), 0); /* the one before is delivered */
    ck_assert_ptr_null(strstr(records, "\nr"));
    free(records);
}
END_TEST

START_TEST(forged_records_are_refused_through_an_index_too)
{
    struct nf_bamio_options options = nft_options(write_forged(-1));
    char *records;

    ck_assert_int_eq(sam_index_build3(options.path, in_folder("x.bam.bai"), 0, 0), 0);
    ck_assert_int_eq(nft_bamio_read_region(&options, 0, 0, 100000, &records), NF_OK);
    nft_assert_contains(records, "r3\t");
    free(records);
    write_forged(_i);
    options.index = in_folder("x.bam.bai");
    nft_log_begin();
    if (forged_rows[_i].at == 4 || forged_rows[_i].at == 38) {
        /* Another contig: the walk may end there. A name without NUL: htslib adds it. */
        ck_assert_int_le(nft_bamio_read_region(&options, 0, 0, 100000, NULL), NF_ERR_INPUT);
        return;
    }
    ck_assert_int_eq(nft_bamio_read_region(&options, 0, 0, 100000, NULL), NF_ERR_INPUT);
    nft_assert_contains(nft_log_text(), "damaged");
}
END_TEST

static TCase *make_case(const char *name)
{
    TCase *tests = tcase_create(name);

    tcase_add_checked_fixture(tests, begin, end);
    tcase_set_timeout(tests, 60);
    return tests;
}

Suite *bamio_read_suite(void)
{
    Suite *suite = suite_create("bamio_read");
    TCase *records = make_case("records");
    TCase *forged = make_case("forged");

    tcase_add_loop_test(records, records_are_those_htslib_reads, 0, 5);
    tcase_add_test(records, a_read_of_three_million_bases_is_read);
    tcase_add_test(records, a_cigar_of_seventy_thousand_operations_is_read);
    tcase_add_test(records, bam_in_other_wrappings_is_read);
    tcase_add_test(records, gzipped_bam_cut_short_is_refused);
    tcase_add_test(records, progress_reaches_the_end);
    suite_add_tcase(suite, records);

    tcase_add_loop_test(forged, forged_records_are_refused, 0, NFT_COUNT(forged_rows));
    tcase_add_loop_test(forged, forged_records_are_refused_through_an_index_too, 0,
                        NFT_COUNT(forged_rows));
    suite_add_tcase(suite, forged);
    return suite;
}
