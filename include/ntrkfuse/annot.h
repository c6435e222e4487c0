/* SPDX-License-Identifier: MIT */
/* annot: gene models, from the reference tables and from a user's GTF. Level: reference.
 *
 * Positions are 0-based half-open. "Donor edge" is the last base of an exon in transcript
 * direction (where a 5′ part may end), "acceptor edge" the first base of an exon. Both are
 * splice sites: the two outer ends of a transcript are no edges, nor are the ends of an
 * "intron" shorter than 20 bases, which is a gap in an alignment. */
#ifndef NTRKFUSE_ANNOT_H
#define NTRKFUSE_ANNOT_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/arena.h"
#include "ntrkfuse/genome.h"
#include "ntrkfuse/hash.h"
#include "ntrkfuse/itree.h"
#include "ntrkfuse/refdata.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

#define NF_NO_GENE UINT32_MAX
#define NF_NO_TRANSCRIPT UINT32_MAX

struct nf_exon {
    int64_t start0, end0;
    /* Bases of the open reading frame consumed, modulo 3, before the first coding base of this
     * exon in transcript direction ((3 − GFF phase) mod 3); −1 where the exon has no CDS. */
    int8_t frame;
};

struct nf_transcript {
    const char *accession; /* "NM_001987.5" */
    uint32_t gene;         /* index into nf_annot.genes */
    bool is_primary;       /* MANE Select, or the model that stands for the gene: one each */
    int64_t cds_start0;    /* genome order; −1 both where there is no CDS */
    int64_t cds_end0;      /* stop codon included */
    uint32_t n_exons;
    const struct nf_exon *exons; /* genome order, disjoint, ascending */
};

struct nf_gene {
    const char *symbol;
    const char *contig_name; /* as the table has it, or the header's name for a GTF gene */
    int32_t contig;          /* −1: its contig is not in the genome */
    int8_t strand;
    bool from_gtf;        /* not in the tables */
    int64_t start0, end0; /* union of its transcripts */
    uint32_t first_transcript, n_transcripts;
    uint32_t primary; /* transcript index */
};

enum nf_edge_kind { NF_EDGE_DONOR, NF_EDGE_ACCEPTOR };

struct nf_edge {
    int32_t contig;
    int64_t pos0;
    uint32_t gene;
    uint8_t kind; /* enum nf_edge_kind */
};

struct nf_annot {
    NF_VEC(struct nf_gene) genes;
    NF_VEC(struct nf_transcript) transcripts; /* grouped by gene */
    NF_VEC(struct nf_edge) edges; /* ascending by contig, pos0, kind, gene; distinct */
    struct nf_map by_symbol;
    struct nf_itree gene_spans;
    NF_VEC(uint32_t) by_start; /* genes on known contigs, ascending by contig, start0, id */
    NF_VEC(uint32_t) by_end;   /* the same, ascending by contig, end0, descending id */
    uint64_t gtf_fingerprint;  /* equal GTF lines, equal number; 0 without a GTF */
    struct nf_arena arena;
};

/* Loads "transcripts.grch38.tsv" or "transcripts.grch37.tsv" for `genome`'s assembly (an
 * unknown assembly loads nothing), then, when `gtf_path` is not NULL, the user's GTF, then
 * indexes.
 *
 * Table columns: gene, transcript, role (mane, model: the one that stands for the gene;
 * other), chrom, strand, cds_start, cds_end, exon_starts, exon_ends, exon_phases; 1-based
 * inclusive, lists in genome order, GFF phase or "." for an exon without CDS.
 *
 * GTF: plain or gzip, as gtf.h says. One transcript of each new gene is primary: one tagged
 * MANE Select, else one tagged Ensembl_canonical or RefSeq Select, else the longest CDS, then
 * the most exonic bases, then the first by name. Where the tables know the symbol on the same
 * contig and strand, overlapping, the gene only gains the transcripts whose names it lacks;
 * all other genes are added. One symbol at two loci (another contig or strand, spans apart)
 * makes two genes; loci without overlap are one gene only where a gene_id other than the
 * symbol says so, and never over a gap of more than 5 Mb. nf_annot_find then knows the table's
 * gene, else the first by position.
 *
 * Malformed lines are errors with file:line. Prints on error; free after a failure is legal.
 */
enum nf_status nf_annot_load(struct nf_annot *annot, const struct nf_refdata *refdata,
                             const struct nf_genome *genome, const char *gtf_path)
    NF_RESULT_USED;

void nf_annot_free(struct nf_annot *annot);

/* Index of the gene called `symbol` exactly (aliases are the catalogue's business), or
 * NF_NO_GENE. */
uint32_t nf_annot_find(const struct nf_annot *annot, struct nf_span symbol);

/* The transcript of `gene` called `accession` exactly, or NF_NO_TRANSCRIPT. */
uint32_t nf_annot_find_transcript(const struct nf_annot *annot, uint32_t gene,
                                  struct nf_span accession);

/* Ids of the genes that overlap [start0, end0), ascending by (start, end, id). */
enum nf_status nf_annot_genes_at(const struct nf_annot *annot, int32_t contig, int64_t start0,
                                 int64_t end0, nf_id_list *found) NF_RESULT_USED;

/* The edges with start0 ≤ pos0 < end0, as a slice of annot->edges; *n receives how many. One
 * binary search, then a walk over the result. NULL where there are none. */
const struct nf_edge *nf_annot_edges(const struct nf_annot *annot, int32_t contig,
                                     int64_t start0, int64_t end0, size_t *n);

/* Does a transcript of the gene have the intron between the exon bases low0 and high0 (the
 * last before it, the first behind it, in genome order)? */
bool nf_annot_is_intron(const struct nf_annot *annot, uint32_t gene, int64_t low0,
                        int64_t high0);

/* The nearest gene that ends at or before pos0 and the nearest that starts after it;
 * NF_NO_GENE where there is none on that side. */
void nf_annot_nearest(const struct nf_annot *annot, int32_t contig, int64_t pos0,
                      uint32_t *left, uint32_t *right);

/* 1-based number, in transcript direction, of the exon that holds pos0; 0 when none does. */
uint32_t nf_transcript_exon_at(const struct nf_annot *annot, uint32_t transcript,
                               int64_t pos0);

/* The exon with 1-based number `number` in transcript direction (1 ≤ number ≤ n_exons). */
const struct nf_exon *nf_transcript_exon(const struct nf_annot *annot, uint32_t transcript,
                                         uint32_t number);

/* Bases of the open reading frame consumed, modulo 3, up to and including pos0 (`inclusive`),
 * or before it; pos0 must lie in a coding part of an exon. −1 when it does not. */
int nf_transcript_frame_at(const struct nf_annot *annot, uint32_t transcript, int64_t pos0,
                           bool inclusive);

/* 1-based amino-acid residue number of the codon that holds pos0, counted along this
 * transcript's CDS (an incomplete first codon is residue 1, the stop codon the last); 0
 * outside. */
int64_t nf_transcript_residue_at(const struct nf_annot *annot, uint32_t transcript,
                                 int64_t pos0);

/* Genome position of base `which` (0, 1, 2 in transcript direction) of residue `residue` of
 * the transcript's protein; −1 when the CDS does not hold it. */
int64_t nf_transcript_residue_pos0(const struct nf_annot *annot, uint32_t transcript,
                                   int64_t residue, int which);

/* Exonic bases of the transcript between two genome positions, both inclusive, whichever
 * order; introns do not count. A position inside an intron or outside the transcript counts as
 * if the nearer exon (of two equally near the lower one) went on to it, so the result is ≥ 1.
 * Used for insert sizes. */
int64_t nf_transcript_distance(const struct nf_annot *annot, uint32_t transcript, int64_t a0,
                               int64_t b0);

#endif
