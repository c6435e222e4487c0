/* SPDX-License-Identifier: MIT */
/* gtf_attributes: the ninth column of a GTF line. */
#include "ntrkfuse/gtf_attributes.h"

#include <string.h>

static const char *skip_any(const char *at, const char *end, const char *set)
{
    while (at < end && strchr(set, *at))
        at++;
    return at;
}

static const char *skip_to(const char *at, const char *end, char stop)
{
    const char *found = at < end ? memchr(at, stop, (size_t)(end - at)) : NULL;

    return found ? found : end;
}

bool nf_gtf_attribute_cut(struct nf_span *rest, struct nf_span *key, struct nf_span *value)
{
    const char *end = rest->at + rest->n;
    const char *at = skip_any(rest->at, end, " ;");
    const char *close;

    if (at == end)
        return false;
    key->at = at;
    while (at < end && *at != ' ' && *at != ';')
        at++;
    key->n = (size_t)(at - key->at);
    at = skip_any(at, end, " ");
    if (at < end && *at == '"') {
        close = skip_to(at + 1, end, '"');
        *value = (struct nf_span){close < end ? at + 1 : NULL, (size_t)(close - at - 1)};
        at = skip_to(close, end, ';');
    } else {
        close = skip_to(at, end, ';');
        *value = nf_span_trim((struct nf_span){at, (size_t)(close - at)});
        at = close;
    }
    *rest = (struct nf_span){at, (size_t)(end - at)};
    return true;
}

static enum nf_gtf_rank tag_rank(struct nf_span tag)
{
    if (nf_span_is(tag, "MANE_Select") || nf_span_is(tag, "MANE Select"))
        return NF_GTF_MANE;
    if (nf_span_is(tag, "Ensembl_canonical") || nf_span_is(tag, "RefSeq Select"))
        return NF_GTF_CANONICAL;
    return NF_GTF_PLAIN;
}

void nf_gtf_names_add(struct nf_gtf_names *names, struct nf_span key, struct nf_span value)
{
    if (nf_span_is(key, "gene_id"))
        names->gene_id = value;
    else if (nf_span_is(key, "transcript_id"))
        names->transcript = value;
    else if (nf_span_is(key, "gene_name"))
        names->gene_name = value;
    else if (nf_span_is(key, "gene"))
        names->gene = value;
    else if (nf_span_is(key, "tag") && tag_rank(value) > names->rank)
        names->rank = tag_rank(value);
}

struct nf_span nf_gtf_names_symbol(const struct nf_gtf_names *names)
{
    if (names->gene_name.n > 0)
        return names->gene_name;
    if (names->gene.n > 0)
        return names->gene;
    return names->gene_id.n > 0 ? names->gene_id : (struct nf_span){NULL, 0};
}

static bool is_printable(struct nf_span name)
{
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.at[i] < ' ' || name.at[i] == 0x7f)
            return false;
    return true;
}

bool nf_gtf_names_printable(const struct nf_gtf_names *names)
{
    return is_printable(names->transcript) && is_printable(names->gene_id) &&
           is_printable(names->gene_name) && is_printable(names->gene);
}
