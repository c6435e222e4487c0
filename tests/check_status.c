/* SPDX-License-Identifier: MIT */
/* Tests of status. */
#include <check.h>
#include <string.h>

#include "ntrkfuse/status.h"
#include "support.h"

static const struct {
    enum nf_status status;
    const char *text;
} rows[] = {
#define ROW(name, text) {name, text},
    NF_STATUS_TABLE(ROW)
#undef ROW
};

START_TEST(every_status_has_its_own_text)
{
    const char *text = nf_status_text(rows[_i].status);

    ck_assert_int_eq((int)rows[_i].status, _i);
    ck_assert_str_eq(text, rows[_i].text);
    for (int i = 0; i < _i; i++)
        ck_assert_str_ne(text, nf_status_text(rows[i].status));
}
END_TEST

START_TEST(success_is_zero)
{
    ck_assert_int_eq(NF_OK, 0);
    ck_assert_str_eq(nf_status_text(NF_OK), "no error");
    ck_assert_str_eq(nf_status_text(NF_ERR_MEMORY), "out of memory");
}
END_TEST

START_TEST(a_value_outside_the_table_has_a_text)
{
    static const int values[] = {(int)NFT_COUNT(rows), 1000, -1};

    ck_assert_str_eq(nf_status_text((enum nf_status)values[_i]), "unknown status");
}
END_TEST

Suite *status_suite(void)
{
    Suite *suite = suite_create("status");
    TCase *tests = tcase_create("status");

    tcase_add_loop_test(tests, every_status_has_its_own_text, 0, (int)NFT_COUNT(rows));
    tcase_add_test(tests, success_is_zero);
    tcase_add_loop_test(tests, a_value_outside_the_table_has_a_text, 0, 3);
    suite_add_tcase(suite, tests);
    return suite;
}
