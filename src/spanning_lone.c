/* SPDX-License-Identifier: MIT */
/* spanning_lone: pairs that join a target to a gene although no read shows where.
 *
 * Copies of one molecule begin at the same two places, with the same identifier where there
 * are any, and count once. */
#include <stdlib.h>

#include "ntrkfuse/junction.h"
#include "ntrkfuse/log.h"

static bool same_group(const struct nf_lone_pair *a, const struct nf_lone_pair *b)
{
    return a->target == b->target && a->gene == b->gene;
}

/* By target, gene, then the places where the two reads begin. */
static int compare_pairs(const void *a, const void *b)
{
    const struct nf_lone_pair *x = a, *y = b;
    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    if (x->gene != y->gene)
        return x->gene < y->gene ? -1 : 1;
    int order = nf_start_compare(&x->start, &y->start);
    if (order == 0)
        order = nf_start_compare(&x->other_start, &y->other_start);
    return order ? order : (x->molecule > y->molecule) - (x->molecule < y->molecule);
}

static int compare_groups(const void *a, const void *b)
{
    const struct nf_pair_group *x = a, *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    return (x->gene > y->gene) - (x->gene < y->gene);
}

enum nf_status nf_lone_pairs_settle(struct nf_junction_set *set, nf_lone_pair_list *pairs)
{
    struct nf_lone_pair *items = pairs->items;
    if (pairs->n > 0)
        qsort(items, pairs->n, sizeof *items, compare_pairs);
    for (size_t first = 0, end; first < pairs->n; first = end) {
        struct nf_pair_group group = {items[first].target, items[first].gene, 0};
        for (end = first; end < pairs->n && same_group(&items[first], &items[end]); end++)
            group.n += end == first || compare_pairs(&items[end - 1], &items[end]) != 0;
        if (group.n >= NF_MIN_LONE_PAIRS && nf_vec_push(&set->lone_pairs, group))
            return nf_fail_memory("the pairs");
    }
    if (set->lone_pairs.n > 0)
        qsort(set->lone_pairs.items, set->lone_pairs.n, sizeof *set->lone_pairs.items,
              compare_groups);
    return NF_OK;
}
