/* SPDX-License-Identifier: MIT */
/* Whole libraries, made up molecule by molecule, are judged as what they are. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "ntrkfuse/assess.h"
#include "support.h"
#include "support_quality.h"

static const struct nft_reference *reference;
static struct nft_library_records records;
static struct nf_quality_sums sums;
static struct nf_learning learning;
static struct nf_scan scan;

static void begin(void)
{
    nft_log_begin();
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    memset(&records, 0, sizeof records);
    memset(&sums, 0, sizeof sums);
    memset(&learning, 0, sizeof learning);
    memset(&scan, 0, sizeof scan);
}

static void end(void)
{
    nft_library_free(&records);
    nf_quality_sums_free(&sums);
    nf_learning_free(&learning);
    nf_quality_free(&scan.quality);
    nft_records_forget();
    ck_assert_str_eq(nft_log_text(), "");
    nft_log_end();
}

enum { WHOLE = 40000000 }; /* mapped records of a library in full */

static const struct row {
    const char *name;
    struct nft_library library;
    int64_t n_mapped;            /* of the whole file */
    const char *reason, *remark; /* the first; "" none */
    double least_completion, most_completion;
} rows[] = {
    {"RNA", {NFT_RNA, 800, .chance = 1}, WHOLE, "", "", 0.99, 1},
    {"stranded RNA", {NFT_RNA, 800, .is_forward = true, .chance = 2}, WHOLE, "", "", 0.99, 1},
    {"RNA by an aligner that clips",
     {NFT_RNA_CLIPPED, 800, .chance = 3},
     WHOLE,
     "",
     "unspliced_aligner",
     0.99,
     1},
    {"a genome", {NFT_GENOME, 800, .chance = 4}, WHOLE, "dna_input", "", 0, 0.01},
    {"an exome", {NFT_EXOME, 800, .chance = 5}, WHOLE, "dna_input", "", 0, 0.01},
    {"RNA copied six times",
     {NFT_RNA, 600, .n_copies = 6, .chance = 6},
     WHOLE,
     "",
     "high_duplicates",
     0.99,
     1},
    {"short molecules", {NFT_RNA, 1000, .insert = 78, .chance = 6}, WHOLE, "", "", 0.99, 1},
    {"10,000 pairs in all",
     {NFT_RNA, 150, .chance = 7},
     20000,
     "too_few_fragments",
     "limited_depth",
     0.9,
     1},
    {"a part with three control genes",
     {NFT_RNA, 500, .n_genes = 3, .chance = 8},
     WHOLE,
     "control_genes_silent",
     "",
     0.99,
     1},
    {"a part without control genes",
     {NFT_RNA, 0, .chance = 9},
     5000,
     "cut_out",
     "limited_depth",
     0,
     1},
    {"ends of transcripts",
     {NFT_TAGS, 300, .chance = 10},
     WHOLE,
     "few_junctions",
     "three_prime_biased",
     0.9,
     1},
};

static const char *first_word(const struct nf_finding *findings, size_t n)
{
    return n > 0 ? findings[0].word : "";
}

START_TEST(a_library_is_what_it_is)
{
    const struct row *row = &rows[_i];
    struct nf_assessment assessment;

    nft_library_make(reference, &row->library, &records);
    ck_assert_int_eq(nf_quality_begin(&sums, &reference->panel), NF_OK);
    for (size_t i = 0; i < records.items.n; i++) {
        ck_assert_int_eq(nf_quality_add(&sums, &records.items.items[i]), NF_OK);
        ck_assert_int_eq(
            nf_learning_add(&learning, &reference->panel, &records.items.items[i]), NF_OK);
    }
    nf_learning_conclude(&learning, NF_LIBRARY_WTS, &scan.sample);
    ck_assert_int_eq(nf_quality_conclude(&sums, &scan.sample, &scan.quality), NF_OK);
    scan.n_mapped = row->n_mapped;
    nf_assess(&assessment, &scan, false);
    ck_assert_msg(
        strcmp(first_word(assessment.reason_rows, assessment.n_reasons), row->reason) == 0,
        "%s: %s", row->name, first_word(assessment.reason_rows, assessment.n_reasons));
    ck_assert_msg(
        strcmp(first_word(assessment.remark_rows, assessment.n_remarks), row->remark) == 0,
        "%s: %s", row->name, first_word(assessment.remark_rows, assessment.n_remarks));
    ck_assert_msg(isnan(scan.quality.splice_completion) ||
                      (scan.quality.splice_completion >= row->least_completion &&
                       scan.quality.splice_completion <= row->most_completion),
                  "%s: %f", row->name, scan.quality.splice_completion);
    if (row->library.is_forward)
        ck_assert_int_eq(scan.quality.strandedness, NF_STRAND_FORWARD);
    else if (row->library.n_fragments >= 500)
        ck_assert_int_eq(scan.quality.strandedness, NF_STRAND_UNSTRANDED);
}
END_TEST

Suite *assess_libraries_suite(void)
{
    Suite *suite = suite_create("assess_libraries");
    TCase *tests = tcase_create("libraries");

    tcase_add_unchecked_fixture(tests, nft_reference_load, NULL);
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_loop_test(tests, a_library_is_what_it_is, 0, NFT_COUNT(rows));
    suite_add_tcase(suite, tests);
    return suite;
}
