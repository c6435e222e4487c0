/* SPDX-License-Identifier: MIT */
/* observation_depth: covers and splices of a target that very many reads lie on.
 *
 * A cover and often a splice is noted for each record of a target, whatever else it tells: of
 * a million records these alone would take 100 MB. They serve to count fragments, so beyond
 * NF_MOST_DEPTH of them a part of the fragments is enough. Which fragments are kept is told by
 * their hash alone: at level L those whose hash is below 2^(64 − L), one in 2^L, with all
 * their covers and splices, so that each count stands for 2^L as many and ratios stay what
 * they are. Covers that link exons to a junction are kept besides and not counted.
 *
 * The level is that of the set of records and of nothing else. Let n(S, L) be the covers and
 * splices of a target in the set S whose hash is below 2^(64 − L), and level(S) the least L
 * with n(S, L) ≤ NF_MOST_DEPTH. n never rises with L, nor falls when records are added: so
 * level(P) ≤ level(S) for every part P of S, and what P drops at its level, S drops too. A
 * store that holds the kept ones of P, however it came to them, therefore knows n(S, L) for
 * every L ≥ level(P) once the others of S are added, and raises its level from level(P) to the
 * first L that fits: level(S). The same holds where two parts are merged, from the higher of
 * their levels on. By induction every order, division and merging of S ends at level(S) with
 * the same covers and splices.
 *
 * Records that hold one name are one fragment. Where one has more than NF_MOST_DEPTH, as in a
 * file without names, no level fits but one that drops it. */
#include "ntrkfuse/log.h"
#include "ntrkfuse/observation.h"

bool nf_depth_keeps(unsigned level, uint64_t fragment_hash)
{
    return level == 0 || fragment_hash >> (NF_MOST_LEVEL - level) == 0;
}

int64_t nf_depth_scaled(int64_t n, unsigned level)
{
    if (n <= 0)
        return n;
    return level >= 63 || n > INT64_MAX >> level ? INT64_MAX : n << level;
}

struct nf_depth nf_depth_of(const struct nf_observations *observations, uint32_t target)
{
    return target < observations->depths.n ? observations->depths.items[target]
                                           : (struct nf_depth){0, 0, 0};
}

/* The depth of a target, to be changed; NULL when memory is short. */
static struct nf_depth *get_depth(struct nf_observations *observations, uint32_t target)
{
    while (observations->depths.n <= target)
        if (nf_vec_push(&observations->depths, (struct nf_depth){0, 0, 0}))
            return NULL;
    return &observations->depths.items[target];
}

/* Drops what the level of the target does not keep, and counts what it does. */
static void thin(struct nf_observations *observations, uint32_t target)
{
    struct nf_depth *depth = &observations->depths.items[target];
    size_t n = 0;
    depth->n = 0;
    for (size_t i = 0; i < observations->covers.n; i++) {
        const struct nf_cover cover = observations->covers.items[i];
        bool is_kept =
            cover.target != target || nf_depth_keeps(depth->level, cover.fragment_hash);
        depth->n += cover.target == target && is_kept;
        if (is_kept || cover.is_linked)
            observations->covers.items[n++] = cover;
    }
    observations->covers.n = n;
    n = 0;
    for (size_t i = 0; i < observations->splices.n; i++) {
        const struct nf_splice splice = observations->splices.items[i];
        bool is_kept =
            splice.target != target || nf_depth_keeps(depth->level, splice.fragment_hash);
        depth->n += splice.target == target && is_kept;
        if (is_kept)
            observations->splices.items[n++] = splice;
    }
    observations->splices.n = n;
}

/* One more of the target was added: raises the level until all fit. */
static void count(struct nf_observations *observations, uint32_t target)
{
    struct nf_depth *depth = &observations->depths.items[target];
    depth->n++;
    while (depth->n > NF_MOST_DEPTH && depth->level < NF_MOST_LEVEL) {
        depth->level++;
        thin(observations, target);
    }
}

enum nf_status nf_cover_add(struct nf_observations *observations, const struct nf_cover *cover)
{
    struct nf_depth *depth = get_depth(observations, cover->target);
    if (!depth)
        return nf_fail_memory("the coverage");
    depth->exons |= cover->exons;
    bool is_kept = nf_depth_keeps(depth->level, cover->fragment_hash);
    if (!is_kept && !cover->is_linked)
        return NF_OK;
    if (nf_vec_push(&observations->covers, *cover))
        return nf_fail_memory("the coverage");
    if (is_kept)
        count(observations, cover->target);
    return NF_OK;
}

enum nf_status nf_splice_add(struct nf_observations *observations,
                             const struct nf_splice *splice)
{
    const struct nf_depth *depth = get_depth(observations, splice->target);
    if (!depth)
        return nf_fail_memory("the splices");
    if (!nf_depth_keeps(depth->level, splice->fragment_hash))
        return NF_OK;
    if (nf_vec_push(&observations->splices, *splice))
        return nf_fail_memory("the splices");
    count(observations, splice->target);
    return NF_OK;
}

enum nf_status nf_depths_merge(struct nf_observations *into,
                               const struct nf_observations *from)
{
    enum nf_status status = NF_OK;
    for (size_t t = 0; t < from->depths.n; t++) {
        struct nf_depth *depth = get_depth(into, (uint32_t)t);
        if (!depth)
            return nf_fail_memory("the coverage");
        depth->exons |= from->depths.items[t].exons;
        if (depth->level < from->depths.items[t].level) {
            depth->level = from->depths.items[t].level;
            thin(into, (uint32_t)t);
        }
    }
    for (size_t i = 0; i < from->covers.n && !status; i++)
        status = nf_cover_add(into, &from->covers.items[i]);
    for (size_t i = 0; i < from->splices.n && !status; i++)
        status = nf_splice_add(into, &from->splices.items[i]);
    return status;
}
