/* SPDX-License-Identifier: MIT */
/* catalogue_command: everything that is known of one pair of genes. */
#include "catalogue_command_show.h"

#include <inttypes.h>
#include <string.h>

#include "ntrkfuse/log.h"

/* A pair as asked for, taken apart. */
struct nf_pair {
    uint32_t target;
    const char *partner; /* approved, or as printed in the review where that names no gene */
    bool target_is_3prime;
};

void nf_catalogue_pair_name(char *text, size_t size, const char *target, const char *partner,
                            enum nf_partner_side side)
{
    if (side == NF_SIDE_3PRIME)
        snprintf(text, size, "%s::%s", target, partner);
    else
        snprintf(text, size, "%s%s%s", partner, side == NF_SIDE_5PRIME ? "::" : "/", target);
}

size_t nf_catalogue_count_junctions(const struct nf_catalogue *catalogue, uint32_t target,
                                    const char *partner)
{
    size_t n = 0;

    for (size_t i = 0; i < catalogue->junctions.n; i++) {
        const struct nf_known_junction *junction = &catalogue->junctions.items[i];

        n += junction->target == target && strcmp(junction->partner, partner) == 0;
    }
    return n;
}

const char *nf_catalogue_partner_name(const struct nf_catalogue *catalogue,
                                      struct nf_span name)
{
    const char *symbol = nf_catalogue_resolve(catalogue, name);

    for (size_t i = 0; !symbol && i < catalogue->review.n; i++) {
        const struct nf_review_row *row = &catalogue->review.items[i];

        if (strcmp(row->symbol, ".") == 0 && nf_span_is(name, row->printed_symbol))
            symbol = row->printed_symbol;
    }
    return symbol;
}

static uint32_t nf_show_target(const struct nf_catalogue *catalogue, struct nf_span name)
{
    const char *symbol = nf_catalogue_resolve(catalogue, name);

    return symbol ? nf_catalogue_target(catalogue, nf_span_of(symbol)) : NF_NO_TARGET;
}

/* Reads `first` and `second` as a pair; false when they are none. */
static bool nf_pair_read(const struct nf_catalogue *catalogue, struct nf_span first,
                         struct nf_span second, struct nf_pair *pair)
{
    const uint32_t target5 = nf_show_target(catalogue, first);
    const uint32_t target3 = nf_show_target(catalogue, second);

    pair->target_is_3prime = target3 != NF_NO_TARGET;
    pair->target = pair->target_is_3prime ? target3 : target5;
    pair->partner =
        nf_catalogue_partner_name(catalogue, pair->target_is_3prime ? first : second);
    return pair->target != NF_NO_TARGET && pair->partner;
}

/* Cuts the name at "::", "--", or at the one "-" that leaves two known names. */
static bool nf_pair_split(const struct nf_catalogue *catalogue, const char *name,
                          struct nf_pair *pair)
{
    static const char *const separators[] = {"::", "--"};
    const size_t length = strlen(name);

    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        const char *at = strstr(name, separators[i]);

        if (at)
            return nf_pair_read(catalogue, (struct nf_span){name, (size_t)(at - name)},
                                nf_span_of(at + 2), pair);
    }
    for (size_t i = 1; i < length; i++) {
        if (name[i] == '-' &&
            nf_pair_read(catalogue, (struct nf_span){name, i}, nf_span_of(name + i + 1), pair))
            return true;
    }
    return false;
}

static bool nf_is_given(const char *text)
{
    return strcmp(text, ".") != 0;
}

/* One labelled line, where there is something to say. */
static void nf_show_line(FILE *out, const char *label, const char *text)
{
    if (nf_is_given(text))
        fprintf(out, "%-18s%s\n", label, text);
}

static void nf_show_target_lines(FILE *out, const struct nf_target *target)
{
    fprintf(out,
            "%-18s%s (%s), MANE Select %s, kinase residues %" PRId64 "-%" PRId64 " of %" PRId64
            "\n",
            "target", target->symbol, target->hgnc_id, target->transcript,
            target->kinase_start, target->kinase_end, target->protein_length);
    fprintf(out, "%-18s%s\n", "older numbering", target->legacy_transcript);
}

/* The partner's line with its other names. */
static void nf_show_partner_line(FILE *out, const struct nf_catalogue *catalogue,
                                 const struct nf_pair *pair, const struct nf_partner *partner)
{
    const char *between = "; also called ";

    fprintf(out, "%-18s%s", "partner", pair->partner);
    if (partner && nf_is_given(partner->hgnc_id))
        fprintf(out, " (%s)", partner->hgnc_id);
    if (partner)
        fprintf(out, ", side %s", nf_partner_side_name(partner->side));
    for (size_t i = 0; i < catalogue->alias_rows.n; i++) {
        const struct nf_alias *row = &catalogue->alias_rows.items[i];

        if (strcmp(row->symbol, pair->partner) != 0)
            continue;
        fprintf(out, "%s%s", between, row->alias);
        between = ", ";
    }
    fputc('\n', out);
}

static const char *nf_tier_text(char tier)
{
    switch (tier) {
    case 'A':
        return "A: curated case reports and knowledge bases";
    case 'B':
        return "B: fusion databases (Mitelman, COSMIC, ChimerKB)";
    case 'C':
        return "C: call sets or the review only";
    default:
        return "R: the target is the 5' gene, so no kinase is driven";
    }
}

static void nf_show_partner_entry(FILE *out, const struct nf_partner *partner)
{
    nf_show_line(out, "tier", nf_tier_text(partner->tier));
    if (partner->neutral)
        nf_show_line(out, "neutral",
                     "names no gene, or no target, for sure: never raises a call");
    if (!partner->has_model)
        nf_show_line(out, "gene model", "none in the tables");
    nf_show_line(out, "typical junction", partner->typical_junction);
    nf_show_line(out, "cancers", partner->cancers);
    nf_show_line(out, "geometry", partner->geometry);
    nf_show_line(out, "sources", partner->source);
}

/* The rows of the review for the pair. */
static void nf_show_review(FILE *out, const struct nf_catalogue *catalogue,
                           const struct nf_pair *pair)
{
    bool first = true;

    for (size_t i = 0; i < catalogue->review.n; i++) {
        const struct nf_review_row *row = &catalogue->review.items[i];

        if (row->target != pair->target || (strcmp(row->symbol, pair->partner) != 0 &&
                                            strcmp(row->printed_symbol, pair->partner) != 0))
            continue;
        if (first)
            fputs("\nreview (Kubota et al. 2025, doi:10.1093/jjco/hyaf015; its own reference "
                  "numbers)\n",
                  out);
        first = false;
        fprintf(out, "  %s, %s: printed as %s, references %s%s%s%s\n", row->where, row->group,
                row->printed_symbol, row->references, nf_is_given(row->note) ? "; " : "",
                nf_is_given(row->note) ? row->note : "", row->neutral ? " (neutral)" : "");
    }
}

/* The published junctions, in both assemblies. */
static void nf_show_junctions(FILE *out, const struct nf_catalogue *catalogue,
                              const struct nf_pair *pair)
{
    static const char *const assemblies[] = {"GRCh38", "GRCh37"};
    const struct nf_target *target = &catalogue->targets.items[pair->target];
    bool first = true;

    for (size_t i = 0; i < catalogue->junctions.n; i++) {
        const struct nf_known_junction *junction = &catalogue->junctions.items[i];

        if (junction->target != pair->target || strcmp(junction->partner, pair->partner) != 0)
            continue;
        if (first)
            fputs("\npublished junctions (last base of the 5' part, first of the 3' part; "
                  "1-based)\n",
                  out);
        first = false;
        fprintf(out, "  %s e%s :: %s e%s (%s e%s), frame %s; %s\n", junction->transcript5,
                junction->exon5, junction->transcript3, junction->exon3, target->transcript,
                junction->exon3_mane, junction->frame, junction->sources);
        for (size_t k = 0; k < 2; k++)
            fprintf(out, "    %s  %-20s %s\n", assemblies[k], junction->published5[k],
                    junction->published3[k]);
    }
}

/* True when one of the pairs of `fusions` is this one, or any partner of the target. */
static bool nf_entity_names(const struct nf_catalogue *catalogue, const char *fusions,
                            const struct nf_pair *pair)
{
    struct nf_span rest = nf_span_of(fusions), field, partner;

    while (nf_span_cut(&rest, ';', &field)) {
        struct nf_span symbol = nf_span_trim(field);

        nf_span_cut(&symbol, ':', &partner);
        if (symbol.n < 1 ||
            nf_catalogue_target(catalogue, (struct nf_span){symbol.at + 1, symbol.n - 1}) !=
                pair->target)
            continue;
        if (nf_span_is(partner, "*") || nf_span_is(partner, pair->partner))
            return true;
    }
    return false;
}

static void nf_show_entities(FILE *out, const struct nf_catalogue *catalogue,
                             const struct nf_pair *pair)
{
    bool first = true;

    for (size_t i = 0; i < catalogue->entities.n; i++) {
        const struct nf_entity *entity = &catalogue->entities.items[i];

        if (!nf_entity_names(catalogue, entity->fusions, pair))
            continue;
        if (first)
            fputs("\nentities (literature, not prediction)\n", out);
        first = false;
        fprintf(out, "  %s: %s, references %s%s%s\n", entity->entity, entity->genetic_feature,
                entity->references, nf_is_given(entity->response) ? "; " : "",
                nf_is_given(entity->response) ? entity->response : "");
    }
}

/* The same genes the other way round, where that is known too. */
static void nf_show_other_way(FILE *out, const struct nf_catalogue *catalogue,
                              const struct nf_pair *pair, const struct nf_partner *shown)
{
    const enum nf_partner_side side = pair->target_is_3prime ? NF_SIDE_3PRIME : NF_SIDE_5PRIME;
    const struct nf_partner *other =
        nf_catalogue_partner(catalogue, pair->target, pair->partner, side);
    char name[120];

    if (!other || other == shown)
        return;
    nf_catalogue_pair_name(name, sizeof name, catalogue->targets.items[pair->target].symbol,
                           pair->partner, side);
    fprintf(out, "\nalso known: %s (tier %c)\n", name, other->tier);
}

/* Says that the pair is not known, and whether it is the other way round. */
static enum nf_status nf_show_nothing(const struct nf_catalogue *catalogue,
                                      const struct nf_pair *pair, const char *title)
{
    const enum nf_partner_side side = pair->target_is_3prime ? NF_SIDE_3PRIME : NF_SIDE_5PRIME;
    char name[120];

    if (!nf_catalogue_partner(catalogue, pair->target, pair->partner, side))
        return nf_catalogue_unknown_pair(catalogue, title, "is not in the catalogue");
    nf_catalogue_pair_name(name, sizeof name, catalogue->targets.items[pair->target].symbol,
                           pair->partner, side);
    return nf_fail(NF_ERR_INPUT,
                   "%s: is not in the catalogue, but the other way round it is: %s", title,
                   name);
}

/* True when the review has a row that names no gene but prints this name. */
static bool nf_review_prints(const struct nf_catalogue *catalogue, const struct nf_pair *pair)
{
    for (size_t i = 0; i < catalogue->review.n; i++) {
        const struct nf_review_row *row = &catalogue->review.items[i];

        if (row->target == pair->target && strcmp(row->symbol, ".") == 0 &&
            strcmp(row->printed_symbol, pair->partner) == 0)
            return pair->target_is_3prime;
    }
    return false;
}

enum nf_status nf_catalogue_show(FILE *out, const struct nf_catalogue *catalogue,
                                 const char *name)
{
    const struct nf_partner *partner;
    const struct nf_target *target;
    enum nf_partner_side side;
    struct nf_pair pair;
    char title[120];

    if (!nf_pair_split(catalogue, name, &pair))
        return nf_catalogue_unknown_pair(catalogue, name,
                                         "is no pair of a target and a gene of the catalogue");
    side = pair.target_is_3prime ? NF_SIDE_5PRIME : NF_SIDE_3PRIME;
    partner = nf_catalogue_partner(catalogue, pair.target, pair.partner, side);
    target = &catalogue->targets.items[pair.target];
    nf_catalogue_pair_name(title, sizeof title, target->symbol, pair.partner,
                           partner ? partner->side : side);
    if (!partner && !nf_review_prints(catalogue, &pair))
        return nf_show_nothing(catalogue, &pair, title);
    fprintf(out, "%s\n", title);
    nf_show_target_lines(out, target);
    nf_show_partner_line(out, catalogue, &pair, partner);
    if (partner)
        nf_show_partner_entry(out, partner);
    if (pair.target_is_3prime || (partner && partner->side == NF_SIDE_UNKNOWN)) {
        nf_show_review(out, catalogue, &pair);
        nf_show_junctions(out, catalogue, &pair);
        nf_show_entities(out, catalogue, &pair);
    }
    nf_show_other_way(out, catalogue, &pair, partner);
    return NF_OK;
}
