/* SPDX-License-Identifier: MIT */
/* catalogue: the fields of a row of the reference tables, each checked as it is read. */
#include "catalogue_loader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/log.h"

enum { NF_FIELD_MESSAGE = 512, NF_FIELD_SHOWN = 60 };

/* printf arguments for "%.*s" that show a field, cut when it is long. */
#define NF_SHOWN(span) ((span).n < NF_FIELD_SHOWN ? (int)(span).n : NF_FIELD_SHOWN), (span).at

void nf_loader_count(struct nf_loader *loader, enum nf_status status)
{
    if (loader->n_problems++ == 0)
        loader->first_status = status;
}

/* False when this was said of this row before: a row is checked against two assemblies, and
 * both may find the same fault. */
static bool nf_loader_is_news(struct nf_loader *loader, size_t column, const char *message)
{
    char key[NF_FIELD_MESSAGE + 64];
    const int n = snprintf(key, sizeof key, "said %d %ld %zu %s", (int)loader->table_id,
                           nf_table_line(&loader->table), column, message);

    if (n < 0 || nf_map_get(&loader->keys, key, strlen(key)) != NF_MAP_NONE)
        return n < 0;
    nf_loader_note_memory(loader, nf_map_put(&loader->keys, key, strlen(key), 1));
    return true;
}

void nf_loader_problem(struct nf_loader *loader, size_t column, const char *format, ...)
{
    char message[NF_FIELD_MESSAGE];
    va_list list;

    va_start(list, format);
    if (vsnprintf(message, sizeof message, format, list) < 0)
        message[0] = '\0';
    va_end(list);
    if (nf_loader_is_news(loader, column, message))
        nf_loader_count(loader, nf_table_fail(&loader->table, column, "%s", message));
}

void nf_loader_problem_at(struct nf_loader *loader, const char *path, long line,
                          const char *format, ...)
{
    char message[NF_FIELD_MESSAGE];
    va_list list;

    va_start(list, format);
    if (vsnprintf(message, sizeof message, format, list) < 0)
        message[0] = '\0';
    va_end(list);
    nf_loader_count(loader, nf_fail(NF_ERR_FORMAT, "%s:%ld: %s", path, line, message));
}

void nf_loader_note_memory(struct nf_loader *loader, enum nf_status status)
{
    if (status)
        loader->out_of_memory = true;
}

const char *nf_loader_text(struct nf_loader *loader, size_t column)
{
    const struct nf_span field = loader->table.fields[column];
    const char *text;

    for (size_t i = 0; i < field.n; i++) {
        const unsigned char c = (unsigned char)field.at[i];

        if (c < 0x20 || c == 0x7f) {
            nf_loader_problem(loader, column, "holds a control character");
            break;
        }
    }
    text = nf_arena_copy(&loader->catalogue->arena, field.at, field.n);
    if (text)
        return text;
    loader->out_of_memory = true;
    return ".";
}

const char *nf_loader_required(struct nf_loader *loader, size_t column)
{
    if (nf_table_absent(&loader->table, column))
        nf_loader_problem(loader, column, "must have a value");
    return nf_loader_text(loader, column);
}

static bool nf_is_letter_or_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool nf_loader_is_symbol(struct nf_span text)
{
    if (text.n == 0 || text.n > 40 || !nf_is_letter_or_digit(text.at[0]))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (!nf_is_letter_or_digit(text.at[i]) && !strchr("-_.", text.at[i]))
            return false;
    }
    return true;
}

const char *nf_loader_symbol(struct nf_loader *loader, size_t column)
{
    const struct nf_span field = loader->table.fields[column];

    if (!nf_loader_is_symbol(field))
        nf_loader_problem(loader, column, "'%.*s' is no gene symbol", NF_SHOWN(field));
    return nf_loader_text(loader, column);
}

const char *nf_loader_hgnc_id(struct nf_loader *loader, size_t column, bool may_be_absent)
{
    const struct nf_span field = loader->table.fields[column];
    int64_t number;
    struct nf_span digits;

    if (may_be_absent && nf_table_absent(&loader->table, column))
        return ".";
    digits.at = field.n > 5 ? field.at + 5 : field.at;
    digits.n = field.n > 5 ? field.n - 5 : 0;
    if (!nf_span_starts(field, "HGNC:") || nf_span_int(digits, 1, INT32_MAX, &number))
        nf_loader_problem(loader, column, "'%.*s' is not 'HGNC:' and a number",
                          NF_SHOWN(field));
    return nf_loader_text(loader, column);
}

const char *nf_loader_accession(struct nf_loader *loader, size_t column)
{
    const struct nf_span field = loader->table.fields[column];

    if (!nf_loader_is_symbol(field))
        nf_loader_problem(loader, column, "'%.*s' is no transcript accession",
                          NF_SHOWN(field));
    return nf_loader_text(loader, column);
}

static bool nf_is_chromosome(struct nf_span text)
{
    int64_t number;
    struct nf_span rest;

    if (!nf_span_starts(text, "chr"))
        return false;
    rest = (struct nf_span){text.at + 3, text.n - 3};
    if (nf_span_is(rest, "X") || nf_span_is(rest, "Y") || nf_span_is(rest, "M"))
        return true;
    return rest.n > 0 && rest.at[0] != '0' && nf_span_int(rest, 1, 22, &number) == NF_OK;
}

const char *nf_loader_chromosome(struct nf_loader *loader, size_t column)
{
    const struct nf_span field = loader->table.fields[column];

    if (!nf_is_chromosome(field))
        nf_loader_problem(loader, column,
                          "'%.*s' is not one of chr1 to chr22, chrX, chrY, chrM",
                          NF_SHOWN(field));
    return nf_loader_text(loader, column);
}

static int8_t nf_strand_of(struct nf_span text)
{
    if (nf_span_is(text, "+"))
        return 1;
    return nf_span_is(text, "-") ? -1 : 0;
}

int8_t nf_loader_strand(struct nf_loader *loader, size_t column)
{
    const struct nf_span field = loader->table.fields[column];
    const int8_t strand = nf_strand_of(field);

    if (strand == 0)
        nf_loader_problem(loader, column, "'%.*s' is no strand, + or -", NF_SHOWN(field));
    return strand ? strand : 1;
}

int64_t nf_loader_int(struct nf_loader *loader, size_t column, int64_t min, int64_t max)
{
    int64_t value = min;
    enum nf_status status = nf_table_int(&loader->table, column, min, max, &value);

    if (status)
        nf_loader_count(loader, status);
    return value;
}

size_t nf_loader_word(struct nf_loader *loader, size_t column, const char *const *words)
{
    const struct nf_span field = loader->table.fields[column];
    char known[128] = "";
    size_t length = 0;

    for (size_t i = 0; words[i]; i++) {
        if (nf_span_is(field, words[i]))
            return i;
    }
    for (size_t i = 0; words[i] && length < sizeof known; i++) {
        const int n =
            snprintf(known + length, sizeof known - length, "%s%s", i ? ", " : "", words[i]);

        length += n > 0 ? (size_t)n : 0;
    }
    nf_loader_problem(loader, column, "'%.*s' is none of: %s", NF_SHOWN(field), known);
    return 0;
}

bool nf_loader_yes(struct nf_loader *loader, size_t column)
{
    static const char *const words[] = {"no", "yes", NULL};

    return nf_loader_word(loader, column, words) == 1;
}

uint32_t nf_loader_target(struct nf_loader *loader, size_t column)
{
    const struct nf_span field = loader->table.fields[column];
    const uint32_t target = nf_catalogue_target(loader->catalogue, field);

    /* Where targets.tsv could not be read that was said once, and is enough. */
    if (target == NF_NO_TARGET && loader->readable[NF_TABLE_TARGETS])
        nf_loader_problem(loader, column, "'%.*s' has no row in targets.tsv", NF_SHOWN(field));
    return target;
}

void nf_loader_unique(struct nf_loader *loader, const size_t *columns, size_t n)
{
    size_t size = 1, at = 1;
    uint32_t before;
    char *key;

    for (size_t i = 0; i < n; i++)
        size += loader->table.fields[columns[i]].n + 1;
    key = nf_arena_alloc(&loader->arena, size, 1);
    if (!key) {
        loader->out_of_memory = true;
        return;
    }
    key[0] = (char)('A' + (int)loader->table_id);
    for (size_t i = 0; i < n; i++) {
        const struct nf_span field = loader->table.fields[columns[i]];

        memcpy(key + at, field.at, field.n);
        at += field.n;
        key[at++] = '\t';
    }
    before = nf_map_get(&loader->keys, key, at);
    if (before != NF_MAP_NONE)
        nf_loader_problem(loader, columns[0], "the row repeats that of line %" PRIu32, before);
    else
        nf_loader_note_memory(loader, nf_map_put(&loader->keys, key, at,
                                                 (uint32_t)nf_table_line(&loader->table)));
}

struct nf_published nf_loader_breakpoint(struct nf_loader *loader, size_t column)
{
    const struct nf_span field = loader->table.fields[column];
    struct nf_published place = {.text = ".", .contig = ".", .pos0 = -1};
    struct nf_span rest = field, contig, position, strand, more;
    int64_t pos1;

    if (!nf_span_cut(&rest, ':', &contig) || !nf_span_cut(&rest, ':', &position) ||
        !nf_span_cut(&rest, ':', &strand) || nf_span_cut(&rest, ':', &more) ||
        !nf_is_chromosome(contig) || nf_span_int(position, 1, INT32_MAX, &pos1) ||
        nf_strand_of(strand) == 0) {
        nf_loader_problem(loader, column, "'%.*s' is no breakpoint such as chr12:11869969:+",
                          NF_SHOWN(field));
        return place;
    }
    place.text = nf_loader_text(loader, column);
    place.contig = nf_arena_copy(&loader->catalogue->arena, contig.at, contig.n);
    if (!place.contig) {
        loader->out_of_memory = true;
        place.contig = ".";
    }
    place.pos0 = pos1 - 1;
    place.strand = nf_strand_of(strand);
    return place;
}
