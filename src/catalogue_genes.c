/* SPDX-License-Identifier: MIT */
/* catalogue: rows about genes: targets, their domains, partners, the review, control genes and
 * other names. */
#include "catalogue_loader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const SIDE_WORDS[] = {"5prime", "3prime", "unknown", NULL};
static const char KINASE_FEATURE[] = "kinase_Pfam_PF07714";

enum { LONGEST_PROTEIN = 40000 };

const char *nf_partner_side_name(enum nf_partner_side side)
{
    return SIDE_WORDS[side];
}

void nf_loader_know_symbol(struct nf_loader *loader, const char *symbol)
{
    struct nf_catalogue *catalogue = loader->catalogue;

    if (nf_map_get(&catalogue->aliases, symbol, strlen(symbol)) != NF_MAP_NONE)
        return;
    nf_loader_note_memory(loader, nf_map_put(&catalogue->aliases, symbol, strlen(symbol),
                                             (uint32_t)catalogue->symbols.n));
    nf_loader_note_memory(loader, nf_vec_push(&catalogue->symbols, symbol));
}

/* ---- targets ---- */

enum {
    TARGET_GENE,
    TARGET_HGNC,
    TARGET_TRANSCRIPT,
    TARGET_LEGACY,
    TARGET_LENGTH,
    TARGET_KINASE_START,
    TARGET_KINASE_END
};

/* The transcripts of a target are in one transcripts table, and its CDS makes its protein. */
static void nf_target_check(struct nf_loader *loader, const struct nf_models *models,
                            const struct nf_target *target)
{
    const struct nf_model *model;
    int64_t bases;

    if (!models->readable)
        return;
    model = nf_models_find(models, target->symbol, target->transcript);
    if (!model || strcmp(model->accession, target->transcript) != 0 || !model->is_primary)
        nf_loader_problem(loader, TARGET_TRANSCRIPT,
                          "%s is not the transcript of role mane or "
                          "model that the transcripts tables have for %s",
                          target->transcript, target->symbol);
    else if ((bases = nf_model_cds_length(model)) != 3 * (target->protein_length + 1))
        nf_loader_problem(loader, TARGET_LENGTH,
                          "the CDS of %s has %" PRId64 " bases with the "
                          "stop codon, which do not make %" PRId64 " residues",
                          target->transcript, bases, target->protein_length);
    model = nf_models_find(models, target->symbol, target->legacy_transcript);
    if (!model || strcmp(model->accession, target->legacy_transcript) != 0)
        nf_loader_problem(loader, TARGET_LEGACY, "%s is not among the transcripts of %s",
                          target->legacy_transcript, target->symbol);
}

void nf_loader_read_target(struct nf_loader *loader)
{
    static const size_t key[] = {TARGET_GENE};
    struct nf_target target = {0};

    nf_loader_unique(loader, key, 1);
    target.symbol = nf_loader_symbol(loader, TARGET_GENE);
    target.hgnc_id = nf_loader_hgnc_id(loader, TARGET_HGNC, false);
    target.transcript = nf_loader_accession(loader, TARGET_TRANSCRIPT);
    target.legacy_transcript = nf_loader_accession(loader, TARGET_LEGACY);
    target.protein_length = nf_loader_int(loader, TARGET_LENGTH, 1, LONGEST_PROTEIN);
    target.kinase_start = nf_loader_int(loader, TARGET_KINASE_START, 1, target.protein_length);
    target.kinase_end =
        nf_loader_int(loader, TARGET_KINASE_END, target.kinase_start, target.protein_length);
    for (int i = 0; i < NF_N_ASSEMBLIES; i++)
        nf_target_check(loader, &loader->models[i], &target);
    nf_loader_know_symbol(loader, target.symbol);
    nf_loader_note_memory(loader, nf_vec_push(&loader->catalogue->targets, target));
}

/* ---- domains ---- */

enum {
    DOMAIN_GENE,
    DOMAIN_TRANSCRIPT,
    DOMAIN_FEATURE,
    DOMAIN_START,
    DOMAIN_END,
    DOMAIN_SOURCE
};

void nf_loader_read_domain(struct nf_loader *loader)
{
    static const size_t key[] = {DOMAIN_GENE, DOMAIN_FEATURE};
    struct nf_domain domain = {0};
    const struct nf_target *target;
    const char *transcript;

    nf_loader_unique(loader, key, 2);
    domain.target = nf_loader_target(loader, DOMAIN_GENE);
    transcript = nf_loader_accession(loader, DOMAIN_TRANSCRIPT);
    domain.feature = nf_loader_required(loader, DOMAIN_FEATURE);
    domain.start = nf_loader_int(loader, DOMAIN_START, 1, LONGEST_PROTEIN);
    domain.end = nf_loader_int(loader, DOMAIN_END, domain.start, LONGEST_PROTEIN);
    domain.source = nf_loader_required(loader, DOMAIN_SOURCE);
    if (domain.target == NF_NO_TARGET)
        return;
    target = &loader->catalogue->targets.items[domain.target];
    if (strcmp(transcript, target->transcript) != 0)
        nf_loader_problem(loader, DOMAIN_TRANSCRIPT, "%s has %s in targets.tsv",
                          target->symbol, target->transcript);
    if (domain.end > target->protein_length)
        nf_loader_problem(loader, DOMAIN_END, "the protein of %s ends at residue %" PRId64,
                          target->symbol, target->protein_length);
    if (strcmp(domain.feature, KINASE_FEATURE) == 0 &&
        (domain.start != target->kinase_start || domain.end != target->kinase_end))
        nf_loader_problem(loader, DOMAIN_START,
                          "targets.tsv has the kinase of %s at %" PRId64 " to %" PRId64,
                          target->symbol, target->kinase_start, target->kinase_end);
    nf_loader_note_memory(loader, nf_vec_push(&loader->catalogue->domains, domain));
}

/* ---- partners ---- */

enum {
    PARTNER_GENE,
    PARTNER_SYMBOL,
    PARTNER_SIDE,
    PARTNER_TIER,
    PARTNER_IN_REVIEW,
    PARTNER_NEUTRAL,
    PARTNER_MODEL,
    PARTNER_HGNC,
    PARTNER_JUNCTION,
    PARTNER_CANCERS,
    PARTNER_GEOMETRY,
    PARTNER_SOURCE
};

enum { PARTNER_KEY = 64 };

/* Writes the key of nf_loader.partners; returns its length. Symbols have at most 40 bytes. */
static size_t nf_partner_key(char key[PARTNER_KEY], uint32_t target, struct nf_span symbol,
                             enum nf_partner_side side)
{
    const int n = snprintf(key, PARTNER_KEY, "%" PRIu32 " %c %.*s", target, "53u"[side],
                           symbol.n < 40 ? (int)symbol.n : 40, symbol.at);

    return n > 0 && n < PARTNER_KEY ? (size_t)n : 0;
}

uint32_t nf_loader_partner(const struct nf_loader *loader, uint32_t target,
                           struct nf_span symbol, enum nf_partner_side side)
{
    char key[PARTNER_KEY];
    const size_t n = nf_partner_key(key, target, symbol, side);

    return nf_map_get(&loader->partners, key, n);
}

static void nf_partner_check(struct nf_loader *loader, const struct nf_partner *partner)
{
    if ((partner->tier == 'R') != (partner->side == NF_SIDE_3PRIME))
        nf_loader_problem(loader, PARTNER_TIER,
                          "tier R and side 3prime belong together: the "
                          "target is the 5' gene");
    if (strcmp(loader->catalogue->targets.items[partner->target].symbol, partner->symbol) == 0)
        nf_loader_problem(loader, PARTNER_SYMBOL, "%s is a partner of itself",
                          partner->symbol);
    if (nf_loader_has_gene(loader, partner->symbol) == partner->has_model)
        return;
    if (partner->has_model)
        nf_loader_problem(loader, PARTNER_SYMBOL,
                          "%s is not in the transcripts tables; add it "
                          "there, or write 'no' in gene_model",
                          partner->symbol);
    else if (loader->readable[NF_TABLE_TRANSCRIPTS_GRCH38] ||
             loader->readable[NF_TABLE_TRANSCRIPTS_GRCH37])
        nf_loader_problem(loader, PARTNER_MODEL,
                          "%s is in the transcripts tables: write 'yes'", partner->symbol);
}

void nf_loader_read_partner(struct nf_loader *loader)
{
    static const char *const tiers[] = {"A", "B", "C", "R", NULL};
    static const size_t key[] = {PARTNER_GENE, PARTNER_SYMBOL, PARTNER_SIDE};
    const struct nf_partner_origin origin = {.line = nf_table_line(&loader->table)};
    struct nf_partner partner = {0};
    char map_key[PARTNER_KEY];
    size_t n;

    nf_loader_unique(loader, key, 3);
    partner.target = nf_loader_target(loader, PARTNER_GENE);
    partner.symbol = nf_loader_symbol(loader, PARTNER_SYMBOL);
    partner.side = (enum nf_partner_side)nf_loader_word(loader, PARTNER_SIDE, SIDE_WORDS);
    partner.tier = tiers[nf_loader_word(loader, PARTNER_TIER, tiers)][0];
    partner.in_review = nf_loader_yes(loader, PARTNER_IN_REVIEW);
    partner.neutral = nf_loader_yes(loader, PARTNER_NEUTRAL);
    partner.has_model = nf_loader_yes(loader, PARTNER_MODEL);
    partner.hgnc_id = nf_loader_hgnc_id(loader, PARTNER_HGNC, true);
    partner.typical_junction = nf_loader_text(loader, PARTNER_JUNCTION);
    partner.cancers = nf_loader_text(loader, PARTNER_CANCERS);
    partner.geometry = nf_loader_text(loader, PARTNER_GEOMETRY);
    partner.source = nf_loader_required(loader, PARTNER_SOURCE);
    nf_loader_know_symbol(loader, partner.symbol);
    if (partner.target == NF_NO_TARGET)
        return;
    nf_partner_check(loader, &partner);
    n = nf_partner_key(map_key, partner.target, nf_span_of(partner.symbol), partner.side);
    nf_loader_note_memory(loader, nf_map_put(&loader->partners, map_key, n,
                                             (uint32_t)loader->catalogue->partners.n));
    nf_loader_note_memory(loader, nf_vec_push(&loader->origins, origin));
    nf_loader_note_memory(loader, nf_vec_push(&loader->catalogue->partners, partner));
}

/* ---- the review ---- */

enum {
    REVIEW_GENE,
    REVIEW_PRINTED,
    REVIEW_SYMBOL,
    REVIEW_SIDE,
    REVIEW_GROUP,
    REVIEW_REFERENCES,
    REVIEW_WHERE,
    REVIEW_NOTE,
    REVIEW_NEUTRAL
};

/* The row of partners.tsv that goes with a row of the review. */
static void nf_review_check(struct nf_loader *loader, const struct nf_review_row *row,
                            enum nf_partner_side side)
{
    const struct nf_partner *partner;
    uint32_t i;

    if (!loader->readable[NF_TABLE_PARTNERS] || row->target == NF_NO_TARGET)
        return;
    if (strcmp(row->symbol, ".") == 0) {
        if (!row->neutral)
            nf_loader_problem(loader, REVIEW_NEUTRAL,
                              "a row that names no gene is neutral: "
                              "write 'yes'");
        return;
    }
    i = nf_loader_partner(loader, row->target, nf_span_of(row->symbol), side);
    if (i == NF_MAP_NONE) {
        nf_loader_problem(loader, REVIEW_SYMBOL, "partners.tsv has no row for %s, side %s",
                          row->symbol, row->side);
        return;
    }
    partner = &loader->catalogue->partners.items[i];
    loader->origins.items[i].reviewed = true;
    if (!partner->in_review)
        nf_loader_problem(loader, REVIEW_SYMBOL, "line %ld of partners.tsv has in_review 'no'",
                          loader->origins.items[i].line);
    if (partner->neutral != row->neutral)
        nf_loader_problem(loader, REVIEW_NEUTRAL, "line %ld of partners.tsv says otherwise",
                          loader->origins.items[i].line);
}

void nf_loader_read_review(struct nf_loader *loader)
{
    static const size_t key[] = {REVIEW_GENE, REVIEW_PRINTED, REVIEW_GROUP};
    struct nf_review_row row = {0};
    enum nf_partner_side side;

    nf_loader_unique(loader, key, 3);
    row.target = nf_loader_target(loader, REVIEW_GENE);
    row.printed_symbol = nf_loader_required(loader, REVIEW_PRINTED);
    row.symbol = nf_table_absent(&loader->table, REVIEW_SYMBOL)
                     ? "."
                     : nf_loader_symbol(loader, REVIEW_SYMBOL);
    side = (enum nf_partner_side)nf_loader_word(loader, REVIEW_SIDE, SIDE_WORDS);
    row.side = SIDE_WORDS[side];
    row.group = nf_loader_required(loader, REVIEW_GROUP);
    row.references = nf_loader_text(loader, REVIEW_REFERENCES);
    row.where = nf_loader_required(loader, REVIEW_WHERE);
    row.note = nf_loader_text(loader, REVIEW_NOTE);
    row.neutral = nf_loader_yes(loader, REVIEW_NEUTRAL);
    nf_review_check(loader, &row, side);
    if (row.target != NF_NO_TARGET)
        nf_loader_note_memory(loader, nf_vec_push(&loader->catalogue->review, row));
}

/* ---- control genes and aliases ---- */

enum { CONTROL_GENE, CONTROL_SOURCE };

void nf_loader_read_control_gene(struct nf_loader *loader)
{
    static const size_t key[] = {CONTROL_GENE};
    const char *gene;

    nf_loader_unique(loader, key, 1);
    gene = nf_loader_symbol(loader, CONTROL_GENE);
    nf_loader_required(loader, CONTROL_SOURCE);
    if (!nf_loader_has_gene(loader, gene))
        nf_loader_problem(loader, CONTROL_GENE, "%s is not in the transcripts tables", gene);
    nf_loader_know_symbol(loader, gene);
    nf_loader_note_memory(loader, nf_vec_push(&loader->catalogue->control_genes, gene));
}

enum { ALIAS_ALIAS, ALIAS_SYMBOL, ALIAS_KIND, ALIAS_SOURCE };

/* True when every table that names approved symbols was read. */
static bool nf_loader_knows_symbols(const struct nf_loader *loader)
{
    for (int i = NF_TABLE_TRANSCRIPTS_GRCH38; i < NF_TABLE_ALIASES; i++) {
        if (loader->wanted[i] && !loader->readable[i])
            return false;
    }
    return true;
}

void nf_loader_read_alias(struct nf_loader *loader)
{
    struct nf_catalogue *catalogue = loader->catalogue;
    struct nf_alias row;
    uint32_t symbol, known;
    size_t length;

    row.alias = nf_loader_symbol(loader, ALIAS_ALIAS);
    row.symbol = nf_loader_symbol(loader, ALIAS_SYMBOL);
    row.kind = nf_loader_required(loader, ALIAS_KIND);
    row.source = nf_loader_required(loader, ALIAS_SOURCE);
    length = strlen(row.alias);
    known = nf_map_get(&catalogue->aliases, row.alias, length);
    symbol = nf_map_get(&catalogue->aliases, row.symbol, strlen(row.symbol));
    if (known != NF_MAP_NONE && strcmp(catalogue->symbols.items[known], row.alias) == 0)
        nf_loader_problem(loader, ALIAS_ALIAS,
                          "%s is the approved symbol of a gene in these "
                          "tables",
                          row.alias);
    else if (known != NF_MAP_NONE)
        nf_loader_problem(loader, ALIAS_ALIAS,
                          "%s means %s in a row before; an alias means one "
                          "symbol",
                          row.alias, catalogue->symbols.items[known]);
    if (nf_loader_knows_symbols(loader) &&
        (symbol == NF_MAP_NONE || strcmp(catalogue->symbols.items[symbol], row.symbol) != 0))
        nf_loader_problem(loader, ALIAS_SYMBOL,
                          "%s is the approved symbol of no gene in these "
                          "tables",
                          row.symbol);
    if (known != NF_MAP_NONE || symbol == NF_MAP_NONE)
        return;
    nf_loader_note_memory(loader, nf_map_put(&catalogue->aliases, row.alias, length, symbol));
    nf_loader_note_memory(loader, nf_vec_push(&catalogue->alias_rows, row));
}
