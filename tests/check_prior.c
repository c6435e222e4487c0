/* SPDX-License-Identifier: MIT */
/* prior: the share of each histology, how names are matched, and what is taken instead. */
#include <check.h>
#include <string.h>

#include "ntrkfuse/prior.h"
#include "support.h"
#include "support_sam.h"

static const struct nf_catalogue *catalogue;

static void begin(void)
{
    nft_log_begin();
    catalogue = &nft_reference_get(NF_ASSEMBLY_GRCH38)->catalogue;
}

static void end(void)
{
    nft_log_end();
}

/* ---- shares: (positive + κ p0) / (n + κ), by hand ---- */

static const struct {
    const char *histology;
    enum nf_age_group age_group;
    int64_t positive, n;
    double expected;
} cells[] = {
    {NULL, NF_AGE_ANY, 0, 0, 889.0 / 295676},
    {NULL, NF_AGE_ADULT, 0, 0, 0.0028},
    {NULL, NF_AGE_CHILD, 0, 0, 0.0134},
    {"Fibrosarcoma", NF_AGE_CHILD, 13, 25, 13.201 / 40},
    {"Fibrosarcoma", NF_AGE_ADULT, 3, 109, 3.532 / 299},
    {"Fibrosarcoma", NF_AGE_ANY, 16, 134, (16 + 90 * 889.0 / 295676) / 224},
    {"Chondrosarcoma (bone, extraskeletal)", NF_AGE_CHILD, 1, 12, 1.201 / 27},
    {"Soft tissue sarcoma (NOS)", NF_AGE_ADULT, 37, 2173, 37.532 / 2363},
    {"Alveolar soft part sarcoma", NF_AGE_ADULT, 0, 68, 0.532 / 258},
    {"Synovial sarcoma", NF_AGE_CHILD, 0, 31, 0.201 / 46},
    {"Myxofibrosarcoma", NF_AGE_CHILD, 0, 1, 0.201 / 16},
};

START_TEST(share_of_a_histology)
{
    const struct nf_prior prior =
        nf_prior_find(catalogue, cells[_i].histology, cells[_i].age_group);

    ck_assert_double_eq_tol(prior.prevalence, cells[_i].expected, 1e-12);
    ck_assert_int_eq(prior.positive, cells[_i].positive);
    ck_assert_int_eq(prior.n, cells[_i].n);
    ck_assert_double_eq(prior.flat, 889.0 / 295676);
    ck_assert_int_eq(prior.age_group, cells[_i].age_group);
    ck_assert_ptr_null(prior.unlisted);
    ck_assert(!prior.histology == !cells[_i].histology);
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

/* Each share lies between the cell's own and that of the group, and no group is empty. */
START_TEST(shares_are_drawn_towards_the_group)
{
    for (size_t i = 0; i < catalogue->prevalence.n; i++) {
        const char *name = catalogue->prevalence.items[i].histology;
        const struct nf_prior prior = nf_prior_find(catalogue, name, (enum nf_age_group)_i);
        const double own = (double)prior.positive / (double)prior.n;

        ck_assert_msg(prior.n > 0, "%s", name);
        ck_assert_str_eq(prior.histology, name);
        ck_assert_msg(own < prior.overall
                          ? own < prior.prevalence && prior.prevalence < prior.overall
                          : own > prior.prevalence && prior.prevalence > prior.overall,
                      "%s: %f, %f, %f", name, own, prior.prevalence, prior.overall);
    }
}
END_TEST

/* Groups that no study has patients of are as the overall share says. */
START_TEST(a_cell_without_patients_says_nothing)
{
    struct nf_prevalence row = {.histology = "None"};
    const struct nf_catalogue own = {.prevalence = {&row, 1, 1}};

    ck_assert_double_eq(nf_prior_find(&own, "none", NF_AGE_CHILD).prevalence, 0.0134);
}
END_TEST

/* ---- names ---- */

static const struct {
    const char *asked;
    const char *found; /* NULL: not in the table */
    const char *said;  /* a part of the warning */
} names[] = {
    {"fibrosarcoma", "Fibrosarcoma", NULL},
    {"  SYNOVIAL sarcoma ", "Synovial sarcoma", NULL},
    {"osteosarcoma", "Osteosarcoma (bone, extraskeletal)", NULL},
    {"Osteosarcoma (Bone, Extraskeletal)", "Osteosarcoma (bone, extraskeletal)", NULL},
    {"soft tissue sarcoma", "Soft tissue sarcoma (NOS)", NULL},
    {"ewing sarcoma",
     "Ewing sarcoma (bone, extraskeletal, soft tissue primitive "
     "neuroectoderm tumor)",
     NULL},
    {"Fibrosarkoma", NULL, "did you mean 'Fibrosarcoma'?"},
    {"Osteosarkom", NULL, "did you mean 'Osteosarcoma (bone, extraskeletal)'?"},
    {"Malignant peripheral nerve sheath tumour", NULL,
     "did you mean 'Malignant peripheral nerve sheath tumor'?"},
    {"leiomyosarcoma", NULL, "did you mean 'Soft tissue leiomyosarcoma'?"},
    {"myofibrosarcoma", NULL, "did you mean 'Myxofibrosarcoma'?"},
    {"rhabdomyosarkom", NULL, "did you mean 'Rhabdomyosarcoma (embryonal, "},
    {"embryonal", NULL, "did you mean 'Rhabdomyosarcoma (embryonal, "},
    {"well differentiated liposarcoma", NULL, "did you mean 'Liposarcoma'?"},
    {"glioblastoma", NULL, "0.30 %; `ntrkfuse catalogue histologies` lists the names"},
    {"NOS", NULL, "0.30 %; `ntrkfuse"},
    {"?", NULL, "0.30 %; `ntrkfuse"},
    {"", NULL, "0.30 %; `ntrkfuse"},
};

START_TEST(names_are_matched)
{
    const struct nf_prior prior = nf_prior_find(catalogue, names[_i].asked, NF_AGE_ANY);

    if (names[_i].found) {
        ck_assert_str_eq(prior.histology, names[_i].found);
        ck_assert_ptr_null(prior.unlisted);
        ck_assert_str_eq(nft_log_text(), "");
        return;
    }
    ck_assert_ptr_null(prior.histology);
    ck_assert_str_eq(prior.unlisted, names[_i].asked);
    ck_assert_double_eq(prior.prevalence, prior.flat);
    ck_assert_int_eq(prior.n, 0);
    nft_assert_contains(nft_log_text(), names[_i].said);
    nft_assert_contains(nft_log_text(), "warning: --histology: '");
}
END_TEST

START_TEST(an_unlisted_name_takes_the_group_s_share)
{
    const struct nf_prior prior = nf_prior_find(catalogue, "glioma", NF_AGE_CHILD);

    ck_assert_double_eq(prior.prevalence, 0.0134);
    nft_assert_contains(nft_log_text(), ", 1.34 %;");
}
END_TEST

START_TEST(a_name_of_any_length_is_compared)
{
    char name[1000];

    memset(name, 's', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    ck_assert_ptr_eq(nf_prior_find(catalogue, name, NF_AGE_ANY).unlisted, name);
}
END_TEST

/* A short name that two rows share is neither's. */
START_TEST(a_short_name_of_two_rows_is_none)
{
    struct nf_prevalence rows[] = {{.histology = "A b (c)", .n_adults = 1},
                                   {.histology = "A b (d)", .n_adults = 1}};
    const struct nf_catalogue own = {.prevalence = {rows, 2, 2}};

    ck_assert_ptr_null(nf_prior_find(&own, "a b", NF_AGE_ADULT).histology);
    ck_assert_ptr_eq(nf_prior_find(&own, "a B (D)", NF_AGE_ADULT).histology,
                     rows[1].histology);
}
END_TEST

START_TEST(age_groups_have_words)
{
    ck_assert_str_eq(nf_age_group_name(NF_AGE_ANY), "any");
    ck_assert_str_eq(nf_age_group_name(NF_AGE_ADULT), "adult");
    ck_assert_str_eq(nf_age_group_name(NF_AGE_CHILD), "child");
    ck_assert_str_eq(nf_age_group_name((enum nf_age_group)9), "unknown");
}
END_TEST

Suite *prior_suite(void)
{
    Suite *suite = suite_create("prior");
    TCase *shares = tcase_create("shares"), *matching = tcase_create("names");

    tcase_add_unchecked_fixture(shares, nft_reference_load, NULL);
    tcase_add_checked_fixture(shares, begin, end);
    tcase_add_loop_test(shares, share_of_a_histology, 0, NFT_COUNT(cells));
    tcase_add_loop_test(shares, shares_are_drawn_towards_the_group, 0, NF_N_AGE_GROUPS);
    tcase_add_test(shares, a_cell_without_patients_says_nothing);
    suite_add_tcase(suite, shares);
    tcase_add_unchecked_fixture(matching, nft_reference_load, NULL);
    tcase_add_checked_fixture(matching, begin, end);
    tcase_add_loop_test(matching, names_are_matched, 0, NFT_COUNT(names));
    tcase_add_test(matching, an_unlisted_name_takes_the_group_s_share);
    tcase_add_test(matching, a_name_of_any_length_is_compared);
    tcase_add_test(matching, a_short_name_of_two_rows_is_none);
    tcase_add_test(matching, age_groups_have_words);
    suite_add_tcase(suite, matching);
    return suite;
}
