/* SPDX-License-Identifier: MIT */
/* The literature on the pair of a call, as JSON. */
#include "ntrkfuse/write_json.h"

static json_t *review_value(struct nf_json_builder *builder,
                            const struct nf_report_context *context)
{
    json_t *array = json_array();

    for (size_t i = 0; i < context->n_review; i++) {
        const struct nf_report_review *from = &context->review[i];
        json_t *object = json_object();
        nf_json_put(builder, object, "printed_symbol",
                    nf_json_word(builder, from->printed_symbol));
        nf_json_put(builder, object, "group", nf_json_word(builder, from->group));
        nf_json_put(builder, object, "references",
                    nf_json_words(builder, from->references, ','));
        nf_json_put(builder, object, "where", nf_json_word(builder, from->where));
        nf_json_put(builder, object, "note", nf_json_word(builder, from->note));
        nf_json_add(builder, array, object);
    }
    return array;
}

static json_t *entities_value(struct nf_json_builder *builder,
                              const struct nf_report_context *context)
{
    json_t *array = json_array();

    for (size_t i = 0; i < context->n_entities; i++) {
        const struct nf_report_entity *from = &context->entities[i];
        json_t *object = json_object();
        nf_json_put(builder, object, "entity", nf_json_word(builder, from->entity));
        nf_json_put(builder, object, "any_partner", json_boolean(from->any_partner));
        nf_json_put(builder, object, "references",
                    nf_json_words(builder, from->references, ','));
        nf_json_put(builder, object, "reported_response",
                    nf_json_word(builder, from->response));
        nf_json_add(builder, array, object);
    }
    return array;
}

json_t *nf_json_context(struct nf_json_builder *builder,
                        const struct nf_report_context *context)
{
    const char tier[] = {context->tier, '\0'};

    if (!context->pair)
        return json_null();
    json_t *object = json_object();
    nf_json_put(builder, object, "pair", nf_json_text(builder, context->pair));
    nf_json_put(builder, object, "tier", nf_json_word(builder, tier));
    nf_json_put(builder, object, "partner_side", nf_json_word(builder, context->partner_side));
    nf_json_put(builder, object, "typical_junction",
                nf_json_word(builder, context->typical_junction));
    nf_json_put(builder, object, "cancers", nf_json_word(builder, context->cancers));
    nf_json_put(builder, object, "source", nf_json_word(builder, context->source));
    nf_json_put(builder, object, "review", review_value(builder, context));
    nf_json_put(builder, object, "entities", entities_value(builder, context));
    nf_json_put(builder, object, "review_citation", json_string(NF_REVIEW_CITATION));
    nf_json_put(builder, object, "caveat", json_string(NF_CONTEXT_CAVEAT));
    return object;
}
