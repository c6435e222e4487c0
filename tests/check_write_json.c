/* SPDX-License-Identifier: MIT */
/* write_json: the JSON to the byte, and as another program reads it. */
#include <check.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/write.h"
#include "support.h"
#include "support_report.h"

static struct nf_report report;

static void set_up(void)
{
    nft_report_example(&report);
}

static void tear_down(void)
{
    nf_report_free(&report);
}

static char *json(void)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);

    ck_assert_int_eq(nf_write_json(out, &report), NF_OK);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

/* The JSON as another program reads it. */
static json_t *read_json(void)
{
    json_error_t error;
    char *text = json();
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

    ck_assert_msg(root != NULL, "%s at line %d", error.text, error.line);
    free(text);
    return root;
}

#define JSON_ASSESSMENT                        \
    " \"assessment\": {\n"                     \
    "  \"assessable\": false,\n"               \
    "  \"detection_limit_ffpm\": 127.49076,\n" \
    "  \"detection_limit_tpm\": 1591.66,\n"    \
    "  \"reasons\": [\n"                       \
    "   {\n"                                   \
    "    \"text\": \"49382 of them\",\n"       \
    "    \"word\": \"too_few_fragments\"\n"    \
    "   },\n"                                  \
    "   {\n"                                   \
    "    \"text\": \"1 of 24\",\n"             \
    "    \"word\": \"control_genes_silent\"\n" \
    "   }\n"                                   \
    "  ],\n"                                   \
    "  \"remarks\": [\n"                       \
    "   {\n"                                   \
    "    \"text\": \"under a million\",\n"     \
    "    \"word\": \"limited_depth\"\n"        \
    "   }\n"                                   \
    "  ],\n"                                   \
    "  \"unique_fragments\": 49382.4\n"        \
    " },\n"

#define JSON_QUALITY                          \
    " \"quality\": {\n"                       \
    "  \"control_genes\": {\n"                \
    "   \"covered\": 1,\n"                    \
    "   \"fragments\": 350,\n"                \
    "   \"genes\": [\n"                       \
    "    {\n"                                 \
    "     \"fragments\": 350,\n"              \
    "     \"introns\": 8,\n"                  \
    "     \"introns_seen\": 7,\n"             \
    "     \"introns_spliced\": 6,\n"          \
    "     \"limited\": false,\n"              \
    "     \"records\": 700,\n"                \
    "     \"symbol\": \"GAPDH\",\n"           \
    "     \"transcript\": \"NM_002046.7\",\n" \
    "     \"unique_fragments\": 280\n"        \
    "    }\n"                                 \
    "   ],\n"                                 \
    "   \"introns\": 8,\n"                    \
    "   \"introns_seen\": 7,\n"               \
    "   \"named\": 24,\n"                     \
    "   \"present\": 1,\n"                    \
    "   \"unique_fragments\": 280\n"          \
    "  },\n"                                  \
    "  \"duplicate_rate\": 0.2,\n"            \
    "  \"exon_edges\": {\n"                   \
    "   \"clipped\": 30,\n"                   \
    "   \"spliced\": 60,\n"                   \
    "   \"through\": 10\n"                    \
    "  },\n"                                  \
    "  \"records\": {\n"                      \
    "   \"antisense\": 50,\n"                 \
    "   \"in_control_exons\": 700,\n"         \
    "   \"in_target_windows\": 77,\n"         \
    "   \"learned_from\": 900,\n"             \
    "   \"on_control_genes\": 800,\n"         \
    "   \"sense\": 600\n"                     \
    "  },\n"                                  \
    "  \"splice_completion\": 0.9,\n"         \
    "  \"spliced_fraction\": 0.25,\n"         \
    "  \"strandedness\": \"forward\",\n"      \
    "  \"three_prime_bias\": 1.23456\n"       \
    " },\n"

#define JSON_HEAD                                 \
    " \"dropped\": [],\n"                         \
    " \"pairs_without_junction\": [],\n"          \
    " \"positions\": \"1-based\",\n"              \
    " \"provenance\": {\n"                        \
    "  \"assembly\": \"GRCh38\",\n"               \
    "  \"duplicates\": \"flag\",\n"               \
    "  \"gene_models\": \"RefSeq tables\",\n"     \
    "  \"insert_size\": {\n"                      \
    "   \"max\": 612.0,\n"                        \
    "   \"median\": 180.5,\n"                     \
    "   \"pairs\": 1000\n"                        \
    "  },\n"                                      \
    "  \"library\": \"wts\",\n"                   \
    "  \"library_inferred\": true,\n"             \
    "  \"mapped_records\": 123456,\n"             \
    "  \"ntrkfuse\": \"1.2.3\",\n"                \
    "  \"paired\": true,\n"                       \
    "  \"prior\": {\n"                            \
    "   \"age_group\": \"child\",\n"              \
    "   \"cases\": 25,\n"                         \
    "   \"flat\": 0.003007,\n"                    \
    "   \"histology\": \"Fibrosarcoma\",\n"       \
    "   \"positive\": 13,\n"                      \
    "   \"prevalence\": 0.330025,\n"              \
    "   \"unlisted\": null\n"                     \
    "  },\n"                                      \
    "  \"read_length\": 50,\n"                    \
    "  \"tables\": \"0123456789abcdef\"\n"        \
    " },\n" JSON_QUALITY " \"sample\": \"S1\",\n" \
    " \"schema\": \"ntrkfuse-call\",\n"           \
    " \"schema_version\": \"1.1\",\n"             \
    " \"targets\": [\n"                           \
    "  {\n"                                       \
    "   \"contig\": \"chr15\",\n"                 \
    "   \"exons\": [],\n"                         \
    "   \"fragments\": 42,\n"                     \
    "   \"imbalance\": null,\n"                   \
    "   \"junctions\": [],\n"                     \
    "   \"kinase_insert\": null,\n"               \
    "   \"records\": 77,\n"                       \
    "   \"resistance\": [],\n"                    \
    "   \"strand\": \"-\",\n"                     \
    "   \"symbol\": \"NTRK3\",\n"                 \
    "   \"transcript\": \"NM_001012338.3\",\n"    \
    "   \"truncated_isoforms\": []\n"             \
    "  }\n"                                       \
    " ],\n"                                       \
    " \"verdicts\": [\n"                          \
    "  {\n"                                       \
    "   \"event\": 1,\n"                          \
    "   \"explanation\": \"only noise\",\n"       \
    "   \"fusion\": \"ETV6::NTRK3\",\n"           \
    "   \"gene\": \"NTRK3\",\n"                   \
    "   \"posterior\": 0.25,\n"                   \
    "   \"reasons\": [\n"                         \
    "    \"low_only\"\n"                          \
    "   ],\n"                                     \
    "   \"structure\": \"uncertain\",\n"          \
    "   \"tier\": \"LOW\",\n"                     \
    "   \"verdict\": \"NEGATIVE\"\n"              \
    "  }\n"                                       \
    " ]\n"                                        \
    "}\n"

START_TEST(json_without_a_row)
{
    char *text = json();

    nft_assert_same_text(text, "{\n" JSON_ASSESSMENT " \"calls\": [],\n" JSON_HEAD);
    free(text);
}
END_TEST

static const char json_call[] =
    "{\n" JSON_ASSESSMENT " \"calls\": [\n"
    "  {\n"
    "   \"catalogue\": \"junction\",\n"
    "   \"catalogue_note\": \"a study\",\n"
    "   \"context\": null,\n"
    "   \"dropped\": null,\n"
    "   \"dropped_reason\": null,\n"
    "   \"event\": 1,\n"
    "   \"event_type\": \"fusion\",\n"
    "   \"ffpm\": 12.34567,\n"
    "   \"flags\": [\n"
    "    \"one\",\n"
    "    \"two\"\n"
    "   ],\n"
    "   \"fragments\": [\n"
    "    {\n"
    "     \"duplicate\": false,\n"
    "     \"kind\": \"split\",\n"
    "     \"name\": \"q1\"\n"
    "    },\n"
    "    {\n"
    "     \"duplicate\": true,\n"
    "     \"kind\": \"spanning\",\n"
    "     \"name\": \"q2\"\n"
    "    }\n"
    "   ],\n"
    "   \"frame\": \"in\",\n"
    "   \"fusion\": \"ETV6::NTRK3\",\n"
    "   \"fusion_fraction\": 0.98765,\n"
    "   \"junction_sequence\": \"ACGT|TTGG\",\n"
    "   \"kinase\": \"whole\",\n"
    "   \"kinase_observed\": \"e15-e17\",\n"
    "   \"partner_records\": 673,\n"
    "   \"posterior\": 0.98765,\n"
    "   \"posterior_flat\": 0.91234,\n"
    "   \"qual\": 19.0845,\n"
    "   \"rescued_fragments\": 4,\n"
    "   \"review_references\": \"12,30\",\n"
    "   \"score_terms\": [\n"
    "    {\n"
    "     \"meaning\": \"a meaning\",\n"
    "     \"name\": \"prior\",\n"
    "     \"value\": -5.81\n"
    "    }\n"
    "   ],\n"
    "   \"side3\": {\n"
    "    \"contig\": \"chr15\",\n"
    "    \"exon\": 15,\n"
    "    \"exon_legacy\": 14,\n"
    "    \"gene\": \"NTRK3\",\n"
    "    \"gene_set\": [\n"
    "     \"A\",\n"
    "     \"B\"\n"
    "    ],\n"
    "    \"hgnc_id\": \"HGNC:8033\",\n"
    "    \"longest_anchor\": 2,\n"
    "    \"mean_anchor\": 0.333333,\n"
    "    \"mean_mapq\": null,\n"
    "    \"multimapped_fragments\": 1,\n"
    "    \"position\": 87940753,\n"
    "    \"site\": \"exon_edge\",\n"
    "    \"strand\": \"-\",\n"
    "    \"transcript\": \"NM_001012338.3\"\n"
    "   },\n"
    "   \"side5\": {\n"
    "    \"contig\": \"chr12\",\n"
    "    \"exon\": 5,\n"
    "    \"exon_legacy\": null,\n"
    "    \"gene\": \"ETV6\",\n"
    "    \"gene_set\": [],\n"
    "    \"hgnc_id\": \"HGNC:3495\",\n"
    "    \"longest_anchor\": 48,\n"
    "    \"mean_anchor\": 37.5,\n"
    "    \"mean_mapq\": 60.0,\n"
    "    \"multimapped_fragments\": 0,\n"
    "    \"position\": 11869969,\n"
    "    \"site\": \"exon_edge\",\n"
    "    \"strand\": \"+\",\n"
    "    \"transcript\": \"NM_001987.5\"\n"
    "   },\n"
    "   \"spanning_fragments\": 312,\n"
    "   \"split_fragments\": 135,\n"
    "   \"start_sites\": 57,\n"
    "   \"structure\": \"oncogenic_type\",\n"
    "   \"target\": \"NTRK3\",\n"
    "   \"tier\": \"HIGH\",\n"
    "   \"tier_unlimited\": \"HIGH\",\n"
    "   \"unique_fragments\": 200,\n"
    "   \"vicc_name\": \"NM_001987.5(ETV6):e.5::NM_001012338.3(NTRK3):e.15\"\n"
    "  }\n"
    " ],\n" JSON_HEAD;

START_TEST(json_of_a_call)
{
    struct nf_call call = nft_call_example();

    nft_call_add_fragment(&call, "q1", "split", false);
    nft_call_add_fragment(&call, "q2", "spanning", true);
    nft_call_add_term(&call, "prior", -5.81);
    nft_report_add(&report, call);
    char *text = json();
    nft_assert_same_text(text, json_call);
    free(text);
}
END_TEST

START_TEST(json_of_dropped_rows_and_unknown_facts)
{
    report.provenance.n_mapped_records = -1;
    report.provenance.read_length = 0;
    report.provenance.insert_median = (double)NAN;
    report.provenance.insert_max = (double)INFINITY;
    report.provenance.prior.n_cases = report.provenance.prior.n_positive = 0;
    nft_report_add(&report, nft_call_dropped("."));
    report.dropped.items[0].n_partner_records = -1;
    json_t *root = read_json();
    json_t *facts = json_object_get(root, "provenance");
    json_t *size = json_object_get(facts, "insert_size");
    json_t *row = json_array_get(json_object_get(root, "dropped"), 0);

    ck_assert_uint_eq(json_array_size(json_object_get(root, "calls")), 0);
    ck_assert(json_is_null(json_object_get(facts, "mapped_records")));
    ck_assert(json_is_null(json_object_get(facts, "read_length")));
    ck_assert(json_is_null(json_object_get(size, "median")));
    ck_assert(json_is_null(json_object_get(size, "max")));
    ck_assert_str_eq(json_string_value(json_object_get(row, "dropped")), "few_fragments");
    ck_assert_str_eq(json_string_value(json_object_get(row, "dropped_reason")),
                     "fewer than 2 fragments");
    ck_assert(json_is_null(json_object_get(row, "event")));
    ck_assert(json_is_null(json_object_get(row, "ffpm")));
    ck_assert(json_is_null(json_object_get(row, "partner_records")));
    ck_assert(json_is_null(json_object_get(json_object_get(facts, "prior"), "cases")));
    ck_assert(json_is_null(json_object_get(json_object_get(facts, "prior"), "positive")));
    ck_assert_uint_eq(json_array_size(json_object_get(row, "flags")), 0);
    json_decref(root);
}
END_TEST

START_TEST(json_of_a_context)
{
    struct nf_call call = nft_call_example();
    struct nf_report_review review = {"TEL", "IFS", "13,44", "table3", "."};
    struct nf_report_entity entity[] = {{"one", "13", "some\xff", false},
                                        {"two", ".", ".", true}};

    call.context = (struct nf_report_context){.pair = "ETV6::NTRK3",
                                              .tier = 'A',
                                              .partner_side = "5prime",
                                              .typical_junction = ".",
                                              .cancers = "a; b",
                                              .source = "a study",
                                              .review = &review,
                                              .n_review = 1,
                                              .entities = entity,
                                              .n_entities = 2};
    nft_report_add(&report, call);
    json_t *root = read_json();
    json_t *context =
        json_object_get(json_array_get(json_object_get(root, "calls"), 0), "context");
    char *text = json_dumps(context, JSON_SORT_KEYS | JSON_COMPACT);

    ck_assert_str_eq(
        text, "{\"cancers\":\"a; b\",\"caveat\":\"" NF_CONTEXT_CAVEAT "\",\"entities\":["
              "{\"any_partner\":false,\"entity\":\"one\",\"references\":[\"13\"],"
              "\"reported_response\":\"some" NFT_BAD "\"},"
              "{\"any_partner\":true,\"entity\":\"two\",\"references\":[],"
              "\"reported_response\":null}],"
              "\"pair\":\"ETV6::NTRK3\",\"partner_side\":\"5prime\",\"review\":["
              "{\"group\":\"IFS\",\"note\":null,\"printed_symbol\":\"TEL\","
              "\"references\":[\"13\",\"44\"],\"where\":\"table3\"}],"
              "\"review_citation\":\"" NF_REVIEW_CITATION "\",\"source\":\"a study\","
              "\"tier\":\"A\",\"typical_junction\":null}");
    free(text);
    json_decref(root);
}
END_TEST

START_TEST(json_of_hostile_names)
{
    struct nf_call call = nft_call_example();

    report.sample = "a\t\"b\"\n\\c\xff<script>";
    call.side5.gene = "x\xc0\x80\xf4\x90\x80\x80\xe2\x82";
    call.flags = "one\xff;;two";
    nft_call_add_fragment(&call, "\xed\xa0\x80", "split", false);
    nft_report_add(&report, call);
    json_t *root = read_json();
    json_t *row = json_array_get(json_object_get(root, "calls"), 0);
    json_t *flags = json_object_get(row, "flags");
    json_t *fragment = json_array_get(json_object_get(row, "fragments"), 0);

    ck_assert_str_eq(json_string_value(json_object_get(root, "sample")),
                     "a\t\"b\"\n\\c" NFT_BAD "<script>");
    ck_assert_str_eq(json_string_value(json_object_get(json_object_get(row, "side5"), "gene")),
                     "x" NFT_BAD NFT_BAD NFT_BAD NFT_BAD NFT_BAD NFT_BAD NFT_BAD NFT_BAD);
    ck_assert_uint_eq(json_array_size(flags), 3);
    ck_assert_str_eq(json_string_value(json_array_get(flags, 0)), "one" NFT_BAD);
    ck_assert_str_eq(json_string_value(json_array_get(flags, 1)), "");
    ck_assert_str_eq(json_string_value(json_object_get(fragment, "name")),
                     NFT_BAD NFT_BAD NFT_BAD);
    json_decref(root);
}
END_TEST

/* A zeroed row is printed, not followed into NULL. */
START_TEST(json_of_a_zeroed_row)
{
    report.provenance = (struct nf_report_provenance){0};
    report.sample = NULL;
    nft_report_add(&report, (struct nf_call){0});
    json_t *root = read_json();
    json_t *row = json_array_get(json_object_get(root, "calls"), 0);

    ck_assert(json_is_null(json_object_get(root, "sample")));
    ck_assert(json_is_null(json_object_get(row, "fusion")));
    ck_assert(json_is_null(json_object_get(row, "event")));
    json_decref(root);
}
END_TEST

static int n_before_failure;

static void *failing_malloc(size_t size)
{
    return n_before_failure-- == 0 ? NULL : malloc(size);
}

/* Whichever of jansson's allocations fails, the writer says so and nothing leaks. */
START_TEST(json_out_of_memory)
{
    struct nf_call call = nft_call_example();
    enum nf_status status = NF_ERR_MEMORY;
    int n = 0;

    nft_call_add_fragment(&call, "q1", "split", false);
    nft_report_add(&report, call);
    json_set_alloc_funcs(failing_malloc, free);
    for (; status != NF_OK && n < 10000; n++) {
        FILE *out = fopen("/dev/null", "w");
        ck_assert_ptr_nonnull(out);
        n_before_failure = n;
        status = nf_write_json(out, &report);
        ck_assert(status == NF_OK || status == NF_ERR_MEMORY);
        ck_assert_int_eq(fclose(out), 0);
    }
    json_set_alloc_funcs(malloc, free);
    ck_assert_int_gt(n, 100);
    ck_assert_int_eq(status, NF_OK);
}
END_TEST

/* Small enough to stay in stdio's buffer, and large enough not to. */
START_TEST(full_disk)
{
    for (int i = 0; i < (_i ? 500 : 1); i++)
        nft_report_add(&report, nft_call_example());
    FILE *out = fopen("/dev/full", "r+");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(nf_write_json(out, &report), NF_ERR_IO);
    fclose(out);
}
END_TEST

Suite *write_json_suite(void)
{
    Suite *suite = suite_create("write_json");
    TCase *bytes = tcase_create("bytes");
    TCase *values = tcase_create("values");
    TCase *errors = tcase_create("errors");

    tcase_add_checked_fixture(bytes, set_up, tear_down);
    tcase_add_test(bytes, json_without_a_row);
    tcase_add_test(bytes, json_of_a_call);
    tcase_add_checked_fixture(values, set_up, tear_down);
    tcase_add_test(values, json_of_dropped_rows_and_unknown_facts);
    tcase_add_test(values, json_of_a_context);
    tcase_add_test(values, json_of_hostile_names);
    tcase_add_test(values, json_of_a_zeroed_row);
    tcase_add_checked_fixture(errors, set_up, tear_down);
    tcase_add_test(errors, json_out_of_memory);
    tcase_add_loop_test(errors, full_disk, 0, 2);
    suite_add_tcase(suite, bytes);
    suite_add_tcase(suite, values);
    suite_add_tcase(suite, errors);
    return suite;
}
