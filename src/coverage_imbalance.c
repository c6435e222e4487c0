/* SPDX-License-Identifier: MIT */
/* coverage_imbalance: the kinase's exons against the extracellular ones. coverage.h has the
 * formula. */
#include <math.h>
#include <string.h>

#include "ntrkfuse/coverage.h"

static const double OVERDISPERSION = 2.0; /* provisional: no series of samples behind it */
static const double NORMAL_95 =
    1.959963984540054;                   /* two-sided 95 % of the normal distribution */
static const double MIN_EXCESS = 2.0;    /* provisional */
static const double MAX_TRUNCATED = 0.2; /* provisional */
static const double MAX_BIAS = 3.0;      /* provisional */

/* The exon number at which fusions of the target usually break; 0: none published. */
static uint32_t usual_break(const struct nf_panel *panel, uint32_t target)
{
    const struct nf_panel_target *placed = &panel->targets.items[target];
    uint32_t first = 0, first_twice = 0;
    uint64_t seen = 0;
    for (size_t i = 0; i < panel->published.n; i++) {
        const struct nf_panel_junction *junction = &panel->published.items[i];
        if (junction->target != target)
            continue;
        uint32_t number =
            nf_transcript_exon_at(panel->annot, placed->transcript, junction->three.pos0);
        if (number == 0 || number > NF_MAX_COVERED_EXONS)
            continue;
        if (first == 0 || number < first)
            first = number;
        uint64_t bit = (uint64_t)1 << (number - 1);
        if (seen & bit && (first_twice == 0 || number < first_twice))
            first_twice = number;
        seen |= bit;
    }
    return first_twice > 0 ? first_twice : first;
}

/* The exon in which the transmembrane domain begins; 0 unknown. */
static uint32_t transmembrane_exon(const struct nf_panel *panel, uint32_t target)
{
    const struct nf_panel_target *placed = &panel->targets.items[target];
    for (size_t i = 0; i < panel->catalogue->domains.n; i++) {
        const struct nf_domain *domain = &panel->catalogue->domains.items[i];
        if (domain->target != target || strcmp(domain->feature, "transmembrane") != 0)
            continue;
        int64_t pos0 =
            nf_transcript_residue_pos0(panel->annot, placed->transcript, domain->start, 0);
        return pos0 < 0 ? 0 : nf_transcript_exon_at(panel->annot, placed->transcript, pos0);
    }
    return 0;
}

/* Coding bases of an exon of the target's transcript. */
static int64_t coding_bases(const struct nf_annot *annot, uint32_t index, uint32_t number)
{
    const struct nf_transcript *transcript = &annot->transcripts.items[index];
    const struct nf_exon *exon = nf_transcript_exon(annot, index, number);
    int64_t start0 =
        exon->start0 > transcript->cds_start0 ? exon->start0 : transcript->cds_start0;
    int64_t end0 = exon->end0 < transcript->cds_end0 ? exon->end0 : transcript->cds_end0;
    return exon->frame >= 0 && end0 > start0 ? end0 - start0 : 0;
}

/* Chooses both regions; false where the model does not give them. */
static bool choose_regions(struct nf_imbalance *imbalance,
                           const struct nf_imbalance_context *context)
{
    const struct nf_panel *panel = context->panel;
    const struct nf_panel_target *target = &panel->targets.items[context->target];
    uint32_t n_exons = panel->annot->transcripts.items[target->transcript].n_exons;
    uint32_t end5 = transmembrane_exon(panel, context->target);
    uint32_t broken = usual_break(panel, context->target);
    if (target->kinase_first0 < 0 || n_exons > NF_MAX_COVERED_EXONS || end5 == 0)
        return false;
    if (broken > 0 && broken < end5)
        end5 = broken;
    for (uint32_t number = 1; number < end5; number++) {
        if (coding_bases(panel->annot, target->transcript, number) == 0)
            continue;
        if (imbalance->first5 == 0)
            imbalance->first5 = number;
        imbalance->last5 = number;
    }
    if (imbalance->first5 == 0 || imbalance->last5 >= target->kinase_exon_first)
        return false;
    imbalance->first3 = target->kinase_exon_first;
    imbalance->last3 = target->kinase_exon_last;
    return true;
}

static uint64_t exon_bits(uint32_t first, uint32_t last)
{
    uint64_t bits = 0;
    for (uint32_t number = first; number <= last; number++)
        bits |= (uint64_t)1 << (number - 1);
    return bits;
}

static double effective_length(const struct nf_imbalance_context *context, uint32_t first,
                               uint32_t last)
{
    const struct nf_panel *panel = context->panel;
    const struct nf_sample *sample = context->sample;
    uint32_t transcript = panel->targets.items[context->target].transcript;
    double fragment =
        isnan(sample->insert_median) ? (double)sample->read_length : sample->insert_median;
    int64_t n_bases = 0;
    for (uint32_t number = first; number <= last; number++)
        n_bases += coding_bases(panel->annot, transcript, number);
    return (double)n_bases + (fragment > 1 ? fragment - 1 : 0);
}

/* Annotated splices at a donor that do not lead into a truncated isoform. */
static int64_t count_full(const struct nf_target_coverage *coverage, int64_t donor0)
{
    int64_t n = 0;
    for (size_t i = 0; i < coverage->introns.n; i++) {
        const struct nf_intron_coverage *intron = &coverage->introns.items[i];
        bool truncates = false;
        for (size_t k = 0; k < coverage->isoforms.n; k++)
            truncates = truncates ||
                        (coverage->isoforms.items[k].branch_donor0 == donor0 &&
                         coverage->isoforms.items[k].branch_acceptor0 == intron->acceptor0);
        if (intron->donor0 == donor0 && !truncates)
            n += intron->n_fragments;
    }
    return n;
}

/* Splices at a donor into truncated isoforms; isoforms that share the intron count once. */
static int64_t count_truncating(const struct nf_target_coverage *coverage,
                                const struct nf_target_reads *reads, int64_t donor0)
{
    int64_t n = 0;
    for (size_t i = 0; i < coverage->isoforms.n; i++) {
        const struct nf_isoform_coverage *isoform = &coverage->isoforms.items[i];
        bool counted = isoform->branch_donor0 != donor0;
        for (size_t k = 0; k < i && !counted; k++)
            counted =
                coverage->isoforms.items[k].branch_donor0 == donor0 &&
                coverage->isoforms.items[k].branch_acceptor0 == isoform->branch_acceptor0;
        if (!counted)
            n += nf_reads_spliced(reads, donor0, isoform->branch_acceptor0);
    }
    return n;
}

/* What part of the 5′ fragments goes to truncated isoforms; *n_truncated receives the splices
 * that show it. */
static double truncated_fraction(const struct nf_target_coverage *coverage,
                                 const struct nf_target_reads *reads, int64_t *n_truncated)
{
    double kept = 1;
    bool is_known = false;
    *n_truncated = 0;
    for (size_t i = 0; i < coverage->isoforms.n; i++) {
        int64_t donor0 = coverage->isoforms.items[i].branch_donor0;
        bool done = donor0 < 0;
        for (size_t k = 0; k < i && !done; k++)
            done = coverage->isoforms.items[k].branch_donor0 == donor0;
        if (done)
            continue;
        int64_t n_full = count_full(coverage, donor0);
        int64_t n_short = count_truncating(coverage, reads, donor0);
        *n_truncated += n_short;
        if (n_full + n_short == 0)
            continue;
        kept *= (double)n_full / (double)(n_full + n_short);
        is_known = true;
    }
    return is_known ? 1 - kept : (double)NAN;
}

static void set_ratio(struct nf_imbalance *imbalance)
{
    double n3 = (double)imbalance->n3 + 0.5, n5 = (double)imbalance->n5 + 0.5;
    if (imbalance->n3 + imbalance->n5 == 0 || imbalance->length3 <= 0 ||
        imbalance->length5 <= 0)
        return;
    double log_ratio = log(n3 / imbalance->length3) - log(n5 / imbalance->length5);
    double margin = NORMAL_95 * sqrt(OVERDISPERSION * (1 / n3 + 1 / n5));
    imbalance->ratio = exp(log_ratio);
    imbalance->low = exp(log_ratio - margin);
    imbalance->high = exp(log_ratio + margin);
}

static unsigned find_reasons(const struct nf_imbalance *imbalance,
                             const struct nf_imbalance_context *context, int64_t n_truncated)
{
    enum nf_library library = context->sample->library;
    unsigned reasons = 0;
    if (imbalance->n3 + imbalance->n5 < NF_MIN_IMBALANCE)
        reasons |= NF_UNCALLED_FEW_FRAGMENTS;
    if (library == NF_LIBRARY_ANCHORED || library == NF_LIBRARY_AMPLICON)
        reasons |= NF_UNCALLED_LIBRARY;
    if (n_truncated >= NF_MIN_TRUNCATED && imbalance->truncated_fraction > MAX_TRUNCATED)
        reasons |= NF_UNCALLED_TRUNCATED;
    if (context->three_prime_bias > MAX_BIAS) /* false where it is not known */
        reasons |= NF_UNCALLED_BIASED;
    return reasons;
}

void nf_coverage_imbalance(struct nf_target_coverage *coverage,
                           const struct nf_imbalance_context *context,
                           const struct nf_target_reads *reads)
{
    struct nf_imbalance *imbalance = &coverage->imbalance;
    int64_t n_truncated;
    imbalance->state = NF_IMBALANCE_NO_CALL;
    imbalance->truncated_fraction = truncated_fraction(coverage, reads, &n_truncated);
    if (!choose_regions(imbalance, context)) {
        imbalance->first5 = imbalance->last5 = 0;
        imbalance->reasons = NF_UNCALLED_NO_REGIONS;
        return;
    }
    uint64_t bits3 = exon_bits(imbalance->first3, imbalance->last3);
    uint64_t bits5 = exon_bits(imbalance->first5, imbalance->last5);
    for (size_t i = 0; i < reads->n_covers; i++) {
        imbalance->n3 += (reads->covers[i].coding & bits3) != 0;
        imbalance->n5 += (reads->covers[i].coding & bits5) != 0;
    }
    imbalance->length3 = effective_length(context, imbalance->first3, imbalance->last3);
    imbalance->length5 = effective_length(context, imbalance->first5, imbalance->last5);
    set_ratio(imbalance);
    imbalance->reasons = find_reasons(imbalance, context, n_truncated);
    if (imbalance->reasons)
        return;
    if (imbalance->low > MIN_EXCESS)
        imbalance->state = NF_IMBALANCE_EXCESS_3PRIME;
    else if (imbalance->high < 1 / MIN_EXCESS)
        imbalance->state = NF_IMBALANCE_EXCESS_5PRIME;
    else if (imbalance->low >= 1 / MIN_EXCESS && imbalance->high <= MIN_EXCESS)
        imbalance->state = NF_IMBALANCE_BALANCED;
    else
        imbalance->reasons = NF_UNCALLED_UNDECIDED;
}

const char *nf_imbalance_state_name(enum nf_imbalance_state state)
{
    static const char *const names[] = {"no_call", "balanced", "excess_3prime",
                                        "excess_5prime"};
    return names[state];
}

const char *nf_imbalance_reason_name(unsigned bit)
{
    static const char *const names[NF_N_IMBALANCE_REASONS] = {
        "few_fragments",      "library",    "truncated_isoforms",
        "three_prime_biased", "no_regions", "undecided"};
    return bit < NF_N_IMBALANCE_REASONS ? names[bit] : NULL;
}
