/* SPDX-License-Identifier: MIT */
/* Values of the JSON, the same on every machine. */
#include "ntrkfuse/write_json.h"

#include <math.h>
#include <string.h>

#include "ntrkfuse/arena.h"
#include "ntrkfuse/str.h"

enum { REAL_DECIMALS = 6 };

void nf_json_put(struct nf_json_builder *builder, json_t *object, const char *key,
                 json_t *value)
{
    if (json_object_set_new(object, key, value))
        builder->failed = true;
}

void nf_json_add(struct nf_json_builder *builder, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value))
        builder->failed = true;
}

json_t *nf_json_text(struct nf_json_builder *builder, const char *text)
{
    if (!text)
        return json_null();
    if (nf_write_repair(text, &builder->text))
        return NULL;
    return json_stringn(builder->text.items, builder->text.n - 1);
}

json_t *nf_json_word(struct nf_json_builder *builder, const char *word)
{
    bool none = !word || !word[0] || strcmp(word, ".") == 0;
    return none ? json_null() : nf_json_text(builder, word);
}

static json_t *span_value(struct nf_json_builder *builder, struct nf_span span)
{
    struct nf_arena arena = {0};
    const char *text = nf_arena_copy(&arena, span.at, span.n);
    json_t *value = text ? nf_json_text(builder, text) : NULL;

    nf_arena_free(&arena);
    return value;
}

json_t *nf_json_words(struct nf_json_builder *builder, const char *words, char separator)
{
    json_t *array = json_array();
    bool none = !words || !words[0] || strcmp(words, ".") == 0;
    struct nf_span rest = nf_span_of(none ? "" : words), word;

    while (!none && nf_span_cut(&rest, separator, &word))
        nf_json_add(builder, array, span_value(builder, word));
    return array;
}

json_t *nf_json_real(double value)
{
    char text[48];
    double rounded;

    nf_write_fixed(text, sizeof text, value, REAL_DECIMALS);
    if (nf_span_double(nf_span_of(text), -HUGE_VAL, HUGE_VAL, &rounded))
        return json_null(); /* NA */
    return json_real(rounded);
}

json_t *nf_json_count(int64_t value, int64_t none)
{
    return value == none ? json_null() : json_integer(value);
}

json_t *nf_json_strand(int8_t strand)
{
    char text[2] = {nf_write_strand(strand), '\0'};
    return json_string(text);
}
