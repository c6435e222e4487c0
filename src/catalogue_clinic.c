/* SPDX-License-Identifier: MIT */
/* catalogue: rows about tumours: entities, and how often they carry an NTRK fusion. */
#include "catalogue_loader.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- entities ---- */

enum { ENTITY_ENTITY, ENTITY_FEATURE, ENTITY_FUSIONS, ENTITY_REFERENCES, ENTITY_RESPONSE };

/* Checks one pair "PARTNER::TARGET" of an entity; the partner may be "*". */
static void nf_entity_check_pair(struct nf_loader *loader, struct nf_span pair)
{
    static const enum nf_partner_side sides[] = {NF_SIDE_5PRIME, NF_SIDE_3PRIME,
                                                 NF_SIDE_UNKNOWN};
    struct nf_span rest = pair, partner, between, symbol;
    uint32_t target;

    if (!nf_span_cut(&rest, ':', &partner) || !nf_span_cut(&rest, ':', &between) ||
        between.n != 0 || !nf_span_cut(&rest, ':', &symbol) || rest.at) {
        nf_loader_problem(loader, ENTITY_FUSIONS, "'%.*s' is no pair such as ETV6::NTRK3",
                          (int)pair.n, pair.at);
        return;
    }
    target = nf_catalogue_target(loader->catalogue, symbol);
    if (target == NF_NO_TARGET) {
        if (loader->readable[NF_TABLE_TARGETS])
            nf_loader_problem(loader, ENTITY_FUSIONS, "'%.*s' has no row in targets.tsv",
                              (int)symbol.n, symbol.at);
        return;
    }
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        if (nf_loader_partner(loader, target, partner, sides[i]) != NF_MAP_NONE)
            return;
    }
    if (!nf_span_is(partner, "*") && loader->readable[NF_TABLE_PARTNERS])
        nf_loader_problem(loader, ENTITY_FUSIONS, "partners.tsv has no row for '%.*s'",
                          (int)pair.n, pair.at);
}

void nf_loader_read_entity(struct nf_loader *loader)
{
    static const size_t key[] = {ENTITY_ENTITY};
    struct nf_span rest = loader->table.fields[ENTITY_FUSIONS], pair;
    struct nf_entity entity;

    nf_loader_unique(loader, key, 1);
    entity.entity = nf_loader_required(loader, ENTITY_ENTITY);
    entity.genetic_feature = nf_loader_required(loader, ENTITY_FEATURE);
    entity.fusions = nf_loader_required(loader, ENTITY_FUSIONS);
    entity.references = nf_loader_text(loader, ENTITY_REFERENCES);
    entity.response = nf_loader_text(loader, ENTITY_RESPONSE);
    while (nf_span_cut(&rest, ';', &pair))
        nf_entity_check_pair(loader, nf_span_trim(pair));
    nf_loader_note_memory(loader, nf_vec_push(&loader->catalogue->entities, entity));
}

/* ---- prevalence ---- */

enum {
    PREVALENCE_HISTOLOGY,
    PREVALENCE_ADULT_TOTAL,
    PREVALENCE_ADULT_POSITIVE,
    PREVALENCE_ADULT_PERCENT,
    PREVALENCE_CHILD_TOTAL,
    PREVALENCE_CHILD_POSITIVE,
    PREVALENCE_CHILD_PERCENT
};

/* A percentage printed with one decimal is off by at most 0.05; a little more is allowed. */
static const double PERCENT_SLACK = 0.06;

/* Adds up "a, b, c"; −1 when it is no list of numbers. */
static int64_t nf_split_sum(struct nf_span list)
{
    struct nf_span field;
    int64_t sum = 0, part;

    while (nf_span_cut(&list, ',', &field)) {
        if (nf_span_int(nf_span_trim(field), 0, INT32_MAX, &part))
            return -1;
        sum += part;
    }
    return sum;
}

/* A count as printed: "315", or "315 (37, 51, 33, 194)" with the subtypes that make it up. */
static int64_t nf_loader_printed_count(struct nf_loader *loader, size_t column)
{
    const struct nf_span field = loader->table.fields[column];
    struct nf_span rest = field, count, split = {0};
    int64_t value, sum;

    nf_span_cut(&rest, '(', &count);
    if (nf_span_int(nf_span_trim(count), 0, INT32_MAX, &value) ||
        (rest.at && (rest.n == 0 || rest.at[rest.n - 1] != ')'))) {
        nf_loader_problem(loader, column,
                          "'%.*s' is no count such as '315' or '315 (37, 278)'", (int)field.n,
                          field.at);
        return 0;
    }
    if (!rest.at)
        return value;
    split = (struct nf_span){rest.at, rest.n - 1};
    sum = nf_split_sum(split);
    if (sum != value)
        nf_loader_problem(loader, column,
                          "the numbers in parentheses do not add up to %" PRId64, value);
    return value;
}

/* Checks `positive` of `total` against the percentage printed; "." is fine. */
static void nf_loader_check_percent(struct nf_loader *loader, size_t column, int64_t total,
                                    int64_t positive)
{
    double percent;

    if (positive > total)
        nf_loader_problem(loader, column - 1, "more positive cases than cases");
    if (nf_table_absent(&loader->table, column))
        return;
    if (nf_span_double(loader->table.fields[column], 0, 100, &percent))
        nf_loader_problem(loader, column, "is no percentage");
    else if (total > 0 &&
             fabs(percent - 100.0 * (double)positive / (double)total) > PERCENT_SLACK)
        nf_loader_problem(loader, column, "%" PRId64 " of %" PRId64 " are another percentage",
                          positive, total);
}

void nf_loader_read_prevalence(struct nf_loader *loader)
{
    static const size_t key[] = {PREVALENCE_HISTOLOGY};
    struct nf_prevalence row = {0};

    nf_loader_unique(loader, key, 1);
    row.histology = nf_loader_required(loader, PREVALENCE_HISTOLOGY);
    row.adult_total = nf_loader_required(loader, PREVALENCE_ADULT_TOTAL);
    row.adult_positive = nf_loader_required(loader, PREVALENCE_ADULT_POSITIVE);
    row.adult_percent = nf_loader_text(loader, PREVALENCE_ADULT_PERCENT);
    row.child_total = nf_loader_required(loader, PREVALENCE_CHILD_TOTAL);
    row.child_positive = nf_loader_required(loader, PREVALENCE_CHILD_POSITIVE);
    row.child_percent = nf_loader_text(loader, PREVALENCE_CHILD_PERCENT);
    row.n_adults = nf_loader_printed_count(loader, PREVALENCE_ADULT_TOTAL);
    row.n_adults_positive = nf_loader_printed_count(loader, PREVALENCE_ADULT_POSITIVE);
    row.n_children = nf_loader_printed_count(loader, PREVALENCE_CHILD_TOTAL);
    row.n_children_positive = nf_loader_printed_count(loader, PREVALENCE_CHILD_POSITIVE);
    nf_loader_check_percent(loader, PREVALENCE_ADULT_PERCENT, row.n_adults,
                            row.n_adults_positive);
    nf_loader_check_percent(loader, PREVALENCE_CHILD_PERCENT, row.n_children,
                            row.n_children_positive);
    nf_loader_note_memory(loader, nf_vec_push(&loader->catalogue->prevalence, row));
}
