/* SPDX-License-Identifier: MIT */
/* observation_depth: what is kept of a target that very many reads lie on depends on the reads
 * alone, not on their order, nor on how they are divided and merged. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/observation.h"
#include "support.h"
#include "support_random.h"

enum { N_READS = 3 * NF_MOST_DEPTH, DEEP = 1, SHALLOW = 3, N_TARGETS = 4 };

/* What one read leaves: a cover, and here and there a splice. */
struct item {
    struct nf_cover cover;
    struct nf_splice splice; /* target SHALLOW + 1: none */
};

static struct item *items;

static void begin(void)
{
    uint64_t state = 7;

    nft_log_begin();
    items = calloc(N_READS, sizeof *items);
    ck_assert_ptr_nonnull(items);
    for (uint32_t i = 0; i < N_READS; i++) {
        uint64_t hash = nf_hash_combine(1, i / 2); /* two reads a fragment */
        uint16_t target = nft_random(&state, 50) ? DEEP : SHALLOW;

        items[i].cover = (struct nf_cover){.fragment_hash = hash,
                                           .exons = (uint64_t)1 << nft_random(&state, 20),
                                           .target = target,
                                           .is_linked = nft_random(&state, 100) == 0};
        items[i].splice =
            (struct nf_splice){.fragment_hash = hash,
                               .target = nft_random(&state, 4) ? target : SHALLOW + 1,
                               .donor0 = i};
    }
}

static void end(void)
{
    free(items);
    nft_log_end();
}

static void add(struct nf_observations *store, const struct item *item)
{
    ck_assert_int_eq(nf_cover_add(store, &item->cover), NF_OK);
    if (item->splice.target <= SHALLOW)
        ck_assert_int_eq(nf_splice_add(store, &item->splice), NF_OK);
}

static void shuffle(uint64_t seed)
{
    for (uint32_t i = N_READS; i > 1; i--) {
        uint32_t j = nft_random(&seed, i);
        struct item kept = items[j];

        items[j] = items[i - 1];
        items[i - 1] = kept;
    }
}

/* The level by its definition. */
static unsigned level_of(uint32_t target)
{
    unsigned level = 0;

    for (;; level++) {
        size_t n = 0;

        for (size_t i = 0; i < N_READS; i++)
            if (nf_depth_keeps(level, items[i].cover.fragment_hash))
                n += (items[i].cover.target == target) + (items[i].splice.target == target);
        if (n <= NF_MOST_DEPTH)
            return level;
    }
}

static int compare_covers(const void *a, const void *b)
{
    int order = nf_cover_compare(a, b);
    const struct nf_cover *x = a, *y = b;

    if (order == 0)
        order = (x->exons > y->exons) - (x->exons < y->exons);
    return order ? order : (int)x->is_linked - (int)y->is_linked;
}

static int compare_splices(const void *a, const void *b)
{
    const struct nf_splice *x = a, *y = b;

    return (x->donor0 > y->donor0) - (x->donor0 < y->donor0);
}

static void sort(struct nf_observations *store)
{
    qsort(store->covers.items, store->covers.n, sizeof *store->covers.items, compare_covers);
    qsort(store->splices.items, store->splices.n, sizeof *store->splices.items,
          compare_splices);
}

/* The store must hold just what the definition says of all items. */
static void assert_whole(struct nf_observations *store)
{
    size_t n_covers = 0, n_splices = 0;
    uint64_t exons[N_TARGETS + 1] = {0};
    unsigned levels[N_TARGETS + 1] = {0};

    for (uint32_t t = 0; t < N_TARGETS; t++)
        levels[t] = level_of(t);
    ck_assert_uint_ge(levels[DEEP], 2);
    ck_assert_uint_eq(levels[SHALLOW], 0);
    for (size_t i = 0; i < N_READS; i++) {
        const struct nf_cover *cover = &items[i].cover;
        bool is_kept = nf_depth_keeps(levels[cover->target], cover->fragment_hash);

        exons[cover->target] |= cover->exons;
        n_covers += is_kept || cover->is_linked;
        n_splices += items[i].splice.target <= SHALLOW && is_kept;
    }
    for (uint32_t t = 0; t < N_TARGETS; t++) {
        ck_assert_uint_eq(nf_depth_of(store, t).level, levels[t]);
        ck_assert_uint_eq(nf_depth_of(store, t).exons, exons[t]);
    }
    ck_assert_uint_eq(store->covers.n, n_covers);
    ck_assert_uint_eq(store->splices.n, n_splices);
    for (size_t i = 0; i < n_covers; i++) {
        const struct nf_cover *cover = &store->covers.items[i];

        ck_assert(cover->is_linked ||
                  nf_depth_keeps(levels[cover->target], cover->fragment_hash));
    }
    sort(store);
}

static void assert_equal(const struct nf_observations *a, const struct nf_observations *b)
{
    ck_assert_uint_eq(a->covers.n, b->covers.n);
    for (size_t i = 0; i < a->covers.n; i++)
        ck_assert_int_eq(compare_covers(&a->covers.items[i], &b->covers.items[i]), 0);
    ck_assert_uint_eq(a->splices.n, b->splices.n);
    for (size_t i = 0; i < a->splices.n; i++)
        ck_assert_int_eq(a->splices.items[i].donor0, b->splices.items[i].donor0);
    for (uint32_t t = 0; t < N_TARGETS; t++)
        ck_assert_uint_eq(nf_depth_of(a, t).n, nf_depth_of(b, t).n);
}

/* Merges the stores [first, end) in a random tree, into the first. */
static void merge_all(struct nf_observations *parts, size_t first, size_t behind,
                      uint64_t *state)
{
    size_t middle;

    if (behind - first < 2)
        return;
    middle = first + 1 + nft_random(state, (uint32_t)(behind - first - 1));
    merge_all(parts, first, middle, state);
    merge_all(parts, middle, behind, state);
    ck_assert_int_eq(nf_observations_merge(&parts[first], &parts[middle]), NF_OK);
}

START_TEST(every_order_and_division_keeps_the_same)
{
    enum { N_PARTS = 6 };
    struct nf_observations parts[N_PARTS], whole;
    uint64_t state = (uint64_t)_i;
    uint32_t start = 0;

    ck_assert_int_eq(nf_observations_init(&whole), NF_OK);
    for (size_t i = 0; i < N_READS; i++)
        add(&whole, &items[i]);
    assert_whole(&whole);
    shuffle((uint64_t)_i);
    for (size_t p = 0; p < N_PARTS; p++) {
        uint32_t stop =
            p + 1 == N_PARTS ? N_READS : start + nft_random(&state, N_READS - start + 1);

        ck_assert_int_eq(nf_observations_init(&parts[p]), NF_OK);
        for (; start < stop; start++)
            add(&parts[p], &items[start]);
        ck_assert_uint_le(nf_depth_of(&parts[p], DEEP).level, nf_depth_of(&whole, DEEP).level);
    }
    merge_all(parts, 0, N_PARTS, &state);
    assert_whole(&parts[0]);
    assert_equal(&parts[0], &whole);
    for (size_t p = 0; p < N_PARTS; p++)
        nf_observations_free(&parts[p]);
    nf_observations_free(&whole);
}
END_TEST

START_TEST(up_to_the_most_all_are_kept)
{
    struct nf_observations store;
    struct nf_cover cover = {.target = DEEP};

    ck_assert_int_eq(nf_observations_init(&store), NF_OK);
    for (uint64_t i = 0; i <= NF_MOST_DEPTH; i++) {
        ck_assert_uint_eq(nf_depth_of(&store, DEEP).level, 0);
        ck_assert_uint_eq(store.covers.n, i);
        cover.fragment_hash = nf_hash_combine(2, i);
        ck_assert_int_eq(nf_cover_add(&store, &cover), NF_OK);
    }
    ck_assert_uint_eq(nf_depth_of(&store, DEEP).level, 1);
    ck_assert_uint_lt(store.covers.n, NF_MOST_DEPTH);
    nf_observations_free(&store);
}
END_TEST

START_TEST(a_file_without_names_ends)
{
    struct nf_observations store;
    const struct nf_cover cover = {.fragment_hash = UINT64_C(0x8000000000000001), .exons = 6};

    ck_assert_int_eq(nf_observations_init(&store), NF_OK);
    for (size_t i = 0; i < 2 * NF_MOST_DEPTH; i++)
        ck_assert_int_eq(nf_cover_add(&store, &cover), NF_OK);
    ck_assert_uint_eq(store.covers.n, 0);
    ck_assert_uint_eq(nf_depth_of(&store, 0).exons, 6);
    nf_observations_free(&store);
}
END_TEST

START_TEST(levels_and_numbers)
{
    ck_assert(nf_depth_keeps(0, UINT64_MAX));
    ck_assert(nf_depth_keeps(1, UINT64_MAX >> 1));
    ck_assert(!nf_depth_keeps(1, UINT64_MAX >> 1 | UINT64_C(1) << 63));
    ck_assert(nf_depth_keeps(64, 0));
    ck_assert(!nf_depth_keeps(64, 1));
    ck_assert_int_eq(nf_depth_scaled(5, 0), 5);
    ck_assert_int_eq(nf_depth_scaled(5, 3), 40);
    ck_assert_int_eq(nf_depth_scaled(-1, 3), -1); /* not counted */
    ck_assert_int_eq(nf_depth_scaled(0, 64), 0);
    ck_assert_int_eq(nf_depth_scaled(1, 62), INT64_C(1) << 62);
    ck_assert_int_eq(nf_depth_scaled(2, 62), INT64_MAX);
    ck_assert_int_eq(nf_depth_scaled(1, 64), INT64_MAX);
}
END_TEST

Suite *observation_depth_suite(void)
{
    Suite *suite = suite_create("observation_depth");
    TCase *tests = tcase_create("depth");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, every_order_and_division_keeps_the_same, 0, 6);
    tcase_add_test(tests, up_to_the_most_all_are_kept);
    tcase_add_test(tests, a_file_without_names_ends);
    tcase_add_test(tests, levels_and_numbers);
    suite_add_tcase(suite, tests);
    return suite;
}
