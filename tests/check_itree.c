/* SPDX-License-Identifier: MIT */
/* Tests of itree. */
#include <check.h>
#include <stdbool.h>

#include "ntrkfuse/itree.h"
#include "support.h"

static const struct {
    int32_t contig;
    int64_t start0, end0;
    uint32_t id;
} intervals[] = {
    {0, 100, 200, 1}, {0, 150, 160, 2},
    {0, 0, 1000, 3},  {0, 200, 300, 4},
    {0, 200, 300, 0}, {0, 50, 50, 5},
    {0, 70, 60, 6},   {2, 100, 200, 7},
    {0, 500, 501, 8}, {INT32_MAX, 0, INT64_MAX, 9},
};

static struct nf_itree tree;
static nf_id_list found;

static void build(void)
{
    for (size_t i = 0; i < NFT_COUNT(intervals); i++)
        ck_assert_int_eq(nf_itree_add(&tree, intervals[i].contig, intervals[i].start0,
                                      intervals[i].end0, intervals[i].id),
                         NF_OK);
    nf_itree_build(&tree);
}

static void discard(void)
{
    nf_itree_free(&tree);
    nf_vec_free(&found);
}

static const struct {
    int32_t contig;
    int64_t start0, end0;
    size_t n;
    uint32_t ids[8];
} query_rows[] = {
    {0, 0, 1000, 6, {3, 1, 2, 0, 4, 8}}, /* by start, end, id */
    {0, 199, 200, 2, {3, 1}},            /* half-open on either side */
    {0, 200, 201, 3, {3, 0, 4}},
    {0, 99, 100, 1, {3}},
    {0, 159, 160, 3, {3, 1, 2}},
    {0, 160, 161, 2, {3, 1}},
    {0, 49, 51, 1, {3}},   /* the empty interval at 50 is never found */
    {0, 60, 70, 1, {3}},   /* nor the one that ends before it starts */
    {0, 150, 150, 0, {0}}, /* an empty question finds nothing */
    {0, 160, 150, 0, {0}},
    {0, 999, 1000, 1, {3}},
    {0, 1000, 2000, 0, {0}},
    {0, -10, 0, 0, {0}},
    {0, -10, 1, 1, {3}},
    {0, INT64_MIN, INT64_MAX, 6, {3, 1, 2, 0, 4, 8}},
    {1, 0, 1000, 0, {0}},
    {2, 0, 1000, 1, {7}},
    {3, 0, 1000, 0, {0}},
    {-1, 0, 1000, 0, {0}},
    {INT32_MAX, 5, 6, 1, {9}},
};

START_TEST(overlapping_intervals_are_found_in_order)
{
    ck_assert_int_eq(nf_vec_push(&found, 4711), NF_OK); /* is replaced */
    ck_assert_int_eq(nf_itree_query(&tree, query_rows[_i].contig, query_rows[_i].start0,
                                    query_rows[_i].end0, &found),
                     NF_OK);
    ck_assert_uint_eq(found.n, query_rows[_i].n);
    for (size_t i = 0; i < found.n; i++)
        ck_assert_uint_eq(found.items[i], query_rows[_i].ids[i]);
}
END_TEST

START_TEST(an_empty_tree_finds_nothing)
{
    struct nf_itree empty = {0};

    nf_itree_build(&empty);
    ck_assert_int_eq(nf_itree_query(&empty, 0, 0, 100, &found), NF_OK);
    ck_assert_uint_eq(found.n, 0);
    nf_itree_free(&empty);
    nf_itree_free(&empty);
}
END_TEST

/* A fixed sequence of pseudo-random numbers (the constants of Numerical Recipes). */
static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Against the plain scan, for trees of every size up to a few hundred. */
START_TEST(it_agrees_with_a_scan)
{
    const size_t n = (size_t)(_i * _i);
    uint32_t state = (uint32_t)_i;
    struct nf_itree random = {0};

    for (size_t i = 0; i < n; i++) {
        int32_t contig = (int32_t)(next_random(&state) % 3);
        int64_t start0 = next_random(&state) % 500;
        int64_t length = next_random(&state) % (i % 10 == 0 ? 400 : 20);

        ck_assert_int_eq(nf_itree_add(&random, contig, start0, start0 + length, (uint32_t)i),
                         NF_OK);
    }
    nf_itree_build(&random);
    for (int k = 0; k < 200; k++) {
        int32_t contig = (int32_t)(next_random(&state) % 4);
        int64_t start0 = (int64_t)(next_random(&state) % 520) - 10;
        int64_t end0 = start0 + next_random(&state) % 40;
        size_t hits = 0;

        ck_assert_int_eq(nf_itree_query(&random, contig, start0, end0, &found), NF_OK);
        for (size_t i = 0; i < n; i++) { /* sorted by build */
            const struct nf_interval *item = &random.intervals.items[i];

            if (item->contig != contig || item->start0 >= end0 || item->end0 <= start0 ||
                item->end0 <= item->start0 || end0 <= start0)
                continue;
            ck_assert_uint_lt(hits, found.n);
            ck_assert_uint_eq(found.items[hits++], item->id);
        }
        ck_assert_uint_eq(hits, found.n);
    }
    nf_itree_free(&random);
}
END_TEST

START_TEST(the_order_of_adding_does_not_matter)
{
    struct nf_itree other = {0};

    for (size_t i = NFT_COUNT(intervals); i-- > 0;)
        ck_assert_int_eq(nf_itree_add(&other, intervals[i].contig, intervals[i].start0,
                                      intervals[i].end0, intervals[i].id),
                         NF_OK);
    nf_itree_build(&other);
    for (size_t i = 0; i < NFT_COUNT(intervals); i++) {
        ck_assert_uint_eq(other.intervals.items[i].id, tree.intervals.items[i].id);
        ck_assert_int_eq(other.intervals.items[i].max_end0, tree.intervals.items[i].max_end0);
    }
    nf_itree_free(&other);
}
END_TEST

Suite *itree_suite(void)
{
    Suite *suite = suite_create("itree");
    TCase *tests = tcase_create("itree");

    tcase_add_checked_fixture(tests, build, discard);
    tcase_add_loop_test(tests, overlapping_intervals_are_found_in_order, 0,
                        (int)NFT_COUNT(query_rows));
    tcase_add_test(tests, an_empty_tree_finds_nothing);
    tcase_add_loop_test(tests, it_agrees_with_a_scan, 0, 20);
    tcase_add_test(tests, the_order_of_adding_does_not_matter);
    suite_add_tcase(suite, tests);
    return suite;
}
