/* SPDX-License-Identifier: MIT */
/* piles: junctions whose reads no aligner split.
 *
 * Reads over a junction that were aligned on one side only end in a soft clip at the break: a
 * pile of clips in the target, and a pile at the partner's exon edge, facing each other. Each
 * pile has a consensus: aligned bases on one side of its boundary, clipped ones on the other.
 * Two piles are one junction when the target's clipped bases read like the partner's aligned
 * ones and the partner's clipped bases like the target's aligned ones. Either aligner may have
 * run past the break through bases both sides share, so the boundaries may overlap by up to
 * MAX_SHARED bases, or leave up to MAX_GAP between them.
 *
 * With F the pile on the 5′ side and H the one on the 3′ side, and places counted from each
 * pile's own boundary (−1 the last base before it, 0 the first behind), an overlap of o means
 * that place c of H is place c − o of F. Partner piles are indexed by the eight aligned bases
 * next to the boundary, for every o; a target pile looks up the eight clipped bases next to
 * its own.
 *
 * Partners can be: genes that spanning pairs name; the other end of a published junction; and,
 * where the target's pile is a seed (clip_seed.h), every catalogue partner. Elsewhere two
 * piles may match by chance or homology. */
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/clip_seed.h"
#include "ntrkfuse/evidence.h"
#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/junction.h"
#include "ntrkfuse/log.h"

enum {
    SEED = 8,
    MAX_SHARED = 10,
    MAX_GAP = 4,
    MIN_SIDE = 8,   /* agreeing bases needed of each pile's clip */
    MIN_TOTAL = 24, /* and of both together */
    MIN_TRIPLETS =
        7 /* distinct triplets in each matching clip of that length: no poly-A, no repeat */
};

struct pile {
    size_t first, end; /* clips of the sorted list */
    bool is_target;
    bool is_seed;       /* of a target: catalogue partners that nothing names may match */
    bool is_downstream; /* clips follow the aligned bases: the pile is the 5′ side */
    struct nf_consensus consensus;
};

typedef NF_VEC(struct pile) pile_list;

struct seed {
    uint32_t word; /* 2 bits a base, and the side above */
    uint32_t pile;
    int32_t n_shared;
};

struct piles {
    struct nf_junction_context *context;
    pile_list piles;
    NF_VEC(struct seed) seeds;
    uint8_t *nominated; /* per gene: enum nomination bits; owned */
};

#define UNKNOWN UINT32_MAX

enum nomination { BY_CATALOGUE = 1, BY_PAIR = 2 };

struct match {
    uint32_t partner;
    int32_t n_overlap;
    int32_t score;
};

/* A gene and a fragment whose mate lies in it. */
struct named_gene {
    uint32_t gene, fragment;
};

static int compare_named(const void *a, const void *b)
{
    const struct named_gene *x = a, *y = b;
    if (x->gene != y->gene)
        return x->gene < y->gene ? -1 : 1;
    return (x->fragment > y->fragment) - (x->fragment < y->fragment);
}

/* Marks the genes in which mates of a target's reads lie: of two fragments, or of one where
 * the catalogue knows the gene as a partner. */
static enum nf_status nominate(struct piles *piles)
{
    NF_VEC(struct named_gene) named = {0};
    struct nf_junction_context *context = piles->context;
    const struct nf_panel *panel = context->panel;
    piles->nominated = calloc(panel->gene_roles.n + 1, sizeof *piles->nominated);
    if (!piles->nominated)
        return nf_fail_memory("the genes");
    for (size_t i = 0; i < panel->gene_roles.n; i++)
        if (panel->gene_roles.items[i] & NF_ROLE_PARTNER)
            piles->nominated[i] = BY_CATALOGUE;
    for (size_t i = 0; i < context->observations->mates.n; i++) {
        const struct nf_mate *mate = &context->observations->mates.items[i];
        if (!mate->is_target || mate->multi)
            continue;
        enum nf_status status =
            nf_annot_genes_at(panel->annot, mate->mate_contig, mate->mate_pos0,
                              mate->mate_pos0 + 1, &context->ids);
        for (size_t j = 0; j < context->ids.n && !status; j++)
            status = nf_vec_push(&named,
                                 (struct named_gene){context->ids.items[j], mate->fragment});
        if (status) {
            nf_vec_free(&named);
            return nf_fail_memory("the genes");
        }
    }
    if (named.n > 0)
        qsort(named.items, named.n, sizeof *named.items, compare_named);
    for (size_t i = 0; i < named.n; i++) {
        uint32_t gene = named.items[i].gene;
        bool again = i > 0 && named.items[i - 1].gene == gene &&
                     named.items[i - 1].fragment != named.items[i].fragment;
        if (again || panel->gene_roles.items[gene] & NF_ROLE_PARTNER)
            piles->nominated[gene] |= BY_PAIR;
    }
    nf_vec_free(&named);
    return NF_OK;
}

static bool is_wanted(const struct piles *piles, const struct nf_clip *clip)
{
    if (clip->target != NF_NO_TARGET)
        return !clip->multi;
    return piles->nominated[clip->gene] != 0;
}

/* The SEED clipped bases next to the boundary as a number; UNKNOWN when they are not all
 * known. */
static uint32_t near_word(const struct nf_observations *observations,
                          const struct nf_clip *clip)
{
    struct nf_span side =
        nf_flank_side(observations, &clip->flanks, clip->is_downstream ? 3 : 5);
    if (side.n < SEED)
        return UNKNOWN;
    const char *bases = clip->is_downstream ? side.at : side.at + side.n - SEED;
    uint32_t word = 0;
    for (int i = 0; i < SEED; i++) {
        if (bases[i] == 'N')
            return UNKNOWN;
        word = word << 2 | (uint32_t)(strchr("ACGT", bases[i]) - "ACGT");
    }
    return word;
}

/* By pile, then by what the clips read: one exon edge can be the break of several junctions.
 */
static int compare_clips(const void *a, const void *b)
{
    const struct nf_clip *x = a, *y = b;
    int order = nf_clip_compare(a, b);
    return order ? order : (x->near_word > y->near_word) - (x->near_word < y->near_word);
}

/* Makes a pile of the clips [first, end), which have one boundary and one word. */
static enum nf_status make_pile(struct piles *piles, size_t first, size_t end, bool is_seed)
{
    const struct nf_observations *observations = piles->context->observations;
    const struct nf_clip *clips = observations->clips.items;
    struct pile pile = {.first = first, .end = end};
    struct nf_consensus_counts counts;
    bool is_long = false;
    memset(&counts, 0, sizeof counts);
    pile.is_target = clips[first].target != NF_NO_TARGET;
    pile.is_seed = is_seed;
    pile.is_downstream = clips[first].is_downstream;
    for (size_t i = first; i < end; i++) {
        if (!is_wanted(piles, &clips[i]))
            continue;
        nf_consensus_add(&counts, observations, &clips[i].flanks, 0);
        is_long = is_long || !pile.is_target || clips[i].n_clipped >= NF_MIN_PILE_CLIP;
    }
    nf_consensus_settle(&pile.consensus, &counts);
    return is_long && nf_vec_push(&piles->piles, pile) ? nf_fail_memory("the clip piles")
                                                       : NF_OK;
}

static enum nf_status collect_piles(struct piles *piles)
{
    const struct nf_panel *panel = piles->context->panel;
    struct nf_observations *observations = piles->context->observations;
    struct nf_clip *clips = observations->clips.items;
    size_t n = observations->clips.n;
    for (size_t i = 0; i < n; i++)
        clips[i].near_word = near_word(observations, &clips[i]);
    qsort(clips, n, sizeof *clips, compare_clips);
    for (size_t first = 0; first < n;) {
        size_t end = first;
        while (end < n && nf_clip_compare(&clips[first], &clips[end]) == 0)
            end++;
        bool is_seed = false;
        if (clips[first].target != NF_NO_TARGET &&
            nf_clip_pile_is_seed(panel, observations, first, end, &is_seed))
            return NF_ERR_MEMORY;
        while (first < end) {
            size_t next = first;
            while (next < end && clips[next].near_word == clips[first].near_word)
                next++;
            if (clips[first].near_word != UNKNOWN && make_pile(piles, first, next, is_seed))
                return NF_ERR_MEMORY;
            first = next;
        }
    }
    return NF_OK;
}

/* The SEED bases from place `from` (counted from the boundary) as a number; false when one is
 * unknown. */
static bool word_at(const struct nf_consensus *consensus, int from, uint32_t *word)
{
    *word = 0;
    for (int i = 0; i < SEED; i++) {
        int place = NF_FLANK + from + i;
        if (place < 0 || place >= 2 * NF_FLANK || !consensus->bases[place])
            return false;
        *word = *word << 2 | (uint32_t)(strchr("ACGT", consensus->bases[place]) - "ACGT");
    }
    return true;
}

static int compare_seeds(const void *a, const void *b)
{
    const struct seed *x = a, *y = b;
    if (x->word != y->word)
        return x->word < y->word ? -1 : 1;
    if (x->pile != y->pile)
        return x->pile < y->pile ? -1 : 1;
    return x->n_shared - y->n_shared;
}

/* Words carry the side of the pile they belong to, so that only facing piles meet. */
static uint32_t tag_word(uint32_t word, bool is_downstream)
{
    return word | (is_downstream ? 1U << (2 * SEED) : 0);
}

static enum nf_status index_partners(struct piles *piles)
{
    for (size_t p = 0; p < piles->piles.n; p++) {
        const struct pile *pile = &piles->piles.items[p];
        if (pile->is_target)
            continue;
        for (int32_t o = 0; o <= MAX_SHARED; o++) {
            struct seed seed = {.pile = (uint32_t)p, .n_shared = o};
            int from = pile->is_downstream ? -SEED - o : o;
            if (!word_at(&pile->consensus, from, &seed.word))
                continue;
            seed.word = tag_word(seed.word, pile->is_downstream);
            if (nf_vec_push(&piles->seeds, seed))
                return nf_fail_memory("the clip piles");
        }
    }
    if (piles->seeds.n > 0)
        qsort(piles->seeds.items, piles->seeds.n, sizeof *piles->seeds.items, compare_seeds);
    return NF_OK;
}

/* Enough different triplets among the bases [from, to) of a consensus? Short stretches need as
 * many as they can hold, less a quarter. */
static bool is_complex(const struct nf_consensus *consensus, int from, int to)
{
    bool seen[64] = {false};
    int n_distinct = 0, n_triplets = 0;
    for (int i = from; i + 3 <= to; i++) {
        int word = 0;
        bool known = true;
        for (int j = 0; j < 3; j++) {
            char base = consensus->bases[i + j];
            known = known && base;
            word = word << 2 | (base ? (int)(strchr("ACGT", base) - "ACGT") : 0);
        }
        if (!known)
            continue;
        n_triplets++;
        n_distinct += !seen[word];
        seen[word] = true;
    }
    int needed = 3 * n_triplets / 4 < MIN_TRIPLETS ? 3 * n_triplets / 4 : MIN_TRIPLETS;
    return n_distinct >= needed && n_distinct >= 4;
}

/* Lays H on F with overlap o (negative: a gap) and judges the agreement. */
static bool judge(const struct pile *five, const struct pile *three, int32_t n_overlap,
                  int32_t *score)
{
    int32_t n_five = 0, n_three = 0, n_differ = 0, n_all = 0;
    int low = 2 * NF_FLANK, high = 0; /* compared places of `three` */
    for (int c = 0; c < 2 * NF_FLANK; c++) {
        int in_five = c - n_overlap;
        if (in_five < 0 || in_five >= 2 * NF_FLANK)
            continue;
        char a = five->consensus.bases[in_five], b = three->consensus.bases[c];
        if (!a || !b)
            continue;
        n_all++;
        n_differ += a != b;
        n_three += c < NF_FLANK && in_five < NF_FLANK;  /* clip of H on aligned bases of F */
        n_five += c >= NF_FLANK && in_five >= NF_FLANK; /* clip of F on aligned bases of H */
        if (c < low)
            low = c;
        high = c + 1;
    }
    *score = n_all - 4 * n_differ;
    return n_three >= MIN_SIDE && n_five >= MIN_SIDE && n_three + n_five >= MIN_TOTAL &&
           12 * n_differ <= n_all && is_complex(&three->consensus, low, NF_FLANK) &&
           is_complex(&three->consensus, NF_FLANK, high);
}

/* Is anything but the sequence in favour of the two? */
static bool may_be_partner(const struct piles *piles, const struct pile *target,
                           const struct pile *partner)
{
    const struct nf_clip *clips = piles->context->observations->clips.items;
    const struct nf_clip *near = &clips[target->first], *far = &clips[partner->first];
    return target->is_seed || piles->nominated[far->gene] & BY_PAIR ||
           (!target->is_downstream &&
            nf_panel_near_published(piles->context->panel, near->target, far->locus,
                                    near->locus, NF_PUBLISHED_MARGIN));
}

static void try_seed(const struct piles *piles, uint32_t target_pile, const struct seed *seed,
                     int32_t n_gap, struct match *best)
{
    const struct pile *target = &piles->piles.items[target_pile];
    const struct pile *partner = &piles->piles.items[seed->pile];
    int32_t n_overlap = seed->n_shared - n_gap, score;
    if (!may_be_partner(piles, target, partner))
        return;
    const struct pile *five = target->is_downstream ? target : partner;
    const struct pile *three = target->is_downstream ? partner : target;
    if (!judge(five, three, n_overlap, &score))
        return;
    if (best->partner == UINT32_MAX || score > best->score ||
        (score == best->score && seed->pile < best->partner)) {
        best->partner = seed->pile;
        best->n_overlap = n_overlap;
        best->score = score;
    }
}

/* The partner pile that fits a target pile best. */
static struct match find_partner(const struct piles *piles, uint32_t target_pile)
{
    const struct pile *target = &piles->piles.items[target_pile];
    struct match best = {.partner = UINT32_MAX};
    for (int32_t gap = 0; gap <= MAX_GAP; gap++) {
        uint32_t word;
        int from = target->is_downstream ? gap : -SEED - gap;
        if (!word_at(&target->consensus, from, &word))
            continue;
        word = tag_word(word, !target->is_downstream);
        size_t low = 0, high = piles->seeds.n;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (piles->seeds.items[middle].word < word)
                low = middle + 1;
            else
                high = middle;
        }
        for (; low < piles->seeds.n && piles->seeds.items[low].word == word; low++)
            if (gap == 0 || piles->seeds.items[low].n_shared == 0)
                try_seed(piles, target_pile, &piles->seeds.items[low], gap, &best);
    }
    return best;
}

static void add_reads(const struct piles *piles, const struct pile *pile,
                      const struct nf_junction *junction, struct nf_consensus_counts *counts)
{
    const struct nf_observations *observations = piles->context->observations;
    const struct nf_locus *end = pile->is_downstream ? &junction->five : &junction->three;
    for (size_t i = pile->first; i < pile->end; i++) {
        const struct nf_clip *clip = &observations->clips.items[i];
        if (is_wanted(piles, clip))
            nf_consensus_add(counts, observations, &clip->flanks,
                             (clip->locus.pos0 - end->pos0) * end->strand);
    }
}

static bool is_known(const struct nf_junction_set *set, const struct nf_junction *junction)
{
    for (size_t i = 0; i < set->junctions.n; i++) {
        const struct nf_junction *other = &set->junctions.items[i];
        int64_t d5 = llabs(other->five.pos0 - junction->five.pos0);
        int64_t d3 = llabs(other->three.pos0 - junction->three.pos0);
        if (other->target == junction->target &&
            other->target_is_3prime == junction->target_is_3prime &&
            other->five.contig == junction->five.contig &&
            other->three.contig == junction->three.contig && d5 <= NF_MERGE_DISTANCE &&
            d3 <= NF_MERGE_DISTANCE)
            return true;
    }
    return false;
}

/* An aligner may clip a base or two early. The bases between the boundaries then belong to an
 * exon: the boundaries are moved onto exon edges that lie n_gap apart. False when there are
 * none. */
static bool close_gap(const struct nf_annot *annot, int32_t n_gap,
                      struct nf_junction *junction)
{
    for (int32_t k = 0; k <= n_gap; k++) {
        struct nf_locus five = junction->five, three = junction->three;
        five.pos0 += (int64_t)k * five.strand;
        three.pos0 -= (int64_t)(n_gap - k) * three.strand;
        if (nf_evidence_on_edge(annot, five, NF_EDGE_DONOR, NF_NO_GENE) &&
            nf_evidence_on_edge(annot, three, NF_EDGE_ACCEPTOR, NF_NO_GENE)) {
            junction->five = five;
            junction->three = three;
            return true;
        }
    }
    return false;
}

/* Two facing piles become a junction, unless one is already there. */
static enum nf_status make_junction(struct piles *piles, uint32_t target_pile,
                                    const struct match *match)
{
    struct nf_junction_context *context = piles->context;
    const struct nf_clip *clips = context->observations->clips.items;
    const struct pile *target = &piles->piles.items[target_pile];
    const struct pile *partner = &piles->piles.items[match->partner];
    const struct pile *five = target->is_downstream ? target : partner;
    const struct pile *three = target->is_downstream ? partner : target;
    struct nf_meeting meeting = {.before = clips[five->first].locus,
                                 .after = clips[three->first].locus,
                                 .n_overlap = match->n_overlap};
    struct nf_join join;
    int32_t n_shift;
    bool is_flipped;
    memset(&join, 0, sizeof join);
    if (!nf_evidence_orient(context->panel, &context->ids, &meeting, &join, &n_shift,
                            &is_flipped))
        return NF_OK;
    struct nf_junction junction;
    memset(&junction, 0, sizeof junction);
    junction.target = join.target;
    junction.target_is_3prime = join.target_is_3prime;
    junction.five = join.five;
    junction.three = join.three;
    if (!close_gap(context->panel->annot, join.n_gap, &junction) && join.n_gap > 0)
        return NF_OK;
    if (is_known(context->set, &junction))
        return NF_OK;
    struct nf_consensus_counts counts;
    memset(&counts, 0, sizeof counts);
    add_reads(piles, five, &junction, &counts);
    add_reads(piles, three, &junction, &counts);
    nf_consensus_settle(&junction.consensus, &counts);
    return nf_vec_push(&context->set->junctions, junction) ? nf_fail_memory("the junctions")
                                                           : NF_OK;
}

/* Biggest target piles first, so that the plainest placement of a junction is found first. */
static int compare_piles(const void *a, const void *b)
{
    const struct pile *x = a, *y = b;
    if (x->is_target != y->is_target)
        return x->is_target ? -1 : 1;
    size_t n_x = x->end - x->first, n_y = y->end - y->first;
    if (n_x != n_y)
        return n_x > n_y ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

enum nf_status nf_piles_find(struct nf_junction_context *context)
{
    struct piles piles;
    memset(&piles, 0, sizeof piles);
    piles.context = context;
    if (context->observations->clips.n == 0)
        return NF_OK;
    size_t n_before = context->set->junctions.n;
    enum nf_status status = nominate(&piles);
    if (!status)
        status = collect_piles(&piles);
    if (!status && piles.piles.n > 0)
        qsort(piles.piles.items, piles.piles.n, sizeof *piles.piles.items, compare_piles);
    if (!status)
        status = index_partners(&piles);
    for (size_t i = 0; i < piles.piles.n && !status && piles.piles.items[i].is_target; i++) {
        struct match match = find_partner(&piles, (uint32_t)i);
        status = nf_interrupt_check();
        if (!status && match.partner != UINT32_MAX)
            status = make_junction(&piles, (uint32_t)i, &match);
    }
    context->set->funnel.n_junctions_clips = (int64_t)(context->set->junctions.n - n_before);
    nf_vec_free(&piles.piles);
    nf_vec_free(&piles.seeds);
    free(piles.nominated);
    return status;
}
