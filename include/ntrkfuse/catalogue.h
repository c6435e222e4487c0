/* SPDX-License-Identifier: MIT */
/* catalogue: the targets, the partners known from the literature, and what is known of them.
 * Level: reference.
 *
 * Tables (folder ref/): targets.tsv, domains.tsv, review_partners.tsv, partners.tsv,
 * aliases.tsv, junctions.tsv, entities.tsv, prevalence.tsv, resistance.tsv, control_genes.tsv;
 * the transcripts tables are read too, to check the others against. ref/README.md describes
 * every column. Main source: Kubota et al., Jpn J Clin Oncol 2025;55(4):313-326,
 * doi:10.1093/jjco/hyaf015. */
#ifndef NTRKFUSE_CATALOGUE_H
#define NTRKFUSE_CATALOGUE_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/annot.h"
#include "ntrkfuse/arena.h"
#include "ntrkfuse/genome.h"
#include "ntrkfuse/hash.h"
#include "ntrkfuse/refdata.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

#define NF_NO_TARGET UINT32_MAX

/* A 3′ kinase that is looked for. Rows, not code: a fourth one is a line in targets.tsv. */
struct nf_target {
    const char *symbol;            /* "NTRK3" */
    const char *hgnc_id;           /* "HGNC:8033" */
    const char *transcript;        /* MANE Select, versioned: "NM_001012338.3" */
    const char *legacy_transcript; /* whose exon numbers older papers use, as in the
                                      transcripts table */
    int64_t protein_length;
    int64_t kinase_start, kinase_end; /* residues, 1-based inclusive, Pfam PF07714 */
};

/* A protein feature of a target (kinase by Pfam and CDD, transmembrane). */
struct nf_domain {
    uint32_t target;
    const char *feature;
    int64_t start, end; /* residues, 1-based inclusive */
    const char *source;
};

enum nf_partner_side { NF_SIDE_5PRIME, NF_SIDE_3PRIME, NF_SIDE_UNKNOWN };

/* One row of the review's Table 3 (or its text), exactly as given. */
struct nf_review_row {
    uint32_t target;
    const char *printed_symbol, *symbol; /* symbol "." where no gene is named */
    const char *side, *group, *references, *where, *note;
    bool neutral; /* names no gene for sure: never raises a call */
};

/* A partner of one target, from all sources merged: one per (target, approved symbol, side).
 */
struct nf_partner {
    uint32_t target;
    const char *symbol;  /* approved today */
    const char *hgnc_id; /* "." where not known */
    enum nf_partner_side side;
    char tier; /* A curated, B knowledge bases, C call sets or the review only, R reciprocal */
    bool in_review;
    bool neutral;   /* names no gene, or no target, for sure: never raises a call */
    bool has_model; /* the gene is in the transcripts tables */
    const char *typical_junction, *cancers, *geometry, *source; /* "." where not known */
};

/* A published junction at base precision, in one assembly. */
struct nf_known_junction {
    uint32_t target;
    const char *partner;
    const char *contig5, *contig3; /* "chr12" */
    int64_t pos5, pos3; /* 0-based; last base of the 5′ part, first of the 3′ part */
    int8_t strand5, strand3;
    const char *transcript5, *exon5, *transcript3, *exon3,
        *exon3_mane;       /* "." where not known */
    uint32_t exon3_number; /* exon3_mane as a number, 0 where not known */
    const char *frame, *sources;
    /* As published, 1-based ("chr12:11869969:+"), in GRCh38 [0] and GRCh37 [1]. */
    const char *published5[2], *published3[2];
};

/* Another name of a gene. */
struct nf_alias {
    const char *alias, *symbol; /* symbol: approved today */
    const char *kind, *source;
};

/* A tumour entity of the review; `fusions` is "ETV6::NTRK3; *::NTRK1", "*" any partner, and a
 * pair stands partner first whatever its side. */
struct nf_entity {
    const char *entity, *genetic_feature, *fusions, *references, *response;
};

/* Cases of one histology. The texts are as printed and may name subtypes in parentheses; the
 * numbers are their totals. */
struct nf_prevalence {
    const char *histology;
    const char *adult_total, *adult_positive, *child_total, *child_positive; /* as printed */
    const char *adult_percent, *child_percent;                               /* as printed */
    int64_t n_adults, n_adults_positive, n_children, n_children_positive;
};

struct nf_resistance {
    uint32_t target;
    const char *variant, *site_class, *transcript, *codon, *residue, *cdna, *check;
    const char *contig;
    int8_t strand;
    int64_t start0, end0;    /* the codon, genome order, in the assembly loaded */
    int64_t residue_number;  /* in the protein of `transcript` */
    int64_t uniprot_residue; /* in the canonical UniProt sequence; 0 where not known */
    int64_t exon;            /* 1-based, of `transcript` */
};

struct nf_catalogue {
    NF_VEC(struct nf_target) targets;
    NF_VEC(struct nf_domain) domains;
    NF_VEC(struct nf_review_row) review;
    NF_VEC(struct nf_partner) partners; /* ascending by target, symbol, side */
    NF_VEC(struct nf_known_junction) junctions;
    NF_VEC(struct nf_entity) entities;
    NF_VEC(struct nf_prevalence) prevalence;
    NF_VEC(struct nf_resistance) resistance;
    NF_VEC(const char *) control_genes;
    NF_VEC(struct nf_alias) alias_rows;
    struct nf_map aliases; /* alias or approved symbol → index into symbols */
    NF_VEC(const char *) symbols;
    struct nf_arena arena;
};

/* How well a junction is known, best last. */
enum nf_catalogue_level {
    NF_KNOWN_NONE,
    NF_KNOWN_ACCEPTOR,  /* another partner is published at this acceptor of the target */
    NF_KNOWN_PAIR,      /* these two genes, this direction */
    NF_KNOWN_PAIR_EXON, /* and this exon of the target */
    NF_KNOWN_JUNCTION   /* both breakpoints to the base */
};

/* "none", "acceptor", "pair", "pair_exon", "junction". */
const char *nf_catalogue_level_name(enum nf_catalogue_level level);

/* Loads and cross-checks every table for `assembly` (NF_ASSEMBLY_UNKNOWN: the coordinates of
 * GRCh38 are loaded for listing). Each error is printed with file:line. Free after a failure
 * is legal. */
enum nf_status nf_catalogue_load(struct nf_catalogue *catalogue,
                                 const struct nf_refdata *refdata, enum nf_assembly assembly)
    NF_RESULT_USED;

void nf_catalogue_free(struct nf_catalogue *catalogue);

/* Reads every table of `refdata`, in both assemblies, and prints every problem found with
 * file:line; *n_problems receives how many. For people who keep tables of their own. NF_OK
 * when there was none, NF_ERR_FORMAT when there was, NF_ERR_IO when there is no such folder,
 * or NF_ERR_MEMORY. */
enum nf_status nf_catalogue_check(const struct nf_refdata *refdata, size_t *n_problems)
    NF_RESULT_USED;

/* "5prime", "3prime", "unknown". */
const char *nf_partner_side_name(enum nf_partner_side side);

/* The approved symbol for `name` (an approved symbol, an old one, an alias; case as in HGNC),
 * or NULL when the catalogue has never heard of it. */
const char *nf_catalogue_approved(const struct nf_catalogue *catalogue, struct nf_span name);

/* The target called `symbol`, or NF_NO_TARGET. */
uint32_t nf_catalogue_target(const struct nf_catalogue *catalogue, struct nf_span symbol);

/* The partner entry for (target, symbol or alias, side), or NULL. An entry whose side is
 * unknown answers for both sides. */
const struct nf_partner *nf_catalogue_partner(const struct nf_catalogue *catalogue,
                                              uint32_t target, const char *symbol,
                                              enum nf_partner_side side);

/* What is asked about one junction. */
struct nf_junction_query {
    uint32_t target;
    const char *partner; /* symbol; NULL where the partner is no gene */
    bool target_is_3prime;
    const char *contig5, *contig3;  /* canonical chromosome names "chr12" */
    struct nf_locus locus5, locus3; /* their contig members are not looked at */
    uint32_t exon3_mane;            /* of the target; 0 when the break is in no exon */
};

/* The best level that holds; *junction (may be NULL) receives the published junction at
 * NF_KNOWN_JUNCTION, else NULL. Where the target is 5′ only pairs with tier R or side 3′ can
 * be found. */
enum nf_catalogue_level nf_catalogue_find(const struct nf_catalogue *catalogue,
                                          const struct nf_junction_query *query,
                                          const struct nf_known_junction **junction);

#endif
