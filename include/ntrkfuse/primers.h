/* SPDX-License-Identifier: MIT */
/* primers: where a targeted library's primers lie. Level: data.
 *
 * Bases of a read that are its primer were synthesised, not sequenced from the sample: they
 * are evidence of nothing. A read that begins inside a primer loses the primer's bases from
 * its anchor. */
#ifndef NTRKFUSE_PRIMERS_H
#define NTRKFUSE_PRIMERS_H

#include "ntrkfuse/genome.h"
#include "ntrkfuse/itree.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

struct nf_primer {
    int64_t start0, end0;
    int8_t strand; /* of the reads it starts; 0: not told */
};

/* Zeroed: no primers. */
struct nf_primers {
    NF_VEC(struct nf_primer) items;
    struct nf_itree tree;
};

/* Reads a BED file (plain or gzip; 0-based half-open; column 6, where there is one, is the
 * strand). Lines on contigs the genome lacks are skipped and counted in the log. Malformed
 * lines and a file without a usable primer are errors with file:line. */
enum nf_status nf_primers_load(struct nf_primers *primers, const char *path,
                               const struct nf_genome *genome) NF_RESULT_USED;

/* How many bases of a read are its primer: from the read's first base at `start` (contig,
 * position, strand of the read) to the end of the longest primer that holds it; 0 for none.
 * `ids` is scratch. */
int32_t nf_primers_masked(const struct nf_primers *primers, struct nf_locus start,
                          nf_id_list *ids);

void nf_primers_free(struct nf_primers *primers);

#endif
