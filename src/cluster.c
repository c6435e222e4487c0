/* SPDX-License-Identifier: MIT */
/* cluster: joins become junctions.
 *
 * Joins at exactly the same two places form a group. A group off the exon edges is moved by up
 * to NF_SNAP_DISTANCE bases, the same on both sides, where that brings both its ends onto exon
 * edges: aligners run through bases that both sides share. Then groups whose ends both lie
 * within NF_MERGE_DISTANCE of a stronger group's are merged into it, unless both groups stand
 * on exon edges at both ends (two isoforms). Strength: ends on edges, then reads, then
 * position, so that the result does not depend on the order of anything. */
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/junction.h"
#include "ntrkfuse/log.h"

/* Joins [first, end) of the sorted list, at one place. */
struct group {
    size_t first, end;
    struct nf_locus five, three; /* after moving */
    int n_edges;
    uint32_t leader; /* the group it was merged into */
    bool is_leader;
};

typedef NF_VEC(struct group) group_list;

static int compare_places(const struct nf_join *a, const struct nf_join *b)
{
    if (a->target != b->target)
        return a->target < b->target ? -1 : 1;
    if (a->target_is_3prime != b->target_is_3prime)
        return a->target_is_3prime ? -1 : 1;
    if (a->intragenic != b->intragenic)
        return a->intragenic ? 1 : -1;
    int order = nf_locus_compare(&a->five, &b->five);
    return order ? order : nf_locus_compare(&a->three, &b->three);
}

/* Only the place matters: all that is made of a group is independent of the order inside. */
static int compare_joins(const void *a, const void *b)
{
    return compare_places(a, b);
}

int nf_junction_compare(const void *a, const void *b)
{
    const struct nf_junction *x = a, *y = b;
    struct nf_join p = {.target = x->target,
                        .target_is_3prime = x->target_is_3prime,
                        .intragenic = x->intragenic,
                        .five = x->five,
                        .three = x->three};
    struct nf_join q = {.target = y->target,
                        .target_is_3prime = y->target_is_3prime,
                        .intragenic = y->intragenic,
                        .five = y->five,
                        .three = y->three};
    return compare_places(&p, &q);
}

static int count_edges(const struct nf_annot *annot, struct nf_locus five,
                       struct nf_locus three)
{
    return nf_evidence_on_edge(annot, five, NF_EDGE_DONOR, NF_NO_GENE) +
           nf_evidence_on_edge(annot, three, NF_EDGE_ACCEPTOR, NF_NO_GENE);
}

/* Moves a group to a pair of exon edges near by, the nearest first. */
static void snap_group(const struct nf_annot *annot, struct group *group)
{
    group->n_edges = count_edges(annot, group->five, group->three);
    for (int distance = 1; distance <= NF_SNAP_DISTANCE && group->n_edges < 2; distance++) {
        for (int side = -1; side <= 1; side += 2) {
            struct nf_locus five = group->five, three = group->three;
            five.pos0 += (int64_t)side * distance * five.strand;
            three.pos0 += (int64_t)side * distance * three.strand;
            if (count_edges(annot, five, three) == 2) {
                group->five = five;
                group->three = three;
                group->n_edges = 2;
                break;
            }
        }
    }
}

static size_t group_size(const struct group *group)
{
    return group->end - group->first;
}

/* Strongest first. */
static int compare_strength(const void *a, const void *b)
{
    const struct group *x = *(const struct group *const *)a;
    const struct group *y = *(const struct group *const *)b;
    if ((x->n_edges == 2) != (y->n_edges == 2))
        return x->n_edges == 2 ? -1 : 1;
    if (group_size(x) != group_size(y))
        return group_size(x) > group_size(y) ? -1 : 1;
    if (x->n_edges != y->n_edges)
        return x->n_edges > y->n_edges ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first); /* groups are in order of place */
}

static bool is_near(const struct nf_locus *a, const struct nf_locus *b)
{
    int64_t distance = a->pos0 > b->pos0 ? a->pos0 - b->pos0 : b->pos0 - a->pos0;
    return a->contig == b->contig && a->strand == b->strand && distance <= NF_MERGE_DISTANCE;
}

static bool can_merge(const struct nf_join *joins, const struct group *strong,
                      const struct group *weak)
{
    const struct nf_join *a = &joins[strong->first], *b = &joins[weak->first];
    if (a->target != b->target || a->target_is_3prime != b->target_is_3prime ||
        a->intragenic != b->intragenic)
        return false;
    if (!is_near(&strong->five, &weak->five) || !is_near(&strong->three, &weak->three))
        return false;
    bool same_place = nf_locus_compare(&strong->five, &weak->five) == 0 &&
                      nf_locus_compare(&strong->three, &weak->three) == 0;
    return same_place || strong->n_edges < 2 || weak->n_edges < 2;
}

/* The strongest leader a group can be merged into, or the group itself. Groups stand in order
 * of their five place, and snapping moved each by NF_SNAP_DISTANCE at most: only neighbours
 * within reach are looked at. `ranks` holds each leader's place in the order of strength. */
static uint32_t find_leader(const struct nf_join *joins, const group_list *groups,
                            const uint32_t *ranks, uint32_t index)
{
    const int64_t reach = NF_MERGE_DISTANCE + 2 * NF_SNAP_DISTANCE;
    const struct nf_join *own = &joins[groups->items[index].first];
    uint32_t best = index, best_rank = UINT32_MAX;
    for (int step = -1; step <= 1; step += 2) {
        for (size_t i = index + (size_t)step; i < groups->n; i += (size_t)step) {
            const struct nf_join *other = &joins[groups->items[i].first];
            if (other->five.contig != own->five.contig ||
                llabs(other->five.pos0 - own->five.pos0) > reach)
                break;
            if (ranks[i] < best_rank &&
                can_merge(joins, &groups->items[i], &groups->items[index])) {
                best = (uint32_t)i;
                best_rank = ranks[i];
            }
        }
    }
    return best;
}

/* Sets each group's leader, strongest groups first. */
static enum nf_status merge_groups(const struct nf_join *joins, group_list *groups)
{
    NF_VEC(const struct group *) order = {0};
    NF_VEC(uint32_t) ranks = {0};
    enum nf_status status = NF_OK;
    for (size_t i = 0; i < groups->n && !status; i++) {
        status = nf_vec_push(&order, &groups->items[i]);
        if (!status)
            status = nf_vec_push(&ranks, UINT32_MAX);
    }
    if (!status && order.n > 0)
        qsort(order.items, order.n, sizeof *order.items, compare_strength);
    for (size_t i = 0; i < order.n && !status && !nf_interrupted(); i++) {
        uint32_t index = (uint32_t)(order.items[i] - groups->items);
        groups->items[index].leader = find_leader(joins, groups, ranks.items, index);
        groups->items[index].is_leader = groups->items[index].leader == index;
        if (groups->items[index].is_leader)
            ranks.items[index] = (uint32_t)i;
    }
    nf_vec_free(&order);
    nf_vec_free(&ranks);
    return status ? nf_fail_memory("the junctions") : nf_interrupt_check();
}

/* A split inside a target that moving put onto an annotated intron is no event. */
static bool is_normal_splice(const struct nf_panel *panel, const struct nf_join *join,
                             const struct group *group)
{
    const struct nf_locus *low = &group->five, *high = &group->three;
    if (!join->intragenic || low->strand != high->strand)
        return false;
    if (low->pos0 > high->pos0) {
        low = &group->three;
        high = &group->five;
    }
    return nf_annot_is_intron(panel->annot, panel->targets.items[join->target].gene, low->pos0,
                              high->pos0);
}

static enum nf_status collect_groups(const struct nf_panel *panel,
                                     const struct nf_observations *observations,
                                     group_list *groups)
{
    const struct nf_join *joins = observations->joins.items;
    for (size_t i = 0; i < observations->joins.n;) {
        struct group group = {.first = i, .five = joins[i].five, .three = joins[i].three};
        while (i < observations->joins.n &&
               compare_places(&joins[group.first], &joins[i]) == 0)
            i++;
        group.end = i;
        snap_group(panel->annot, &group);
        if (is_normal_splice(panel, &joins[group.first], &group))
            continue;
        if (nf_vec_push(groups, group))
            return nf_fail_memory("the junctions");
    }
    return NF_OK;
}

_Static_assert(sizeof((struct nf_consensus *)0)->gap > NF_MAX_JOIN_GAP,
               "the bases between the parts need room");

static const char *source_of(enum nf_join_kind kind)
{
    return kind == NF_JOIN_N_GAP ? "n_gap" : kind == NF_JOIN_FILE ? "chimeric_file" : "split";
}

static enum nf_status add_join(struct nf_junction *junction,
                               const struct nf_observations *observations,
                               const struct nf_join *join, struct nf_consensus_counts *counts)
{
    int64_t shift5 = (join->five.pos0 - junction->five.pos0) * junction->five.strand;
    int64_t shift3 = (join->three.pos0 - junction->three.pos0) * junction->three.strand;
    if (shift5 == shift3 && join->n_gap == junction->n_gap)
        nf_consensus_add(counts, observations, &join->flanks, shift5);
    struct nf_support support = {.fragment = join->fragment,
                                 .kind = NF_SUPPORT_SPLIT,
                                 .source = source_of(join->kind),
                                 .is_read2 = join->is_read2,
                                 .anchor5 = join->anchor5,
                                 .anchor3 = join->anchor3,
                                 .mapq5 = join->mapq5,
                                 .mapq3 = join->mapq3,
                                 .multi5 = join->multi5,
                                 .multi3 = join->multi3,
                                 .edits = join->edits,
                                 .start = join->start,
                                 .mate_start = join->mate_start};
    return nf_vec_push(&junction->supports, support) ? nf_fail_memory("support") : NF_OK;
}

/* The number of unaligned bases that most joins of the leading group have, the smaller on a
 * tie, and those bases of the least read that has them. */
static void settle_gap(struct nf_junction *junction,
                       const struct nf_observations *observations, const struct group *group)
{
    int64_t counts[NF_MAX_JOIN_GAP + 1] = {0};
    const struct nf_join *joins = observations->joins.items;
    for (size_t i = group->first; i < group->end; i++)
        counts[joins[i].n_gap]++;
    int best = 0;
    for (int n = 1; n <= NF_MAX_JOIN_GAP; n++)
        if (counts[n] > counts[best])
            best = n;
    junction->n_gap = best;
    for (size_t i = group->first; i < group->end && best > 0; i++) {
        const struct nf_flanks *flanks = &joins[i].flanks;
        if (joins[i].n_gap != best || flanks->n_gap != best)
            continue;
        const char *bases = observations->bases.items + flanks->offset + flanks->n5;
        if (!junction->consensus.gap[0] ||
            memcmp(bases, junction->consensus.gap, (size_t)best) < 0)
            memcpy(junction->consensus.gap, bases, (size_t)best);
    }
}

/* Members of one leader side by side, in their order. */
static int compare_leaders(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    if (x->leader != y->leader)
        return x->leader < y->leader ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

/* Makes a junction of groups [first, end), which follow one leader. There can be very many
 * junctions: each is finished before the next is begun, and takes no more room than it needs.
 */
static enum nf_status make_junction(struct nf_junction_context *context,
                                    const struct group *groups, size_t first, size_t end)
{
    const struct nf_observations *observations = context->observations;
    const struct nf_join *joins = observations->joins.items;
    const struct group *leader = &groups[first];
    struct nf_consensus_counts counts;
    struct nf_junction junction;
    enum nf_status status = NF_OK;
    memset(&counts, 0, sizeof counts);
    memset(&junction, 0, sizeof junction);
    /* The leader follows itself: it is the strongest, but not always the first in order. */
    for (size_t i = first; i < end; i++)
        if (groups[i].is_leader)
            leader = &groups[i];
    junction.target = joins[leader->first].target;
    junction.target_is_3prime = joins[leader->first].target_is_3prime;
    junction.intragenic = joins[leader->first].intragenic;
    junction.five = leader->five;
    junction.three = leader->three;
    settle_gap(&junction, observations, leader);
    for (size_t i = first; i < end && !status; i++)
        for (size_t j = groups[i].first; j < groups[i].end && !status; j++)
            status = add_join(&junction, observations, &joins[j], &counts);
    nf_consensus_settle(&junction.consensus, &counts);
    nf_vec_trim(&junction.supports);
    if (!status && nf_vec_push(&context->set->junctions, junction))
        status = nf_fail_memory("the junctions");
    if (status)
        nf_vec_free(&junction.supports);
    return status;
}

/* The groups are put in order of their leaders. */
static enum nf_status make_junctions(struct nf_junction_context *context, group_list *groups)
{
    enum nf_status status = NF_OK;
    if (groups->n > 0)
        qsort(groups->items, groups->n, sizeof *groups->items, compare_leaders);
    for (size_t first = 0, end; first < groups->n && !status; first = end) {
        end = first + 1;
        while (end < groups->n && groups->items[end].leader == groups->items[first].leader)
            end++;
        status = nf_interrupt_check();
        if (!status)
            status = make_junction(context, groups->items, first, end);
    }
    return status;
}

/* Drops joins whose target side has other placements as good: the target must be certain. */
static void drop_multimapped(struct nf_junction_context *context)
{
    struct nf_observations *observations = context->observations;
    size_t n = 0;
    for (size_t i = 0; i < observations->joins.n; i++) {
        const struct nf_join *join = &observations->joins.items[i];
        bool multi = join->target_is_3prime ? join->multi3 : join->multi5;
        if (!multi && !(join->intragenic && join->multi5))
            observations->joins.items[n++] = *join;
    }
    context->set->funnel.n_multimapped = (int64_t)(observations->joins.n - n);
    observations->joins.n = n;
}

static enum nf_status cluster_joins(struct nf_junction_context *context)
{
    struct nf_observations *observations = context->observations;
    struct nf_funnel *funnel = &context->set->funnel;
    group_list groups = {0};
    funnel->n_joins = (int64_t)observations->joins.n;
    drop_multimapped(context);
    if (observations->joins.n > 0)
        qsort(observations->joins.items, observations->joins.n,
              sizeof *observations->joins.items, compare_joins);
    enum nf_status status = collect_groups(context->panel, observations, &groups);
    if (!status)
        status = merge_groups(observations->joins.items, &groups);
    if (!status)
        status = make_junctions(context, &groups);
    funnel->n_exact_places = (int64_t)groups.n;
    funnel->n_junctions_split = (int64_t)context->set->junctions.n;
    nf_vec_free(&groups);
    return status;
}

enum nf_status nf_junctions_build(struct nf_junction_set *set, const struct nf_panel *panel,
                                  struct nf_observations *observations,
                                  const struct nf_sample *sample,
                                  const struct nf_read_groups *read_groups)
{
    memset(set, 0, sizeof *set);
    struct nf_junction_context context = {.panel = panel,
                                          .observations = observations,
                                          .sample = sample,
                                          .read_groups = read_groups,
                                          .set = set};
    enum nf_status status = cluster_joins(&context);
    if (!status)
        status = nf_piles_find(&context);
    if (!status)
        status = nf_clips_attach(&context);
    if (!status)
        status = nf_spanning_attach(&context);
    for (size_t i = 0; i < set->junctions.n && !status; i++) {
        set->junctions.items[i].n_partner_records = -1;
        status = nf_support_settle(&context, &set->junctions.items[i]);
        if (!status)
            status = nf_interrupt_check();
    }
    if (!status && set->junctions.n > 0)
        qsort(set->junctions.items, set->junctions.n, sizeof *set->junctions.items,
              nf_junction_compare);
    nf_vec_free(&context.ids);
    return status;
}

void nf_junctions_free(struct nf_junction_set *set)
{
    for (size_t i = 0; i < set->junctions.n; i++)
        nf_vec_free(&set->junctions.items[i].supports);
    nf_vec_free(&set->junctions);
    nf_vec_free(&set->lone_pairs);
}
