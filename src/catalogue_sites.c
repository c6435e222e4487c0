/* SPDX-License-Identifier: MIT */
/* catalogue: rows with positions in both assemblies: published junctions and resistance
 * codons.
 *
 * Each position is computed again from the transcripts tables and must come out the same: a
 * breakpoint is the edge of the exon named, the frame follows from the two exons' phases, a
 * codon lies where its residue number puts it. */
#include "catalogue_loader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- junctions ---- */

enum {
    JUNCTION_GENE,
    JUNCTION_PARTNER,
    JUNCTION_FIVE_GRCH38,
    JUNCTION_THREE_GRCH38,
    JUNCTION_FIVE_GRCH37,
    JUNCTION_THREE_GRCH37,
    JUNCTION_TRANSCRIPT5,
    JUNCTION_EXON5,
    JUNCTION_TRANSCRIPT3,
    JUNCTION_EXON3,
    JUNCTION_EXON3_MANE,
    JUNCTION_FRAME,
    JUNCTION_SOURCES
};

enum { FRAME_UNKNOWN, FRAME_IN, FRAME_OUT, FRAME_UTR };
static const char *const FRAME_WORDS[] = {".", "in", "out", "utr", NULL};

enum { MOST_EXONS = 1000 };

/* A published break and the exon it is said to be an edge of. */
struct nf_site {
    const char *gene, *transcript;
    size_t transcript_column, exon_column, place_column;
    int64_t exon; /* 0: not given */
    bool is_donor;
    struct nf_published place;
};

/* The exon number in the field, or 0 for ".". */
static int64_t nf_loader_exon(struct nf_loader *loader, size_t column)
{
    if (nf_table_absent(&loader->table, column))
        return 0;
    return nf_loader_int(loader, column, 1, MOST_EXONS);
}

/* The exon of `site`, when it is there and the break is its edge; NULL otherwise. */
static const struct nf_model_exon *nf_site_check(struct nf_loader *loader,
                                                 const struct nf_models *models,
                                                 const struct nf_site *site)
{
    const struct nf_model_exon *exon;
    const struct nf_model *model;
    int64_t edge0;

    if (!models->readable || site->exon == 0 || strcmp(site->transcript, ".") == 0)
        return NULL;
    model = nf_models_find(models, site->gene, site->transcript);
    if (!model) {
        nf_loader_problem(loader, site->transcript_column,
                          "%s is not among the transcripts of "
                          "%s",
                          site->transcript, site->gene);
        return NULL;
    }
    exon = nf_model_exon(model, site->exon);
    if (!exon) {
        nf_loader_problem(loader, site->exon_column, "%s has %" PRIu32 " exons",
                          site->transcript, model->n_exons);
        return NULL;
    }
    edge0 = nf_model_edge(model, exon, site->is_donor);
    if (site->place.strand == 0)
        return exon;
    if (strcmp(model->chromosome, site->place.contig) == 0 &&
        model->strand == site->place.strand && edge0 == site->place.pos0)
        return exon;
    nf_loader_problem(loader, site->place_column,
                      "%s is not the %s base of exon %" PRId64 " of %s, %s:%" PRId64 ":%c",
                      site->place.text, site->is_donor ? "last" : "first", site->exon,
                      site->transcript, model->chromosome, edge0 + 1,
                      model->strand > 0 ? '+' : '-');
    return NULL;
}

/* Compares the frame of the row with the one that follows from the phases of the two exons. */
static void nf_junction_check_frame(struct nf_loader *loader, const struct nf_models *models,
                                    const struct nf_site sites[2], size_t frame)
{
    const struct nf_model_exon *exon5 = nf_site_check(loader, models, &sites[0]);
    const struct nf_model_exon *exon3 = nf_site_check(loader, models, &sites[1]);
    const struct nf_model *model5;
    int64_t after5, before3;
    size_t computed;

    if (!exon5 || !exon3 || exon5->phase < 0 || exon3->phase < 0)
        return;
    model5 = nf_models_find(models, sites[0].gene, sites[0].transcript);
    after5 = ((3 - exon5->phase) % 3 + nf_model_coding(model5, exon5)) % 3;
    before3 = (3 - exon3->phase) % 3;
    computed = after5 == before3 ? FRAME_IN : FRAME_OUT;
    if (frame != FRAME_UNKNOWN && frame != computed)
        nf_loader_problem(loader, JUNCTION_FRAME, "the phases of the two exons make it '%s'",
                          FRAME_WORDS[computed]);
}

/* Checks both ends of the row in one assembly. */
static void nf_junction_check(struct nf_loader *loader, int assembly, struct nf_site sites[2],
                              const struct nf_known_junction *junction)
{
    const struct nf_models *models = &loader->models[assembly];
    const struct nf_target *target = &loader->catalogue->targets.items[junction->target];
    struct nf_site mane = sites[1];
    size_t frame = 0;

    while (strcmp(FRAME_WORDS[frame], junction->frame) != 0)
        frame++;
    nf_junction_check_frame(loader, models, sites, frame);
    mane.transcript = target->transcript;
    mane.exon = junction->exon3_number;
    mane.exon_column = JUNCTION_EXON3_MANE;
    nf_site_check(loader, models, &mane);
}

/* The pair has a row in partners.tsv that puts the partner on the 5′ side or says nothing. */
static void nf_junction_check_pair(struct nf_loader *loader,
                                   const struct nf_known_junction *junction)
{
    const struct nf_span partner = nf_span_of(junction->partner);

    if (!loader->readable[NF_TABLE_PARTNERS])
        return;
    if (nf_loader_partner(loader, junction->target, partner, NF_SIDE_5PRIME) == NF_MAP_NONE &&
        nf_loader_partner(loader, junction->target, partner, NF_SIDE_UNKNOWN) == NF_MAP_NONE)
        nf_loader_problem(loader, JUNCTION_PARTNER,
                          "partners.tsv has no row for %s as the 5' "
                          "partner of %s",
                          junction->partner,
                          loader->catalogue->targets.items[junction->target].symbol);
}

/* Reads the four breakpoints into `sites` and, those of the assembly loaded, into `junction`.
 */
static void nf_junction_read_places(struct nf_loader *loader,
                                    struct nf_known_junction *junction,
                                    struct nf_published places[NF_N_ASSEMBLIES][2])
{
    for (int assembly = 0; assembly < NF_N_ASSEMBLIES; assembly++) {
        const size_t column = JUNCTION_FIVE_GRCH38 + 2 * (size_t)assembly;

        places[assembly][0] = nf_loader_breakpoint(loader, column);
        places[assembly][1] = nf_loader_breakpoint(loader, column + 1);
        junction->published5[assembly] = places[assembly][0].text;
        junction->published3[assembly] = places[assembly][1].text;
    }
    junction->contig5 = places[loader->assembly][0].contig;
    junction->pos5 = places[loader->assembly][0].pos0;
    junction->strand5 = places[loader->assembly][0].strand;
    junction->contig3 = places[loader->assembly][1].contig;
    junction->pos3 = places[loader->assembly][1].pos0;
    junction->strand3 = places[loader->assembly][1].strand;
}

void nf_loader_read_junction(struct nf_loader *loader)
{
    static const size_t key[] = {JUNCTION_FIVE_GRCH38, JUNCTION_THREE_GRCH38};
    struct nf_published places[NF_N_ASSEMBLIES][2];
    struct nf_known_junction junction = {0};
    struct nf_site sites[2] = {
        {.transcript_column = JUNCTION_TRANSCRIPT5, .exon_column = JUNCTION_EXON5},
        {.transcript_column = JUNCTION_TRANSCRIPT3, .exon_column = JUNCTION_EXON3}};

    nf_loader_unique(loader, key, 2);
    junction.target = nf_loader_target(loader, JUNCTION_GENE);
    junction.partner = nf_loader_symbol(loader, JUNCTION_PARTNER);
    nf_junction_read_places(loader, &junction, places);
    junction.transcript5 = nf_loader_text(loader, JUNCTION_TRANSCRIPT5);
    junction.exon5 = nf_loader_text(loader, JUNCTION_EXON5);
    junction.transcript3 = nf_loader_text(loader, JUNCTION_TRANSCRIPT3);
    junction.exon3 = nf_loader_text(loader, JUNCTION_EXON3);
    junction.exon3_mane = nf_loader_text(loader, JUNCTION_EXON3_MANE);
    sites[0].exon = nf_loader_exon(loader, JUNCTION_EXON5);
    sites[1].exon = nf_loader_exon(loader, JUNCTION_EXON3);
    junction.exon3_number = (uint32_t)nf_loader_exon(loader, JUNCTION_EXON3_MANE);
    junction.frame = FRAME_WORDS[nf_loader_word(loader, JUNCTION_FRAME, FRAME_WORDS)];
    junction.sources = nf_loader_required(loader, JUNCTION_SOURCES);
    if (junction.target == NF_NO_TARGET)
        return;
    nf_junction_check_pair(loader, &junction);
    sites[0].gene = junction.partner;
    sites[0].transcript = junction.transcript5;
    sites[0].is_donor = true;
    sites[1].gene = loader->catalogue->targets.items[junction.target].symbol;
    sites[1].transcript = junction.transcript3;
    for (int assembly = 0; assembly < NF_N_ASSEMBLIES; assembly++) {
        for (int k = 0; k < 2; k++) {
            sites[k].place = places[assembly][k];
            sites[k].place_column = JUNCTION_FIVE_GRCH38 + (size_t)(2 * assembly + k);
        }
        nf_junction_check(loader, assembly, sites, &junction);
    }
    nf_loader_note_memory(loader, nf_vec_push(&loader->catalogue->junctions, junction));
}

/* ---- resistance ---- */

enum {
    CODON_GENE,
    CODON_VARIANT,
    CODON_CLASS,
    CODON_TRANSCRIPT,
    CODON_CODON,
    CODON_RESIDUE,
    CODON_CDNA,
    CODON_EXON,
    CODON_CHROM,
    CODON_STRAND,
    CODON_START_GRCH38,
    CODON_END_GRCH38,
    CODON_START_GRCH37,
    CODON_END_GRCH37,
    CODON_UNIPROT,
    CODON_CHECK
};

static bool nf_is_amino_acid(char c)
{
    return c != '\0' && strchr("ACDEFGHIKLMNPQRSTVWY", c) != NULL;
}

/* Takes "G595R" apart: the residue number, 0 after a problem. */
static int64_t nf_loader_variant(struct nf_loader *loader)
{
    const struct nf_span field = loader->table.fields[CODON_VARIANT];
    const struct nf_span residue = loader->table.fields[CODON_RESIDUE];
    const struct nf_span digits = {field.at + 1, field.n > 2 ? field.n - 2 : 0};
    int64_t number;

    if (field.n < 3 || !nf_is_amino_acid(field.at[0]) ||
        !nf_is_amino_acid(field.at[field.n - 1]) ||
        nf_span_int(digits, 1, INT32_MAX / 3, &number)) {
        nf_loader_problem(loader, CODON_VARIANT, "is no amino-acid change such as G595R");
        return 0;
    }
    if (residue.n != 1 || residue.at[0] != field.at[0])
        nf_loader_problem(loader, CODON_RESIDUE, "the variant changes %c", field.at[0]);
    return number;
}

/* The codon field: "." or three bases. */
static const char *nf_loader_codon(struct nf_loader *loader)
{
    const struct nf_span field = loader->table.fields[CODON_CODON];
    bool good = field.n == 3;

    for (size_t i = 0; good && i < 3; i++)
        good = strchr("ACGT", field.at[i]) != NULL;
    if (!good && !nf_table_absent(&loader->table, CODON_CODON))
        nf_loader_problem(loader, CODON_CODON, "is neither three of A, C, G, T nor '.'");
    return nf_loader_text(loader, CODON_CODON);
}

/* Compares the codon's place in one assembly with where the transcript has the residue. */
static void nf_codon_check(struct nf_loader *loader, int assembly,
                           const struct nf_resistance *codon, int64_t start0, int64_t end0)
{
    const struct nf_models *models = &loader->models[assembly];
    const size_t column = CODON_START_GRCH38 + 2 * (size_t)assembly;
    const char *gene = loader->catalogue->targets.items[codon->target].symbol;
    const struct nf_model_exon *exon;
    const struct nf_model *model;
    int64_t real_start0, real_end0;

    if (!models->readable || codon->residue_number == 0)
        return;
    model = nf_models_find(models, gene, codon->transcript);
    if (!model || !nf_model_codon(model, codon->residue_number, &real_start0, &real_end0)) {
        nf_loader_problem(loader, CODON_TRANSCRIPT,
                          "%s has no codon for residue %" PRId64 " in one piece",
                          codon->transcript, codon->residue_number);
        return;
    }
    if (strcmp(model->chromosome, codon->contig) != 0 || model->strand != codon->strand)
        nf_loader_problem(loader, CODON_CHROM, "%s lies on %s%c", gene, model->chromosome,
                          model->strand > 0 ? '+' : '-');
    if (start0 != real_start0 || end0 != real_end0)
        nf_loader_problem(
            loader, column, "%s has residue %" PRId64 " at %" PRId64 " to %" PRId64,
            codon->transcript, codon->residue_number, real_start0 + 1, real_end0);
    exon = nf_model_exon(model, codon->exon);
    if (!exon || real_start0 < exon->start0 || real_end0 > exon->end0)
        nf_loader_problem(loader, CODON_EXON,
                          "residue %" PRId64 " is not in exon %" PRId64 " of %s",
                          codon->residue_number, codon->exon, codon->transcript);
}

/* "c.1783_1785" must be the bases of the residue. */
static void nf_codon_check_cdna(struct nf_loader *loader, const struct nf_resistance *codon)
{
    char expected[64];
    const int64_t last = 3 * codon->residue_number;

    snprintf(expected, sizeof expected, "c.%" PRId64 "_%" PRId64, last - 2, last);
    if (codon->residue_number > 0 && strcmp(expected, codon->cdna) != 0)
        nf_loader_problem(loader, CODON_CDNA, "residue %" PRId64 " is %s",
                          codon->residue_number, expected);
}

void nf_loader_read_resistance(struct nf_loader *loader)
{
    static const size_t key[] = {CODON_GENE, CODON_VARIANT};
    struct nf_resistance codon = {0};
    int64_t starts[NF_N_ASSEMBLIES], ends[NF_N_ASSEMBLIES];

    nf_loader_unique(loader, key, 2);
    codon.target = nf_loader_target(loader, CODON_GENE);
    codon.variant = nf_loader_required(loader, CODON_VARIANT);
    codon.residue_number = nf_loader_variant(loader);
    codon.site_class = nf_loader_required(loader, CODON_CLASS);
    codon.transcript = nf_loader_accession(loader, CODON_TRANSCRIPT);
    codon.codon = nf_loader_codon(loader);
    codon.residue = nf_loader_required(loader, CODON_RESIDUE);
    codon.cdna = nf_loader_required(loader, CODON_CDNA);
    codon.contig = nf_loader_chromosome(loader, CODON_CHROM);
    codon.strand = nf_loader_strand(loader, CODON_STRAND);
    codon.exon = nf_loader_int(loader, CODON_EXON, 1, MOST_EXONS);
    if (!nf_table_absent(&loader->table, CODON_UNIPROT))
        codon.uniprot_residue = nf_loader_int(loader, CODON_UNIPROT, 1, INT32_MAX / 3);
    codon.check = nf_loader_required(loader, CODON_CHECK);
    nf_codon_check_cdna(loader, &codon);
    for (int i = 0; i < NF_N_ASSEMBLIES; i++) {
        const size_t column = CODON_START_GRCH38 + 2 * (size_t)i;

        starts[i] = nf_loader_int(loader, column, 1, INT32_MAX) - 1;
        ends[i] = nf_loader_int(loader, column + 1, 1, INT32_MAX);
    }
    codon.start0 = starts[loader->assembly];
    codon.end0 = ends[loader->assembly];
    if (codon.target == NF_NO_TARGET)
        return;
    for (int i = 0; i < NF_N_ASSEMBLIES; i++)
        nf_codon_check(loader, i, &codon, starts[i], ends[i]);
    nf_loader_note_memory(loader, nf_vec_push(&loader->catalogue->resistance, codon));
}
