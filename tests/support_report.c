/* SPDX-License-Identifier: MIT */
#include "support_report.h"

#include <check.h>
#include <math.h>
#include <string.h>

struct nf_call nft_call_example(void)
{
    return (struct nf_call){
        .event = 1,
        .fusion = "ETV6::NTRK3",
        .event_type = "fusion",
        .structure = "oncogenic_type",
        .target = "NTRK3",
        .side5 = {.gene = "ETV6",
                  .hgnc_id = "HGNC:3495",
                  .gene_set = ".",
                  .contig = "chr12",
                  .pos0 = 11869968,
                  .strand = 1,
                  .transcript = "NM_001987.5",
                  .exon = 5,
                  .site = "exon_edge",
                  .mean_anchor = 37.5,
                  .longest_anchor = 48,
                  .mean_mapq = 60},
        .side3 = {.gene = "NTRK3",
                  .hgnc_id = "HGNC:8033",
                  .gene_set = "A,B",
                  .contig = "chr15",
                  .pos0 = 87940752,
                  .strand = -1,
                  .transcript = "NM_001012338.3",
                  .exon = 15,
                  .exon_legacy = 14,
                  .site = "exon_edge",
                  .mean_anchor = 1.0 / 3,
                  .longest_anchor = 2,
                  .mean_mapq = (double)NAN,
                  .n_multimapped = 1},
        .frame = "in",
        .kinase = "whole",
        .kinase_observed = "e15-e17",
        .catalogue = "junction",
        .catalogue_note = "a study",
        .review_references = "12,30",
        .n_split = 135,
        .n_spanning = 312,
        .n_rescued = 4,
        .n_unique = 200,
        .n_start_sites = 57,
        .n_partner_records = 673,
        .fusion_fraction = 0.98765,
        .ffpm = 12.34567,
        .tier = "HIGH",
        .tier_unlimited = "HIGH",
        .posterior = 0.98765,
        .posterior_flat = 0.91234,
        .qual = 19.0845,
        .flags = "one;two",
        .vicc_name = "NM_001987.5(ETV6):e.5::NM_001012338.3(NTRK3):e.15",
        .junction_sequence = "ACGT|TTGG",
    };
}

struct nf_call nft_call_dropped(const char *flags)
{
    struct nf_call call = nft_call_example();

    call.event = 7;
    call.side3.exon = 0;
    call.side3.exon_legacy = 0;
    call.fusion_fraction = (double)NAN;
    call.ffpm = (double)NAN;
    call.flags = flags;
    call.dropped = "few_fragments";
    call.dropped_reason = "fewer than 2 fragments";
    return call;
}

void nft_report_example(struct nf_report *report)
{
    *report = (struct nf_report){
        .sample = "S1",
        .provenance = {.program_version = "1.2.3",
                       .tables = "0123456789abcdef",
                       .gene_models = "RefSeq tables",
                       .assembly = "GRCh38",
                       .library = "wts",
                       .library_inferred = true,
                       .duplicates = "flag",
                       .paired = true,
                       .n_mapped_records = 123456,
                       .read_length = 50,
                       .insert_median = 180.5,
                       .insert_max = 612,
                       .n_insert_pairs = 1000,
                       .prior = {.histology = "Fibrosarcoma",
                                 .unlisted = ".",
                                 .age_group = "child",
                                 .prevalence = 0.330025,
                                 .flat = 0.0030067,
                                 .n_cases = 25,
                                 .n_positive = 13}},
        .quality = {.n_controls_named = 24,
                    .n_controls_covered = 1,
                    .n_learning = 900,
                    .n_target = 77,
                    .n_control = 800,
                    .n_exonic = 700,
                    .n_control_fragments = 350,
                    .n_control_unique = 280,
                    .n_introns = 8,
                    .n_introns_seen = 7,
                    .n_spliced_edges = 60,
                    .n_clipped_edges = 30,
                    .n_through_edges = 10,
                    .n_sense = 600,
                    .n_antisense = 50,
                    .spliced_fraction = 0.25,
                    .splice_completion = 0.9,
                    .duplicate_rate = 0.2,
                    .three_prime_bias = 1.23456,
                    .strandedness = "forward"},
        .assessment = {.n_unique_fragments = 49382.4,
                       .limit_ffpm = 127.49076,
                       .limit_tpm = 1591.66},
    };
    struct nf_report_target target = {.symbol = "NTRK3",
                                      .transcript = "NM_001012338.3",
                                      .n_fragments = 42,
                                      .n_records = 77,
                                      .contig = "chr15",
                                      .strand = -1};
    ck_assert_int_eq(nf_vec_push(&report->targets, target), NF_OK);
    struct nf_report_verdict verdict = {.gene = "NTRK3",
                                        .verdict = "NEGATIVE",
                                        .reasons = "low_only",
                                        .explanation = "only noise",
                                        .fusion = "ETV6::NTRK3",
                                        .event = 1,
                                        .tier = "LOW",
                                        .structure = "uncertain",
                                        .posterior = 0.25};
    ck_assert_int_eq(nf_vec_push(&report->verdicts, verdict), NF_OK);
    struct nf_report_control control = {"GAPDH", "NM_002046.7", 700, 350, 280, 8, 6, 7, false};
    ck_assert_int_eq(nf_vec_push(&report->quality.controls, control), NF_OK);
    struct nf_report_finding reason = {"too_few_fragments", "49382 of them"};
    ck_assert_int_eq(nf_vec_push(&report->assessment.reasons, reason), NF_OK);
    reason = (struct nf_report_finding){"control_genes_silent", "1 of 24"};
    ck_assert_int_eq(nf_vec_push(&report->assessment.reasons, reason), NF_OK);
    struct nf_report_finding remark = {"limited_depth", "under a million"};
    ck_assert_int_eq(nf_vec_push(&report->assessment.remarks, remark), NF_OK);
}

void nft_call_add_term(struct nf_call *call, const char *name, double value)
{
    struct nf_report_term term = {name, "a meaning", value};

    ck_assert_int_eq(nf_vec_push(&call->terms, term), NF_OK);
}

void nft_report_add(struct nf_report *report, struct nf_call call)
{
    if (call.dropped)
        ck_assert_int_eq(nf_vec_push(&report->dropped, call), NF_OK);
    else
        ck_assert_int_eq(nf_vec_push(&report->calls, call), NF_OK);
}

void nft_call_add_fragment(struct nf_call *call, const char *name, const char *kind,
                           bool is_duplicate)
{
    struct nf_report_fragment fragment = {name, kind, is_duplicate};

    ck_assert_int_eq(nf_vec_push(&call->fragments, fragment), NF_OK);
}

void nft_assert_same_text(const char *text, const char *expected)
{
    size_t same = 0, line = 0;

    for (; text[same] && text[same] == expected[same]; same++) {
        if (text[same] == '\n')
            line = same + 1;
    }
    ck_assert_msg(text[same] == expected[same], "line '%.*s' should be '%.*s'",
                  (int)strcspn(text + line, "\n"), text + line,
                  (int)strcspn(expected + line, "\n"), expected + line);
}
