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
        const struct nf_score_term_row *row = nf_score_term((enum nf_score_term)t);
        if (nf_vec_push(&call->terms,
                        (struct nf_report_term){row->name, row->meaning, score->terms[t]}))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

/* Words and sentences of one verdict. */
struct grounds {
    const char *words[NF_N_VERDICT_REASONS + NF_N_REASONS];
    const char *text; /* "sentence; sentence" */
    size_t n;
    bool failed;
};

static void add_ground(struct nf_report *report, struct grounds *grounds, const char *word,
                       const char *sentence)
{
    grounds->words[grounds->n++] = word;
    if (!sentence) {
        grounds->failed = true;
        return;
    }
    grounds->text = grounds->text ? nf_report_format(report, "%s; %s", grounds->text, sentence)
                                  : nf_report_copy(report, nf_span_of(sentence));
    grounds->failed = grounds->failed || !grounds->text;
}

/* The reasons of the verdict; for a library that shows too little, those of the assessment. */
static void find_grounds(struct nf_report *report, const struct nf_report_source *source,
                         const struct nf_verdict *verdict, struct grounds *grounds)
{
    const struct nf_assessment *assessment = source->assessment;
    const struct nf_panel *panel = source->panel;
    for (unsigned bit = 0; bit < NF_N_VERDICT_REASONS; bit++) {
        unsigned reason = verdict->reasons & 1U << bit;
        if (!reason)
            continue;
        bool is_library = reason == NF_VERDICT_LIBRARY && assessment;
        for (size_t i = 0; is_library && i < assessment->n_reasons; i++)
            add_ground(report, grounds, assessment->reason_rows[i].word,
                       assessment->reason_rows[i].text);
        const char *text = nf_verdict_reason_text(bit);
        if (reason == NF_VERDICT_PAIRS_ONLY && verdict->pairs)
            text = nf_report_format(
                report, "%lld read pairs join this gene to %s, but no read shows where: %s",
                (long long)verdict->pairs->n,
                panel->annot->genes.items[verdict->pairs->gene].symbol,
                "confirm by another method, or by an aligner that splits reads");
        if (!is_library)
            add_ground(report, grounds, nf_verdict_reason_name(bit), text);
    }
}

static enum nf_status add_verdict(struct nf_report *report,
                                  const struct nf_report_source *source,
                                  const struct nf_verdict *verdict)
{
    const struct nf_panel *panel = source->panel;
    const struct nf_fusion *best = verdict->best;
    struct grounds grounds = {0};
    find_grounds(report, source, verdict, &grounds);
    const char *fusion = ".";
    if (best)
        fusion = nf_report_fusion_name(report, panel, best);
    else if (verdict->pairs)
        fusion = nf_report_format(report, "%s::%s",
                                  panel->annot->genes.items[verdict->pairs->gene].symbol,
                                  panel->targets.items[verdict->target].symbol);
    struct nf_report_verdict row = {
        .gene =
            nf_report_copy(report, nf_span_of(panel->targets.items[verdict->target].symbol)),
        .verdict = nf_verdict_state_name(verdict->state),
        .reasons = nf_report_join(report, grounds.words, grounds.n, ';'),
        .explanation = grounds.text ? grounds.text : ".",
        .fusion = fusion,
        .event = best ? best->event : 0,
        .tier = best ? nf_tier_name(best->score.tier) : ".",
        .structure = best ? nf_structure_name(best->structure) : ".",
        .posterior = best ? best->score.posterior : (double)NAN};
    if (grounds.failed || !row.gene || !row.reasons || !row.fusion ||
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
