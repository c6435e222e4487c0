/* SPDX-License-Identifier: MIT */
/* clip_seed: is a pile of clips in a target worth searching every catalogue partner for? */
#include "ntrkfuse/clip_seed.h"

#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/evidence.h"

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

/* At most one base differs; an unknown base differs from none. */
static bool agree(const char *a, const char *b)
{
    int n_differ = 0;
    for (int i = 0; i < NF_MIN_PILE_CLIP; i++)
        n_differ += a[i] != b[i] && a[i] != 'N' && b[i] != 'N';
    return n_differ <= 1;
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

bool nf_clip_pile_is_seed(const struct nf_panel *panel,
                          const struct nf_observations *observations, size_t first, size_t end)
{
    const struct nf_clip *clips = observations->clips.items;
    if (end - first < 2 || !near_edge(panel->annot, &clips[first]))
        return false;
    for (size_t i = first; i < end; i++) {
        const char *bases = near_bases(observations, &clips[i]);
        if (clips[i].multi || !bases || !is_complex(bases))
            continue;
        for (size_t j = first; j < end; j++) {
            const char *others = near_bases(observations, &clips[j]);
            if (!clips[j].multi && others && clips[i].fragment != clips[j].fragment &&
                nf_start_compare(&clips[i].start, &clips[j].start) != 0 &&
                agree(bases, others))
                return !is_explained(observations, &clips[first]);
        }
    }
    return false;
}

bool nf_clip_long_exists(const struct nf_observations *observations)
{
    for (size_t i = 0; i < observations->clips.n; i++) {
        const struct nf_clip *clip = &observations->clips.items[i];
        if (clip->target != NF_NO_TARGET && clip->n_clipped >= NF_MIN_PILE_CLIP)
            return true;
    }
    return false;
}

bool nf_clip_seeds_exist(const struct nf_panel *panel, struct nf_observations *observations)
{
    struct nf_clip *clips = observations->clips.items;
    size_t n = observations->clips.n;
    if (n > 0)
        qsort(clips, n, sizeof *clips, nf_clip_compare);
    for (size_t first = 0; first < n;) {
        size_t end = first + 1;
        while (end < n && nf_clip_compare(&clips[first], &clips[end]) == 0)
            end++;
        if (clips[first].target != NF_NO_TARGET &&
            nf_clip_pile_is_seed(panel, observations, first, end))
            return true;
        first = end;
    }
    return false;
}
