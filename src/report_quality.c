/* SPDX-License-Identifier: MIT */
/* report_quality: what the library looks like, and whether it could have shown a fusion. */
#include <math.h>

#include "ntrkfuse/report_build.h"

static enum nf_status add_control(struct nf_report *report, const struct nf_annot *annot,
                                  const struct nf_control_quality *control)
{
    struct nf_report_control row = {
        .symbol = nf_report_copy(report, nf_span_of(annot->genes.items[control->gene].symbol)),
        .transcript = nf_report_copy(
            report, nf_span_of(annot->transcripts.items[control->transcript].accession)),
        .n_records = control->n_records,
        .n_fragments = control->n_fragments,
        .n_unique = control->n_unique,
        .is_limited = control->is_limited,
        .n_introns = control->n_introns,
        .n_introns_spliced = control->n_introns_spliced,
        .n_introns_seen = control->n_introns_seen};
    if (!row.symbol || !row.transcript || nf_vec_push(&report->quality.controls, row))
        return NF_ERR_MEMORY;
    return NF_OK;
}

static void copy_numbers(const struct nf_quality *quality, struct nf_report_quality *numbers)
{
    numbers->n_controls_named = quality->n_controls_named;
    numbers->n_controls_covered = quality->n_controls_covered;
    numbers->n_learning = quality->n_learning;
    numbers->n_target = quality->n_target;
    numbers->n_control = quality->n_control;
    numbers->n_exonic = quality->n_exonic;
    numbers->n_control_fragments = quality->n_fragments;
    numbers->n_control_unique = quality->n_unique;
    numbers->n_introns = quality->n_introns;
    numbers->n_introns_seen = quality->n_introns_seen;
    numbers->n_spliced_edges = quality->n_spliced_edges;
    numbers->n_clipped_edges = quality->n_clipped_edges;
    numbers->n_through_edges = quality->n_through_edges;
    numbers->n_sense = quality->n_sense;
    numbers->n_antisense = quality->n_antisense;
    numbers->spliced_fraction = quality->spliced_fraction;
    numbers->splice_completion = quality->splice_completion;
    numbers->duplicate_rate = quality->duplicate_rate;
    numbers->three_prime_bias = quality->three_prime_bias;
    numbers->strandedness = nf_strandedness_name(quality->strandedness);
}

static struct nf_report_finding copy_finding(struct nf_report *report,
                                             const struct nf_finding *finding)
{
    return (struct nf_report_finding){finding->word,
                                      nf_report_copy(report, nf_span_of(finding->text))};
}

static enum nf_status copy_assessment(struct nf_report *report,
                                      const struct nf_assessment *assessment)
{
    struct nf_report_assessment *copy = &report->assessment;
    copy->n_unique_fragments = copy->limit_ffpm = copy->limit_tpm = (double)NAN;
    if (!assessment)
        return NF_OK;
    copy->assessable = assessment->assessable;
    copy->n_unique_fragments = assessment->n_unique_fragments;
    copy->limit_ffpm = assessment->limit_ffpm;
    copy->limit_tpm = assessment->limit_tpm;
    for (size_t i = 0; i < assessment->n_reasons; i++) {
        struct nf_report_finding row = copy_finding(report, &assessment->reason_rows[i]);
        if (!row.text || nf_vec_push(&copy->reasons, row))
            return NF_ERR_MEMORY;
    }
    for (size_t i = 0; i < assessment->n_remarks; i++) {
        struct nf_report_finding row = copy_finding(report, &assessment->remark_rows[i]);
        if (!row.text || nf_vec_push(&copy->remarks, row))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

enum nf_status nf_report_add_quality(struct nf_report *report,
                                     const struct nf_report_source *source)
{
    const struct nf_quality *quality = &source->scan->quality;
    copy_numbers(quality, &report->quality);
    for (size_t i = 0; i < quality->controls.n; i++)
        if (add_control(report, source->panel->annot, &quality->controls.items[i]))
            return NF_ERR_MEMORY;
    return copy_assessment(report, source->assessment);
}
