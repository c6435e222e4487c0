/* SPDX-License-Identifier: MIT */
/* interrupt: the flag is set, told apart by signal, and cleared. */
#include <check.h>
#include <signal.h>

#include "ntrkfuse/interrupt.h"

static void on_signal(int signal_number)
{
    nf_interrupt_set(signal_number);
}

START_TEST(flag)
{
    ck_assert_int_eq(nf_interrupted(), 0);
    ck_assert_int_eq(nf_interrupt_check(), NF_OK);
    ck_assert_int_eq(nf_interrupt_set(SIGINT), 0);
    ck_assert_int_eq(nf_interrupted(), SIGINT);
    ck_assert_int_eq(nf_interrupt_check(), NF_ERR_INTERRUPTED);
    ck_assert_int_eq(nf_interrupt_set(SIGTERM), SIGINT);
    ck_assert_int_eq(nf_interrupt_set(0), SIGTERM);
    ck_assert_int_eq(nf_interrupted(), 0);
}
END_TEST

START_TEST(from_a_handler)
{
    struct sigaction action = {.sa_handler = on_signal}, old;

    ck_assert_int_eq(sigaction(SIGTERM, &action, &old), 0);
    ck_assert_int_eq(raise(SIGTERM), 0);
    ck_assert_int_eq(nf_interrupt_set(0), SIGTERM);
    ck_assert_int_eq(sigaction(SIGTERM, &old, NULL), 0);
}
END_TEST

Suite *interrupt_suite(void)
{
    Suite *suite = suite_create("interrupt");
    TCase *flags = tcase_create("flag");

    tcase_add_test(flags, flag);
    tcase_add_test(flags, from_a_handler);
    suite_add_tcase(suite, flags);
    return suite;
}
