/* SPDX-License-Identifier: MIT */
/* report: the frozen result of one run; writers print it and compute nothing. Level: output.
 *
 * Positions are 0-based here and become 1-based in the writers. Text members are owned by the
 * report's arena (or are string literals) and are never NULL unless said so. Numbers that are
 * not known are NAN and printed as the word NA. */
#ifndef NTRKFUSE_REPORT_H
#define NTRKFUSE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/arena.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/str.h"
#include "ntrkfuse/vec.h"

/* One side of a junction. */
struct nf_report_side {
    const char *gene;     /* symbol; intergenic: "chr4:1234(GENEA:-500,GENEB:+900)" */
    const char *hgnc_id;  /* "." where not known */
    const char *gene_set; /* further genes that fit as well, comma separated; "." if none */
    const char *contig;   /* as the input names it */
    int64_t pos0;
    int8_t strand;          /* +1, −1 */
    const char *transcript; /* accession chosen, "." if none */
    uint32_t exon;          /* of that transcript, 1-based in transcript direction; 0 = none */
    uint32_t exon_legacy;   /* targets only; 0 = none */
    const char *site;       /* exon_edge, exon, intron, intergenic, antisense */
    double mean_anchor;     /* aligned nt, mean and longest over supporting fragments */
    int64_t longest_anchor;
    double mean_mapq;      /* normalised mapping quality 0–60 */
    int64_t n_multimapped; /* supporting fragments whose piece here has other placements */
};

/* One fragment that supports a junction. */
struct nf_report_fragment {
    const char *name; /* QNAME */
    const char *kind; /* split, n_gap, clip, spanning, chimeric_file */
    bool is_duplicate;
};

/* One term of a score. */
struct nf_report_term {
    const char *name, *meaning; /* literals */
    double value; /* natural logarithm of a likelihood ratio; of odds: the prior */
};

/* The review that the catalogue rests on; numbers called references are its own. */
#define NF_REVIEW_CITATION \
    "Kubota et al., Jpn J Clin Oncol 2025;55(4):313-326, doi:10.1093/jjco/hyaf015"

/* Goes with the context wherever it is printed. */
#define NF_CONTEXT_CAVEAT \
    "literature about groups, not advice: it says nothing about this patient"

/* One row of the review on a pair; "." where it says nothing. */
struct nf_report_review {
    const char *printed_symbol; /* the partner as the review prints it */
    const char *group;          /* IFS, sarcoma, bone_sarcoma */
    const char *references, *where, *note;
};

/* A tumour entity in which the review reports a pair. */
struct nf_report_entity {
    const char *entity;
    const char *references; /* "13,15", "." */
    const char *response;   /* to TRK inhibitors, as reported for the entity; "." */
    bool any_partner;       /* the review names the target only, with whatever partner */
};

/* What the literature says of the pair of a call. All zero where the pair is not in the
 * catalogue or its row names no gene for sure. */
struct nf_report_context {
    const char *pair; /* approved symbols, 5' first; NULL: nothing is known of the pair */
    char tier;        /* A, B, C, R: ref/README.md */
    const char *partner_side;                        /* 5prime, 3prime, unknown */
    const char *typical_junction, *cancers, *source; /* of the catalogue's row, "." */
    struct nf_report_review *review;                 /* in the arena; in the table's order */
    size_t n_review;
    struct nf_report_entity *entities; /* in the arena; those that name the pair first */
    size_t n_entities;
};

struct nf_call {
    uint32_t event;         /* number of the event, 1 = best; junctions of an event share it */
    const char *fusion;     /* "ETV6::NTRK3" */
    const char *event_type; /* fusion, reciprocal, read_through, intragenic, unplaced */
    const char *structure;  /* oncogenic_type, uncertain, non_oncogenic */
    const char *target;     /* symbol of the target gene of this row */
    struct nf_report_side side5, side3;
    const char *frame;             /* in, out, 5'-UTR, no-CDS, mixed, unknown */
    const char *kinase;            /* whole, broken, absent */
    const char *kinase_observed;   /* "linked:e17,covered:e20", "truncated:NM_…", "." */
    const char *catalogue;         /* nf_catalogue_level_name */
    const char *catalogue_note;    /* sources of the published junction or pair, "." */
    const char *review_references; /* the review's reference numbers for the pair, "." */
    struct nf_report_context context;
    int64_t n_split;    /* fragments, duplicates included, each counted once per row: */
    int64_t n_spanning; /*   as split before rescued before spanning */
    int64_t n_rescued;
    int64_t n_unique; /* fragments of all kinds after duplicates collapse */
    int64_t
        n_start_sites; /* distinct 5′ starts of unique fragments with the junction inside */
    int64_t n_partner_records;  /* that begin in the 16 kb bins around the end that is not the
                                   target's; −1 = not counted */
    double fusion_fraction;     /* NAN = NA */
    double ffpm;                /* NAN = NA */
    const char *tier;           /* HIGH, MEDIUM, LOW; "." for what is less likely */
    const char *tier_unlimited; /* what the posterior alone would give */
    double posterior;           /* that the transcript is real; NAN: not scored */
    double posterior_flat;      /* the same with the prevalence over all histologies */
    double qual;                /* −10 log10(1 − posterior), at most 99; NAN */
    NF_VEC(struct nf_report_term) terms; /* in a fixed order; their sum is the log odds */
    const char *flags;                   /* semicolon separated words, "." */
    const char *dropped; /* NULL for a call; else the name of the filter that dropped it */
    const char *dropped_reason; /* NULL or one line */
    const char *vicc_name;
    const char *junction_sequence;               /* "ACGT|ACGT", "." */
    NF_VEC(struct nf_report_fragment) fragments; /* ascending by name, kind */
};

/* How likely a fusion was before looking (prior.h). */
struct nf_report_prior {
    const char *histology; /* as in the table; "." where none is used */
    const char *unlisted;  /* the histology asked for, when the table has none such; "." */
    const char *age_group; /* adult, child, any */
    double prevalence;     /* 0–1 */
    double flat;           /* of a tumour of which nothing is known, 0–1 */
    int64_t n_cases;       /* patients of the histology; 0 without one */
    int64_t n_positive;    /* of these with a fusion */
};

/* What the result rests on; equal for equal data, whatever road, thread count, path or host.
 */
struct nf_report_provenance {
    const char *program_version;
    const char *tables;      /* fingerprint */
    const char *gene_models; /* "RefSeq tables", "RefSeq tables + GTF <fingerprint>",
                                "GTF <fingerprint>" */
    const char *assembly;
    const char *library; /* wts, capture, anchored, amplicon */
    bool library_inferred;
    const char *duplicates; /* flag, umi, position, none */
    bool paired;
    int64_t n_mapped_records; /* −1 where it cannot be known */
    int64_t read_length;      /* longest in the learning set; 0 = unknown */
    double insert_median;     /* NAN = not learned */
    double insert_max;        /* longest fragment a spanning pair may imply, nt */
    int64_t n_insert_pairs;
    struct nf_report_prior prior;
};

/* An exon of a target's transcript. */
struct nf_report_exon {
    uint32_t number; /* 1-based, in transcript direction */
    int64_t start0, end0;
    bool has_kinase;     /* a part of the kinase domain lies in it */
    int64_t n_fragments; /* −1: not counted */
};

/* An annotated intron of a target. */
struct nf_report_intron {
    const char *name;       /* "e15-e16", with another transcript's exons "NM_…:e13-e14" */
    const char *transcript; /* whose exons these are */
    uint32_t exon5, exon3;  /* exons on its two sides */
    bool is_own;            /* an intron of the target's transcript itself */
    int64_t donor0, acceptor0; /* last base before, first base behind, transcript direction */
    int64_t n_fragments;       /* that splice it out */
};

/* A truncated isoform, without the whole kinase. */
struct nf_report_isoform {
    const char *transcripts; /* accessions that share this end, comma separated */
    int64_t start0, end0;    /* terminal exon */
    int64_t n_covering;      /* fragments with a base in the terminal exon */
    int64_t n_spliced;       /* fragments that splice into it as these transcripts do */
};

/* The alternative exon within the kinase domain. */
struct nf_report_insert {
    uint32_t exon; /* 0: the target has none */
    int64_t start0, end0;
    int64_t n_with, n_without; /* fragments */
};

/* Fragments over the kinase's exons against those over the extracellular ones (coverage.h). */
struct nf_report_imbalance {
    const char *state;         /* no_call, balanced, excess_3prime, excess_5prime */
    const char *reasons;       /* why no call, semicolon separated; "." */
    uint32_t first3, last3;    /* exons of the 3′ region; 0 = unknown */
    uint32_t first5, last5;    /* exons of the 5′ region; 0 = unknown */
    int64_t n3, n5;            /* fragments */
    double length3, length5;   /* effective, nt; NAN = unknown */
    double ratio, low, high;   /* and its 95 % interval; NAN = NA */
    double truncated_fraction; /* of the 5′ fragments; NAN = NA */
};

/* A codon that fragments show. */
struct nf_report_codon_seen {
    const char *codon;   /* "CGG" */
    const char *protein; /* "G595R"; "G595=" for the reference residue */
    const char *cdna; /* "c.1783G>C", "c.1783_1785delinsCGT"; "." where the reference codon is
                         not known or this is it */
    const char *kind; /* reference, known (the variant of the table), other_change */
    bool is_change;   /* its residue is seen often enough to be called a change */
    int64_t n_fragments;
    double fraction; /* of the depth */
};

typedef NF_VEC(struct nf_report_codon_seen) nf_report_codon_list;

/* Unique fragments over a codon (codon.h). */
struct nf_report_codon_counts {
    int64_t depth;             /* with all three bases known */
    int64_t bases[3][4];       /* A C G T at each position, transcript direction */
    nf_report_codon_list seen; /* most fragments first, then by codon */
};

/* A codon of resistance to TRK inhibitors. */
struct nf_report_codon {
    const char *variant, *site_class; /* "G595R", "solvent-front" */
    const char *transcript, *cdna;    /* "NM_002529.4", "c.1783_1785" */
    const char *codon, *residue; /* of the reference; codon "." = not read from a sequence */
    uint32_t exon;
    int64_t start0, end0;
    const char *state; /* not_assessable, no_change_seen, change_seen */
    double detectable; /* least part of the transcripts that is seen with 95 %; NAN = NA */
    struct nf_report_codon_counts all;
    struct nf_report_codon_counts fusion; /* fragments that support a call of the target as 3′
                                             gene */
};

struct nf_report_target {
    const char *symbol;
    const char *transcript;
    int64_t n_fragments; /* distinct fragments with an alignment in the gene */
    int64_t n_records;   /* primary records with a base in the target's window */
    const char *contig;  /* as the input names it; "." where the target lies on none */
    int8_t strand;       /* 0: on no contig */
    NF_VEC(struct nf_report_exon) exons;
    NF_VEC(struct nf_report_intron) introns;
    NF_VEC(struct nf_report_isoform) isoforms;
    struct nf_report_insert insert;
    struct nf_report_imbalance imbalance;
    NF_VEC(struct nf_report_codon) codons; /* order of the table */
};

/* A control gene on this genome (quality.h says what is counted). */
struct nf_report_control {
    const char *symbol, *transcript;
    int64_t n_records, n_fragments, n_unique;
    int64_t n_introns, n_introns_spliced, n_introns_seen;
    bool is_limited; /* there are more records, which were not looked at */
};

/* What the library looks like; quality.h says what each number is. */
struct nf_report_quality {
    NF_VEC(struct nf_report_control) controls; /* order of the catalogue */
    int64_t n_controls_named, n_controls_covered;
    int64_t n_learning, n_target, n_control, n_exonic; /* records */
    int64_t n_control_fragments, n_control_unique;
    int64_t n_introns, n_introns_seen;
    int64_t n_spliced_edges, n_clipped_edges, n_through_edges;
    int64_t n_sense, n_antisense;
    double spliced_fraction, splice_completion; /* NAN = NA */
    double duplicate_rate, three_prime_bias;    /* NAN = NA */
    const char *strandedness;                   /* unknown, unstranded, forward, reverse */
};

/* Why a sample cannot be judged, or what to bear in mind. */
struct nf_report_finding {
    const char *word, *text; /* text: a sentence */
};

/* Could the library have shown a fusion? assess.h says what each number is. */
struct nf_report_assessment {
    bool assessable;
    NF_VEC(struct nf_report_finding) reasons; /* why not; the most telling first */
    NF_VEC(struct nf_report_finding) remarks;
    double n_unique_fragments;    /* of the whole library; NAN = NA */
    double limit_ffpm, limit_tpm; /* NAN = NA */
};

/* The answer for one target. */
struct nf_report_verdict {
    const char *gene;
    const char *verdict;     /* POSITIVE, EQUIVOCAL, NEGATIVE, NOT_ASSESSABLE */
    const char *reasons;     /* semicolon separated words, never "." */
    const char *explanation; /* the reasons as sentences, separated by "; " */
    const char *fusion;      /* the row that decided, or the genes that pairs join: its name,
                                "." if none */
    uint32_t event;          /* its event, 0 if none */
    const char *tier;        /* "." if none */
    const char *structure;   /* "." if none */
    double posterior;        /* NAN if none */
};

/* Pairs that join a target to a gene although no read shows where. */
struct nf_report_pairs {
    const char *target, *gene;
    int64_t n_fragments;
};

struct nf_report {
    NF_VEC(struct nf_report_pairs) pairs_only; /* most first */
    const char *sample;
    struct nf_report_provenance provenance;
    struct nf_report_quality quality;
    struct nf_report_assessment assessment;
    NF_VEC(struct nf_report_target) targets;
    NF_VEC(struct nf_report_verdict) verdicts; /* one per target, same order */
    NF_VEC(struct nf_call) calls;              /* rows, best first */
    NF_VEC(struct nf_call) dropped;            /* the rest, same order; printed with --all */
    struct nf_arena arena;
};

/* Releases the report with its rows, their fragments and all text built below. Legal on a
 * zeroed report and twice. */
void nf_report_free(struct nf_report *report);

/* The functions below build text that lives as long as the report. Each returns NULL when
 * memory is short, silently: the caller knows what was being built. */

/* A NUL-terminated copy of `text`. */
const char *nf_report_copy(struct nf_report *report, struct nf_span text);

/* printf into the report. For whole numbers and text; real numbers go through nf_write_fixed.
 */
const char *nf_report_format(struct nf_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* `n` words with `separator` between them, in the order given; NULL and empty words are left
 * out, and "." stands for nothing at all (a static string). */
const char *nf_report_join(struct nf_report *report, const char *const *words, size_t n,
                           char separator);

#endif
