/* SPDX-License-Identifier: MIT */
/* filter: junctions that are not worth a row. */
#include "ntrkfuse/filter.h"

#include "ntrkfuse/log.h"

enum { MIN_ANCHOR = 10, MIN_KNOWN_ANCHOR = 8 /* one in 65,536 by chance */ };

static bool on_edges(const struct nf_fusion *fusion)
{
    return fusion->five.site == NF_SITE_EDGE && fusion->three.site == NF_SITE_EDGE;
}

static bool is_unplaced(const struct nf_fusion *fusion)
{
    return fusion->event_type == NF_EVENT_UNPLACED;
}

/* Some fragment must show at least MIN_ANCHOR bases on both sides; of a published junction
 * fewer tell it, and where pairs join the genes as well, its short reads are all there is to
 * say where. */
static bool has_short_anchors(const struct nf_fusion *fusion)
{
    const struct nf_junction *junction = fusion->junction;
    if (junction->n_pairs_apart >= NF_MIN_LONE_PAIRS)
        return false;
    int32_t least = fusion->level == NF_KNOWN_JUNCTION ? MIN_KNOWN_ANCHOR : MIN_ANCHOR;
    for (size_t i = 0; i < junction->supports.n; i++)
        if (junction->supports.items[i].anchor5 >= least &&
            junction->supports.items[i].anchor3 >= least)
            return false;
    return true;
}

/* Splicing is noisy: an unannotated skip inside a target needs edges and two molecules. */
static bool is_minor_splicing(const struct nf_fusion *fusion)
{
    return fusion->event_type == NF_EVENT_INTRAGENIC &&
           (!on_edges(fusion) || fusion->junction->n_molecules < 2);
}

/* One molecule that respects neither gene's exons, of genes never seen together, is what
 * library preparation makes by chance. */
static bool is_lone_chimera(const struct nf_fusion *fusion)
{
    return fusion->junction->n_molecules < 2 && !on_edges(fusion) &&
           fusion->level < NF_KNOWN_PAIR;
}

static bool is_improbable(const struct nf_fusion *fusion)
{
    return fusion->score.tier == NF_TIER_NONE;
}

static const struct {
    const char *name, *reason;
    bool (*holds)(const struct nf_fusion *fusion);
} filters[] = {
    {"unplaced", "the partner lies on an alternate, decoy or unplaced contig", is_unplaced},
    {"short_anchors",
     "no fragment is aligned over 10 nt (a published junction: 8) on both sides of the break, "
     "and fewer than 3 pairs span it",
     has_short_anchors},
    {"minor_splicing", "a splice inside the target, off exon edges or seen in one molecule",
     is_minor_splicing},
    {"lone_chimera", "one molecule, off exon edges, of genes not known to fuse",
     is_lone_chimera},
    {"improbable", "its posterior is below that of tier LOW", is_improbable},
};

void nf_filters_apply(struct nf_fusion_set *set)
{
    size_t n_left = set->fusions.n;
    nf_info("junctions with support: %zu", n_left);
    for (size_t f = 0; f < sizeof filters / sizeof filters[0]; f++) {
        size_t n_dropped = 0;
        for (size_t i = 0; i < set->fusions.n; i++) {
            struct nf_fusion *fusion = &set->fusions.items[i];
            if (fusion->dropped || !filters[f].holds(fusion))
                continue;
            fusion->dropped = filters[f].name;
            fusion->dropped_reason = filters[f].reason;
            n_dropped++;
        }
        if (n_dropped > 0)
            nf_info("filter %s: %zu -> %zu", filters[f].name, n_left, n_left - n_dropped);
        n_left -= n_dropped;
    }
}
