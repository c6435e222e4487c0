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
    bool leads; /* stands for its gene among the rivals: the strongest junction of its gene at
                   this place that is not known to fuse */
    int64_t own_leader; /* unique fragments of the leader of its own gene; −1: there is none */
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

/* Counts, for every place of one run (most fragments first), the further genes whose leader
 * has a third of its fragments or more. */
static void count_rivals(const struct place *places, size_t n, struct nf_score_peers *peers)
{
    size_t reached = 0;
    int64_t n_genes = 0;
    for (size_t i = 0; i < n; i++) {
        const struct nf_junction *own = places[i].fusion->junction;
        while (reached < n && 3 * places[reached].fusion->junction->n_unique >= own->n_unique)
            n_genes += places[reached++].leads;
        bool own_counted =
            places[i].own_leader >= 0 && 3 * places[i].own_leader >= own->n_unique;
        peers[places[i].index].n_rivals = own->intragenic ? 0 : n_genes - own_counted;
    }
}

static bool same_gene_and_place(const struct place *a, const struct place *b)
{
    return partner_gene(a->fusion) != NF_NO_GENE &&
           partner_gene(a->fusion) == partner_gene(b->fusion) &&
           compare_target_places(a->fusion, b->fusion) == 0;
}

/* Finds the leader of each run of one gene at one place; its strongest stand first. Breaks
 * outside genes are partners each for itself. */
static void find_leaders(struct place *places, size_t n)
{
    for (size_t first = 0, end; first < n; first = end) {
        int64_t leader = -1;
        for (end = first;
             end < n && (end == first || same_gene_and_place(&places[first], &places[end]));
             end++) {
            places[end].leads = leader < 0 && !is_known(places[end].fusion);
            if (places[end].leads)
                leader = places[end].fusion->junction->n_unique;
        }
        for (size_t i = first; i < end; i++)
            places[i].own_leader = leader;
    }
}

static enum nf_status find_rivals(const struct nf_fusion_set *set,
                                  struct nf_score_peers *peers)
{
    NF_VEC(struct place) places = {0};
    for (size_t i = 0; i < set->fusions.n; i++)
        if (nf_vec_push(&places, (struct place){&set->fusions.items[i], i, false, -1})) {
            nf_vec_free(&places);
            return nf_fail_memory("the scores");
        }
    if (places.n > 0) {
        qsort(places.items, places.n, sizeof *places.items, compare_by_gene);
        find_leaders(places.items, places.n);
        qsort(places.items, places.n, sizeof *places.items, compare_by_fragments);
    }
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
    return fusion->junction->n_molecules == 1 && !fusion->junction->intragenic;
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
