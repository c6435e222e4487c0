/* SPDX-License-Identifier: MIT */
/* Tests of bamio: indexes and regions. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ntrkfuse/bamio.h"
#include "support.h"
#include "support_bamio.h"
#include "support_sam.h"

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

/* An alignment file of a minute ago with `n` records, and its index of now. */
static const char *make_indexed(const char *name, int n, enum nft_index index)
{
    const char *path = in_folder(name);
    uint64_t state = 9;
    char *lines = nft_random_lines(&state, n);

    nft_sam_write_parts(path, NFT_TWO_CONTIGS, lines, index);
    nft_set_age(path, -60);
    free(lines);
    return path;
}

static void move(const char *from, const char *to)
{
    ck_assert_int_eq(rename(in_folder(from), in_folder(to)), 0);
}

/* Opens, looks for an index, closes. */
static bool has_index(const struct nf_bamio_options *options)
{
    struct nf_bamio *input;
    bool result;

    ck_assert_int_eq(nf_bamio_open(&input, options), NF_OK);
    result = nf_bamio_has_index(input);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
    return result;
}

static bool path_has_index(const char *path)
{
    struct nf_bamio_options options = nft_options(path);

    return has_index(&options);
}

/* ---- finding ---- */

static const struct {
    const char *file, *made, *name;
    enum nft_index index;
} name_rows[] = {
    {"x.bam", "x.bam.bai", "x.bam.bai", NFT_BAI},
    {"x.bam", "x.bam.bai", "x.bai", NFT_BAI},
    {"x.bam", "x.bam.csi", "x.bam.csi", NFT_CSI},
    {"x.bam", "x.bam.csi", "x.csi", NFT_CSI},
    {"x.cram", "x.cram.crai", "x.cram.crai", NFT_CRAI},
    {"x.cram", "x.cram.crai", "x.crai", NFT_CRAI},
};

START_TEST(an_index_is_found_by_both_names)
{
    const char *path = make_indexed(name_rows[_i].file, 50, name_rows[_i].index);
    struct nf_bamio_options options = nft_options(path);

    move(name_rows[_i].made, name_rows[_i].name);
    ck_assert(has_index(&options));
    options.without_index = true;
    ck_assert(!has_index(&options));
    ck_assert_str_eq(nft_log_text(), "");
    ck_assert_int_eq(unlink(in_folder(name_rows[_i].name)), 0);
    ck_assert(!path_has_index(path));
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

START_TEST(an_index_can_be_named)
{
    const char *path = make_indexed(name_rows[_i].file, 50, name_rows[_i].index);
    struct nf_bamio_options options = nft_options(path);
    char *expected, *records;

    ck_assert_int_eq(nft_bamio_read_region(&options, 1, 20000, 50000, &expected), NF_OK);
    move(name_rows[_i].made, "other.name");
    ck_assert(!has_index(&options));
    options.index = in_folder("other.name");
    ck_assert_int_eq(nft_bamio_read_region(&options, 1, 20000, 50000, &records), NF_OK);
    ck_assert_str_eq(records, expected);
    free(records);
    options.index = NULL;
    options.path = nft_text("%s##idx##%s", path, in_folder("other.name"));
    ck_assert_int_eq(nft_bamio_read_region(&options, 1, 20000, 50000, &records), NF_OK);
    ck_assert_str_eq(records, expected);
    free(records);
    ck_assert_str_eq(nft_log_text(), "");
    free(expected);
}
END_TEST

START_TEST(the_path_is_told_without_the_index)
{
    const char *path = make_indexed("x.bam", 50, NFT_BAI);
    struct nf_bamio *input =
        nft_bamio_open(nft_text("%s##idx##%s", path, in_folder("x.bam.bai")));

    ck_assert_str_eq(nf_bamio_path(input), path);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
}
END_TEST

START_TEST(two_named_indexes_are_too_many)
{
    const char *path = make_indexed("x.bam", 50, NFT_BAI);
    struct nf_bamio_options options =
        nft_options(nft_text("%s##idx##%s", path, in_folder("x.bam.bai")));

    options.index = in_folder("x.bam.bai");
    ck_assert_int_eq(nft_bamio_read(&options, NULL), NF_ERR_USAGE);
    nft_assert_contains(nft_log_text(), "an index is named twice: with ##idx## and with -X");
}
END_TEST

START_TEST(a_named_index_that_cannot_be_used_is_refused)
{
    const char *path = make_indexed("x.bam", 50, NFT_NO_INDEX);
    const char *const indexes[] = {in_folder("none"),
                                   in_folder("broken"),
                                   in_folder("empty"),
                                   in_folder("cut"),
                                   path,
                                   folder};
    struct nf_bamio_options options = nft_options(path);
    size_t n;
    char *bytes;

    make_indexed("y.bam", 50, NFT_BAI);
    bytes = nft_read(in_folder("y.bam.bai"), &n);
    nft_write(in_folder("cut"), (struct nf_span){bytes, n / 2});
    free(bytes);
    nft_write(in_folder("broken"), NFT_SPAN("no index at all\n"));
    nft_write(in_folder("empty"), NFT_SPAN(""));
    for (size_t i = 0; i < NFT_COUNT(indexes); i++)
        for (int way = 0; way < 2; way++) {
            options.path = way ? nft_text("%s##idx##%s", path, indexes[i]) : path;
            options.index = way ? NULL : indexes[i];
            nft_log_begin();
            ck_assert_int_eq(nft_bamio_read(&options, NULL), NF_ERR_INPUT);
            ck_assert_str_eq(
                nft_log_text(),
                nft_text("ntrkfuse: error: %s: not a usable index of %s; make one "
                         "with `samtools index`\n",
                         indexes[i], path));
        }
}
END_TEST

START_TEST(a_broken_index_beside_the_file_is_left_aside)
{
    const char *path = make_indexed(name_rows[_i].file, 50, name_rows[_i].index);
    size_t n;
    char *bytes = nft_read(in_folder(name_rows[_i].made), &n), *records, *expected;
    struct nf_bamio_options options = nft_options(path);

    ck_assert_int_eq(nft_bamio_read(&options, &expected), NF_OK);
    ck_assert_int_eq(unlink(in_folder(name_rows[_i].made)), 0);
    nft_write(in_folder(name_rows[_i].name), (struct nf_span){bytes, n / 2});
    free(bytes);
    ck_assert(!has_index(&options));
    nft_assert_contains(nft_log_text(), "warning: ");
    nft_assert_contains(nft_log_text(), "its index cannot be read and is left aside, the file "
                                        "is read in full; make it anew with `samtools index`");
    ck_assert_int_eq(nft_bamio_read(&options, &records), NF_OK);
    ck_assert_str_eq(records, expected);
    free(records);
    free(expected);
}
END_TEST

START_TEST(a_stale_index_is_left_aside)
{
    const char *path = make_indexed(name_rows[_i].file, 50, name_rows[_i].index);
    const char *index = in_folder(name_rows[_i].name);
    struct nf_bamio_options options = nft_options(path);

    move(name_rows[_i].made, name_rows[_i].name);
    nft_set_age(index, -120);
    ck_assert(!has_index(&options));
    ck_assert_str_eq(
        nft_log_text(),
        nft_text(
            "ntrkfuse: warning: %s: the index is older than %s and is left aside, the file "
            "is read in full; make it anew with `samtools index`, or name it with -X if it "
            "is right\n",
            index, path));
    nft_log_begin();
    options.index = index; /* somebody knows better */
    ck_assert(has_index(&options));
    nft_assert_contains(nft_log_text(), nft_text("warning: %s: the index is older", index));
    nft_log_begin();
    options.index = NULL;
    options.without_index = true;
    ck_assert(!has_index(&options));
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

/* Indexes that lie beside x.bam or x.cram: right ones, stale ones, those of another file. */
static const struct {
    const char *file;
    struct {
        const char *name, *source;
        int age;
    } indexes[3];
    bool found, warned;
} beside_rows[] = {
    {"x.bam", {{"x.bam.csi", "x.bam.csi", -120}, {"x.bam.bai", "x.bam.bai", 0}}, true, false},
    {"x.bam", {{"x.bam.csi", "x.bam.csi", 0}, {"x.bam.bai", "x.bam.bai", -120}}, true, false},
    {"x.bam", {{"x.bam.csi", "x.bam.csi", -120}, {"x.bai", "x.bam.bai", 0}}, true, false},
    {"x.bam",
     {{"x.bam.csi", "x.bam.csi", -120}, {"x.bam.bai", "x.bam.bai", -120}},
     false,
     true},
    /* Of a CRAM of the same name. */
    {"x.bam", {{"x.crai", "x.cram.crai", 0}}, false, false},
    {"x.bam", {{"x.crai", "x.cram.crai", -120}}, false, false},
    {"x.bam", {{"x.crai", "x.cram.crai", -120}, {"x.bai", "x.bam.bai", 0}}, true, false},
    /* Of a BAM of the same name. */
    {"x.cram", {{"x.bai", "x.bam.bai", -120}, {"x.crai", "x.cram.crai", 0}}, true, false},
    {"x.cram", {{"x.bai", "x.bam.bai", 0}, {"x.crai", "x.cram.crai", -120}}, false, true},
    {"x.cram", {{"x.bai", "x.bam.bai", 0}}, false, false},
    {"x.cram", {{"x.csi", "x.bam.csi", -120}}, false, false},
};

START_TEST(the_right_index_of_several_is_taken)
{
    const char *path;
    char *bytes[3] = {NULL};
    size_t sizes[3];

    make_indexed("x.bam", 50, NFT_CSI);
    make_indexed("x.bam", 50, NFT_BAI);
    make_indexed("x.cram", 50, NFT_CRAI);
    path = in_folder(beside_rows[_i].file);
    for (int i = 0; i < 3 && beside_rows[_i].indexes[i].name; i++)
        bytes[i] = nft_read(in_folder(beside_rows[_i].indexes[i].source), &sizes[i]);
    ck_assert_int_eq(unlink(in_folder("x.bam.csi")), 0);
    ck_assert_int_eq(unlink(in_folder("x.bam.bai")), 0);
    ck_assert_int_eq(unlink(in_folder("x.cram.crai")), 0);
    for (int i = 0; i < 3 && bytes[i]; i++) {
        const char *name = in_folder(beside_rows[_i].indexes[i].name);

        nft_write(name, (struct nf_span){bytes[i], sizes[i]});
        nft_set_age(name, beside_rows[_i].indexes[i].age);
        free(bytes[i]);
    }
    ck_assert_int_eq(path_has_index(path), beside_rows[_i].found);
    ck_assert_msg((nft_log_text()[0] != '\0') == beside_rows[_i].warned, "said '%s'",
                  nft_log_text());
}
END_TEST

/* Its last place is none in this file. */
START_TEST(an_index_of_another_file_is_left_aside)
{
    const char *path = make_indexed("x.bam", 50, NFT_BAI), *other = in_folder("other.bai");
    struct nf_bamio_options options = nft_options(path);
    char *records;

    nft_sam_write(path, NFT_TWO_CONTIGS "r\t0\ta\t1\t0\t5M\t*\t0\t0\t*\t*\n", NFT_NO_INDEX);
    nft_set_age(path, -60);
    for (options.n_threads = 1; options.n_threads <= 4; options.n_threads += 3) {
        nft_log_begin();
        ck_assert_int_eq(nft_bamio_read(&options, &records), NF_OK);
        nft_assert_contains(records, "r\t0\t0\t1\t0\t5M");
        nft_assert_contains(nft_log_text(), "warning: ");
        nft_assert_contains(nft_log_text(), "is left aside, the file is read in full");
        free(records);
    }
    move("x.bam.bai", "other.bai");
    options.index = other;
    nft_log_begin();
    ck_assert_int_eq(nft_bamio_read(&options, NULL), NF_ERR_INPUT);
    nft_assert_contains(nft_log_text(), "other.bai: not a usable index of ");
}
END_TEST

START_TEST(an_index_with_other_contigs_is_refused)
{
    const char *path = make_indexed("x.bam", 0, NFT_BAI);
    struct nf_bamio_options options = nft_options(path);

    nft_sam_write(path, "@SQ\tSN:a\tLN:100000\n", NFT_NO_INDEX);
    nft_set_age(path, -60);
    ck_assert_int_eq(nft_bamio_read(&options, NULL), NF_ERR_INPUT);
    nft_assert_contains(nft_log_text(),
                        "its index belongs to another file (it knows more "
                        "contigs than the header); make it anew with `samtools "
                        "index`");
}
END_TEST

START_TEST(text_has_no_index)
{
    const char *path = make_indexed("x.sam", 50, NFT_NO_INDEX);

    nft_write(in_folder("x.sam.bai"), NFT_SPAN("nothing"));
    ck_assert(!path_has_index(path));
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

/* ---- regions ---- */

/* The lines of `text` that begin with one of the names between two bounds, by looking at every
 * record. */
struct overlap {
    int32_t contig;
    int64_t start0, end0;
    char *text;
};

static char *overlapping(const char *path, const struct overlap *wanted)
{
    struct nf_bamio *input = nft_bamio_open(path);
    struct nf_record record;
    const char *text = "";
    bool done;

    while (!nf_bamio_next(input, &record, &done) && !done) {
        char *line;

        if (record.contig != wanted->contig || record.pos0 >= wanted->end0 ||
            nf_record_end0(&record) <= wanted->start0)
            continue;
        line = nft_record_text(&record);
        text = nft_text("%s%s\n", text, line);
        free(line);
    }
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
    return strdup(text);
}

START_TEST(a_region_gives_what_overlaps_it)
{
    const char *path = make_indexed(name_rows[_i].file, 200, name_rows[_i].index);
    struct nf_bamio_options options = nft_options(path);
    uint64_t state = (uint64_t)_i;

    for (int round = 0; round < 20; round++) {
        struct overlap wanted = {.contig = (int32_t)nft_random(&state, 2),
                                 .start0 = nft_random(&state, 90000)};
        char *records, *expected;

        wanted.end0 = wanted.start0 + 1 + nft_random(&state, round % 2 ? 5000 : 50);
        expected = overlapping(path, &wanted);
        ck_assert_int_eq(nft_bamio_read_region(&options, wanted.contig, wanted.start0,
                                               wanted.end0, &records),
                         NF_OK);
        ck_assert_str_eq(records, expected);
        free(records);
        free(expected);
    }
}
END_TEST

static enum nf_status stop_at_third(void *context, const struct nf_record *record)
{
    int *n = context;

    ck_assert_ptr_nonnull(record);
    return ++*n == 3 ? NF_ERR_INTERRUPTED : NF_OK;
}

START_TEST(a_walk_can_be_ended)
{
    struct nf_bamio *input =
        nft_bamio_open(make_indexed(name_rows[_i].file, 200, name_rows[_i].index));
    int n = 0;

    ck_assert_int_eq(nf_bamio_region(input, 0, 0, 100000, stop_at_third, &n),
                     NF_ERR_INTERRUPTED);
    ck_assert_int_eq(n, 3);
    ck_assert_int_eq(nf_bamio_region(input, 1, 0, 100000, stop_at_third, &n), NF_OK);
    ck_assert_int_gt(n, 50); /* and another can follow */
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

START_TEST(mapped_records_are_counted_without_reading)
{
    static const struct {
        const char *name;
        enum nft_index index;
        int64_t n;
    } rows[] = {{"a.bam", NFT_BAI, 180},       {"b.bam", NFT_CSI, 180},
                {"c.bam", NFT_NO_INDEX, -1},   {"d.cram", NFT_CRAI, 180},
                {"e.cram", NFT_NO_INDEX, 180}, {"f.sam", NFT_NO_INDEX, -1}};

    for (size_t i = 0; i < NFT_COUNT(rows); i++) {
        struct nf_bamio *input =
            nft_bamio_open(make_indexed(rows[i].name, 200, rows[i].index));
        int64_t n = 0;

        ck_assert_int_eq(nf_bamio_count_mapped(input, &n), NF_OK);
        ck_assert_int_eq(n, rows[i].n);
        ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
    }
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

static TCase *make_case(const char *name)
{
    TCase *tests = tcase_create(name);

    tcase_add_checked_fixture(tests, begin, end);
    tcase_set_timeout(tests, 30);
    return tests;
}

Suite *bamio_index_suite(void)
{
    Suite *suite = suite_create("bamio_index");
    TCase *finding = make_case("finding");
    TCase *regions = make_case("regions");
    int n = (int)NFT_COUNT(name_rows);

    tcase_add_loop_test(finding, an_index_is_found_by_both_names, 0, n);
    tcase_add_loop_test(finding, an_index_can_be_named, 0, n);
    tcase_add_test(finding, the_path_is_told_without_the_index);
    tcase_add_test(finding, two_named_indexes_are_too_many);
    tcase_add_test(finding, a_named_index_that_cannot_be_used_is_refused);
    tcase_add_loop_test(finding, a_broken_index_beside_the_file_is_left_aside, 0, n);
    tcase_add_loop_test(finding, a_stale_index_is_left_aside, 0, n);
    tcase_add_loop_test(finding, the_right_index_of_several_is_taken, 0,
                        NFT_COUNT(beside_rows));
    tcase_add_test(finding, an_index_of_another_file_is_left_aside);
    tcase_add_test(finding, an_index_with_other_contigs_is_refused);
    tcase_add_test(finding, text_has_no_index);
    suite_add_tcase(suite, finding);

    tcase_add_loop_test(regions, a_region_gives_what_overlaps_it, 0, n);
    tcase_add_loop_test(regions, a_walk_can_be_ended, 0, n);
    tcase_add_test(regions, mapped_records_are_counted_without_reading);
    suite_add_tcase(suite, regions);
    return suite;
}
