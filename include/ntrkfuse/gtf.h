/* SPDX-License-Identifier: MIT */
/* gtf: the exons and coding parts of a GTF file, transcript by transcript. Level: reference.
 *
 * What is understood: plain or gzip, nine tab-separated columns, the features exon, CDS,
 * stop_codon, and transcript for its tags. The gene is called by gene_name, else gene, else
 * gene_id. GENCODE, Ensembl and RefSeq files are read as they come, and files of exon lines
 * only. Contigs may be named in any spelling the genome accepts. */
#ifndef NTRKFUSE_GTF_H
#define NTRKFUSE_GTF_H

#include <stdint.h>

#include "ntrkfuse/arena.h"
#include "ntrkfuse/genome.h"
#include "ntrkfuse/gtf_attributes.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

enum nf_gtf_kind { NF_GTF_EXON, NF_GTF_CDS, NF_GTF_STOP_CODON };

/* One line. 0-based half-open; 32 bits, as there are millions of them. */
struct nf_gtf_feature {
    uint32_t transcript; /* index into nf_gtf.transcripts */
    uint32_t start0, end0;
    uint8_t kind; /* enum nf_gtf_kind */
    int8_t phase; /* GFF phase; −1 for "." */
};

/* One transcript_id on one contig and strand: the same name elsewhere is another transcript.
 */
struct nf_gtf_transcript {
    const char *accession;
    const char *symbol;
    const char *gene_id; /* the symbol where the file has none */
    int32_t contig;
    int8_t strand;
    uint8_t rank; /* enum nf_gtf_rank */
};

struct nf_gtf {
    NF_VEC(struct nf_gtf_transcript) transcripts; /* in the order of first mention */
    NF_VEC(struct nf_gtf_feature) features; /* by transcript, start0, end0, kind, phase */
    long n_unknown_contig;                  /* lines skipped: the genome has no such contig */
    long n_unstranded;                      /* lines skipped: strand "." or "?" */
    long n_unnamed;                         /* lines skipped: empty transcript_id */
    uint64_t fingerprint;                   /* over every line, comments included; never 0 */
    struct nf_arena arena;                  /* owns the names */
};

/* Reads `path` against the contigs of `genome`. A malformed line is NF_ERR_FORMAT with
 * file:line; a feature beyond the end of its contig too, as the file then describes another
 * assembly. A file without an exon or CDS on a contig of the genome is NF_ERR_INPUT. Prints on
 * error; free after a failure is legal. */
enum nf_status nf_gtf_read(struct nf_gtf *gtf, const char *path,
                           const struct nf_genome *genome) NF_RESULT_USED;

/* Legal on a zeroed nf_gtf and twice. */
void nf_gtf_free(struct nf_gtf *gtf);

#endif
