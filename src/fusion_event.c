/* SPDX-License-Identifier: MIT */
/* fusion_event: which junctions are one event.
 *
 * Junctions of the same two genes, kind and direction are one event. Where the partner lies in
 * no gene, a junction joins the event of the best one whose partner's end lies within
 * NF_PLACE_MARGIN of its own; that relation is not transitive, so order decides, and order is
 * that of the rows. Rows of a kind are sorted by place; over each row's surroundings a window
 * slides that knows the best row in it: a queue of rows of rising place in which every row is
 * better than those behind it. So very many rows are numbered in n log n steps. */
#include <stdlib.h>

#include "ntrkfuse/fusion.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/scan.h"

/* A row, by what makes it one event with others. */
struct place {
    uint32_t target, gene5, gene3;
    enum nf_event_type type;
    bool partner_is_sense;
    int32_t contig; /* of the partner's end where it lies in no gene; else 0, */
    int64_t pos0;   /* and so is this */
    size_t row;
};

typedef NF_VEC(struct place) place_list;

static struct place place_of(const struct nf_fusion *fusion, size_t row)
{
    const struct nf_junction *junction = fusion->junction;
    const struct nf_side *partner = nf_fusion_partner_side(fusion);
    struct place place = {.target = junction->target,
                          .gene5 = fusion->five.gene,
                          .gene3 = fusion->three.gene,
                          .type = fusion->event_type,
                          .partner_is_sense = nf_side_is_sense(partner),
                          .row = row};
    if (partner->gene == NF_NO_GENE) {
        const struct nf_locus *end =
            junction->target_is_3prime ? &junction->five : &junction->three;
        place.contig = end->contig;
        place.pos0 = end->pos0;
    }
    return place;
}

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_kinds(const struct place *x, const struct place *y)
{
    int order = compare_numbers(x->target, y->target);
    if (order == 0)
        order = compare_numbers(x->gene5, y->gene5);
    if (order == 0)
        order = compare_numbers(x->gene3, y->gene3);
    if (order == 0)
        order = (int)x->type - (int)y->type;
    if (order == 0)
        order = (int)x->partner_is_sense - (int)y->partner_is_sense;
    return order ? order : (x->contig > y->contig) - (x->contig < y->contig);
}

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int order = compare_kinds(x, y);
    if (order == 0)
        order = (x->pos0 > y->pos0) - (x->pos0 < y->pos0);
    return order ? order : (x->row > y->row) - (x->row < y->row);
}

/* Sets, for each of places [first, end), which are of one kind, the best row near it; `queue`
 * has room for as many. */
static void find_best(const struct place *places, size_t first, size_t end,
                      const struct place **queue, size_t *best)
{
    size_t head = 0, tail = 0, next = first;
    for (size_t i = first; i < end; i++) {
        for (; next < end && places[next].pos0 - places[i].pos0 <= NF_PLACE_MARGIN; next++) {
            while (tail > head && queue[tail - 1]->row > places[next].row)
                tail--;
            queue[tail++] = &places[next];
        }
        while (places[i].pos0 - queue[head]->pos0 > NF_PLACE_MARGIN)
            head++;
        best[places[i].row] = queue[head]->row;
    }
}

static enum nf_status collect(const struct nf_fusion_set *set, place_list *places)
{
    for (size_t i = 0; i < set->fusions.n && !set->fusions.items[i].dropped; i++)
        if (nf_vec_push(places, place_of(&set->fusions.items[i], i)))
            return NF_ERR_MEMORY;
    if (places->n > 0)
        qsort(places->items, places->n, sizeof *places->items, compare_places);
    return NF_OK;
}

enum nf_status nf_fusions_number(struct nf_fusion_set *set)
{
    place_list places = {0};
    NF_VEC(const struct place *) queue = {0};
    NF_VEC(size_t) best = {0};
    enum nf_status status = collect(set, &places);
    if (status || nf_vec_reserve(&queue, places.n) || nf_vec_reserve(&best, places.n))
        status = nf_fail_memory("the events");
    for (size_t first = 0, end; first < places.n && !status; first = end) {
        end = first + 1;
        while (end < places.n && compare_kinds(&places.items[first], &places.items[end]) == 0)
            end++;
        find_best(places.items, first, end, queue.items, best.items);
    }
    uint32_t n_events = 0;
    for (size_t i = 0; i < places.n && !status; i++) {
        struct nf_fusion *fusion = &set->fusions.items[i];
        fusion->event =
            best.items[i] == i ? ++n_events : set->fusions.items[best.items[i]].event;
    }
    nf_vec_free(&places);
    nf_vec_free(&queue);
    nf_vec_free(&best);
    return status;
}
