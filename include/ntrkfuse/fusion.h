/* SPDX-License-Identifier: MIT */
/* fusion: what a junction means. Level: calls. */
#ifndef NTRKFUSE_FUSION_H
#define NTRKFUSE_FUSION_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/catalogue.h"
#include "ntrkfuse/junction.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/scan.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

enum nf_site {
    NF_SITE_EDGE, /* the very edge of an exon, in the gene's direction */
    NF_SITE_EXON, /* inside an exon */
    NF_SITE_INTRON,
    NF_SITE_ANTISENSE, /* in a gene on the other strand */
    NF_SITE_INTERGENIC
};

/* A side of a junction placed in the gene models. */
struct nf_side {
    uint32_t gene;       /* NF_NO_GENE: intergenic */
    uint32_t transcript; /* the one exon numbers refer to; NF_NO_TRANSCRIPT */
    uint32_t exon;       /* 1-based; 0: the break is in no exon of it */
    enum nf_site site;
    uint32_t near_left, near_right; /* intergenic: neighbours; NF_NO_GENE */
    nf_id_list alternatives;        /* other genes that fit as well */
};

enum nf_frame {
    NF_FRAME_IN,
    NF_FRAME_OUT,
    NF_FRAME_UTR5,
    NF_FRAME_NO_CDS,
    NF_FRAME_MIXED,
    NF_FRAME_UNKNOWN
};
enum nf_kinase { NF_KINASE_WHOLE, NF_KINASE_BROKEN, NF_KINASE_ABSENT, NF_KINASE_UNKNOWN };
enum nf_structure { NF_ONCOGENIC_TYPE, NF_UNCERTAIN, NF_NON_ONCOGENIC };
enum nf_event_type {
    NF_EVENT_FUSION,
    NF_EVENT_RECIPROCAL,
    NF_EVENT_READ_THROUGH,
    NF_EVENT_INTRAGENIC,
    NF_EVENT_UNPLACED
};

/* What speaks against a call, or qualifies it: bits, and words by nf_flag_name. */
enum nf_flag {
    NF_FLAG_READ_THROUGH_POSSIBLE = 1,
    NF_FLAG_PARTNER_MULTIMAPPED = 2,
    NF_FLAG_PARTNER_AMBIGUOUS = 4,
    NF_FLAG_OFF_EDGE5 = 8,
    NF_FLAG_OFF_EDGE3 = 16,
    NF_FLAG_CLIPS_ONLY = 32,
    NF_FLAG_SINGLE_FRAGMENT = 64,
    NF_FLAG_SINGLE_START = 128,
    NF_FLAG_UNTEMPLATED_BASES = 256,
    NF_FLAG_AMPLICON_NO_UMI = 512,
    NF_FLAG_POSSIBLE_CARRYOVER = 1024, /* this and those below are set with the score */
    NF_FLAG_PROMISCUOUS_SITE = 2048,
    NF_FLAG_FEW_MOLECULES = 4096
};

enum { NF_N_FLAGS = 13, NF_READ_THROUGH_DISTANCE = 100000 };

/* How sure a junction is a true chimeric transcript, best first; cut by error rate
 * (ref/model.tsv).
 */
enum nf_tier { NF_TIER_UNSCORED, NF_TIER_HIGH, NF_TIER_MEDIUM, NF_TIER_LOW, NF_TIER_NONE };

/* The terms of the score; score.h says what each is. */
enum nf_score_term {
    NF_TERM_PRIOR,
    NF_TERM_EVIDENCE,
    NF_TERM_STARTS,
    NF_TERM_ANCHORS,
    NF_TERM_MAPPING,
    NF_TERM_MISMATCHES,
    NF_TERM_BOTH_KINDS,
    NF_TERM_EDGES,
    NF_TERM_DIRECTION,
    NF_TERM_NEIGHBOUR,
    NF_TERM_UNIQUENESS,
    NF_TERM_PROMISCUITY,
    NF_TERM_SPLICING,
    NF_TERM_CATALOGUE,
    NF_N_SCORE_TERMS
};

/* Set by score.c. Logarithms are natural. */
struct nf_score {
    double terms[NF_N_SCORE_TERMS]; /* they add up to log_odds */
    double log_odds;                /* that the transcript is real */
    double posterior,
        posterior_flat; /* with the prior of the histology, with the overall one */
    double qual;        /* −10 log10(1 − posterior), at most 99 */
    enum nf_tier tier;
    enum nf_tier tier_unlimited; /* what the posterior alone would give */
    int64_t n_rivals;            /* further genes joined to the same base of the target */
};

struct nf_fusion {
    const struct nf_junction *junction;
    struct nf_side five, three;
    enum nf_event_type event_type;
    enum nf_frame frame;
    enum nf_kinase kinase;
    enum nf_structure structure;
    enum nf_catalogue_level level;
    const struct nf_known_junction *known; /* at NF_KNOWN_JUNCTION; else NULL */
    const struct nf_partner *partner;      /* catalogue entry of the pair; NULL */
    unsigned flags;
    uint64_t
        linked_exons; /* of the target, covered by supporting fragments; bit i: exon i + 1 */
    uint32_t linked_terminals; /* terminal exons of truncated isoforms they cover */
    uint64_t covered_exons;    /* covered by any fragment of the sample */
    double
        fusion_fraction; /* NAN: not on an exon edge of the target, or nothing to divide by */
    double ffpm;         /* supporting fragments per million fragments of the file; NAN */
    const char *dropped; /* name of the filter that dropped it; NULL */
    const char *dropped_reason;
    uint32_t event; /* 1 = best; 0: dropped */
    struct nf_score score;
};

struct nf_fusion_set {
    NF_VEC(struct nf_fusion) fusions; /* best first, the dropped ones last */
    NF_VEC(int64_t) target_fragments; /* per target: distinct fragments aligned in it */
};

/* Annotates every junction of `junctions` that has support. `junctions` and the panel must
 * outlive the set. Prints on error. */
enum nf_status nf_fusions_build(struct nf_fusion_set *set, const struct nf_panel *panel,
                                struct nf_scan *scan, const struct nf_junction_set *junctions)
    NF_RESULT_USED;

/* Puts the best first (tier, posterior, then what matters to a reader, position) and the
 * dropped last, and numbers the events of those that are not. Prints on error. */
enum nf_status nf_fusions_order(struct nf_fusion_set *set) NF_RESULT_USED;

void nf_fusions_free(struct nf_fusion_set *set);

/* Words for outputs; static strings. */
const char *nf_site_name(enum nf_site site);
const char *nf_frame_name(enum nf_frame frame);
const char *nf_kinase_name(enum nf_kinase kinase);
const char *nf_structure_name(enum nf_structure structure);
const char *nf_event_type_name(enum nf_event_type type);
const char *nf_flag_name(unsigned bit);
const char *nf_tier_name(enum nf_tier tier); /* "HIGH", "MEDIUM", "LOW"; "." otherwise */

/* Does the gene of a side run the way the junction does? */
bool nf_side_is_sense(const struct nf_side *side);

/* The side that is not the target's. */
const struct nf_side *nf_fusion_partner_side(const struct nf_fusion *fusion);

/* --- shared by fusion*.c, side.c, frame.c, fraction.c --- */

/* Numbers the events of a set that is in order: 1 for the best, the next for the first row
 * that belongs to no event so far; 0 for the dropped. Prints on error. */
enum nf_status nf_fusions_number(struct nf_fusion_set *set) NF_RESULT_USED;

/* Places one end of a junction. `role` is the edge that would be in place there: a donor on
 * the 5′ side. `gene` restricts to one gene (NF_NO_GENE: any); `not_gene` is never chosen. */
enum nf_status nf_side_place(struct nf_side *side, const struct nf_panel *panel,
                             struct nf_locus locus, enum nf_edge_kind role, uint32_t gene,
                             uint32_t not_gene) NF_RESULT_USED;

/* Reading frame over every pair of compatible transcripts: those that have the very edge (or,
 * for a break inside an exon, the exon). A break in an intron or between genes is unknown.
 * Transcripts in whose CDS the break lies decide; where there is none, "5'-UTR" or "no-CDS".
 */
enum nf_frame nf_frame_find(const struct nf_annot *annot, const struct nf_fusion *fusion);

/* What remains of the kinase domain of the target, by position (Pfam range). */
enum nf_kinase nf_kinase_find(const struct nf_panel *panel,
                              const struct nf_junction *junction);

/* Fills linked and covered exons, the fusion fraction and the fragments per target. */
enum nf_status nf_coverage_apply(struct nf_fusion_set *set, const struct nf_panel *panel,
                                 struct nf_observations *observations) NF_RESULT_USED;

#endif
