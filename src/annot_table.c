/* SPDX-License-Identifier: MIT */
/* annot: gene models from the reference table of an assembly. Every field is checked: the
 * tables may be a user's own. */
#include "annot_build.h"

#include <limits.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/table.h"

enum {
    NF_COLUMN_GENE,
    NF_COLUMN_TRANSCRIPT,
    NF_COLUMN_ROLE,
    NF_COLUMN_CHROM,
    NF_COLUMN_STRAND,
    NF_COLUMN_CDS_START,
    NF_COLUMN_CDS_END,
    NF_COLUMN_EXON_STARTS,
    NF_COLUMN_EXON_ENDS,
    NF_COLUMN_EXON_PHASES,
    NF_N_COLUMNS
};

struct annot_loader {
    struct nf_annot *annot;
    const struct nf_genome *genome;
    struct nf_table table;
    struct nf_map accessions; /* those seen, in the table */
    int64_t longest;          /* the greatest position on the contig of this row */
};

static enum nf_status read_name(const struct nf_table *table, size_t column)
{
    if (nf_table_absent(table, column) || table->fields[column].n == 0)
        return nf_table_fail(table, column, "a name is needed here");
    return NF_OK;
}

static enum nf_status read_strand(const struct nf_table *table, int8_t *strand)
{
    const struct nf_span text = table->fields[NF_COLUMN_STRAND];

    if (!nf_span_is(text, "+") && !nf_span_is(text, "-"))
        return nf_table_fail(table, NF_COLUMN_STRAND, "must be + or -");
    *strand = text.at[0] == '+' ? 1 : -1;
    return NF_OK;
}

static enum nf_status read_role(const struct nf_table *table, bool *is_primary)
{
    const struct nf_span role = table->fields[NF_COLUMN_ROLE];

    *is_primary = nf_span_is(role, "mane") || nf_span_is(role, "model");
    if (!*is_primary && !nf_span_is(role, "other"))
        return nf_table_fail(table, NF_COLUMN_ROLE, "must be mane, model or other");
    return NF_OK;
}

/* Adds the gene of this row, which the table has not named before. */
static enum nf_status add_gene(struct annot_loader *loader, int8_t strand, uint32_t *index)
{
    struct nf_annot *annot = loader->annot;
    const struct nf_span symbol = loader->table.fields[NF_COLUMN_GENE];
    const struct nf_span chrom = loader->table.fields[NF_COLUMN_CHROM];
    struct nf_gene gene = {
        .symbol = nf_arena_copy(&annot->arena, symbol.at, symbol.n),
        .contig_name = nf_arena_copy(&annot->arena, chrom.at, chrom.n),
        .contig = nf_genome_find(loader->genome, chrom),
        .strand = strand,
        .start0 = INT64_MAX,
        .end0 = 0,
        .primary = NF_NO_TRANSCRIPT,
    };

    *index = (uint32_t)annot->genes.n;
    if (!gene.symbol || !gene.contig_name || nf_vec_push(&annot->genes, gene) ||
        nf_map_put(&annot->by_symbol, symbol.at, symbol.n, *index))
        return nf_fail_memory("the gene models");
    return NF_OK;
}

/* The gene of this row; one gene has one contig and one strand. */
static enum nf_status read_gene(struct annot_loader *loader, uint32_t *index)
{
    const struct nf_table *table = &loader->table;
    const struct nf_gene *gene;
    enum nf_status status;
    int8_t strand = 0;

    status = read_name(table, NF_COLUMN_GENE);
    if (!status)
        status = read_name(table, NF_COLUMN_CHROM);
    if (!status)
        status = read_strand(table, &strand);
    if (status)
        return status;
    *index = nf_annot_find(loader->annot, table->fields[NF_COLUMN_GENE]);
    if (*index == NF_NO_GENE) {
        status = add_gene(loader, strand, index);
        if (status)
            return status;
    }
    gene = &loader->annot->genes.items[*index];
    if (!nf_span_is(table->fields[NF_COLUMN_CHROM], gene->contig_name))
        return nf_table_fail(table, NF_COLUMN_CHROM, "an earlier row puts %s on %s",
                             gene->symbol, gene->contig_name);
    if (gene->strand != strand)
        return nf_table_fail(table, NF_COLUMN_STRAND, "an earlier row puts %s on the other",
                             gene->symbol);
    loader->longest =
        gene->contig < 0 ? INT32_MAX : loader->genome->contigs[gene->contig].length;
    return NF_OK;
}

/* The next number of a comma-separated list, from 1 to the end of the contig. */
static enum nf_status cut_position(const struct annot_loader *loader, size_t column,
                                   struct nf_span *rest, int64_t *value)
{
    struct nf_span item;

    if (!nf_span_cut(rest, ',', &item))
        return nf_table_fail(&loader->table, column, "holds fewer items than exon_starts");
    if (nf_span_int(item, 1, loader->longest, value))
        return nf_table_fail(&loader->table, column, "'%.*s' is not a position on the contig",
                             item.n > 40 ? 40 : (int)item.n, item.at);
    return NF_OK;
}

/* The next item of exon_phases as the frame of `exon`. */
static enum nf_status cut_frame(const struct nf_table *table, struct nf_span *rest,
                                struct nf_exon *exon)
{
    struct nf_span item;
    int64_t phase;

    if (!nf_span_cut(rest, ',', &item))
        return nf_table_fail(table, NF_COLUMN_EXON_PHASES,
                             "holds fewer items than exon_starts");
    exon->frame = -1;
    if (nf_span_is(item, "."))
        return NF_OK;
    if (nf_span_int(item, 0, 2, &phase))
        return nf_table_fail(table, NF_COLUMN_EXON_PHASES, "'%.*s' is none of 0 1 2 .",
                             item.n > 40 ? 40 : (int)item.n, item.at);
    exon->frame = (int8_t)((3 - phase) % 3);
    return NF_OK;
}

/* The three lists of equal length; exons ascending and disjoint. */
static enum nf_status read_exons(const struct annot_loader *loader, struct nf_exon *exons,
                                 size_t n)
{
    const struct nf_table *table = &loader->table;
    struct nf_span starts = table->fields[NF_COLUMN_EXON_STARTS];
    struct nf_span ends = table->fields[NF_COLUMN_EXON_ENDS];
    struct nf_span phases = table->fields[NF_COLUMN_EXON_PHASES];
    int64_t start = 0, end = 0, before = 0;
    enum nf_status status;

    for (size_t i = 0; i < n; i++) {
        status = cut_position(loader, NF_COLUMN_EXON_STARTS, &starts, &start);
        if (!status)
            status = cut_position(loader, NF_COLUMN_EXON_ENDS, &ends, &end);
        if (!status)
            status = cut_frame(table, &phases, &exons[i]);
        if (status)
            return status;
        if (start <= before)
            return nf_table_fail(table, NF_COLUMN_EXON_STARTS,
                                 "exon %zu does not start after the end of the one before",
                                 i + 1);
        if (end < start)
            return nf_table_fail(table, NF_COLUMN_EXON_ENDS, "exon %zu ends before it starts",
                                 i + 1);
        exons[i].start0 = start - 1;
        exons[i].end0 = before = end;
    }
    if (ends.at)
        return nf_table_fail(table, NF_COLUMN_EXON_ENDS, "holds more items than exon_starts");
    if (phases.at)
        return nf_table_fail(table, NF_COLUMN_EXON_PHASES,
                             "holds more items than exon_starts");
    return NF_OK;
}

/* True when some exon holds the base at pos0. */
static bool in_exon(const struct nf_transcript *transcript, int64_t pos0)
{
    for (uint32_t i = 0; i < transcript->n_exons; i++)
        if (transcript->exons[i].start0 <= pos0 && pos0 < transcript->exons[i].end0)
            return true;
    return false;
}

/* cds_start and cds_end, or "." in both; inside exons; a phase exactly where there is CDS. */
static enum nf_status read_cds(const struct annot_loader *loader,
                               struct nf_transcript *transcript)
{
    const struct nf_table *table = &loader->table;
    enum nf_status status;
    int64_t start = 0;

    transcript->cds_start0 = transcript->cds_end0 = -1;
    if (nf_table_absent(table, NF_COLUMN_CDS_START) !=
        nf_table_absent(table, NF_COLUMN_CDS_END))
        return nf_table_fail(table, NF_COLUMN_CDS_END, "cds_start and cds_end go together");
    if (!nf_table_absent(table, NF_COLUMN_CDS_START)) {
        status = nf_table_int(table, NF_COLUMN_CDS_START, 1, loader->longest, &start);
        if (!status)
            status = nf_table_int(table, NF_COLUMN_CDS_END, start, loader->longest,
                                  &transcript->cds_end0);
        if (status)
            return status;
        transcript->cds_start0 = start - 1;
        if (!in_exon(transcript, transcript->cds_start0))
            return nf_table_fail(table, NF_COLUMN_CDS_START, "lies in no exon");
        if (!in_exon(transcript, transcript->cds_end0 - 1))
            return nf_table_fail(table, NF_COLUMN_CDS_END, "lies in no exon");
    }
    for (uint32_t i = 0; i < transcript->n_exons; i++) {
        const struct nf_exon *exon = &transcript->exons[i];
        bool coding =
            exon->start0 < transcript->cds_end0 && transcript->cds_start0 < exon->end0;

        if (coding != (exon->frame >= 0))
            return nf_table_fail(
                table, NF_COLUMN_EXON_PHASES, "exon %u (in this list) %s", i + 1,
                coding ? "holds CDS and needs a phase" : "holds no CDS and can have no phase");
    }
    return NF_OK;
}

/* A transcript is named once in the table. */
static enum nf_status read_accession(struct annot_loader *loader,
                                     struct nf_transcript *transcript)
{
    const struct nf_span accession = loader->table.fields[NF_COLUMN_TRANSCRIPT];
    enum nf_status status = read_name(&loader->table, NF_COLUMN_TRANSCRIPT);

    if (status)
        return status;
    if (nf_map_get(&loader->accessions, accession.at, accession.n) != NF_MAP_NONE)
        return nf_table_fail(&loader->table, NF_COLUMN_TRANSCRIPT, "%.*s stands here twice",
                             accession.n > 40 ? 40 : (int)accession.n, accession.at);
    transcript->accession = nf_arena_copy(&loader->annot->arena, accession.at, accession.n);
    if (!transcript->accession ||
        nf_map_put(&loader->accessions, accession.at, accession.n, 0))
        return nf_fail_memory("the gene models");
    return NF_OK;
}

/* Enters a checked transcript into its gene, which has one primary transcript. */
static enum nf_status add_transcript(struct annot_loader *loader,
                                     const struct nf_transcript *transcript)
{
    struct nf_annot *annot = loader->annot;
    struct nf_gene *gene = &annot->genes.items[transcript->gene];
    const struct nf_exon *exons = transcript->exons;

    if (transcript->is_primary && gene->primary != NF_NO_TRANSCRIPT)
        return nf_table_fail(&loader->table, NF_COLUMN_ROLE,
                             "%s has two transcripts of role mane or model", gene->symbol);
    if (transcript->is_primary)
        gene->primary = (uint32_t)annot->transcripts.n;
    if (exons[0].start0 < gene->start0)
        gene->start0 = exons[0].start0;
    if (exons[transcript->n_exons - 1].end0 > gene->end0)
        gene->end0 = exons[transcript->n_exons - 1].end0;
    if (nf_vec_push(&annot->transcripts, *transcript))
        return nf_fail_memory("the gene models");
    return NF_OK;
}

static size_t count_items(struct nf_span list)
{
    size_t n = 1;

    for (size_t i = 0; i < list.n; i++)
        n += list.at[i] == ',';
    return n;
}

static enum nf_status load_row(struct annot_loader *loader)
{
    const struct nf_table *table = &loader->table;
    const size_t n = count_items(table->fields[NF_COLUMN_EXON_STARTS]);
    struct nf_transcript transcript = {.n_exons = (uint32_t)n};
    struct nf_exon *exons = nf_arena_alloc(&loader->annot->arena, n, sizeof *exons);
    enum nf_status status;

    if (!exons)
        return nf_fail_memory("the gene models");
    transcript.exons = exons;
    status = read_gene(loader, &transcript.gene);
    if (!status)
        status = read_accession(loader, &transcript);
    if (!status)
        status = read_role(table, &transcript.is_primary);
    if (!status)
        status = read_exons(loader, exons, n);
    if (!status)
        status = read_cds(loader, &transcript);
    if (!status)
        status = add_transcript(loader, &transcript);
    return status;
}

/* After the last row: every gene has its primary transcript. */
static enum nf_status check_primaries(const struct annot_loader *loader)
{
    for (size_t i = 0; i < loader->annot->genes.n; i++)
        if (loader->annot->genes.items[i].primary == NF_NO_TRANSCRIPT)
            return nf_fail(NF_ERR_FORMAT, "%s: %s has no transcript of role mane or model",
                           loader->table.name, loader->annot->genes.items[i].symbol);
    return NF_OK;
}

enum nf_status nf_annot_load_table(struct nf_annot *annot, const struct nf_refdata *refdata,
                                   const struct nf_genome *genome)
{
    static const char *const columns[NF_N_COLUMNS] = {
        "gene",      "transcript", "role",        "chrom",     "strand",
        "cds_start", "cds_end",    "exon_starts", "exon_ends", "exon_phases"};
    const char *name = genome->assembly == NF_ASSEMBLY_GRCH37 ? "transcripts.grch37.tsv"
                                                              : "transcripts.grch38.tsv";
    struct annot_loader loader = {.annot = annot, .genome = genome};
    struct nf_span text = {NULL, 0};
    enum nf_status status;
    char path[PATH_MAX];
    bool done = false;

    status = nf_refdata_find(refdata, name, &text, path, sizeof path);
    if (status)
        return status;
    status = nf_table_open(&loader.table, path, text, columns, NF_N_COLUMNS);
    if (status)
        return status;
    for (;;) {
        status = nf_table_next(&loader.table, &done);
        if (status || done)
            break;
        status = load_row(&loader);
        if (status)
            break;
    }
    if (!status)
        status = check_primaries(&loader);
    nf_map_free(&loader.accessions);
    nf_table_close(&loader.table);
    return status;
}
