/* SPDX-License-Identifier: MIT */
/* itree: a static index over intervals on several contigs. Level: data.
 *
 * Add all intervals, build once, then ask. Intervals are 0-based half-open. */
#ifndef NTRKFUSE_ITREE_H
#define NTRKFUSE_ITREE_H

#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

struct nf_interval {
    int32_t contig; /* any number ≥ 0; a BAM tid where the index is over a genome */
    int64_t start0;
    int64_t end0;
    uint32_t id;      /* the caller's */
    int64_t max_end0; /* internal */
};

struct nf_itree {
    NF_VEC(struct nf_interval) intervals;
};

typedef NF_VEC(uint32_t) nf_id_list;

/* Adds one interval; end0 ≤ start0 is stored and never found. */
enum nf_status nf_itree_add(struct nf_itree *tree, int32_t contig, int64_t start0,
                            int64_t end0, uint32_t id) NF_RESULT_USED;

/* Sorts and indexes; to be called once, after the last add. */
void nf_itree_build(struct nf_itree *tree);

/* Replaces `found` by the ids of all intervals that overlap [start0, end0), ascending by
 * (start, end, id). O(log n + hits). */
enum nf_status nf_itree_query(const struct nf_itree *tree, int32_t contig, int64_t start0,
                              int64_t end0, nf_id_list *found) NF_RESULT_USED;

void nf_itree_free(struct nf_itree *tree);

#endif
