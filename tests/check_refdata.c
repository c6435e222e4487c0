/* SPDX-License-Identifier: MIT */
/* Tests of refdata. */
#include <check.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/refdata.h"
#include "support.h"
#include "support_tables.h"

static const struct nf_refdata compiled_in = {NULL};

START_TEST(a_table_compiled_in_is_the_file_of_ref)
{
    const char *name;
    size_t n_tables = 0;

    for (; (name = nf_refdata_name(n_tables)) != NULL; n_tables++) {
        char path[PATH_MAX], expected_path[PATH_MAX];
        struct nf_span text;
        size_t n;
        char *file = nft_read(nft_path(NFT_REF_DIR, name), &n);

        ck_assert_int_eq(nf_refdata_find(&compiled_in, name, &text, path, sizeof path), NF_OK);
        snprintf(expected_path, sizeof expected_path, "ref/%s", name);
        ck_assert_str_eq(path, expected_path);
        ck_assert_uint_eq(text.n, n);
        ck_assert_mem_eq(text.at, file, n);
        free(file);
    }
    ck_assert_uint_ge(n_tables, 12);
    ck_assert_ptr_null(nf_refdata_name(n_tables + 5));
}
END_TEST

START_TEST(names_ascend)
{
    for (size_t i = 1; nf_refdata_name(i); i++)
        ck_assert_int_lt(strcmp(nf_refdata_name(i - 1), nf_refdata_name(i)), 0);
}
END_TEST

START_TEST(a_folder_gives_its_path_and_no_text)
{
    const struct nf_refdata refdata = {"/some/where"};
    char path[PATH_MAX];
    struct nf_span text = {"x", 1};

    ck_assert_int_eq(nf_refdata_find(&refdata, "targets.tsv", &text, path, sizeof path),
                     NF_OK);
    ck_assert_str_eq(path, "/some/where/targets.tsv");
    ck_assert_ptr_null(text.at);
}
END_TEST

START_TEST(what_cannot_be_found_is_told)
{
    const struct nf_refdata refdata = {"/some/where"};
    char path[20];
    struct nf_span text;

    nft_log_begin();
    ck_assert_int_eq(nf_refdata_find(&compiled_in, "no.tsv", &text, path, sizeof path),
                     NF_ERR_INTERNAL);
    nft_assert_contains(nft_log_text(), "no.tsv");
    nft_log_begin();
    ck_assert_int_eq(nf_refdata_find(&refdata, "targets.tsv", &text, path, sizeof path),
                     NF_ERR_INPUT);
    nft_assert_contains(nft_log_text(), "too long");
    nft_log_end();
}
END_TEST

START_TEST(a_folder_must_be_one)
{
    const struct nf_refdata good = {NFT_REF_DIR}, missing = {NFT_REF_DIR "/nothing"},
                            file = {NFT_REF_DIR "/targets.tsv"};

    nft_log_begin();
    ck_assert_int_eq(nf_refdata_vet(&compiled_in), NF_OK);
    ck_assert_int_eq(nf_refdata_vet(&good), NF_OK);
    ck_assert_str_eq(nft_log_text(), "");
    ck_assert_int_eq(nf_refdata_vet(&missing), NF_ERR_IO);
    nft_assert_contains(nft_log_text(), "must be a folder");
    nft_log_begin();
    ck_assert_int_eq(nf_refdata_vet(&file), NF_ERR_IO);
    nft_assert_contains(nft_log_text(), "is a file");
    nft_log_end();
}
END_TEST

START_TEST(equal_tables_have_equal_fingerprints)
{
    const struct nf_refdata folder = {NFT_REF_DIR};
    char hex_in[17], hex_folder[17];

    ck_assert_int_eq(nf_refdata_fingerprint(&compiled_in, hex_in), NF_OK);
    ck_assert_int_eq(nf_refdata_fingerprint(&folder, hex_folder), NF_OK);
    ck_assert_str_eq(hex_in, hex_folder);
    ck_assert_uint_eq(strlen(hex_in), 16);
    ck_assert_uint_eq(strspn(hex_in, "0123456789abcdef"), 16);
}
END_TEST

START_TEST(compression_does_not_change_the_fingerprint)
{
    const struct nft_edit gone = {"entities.tsv", NULL, NULL};
    char *folder = nft_tables_new(&gone, 1);
    const struct nf_refdata refdata = {folder};
    char hex_in[17], hex_folder[17];
    size_t n;
    char *text = nft_read(nft_path(NFT_REF_DIR, "entities.tsv"), &n);

    nft_write_gzip(nft_path(folder, "entities.tsv"), (struct nf_span){text, n});
    ck_assert_int_eq(nf_refdata_fingerprint(&compiled_in, hex_in), NF_OK);
    ck_assert_int_eq(nf_refdata_fingerprint(&refdata, hex_folder), NF_OK);
    ck_assert_str_eq(hex_in, hex_folder);
    free(text);
    nft_folder_remove(folder);
}
END_TEST

static const struct nft_edit changes[] = {
    {"targets.tsv", "796", "797"},
    {"transcripts.grch37.tsv", "+", "-"},
    {"aliases.tsv", NULL, "#\n"},
    {"partners.tsv", "\n", "\n\n"},
};

START_TEST(any_change_changes_the_fingerprint)
{
    char *folder = nft_tables_new(&changes[_i], 1);
    const struct nf_refdata refdata = {folder};
    char hex_in[17], hex_folder[17];

    ck_assert_int_eq(nf_refdata_fingerprint(&compiled_in, hex_in), NF_OK);
    ck_assert_int_eq(nf_refdata_fingerprint(&refdata, hex_folder), NF_OK);
    ck_assert_str_ne(hex_in, hex_folder);
    nft_folder_remove(folder);
}
END_TEST

START_TEST(a_missing_table_has_no_fingerprint)
{
    const struct nft_edit gone = {"domains.tsv", NULL, NULL};
    char *folder = nft_tables_new(&gone, 1);
    const struct nf_refdata refdata = {folder};
    char hex[17];

    nft_log_begin();
    ck_assert_int_eq(nf_refdata_fingerprint(&refdata, hex), NF_ERR_IO);
    nft_assert_contains(nft_log_text(), "domains.tsv");
    nft_log_end();
    nft_folder_remove(folder);
}
END_TEST

Suite *refdata_suite(void)
{
    Suite *suite = suite_create("refdata");
    TCase *tables = tcase_create("tables");
    TCase *fingerprint = tcase_create("fingerprint");

    tcase_add_test(tables, a_table_compiled_in_is_the_file_of_ref);
    tcase_add_test(tables, names_ascend);
    tcase_add_test(tables, a_folder_gives_its_path_and_no_text);
    tcase_add_test(tables, what_cannot_be_found_is_told);
    tcase_add_test(tables, a_folder_must_be_one);
    suite_add_tcase(suite, tables);
    tcase_add_test(fingerprint, equal_tables_have_equal_fingerprints);
    tcase_add_test(fingerprint, compression_does_not_change_the_fingerprint);
    tcase_add_loop_test(fingerprint, any_change_changes_the_fingerprint, 0,
                        NFT_COUNT(changes));
    tcase_add_test(fingerprint, a_missing_table_has_no_fingerprint);
    suite_add_tcase(suite, fingerprint);
    return suite;
}
