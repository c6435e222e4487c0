/* SPDX-License-Identifier: MIT */
/* catalogue_command: names that were meant but not typed: resolving whatever the case, and
 * suggesting the nearest by edit distance. */
#include "catalogue_command_show.h"

#include <limits.h>
#include <string.h>

#include "ntrkfuse/log.h"

enum {
    LONGEST_NAME = 100, /* bytes compared; two symbols and what stands between */
    N_SUGGESTED = 3,
    FARTHEST = 3 /* edits; beyond it a suggestion only puzzles */
};

struct nf_suggestion {
    char text[LONGEST_NAME];
    size_t distance;
};

/* The best few so far, ascending by distance and text. */
struct nf_suggestions {
    struct nf_suggestion best[N_SUGGESTED];
    size_t n;
};

static char nf_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool nf_equal_but_case(struct nf_span a, struct nf_span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (nf_upper(a.at[i]) != nf_upper(b.at[i]))
            return false;
    }
    return true;
}

const char *nf_catalogue_resolve(const struct nf_catalogue *catalogue, struct nf_span name)
{
    const char *found = nf_catalogue_approved(catalogue, name);

    if (found)
        return found;
    for (size_t i = 0; i < catalogue->symbols.n; i++) {
        if (nf_equal_but_case(name, nf_span_of(catalogue->symbols.items[i])))
            return catalogue->symbols.items[i];
    }
    for (size_t i = 0; i < catalogue->alias_rows.n; i++) {
        const struct nf_alias *row = &catalogue->alias_rows.items[i];

        if (!nf_equal_but_case(name, nf_span_of(row->alias)))
            continue;
        if (found && strcmp(found, row->symbol) != 0)
            return NULL;
        found = row->symbol;
    }
    return found;
}

static size_t nf_least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance, whatever the case; texts are cut at LONGEST_NAME bytes. */
static size_t nf_edit_distance(const char *a, const char *b)
{
    const size_t n_a = nf_least(strlen(a), LONGEST_NAME),
                 n_b = nf_least(strlen(b), LONGEST_NAME);
    size_t row[LONGEST_NAME + 1];

    for (size_t j = 0; j <= n_b; j++)
        row[j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            const size_t above = row[j];
            const size_t change = nf_upper(a[i - 1]) == nf_upper(b[j - 1]) ? 0 : 1;

            row[j] = nf_least(nf_least(above, row[j - 1]) + 1, diagonal + change);
            diagonal = above;
        }
    }
    return row[n_b];
}

/* Puts `text` where it belongs among the best, once. */
static void nf_suggest(struct nf_suggestions *suggestions, const char *asked, const char *text)
{
    const size_t distance = nf_edit_distance(asked, text);
    size_t at = suggestions->n;

    if (distance > FARTHEST || strlen(text) >= LONGEST_NAME)
        return;
    for (size_t i = 0; i < suggestions->n; i++) {
        if (strcmp(suggestions->best[i].text, text) == 0)
            return;
    }
    while (at > 0 && (suggestions->best[at - 1].distance > distance ||
                      (suggestions->best[at - 1].distance == distance &&
                       strcmp(suggestions->best[at - 1].text, text) > 0)))
        at--;
    if (at == N_SUGGESTED)
        return;
    if (suggestions->n < N_SUGGESTED)
        suggestions->n++;
    for (size_t i = suggestions->n - 1; i > at; i--)
        suggestions->best[i] = suggestions->best[i - 1];
    memcpy(suggestions->best[at].text, text, strlen(text) + 1);
    suggestions->best[at].distance = distance;
}

/* Writes "; nearest: A, B, C", or nothing. */
static const char *nf_suggestions_text(const struct nf_suggestions *suggestions, char *text,
                                       size_t size)
{
    size_t length = 0;

    text[0] = '\0';
    for (size_t i = 0; i < suggestions->n && length < size; i++) {
        const int n = snprintf(text + length, size - length, "%s%s",
                               i ? ", " : "; nearest: ", suggestions->best[i].text);

        length += n > 0 ? (size_t)n : 0;
    }
    return text;
}

enum nf_status nf_catalogue_unknown_pair(const struct nf_catalogue *catalogue,
                                         const char *asked, const char *why)
{
    struct nf_suggestions suggestions = {.n = 0};
    char text[(LONGEST_NAME + 2) * N_SUGGESTED + 16];

    for (size_t i = 0; i < catalogue->partners.n; i++) {
        const struct nf_partner *partner = &catalogue->partners.items[i];
        char name[LONGEST_NAME];

        nf_catalogue_pair_name(name, sizeof name,
                               catalogue->targets.items[partner->target].symbol,
                               partner->symbol, partner->side);
        nf_suggest(&suggestions, asked, name);
    }
    return nf_fail(NF_ERR_INPUT, "%.*s: %s%s", LONGEST_NAME, asked, why,
                   nf_suggestions_text(&suggestions, text, sizeof text));
}

enum nf_status nf_catalogue_unknown_gene(const struct nf_catalogue *catalogue,
                                         const char *asked)
{
    struct nf_suggestions suggestions = {.n = 0};
    char text[(LONGEST_NAME + 2) * N_SUGGESTED + 16];

    for (size_t i = 0; i < catalogue->symbols.n; i++)
        nf_suggest(&suggestions, asked, catalogue->symbols.items[i]);
    for (size_t i = 0; i < catalogue->alias_rows.n; i++)
        nf_suggest(&suggestions, asked, catalogue->alias_rows.items[i].alias);
    return nf_fail(NF_ERR_INPUT, "%.*s: the catalogue knows no gene of this name%s",
                   LONGEST_NAME, asked, nf_suggestions_text(&suggestions, text, sizeof text));
}
