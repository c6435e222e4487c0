/* SPDX-License-Identifier: MIT */
/* catalogue: the transcripts tables as far as the other tables are checked against them. The
 * gene models that calls are made with are annot's. */
#include "catalogue_loader.h"

#include <string.h>

#include "ntrkfuse/log.h"

/* Columns of transcripts.*.tsv. */
enum {
    MODEL_GENE,
    MODEL_TRANSCRIPT,
    MODEL_ROLE,
    MODEL_CHROM,
    MODEL_STRAND,
    MODEL_CDS_START,
    MODEL_CDS_END,
    MODEL_STARTS,
    MODEL_ENDS,
    MODEL_PHASES
};

static struct nf_models *nf_loader_models(struct nf_loader *loader)
{
    return &loader->models[loader->table_id == NF_TABLE_TRANSCRIPTS_GRCH37 ? NF_GRCH37
                                                                           : NF_GRCH38];
}

/* How many fields a comma-separated list has. */
static size_t nf_list_length(struct nf_span list)
{
    size_t n = 1;

    for (size_t i = 0; i < list.n; i++)
        n += list.at[i] == ',';
    return n;
}

/* Coding bases of [start0, end0). */
static int64_t nf_overlap(const struct nf_model *model, int64_t start0, int64_t end0)
{
    const int64_t from = start0 > model->cds_start0 ? start0 : model->cds_start0;
    const int64_t to = end0 < model->cds_end0 ? end0 : model->cds_end0;

    return to > from ? to - from : 0;
}

/* The next exon off the three lists; false, after saying why, when it is no exon. */
static bool nf_model_cut_exon(struct nf_loader *loader, struct nf_span lists[3],
                              struct nf_model_exon *exon)
{
    struct nf_span fields[3];
    int64_t start, end, phase = -1;

    for (size_t k = 0; k < 3; k++) {
        if (!nf_span_cut(&lists[k], ',', &fields[k]))
            return false;
    }
    if (nf_span_int(fields[0], 1, INT32_MAX, &start)) {
        nf_loader_problem(loader, MODEL_STARTS, "'%.*s' is no position", (int)fields[0].n,
                          fields[0].at);
        return false;
    }
    if (nf_span_int(fields[1], start, INT32_MAX, &end)) {
        nf_loader_problem(loader, MODEL_ENDS,
                          "'%.*s' is no end for the exon that starts at %.*s",
                          (int)fields[1].n, fields[1].at, (int)fields[0].n, fields[0].at);
        return false;
    }
    if (!nf_span_is(fields[2], ".") && nf_span_int(fields[2], 0, 2, &phase)) {
        nf_loader_problem(loader, MODEL_PHASES, "'%.*s' is no phase, 0, 1, 2 or .",
                          (int)fields[2].n, fields[2].at);
        return false;
    }
    *exon = (struct nf_model_exon){.start0 = start - 1, .end0 = end, .phase = (int8_t)phase};
    return true;
}

/* Reads the exons; the model's CDS is known already. */
static void nf_model_read_exons(struct nf_loader *loader, struct nf_model *model)
{
    struct nf_span lists[3];
    size_t n;

    for (size_t k = 0; k < 3; k++)
        lists[k] = loader->table.fields[MODEL_STARTS + k];
    n = nf_list_length(lists[0]);
    if (nf_list_length(lists[1]) != n || nf_list_length(lists[2]) != n) {
        nf_loader_problem(loader, MODEL_STARTS, "%zu starts, %zu ends and %zu phases", n,
                          nf_list_length(lists[1]), nf_list_length(lists[2]));
        return;
    }
    model->exons = nf_arena_alloc(&loader->arena, n, sizeof *model->exons);
    if (!model->exons) {
        loader->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        struct nf_model_exon *exon = &model->exons[i];

        if (!nf_model_cut_exon(loader, lists, exon))
            return;
        if (i > 0 && exon->start0 < exon[-1].end0)
            nf_loader_problem(loader, MODEL_STARTS,
                              "exon %zu of the row starts at or before the "
                              "end of the one before",
                              i + 1);
        if ((exon->phase >= 0) != (nf_overlap(model, exon->start0, exon->end0) > 0))
            nf_loader_problem(loader, MODEL_PHASES,
                              "exon %zu of the row must have a phase if "
                              "and only if it holds CDS",
                              i + 1);
        model->n_exons++;
    }
}

/* Reads the CDS; both columns have a value or neither. */
static void nf_model_read_cds(struct nf_loader *loader, struct nf_model *model)
{
    const bool absent = nf_table_absent(&loader->table, MODEL_CDS_START);
    int64_t start;

    model->cds_start0 = model->cds_end0 = -1;
    if (absent != nf_table_absent(&loader->table, MODEL_CDS_END)) {
        nf_loader_problem(loader, MODEL_CDS_START,
                          "cds_start and cds_end must both have a value "
                          "or both be '.'");
    } else if (!absent) {
        start = nf_loader_int(loader, MODEL_CDS_START, 1, INT32_MAX);
        model->cds_start0 = start - 1;
        model->cds_end0 = nf_loader_int(loader, MODEL_CDS_END, start, INT32_MAX);
    }
}

/* True when both ends of the CDS lie in exons. */
static bool nf_model_cds_in_exons(const struct nf_model *model)
{
    bool start = false, end = false;

    for (uint32_t i = 0; i < model->n_exons; i++) {
        const struct nf_model_exon *exon = &model->exons[i];

        start |= exon->start0 <= model->cds_start0 && model->cds_start0 < exon->end0;
        end |= exon->start0 < model->cds_end0 && model->cds_end0 <= exon->end0;
    }
    return start && end;
}

/* Rows of one gene stand together, on one chromosome and strand. */
static void nf_model_check_group(struct nf_loader *loader, const struct nf_models *models,
                                 const struct nf_model *model)
{
    const size_t length = strlen(model->gene);
    const uint32_t first = nf_map_get(&models->by_gene, model->gene, length);

    if (first == NF_MAP_NONE)
        return;
    if (strcmp(models->list.items[models->list.n - 1].gene, model->gene) != 0)
        nf_loader_problem(loader, MODEL_GENE, "the rows of %s do not stand together",
                          model->gene);
    if (strcmp(models->list.items[first].chromosome, model->chromosome) != 0 ||
        models->list.items[first].strand != model->strand)
        nf_loader_problem(loader, MODEL_CHROM,
                          "%s lies on another chromosome or strand in the "
                          "rows before",
                          model->gene);
}

void nf_loader_read_model(struct nf_loader *loader)
{
    static const char *const roles[] = {"mane", "model", "other", NULL};
    static const size_t key[] = {MODEL_GENE, MODEL_TRANSCRIPT};
    struct nf_models *models = nf_loader_models(loader);
    struct nf_model model = {0};

    nf_loader_unique(loader, key, 2);
    model.line = nf_table_line(&loader->table);
    model.gene = nf_loader_symbol(loader, MODEL_GENE);
    model.accession = nf_loader_accession(loader, MODEL_TRANSCRIPT);
    model.is_primary = nf_loader_word(loader, MODEL_ROLE, roles) < 2;
    model.chromosome = nf_loader_chromosome(loader, MODEL_CHROM);
    model.strand = nf_loader_strand(loader, MODEL_STRAND);
    nf_model_read_cds(loader, &model);
    nf_model_read_exons(loader, &model);
    if (model.cds_start0 >= 0 && !nf_model_cds_in_exons(&model))
        nf_loader_problem(loader, MODEL_CDS_START, "an end of the CDS lies in no exon");
    nf_model_check_group(loader, models, &model);
    if (nf_map_get(&models->by_gene, model.gene, strlen(model.gene)) == NF_MAP_NONE) {
        nf_loader_note_memory(loader,
                              nf_map_put(&models->by_gene, model.gene, strlen(model.gene),
                                         (uint32_t)models->list.n));
        nf_loader_know_symbol(loader, model.gene);
    }
    nf_loader_note_memory(loader, nf_vec_push(&models->list, model));
}

void nf_loader_close_models(struct nf_loader *loader)
{
    struct nf_models *models = nf_loader_models(loader);
    const struct nf_model *items = models->list.items;
    size_t end;

    models->readable = true;
    for (size_t first = 0; first < models->list.n; first = end) {
        size_t n_primary = 0;

        for (end = first; end < models->list.n; end++) {
            if (strcmp(items[end].gene, items[first].gene) != 0)
                break;
            n_primary += items[end].is_primary;
        }
        if (n_primary != 1)
            nf_loader_problem_at(
                loader, loader->path, items[first].line,
                "column role: %s has %zu rows of role mane or model and needs "
                "exactly one",
                items[first].gene, n_primary);
    }
}

bool nf_loader_has_gene(const struct nf_loader *loader, const char *gene)
{
    for (int i = 0; i < NF_N_ASSEMBLIES; i++) {
        const struct nf_models *models = &loader->models[i];

        if (models->readable &&
            nf_map_get(&models->by_gene, gene, strlen(gene)) == NF_MAP_NONE)
            return false;
    }
    return true;
}

/* Bytes of an accession without its version. */
static size_t nf_accession_base(const char *accession)
{
    const char *dot = strrchr(accession, '.');

    return dot ? (size_t)(dot - accession) : strlen(accession);
}

const struct nf_model *nf_models_find(const struct nf_models *models, const char *gene,
                                      const char *accession)
{
    const size_t base = nf_accession_base(accession);
    const struct nf_model *close = NULL;
    uint32_t first = nf_map_get(&models->by_gene, gene, strlen(gene));

    for (size_t i = first; first != NF_MAP_NONE && i < models->list.n; i++) {
        const struct nf_model *model = &models->list.items[i];

        if (strcmp(model->gene, gene) != 0)
            break;
        if (strcmp(model->accession, accession) == 0)
            return model;
        if (!close && nf_accession_base(model->accession) == base &&
            memcmp(model->accession, accession, base) == 0)
            close = model;
    }
    return close;
}

const struct nf_model_exon *nf_model_exon(const struct nf_model *model, int64_t number)
{
    if (number < 1 || number > (int64_t)model->n_exons)
        return NULL;
    return &model->exons[model->strand > 0 ? number - 1 : (int64_t)model->n_exons - number];
}

int64_t nf_model_edge(const struct nf_model *model, const struct nf_model_exon *exon,
                      bool last)
{
    return (model->strand > 0) == last ? exon->end0 - 1 : exon->start0;
}

int64_t nf_model_coding(const struct nf_model *model, const struct nf_model_exon *exon)
{
    return nf_overlap(model, exon->start0, exon->end0);
}

int64_t nf_model_cds_length(const struct nf_model *model)
{
    int64_t length = 0;

    for (uint32_t i = 0; i < model->n_exons; i++)
        length += nf_model_coding(model, &model->exons[i]);
    return length;
}

bool nf_model_codon(const struct nf_model *model, int64_t residue, int64_t *start0,
                    int64_t *end0)
{
    int64_t before = (residue - 1) * 3; /* coding bases still to pass */

    for (int64_t number = 1; number <= (int64_t)model->n_exons; number++) {
        const struct nf_model_exon *exon = nf_model_exon(model, number);
        const int64_t coding = nf_model_coding(model, exon);
        int64_t from = exon->start0, to = exon->end0;

        if (before >= coding) {
            before -= coding;
            continue;
        }
        if (before + 3 > coding)
            return false;
        from = from > model->cds_start0 ? from : model->cds_start0;
        to = to < model->cds_end0 ? to : model->cds_end0;
        *start0 = model->strand > 0 ? from + before : to - before - 3;
        *end0 = *start0 + 3;
        return true;
    }
    return false;
}
