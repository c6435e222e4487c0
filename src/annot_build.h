/* SPDX-License-Identifier: MIT */
/* What the files src/annot*.c share while gene models are loaded; nobody else includes this.
 *
 * A step appends to annot->genes and annot->transcripts. Of a gene it sets symbol,
 * contig_name, contig, strand, from_gtf, start0 and end0; of a transcript everything.
 * Transcripts need not stand grouped by gene yet: indexing does that, and sets the other
 * members. */
#ifndef NTRKFUSE_ANNOT_BUILD_H
#define NTRKFUSE_ANNOT_BUILD_H

#include "ntrkfuse/annot.h"
#include "ntrkfuse/gtf.h"

/* Appends the genes of the table of `genome`'s assembly (which is known), and enters their
 * symbols into annot->by_symbol. */
enum nf_status nf_annot_load_table(struct nf_annot *annot, const struct nf_refdata *refdata,
                                   const struct nf_genome *genome) NF_RESULT_USED;

/* Adds what a GTF holds to the genes of the table; `path` is for messages. Needs by_symbol to
 * hold the table's genes and no others. Says in the log what became of the file. */
enum nf_status nf_annot_add_gtf(struct nf_annot *annot, const struct nf_gtf *gtf,
                                const struct nf_genome *genome, const char *path)
    NF_RESULT_USED;

#endif
