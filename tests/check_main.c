/* SPDX-License-Identifier: MIT */
/* Runs every Check suite. The list is generated from the file names tests/check_*.c (build/
 * <profile>/suites.h). Check's own environment selects and reports: CK_RUN_SUITE, CK_RUN_CASE,
 * CK_VERBOSITY, CK_FORK, CK_TIMEOUT_MULTIPLIER, CK_TAP_LOG_FILE_NAME. tests/run_unit starts it
 * once per suite. */
#include <check.h>
#include <stddef.h>
#include <stdlib.h>

#include "suites.h"

typedef Suite *suite_maker(void);

int main(void)
{
    static suite_maker *const makers[] = {
#define MAKER_ROW(name) name##_suite,
        NF_SUITES(MAKER_ROW)
#undef MAKER_ROW
            NULL /* so that an empty list is legal too */
    };
    SRunner *runner = srunner_create(NULL);
    int n_failed;

    for (size_t i = 0; makers[i]; i++)
        srunner_add_suite(runner, makers[i]());
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
