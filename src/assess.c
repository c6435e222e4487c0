/* SPDX-License-Identifier: MIT */
/* assess: could this library have shown a fusion?
 *
 * Reasons and remarks are rows of two tables: a word, a test, and the sentence that tells the
 * numbers. Sentences hold whole numbers only, which print alike everywhere. */
#include "ntrkfuse/assess.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/library.h"

/* What the tests look at. */
struct facts {
    const struct nf_sample *sample;
    const struct nf_quality *quality;
    const struct nf_assessment *assessment; /* the numbers are set */
    int64_t n_mapped;                       /* −1 unknown */
    int64_t n_present, n_covered;           /* control genes */
    int64_t n_edges_left, n_edges;
    int64_t best_control; /* fragments on the control gene with most of them: unique ones, or
                             all where copies cannot be told */
    bool hides_splits;    /* the aligner does */
    bool targeted;        /* an anchored or amplicon panel */
};

struct row {
    const char *word;
    bool (*holds)(const struct facts *facts);
    void (*tell)(const struct facts *facts, char *text, size_t size);
};

/* n of n_all in whole percent; 0 of nothing. */
static int64_t percent(int64_t n, int64_t n_all)
{
    return n_all > 0 ? (100 * n + n_all / 2) / n_all : 0;
}

/* ---- reasons ---- */

static bool no_reads(const struct facts *facts)
{
    return facts->n_mapped == 0;
}

static void tell_no_reads(const struct facts *facts, char *text, size_t size)
{
    (void)facts;
    snprintf(text, size, "the file holds no mapped read");
}

static bool no_control_genes(const struct facts *facts)
{
    return facts->n_present == 0;
}

static void tell_no_control_genes(const struct facts *facts, char *text, size_t size)
{
    snprintf(text, size,
             "none of the %" PRId64 " control genes is known on this genome, so nothing tells "
             "whether the library could show a fusion",
             facts->quality->n_controls_named);
}

/* Reads lie on introns as on exons, and none is spliced. */
static bool is_spread(const struct facts *facts)
{
    const struct nf_quality *quality = facts->quality;
    return quality->n_control >= NF_MIN_DNA_RECORDS &&
           2 * quality->n_exonic < quality->n_control && facts->n_edges_left == 0 &&
           !(quality->spliced_fraction > 0);
}

/* Reads run on at the exon edges they reach. */
static bool runs_through(const struct facts *facts)
{
    return facts->n_edges >= NF_MIN_DNA_EDGES &&
           100 * facts->n_edges_left < NF_MAX_DNA_PERCENT * facts->n_edges;
}

static bool dna_input(const struct facts *facts)
{
    return runs_through(facts) || is_spread(facts);
}

static void tell_dna_input(const struct facts *facts, char *text, size_t size)
{
    if (!runs_through(facts)) {
        snprintf(text, size,
                 "%" PRId64 " of %" PRId64
                 " records on control genes touch an exon, and none is "
                 "spliced: this is DNA, not RNA",
                 facts->quality->n_exonic, facts->quality->n_control);
        return;
    }
    snprintf(text, size,
             "reads of the control genes leave only %" PRId64 " of %" PRId64
             " exon edges they reach (%" PRId64 " %%) and run into the introns at the others: "
             "this is DNA, not RNA",
             facts->n_edges_left, facts->n_edges,
             percent(facts->n_edges_left, facts->n_edges));
}

/* Reads that begin at few places: of a panel, which the user must state, or of few molecules.
 */
static bool library_unclear(const struct facts *facts)
{
    return facts->sample->library_inferred && (facts->sample->library == NF_LIBRARY_ANCHORED ||
                                               facts->sample->library == NF_LIBRARY_AMPLICON);
}

static void tell_library_unclear(const struct facts *facts, char *text, size_t size)
{
    snprintf(
        text, size,
        "reads begin at few places, as those of an %s panel do: state --library %s to have "
        "it judged as one, or --library wts or capture if it is none",
        nf_library_name(facts->sample->library), nf_library_name(facts->sample->library));
}

/* Where the number of mapped records is unknown, reads in targets must show that there are
 * any. */
static bool cut_out(const struct facts *facts)
{
    int64_t n_target = facts->quality->n_target;
    if (facts->targeted || facts->n_present == 0 || facts->quality->n_fragments > 0 ||
        is_spread(facts))
        return false;
    return facts->n_mapped >= NF_MIN_WHOLE_RECORDS ||
           (n_target > 0 && 2 * n_target >= facts->n_mapped);
}

static void tell_cut_out(const struct facts *facts, char *text, size_t size)
{
    char mapped[40] = "";
    if (facts->n_mapped >= 0)
        snprintf(mapped, sizeof mapped, " of %" PRId64, facts->n_mapped);
    snprintf(text, size,
             "not one fragment lies on any of %" PRId64 " control genes, and %" PRId64
             "%s mapped records in targets: a part of a larger file, or a failed library",
             facts->n_present, facts->quality->n_target, mapped);
}

static bool short_reads(const struct facts *facts)
{
    return facts->sample->read_length > 0 && facts->sample->read_length < NF_SHORTEST_READ;
}

static void tell_short_reads(const struct facts *facts, char *text, size_t size)
{
    snprintf(text, size,
             "the longest read has %" PRId64
             " nt; under %d nt a read cannot be placed on both "
             "sides of a break",
             facts->sample->read_length, NF_SHORTEST_READ);
}

static bool fragments_too_short(const struct facts *facts)
{
    return facts->sample->insert_median < NF_SHORTEST_INSERT; /* false for NAN */
}

static void tell_fragments_too_short(const struct facts *facts, char *text, size_t size)
{
    snprintf(
        text, size,
        "the median fragment has %lld nt; under %d nt few fragments reach far enough over "
        "a break on both sides",
        llround(facts->sample->insert_median), NF_SHORTEST_INSERT);
}

static bool too_few_fragments(const struct facts *facts)
{
    if (facts->targeted || facts->n_mapped <= 0 ||
        isnan(facts->assessment->n_unique_fragments))
        return false;                                               /* unknown, or no_reads */
    return !(facts->assessment->limit_ffpm <= NF_WORST_LIMIT_FFPM); /* also for NAN */
}

static void tell_too_few_fragments(const struct facts *facts, char *text, size_t size)
{
    snprintf(
        text, size,
        "about %lld unique fragments in all; under %lld even a fusion with %d fragments in "
        "a million, which is strong, can go unseen",
        llround(facts->assessment->n_unique_fragments),
        llround(1e6 * NF_DETECTION_MEAN / NF_WORST_LIMIT_FFPM), NF_WORST_LIMIT_FFPM);
}

static bool no_control_reads(const struct facts *facts)
{
    return facts->targeted && facts->n_present > 0 && facts->n_mapped != 0 &&
           facts->best_control < NF_TARGETED_FRAGMENTS;
}

static void tell_no_control_reads(const struct facts *facts, char *text, size_t size)
{
    snprintf(text, size,
             "no control gene has %d unique fragments (the best one %" PRId64
             "): a failed library, a part of a larger file, or a panel without control genes",
             NF_TARGETED_FRAGMENTS, facts->best_control);
}

static bool control_genes_silent(const struct facts *facts)
{
    return !facts->targeted && facts->n_present > 0 && facts->n_mapped != 0 &&
           2 * facts->n_covered < facts->n_present;
}

static void tell_control_genes_silent(const struct facts *facts, char *text, size_t size)
{
    uint32_t told = facts->assessment->reasons;
    const char *why = "a part of a larger file, or a failed library";
    if (told & 1U << NF_REASON_TOO_FEW_FRAGMENTS && !(told & 1U << NF_REASON_CUT_OUT))
        why = "too few reads in all";
    else if (facts->sample->library == NF_LIBRARY_CAPTURE)
        why = "a part of a larger file, a failed library, or probes that leave them out";
    snprintf(text, size,
             "%" PRId64 " of %" PRId64 " control genes have %d or more unique fragments: %s",
             facts->n_covered, facts->n_present, NF_UNIQUE_COVERED, why);
}

static bool few_junctions(const struct facts *facts)
{
    return !facts->targeted && facts->n_present > 0 &&
           2 * facts->n_covered >= facts->n_present &&
           facts->quality->n_unique >= NF_SPARSE_FRAGMENTS &&
           facts->quality->n_introns_seen < NF_MIN_INTRONS_SEEN;
}

static void tell_few_junctions(const struct facts *facts, char *text, size_t size)
{
    snprintf(text, size,
             "%" PRId64 " unique fragments of control genes show only %" PRId64 " of %" PRId64
             " introns: reads of the ends of transcripts, or DNA, do not show junctions",
             facts->quality->n_unique, facts->quality->n_introns_seen,
             facts->quality->n_introns);
}

static const struct row reasons[NF_N_REASONS] = {
    [NF_REASON_NO_READS] = {"no_reads", no_reads, tell_no_reads},
    [NF_REASON_NO_CONTROL_GENES] = {"no_control_genes", no_control_genes,
                                    tell_no_control_genes},
    [NF_REASON_DNA_INPUT] = {"dna_input", dna_input, tell_dna_input},
    [NF_REASON_LIBRARY_UNCLEAR] = {"library_unclear", library_unclear, tell_library_unclear},
    [NF_REASON_CUT_OUT] = {"cut_out", cut_out, tell_cut_out},
    [NF_REASON_SHORT_READS] = {"short_reads", short_reads, tell_short_reads},
    [NF_REASON_FRAGMENTS_TOO_SHORT] = {"fragments_too_short", fragments_too_short,
                                       tell_fragments_too_short},
    [NF_REASON_TOO_FEW_FRAGMENTS] = {"too_few_fragments", too_few_fragments,
                                     tell_too_few_fragments},
    [NF_REASON_NO_CONTROL_READS] = {"no_control_reads", no_control_reads,
                                    tell_no_control_reads},
    [NF_REASON_CONTROL_GENES_SILENT] = {"control_genes_silent", control_genes_silent,
                                        tell_control_genes_silent},
    [NF_REASON_FEW_JUNCTIONS] = {"few_junctions", few_junctions, tell_few_junctions},
};

/* ---- remarks ---- */

static bool depth_unknown(const struct facts *facts)
{
    return isnan(facts->assessment->n_unique_fragments);
}

static void tell_depth_unknown(const struct facts *facts, char *text, size_t size)
{
    snprintf(text, size, "%s",
             facts->n_mapped < 0 ? "the number of mapped records is not known, so there is no "
                                   "detection limit"
                                 : "copies cannot be told from molecules without identifiers, "
                                   "so there is no detection limit");
}

static bool limited_depth(const struct facts *facts)
{
    return facts->n_mapped != 0 && !facts->targeted &&
           facts->assessment->n_unique_fragments < NF_DEEP_FRAGMENTS;
}

static void tell_limited_depth(const struct facts *facts, char *text, size_t size)
{
    snprintf(text, size,
             "about %lld unique fragments, under a million: fusions expressed weakly can be "
             "missed",
             llround(facts->assessment->n_unique_fragments));
}

static bool unspliced_aligner(const struct facts *facts)
{
    return facts->quality->n_clipped_edges >= NF_MIN_CLIPPED_EDGES &&
           facts->quality->n_clipped_edges >= 10 * facts->quality->n_spliced_edges;
}

static void tell_unspliced_aligner(const struct facts *facts, char *text, size_t size)
{
    snprintf(text, size,
             "reads are clipped at %" PRId64 " exon edges and spliced at %" PRId64
             ": the aligner does not splice; one that does sees more",
             facts->quality->n_clipped_edges, facts->quality->n_spliced_edges);
}

static bool high_duplicates(const struct facts *facts)
{
    return 100 * facts->quality->duplicate_rate > NF_HIGH_DUPLICATE_PERCENT;
}

static void tell_high_duplicates(const struct facts *facts, char *text, size_t size)
{
    snprintf(text, size,
             "%lld %% of the fragments are copies of others: little RNA, or sequenced beyond "
             "what it held",
             llround(100 * facts->quality->duplicate_rate));
}

static bool three_prime_biased(const struct facts *facts)
{
    return !facts->targeted && facts->quality->three_prime_bias >= NF_STRONG_BIAS;
}

static void tell_three_prime_biased(const struct facts *facts, char *text, size_t size)
{
    snprintf(
        text, size,
        "the last third of the control transcripts has %lld times the reads of the first: "
        "breaks far from the 3' end are seen less",
        llround(facts->quality->three_prime_bias));
}

static bool short_fragments(const struct facts *facts)
{
    return facts->sample->insert_median < NF_SHORT_INSERT;
}

static void tell_short_fragments(const struct facts *facts, char *text, size_t size)
{
    snprintf(text, size,
             "the median fragment has %lld nt: the two reads of most pairs overlap, and few "
             "span a break",
             llround(facts->sample->insert_median));
}

static bool hidden_splits(const struct facts *facts)
{
    return facts->hides_splits;
}

static void tell_hidden_splits(const struct facts *facts, char *text, size_t size)
{
    (void)facts;
    snprintf(
        text, size,
        "the aligner, as it was run, leaves few reads over a fusion aligned on both sides: "
        "weak fusions are missed, and the detection limit is that of a better one");
}

static const struct row remarks[NF_N_REMARKS] = {
    [NF_REMARK_DEPTH_UNKNOWN] = {"depth_unknown", depth_unknown, tell_depth_unknown},
    [NF_REMARK_LIMITED_DEPTH] = {"limited_depth", limited_depth, tell_limited_depth},
    [NF_REMARK_UNSPLICED_ALIGNER] = {"unspliced_aligner", unspliced_aligner,
                                     tell_unspliced_aligner},
    [NF_REMARK_HIGH_DUPLICATES] = {"high_duplicates", high_duplicates, tell_high_duplicates},
    [NF_REMARK_THREE_PRIME_BIASED] = {"three_prime_biased", three_prime_biased,
                                      tell_three_prime_biased},
    [NF_REMARK_SHORT_FRAGMENTS] = {"short_fragments", short_fragments, tell_short_fragments},
    [NF_REMARK_HIDDEN_SPLITS] = {"hidden_splits", hidden_splits, tell_hidden_splits},
};

const char *nf_reason_name(enum nf_reason reason)
{
    return reasons[reason].word;
}

const char *nf_remark_name(enum nf_remark remark)
{
    return remarks[remark].word;
}

/* ---- the judgement ---- */

/* Mapped records hold secondary and supplementary ones too; their share is that at the places
 * learned from. */
static double primary_share(const struct nf_quality *quality)
{
    int64_t n = quality->n_learning + quality->n_further;
    return quality->n_learning > 0 ? (double)quality->n_learning / (double)n : 1.0;
}

/* The numbers of the detection limit. */
static void find_limit(struct nf_assessment *assessment, const struct nf_scan *scan)
{
    const struct nf_sample *sample = &scan->sample;
    double rate = scan->quality.duplicate_rate;
    double insert =
        isnan(sample->insert_median) ? (double)sample->read_length : sample->insert_median;
    assessment->n_unique_fragments = assessment->limit_ffpm = assessment->limit_tpm =
        (double)NAN;
    if (scan->n_mapped < 0 || nf_sample_copies(sample) == NF_COPIES_UNTOLD)
        return;
    assessment->n_unique_fragments = (double)scan->n_mapped * primary_share(&scan->quality) /
                                     (sample->is_paired ? 2 : 1) *
                                     (isnan(rate) ? 1 : 1 - rate);
    if (assessment->n_unique_fragments <= 0)
        return;
    assessment->limit_ffpm = NF_DETECTION_MEAN * 1e6 / assessment->n_unique_fragments;
    if (assessment->limit_ffpm > 1e6) { /* not even a fusion in every fragment */
        assessment->limit_ffpm = (double)NAN;
        return;
    }
    if (insert > NF_ANCHORS)
        assessment->limit_tpm =
            assessment->limit_ffpm * NF_MEAN_TRANSCRIPT / (insert - NF_ANCHORS);
}

static void find_facts(struct facts *facts, const struct nf_assessment *assessment,
                       const struct nf_scan *scan)
{
    const struct nf_quality *quality = &scan->quality;
    memset(facts, 0, sizeof *facts);
    facts->sample = &scan->sample;
    facts->quality = quality;
    facts->assessment = assessment;
    facts->n_mapped = scan->n_mapped;
    facts->n_present = (int64_t)quality->controls.n;
    facts->n_covered = quality->n_controls_covered;
    facts->n_edges_left = quality->n_spliced_edges + quality->n_clipped_edges;
    facts->n_edges = facts->n_edges_left + quality->n_through_edges;
    /* A guess at the library must not relax the tests: a failed one can look like a panel. */
    facts->targeted =
        !scan->sample.library_inferred && (scan->sample.library == NF_LIBRARY_ANCHORED ||
                                           scan->sample.library == NF_LIBRARY_AMPLICON);
    for (size_t i = 0; i < quality->controls.n; i++)
        if (quality->controls.items[i].n_unique > facts->best_control)
            facts->best_control = quality->controls.items[i].n_unique;
}

void nf_assess(struct nf_assessment *assessment, const struct nf_scan *scan, bool hides_splits)
{
    struct facts facts;
    memset(assessment, 0, sizeof *assessment);
    find_limit(assessment, scan);
    find_facts(&facts, assessment, scan);
    facts.hides_splits = hides_splits;
    for (int i = 0; i < NF_N_REASONS; i++) {
        if (!reasons[i].holds(&facts))
            continue;
        struct nf_finding *finding = &assessment->reason_rows[assessment->n_reasons++];
        finding->word = reasons[i].word;
        reasons[i].tell(&facts, finding->text, sizeof finding->text);
        assessment->reasons |= 1U << i;
    }
    for (int i = 0; i < NF_N_REMARKS; i++) {
        if (!remarks[i].holds(&facts))
            continue;
        struct nf_finding *finding = &assessment->remark_rows[assessment->n_remarks++];
        finding->word = remarks[i].word;
        remarks[i].tell(&facts, finding->text, sizeof finding->text);
        assessment->remarks |= 1U << i;
    }
    assessment->assessable = assessment->n_reasons == 0;
}
