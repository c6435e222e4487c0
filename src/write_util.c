/* SPDX-License-Identifier: MIT */
/* Numbers and names as every output format needs them: the same bytes on every machine, and no
 * name from the input able to break a line, a table or a reader. */
#include "ntrkfuse/write.h"

#include <math.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define NOT_UTF8 UINT32_MAX

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Copies what printf made, with whatever the locale takes for a decimal point (it may be
 * several bytes) as one '.', and the sign only where a digit other than 0 follows. */
static void copy_number(char *text, size_t size, const char *printed, bool exponent)
{
    bool negative = printed[0] == '-' && strpbrk(printed, "123456789") != NULL;
    size_t n = 0;

    if (negative)
        text[n++] = '-';
    for (const char *at = printed + (printed[0] == '-'); *at && n + 1 < size; at++) {
        bool kept = is_digit(*at) || (exponent && (*at == 'e' || *at == '+' || *at == '-'));
        if (kept)
            text[n++] = *at;
        else if (n > 0 && text[n - 1] != '.')
            text[n++] = '.';
    }
    text[n] = '\0';
}

const char *nf_write_fixed(char *text, size_t size, double value, int decimals)
{
    char printed[64]; /* sign, 18 digits, a decimal point of the locale, 9 digits: fits */
    bool exponent = fabs(value) >= 1e18;

    if (isnan(value) || isinf(value)) {
        snprintf(text, size, "NA");
        return text;
    }
    if (exponent)
        snprintf(printed, sizeof printed, "%.16e", value);
    else
        snprintf(printed, sizeof printed, "%.*f", decimals, value);
    copy_number(text, size, printed, exponent);
    return text;
}

char nf_write_strand(int8_t strand)
{
    if (strand > 0)
        return '+';
    return strand < 0 ? '-' : '.';
}

/* How many bytes follow a lead byte, and the least code point such a sequence may encode: a
 * smaller one is an overlong form, with which forbidden characters are smuggled past checks.
 */
static int continuation_bytes(unsigned char lead, uint32_t *bits, uint32_t *least)
{
    if (lead < 0x80) {
        *bits = lead, *least = 0;
        return 0;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        *bits = lead & 0x1FU, *least = 0x80;
        return 1;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        *bits = lead & 0x0FU, *least = 0x800;
        return 2;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        *bits = lead & 0x07U, *least = 0x10000;
        return 3;
    }
    return -1;
}

/* The code point at *text, which is moved past it; NOT_UTF8, moved by one byte, where there is
 * none. The text's NUL stops a sequence, since it is no continuation byte. */
static uint32_t next_code_point(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    uint32_t code, least;
    int n = continuation_bytes(at[0], &code, &least);

    ++*text;
    for (int i = 1; i <= n; i++) {
        if ((at[i] & 0xC0U) != 0x80)
            return NOT_UTF8;
        code = code << 6 | (at[i] & 0x3FU);
    }
    bool surrogate = n >= 0 && code >= 0xD800 && code <= 0xDFFF;
    if (n < 0 || code < least || surrogate || code > 0x10FFFF)
        return NOT_UTF8;
    *text += n;
    return code;
}

static bool breaks_a_line(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

void nf_write_field(FILE *out, const char *text)
{
    if (!text || !text[0])
        text = ".";
    while (*text) {
        const char *start = text;
        uint32_t code = next_code_point(&text);
        if (code == NOT_UTF8)
            fputs(REPLACEMENT, out);
        else if (breaks_a_line(code))
            putc('_', out);
        else
            fwrite(start, 1, (size_t)(text - start), out);
    }
}

static enum nf_status append(nf_text *text, const char *bytes, size_t n)
{
    if (nf_vec_reserve(text, n))
        return NF_ERR_MEMORY;
    memcpy(text->items + text->n, bytes, n);
    text->n += n;
    return NF_OK;
}

enum nf_status nf_write_repair(const char *text, nf_text *repaired)
{
    repaired->n = 0;
    while (*text) {
        const char *start = text;
        bool valid = next_code_point(&text) != NOT_UTF8;
        size_t length = valid ? (size_t)(text - start) : strlen(REPLACEMENT);
        if (append(repaired, valid ? start : REPLACEMENT, length))
            return NF_ERR_MEMORY;
    }
    return append(repaired, "", 1);
}
