/* SPDX-License-Identifier: MIT */
/* genome: the contigs of the input and what they are called elsewhere. Level: data.
 *
 * Positions are 0-based, intervals half-open, strands +1 and −1, everywhere inside ntrkfuse. A
 * contig is named by its index in the input's header (a BAM tid). */
#ifndef NTRKFUSE_GENOME_H
#define NTRKFUSE_GENOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/arena.h"
#include "ntrkfuse/hash.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/str.h"
#include "ntrkfuse/vec.h"

enum { NF_MITOCHONDRION = 25 /* nf_contig.chromosome of it */ };

enum nf_assembly { NF_ASSEMBLY_UNKNOWN, NF_ASSEMBLY_GRCH38, NF_ASSEMBLY_GRCH37 };

/* "GRCh38", "GRCh37", "unknown". */
const char *nf_assembly_name(enum nf_assembly assembly);

struct nf_contig {
    const char *name; /* as the header has it; owned by the genome */
    int64_t length;
    int chromosome; /* 1–22, 23 X, 24 Y, 25 mitochondrion; 0 any other contig */
};

struct nf_genome {
    struct nf_contig *contigs;
    int32_t n_contigs;
    enum nf_assembly assembly; /* told by the lengths of the chromosomes */
    struct nf_map by_name;     /* every accepted spelling of every contig */
    struct nf_arena arena;
};

/* Fills `genome` from `n` names and lengths (copied). Chromosome names are understood as
 * "chr1", "1" and RefSeq accessions ("NC_000001.11" GRCh38, "NC_000001.10" GRCh37; chrM = MT =
 * M = NC_012920.1). The assembly is set when at least one of the chromosomes 1–22, X, Y is
 * present and each one present has that assembly's length; otherwise it is unknown. A repeated
 * name is NF_ERR_FORMAT. Prints on error. */
enum nf_status nf_genome_init(struct nf_genome *genome, const char *const *names,
                              const int64_t *lengths, int32_t n) NF_RESULT_USED;

/* The contig that `name` means in any accepted spelling, or −1. */
int32_t nf_genome_find(const struct nf_genome *genome, struct nf_span name);

void nf_genome_free(struct nf_genome *genome);

/* A place with a direction. For the 5′ side of a junction `pos0` is the last base of the 5′
 * part, for the 3′ side the first base of the 3′ part; `strand` is the direction of the
 * transcript. */
struct nf_locus {
    int32_t contig;
    int8_t strand;
    int64_t pos0;
};

/* A stretch of a contig. */
struct nf_region {
    int32_t contig;
    int64_t start0, end0;
};

typedef NF_VEC(struct nf_region) nf_region_list;

/* Orders two regions by contig, start and end, for qsort. */
int nf_region_compare(const void *a, const void *b);

/* Sorts the regions and joins those that overlap or touch: ascending, disjoint. */
void nf_regions_merge(nf_region_list *regions);

#endif
