/* SPDX-License-Identifier: MIT */
/* pairs: made-up read pairs over genes and over breaks between them, for make_bam.
 *
 * A locus is a gene model with a number of read pairs; pairs are laid over its exons, so their
 * CIGARs are spliced, and about one read in eight is soft clipped. A chimera places pairs over
 * the break between two genes: a read across it, as a primary and a supplementary record that
 * name each other in SA, and its mate; or, when it is not split, one read on either side.
 * Bases come from a hash of the position, so reads over one place agree and compress as real
 * ones do.
 *
 * Every property of a pair follows from a random state seeded with the pair's number, so a
 * record can be made when it is written, in any order. */
#ifndef NTRKFUSE_BENCH_PAIRS_H
#define NTRKFUSE_BENCH_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

#include <htslib/sam.h>

#include "ntrkfuse/vec.h"

enum { READ = 100, MAX_CIGAR = 64 };

struct exon {
    int64_t start0, end0;
    int64_t offset; /* bases of the locus before it */
};

struct locus {
    int32_t tid;
    bool is_reverse;
    uint64_t first_pair; /* number of its first pair; unique over the whole file */
    int64_t n_pairs;
    size_t first_exon, n_exons;
    int64_t length;
};

/* One side of a break; strand +1 or -1. */
struct side {
    int32_t tid;
    int64_t pos0; /* last base of the 5′ part, first of the 3′ part */
    int strand;
};

struct chimera {
    struct side side5, side3;
    bool is_split;
    uint64_t first_pair;
    int64_t n_pairs;
};

/* A record to be: its place, and how to make it. `part` of a pair in a locus: 0 left, 1 right;
 * of a chimeric pair: 0 the 5′ piece, 1 the 3′ piece, 2 the mate. */
struct plan {
    int32_t tid;
    int64_t pos0;
    uint64_t pair;
    uint32_t source; /* index of the locus or chimera */
    uint8_t part;
};

/* What bam_set1 wants to know. */
struct alignment {
    int32_t tid, mate_tid;
    int64_t pos0, mate_pos0, template_length;
    uint16_t flag;
    uint8_t mapq, n_hits, n_mismatches, score;
    uint32_t n_cigar, cigar[MAX_CIGAR];
    char bases[READ], qualities[READ];
    char other[64]; /* SA, empty when none */
};

/* All that pairs are made from. `name_of` names a contig, for the SA tag. */
struct model {
    uint64_t seed;
    const char *(*name_of)(int32_t tid);
    NF_VEC(struct exon) exons;
    NF_VEC(struct locus) loci;
    NF_VEC(struct chimera) chimeras;
};

/* A 64-bit hash, and a number below `n` from a state that it moves on. */
uint64_t mix(uint64_t x);
uint32_t below(uint64_t *state, uint32_t n);

/* READ qualities of four levels. */
void draw_qualities(char *qualities, uint64_t *state);

/* The record of `plan`, whose source is a locus. */
void make_paired(const struct model *model, const struct plan *plan, struct alignment *to);

/* The record of `plan`, whose source is a chimera; part 1 exists only where it is split. */
void make_chimeric(const struct model *model, const struct plan *plan, struct alignment *to);

#endif
