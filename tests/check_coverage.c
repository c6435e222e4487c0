/* SPDX-License-Identifier: MIT */
/* coverage: exons, introns, isoforms, kinase insert and imbalance of the targets. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/coverage.h"
#include "support.h"
#include "support_calls.h"

static struct nft_calls calls;
static struct nf_coverage coverage;
static uint32_t ntrk1, ntrk2, ntrk3;
static double bias;

static void begin(void)
{
    nft_log_begin();
    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
    memset(&coverage, 0, sizeof coverage);
    ntrk1 = nft_target(calls.reference, "NTRK1");
    ntrk2 = nft_target(calls.reference, "NTRK2");
    ntrk3 = nft_target(calls.reference, "NTRK3");
    bias = (double)NAN;
}

static void end(void)
{
    nf_coverage_free(&coverage);
    nft_calls_end(&calls);
    nft_log_end();
}

static const struct nf_target_coverage *measure(uint32_t target)
{
    nft_calls_shuffle(&calls, 7);
    nf_coverage_free(&coverage);
    ck_assert_int_eq(nf_coverage_measure(&coverage, &calls.reference->panel,
                                         &calls.scan.observations, &calls.scan.sample, bias),
                     NF_OK);
    ck_assert_uint_eq(coverage.targets.n, 3);
    return &coverage.targets.items[target];
}

/* `n` fragments with names of their own that cover the exon (by its number), coding part and
 * all. */
static void cover(const char *prefix, int n, uint32_t target, uint32_t exon)
{
    for (int i = 0; i < n; i++) {
        char name[32];

        snprintf(name, sizeof name, "%s%d", prefix, i);
        nft_cover(&calls, name, target, (uint64_t)1 << (exon - 1))->coding = (uint64_t)1
                                                                             << (exon - 1);
    }
}

/* `n` fragments that splice `donor0` to `acceptor0`. */
static void splice(const char *prefix, int n, uint32_t target, int64_t donor0,
                   int64_t acceptor0)
{
    for (int i = 0; i < n; i++) {
        char name[32];

        snprintf(name, sizeof name, "%s%d", prefix, i);
        nft_splice(&calls, name, target, donor0, acceptor0);
    }
}

static int64_t donor0(const char *symbol, uint32_t exon)
{
    return nft_donor0(calls.reference, symbol, exon);
}

static int64_t acceptor0(const char *symbol, uint32_t exon)
{
    return nft_acceptor0(calls.reference, symbol, exon);
}

/* The intron called so: "e15-e16", or with the transcript it comes from. */
static const struct nf_intron_coverage *intron(const struct nf_target_coverage *target,
                                               const char *transcript, uint32_t exon5,
                                               uint32_t exon3)
{
    for (size_t i = 0; i < target->introns.n; i++) {
        const struct nf_intron_coverage *row = &target->introns.items[i];
        const char *name = calls.reference->annot.transcripts.items[row->transcript].accession;

        if (strcmp(name, transcript) == 0 && row->exon5 == exon5 && row->exon3 == exon3)
            return row;
    }
    ck_abort_msg("no intron e%u-e%u of %s", exon5, exon3, transcript);
    return NULL;
}

/* ---- exons and introns ---- */

START_TEST(a_fragment_counts_once_per_exon)
{
    nft_cover(&calls, "a", ntrk3, (uint64_t)3 << 13);
    nft_cover(&calls, "a", ntrk3, (uint64_t)3 << 14); /* its other read */
    nft_cover(&calls, "b", ntrk3, (uint64_t)1 << 14);
    nft_cover(&calls, "b", ntrk1, (uint64_t)1 << 14);
    const struct nf_target_coverage *target = measure(ntrk3);

    ck_assert_uint_eq(target->exons.n, 20);
    for (uint32_t i = 0; i < 20; i++) {
        const struct nf_exon_coverage *exon = &target->exons.items[i];

        ck_assert_uint_eq(exon->number, i + 1);
        ck_assert_int_eq(exon->n_fragments, i == 14 ? 2 : i == 13 || i == 15);
        ck_assert_int_eq(exon->has_kinase, i + 1 >= 15);
    }
    ck_assert_int_eq(target->exons.items[14].start0, 87940622);
    ck_assert_int_eq(target->exons.items[14].end0, 87940753);
    ck_assert_uint_eq(coverage.targets.items[ntrk1].exons.n, 17);
    ck_assert_int_eq(coverage.targets.items[ntrk1].exons.items[14].n_fragments, 1);
    ck_assert_uint_eq(coverage.targets.items[ntrk2].exons.n, 19);
}
END_TEST

/* Of a target with very many reads only fragments of a low hash are kept. */
START_TEST(what_is_kept_of_a_deep_target_is_scaled)
{
    const unsigned level = 2;
    int64_t n_covers = 0, n_splices = 0;

    for (uint32_t t = 0; t <= ntrk3; t++)
        ck_assert_int_eq(nf_vec_push(&calls.scan.observations.depths,
                                     (struct nf_depth){.level = t == ntrk3 ? level : 0}),
                         NF_OK);
    for (int i = 0; i < 100; i++) {
        char name[24];
        bool is_kept;

        snprintf(name, sizeof name, "f%d", i);
        is_kept = nf_fragment_hash((struct nf_span){"", 0}, nf_span_of(name)) >> 62 == 0;
        nft_cover(&calls, name, ntrk3, 2)->is_linked = true; /* all of them are there */
        nft_cover(&calls, name, ntrk1, 2);
        n_covers += is_kept;
        if (is_kept && i % 2)
            nft_splice(&calls, name, ntrk3, donor0("NTRK3", 15), acceptor0("NTRK3", 16));
        n_splices += is_kept && i % 2;
    }
    const struct nf_target_coverage *target = measure(ntrk3);

    ck_assert_int_gt(n_splices, 0);
    ck_assert_int_eq(target->exons.items[1].n_fragments, 4 * n_covers);
    ck_assert_int_eq(target->exons.items[0].n_fragments, 0);
    ck_assert_int_eq(intron(target, "NM_001012338.3", 15, 16)->n_fragments, 4 * n_splices);
    ck_assert_int_eq(coverage.targets.items[ntrk1].exons.items[1].n_fragments, 100);
    nft_assert_contains(nft_log_text(),
                        "NTRK3: more than 131072 reads and splices: its coverage is estimated "
                        "from one fragment in 2^2\n");
}
END_TEST

START_TEST(introns_are_named_by_the_target_s_exons_where_they_can)
{
    splice("own", 3, ntrk3, donor0("NTRK3", 15), acceptor0("NTRK3", 16));
    splice("own", 2, ntrk3, donor0("NTRK3", 15), acceptor0("NTRK3", 16)); /* second reads */
    splice("skip", 2, ntrk3, donor0("NTRK3", 17), acceptor0("NTRK3", 19));
    splice("odd", 4, ntrk3, donor0("NTRK3", 15) + 1, acceptor0("NTRK3", 16));
    splice("short", 5, ntrk3, donor0("NTRK3", 14), 87981359);
    const struct nf_target_coverage *target = measure(ntrk3);

    ck_assert_int_eq(intron(target, "NM_001012338.3", 15, 16)->n_fragments, 3);
    ck_assert_int_eq(intron(target, "NM_001012338.3", 17, 19)->n_fragments, 2);
    ck_assert_int_eq(intron(target, "NM_001012338.3", 14, 15)->n_fragments, 0);
    ck_assert_int_eq(intron(target, "NM_001007156", 14, 15)->n_fragments, 5);
    for (uint32_t i = 0; i < 19; i++) { /* the target's own come first */
        ck_assert_uint_eq(target->introns.items[i].exon5, i + 1);
        ck_assert_uint_eq(target->introns.items[i].exon3, i + 2);
    }
    for (size_t i = 20; i < target->introns.n; i++) /* NTRK3 lies on the minus strand */
        ck_assert_int_ge(target->introns.items[i - 1].donor0, target->introns.items[i].donor0);
}
END_TEST

/* ---- kinase insert ---- */

static const struct {
    const char *name;
    struct {
        const char *fragment;
        uint32_t exon5, exon3;
    } splices[4];
    int with, without;
} inserts[] = {
    {"into", {{"a", 17, 18}}, 1, 0},
    {"out of", {{"a", 18, 19}}, 1, 0},
    {"both in one fragment", {{"a", 17, 18}, {"a", 18, 19}}, 1, 0},
    {"in two fragments", {{"a", 17, 18}, {"b", 18, 19}}, 2, 0},
    {"over", {{"a", 17, 19}}, 0, 1},
    {"over, both reads", {{"a", 17, 19}, {"a", 17, 19}}, 0, 1},
    {"both ways", {{"a", 17, 18}, {"a", 17, 19}, {"b", 17, 19}}, 1, 1},
    {"elsewhere", {{"a", 16, 17}, {"b", 19, 20}, {"c", 16, 19}}, 0, 0},
};

START_TEST(the_insert_by_splices)
{
    for (int i = 0; i < 4 && inserts[_i].splices[i].fragment; i++)
        nft_splice(&calls, inserts[_i].splices[i].fragment, ntrk3,
                   donor0("NTRK3", inserts[_i].splices[i].exon5),
                   acceptor0("NTRK3", inserts[_i].splices[i].exon3));
    const struct nf_insert_coverage *insert = &measure(ntrk3)->insert;

    ck_assert_uint_eq(insert->exon, 18);
    ck_assert_int_eq(insert->end0 - insert->start0, NF_INSERT_LENGTH);
    ck_assert_msg(insert->n_with == inserts[_i].with &&
                      insert->n_without == inserts[_i].without,
                  "%s: %d with, %d without", inserts[_i].name, (int)insert->n_with,
                  (int)insert->n_without);
    ck_assert_uint_eq(coverage.targets.items[ntrk1].insert.exon, 0);
    ck_assert_uint_eq(coverage.targets.items[ntrk2].insert.exon, 0);
}
END_TEST

/* ---- truncated isoforms ---- */

static void assert_isoform(const struct nf_isoform_coverage *isoform, const char *accessions,
                           int covering, int spliced)
{
    char names[100] = "";
    size_t n = 0;

    for (size_t i = 0; i < isoform->transcripts.n; i++) {
        uint32_t index = isoform->transcripts.items[i];
        n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", i ? "," : "",
                              calls.reference->annot.transcripts.items[index].accession);
        ck_assert_uint_lt(n, sizeof names);
    }
    ck_assert_str_eq(names, accessions);
    ck_assert_int_eq(isoform->n_covering, covering);
    ck_assert_int_eq(isoform->n_spliced, spliced);
}

START_TEST(isoforms_that_lack_the_kinase)
{
    const struct nf_annot *annot = &calls.reference->annot;
    const struct nf_gene *gene = &annot->genes.items[nft_gene(calls.reference, "NTRK2")];
    uint32_t t1 = nf_annot_find_transcript(annot, nft_gene(calls.reference, "NTRK2"),
                                           NFT_SPAN("NM_001007097"));

    nft_cover(&calls, "a", ntrk2, 0)->terminals = 1U << (t1 - gene->first_transcript);
    nft_cover(&calls, "a", ntrk2, 0)->terminals = 1U << (t1 - gene->first_transcript);
    nft_cover(&calls, "b", ntrk2, 0)->terminals = 1U << (t1 - gene->first_transcript);
    splice("t1", 4, ntrk2, donor0("NTRK2", 12), 84810541);
    splice("shc", 2, ntrk2, donor0("NTRK2", 14), 84871788);
    const struct nf_target_coverage *target = measure(ntrk2);

    ck_assert_uint_eq(target->isoforms.n, 2);
    assert_isoform(&target->isoforms.items[0], "NM_001007097,NM_001291937", 2, 4);
    assert_isoform(&target->isoforms.items[1], "NM_001018065,NM_001018066", 0, 2);
    ck_assert_int_eq(target->isoforms.items[0].branch_donor0, donor0("NTRK2", 12));
    ck_assert_int_eq(target->isoforms.items[0].branch_acceptor0, 84810541);
    target = &coverage.targets.items[ntrk3];
    ck_assert_uint_eq(target->isoforms.n, 3);
    assert_isoform(&target->isoforms.items[0], "NM_001007156", 0, 0);
    assert_isoform(&target->isoforms.items[1], "NM_001320134", 0, 0);
    assert_isoform(&target->isoforms.items[2], "NM_001320135", 0, 0);
    /* The first leaves the full-length transcript one exon before its last intron. */
    ck_assert_int_eq(target->isoforms.items[0].branch_donor0, donor0("NTRK3", 14));
    ck_assert_int_eq(target->isoforms.items[0].branch_acceptor0, 87981359);
    ck_assert_uint_eq(coverage.targets.items[ntrk1].isoforms.n, 0);
}
END_TEST

/* Of 30 fragments at e12 of NTRK2 10 go to TrkB-T1, of 25 at e14 5 to TrkB-T-Shc. */
START_TEST(what_truncated_isoforms_take)
{
    splice("full12", 15, ntrk2, donor0("NTRK2", 12), acceptor0("NTRK2", 13));
    splice("skip13", 5, ntrk2, donor0("NTRK2", 12), acceptor0("NTRK2", 14));
    splice("t1", 10, ntrk2, donor0("NTRK2", 12), 84810541);
    splice("full14", 20, ntrk2, donor0("NTRK2", 14), acceptor0("NTRK2", 15));
    splice("shc", 5, ntrk2, donor0("NTRK2", 14), 84871788);
    ck_assert_double_eq_tol(measure(ntrk2)->imbalance.truncated_fraction,
                            1 - 20.0 / 30 * (20.0 / 25), 1e-12);
    ck_assert(isnan(coverage.targets.items[ntrk1].imbalance.truncated_fraction));
}
END_TEST

/* ---- imbalance ---- */

/* Effective lengths of NTRK3, by hand: kinase e15–e20, coding 131 + 173 + 244 + 42 + 159 + 186
 * = 935, and e3–e11 of the extracellular part 1228; fragments of 200 add 199 to each. Ratios
 * and intervals by another program. */
static const struct {
    int n3, n5;
    double ratio, low, high;
    enum nf_imbalance_state state;
} ratios[] = {
    {60, 30, 2.4961257, 1.3487793, 4.6194685, NF_IMBALANCE_NO_CALL},
    {40, 10, 4.8537415, 1.8586488, 12.6752326, NF_IMBALANCE_NO_CALL},
    {60, 10, 7.2506509, 2.8703452, 18.3155458, NF_IMBALANCE_EXCESS_3PRIME},
    {100, 10, 12.0444696, 4.9019451, 29.5942214, NF_IMBALANCE_EXCESS_3PRIME},
    {10, 100, 0.1314723, 0.0535075, 0.3230378, NF_IMBALANCE_EXCESS_5PRIME},
    {10, 10, 1.2583774, 0.3753513, 4.2187512, NF_IMBALANCE_NO_CALL},
    {200, 251, 1.0031995, 0.7716446, 1.3042393, NF_IMBALANCE_BALANCED},
    {20, 0, 51.5934744, 0.9762381, 2726.6776860, NF_IMBALANCE_NO_CALL},
};

START_TEST(ratio_and_interval)
{
    cover("three", ratios[_i].n3, ntrk3, 15 + (uint32_t)_i % 6);
    cover("five", ratios[_i].n5, ntrk3, 3 + (uint32_t)_i);
    nft_cover(&calls, "untranslated", ntrk3, (uint64_t)1 << 19); /* its coding part is not */
    cover("between", 50, ntrk3, 13);
    const struct nf_imbalance *imbalance = &measure(ntrk3)->imbalance;

    ck_assert_uint_eq(imbalance->first3, 15);
    ck_assert_uint_eq(imbalance->last3, 20);
    ck_assert_uint_eq(imbalance->first5, 3);
    ck_assert_uint_eq(imbalance->last5, 11);
    ck_assert_int_eq(imbalance->n3, ratios[_i].n3);
    ck_assert_int_eq(imbalance->n5, ratios[_i].n5);
    ck_assert_double_eq_tol(imbalance->length3, 935 + 199, 1e-9);
    ck_assert_double_eq_tol(imbalance->length5, 1228 + 199, 1e-9);
    ck_assert_double_eq_tol(imbalance->ratio, ratios[_i].ratio, 1e-6);
    ck_assert_double_eq_tol(imbalance->low, ratios[_i].low, 1e-6);
    ck_assert_double_eq_tol(imbalance->high, ratios[_i].high, 1e-6 * ratios[_i].high);
    ck_assert_uint_eq(imbalance->reasons,
                      ratios[_i].state == NF_IMBALANCE_NO_CALL ? NF_UNCALLED_UNDECIDED : 0);
    ck_assert_str_eq(nf_imbalance_state_name(imbalance->state),
                     nf_imbalance_state_name(ratios[_i].state));
}
END_TEST

START_TEST(one_fragment_may_lie_in_both_regions)
{
    for (uint32_t exon = 3; exon <= 20; exon++)
        cover("f", 25, ntrk3, exon);
    const struct nf_imbalance *imbalance = &measure(ntrk3)->imbalance;

    ck_assert_int_eq(imbalance->n3, 25);
    ck_assert_int_eq(imbalance->n5, 25);
}
END_TEST

START_TEST(without_insert_sizes_the_read_length_counts)
{
    calls.scan.sample.insert_median = (double)NAN;
    cover("three", 30, ntrk3, 15);
    ck_assert_double_eq_tol(measure(ntrk3)->imbalance.length3, 935 + 99, 1e-9);
}
END_TEST

/* Regions of the other targets: before the transmembrane domain and the usual break. */
START_TEST(regions_of_each_target)
{
    const struct {
        const char *symbol;
        uint32_t first3, last3, first5, last5;
    } rows[] = {{"NTRK1", 13, 17, 1, 9}, {"NTRK2", 15, 19, 2, 10}, {"NTRK3", 15, 20, 3, 11}};

    for (size_t i = 0; i < NFT_COUNT(rows); i++) {
        const struct nf_imbalance *imbalance =
            &measure(nft_target(calls.reference, rows[i].symbol))->imbalance;

        ck_assert_uint_eq(imbalance->first3, rows[i].first3);
        ck_assert_uint_eq(imbalance->last3, rows[i].last3);
        ck_assert_uint_eq(imbalance->first5, rows[i].first5);
        ck_assert_uint_eq(imbalance->last5, rows[i].last5);
        ck_assert(isnan(imbalance->ratio) && isnan(imbalance->low) && isnan(imbalance->high));
    }
}
END_TEST

static const struct {
    const char *name;
    int n3, n5, n_short, n_full;
    enum nf_library library;
    double bias;
    unsigned reasons;
} reason_rows[] = {
    {"twenty fragments", 19, 1, 0, 0, NF_LIBRARY_WTS, 3.0, NF_UNCALLED_UNDECIDED},
    {"nineteen fragments", 18, 1, 0, 0, NF_LIBRARY_WTS, 1.0, NF_UNCALLED_FEW_FRAGMENTS},
    {"none", 0, 0, 0, 0, NF_LIBRARY_WTS, 1.0, NF_UNCALLED_FEW_FRAGMENTS},
    {"capture", 200, 200, 0, 0, NF_LIBRARY_CAPTURE, 1.0, 0},
    {"anchored", 200, 200, 0, 0, NF_LIBRARY_ANCHORED, 1.0, NF_UNCALLED_LIBRARY},
    {"amplicon", 200, 200, 0, 0, NF_LIBRARY_AMPLICON, 1.0, NF_UNCALLED_LIBRARY},
    {"biased", 200, 200, 0, 0, NF_LIBRARY_WTS, 3.1, NF_UNCALLED_BIASED},
    {"a fifth truncated", 200, 200, 5, 20, NF_LIBRARY_WTS, 1.0, 0},
    {"more than a fifth", 200, 200, 6, 20, NF_LIBRARY_WTS, 1.0, NF_UNCALLED_TRUNCATED},
    {"two splices show nothing", 200, 200, 2, 0, NF_LIBRARY_WTS, 1.0, 0},
    {"three do", 200, 200, 3, 0, NF_LIBRARY_WTS, 1.0, NF_UNCALLED_TRUNCATED},
    {"several", 1, 1, 9, 0, NF_LIBRARY_AMPLICON, 9.0,
     NF_UNCALLED_FEW_FRAGMENTS | NF_UNCALLED_LIBRARY | NF_UNCALLED_TRUNCATED |
         NF_UNCALLED_BIASED},
};

START_TEST(when_no_imbalance_is_called)
{
    cover("three", reason_rows[_i].n3, ntrk2, 17);
    cover("five", reason_rows[_i].n5, ntrk2, 5);
    splice("short", reason_rows[_i].n_short, ntrk2, donor0("NTRK2", 12), 84810541);
    splice("full", reason_rows[_i].n_full, ntrk2, donor0("NTRK2", 12), acceptor0("NTRK2", 13));
    calls.scan.sample.library = reason_rows[_i].library;
    bias = reason_rows[_i].bias;
    const struct nf_imbalance *imbalance = &measure(ntrk2)->imbalance;

    ck_assert_msg(imbalance->reasons == reason_rows[_i].reasons, "%s: %x",
                  reason_rows[_i].name, imbalance->reasons);
    ck_assert_int_eq(imbalance->state == NF_IMBALANCE_NO_CALL, reason_rows[_i].reasons != 0);
    ck_assert_int_eq(isnan(imbalance->ratio), reason_rows[_i].n3 + reason_rows[_i].n5 == 0);
}
END_TEST

START_TEST(a_target_without_place_or_kinase)
{
    struct nf_panel panel = calls.reference->panel;
    struct nf_panel_target targets[3];

    memcpy(targets, panel.targets.items, sizeof targets);
    targets[ntrk1].gene = NF_NO_GENE;
    targets[ntrk2].kinase_first0 = targets[ntrk2].kinase_last0 = -1;
    panel.targets.items = targets;
    cover("f", 30, ntrk2, 5);
    ck_assert_int_eq(nf_coverage_measure(&coverage, &panel, &calls.scan.observations,
                                         &calls.scan.sample, bias),
                     NF_OK);
    ck_assert_uint_eq(coverage.targets.items[ntrk1].exons.n, 0);
    ck_assert_uint_eq(coverage.targets.items[ntrk1].imbalance.reasons, NF_UNCALLED_NO_REGIONS);
    ck_assert_uint_eq(coverage.targets.items[ntrk2].imbalance.reasons, NF_UNCALLED_NO_REGIONS);
    ck_assert_uint_eq(coverage.targets.items[ntrk2].isoforms.n, 0);
    ck_assert_int_eq(coverage.targets.items[ntrk2].exons.items[4].n_fragments, 30);
}
END_TEST

START_TEST(words_for_states_and_reasons)
{
    const char *const words[] = {"few_fragments",      "library",    "truncated_isoforms",
                                 "three_prime_biased", "no_regions", "undecided"};

    for (unsigned bit = 0; bit < NF_N_IMBALANCE_REASONS; bit++)
        ck_assert_str_eq(nf_imbalance_reason_name(bit), words[bit]);
    ck_assert_ptr_null(nf_imbalance_reason_name(NF_N_IMBALANCE_REASONS));
    ck_assert_str_eq(nf_imbalance_state_name(NF_IMBALANCE_NO_CALL), "no_call");
    ck_assert_str_eq(nf_imbalance_state_name(NF_IMBALANCE_BALANCED), "balanced");
}
END_TEST

Suite *coverage_suite(void)
{
    Suite *suite = suite_create("coverage");
    TCase *places = tcase_create("places");
    TCase *imbalance = tcase_create("imbalance");

    tcase_add_unchecked_fixture(places, nft_reference_load, NULL);
    tcase_add_checked_fixture(places, begin, end);
    tcase_add_test(places, a_fragment_counts_once_per_exon);
    tcase_add_test(places, what_is_kept_of_a_deep_target_is_scaled);
    tcase_add_test(places, introns_are_named_by_the_target_s_exons_where_they_can);
    tcase_add_loop_test(places, the_insert_by_splices, 0, (int)NFT_COUNT(inserts));
    tcase_add_test(places, isoforms_that_lack_the_kinase);
    tcase_add_test(places, what_truncated_isoforms_take);
    suite_add_tcase(suite, places);

    tcase_add_unchecked_fixture(imbalance, nft_reference_load, NULL);
    tcase_add_checked_fixture(imbalance, begin, end);
    tcase_add_loop_test(imbalance, ratio_and_interval, 0, (int)NFT_COUNT(ratios));
    tcase_add_test(imbalance, one_fragment_may_lie_in_both_regions);
    tcase_add_test(imbalance, without_insert_sizes_the_read_length_counts);
    tcase_add_test(imbalance, regions_of_each_target);
    tcase_add_loop_test(imbalance, when_no_imbalance_is_called, 0,
                        (int)NFT_COUNT(reason_rows));
    tcase_add_test(imbalance, a_target_without_place_or_kinase);
    tcase_add_test(imbalance, words_for_states_and_reasons);
    suite_add_tcase(suite, imbalance);
    return suite;
}
