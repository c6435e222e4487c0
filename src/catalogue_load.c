/* SPDX-License-Identifier: MIT */
/* catalogue: reading the tables.
 *
 * The tables are read one after another in an order in which each refers to earlier ones only,
 * so that a dangling reference is told with the line that holds it. Reading goes on after a
 * problem: whoever keeps tables of their own wants to hear of all of them at once. A table
 * that cannot be read at all is told once, and what refers to it is then left unchecked. */
#include "catalogue_loader.h"

#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/model.h"

/* After so many problems in one table the rest of it is not read: it is another kind of file.
 */
enum { MOST_PROBLEMS = 50 };

struct nf_table_plan {
    const char *name;
    void (*read_row)(struct nf_loader *loader);
    const char *columns[17]; /* ends with NULL */
};

static const struct nf_table_plan PLANS[NF_N_TABLES] = {
    [NF_TABLE_TRANSCRIPTS_GRCH38] = {"transcripts.grch38.tsv",
                                     nf_loader_read_model,
                                     {"gene", "transcript", "role", "chrom", "strand",
                                      "cds_start", "cds_end", "exon_starts", "exon_ends",
                                      "exon_phases"}},
    [NF_TABLE_TRANSCRIPTS_GRCH37] = {"transcripts.grch37.tsv",
                                     nf_loader_read_model,
                                     {"gene", "transcript", "role", "chrom", "strand",
                                      "cds_start", "cds_end", "exon_starts", "exon_ends",
                                      "exon_phases"}},
    [NF_TABLE_TARGETS] = {"targets.tsv",
                          nf_loader_read_target,
                          {"gene", "hgnc_id", "transcript", "legacy_transcript",
                           "protein_length", "kinase_start", "kinase_end"}},
    [NF_TABLE_DOMAINS] = {"domains.tsv",
                          nf_loader_read_domain,
                          {"gene", "transcript", "feature", "start", "end", "source"}},
    [NF_TABLE_PARTNERS] = {"partners.tsv",
                           nf_loader_read_partner,
                           {"gene", "symbol", "side", "tier", "in_review", "neutral",
                            "gene_model", "hgnc_id", "typical_junction", "cancers", "geometry",
                            "source"}},
    [NF_TABLE_REVIEW] = {"review_partners.tsv",
                         nf_loader_read_review,
                         {"gene", "printed_symbol", "symbol", "side", "group", "references",
                          "where", "note", "neutral"}},
    [NF_TABLE_JUNCTIONS] = {"junctions.tsv",
                            nf_loader_read_junction,
                            {"gene", "partner", "breakpoint5_grch38", "breakpoint3_grch38",
                             "breakpoint5_grch37", "breakpoint3_grch37", "transcript5",
                             "exon5", "transcript3", "exon3", "exon3_mane", "frame",
                             "sources"}},
    [NF_TABLE_RESISTANCE] = {"resistance.tsv",
                             nf_loader_read_resistance,
                             {"gene", "variant", "class", "transcript", "codon", "residue",
                              "cdna", "exon", "chrom", "strand", "start_grch38", "end_grch38",
                              "start_grch37", "end_grch37", "uniprot_residue", "check"}},
    [NF_TABLE_ENTITIES] = {"entities.tsv",
                           nf_loader_read_entity,
                           {"entity", "genetic_feature", "fusions", "references",
                            "reported_response"}},
    [NF_TABLE_PREVALENCE] = {"prevalence.tsv",
                             nf_loader_read_prevalence,
                             {"histology", "adult_total", "adult_positive", "adult_percent",
                              "child_total", "child_positive", "child_percent"}},
    [NF_TABLE_CONTROL_GENES] = {"control_genes.tsv",
                                nf_loader_read_control_gene,
                                {"gene", "source"}},
    [NF_TABLE_ALIASES] = {"aliases.tsv",
                          nf_loader_read_alias,
                          {"alias", "symbol", "kind", "source"}},
};

/* Reads the rows of the table that is open, to its end or to where no more can be read. */
static void nf_loader_read_rows(struct nf_loader *loader, const struct nf_table_plan *plan)
{
    const size_t before = loader->n_problems;
    bool done = false;

    while (!loader->out_of_memory) {
        const long line = nf_table_line(&loader->table);
        enum nf_status status = nf_table_next(&loader->table, &done);

        if (status == NF_OK && done)
            return;
        if (status == NF_OK)
            plan->read_row(loader);
        else
            nf_loader_count(loader, status);
        /* A reader that stands still, or failed otherwise than over one line, goes no further.
         */
        if (status && (status != NF_ERR_FORMAT || nf_table_line(&loader->table) == line))
            return;
        if (loader->n_problems - before >= MOST_PROBLEMS) {
            nf_warn("%s: too many problems; the rest of this table was not looked at",
                    loader->path);
            return;
        }
    }
}

/* Reads one table. */
static void nf_loader_read_table(struct nf_loader *loader, enum nf_loader_table_id id)
{
    const struct nf_table_plan *plan = &PLANS[id];
    struct nf_span text;
    enum nf_status status;
    size_t n_columns = 0;

    while (plan->columns[n_columns])
        n_columns++;
    loader->table_id = id;
    status =
        nf_refdata_find(loader->refdata, plan->name, &text, loader->path, sizeof loader->path);
    if (!status)
        status = nf_table_open(&loader->table, loader->path, text, plan->columns, n_columns);
    if (status) {
        nf_loader_count(loader, status);
        return;
    }
    loader->readable[id] = true;
    nf_loader_read_rows(loader, plan);
    if (id == NF_TABLE_TRANSCRIPTS_GRCH38 || id == NF_TABLE_TRANSCRIPTS_GRCH37)
        nf_loader_close_models(loader);
    if (id == NF_TABLE_PARTNERS)
        memcpy(loader->partners_path, loader->path, sizeof loader->path);
    nf_table_close(&loader->table);
}

/* Every partner that is said to be in the review is there. */
static void nf_loader_check_reviewed(struct nf_loader *loader)
{
    const struct nf_partner *partners = loader->catalogue->partners.items;

    if (!loader->readable[NF_TABLE_REVIEW])
        return;
    for (size_t i = 0; i < loader->catalogue->partners.n; i++) {
        if (partners[i].in_review && !loader->origins.items[i].reviewed)
            nf_loader_problem_at(
                loader, loader->partners_path, loader->origins.items[i].line,
                "column in_review: review_partners.tsv has no row for %s, side "
                "%s",
                partners[i].symbol, nf_partner_side_name(partners[i].side));
    }
}

static int nf_partner_compare(const void *left, const void *right)
{
    const struct nf_partner *a = left, *b = right;
    int order;

    if (a->target != b->target)
        return a->target < b->target ? -1 : 1;
    order = strcmp(a->symbol, b->symbol);
    if (order != 0)
        return order;
    return (a->side > b->side) - (a->side < b->side);
}

/* Reads every table wanted; the status tells of the first problem. */
static enum nf_status nf_loader_run(struct nf_loader *loader)
{
    struct nf_catalogue *catalogue = loader->catalogue;
    enum nf_status status = NF_OK;

    for (int id = 0; id < NF_N_TABLES && !loader->out_of_memory; id++) {
        if (loader->wanted[id])
            nf_loader_read_table(loader, (enum nf_loader_table_id)id);
    }
    if (loader->readable[NF_TABLE_TARGETS] && catalogue->targets.n == 0)
        nf_loader_problem_at(loader, "targets.tsv", 0, "no target, nothing to look for");
    if (loader->out_of_memory) {
        status = nf_fail_memory("the catalogue");
    } else {
        nf_loader_check_reviewed(loader);
        if (catalogue->partners.n > 0)
            qsort(catalogue->partners.items, catalogue->partners.n,
                  sizeof *catalogue->partners.items, nf_partner_compare);
        status = loader->first_status;
    }
    for (int i = 0; i < NF_N_ASSEMBLIES; i++) {
        nf_vec_free(&loader->models[i].list);
        nf_map_free(&loader->models[i].by_gene);
    }
    nf_vec_free(&loader->origins);
    nf_map_free(&loader->keys);
    nf_map_free(&loader->partners);
    nf_arena_free(&loader->arena);
    return status;
}

/* A loader is large (paths), so it lives on the heap. */
static struct nf_loader *nf_loader_new(struct nf_catalogue *catalogue,
                                       const struct nf_refdata *refdata)
{
    struct nf_loader *loader = calloc(1, sizeof *loader);

    *catalogue = (struct nf_catalogue){0};
    if (!loader)
        return NULL;
    loader->catalogue = catalogue;
    loader->refdata = refdata;
    for (int id = 0; id < NF_N_TABLES; id++)
        loader->wanted[id] = true;
    return loader;
}

enum nf_status nf_catalogue_load(struct nf_catalogue *catalogue,
                                 const struct nf_refdata *refdata, enum nf_assembly assembly)
{
    struct nf_loader *loader = nf_loader_new(catalogue, refdata);
    enum nf_status status;

    if (!loader)
        return nf_fail_memory("the catalogue");
    status = nf_refdata_vet(refdata);
    if (status) {
        free(loader);
        return status;
    }
    loader->assembly = assembly == NF_ASSEMBLY_GRCH37 ? NF_GRCH37 : NF_GRCH38;
    loader->wanted[NF_TABLE_TRANSCRIPTS_GRCH38] = loader->assembly == NF_GRCH38;
    loader->wanted[NF_TABLE_TRANSCRIPTS_GRCH37] = loader->assembly == NF_GRCH37;
    status = nf_loader_run(loader);
    free(loader);
    return status;
}

/* The numbers of the score, which belong to no other table. */
static void nf_loader_check_model(struct nf_loader *loader)
{
    struct nf_score_model model;
    size_t n_problems = 0;
    enum nf_status status = nf_model_load(&model, loader->refdata, &n_problems);

    for (size_t i = 0; i < n_problems; i++)
        nf_loader_count(loader, status);
}

enum nf_status nf_catalogue_check(const struct nf_refdata *refdata, size_t *n_problems)
{
    struct nf_catalogue catalogue;
    struct nf_loader *loader = nf_loader_new(&catalogue, refdata);
    enum nf_status status;

    *n_problems = 0;
    if (!loader)
        return nf_fail_memory("the catalogue");
    status = nf_refdata_vet(refdata);
    if (!status) {
        nf_loader_check_model(loader);
        status = nf_loader_run(loader);
        *n_problems = loader->n_problems;
        if (status && status != NF_ERR_MEMORY)
            status = NF_ERR_FORMAT;
    }
    free(loader);
    nf_catalogue_free(&catalogue);
    return status;
}
