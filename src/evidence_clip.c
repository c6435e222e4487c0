/* SPDX-License-Identifier: MIT */
/* evidence_clip: soft clips that may hide the other half of a junction.
 *
 * An aligner that does not split reads leaves the far side of a junction as a soft clip. A
 * clip is kept with the read bases on both sides of its boundary; what it means is decided
 * when all clips are known (clips.c). In a target any clip is kept; elsewhere only one at an
 * exon edge, where a partner's part of the transcript can end. */
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "ntrkfuse/log.h"

/* The genes a clip may belong to: the target whose core holds it, else the genes with a
 * fitting exon edge near the boundary. Fills evidence->ids. */
static enum nf_status find_genes(struct nf_evidence *evidence, int32_t contig,
                                 int64_t boundary0, bool at_right, uint32_t *target)
{
    const struct nf_panel *panel = evidence->panel;
    const struct nf_annot *annot = panel->annot;
    nf_id_list *ids = &evidence->ids;
    ids->n = 0;
    *target = nf_panel_core_at(panel, contig, boundary0);
    if (*target != NF_NO_TARGET)
        return nf_vec_push(ids, panel->targets.items[*target].gene);
    size_t n;
    const struct nf_edge *edges = nf_annot_edges(annot, contig, boundary0 - NF_EDGE_SLACK,
                                                 boundary0 + NF_EDGE_SLACK + 1, &n);
    for (size_t i = 0; i < n; i++) {
        uint32_t gene = edges[i].gene;
        bool forward = annot->genes.items[gene].strand > 0;
        if ((edges[i].kind == NF_EDGE_DONOR) != (forward == at_right))
            continue;
        bool known = panel->gene_targets.items[gene] != NF_NO_TARGET;
        for (size_t j = 0; j < ids->n && !known; j++)
            known = ids->items[j] == gene;
        if (!known && nf_vec_push(ids, gene))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

/* A clip at one end of the read: the boundary base is the last aligned one, `end5` and
 * `start3` the read positions that part aligned from clipped bases. */
static enum nf_status take_clip(struct nf_evidence *evidence, struct nf_evidence_read *read,
                                const struct nf_alignment *own, bool at_start)
{
    const struct nf_chain *chain = &evidence->chain;
    int32_t n_clipped = at_start ? own->soft_start : own->soft_end;
    if (n_clipped < NF_MIN_TARGET_CLIP ||
        n_clipped != (at_start ? own->clip_start : own->clip_end))
        return NF_OK;
    size_t b = own->first_block + (at_start ? 0 : own->n_blocks - 1);
    const struct nf_block *block = &chain->blocks.items[b];
    bool at_right = at_start == (own->strand < 0);
    int64_t boundary0 = at_right ? block->end0 - 1 : block->start0;
    uint32_t target;
    if (find_genes(evidence, own->contig, boundary0, at_right, &target))
        return nf_fail_memory("a clip");
    if (target == NF_NO_TARGET && n_clipped < NF_MIN_EDGE_CLIP)
        return NF_OK;
    int32_t anchor = 0;
    for (size_t i = 0; i < own->n_blocks; i++)
        anchor += chain->blocks.items[own->first_block + i].n_aligned;
    if (!at_start) /* the aligned part begins with the primer */
        anchor = anchor > read->n_primer ? anchor - read->n_primer : 0;
    int32_t edge = at_start ? block->read_start0 : block->read_end0;

    for (size_t i = 0; i < evidence->ids.n; i++) {
        uint32_t gene = evidence->ids.items[i];
        int8_t strand = evidence->panel->annot->genes.items[gene].strand;
        uint32_t fragment;
        if (nf_evidence_fragment(evidence, read, &fragment))
            return NF_ERR_MEMORY;
        read->is_linked = true;
        struct nf_clip clip = {.fragment = fragment,
                               .gene = gene,
                               .target = target,
                               .locus = {own->contig, strand, boundary0},
                               .is_downstream = at_right == (strand > 0),
                               .n_clipped = n_clipped,
                               .anchor = anchor,
                               .mapq = nf_mapq_normal(own->mapq),
                               .multi = nf_is_multimapped(own->mapq, read->n_hits),
                               .is_read2 = read->is_read2,
                               .start = read->start,
                               .mate_start = read->mate_start};
        bool is_flipped = own->strand != strand;
        enum nf_status status =
            nf_evidence_flanks(evidence, read->record, edge, edge, is_flipped, &clip.flanks);
        if (status)
            return status;
        if (nf_vec_push(&evidence->observations->clips, clip))
            return nf_fail_memory("a clip");
    }
    return NF_OK;
}

enum nf_status nf_evidence_clips(struct nf_evidence *evidence, struct nf_evidence_read *read)
{
    const struct nf_chain *chain = &evidence->chain;
    for (size_t i = 0; i < chain->alignments.n; i++) {
        const struct nf_alignment *own = &chain->alignments.items[i];
        if (!own->is_record)
            continue;
        enum nf_status status = take_clip(evidence, read, own, true);
        return status ? status : take_clip(evidence, read, own, false);
    }
    return NF_OK;
}
