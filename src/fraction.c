/* SPDX-License-Identifier: MIT */
/* fraction: what the coverage of the targets adds to a junction.
 *
 * Coverage was noted per record, under a hash of its fragment. Sorted, it answers which exons
 * of the target the supporting fragments reach, and how many fragments splice normally at the
 * junction's edge of the target: the fusion fraction is J / (J + N), of transcripts, not of
 * tumour cells. */
#include <math.h>
#include <stdlib.h>

#include "ntrkfuse/evidence.h"
#include "ntrkfuse/fusion.h"
#include "ntrkfuse/log.h"

static int compare_splices(const void *a, const void *b)
{
    const struct nf_splice *x = a, *y = b;
    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    return (x->fragment_hash > y->fragment_hash) - (x->fragment_hash < y->fragment_hash);
}

static void link_exons(const struct nf_observations *observations, struct nf_fusion *fusion)
{
    const struct nf_junction *junction = fusion->junction;
    for (size_t i = 0; i < junction->supports.n && observations->covers.n > 0; i++) {
        struct nf_cover key = {.target = (uint16_t)junction->target,
                               .fragment_hash = nf_observation_hash(
                                   observations, junction->supports.items[i].fragment)};
        const struct nf_cover *found =
            bsearch(&key, observations->covers.items, observations->covers.n, sizeof key,
                    nf_cover_compare);
        if (found) {
            fusion->linked_exons |= found->exons;
            fusion->linked_terminals |= found->terminals;
        }
    }
}

/* Distinct fragments that splice normally at the target's edge of the junction, of those
 * kept. */
static int64_t count_normal(const struct nf_observations *observations,
                            const struct nf_junction *junction)
{
    int64_t n = 0;
    uint64_t previous = 0;
    for (size_t i = 0; i < observations->splices.n; i++) {
        const struct nf_splice *splice = &observations->splices.items[i];
        bool is_own =
            splice->donor0 == junction->five.pos0 && splice->acceptor0 == junction->three.pos0;
        bool fits = splice->target == junction->target && !is_own &&
                    (junction->target_is_3prime ? splice->acceptor0 == junction->three.pos0
                                                : splice->donor0 == junction->five.pos0);
        if (fits && (n == 0 || splice->fragment_hash != previous)) {
            n++;
            previous = splice->fragment_hash;
        }
    }
    return n;
}

static void set_fraction(const struct nf_panel *panel,
                         const struct nf_observations *observations, struct nf_fusion *fusion)
{
    const struct nf_junction *junction = fusion->junction;
    uint32_t gene = panel->targets.items[junction->target].gene;
    bool on_edge =
        junction->target_is_3prime
            ? nf_evidence_on_edge(panel->annot, junction->three, NF_EDGE_ACCEPTOR, gene)
            : nf_evidence_on_edge(panel->annot, junction->five, NF_EDGE_DONOR, gene);
    double n_joined = (double)(junction->n_split + junction->n_rescued);
    fusion->fusion_fraction = (double)NAN;
    if (!on_edge || n_joined <= 0)
        return;
    unsigned level = nf_depth_of(observations, junction->target).level;
    double n_normal = (double)nf_depth_scaled(count_normal(observations, junction), level);
    fusion->fusion_fraction = n_joined / (n_joined + n_normal);
}

enum nf_status nf_coverage_apply(struct nf_fusion_set *set, const struct nf_panel *panel,
                                 struct nf_observations *observations)
{
    uint64_t *covered = calloc(panel->targets.n + 1, sizeof *covered);
    enum nf_status status = NF_OK;
    if (!covered)
        return nf_fail_memory("the coverage");
    nf_covers_merge(observations);
    if (observations->splices.n > 0)
        qsort(observations->splices.items, observations->splices.n,
              sizeof *observations->splices.items, compare_splices);
    for (size_t t = 0; t < panel->targets.n && !status; t++) {
        covered[t] = nf_depth_of(observations, (uint32_t)t).exons;
        status =
            nf_vec_push(&set->target_fragments, 0) ? nf_fail_memory("the coverage") : NF_OK;
    }
    for (size_t i = 0; i < observations->covers.n && !status; i++) {
        const struct nf_cover *cover = &observations->covers.items[i];
        unsigned level = nf_depth_of(observations, cover->target).level;
        covered[cover->target] |= cover->exons;
        set->target_fragments.items[cover->target] +=
            nf_depth_keeps(level, cover->fragment_hash);
    }
    for (size_t t = 0; t < panel->targets.n && !status; t++) {
        int64_t *n = &set->target_fragments.items[t];
        *n = nf_depth_scaled(*n, nf_depth_of(observations, (uint32_t)t).level);
    }
    for (size_t i = 0; i < set->fusions.n && !status; i++) {
        struct nf_fusion *fusion = &set->fusions.items[i];
        fusion->covered_exons = covered[fusion->junction->target];
        link_exons(observations, fusion);
        set_fraction(panel, observations, fusion);
    }
    free(covered);
    return status;
}
