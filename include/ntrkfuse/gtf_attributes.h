/* SPDX-License-Identifier: MIT */
/* gtf_attributes: the ninth column of a GTF line. Level: data. */
#ifndef NTRKFUSE_GTF_ATTRIBUTES_H
#define NTRKFUSE_GTF_ATTRIBUTES_H

#include <stdbool.h>

#include "ntrkfuse/str.h"

/* How strongly a file recommends a transcript. */
enum nf_gtf_rank {
    NF_GTF_PLAIN,
    NF_GTF_CANONICAL, /* tag Ensembl_canonical or "RefSeq Select" */
    NF_GTF_MANE       /* tag MANE_Select or "MANE Select" */
};

/* The attributes that matter; at == NULL where absent, n == 0 where empty too. They point into
 * the line. */
struct nf_gtf_names {
    struct nf_span transcript, gene_id, gene_name, gene;
    enum nf_gtf_rank rank;
};

/* Cuts the next `key "value";` or `key value;` off `rest`. Returns false at the end. *value
 * has at == NULL where a quotation mark is never closed. A ';' inside quotation marks is text.
 */
bool nf_gtf_attribute_cut(struct nf_span *rest, struct nf_span *key, struct nf_span *value);

/* Enters one attribute into `names`; those that do not matter are ignored. */
void nf_gtf_names_add(struct nf_gtf_names *names, struct nf_span key, struct nf_span value);

/* The gene's symbol: gene_name, else gene, else gene_id; at == NULL where all are missing. */
struct nf_span nf_gtf_names_symbol(const struct nf_gtf_names *names);

/* True when none of the names holds a control character: they reach the output's columns. */
bool nf_gtf_names_printable(const struct nf_gtf_names *names);

#endif
