/* SPDX-License-Identifier: MIT */
/* Tests of observation. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/observation.h"
#include "support.h"
#include "support_random.h"

static struct nf_observations observations;

static void begin(void)
{
    nft_log_begin();
    ck_assert_int_eq(nf_observations_init(&observations), NF_OK);
}

static void end(void)
{
    nf_observations_free(&observations);
    nf_observations_free(&observations);
    ck_assert_str_eq(nft_log_text(), "");
    nft_log_end();
}

static uint32_t get(const char *group, const char *name)
{
    uint32_t fragment = UINT32_MAX;

    ck_assert_int_eq(
        nf_fragment_get(&observations, nf_span_of(group), nf_span_of(name), &fragment), NF_OK);
    ck_assert_uint_lt(fragment, observations.fragments.n);
    return fragment;
}

START_TEST(the_mate_number_is_no_part_of_the_name)
{
    static const struct {
        const char *qname, *name;
    } rows[] = {{"read", "read"},
                {"read/1", "read"},
                {"read/2", "read"},
                {"read/3", "read/3"},
                {"read/12", "read/12"},
                {"read/1/2", "read/1"},
                {"read1", "read1"},
                {"a/1", "a"},
                {"/1", "/1"},
                {"1", "1"},
                {"", ""},
                {"read/", "read/"},
                {"r 1/2", "r 1"},
                {"read_1", "read_1"}};

    for (size_t i = 0; i < NFT_COUNT(rows); i++)
        nft_assert_span(nf_fragment_name(nf_span_of(rows[i].qname)), rows[i].name);
}
END_TEST

START_TEST(a_fragment_is_a_name_in_a_read_group)
{
    uint32_t plain = get("", "r1"), other = get("", "r2");
    uint32_t grouped = get("g", "r1"), second = get("h", "r1");

    ck_assert_uint_eq(plain, 0);
    ck_assert_uint_eq(other, 1);
    ck_assert_uint_eq(grouped, 2);
    ck_assert_uint_eq(second, 3);
    ck_assert_uint_eq(get("", "r1"), plain);
    ck_assert_uint_eq(get("g", "r1"), grouped);
    ck_assert_uint_eq(get("h", "r1"), second);
    ck_assert_uint_eq(observations.fragments.n, 4);
    ck_assert_uint_eq(observations.read_groups.n, 3); /* "" is one */
    ck_assert_str_eq(observations.fragments.items[second].name, "r1");
    ck_assert_uint_eq(observations.fragments.items[second].name_length, 2);
    ck_assert_str_eq(
        observations.read_groups.items[observations.fragments.items[second].read_group], "h");
    ck_assert_uint_eq(observations.fragments.items[plain].read_group, 0);
    ck_assert(!observations.fragments.items[plain].is_duplicate);
    ck_assert_ptr_null(observations.fragments.items[plain].umi);
}
END_TEST

START_TEST(group_and_name_do_not_run_together)
{
    uint32_t a = get("ab", "c"), b = get("a", "bc"), c = get("", "abc"), d = get("abc", "");

    ck_assert(a != b && a != c && a != d && b != c && b != d && c != d);
}
END_TEST

START_TEST(many_fragments_keep_their_numbers)
{
    char name[32];

    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 20000; i++) {
            ck_assert_int_lt(snprintf(name, sizeof name, "A00:1:HX:%u:1101", i),
                             (int)sizeof name);
            ck_assert_uint_eq(get(i % 2 ? "g" : "", name), i);
        }
    ck_assert_uint_eq(observations.fragments.n, 20000);
    ck_assert_str_eq(observations.fragments.items[12345].name, "A00:1:HX:12345:1101");
}
END_TEST

START_TEST(names_of_any_length)
{
    static char first[5000], second[5000];
    uint32_t fragment;

    memset(first, 'a', sizeof first - 1);
    memset(second, 'a', sizeof second - 1);
    second[300] = 'b';            /* beyond what a QNAME may have, and yet another name */
    fragment = get(first, first); /* groups have no such limit */
    ck_assert_uint_ne(fragment, get(first, second));
    ck_assert_uint_ne(fragment, get(second, first));
    ck_assert_uint_eq(fragment, get(first, first));
}
END_TEST

START_TEST(hashes_tell_group_and_name)
{
    static const char *const texts[] = {"", "a", "b", "ab", "r1", "r2"};
    enum { N = NFT_COUNT(texts) };
    uint64_t hashes[N * N];

    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            hashes[i * N + j] = nf_fragment_hash(nf_span_of(texts[i]), nf_span_of(texts[j]));
            ck_assert(hashes[i * N + j] ==
                      nf_fragment_hash(nf_span_of(texts[i]), nf_span_of(texts[j])));
        }
    for (size_t i = 0; i < N * N; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert(hashes[i] != hashes[j]);
}
END_TEST

/* ---- orders ---- */

START_TEST(fragments_are_ordered_by_name_then_group)
{
    /* Made in no order; expected in that of `sorted`. */
    static const char *const made[][2] = {{"z", "b"}, {"", "b"},  {"a", "c"}, {"", "a"},
                                          {"", "ab"}, {"b", "a"}, {"", "B"}};
    static const int sorted[] = {6, 3, 5, 4, 1, 0, 2};
    uint32_t fragments[NFT_COUNT(made)];

    for (size_t i = 0; i < NFT_COUNT(made); i++)
        fragments[i] = get(made[i][0], made[i][1]);
    for (int i = 0; i < (int)NFT_COUNT(made); i++)
        for (int j = 0; j < (int)NFT_COUNT(made); j++)
            ck_assert_int_eq(
                nf_fragment_compare(&observations, fragments[sorted[i]], fragments[sorted[j]]),
                (i > j) - (i < j));
}
END_TEST

START_TEST(places_are_ordered_by_contig_position_strand)
{
    static const struct nf_start starts[] = {
        {-1, 1, 5},  {0, -1, 0}, {0, 1, 0},        {0, -1, 7}, {0, 1, INT64_C(5000000000)},
        {1, -1, -3}, {1, -1, 0}, {INT32_MAX, 1, 0}};

    for (int i = 0; i < (int)NFT_COUNT(starts); i++)
        for (int j = 0; j < (int)NFT_COUNT(starts); j++) {
            const struct nf_start *a = &starts[i], *b = &starts[j];
            const struct nf_locus x = {a->contig, a->strand, a->pos0};
            const struct nf_locus y = {b->contig, b->strand, b->pos0};

            ck_assert_int_eq(nf_start_compare(a, b), (i > j) - (i < j));
            ck_assert_int_eq(nf_locus_compare(&x, &y), (i > j) - (i < j));
        }
}
END_TEST

/* ---- flanks ---- */

START_TEST(the_two_sides_of_a_break)
{
    static const char bases[] = "xxACGTGGTTAAA";
    const struct nf_flanks flanks = {.offset = 2, .n5 = 4, .n_gap = 2, .n3 = 5};
    const struct nf_flanks one_sided = {.offset = 12, .n5 = 1, .n_gap = 0, .n3 = 0};

    nft_assert_span(nf_flank_side(&observations, &(struct nf_flanks){0}, 5), "");
    nft_assert_span(nf_flank_side(&observations, &(struct nf_flanks){0}, 3), "");
    for (size_t i = 0; bases[i]; i++)
        ck_assert_int_eq(nf_vec_push(&observations.bases, bases[i]), NF_OK);
    nft_assert_span(nf_flank_side(&observations, &flanks, 5), "ACGT");
    nft_assert_span(nf_flank_side(&observations, &flanks, 3), "TTAAA");
    nft_assert_span(nf_flank_side(&observations, &one_sided, 5), "A");
    nft_assert_span(nf_flank_side(&observations, &one_sided, 3), "");
}
END_TEST

/* ---- parts of a file ---- */

/* Makes the observations that the n-th of a series of made-up records gives. */
static void observe(struct nf_observations *store, uint64_t seed)
{
    static const char *const groups[] = {"", "g", "h"};
    static const char *const identifiers[] = {NULL, "AACC", "GGTT", "ACGT"};
    uint64_t state = seed;
    char name[16];
    struct nf_span group = nf_span_of(groups[nft_random(&state, 3)]);
    const char *umi = identifiers[nft_random(&state, 4)];
    struct nf_fragment *fragment;
    struct nf_flanks flanks = {.offset = store->bases.n, .n5 = 2, .n_gap = 1, .n3 = 1};
    uint32_t index;
    uint64_t hash;

    snprintf(name, sizeof name, "r%u", nft_random(&state, 20));
    ck_assert_int_eq(nf_fragment_get(store, group, nf_span_of(name), &index), NF_OK);
    fragment = &store->fragments.items[index];
    if (nft_random(&state, 6) == 0)
        fragment->is_duplicate = true;
    if (umi && (!fragment->umi || strcmp(umi, fragment->umi) < 0))
        fragment->umi = umi;
    hash = nf_fragment_hash(group, nf_span_of(name));
    ck_assert(nf_observation_hash(store, index) == hash);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(nf_vec_push(&store->bases, "ACGT"[nft_random(&state, 4)]), NF_OK);
    switch (nft_random(&state, 5)) {
    case 0:
        ck_assert_int_eq(nf_vec_push(&store->joins, (struct nf_join){.fragment = index,
                                                                     .five.pos0 = (int)seed,
                                                                     .flanks = flanks}),
                         NF_OK);
        break;
    case 1:
        ck_assert_int_eq(nf_vec_push(&store->clips, (struct nf_clip){.fragment = index,
                                                                     .locus.pos0 = (int)seed,
                                                                     .flanks = flanks}),
                         NF_OK);
        break;
    case 2:
        ck_assert_int_eq(nf_vec_push(&store->mates,
                                     (struct nf_mate){.fragment = index, .start0 = (int)seed}),
                         NF_OK);
        break;
    case 3:
        ck_assert_int_eq(nf_vec_push(&store->covers,
                                     (struct nf_cover){.fragment_hash = hash, .exons = seed}),
                         NF_OK);
        break;
    case 4:
        ck_assert_int_eq(nf_vec_push(&store->codon_reads,
                                     (struct nf_codon_read){.fragment = index, .place = seed}),
                         NF_OK);
        break;
    default:
        ck_assert_int_eq(nf_vec_push(&store->splices, (struct nf_splice){.fragment_hash = hash,
                                                                         .donor0 = (int)seed}),
                         NF_OK);
    }
}

static void assert_same_fragments(const struct nf_observations *a,
                                  const struct nf_observations *b)
{
    ck_assert_uint_eq(a->fragments.n, b->fragments.n);
    for (size_t i = 0; i < a->fragments.n; i++) {
        const struct nf_fragment *x = &a->fragments.items[i], *y = &b->fragments.items[i];

        ck_assert_str_eq(x->name, y->name);
        ck_assert_uint_eq(x->name_length, y->name_length);
        ck_assert_uint_eq(x->read_group, y->read_group);
        ck_assert_int_eq(x->is_duplicate, y->is_duplicate);
        ck_assert_int_eq(x->umi != NULL, y->umi != NULL);
        if (x->umi)
            ck_assert_str_eq(x->umi, y->umi);
    }
    ck_assert_uint_eq(a->read_groups.n, b->read_groups.n);
    for (size_t i = 0; i < a->read_groups.n; i++)
        ck_assert_str_eq(a->read_groups.items[i], b->read_groups.items[i]);
}

static void assert_same_lists(const struct nf_observations *a, const struct nf_observations *b)
{
    ck_assert_uint_eq(a->joins.n, b->joins.n);
    for (size_t i = 0; i < a->joins.n; i++) {
        ck_assert_uint_eq(a->joins.items[i].fragment, b->joins.items[i].fragment);
        ck_assert_int_eq(a->joins.items[i].five.pos0, b->joins.items[i].five.pos0);
        ck_assert_uint_eq(a->joins.items[i].flanks.offset, b->joins.items[i].flanks.offset);
    }
    ck_assert_uint_eq(a->clips.n, b->clips.n);
    for (size_t i = 0; i < a->clips.n; i++) {
        ck_assert_uint_eq(a->clips.items[i].fragment, b->clips.items[i].fragment);
        ck_assert_int_eq(a->clips.items[i].locus.pos0, b->clips.items[i].locus.pos0);
        ck_assert_uint_eq(a->clips.items[i].flanks.offset, b->clips.items[i].flanks.offset);
    }
    ck_assert_uint_eq(a->mates.n, b->mates.n);
    for (size_t i = 0; i < a->mates.n; i++) {
        ck_assert_uint_eq(a->mates.items[i].fragment, b->mates.items[i].fragment);
        ck_assert_int_eq(a->mates.items[i].start0, b->mates.items[i].start0);
    }
    ck_assert_uint_eq(a->covers.n, b->covers.n);
    for (size_t i = 0; i < a->covers.n; i++)
        ck_assert_uint_eq(a->covers.items[i].exons, b->covers.items[i].exons);
    ck_assert_uint_eq(a->splices.n, b->splices.n);
    for (size_t i = 0; i < a->splices.n; i++)
        ck_assert_int_eq(a->splices.items[i].donor0, b->splices.items[i].donor0);
    ck_assert_uint_eq(a->codon_reads.n, b->codon_reads.n);
    for (size_t i = 0; i < a->codon_reads.n; i++) {
        ck_assert_uint_eq(a->codon_reads.items[i].fragment, b->codon_reads.items[i].fragment);
        ck_assert_uint_eq(a->codon_reads.items[i].place, b->codon_reads.items[i].place);
    }
    ck_assert_uint_eq(a->bases.n, b->bases.n);
    ck_assert_int_eq(memcmp(a->bases.items, b->bases.items, a->bases.n), 0);
}

START_TEST(parts_merged_in_order_are_the_whole)
{
    enum { N_RECORDS = 120, N_PARTS = 4 };
    struct nf_observations merged;
    uint64_t state = (uint64_t)_i;
    int end = 0;

    for (int i = 0; i < N_RECORDS; i++)
        observe(&observations, 1000 * (uint64_t)_i + (uint64_t)i);
    ck_assert_int_eq(nf_observations_init(&merged), NF_OK);
    for (int part = 0; part < N_PARTS; part++) { /* some may be empty */
        struct nf_observations one;
        int start = end;

        end = part == N_PARTS - 1 ? N_RECORDS
                                  : start + (int)nft_random(&state, N_RECORDS - start + 1);
        ck_assert_int_eq(nf_observations_init(&one), NF_OK);
        for (int i = start; i < end; i++)
            observe(&one, 1000 * (uint64_t)_i + (uint64_t)i);
        ck_assert_int_eq(nf_observations_merge(&merged, &one), NF_OK);
        nf_observations_free(&one);
    }
    assert_same_fragments(&merged, &observations);
    assert_same_lists(&merged, &observations);
    nf_observations_free(&merged);
}
END_TEST

START_TEST(covers_of_a_fragment_become_one)
{
    static const struct nf_cover covers[] = {{5, 1, 0, 4, 1, 0}, {7, 2, 2, 0, 0, 0},
                                             {5, 8, 8, 1, 1, 1}, {5, 4, 0, 0, 0, 0},
                                             {7, 1, 0, 2, 0, 0}, {5, 1, 1, 0, 1, 0}};

    for (int round = 0; round < 2; round++) { /* once more changes nothing */
        for (size_t i = 0; round == 0 && i < NFT_COUNT(covers); i++)
            ck_assert_int_eq(nf_vec_push(&observations.covers, covers[i]), NF_OK);
        nf_covers_merge(&observations);
        const struct nf_cover *merged = observations.covers.items;
        ck_assert_uint_eq(observations.covers.n, 3);
        ck_assert_uint_eq(merged[0].exons, 4);
        ck_assert_uint_eq(merged[1].exons, 3);
        ck_assert_uint_eq(merged[1].coding, 2);
        ck_assert_uint_eq(merged[1].terminals, 2);
        ck_assert_uint_eq(merged[2].exons, 9);
        ck_assert_uint_eq(merged[2].coding, 9);
        ck_assert_uint_eq(merged[2].terminals, 5);
        ck_assert(!merged[1].is_linked && merged[2].is_linked);
    }
}
END_TEST

Suite *observation_suite(void)
{
    Suite *suite = suite_create("observation");
    TCase *fragments = tcase_create("fragments");
    TCase *orders = tcase_create("orders");

    tcase_add_checked_fixture(fragments, begin, end);
    tcase_add_test(fragments, the_mate_number_is_no_part_of_the_name);
    tcase_add_test(fragments, a_fragment_is_a_name_in_a_read_group);
    tcase_add_test(fragments, group_and_name_do_not_run_together);
    tcase_add_test(fragments, many_fragments_keep_their_numbers);
    tcase_add_test(fragments, names_of_any_length);
    tcase_add_test(fragments, hashes_tell_group_and_name);
    suite_add_tcase(suite, fragments);

    tcase_add_checked_fixture(orders, begin, end);
    tcase_add_test(orders, fragments_are_ordered_by_name_then_group);
    tcase_add_test(orders, places_are_ordered_by_contig_position_strand);
    tcase_add_test(orders, the_two_sides_of_a_break);
    tcase_add_test(orders, covers_of_a_fragment_become_one);
    tcase_add_loop_test(orders, parts_merged_in_order_are_the_whole, 0, 6);
    suite_add_tcase(suite, orders);
    return suite;
}
