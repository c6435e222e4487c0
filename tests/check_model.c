/* SPDX-License-Identifier: MIT */
/* model: the numbers of the score, read strictly. */
#include <check.h>
#include <string.h>

#include "ntrkfuse/model.h"
#include "support.h"
#include "support_tables.h"

START_TEST(the_table_that_ships)
{
    struct nf_score_model model;
    struct nf_refdata compiled_in = {NULL};
    size_t n_problems = 9;

    ck_assert_int_eq(nf_model_load(&model, &compiled_in, &n_problems), NF_OK);
    ck_assert_uint_eq(n_problems, 0);
    ck_assert_double_gt(model.values[NF_MODEL_TIER_HIGH], 0.9);
    ck_assert_double_gt(model.values[NF_MODEL_KNOWN_JUNCTION],
                        model.values[NF_MODEL_KNOWN_PAIR]);
    ck_assert_double_ge(model.values[NF_MODEL_KNOWN_NONE], 0); /* never gates a call */
    ck_assert_str_eq(nf_model_name(NF_MODEL_ANCHOR_10), "anchors.from_10");
}
END_TEST

/* One change to the table, and what is said of it. */
static const struct {
    const char *from, *to, *message;
} bad[] = {
    {"starts\tone\t0\t", "starts\tone\t1.5\t", "starts.two must be no less than starts.one"},
    {"tier\thigh\t0.95", "tier\thigh\t0.4", "tier.medium must be no more than tier.high"},
    {"tier\thigh\t0.95", "tier\thigh\t1.5", "column value"},
    {"tier\thigh\t0.95", "tier\thigh\tmuch", "column value"},
    {"tier\thigh\t", "tier\thighest\t", "is no parameter of the score"},
    {"tier\thigh\t", "tier\tmedium\t", "tier.medium stands here twice"},
    {"tier\thigh\t0.95\tprovisional", "tier\thigh\t0.95\tguessed", "provisional or fitted"},
    {"starts\tone\t0\tprovisional\tthe reference: all split fragments begin at one place",
     "starts\tone\t0\tprovisional\t.", "says where the value comes from"},
    {"starts\tone\t0\t", "#starts\tone\t0\t", "starts.one is missing"},
    {"catalogue\tpair\t2\t", "catalogue\tpair\t8\t",
     "catalogue.pair_exon must be no less than catalogue.pair"},
};

START_TEST(bad_tables_are_refused)
{
    const struct nft_edit edit = {"model.tsv", bad[_i].from, bad[_i].to};
    char *folder = nft_tables_new(&edit, 1);
    const struct nf_refdata refdata = {folder};
    struct nf_score_model model;
    size_t n_problems = 0;

    nft_log_begin();
    ck_assert_int_eq(nf_model_load(&model, &refdata, &n_problems), NF_ERR_FORMAT);
    ck_assert_uint_gt(n_problems, 0);
    nft_assert_contains(nft_log_text(), bad[_i].message);
    nft_assert_contains(nft_log_text(), "model.tsv");
    nft_log_end();
    nft_folder_remove(folder);
}
END_TEST

Suite *model_suite(void)
{
    Suite *suite = suite_create("model");
    TCase *rows = tcase_create("rows");

    tcase_add_test(rows, the_table_that_ships);
    tcase_add_loop_test(rows, bad_tables_are_refused, 0, NFT_COUNT(bad));
    suite_add_tcase(suite, rows);
    return suite;
}
