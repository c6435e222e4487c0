/* SPDX-License-Identifier: MIT */
/* The report as JSON, through jansson: a tree is built, then printed with its keys sorted.
 * What is not known or does not apply is null, lists of words are arrays, real numbers are the
 * nearest double to their 6-decimal text and printed with 15 significant digits, which gives
 * that text back on every machine. */
#include "ntrkfuse/write.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "ntrkfuse/str.h"

enum { REAL_DECIMALS = 6, REAL_DIGITS = 15 };

/* What every function below needs. One flag for all failures: a tree that lacks a member is
 * never printed. */
struct builder {
    nf_text text; /* scratch: a name with its bytes repaired */
    bool failed;
};

/* Each function that makes a value returns NULL when memory is short; put and add take such a
 * NULL and note the failure. */
static void put(struct builder *builder, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value))
        builder->failed = true;
}

static void add(struct builder *builder, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value))
        builder->failed = true;
}

/* Text as it is; null for NULL. */
static json_t *text_value(struct builder *builder, const char *text)
{
    if (!text)
        return json_null();
    if (nf_write_repair(text, &builder->text))
        return NULL;
    return json_stringn(builder->text.items, builder->text.n - 1);
}

/* Text where "." and nothing mean that there is none. */
static json_t *word_value(struct builder *builder, const char *word)
{
    bool none = !word || !word[0] || strcmp(word, ".") == 0;
    return none ? json_null() : text_value(builder, word);
}

static json_t *span_value(struct builder *builder, struct nf_span span)
{
    struct nf_arena arena = {0};
    const char *text = nf_arena_copy(&arena, span.at, span.n);
    json_t *value = text ? text_value(builder, text) : NULL;

    nf_arena_free(&arena);
    return value;
}

/* "a;b" as ["a", "b"]; "." and nothing as []. */
static json_t *words_value(struct builder *builder, const char *words, char separator)
{
    json_t *array = json_array();
    bool none = !words || !words[0] || strcmp(words, ".") == 0;
    struct nf_span rest = nf_span_of(none ? "" : words), word;

    while (!none && nf_span_cut(&rest, separator, &word))
        add(builder, array, span_value(builder, word));
    return array;
}

static json_t *real_value(double value)
{
    char text[48];
    double rounded;

    nf_write_fixed(text, sizeof text, value, REAL_DECIMALS);
    if (nf_span_double(nf_span_of(text), -HUGE_VAL, HUGE_VAL, &rounded))
        return json_null(); /* NA */
    return json_real(rounded);
}

/* A count or number; `none` is the value that says there is none. */
static json_t *count_value(int64_t value, int64_t none)
{
    return value == none ? json_null() : json_integer(value);
}

static json_t *strand_value(int8_t strand)
{
    char text[2] = {nf_write_strand(strand), '\0'};
    return json_string(text);
}

/* The columns of the score, null until there is one. */
static void put_score(struct builder *builder, json_t *object)
{
    static const char *const keys[] = {"tier", "posterior", "posterior_flat", "qual",
                                       "score_terms"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        put(builder, object, keys[i], json_null());
}

static json_t *side_value(struct builder *builder, const struct nf_report_side *side)
{
    json_t *object = json_object();

    put(builder, object, "gene", text_value(builder, side->gene));
    put(builder, object, "hgnc_id", word_value(builder, side->hgnc_id));
    put(builder, object, "gene_set", words_value(builder, side->gene_set, ','));
    put(builder, object, "contig", text_value(builder, side->contig));
    put(builder, object, "position", json_integer(side->pos0 + 1));
    put(builder, object, "strand", strand_value(side->strand));
    put(builder, object, "transcript", word_value(builder, side->transcript));
    put(builder, object, "exon", count_value(side->exon, 0));
    put(builder, object, "exon_legacy", count_value(side->exon_legacy, 0));
    put(builder, object, "site", word_value(builder, side->site));
    put(builder, object, "mean_anchor", real_value(side->mean_anchor));
    put(builder, object, "longest_anchor", json_integer(side->longest_anchor));
    put(builder, object, "mean_mapq", real_value(side->mean_mapq));
    put(builder, object, "multimapped_fragments", json_integer(side->n_multimapped));
    return object;
}

static json_t *fragments_value(struct builder *builder, const struct nf_call *call)
{
    json_t *array = json_array();

    for (size_t i = 0; i < call->fragments.n; i++) {
        const struct nf_report_fragment *fragment = &call->fragments.items[i];
        json_t *object = json_object();
        put(builder, object, "name", text_value(builder, fragment->name));
        put(builder, object, "kind", word_value(builder, fragment->kind));
        put(builder, object, "duplicate", json_boolean(fragment->is_duplicate));
        add(builder, array, object);
    }
    return array;
}

static void put_support(struct builder *builder, json_t *object, const struct nf_call *call)
{
    put(builder, object, "split_fragments", json_integer(call->n_split));
    put(builder, object, "spanning_fragments", json_integer(call->n_spanning));
    put(builder, object, "rescued_fragments", json_integer(call->n_rescued));
    put(builder, object, "unique_fragments", json_integer(call->n_unique));
    put(builder, object, "start_sites", json_integer(call->n_start_sites));
    put(builder, object, "fusion_fraction", real_value(call->fusion_fraction));
    put(builder, object, "ffpm", real_value(call->ffpm));
    put(builder, object, "fragments", fragments_value(builder, call));
}

static void put_catalogue(struct builder *builder, json_t *object, const struct nf_call *call)
{
    put(builder, object, "catalogue", word_value(builder, call->catalogue));
    put(builder, object, "catalogue_note", word_value(builder, call->catalogue_note));
    put(builder, object, "review_references", word_value(builder, call->review_references));
}

static json_t *call_value(struct builder *builder, const struct nf_call *call)
{
    json_t *object = json_object();

    put(builder, object, "event", count_value(call->dropped ? 0 : call->event, 0));
    put(builder, object, "fusion", text_value(builder, call->fusion));
    put(builder, object, "event_type", word_value(builder, call->event_type));
    put(builder, object, "structure", word_value(builder, call->structure));
    put(builder, object, "target", word_value(builder, call->target));
    put(builder, object, "side5", side_value(builder, &call->side5));
    put(builder, object, "side3", side_value(builder, &call->side3));
    put(builder, object, "frame", word_value(builder, call->frame));
    put(builder, object, "kinase", word_value(builder, call->kinase));
    put(builder, object, "kinase_observed", word_value(builder, call->kinase_observed));
    put(builder, object, "flags", words_value(builder, call->flags, ';'));
    put(builder, object, "dropped", word_value(builder, call->dropped));
    put(builder, object, "dropped_reason", word_value(builder, call->dropped_reason));
    put(builder, object, "vicc_name", word_value(builder, call->vicc_name));
    put(builder, object, "junction_sequence", word_value(builder, call->junction_sequence));
    put_support(builder, object, call);
    put_catalogue(builder, object, call);
    put_score(builder, object);
    return object;
}

static json_t *calls_value(struct builder *builder, const struct nf_call *calls, size_t n)
{
    json_t *array = json_array();

    for (size_t i = 0; i < n; i++)
        add(builder, array, call_value(builder, &calls[i]));
    return array;
}

static json_t *insert_value(struct builder *builder, const struct nf_report_provenance *facts)
{
    json_t *object = json_object();

    put(builder, object, "median", real_value(facts->insert_median));
    put(builder, object, "max", real_value(facts->insert_max));
    put(builder, object, "pairs", json_integer(facts->n_insert_pairs));
    return object;
}

static json_t *provenance_value(struct builder *builder,
                                const struct nf_report_provenance *facts)
{
    json_t *object = json_object();

    put(builder, object, "ntrkfuse", text_value(builder, facts->program_version));
    put(builder, object, "tables", word_value(builder, facts->tables));
    put(builder, object, "gene_models", word_value(builder, facts->gene_models));
    put(builder, object, "assembly", word_value(builder, facts->assembly));
    put(builder, object, "library", word_value(builder, facts->library));
    put(builder, object, "library_inferred", json_boolean(facts->library_inferred));
    put(builder, object, "duplicates", word_value(builder, facts->duplicates));
    put(builder, object, "paired", json_boolean(facts->paired));
    put(builder, object, "mapped_records", count_value(facts->n_mapped_records, -1));
    put(builder, object, "read_length", count_value(facts->read_length, 0));
    put(builder, object, "insert_size", insert_value(builder, facts));
    return object;
}

static json_t *pairs_value(struct builder *builder, const struct nf_report *report)
{
    json_t *array = json_array();

    for (size_t i = 0; i < report->pairs_only.n; i++) {
        const struct nf_report_pairs *pairs = &report->pairs_only.items[i];
        json_t *object = json_object();
        put(builder, object, "target", text_value(builder, pairs->target));
        put(builder, object, "gene", text_value(builder, pairs->gene));
        put(builder, object, "fragments", json_integer(pairs->n_fragments));
        add(builder, array, object);
    }
    return array;
}

static json_t *targets_value(struct builder *builder, const struct nf_report *report)
{
    json_t *array = json_array();

    for (size_t i = 0; i < report->targets.n; i++) {
        const struct nf_report_target *target = &report->targets.items[i];
        json_t *object = json_object();
        put(builder, object, "symbol", text_value(builder, target->symbol));
        put(builder, object, "transcript", word_value(builder, target->transcript));
        put(builder, object, "fragments", json_integer(target->n_fragments));
        add(builder, array, object);
    }
    return array;
}

static json_t *report_value(struct builder *builder, const struct nf_report *report)
{
    json_t *object = json_object();

    put(builder, object, "schema", json_string("ntrkfuse-call"));
    put(builder, object, "schema_version", json_string(NF_JSON_SCHEMA));
    put(builder, object, "positions", json_string("1-based"));
    put(builder, object, "sample", text_value(builder, report->sample));
    put(builder, object, "provenance", provenance_value(builder, &report->provenance));
    put(builder, object, "targets", targets_value(builder, report));
    put(builder, object, "pairs_without_junction", pairs_value(builder, report));
    put(builder, object, "calls", calls_value(builder, report->calls.items, report->calls.n));
    put(builder, object, "dropped",
        calls_value(builder, report->dropped.items, report->dropped.n));
    return object;
}

enum nf_status nf_write_json(FILE *out, const struct nf_report *report)
{
    struct builder builder = {0};
    enum nf_status status = NF_OK;
    json_t *root = report_value(&builder, report);

    if (!root || builder.failed) {
        status = NF_ERR_MEMORY;
        goto out;
    }
    size_t flags = JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(REAL_DIGITS);
    bool failed = json_dumpf(root, out, flags) != 0;
    putc('\n', out);
    if (fflush(out) || ferror(out))
        status = NF_ERR_IO;
    else if (failed)
        status = NF_ERR_MEMORY;
out:
    json_decref(root);
    nf_vec_free(&builder.text);
    return status;
}
