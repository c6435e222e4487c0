/* SPDX-License-Identifier: MIT */
/* The score of a row and the verdicts, as the report has them. */
#include "ntrkfuse/report_build.h"

#include <math.h>

#include "ntrkfuse/score.h"

enum nf_status nf_report_score(const struct nf_fusion *fusion, struct nf_call *call)
{
    const struct nf_score *score = &fusion->score;
    call->tier = nf_tier_name(score->tier);
    call->tier_unlimited = nf_tier_name(score->tier_unlimited);
    call->posterior = call->posterior_flat = call->qual = (double)NAN;
    if (score->tier == NF_TIER_UNSCORED)
        return NF_OK;
    call->posterior = score->posterior;
    call->posterior_flat = score->posterior_flat;
    call->qual = score->qual;
    for (int t = 0; t < NF_N_SCORE_TERMS; t++) {
        const struct nf_score_term_row *row
        = nf_score_term((enum nf_score_term)t);
        if (nf_vec_push(
                &call->terms, (struct nf_report_term) {
                    row
                    ->name, row
                    ->meaning, score->terms[t]
                }))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

/* "sentence; sentence" of the reasons. */
static const char *explain(struct nf_report *report, unsigned reasons)
{
    const char *text = NULL;
    for (unsigned bit = 0; bit < NF_N_VERDICT_REASONS; bit++) {
        if (!(reasons & 1U << bit))
            continue;
        const char *sentence = nf_verdict_reason_text(bit);
        text = text ? nf_report_format(report, "%s; %s", text, sentence) : sentence;
        if (!text)
            return NULL;
    }
    return text ? text : ".";
}

static enum nf_status add_verdict(struct nf_report *report,
                                  const struct nf_report_source *source,
                                  const struct nf_verdict *verdict)
{
    const struct nf_panel *panel = source->panel;
    const struct nf_fusion *best = verdict->best;
    const char *words[NF_N_VERDICT_REASONS];
    size_t n = 0;
    for (unsigned bit = 0; bit < NF_N_VERDICT_REASONS; bit++)
        if (verdict->reasons & 1U << bit)
            words[n++] = nf_verdict_reason_name(bit);
    struct nf_report_verdict row = {
        .gene =
            nf_report_copy(report, nf_span_of(panel->targets.items[verdict->target].symbol)),
        .verdict = nf_verdict_state_name(verdict->state),
        .reasons = nf_report_join(report, words, n, ';'),
        .explanation = explain(report, verdict->reasons),
        .fusion = best ? nf_report_fusion_name(report, panel, best) : ".",
        .event = best ? best->event : 0,
        .tier = best ? nf_tier_name(best->score.tier) : ".",
        .structure = best ? nf_structure_name(best->structure) : ".",
        .posterior = best ? best->score.posterior : (double)NAN};
    if (!row.gene || !row.reasons || !row.explanation || !row.fusion ||
        nf_vec_push(&report->verdicts, row))
        return NF_ERR_MEMORY;
    return NF_OK;
}

enum nf_status nf_report_verdicts(struct nf_report *report,
                                  const struct nf_report_source *source)
{
    for (size_t i = 0; source->verdicts && i < source->verdicts->n; i++)
        if (add_verdict(report, source, &source->verdicts->items[i]))
            return NF_ERR_MEMORY;
    return NF_OK;
}
