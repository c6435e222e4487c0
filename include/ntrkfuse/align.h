/* SPDX-License-Identifier: MIT */
/* align: from CIGAR and SA to aligned pieces in read order. Level: data.
 *
 * A read is cut from a transcript; an aligner leaves it as one or several alignments (the
 * record itself and those its SA tag names), each a run of blocks separated by introns (N).
 * Here they become a chain in the order in which the sequencer read them, whatever the strand
 * of each. */
#ifndef NTRKFUSE_ALIGN_H
#define NTRKFUSE_ALIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/genome.h"
#include "ntrkfuse/record.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

/* A stretch of read aligned without an intron. */
struct nf_block {
    int64_t start0, end0;           /* reference, half-open */
    int32_t read_start0, read_end0; /* read, in sequencing direction, hard clips counted */
    int32_t n_aligned;              /* read bases that are aligned to a reference base */
};

/* One alignment of a read. */
struct nf_alignment {
    int32_t contig;
    int8_t strand;                /* of the read: +1 forward */
    bool is_record;               /* the record itself, not an SA entry */
    uint8_t mapq;                 /* as the aligner wrote it */
    int32_t edit_distance;        /* NM; −1 unknown */
    int32_t clip_start, clip_end; /* clipped bases (soft and hard) before the first and after
                                    the last base in sequencing direction */
    int32_t soft_start, soft_end; /* the soft part of these, bases present in SEQ */
    size_t first_block, n_blocks; /* in nf_chain.blocks, in sequencing direction */
};

/* The alignments of one read, ascending by read_start0 of the first block. */
struct nf_chain {
    NF_VEC(struct nf_alignment) alignments;
    NF_VEC(struct nf_block) blocks;
    int32_t read_length;   /* hard clips counted */
    int32_t n_bad_entries; /* SA entries that could not be used */
};

/* At most this many SA entries of one record are looked at; the rest count as bad. */
enum { NF_MAX_SA_ENTRIES = 64 };

/* Rebuilds `chain` from `record` and, when `with_supplementary`, its SA tag. An SA entry that
 * is malformed, on an unknown contig, or of another read length is skipped and counted.
 * Entries nested in the read range of a better one (by aligned bases) are dropped. */
enum nf_status nf_chain_build(struct nf_chain *chain, const struct nf_record *record,
                              const struct nf_genome *genome, bool with_supplementary)
    NF_RESULT_USED;

/* Empties the chain for the next read; keeps its storage. */
void nf_chain_clear(struct nf_chain *chain);

/* Adds the record's own alignment. NF_ERR_FORMAT, silently, when nothing is aligned or the
 * read length differs from the chain's. */
enum nf_status nf_chain_add_record(struct nf_chain *chain, const struct nf_record *record)
    NF_RESULT_USED;

/* Adds an alignment given as SAM text fields: 0-based position, strand, CIGAR. NF_ERR_FORMAT,
 * silently, when the CIGAR is malformed or its read length differs from the chain's. */
enum nf_status nf_chain_add_text(struct nf_chain *chain, struct nf_locus place,
                                 struct nf_span cigar, uint8_t mapq, int32_t edit_distance)
    NF_RESULT_USED;

/* Orders the alignments by read position and drops nested ones. */
void nf_chain_sort(struct nf_chain *chain);

void nf_chain_free(struct nf_chain *chain);

/* One SA entry. */
struct nf_sa_entry {
    struct nf_locus place; /* leftmost base, strand of the read there */
    struct nf_span cigar;
    uint8_t mapq;
    int32_t edit_distance;
};

/* Cuts the next entry off `rest` (the value of an SA tag). Returns false at the end. *good
 * tells whether it was well-formed and on a known contig. */
bool nf_sa_next(struct nf_span *rest, const struct nf_genome *genome,
                struct nf_sa_entry *entry, bool *good);

/* Mapping quality on one scale, 0–60: 255 ("unique" to STAR and TopHat) becomes 60. */
uint8_t nf_mapq_normal(uint8_t mapq);

/* True when an alignment has other placements as good: NH above 1, or a MAPQ of 3 and below,
 * which STAR writes for 2 loci and more (3, 1, 0), HISAT2 for any repeat (1, 0), BWA, minimap2
 * and DRAGEN where the best and the second best place score alike (0–3). */
bool nf_is_multimapped(uint8_t mapq, int64_t n_hits);

#endif
