/* SPDX-License-Identifier: MIT */
/* The literature on the pairs of the calls: a "##" line each. */
#include "ntrkfuse/write.h"

#include <string.h>

#define FIELD_SEPARATOR " | "

static bool is_known(const char *text)
{
    return text && text[0] && strcmp(text, ".") != 0;
}

/* Is this the first call whose context is of its pair? */
static bool is_first(const struct nf_report *report, size_t at)
{
    const char *pair = report->calls.items[at].context.pair;

    for (size_t i = 0; i < at; i++) {
        const char *before = report->calls.items[i].context.pair;
        if (before && strcmp(before, pair) == 0)
            return false;
    }
    return true;
}

/* The context of the pair of call `at`, from the call of that pair that has most entities: one
 * without a working kinase has none, and may stand before one that has. */
static const struct nf_report_context *fullest(const struct nf_report *report, size_t at)
{
    const struct nf_report_context *best = &report->calls.items[at].context;

    for (size_t i = at + 1; i < report->calls.n; i++) {
        const struct nf_report_context *other = &report->calls.items[i].context;
        if (other->pair && strcmp(other->pair, best->pair) == 0 &&
            other->n_entities > best->n_entities)
            best = other;
    }
    return best;
}

static void print_references(FILE *out, const struct nf_report_context *context)
{
    const char *before = FIELD_SEPARATOR "review_references=";

    for (size_t i = 0; i < context->n_review; i++) {
        if (!is_known(context->review[i].references))
            continue;
        fputs(before, out);
        nf_write_field(out, context->review[i].references);
        before = ",";
    }
}

/* The entities that name the pair, or those that name the target with any partner. */
static void print_entities(FILE *out, const struct nf_report_context *context,
                           bool any_partner)
{
    const char *before =
        any_partner ? FIELD_SEPARATOR "entities_any_partner=" : FIELD_SEPARATOR "entities=";

    for (size_t i = 0; i < context->n_entities; i++) {
        const struct nf_report_entity *entity = &context->entities[i];
        if (entity->any_partner != any_partner)
            continue;
        fputs(before, out);
        nf_write_field(out, entity->entity);
        if (is_known(entity->references)) {
            fputs(" [", out);
            nf_write_field(out, entity->references);
            putc(']', out);
        }
        before = "; ";
    }
}

/* Does a row of the review before `end` carry this note? */
static bool is_said(const struct nf_report_context *context, size_t end, const char *note)
{
    for (size_t i = 0; i < end; i++) {
        const char *before = context->review[i].note;
        if (is_known(before) && strcmp(before, note) == 0)
            return true;
    }
    return false;
}

/* The groups of tumours whose rows carry a note. */
static void print_groups(FILE *out, const struct nf_report_context *context, const char *note)
{
    const char *before = " (";

    for (size_t i = 0; i < context->n_review; i++) {
        const struct nf_report_review *row = &context->review[i];
        if (!is_known(row->note) || strcmp(row->note, note) != 0)
            continue;
        fputs(before, out);
        nf_write_field(out, row->group);
        before = ", ";
    }
    putc(')', out);
}

/* The notes of the review, each once. */
static void print_notes(FILE *out, const struct nf_report_context *context)
{
    const char *before = FIELD_SEPARATOR "note=";

    for (size_t i = 0; i < context->n_review; i++) {
        const char *note = context->review[i].note;
        if (!is_known(note) || is_said(context, i, note))
            continue;
        fputs(before, out);
        nf_write_field(out, note);
        print_groups(out, context, note);
        before = " / ";
    }
}

void nf_write_context_lines(FILE *out, const struct nf_report *report)
{
    bool any = false;

    for (size_t i = 0; i < report->calls.n; i++) {
        if (!report->calls.items[i].context.pair || !is_first(report, i))
            continue;
        const struct nf_report_context *context = fullest(report, i);
        any = true;
        fputs("##context ", out);
        nf_write_field(out, context->pair);
        fprintf(out, FIELD_SEPARATOR "tier=%c", context->tier);
        print_references(out, context);
        print_entities(out, context, false);
        print_entities(out, context, true);
        print_notes(out, context);
        putc('\n', out);
    }
    if (any)
        fputs("##context_source " NF_REVIEW_CITATION "; " NF_CONTEXT_CAVEAT "\n", out);
}
