/* SPDX-License-Identifier: MIT */
/* write_json: what the files that make the JSON have in common. Level: output, for
 * write_json*.c only.
 *
 * What is not known or does not apply is null, lists of words are arrays, real numbers are the
 * nearest double to their 6-decimal text. Each function that makes a value returns a new
 * reference, or NULL when memory is short; nf_json_put and nf_json_add take such a NULL and
 * note the failure. */
#ifndef NTRKFUSE_WRITE_JSON_H
#define NTRKFUSE_WRITE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "ntrkfuse/report.h"
#include "ntrkfuse/write.h"

/* What every function needs. One flag for all failures: a tree that lacks a member is never
 * printed. */
struct nf_json_builder {
    nf_text text; /* scratch: a name with its bytes repaired */
    bool failed;
};

/* Adds a member to an object; takes `value`. */
void nf_json_put(struct nf_json_builder *builder, json_t *object, const char *key,
                 json_t *value);

/* Appends to an array; takes `value`. */
void nf_json_add(struct nf_json_builder *builder, json_t *array, json_t *value);

/* Text as it is; null for NULL. */
json_t *nf_json_text(struct nf_json_builder *builder, const char *text);

/* Text where "." and nothing mean that there is none. */
json_t *nf_json_word(struct nf_json_builder *builder, const char *word);

/* "a;b" as ["a", "b"]; "." and nothing as []. */
json_t *nf_json_words(struct nf_json_builder *builder, const char *words, char separator);

/* A real number, 6 decimals; null for NAN. */
json_t *nf_json_real(double value);

/* A count or number; `none` is the value that says there is none. */
json_t *nf_json_count(int64_t value, int64_t none);

/* What the literature says of a pair; null where it says nothing (write_json_context.c). */
json_t *nf_json_context(struct nf_json_builder *builder,
                        const struct nf_report_context *context);

/* "+" or "-". */
json_t *nf_json_strand(int8_t strand);

/* What the library looks like, with a row per control gene. */
json_t *nf_json_quality(struct nf_json_builder *builder,
                        const struct nf_report_quality *quality);

/* Whether it could have shown a fusion, and why not. */
json_t *nf_json_assessment(struct nf_json_builder *builder,
                           const struct nf_report_assessment *assessment);

/* The array "targets" (write_json_targets.c). */
json_t *nf_json_targets(struct nf_json_builder *builder, const struct nf_report *report);

#endif
