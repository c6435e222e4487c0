/* SPDX-License-Identifier: MIT */
/* score: the posterior that a junction is a true chimeric transcript.
 *
 * Two explanations compete for a junction that has been seen: a transcript that is there, or
 * noise: chimeras that arise when libraries are made, and reads placed wrongly. Before
 * looking, their odds are the prevalence of fusions among samples over the number of noise
 * junctions a sample shows at its targets. That number is learned: noise junctions have one
 * fragment, so those of one fragment that join other genes are counted, and averaged with what
 * is usual.
 *
 * Evidence is the chance that a noise junction reaches as many unique fragments. Noise comes
 * again by chance, which depends on how much of the partner there is (a negative binomial, for
 * chimeras are uneven), and for reasons that make it come at the same place each time; such
 * reasons are rare between two exon edges and common elsewhere. Its negative logarithm never
 * falls with the number of fragments, and has an upper bound: no depth makes up for a
 * systematic error.
 *
 * The other terms are logarithms of how much more usual a feature is among transcripts than
 * among noise. They look at the best of the supporting fragments, not at the mean, so that one
 * more fragment does not lower a score.
 *
 * The posterior under the overall prevalence cuts the tiers, whose error rates rest on it: a
 * histology in which fusions are frequent makes no call. Limits then hold a tier down whatever
 * the posterior: few molecules, carry-over, a neighbour that may be read through, copies that
 * cannot be told. */
#include "ntrkfuse/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"

enum { GOOD_ANCHOR_1 = 10, GOOD_ANCHOR_2 = 15, GOOD_ANCHOR_3 = 20, GOOD_ANCHOR_4 = 30 };

/* How the ends of a junction lie. An exon joined to the middle of an intron is what a wrongly
 * placed piece of another gene looks like. */
enum break_class {
    BREAK_NO_EDGE, /* no end on an exon edge, or the target's in none of its exons */
    BREAK_ONE_EDGE,
    BREAK_BOTH_EDGES
};

/* What the terms of one fusion are computed from. */
struct subject {
    const struct nf_score_context *context;
    const struct nf_fusion *fusion;
    struct nf_score_peers peers;
    enum break_class break_class;
};

static double value(const struct subject *subject, enum nf_model_parameter parameter)
{
    return subject->context->model->values[parameter];
}

/* Noise junctions expected at the targets of this sample. */
static double noise_junctions(const struct subject *subject)
{
    double weight = value(subject, NF_MODEL_NOISE_WEIGHT);
    return ((double)subject->peers.n_singletons +
            weight * value(subject, NF_MODEL_NOISE_JUNCTIONS)) /
           (1.0 + weight);
}

static double prior_term(const struct subject *subject)
{
    double prevalence = subject->context->prevalence;
    return log(prevalence / (1.0 - prevalence)) - log(noise_junctions(subject));
}

double nf_score_noise_tail(int64_t n, double mean, double shape, double share, double ratio)
{
    if (n <= 1)
        return 1.0;
    double success = mean / (shape + mean);
    double mass = pow(1.0 - success, shape); /* of zero */
    double rest = 1.0 - mass;                /* P(U ≥ i) at the top of the loop */
    double least_one = rest;
    for (int64_t i = 1; i < n && rest > 1e-12 * least_one; i++) {
        mass *= success * (shape + (double)i - 1.0) / (double)i;
        rest -= mass;
    }
    double chance = least_one > 0 && rest > 0 ? rest / least_one : 0.0;
    return (1.0 - share) * chance + share * pow(ratio, (double)(n - 1));
}

static double partner_share(const struct subject *subject)
{
    int64_t n_records = subject->fusion->junction->n_partner_records;
    int64_t n_mapped = subject->context->n_mapped;
    if (n_records < 0 || n_mapped <= 0 || n_records > n_mapped)
        return value(subject, NF_MODEL_PARTNER_SHARE);
    return ((double)n_records + 1.0) / ((double)n_mapped + 1.0);
}

static double evidence_term(const struct subject *subject)
{
    static const enum nf_model_parameter shares[] = {
        NF_MODEL_RECUR0_SHARE, NF_MODEL_RECUR1_SHARE, NF_MODEL_RECUR2_SHARE};
    static const enum nf_model_parameter ratios[] = {
        NF_MODEL_RECUR0_RATIO, NF_MODEL_RECUR1_RATIO, NF_MODEL_RECUR2_RATIO};
    double mean =
        noise_junctions(subject) * partner_share(subject) * value(subject, NF_MODEL_SAME_SITE);
    double tail = nf_score_noise_tail(subject->fusion->junction->n_molecules, mean,
                                      value(subject, NF_MODEL_NB_SHAPE),
                                      value(subject, shares[subject->break_class]),
                                      value(subject, ratios[subject->break_class]));
    double most = value(subject, NF_MODEL_EVIDENCE_MOST);
    return tail > exp(-most) ? -log(tail) : most;
}

static double starts_term(const struct subject *subject)
{
    int64_t n = subject->fusion->junction->n_start_sites;
    if (n <= 1 || nf_sample_copies(subject->context->sample) == NF_COPIES_UNTOLD)
        return value(subject, NF_MODEL_STARTS_1);
    return value(subject, n >= 5 ? NF_MODEL_STARTS_5
                                 : (enum nf_model_parameter)(NF_MODEL_STARTS_1 + n - 1));
}

/* The longest anchor that a fragment shows on both sides. */
static int32_t longest_anchor(const struct nf_junction *junction)
{
    int32_t longest = 0;
    for (size_t i = 0; i < junction->supports.n; i++) {
        const struct nf_support *support = &junction->supports.items[i];
        int32_t shorter =
            support->anchor5 < support->anchor3 ? support->anchor5 : support->anchor3;
        if (shorter > longest)
            longest = shorter;
    }
    return longest;
}

static double anchors_term(const struct subject *subject)
{
    int32_t longest = longest_anchor(subject->fusion->junction);
    return value(subject, longest >= GOOD_ANCHOR_4   ? NF_MODEL_ANCHOR_30
                          : longest >= GOOD_ANCHOR_3 ? NF_MODEL_ANCHOR_20
                          : longest >= GOOD_ANCHOR_2 ? NF_MODEL_ANCHOR_15
                          : longest >= GOOD_ANCHOR_1 ? NF_MODEL_ANCHOR_10
                                                     : NF_MODEL_ANCHOR_SHORT);
}

static double mapping_term(const struct subject *subject)
{
    const struct nf_junction *junction = subject->fusion->junction;
    uint8_t best = 0;
    for (size_t i = 0; i < junction->supports.n; i++) {
        const struct nf_support *support = &junction->supports.items[i];
        uint8_t mapq = junction->target_is_3prime ? support->mapq3 : support->mapq5;
        if (mapq > best)
            best = mapq;
    }
    return value(subject, best >= 30   ? NF_MODEL_MAPQ_30
                          : best >= 10 ? NF_MODEL_MAPQ_10
                                       : NF_MODEL_MAPQ_LOW);
}

/* Pairs say nothing here; a read whose edit distance is not known has the benefit of the
 * doubt. */
static double mismatches_term(const struct subject *subject)
{
    const struct nf_junction *junction = subject->fusion->junction;
    bool any_many = false;
    for (size_t i = 0; i < junction->supports.n; i++) {
        const struct nf_support *support = &junction->supports.items[i];
        if (support->kind == NF_SUPPORT_SPANNING)
            continue;
        if (support->edits < 0 ||
            20 * (int64_t)support->edits <= (int64_t)support->anchor5 + support->anchor3)
            return 0.0;
        any_many = true;
    }
    return any_many ? value(subject, NF_MODEL_EDITS_MANY) : 0.0;
}

static double both_kinds_term(const struct subject *subject)
{
    const struct nf_junction *junction = subject->fusion->junction;
    return junction->n_spanning > 0 && junction->n_split + junction->n_rescued > 0
               ? value(subject, NF_MODEL_BOTH_KINDS)
               : 0.0;
}

static double edges_term(const struct subject *subject)
{
    static const enum nf_model_parameter edges[] = {NF_MODEL_EDGES_0, NF_MODEL_EDGES_1,
                                                    NF_MODEL_EDGES_2};
    return value(subject, edges[subject->break_class]);
}

static double direction_term(const struct subject *subject)
{
    const struct nf_fusion *fusion = subject->fusion;
    const struct nf_side *sides[2] = {&fusion->five, &fusion->three};
    double sum = 0;
    for (size_t i = 0; i < 2; i++) {
        if (sides[i]->site == NF_SITE_ANTISENSE)
            sum += value(subject, NF_MODEL_ANTISENSE);
        if (sides[i]->site == NF_SITE_INTERGENIC)
            sum += value(subject, NF_MODEL_INTERGENIC);
    }
    return sum;
}

static double neighbour_term(const struct subject *subject)
{
    return subject->fusion->flags & NF_FLAG_READ_THROUGH_POSSIBLE
               ? value(subject, NF_MODEL_NEIGHBOUR)
               : 0.0;
}

/* Has any fragment its partner's piece at one place only? */
static bool has_unique_partner(const struct nf_junction *junction)
{
    for (size_t i = 0; i < junction->supports.n; i++) {
        const struct nf_support *support = &junction->supports.items[i];
        if (!(junction->target_is_3prime ? support->multi5 : support->multi3))
            return true;
    }
    return junction->supports.n == 0;
}

static double uniqueness_term(const struct subject *subject)
{
    const struct nf_fusion *fusion = subject->fusion;
    return (has_unique_partner(fusion->junction) ? 0.0
                                                 : value(subject, NF_MODEL_MULTIMAPPED)) +
           (fusion->flags & NF_FLAG_PARTNER_AMBIGUOUS ? value(subject, NF_MODEL_AMBIGUOUS)
                                                      : 0.0);
}

static double promiscuity_term(const struct subject *subject)
{
    double sum =
        value(subject, NF_MODEL_PROMISCUOUS) * log(1.0 + (double)subject->peers.n_rivals);
    double least = value(subject, NF_MODEL_PROMISCUOUS_LEAST);
    return sum > least ? sum : least;
}

static double splicing_term(const struct subject *subject)
{
    const struct nf_fusion *fusion = subject->fusion;
    if (!fusion->junction->intragenic)
        return 0.0;
    return value(subject, NF_MODEL_INTRAGENIC) +
           (fusion->fusion_fraction < 0.05 ? value(subject, NF_MODEL_MINOR_SPLICING) : 0.0);
}

static double catalogue_term(const struct subject *subject)
{
    return value(subject,
                 (enum nf_model_parameter)(NF_MODEL_KNOWN_NONE + (int)subject->fusion->level));
}

static const struct {
    struct nf_score_term_row row;
    double (*find)(const struct subject *subject);
} terms[NF_N_SCORE_TERMS] = {
    [NF_TERM_PRIOR] = {{"prior", "prevalence of fusions over the noise of this sample"},
                       prior_term},
    [NF_TERM_EVIDENCE] = {{"evidence", "more molecules than noise would show"}, evidence_term},
    [NF_TERM_STARTS] = {{"starts", "distinct starts of the reads over the break"},
                        starts_term},
    [NF_TERM_ANCHORS] = {{"anchors", "longest anchor that a read shows on both sides"},
                         anchors_term},
    [NF_TERM_MAPPING] = {{"mapping", "best mapping quality on the target's side"},
                         mapping_term},
    [NF_TERM_MISMATCHES] = {{"mismatches", "no split read fits well"}, mismatches_term},
    [NF_TERM_BOTH_KINDS] = {{"both_kinds", "reads over the break and pairs around it"},
                            both_kinds_term},
    [NF_TERM_EDGES] = {{"edges", "ends at edges of exons"}, edges_term},
    [NF_TERM_DIRECTION] = {{"direction", "an end against a gene's direction, or in no gene"},
                           direction_term},
    [NF_TERM_NEIGHBOUR] = {{"neighbour", "transcription may run through from a neighbour"},
                           neighbour_term},
    [NF_TERM_UNIQUENESS] = {{"uniqueness", "the partner's place is not certain"},
                            uniqueness_term},
    [NF_TERM_PROMISCUITY] = {{"promiscuity", "one of many genes joined to the same place"},
                             promiscuity_term},
    [NF_TERM_SPLICING] = {{"splicing", "both ends in one gene"}, splicing_term},
    [NF_TERM_CATALOGUE] = {{"catalogue", "how well the junction is known"}, catalogue_term},
};

const struct nf_score_term_row *nf_score_term(enum nf_score_term term)
{
    return &terms[term].row;
}

/* ---- tiers ---- */

static double posterior_of(double log_odds)
{
    return log_odds >= 0 ? 1.0 / (1.0 + exp(-log_odds))
                         : exp(log_odds) / (1.0 + exp(log_odds));
}

static double qual_of(double log_odds)
{
    double qual = 10.0 * log1p(exp(log_odds > 100 ? 100 : log_odds)) / log(10.0);
    return qual < 99.0 ? qual : 99.0;
}

static enum nf_tier tier_of(const struct nf_score_model *model, double posterior)
{
    return posterior >= model->values[NF_MODEL_TIER_HIGH]     ? NF_TIER_HIGH
           : posterior >= model->values[NF_MODEL_TIER_MEDIUM] ? NF_TIER_MEDIUM
           : posterior >= model->values[NF_MODEL_TIER_LOW]    ? NF_TIER_LOW
                                                              : NF_TIER_NONE;
}

/* Too few molecules, or too few places where they begin, for tier HIGH. Where primers decide
 * where reads begin, more is asked for; every read of an amplicon begins at one. */
static bool has_few_molecules(const struct nf_sample *sample,
                              const struct nf_junction *junction)
{
    int64_t n_starts = junction->n_start_sites;
    switch (sample->library) {
    case NF_LIBRARY_AMPLICON:
        return junction->n_molecules < NF_HIGH_MOLECULES_ANCHORED;
    case NF_LIBRARY_ANCHORED:
        return junction->n_molecules < NF_HIGH_MOLECULES_ANCHORED ||
               n_starts < NF_HIGH_STARTS_ANCHORED;
    default:
        return junction->n_molecules < NF_HIGH_FRAGMENTS ||
               n_starts + junction->n_pairs_apart < NF_HIGH_STARTS;
    }
}

static enum nf_tier at_most(enum nf_tier tier, enum nf_tier limit)
{
    return tier < limit ? limit : tier;
}

/* A flag, and the best tier a fusion that bears it can have. */
static const struct {
    unsigned flag;
    enum nf_tier limit;
} limits[] = {{NF_FLAG_POSSIBLE_CARRYOVER, NF_TIER_LOW},
              {NF_FLAG_SINGLE_FRAGMENT, NF_TIER_LOW},
              {NF_FLAG_FEW_MOLECULES, NF_TIER_MEDIUM},
              {NF_FLAG_AMPLICON_NO_UMI, NF_TIER_MEDIUM},
              {NF_FLAG_READ_THROUGH_POSSIBLE, NF_TIER_MEDIUM},
              {NF_FLAG_PROMISCUOUS_SITE, NF_TIER_MEDIUM}};

static void limit_tier(const struct nf_sample *sample, struct nf_fusion *fusion,
                       enum break_class break_class)
{
    struct nf_score *score = &fusion->score;
    const struct nf_junction *junction = fusion->junction;
    if (fusion->level == NF_KNOWN_JUNCTION && junction->n_molecules < NF_CARRYOVER_FRAGMENTS)
        fusion->flags |= NF_FLAG_POSSIBLE_CARRYOVER;
    if (score->n_rivals >= NF_PROMISCUOUS_GENES)
        fusion->flags |= NF_FLAG_PROMISCUOUS_SITE;
    if (score->tier_unlimited == NF_TIER_HIGH && has_few_molecules(sample, junction))
        fusion->flags |= NF_FLAG_FEW_MOLECULES;
    score->tier = score->tier_unlimited;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        if (fusion->flags & limits[i].flag)
            score->tier = at_most(score->tier, limits[i].limit);
    /* Nothing but sequence could confirm a break off the edges or one that short reads tell,
     * and rare splicing of one gene is common. */
    if (break_class == BREAK_NO_EDGE || junction->intragenic ||
        longest_anchor(junction) < GOOD_ANCHOR_1)
        score->tier = at_most(score->tier, NF_TIER_MEDIUM);
}

static enum break_class break_class_of(const struct nf_fusion *fusion)
{
    const struct nf_side *target =
        fusion->junction->target_is_3prime ? &fusion->three : &fusion->five;
    int n_edges = (fusion->five.site == NF_SITE_EDGE) + (fusion->three.site == NF_SITE_EDGE);
    if (n_edges == 0 || (target->site != NF_SITE_EDGE && target->site != NF_SITE_EXON))
        return BREAK_NO_EDGE;
    return n_edges == 2 ? BREAK_BOTH_EDGES : BREAK_ONE_EDGE;
}

static void score_fusion(struct subject *subject, struct nf_fusion *fusion)
{
    const struct nf_score_context *context = subject->context;
    struct nf_score *score = &fusion->score;
    subject->fusion = fusion;
    subject->break_class = break_class_of(fusion);
    score->n_rivals = subject->peers.n_rivals;
    score->log_odds = 0;
    for (size_t t = 0; t < NF_N_SCORE_TERMS; t++) {
        score->terms[t] = terms[t].find(subject);
        score->log_odds += score->terms[t];
    }
    double shift = log(context->prevalence_flat / (1.0 - context->prevalence_flat)) -
                   log(context->prevalence / (1.0 - context->prevalence));
    score->posterior = posterior_of(score->log_odds);
    score->posterior_flat = posterior_of(score->log_odds + shift);
    score->qual = qual_of(score->log_odds);
    score->tier_unlimited = tier_of(context->model, score->posterior_flat);
    limit_tier(context->sample, fusion, subject->break_class);
}

enum nf_status nf_scores_apply(struct nf_fusion_set *set,
                               const struct nf_score_context *context)
{
    struct nf_score_peers *peers = calloc(set->fusions.n + 1, sizeof *peers);
    enum nf_status status =
        peers ? nf_score_find_peers(set, peers) : nf_fail_memory("the scores");
    for (size_t i = 0; i < set->fusions.n && !status; i++) {
        struct subject subject = {.context = context, .peers = peers[i]};
        score_fusion(&subject, &set->fusions.items[i]);
        status = nf_interrupt_check();
    }
    free(peers);
    return status;
}
