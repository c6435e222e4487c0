/* SPDX-License-Identifier: MIT */
/* write: the table to the byte, hostile names, full disks, numbers and names. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/write.h"
#include "support.h"
#include "support_report.h"

#define HEADER_LINE                                                                           \
    "sample\tevent\tfusion\tevent_type\tstructure\tgene5\tgene3\thgnc5\thgnc3\tbreakpoint5\t" \
    "breakpoint3\ttranscript5\texon5\ttranscript3\texon3\texon3_legacy\tsite5\tsite3\t"       \
    "frame\tkinase\tkinase_observed\tsplit_fragments\tspanning_fragments\t"                   \
    "rescued_fragments\tunique_fragments\tstart_sites\tfusion_fraction\tffpm\tcatalogue\t"    \
    "tier\tposterior\tposterior_flat\tqual\tflags\tscore_terms\tvicc_name\t"                  \
    "junction_sequence\n"

#define NOTE_LINE                                                                 \
    "##note positions are 1-based; breakpoint5 is the last base of the 5' part, " \
    "breakpoint3 the first base of the 3' part\n"

static struct nf_report report;

static void set_up(void)
{
    nft_report_example(&report);
}

static void tear_down(void)
{
    nf_report_free(&report);
}

static char *tsv(bool with_dropped)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);

    ck_assert_int_eq(nf_write_tsv(out, &report, with_dropped), NF_OK);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

START_TEST(tsv_without_a_row)
{
    char *text = tsv(true);

    ck_assert_str_eq(
        text, "##ntrkfuse=1.2.3\n"
              "##tables=0123456789abcdef\n"
              "##gene_models=RefSeq tables\n"
              "##assembly=GRCh38\n"
              "##sample=S1\n"
              "##verdict NTRK3=NEGATIVE reasons=low_only fusion=ETV6::NTRK3 tier=LOW "
              "limit_ffpm=127.49\n"
              "##library=wts (inferred)\n"
              "##duplicates=flag\n"
              "##mapped_records=123456\n"
              "##insert_size=median 180.5,max 612.0,pairs 1000\n"
              "##prior histology=Fibrosarcoma age_group=child prevalence=0.330025 cases=13/25 "
              "unlisted=.\n"
              "##quality unique_fragments=49382 duplicate_rate=0.2000 spliced_fraction=0.2500 "
              "splice_completion=0.9000 strandedness=forward three_prime_bias=1.2346\n"
              "##exon_edges spliced=60 clipped=30 through=10\n"
              "##control_genes named=24 present=1 covered=1 unique_fragments=280 "
              "introns_seen=7/8\n"
              "##detection_limit ffpm=127.49 tpm=1591.66\n"
              "##assessable no reasons=too_few_fragments;control_genes_silent "
              "remarks=limited_depth\n"
              "##reason too_few_fragments 49382 of them\n"
              "##reason control_genes_silent 1 of 24\n"
              "##remark limited_depth under a million\n"
              "##target NTRK3 transcript=NM_001012338.3 fragments=42\n" NOTE_LINE HEADER_LINE);
    free(text);
}
END_TEST

START_TEST(verdicts)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);

    ck_assert_int_eq(nf_write_verdict(out, &report), NF_OK);
    ck_assert_int_eq(fclose(out), 0);
    nft_assert_same_text(
        text,
        "sample\tgene\tverdict\tfusion\tevent\ttier\tposterior\tstructure\t"
        "library\tassessable\tremarks\tlimit_ffpm\treasons\texplanation\n"
        "S1\tNTRK3\tNEGATIVE\tETV6::NTRK3\t1\tLOW\t0.2500\tuncertain\twts\tno\tlimited_depth\t"
        "127.49\t"
        "low_only\tonly noise\n");
    free(text);
}
END_TEST

START_TEST(tsv_of_unknown_facts)
{
    report.provenance.n_mapped_records = -1;
    report.provenance.insert_median = (double)NAN;
    report.provenance.insert_max = (double)NAN;
    report.provenance.n_insert_pairs = 0;
    report.provenance.library_inferred = false;
    report.provenance.prior = (struct nf_report_prior){
        .histology = ".", .unlisted = "a\tb", .age_group = "any", .prevalence = 0.003};
    report.quality.spliced_fraction = report.quality.splice_completion = (double)NAN;
    report.quality.duplicate_rate = report.quality.three_prime_bias = (double)NAN;
    report.quality.strandedness = "unknown";
    report.assessment.n_unique_fragments = (double)NAN;
    report.assessment.limit_ffpm = report.assessment.limit_tpm = (double)NAN;
    report.assessment.assessable = true;
    report.assessment.reasons.n = report.assessment.remarks.n = 0;
    char *text = tsv(false);

    nft_assert_contains(text, "\n##library=wts\n");
    nft_assert_contains(text, "\n##mapped_records=NA\n");
    nft_assert_contains(text, "\n##insert_size=median NA,max NA,pairs 0\n");
    nft_assert_contains(text,
                        "\n##prior histology=. age_group=any prevalence=0.003000 cases=. "
                        "unlisted=a_b\n");
    nft_assert_contains(text, "\n##quality unique_fragments=NA duplicate_rate=NA "
                              "spliced_fraction=NA splice_completion=NA strandedness=unknown "
                              "three_prime_bias=NA\n");
    nft_assert_contains(text, "\n##detection_limit ffpm=NA tpm=NA\n"
                              "##assessable yes reasons=. remarks=.\n##target ");
    free(text);
}
END_TEST

#define CALL_ROW                                                                              \
    "S1\t1\tETV6::NTRK3\tfusion\toncogenic_type\tETV6\tNTRK3\tHGNC:3495\tHGNC:8033\t"         \
    "chr12:11869969:+\tchr15:87940753:-\tNM_001987.5\t5\tNM_001012338.3\t15\t14\texon_edge\t" \
    "exon_edge\tin\twhole\te15-e17\t135\t312\t4\t200\t57\t0.9877\t12.3457\t"                  \
    "junction\tHIGH\t"                                                                        \
    "0.9877\t0.9123\t19.1\tone;two\t.\t"                                                      \
    "NM_001987.5(ETV6):e.5::NM_001012338.3(NTRK3):e.15\tACGT|TTGG\n"

#define DROPPED_ROW(flags)                                                                  \
    "S1\t.\tETV6::NTRK3\tfusion\toncogenic_type\tETV6\tNTRK3\tHGNC:3495\tHGNC:8033\t"       \
    "chr12:11869969:+\tchr15:87940753:-\tNM_001987.5\t5\tNM_001012338.3\t.\t.\texon_edge\t" \
    "exon_edge\tin\twhole\te15-e17\t135\t312\t4\t200\t57\tNA\tNA\tjunction\tHIGH\t"         \
    "0.9877\t0.9123\t19.1\t" flags                                                          \
    "\t.\tNM_001987.5(ETV6):e.5::NM_001012338.3(NTRK3):e.15\tACGT|TTGG\n"

START_TEST(tsv_rows)
{
    nft_report_add(&report, nft_call_example());
    nft_report_add(&report, nft_call_dropped("."));
    nft_report_add(&report, nft_call_dropped("one;two"));
    char *calls = tsv(false), *all = tsv(true);
    const char *row = strstr(calls, HEADER_LINE) + strlen(HEADER_LINE);
    const char *rows = strstr(all, HEADER_LINE) + strlen(HEADER_LINE);

    nft_assert_same_text(row, CALL_ROW);
    nft_assert_same_text(rows, CALL_ROW DROPPED_ROW("dropped:few_fragments")
                                   DROPPED_ROW("one;two;dropped:few_fragments"));
    free(calls);
    free(all);
}
END_TEST

/* Whatever stands in a name, a row keeps its fields and its line, and is no comment. */
START_TEST(tsv_of_hostile_names)
{
    struct nf_call call = nft_call_example();

    report.sample = "#a\tb\nc\r\x1b[31m";
    call.side5.contig = "chr\t1\"';<script>alert(1)</script>";
    call.side5.gene = "x\xff\xc0\x80y\xed\xa0\x80z";
    call.side3.gene = "ü\xc2\x85\xe2\x80\xa8\xe2\x80\xaeü";
    call.side3.hgnc_id = "";
    call.vicc_name = NULL;
    call.junction_sequence = "\xf0\x9f\x98\x80\xf0\x9f";
    call.side3.strand = 0;
    nft_report_add(&report, call);
    char *text = tsv(false);
    const char *row = strstr(text, HEADER_LINE) + strlen(HEADER_LINE);

    nft_assert_contains(text, "\n##sample=#a_b_c__[31m\n");
    nft_assert_same_text(
        row, "_a_b_c__[31m\t1\tETV6::NTRK3\tfusion\toncogenic_type\tx" NFT_BAD NFT_BAD NFT_BAD
             "y" NFT_BAD NFT_BAD NFT_BAD
             "z\tü___ü\tHGNC:3495\t.\tchr_1\"';<script>alert(1)</script>:11869969:+\t"
             "chr15:87940753:.\tNM_001987.5\t5\tNM_001012338.3\t15\t14\texon_edge\texon_edge\t"
             "in\twhole\te15-e17\t135\t312\t4\t200\t57\t0.9877\t12.3457\tjunction\tHIGH\t"
             "0.9877\t0.9123\t19.1\t"
             "one;two\t.\t.\t\xf0\x9f\x98\x80" NFT_BAD NFT_BAD "\n");
    free(text);
}
END_TEST

static const struct {
    const char *sample, *field;
} samples[] = {{"#", "_"}, {"", "."}, {NULL, "."}, {"##x", "_#x"}, {"a#", "a#"}};

START_TEST(tsv_sample)
{
    report.sample = samples[_i].sample;
    nft_report_add(&report, nft_call_example());
    char *text = tsv(false);
    const char *row = strstr(text, HEADER_LINE) + strlen(HEADER_LINE);

    ck_assert_uint_eq(strcspn(row, "\t"), strlen(samples[_i].field));
    ck_assert_int_eq(strncmp(row, samples[_i].field, strlen(samples[_i].field)), 0);
    free(text);
}
END_TEST

/* A zeroed row is printed, not followed into NULL. */
START_TEST(zeroed_row)
{
    report.provenance = (struct nf_report_provenance){0};
    report.sample = NULL;
    nft_report_add(&report, (struct nf_call){0});
    nft_report_add(&report, (struct nf_call){.dropped = "x"});
    char *text = tsv(true);

    nft_assert_contains(text, "\n.\t.\t.\t.\t.\t.\t.\t.\t.\t.:1:.\t.:1:.\t");
    free(text);
}
END_TEST

START_TEST(columns_are_in_the_man_page)
{
    char *page = nft_read(NF_SOURCE_DIR "/src/ntrkfuse.1", NULL);
    size_t n = 0;

    for (const char *name; (name = nf_write_tsv_column(n)); n++) {
        char first[80], next[80];
        snprintf(first, sizeof first, "\n.It Va %s", name);
        snprintf(next, sizeof next, " , %s", name);
        ck_assert_msg(strstr(page, first) || strstr(page, next), "%s is not in the man page",
                      name);
    }
    ck_assert_uint_eq(n, 37);
    ck_assert_ptr_null(nf_write_tsv_column(n + 1));
    free(page);
}
END_TEST

/* Small enough to stay in stdio's buffer, and large enough not to. */
START_TEST(full_disk)
{
    for (int i = 0; i < (_i ? 500 : 1); i++)
        nft_report_add(&report, nft_call_example());
    FILE *out = fopen("/dev/full", "r+");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(nf_write_tsv(out, &report, true), NF_ERR_IO);
    fclose(out);
}
END_TEST

static const struct {
    double value;
    int decimals;
    const char *text;
} numbers[] = {
    {0, 0, "0"},
    {0, 4, "0.0000"},
    {-0.0, 4, "0.0000"},
    {-0.00004, 4, "0.0000"},
    {-0.00006, 4, "-0.0001"},
    {0.5, 1, "0.5"},
    {12.34567, 4, "12.3457"},
    {-12.34567, 2, "-12.35"},
    {99.99999, 4, "100.0000"},
    {1.0 / 3, 9, "0.333333333"},
    {123456789012345680.0, 9, "123456789012345680.000000000"},
    {1e18, 4, "1.0000000000000000e+18"},
    {-1.7976931348623157e308, 9, "-1.7976931348623157e+308"},
    {(double)NAN, 4, "NA"},
    {(double)INFINITY, 4, "NA"},
    {-(double)INFINITY, 0, "NA"},
};

START_TEST(fixed_decimals)
{
    char text[40];

    ck_assert_ptr_eq(
        nf_write_fixed(text, sizeof text, numbers[_i].value, numbers[_i].decimals), text);
    ck_assert_str_eq(text, numbers[_i].text);
}
END_TEST

static const struct {
    const char *text, *repaired;
} repairs[] = {
    {"", ""},
    {"plain\ttext\n", "plain\ttext\n"},
    {"\x7f\xc2\x80\xdf\xbf", "\x7f\xc2\x80\xdf\xbf"},
    {"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf",
     "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"},
    {"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
    {"\x80", NFT_BAD},                                     /* continuation without a lead */
    {"\xc1\xbf", NFT_BAD NFT_BAD},                         /* overlong */
    {"\xe0\x9f\xbf", NFT_BAD NFT_BAD NFT_BAD},             /* overlong */
    {"\xf0\x8f\xbf\xbf", NFT_BAD NFT_BAD NFT_BAD NFT_BAD}, /* overlong */
    {"\xed\xa0\x80", NFT_BAD NFT_BAD NFT_BAD},             /* surrogate */
    {"\xf4\x90\x80\x80", NFT_BAD NFT_BAD NFT_BAD NFT_BAD}, /* above U+10FFFF */
    {"\xf5\x80\x80\x80", NFT_BAD NFT_BAD NFT_BAD NFT_BAD},
    {"\xfe\xff", NFT_BAD NFT_BAD},
    {"\xc3", NFT_BAD}, /* cut short */
    {"\xe2\x82", NFT_BAD NFT_BAD},
    {"\xe2(\xa1", NFT_BAD "(" NFT_BAD},
    {"\xf0\x9f\x98", NFT_BAD NFT_BAD NFT_BAD},
    {"\xc3\xc3\xa9", NFT_BAD "\xc3\xa9"},
};

START_TEST(repair)
{
    nf_text text = {0};

    ck_assert_int_eq(nf_write_repair("a longer text before", &text), NF_OK);
    ck_assert_int_eq(nf_write_repair(repairs[_i].text, &text), NF_OK);
    ck_assert_str_eq(text.items, repairs[_i].repaired);
    ck_assert_uint_eq(text.n, strlen(repairs[_i].repaired) + 1);
    nf_vec_free(&text);
}
END_TEST

Suite *write_suite(void)
{
    Suite *suite = suite_create("write");
    TCase *table = tcase_create("tsv");
    TCase *util = tcase_create("util");

    tcase_add_checked_fixture(table, set_up, tear_down);
    tcase_add_test(table, tsv_without_a_row);
    tcase_add_test(table, verdicts);
    tcase_add_test(table, tsv_of_unknown_facts);
    tcase_add_test(table, tsv_rows);
    tcase_add_test(table, tsv_of_hostile_names);
    tcase_add_loop_test(table, tsv_sample, 0, NFT_COUNT(samples));
    tcase_add_test(table, zeroed_row);
    tcase_add_test(table, columns_are_in_the_man_page);
    tcase_add_loop_test(table, full_disk, 0, 2);
    tcase_add_loop_test(util, fixed_decimals, 0, NFT_COUNT(numbers));
    tcase_add_loop_test(util, repair, 0, NFT_COUNT(repairs));
    suite_add_tcase(suite, table);
    suite_add_tcase(suite, util);
    return suite;
}
