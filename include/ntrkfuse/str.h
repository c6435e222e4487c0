/* SPDX-License-Identifier: MIT */
/* str: text as pointer and length, and strict numbers. Level: base. */
#ifndef NTRKFUSE_STR_H
#define NTRKFUSE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/status.h"

/* A piece of text that somebody else owns; not NUL-terminated. */
struct nf_span {
    const char *at;
    size_t n;
};

/* The whole of a NUL-terminated string. */
struct nf_span nf_span_of(const char *text);

bool nf_span_is(struct nf_span span, const char *text);
bool nf_span_equal(struct nf_span a, struct nf_span b);
bool nf_span_starts(struct nf_span span, const char *prefix);

/* Spaces and tabs removed at both ends. */
struct nf_span nf_span_trim(struct nf_span span);

/* Cuts the text up to the next `separator` off `rest` into `field`; the last field runs to the
 * end. Returns false when `rest` was exhausted before (at == NULL). "a,,b" gives three fields,
 * "" gives one empty field. */
bool nf_span_cut(struct nf_span *rest, char separator, struct nf_span *field);

/* The whole span as a decimal integer (optional leading '-') within [min, max]. NF_OK, or
 * NF_ERR_FORMAT silently (empty, stray character, out of bounds); `value` is then untouched.
 */
enum nf_status nf_span_int(struct nf_span span, int64_t min, int64_t max, int64_t *value)
    NF_RESULT_USED;

/* The whole span as a decimal number (optional '-', digits, optional '.' and digits, optional
 * exponent; below 128 characters) within [min, max]; independent of the locale. No "nan",
 * "inf" or hexadecimal, no number beyond the range of a double. Errors as nf_span_int, or
 * NF_ERR_MEMORY. */
enum nf_status nf_span_double(struct nf_span span, double min, double max, double *value)
    NF_RESULT_USED;

#endif
