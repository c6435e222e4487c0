/* SPDX-License-Identifier: MIT */
/* score: what each term says, and the limits of the tiers. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "ntrkfuse/score.h"
#include "support.h"
#include "support_score.h"

static double value(enum nf_model_parameter parameter)
{
    return nft_scores.model.values[parameter];
}

START_TEST(terms_add_up)
{
    nft_score_add(1, 5)->level = NF_KNOWN_PAIR;
    const struct nf_score *found = nft_score_of(0);
    double sum = 0;
    for (int t = 0; t < NF_N_SCORE_TERMS; t++) {
        sum += found->terms[t];
        ck_assert_ptr_nonnull(nf_score_term((enum nf_score_term)t)->name);
        ck_assert_int_gt(strlen(nf_score_term((enum nf_score_term)t)->meaning), 10);
    }
    ck_assert_double_eq_tol(found->log_odds, sum, 1e-12);
    ck_assert_double_eq_tol(found->posterior, 1 / (1 + exp(-sum)), 1e-12);
    ck_assert_double_eq_tol(found->qual, -10 * log10(1 - found->posterior), 1e-6);
}
END_TEST

START_TEST(odds_before_looking)
{
    /* ln(0.003 / 0.997) over (0 + 1 × 1) / 2 noise junctions. */
    nft_score_add(1, 5);
    ck_assert_double_eq_tol(nft_score_term_of(0, NF_TERM_PRIOR), -5.8061383 + log(2), 1e-6);
}
END_TEST

START_TEST(lone_fragments_of_other_pairs_are_noise)
{
    nft_score_add(1, 5);
    for (uint32_t i = 0; i < 9; i++)
        nft_score_add(2 + i, 1);
    nft_score_add(1, 1); /* of the same pair: not counted */
    ck_assert_double_eq_tol(nft_score_term_of(0, NF_TERM_PRIOR), log(0.003 / 0.997) - log(5),
                            1e-9);
    /* Each of the nine has eight others, and that of pair 1. */
    ck_assert_double_eq_tol(nft_score_term_of(1, NF_TERM_PRIOR), log(0.003 / 0.997) - log(5),
                            1e-9);
}
END_TEST

START_TEST(histology_moves_one_posterior)
{
    nft_score_add(1, 2);
    double flat = nft_score_of(0)->posterior_flat;
    ck_assert_double_eq(nft_score_of(0)->posterior, flat);
    nft_scores.context.prevalence = 0.2;
    ck_assert_double_eq_tol(nft_score_of(0)->posterior_flat, flat, 1e-12);
    ck_assert_double_eq_tol(
        log(nft_score_of(0)->posterior / (1 - nft_score_of(0)->posterior)) -
            log(flat / (1 - flat)),
        log(0.2 / 0.8) - log(0.003 / 0.997), 1e-9);
}
END_TEST

/* The mass at i over that at zero. */
static double negative_binomial(int i, double shape, double p)
{
    double mass = 1;
    for (int j = 0; j < i; j++)
        mass *= p * (shape + j) / (j + 1.0);
    return mass;
}

/* Against sums over the negative binomial's own mass, term by term. */
START_TEST(noise_tail)
{
    static const struct {
        double mean, shape;
    } rows[] = {{0.001, 0.5}, {0.5, 0.5}, {3, 2}};
    for (size_t r = 0; r < NFT_COUNT(rows); r++) {
        double k = rows[r].shape, p = rows[r].mean / (k + rows[r].mean);
        for (int n = 1; n <= 12; n++) {
            double below = 0, zero = pow(1 - p, k);
            for (int i = 1; i < n; i++)
                below += zero * negative_binomial(i, k, p);
            double expected = (1 - zero - below) / (1 - zero);
            ck_assert_double_eq_tol(nf_score_noise_tail(n, rows[r].mean, k, 1e-9, 0), expected,
                                    1e-7);
        }
    }
    ck_assert_double_eq(nf_score_noise_tail(0, 1, 1, 0.1, 0.5), 1);
    ck_assert_double_eq_tol(nf_score_noise_tail(4, 1e-9, 1, 0.1, 0.5), 0.0125, 1e-6);
    for (int64_t n = 1; n < 100000; n *= 3)
        ck_assert_double_ge(nf_score_noise_tail(n, 500, 0.5, 0.01, 0.9),
                            nf_score_noise_tail(3 * n, 500, 0.5, 0.01, 0.9));
}
END_TEST

START_TEST(abundant_partners_need_more)
{
    for (uint32_t i = 0; i < 20; i++)
        nft_score_add(10 + i, 1);
    nft_score_add(1, 4);
    nft_score_add(2, 4);
    nft_scores.junctions[20].n_partner_records = 100;
    nft_scores.junctions[21].n_partner_records = 5000000;
    ck_assert_double_gt(nft_score_term_of(20, NF_TERM_EVIDENCE),
                        nft_score_term_of(21, NF_TERM_EVIDENCE) + 0.1);
}
END_TEST

/* A change of a fusion with five fragments, and the term it moves. */
enum change {
    SHORT_ANCHORS,
    MIDDLE_ANCHORS,
    LOW_MAPQ,
    MANY_EDITS,
    SPANNING,
    TARGET_INTRON,
    PARTNER_EXON,
    ANTISENSE,
    INTERGENIC,
    NEIGHBOUR,
    MULTIMAPPED,
    AMBIGUOUS,
    INTRAGENIC,
    ACCEPTOR,
    JUNCTION,
    ONE_START
};

static const struct {
    enum change change;
    enum nf_score_term term;
    enum nf_model_parameter expected;
} changes[] = {
    {SHORT_ANCHORS, NF_TERM_ANCHORS, NF_MODEL_ANCHOR_SHORT},
    {MIDDLE_ANCHORS, NF_TERM_ANCHORS, NF_MODEL_ANCHOR_15},
    {LOW_MAPQ, NF_TERM_MAPPING, NF_MODEL_MAPQ_10},
    {MANY_EDITS, NF_TERM_MISMATCHES, NF_MODEL_EDITS_MANY},
    {SPANNING, NF_TERM_BOTH_KINDS, NF_MODEL_BOTH_KINDS},
    {TARGET_INTRON, NF_TERM_EDGES, NF_MODEL_EDGES_0},
    {PARTNER_EXON, NF_TERM_EDGES, NF_MODEL_EDGES_1},
    {ANTISENSE, NF_TERM_DIRECTION, NF_MODEL_ANTISENSE},
    {INTERGENIC, NF_TERM_DIRECTION, NF_MODEL_INTERGENIC},
    {NEIGHBOUR, NF_TERM_NEIGHBOUR, NF_MODEL_NEIGHBOUR},
    {MULTIMAPPED, NF_TERM_UNIQUENESS, NF_MODEL_MULTIMAPPED},
    {AMBIGUOUS, NF_TERM_UNIQUENESS, NF_MODEL_AMBIGUOUS},
    {ACCEPTOR, NF_TERM_CATALOGUE, NF_MODEL_KNOWN_ACCEPTOR},
    {JUNCTION, NF_TERM_CATALOGUE, NF_MODEL_KNOWN_JUNCTION},
    {INTRAGENIC, NF_TERM_SPLICING, NF_MODEL_INTRAGENIC},
    {ONE_START, NF_TERM_STARTS, NF_MODEL_STARTS_1},
};

static void apply_change(struct nf_fusion *fusion, enum change change)
{
    struct nf_junction *junction = &nft_scores.junctions[0];
    for (size_t i = 0; i < junction->supports.n; i++) {
        struct nf_support *support = &junction->supports.items[i];
        if (change == SHORT_ANCHORS)
            support->anchor3 = 9;
        if (change == MIDDLE_ANCHORS)
            support->anchor5 = 19;
        if (change == MULTIMAPPED)
            support->multi5 = true;
        if (change == LOW_MAPQ)
            support->mapq3 = 29;
        if (change == MANY_EDITS)
            support->edits = 6;
    }
    if (change == SPANNING)
        junction->n_spanning = junction->n_pairs_apart = 1, junction->n_molecules++;
    if (change == TARGET_INTRON)
        fusion->three.site = NF_SITE_INTRON;
    if (change == PARTNER_EXON)
        fusion->five.site = NF_SITE_EXON;
    if (change == ANTISENSE)
        fusion->five.site = NF_SITE_ANTISENSE;
    if (change == INTERGENIC)
        fusion->five.site = NF_SITE_INTERGENIC;
    if (change == NEIGHBOUR)
        fusion->flags |= NF_FLAG_READ_THROUGH_POSSIBLE;
    if (change == AMBIGUOUS)
        fusion->flags |= NF_FLAG_PARTNER_AMBIGUOUS;
    if (change == ACCEPTOR)
        fusion->level = NF_KNOWN_ACCEPTOR;
    if (change == JUNCTION)
        fusion->level = NF_KNOWN_JUNCTION;
    junction->intragenic = change == INTRAGENIC;
    if (change == ONE_START)
        junction->n_start_sites = 1;
}

START_TEST(each_term)
{
    struct nf_fusion *fusion = nft_score_add(1, 5);
    double before = nft_score_term_of(0, changes[_i].term);
    apply_change(fusion, changes[_i].change);
    ck_assert_double_eq_tol(nft_score_term_of(0, changes[_i].term),
                            value(changes[_i].expected), 1e-12);
    ck_assert_double_ne(nft_score_term_of(0, changes[_i].term), before);
}
END_TEST

START_TEST(minor_splicing)
{
    struct nf_fusion *fusion = nft_score_add(1, 5);
    nft_scores.junctions[0].intragenic = true;
    fusion->fusion_fraction = 0.049;
    ck_assert_double_eq_tol(nft_score_term_of(0, NF_TERM_SPLICING),
                            value(NF_MODEL_INTRAGENIC) + value(NF_MODEL_MINOR_SPLICING),
                            1e-12);
    nft_scores.set.fusions.items[0].fusion_fraction = 0.05;
    ck_assert_double_eq_tol(nft_score_term_of(0, NF_TERM_SPLICING), value(NF_MODEL_INTRAGENIC),
                            1e-12);
}
END_TEST

/* What a fusion of `n` fragments and `n_starts` starts gets. */
static const struct {
    const char *name;
    enum nf_library library;
    bool umi;
    int n, n_starts;
    enum nf_catalogue_level level;
    unsigned flags;
    enum nf_tier best;  /* the tier must be this or a worse one … */
    enum nf_tier worst; /* … and this or a better one */
    unsigned has;       /* flags it must have */
} tiers[] = {
    {"a new partner, ten fragments", NF_LIBRARY_WTS, false, 10, 8, NF_KNOWN_NONE, 0,
     NF_TIER_HIGH, NF_TIER_HIGH, 0},
    {"five", NF_LIBRARY_WTS, false, 5, 5, NF_KNOWN_NONE, 0, NF_TIER_HIGH, NF_TIER_MEDIUM, 0},
    {"one", NF_LIBRARY_WTS, false, 1, 1, NF_KNOWN_NONE, 0, NF_TIER_LOW, NF_TIER_NONE, 0},
    {"one, published", NF_LIBRARY_WTS, false, 1, 1, NF_KNOWN_JUNCTION, 0, NF_TIER_LOW,
     NF_TIER_LOW, NF_FLAG_POSSIBLE_CARRYOVER},
    {"two, published", NF_LIBRARY_WTS, false, 2, 2, NF_KNOWN_JUNCTION, 0, NF_TIER_LOW,
     NF_TIER_LOW, NF_FLAG_POSSIBLE_CARRYOVER},
    {"three, published", NF_LIBRARY_WTS, false, 3, 3, NF_KNOWN_JUNCTION, 0, NF_TIER_HIGH,
     NF_TIER_HIGH, 0},
    {"one start", NF_LIBRARY_WTS, false, 30, 1, NF_KNOWN_JUNCTION, 0, NF_TIER_MEDIUM,
     NF_TIER_MEDIUM, NF_FLAG_FEW_MOLECULES},
    {"anchored, five and three", NF_LIBRARY_ANCHORED, true, 5, 3, NF_KNOWN_JUNCTION, 0,
     NF_TIER_HIGH, NF_TIER_HIGH, 0},
    {"anchored, five and two", NF_LIBRARY_ANCHORED, true, 5, 2, NF_KNOWN_JUNCTION, 0,
     NF_TIER_MEDIUM, NF_TIER_MEDIUM, NF_FLAG_FEW_MOLECULES},
    {"anchored, four and four", NF_LIBRARY_ANCHORED, true, 4, 4, NF_KNOWN_JUNCTION, 0,
     NF_TIER_MEDIUM, NF_TIER_MEDIUM, NF_FLAG_FEW_MOLECULES},
    {"amplicon, molecules told", NF_LIBRARY_AMPLICON, true, 5, 1, NF_KNOWN_JUNCTION, 0,
     NF_TIER_HIGH, NF_TIER_HIGH, 0},
    {"amplicon, copies not told", NF_LIBRARY_AMPLICON, false, 3, 2, NF_KNOWN_JUNCTION,
     NF_FLAG_AMPLICON_NO_UMI, NF_TIER_MEDIUM, NF_TIER_LOW, 0},
    {"a neighbour", NF_LIBRARY_WTS, false, 50, 40, NF_KNOWN_JUNCTION,
     NF_FLAG_READ_THROUGH_POSSIBLE, NF_TIER_MEDIUM, NF_TIER_MEDIUM, 0},
};

START_TEST(limits_of_tiers)
{
    struct nf_fusion *fusion = nft_score_add(1, tiers[_i].n);
    nft_scores.junctions[0].n_start_sites = tiers[_i].n_starts;
    nft_scores.sample.library = tiers[_i].library;
    nft_scores.sample.has_umi_tags = tiers[_i].umi;
    fusion->level = tiers[_i].level;
    fusion->flags |= tiers[_i].flags;
    enum nf_tier tier = nft_score_of(0)->tier;
    ck_assert_msg(tier >= tiers[_i].best && tier <= tiers[_i].worst, "%s: %s", tiers[_i].name,
                  nf_tier_name(tier));
    ck_assert_msg((nft_scores.set.fusions.items[0].flags & tiers[_i].has) == tiers[_i].has,
                  "%s", tiers[_i].name);
}
END_TEST

START_TEST(break_off_the_edges_is_never_high)
{
    struct nf_fusion *fusion = nft_score_add(1, 60);
    fusion->level = NF_KNOWN_PAIR_EXON;
    fusion->three.site = NF_SITE_INTRON;
    ck_assert_int_ge(nft_score_of(0)->tier, NF_TIER_MEDIUM);
    nft_scores.set.fusions.items[0].level = NF_KNOWN_PAIR;
    ck_assert_int_ge(nft_score_of(0)->tier, NF_TIER_LOW); /* an exon joined to mid-intron */
}
END_TEST

START_TEST(many_genes_at_one_place)
{
    for (uint32_t i = 0; i < 15; i++)
        nft_score_add(1 + i, 2);
    for (size_t i = 0; i < 15; i++) {
        ck_assert_int_eq(nft_score_of(i)->n_rivals, 14);
        ck_assert_int_ge(nft_score_of(i)->tier, NF_TIER_LOW);
        ck_assert(nft_scores.set.fusions.items[i].flags & NF_FLAG_PROMISCUOUS_SITE);
    }
    ck_assert_double_eq_tol(nft_score_term_of(0, NF_TERM_PROMISCUITY),
                            value(NF_MODEL_PROMISCUOUS) * log(15), 1e-12);
    /* One that is much stronger has no rivals among them. */
    nft_scores.junctions[0].n_unique = nft_scores.junctions[0].n_molecules = 100;
    ck_assert_int_eq(nft_score_of(0)->n_rivals, 0);
    ck_assert_int_eq(nft_score_of(1)->n_rivals, 14);
}
END_TEST

START_TEST(rivals_are_other_unknown_genes)
{
    nft_score_add(1, 5);
    nft_score_add(1, 5);                        /* the same gene */
    nft_score_add(2, 5)->level = NF_KNOWN_PAIR; /* known to fuse */
    nft_score_add(3, 5);
    nft_scores.junctions[3].three.pos0++; /* another place */
    nft_score_add(NF_NO_GENE, 5);         /* two breaks between genes are two partners */
    nft_score_add(NF_NO_GENE, 5);
    ck_assert_int_eq(nft_score_of(0)->n_rivals, 2);
    ck_assert_int_eq(nft_score_of(1)->n_rivals, 2);
    ck_assert_int_eq(nft_score_of(2)->n_rivals, 3);
    ck_assert_int_eq(nft_score_of(3)->n_rivals, 0);
    ck_assert_int_eq(nft_score_of(4)->n_rivals, 2);
}
END_TEST

/* One gene, known by one junction at a place and unknown by another there. */
START_TEST(a_known_gene_is_no_rival_of_itself)
{
    nft_score_add(1, 10)->level = NF_KNOWN_JUNCTION;
    nft_score_add(1, 5)->five.site = NF_SITE_ANTISENSE;
    ck_assert_int_eq(nft_score_of(0)->n_rivals, 0);
    ck_assert_int_eq(nft_score_of(1)->n_rivals, 0);
    nft_score_add(2, 5);
    ck_assert_int_eq(nft_score_of(0)->n_rivals, 1);
    ck_assert_int_eq(nft_score_of(1)->n_rivals, 1);
    ck_assert_int_eq(nft_score_of(2)->n_rivals, 1);
    ck_assert(isfinite(nft_score_of(1)->log_odds));
}
END_TEST

START_TEST(order_does_not_matter)
{
    double before[8];
    for (uint32_t i = 0; i < 8; i++)
        nft_score_add(1 + i % 5, 1 + i % 3);
    for (size_t i = 0; i < 8; i++)
        before[i] = nft_score_of(i)->posterior;
    for (size_t i = 0; i < 4; i++) {
        struct nf_fusion swap = nft_scores.set.fusions.items[i];
        nft_scores.set.fusions.items[i] = nft_scores.set.fusions.items[7 - i];
        nft_scores.set.fusions.items[7 - i] = swap;
    }
    for (size_t i = 0; i < 8; i++)
        ck_assert_double_eq(nft_score_of(i)->posterior, before[7 - i]);
}
END_TEST

Suite *score_suite(void)
{
    Suite *suite = suite_create("score");
    TCase *terms = tcase_create("terms"), *ways = tcase_create("tiers");

    tcase_add_checked_fixture(terms, nft_scores_begin, nft_scores_end);
    tcase_add_test(terms, terms_add_up);
    tcase_add_test(terms, odds_before_looking);
    tcase_add_test(terms, lone_fragments_of_other_pairs_are_noise);
    tcase_add_test(terms, histology_moves_one_posterior);
    tcase_add_test(terms, noise_tail);
    tcase_add_test(terms, abundant_partners_need_more);
    tcase_add_loop_test(terms, each_term, 0, NFT_COUNT(changes));
    tcase_add_test(terms, minor_splicing);
    suite_add_tcase(suite, terms);
    tcase_add_checked_fixture(ways, nft_scores_begin, nft_scores_end);
    tcase_add_loop_test(ways, limits_of_tiers, 0, NFT_COUNT(tiers));
    tcase_add_test(ways, break_off_the_edges_is_never_high);
    tcase_add_test(ways, many_genes_at_one_place);
    tcase_add_test(ways, rivals_are_other_unknown_genes);
    tcase_add_test(ways, a_known_gene_is_no_rival_of_itself);
    tcase_add_test(ways, order_does_not_matter);
    suite_add_tcase(suite, ways);
    return suite;
}
