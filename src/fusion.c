/* SPDX-License-Identifier: MIT */
/* fusion: what a junction means. */
#include "ntrkfuse/fusion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"

const char *nf_site_name(enum nf_site site)
{
    static const char *const names[] = {"exon_edge", "exon", "intron", "antisense",
                                        "intergenic"};
    return names[site];
}

const char *nf_frame_name(enum nf_frame frame)
{
    static const char *const names[] = {"in", "out", "5'-UTR", "no-CDS", "mixed", "unknown"};
    return names[frame];
}

const char *nf_kinase_name(enum nf_kinase kinase)
{
    static const char *const names[] = {"whole", "broken", "absent", "unknown"};
    return names[kinase];
}

const char *nf_structure_name(enum nf_structure structure)
{
    static const char *const names[] = {"oncogenic_type", "uncertain", "non_oncogenic"};
    return names[structure];
}

const char *nf_event_type_name(enum nf_event_type type)
{
    static const char *const names[] = {"fusion", "reciprocal", "read_through", "intragenic",
                                        "unplaced"};
    return names[type];
}

const char *nf_flag_name(unsigned bit)
{
    static const char *const names[NF_N_FLAGS] = {"read_through_possible",
                                                  "partner_multimapped",
                                                  "partner_ambiguous",
                                                  "off_edge5",
                                                  "off_edge3",
                                                  "clips_only",
                                                  "single_fragment",
                                                  "single_start",
                                                  "untemplated_bases",
                                                  "amplicon_no_umi",
                                                  "possible_carryover",
                                                  "promiscuous_site",
                                                  "few_molecules"};
    return names[bit];
}

const char *nf_tier_name(enum nf_tier tier)
{
    static const char *const names[] = {".", "HIGH", "MEDIUM", "LOW", "."};
    return names[tier];
}

const struct nf_side *nf_fusion_partner_side(const struct nf_fusion *fusion)
{
    return fusion->junction->target_is_3prime ? &fusion->five : &fusion->three;
}

static const struct nf_locus *partner_locus(const struct nf_junction *junction)
{
    return junction->target_is_3prime ? &junction->five : &junction->three;
}

static enum nf_status place_sides(const struct nf_panel *panel, struct nf_fusion *fusion)
{
    const struct nf_junction *junction = fusion->junction;
    uint32_t target = panel->targets.items[junction->target].gene;
    bool three = junction->target_is_3prime || junction->intragenic;
    bool five = !junction->target_is_3prime || junction->intragenic;
    enum nf_status status =
        nf_side_place(&fusion->five, panel, junction->five, NF_EDGE_DONOR,
                      five ? target : NF_NO_GENE, five ? NF_NO_GENE : target);
    if (status)
        return status;
    return nf_side_place(&fusion->three, panel, junction->three, NF_EDGE_ACCEPTOR,
                         three ? target : NF_NO_GENE, three ? NF_NO_GENE : target);
}

/* Distance from the end of the upstream gene to the start of the downstream one, both on one
 * strand of one contig; −1 when they do not lie so. */
static int64_t neighbour_distance(const struct nf_annot *annot, uint32_t upstream,
                                  uint32_t downstream)
{
    if (upstream == NF_NO_GENE || downstream == NF_NO_GENE)
        return -1;
    const struct nf_gene *a = &annot->genes.items[upstream],
                         *b = &annot->genes.items[downstream];
    if (a->contig != b->contig || a->strand != b->strand)
        return -1;
    bool in_order = a->strand > 0 ? a->start0 < b->start0 : a->end0 > b->end0;
    int64_t distance = a->strand > 0 ? b->start0 - a->end0 : a->start0 - b->end0;
    if (!in_order)
        return -1;
    return distance > 0 ? distance : 0;
}

bool nf_side_is_sense(const struct nf_side *side)
{
    return side->site != NF_SITE_ANTISENSE && side->site != NF_SITE_INTERGENIC;
}

static enum nf_event_type event_type_of(const struct nf_panel *panel,
                                        const struct nf_fusion *fusion)
{
    const struct nf_junction *junction = fusion->junction;
    const struct nf_genome *genome = panel->genome;
    if (junction->intragenic)
        return NF_EVENT_INTRAGENIC;
    if (genome->assembly != NF_ASSEMBLY_UNKNOWN &&
        genome->contigs[partner_locus(junction)->contig].chromosome == 0)
        return NF_EVENT_UNPLACED;
    if (junction->target_is_3prime)
        return NF_EVENT_FUSION;
    int64_t distance = neighbour_distance(panel->annot, fusion->five.gene, fusion->three.gene);
    bool near = distance >= 0 && distance <= NF_READ_THROUGH_DISTANCE &&
                nf_side_is_sense(&fusion->three);
    return near ? NF_EVENT_READ_THROUGH : NF_EVENT_RECIPROCAL;
}

static enum nf_structure structure_of(const struct nf_fusion *fusion)
{
    if (fusion->event_type == NF_EVENT_INTRAGENIC)
        return fusion->frame == NF_FRAME_IN && (fusion->kinase == NF_KINASE_WHOLE ||
                                                fusion->kinase == NF_KINASE_UNKNOWN)
                   ? NF_UNCERTAIN
                   : NF_NON_ONCOGENIC;
    if (!fusion->junction->target_is_3prime || fusion->kinase == NF_KINASE_BROKEN ||
        fusion->kinase == NF_KINASE_ABSENT || fusion->frame == NF_FRAME_OUT ||
        fusion->five.site == NF_SITE_ANTISENSE || fusion->three.site == NF_SITE_ANTISENSE)
        return NF_NON_ONCOGENIC;
    bool reads_through = fusion->frame == NF_FRAME_IN || fusion->frame == NF_FRAME_UTR5;
    return reads_through && fusion->kinase == NF_KINASE_WHOLE ? NF_ONCOGENIC_TYPE
                                                              : NF_UNCERTAIN;
}

/* The name by which the catalogue knows the chromosomes: "chr12". */
static const char *chromosome_name(const struct nf_genome *genome, int32_t contig, char *text,
                                   size_t size)
{
    int chromosome = genome->contigs[contig].chromosome;
    const char *letters[] = {"X", "Y", "M"};
    if (chromosome == 0)
        return genome->contigs[contig].name;
    if (chromosome >= 23)
        snprintf(text, size, "chr%s", letters[chromosome - 23]);
    else
        snprintf(text, size, "chr%d", chromosome);
    return text;
}

static void look_up(const struct nf_panel *panel, struct nf_fusion *fusion)
{
    const struct nf_junction *junction = fusion->junction;
    const struct nf_side *partner = nf_fusion_partner_side(fusion);
    const struct nf_side *target = junction->target_is_3prime ? &fusion->three : &fusion->five;
    char contig5[16], contig3[16];
    if (junction->intragenic || panel->genome->assembly == NF_ASSEMBLY_UNKNOWN)
        return;
    bool is_gene = partner->gene != NF_NO_GENE && nf_side_is_sense(partner);
    const char *symbol = is_gene ? panel->annot->genes.items[partner->gene].symbol : NULL;
    struct nf_junction_query query = {
        .target = junction->target,
        .partner = symbol,
        .target_is_3prime = junction->target_is_3prime,
        .contig5 =
            chromosome_name(panel->genome, junction->five.contig, contig5, sizeof contig5),
        .contig3 =
            chromosome_name(panel->genome, junction->three.contig, contig3, sizeof contig3),
        .locus5 = junction->five,
        .locus3 = junction->three,
        .exon3_mane = target->transcript == panel->targets.items[junction->target].transcript
                          ? target->exon
                          : 0};
    fusion->level = nf_catalogue_find(panel->catalogue, &query, &fusion->known);
    if (symbol)
        fusion->partner =
            nf_catalogue_partner(panel->catalogue, junction->target, symbol,
                                 junction->target_is_3prime ? NF_SIDE_5PRIME : NF_SIDE_3PRIME);
}

/* Is the partner's piece placed elsewhere as well in most of the fragments that show it? */
static bool partner_is_multimapped(const struct nf_junction *junction)
{
    int64_t n_multi = 0;
    for (size_t i = 0; i < junction->supports.n; i++)
        n_multi += junction->target_is_3prime ? junction->supports.items[i].multi5
                                              : junction->supports.items[i].multi3;
    return 2 * n_multi >= (int64_t)junction->supports.n && n_multi > 0;
}

static unsigned flags_of(const struct nf_panel *panel, const struct nf_sample *sample,
                         const struct nf_fusion *fusion)
{
    const struct nf_junction *junction = fusion->junction;
    unsigned flags = 0;
    if (fusion->event_type == NF_EVENT_FUSION && nf_side_is_sense(&fusion->five)) {
        int64_t distance =
            neighbour_distance(panel->annot, fusion->five.gene, fusion->three.gene);
        if (distance >= 0 && distance <= NF_READ_THROUGH_DISTANCE)
            flags |= NF_FLAG_READ_THROUGH_POSSIBLE;
    }
    if (partner_is_multimapped(junction))
        flags |= NF_FLAG_PARTNER_MULTIMAPPED;
    if (nf_fusion_partner_side(fusion)->alternatives.n > 0)
        flags |= NF_FLAG_PARTNER_AMBIGUOUS;
    if (fusion->five.site != NF_SITE_EDGE)
        flags |= NF_FLAG_OFF_EDGE5;
    if (fusion->three.site != NF_SITE_EDGE)
        flags |= NF_FLAG_OFF_EDGE3;
    if (junction->n_split == 0)
        flags |= NF_FLAG_CLIPS_ONLY;
    if (junction->n_molecules == 1)
        flags |= NF_FLAG_SINGLE_FRAGMENT;
    else if (junction->n_start_sites == 1)
        flags |= NF_FLAG_SINGLE_START;
    if (junction->n_gap > 0)
        flags |= NF_FLAG_UNTEMPLATED_BASES;
    if (nf_sample_copies(sample) == NF_COPIES_UNTOLD)
        flags |= NF_FLAG_AMPLICON_NO_UMI;
    return flags;
}

static double ffpm_of(const struct nf_scan *scan, const struct nf_junction *junction)
{
    if (scan->n_mapped <= 0)
        return (double)NAN;
    double n_fragments = (double)scan->n_mapped / (scan->sample.is_paired ? 2.0 : 1.0);
    return (double)(junction->n_split + junction->n_rescued + junction->n_spanning) /
           (n_fragments / 1e6);
}

static enum nf_status annotate(const struct nf_panel *panel, const struct nf_scan *scan,
                               struct nf_fusion *fusion)
{
    enum nf_status status = place_sides(panel, fusion);
    if (status)
        return status;
    fusion->event_type = event_type_of(panel, fusion);
    fusion->frame = nf_frame_find(panel->annot, fusion);
    fusion->kinase = nf_kinase_find(panel, fusion->junction);
    fusion->structure = structure_of(fusion);
    look_up(panel, fusion);
    fusion->flags = flags_of(panel, &scan->sample, fusion);
    fusion->ffpm = ffpm_of(scan, fusion->junction);
    return NF_OK;
}

/* As many digits of a posterior as a reader sees: what differs beyond them decides nothing. */
static long long printed(double posterior)
{
    return llround(posterior * 1e4);
}

/* Best first: kept before dropped, then how sure, then what matters to a reader, then
 * evidence, then position. */
static int compare_fusions(const void *a, const void *b)
{
    const struct nf_fusion *x = a, *y = b;
    if (!x->dropped != !y->dropped)
        return x->dropped ? 1 : -1;
    if (x->score.tier != y->score.tier)
        return (int)x->score.tier - (int)y->score.tier;
    if (printed(x->score.posterior_flat) != printed(y->score.posterior_flat))
        return printed(x->score.posterior_flat) > printed(y->score.posterior_flat) ? -1 : 1;
    if (x->structure != y->structure)
        return (int)x->structure - (int)y->structure;
    if (x->event_type != y->event_type)
        return (int)x->event_type - (int)y->event_type;
    if (x->level != y->level)
        return (int)y->level - (int)x->level;
    if (x->junction->n_unique != y->junction->n_unique)
        return x->junction->n_unique > y->junction->n_unique ? -1 : 1;
    return nf_junction_compare(x->junction, y->junction);
}

enum nf_status nf_fusions_build(struct nf_fusion_set *set, const struct nf_panel *panel,
                                struct nf_scan *scan, const struct nf_junction_set *junctions)
{
    enum nf_status status = NF_OK;
    memset(set, 0, sizeof *set);
    if (nf_vec_reserve(&set->fusions, junctions->junctions.n))
        return nf_fail_memory("the fusions");
    for (size_t i = 0; i < junctions->junctions.n && !status; i++) {
        struct nf_fusion fusion;
        if (junctions->junctions.items[i].supports.n == 0)
            continue;
        memset(&fusion, 0, sizeof fusion);
        fusion.junction = &junctions->junctions.items[i];
        if (nf_vec_push(&set->fusions, fusion))
            return nf_fail_memory("the fusions");
        status = annotate(panel, scan, &set->fusions.items[set->fusions.n - 1]);
        if (!status)
            status = nf_interrupt_check();
    }
    if (!status)
        status = nf_coverage_apply(set, panel, &scan->observations);
    return status;
}

enum nf_status nf_fusions_order(struct nf_fusion_set *set)
{
    if (set->fusions.n > 0)
        qsort(set->fusions.items, set->fusions.n, sizeof *set->fusions.items, compare_fusions);
    return nf_fusions_number(set);
}

void nf_fusions_free(struct nf_fusion_set *set)
{
    for (size_t i = 0; i < set->fusions.n; i++) {
        nf_vec_free(&set->fusions.items[i].five.alternatives);
        nf_vec_free(&set->fusions.items[i].three.alternatives);
    }
    nf_vec_free(&set->fusions);
    nf_vec_free(&set->target_fragments);
}
