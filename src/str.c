/* SPDX-License-Identifier: MIT */
/* str: text as pointer and length, and strict numbers. */
#include "ntrkfuse/str.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More digits than any double can tell apart; a longer number is a malformed one. */
enum { NF_SPAN_NUMBER = 128 };

struct nf_span nf_span_of(const char *text)
{
    return (struct nf_span){text, strlen(text)};
}

bool nf_span_equal(struct nf_span a, struct nf_span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.at, b.at, a.n) == 0);
}

bool nf_span_is(struct nf_span span, const char *text)
{
    return nf_span_equal(span, nf_span_of(text));
}

bool nf_span_starts(struct nf_span span, const char *prefix)
{
    const size_t n = strlen(prefix);

    return span.n >= n && nf_span_is((struct nf_span){span.at, n}, prefix);
}

static bool nf_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct nf_span nf_span_trim(struct nf_span span)
{
    while (span.n > 0 && nf_is_blank(span.at[0])) {
        span.at++;
        span.n--;
    }
    while (span.n > 0 && nf_is_blank(span.at[span.n - 1]))
        span.n--;
    return span;
}

bool nf_span_cut(struct nf_span *rest, char separator, struct nf_span *field)
{
    const char *found;

    if (!rest->at)
        return false;
    found = rest->n > 0 ? memchr(rest->at, separator, rest->n) : NULL;
    if (found) {
        size_t n = (size_t)(found - rest->at);

        *field = (struct nf_span){rest->at, n};
        *rest = (struct nf_span){found + 1, rest->n - n - 1};
    } else {
        *field = *rest;
        *rest = (struct nf_span){NULL, 0};
    }
    return true;
}

static bool nf_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The number of digits at `i` and after. */
static size_t nf_count_digits(struct nf_span span, size_t i)
{
    size_t n = 0;

    while (i + n < span.n && nf_is_digit(span.at[i + n]))
        n++;
    return n;
}

enum nf_status nf_span_int(struct nf_span span, int64_t min, int64_t max, int64_t *value)
{
    const bool negative = span.n > 0 && span.at[0] == '-';
    const size_t first = negative ? 1 : 0;
    int64_t sum = 0;

    if (span.n == first || nf_count_digits(span, first) != span.n - first)
        return NF_ERR_FORMAT;
    /* Summed below zero, where there is room for INT64_MIN. */
    for (size_t i = first; i < span.n; i++) {
        int digit = span.at[i] - '0';

        if (sum < (INT64_MIN + digit) / 10)
            return NF_ERR_FORMAT;
        sum = sum * 10 - digit;
    }
    if (!negative) {
        if (sum == INT64_MIN)
            return NF_ERR_FORMAT;
        sum = -sum;
    }
    if (sum < min || sum > max)
        return NF_ERR_FORMAT;
    *value = sum;
    return NF_OK;
}

/* Whether the whole span is [-]digits[.digits][e[+-]digits]. */
static bool nf_is_decimal(struct nf_span span)
{
    size_t i = span.n > 0 && span.at[0] == '-' ? 1 : 0;
    size_t n = nf_count_digits(span, i);

    if (n == 0)
        return false;
    i += n;
    if (i < span.n && span.at[i] == '.') {
        n = nf_count_digits(span, i + 1);
        if (n == 0)
            return false;
        i += 1 + n;
    }
    if (i < span.n && (span.at[i] == 'e' || span.at[i] == 'E')) {
        i++;
        if (i < span.n && (span.at[i] == '+' || span.at[i] == '-'))
            i++;
        n = nf_count_digits(span, i);
        if (n == 0)
            return false;
        i += n;
    }
    return i == span.n;
}

enum nf_status nf_span_double(struct nf_span span, double min, double max, double *value)
{
    char text[NF_SPAN_NUMBER];
    double number;
    locale_t c_locale, before;

    if (span.n >= sizeof text || !nf_is_decimal(span))
        return NF_ERR_FORMAT;
    memcpy(text, span.at, span.n);
    text[span.n] = '\0';
    /* strtod rounds correctly but takes the decimal point of the locale, which is nobody's
     * business here: a library or a caller may have set one. */
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c_locale == (locale_t)0)
        return NF_ERR_MEMORY;
    before = uselocale(c_locale);
    number = strtod(text, NULL);
    (void)uselocale(before);
    freelocale(c_locale);
    if (!isfinite(number) || number < min || number > max)
        return NF_ERR_FORMAT;
    *value = number;
    return NF_OK;
}
