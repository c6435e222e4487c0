/* SPDX-License-Identifier: MIT */
/* Tests of read_groups. */
#include <check.h>

#include "ntrkfuse/read_groups.h"
#include "support.h"

static struct nf_read_groups groups;

static void begin(void)
{
    nft_log_begin();
}

static void end(void)
{
    nf_read_groups_free(&groups);
    nf_read_groups_free(&groups);
    ck_assert_str_eq(nft_log_text(), "");
    nft_log_end();
}

#define SQ "@SQ\tSN:chr1\tLN:100\n"

/* A header, its groups as "id/sample/library" and the only one's id. */
static const struct {
    const char *header;
    size_t n;
    struct {
        const char *id, *sample, *library;
    } groups[3];
    const char *only;
} header_rows[] = {
    {"", 0, {{0}}, ""},
    {SQ, 0, {{0}}, ""},
    {SQ "@RG\tID:a\tSM:s\tLB:l\n", 1, {{"a", "s", "l"}}, "a"},
    {"@RG\tID:a\tSM:s\tLB:l", 1, {{"a", "s", "l"}}, "a"}, /* no line end */
    {"@RG\tLB:l\tPL:ILLUMINA\tSM:s\tID:a\n", 1, {{"a", "s", "l"}}, "a"},
    {"@RG\tID:a\tSM:s\n", 1, {{"a", "s", "s"}}, "a"},
    {"@RG\tID:a\n", 1, {{"a", "", ""}}, "a"},
    {"@RG\tID:a\tSM:\tLB:\n", 1, {{"a", "", ""}}, "a"},
    {"@RG\tID:a\tLB:l\n", 1, {{"a", "", "l"}}, "a"},
    {"@RG\tID:a b:c\tSM:s d\n", 1, {{"a b:c", "s d", "s d"}}, "a b:c"},
    {"@RG\tID:a\tDS:SM:no LB:no\tSM:s\n", 1, {{"a", "s", "s"}}, "a"},
    {"@RG\tID:a\tSMX:no\tsm:no\tXSM:no\n", 1, {{"a", "", ""}}, "a"},
    {"@CO\t@RG\tID:no\n@RGX\tID:no\n@RG\tID:a\n", 1, {{"a", "", ""}}, "a"},
    {"@RG\tID:a\tSM:s\n" SQ "@RG\tID:b\tSM:t\tLB:l\n@RG\tID:c\tSM:s\n",
     3,
     {{"a", "s", "s"}, {"b", "t", "l"}, {"c", "s", "s"}},
     ""},
};

START_TEST(the_groups_of_a_header)
{
    ck_assert_int_eq(nf_read_groups_init(&groups, header_rows[_i].header), NF_OK);
    ck_assert_uint_eq(groups.items.n, header_rows[_i].n);
    for (size_t i = 0; i < groups.items.n; i++) {
        const struct nf_read_group *group = &groups.items.items[i];

        ck_assert_str_eq(group->id, header_rows[_i].groups[i].id);
        ck_assert_str_eq(group->sample, header_rows[_i].groups[i].sample);
        ck_assert_str_eq(group->library, header_rows[_i].groups[i].library);
        ck_assert_ptr_eq(nf_read_groups_find(&groups, nf_span_of(group->id)), group);
    }
    ck_assert_str_eq(nf_read_groups_only(&groups), header_rows[_i].only);
    ck_assert_ptr_null(nf_read_groups_find(&groups, NFT_SPAN("no")));
}
END_TEST

START_TEST(a_group_is_found_by_its_whole_id)
{
    ck_assert_int_eq(nf_read_groups_init(&groups, "@RG\tID:ab\tSM:1\n@RG\tID:abc\tSM:2\n"),
                     NF_OK);
    ck_assert_str_eq(nf_read_groups_find(&groups, NFT_SPAN("ab"))->sample, "1");
    ck_assert_str_eq(nf_read_groups_find(&groups, NFT_SPAN("abc"))->sample, "2");
    ck_assert_ptr_null(nf_read_groups_find(&groups, NFT_SPAN("a")));
    ck_assert_ptr_null(nf_read_groups_find(&groups, NFT_SPAN("abcd")));
    ck_assert_ptr_null(nf_read_groups_find(&groups, NFT_SPAN("AB")));
    ck_assert_ptr_null(nf_read_groups_find(&groups, NFT_SPAN("")));
    ck_assert_ptr_null(nf_read_groups_find(&groups, (struct nf_span){NULL, 0}));
}
END_TEST

START_TEST(no_groups_have_no_only_one)
{
    ck_assert_str_eq(nf_read_groups_only(NULL), "");
}
END_TEST

START_TEST(the_groups_do_not_depend_on_the_text)
{
    char text[] = "@RG\tID:a\tSM:s\n";

    ck_assert_int_eq(nf_read_groups_init(&groups, text), NF_OK);
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = 'x';
    ck_assert_str_eq(groups.items.items[0].id, "a");
    ck_assert_str_eq(groups.items.items[0].library, "s");
}
END_TEST

START_TEST(a_field_of_every_line_of_a_type)
{
    struct nf_span value, rest = NFT_SPAN("@HD\tVN:1.6\n@PG\tID:1\tPN:STAR\tCL:x PN:y\n" SQ
                                          "@PG\tID:2\n@PG\tPN:samtools\tID:3");

    ck_assert(nf_header_next(&rest, "@PG", "PN", &value));
    nft_assert_span(value, "STAR");
    ck_assert(nf_header_next(&rest, "@PG", "PN", &value));
    nft_assert_span(value, "");
    ck_assert(nf_header_next(&rest, "@PG", "PN", &value));
    nft_assert_span(value, "samtools");
    ck_assert(!nf_header_next(&rest, "@PG", "PN", &value));
    ck_assert(!nf_header_next(&rest, "@PG", "PN", &value));
    rest = NFT_SPAN("@PG\tID:1\tCL:a b\n");
    ck_assert(nf_header_next(&rest, "@PG", "CL", &value));
    nft_assert_span(value, "a b");
    rest = NFT_SPAN("");
    ck_assert(!nf_header_next(&rest, "@PG", "CL", &value));
}
END_TEST

Suite *read_groups_suite(void)
{
    Suite *suite = suite_create("read_groups");
    TCase *headers = tcase_create("headers");

    tcase_add_checked_fixture(headers, begin, end);
    tcase_add_loop_test(headers, the_groups_of_a_header, 0, NFT_COUNT(header_rows));
    tcase_add_test(headers, a_group_is_found_by_its_whole_id);
    tcase_add_test(headers, no_groups_have_no_only_one);
    tcase_add_test(headers, the_groups_do_not_depend_on_the_text);
    tcase_add_test(headers, a_field_of_every_line_of_a_type);
    suite_add_tcase(suite, headers);
    return suite;
}
