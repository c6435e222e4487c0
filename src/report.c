/* SPDX-License-Identifier: MIT */
/* The result of a run: its release, and the text it holds. */
#include "ntrkfuse/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void free_rows(struct nf_call *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        nf_vec_free(&rows[i].fragments);
        nf_vec_free(&rows[i].terms);
    }
}

static void free_target(struct nf_report_target *target)
{
    for (size_t i = 0; i < target->codons.n; i++) {
        nf_vec_free(&target->codons.items[i].all.seen);
        nf_vec_free(&target->codons.items[i].fusion.seen);
    }
    nf_vec_free(&target->codons);
    nf_vec_free(&target->isoforms);
    nf_vec_free(&target->introns);
    nf_vec_free(&target->exons);
}

void nf_report_free(struct nf_report *report)
{
    for (size_t i = 0; i < report->targets.n; i++)
        free_target(&report->targets.items[i]);
    free_rows(report->calls.items, report->calls.n);
    free_rows(report->dropped.items, report->dropped.n);
    nf_vec_free(&report->calls);
    nf_vec_free(&report->dropped);
    nf_vec_free(&report->targets);
    nf_vec_free(&report->verdicts);
    nf_vec_free(&report->quality.controls);
    nf_vec_free(&report->assessment.reasons);
    nf_vec_free(&report->assessment.remarks);
    nf_vec_free(&report->pairs_only);
    nf_arena_free(&report->arena);
    *report = (struct nf_report){0};
}

const char *nf_report_copy(struct nf_report *report, struct nf_span text)
{
    return nf_arena_copy(&report->arena, text.at ? text.at : "", text.n);
}

const char *nf_report_format(struct nf_report *report, const char *format, ...)
{
    va_list arguments, again;
    char *text = NULL;

    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length >= 0)
        text = nf_arena_alloc(&report->arena, (size_t)length + 1, 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

static bool is_word(const char *word)
{
    return word && word[0];
}

const char *nf_report_join(struct nf_report *report, const char *const *words, size_t n,
                           char separator)
{
    size_t size = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_word(words[i]))
            size += strlen(words[i]) + 1; /* the word and a separator, or the final NUL */
    }
    if (size == 0)
        return ".";
    char *text = nf_arena_alloc(&report->arena, size, 1);
    if (!text)
        return NULL;
    char *end = text;
    for (size_t i = 0; i < n; i++) {
        if (!is_word(words[i]))
            continue;
        if (end > text)
            *end++ = separator;
        size_t length = strlen(words[i]);
        memcpy(end, words[i], length);
        end += length;
    }
    return text; /* the arena gave zeroed bytes: the text ends with NUL */
}
