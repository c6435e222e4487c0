/* SPDX-License-Identifier: MIT */
/* abundance: how many records begin around a place. Level: signal.
 *
 * A chimera of two transcripts that never met in a cell forms the more often the more of each
 * there is. What is counted says how much: records that begin in bins of 16 kb, those of an
 * index of alignments (SAM specification, section 5.3), so that an index leads to just the
 * bins that are asked for. The count is the same along every road through a file: one test on
 * a record's own fields decides, and a bin counts NF_ABUNDANCE_CAP records at most.
 *
 * Counted are primary records that are mapped, have a CIGAR and did not fail quality control,
 * by the leftmost aligned base; duplicates count. Nothing is counted on the mitochondrion,
 * whose 16 kb can hold a third of a sample's records and no partner, nor beyond a contig's end
 * or the 2^31st base of it, which BAM cannot hold. */
#ifndef NTRKFUSE_ABUNDANCE_H
#define NTRKFUSE_ABUNDANCE_H

#include <stdint.h>

#include "ntrkfuse/genome.h"
#include "ntrkfuse/record.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

enum {
    NF_ABUNDANCE_SHIFT = 14,    /* bits of a position within its bin */
    NF_ABUNDANCE_CAP = 100000,  /* records of a bin that count; bounds what an index query for
                                   a bin costs, and is far above what a score can tell apart */
    NF_ABUNDANCE_RUNS = 1 << 13 /* kept before there is a number for every bin */
};

/* Records that follow each other in one bin. */
struct nf_abundance_run {
    uint32_t bin;
    uint32_t n; /* up to NF_ABUNDANCE_CAP */
};

/* Counts. In a sorted file records that follow each other begin in one bin: the bin being
 * filled is kept at hand, those before as a list, and only when the list grows long (or two
 * counts are added up) there is an array with a number for every bin: 0.8 MB for GRCh38, 64 MB
 * at most. Bins are numbered through all contigs. */
struct nf_abundance {
    const struct nf_genome *genome;
    uint32_t *first; /* bin of each contig, one more for the end; contigs that are not counted
                        have no bin */
    int64_t n_counted;  /* records, without the bound on a bin; right once settled */
    int32_t run_contig; /* of the bin being filled; −1: none */
    int64_t run_start0; /* where that bin begins */
    uint64_t run_width; /* its bases, cut off at the end of the contig */
    uint32_t run_bin;   /* UINT32_MAX: on a contig that is not counted */
    int64_t run_n;
    NF_VEC(struct nf_abundance_run) runs;
    uint32_t *bins; /* up to NF_ABUNDANCE_CAP each; NULL: none yet */
};

/* Makes an empty count; `genome` must outlive it. Prints on error; free after it is legal. */
enum nf_status nf_abundance_init(struct nf_abundance *abundance,
                                 const struct nf_genome *genome) NF_RESULT_USED;

/* Legal on a zeroed struct and twice. */
void nf_abundance_free(struct nf_abundance *abundance);

/* Opens the bin that holds a place, and counts a record there. For nf_abundance_add_at only.
 */
enum nf_status nf_abundance_turn(struct nf_abundance *abundance, int32_t contig, int64_t pos0)
    NF_RESULT_USED;

/* Counts a record, one of those that count, that begins at a place. Prints on error. */
static inline enum nf_status nf_abundance_add_at(struct nf_abundance *abundance,
                                                 int32_t contig, int64_t pos0)
{
    if (contig != abundance->run_contig ||
        (uint64_t)(pos0 - abundance->run_start0) >= abundance->run_width)
        return nf_abundance_turn(abundance, contig, pos0);
    abundance->run_n++;
    return NF_OK;
}

/* Flags of records that do not count. */
enum {
    NF_ABUNDANCE_NOT =
        NF_FLAG_UNMAPPED | NF_FLAG_SECONDARY | NF_FLAG_SUPPLEMENTARY | NF_FLAG_QC_FAIL
};

/* Counts a record, if it is of those that count. Prints on error. */
static inline enum nf_status nf_abundance_add(struct nf_abundance *abundance,
                                              const struct nf_record *record)
{
    if (record->flag & NF_ABUNDANCE_NOT || record->n_cigar == 0)
        return NF_OK;
    return nf_abundance_add_at(abundance, record->contig, record->pos0);
}

/* Puts all that was counted into the array of bins; nf_abundance_add may go on afterwards.
 * Prints on error. */
enum nf_status nf_abundance_settle(struct nf_abundance *abundance) NF_RESULT_USED;

/* Adds the counts of `from`, over the same genome, to those of `into`. The order in which
 * counts are added up does not matter. Prints on error. */
enum nf_status nf_abundance_merge(struct nf_abundance *into, const struct nf_abundance *from)
    NF_RESULT_USED;

/* The bins around a place: those before, around and behind the place's own, as far as the
 * contig reaches. [*first, *end) receives their numbers; they are none (both 0) where nothing
 * is counted. */
void nf_abundance_bins(const struct nf_abundance *abundance, struct nf_locus locus,
                       uint32_t *first, uint32_t *end);

/* The records that begin in the bins around a place, at most NF_ABUNDANCE_CAP of each; −1 on
 * a contig that is not counted. What was added since nf_abundance_settle is not seen. */
int64_t nf_abundance_at(const struct nf_abundance *abundance, struct nf_locus locus);

#endif
