/* SPDX-License-Identifier: MIT */
/* clips: soft clips against junctions already seen.
 *
 * A clip whose boundary lies within NF_EDGE_SLACK of a junction's end is laid on the
 * junction's consensus; it supports the junction when at least NF_MIN_KNOWN_CLIP of its
 * clipped bases lie beyond the break and agree (one difference in ten allowed) and its aligned
 * bases do too. Aligned bases beyond the break prove nothing: the genome reads alike on both
 * sides there. */
#include <stdlib.h>

#include "ntrkfuse/evidence.h"
#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/junction.h"
#include "ntrkfuse/log.h"

/* One end of a junction, for looking up by place. */
struct end {
    struct nf_locus locus;
    bool is_five;
    uint32_t junction;
};

typedef NF_VEC(struct end) end_list;

static int compare_ends(const void *a, const void *b)
{
    const struct end *x = a, *y = b;
    int order = nf_locus_compare(&x->locus, &y->locus);
    if (order == 0)
        order = (x->junction > y->junction) - (x->junction < y->junction);
    return order ? order : (int)x->is_five - (int)y->is_five;
}

static enum nf_status collect_ends(const struct nf_junction_set *set, end_list *ends)
{
    for (size_t i = 0; i < set->junctions.n; i++) {
        struct end five = {set->junctions.items[i].five, true, (uint32_t)i};
        struct end three = {set->junctions.items[i].three, false, (uint32_t)i};
        if (nf_vec_push(ends, five) || nf_vec_push(ends, three))
            return nf_fail_memory("the junctions");
    }
    if (ends->n > 0)
        qsort(ends->items, ends->n, sizeof *ends->items, compare_ends);
    return NF_OK;
}

/* Index of the first end at or behind the place. */
static size_t first_end(const end_list *ends, int32_t contig, int64_t pos0)
{
    size_t low = 0, high = ends->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct nf_locus *locus = &ends->items[middle].locus;
        if (locus->contig < contig || (locus->contig == contig && locus->pos0 < pos0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool agrees(int32_t n, int32_t n_differ)
{
    return 10 * n_differ <= n;
}

/* The clip as support of the junction, or false. */
static bool match_clip(const struct nf_junction_context *context, const struct nf_clip *clip,
                       const struct nf_junction *junction, bool is_five,
                       struct nf_support *support)
{
    const struct nf_locus *end = is_five ? &junction->five : &junction->three;
    if (clip->target != NF_NO_TARGET && (clip->target != junction->target || clip->multi))
        return false;
    int64_t shift = (clip->locus.pos0 - end->pos0) * end->strand;
    struct nf_consensus_match match = nf_consensus_compare(
        &junction->consensus, context->observations, &clip->flanks, shift);
    int64_t n_shared = is_five ? shift : -shift; /* aligned bases beyond the break */
    int32_t *n_beyond = is_five ? &match.n3 : &match.n5;
    if (n_shared > 0)
        *n_beyond -= (int32_t)n_shared;
    if (*n_beyond < NF_MIN_KNOWN_CLIP || !agrees(match.n5, match.n_differ5) ||
        !agrees(match.n3, match.n_differ3))
        return false;
    *support = (struct nf_support){.fragment = clip->fragment,
                                   .kind = NF_SUPPORT_RESCUED,
                                   .source = "clip",
                                   .is_read2 = clip->is_read2,
                                   .anchor5 = is_five ? clip->anchor : *n_beyond,
                                   .anchor3 = is_five ? *n_beyond : clip->anchor,
                                   .mapq5 = is_five ? clip->mapq : 0,
                                   .mapq3 = is_five ? 0 : clip->mapq,
                                   .multi5 = is_five && clip->multi,
                                   .multi3 = !is_five && clip->multi,
                                   .edits = -1,
                                   .start = clip->start,
                                   .mate_start = clip->mate_start};
    return true;
}

static enum nf_status attach_clip(struct nf_junction_context *context, const end_list *ends,
                                  const struct nf_clip *clip)
{
    bool was_used = false;
    int32_t contig = clip->locus.contig;
    for (size_t i = first_end(ends, contig, clip->locus.pos0 - NF_EDGE_SLACK);
         i < ends->n && ends->items[i].locus.contig == contig &&
         ends->items[i].locus.pos0 <= clip->locus.pos0 + NF_EDGE_SLACK;
         i++) {
        const struct end *end = &ends->items[i];
        struct nf_junction *junction = &context->set->junctions.items[end->junction];
        struct nf_support support;
        if (end->is_five != clip->is_downstream || end->locus.strand != clip->locus.strand ||
            !match_clip(context, clip, junction, end->is_five, &support))
            continue;
        was_used = true;
        if (nf_vec_push(&junction->supports, support))
            return nf_fail_memory("support");
    }
    context->set->funnel.n_clips_used += was_used;
    return NF_OK;
}

enum nf_status nf_clips_attach(struct nf_junction_context *context)
{
    const struct nf_observations *observations = context->observations;
    end_list ends = {0};
    enum nf_status status = collect_ends(context->set, &ends);
    for (size_t i = 0; i < observations->clips.n && !status; i++) {
        status = attach_clip(context, &ends, &observations->clips.items[i]);
        if (!status)
            status = nf_interrupt_check();
    }
    context->set->funnel.n_clips = (int64_t)observations->clips.n;
    nf_vec_free(&ends);
    return status;
}
