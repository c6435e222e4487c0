/* SPDX-License-Identifier: MIT */
/* panel: the targets and control genes placed on the input's genome. */
#include "ntrkfuse/panel.h"

#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/str.h"

enum { BIN_SHIFT = 14 };

/* The target's transcript among those of its gene: the named accession, also in another
 * version; else the gene's primary one. */
static uint32_t find_transcript(const struct nf_annot *annot, uint32_t gene,
                                const char *accession)
{
    size_t n_stem = strcspn(accession, ".");
    const struct nf_gene *model = &annot->genes.items[gene];
    uint32_t same_stem = NF_NO_TRANSCRIPT;
    for (uint32_t i = 0; i < model->n_transcripts; i++) {
        uint32_t index = model->first_transcript + i;
        const char *other = annot->transcripts.items[index].accession;
        if (strcmp(other, accession) == 0)
            return index;
        if (strcspn(other, ".") == n_stem && strncmp(other, accession, n_stem) == 0 &&
            same_stem == NF_NO_TRANSCRIPT)
            same_stem = index;
    }
    return same_stem;
}

/* The kinase domain on the genome, from residue numbers of the target's transcript. A
 * transcript whose protein has another length (a user's GTF) cannot be numbered that way:
 * unknown. */
static void place_kinase(const struct nf_annot *annot, const struct nf_target *target,
                         struct nf_panel_target *placed)
{
    placed->kinase_first0 = placed->kinase_last0 = -1;
    if (nf_transcript_residue_pos0(annot, placed->transcript, target->protein_length, 2) < 0)
        return;
    placed->kinase_first0 =
        nf_transcript_residue_pos0(annot, placed->transcript, target->kinase_start, 0);
    placed->kinase_last0 =
        nf_transcript_residue_pos0(annot, placed->transcript, target->kinase_end, 2);
    placed->kinase_exon_first =
        nf_transcript_exon_at(annot, placed->transcript, placed->kinase_first0);
    placed->kinase_exon_last =
        nf_transcript_exon_at(annot, placed->transcript, placed->kinase_last0);
}

static struct nf_region widen(const struct nf_genome *genome, struct nf_region region,
                              int64_t margin)
{
    int64_t length = genome->contigs[region.contig].length;
    region.start0 = region.start0 > margin ? region.start0 - margin : 0;
    region.end0 = region.end0 + margin < length ? region.end0 + margin : length;
    return region;
}

static enum nf_status place_target(struct nf_panel *panel, const struct nf_target *target)
{
    const struct nf_annot *annot = panel->annot;
    struct nf_panel_target placed = {.symbol = target->symbol,
                                     .gene = NF_NO_GENE,
                                     .transcript = NF_NO_TRANSCRIPT,
                                     .legacy = NF_NO_TRANSCRIPT,
                                     .core = {-1, 0, 0},
                                     .window = {-1, 0, 0},
                                     .kinase_first0 = -1,
                                     .kinase_last0 = -1};
    uint32_t gene = nf_annot_find(annot, nf_span_of(target->symbol));
    if (gene != NF_NO_GENE && annot->genes.items[gene].contig >= 0) {
        const struct nf_gene *model = &annot->genes.items[gene];
        placed.gene = gene;
        placed.strand = model->strand;
        placed.transcript = find_transcript(annot, gene, target->transcript);
        if (placed.transcript == NF_NO_TRANSCRIPT)
            placed.transcript = model->primary;
        placed.legacy = find_transcript(annot, gene, target->legacy_transcript);
        if (placed.legacy == placed.transcript) /* the old numbering is not at hand */
            placed.legacy = NF_NO_TRANSCRIPT;
        const struct nf_transcript *transcript = &annot->transcripts.items[placed.transcript];
        placed.core.contig = placed.window.contig = model->contig;
        placed.core.start0 = transcript->exons[0].start0;
        placed.core.end0 = transcript->exons[transcript->n_exons - 1].end0;
        placed.window.start0 = model->start0;
        placed.window.end0 = model->end0;
        placed.window = widen(panel->genome, placed.window, NF_WINDOW_MARGIN);
        place_kinase(annot, target, &placed);
    }
    return nf_vec_push(&panel->targets, placed) ? nf_fail_memory("the targets") : NF_OK;
}

static enum nf_status add_learning(struct nf_panel *panel, struct nf_region region)
{
    return nf_vec_push(&panel->learning, region) ? nf_fail_memory("the regions") : NF_OK;
}

static enum nf_status build_bins(struct nf_panel *panel)
{
    size_t n_contigs = (size_t)panel->genome->n_contigs;
    panel->bins = calloc(n_contigs + 1, sizeof *panel->bins);
    if (!panel->bins)
        return nf_fail_memory("the region bins");
    for (size_t i = 0; i < panel->learning.n; i++) {
        const struct nf_region *region = &panel->learning.items[i];
        size_t n_bins =
            (size_t)(panel->genome->contigs[region->contig].length >> BIN_SHIFT) + 1;
        uint8_t **bins = &panel->bins[region->contig];
        if (!*bins && !(*bins = calloc(n_bins / 8 + 1, 1)))
            return nf_fail_memory("the region bins");
        for (int64_t bin = region->start0 >> BIN_SHIFT; bin <= (region->end0 - 1) >> BIN_SHIFT;
             bin++)
            (*bins)[bin / 8] |= (uint8_t)(1 << (bin % 8));
    }
    return NF_OK;
}

/* Marks what each gene is to us, and collects the control genes' regions. */
static enum nf_status assign_roles(struct nf_panel *panel)
{
    const struct nf_annot *annot = panel->annot;
    const struct nf_catalogue *catalogue = panel->catalogue;
    for (size_t i = 0; i < annot->genes.n; i++)
        if (nf_vec_push(&panel->gene_roles, 0) ||
            nf_vec_push(&panel->gene_targets, NF_NO_TARGET))
            return nf_fail_memory("the gene roles");
    for (size_t i = 0; i < catalogue->partners.n; i++) {
        uint32_t gene = nf_annot_find(annot, nf_span_of(catalogue->partners.items[i].symbol));
        if (gene != NF_NO_GENE)
            panel->gene_roles.items[gene] |= NF_ROLE_PARTNER;
    }
    for (size_t i = 0; i < catalogue->control_genes.n; i++) {
        uint32_t gene = nf_annot_find(annot, nf_span_of(catalogue->control_genes.items[i]));
        if (gene == NF_NO_GENE || annot->genes.items[gene].contig < 0)
            continue;
        const struct nf_gene *model = &annot->genes.items[gene];
        panel->gene_roles.items[gene] |= NF_ROLE_CONTROL;
        if (add_learning(panel, (struct nf_region){model->contig, model->start0, model->end0}))
            return NF_ERR_MEMORY;
    }
    for (size_t i = 0; i < panel->targets.n; i++) {
        const struct nf_panel_target *target = &panel->targets.items[i];
        if (target->gene == NF_NO_GENE)
            continue;
        panel->gene_roles.items[target->gene] |= NF_ROLE_TARGET;
        panel->gene_targets.items[target->gene] = (uint32_t)i;
        if (add_learning(panel, target->window))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

size_t nf_panel_n_present(const struct nf_panel *panel)
{
    size_t n_present = 0;
    for (size_t i = 0; i < panel->targets.n; i++)
        n_present += panel->targets.items[i].gene != NF_NO_GENE;
    return n_present;
}

static void warn_absent(const struct nf_panel *panel)
{
    for (size_t i = 0; i < panel->targets.n && nf_panel_n_present(panel) > 0; i++)
        if (panel->targets.items[i].gene == NF_NO_GENE)
            nf_warn("%s lies on no contig of the input: it cannot be assessed",
                    panel->targets.items[i].symbol);
}

/* The catalogue's junctions whose contigs this genome has, where it is known. */
static enum nf_status place_published(struct nf_panel *panel)
{
    const struct nf_catalogue *catalogue = panel->catalogue;
    if (panel->genome->assembly == NF_ASSEMBLY_UNKNOWN)
        return NF_OK;
    for (size_t i = 0; i < catalogue->junctions.n; i++) {
        const struct nf_known_junction *known = &catalogue->junctions.items[i];
        struct nf_panel_junction placed = {
            .target = known->target,
            .five = {nf_genome_find(panel->genome, nf_span_of(known->contig5)), known->strand5,
                     known->pos5},
            .three = {nf_genome_find(panel->genome, nf_span_of(known->contig3)),
                      known->strand3, known->pos3}};
        if (placed.five.contig >= 0 && placed.three.contig >= 0 &&
            nf_vec_push(&panel->published, placed))
            return nf_fail_memory("the published junctions");
    }
    return NF_OK;
}

enum nf_status nf_panel_init(struct nf_panel *panel, const struct nf_genome *genome,
                             const struct nf_annot *annot,
                             const struct nf_catalogue *catalogue)
{
    memset(panel, 0, sizeof *panel);
    panel->genome = genome;
    panel->annot = annot;
    panel->catalogue = catalogue;
    enum nf_status status = NF_OK;
    for (size_t i = 0; i < catalogue->targets.n && !status; i++)
        status = place_target(panel, &catalogue->targets.items[i]);
    if (!status)
        status = assign_roles(panel);
    if (!status)
        status = place_published(panel);
    if (status)
        return status;
    warn_absent(panel);
    nf_regions_merge(&panel->learning);
    return build_bins(panel);
}

void nf_panel_free(struct nf_panel *panel)
{
    for (int32_t i = 0; panel->bins && i < panel->genome->n_contigs; i++)
        free(panel->bins[i]);
    free(panel->bins);
    panel->bins = NULL;
    nf_vec_free(&panel->targets);
    nf_vec_free(&panel->gene_roles);
    nf_vec_free(&panel->gene_targets);
    nf_vec_free(&panel->learning);
    nf_vec_free(&panel->published);
}

static bool overlaps(const struct nf_region *region, int32_t contig, int64_t start0,
                     int64_t end0)
{
    return region->contig == contig && start0 < region->end0 && end0 > region->start0;
}

bool nf_locus_is_near(struct nf_locus place, struct nf_locus other, int64_t slack)
{
    return place.contig == other.contig && place.strand == other.strand &&
           llabs(place.pos0 - other.pos0) <= slack;
}

bool nf_panel_near_published(const struct nf_panel *panel, uint32_t target,
                             struct nf_locus five, struct nf_locus three, int64_t slack)
{
    for (size_t i = 0; i < panel->published.n; i++) {
        const struct nf_panel_junction *known = &panel->published.items[i];
        if (known->target == target && nf_locus_is_near(known->five, five, slack) &&
            nf_locus_is_near(known->three, three, slack))
            return true;
    }
    return false;
}

uint32_t nf_panel_core_at(const struct nf_panel *panel, int32_t contig, int64_t pos0)
{
    for (size_t i = 0; i < panel->targets.n; i++)
        if (overlaps(&panel->targets.items[i].core, contig, pos0, pos0 + 1))
            return (uint32_t)i;
    return NF_NO_TARGET;
}

bool nf_panel_nears_core(const struct nf_panel *panel, int32_t contig, int64_t start0,
                         int64_t end0)
{
    for (size_t i = 0; i < panel->targets.n; i++)
        if (overlaps(&panel->targets.items[i].core, contig, start0 - NF_CORE_MARGIN,
                     end0 + NF_CORE_MARGIN))
            return true;
    return false;
}

uint32_t nf_panel_window_at(const struct nf_panel *panel, int32_t contig, int64_t start0,
                            int64_t end0)
{
    for (size_t i = 0; i < panel->targets.n; i++)
        if (overlaps(&panel->targets.items[i].window, contig, start0, end0))
            return (uint32_t)i;
    return NF_NO_TARGET;
}

bool nf_panel_may_learn(const struct nf_panel *panel, int32_t contig, int64_t start0,
                        int64_t end0)
{
    if (contig < 0 || !panel->bins[contig])
        return false;
    const uint8_t *bins = panel->bins[contig];
    int64_t n_bins = (panel->genome->contigs[contig].length >> BIN_SHIFT) + 1;
    int64_t last = (end0 - 1) >> BIN_SHIFT;
    if (last >= n_bins)
        last = n_bins - 1;
    for (int64_t bin = start0 > 0 ? start0 >> BIN_SHIFT : 0; bin <= last; bin++)
        if (bins[bin / 8] & 1 << (bin % 8))
            return true;
    return false;
}

bool nf_panel_learns(const struct nf_panel *panel, int32_t contig, int64_t start0,
                     int64_t end0)
{
    const struct nf_region *items = panel->learning.items;
    size_t low = 0, high = panel->learning.n; /* first region that ends behind start0 */
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct nf_region *region = &items[middle];
        if (region->contig < contig || (region->contig == contig && region->end0 <= start0))
            low = middle + 1;
        else
            high = middle;
    }
    return low < panel->learning.n && overlaps(&items[low], contig, start0, end0);
}
