/* SPDX-License-Identifier: MIT */
/* Tests of hash. */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/hash.h"
#include "support.h"

static uint32_t get(const struct nf_map *map, const char *key)
{
    return nf_map_get(map, key, strlen(key));
}

static enum nf_status put(struct nf_map *map, const char *key, uint32_t value)
{
    return nf_map_put(map, key, strlen(key), value);
}

/* FNV-1a of "" is the offset basis, of "a" and "foobar" as its authors publish them
 * (af63dc4c8601ec8c, 85944171f73967e8); mixed as hash.c says. */
START_TEST(the_hash_is_the_same_on_every_machine)
{
    static const struct {
        const char *text;
        uint64_t fnv;
    } rows[] = {
        {"", UINT64_C(0xcbf29ce484222325)},
        {"a", UINT64_C(0xaf63dc4c8601ec8c)},
        {"foobar", UINT64_C(0x85944171f73967e8)},
    };
    uint64_t expected = rows[_i].fnv;

    expected = (expected ^ expected >> 33) * UINT64_C(0xff51afd7ed558ccd);
    expected = (expected ^ expected >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    expected ^= expected >> 33;
    ck_assert_uint_eq(nf_hash_bytes(rows[_i].text, strlen(rows[_i].text)), expected);
}
END_TEST

START_TEST(combining_depends_on_order_and_value)
{
    const uint64_t a = nf_hash_combine(nf_hash_combine(0, 1), 2);
    const uint64_t b = nf_hash_combine(nf_hash_combine(0, 2), 1);

    ck_assert_uint_ne(a, b);
    ck_assert_uint_ne(nf_hash_combine(5, 3), nf_hash_combine(3, 5));
    ck_assert_uint_ne(a, nf_hash_combine(0, 1));
    ck_assert_uint_eq(a, nf_hash_combine(nf_hash_combine(0, 1), 2));
}
END_TEST

START_TEST(an_empty_map_knows_nothing)
{
    struct nf_map map = {0};

    ck_assert_uint_eq(get(&map, "NTRK1"), NF_MAP_NONE);
    nf_map_free(&map);
    nf_map_free(&map);
    ck_assert_uint_eq(get(&map, "NTRK1"), NF_MAP_NONE);
}
END_TEST

START_TEST(every_key_keeps_its_value_while_the_map_grows)
{
    enum { N = 20000 };
    struct nf_map map = {0};
    char key[32];

    for (uint32_t i = 0; i < N; i++) {
        (void)snprintf(key, sizeof key, "read%" PRIu32, i);
        ck_assert_int_eq(put(&map, key, i), NF_OK);
        ck_assert_uint_eq(map.n, (size_t)i + 1);
        ck_assert_uint_lt(map.n, map.n_slots); /* a free slot ends every search */
    }
    ck_assert_uint_eq(map.n_slots & (map.n_slots - 1), 0);
    memset(key, 'x', sizeof key); /* keys were copied */
    for (uint32_t i = 0; i < N; i++) {
        (void)snprintf(key, sizeof key, "read%" PRIu32, i);
        ck_assert_uint_eq(get(&map, key), i);
    }
    for (uint32_t i = 0; i < 100; i++) {
        (void)snprintf(key, sizeof key, "other%" PRIu32, i);
        ck_assert_uint_eq(get(&map, key), NF_MAP_NONE);
    }
    nf_map_free(&map);
}
END_TEST

START_TEST(a_second_put_replaces)
{
    struct nf_map map = {0};

    ck_assert_int_eq(put(&map, "TRKA", 1), NF_OK);
    ck_assert_int_eq(put(&map, "TRKA", 2), NF_OK);
    ck_assert_uint_eq(map.n, 1);
    ck_assert_uint_eq(get(&map, "TRKA"), 2);
    nf_map_free(&map);
}
END_TEST

START_TEST(keys_are_bytes_of_any_length)
{
    struct nf_map map = {0};

    ck_assert_int_eq(nf_map_put(&map, "", 0, 0), NF_OK);
    ck_assert_int_eq(nf_map_put(&map, "a\0b", 3, 1), NF_OK);
    ck_assert_int_eq(nf_map_put(&map, "a\0c", 3, 2), NF_OK);
    ck_assert_int_eq(nf_map_put(&map, "a", 1, UINT32_MAX - 1), NF_OK);
    ck_assert_uint_eq(nf_map_get(&map, NULL, 0), 0);
    ck_assert_uint_eq(nf_map_get(&map, "a\0b", 3), 1);
    ck_assert_uint_eq(nf_map_get(&map, "a\0c", 3), 2);
    ck_assert_uint_eq(nf_map_get(&map, "a\0", 2), NF_MAP_NONE);
    ck_assert_uint_eq(nf_map_get(&map, "abc", 1), UINT32_MAX - 1);
    nf_map_free(&map);
}
END_TEST

START_TEST(the_word_for_nothing_is_no_value)
{
    struct nf_map map = {0};

    ck_assert_int_eq(put(&map, "TRKA", NF_MAP_NONE), NF_ERR_INTERNAL);
    ck_assert_uint_eq(map.n, 0);
    nf_map_free(&map);
}
END_TEST

Suite *hash_suite(void)
{
    Suite *suite = suite_create("hash");
    TCase *tests = tcase_create("hash");

    tcase_add_loop_test(tests, the_hash_is_the_same_on_every_machine, 0, 3);
    tcase_add_test(tests, combining_depends_on_order_and_value);
    tcase_add_test(tests, an_empty_map_knows_nothing);
    tcase_add_test(tests, every_key_keeps_its_value_while_the_map_grows);
    tcase_add_test(tests, a_second_put_replaces);
    tcase_add_test(tests, keys_are_bytes_of_any_length);
    tcase_add_test(tests, the_word_for_nothing_is_no_value);
    suite_add_tcase(suite, tests);
    return suite;
}
