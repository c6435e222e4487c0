/* SPDX-License-Identifier: MIT */
/* Tests of arena. */
#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "ntrkfuse/arena.h"
#include "support.h"

/* Small, as large as a chunk, larger; twice, so that small ones follow large ones. */
static const size_t sizes[] = {1, 3, 16, 17, 100, 1000, 4095, 4096, 4097, 70000, 300000, 1, 5};

static bool is_zeroed(const unsigned char *bytes, size_t n)
{
    unsigned char any = 0;

    for (size_t i = 0; i < n; i++)
        any |= bytes[i];
    return any == 0;
}

START_TEST(objects_are_zeroed_aligned_and_apart)
{
    unsigned char *objects[40 * NFT_COUNT(sizes)];
    struct nf_arena arena = {0};
    size_t n = 0;
    size_t n_bytes = 0;

    for (int round = 0; round < 40; round++) {
        for (size_t i = 0; i < NFT_COUNT(sizes); i++) {
            unsigned char *object = nf_arena_alloc(&arena, 1, sizes[i]);

            ck_assert_ptr_nonnull(object);
            ck_assert_uint_eq((uintptr_t)object % _Alignof(max_align_t), 0);
            ck_assert(is_zeroed(object, sizes[i]));
            memset(object, (int)(n % 251) + 1, sizes[i]);
            objects[n++] = object;
            n_bytes += sizes[i];
            ck_assert_uint_eq(arena.n_bytes, n_bytes);
        }
    }
    for (size_t i = 0; i < n; i++) {
        const size_t size = sizes[i % NFT_COUNT(sizes)];

        ck_assert_uint_eq(objects[i][0], i % 251 + 1);
        ck_assert_uint_eq(objects[i][size - 1], i % 251 + 1);
    }
    nf_arena_free(&arena);
}
END_TEST

START_TEST(no_bytes_give_a_valid_pointer)
{
    struct nf_arena arena = {0};

    ck_assert_ptr_nonnull(nf_arena_alloc(&arena, 0, 8));
    ck_assert_ptr_nonnull(nf_arena_alloc(&arena, 8, 0));
    ck_assert_ptr_nonnull(nf_arena_alloc(&arena, SIZE_MAX, 0));
    ck_assert_uint_eq(arena.n_bytes, 0);
    nf_arena_free(&arena);
}
END_TEST

static const struct {
    size_t n, size;
} impossible_rows[] = {
    {SIZE_MAX, 1},
    {SIZE_MAX / 2 + 1, 2},
    {SIZE_MAX / 8 + 2, 8},
    {1, SIZE_MAX},
    {1, SIZE_MAX - 15},
    {1, (size_t)PTRDIFF_MAX},
    {(size_t)PTRDIFF_MAX / 16, 16},
    {(size_t)1 << 32, (size_t)1 << 32},
};

START_TEST(an_impossible_size_gives_null_and_changes_nothing)
{
    struct nf_arena arena = {0};
    char *before = nf_arena_copy(&arena, "kept", 4);

    ck_assert_ptr_null(
        nf_arena_alloc(&arena, impossible_rows[_i].n, impossible_rows[_i].size));
    ck_assert_uint_eq(arena.n_bytes, 5);
    ck_assert_str_eq(before, "kept");
    ck_assert_ptr_nonnull(nf_arena_alloc(&arena, 1, 1));
    nf_arena_free(&arena);
}
END_TEST

START_TEST(a_copy_is_terminated_and_its_own)
{
    struct nf_arena arena = {0};
    char text[] = "ETV6::NTRK3";
    char *copy = nf_arena_copy(&arena, text, 4);
    char *empty = nf_arena_copy(&arena, NULL, 0);

    memset(text, 'x', 4);
    ck_assert_str_eq(copy, "ETV6");
    ck_assert_str_eq(empty, "");
    ck_assert_ptr_null(nf_arena_copy(&arena, text, SIZE_MAX));
    nf_arena_free(&arena);
}
END_TEST

START_TEST(a_freed_arena_is_empty_and_usable)
{
    struct nf_arena arena = {0};

    nf_arena_free(&arena);
    ck_assert_ptr_nonnull(nf_arena_alloc(&arena, 3, 4));
    nf_arena_free(&arena);
    nf_arena_free(&arena);
    ck_assert_ptr_null(arena.chunks);
    ck_assert_uint_eq(arena.n_bytes, 0);
    ck_assert_str_eq(nf_arena_copy(&arena, "again", 5), "again");
    nf_arena_free(&arena);
}
END_TEST

Suite *arena_suite(void)
{
    Suite *suite = suite_create("arena");
    TCase *tests = tcase_create("arena");

    tcase_add_test(tests, objects_are_zeroed_aligned_and_apart);
    tcase_add_test(tests, no_bytes_give_a_valid_pointer);
    tcase_add_loop_test(tests, an_impossible_size_gives_null_and_changes_nothing, 0,
                        (int)NFT_COUNT(impossible_rows));
    tcase_add_test(tests, a_copy_is_terminated_and_its_own);
    tcase_add_test(tests, a_freed_arena_is_empty_and_usable);
    suite_add_tcase(suite, tests);
    return suite;
}
