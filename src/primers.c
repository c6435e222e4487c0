/* SPDX-License-Identifier: MIT */
/* primers: where a targeted library's primers lie. */
#include "ntrkfuse/primers.h"

#include <stdio.h>
#include <string.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/str.h"
#include "ntrkfuse/zline.h"

enum { MAX_PRIMER = 200 }; /* nt; a longer interval is a target, not a primer */

static enum nf_status add_line(struct nf_primers *primers, const struct nf_genome *genome,
                               struct nf_span line, const char *place, int64_t *n_skipped)
{
    struct nf_span fields[6] = {{NULL, 0}};
    size_t n = 0;
    while (n < 6 && nf_span_cut(&line, '\t', &fields[n]))
        n++;
    struct nf_primer primer = {0, 0, 0};
    if (n < 3)
        return nf_fail(NF_ERR_FORMAT,
                       "%s: a BED line needs contig, start and end, separated by tabs", place);
    if (nf_span_int(fields[1], 0, INT64_MAX / 4, &primer.start0) ||
        nf_span_int(fields[2], primer.start0 + 1, primer.start0 + MAX_PRIMER, &primer.end0))
        return nf_fail(
            NF_ERR_FORMAT,
            "%s: start and end must be whole numbers, the end 1 to %d behind the start", place,
            MAX_PRIMER);
    if (n == 6 && nf_span_is(fields[5], "+"))
        primer.strand = 1;
    else if (n == 6 && nf_span_is(fields[5], "-"))
        primer.strand = -1;
    else if (n == 6 && !nf_span_is(fields[5], "."))
        return nf_fail(NF_ERR_FORMAT, "%s: the strand (column 6) must be +, - or .", place);
    int32_t contig = nf_genome_find(genome, fields[0]);
    if (contig < 0) {
        ++*n_skipped;
        return NF_OK;
    }
    if (nf_itree_add(&primers->tree, contig, primer.start0, primer.end0,
                     (uint32_t)primers->items.n) ||
        nf_vec_push(&primers->items, primer))
        return nf_fail_memory("the primers");
    return NF_OK;
}

enum nf_status nf_primers_load(struct nf_primers *primers, const char *path,
                               const struct nf_genome *genome)
{
    struct nf_zline *reader = NULL;
    int64_t n_skipped = 0;
    bool done = false;
    enum nf_status status = nf_zline_open(&reader, path);
    while (!status) {
        struct nf_span line;
        char place[4200];
        status = nf_zline_next(reader, &line, &done);
        if (status || done)
            break;
        if (line.n == 0 || line.at[0] == '#' || nf_span_starts(line, "track") ||
            nf_span_starts(line, "browser"))
            continue;
        snprintf(place, sizeof place, "%s:%ld", path, nf_zline_number(reader));
        status = add_line(primers, genome, line, place, &n_skipped);
    }
    nf_zline_close(reader);
    if (status)
        return status;
    if (primers->items.n == 0)
        return nf_fail(NF_ERR_FORMAT, "%s: no primer lies on a contig of the input", path);
    nf_itree_build(&primers->tree);
    nf_info("primers: %zu, %lld on contigs that the input lacks", primers->items.n,
            (long long)n_skipped);
    return NF_OK;
}

int32_t nf_primers_masked(const struct nf_primers *primers, struct nf_locus start,
                          nf_id_list *ids)
{
    int64_t n_masked = 0;
    if (primers->items.n == 0 ||
        nf_itree_query(&primers->tree, start.contig, start.pos0, start.pos0 + 1, ids))
        return 0;
    for (size_t i = 0; i < ids->n; i++) {
        const struct nf_primer *primer = &primers->items.items[ids->items[i]];
        if (primer->strand != 0 && primer->strand != start.strand)
            continue;
        int64_t n =
            start.strand > 0 ? primer->end0 - start.pos0 : start.pos0 - primer->start0 + 1;
        if (n > n_masked)
            n_masked = n;
    }
    return (int32_t)n_masked;
}

void nf_primers_free(struct nf_primers *primers)
{
    nf_vec_free(&primers->items);
    nf_itree_free(&primers->tree);
    memset(primers, 0, sizeof *primers);
}
