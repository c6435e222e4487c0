/* SPDX-License-Identifier: MIT */
/* genome: the contigs of the input and what they are called elsewhere.
 *
 * Names are entered in two rounds: first every contig under its own name, then the other
 * spellings of each chromosome where nobody has them yet. So a header that holds both "chr1"
 * and "1" keeps them apart, and the first contig of a chromosome gets the remaining spellings.
 */
#include "ntrkfuse/genome.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/log.h"

enum {
    NF_CHROMOSOME_X = 23,
    NF_CHROMOSOME_Y = 24,
    NF_CHROMOSOME_M = 25,
    NF_N_NUCLEAR = 24,
    NF_MITOCHONDRION_LENGTH = 16569, /* the revised Cambridge sequence; hg19 has another */
    NF_NAME_SIZE = 32                /* "NC_000001.11" and the like */
};

static const char mitochondrion_accession[] = "NC_012920.1";

/* Lengths of the chromosomes 1–22, X, Y and versions of their RefSeq accessions NC_0000xx,
 * from the assembly reports of the Genome Reference Consortium: GRCh38 is GCF_000001405.26 and
 * its patches, GRCh37 is GCF_000001405.13 and its patches, which leave the chromosomes as they
 * are. */
static const struct {
    enum nf_assembly assembly;
    int64_t lengths[NF_N_NUCLEAR];
    int versions[NF_N_NUCLEAR];
} assemblies[] = {
    {NF_ASSEMBLY_GRCH38,
     {248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636,
      138394717, 133797422, 135086622, 133275309, 114364328, 107043718, 101991189, 90338345,
      83257441,  80373285,  58617616,  64444167,  46709983,  50818468,  156040895, 57227415},
     {11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12,
      11, 9,  10, 10, 11, 10, 10, 11, 9,  11, 11, 10}},
    {NF_ASSEMBLY_GRCH37,
     {249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022,
      141213431, 135534747, 135006516, 133851895, 115169878, 107349540, 102531392, 90354753,
      81195210,  78077248,  59128983,  63025520,  48129895,  51304566,  155270560, 59373566},
     {10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9}},
};

enum { NF_N_ASSEMBLIES = sizeof assemblies / sizeof *assemblies };

const char *nf_assembly_name(enum nf_assembly assembly)
{
    switch (assembly) {
    case NF_ASSEMBLY_GRCH38:
        return "GRCh38";
    case NF_ASSEMBLY_GRCH37:
        return "GRCh37";
    case NF_ASSEMBLY_UNKNOWN:
        break;
    }
    return "unknown";
}

/* The RefSeq accession of a chromosome 1–24 in row `i` of the assemblies. */
static void nf_genome_accession(char name[NF_NAME_SIZE], size_t i, int chromosome)
{
    (void)snprintf(name, NF_NAME_SIZE, "NC_%06d.%d", chromosome,
                   assemblies[i].versions[chromosome - 1]);
}

/* The number of the chromosome called `name` in any spelling; 0 when it is none. */
static int nf_genome_chromosome(struct nf_span name)
{
    struct nf_span bare = name;
    char accession[NF_NAME_SIZE];
    int64_t number;

    if (nf_span_starts(bare, "chr")) {
        bare.at += 3;
        bare.n -= 3;
    }
    if (nf_span_is(bare, "X"))
        return NF_CHROMOSOME_X;
    if (nf_span_is(bare, "Y"))
        return NF_CHROMOSOME_Y;
    if (nf_span_is(bare, "M") || nf_span_is(bare, "MT"))
        return NF_CHROMOSOME_M;
    if (bare.n > 0 && bare.at[0] != '0' && nf_span_int(bare, 1, 22, &number) == NF_OK)
        return (int)number;
    if (!nf_span_starts(name, "NC_"))
        return 0;
    if (nf_span_is(name, mitochondrion_accession))
        return NF_CHROMOSOME_M;
    for (size_t i = 0; i < NF_N_ASSEMBLIES; i++) {
        for (int chromosome = 1; chromosome <= NF_N_NUCLEAR; chromosome++) {
            nf_genome_accession(accession, i, chromosome);
            if (nf_span_is(name, accession))
                return chromosome;
        }
    }
    return 0;
}

/* Whether every chromosome 1–22, X, Y of the genome has the length it has in row `i`. */
static bool nf_genome_is(const struct nf_genome *genome, size_t i)
{
    bool any = false;

    for (int32_t k = 0; k < genome->n_contigs; k++) {
        const struct nf_contig *contig = &genome->contigs[k];

        if (contig->chromosome < 1 || contig->chromosome > NF_N_NUCLEAR)
            continue;
        if (contig->length != assemblies[i].lengths[contig->chromosome - 1])
            return false;
        any = true;
    }
    return any;
}

/* Copies the contigs and enters each under its own name. */
static enum nf_status nf_genome_add(struct nf_genome *genome, const char *const *names,
                                    const int64_t *lengths, int32_t n)
{
    for (int32_t i = 0; i < n; i++) {
        const struct nf_span name = nf_span_of(names[i]);
        struct nf_contig *contig = &genome->contigs[i];

        if (lengths[i] < 0)
            return nf_fail(NF_ERR_FORMAT, "header: contig '%s' has the length %" PRId64,
                           names[i], lengths[i]);
        if (nf_map_get(&genome->by_name, name.at, name.n) != NF_MAP_NONE)
            return nf_fail(NF_ERR_FORMAT,
                           "header: contig '%s' is listed twice; each @SQ line "
                           "must have a name of its own",
                           names[i]);
        contig->name = nf_arena_copy(&genome->arena, name.at, name.n);
        if (!contig->name || nf_map_put(&genome->by_name, name.at, name.n, (uint32_t)i))
            return nf_fail_memory("the contigs");
        contig->length = lengths[i];
        contig->chromosome = nf_genome_chromosome(name);
        genome->n_contigs = i + 1;
    }
    return NF_OK;
}

/* Enters one more spelling of contig `i`, unless it is taken. */
static enum nf_status nf_genome_alias(struct nf_genome *genome, int32_t i, const char *alias)
{
    const struct nf_span name = nf_span_of(alias);

    if (nf_map_get(&genome->by_name, name.at, name.n) != NF_MAP_NONE)
        return NF_OK;
    if (nf_map_put(&genome->by_name, name.at, name.n, (uint32_t)i))
        return nf_fail_memory("the names of the contigs");
    return NF_OK;
}

static enum nf_status nf_genome_alias_mitochondrion(struct nf_genome *genome, int32_t i)
{
    static const char *const spellings[] = {"chrM", "M", "MT", "chrMT"};
    enum nf_status status = NF_OK;

    for (size_t k = 0; k < sizeof spellings / sizeof *spellings && !status; k++)
        status = nf_genome_alias(genome, i, spellings[k]);
    if (!status && genome->contigs[i].length == NF_MITOCHONDRION_LENGTH)
        status = nf_genome_alias(genome, i, mitochondrion_accession);
    return status;
}

/* The spellings of a chromosome 1–24. Its accession names one assembly, so it is a spelling
 * only where the assembly is known. */
static enum nf_status nf_genome_alias_nuclear(struct nf_genome *genome, int32_t i)
{
    const int chromosome = genome->contigs[i].chromosome;
    char name[NF_NAME_SIZE];
    enum nf_status status;

    if (chromosome == NF_CHROMOSOME_X || chromosome == NF_CHROMOSOME_Y)
        (void)snprintf(name, sizeof name, "chr%c", chromosome == NF_CHROMOSOME_X ? 'X' : 'Y');
    else
        (void)snprintf(name, sizeof name, "chr%d", chromosome);
    status = nf_genome_alias(genome, i, name);
    if (!status)
        status = nf_genome_alias(genome, i, name + strlen("chr"));
    for (size_t k = 0; k < NF_N_ASSEMBLIES && !status; k++) {
        if (assemblies[k].assembly != genome->assembly)
            continue;
        nf_genome_accession(name, k, chromosome);
        status = nf_genome_alias(genome, i, name);
    }
    return status;
}

enum nf_status nf_genome_init(struct nf_genome *genome, const char *const *names,
                              const int64_t *lengths, int32_t n)
{
    enum nf_status status = NF_OK;

    *genome = (struct nf_genome){0};
    if (n < 0)
        return nf_fail(NF_ERR_INTERNAL, "a genome of %" PRId32 " contigs", n);
    genome->contigs = nf_arena_alloc(&genome->arena, (size_t)n, sizeof *genome->contigs);
    if (!genome->contigs)
        status = nf_fail_memory("the contigs");
    if (!status)
        status = nf_genome_add(genome, names, lengths, n);
    if (status)
        goto out;
    for (size_t i = 0; i < NF_N_ASSEMBLIES; i++) {
        if (nf_genome_is(genome, i))
            genome->assembly = assemblies[i].assembly;
    }
    for (int32_t i = 0; i < n && !status; i++) {
        if (genome->contigs[i].chromosome == NF_CHROMOSOME_M)
            status = nf_genome_alias_mitochondrion(genome, i);
        else if (genome->contigs[i].chromosome != 0)
            status = nf_genome_alias_nuclear(genome, i);
    }
out:
    if (status)
        nf_genome_free(genome);
    return status;
}

int32_t nf_genome_find(const struct nf_genome *genome, struct nf_span name)
{
    const uint32_t found = nf_map_get(&genome->by_name, name.at, name.n);

    return found == NF_MAP_NONE ? -1 : (int32_t)found;
}

void nf_genome_free(struct nf_genome *genome)
{
    nf_map_free(&genome->by_name);
    nf_arena_free(&genome->arena);
    *genome = (struct nf_genome){0};
}

int nf_region_compare(const void *a, const void *b)
{
    const struct nf_region *x = a, *y = b;
    if (x->contig != y->contig)
        return x->contig < y->contig ? -1 : 1;
    if (x->start0 != y->start0)
        return x->start0 < y->start0 ? -1 : 1;
    return (x->end0 > y->end0) - (x->end0 < y->end0);
}

void nf_regions_merge(nf_region_list *regions)
{
    struct nf_region *items = regions->items;
    if (regions->n == 0)
        return;
    qsort(items, regions->n, sizeof *items, nf_region_compare);
    size_t n = 0;
    for (size_t i = 1; i < regions->n; i++) {
        if (items[i].contig == items[n].contig && items[i].start0 <= items[n].end0) {
            if (items[i].end0 > items[n].end0)
                items[n].end0 = items[i].end0;
        } else {
            items[++n] = items[i];
        }
    }
    regions->n = n + 1;
}
