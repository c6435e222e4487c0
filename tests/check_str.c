/* SPDX-License-Identifier: MIT */
/* Tests of str. */
#include <check.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "ntrkfuse/str.h"
#include "support.h"

START_TEST(spans_compare_by_length_and_bytes)
{
    const struct nf_span nothing = {NULL, 0};
    const struct nf_span name = nf_span_of("NTRK3-AS1");
    const struct nf_span part = {name.at, 5};

    ck_assert_uint_eq(name.n, 9);
    ck_assert(nf_span_is(part, "NTRK3"));
    ck_assert(!nf_span_is(part, "NTRK"));
    ck_assert(!nf_span_is(part, "NTRK3-AS1"));
    ck_assert(!nf_span_is(part, "NTRK1"));
    ck_assert(nf_span_equal(part, nf_span_of("NTRK3")));
    ck_assert(!nf_span_equal(part, name));
    ck_assert(nf_span_equal(nothing, nf_span_of("")));
    ck_assert(nf_span_is(nothing, ""));
    ck_assert(nf_span_equal(NFT_SPAN("a\0b"), NFT_SPAN("a\0b")));
    ck_assert(!nf_span_equal(NFT_SPAN("a\0b"), NFT_SPAN("a\0c")));
}
END_TEST

START_TEST(a_prefix_is_found_at_the_start_only)
{
    const struct nf_span name = {"chr12", 4};

    ck_assert(nf_span_starts(name, "chr"));
    ck_assert(nf_span_starts(name, "chr1"));
    ck_assert(nf_span_starts(name, ""));
    ck_assert(!nf_span_starts(name, "chr12"));
    ck_assert(!nf_span_starts(name, "hr1"));
    ck_assert(nf_span_starts((struct nf_span){NULL, 0}, ""));
    ck_assert(!nf_span_starts((struct nf_span){NULL, 0}, "c"));
}
END_TEST

static const struct {
    const char *text, *trimmed;
} trim_rows[] = {
    {" \t a b\t ", "a b"}, {"a", "a"}, {"", ""}, {" \t ", ""}, {"\na\r", "\na\r"},
};

START_TEST(blanks_are_trimmed_at_both_ends)
{
    nft_assert_span(nf_span_trim(nf_span_of(trim_rows[_i].text)), trim_rows[_i].trimmed);
}
END_TEST

static const struct {
    const char *text;
    size_t n;
    const char *fields[4];
} cut_rows[] = {
    {"a,,b", 3, {"a", "", "b"}}, {"", 1, {""}},        {",", 2, {"", ""}}, {"abc", 1, {"abc"}},
    {"a,b,", 3, {"a", "b", ""}}, {",x", 2, {"", "x"}},
};

START_TEST(fields_are_cut_one_by_one)
{
    struct nf_span rest = nf_span_of(cut_rows[_i].text);
    struct nf_span field;

    for (size_t i = 0; i < cut_rows[_i].n; i++) {
        ck_assert(nf_span_cut(&rest, ',', &field));
        nft_assert_span(field, cut_rows[_i].fields[i]);
    }
    ck_assert(!nf_span_cut(&rest, ',', &field));
    ck_assert(!nf_span_cut(&rest, ',', &field));
}
END_TEST

static const struct {
    const char *text;
    int64_t min, max;
    bool good;
    int64_t value;
} int_rows[] = {
    {"0", 0, 0, true, 0},
    {"42", 0, 100, true, 42},
    {"-42", -100, 100, true, -42},
    {"-0", -1, 1, true, 0},
    {"007", 0, 10, true, 7},
    {"9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX},
    {"-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN},
    {"9223372036854775808", INT64_MIN, INT64_MAX, false, 0},
    {"-9223372036854775809", INT64_MIN, INT64_MAX, false, 0},
    {"92233720368547758070", INT64_MIN, INT64_MAX, false, 0},
    {"18446744073709551617", INT64_MIN, INT64_MAX, false, 0},
    {"101", 0, 100, false, 0},
    {"-1", 0, 100, false, 0},
    {"", 0, 100, false, 0},
    {"-", -100, 100, false, 0},
    {"--1", -100, 100, false, 0},
    {"+1", 0, 100, false, 0},
    {" 1", 0, 100, false, 0},
    {"1 ", 0, 100, false, 0},
    {"1x", 0, 100, false, 0},
    {"0x10", 0, 100, false, 0},
    {"1.0", 0, 100, false, 0},
    {"1e2", 0, 100, false, 0},
    {"1,000", 0, 10000, false, 0},
};

START_TEST(an_integer_is_the_whole_span_and_in_bounds)
{
    int64_t value = -77;
    enum nf_status status =
        nf_span_int(nf_span_of(int_rows[_i].text), int_rows[_i].min, int_rows[_i].max, &value);

    ck_assert_int_eq(status, int_rows[_i].good ? NF_OK : NF_ERR_FORMAT);
    ck_assert_int_eq(value, int_rows[_i].good ? int_rows[_i].value : -77);
}
END_TEST

START_TEST(an_integer_ends_with_its_span)
{
    const char *text = "123";
    int64_t value = 0;

    ck_assert_int_eq(nf_span_int((struct nf_span){text, 2}, 0, 1000, &value), NF_OK);
    ck_assert_int_eq(value, 12);
    ck_assert_int_eq(nf_span_int((struct nf_span){NULL, 0}, 0, 1000, &value), NF_ERR_FORMAT);
}
END_TEST

static const struct {
    const char *text;
    double min, max;
    bool good;
    double value;
} double_rows[] = {
    {"0", 0, 0, true, 0},
    {"0.30", 0, 1, true, 0.30},
    {"-12.5", -100, 100, true, -12.5},
    {"1e-3", 0, 1, true, 0.001},
    {"1E+3", 0, 1e6, true, 1000},
    {"2.5e2", 0, 1e6, true, 250},
    {"0.1", 0, 1, true, 0.1},
    {"1e-400", 0, 1, true, 0},
    {"1e999", -HUGE_VAL, HUGE_VAL, false, 0},
    {"1.01", 0, 1, false, 0},
    {"-0.01", 0, 1, false, 0},
    {"", 0, 1, false, 0},
    {"-", -1, 1, false, 0},
    {".", 0, 1, false, 0},
    {".5", 0, 1, false, 0},
    {"5.", 0, 10, false, 0},
    {"1e", 0, 10, false, 0},
    {"1e+", 0, 10, false, 0},
    {"e5", 0, 10, false, 0},
    {"1.2.3", 0, 10, false, 0},
    {"+1", 0, 10, false, 0},
    {" 1", 0, 10, false, 0},
    {"1 ", 0, 10, false, 0},
    {"0,5", 0, 10, false, 0},
    {"0x1p3", 0, 10, false, 0},
    {"nan", -HUGE_VAL, HUGE_VAL, false, 0},
    {"inf", -HUGE_VAL, HUGE_VAL, false, 0},
    {"-infinity", -HUGE_VAL, HUGE_VAL, false, 0},
};

START_TEST(a_decimal_number_is_the_whole_span_and_in_bounds)
{
    double value = -77;
    enum nf_status status = nf_span_double(nf_span_of(double_rows[_i].text),
                                           double_rows[_i].min, double_rows[_i].max, &value);

    ck_assert_int_eq(status, double_rows[_i].good ? NF_OK : NF_ERR_FORMAT);
    ck_assert(value == (double_rows[_i].good ? double_rows[_i].value : -77));
}
END_TEST

START_TEST(an_endless_number_is_refused)
{
    char text[129];
    double value = -77;

    memset(text, '1', sizeof text);
    ck_assert_int_eq(nf_span_double((struct nf_span){text, 127}, 0, 1e300, &value), NF_OK);
    ck_assert_double_gt(value, 1e126);
    ck_assert_int_eq(nf_span_double((struct nf_span){text, 128}, 0, 1e300, &value),
                     NF_ERR_FORMAT);
}
END_TEST

/* Where no locale with a decimal comma is installed this repeats the plain case. */
START_TEST(the_locale_does_not_change_a_number)
{
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "C"};
    const locale_t before = uselocale((locale_t)0);
    double value = 0;

    for (size_t i = 0; i < NFT_COUNT(names) && !setlocale(LC_ALL, names[i]); i++)
        continue;
    ck_assert_int_eq(nf_span_double(nf_span_of("1.5"), 0, 2, &value), NF_OK);
    ck_assert_double_eq(value, 1.5);
    ck_assert_int_eq(nf_span_double(nf_span_of("1,5"), 0, 2, &value), NF_ERR_FORMAT);
    ck_assert(uselocale((locale_t)0) == before);
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C"));
}
END_TEST

Suite *str_suite(void)
{
    Suite *suite = suite_create("str");
    TCase *tests = tcase_create("str");

    tcase_add_test(tests, spans_compare_by_length_and_bytes);
    tcase_add_test(tests, a_prefix_is_found_at_the_start_only);
    tcase_add_loop_test(tests, blanks_are_trimmed_at_both_ends, 0, (int)NFT_COUNT(trim_rows));
    tcase_add_loop_test(tests, fields_are_cut_one_by_one, 0, (int)NFT_COUNT(cut_rows));
    tcase_add_loop_test(tests, an_integer_is_the_whole_span_and_in_bounds, 0,
                        (int)NFT_COUNT(int_rows));
    tcase_add_test(tests, an_integer_ends_with_its_span);
    tcase_add_loop_test(tests, a_decimal_number_is_the_whole_span_and_in_bounds, 0,
                        (int)NFT_COUNT(double_rows));
    tcase_add_test(tests, an_endless_number_is_refused);
    tcase_add_test(tests, the_locale_does_not_change_a_number);
    suite_add_tcase(suite, tests);
    return suite;
}
