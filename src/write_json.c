/* SPDX-License-Identifier: MIT */
/* The report as JSON, through jansson: a tree is built, then printed with its keys sorted.
 * What is not known or does not apply is null, lists of words are arrays, real numbers are the
 * nearest double to their 6-decimal text and printed with 15 significant digits, which gives
 * that text back on every machine. */
#include "ntrkfuse/write_json.h"

#include "ntrkfuse/interrupt.h"

enum { REAL_DIGITS = 15 };

static void put_score(struct nf_json_builder *builder, json_t *object,
                      const struct nf_call *call)
{
    json_t *terms = json_array();

    for (size_t i = 0; i < call->terms.n; i++) {
        const struct nf_report_term *term = &call->terms.items[i];
        json_t *row = json_object();
        nf_json_put(builder, row, "name", nf_json_text(builder, term->name));
        nf_json_put(builder, row, "meaning", nf_json_text(builder, term->meaning));
        nf_json_put(builder, row, "value", nf_json_real(term->value));
        nf_json_add(builder, terms, row);
    }
    nf_json_put(builder, object, "tier", nf_json_word(builder, call->tier));
    nf_json_put(builder, object, "tier_unlimited",
                nf_json_word(builder, call->tier_unlimited));
    nf_json_put(builder, object, "posterior", nf_json_real(call->posterior));
    nf_json_put(builder, object, "posterior_flat", nf_json_real(call->posterior_flat));
    nf_json_put(builder, object, "qual", nf_json_real(call->qual));
    nf_json_put(builder, object, "score_terms", terms);
}

static json_t *side_value(struct nf_json_builder *builder, const struct nf_report_side *side)
{
    json_t *object = json_object();

    nf_json_put(builder, object, "gene", nf_json_text(builder, side->gene));
    nf_json_put(builder, object, "hgnc_id", nf_json_word(builder, side->hgnc_id));
    nf_json_put(builder, object, "gene_set", nf_json_words(builder, side->gene_set, ','));
    nf_json_put(builder, object, "contig", nf_json_text(builder, side->contig));
    nf_json_put(builder, object, "position", json_integer(side->pos0 + 1));
    nf_json_put(builder, object, "strand", nf_json_strand(side->strand));
    nf_json_put(builder, object, "transcript", nf_json_word(builder, side->transcript));
    nf_json_put(builder, object, "exon", nf_json_count(side->exon, 0));
    nf_json_put(builder, object, "exon_legacy", nf_json_count(side->exon_legacy, 0));
    nf_json_put(builder, object, "site", nf_json_word(builder, side->site));
    nf_json_put(builder, object, "mean_anchor", nf_json_real(side->mean_anchor));
    nf_json_put(builder, object, "longest_anchor", json_integer(side->longest_anchor));
    nf_json_put(builder, object, "mean_mapq", nf_json_real(side->mean_mapq));
    nf_json_put(builder, object, "multimapped_fragments", json_integer(side->n_multimapped));
    return object;
}

static json_t *fragments_value(struct nf_json_builder *builder, const struct nf_call *call)
{
    json_t *array = json_array();

    for (size_t i = 0; i < call->fragments.n; i++) {
        const struct nf_report_fragment *fragment = &call->fragments.items[i];
        json_t *object = json_object();
        nf_json_put(builder, object, "name", nf_json_text(builder, fragment->name));
        nf_json_put(builder, object, "kind", nf_json_word(builder, fragment->kind));
        nf_json_put(builder, object, "duplicate", json_boolean(fragment->is_duplicate));
        nf_json_add(builder, array, object);
    }
    return array;
}

static void put_support(struct nf_json_builder *builder, json_t *object,
                        const struct nf_call *call)
{
    nf_json_put(builder, object, "split_fragments", json_integer(call->n_split));
    nf_json_put(builder, object, "spanning_fragments", json_integer(call->n_spanning));
    nf_json_put(builder, object, "rescued_fragments", json_integer(call->n_rescued));
    nf_json_put(builder, object, "unique_fragments", json_integer(call->n_unique));
    nf_json_put(builder, object, "start_sites", json_integer(call->n_start_sites));
    nf_json_put(builder, object, "partner_records",
                nf_json_count(call->n_partner_records, -1));
    nf_json_put(builder, object, "fusion_fraction", nf_json_real(call->fusion_fraction));
    nf_json_put(builder, object, "ffpm", nf_json_real(call->ffpm));
    nf_json_put(builder, object, "fragments", fragments_value(builder, call));
}

static void put_catalogue(struct nf_json_builder *builder, json_t *object,
                          const struct nf_call *call)
{
    nf_json_put(builder, object, "catalogue", nf_json_word(builder, call->catalogue));
    nf_json_put(builder, object, "catalogue_note",
                nf_json_word(builder, call->catalogue_note));
    nf_json_put(builder, object, "review_references",
                nf_json_word(builder, call->review_references));
    nf_json_put(builder, object, "context", nf_json_context(builder, &call->context));
}

static json_t *call_value(struct nf_json_builder *builder, const struct nf_call *call)
{
    json_t *object = json_object();

    nf_json_put(builder, object, "event", nf_json_count(call->dropped ? 0 : call->event, 0));
    nf_json_put(builder, object, "fusion", nf_json_text(builder, call->fusion));
    nf_json_put(builder, object, "event_type", nf_json_word(builder, call->event_type));
    nf_json_put(builder, object, "structure", nf_json_word(builder, call->structure));
    nf_json_put(builder, object, "target", nf_json_word(builder, call->target));
    nf_json_put(builder, object, "side5", side_value(builder, &call->side5));
    nf_json_put(builder, object, "side3", side_value(builder, &call->side3));
    nf_json_put(builder, object, "frame", nf_json_word(builder, call->frame));
    nf_json_put(builder, object, "kinase", nf_json_word(builder, call->kinase));
    nf_json_put(builder, object, "kinase_observed",
                nf_json_word(builder, call->kinase_observed));
    nf_json_put(builder, object, "flags", nf_json_words(builder, call->flags, ';'));
    nf_json_put(builder, object, "dropped", nf_json_word(builder, call->dropped));
    nf_json_put(builder, object, "dropped_reason",
                nf_json_word(builder, call->dropped_reason));
    nf_json_put(builder, object, "vicc_name", nf_json_word(builder, call->vicc_name));
    nf_json_put(builder, object, "junction_sequence",
                nf_json_word(builder, call->junction_sequence));
    put_support(builder, object, call);
    put_catalogue(builder, object, call);
    put_score(builder, object, call);
    return object;
}

static json_t *calls_value(struct nf_json_builder *builder, const struct nf_call *calls,
                           size_t n)
{
    json_t *array = json_array();

    for (size_t i = 0; i < n && !nf_interrupted(); i++)
        nf_json_add(builder, array, call_value(builder, &calls[i]));
    return array;
}

static json_t *insert_value(struct nf_json_builder *builder,
                            const struct nf_report_provenance *facts)
{
    json_t *object = json_object();

    nf_json_put(builder, object, "median", nf_json_real(facts->insert_median));
    nf_json_put(builder, object, "max", nf_json_real(facts->insert_max));
    nf_json_put(builder, object, "pairs", json_integer(facts->n_insert_pairs));
    return object;
}

static json_t *prior_value(struct nf_json_builder *builder,
                           const struct nf_report_prior *prior)
{
    json_t *object = json_object();
    int64_t positive = prior->n_cases > 0 ? prior->n_positive : -1;

    nf_json_put(builder, object, "histology", nf_json_word(builder, prior->histology));
    nf_json_put(builder, object, "unlisted", nf_json_word(builder, prior->unlisted));
    nf_json_put(builder, object, "age_group", nf_json_word(builder, prior->age_group));
    nf_json_put(builder, object, "prevalence", nf_json_real(prior->prevalence));
    nf_json_put(builder, object, "flat", nf_json_real(prior->flat));
    nf_json_put(builder, object, "cases", nf_json_count(prior->n_cases, 0));
    nf_json_put(builder, object, "positive", nf_json_count(positive, -1));
    return object;
}

static json_t *provenance_value(struct nf_json_builder *builder,
                                const struct nf_report_provenance *facts)
{
    json_t *object = json_object();

    nf_json_put(builder, object, "ntrkfuse", nf_json_text(builder, facts->program_version));
    nf_json_put(builder, object, "tables", nf_json_word(builder, facts->tables));
    nf_json_put(builder, object, "gene_models", nf_json_word(builder, facts->gene_models));
    nf_json_put(builder, object, "assembly", nf_json_word(builder, facts->assembly));
    nf_json_put(builder, object, "library", nf_json_word(builder, facts->library));
    nf_json_put(builder, object, "library_inferred", json_boolean(facts->library_inferred));
    nf_json_put(builder, object, "duplicates", nf_json_word(builder, facts->duplicates));
    nf_json_put(builder, object, "paired", json_boolean(facts->paired));
    nf_json_put(builder, object, "mapped_records", nf_json_count(facts->n_mapped_records, -1));
    nf_json_put(builder, object, "read_length", nf_json_count(facts->read_length, 0));
    nf_json_put(builder, object, "insert_size", insert_value(builder, facts));
    nf_json_put(builder, object, "prior", prior_value(builder, &facts->prior));
    return object;
}

static json_t *pairs_value(struct nf_json_builder *builder, const struct nf_report *report)
{
    json_t *array = json_array();

    for (size_t i = 0; i < report->pairs_only.n; i++) {
        const struct nf_report_pairs *pairs = &report->pairs_only.items[i];
        json_t *object = json_object();
        nf_json_put(builder, object, "target", nf_json_text(builder, pairs->target));
        nf_json_put(builder, object, "gene", nf_json_text(builder, pairs->gene));
        nf_json_put(builder, object, "fragments", json_integer(pairs->n_fragments));
        nf_json_add(builder, array, object);
    }
    return array;
}

static json_t *verdicts_value(struct nf_json_builder *builder, const struct nf_report *report)
{
    json_t *array = json_array();

    for (size_t i = 0; i < report->verdicts.n; i++) {
        const struct nf_report_verdict *verdict = &report->verdicts.items[i];
        json_t *object = json_object();
        nf_json_put(builder, object, "gene", nf_json_text(builder, verdict->gene));
        nf_json_put(builder, object, "verdict", nf_json_text(builder, verdict->verdict));
        nf_json_put(builder, object, "reasons", nf_json_words(builder, verdict->reasons, ';'));
        nf_json_put(builder, object, "explanation",
                    nf_json_text(builder, verdict->explanation));
        nf_json_put(builder, object, "fusion", nf_json_word(builder, verdict->fusion));
        nf_json_put(builder, object, "event", nf_json_count(verdict->event, 0));
        nf_json_put(builder, object, "tier", nf_json_word(builder, verdict->tier));
        nf_json_put(builder, object, "structure", nf_json_word(builder, verdict->structure));
        nf_json_put(builder, object, "posterior", nf_json_real(verdict->posterior));
        nf_json_add(builder, array, object);
    }
    return array;
}

static json_t *report_value(struct nf_json_builder *builder, const struct nf_report *report)
{
    json_t *object = json_object();

    nf_json_put(builder, object, "schema", json_string("ntrkfuse-call"));
    nf_json_put(builder, object, "schema_version", json_string(NF_JSON_SCHEMA));
    nf_json_put(builder, object, "positions", json_string("1-based"));
    nf_json_put(builder, object, "sample", nf_json_text(builder, report->sample));
    nf_json_put(builder, object, "provenance", provenance_value(builder, &report->provenance));
    nf_json_put(builder, object, "quality", nf_json_quality(builder, &report->quality));
    nf_json_put(builder, object, "assessment",
                nf_json_assessment(builder, &report->assessment));
    nf_json_put(builder, object, "targets", nf_json_targets(builder, report));
    nf_json_put(builder, object, "verdicts", verdicts_value(builder, report));
    nf_json_put(builder, object, "pairs_without_junction", pairs_value(builder, report));
    nf_json_put(builder, object, "calls",
                calls_value(builder, report->calls.items, report->calls.n));
    nf_json_put(builder, object, "dropped",
                calls_value(builder, report->dropped.items, report->dropped.n));
    return object;
}

/* What jansson calls with each piece of text; -1 ends the writing. */
static int write_piece(const char *text, size_t n, void *out)
{
    return !nf_interrupted() && fwrite(text, 1, n, out) == n ? 0 : -1;
}

enum nf_status nf_write_json(FILE *out, const struct nf_report *report)
{
    struct nf_json_builder builder = {0};
    enum nf_status status = NF_OK;
    json_t *root = report_value(&builder, report);

    if (!root || builder.failed || nf_interrupted()) {
        status = nf_interrupted() ? NF_ERR_INTERRUPTED : NF_ERR_MEMORY;
        goto out;
    }
    size_t flags = JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(REAL_DIGITS);
    bool failed = json_dump_callback(root, write_piece, out, flags) != 0;
    putc('\n', out);
    if (nf_interrupted())
        status = NF_ERR_INTERRUPTED;
    else if (fflush(out) || ferror(out))
        status = NF_ERR_IO;
    else if (failed)
        status = NF_ERR_MEMORY;
out:
    json_decref(root);
    nf_vec_free(&builder.text);
    return status;
}
