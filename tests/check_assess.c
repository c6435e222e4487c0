/* SPDX-License-Identifier: MIT */
/* assess: every reason and remark, from both sides of its threshold. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/assess.h"
#include "support.h"

enum { N_CONTROLS = 24 };

static struct nf_scan scan;
static struct nf_assessment assessment;
static struct nf_control_quality controls[N_CONTROLS];

/* A library without fault: 40 million mapped records of pairs, a fifth of them copies. */
static void begin(void)
{
    struct nf_quality *quality = &scan.quality;

    memset(&scan, 0, sizeof scan);
    memset(controls, 0, sizeof controls);
    scan.n_mapped = 40000000;
    scan.sample = (struct nf_sample){.is_paired = true,
                                     .read_length = 100,
                                     .n_insert_pairs = 10000,
                                     .insert_median = 180,
                                     .insert_max = 500,
                                     .library = NF_LIBRARY_WTS};
    for (size_t i = 0; i < N_CONTROLS; i++) {
        controls[i].n_fragments = 1000;
        controls[i].n_unique = 800;
    }
    quality->controls.items = controls; /* never freed */
    quality->controls.n = N_CONTROLS;
    quality->n_controls_named = quality->n_controls_covered = N_CONTROLS;
    quality->n_fragments = N_CONTROLS * 1000;
    quality->n_unique = N_CONTROLS * 800;
    quality->n_target = 5000;
    quality->n_introns = 190;
    quality->n_introns_seen = 180;
    quality->n_spliced_edges = 30000;
    quality->n_through_edges = 1000;
    quality->splice_completion = 30000.0 / 31000;
    quality->duplicate_rate = 0.2;
    quality->three_prime_bias = 1.2;
}

/* One way in which a library differs from it. */
struct change {
    enum {
        NOTHING,
        SILENT,  /* no read on a control gene, nothing learned */
        MAPPED,  /* records; −1: unknown */
        COPIES,  /* percent; −1: unknown */
        COVERED, /* control genes, by 800 fragments each, */
        EACH,    /* or by so many; fewer than 3 do not cover */
        PRESENT, /* control genes */
        SPLICED, /* edges */
        CLIPPED,
        THROUGH,
        INTRONS, /* seen */
        READ,    /* nt */
        INSERT,  /* nt; −1: unknown */
        TARGET,  /* records */
        BIAS,    /* percent */
        NEAR,    /* records on control genes, */
        EXONIC,  /* and in their exons */
        LIBRARY
    } what;
    int64_t value;
};

static void set_covered(int64_t n_covered, int64_t n_unique)
{
    struct nf_quality *quality = &scan.quality;

    quality->n_controls_covered = n_unique >= NF_UNIQUE_COVERED ? n_covered : 0;
    quality->n_fragments = quality->n_unique = n_covered * n_unique;
    for (int64_t i = 0; i < N_CONTROLS; i++)
        controls[i].n_unique = controls[i].n_fragments = i < n_covered ? n_unique : 0;
}

static void apply(struct change change)
{
    struct nf_quality *quality = &scan.quality;
    double percent = change.value < 0 ? (double)NAN : (double)change.value / 100;

    switch (change.what) {
    case NOTHING:
        break;
    case SILENT:
        set_covered(0, 0);
        quality->n_spliced_edges = quality->n_through_edges = quality->n_introns_seen = 0;
        quality->n_target = 0;
        quality->duplicate_rate = scan.sample.insert_median = (double)NAN;
        break;
    case MAPPED:
        scan.n_mapped = change.value;
        break;
    case COPIES:
        quality->duplicate_rate = percent;
        break;
    case COVERED:
        set_covered(change.value, 800);
        break;
    case EACH:
        set_covered(quality->n_controls_covered, change.value);
        break;
    case PRESENT:
        quality->controls.n = (size_t)change.value;
        break;
    case SPLICED:
        quality->n_spliced_edges = change.value;
        break;
    case CLIPPED:
        quality->n_clipped_edges = change.value;
        break;
    case THROUGH:
        quality->n_through_edges = change.value;
        break;
    case INTRONS:
        quality->n_introns_seen = change.value;
        break;
    case READ:
        scan.sample.read_length = change.value;
        break;
    case INSERT:
        scan.sample.insert_median = change.value < 0 ? (double)NAN : (double)change.value;
        break;
    case TARGET:
        quality->n_target = change.value;
        break;
    case NEAR:
        quality->n_control = change.value;
        break;
    case EXONIC:
        quality->n_exonic = change.value;
        break;
    case BIAS:
        quality->three_prime_bias = percent;
        break;
    case LIBRARY:
        scan.sample.library = (enum nf_library)change.value;
        break;
    }
}

/* ---- the numbers ---- */

/* 3 or more with probability 0.95. */
START_TEST(the_detection_mean_solves_its_equation)
{
    double low = 0, high = 100;

    while (high - low > 1e-12) {
        double mean = (low + high) / 2;

        if (1 - exp(-mean) * (1 + mean + mean * mean / 2) < 0.95)
            low = mean;
        else
            high = mean;
    }
    ck_assert_double_eq_tol(NF_DETECTION_MEAN, low, 0.00005);
}
END_TEST

static const struct {
    const char *name;
    int64_t n_mapped;
    bool is_paired;
    double duplicate_rate;
    double insert_median;
    int64_t read_length;
    double n_unique, limit_ffpm, limit_tpm;
} limit_rows[] = {
    {"pairs", 2000000, true, 0, 220, 100, 1e6, 6.2958, 62.958},
    {"single reads", 1000000, false, 0, (double)NAN, 120, 1e6, 6.2958, 125.916},
    {"half of them copies", 4000000, true, 0.5, 220, 100, 1e6, 6.2958, 62.958},
    {"copies unknown", 2000000, true, (double)NAN, 220, 100, 1e6, 6.2958, 62.958},
    {"nothing", 0, true, 0, 220, 100, 0, (double)NAN, (double)NAN},
    {"all copies", 2000000, true, 1, 220, 100, 0, (double)NAN, (double)NAN},
    {"unknown", -1, true, 0, 220, 100, (double)NAN, (double)NAN, (double)NAN},
    {"reads as short as anchors", 1000000, false, 0, (double)NAN, 20, 1e6, 6.2958,
     (double)NAN},
    {"reads of unknown length", 1000000, false, 0, (double)NAN, 0, 1e6, 6.2958, (double)NAN},
};

static void assert_real(const char *name, double value, double expected)
{
    ck_assert_msg(isnan(expected) ? isnan(value) : fabs(value - expected) < 1e-6, "%s: %f",
                  name, value);
}

START_TEST(the_limit_follows_from_the_size)
{
    scan.n_mapped = limit_rows[_i].n_mapped;
    scan.quality.duplicate_rate = limit_rows[_i].duplicate_rate;
    scan.sample.is_paired = limit_rows[_i].is_paired;
    scan.sample.insert_median = limit_rows[_i].insert_median;
    scan.sample.read_length = limit_rows[_i].read_length;
    nf_assess(&assessment, &scan, false);
    assert_real(limit_rows[_i].name, assessment.n_unique_fragments, limit_rows[_i].n_unique);
    assert_real(limit_rows[_i].name, assessment.limit_ffpm, limit_rows[_i].limit_ffpm);
    assert_real(limit_rows[_i].name, assessment.limit_tpm, limit_rows[_i].limit_tpm);
}
END_TEST

/* ---- reasons and remarks ---- */

static const struct {
    struct change changes[6];
    const char *reasons, *remarks; /* words in order */
} rows[] = {
    {{{NOTHING, 0}}, "", ""},
    {{{SILENT, 0}, {MAPPED, 0}}, "no_reads", ""},
    {{{SILENT, 0}, {PRESENT, 0}}, "no_control_genes", ""},
    /* DNA */
    {{{SPLICED, 30}, {CLIPPED, 69}, {THROUGH, 901}}, "dna_input", ""},
    {{{SPLICED, 30}, {CLIPPED, 70}, {THROUGH, 900}}, "", ""},
    {{{SPLICED, 0}, {THROUGH, 49}}, "", ""},
    {{{SPLICED, 0}, {THROUGH, 50}}, "dna_input", ""},
    {{{SPLICED, 0}, {THROUGH, 9}, {NEAR, 30}, {EXONIC, 14}}, "dna_input", ""},
    {{{SPLICED, 0}, {THROUGH, 9}, {NEAR, 30}, {EXONIC, 15}}, "", ""},
    {{{SPLICED, 0}, {THROUGH, 9}, {NEAR, 29}, {EXONIC, 3}}, "", ""},
    {{{SPLICED, 1}, {THROUGH, 9}, {NEAR, 30}, {EXONIC, 3}}, "", ""},
    {{{SILENT, 0}, {NEAR, 30}, {EXONIC, 0}}, "dna_input control_genes_silent", ""},
    {{{SPLICED, 0}, {CLIPPED, 20000}}, "", "unspliced_aligner"},
    /* a part of a file */
    {{{SILENT, 0}, {MAPPED, 800}, {TARGET, 400}},
     "cut_out too_few_fragments control_genes_silent",
     "limited_depth"},
    {{{SILENT, 0}, {MAPPED, 1000}},
     "cut_out too_few_fragments control_genes_silent",
     "limited_depth"},
    {{{SILENT, 0}, {MAPPED, 999}, {TARGET, 499}},
     "too_few_fragments control_genes_silent",
     "limited_depth"},
    {{{SILENT, 0}, {MAPPED, 800}, {TARGET, 400}, {COVERED, 1}, {EACH, 1}},
     "too_few_fragments control_genes_silent",
     "limited_depth"},
    {{{SILENT, 0}, {MAPPED, -1}, {TARGET, 1}},
     "cut_out control_genes_silent",
     "depth_unknown"},
    {{{SILENT, 0}, {MAPPED, -1}}, "control_genes_silent", "depth_unknown"},
    /* short reads, short fragments */
    {{{READ, 35}}, "short_reads", ""},
    {{{READ, 36}}, "", ""},
    {{{READ, 0}}, "", ""},
    {{{INSERT, 59}}, "fragments_too_short", "short_fragments"},
    {{{INSERT, 60}}, "", "short_fragments"},
    {{{INSERT, 99}}, "", "short_fragments"},
    {{{INSERT, 100}}, "", ""},
    {{{INSERT, -1}}, "", ""},
    /* size */
    {{{MAPPED, 125914}, {COPIES, 0}}, "too_few_fragments", "limited_depth"},
    {{{MAPPED, 125916}, {COPIES, 0}}, "", "limited_depth"},
    {{{MAPPED, 1999998}, {COPIES, 0}}, "", "limited_depth"},
    {{{MAPPED, 2000000}, {COPIES, 0}}, "", ""},
    {{{COPIES, 100}}, "too_few_fragments", "limited_depth high_duplicates"},
    {{{MAPPED, -1}}, "", "depth_unknown"},
    /* control genes */
    {{{COVERED, 11}}, "control_genes_silent", ""},
    {{{COVERED, 12}}, "", ""},
    {{{COVERED, 12}, {EACH, 2}, {INTRONS, 9}}, "control_genes_silent", ""},
    {{{COVERED, 11}, {LIBRARY, NF_LIBRARY_CAPTURE}}, "control_genes_silent", ""},
    {{{COVERED, 12}, {LIBRARY, NF_LIBRARY_CAPTURE}}, "", ""},
    {{{COVERED, 11}, {EACH, 5}, {MAPPED, 20000}},
     "too_few_fragments control_genes_silent",
     "limited_depth"},
    {{{INTRONS, 9}}, "few_junctions", ""},
    {{{INTRONS, 10}}, "", ""},
    {{{INTRONS, 9}, {COVERED, 20}, {EACH, 10}}, "few_junctions", ""},
    {{{INTRONS, 9}, {COVERED, 19}, {EACH, 10}}, "", ""},
    /* targeted panels */
    {{{COVERED, 1}, {EACH, 9}, {LIBRARY, NF_LIBRARY_ANCHORED}}, "no_control_reads", ""},
    {{{COVERED, 1}, {EACH, 10}, {LIBRARY, NF_LIBRARY_ANCHORED}, {MAPPED, 10000}}, "", ""},
    {{{COVERED, 1}, {EACH, 9}, {LIBRARY, NF_LIBRARY_AMPLICON}},
     "no_control_reads",
     "depth_unknown"},
    {{{COVERED, 1}, {EACH, 10}, {LIBRARY, NF_LIBRARY_AMPLICON}, {COPIES, -1}},
     "",
     "depth_unknown"},
    {{{LIBRARY, NF_LIBRARY_AMPLICON}, {SPLICED, 0}, {THROUGH, 100}},
     "dna_input",
     "depth_unknown"},
    {{{SILENT, 0}, {LIBRARY, NF_LIBRARY_ANCHORED}}, "no_control_reads", ""},
    {{{SILENT, 0}, {LIBRARY, NF_LIBRARY_ANCHORED}, {MAPPED, 0}}, "no_reads", ""},
    {{{BIAS, 900}, {LIBRARY, NF_LIBRARY_ANCHORED}}, "", ""},
    /* remarks */
    {{{SPLICED, 0}, {CLIPPED, 19}, {THROUGH, 0}}, "", ""},
    {{{SPLICED, 2}, {CLIPPED, 20}, {THROUGH, 0}}, "", "unspliced_aligner"},
    {{{SPLICED, 3}, {CLIPPED, 29}, {THROUGH, 0}}, "", ""},
    {{{COPIES, 80}}, "", ""},
    {{{COPIES, 81}}, "", "high_duplicates"},
    {{{COPIES, -1}}, "", ""},
    {{{BIAS, 499}}, "", ""},
    {{{BIAS, 500}}, "", "three_prime_biased"},
    {{{BIAS, -1}}, "", ""},
};

/* The words in one line, and that each has a whole sentence. */
static const char *words_of(const struct nf_finding *findings, size_t n)
{
    static char text[256];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? " " : "",
                                 findings[i].word);
        ck_assert_int_gt(strlen(findings[i].text), 20);
        ck_assert_int_lt(strlen(findings[i].text), sizeof findings[i].text - 1);
    }
    return text;
}

static uint32_t bits_of(const struct nf_finding *findings, size_t n, bool are_reasons)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < n; i++)
        for (int bit = 0; bit < (are_reasons ? NF_N_REASONS : NF_N_REMARKS); bit++) {
            const char *word = are_reasons ? nf_reason_name((enum nf_reason)bit)
                                           : nf_remark_name((enum nf_remark)bit);
            if (strcmp(word, findings[i].word) == 0)
                bits |= 1U << bit;
        }
    return bits;
}

START_TEST(each_library_is_judged)
{
    for (size_t i = 0; i < NFT_COUNT(rows[_i].changes); i++)
        apply(rows[_i].changes[i]);
    nf_assess(&assessment, &scan, false);
    ck_assert_msg(
        strcmp(words_of(assessment.reason_rows, assessment.n_reasons), rows[_i].reasons) == 0,
        "row %d: '%s' not '%s'", _i, words_of(assessment.reason_rows, assessment.n_reasons),
        rows[_i].reasons);
    ck_assert_msg(
        strcmp(words_of(assessment.remark_rows, assessment.n_remarks), rows[_i].remarks) == 0,
        "row %d: '%s' not '%s'", _i, words_of(assessment.remark_rows, assessment.n_remarks),
        rows[_i].remarks);
    ck_assert_int_eq(assessment.assessable, rows[_i].reasons[0] == '\0');
    ck_assert_uint_eq(assessment.reasons,
                      bits_of(assessment.reason_rows, assessment.n_reasons, true));
    ck_assert_uint_eq(assessment.remarks,
                      bits_of(assessment.remark_rows, assessment.n_remarks, false));
}
END_TEST

/* Silence of the targets is no reason. */
START_TEST(targets_are_not_asked)
{
    scan.quality.n_target = 0;
    nf_assess(&assessment, &scan, false);
    ck_assert(assessment.assessable);
}
END_TEST

static const struct {
    struct change changes[5];
    const char *text; /* a part of the first reason */
} sentences[] = {
    {{{SPLICED, 30}, {CLIPPED, 69}, {THROUGH, 901}},
     "reads of the control genes leave only 99 of 1000 exon edges they reach (10 %) and run "
     "into the introns at the others: this is DNA, not RNA"},
    {{{SILENT, 0}, {MAPPED, 800}, {TARGET, 400}},
     "not one fragment lies on any of 24 control genes, and 400 of 800 mapped records in "
     "targets: a part of a larger file, or a failed library"},
    {{{SILENT, 0}, {MAPPED, -1}, {TARGET, 7}}, " and 7 mapped records in targets: "},
    {{{COVERED, 11}}, "11 of 24 control genes have 3 or more unique fragments: a part of"},
    {{{COVERED, 11}, {LIBRARY, NF_LIBRARY_CAPTURE}}, "probes that leave them out"},
    {{{MAPPED, 20000}, {COPIES, 0}},
     "about 10000 unique fragments in all; under 62958 even a fusion with 100 fragments in a "
     "million, which is strong, can go unseen"},
    {{{READ, 35}}, "the longest read has 35 nt; under 36 nt "},
    {{{INSERT, 59}}, "the median fragment has 59 nt; under 60 nt "},
    {{{INTRONS, 9}}, "19200 unique fragments of control genes show only 9 of 190 introns"},
    {{{COVERED, 1}, {EACH, 9}, {LIBRARY, NF_LIBRARY_ANCHORED}},
     "no control gene has 10 unique fragments (the best one 9): "},
};

START_TEST(sentences_tell_the_numbers)
{
    for (size_t i = 0; i < NFT_COUNT(sentences[_i].changes); i++)
        apply(sentences[_i].changes[i]);
    nf_assess(&assessment, &scan, false);
    nft_assert_contains(assessment.reason_rows[0].text, sentences[_i].text);
}
END_TEST

/* What explains the silence of the control genes. */
START_TEST(few_reads_explain_silent_genes)
{
    apply((struct change){COVERED, 11});
    apply((struct change){MAPPED, 20000});
    nf_assess(&assessment, &scan, false);
    nft_assert_contains(assessment.reason_rows[1].text, "too few reads in all");
    apply((struct change){SILENT, 0});
    nf_assess(&assessment, &scan, false);
    nft_assert_contains(assessment.reason_rows[2].text, "a part of a larger file");
}
END_TEST

Suite *assess_suite(void)
{
    Suite *suite = suite_create("assess");
    TCase *numbers = tcase_create("numbers");
    TCase *judgement = tcase_create("judgement");

    tcase_add_checked_fixture(numbers, begin, NULL);
    tcase_add_test(numbers, the_detection_mean_solves_its_equation);
    tcase_add_loop_test(numbers, the_limit_follows_from_the_size, 0, NFT_COUNT(limit_rows));
    suite_add_tcase(suite, numbers);

    tcase_add_checked_fixture(judgement, begin, NULL);
    tcase_add_loop_test(judgement, each_library_is_judged, 0, NFT_COUNT(rows));
    tcase_add_test(judgement, targets_are_not_asked);
    tcase_add_loop_test(judgement, sentences_tell_the_numbers, 0, NFT_COUNT(sentences));
    tcase_add_test(judgement, few_reads_explain_silent_genes);
    suite_add_tcase(suite, judgement);
    return suite;
}
