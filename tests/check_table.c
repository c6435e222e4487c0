/* SPDX-License-Identifier: MIT */
/* Tests of table. */
#include <check.h>
#include <string.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/table.h"
#include "support.h"

enum { GENE, COUNT, SHARE, N_COLUMNS };

static const char *const columns[N_COLUMNS] = {"gene", "count", "share"};

static struct nf_table table;

static void begin(void)
{
    nft_log_begin();
}

static void end(void)
{
    nf_table_close(&table);
    nf_table_close(&table);
    nft_log_end();
}

static enum nf_status open_text(const char *text)
{
    return nf_table_open(&table, "x.tsv", nf_span_of(text), columns, N_COLUMNS);
}

START_TEST(rows_come_out_field_by_field)
{
    bool done = true;

    ck_assert_int_eq(open_text("# comment\n\ngene\tcount\tshare\r\n"
                               "NTRK1\t5\t0.5\r\n#\tignored\n\nNTRK2\t.\t.\n"),
                     NF_OK);
    ck_assert_int_eq(nf_table_next(&table, &done), NF_OK);
    ck_assert(!done);
    nft_assert_span(table.fields[GENE], "NTRK1");
    nft_assert_span(table.fields[COUNT], "5");
    nft_assert_span(table.fields[SHARE], "0.5");
    ck_assert_int_eq(nf_table_line(&table), 4);
    ck_assert(!nf_table_absent(&table, COUNT));
    ck_assert_int_eq(nf_table_next(&table, &done), NF_OK);
    ck_assert_int_eq(nf_table_line(&table), 7);
    nft_assert_span(table.fields[GENE], "NTRK2");
    ck_assert(nf_table_absent(&table, COUNT));
    ck_assert(nf_table_absent(&table, SHARE));
    ck_assert_int_eq(nf_table_next(&table, &done), NF_OK);
    ck_assert(done);
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

START_TEST(a_file_is_read_plain_or_compressed)
{
    char *folder = nft_folder_new();
    const char *path = nft_path(folder, "t.tsv");
    const struct nf_span bytes = NFT_SPAN("gene\tcount\tshare\nA\t1\t2\nB\t1\n");
    bool done;

    for (int i = 0; i < 2; i++) {
        if (i == 0)
            nft_write(path, bytes);
        else
            nft_write_gzip(path, bytes);
        nft_log_begin();
        ck_assert_int_eq(
            nf_table_open(&table, path, (struct nf_span){NULL, 0}, columns, N_COLUMNS), NF_OK);
        ck_assert_int_eq(nf_table_next(&table, &done), NF_OK);
        nft_assert_span(table.fields[GENE], "A");
        ck_assert_int_eq(nf_table_next(&table, &done), NF_ERR_FORMAT);
        nft_assert_contains(nft_log_text(), "t.tsv:3: 2 fields where the header has 3");
        nf_table_close(&table);
    }
    nft_log_begin();
    ck_assert_int_eq(nf_table_open(&table, nft_path(folder, "absent"),
                                   (struct nf_span){NULL, 0}, columns, N_COLUMNS),
                     NF_ERR_IO);
    nft_assert_contains(nft_log_text(), "absent: cannot be opened");
    nft_folder_remove(folder);
}
END_TEST

static const struct {
    const char *text, *message;
} header_rows[] = {
    {"", "x.tsv: holds no header line"},
    {"# only\n\n", "x.tsv: holds no header line"},
    {"gene\tcount\n", "x.tsv:1: header: column 3, 'share', is missing"},
    {"#\ngene\tcount\tshare\tmore\n", "x.tsv:2: header: 4 columns where 3 are known"},
    {"gene\tn\tshare\n", "x.tsv:1: header: column 2 must be 'count', not 'n'"},
    {"count\tgene\tshare\n", "x.tsv:1: header: column 1 must be 'gene', not 'count'"},
    {"gene count share\n", "x.tsv:1: header: column 1 must be 'gene', not 'gene count share'"},
    {"NTRK1\t5\t0.5\n", "x.tsv:1: header: column 1 must be 'gene', not 'NTRK1'"},
};

START_TEST(a_wrong_header_is_an_error)
{
    ck_assert_int_eq(open_text(header_rows[_i].text), NF_ERR_FORMAT);
    nft_assert_contains(nft_log_text(), header_rows[_i].message);
    ck_assert_ptr_null(table.lines);
}
END_TEST

static const struct {
    const char *row, *message;
} row_rows[] = {
    {"A\t1", "x.tsv:2: 2 fields where the header has 3"},
    {"A\t1\t2\t3", "x.tsv:2: 4 fields where the header has 3"},
    {"A\t1\t2\t", "x.tsv:2: 4 fields where the header has 3"},
    {"A 1 2", "x.tsv:2: 1 fields where the header has 3"},
    {"A\t\t2", "x.tsv:2: column count: is empty; write '.'"},
    {"A\t1\t", "x.tsv:2: column share: is empty; write '.'"},
};

START_TEST(a_wrong_row_is_an_error)
{
    char text[128];
    bool done;

    (void)snprintf(text, sizeof text, "gene\tcount\tshare\n%s\n", row_rows[_i].row);
    ck_assert_int_eq(open_text(text), NF_OK);
    ck_assert_int_eq(nf_table_next(&table, &done), NF_ERR_FORMAT);
    nft_assert_contains(nft_log_text(), row_rows[_i].message);
}
END_TEST

static const struct {
    const char *row;
    bool good_int, good_double;
    const char *message;
} number_rows[] = {
    {"A\t7\t0.25", true, true, ""},
    {"A\t10\t1", true, true, ""},
    {"A\t11\t1", false, true,
     "ntrkfuse: error: x.tsv:2: column count: '11' is not a whole number from 0 to 10\n"},
    {"A\t.\t1", false, true,
     "ntrkfuse: error: x.tsv:2: column count: '.' is not a whole number from 0 to 10\n"},
    {"A\t1\t1.5", true, false,
     "ntrkfuse: error: x.tsv:2: column share: '1.5' is not a decimal number from 0 to 1\n"},
    {"A\t1\tx", true, false,
     "ntrkfuse: error: x.tsv:2: column share: 'x' is not a decimal number from 0 to 1\n"},
};

START_TEST(numbers_are_read_within_bounds)
{
    char text[128];
    int64_t whole = -7;
    double share = -7;
    bool done;

    (void)snprintf(text, sizeof text, "gene\tcount\tshare\n%s\n", number_rows[_i].row);
    ck_assert_int_eq(open_text(text), NF_OK);
    ck_assert_int_eq(nf_table_next(&table, &done), NF_OK);
    ck_assert_int_eq(nf_table_int(&table, COUNT, 0, 10, &whole) == NF_OK,
                     number_rows[_i].good_int);
    ck_assert_int_eq(nf_table_double(&table, SHARE, 0, 1, &share) == NF_OK,
                     number_rows[_i].good_double);
    ck_assert_int_eq(whole == -7, !number_rows[_i].good_int);
    ck_assert_int_eq(share < 0, !number_rows[_i].good_double);
    ck_assert_str_eq(nft_log_text(), number_rows[_i].message);
}
END_TEST

START_TEST(a_message_names_file_line_and_column)
{
    bool done;

    ck_assert_int_eq(open_text("gene\tcount\tshare\n\nA\t1\t2\n"), NF_OK);
    ck_assert_int_eq(nf_table_next(&table, &done), NF_OK);
    ck_assert_int_eq(nf_table_fail(&table, GENE, "'%s' is no gene, %d of them", "A", 3),
                     NF_ERR_FORMAT);
    ck_assert_str_eq(nft_log_text(),
                     "ntrkfuse: error: x.tsv:3: column gene: 'A' is no gene, 3 of them\n");
}
END_TEST

START_TEST(a_huge_field_does_not_flood_the_message)
{
    char text[5000] = "gene\tcount\tshare\nA\t";
    int64_t value;
    bool done;

    memset(text + strlen(text), '9', 4000);
    memcpy(text + strlen(text), "\t1\n", 4);
    ck_assert_int_eq(open_text(text), NF_OK);
    ck_assert_int_eq(nf_table_next(&table, &done), NF_OK);
    ck_assert_int_eq(nf_table_int(&table, COUNT, 0, 10, &value), NF_ERR_FORMAT);
    ck_assert_uint_lt(strlen(nft_log_text()), 200);
}
END_TEST

START_TEST(a_number_of_columns_out_of_range_is_a_defect)
{
    static const char *many[NF_TABLE_MAX_COLUMNS + 1];

    for (size_t i = 0; i < NFT_COUNT(many); i++)
        many[i] = "name";
    ck_assert_int_eq(nf_table_open(&table, "x", nf_span_of("x\n"), many, NFT_COUNT(many)),
                     NF_ERR_INTERNAL);
    ck_assert_int_eq(nf_table_open(&table, "x", nf_span_of("x\n"), many, 0), NF_ERR_INTERNAL);
}
END_TEST

START_TEST(a_table_of_the_most_columns_is_read)
{
    const char *names[NF_TABLE_MAX_COLUMNS];
    char text[NF_TABLE_MAX_COLUMNS * 4 + 1] = "";
    bool done;

    for (size_t i = 0; i < NFT_COUNT(names); i++) {
        names[i] = "c";
        memcpy(text + 2 * i, "c\t", 2);
        memcpy(text + sizeof text - 1 - 2 * (NFT_COUNT(names) - i), "v\t", 2);
    }
    text[2 * NFT_COUNT(names) - 1] = '\n';
    text[sizeof text - 2] = '\n';
    ck_assert_int_eq(nf_table_open(&table, "x", nf_span_of(text), names, NFT_COUNT(names)),
                     NF_OK);
    ck_assert_int_eq(nf_table_next(&table, &done), NF_OK);
    nft_assert_span(table.fields[NF_TABLE_MAX_COLUMNS - 1], "v");
}
END_TEST

Suite *table_suite(void)
{
    Suite *suite = suite_create("table");
    TCase *tests = tcase_create("table");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, rows_come_out_field_by_field);
    tcase_add_test(tests, a_file_is_read_plain_or_compressed);
    tcase_add_loop_test(tests, a_wrong_header_is_an_error, 0, (int)NFT_COUNT(header_rows));
    tcase_add_loop_test(tests, a_wrong_row_is_an_error, 0, (int)NFT_COUNT(row_rows));
    tcase_add_loop_test(tests, numbers_are_read_within_bounds, 0, (int)NFT_COUNT(number_rows));
    tcase_add_test(tests, a_message_names_file_line_and_column);
    tcase_add_test(tests, a_huge_field_does_not_flood_the_message);
    tcase_add_test(tests, a_number_of_columns_out_of_range_is_a_defect);
    tcase_add_test(tests, a_table_of_the_most_columns_is_read);
    suite_add_tcase(suite, tests);
    return suite;
}
