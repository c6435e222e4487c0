/* SPDX-License-Identifier: MIT */
/* What the files src/catalogue_*.c share while the tables are read; nobody else includes this.
 *
 * Problems do not stop the reading: each is printed with file:line and counted, and loading
 * fails at the end. So a row reader asks for all its fields and looks at no status; what a bad
 * field yields is a harmless value of its type. Running out of memory is remembered likewise.
 */
#ifndef NTRKFUSE_CATALOGUE_LOADER_H
#define NTRKFUSE_CATALOGUE_LOADER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/catalogue.h"
#include "ntrkfuse/table.h"

struct nf_model_exon {
    int64_t start0, end0;
    int8_t phase; /* GFF; −1 where the exon has no CDS */
};

/* One row of a transcripts table. */
struct nf_model {
    const char *gene, *accession, *chromosome;
    long line;
    bool is_primary; /* role mane or model */
    int8_t strand;
    int64_t cds_start0, cds_end0; /* −1 both where there is no CDS */
    uint32_t n_exons;
    struct nf_model_exon *exons; /* genome order */
};

/* The transcripts table of one assembly. */
struct nf_models {
    NF_VEC(struct nf_model) list; /* grouped by gene */
    struct nf_map by_gene;        /* → index of its first transcript */
    bool readable;                /* read, so that other tables can be checked against it */
};

enum { NF_GRCH38, NF_GRCH37, NF_N_ASSEMBLIES };

/* The tables, in the order they are read: each refers to earlier ones only. */
enum nf_loader_table_id {
    NF_TABLE_TRANSCRIPTS_GRCH38,
    NF_TABLE_TRANSCRIPTS_GRCH37,
    NF_TABLE_TARGETS,
    NF_TABLE_DOMAINS,
    NF_TABLE_PARTNERS,
    NF_TABLE_REVIEW,
    NF_TABLE_JUNCTIONS,
    NF_TABLE_RESISTANCE,
    NF_TABLE_ENTITIES,
    NF_TABLE_PREVALENCE,
    NF_TABLE_CONTROL_GENES,
    NF_TABLE_ALIASES,
    NF_N_TABLES
};

/* Beside each row of nf_catalogue.partners while it is unsorted. */
struct nf_partner_origin {
    long line;
    bool reviewed; /* a row of the review names it */
};

struct nf_loader {
    struct nf_catalogue *catalogue;
    const struct nf_refdata *refdata;
    int assembly; /* NF_GRCH38 or NF_GRCH37: whose coordinates are kept */
    struct nf_models models[NF_N_ASSEMBLIES];
    struct nf_map keys;     /* table and key fields → line: finds repeated rows */
    struct nf_map partners; /* target, symbol, side → index of the partner */
    NF_VEC(struct nf_partner_origin) origins;
    bool wanted[NF_N_TABLES];
    bool readable[NF_N_TABLES]; /* else what refers to it is not checked: its absence was said
                                 */
    enum nf_loader_table_id table_id; /* being read */
    struct nf_table table;
    char path[PATH_MAX];
    char partners_path[PATH_MAX]; /* for messages after reading */
    struct nf_arena arena;        /* of models and keys */
    size_t n_problems;
    enum nf_status first_status; /* of the first problem */
    bool out_of_memory;
};

/* ---- catalogue_field.c: fields of the row being read ---- */

/* Counts a problem that was printed already. */
void nf_loader_count(struct nf_loader *loader, enum nf_status status);

/* Prints "file:line: column NAME: message" and counts it. */
void nf_loader_problem(struct nf_loader *loader, size_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As nf_loader_problem, for the row in `line` of a table read before. */
void nf_loader_problem_at(struct nf_loader *loader, const char *path, long line,
                          const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Remembers that memory ran out when `status` is not NF_OK. */
void nf_loader_note_memory(struct nf_loader *loader, enum nf_status status);

/* The field as text owned by the catalogue, never NULL; "." means no value. */
const char *nf_loader_text(struct nf_loader *loader, size_t column);

/* As nf_loader_text, and a problem when it is ".". */
const char *nf_loader_required(struct nf_loader *loader, size_t column);

/* A gene symbol; a problem when it is none. */
const char *nf_loader_symbol(struct nf_loader *loader, size_t column);

/* "HGNC:" and a number, or "." when `may_be_absent`. */
const char *nf_loader_hgnc_id(struct nf_loader *loader, size_t column, bool may_be_absent);

/* A transcript accession ("NM_001987.5", "ENST00000396373.9"). */
const char *nf_loader_accession(struct nf_loader *loader, size_t column);

/* "chr1" … "chr22", "chrX", "chrY", "chrM". */
const char *nf_loader_chromosome(struct nf_loader *loader, size_t column);

/* "+" or "-" as +1 or −1. */
int8_t nf_loader_strand(struct nf_loader *loader, size_t column);

/* A whole number within [min, max]; `min` after a problem. */
int64_t nf_loader_int(struct nf_loader *loader, size_t column, int64_t min, int64_t max);

/* "yes" or "no". */
bool nf_loader_yes(struct nf_loader *loader, size_t column);

/* Which of `words` (ends with NULL) the field is; 0 after a problem. */
size_t nf_loader_word(struct nf_loader *loader, size_t column, const char *const *words);

/* The target the field names, or NF_NO_TARGET after a problem. */
uint32_t nf_loader_target(struct nf_loader *loader, size_t column);

/* A problem when an earlier row of this table has the same text in these columns. */
void nf_loader_unique(struct nf_loader *loader, const size_t *columns, size_t n);

/* A published breakpoint "chr12:11869969:+" taken apart. */
struct nf_published {
    const char *text, *contig;
    int64_t pos0;
    int8_t strand; /* 0: the field was no breakpoint */
};

struct nf_published nf_loader_breakpoint(struct nf_loader *loader, size_t column);

/* True when `text` looks like a gene symbol. */
bool nf_loader_is_symbol(struct nf_span text);

/* ---- catalogue_models.c ---- */

/* Reads a row of a transcripts table. */
void nf_loader_read_model(struct nf_loader *loader);

/* After a transcripts table: every gene has one primary transcript. */
void nf_loader_close_models(struct nf_loader *loader);

/* True when `gene` is in every transcripts table that was read. */
bool nf_loader_has_gene(const struct nf_loader *loader, const char *gene);

/* The transcript `accession` of `gene`: the very one, else the first that differs in the
 * version only; NULL when there is none. */
const struct nf_model *nf_models_find(const struct nf_models *models, const char *gene,
                                      const char *accession);

/* The exon with 1-based `number` in transcript direction; NULL when there is none. */
const struct nf_model_exon *nf_model_exon(const struct nf_model *model, int64_t number);

/* The first (or last) base of an exon in transcript direction. */
int64_t nf_model_edge(const struct nf_model *model, const struct nf_model_exon *exon,
                      bool last);

/* Coding bases of an exon, and of the transcript with its stop codon. */
int64_t nf_model_coding(const struct nf_model *model, const struct nf_model_exon *exon);
int64_t nf_model_cds_length(const struct nf_model *model);

/* The codon of 1-based `residue` as [*start0, *end0) in genome order; false when it lies
 * beyond the CDS or an intron parts it. */
bool nf_model_codon(const struct nf_model *model, int64_t residue, int64_t *start0,
                    int64_t *end0);

/* ---- row readers: catalogue_genes.c, catalogue_sites.c, catalogue_clinic.c ---- */

void nf_loader_read_target(struct nf_loader *loader);
void nf_loader_read_domain(struct nf_loader *loader);
void nf_loader_read_partner(struct nf_loader *loader);
void nf_loader_read_review(struct nf_loader *loader);
void nf_loader_read_control_gene(struct nf_loader *loader);
void nf_loader_read_alias(struct nf_loader *loader);
void nf_loader_read_junction(struct nf_loader *loader);
void nf_loader_read_resistance(struct nf_loader *loader);
void nf_loader_read_entity(struct nf_loader *loader);
void nf_loader_read_prevalence(struct nf_loader *loader);

/* Index of the partner with exactly this side, or NF_MAP_NONE. */
uint32_t nf_loader_partner(const struct nf_loader *loader, uint32_t target,
                           struct nf_span symbol, enum nf_partner_side side);

/* Makes `symbol` (of the catalogue's arena) known as an approved symbol. */
void nf_loader_know_symbol(struct nf_loader *loader, const char *symbol);

#endif
