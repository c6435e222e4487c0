/* SPDX-License-Identifier: MIT */
/* memory: the account of what is held, and its limit. */
#include <check.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/hash.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/memory.h"
#include "ntrkfuse/observation.h"
#include "ntrkfuse/vec.h"
#include "support.h"

static size_t before;

static void begin(void)
{
    nft_log_begin();
    before = nf_memory_used();
}

static void end(void)
{
    nf_memory_set_limit(0, NULL);
    nft_log_end();
}

static void fill(struct nf_observations *store, int n)
{
    ck_assert_int_eq(nf_observations_init(store), NF_OK);
    for (int i = 0; i < n; i++) {
        char name[32];
        uint32_t index;
        struct nf_cover cover = {.fragment_hash = nf_hash_combine(3, (uint64_t)i)};

        snprintf(name, sizeof name, "fragment%d", i);
        ck_assert_int_eq(
            nf_fragment_get(store, nf_span_of(i % 2 ? "a" : ""), nf_span_of(name), &index),
            NF_OK);
        ck_assert_int_eq(nf_cover_add(store, &cover), NF_OK);
        ck_assert_int_eq(nf_vec_push(&store->clips, (struct nf_clip){.fragment = index}),
                         NF_OK);
    }
}

START_TEST(what_is_freed_is_released)
{
    struct nf_observations store, other;

    fill(&store, 5000);
    fill(&other, 300);
    ck_assert_uint_gt(nf_memory_used(), before + 5000 * sizeof(struct nf_clip));
    ck_assert_int_eq(nf_observations_merge(&store, &other), NF_OK);
    nf_vec_trim(&store.clips);
    nf_observations_free(&other);
    nf_observations_seal(&store);
    nf_observations_drop_joined(&store);
    nf_observations_free(&store);
    ck_assert_uint_eq(nf_memory_used(), before);
}
END_TEST

START_TEST(beyond_the_limit_nothing_is_taken)
{
    NF_VEC(char) bytes = {0};
    struct nf_arena arena = {0};
    struct nf_map map = {0};

    nf_memory_set_limit(before + 100, "x.bam");
    ck_assert_int_eq(nf_vec_reserve(&bytes, 100), NF_OK);
    ck_assert(!nf_memory_was_refused());
    nf_fail_memory("names");
    nft_assert_contains(nft_log_text(), "error: out of memory for names\n");
    ck_assert_int_eq(nf_vec_reserve(&bytes, 101), NF_ERR_MEMORY);
    ck_assert_uint_eq(bytes.capacity, 100);
    ck_assert_ptr_null(nf_arena_copy(&arena, "a", 1));
    ck_assert_int_eq(nf_map_put(&map, "a", 1, 1), NF_ERR_MEMORY);
    ck_assert(nf_memory_was_refused());
    ck_assert_uint_eq(nf_memory_used(), before + 100);
    nf_vec_free(&bytes);
    nf_arena_free(&arena);
    nf_map_free(&map);
    ck_assert_uint_eq(nf_memory_used(), before);
}
END_TEST

START_TEST(the_message_names_input_limit_and_remedy)
{
    nf_memory_set_limit((size_t)64 << 20, "x.bam");
    ck_assert_int_eq(nf_memory_charge(SIZE_MAX), NF_ERR_MEMORY);
    ck_assert_int_eq(nf_fail_memory("a clip"), NF_ERR_MEMORY);
    nft_assert_contains(nft_log_text(), "error: x.bam: no room for a clip within --max-memory "
                                        "64M: raise it, or leave the option out\n");
    nf_memory_set_limit(40000001, "x.bam");
    ck_assert_int_eq(nf_memory_charge(SIZE_MAX), NF_ERR_MEMORY);
    ck_assert_int_eq(nf_fail_memory("a clip"), NF_ERR_MEMORY);
    nft_assert_contains(nft_log_text(), "within --max-memory 40000001:");
}
END_TEST

static void *charge_often(void *unused)
{
    for (int i = 0; i < 10000; i++)
        if (nf_memory_charge(3) == NF_OK)
            nf_memory_release(3);
    return unused;
}

START_TEST(threads_share_the_account)
{
    pthread_t threads[3];

    nf_memory_set_limit(before + 5, "x.bam");
    for (size_t i = 0; i < NFT_COUNT(threads); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, charge_often, NULL), 0);
    for (size_t i = 0; i < NFT_COUNT(threads); i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert_uint_eq(nf_memory_used(), before);
}
END_TEST

Suite *memory_suite(void)
{
    Suite *suite = suite_create("memory");
    TCase *tests = tcase_create("account");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, what_is_freed_is_released);
    tcase_add_test(tests, beyond_the_limit_nothing_is_taken);
    tcase_add_test(tests, the_message_names_input_limit_and_remedy);
    tcase_add_test(tests, threads_share_the_account);
    suite_add_tcase(suite, tests);
    return suite;
}
