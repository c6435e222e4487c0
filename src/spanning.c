/* SPDX-License-Identifier: MIT */
/* spanning: pairs whose mates lie on the two sides of a junction.
 *
 * Such a pair says that the two genes are joined, not where. It supports a junction when its
 * geometry fits: the mate on the 5′ side reads along the transcript and ends before the break,
 * the other reads against it and begins behind, and the fragment they imply, measured along
 * exons from the outer ends to the break, is not longer than fragments of this sample are. A
 * pair that fits several junctions of a fusion supports each. */
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/junction.h"
#include "ntrkfuse/log.h"

/* nt by which an aligned mate may run past a break: bases alike on both sides. */
enum { OVERRUN = 8, FAR = 2000000, SHARE = 10 /* see above */ };

/* Two mates: one in the target, one elsewhere. */
struct pair {
    const struct nf_mate *target;
    int64_t other_start0, other_end0;
    struct nf_start other_start;
    bool other_multi;
    uint8_t other_mapq;
};

struct end_genes {
    uint32_t genes[8];
    size_t n;
};

static int compare_mates(const void *left, const void *right)
{
    const struct nf_mate *a = left, *b = right;
    if (a->fragment != b->fragment)
        return a->fragment < b->fragment ? -1 : 1;
    if (a->is_target != b->is_target)
        return a->is_target ? -1 : 1;
    if (a->contig != b->contig)
        return a->contig < b->contig ? -1 : 1;
    if (a->start0 != b->start0)
        return a->start0 < b->start0 ? -1 : 1;
    if (a->strand != b->strand)
        return a->strand - b->strand;
    if (a->end0 != b->end0)
        return a->end0 < b->end0 ? -1 : 1;
    int order = nf_start_compare(&a->start, &b->start);
    if (order == 0 && a->mate_contig != b->mate_contig)
        order = a->mate_contig < b->mate_contig ? -1 : 1;
    if (order == 0)
        order = (a->mate_pos0 > b->mate_pos0) - (a->mate_pos0 < b->mate_pos0);
    if (order == 0)
        order = a->mate_strand - b->mate_strand;
    return order ? order : (a->mapq != b->mapq ? a->mapq - b->mapq : a->multi - b->multi);
}

/* The genes on the locus's strand there. */
static enum nf_status find_genes(struct nf_junction_context *context, struct nf_locus locus,
                                 struct end_genes *found)
{
    const struct nf_annot *annot = context->panel->annot;
    found->n = 0;
    if (nf_annot_genes_at(annot, locus.contig, locus.pos0, locus.pos0 + 1, &context->ids))
        return nf_fail_memory("the genes");
    for (size_t i = 0; i < context->ids.n && found->n < 8; i++)
        if (annot->genes.items[context->ids.items[i]].strand == locus.strand)
            found->genes[found->n++] = context->ids.items[i];
    return NF_OK;
}

/* Shortest way between two places of a junction's side, along the exons of any transcript
 * there; along the genome where there is none. */
static int64_t side_distance(const struct nf_annot *annot, const struct end_genes *genes,
                             int64_t a0, int64_t b0)
{
    int64_t best = llabs(a0 - b0) + 1;
    for (size_t g = 0; g < genes->n; g++) {
        const struct nf_gene *gene = &annot->genes.items[genes->genes[g]];
        for (uint32_t t = 0; t < gene->n_transcripts; t++) {
            int64_t distance =
                nf_transcript_distance(annot, gene->first_transcript + t, a0, b0);
            if (distance < best)
                best = distance;
        }
    }
    return best;
}

/* Does a mate at [start0, end0) lie on the 5′ side of a junction end, read towards the break?
 * Sets *outer0 to the fragment's end there. The same for the 3′ side with `is_five` false. */
static bool lies_on_side(const struct nf_locus *end, bool is_five, int64_t start0,
                         int64_t end0, int64_t *outer0)
{
    bool low_side = is_five == (end->strand > 0); /* the mate lies at lower positions */
    *outer0 = low_side ? start0 : end0 - 1;
    if (low_side)
        return end0 - 1 <= end->pos0 + OVERRUN && end->pos0 - start0 < FAR;
    return start0 >= end->pos0 - OVERRUN && end0 - end->pos0 < FAR;
}

struct junction_ends {
    struct end_genes five, three;
    size_t n_direct; /* split and clipped reads */
};

static bool fits(const struct nf_junction_context *context, const struct nf_junction *junction,
                 const struct junction_ends *genes, const struct pair *pair)
{
    const struct nf_locus *near =
        junction->target_is_3prime ? &junction->three : &junction->five;
    const struct nf_locus *far =
        junction->target_is_3prime ? &junction->five : &junction->three;
    bool near_is_five = !junction->target_is_3prime;
    const struct nf_mate *mate = pair->target;
    if (mate->contig != near->contig || mate->mate_contig != far->contig ||
        mate->strand != (near_is_five ? near->strand : -near->strand) ||
        mate->mate_strand != (near_is_five ? -far->strand : far->strand))
        return false;
    int64_t near_outer0, far_outer0;
    if (!lies_on_side(near, near_is_five, mate->start0, mate->end0, &near_outer0) ||
        !lies_on_side(far, !near_is_five, pair->other_start0, pair->other_end0, &far_outer0))
        return false;
    const struct nf_annot *annot = context->panel->annot;
    const struct end_genes *near_genes = near_is_five ? &genes->five : &genes->three;
    const struct end_genes *far_genes = near_is_five ? &genes->three : &genes->five;
    int64_t implied = side_distance(annot, near_genes, near_outer0, near->pos0) +
                      side_distance(annot, far_genes, far_outer0, far->pos0);
    return implied <= context->sample->insert_max;
}

/* The partner's end of a junction, for looking up by place. */
struct far_end {
    int32_t contig;
    int64_t pos0;
    uint32_t junction;
};

typedef NF_VEC(struct far_end) far_list;

static int compare_far(const void *a, const void *b)
{
    const struct far_end *x = a, *y = b;
    if (x->contig != y->contig)
        return x->contig < y->contig ? -1 : 1;
    if (x->pos0 != y->pos0)
        return x->pos0 < y->pos0 ? -1 : 1;
    return (x->junction > y->junction) - (x->junction < y->junction);
}

static enum nf_status collect_far(const struct nf_junction_set *set, far_list *list)
{
    for (size_t i = 0; i < set->junctions.n; i++) {
        const struct nf_junction *junction = &set->junctions.items[i];
        const struct nf_locus *far =
            junction->target_is_3prime ? &junction->five : &junction->three;
        if (!junction->intragenic &&
            nf_vec_push(list, (struct far_end){far->contig, far->pos0, (uint32_t)i}))
            return nf_fail_memory("the junctions");
    }
    if (list->n > 0)
        qsort(list->items, list->n, sizeof *list->items, compare_far);
    return NF_OK;
}

/* Index of the first end at or behind the place. */
static size_t first_far(const far_list *list, int32_t contig, int64_t pos0)
{
    size_t low = 0, high = list->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct far_end *end = &list->items[middle];
        if (end->contig < contig || (end->contig == contig && end->pos0 < pos0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first mate of the sorted range at or behind a place, of the target's or of the others.
 */
static size_t first_mate(const struct nf_mate *items, size_t low, size_t high, bool is_target,
                         const struct nf_mate *wanted)
{
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct nf_mate *mate = &items[middle];
        bool is_before =
            mate->is_target != is_target
                ? mate->is_target
                : mate->contig < wanted->mate_contig || (mate->contig == wanted->mate_contig &&
                                                         mate->start0 < wanted->mate_pos0);
        if (is_before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The other mate of a target's mate: its own observation, or what RNEXT and PNEXT say. */
static void complete_pair(const struct nf_junction_context *context, size_t first, size_t end,
                          const struct nf_mate *mate, struct pair *pair)
{
    const struct nf_mate *items = context->observations->mates.items;
    int64_t length = mate->end0 - mate->start0;
    if (context->sample->read_length > 0 && context->sample->read_length < length)
        length = context->sample->read_length;
    pair->target = mate;
    pair->other_start0 = mate->mate_pos0;
    pair->other_end0 = mate->mate_pos0 + length;
    pair->other_start =
        (struct nf_start){mate->mate_contig, mate->mate_strand,
                          mate->mate_strand > 0 ? pair->other_start0 : pair->other_end0 - 1};
    pair->other_multi = false;
    pair->other_mapq = 0;
    for (int is_target = 1; is_target >= 0; is_target--) {
        for (size_t i = first_mate(items, first, end, is_target, mate);
             i < end && items[i].is_target == is_target &&
             items[i].contig == mate->mate_contig && items[i].start0 == mate->mate_pos0;
             i++) {
            if (&items[i] == mate || items[i].strand != mate->mate_strand)
                continue;
            pair->other_end0 = items[i].end0;
            pair->other_start = items[i].start;
            pair->other_multi = items[i].multi;
            pair->other_mapq = items[i].mapq;
            return;
        }
    }
}

/* The junctions a pair may support, by place. */
struct candidates {
    const far_list *ends;
    size_t first, end; /* of `ends` */
};

static struct candidates find_candidates(const far_list *ends, const struct pair *pair)
{
    int32_t contig = pair->target->mate_contig;
    struct candidates found = {.ends = ends,
                               .first = first_far(ends, contig, pair->other_start0 - FAR)};
    found.end = found.first;
    while (found.end < ends->n && ends->items[found.end].contig == contig &&
           ends->items[found.end].pos0 <= pair->other_end0 + FAR)
        found.end++;
    return found;
}

static enum nf_status add_pair(struct nf_junction *junction, const struct pair *pair)
{
    const struct nf_mate *mate = pair->target;
    bool near_is_five = !junction->target_is_3prime;
    struct nf_support support = {.fragment = mate->fragment,
                                 .kind = NF_SUPPORT_SPANNING,
                                 .source = "spanning",
                                 .mapq5 = near_is_five ? mate->mapq : pair->other_mapq,
                                 .mapq3 = near_is_five ? pair->other_mapq : mate->mapq,
                                 .multi5 = !near_is_five && pair->other_multi,
                                 .multi3 = near_is_five && pair->other_multi,
                                 .edits = -1,
                                 .start = mate->start,
                                 .mate_start = pair->other_start};
    return nf_vec_push(&junction->supports, support) ? nf_fail_memory("support") : NF_OK;
}

/* Adds a pair to the junctions it fits, those with enough direct evidence beside the best. */
static enum nf_status attach_pair(struct nf_junction_context *context,
                                  const struct junction_ends *ends, const far_list *by_place,
                                  const struct pair *pair, bool *was_used)
{
    struct nf_junction_set *set = context->set;
    struct candidates found = find_candidates(by_place, pair);
    size_t n_best = 0;
    *was_used = false;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = found.first; i < found.end; i++) {
            uint32_t index = by_place->items[i].junction;
            struct nf_junction *junction = &set->junctions.items[index];
            size_t n_direct = ends[index].n_direct;
            if (junction->target != pair->target->target ||
                !fits(context, junction, &ends[index], pair))
                continue;
            if (pass == 0) {
                n_best = n_direct > n_best ? n_direct : n_best;
            } else if (SHARE * n_direct >= n_best) {
                *was_used = true;
                if (add_pair(junction, pair))
                    return NF_ERR_MEMORY;
            }
        }
    }
    set->funnel.n_spanning_used += *was_used;
    return NF_OK;
}

/* Marks the fragments that support a junction already. A zeroed byte per fragment; NULL when
 * memory is short. */
static uint8_t *mark_supported(const struct nf_junction_context *context)
{
    uint8_t *supported = calloc(context->observations->fragments.n + 1, 1);
    for (size_t i = 0; supported && i < context->set->junctions.n; i++) {
        const struct nf_junction *junction = &context->set->junctions.items[i];
        for (size_t j = 0; j < junction->supports.n; j++)
            supported[junction->supports.items[j].fragment] = 1;
    }
    return supported;
}

/* What tells molecules apart besides where their reads begin: the library and the identifier,
 * or where copies cannot be told the fragment itself. */
static uint64_t molecule_of(const struct nf_junction_context *context, uint32_t index)
{
    const struct nf_observations *observations = context->observations;
    const struct nf_fragment *fragment = &observations->fragments.items[index];
    enum nf_copies copies = nf_sample_copies(context->sample);
    if (copies == NF_COPIES_UNTOLD)
        return nf_observation_hash(observations, index);
    const char *library = nf_read_groups_library(
        context->read_groups, observations->read_groups.items[fragment->read_group]);
    struct nf_span umi = nf_fragment_umi(fragment, copies);
    return nf_hash_combine(nf_hash_bytes(library, strlen(library)),
                           nf_hash_bytes(umi.at ? umi.at : "", umi.n));
}

/* A pair that supports no junction: noted under the genes its other mate lies in, unless that
 * has other places as good, or the fragment is marked as a copy (where marks are believed). */
static enum nf_status note_lone_pair(struct nf_junction_context *context,
                                     const struct pair *pair, nf_lone_pair_list *lone)
{
    uint32_t index = pair->target->fragment;
    bool is_marked = context->observations->fragments.items[index].is_duplicate &&
                     nf_sample_copies(context->sample) == NF_COPIES_BY_FLAG;
    if (pair->other_multi || is_marked)
        return NF_OK;
    if (nf_annot_genes_at(context->panel->annot, pair->target->mate_contig, pair->other_start0,
                          pair->other_start0 + 1, &context->ids))
        return nf_fail_memory("the genes");
    for (size_t i = 0; i < context->ids.n; i++)
        if (nf_vec_push(lone,
                        (struct nf_lone_pair){pair->target->target, context->ids.items[i],
                                              pair->target->start, pair->other_start,
                                              molecule_of(context, index)}))
            return nf_fail_memory("the pairs");
    return NF_OK;
}

enum nf_status nf_spanning_attach(struct nf_junction_context *context)
{
    struct nf_observations *observations = context->observations;
    struct nf_junction_set *set = context->set;
    NF_VEC(struct junction_ends) genes = {0};
    far_list ends_by_place = {0};
    nf_lone_pair_list lone = {0};
    enum nf_status status = collect_far(set, &ends_by_place);
    for (size_t i = 0; i < set->junctions.n && !status; i++) {
        struct junction_ends ends = {.n_direct = set->junctions.items[i].supports.n};
        status = find_genes(context, set->junctions.items[i].five, &ends.five);
        if (!status)
            status = find_genes(context, set->junctions.items[i].three, &ends.three);
        if (!status && nf_vec_push(&genes, ends))
            status = nf_fail_memory("the junctions");
    }
    uint8_t *supported = mark_supported(context);
    if (!status && !supported)
        status = nf_fail_memory("the pairs");
    struct nf_mate *mates = observations->mates.items;
    size_t n = observations->mates.n;
    if (n > 0)
        qsort(mates, n, sizeof *mates, compare_mates);
    for (size_t first = 0; first < n && !status;) {
        size_t end = first;
        while (end < n && mates[end].fragment == mates[first].fragment)
            end++;
        status = nf_interrupt_check();
        for (size_t i = first; i < end && !status; i++) {
            struct pair pair;
            if (!mates[i].is_target || mates[i].multi)
                continue;
            set->funnel.n_mates++;
            complete_pair(context, first, end, &mates[i], &pair);
            bool was_used;
            status = attach_pair(context, genes.items, &ends_by_place, &pair, &was_used);
            if (!status && !was_used && !supported[mates[i].fragment])
                status = note_lone_pair(context, &pair, &lone);
        }
        first = end;
    }
    if (!status)
        status = nf_lone_pairs_settle(set, &lone);
    nf_vec_free(&lone);
    free(supported);
    nf_vec_free(&genes);
    nf_vec_free(&ends_by_place);
    return status;
}
