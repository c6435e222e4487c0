/* SPDX-License-Identifier: MIT */
/* report_build: what the frozen report says of junctions, and what they are called. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/report_build.h"
#include "ntrkfuse/version.h"
#include "support.h"
#include "support_calls.h"

static struct nft_calls calls;
static struct nf_report report;

static const char etv6_e5[] = "chr12:11869969:+", ntrk3_e15[] = "chr15:87940753:-";

static void begin(void)
{
    nft_log_begin();
    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
    memset(&report, 0, sizeof report);
}

static void end(void)
{
    nf_report_free(&report);
    nft_calls_end(&calls);
    nft_log_end();
}

/* Two split reads "r0", "r1" over these places. */
static void add_reads(const char *five, const char *three)
{
    struct nft_molecule molecule = nft_molecule(&calls, five, three);

    nft_join(&calls, "r0", &molecule, 0);
    nft_join(&calls, "r1", &molecule, 0);
}

static void freeze(bool has_gtf)
{
    const struct nf_prior prior =
        nf_prior_find(&calls.reference->catalogue, "fibrosarcoma", NF_AGE_CHILD);
    struct nf_report_source source = {.panel = &calls.reference->panel,
                                      .scan = &calls.scan,
                                      .fusions = &calls.fusions,
                                      .prior = &prior,
                                      .sample = "S1",
                                      .tables = "0123456789abcdef",
                                      .has_gtf = has_gtf};

    ck_assert_int_eq(nf_report_build(&report, &source), NF_OK);
}

/* The only row of the report. */
static const struct nf_call *build(void)
{
    nft_calls_fusions(&calls);
    freeze(false);
    ck_assert_uint_eq(report.calls.n + report.dropped.n, 1);
    return report.calls.n ? &report.calls.items[0] : &report.dropped.items[0];
}

static const struct nf_call *call_of(const char *five, const char *three)
{
    add_reads(five, three);
    return build();
}

/* ---- a row ---- */

START_TEST(the_classic_fusion)
{
    const struct nf_call *call = call_of(etv6_e5, ntrk3_e15);

    ck_assert_uint_eq(call->event, 1);
    ck_assert_str_eq(call->fusion, "ETV6::NTRK3");
    ck_assert_str_eq(call->event_type, "fusion");
    ck_assert_str_eq(call->structure, "oncogenic_type");
    ck_assert_str_eq(call->target, "NTRK3");
    ck_assert_str_eq(call->frame, "in");
    ck_assert_str_eq(call->kinase, "whole");
    ck_assert_str_eq(call->kinase_observed, ".");
    ck_assert_str_eq(call->catalogue, "junction");
    nft_assert_contains(call->catalogue_note, "Tembe");
    ck_assert_str_eq(call->review_references, "13,44,76,77,15");
    ck_assert_str_eq(call->flags, ".");
    ck_assert_str_eq(call->vicc_name, "NM_001987.5(ETV6):e.5::NM_001012338.3(NTRK3):e.15");
    ck_assert_ptr_null(call->dropped);
    ck_assert_ptr_null(call->dropped_reason);
    ck_assert_int_eq(call->n_split, 2);
    ck_assert_int_eq(call->n_unique, 2);
    ck_assert_int_eq(call->n_start_sites, 2);
    ck_assert_double_eq_tol(call->ffpm, 2, 1e-9);
    ck_assert_double_eq_tol(call->fusion_fraction, 1, 1e-9);
}
END_TEST

START_TEST(its_two_sides)
{
    const struct nf_report_side *five = &call_of(etv6_e5, ntrk3_e15)->side5;
    const struct nf_report_side *three = &report.calls.items[0].side3;

    ck_assert_str_eq(five->gene, "ETV6");
    ck_assert_str_eq(five->hgnc_id, "HGNC:3495");
    ck_assert_str_eq(five->contig, "chr12");
    ck_assert_int_eq(five->pos0, 11869968);
    ck_assert_int_eq(five->strand, 1);
    ck_assert_str_eq(five->transcript, "NM_001987.5");
    ck_assert_uint_eq(five->exon, 5);
    ck_assert_uint_eq(five->exon_legacy, 0);
    ck_assert_str_eq(five->site, "exon_edge");
    ck_assert_str_eq(five->gene_set, ".");
    ck_assert_str_eq(three->gene, "NTRK3");
    ck_assert_str_eq(three->hgnc_id, "HGNC:8033");
    ck_assert_str_eq(three->contig, "chr15");
    ck_assert_int_eq(three->pos0, 87940752);
    ck_assert_int_eq(three->strand, -1);
    ck_assert_str_eq(three->transcript, "NM_001012338.3");
    ck_assert_uint_eq(three->exon, 15);
    ck_assert_uint_eq(three->exon_legacy, 15);
}
END_TEST

/* Means over the fragments that show the break, mapping quality over those that are mapped. */
START_TEST(what_the_fragments_show_of_each_side)
{
    struct nft_molecule molecule = nft_molecule(&calls, etv6_e5, ntrk3_e15);
    const struct nf_report_side *five, *three;

    nft_join(&calls, "a", &molecule, 0)->anchor5 = 31;
    nft_join(&calls, "b", &molecule, 0)->mapq5 = 30;
    nft_clip(&calls, "c", &molecule, 3, 0, 24);
    nft_pair(&calls, "d", &molecule, 90, 90)[1].multi = true;
    five = &build()->side5;
    three = &report.calls.items[0].side3;
    ck_assert_double_eq_tol(five->mean_anchor, (31 + 50 + 24) / 3.0, 1e-9);
    ck_assert_int_eq(five->longest_anchor, 50);
    ck_assert_double_eq_tol(five->mean_mapq, (60 + 30 + 60) / 3.0, 1e-9);
    ck_assert_int_eq(five->n_multimapped, 1);
    ck_assert_double_eq_tol(three->mean_anchor, 50, 1e-9);
    ck_assert_double_eq_tol(three->mean_mapq, 60, 1e-9);
    ck_assert_int_eq(three->n_multimapped, 0);
}
END_TEST

START_TEST(fragments_are_listed)
{
    struct nft_molecule molecule = nft_molecule(&calls, etv6_e5, ntrk3_e15);
    static const char *const expected[][2] = {
        {"a", "clip"}, {"b", "split"}, {"c", "n_gap"}, {"d", "spanning"}, {"e", "split"}};
    const struct nf_call *call;

    nft_pair(&calls, "d", &molecule, 90, 90);
    nft_join(&calls, "c", &molecule, 0)->kind = NF_JOIN_N_GAP;
    nft_join(&calls, "b", &molecule, 0);
    nft_join(&calls, "e", &molecule, 0)->start = calls.scan.observations.joins.items[1].start;
    nft_clip(&calls, "a", &molecule, 3, 0, 24);
    call = build();
    ck_assert_uint_eq(call->fragments.n, NFT_COUNT(expected));
    for (size_t i = 0; i < NFT_COUNT(expected); i++) {
        ck_assert_str_eq(call->fragments.items[i].name, expected[i][0]);
        ck_assert_str_eq(call->fragments.items[i].kind, expected[i][1]);
        ck_assert_int_eq(call->fragments.items[i].is_duplicate, i == 4);
    }
}
END_TEST

START_TEST(dropped_rows_stand_apart)
{
    const struct nf_call *call = call_of("extra:5000:+", ntrk3_e15);

    ck_assert_uint_eq(report.dropped.n, 1);
    ck_assert_uint_eq(call->event, 0);
    ck_assert_str_eq(call->event_type, "unplaced");
    ck_assert_str_eq(call->dropped, "unplaced");
    ck_assert_ptr_nonnull(call->dropped_reason);
    ck_assert_str_eq(call->flags, "off_edge5");
    ck_assert_str_eq(call->side5.gene, "extra:5000(.,.)");
}
END_TEST

/* ---- exon numbers ---- */

/* The number older papers use, for each exon of the MANE transcript at which a fusion was ever
 * published; 0 where the older transcript has no such exon. */
static const struct {
    const char *target;
    uint32_t exon, legacy;
} numbers[] = {
    {"NTRK1", 7, 7},   {"NTRK1", 8, 8},   {"NTRK1", 9, 0},   {"NTRK1", 10, 9},
    {"NTRK1", 11, 10}, {"NTRK1", 12, 11}, {"NTRK1", 13, 12}, {"NTRK2", 11, 13},
    {"NTRK2", 13, 15}, {"NTRK2", 14, 16}, {"NTRK2", 15, 17}, {"NTRK3", 7, 7},
    {"NTRK3", 14, 14}, {"NTRK3", 15, 15}, {"NTRK3", 17, 17}, {"NTRK3", 18, 0},
    {"NTRK3", 19, 18},
};

START_TEST(both_numberings)
{
    const char *symbol = numbers[_i].target;
    const struct nf_panel_target *target =
        &calls.reference->panel.targets.items[nft_target(calls.reference, symbol)];
    const struct nf_report_side *three;
    char place[64];

    snprintf(place, sizeof place, "%s:%lld:%c",
             calls.reference->genome.contigs[target->core.contig].name,
             (long long)nft_acceptor0(calls.reference, symbol, numbers[_i].exon) + 1,
             target->strand > 0 ? '+' : '-');
    three = &call_of(etv6_e5, place)->side3;
    ck_assert_str_eq(three->gene, symbol);
    ck_assert_uint_eq(three->exon, numbers[_i].exon);
    ck_assert_uint_eq(three->exon_legacy, numbers[_i].legacy);
}
END_TEST

/* ---- names ---- */

static const struct {
    const char *five, *three, *fusion, *gene5, *gene3, *vicc, *hgnc5, *hgnc3;
} names[] = {
    {"chr12:11869957:+", "chr15:87940741:-", "ETV6::NTRK3", "ETV6", "NTRK3",
     "NM_001987.5(ETV6):e.5-12::NM_001012338.3(NTRK3):e.15+12", "HGNC:3495", "HGNC:8033"},
    /* In introns: from the nearest exon edge of the kind. */
    {"chr12:11870000:+", "chr15:87940800:-", "ETV6::NTRK3", "ETV6", "NTRK3",
     "NM_001987.5(ETV6):e.5+31::NM_001012338.3(NTRK3):e.15-47", "HGNC:3495", "HGNC:8033"},
    {"chr1:154170403:-", "chr1:156874500:+", "TPM3::NTRK1", "TPM3", "NTRK1",
     "NM_152263.4(TPM3):e.8-3::NM_002529.4(NTRK1):e.10-71", "HGNC:12012", "HGNC:8031"},
    {"chr1:154170380:-", "chr1:156874574:+", "TPM3::NTRK1", "TPM3", "NTRK1",
     "NM_152263.4(TPM3):e.8+20::NM_002529.4(NTRK1):e.10+3", "HGNC:12012", "HGNC:8031"},
    {"chr4:20000000:+", "chr15:87940753:-", "chr4:20000000::NTRK3",
     "chr4:20000000(LAP3:-2392033,KCTD8:+24173903)", "NTRK3",
     "chr4:g.20000000::NM_001012338.3(NTRK3):e.15", ".", "HGNC:8033"},
    {"chr4:100:+", "chr15:87940753:-", "chr4:100::NTRK3", "chr4:100(.,AFAP1:+7758613)",
     "NTRK3", "chr4:g.100::NM_001012338.3(NTRK3):e.15", ".", "HGNC:8033"},
    {"chr15:88032857:-", "chr4:190000000:+", "NTRK3::chr4:190000000", "NTRK3",
     "chr4:190000000(FAT1:-3276167,.)", "NM_001012338.3(NTRK3):e.14::chr4:g.190000000",
     "HGNC:8033", "."},
    {"chr12:11869969:-", "chr15:87940753:-", "ETV6::NTRK3", "ETV6", "NTRK3",
     "chr12:g.11869969::NM_001012338.3(NTRK3):e.15", "HGNC:3495", "HGNC:8033"},
    /* A gene the catalogue knows as another target's partner, and one it does not know. */
    {"chr9:713464:+", "chr15:87940753:-", "KANK1::NTRK3", "KANK1", "NTRK3",
     "NM_015158.5(KANK1):e.3::NM_001012338.3(NTRK3):e.15", "HGNC:19309", "HGNC:8033"},
    {"chr22:29287134:+", "chr15:87940753:-", "EWSR1::NTRK3", "EWSR1", "NTRK3",
     "NM_005243.4(EWSR1):e.7::NM_001012338.3(NTRK3):e.15", ".", "HGNC:8033"},
    /* Two targets. */
    {"chr1:156874400:+", "chr15:87940753:-", "NTRK1::NTRK3", "NTRK1", "NTRK3",
     "NM_002529.4(NTRK1):e.9::NM_001012338.3(NTRK3):e.15", "HGNC:8031", "HGNC:8033"},
};

START_TEST(what_it_is_called)
{
    const struct nf_call *call = call_of(names[_i].five, names[_i].three);

    ck_assert_str_eq(call->fusion, names[_i].fusion);
    ck_assert_str_eq(call->side5.gene, names[_i].gene5);
    ck_assert_str_eq(call->side3.gene, names[_i].gene3);
    ck_assert_str_eq(call->vicc_name, names[_i].vicc);
    ck_assert_str_eq(call->side5.hgnc_id, names[_i].hgnc5);
    ck_assert_str_eq(call->side3.hgnc_id, names[_i].hgnc3);
}
END_TEST

/* The exon an antisense break happens to lie in means nothing. */
START_TEST(no_exon_for_the_other_strand)
{
    ck_assert_uint_eq(call_of("chr12:11869969:-", ntrk3_e15)->side5.exon, 0);
    ck_assert_str_eq(report.calls.items[0].side5.site, "antisense");
}
END_TEST

START_TEST(all_flags_are_named)
{
    struct nft_molecule molecule =
        nft_molecule(&calls, "chr12:11869960:+", "chr15:87940750:-");
    struct nf_join *join = nft_join(&calls, "r", &molecule, 0);

    nft_join_gap(&calls, join, &molecule, "ACGTACGT");
    join->five.pos0 -= 40;
    join->multi5 = true;
    calls.scan.sample.library = NF_LIBRARY_AMPLICON;
    ck_assert_str_eq(build()->flags, "partner_multimapped;off_edge5;off_edge3;single_fragment;"
                                     "untemplated_bases;amplicon_no_umi");
}
END_TEST

/* ---- the kinase that reads show ---- */

static const struct {
    uint64_t linked, covered; /* exons */
    int truncated;            /* which transcript of the gene the fragments end in; 0: none */
    const char *expected;
} observed[] = {
    {0, 0, 0, "."},
    {1U << 14, 1U << 14, 0, "linked:e15,covered:e15"},
    {1U << 14 | 1U << 16, 1U << 19, 0, "linked:e17,covered:e20"},
    {1U << 13, 1U << 13, 0, "."}, /* e14 is before the break */
    {1U << 14, 1U << 14, 1, "truncated:NM_001007156"},
    {1U << 14 | 1U << 19, 0, 1, "linked:e20,covered:e20"}, /* the kinase's end is seen */
};

START_TEST(how_far_reads_reach)
{
    uint32_t ntrk3 = nft_target(calls.reference, "NTRK3");

    add_reads(etv6_e5, ntrk3_e15);
    if (observed[_i].linked || observed[_i].truncated)
        nft_cover(&calls, "r0", ntrk3, observed[_i].linked)->terminals =
            observed[_i].truncated ? 1U << observed[_i].truncated : 0;
    if (observed[_i].covered)
        nft_cover(&calls, "other", ntrk3, observed[_i].covered);
    ck_assert_str_eq(build()->kinase_observed, observed[_i].expected);
}
END_TEST

START_TEST(nothing_is_observed_of_a_kinase_left_behind)
{
    nft_cover(&calls, "r0", nft_target(calls.reference, "NTRK3"), 1U << 14);
    ck_assert_str_eq(call_of("chr15:88032857:-", "chr12:11884445:+")->kinase_observed, ".");
}
END_TEST

/* ---- sequence ---- */

START_TEST(the_break_is_marked)
{
    struct nft_molecule molecule = nft_molecule(&calls, etv6_e5, ntrk3_e15);
    char expected[NF_FLANK * 2 + 2];

    nft_join(&calls, "r", &molecule, 0);
    memcpy(expected, molecule.bases + NFT_REACH - 50, 50);
    expected[50] = '|';
    memcpy(expected + 51, molecule.bases + NFT_REACH, 50);
    expected[101] = '\0';
    ck_assert_str_eq(build()->junction_sequence, expected);
}
END_TEST

/* What the only read shows on each side of the break. */
static const struct {
    const char *five, *gap, *three, *expected;
} sequences[] = {
    {"ACGT", "", "GGCC", "ACGT|GGCC"},
    {"ACGT", "TTG", "GGCC", "ACGTttg|GGCC"},
    {"NNACNT", "", "GNCN", "ACNT|GNC"},
    {"ACGT", "NT", "GGCC", "ACGTnt|GGCC"},
    {"ACGN", "", "NGCC", "ACGN|NGCC"},
    {"NNNN", "", "GGCC", "."},
    {"ACGT", "", "NNNN", "."},
    {"", "", "GGCC", "."},
    {"ACGT", "", "", "."},
    {"", "", "", "."},
};

START_TEST(unknown_and_untemplated_bases)
{
    struct nft_molecule molecule = nft_molecule(&calls, etv6_e5, ntrk3_e15);
    const size_t n5 = strlen(sequences[_i].five), n3 = strlen(sequences[_i].three);
    struct nf_join *join;

    memset(molecule.bases, 'N', sizeof molecule.bases);
    memcpy(molecule.bases + NFT_REACH - n5, sequences[_i].five, n5);
    memcpy(molecule.bases + NFT_REACH, sequences[_i].three, n3);
    join = nft_join(&calls, "r", &molecule, 0);
    nft_join_gap(&calls, join, &molecule, sequences[_i].gap);
    ck_assert_str_eq(build()->junction_sequence, sequences[_i].expected);
}
END_TEST

/* ---- the whole report ---- */

START_TEST(a_sample_without_anything)
{
    calls.scan.n_mapped = -1;
    calls.scan.sample.insert_median = (double)NAN;
    nft_calls_fusions(&calls);
    freeze(false);
    ck_assert_str_eq(report.sample, "S1");
    ck_assert_uint_eq(report.calls.n + report.dropped.n, 0);
    ck_assert_uint_eq(report.targets.n, 3);
    ck_assert_str_eq(report.targets.items[1].symbol, "NTRK2");
    ck_assert_str_eq(report.targets.items[1].transcript, "NM_006180.6");
    ck_assert_int_eq(report.targets.items[1].n_fragments, 0);
    ck_assert_int_eq(report.provenance.n_mapped_records, -1);
    ck_assert(isnan(report.provenance.insert_median));
}
END_TEST

START_TEST(what_the_result_rests_on)
{
    const struct nf_report_provenance *provenance = &report.provenance;

    calls.scan.sample.library = NF_LIBRARY_ANCHORED;
    calls.scan.sample.has_umi_names = true;
    nft_cover(&calls, "r0", 2, 1);
    nft_calls_fusions(&calls);
    freeze(false);
    ck_assert_str_eq(provenance->program_version, NF_VERSION);
    ck_assert_str_eq(provenance->tables, "0123456789abcdef");
    ck_assert_str_eq(provenance->gene_models, "RefSeq tables");
    ck_assert_str_eq(provenance->assembly, "GRCh38");
    ck_assert_str_eq(provenance->library, "anchored");
    ck_assert(provenance->library_inferred && provenance->paired);
    ck_assert_str_eq(provenance->duplicates, "umi");
    ck_assert_int_eq(provenance->n_mapped_records, 2000000);
    ck_assert_int_eq(provenance->read_length, 100);
    ck_assert_double_eq_tol(provenance->insert_median, 200, 1e-9);
    ck_assert_double_eq_tol(provenance->insert_max, 400, 1e-9);
    ck_assert_int_eq(provenance->n_insert_pairs, 5000);
    ck_assert_str_eq(provenance->prior.histology, "Fibrosarcoma");
    ck_assert_str_eq(provenance->prior.unlisted, ".");
    ck_assert_str_eq(provenance->prior.age_group, "child");
    ck_assert_double_eq_tol(provenance->prior.prevalence, 0.330025, 1e-9);
    ck_assert_double_eq_tol(provenance->prior.flat, 0.0030067, 1e-7);
    ck_assert_int_eq(provenance->prior.n_cases, 25);
    ck_assert_int_eq(provenance->prior.n_positive, 13);
    ck_assert_int_eq(report.targets.items[2].n_fragments, 1);
}
END_TEST

START_TEST(what_the_library_looks_like)
{
    struct nf_quality *quality = &calls.scan.quality;
    struct nf_control_quality control = {.n_records = 9, .n_unique = 4, .n_introns = 8};
    struct nf_assessment assessment;
    const struct nf_prior prior = nf_prior_find(&calls.reference->catalogue, NULL, NF_AGE_ANY);
    struct nf_report_source source = {.panel = &calls.reference->panel,
                                      .scan = &calls.scan,
                                      .fusions = &calls.fusions,
                                      .prior = &prior,
                                      .assessment = &assessment,
                                      .sample = "S1",
                                      .tables = "0123456789abcdef"};

    control.gene = nft_gene(calls.reference, "GAPDH");
    control.transcript = calls.reference->annot.genes.items[control.gene].primary;
    quality->strandedness = NF_STRAND_REVERSE;
    quality->n_controls_covered = 1;
    quality->duplicate_rate = 0.9;
    ck_assert_int_eq(nf_vec_push(&quality->controls, control), NF_OK);
    for (int64_t i = 0; i < 3; i++)
        ck_assert_int_eq(nf_vec_push(&quality->target_records, 10 * i), NF_OK);
    calls.scan.n_mapped = 20000;
    nf_assess(&assessment, &calls.scan, false);
    nft_calls_fusions(&calls);
    ck_assert_int_eq(nf_report_build(&report, &source), NF_OK);
    ck_assert_uint_eq(report.quality.controls.n, 1);
    ck_assert_str_eq(report.quality.controls.items[0].symbol, "GAPDH");
    ck_assert_str_eq(report.quality.controls.items[0].transcript, "NM_002046.7");
    ck_assert_int_eq(report.quality.controls.items[0].n_records, 9);
    ck_assert_int_eq(report.quality.controls.items[0].n_unique, 4);
    ck_assert_str_eq(report.quality.strandedness, "reverse");
    ck_assert_int_eq(report.targets.items[2].n_records, 20);
    ck_assert(!report.assessment.assessable);
    ck_assert_double_eq_tol(report.assessment.n_unique_fragments, 1000, 1e-6);
    ck_assert_str_eq(report.assessment.reasons.items[0].word, "cut_out");
    ck_assert_str_eq(report.assessment.reasons.items[1].word, "too_few_fragments");
    ck_assert_uint_eq(report.assessment.remarks.n, 2);
    nft_assert_contains(report.assessment.remarks.items[1].text, "90 % of the fragments");
}
END_TEST

Suite *report_build_suite(void)
{
    Suite *suite = suite_create("report_build");
    TCase *rows = tcase_create("rows");
    TCase *whole = tcase_create("report");

    tcase_add_unchecked_fixture(rows, nft_reference_load, NULL);
    tcase_add_checked_fixture(rows, begin, end);
    tcase_add_test(rows, the_classic_fusion);
    tcase_add_test(rows, its_two_sides);
    tcase_add_test(rows, what_the_fragments_show_of_each_side);
    tcase_add_test(rows, fragments_are_listed);
    tcase_add_test(rows, dropped_rows_stand_apart);
    tcase_add_loop_test(rows, both_numberings, 0, NFT_COUNT(numbers));
    tcase_add_loop_test(rows, what_it_is_called, 0, NFT_COUNT(names));
    tcase_add_test(rows, no_exon_for_the_other_strand);
    tcase_add_test(rows, all_flags_are_named);
    tcase_add_loop_test(rows, how_far_reads_reach, 0, NFT_COUNT(observed));
    tcase_add_test(rows, nothing_is_observed_of_a_kinase_left_behind);
    tcase_add_test(rows, the_break_is_marked);
    tcase_add_loop_test(rows, unknown_and_untemplated_bases, 0, NFT_COUNT(sequences));
    tcase_add_unchecked_fixture(whole, nft_reference_load, NULL);
    tcase_add_checked_fixture(whole, begin, end);
    tcase_add_test(whole, a_sample_without_anything);
    tcase_add_test(whole, what_the_result_rests_on);
    tcase_add_test(whole, what_the_library_looks_like);
    suite_add_tcase(suite, rows);
    suite_add_tcase(suite, whole);
    return suite;
}
