/* SPDX-License-Identifier: MIT */
/* The members "quality" and "assessment" of the JSON. */
#include "ntrkfuse/write_json.h"

static json_t *control_value(struct nf_json_builder *builder,
                             const struct nf_report_control *control)
{
    json_t *object = json_object();

    nf_json_put(builder, object, "symbol", nf_json_text(builder, control->symbol));
    nf_json_put(builder, object, "transcript", nf_json_word(builder, control->transcript));
    nf_json_put(builder, object, "limited", json_boolean(control->is_limited));
    nf_json_put(builder, object, "records", json_integer(control->n_records));
    nf_json_put(builder, object, "fragments", json_integer(control->n_fragments));
    nf_json_put(builder, object, "unique_fragments", json_integer(control->n_unique));
    nf_json_put(builder, object, "introns", json_integer(control->n_introns));
    nf_json_put(builder, object, "introns_spliced", json_integer(control->n_introns_spliced));
    nf_json_put(builder, object, "introns_seen", json_integer(control->n_introns_seen));
    return object;
}

/* The sums over the control genes, and a row for each. */
static json_t *controls_value(struct nf_json_builder *builder,
                              const struct nf_report_quality *quality)
{
    json_t *object = json_object(), *genes = json_array();

    for (size_t i = 0; i < quality->controls.n; i++)
        nf_json_add(builder, genes, control_value(builder, &quality->controls.items[i]));
    nf_json_put(builder, object, "genes", genes);
    nf_json_put(builder, object, "named", json_integer(quality->n_controls_named));
    nf_json_put(builder, object, "present", json_integer((json_int_t)quality->controls.n));
    nf_json_put(builder, object, "covered", json_integer(quality->n_controls_covered));
    nf_json_put(builder, object, "fragments", json_integer(quality->n_control_fragments));
    nf_json_put(builder, object, "unique_fragments", json_integer(quality->n_control_unique));
    nf_json_put(builder, object, "introns", json_integer(quality->n_introns));
    nf_json_put(builder, object, "introns_seen", json_integer(quality->n_introns_seen));
    return object;
}

static json_t *records_value(struct nf_json_builder *builder,
                             const struct nf_report_quality *quality)
{
    json_t *object = json_object();

    nf_json_put(builder, object, "learned_from", json_integer(quality->n_learning));
    nf_json_put(builder, object, "in_target_windows", json_integer(quality->n_target));
    nf_json_put(builder, object, "on_control_genes", json_integer(quality->n_control));
    nf_json_put(builder, object, "in_control_exons", json_integer(quality->n_exonic));
    nf_json_put(builder, object, "sense", json_integer(quality->n_sense));
    nf_json_put(builder, object, "antisense", json_integer(quality->n_antisense));
    return object;
}

static json_t *edges_value(struct nf_json_builder *builder,
                           const struct nf_report_quality *quality)
{
    json_t *object = json_object();

    nf_json_put(builder, object, "spliced", json_integer(quality->n_spliced_edges));
    nf_json_put(builder, object, "clipped", json_integer(quality->n_clipped_edges));
    nf_json_put(builder, object, "through", json_integer(quality->n_through_edges));
    return object;
}

json_t *nf_json_quality(struct nf_json_builder *builder,
                        const struct nf_report_quality *quality)
{
    json_t *object = json_object();

    nf_json_put(builder, object, "control_genes", controls_value(builder, quality));
    nf_json_put(builder, object, "records", records_value(builder, quality));
    nf_json_put(builder, object, "exon_edges", edges_value(builder, quality));
    nf_json_put(builder, object, "spliced_fraction", nf_json_real(quality->spliced_fraction));
    nf_json_put(builder, object, "splice_completion",
                nf_json_real(quality->splice_completion));
    nf_json_put(builder, object, "duplicate_rate", nf_json_real(quality->duplicate_rate));
    nf_json_put(builder, object, "three_prime_bias", nf_json_real(quality->three_prime_bias));
    nf_json_put(builder, object, "strandedness", nf_json_word(builder, quality->strandedness));
    return object;
}

static json_t *findings_value(struct nf_json_builder *builder,
                              const struct nf_report_finding *findings, size_t n)
{
    json_t *array = json_array();

    for (size_t i = 0; i < n; i++) {
        json_t *object = json_object();
        nf_json_put(builder, object, "word", nf_json_word(builder, findings[i].word));
        nf_json_put(builder, object, "text", nf_json_text(builder, findings[i].text));
        nf_json_add(builder, array, object);
    }
    return array;
}

json_t *nf_json_assessment(struct nf_json_builder *builder,
                           const struct nf_report_assessment *assessment)
{
    json_t *object = json_object();

    nf_json_put(builder, object, "assessable", json_boolean(assessment->assessable));
    nf_json_put(builder, object, "reasons",
                findings_value(builder, assessment->reasons.items, assessment->reasons.n));
    nf_json_put(builder, object, "remarks",
                findings_value(builder, assessment->remarks.items, assessment->remarks.n));
    nf_json_put(builder, object, "unique_fragments",
                nf_json_real(assessment->n_unique_fragments));
    nf_json_put(builder, object, "detection_limit_ffpm", nf_json_real(assessment->limit_ffpm));
    nf_json_put(builder, object, "detection_limit_tpm", nf_json_real(assessment->limit_tpm));
    return object;
}
