/* SPDX-License-Identifier: MIT */
/* What the literature says of the pair of genes in a call: its row in the catalogue, the rows
 * of the review, and the tumour entities in which the review reports it.
 *
 * It is about a pair and never about a patient, so it is handed out sparingly. Rows that name
 * no gene for sure say nothing. Rows of the review on a pair whose partner is the 5' gene say
 * nothing of the reciprocal one. Entities belong to a transcript that could drive a tumour:
 * neither a reciprocal call nor one without a working kinase has any. Entities that name the
 * pair come first; those that name the target with any partner are marked as such. */
#include "ntrkfuse/report_build.h"

#include <string.h>

/* How an entity names a pair, best last. */
enum mention { MENTION_NONE, MENTION_ANY_PARTNER, MENTION_PAIR };

/* What is looked for. */
struct pair {
    const struct nf_catalogue *catalogue;
    const struct nf_partner *partner;
    const char *target;
    bool target_is_3prime;
};

static const char *copy(struct nf_report *report, const char *text)
{
    return nf_report_copy(report, nf_span_of(text));
}

/* A row of the review about this pair in this direction; one that leaves the direction open
 * goes with both. */
static bool is_about(const struct pair *pair, const struct nf_review_row *row)
{
    const char *side =
        nf_partner_side_name(pair->target_is_3prime ? NF_SIDE_5PRIME : NF_SIDE_3PRIME);
    return row->target == pair->partner->target && !row->neutral &&
           strcmp(row->symbol, pair->partner->symbol) == 0 &&
           (strcmp(row->side, side) == 0 ||
            strcmp(row->side, nf_partner_side_name(NF_SIDE_UNKNOWN)) == 0);
}

static enum nf_status add_review(struct nf_report *report, const struct pair *pair,
                                 struct nf_report_context *context)
{
    const struct nf_catalogue *catalogue = pair->catalogue;
    size_t n = 0;
    for (size_t i = 0; i < catalogue->review.n; i++)
        n += is_about(pair, &catalogue->review.items[i]);
    context->review = nf_arena_alloc(&report->arena, n, sizeof *context->review);
    if (!context->review)
        return NF_ERR_MEMORY;
    for (size_t i = 0; i < catalogue->review.n; i++) {
        const struct nf_review_row *from = &catalogue->review.items[i];
        if (!is_about(pair, from))
            continue;
        struct nf_report_review *to = &context->review[context->n_review++];
        to->printed_symbol = copy(report, from->printed_symbol);
        to->group = copy(report, from->group);
        to->references = copy(report, from->references);
        to->where = copy(report, from->where);
        to->note = copy(report, from->note);
        if (!to->printed_symbol || !to->group || !to->references || !to->where || !to->note)
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

/* How "PARTNER::TARGET" of an entity names the pair. */
static enum mention mention_by(const struct pair *pair, struct nf_span text)
{
    struct nf_span partner, between, rest = text;
    if (!nf_span_cut(&rest, ':', &partner) || !nf_span_cut(&rest, ':', &between) || !rest.at ||
        !nf_span_is(rest, pair->target))
        return MENTION_NONE;
    if (nf_span_is(partner, "*"))
        return MENTION_ANY_PARTNER;
    const char *symbol = nf_catalogue_approved(pair->catalogue, partner);
    return symbol && strcmp(symbol, pair->partner->symbol) == 0 ? MENTION_PAIR : MENTION_NONE;
}

static enum mention mention_in(const struct pair *pair, const struct nf_entity *entity)
{
    struct nf_span rest = nf_span_of(entity->fusions), text;
    enum mention best = MENTION_NONE;
    while (nf_span_cut(&rest, ';', &text)) {
        enum mention mention = mention_by(pair, nf_span_trim(text));
        if (mention > best)
            best = mention;
    }
    return best;
}

/* Appends the entities that name the pair in this way. */
static enum nf_status add_entities_by(struct nf_report *report, const struct pair *pair,
                                      enum mention mention, struct nf_report_context *context)
{
    for (size_t i = 0; i < pair->catalogue->entities.n; i++) {
        const struct nf_entity *from = &pair->catalogue->entities.items[i];
        if (mention_in(pair, from) != mention)
            continue;
        struct nf_report_entity *to = &context->entities[context->n_entities++];
        to->entity = copy(report, from->entity);
        to->references = copy(report, from->references);
        to->response = copy(report, from->response);
        to->any_partner = mention == MENTION_ANY_PARTNER;
        if (!to->entity || !to->references || !to->response)
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

static enum nf_status add_entities(struct nf_report *report, const struct pair *pair,
                                   struct nf_report_context *context)
{
    context->entities =
        nf_arena_alloc(&report->arena, pair->catalogue->entities.n, sizeof *context->entities);
    if (!context->entities || add_entities_by(report, pair, MENTION_PAIR, context))
        return NF_ERR_MEMORY;
    return add_entities_by(report, pair, MENTION_ANY_PARTNER, context);
}

enum nf_status nf_report_context_build(struct nf_report *report, const struct nf_panel *panel,
                                       const struct nf_fusion *fusion,
                                       struct nf_report_context *context)
{
    const struct nf_junction *junction = fusion->junction;
    const struct nf_partner *partner = fusion->partner;
    *context = (struct nf_report_context){0};
    if (!partner || partner->neutral)
        return NF_OK;
    const char *target = panel->catalogue->targets.items[partner->target].symbol;
    const struct pair pair = {panel->catalogue, partner, target, junction->target_is_3prime};
    context->pair = pair.target_is_3prime
                        ? nf_report_format(report, "%s::%s", partner->symbol, target)
                        : nf_report_format(report, "%s::%s", target, partner->symbol);
    context->tier = partner->tier;
    context->partner_side = nf_partner_side_name(partner->side);
    context->typical_junction = copy(report, partner->typical_junction);
    context->cancers = copy(report, partner->cancers);
    context->source = copy(report, partner->source);
    if (!context->pair || !context->typical_junction || !context->cancers || !context->source)
        return NF_ERR_MEMORY;
    enum nf_status status = add_review(report, &pair, context);
    if (!status && pair.target_is_3prime && fusion->structure != NF_NON_ONCOGENIC)
        status = add_entities(report, &pair, context);
    return status;
}

const char *nf_report_context_references(struct nf_report *report,
                                         const struct nf_report_context *context)
{
    const char *words[16];
    size_t n = 0;
    for (size_t i = 0; i < context->n_review && n < sizeof words / sizeof *words; i++)
        words[n++] = context->review[i].references;
    return nf_report_join(report, words, n, ',');
}
