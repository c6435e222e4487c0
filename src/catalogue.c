/* SPDX-License-Identifier: MIT */
/* catalogue: asking what is known of genes, pairs and junctions.
 *
 * A junction is looked up from the most precise to the least: both breakpoints to the base;
 * the pair and the exon of the target it enters; the pair; the acceptor alone, published with
 * another partner. Rows that name no gene for sure ("neutral") say nothing at any level. */
#include "ntrkfuse/catalogue.h"

#include <string.h>

const char *nf_catalogue_level_name(enum nf_catalogue_level level)
{
    static const char *const names[] = {"none", "acceptor", "pair", "pair_exon", "junction"};

    return names[level];
}

void nf_catalogue_free(struct nf_catalogue *catalogue)
{
    nf_vec_free(&catalogue->targets);
    nf_vec_free(&catalogue->domains);
    nf_vec_free(&catalogue->review);
    nf_vec_free(&catalogue->partners);
    nf_vec_free(&catalogue->junctions);
    nf_vec_free(&catalogue->entities);
    nf_vec_free(&catalogue->prevalence);
    nf_vec_free(&catalogue->resistance);
    nf_vec_free(&catalogue->control_genes);
    nf_vec_free(&catalogue->alias_rows);
    nf_vec_free(&catalogue->symbols);
    nf_map_free(&catalogue->aliases);
    nf_arena_free(&catalogue->arena);
}

const char *nf_catalogue_approved(const struct nf_catalogue *catalogue, struct nf_span name)
{
    const uint32_t i = nf_map_get(&catalogue->aliases, name.at, name.n);

    return i == NF_MAP_NONE ? NULL : catalogue->symbols.items[i];
}

uint32_t nf_catalogue_target(const struct nf_catalogue *catalogue, struct nf_span symbol)
{
    for (size_t i = 0; i < catalogue->targets.n; i++) {
        if (nf_span_is(symbol, catalogue->targets.items[i].symbol))
            return (uint32_t)i;
    }
    return NF_NO_TARGET;
}

/* The order of nf_catalogue.partners: by target, symbol, side. */
static int nf_partner_order(const struct nf_partner *partner, uint32_t target,
                            const char *symbol, enum nf_partner_side side)
{
    int order;

    if (partner->target != target)
        return partner->target < target ? -1 : 1;
    order = strcmp(partner->symbol, symbol);
    if (order != 0)
        return order;
    return (partner->side > side) - (partner->side < side);
}

/* The entry with exactly this approved symbol and side. */
static const struct nf_partner *nf_partner_find(const struct nf_catalogue *catalogue,
                                                uint32_t target, const char *symbol,
                                                enum nf_partner_side side)
{
    size_t low = 0, high = catalogue->partners.n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct nf_partner *partner = &catalogue->partners.items[middle];
        const int order = nf_partner_order(partner, target, symbol, side);

        if (order == 0)
            return partner;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct nf_partner *nf_catalogue_partner(const struct nf_catalogue *catalogue,
                                              uint32_t target, const char *symbol,
                                              enum nf_partner_side side)
{
    const char *approved = nf_catalogue_approved(catalogue, nf_span_of(symbol));
    const struct nf_partner *partner;

    if (!approved)
        return NULL;
    partner = nf_partner_find(catalogue, target, approved, side);
    return partner ? partner : nf_partner_find(catalogue, target, approved, NF_SIDE_UNKNOWN);
}

/* The side of one breakpoint of a published junction agrees with the query's. */
static bool nf_place_matches(const char *contig, int64_t pos0, int8_t strand,
                             const char *query_contig, const struct nf_locus *locus)
{
    return pos0 == locus->pos0 && strand == locus->strand && query_contig &&
           strcmp(contig, query_contig) == 0;
}

/* What one published junction of the target says of the query. */
static enum nf_catalogue_level nf_junction_level(const struct nf_known_junction *known,
                                                 const struct nf_junction_query *query,
                                                 const struct nf_partner *entry)
{
    const bool acceptor = nf_place_matches(known->contig3, known->pos3, known->strand3,
                                           query->contig3, &query->locus3);

    if (acceptor && nf_place_matches(known->contig5, known->pos5, known->strand5,
                                     query->contig5, &query->locus5))
        return NF_KNOWN_JUNCTION;
    if (entry && strcmp(known->partner, entry->symbol) == 0 && query->exon3_mane != 0 &&
        known->exon3_number == query->exon3_mane)
        return NF_KNOWN_PAIR_EXON;
    return acceptor ? NF_KNOWN_ACCEPTOR : NF_KNOWN_NONE;
}

/* The entry that makes the pair known in the query's direction, or NULL. */
static const struct nf_partner *nf_pair_entry(const struct nf_catalogue *catalogue,
                                              const struct nf_junction_query *query)
{
    const enum nf_partner_side side =
        query->target_is_3prime ? NF_SIDE_5PRIME : NF_SIDE_3PRIME;
    const struct nf_partner *entry;

    if (!query->partner)
        return NULL;
    entry = nf_catalogue_partner(catalogue, query->target, query->partner, side);
    /* An entry of unknown side is evidence for the driving direction only. */
    if (!entry || entry->neutral || (entry->side != side && !query->target_is_3prime))
        return NULL;
    return entry;
}

enum nf_catalogue_level nf_catalogue_find(const struct nf_catalogue *catalogue,
                                          const struct nf_junction_query *query,
                                          const struct nf_known_junction **junction)
{
    const struct nf_partner *entry = nf_pair_entry(catalogue, query);
    enum nf_catalogue_level best = entry ? NF_KNOWN_PAIR : NF_KNOWN_NONE;

    if (junction)
        *junction = NULL;
    for (size_t i = 0; query->target_is_3prime && i < catalogue->junctions.n; i++) {
        const struct nf_known_junction *known = &catalogue->junctions.items[i];
        enum nf_catalogue_level level;

        if (known->target != query->target)
            continue;
        level = nf_junction_level(known, query, entry);
        if (level > best)
            best = level;
        if (level == NF_KNOWN_JUNCTION && junction && !*junction)
            *junction = known;
    }
    return best;
}
