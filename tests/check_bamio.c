/* SPDX-License-Identifier: MIT */
/* Tests of bamio: which files are refused and why, and what is delivered from the others. */
#include <check.h>
#include <htslib/sam.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ntrkfuse/bamio.h"
#include "support.h"
#include "support_bamio.h"
#include "support_report.h"
#include "support_sam.h"

#define LINES                                                              \
    "r1\t0\ta\t101\t60\t10M\t*\t0\t0\tACGTACGTAC\tIIIIIIIIII\tNM:i:0\n"    \
    "r2\t16\ta\t201\t60\t5S5M\tb\t11\t0\tACGTACGTAC\tIIIIIIIIII\tRG:Z:g\n" \
    "r3\t1\tb\t301\t3\t5M100N5M\t=\t901\t7\tACGTACGTAC\tIIIIIIIIII\tNH:i:2\n"

static char *folder;

static void begin(void)
{
    folder = nft_folder_new();
    nft_log_begin();
    unsetenv("REF_PATH");
    unsetenv("REF_CACHE");
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

/* A file of the first `n` bytes of another (n < 0: all but the last −n). */
static const char *cut(const char *path, const char *name, long n)
{
    const char *result = in_folder(name);
    size_t size;
    char *bytes = nft_read(path, &size);

    nft_write(result, (struct nf_span){bytes, n < 0 ? size - (size_t)-n : (size_t)n});
    free(bytes);
    return result;
}

static void assert_refused(const char *path, const char *message)
{
    struct nf_bamio_options options = nft_options(path);

    nft_log_begin();
    ck_assert_int_eq(nft_bamio_read(&options, NULL), NF_ERR_INPUT);
    ck_assert_str_eq(nft_log_text(), nft_text("ntrkfuse: error: %s: %s\n", path, message));
}

/* ---- refused ---- */

#define NO_ALIGNMENT "not a BAM, CRAM or SAM file"

static const struct {
    const char *name;
    struct nf_span bytes;
    bool gzip;
    const char *message;
} file_rows[] = {
    {"empty.bam", NFT_SPAN(""), false, NO_ALIGNMENT " (it is empty)"},
    {"reads.fastq", NFT_SPAN("@r\nACGT\n+\nIIII\n"), false,
     NO_ALIGNMENT " (reads must be aligned first)"},
    {"reads.fastq.gz", NFT_SPAN("@r\nACGT\n+\nIIII\n"), true,
     NO_ALIGNMENT " (reads must be aligned first)"},
    {"genome.fa", NFT_SPAN(">chr1\nACGT\n"), false,
     NO_ALIGNMENT " (reads must be aligned first)"},
    {"text.bam", NFT_SPAN("hello, world\n"), false, NO_ALIGNMENT},
    {"text.bam.gz", NFT_SPAN("hello, world\n"), true, NO_ALIGNMENT},
    {"variants.vcf", NFT_SPAN("##fileformat=VCFv4.2\n"), false, NO_ALIGNMENT},
    {"zero", NFT_SPAN("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), false,
     "cannot be opened: " NO_ALIGNMENT},
    {"byte", NFT_SPAN("B"), false, NO_ALIGNMENT},
};

START_TEST(other_files_are_refused)
{
    const char *path = in_folder(file_rows[_i].name);

    if (file_rows[_i].gzip)
        nft_write_gzip(path, file_rows[_i].bytes);
    else
        nft_write(path, file_rows[_i].bytes);
    assert_refused(path, file_rows[_i].message);
}
END_TEST

START_TEST(absent_files_and_folders_are_refused)
{
    assert_refused(in_folder("none.bam"), "cannot be opened: No such file or directory");
    assert_refused(in_folder("none/none.bam"), "cannot be opened: No such file or directory");
    assert_refused(folder, "is a folder; name an alignment file");
}
END_TEST

START_TEST(headers_without_contigs_are_refused)
{
    static const char *const names[] = {"x.sam", "x.bam", "x.cram"};

    for (size_t i = 0; i < NFT_COUNT(names); i++) {
        const char *path = in_folder(names[i]);

        nft_sam_write(path, "@HD\tVN:1.6\n@RG\tID:g\tSM:s\n", NFT_NO_INDEX);
        assert_refused(path, "the header names no contig (@SQ lines); align to a genome, or "
                             "restore the header with `samtools reheader`");
    }
}
END_TEST

START_TEST(files_cut_short_are_refused)
{
    const char *whole = in_folder("x.bam"), *cram_file = in_folder("x.cram");

    nft_sam_write(whole, NFT_TWO_CONTIGS LINES, NFT_NO_INDEX);
    nft_sam_write(cram_file, NFT_TWO_CONTIGS LINES, NFT_NO_INDEX);
    assert_refused(
        cut(whole, "no_marker.bam", -28),
        "the BAM end-of-file block is missing: the file was cut at a block's edge or "
        "never finished; copy or write it again");
    assert_refused(
        cut(whole, "in_block.bam", -40),
        "truncated: the file ends in the middle of a block; copy or write it again");
    assert_refused(
        cut(whole, "in_marker.bam", -1),
        "truncated: the file ends in the middle of a block; copy or write it again");
    assert_refused(
        cut(whole, "in_header.bam", 60),
        "truncated: the file ends in the middle of a block; copy or write it again");
    assert_refused(
        cut(cram_file, "no_marker.cram", -38),
        "the CRAM end-of-file container is missing: the file was cut short; copy or "
        "write it again");
    assert_refused(
        cut(cram_file, "in_container.cram", -100),
        "the CRAM end-of-file container is missing: the file was cut short; copy or "
        "write it again");
}
END_TEST

START_TEST(malformed_lines_are_refused)
{
    const char *path = in_folder("x.sam");

    nft_write(path, NFT_SPAN(NFT_TWO_CONTIGS LINES "r4\t0\ta\tx\t0\t*\t*\t0\t0\t*\t*\n"));
    assert_refused(path, "malformed SAM line after record 3");
    nft_write(path, NFT_SPAN(NFT_TWO_CONTIGS LINES "r4\t0\ta\t1\t0\t5M\t*\t0\t0\tACG\t*\n"));
    assert_refused(path, "malformed SAM line after record 3");
}
END_TEST

START_TEST(a_wrong_checksum_is_named)
{
    const char *path = in_folder("x.bam");
    size_t n;
    char *bytes;

    nft_sam_write(path, NFT_TWO_CONTIGS LINES, NFT_NO_INDEX);
    bytes = nft_read(path, &n);
    bytes[n - 28 - 8] ^= 1; /* the checksum at the end of the last block that has records */
    nft_write(path, (struct nf_span){bytes, n});
    free(bytes);
    for (int n_threads = 1; n_threads < 4; n_threads += 2) {
        struct nf_bamio_options options = nft_options(path);
        char *message;

        options.n_threads = n_threads;
        ck_assert_int_eq(nft_bamio_read_apart(&options, &message), NF_ERR_INPUT);
        nft_assert_contains(message, "checksum");
        nft_assert_contains(message, "CRC");
        nft_assert_contains(message, " after record 0");
        nft_assert_contains(message, "copy or write the file again");
        free(message);
    }
}
END_TEST

START_TEST(damaged_headers_are_named)
{
    static const struct {
        size_t at;
        int32_t value;
    } rows[] = {{4, -1}, {4, 1 << 28}, {4, INT32_MAX}, {4, 100000}};
    const char *path = in_folder("x.bam");

    for (size_t i = 0; i < NFT_COUNT(rows); i++) {
        size_t n, at_records;
        uint8_t *bytes = nft_whole_bam(NFT_TWO_CONTIGS, LINES, &n, &at_records);

        for (int k = 0; k < 4; k++)
            bytes[rows[i].at + k] = (uint8_t)((uint32_t)rows[i].value >> (8 * k));
        nft_bgzf_write(path, (struct nf_span){(char *)bytes, n}, 6);
        free(bytes);
        assert_refused(path, "its BAM header cannot be read: the file is damaged");
    }
}
END_TEST

/* ---- kinds of files ---- */

START_TEST(formats_are_told_apart)
{
    static const struct {
        const char *name, *text;
        bool is_alignment;
    } rows[] = {{"x.bam", NFT_TWO_CONTIGS LINES, true},
                {"x.sam", NFT_TWO_CONTIGS LINES, true},
                {"x.cram", NFT_TWO_CONTIGS LINES, true},
                {"junction", "chr12\t11869970\t+\tchr15\t87940752\t-\t1\t0\t0\tread\n", false},
                {"empty", "", false}};
    bool result = false;

    for (size_t i = 0; i < NFT_COUNT(rows); i++) {
        const char *path = in_folder(rows[i].name);

        if (rows[i].is_alignment)
            nft_sam_write(path, rows[i].text, NFT_NO_INDEX);
        else
            nft_write(path, nf_span_of(rows[i].text));
        result = !rows[i].is_alignment;
        ck_assert_int_eq(nf_bamio_is_alignment(path, &result), NF_OK);
        ck_assert_int_eq(result, rows[i].is_alignment);
    }
    ck_assert_str_eq(nft_log_text(), "");
    ck_assert_int_eq(nf_bamio_is_alignment(in_folder("none"), &result), NF_ERR_INPUT);
    nft_assert_contains(nft_log_text(), "none: cannot be opened: No such file");
    nft_log_begin();
    ck_assert_int_eq(nf_bamio_is_alignment(folder, &result), NF_ERR_INPUT);
    nft_assert_contains(nft_log_text(), "cannot be opened: Is a directory");
}
END_TEST

static const struct {
    const char *name, *format;
} format_rows[] = {{"x.bam", "BAM"}, {"x.sam", "SAM"}, {"x.cram", "CRAM"}};

START_TEST(a_file_tells_about_itself)
{
    const char *path = in_folder(format_rows[_i].name);
    struct nf_bamio *input;
    struct nf_genome genome;

    nft_sam_write(path, NFT_TWO_CONTIGS LINES, NFT_NO_INDEX);
    input = nft_bamio_open(path);
    ck_assert_str_eq(nf_bamio_format(input), format_rows[_i].format);
    ck_assert_str_eq(nf_bamio_path(input), path);
    ck_assert(!nf_bamio_has_index(input));
    nft_assert_contains(nf_bamio_header_text(input), "@RG\tID:g\tSM:s\n");
    ck_assert_int_eq(nf_bamio_genome(input, &genome), NF_OK);
    ck_assert_int_eq(genome.n_contigs, 2);
    ck_assert_str_eq(genome.contigs[1].name, "b");
    ck_assert_int_eq(genome.contigs[1].length, 100000);
    nf_genome_free(&genome);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
    nf_bamio_discard(&input);
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

START_TEST(every_format_gives_the_same_records)
{
    uint64_t state = 5;
    char *lines = nft_random_lines(&state, 300), *records, *expected = NULL;

    for (size_t i = 0; i < NFT_COUNT(format_rows); i++) {
        const char *path = in_folder(format_rows[i].name);
        struct nf_bamio_options options = nft_options(path);

        nft_sam_write_parts(path, NFT_TWO_CONTIGS, lines, NFT_NO_INDEX);
        for (options.n_threads = 1; options.n_threads <= 4; options.n_threads += 3) {
            ck_assert_int_eq(nft_bamio_read(&options, &records), NF_OK);
            if (!expected)
                expected = strdup(records);
            nft_assert_same_text(records, expected);
            free(records);
        }
    }
    ck_assert_str_eq(nft_log_text(), "");
    free(expected);
    free(lines);
}
END_TEST

START_TEST(a_file_without_records_is_read)
{
    const char *path = in_folder(format_rows[_i].name);
    struct nf_bamio_options options = nft_options(path);
    char *records;

    nft_sam_write(path, NFT_TWO_CONTIGS, NFT_NO_INDEX);
    for (options.n_threads = 1; options.n_threads <= 4; options.n_threads += 3) {
        ck_assert_int_eq(nft_bamio_read(&options, &records), NF_OK);
        ck_assert_str_eq(records, "");
        free(records);
    }
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

/* ---- standard input ---- */

/* Standard input becomes a pipe that holds these bytes, at most what a pipe takes. */
static void feed(struct nf_span bytes)
{
    int ends[2];

    ck_assert_uint_lt(bytes.n, 60000);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], bytes.at, bytes.n), (ssize_t)bytes.n);
    ck_assert_int_eq(close(ends[1]), 0);
    if (ends[0] == STDIN_FILENO) /* the reader before closed it */
        return;
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(close(ends[0]), 0);
}

START_TEST(a_pipe_gives_the_same_records)
{
    const char *path = in_folder(format_rows[_i].name);
    struct nf_bamio_options options = nft_options(path);
    uint64_t state = 6;
    char *lines = nft_random_lines(&state, 80), *expected, *records, *bytes;
    size_t n;

    nft_sam_write_parts(path, NFT_TWO_CONTIGS, lines, NFT_NO_INDEX);
    free(lines);
    ck_assert_int_eq(nft_bamio_read(&options, &expected), NF_OK);
    bytes = nft_read(path, &n);
    feed((struct nf_span){bytes, n});
    options.path = "-";
    ck_assert_int_eq(nft_bamio_read(&options, &records), NF_OK);
    ck_assert_int_eq(strcmp(records, expected), 0);
    ck_assert_str_eq(nft_log_text(), "");
    free(bytes);
    free(records);
    free(expected);
}
END_TEST

START_TEST(a_pipe_cut_short_is_refused)
{
    const char *path = in_folder("x.bam");
    size_t n;
    char *bytes;

    nft_sam_write(path, NFT_TWO_CONTIGS LINES, NFT_NO_INDEX);
    bytes = nft_read(path, &n);
    feed((struct nf_span){bytes, n - 28});
    assert_refused("-",
                   "the stream ends without the BAM end-of-file block after record 3: what "
                   "writes it stopped early; look at its error messages");
    feed((struct nf_span){bytes, n - 40});
    assert_refused("-",
                   "the stream ends in the middle of a block or is damaged after record 0; "
                   "look at the error messages of what writes it");
    feed((struct nf_span){"", 0});
    assert_refused("-", "not a BAM, CRAM or SAM file (it is empty)");
    free(bytes);
}
END_TEST

static TCase *make_case(const char *name)
{
    TCase *tests = tcase_create(name);

    tcase_add_checked_fixture(tests, begin, end);
    tcase_set_timeout(tests, 30);
    return tests;
}

Suite *bamio_suite(void)
{
    Suite *suite = suite_create("bamio");
    TCase *refused = make_case("refused");
    TCase *formats = make_case("formats");
    TCase *streams = make_case("streams");

    tcase_add_loop_test(refused, other_files_are_refused, 0, NFT_COUNT(file_rows));
    tcase_add_test(refused, absent_files_and_folders_are_refused);
    tcase_add_test(refused, headers_without_contigs_are_refused);
    tcase_add_test(refused, files_cut_short_are_refused);
    tcase_add_test(refused, malformed_lines_are_refused);
    tcase_add_test(refused, a_wrong_checksum_is_named);
    tcase_add_test(refused, damaged_headers_are_named);
    suite_add_tcase(suite, refused);

    tcase_add_test(formats, formats_are_told_apart);
    tcase_add_loop_test(formats, a_file_tells_about_itself, 0, NFT_COUNT(format_rows));
    tcase_add_test(formats, every_format_gives_the_same_records);
    tcase_add_loop_test(formats, a_file_without_records_is_read, 0, NFT_COUNT(format_rows));
    suite_add_tcase(suite, formats);

    tcase_add_loop_test(streams, a_pipe_gives_the_same_records, 0, NFT_COUNT(format_rows));
    tcase_add_test(streams, a_pipe_cut_short_is_refused);
    suite_add_tcase(suite, streams);
    return suite;
}
