/* SPDX-License-Identifier: MIT */
/* verdict: the answer for each target gene. */
#include "ntrkfuse/verdict.h"

#include "ntrkfuse/log.h"

static const struct {
    const char *name, *text;
} reasons[NF_N_VERDICT_REASONS] = {
    {"high_oncogenic_type",
     "a junction of tier HIGH puts the whole kinase of this gene, in frame, behind a partner"},
    {"high_uncertain", "a junction of tier HIGH, but what it encodes is uncertain"},
    {"medium", "a junction of tier MEDIUM: confirm by another method"},
    {"possible_carryover", "one or two fragments on a published junction: a weak fusion, or "
                           "carry-over from another sample; repeat or confirm"},
    {"reciprocal_only",
     "this gene is the 5' part of what was seen: the product with the kinase "
     "may have been missed; confirm by another method"},
    {"pairs_without_junction",
     "read pairs join this gene to another, but no read shows where: "
     "align with an aligner that splits reads"},
    {"non_oncogenic", "what was found lacks the kinase, its frame or its direction"},
    {"low_only", "only junctions of tier LOW, as noise gives them"},
    {"none_found", "no junction that is likely enough"},
    {"library", "the library could not have shown a fusion"},
    {"target_absent", "the gene lies on no contig of the input"},
    {"out_of_frame",
     "the whole kinase is joined to a partner, but out of frame in every "
     "transcript known; another splice form may be in frame: confirm by another "
     "method"},
};

const char *nf_verdict_state_name(enum nf_verdict_state state)
{
    static const char *const names[] = {"POSITIVE", "EQUIVOCAL", "NEGATIVE", "NOT_ASSESSABLE"};
    return names[state];
}

const char *nf_verdict_reason_name(unsigned bit)
{
    return reasons[bit].name;
}

const char *nf_verdict_reason_text(unsigned bit)
{
    return reasons[bit].text;
}

/* Is the frame all that speaks against the structure? */
static bool is_only_out_of_frame(const struct nf_fusion *fusion)
{
    return fusion->event_type == NF_EVENT_FUSION && fusion->frame == NF_FRAME_OUT &&
           fusion->kinase == NF_KINASE_WHOLE && nf_side_is_sense(&fusion->five) &&
           nf_side_is_sense(&fusion->three);
}

/* What one row says of its target. */
static unsigned reason_of(const struct nf_fusion *fusion)
{
    bool sure = fusion->score.tier == NF_TIER_HIGH,
         likely = fusion->score.tier == NF_TIER_MEDIUM;
    if (fusion->score.tier == NF_TIER_LOW)
        return fusion->flags & NF_FLAG_POSSIBLE_CARRYOVER &&
                       fusion->structure != NF_NON_ONCOGENIC
                   ? NF_VERDICT_CARRYOVER
                   : NF_VERDICT_LOW_ONLY;
    if (!sure && !likely)
        return 0;
    if (fusion->event_type == NF_EVENT_RECIPROCAL)
        return NF_VERDICT_RECIPROCAL_ONLY;
    if (is_only_out_of_frame(fusion))
        return NF_VERDICT_OUT_OF_FRAME;
    if (fusion->structure == NF_NON_ONCOGENIC)
        return NF_VERDICT_NON_ONCOGENIC;
    if (likely)
        return NF_VERDICT_MEDIUM;
    return fusion->structure == NF_ONCOGENIC_TYPE ? NF_VERDICT_ONCOGENIC
                                                  : NF_VERDICT_HIGH_UNCERTAIN;
}

static enum nf_verdict_state state_of(unsigned found, bool is_present, bool assessable)
{
    const unsigned equivocal = NF_VERDICT_HIGH_UNCERTAIN | NF_VERDICT_MEDIUM |
                               NF_VERDICT_CARRYOVER | NF_VERDICT_RECIPROCAL_ONLY |
                               NF_VERDICT_OUT_OF_FRAME | NF_VERDICT_PAIRS_ONLY;
    if (found & NF_VERDICT_ONCOGENIC)
        return NF_VERDICT_POSITIVE;
    if (found & equivocal)
        return NF_VERDICT_EQUIVOCAL;
    return is_present && assessable ? NF_VERDICT_NEGATIVE : NF_VERDICT_NOT_ASSESSABLE;
}

/* The first group of pairs that is too large to be passed over. */
static const struct nf_pair_group *find_pairs(const struct nf_panel *panel,
                                              const struct nf_junction_set *junctions,
                                              uint32_t target)
{
    for (size_t i = 0; i < junctions->lone_pairs.n; i++) {
        const struct nf_pair_group *group = &junctions->lone_pairs.items[i];
        const struct nf_partner *partner = nf_catalogue_partner(
            panel->catalogue, group->target, panel->annot->genes.items[group->gene].symbol,
            NF_SIDE_5PRIME);
        bool is_known = partner && !partner->neutral;
        if (group->target == target &&
            group->n >= (is_known ? NF_KNOWN_PAIRS_ONLY : NF_PAIRS_ONLY))
            return group;
    }
    return NULL;
}

/* Of the reasons found, those that led to the state: weaker ones would only distract. */
static unsigned reasons_for(unsigned found, enum nf_verdict_state state, bool is_present)
{
    const unsigned negative = NF_VERDICT_NON_ONCOGENIC | NF_VERDICT_LOW_ONLY;
    switch (state) {
    case NF_VERDICT_POSITIVE:
        return NF_VERDICT_ONCOGENIC;
    case NF_VERDICT_EQUIVOCAL:
        return found & ~negative;
    case NF_VERDICT_NEGATIVE:
        return found & negative ? found & negative : NF_VERDICT_NONE;
    case NF_VERDICT_NOT_ASSESSABLE:
        break;
    }
    return is_present ? NF_VERDICT_LIBRARY | (found & negative) : NF_VERDICT_TARGET_ABSENT;
}

/* The first row, in the order of the set, whose reason is among `wanted`. */
static const struct nf_fusion *find_best(const struct nf_fusion_set *set, uint32_t target,
                                         unsigned wanted)
{
    for (size_t i = 0; i < set->fusions.n; i++) {
        const struct nf_fusion *fusion = &set->fusions.items[i];
        if (!fusion->dropped && fusion->junction->target == target &&
            reason_of(fusion) & wanted)
            return fusion;
    }
    return NULL;
}

enum nf_status nf_verdicts_find(nf_verdict_list *verdicts, const struct nf_panel *panel,
                                const struct nf_fusion_set *set,
                                const struct nf_junction_set *junctions, bool assessable)
{
    for (uint32_t t = 0; t < panel->targets.n; t++) {
        struct nf_verdict verdict = {.target = t};
        bool is_present = panel->targets.items[t].gene != NF_NO_GENE;
        unsigned found = 0;
        for (size_t i = 0; i < set->fusions.n; i++) {
            const struct nf_fusion *fusion = &set->fusions.items[i];
            if (!fusion->dropped && fusion->junction->target == t)
                found |= reason_of(fusion);
        }
        const struct nf_pair_group *pairs = find_pairs(panel, junctions, t);
        if (pairs)
            found |= NF_VERDICT_PAIRS_ONLY;
        verdict.state = state_of(found, is_present, assessable);
        verdict.reasons = reasons_for(found, verdict.state, is_present);
        verdict.best = find_best(set, t, verdict.reasons);
        verdict.pairs = verdict.reasons & NF_VERDICT_PAIRS_ONLY ? pairs : NULL;
        if (nf_vec_push(verdicts, verdict))
            return nf_fail_memory("the verdicts");
    }
    return NF_OK;
}
