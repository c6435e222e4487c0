/* SPDX-License-Identifier: MIT */
/* frame: the reading frame over a junction, and what remains of the kinase.
 *
 * Up to the last base of the 5′ part the partner's ribosome has consumed so many coding bases;
 * before the first base of the 3′ part the target's own reading frame would have consumed so
 * many. The fusion is in frame where the two are equal modulo three, untemplated bases between
 * counted in. Every pair of compatible transcripts is asked; they may disagree. */
#include "ntrkfuse/evidence.h"
#include "ntrkfuse/fusion.h"

/* Where a break lies in a transcript's coding sequence. */
enum region { REGION_NONE, REGION_NO_CDS, REGION_UTR5, REGION_CDS, REGION_UTR3 };

static bool is_compatible(const struct nf_annot *annot, uint32_t index,
                          const struct nf_side *side, int64_t pos0, enum nf_edge_kind role)
{
    uint32_t number = nf_transcript_exon_at(annot, index, pos0);
    if (number == 0)
        return false;
    if (side->site != NF_SITE_EDGE)
        return true;
    int8_t strand = annot->genes.items[side->gene].strand;
    const struct nf_exon *exon = nf_transcript_exon(annot, index, number);
    bool at_end = (role == NF_EDGE_DONOR) == (strand > 0);
    return pos0 == (at_end ? exon->end0 - 1 : exon->start0);
}

static enum region region_of(const struct nf_annot *annot, uint32_t index, int64_t pos0)
{
    const struct nf_transcript *transcript = &annot->transcripts.items[index];
    if (transcript->cds_start0 < 0)
        return REGION_NO_CDS;
    bool forward = annot->genes.items[transcript->gene].strand > 0;
    if (pos0 < transcript->cds_start0)
        return forward ? REGION_UTR5 : REGION_UTR3;
    if (pos0 >= transcript->cds_end0)
        return forward ? REGION_UTR3 : REGION_UTR5;
    return REGION_CDS;
}

/* Which regions and frames the compatible transcripts of one side give. */
struct side_frames {
    bool frames[3]; /* bases consumed modulo 3 */
    bool utr5, utr3, no_cds, any;
};

static void add_transcript(const struct nf_annot *annot, uint32_t index, int64_t pos0,
                           bool inclusive, struct side_frames *found)
{
    int frame;
    found->any = true;
    switch (region_of(annot, index, pos0)) {
    case REGION_CDS:
        frame = nf_transcript_frame_at(annot, index, pos0, inclusive);
        if (frame >= 0)
            found->frames[frame] = true;
        break;
    case REGION_UTR5:
        found->utr5 = true;
        break;
    case REGION_UTR3:
        found->utr3 = true;
        break;
    default:
        found->no_cds = true;
        break;
    }
}

static struct side_frames collect(const struct nf_annot *annot, const struct nf_side *side,
                                  int64_t pos0, enum nf_edge_kind role)
{
    struct side_frames found = {.any = false};
    if (side->gene == NF_NO_GENE || side->site == NF_SITE_ANTISENSE)
        return found;
    const struct nf_gene *gene = &annot->genes.items[side->gene];
    for (uint32_t t = 0; t < gene->n_transcripts; t++) {
        uint32_t index = gene->first_transcript + t;
        if (is_compatible(annot, index, side, pos0, role))
            add_transcript(annot, index, pos0, role == NF_EDGE_DONOR, &found);
    }
    return found;
}

static bool has_frame(const struct side_frames *found)
{
    return found->frames[0] || found->frames[1] || found->frames[2];
}

enum nf_frame nf_frame_find(const struct nf_annot *annot, const struct nf_fusion *fusion)
{
    const struct nf_junction *junction = fusion->junction;
    struct side_frames five =
        collect(annot, &fusion->five, junction->five.pos0, NF_EDGE_DONOR);
    struct side_frames three =
        collect(annot, &fusion->three, junction->three.pos0, NF_EDGE_ACCEPTOR);
    if (!five.any || !three.any)
        return NF_FRAME_UNKNOWN;
    if (!has_frame(&five)) {
        if (five.utr5)
            return NF_FRAME_UTR5;
        return five.utr3 ? NF_FRAME_OUT : NF_FRAME_NO_CDS;
    }
    if (!has_frame(&three))
        return three.no_cds && !three.utr5 && !three.utr3 ? NF_FRAME_NO_CDS : NF_FRAME_UNKNOWN;
    bool in = false, out = false;
    for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
            if (!five.frames[a] || !three.frames[b])
                continue;
            bool fits = (a + junction->n_gap) % 3 == b;
            in = in || fits;
            out = out || !fits;
        }
    }
    return in && out ? NF_FRAME_MIXED : in ? NF_FRAME_IN : NF_FRAME_OUT;
}

/* Does any transcript that begins its 3′ part right there hold the whole kinase domain in its
 * exons? Truncated isoforms have acceptors of their own, upstream of the kinase on the genome.
 * A break off every edge is judged by position alone. */
static bool leads_to_kinase(const struct nf_panel *panel, const struct nf_panel_target *target,
                            int64_t pos0)
{
    const struct nf_annot *annot = panel->annot;
    const struct nf_gene *gene = &annot->genes.items[target->gene];
    struct nf_side edge = {.gene = target->gene, .site = NF_SITE_EDGE};
    bool on_edge = false;
    for (uint32_t t = 0; t < gene->n_transcripts; t++) {
        uint32_t index = gene->first_transcript + t;
        if (!is_compatible(annot, index, &edge, pos0, NF_EDGE_ACCEPTOR))
            continue;
        on_edge = true;
        if (nf_transcript_exon_at(annot, index, target->kinase_first0) > 0 &&
            nf_transcript_exon_at(annot, index, target->kinase_last0) > 0)
            return true;
    }
    return !on_edge;
}

/* A skip inside the target: is what it leaves out part of the kinase? Other events inside:
 * unknown. */
static enum nf_kinase kinase_of_skip(const struct nf_junction *junction, int8_t strand,
                                     int64_t first, int64_t last)
{
    int64_t five = junction->five.pos0 * strand, three = junction->three.pos0 * strand;
    if (junction->five.strand != strand || junction->three.strand != strand || three <= five)
        return NF_KINASE_UNKNOWN;
    if (three <= first || five >= last)
        return NF_KINASE_WHOLE;
    return five < first && three > last ? NF_KINASE_ABSENT : NF_KINASE_BROKEN;
}

enum nf_kinase nf_kinase_find(const struct nf_panel *panel, const struct nf_junction *junction)
{
    const struct nf_panel_target *target = &panel->targets.items[junction->target];
    if (target->kinase_first0 < 0)
        return NF_KINASE_UNKNOWN;
    int8_t strand = target->strand;
    int64_t first = target->kinase_first0 * strand, last = target->kinase_last0 * strand;
    if (junction->intragenic)
        return kinase_of_skip(junction, strand, first, last);
    if (junction->target_is_3prime) {
        int64_t begin = junction->three.pos0 * strand;
        if (!leads_to_kinase(panel, target, junction->three.pos0) || begin > last)
            return NF_KINASE_ABSENT;
        return begin <= first ? NF_KINASE_WHOLE : NF_KINASE_BROKEN;
    }
    int64_t end = junction->five.pos0 * strand;
    return end >= last ? NF_KINASE_WHOLE : end >= first ? NF_KINASE_BROKEN : NF_KINASE_ABSENT;
}
