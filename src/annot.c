/* SPDX-License-Identifier: MIT */
/* annot: gene models, from the reference tables and from a user's GTF; loading and indexing.
 *
 * Loading appends genes and transcripts in the order they are met, each transcript with the
 * index of its gene. Indexing then groups the transcripts by gene (a stable counting sort: the
 * order of the table stays), derives spans, and builds what the queries of annot_query.c
 * search: the gene of a symbol, an interval index over the genes, the genes by start and by
 * end, and the splice sites of all exons as one sorted array. */
#include "ntrkfuse/annot.h"

#include <stdlib.h>

#include "annot_build.h"
#include "ntrkfuse/gtf.h"
#include "ntrkfuse/log.h"

/* The shortest human introns have some 26 bases; what is shorter is a gap in an alignment. */
enum { NF_SHORTEST_INTRON = 20 };

typedef NF_VEC(struct nf_edge) edge_list;

/* Sets first_transcript of every gene and moves its transcripts there, in their order. */
static enum nf_status group_transcripts(struct nf_annot *annot)
{
    NF_VEC(struct nf_transcript) grouped = {0};
    uint32_t first = 0;

    if (nf_vec_reserve(&grouped, annot->transcripts.n))
        return nf_fail_memory("the gene models");
    for (size_t i = 0; i < annot->genes.n; i++)
        annot->genes.items[i].n_transcripts = 0;
    for (size_t i = 0; i < annot->transcripts.n; i++)
        annot->genes.items[annot->transcripts.items[i].gene].n_transcripts++;
    for (size_t i = 0; i < annot->genes.n; i++) {
        struct nf_gene *gene = &annot->genes.items[i];

        gene->first_transcript = first;
        first += gene->n_transcripts;
        gene->n_transcripts = 0;
    }
    for (size_t i = 0; i < annot->transcripts.n; i++) {
        const struct nf_transcript *transcript = &annot->transcripts.items[i];
        struct nf_gene *gene = &annot->genes.items[transcript->gene];

        grouped.items[gene->first_transcript + gene->n_transcripts++] = *transcript;
    }
    const size_t n = annot->transcripts.n;
    nf_vec_free(&annot->transcripts);
    annot->transcripts.items = grouped.items;
    annot->transcripts.n = n;
    annot->transcripts.capacity = grouped.capacity;
    return NF_OK;
}

/* Sets the span and the primary transcript of a gene from its transcripts. */
static void derive_gene(const struct nf_annot *annot, struct nf_gene *gene)
{
    gene->start0 = INT64_MAX;
    gene->end0 = 0;
    gene->primary = gene->first_transcript;
    for (uint32_t k = 0; k < gene->n_transcripts; k++) {
        const uint32_t index = gene->first_transcript + k;
        const struct nf_transcript *transcript = &annot->transcripts.items[index];
        const struct nf_exon *last = &transcript->exons[transcript->n_exons - 1];

        if (transcript->is_primary)
            gene->primary = index;
        if (transcript->exons[0].start0 < gene->start0)
            gene->start0 = transcript->exons[0].start0;
        if (last->end0 > gene->end0)
            gene->end0 = last->end0;
    }
}

static int compare_edges(const void *a_item, const void *b_item)
{
    const struct nf_edge *a = a_item;
    const struct nf_edge *b = b_item;

    if (a->contig != b->contig)
        return a->contig < b->contig ? -1 : 1;
    if (a->pos0 != b->pos0)
        return a->pos0 < b->pos0 ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->gene > b->gene) - (a->gene < b->gene);
}

/* Appends the two splice sites of every intron of the transcript. */
static enum nf_status add_introns(const struct nf_gene *gene,
                                  const struct nf_transcript *transcript, edge_list *edges)
{
    struct nf_edge left = {.contig = gene->contig, .gene = transcript->gene};
    struct nf_edge right = left;

    left.kind = gene->strand > 0 ? NF_EDGE_DONOR : NF_EDGE_ACCEPTOR;
    right.kind = gene->strand > 0 ? NF_EDGE_ACCEPTOR : NF_EDGE_DONOR;
    for (uint32_t i = 0; i + 1 < transcript->n_exons; i++) {
        left.pos0 = transcript->exons[i].end0 - 1;
        right.pos0 = transcript->exons[i + 1].start0;
        if (right.pos0 - left.pos0 - 1 < NF_SHORTEST_INTRON)
            continue;
        if (nf_vec_push(edges, left) || nf_vec_push(edges, right))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

/* Appends the edges of one gene to annot->edges, each once; `scratch` is overwritten. Taking
 * the genes one by one keeps the memory small: isoforms share most of their edges. */
static enum nf_status add_gene_edges(struct nf_annot *annot, const struct nf_gene *gene,
                                     edge_list *scratch)
{
    enum nf_status status = NF_OK;

    scratch->n = 0;
    for (uint32_t k = 0; k < gene->n_transcripts && !status; k++)
        status =
            add_introns(gene, &annot->transcripts.items[gene->first_transcript + k], scratch);
    if (status || scratch->n == 0)
        return status;
    qsort(scratch->items, scratch->n, sizeof *scratch->items, compare_edges);
    for (size_t i = 0; i < scratch->n && !status; i++)
        if (i == 0 || compare_edges(&scratch->items[i - 1], &scratch->items[i]) != 0)
            status = nf_vec_push(&annot->edges, scratch->items[i]);
    return status;
}

static enum nf_status index_edges(struct nf_annot *annot)
{
    enum nf_status status = NF_OK;
    edge_list scratch = {0};

    for (size_t i = 0; i < annot->genes.n && !status; i++)
        if (annot->genes.items[i].contig >= 0)
            status = add_gene_edges(annot, &annot->genes.items[i], &scratch);
    nf_vec_free(&scratch);
    if (!status && annot->edges.n > 0)
        qsort(annot->edges.items, annot->edges.n, sizeof *annot->edges.items, compare_edges);
    return status;
}

/* A gene's place, to sort by: qsort passes no context. */
struct gene_key {
    int32_t contig;
    int64_t pos0;
    uint32_t id;
};

static int compare_keys(const void *a_item, const void *b_item)
{
    const struct gene_key *a = a_item;
    const struct gene_key *b = b_item;

    if (a->contig != b->contig)
        return a->contig < b->contig ? -1 : 1;
    if (a->pos0 != b->pos0)
        return a->pos0 < b->pos0 ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

/* Fills by_start, or by_end, whose ids descend among equals so that the last one before a
 * place is the first by id. */
static enum nf_status index_order(struct nf_annot *annot, bool by_end)
{
    NF_VEC(struct gene_key) keys = {0};
    enum nf_status status = NF_ERR_MEMORY;

    for (size_t i = 0; i < annot->genes.n; i++) {
        const struct nf_gene *gene = &annot->genes.items[i];

        if (gene->contig >= 0 &&
            nf_vec_push(&keys, (struct gene_key){.contig = gene->contig,
                                                 .pos0 = by_end ? gene->end0 : gene->start0,
                                                 .id = by_end ? UINT32_MAX - (uint32_t)i
                                                              : (uint32_t)i}))
            goto out;
    }
    if (keys.n > 0)
        qsort(keys.items, keys.n, sizeof *keys.items, compare_keys);
    for (size_t i = 0; i < keys.n; i++)
        if (by_end ? nf_vec_push(&annot->by_end, UINT32_MAX - keys.items[i].id)
                   : nf_vec_push(&annot->by_start, keys.items[i].id))
            goto out;
    status = NF_OK;

out:
    nf_vec_free(&keys);
    return status;
}

/* Enters the genes' spans, and the symbols of GTF genes: the first of a symbol keeps it. The
 * table's genes come first, then the others by position. */
static enum nf_status index_genes(struct nf_annot *annot)
{
    enum nf_status status = NF_OK;

    for (size_t i = 0; i < annot->genes.n && !status; i++) {
        struct nf_gene *gene = &annot->genes.items[i];
        const struct nf_span symbol = nf_span_of(gene->symbol);

        derive_gene(annot, gene);
        if (nf_annot_find(annot, symbol) == NF_NO_GENE)
            status = nf_map_put(&annot->by_symbol, symbol.at, symbol.n, (uint32_t)i);
        if (!status && gene->contig >= 0)
            status = nf_itree_add(&annot->gene_spans, gene->contig, gene->start0, gene->end0,
                                  (uint32_t)i);
    }
    nf_itree_build(&annot->gene_spans);
    return status;
}

static enum nf_status index_annot(struct nf_annot *annot)
{
    enum nf_status status = group_transcripts(annot);

    if (status)
        return status;
    status = index_genes(annot);
    if (!status)
        status = index_order(annot, false);
    if (!status)
        status = index_order(annot, true);
    if (!status)
        status = index_edges(annot);
    return status ? nf_fail_memory("the index of the gene models") : NF_OK;
}

/* Reads the user's GTF into genes. Its lines are freed before indexing needs memory. */
static enum nf_status load_gtf(struct nf_annot *annot, const struct nf_genome *genome,
                               const char *path)
{
    struct nf_gtf gtf;
    enum nf_status status = nf_gtf_read(&gtf, path, genome);

    if (!status) {
        status = nf_annot_add_gtf(annot, &gtf, genome, path);
        annot->gtf_fingerprint = gtf.fingerprint;
    }
    nf_gtf_free(&gtf);
    return status;
}

enum nf_status nf_annot_load(struct nf_annot *annot, const struct nf_refdata *refdata,
                             const struct nf_genome *genome, const char *gtf_path)
{
    enum nf_status status = NF_OK;

    *annot = (struct nf_annot){0};
    if (genome->assembly != NF_ASSEMBLY_UNKNOWN)
        status = nf_annot_load_table(annot, refdata, genome);
    if (!status && gtf_path)
        status = load_gtf(annot, genome, gtf_path);
    if (!status)
        status = index_annot(annot);
    return status;
}

void nf_annot_free(struct nf_annot *annot)
{
    nf_vec_free(&annot->genes);
    nf_vec_free(&annot->transcripts);
    nf_vec_free(&annot->edges);
    nf_vec_free(&annot->by_start);
    nf_vec_free(&annot->by_end);
    nf_map_free(&annot->by_symbol);
    nf_itree_free(&annot->gene_spans);
    nf_arena_free(&annot->arena);
}
