/* SPDX-License-Identifier: MIT */
/* score_peers: what the fusions of a sample say of each other.
 *
 * Genes joined to one base of the target are rivals: many of about equal strength are noise
 * that the place draws. Junctions of one fragment that join other pairs of genes are the
 * sample's noise. */
#include "ntrkfuse/score.h"

#include <stdlib.h>

#include "ntrkfuse/log.h"

/* A fusion among those of its set. */
struct place {
    const struct nf_fusion *fusion;
    size_t index;
    bool leads; /* counts as a rival: has the most fragments of its gene at this place, which
                   is not known to fuse */
};

static const struct nf_locus *target_locus(const struct nf_fusion *fusion)
{
    return fusion->junction->target_is_3prime ? &fusion->junction->three
                                              : &fusion->junction->five;
}

static uint32_t partner_gene(const struct nf_fusion *fusion)
{
    return nf_fusion_partner_side(fusion)->gene;
}

static int compare_target_places(const struct nf_fusion *a, const struct nf_fusion *b)
{
    const struct nf_junction *x = a->junction, *y = b->junction;
    if (x->target_is_3prime != y->target_is_3prime)
        return x->target_is_3prime ? -1 : 1;
    if (x->intragenic != y->intragenic)
        return x->intragenic ? 1 : -1;
    return nf_locus_compare(target_locus(a), target_locus(b));
}

static int compare_fragments(const struct place *a, const struct place *b)
{
    int64_t x = a->fusion->junction->n_unique, y = b->fusion->junction->n_unique;
    if (x != y)
        return x > y ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

/* By place in the target, then by partner gene, most fragments first. */
static int compare_by_gene(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int order = compare_target_places(x->fusion, y->fusion);
    uint32_t gene_x = partner_gene(x->fusion), gene_y = partner_gene(y->fusion);
    if (order == 0 && gene_x != gene_y)
        order = gene_x < gene_y ? -1 : 1;
    return order ? order : compare_fragments(x, y);
}

/* By place in the target, most fragments first. */
static int compare_by_fragments(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int order = compare_target_places(x->fusion, y->fusion);
    return order ? order : compare_fragments(x, y);
}

/* Genes that are known to fuse with the target are no noise: control material holds several
 * at one place. */
static bool is_known(const struct nf_fusion *fusion)
{
    return fusion->level >= NF_KNOWN_PAIR;
}

/* Counts, for every place of one run (most fragments first), the further genes whose best
 * junction there has a third of its fragments or more. */
static void count_rivals(const struct place *places, size_t n, struct nf_score_peers *peers)
{
    size_t reached = 0;
    int64_t n_genes = 0;
    for (size_t i = 0; i < n; i++) {
        const struct nf_fusion *own = places[i].fusion;
        while (reached < n &&
               3 * places[reached].fusion->junction->n_unique >= own->junction->n_unique)
            n_genes += places[reached++].leads;
        peers[places[i].index].n_rivals =
            own->junction->intragenic ? 0 : n_genes - !is_known(own);
    }
}

static enum nf_status find_rivals(const struct nf_fusion_set *set,
                                  struct nf_score_peers *peers)
{
    NF_VEC(struct place) places = {0};
    for (size_t i = 0; i < set->fusions.n; i++)
        if (nf_vec_push(&places, (struct place){&set->fusions.items[i], i, false})) {
            nf_vec_free(&places);
            return nf_fail_memory("the scores");
        }
    if (places.n > 0)
        qsort(places.items, places.n, sizeof *places.items, compare_by_gene);
    for (size_t i = 0; i < places.n; i++) {
        const struct nf_fusion *own = places.items[i].fusion;
        const struct nf_fusion *before = i > 0 ? places.items[i - 1].fusion : NULL;
        bool is_first = !before || partner_gene(own) == NF_NO_GENE ||
                        partner_gene(own) != partner_gene(before) ||
                        compare_target_places(own, before) != 0;
        places.items[i].leads = is_first && !is_known(own);
    }
    if (places.n > 0)
        qsort(places.items, places.n, sizeof *places.items, compare_by_fragments);
    for (size_t first = 0, end; first < places.n; first = end) {
        for (end = first + 1;
             end < places.n &&
             compare_target_places(places.items[first].fusion, places.items[end].fusion) == 0;)
            end++;
        count_rivals(places.items + first, end - first, peers);
    }
    nf_vec_free(&places);
    return NF_OK;
}

static bool is_singleton(const struct nf_fusion *fusion)
{
    return fusion->junction->n_unique == 1 && !fusion->junction->intragenic;
}

struct pair_key {
    uint32_t five, three;
};

static int compare_pairs(const void *a, const void *b)
{
    const struct pair_key *x = a, *y = b;
    if (x->five != y->five)
        return x->five < y->five ? -1 : 1;
    return (x->three > y->three) - (x->three < y->three);
}

static struct pair_key key_of(const struct nf_fusion *fusion)
{
    return (struct pair_key){fusion->five.gene, fusion->three.gene};
}

typedef NF_VEC(struct pair_key) pair_list;

/* Index of the first pair that is not less than `key`, or (behind) the first greater. */
static size_t first_not_less(const pair_list *pairs, struct pair_key key, bool behind)
{
    size_t low = 0, high = pairs->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare_pairs(&pairs->items[middle], &key);
        if (order < 0 || (behind && order == 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How many lone-fragment junctions join the same two genes. Between genes and other places
 * only the fusion itself does. */
static int64_t count_own(const pair_list *singletons, const struct nf_fusion *fusion)
{
    struct pair_key key = key_of(fusion);
    if (key.five == NF_NO_GENE || key.three == NF_NO_GENE)
        return is_singleton(fusion);
    return (int64_t)(first_not_less(singletons, key, true) -
                     first_not_less(singletons, key, false));
}

static enum nf_status find_singletons(const struct nf_fusion_set *set, pair_list *singletons)
{
    for (size_t i = 0; i < set->fusions.n; i++)
        if (is_singleton(&set->fusions.items[i]) &&
            nf_vec_push(singletons, key_of(&set->fusions.items[i])))
            return nf_fail_memory("the scores");
    if (singletons->n > 0)
        qsort(singletons->items, singletons->n, sizeof *singletons->items, compare_pairs);
    return NF_OK;
}

enum nf_status nf_score_find_peers(const struct nf_fusion_set *set,
                                   struct nf_score_peers *peers)
{
    pair_list singletons = {0};
    enum nf_status status = find_rivals(set, peers);
    if (!status)
        status = find_singletons(set, &singletons);
    for (size_t i = 0; i < set->fusions.n && !status; i++)
        peers[i].n_singletons =
            (int64_t)singletons.n - count_own(&singletons, &set->fusions.items[i]);
    nf_vec_free(&singletons);
    return status;
}
