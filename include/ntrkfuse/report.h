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
    int64_t n_split;    /* fragments, duplicates included, each counted once per row: */
    int64_t n_spanning; /*   as split before rescued before spanning */
    int64_t n_rescued;
    int64_t n_unique; /* fragments of all kinds after duplicates collapse */
    int64_t
        n_start_sites; /* distinct 5′ starts of unique fragments with the junction inside */
    double fusion_fraction; /* NAN = NA */
    double ffpm;            /* NAN = NA */
    const char *flags;      /* semicolon separated words, "." */
    const char *dropped;    /* NULL for a call; else the name of the filter that dropped it */
    const char *dropped_reason; /* NULL or one line */
    const char *vicc_name;
    const char *junction_sequence;               /* "ACGT|ACGT", "." */
    NF_VEC(struct nf_report_fragment) fragments; /* ascending by name, kind */
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
    const char *contig;  /* as the input names it; "." where the target lies on none */
    int8_t strand;       /* 0: on no contig */
    NF_VEC(struct nf_report_exon) exons;
    NF_VEC(struct nf_report_intron) introns;
    NF_VEC(struct nf_report_isoform) isoforms;
    struct nf_report_insert insert;
    struct nf_report_imbalance imbalance;
    NF_VEC(struct nf_report_codon) codons; /* order of the table */
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
    NF_VEC(struct nf_report_target) targets;
    NF_VEC(struct nf_call) calls;   /* rows, best first */
    NF_VEC(struct nf_call) dropped; /* the rest, same order; printed with --all */
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
