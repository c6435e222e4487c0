/* SPDX-License-Identifier: MIT */
/* clip_seed: is a pile of clips in a target worth searching every catalogue partner for? */
#include "ntrkfuse/clip_seed.h"

#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "ntrkfuse/log.h"

enum { MIN_TRIPLETS = 4 /* different triplets in the bases next to the break */ };

int nf_clip_compare(const void *a, const void *b)
{
    const struct nf_clip *x = a, *y = b;
    if (x->gene != y->gene)
        return x->gene < y->gene ? -1 : 1;
    if (x->is_downstream != y->is_downstream)
        return x->is_downstream ? 1 : -1;
    return nf_locus_compare(&x->locus, &y->locus);
}

/* The NF_MIN_PILE_CLIP clipped bases next to the break; NULL when the clip is shorter. */
static const char *near_bases(const struct nf_observations *observations,
                              const struct nf_clip *clip)
{
    struct nf_span side =
        nf_flank_side(observations, &clip->flanks, clip->is_downstream ? 3 : 5);
    if (side.n < NF_MIN_PILE_CLIP || clip->n_clipped < NF_MIN_PILE_CLIP)
        return NULL;
    return clip->is_downstream ? side.at : side.at + side.n - NF_MIN_PILE_CLIP;
}

static bool is_complex(const char *bases)
{
    int n_distinct = 0;
    for (int i = 0; i + 3 <= NF_MIN_PILE_CLIP; i++) {
        bool is_new = memchr(bases + i, 'N', 3) == NULL;
        for (int j = 0; j < i && is_new; j++)
            is_new = memcmp(bases + i, bases + j, 3) != 0;
        n_distinct += is_new;
    }
    return n_distinct >= MIN_TRIPLETS;
}

/* Is the boundary near an edge of the target at which the clip could leave it? */
static bool near_edge(const struct nf_annot *annot, const struct nf_clip *clip)
{
    size_t n;
    const struct nf_edge *edges =
        nf_annot_edges(annot, clip->locus.contig, clip->locus.pos0 - NF_EDGE_SLACK,
                       clip->locus.pos0 + NF_EDGE_SLACK + 1, &n);
    for (size_t i = 0; i < n; i++)
        if (edges[i].gene == clip->gene &&
            edges[i].kind == (clip->is_downstream ? NF_EDGE_DONOR : NF_EDGE_ACCEPTOR))
            return true;
    return false;
}

/* Does a split read, certain in the target, break it here too? */
static bool is_explained(const struct nf_observations *observations,
                         const struct nf_clip *clip)
{
    for (size_t i = 0; i < observations->joins.n; i++) {
        const struct nf_join *join = &observations->joins.items[i];
        const struct nf_locus *end = clip->is_downstream ? &join->five : &join->three;
        bool multi = clip->is_downstream ? join->multi5 : join->multi3;
        if (join->target == clip->target && join->target_is_3prime != clip->is_downstream &&
            !join->intragenic && !multi && end->contig == clip->locus.contig &&
            llabs(end->pos0 - clip->locus.pos0) <= NF_EDGE_SLACK)
            return true;
    }
    return false;
}

/* A clip of a pile, by what it reads next to the break. */
struct reading {
    const char *bases;
    const struct nf_clip *clip;
};

static int compare_readings(const void *a, const void *b)
{
    const struct reading *x = a, *y = b;
    int order = memcmp(x->bases, y->bases, NF_MIN_PILE_CLIP);
    return order ? order : nf_start_compare(&x->clip->start, &y->clip->start);
}

/* Do readings [first, end), which read alike and stand in order of their starts, come from two
 * fragments and two starts? */
static bool has_two_molecules(const struct reading *readings, size_t first, size_t end)
{
    bool fragments_differ = false;
    for (size_t i = first + 1; i < end && !fragments_differ; i++)
        fragments_differ = readings[i].clip->fragment != readings[first].clip->fragment;
    return fragments_differ &&
           nf_start_compare(&readings[first].clip->start, &readings[end - 1].clip->start) != 0;
}

/* Is there a set of clips among `readings` that makes the pile a seed? */
static bool has_agreement(struct reading *readings, size_t n)
{
    qsort(readings, n, sizeof *readings, compare_readings);
    for (size_t first = 0; first < n;) {
        size_t end = first + 1;
        while (end < n &&
               memcmp(readings[first].bases, readings[end].bases, NF_MIN_PILE_CLIP) == 0)
            end++;
        if (is_complex(readings[first].bases) && has_two_molecules(readings, first, end))
            return true;
        first = end;
    }
    return false;
}

enum nf_status nf_clip_pile_is_seed(const struct nf_panel *panel,
                                    const struct nf_observations *observations, size_t first,
                                    size_t end, bool *is_seed)
{
    const struct nf_clip *clips = observations->clips.items;
    *is_seed = false;
    if (end - first < 2 || !near_edge(panel->annot, &clips[first]))
        return NF_OK;
    NF_VEC(struct reading) readings = {0};
    enum nf_status status = nf_vec_reserve(&readings, end - first);
    for (size_t i = first; i < end && !status; i++) {
        const char *bases = near_bases(observations, &clips[i]);
        if (bases && !clips[i].multi && !memchr(bases, 'N', NF_MIN_PILE_CLIP))
            readings.items[readings.n++] = (struct reading){bases, &clips[i]};
    }
    *is_seed = readings.n > 1 && has_agreement(readings.items, readings.n) &&
               !is_explained(observations, &clips[first]);
    nf_vec_free(&readings);
    return status ? nf_fail_memory("a clip pile") : NF_OK;
}

bool nf_clip_at_published(const struct nf_observations *observations,
                          const struct nf_panel_junction *published)
{
    for (size_t i = 0; i < observations->clips.n; i++) {
        const struct nf_clip *clip = &observations->clips.items[i];
        if (clip->target == published->target && !clip->is_downstream &&
            clip->n_clipped >= NF_MIN_PILE_CLIP &&
            nf_locus_is_near(clip->locus, published->three, NF_PUBLISHED_MARGIN))
            return true;
    }
    return false;
}

enum nf_status nf_clip_seeds_exist(const struct nf_panel *panel,
                                   struct nf_observations *observations, bool *exist)
{
    struct nf_clip *clips = observations->clips.items;
    size_t n = observations->clips.n;
    *exist = false;
    if (n > 0)
        qsort(clips, n, sizeof *clips, nf_clip_compare);
    for (size_t first = 0; first < n && !*exist;) {
        size_t end = first + 1;
        while (end < n && nf_clip_compare(&clips[first], &clips[end]) == 0)
            end++;
        if (clips[first].target != NF_NO_TARGET &&
            nf_clip_pile_is_seed(panel, observations, first, end, exist))
            return NF_ERR_MEMORY;
        first = end;
    }
    return NF_OK;
}
