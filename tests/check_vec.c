/* SPDX-License-Identifier: MIT */
/* Tests of vec. */
#include <check.h>
#include <stdint.h>

#include "ntrkfuse/vec.h"
#include "support.h"

START_TEST(items_stay_in_order_while_it_grows)
{
    NF_VEC(int) numbers = {0};

    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(nf_vec_push(&numbers, i * 3), NF_OK);
        ck_assert_uint_eq(numbers.n, (size_t)i + 1);
        ck_assert_uint_le(numbers.n, numbers.capacity);
    }
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(numbers.items[i], i * 3);
    nf_vec_free(&numbers);
}
END_TEST

START_TEST(a_struct_and_a_pointer_can_be_pushed)
{
    struct pair {
        char letter;
        double number;
    };
    NF_VEC(struct pair) pairs = {0};
    NF_VEC(const char *) names = {0};

    ck_assert_int_eq(nf_vec_push(&pairs, (struct pair){.letter = 'x', .number = 2.5}), NF_OK);
    ck_assert_int_eq(nf_vec_push(&names, "NTRK1"), NF_OK);
    ck_assert_int_eq(pairs.items[0].letter, 'x');
    ck_assert_double_eq(pairs.items[0].number, 2.5);
    ck_assert_str_eq(names.items[0], "NTRK1");
    nf_vec_free(&pairs);
    nf_vec_free(&names);
}
END_TEST

static int n_calls;

static int next_call(void)
{
    return ++n_calls;
}

START_TEST(the_value_is_evaluated_once)
{
    NF_VEC(int) numbers = {0};

    ck_assert_int_eq(nf_vec_push(&numbers, next_call()), NF_OK);
    ck_assert_int_eq(n_calls, 1);
    ck_assert_int_eq(numbers.items[0], 1);
    nf_vec_free(&numbers);
}
END_TEST

START_TEST(a_free_vector_is_empty_and_usable)
{
    NF_VEC(int) numbers = {0};

    nf_vec_free(&numbers);
    ck_assert_int_eq(nf_vec_push(&numbers, 1), NF_OK);
    nf_vec_free(&numbers);
    nf_vec_free(&numbers);
    ck_assert_ptr_null(numbers.items);
    ck_assert_uint_eq(numbers.n, 0);
    ck_assert_uint_eq(numbers.capacity, 0);
    ck_assert_int_eq(nf_vec_push(&numbers, 2), NF_OK);
    ck_assert_int_eq(numbers.items[0], 2);
    nf_vec_free(&numbers);
}
END_TEST

START_TEST(reserved_room_is_used_without_moving)
{
    NF_VEC(int) numbers = {0};
    const int *items;

    ck_assert_int_eq(nf_vec_reserve(&numbers, 0), NF_OK);
    ck_assert_int_eq(nf_vec_reserve(&numbers, 100), NF_OK);
    ck_assert_uint_ge(numbers.capacity, 100);
    ck_assert_uint_eq(numbers.n, 0);
    items = numbers.items;
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(nf_vec_push(&numbers, i), NF_OK);
    ck_assert_ptr_eq(numbers.items, items);
    nf_vec_free(&numbers);
}
END_TEST

/* More than memory has, more than a pointer difference holds, sums and products that wrap. */
START_TEST(an_impossible_size_fails_and_changes_nothing)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 8, SIZE_MAX / 8 + 2,
                                   SIZE_MAX / 16 + 1};
    NF_VEC(uint64_t) numbers = {0};
    size_t capacity;

    ck_assert_int_eq(nf_vec_push(&numbers, 42), NF_OK);
    capacity = numbers.capacity;
    ck_assert_int_eq(nf_vec_reserve(&numbers, sizes[_i]), NF_ERR_MEMORY);
    ck_assert_uint_eq(numbers.n, 1);
    ck_assert_uint_eq(numbers.capacity, capacity);
    ck_assert_uint_eq(numbers.items[0], 42);
    nf_vec_free(&numbers);
}
END_TEST

START_TEST(a_sum_of_sizes_does_not_wrap)
{
    ck_assert_uint_eq(nf_vec_total(2, 3), 5);
    ck_assert_uint_eq(nf_vec_total(SIZE_MAX - 3, 3), SIZE_MAX);
    ck_assert_uint_eq(nf_vec_total(SIZE_MAX - 2, 3), SIZE_MAX);
    ck_assert_uint_eq(nf_vec_total(3, SIZE_MAX), SIZE_MAX);
}
END_TEST

START_TEST(room_that_is_not_used_is_given_back)
{
    NF_VEC(int) numbers = {0};

    for (int n = 0; n <= 9; n += 3) {
        nf_vec_trim(&numbers);
        ck_assert_uint_eq(numbers.capacity, (size_t)n);
        for (int i = 0; i < n; i++)
            ck_assert_int_eq(numbers.items[i], i);
        for (int i = n; i < n + 3; i++)
            ck_assert_int_eq(nf_vec_push(&numbers, i), NF_OK);
    }
    numbers.n = 0;
    nf_vec_trim(&numbers);
    ck_assert_ptr_null(numbers.items);
    nf_vec_free(&numbers);
}
END_TEST

Suite *vec_suite(void)
{
    Suite *suite = suite_create("vec");
    TCase *tests = tcase_create("vec");

    tcase_add_test(tests, items_stay_in_order_while_it_grows);
    tcase_add_test(tests, a_struct_and_a_pointer_can_be_pushed);
    tcase_add_test(tests, the_value_is_evaluated_once);
    tcase_add_test(tests, a_free_vector_is_empty_and_usable);
    tcase_add_test(tests, reserved_room_is_used_without_moving);
    tcase_add_loop_test(tests, an_impossible_size_fails_and_changes_nothing, 0, 5);
    tcase_add_test(tests, room_that_is_not_used_is_given_back);
    tcase_add_test(tests, a_sum_of_sizes_does_not_wrap);
    suite_add_tcase(suite, tests);
    return suite;
}
