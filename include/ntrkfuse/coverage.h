/* SPDX-License-Identifier: MIT */
/* coverage: how the fragments of the sample lie over each target. Level: calls.
 *
 * All of it is information beside the calls, and none of it makes or drops one: most tumours
 * do not express wild-type NTRK, and much else than a fusion changes how reads lie over a
 * gene.
 *
 * Everything is counted in distinct fragments, copies of one molecule included; where a target
 * has so many that its coverage was thinned (observation_depth.c), what is counted of the
 * fragments kept is multiplied. Exon numbers are those of the target's transcript (MANE
 * Select), 1-based in transcript direction. */
#ifndef NTRKFUSE_COVERAGE_H
#define NTRKFUSE_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/learn.h"
#include "ntrkfuse/observation.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

enum {
    NF_INSERT_LENGTH = 42, /* nt of the alternative exon in a kinase domain: 14 residues, by
                              which NM_001012338.3 and NM_002530 of NTRK3 differ */
    NF_MIN_IMBALANCE = 20, /* fragments of both regions below which nothing is said */
    NF_MIN_TRUNCATED = 3,  /* splices into truncated ends that show such isoforms */
    NF_MAX_COVERED_EXONS = 64,    /* exons that nf_cover tells apart */
    NF_MAX_COVERED_TERMINALS = 32 /* transcripts whose ends nf_cover tells apart */
};

/* An exon of the target's transcript. */
struct nf_exon_coverage {
    uint32_t number;
    int64_t start0, end0;
    bool has_kinase;     /* a part of the kinase domain lies in it */
    int64_t n_fragments; /* with an aligned base in it; −1 beyond NF_MAX_COVERED_EXONS */
};

/* An intron of any transcript of the target. */
struct nf_intron_coverage {
    int64_t donor0, acceptor0; /* last base before, first base behind, transcript direction */
    uint32_t transcript;   /* the target's where both sides are edges of its exons, else the
                              first that has the intron */
    uint32_t exon5, exon3; /* exons of it on the two sides */
    int64_t n_fragments;   /* that splice it out */
};

/* A way for a transcript of the target to end before the end of the kinase domain, in an exon
 * that the target's transcript lacks: TrkB-T1, TrkC-T1. Several transcripts may share it. */
struct nf_isoform_coverage {
    NF_VEC(uint32_t) transcripts;
    int64_t start0, end0;      /* terminal exon */
    int64_t donor0, acceptor0; /* last intron; −1 where there is one exon only */
    int64_t branch_donor0,
        branch_acceptor0; /* the intron by which it first leaves the target's
                             transcript; −1 where it never was on it */
    int64_t n_covering;   /* fragments with a base in the terminal exon */
    int64_t n_spliced;    /* fragments that splice the last intron out */
};

/* The exon of NF_INSERT_LENGTH inside the kinase domain that another transcript leaves out. */
struct nf_insert_coverage {
    uint32_t exon; /* 0: the target has none */
    int64_t start0, end0;
    int64_t n_with;    /* fragments that splice into or out of it */
    int64_t n_without; /* fragments that splice over it, and not into it */
};

enum nf_imbalance_state {
    NF_IMBALANCE_NO_CALL,
    NF_IMBALANCE_BALANCED, /* both excesses are excluded */
    NF_IMBALANCE_EXCESS_3PRIME,
    NF_IMBALANCE_EXCESS_5PRIME
};

/* Why nothing is said: bits, and words by nf_imbalance_reason_name. */
enum nf_imbalance_reason {
    NF_UNCALLED_FEW_FRAGMENTS = 1, /* n3 + n5 below NF_MIN_IMBALANCE */
    NF_UNCALLED_LIBRARY = 2,       /* anchored or amplicon: the primers decide the coverage */
    NF_UNCALLED_TRUNCATED = 4,   /* more than a fifth of the fragments of the 5′ region go to
                                  truncated isoforms, which lack the kinase */
    NF_UNCALLED_BIASED = 8,      /* the whole library favours 3′ ends */
    NF_UNCALLED_NO_REGIONS = 16, /* the two regions cannot be placed in the gene model */
    NF_UNCALLED_UNDECIDED = 32   /* the interval neither shows nor excludes an excess */
};

enum { NF_N_IMBALANCE_REASONS = 6 };

/* Fragments over the exons of the kinase against those over the extracellular exons.
 *
 * A fusion brings the 3′ part of the target under its partner's promoter: more fragments per
 * base lie over the kinase than over the exons before the break. The 3′ region is the coding
 * part of the exons from the kinase's first to its last, the 5′ region the coding part of the
 * exons that lie wholly before the transmembrane domain (domains.tsv) and before the exon at
 * which fusions of the target usually break: the first at which two junctions of the catalogue
 * begin, or where no exon has two, the first at which one does.
 *
 * The effective length of a region is its bases + fragment length − 1, the places at which a
 * fragment that touches it can begin; fragment length is the median insert size, or the read
 * length where that was not learned. With r = (n + 0.5) / effective length the ratio is r3 /
 * r5 and its 95 % interval exp(ln ratio ± 1.96 √(phi (1 / (n3 + 0.5) + 1 / (n5 + 0.5)))): a
 * Poisson interval widened by the overdispersion phi = 2, which is provisional. Excess of one
 * side is said when the interval lies wholly beyond a factor of 2 (provisional), balance when
 * it lies wholly within it on both sides.
 *
 * Other causes than a fusion: alternative promoters and truncated isoforms; degraded or
 * 3′-primed RNA; a panel that baits some exons only. Amplification of the gene raises both
 * regions, and where its border lies within the gene one of them: an excess alone does not
 * tell it from a fusion. */
struct nf_imbalance {
    enum nf_imbalance_state state;
    unsigned reasons;          /* enum nf_imbalance_reason bits; 0 unless no call */
    uint32_t first3, last3;    /* exons of the 3′ region; 0: unknown */
    uint32_t first5, last5;    /* exons of the 5′ region; 0: unknown */
    int64_t n3, n5;            /* fragments */
    double length3, length5;   /* effective, nt; NAN unknown */
    double ratio, low, high;   /* NAN: no region, or no fragment in either */
    double truncated_fraction; /* of the 5′ fragments, by the splices where truncated isoforms
                                  leave the full-length one: 1 − Π full / (full +
                                  truncated) over these donors; NAN where there is none */
};

struct nf_target_coverage {
    NF_VEC(struct nf_exon_coverage) exons; /* ascending by number */
    NF_VEC(struct nf_intron_coverage)
    introns; /* those of the target's transcript first, in its
                direction; then others by donor, acceptor, in
                transcript direction */
    NF_VEC(struct nf_isoform_coverage) isoforms; /* by their first transcript */
    struct nf_insert_coverage insert;
    struct nf_imbalance imbalance;
};

struct nf_coverage {
    NF_VEC(struct nf_target_coverage)
    targets; /* one per target of the panel, same order; empty
                where the target lies on no contig */
};

/* Measures all targets. `three_prime_bias`: how many times more the 3′ ends of long
 * transcripts are covered in this library than their 5′ ends; NAN unknown; above 3
 * (provisional) no imbalance is called. The observations are reordered. Fills a zeroed
 * `coverage`; prints on error; free after a failure is legal. */
enum nf_status nf_coverage_measure(struct nf_coverage *coverage, const struct nf_panel *panel,
                                   struct nf_observations *observations,
                                   const struct nf_sample *sample, double three_prime_bias)
    NF_RESULT_USED;

void nf_coverage_free(struct nf_coverage *coverage);

/* "no_call", "balanced", "excess_3prime", "excess_5prime". */
const char *nf_imbalance_state_name(enum nf_imbalance_state state);

/* The word for reason bit number `bit`: "few_fragments", "library", "truncated_isoforms",
 * "three_prime_biased", "no_regions". */
const char *nf_imbalance_reason_name(unsigned bit);

/* --- shared by the coverage*.c files --- */

/* The splices and covers of one target, once per fragment. */
struct nf_target_reads {
    const struct nf_splice *splices; /* ascending by donor, acceptor, fragment; distinct */
    size_t n_splices;
    const struct nf_cover *covers; /* one per fragment */
    size_t n_covers;
    unsigned level; /* of nf_depth: each of them stands for 2^level */
};

/* Distinct fragments that splice donor0 to acceptor0, of those kept. */
int64_t nf_reads_spliced(const struct nf_target_reads *reads, int64_t donor0,
                         int64_t acceptor0);

/* The truncated isoforms of the target, with their counts; silent. */
enum nf_status nf_coverage_isoforms(struct nf_target_coverage *coverage,
                                    const struct nf_panel *panel,
                                    const struct nf_panel_target *target,
                                    const struct nf_target_reads *reads) NF_RESULT_USED;

/* What the imbalance is measured against. */
struct nf_imbalance_context {
    const struct nf_panel *panel;
    uint32_t target;
    const struct nf_sample *sample;
    double three_prime_bias;
};

/* Fills coverage->imbalance; its isoforms must be known. The interval and what is said go by
 * the fragments kept: these were looked at, not those that they stand for. */
void nf_coverage_imbalance(struct nf_target_coverage *coverage,
                           const struct nf_imbalance_context *context,
                           const struct nf_target_reads *reads);

#endif
