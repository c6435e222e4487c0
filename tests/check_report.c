/* SPDX-License-Identifier: MIT */
/* report: text that lives in it, and its release. */
#include <check.h>
#include <string.h>

#include "ntrkfuse/report.h"
#include "support.h"

START_TEST(free_is_always_legal)
{
    struct nf_report report = {0};

    nf_report_free(&report);
    ck_assert_int_eq(nf_vec_push(&report.calls, (struct nf_call){.fusion = "A::B"}), NF_OK);
    ck_assert_int_eq(nf_vec_push(&report.dropped, (struct nf_call){.fusion = "C::D"}), NF_OK);
    ck_assert_int_eq(nf_vec_push(&report.targets, (struct nf_report_target){.symbol = "B"}),
                     NF_OK);
    struct nf_report_fragment fragment = {.name = "q1", .kind = "split"};
    ck_assert_int_eq(nf_vec_push(&report.calls.items[0].fragments, fragment), NF_OK);
    ck_assert_int_eq(nf_vec_push(&report.dropped.items[0].fragments, fragment), NF_OK);
    ck_assert_ptr_nonnull(nf_report_format(&report, "%d", 1));
    nf_report_free(&report);
    ck_assert_uint_eq(report.calls.n, 0);
    ck_assert_ptr_null(report.arena.chunks);
    nf_report_free(&report);
}
END_TEST

START_TEST(copy_and_format)
{
    struct nf_report report = {0};
    char text[] = "ETV6, NTRK3";
    const char *copy = nf_report_copy(&report, (struct nf_span){text, 4});
    const char *empty = nf_report_copy(&report, (struct nf_span){NULL, 0});
    const char *name = nf_report_format(&report, "%s::%s:e.%d", copy, "NTRK3", 15);

    memset(text, 'x', sizeof text - 1);
    ck_assert_str_eq(copy, "ETV6");
    ck_assert_str_eq(empty, "");
    ck_assert_str_eq(name, "ETV6::NTRK3:e.15");

    char longer[3000];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    name = nf_report_format(&report, "%s.", longer);
    ck_assert_uint_eq(strlen(name), sizeof longer);
    ck_assert_int_eq(name[sizeof longer - 1], '.');
    nf_report_free(&report);
}
END_TEST

static const struct {
    const char *words[4];
    const char *joined;
} joins[] = {
    {{NULL, NULL, NULL, NULL}, "."},    {{"", NULL, "", NULL}, "."},
    {{"one", NULL, NULL, NULL}, "one"}, {{"", "one", NULL, "two"}, "one;two"},
    {{"a", "b", "c", "d"}, "a;b;c;d"},
};

START_TEST(join)
{
    struct nf_report report = {0};

    ck_assert_str_eq(nf_report_join(&report, joins[_i].words, 4, ';'), joins[_i].joined);
    nf_report_free(&report);
}
END_TEST

START_TEST(join_of_nothing)
{
    struct nf_report report = {0};

    ck_assert_str_eq(nf_report_join(&report, NULL, 0, ';'), ".");
    nf_report_free(&report);
}
END_TEST

Suite *report_suite(void)
{
    Suite *suite = suite_create("report");
    TCase *life = tcase_create("lifetime");
    TCase *text = tcase_create("text");

    tcase_add_test(life, free_is_always_legal);
    tcase_add_test(text, copy_and_format);
    tcase_add_loop_test(text, join, 0, NFT_COUNT(joins));
    tcase_add_test(text, join_of_nothing);
    suite_add_tcase(suite, life);
    suite_add_tcase(suite, text);
    return suite;
}
