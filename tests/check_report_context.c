/* SPDX-License-Identifier: MIT */
/* report_context: what the shipped tables say of the pair of a call, and what they must not be
 * made to say. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/report_build.h"
#include "ntrkfuse/write.h"
#include "support.h"
#include "support_calls.h"

static struct nf_report report;
static struct nf_report_context context;

static void begin(void)
{
    nft_log_begin();
    memset(&report, 0, sizeof report);
}

static void end(void)
{
    nf_report_free(&report);
    nft_log_end();
}

/* The context of a call of a target and a partner, under any of the partner's names. */
static void ask(const char *target, const char *partner, bool target_is_3prime,
                enum nf_structure structure)
{
    const struct nft_reference *reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    const struct nf_panel *panel = &reference->panel;
    struct nf_junction junction = {.target = nft_target(reference, target),
                                   .target_is_3prime = target_is_3prime};
    struct nf_fusion fusion = {.junction = &junction, .structure = structure};

    fusion.partner = nf_catalogue_partner(panel->catalogue, junction.target, partner,
                                          target_is_3prime ? NF_SIDE_5PRIME : NF_SIDE_3PRIME);
    ck_assert_int_eq(nf_report_context_build(&report, panel, &fusion, &context), NF_OK);
}

/* The entities by name, "; " between them and "*" before those with any partner. */
static const char *entities(void)
{
    static char text[1024];

    text[0] = '\0';
    for (size_t i = 0; i < context.n_entities; i++) {
        size_t n = strlen(text);
        snprintf(text + n, sizeof text - n, "%s%s%s", i ? "; " : "",
                 context.entities[i].any_partner ? "*" : "", context.entities[i].entity);
    }
    return text;
}

static const char *references(void)
{
    return nf_report_context_references(&report, &context);
}

START_TEST(the_classic_fusion)
{
    ask("NTRK3", "ETV6", true, NF_ONCOGENIC_TYPE);
    ck_assert_str_eq(context.pair, "ETV6::NTRK3");
    ck_assert_int_eq(context.tier, 'A');
    ck_assert_str_eq(context.partner_side, "5prime");
    nft_assert_contains(context.cancers, "infantile fibrosarcoma");
    nft_assert_contains(context.typical_junction, "chr12:11869969:+");
    nft_assert_contains(context.source, "Kubota 2025");
    ck_assert_uint_eq(context.n_review, 2);
    ck_assert_str_eq(context.review[0].group, "IFS");
    ck_assert_str_eq(context.review[1].group, "sarcoma");
    ck_assert_str_eq(context.review[0].printed_symbol, "ETV6");
    ck_assert_str_eq(context.review[0].where, "table3");
    ck_assert_str_eq(references(), "13,44,76,77,15");
    ck_assert_str_eq(entities(), "infantile fibrosarcoma (canonical); "
                                 "inflammatory myofibroblastic tumour; "
                                 "*adult-type fibrosarcoma");
    nft_assert_contains(context.entities[0].response, "96%");
    ck_assert_str_eq(context.entities[1].references, "51,52,53");
    ck_assert_str_eq(context.entities[1].response, ".");
}
END_TEST

/* Partners that the review ties to a higher grade say so. */
static const struct {
    const char *target, *partner, *note, *references;
    size_t n_review;
} notes[] = {
    {"NTRK1", "TPR", "higher-grade morphology and more aggressive behaviour [59]", "15,75,82",
     2},
    {"NTRK2", "KANK1", "higher-grade morphology and more aggressive behaviour [59]", "59", 1},
    {"NTRK3", "TAFA2", "FAM19A2 is its previous symbol", "82", 1},
};

START_TEST(notes_of_the_review)
{
    ask(notes[_i].target, notes[_i].partner, true, NF_ONCOGENIC_TYPE);
    ck_assert_uint_eq(context.n_review, notes[_i].n_review);
    for (size_t i = 0; i < context.n_review; i++)
        nft_assert_contains(context.review[i].note, notes[_i].note);
    ck_assert_str_eq(references(), notes[_i].references);
}
END_TEST

static const struct {
    const char *target, *partner, *entities;
} reported[] = {
    {"NTRK1", "TPM3",
     "spindle cell/sclerosing rhabdomyosarcoma; *lipofibromatosis-like neural tumour; "
     "*spindle cell tumour with S100 and CD34 co-reactivity (MPNST-like); "
     "*spindle cell sarcoma with haemangiopericytic or myopericytoma-like pattern"},
    {"NTRK2", "STRN",
     "high-grade mesenchymal neoplasm; "
     "*spindle cell tumour with S100 and CD34 co-reactivity (MPNST-like)"},
    {"NTRK2", "CLEC16A",
     "bone sarcoma; *spindle cell tumour with S100 and CD34 co-reactivity (MPNST-like)"},
    {"NTRK2", "KANK1", "*spindle cell tumour with S100 and CD34 co-reactivity (MPNST-like)"},
    {"NTRK3", "KANK1", "*adult-type fibrosarcoma"},
};

START_TEST(exact_pairs_before_any_partner)
{
    ask(reported[_i].target, reported[_i].partner, true, NF_UNCERTAIN);
    ck_assert_str_eq(entities(), reported[_i].entities);
}
END_TEST

/* No row of the catalogue, or one that names no gene for sure. */
static const struct {
    const char *target, *partner;
} silent[] = {
    {"NTRK3", "EWSR1"},    {"NTRK2", "ETV6X"},    {"NTRK1", "."},
    {"NTRK3", "IQGAP1"},   {"NTRK3", "IQGAP"},    {"NTRK1", "IGR"},
    {"NTRK1", "MIR548F1"}, {"NTRK1", "MIR584F1"}, {"NTRK1", "HAPSTR1"},
};

START_TEST(nothing_where_nothing_is_known)
{
    ask(silent[_i].target, silent[_i].partner, true, NF_ONCOGENIC_TYPE);
    ck_assert_ptr_null(context.pair);
    ck_assert_uint_eq(context.n_review, 0);
    ck_assert_uint_eq(context.n_entities, 0);
    ck_assert_str_eq(references(), ".");
}
END_TEST

/* The review is about the pair whose 3' gene is the kinase. */
START_TEST(a_reciprocal_claims_nothing)
{
    ask("NTRK3", "ETV6", false, NF_NON_ONCOGENIC);
    ck_assert_str_eq(context.pair, "NTRK3::ETV6");
    ck_assert_int_eq(context.tier, 'R');
    ck_assert_str_eq(context.partner_side, "3prime");
    ck_assert_uint_eq(context.n_review, 0);
    ck_assert_uint_eq(context.n_entities, 0);
    ck_assert_str_eq(references(), ".");
}
END_TEST

/* The review prints NTRK2 first and states no convention: its row goes with both directions,
 * the entity with the one that has a kinase. */
START_TEST(a_pair_of_unknown_direction)
{
    ask("NTRK2", "CLEC16A", false, NF_NON_ONCOGENIC);
    ck_assert_str_eq(context.pair, "NTRK2::CLEC16A");
    ck_assert_str_eq(context.partner_side, "unknown");
    ck_assert_str_eq(references(), "20");
    ck_assert_uint_eq(context.n_entities, 0);
    ask("NTRK2", "CLEC16A", true, NF_UNCERTAIN);
    ck_assert_str_eq(context.pair, "CLEC16A::NTRK2");
    nft_assert_contains(context.review[0].note, "the side of the partner is unknown");
}
END_TEST

/* Tumours and responses stand beside fusions of a working kinase only. */
START_TEST(no_entity_without_a_kinase)
{
    ask("NTRK3", "ETV6", true, NF_NON_ONCOGENIC);
    ck_assert_str_eq(context.pair, "ETV6::NTRK3");
    ck_assert_uint_eq(context.n_review, 2);
    ck_assert_uint_eq(context.n_entities, 0);
}
END_TEST

static const struct {
    const char *target, *name, *pair, *printed, *entities;
} aliases[] = {
    {"NTRK3", "TEL", "ETV6::NTRK3", "ETV6",
     "infantile fibrosarcoma (canonical); inflammatory myofibroblastic tumour; "
     "*adult-type fibrosarcoma"},
    {"NTRK3", "FAM19A2", "TAFA2::NTRK3", "FAM19A2", "*adult-type fibrosarcoma"},
    {"NTRK3", "TAFA2", "TAFA2::NTRK3", "FAM19A2", "*adult-type fibrosarcoma"},
};

START_TEST(other_names_of_a_gene)
{
    ask(aliases[_i].target, aliases[_i].name, true, NF_ONCOGENIC_TYPE);
    ck_assert_str_eq(context.pair, aliases[_i].pair);
    ck_assert_str_eq(context.review[0].printed_symbol, aliases[_i].printed);
    ck_assert_str_eq(entities(), aliases[_i].entities);
}
END_TEST

/* ---- printed ---- */

static char *lines(void)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);

    nf_write_context_lines(out, &report);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

static void add_call(void)
{
    struct nf_call call = {.context = context};
    ck_assert_int_eq(nf_vec_push(&report.calls, call), NF_OK);
}

START_TEST(a_line_for_each_pair)
{
    ask("NTRK1", "TPR", true, NF_ONCOGENIC_TYPE);
    add_call();
    add_call();
    ask("NTRK3", "EWSR1", true, NF_ONCOGENIC_TYPE);
    add_call();
    ask("NTRK3", "ETV6", false, NF_NON_ONCOGENIC);
    add_call();
    ask("NTRK3", "EML4", true, NF_ONCOGENIC_TYPE);
    add_call();
    char *text = lines();
    nft_assert_contains(text, "##context TPR::NTRK1 | tier=A | review_references=15,75,82 | "
                              "entities_any_partner=lipofibromatosis-like neural tumour "
                              "[24,45]; spindle cell tumour");
    nft_assert_contains(
        text, "myopericytoma-like pattern [22] | note=review: TPR associated "
              "with higher-grade morphology and more aggressive behaviour "
              "[59] (IFS, sarcoma)\n##context NTRK3::ETV6 | tier=R\n##context EML4::NTRK3 | ");
    nft_assert_contains(text, "; superficial spindle cell sarcoma of adults [58] | "
                              "entities_any_partner=adult-type fibrosarcoma [23,50] | note=");
    nft_assert_contains(text, "[58] (IFS, sarcoma)\n##context_source " NF_REVIEW_CITATION
                              "; " NF_CONTEXT_CAVEAT "\n");
    size_t n = 0;
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        n++;
    ck_assert_uint_eq(n, 4);
    free(text);
}
END_TEST

/* Whichever call of a pair stands first. */
START_TEST(a_line_has_the_entities_of_any_call)
{
    ask("NTRK3", "ETV6", true, NF_NON_ONCOGENIC);
    add_call();
    ask("NTRK3", "ETV6", true, NF_ONCOGENIC_TYPE);
    add_call();
    char *text = lines();
    nft_assert_contains(text,
                        "##context ETV6::NTRK3 | tier=A | review_references=13,44,76,77,15 "
                        "| entities=infantile fibrosarcoma (canonical) [13]; ");
    ck_assert_ptr_null(strstr(strstr(text, "##context ") + 1, "##context "));
    free(text);
}
END_TEST

START_TEST(no_line_without_a_known_pair)
{
    ask("NTRK3", "EWSR1", true, NF_ONCOGENIC_TYPE);
    add_call();
    char *text = lines();
    ck_assert_str_eq(text, "");
    free(text);
}
END_TEST

/* A table of one's own may hold anything: a line stays a line. */
START_TEST(hostile_notes)
{
    struct nf_report_review rows[] = {{"X", "g", "1\t2", "w", "one\n##two"},
                                      {"X", "g", ".", "w", "one\n##two"},
                                      {"X", "g", "3", "w", "three"},
                                      {"X", "g", "4", "w", "."}};
    struct nf_report_entity entity = {"a\rb", ".", ".", false};

    context = (struct nf_report_context){.pair = "X::NTRK1\n",
                                         .tier = 'B',
                                         .review = rows,
                                         .n_review = NFT_COUNT(rows),
                                         .entities = &entity,
                                         .n_entities = 1};
    add_call();
    char *text = lines();
    nft_assert_contains(text,
                        "##context X::NTRK1_ | tier=B | review_references=1_2,3,4 | "
                        "entities=a_b | note=one_##two (g, g) / three (g)\n##context_source ");
    free(text);
}
END_TEST

Suite *report_context_suite(void)
{
    Suite *suite = suite_create("report_context");
    TCase *pairs = tcase_create("pairs");
    TCase *printed = tcase_create("printed");

    tcase_add_unchecked_fixture(pairs, nft_reference_load, NULL);
    tcase_add_checked_fixture(pairs, begin, end);
    tcase_add_test(pairs, the_classic_fusion);
    tcase_add_loop_test(pairs, notes_of_the_review, 0, NFT_COUNT(notes));
    tcase_add_loop_test(pairs, exact_pairs_before_any_partner, 0, NFT_COUNT(reported));
    tcase_add_loop_test(pairs, nothing_where_nothing_is_known, 0, NFT_COUNT(silent));
    tcase_add_test(pairs, a_reciprocal_claims_nothing);
    tcase_add_test(pairs, a_pair_of_unknown_direction);
    tcase_add_test(pairs, no_entity_without_a_kinase);
    tcase_add_loop_test(pairs, other_names_of_a_gene, 0, NFT_COUNT(aliases));
    tcase_add_unchecked_fixture(printed, nft_reference_load, NULL);
    tcase_add_checked_fixture(printed, begin, end);
    tcase_add_test(printed, a_line_for_each_pair);
    tcase_add_test(printed, a_line_has_the_entities_of_any_call);
    tcase_add_test(printed, no_line_without_a_known_pair);
    tcase_add_test(printed, hostile_notes);
    suite_add_tcase(suite, pairs);
    suite_add_tcase(suite, printed);
    return suite;
}
