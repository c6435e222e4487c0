/* SPDX-License-Identifier: MIT */
/* itree: a static index over intervals on several contigs.
 *
 * The intervals are sorted by contig, start, end and id. Those of one contig, a slice of the
 * array, form a balanced binary search tree without any pointers: the root of a slice is its
 * middle item, the subtrees are the halves on either side. Every item carries the greatest end
 * of its subtree. A query walks the tree in order and leaves out each subtree whose greatest
 * end lies at or before the start of the query, and everything to the right of an item that
 * starts at or after its end; so the hits come out in sorted order without a further sort.
 *
 * The same augmented tree as in Cormen et al., Introduction to Algorithms, chapter "Interval
 * trees", with the implicit layout of H. Li's cgranges in mind. */
#include "ntrkfuse/itree.h"

#include <stdbool.h>
#include <stdlib.h>

/* Orders by contig, start, end, id: total but for identical intervals. */
static int nf_interval_compare(const void *a_item, const void *b_item)
{
    const struct nf_interval *a = a_item;
    const struct nf_interval *b = b_item;

    if (a->contig != b->contig)
        return a->contig < b->contig ? -1 : 1;
    if (a->start0 != b->start0)
        return a->start0 < b->start0 ? -1 : 1;
    if (a->end0 != b->end0)
        return a->end0 < b->end0 ? -1 : 1;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return 0;
}

enum nf_status nf_itree_add(struct nf_itree *tree, int32_t contig, int64_t start0,
                            int64_t end0, uint32_t id)
{
    return nf_vec_push(
        &tree->intervals,
        (struct nf_interval){
            .contig = contig, .start0 = start0, .end0 = end0, .id = id, .max_end0 = end0});
}

/* Sets max_end0 in the subtree made of the `n` items at `items` (n > 0) and returns the
 * root's. The depth of the recursion is the logarithm of n. */
static int64_t nf_itree_index(struct nf_interval *items, size_t n)
{
    const size_t middle = n / 2;
    int64_t max_end0 = items[middle].end0;

    if (middle > 0) {
        int64_t left = nf_itree_index(items, middle);

        if (left > max_end0)
            max_end0 = left;
    }
    if (middle + 1 < n) {
        int64_t right = nf_itree_index(items + middle + 1, n - middle - 1);

        if (right > max_end0)
            max_end0 = right;
    }
    items[middle].max_end0 = max_end0;
    return max_end0;
}

void nf_itree_build(struct nf_itree *tree)
{
    struct nf_interval *items = tree->intervals.items;
    const size_t n = tree->intervals.n;
    size_t first = 0;

    if (n == 0)
        return;
    qsort(items, n, sizeof *items, nf_interval_compare);
    while (first < n) {
        size_t end = first + 1;

        while (end < n && items[end].contig == items[first].contig)
            end++;
        (void)nf_itree_index(items + first, end - first);
        first = end;
    }
}

/* The index of the first item whose contig is `contig` or a later one. */
static size_t nf_itree_contig_start(const struct nf_itree *tree, int32_t contig)
{
    size_t low = 0;
    size_t high = tree->intervals.n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (tree->intervals.items[middle].contig < contig)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Appends the ids of the items of a subtree that overlap [start0, end0). */
static enum nf_status nf_itree_collect(const struct nf_interval *items, size_t n,
                                       int64_t start0, int64_t end0, nf_id_list *found)
{
    enum nf_status status;

    /* The loop goes down the right-hand side, where a second recursion would be the last step.
     */
    while (n > 0) {
        const size_t middle = n / 2;
        const struct nf_interval *item = &items[middle];

        if (item->max_end0 <= start0)
            return NF_OK;
        status = nf_itree_collect(items, middle, start0, end0, found);
        if (status)
            return status;
        if (item->start0 >= end0)
            return NF_OK;
        if (item->end0 > start0 && item->end0 > item->start0) {
            status = nf_vec_push(found, item->id);
            if (status)
                return status;
        }
        items += middle + 1;
        n -= middle + 1;
    }
    return NF_OK;
}

enum nf_status nf_itree_query(const struct nf_itree *tree, int32_t contig, int64_t start0,
                              int64_t end0, nf_id_list *found)
{
    size_t first, end;

    found->n = 0;
    if (start0 >= end0 || contig < 0)
        return NF_OK;
    first = nf_itree_contig_start(tree, contig);
    end = contig == INT32_MAX ? tree->intervals.n : nf_itree_contig_start(tree, contig + 1);
    if (first == end)
        return NF_OK;
    return nf_itree_collect(tree->intervals.items + first, end - first, start0, end0, found);
}

void nf_itree_free(struct nf_itree *tree)
{
    nf_vec_free(&tree->intervals);
}
