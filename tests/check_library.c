/* SPDX-License-Identifier: MIT */
/* Tests of library. */
#include <check.h>

#include "ntrkfuse/library.h"
#include "support.h"

START_TEST(every_type_has_its_word)
{
    static const struct {
        enum nf_library library;
        const char *name;
    } rows[] = {{NF_LIBRARY_INFER, "infer"},       {NF_LIBRARY_WTS, "wts"},
                {NF_LIBRARY_CAPTURE, "capture"},   {NF_LIBRARY_ANCHORED, "anchored"},
                {NF_LIBRARY_AMPLICON, "amplicon"}, {(enum nf_library)5, "unknown"},
                {(enum nf_library)99, "unknown"}};

    for (size_t i = 0; i < NFT_COUNT(rows); i++)
        ck_assert_str_eq(nf_library_name(rows[i].library), rows[i].name);
}
END_TEST

Suite *library_suite(void)
{
    Suite *suite = suite_create("library");
    TCase *names = tcase_create("names");

    tcase_add_test(names, every_type_has_its_word);
    suite_add_tcase(suite, names);
    return suite;
}
