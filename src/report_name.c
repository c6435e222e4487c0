/* SPDX-License-Identifier: MIT */
/* report_name: what a junction is called. */
#include <stdlib.h>

#include "ntrkfuse/report_build.h"

static const char *contig_name(const struct nf_panel *panel, struct nf_locus locus)
{
    return panel->genome->contigs[locus.contig].name;
}

/* "GENEA:-500": a neighbour and the distance to its nearer end. */
static const char *neighbour(struct nf_report *report, const struct nf_annot *annot,
                             uint32_t gene, int64_t pos0)
{
    if (gene == NF_NO_GENE)
        return ".";
    const struct nf_gene *model = &annot->genes.items[gene];
    int64_t distance = model->end0 <= pos0 ? model->end0 - 1 - pos0 : model->start0 - pos0;
    return nf_report_format(report, "%s:%+lld", model->symbol, (long long)distance);
}

const char *nf_report_side_name(struct nf_report *report, const struct nf_panel *panel,
                                const struct nf_side *side, struct nf_locus locus)
{
    const struct nf_annot *annot = panel->annot;
    if (side->gene != NF_NO_GENE)
        return nf_report_copy(report, nf_span_of(annot->genes.items[side->gene].symbol));
    const char *left = neighbour(report, annot, side->near_left, locus.pos0);
    const char *right = neighbour(report, annot, side->near_right, locus.pos0);
    if (!left || !right)
        return NULL;
    return nf_report_format(report, "%s:%lld(%s,%s)", contig_name(panel, locus),
                            (long long)locus.pos0 + 1, left, right);
}

static const char *short_name(struct nf_report *report, const struct nf_panel *panel,
                              const struct nf_side *side, struct nf_locus locus)
{
    if (side->gene != NF_NO_GENE)
        return panel->annot->genes.items[side->gene].symbol;
    return nf_report_format(report, "%s:%lld", contig_name(panel, locus),
                            (long long)locus.pos0 + 1);
}

const char *nf_report_fusion_name(struct nf_report *report, const struct nf_panel *panel,
                                  const struct nf_fusion *fusion)
{
    const char *five = short_name(report, panel, &fusion->five, fusion->junction->five);
    const char *three = short_name(report, panel, &fusion->three, fusion->junction->three);
    return five && three ? nf_report_format(report, "%s::%s", five, three) : NULL;
}

/* The exon nearest to a break in an intron, by the edge that has the role there, and the
 * offset from that edge in transcript direction. */
static uint32_t nearest_exon(const struct nf_annot *annot, const struct nf_side *side,
                             struct nf_locus locus, enum nf_edge_kind role, int64_t *offset)
{
    const struct nf_transcript *transcript = &annot->transcripts.items[side->transcript];
    int8_t strand = annot->genes.items[side->gene].strand;
    uint32_t best = 0;
    *offset = 0;
    for (uint32_t number = 1; number <= transcript->n_exons; number++) {
        const struct nf_exon *exon = nf_transcript_exon(annot, side->transcript, number);
        bool at_end = (role == NF_EDGE_DONOR) == (strand > 0);
        int64_t edge0 = at_end ? exon->end0 - 1 : exon->start0;
        int64_t distance = (locus.pos0 - edge0) * strand;
        if (best == 0 || llabs(distance) < llabs(*offset)) {
            best = number;
            *offset = distance;
        }
    }
    return best;
}

static const char *vicc_side(struct nf_report *report, const struct nf_panel *panel,
                             const struct nf_side *side, struct nf_locus locus,
                             enum nf_edge_kind role)
{
    const struct nf_annot *annot = panel->annot;
    if (side->gene == NF_NO_GENE || side->site == NF_SITE_ANTISENSE)
        return nf_report_format(report, "%s:g.%lld", contig_name(panel, locus),
                                (long long)locus.pos0 + 1);
    int64_t offset = 0;
    uint32_t exon = side->exon;
    if (exon > 0 && side->site == NF_SITE_EXON) {
        const struct nf_exon *model = nf_transcript_exon(annot, side->transcript, exon);
        int8_t strand = annot->genes.items[side->gene].strand;
        bool at_end = (role == NF_EDGE_DONOR) == (strand > 0);
        offset = (locus.pos0 - (at_end ? model->end0 - 1 : model->start0)) * strand;
    } else if (exon == 0) {
        exon = nearest_exon(annot, side, locus, role, &offset);
    }
    const char *accession = annot->transcripts.items[side->transcript].accession;
    const char *symbol = annot->genes.items[side->gene].symbol;
    if (offset == 0)
        return nf_report_format(report, "%s(%s):e.%u", accession, symbol, exon);
    return nf_report_format(report, "%s(%s):e.%u%+lld", accession, symbol, exon,
                            (long long)offset);
}

const char *nf_report_vicc_name(struct nf_report *report, const struct nf_panel *panel,
                                const struct nf_fusion *fusion)
{
    const char *five =
        vicc_side(report, panel, &fusion->five, fusion->junction->five, NF_EDGE_DONOR);
    const char *three =
        vicc_side(report, panel, &fusion->three, fusion->junction->three, NF_EDGE_ACCEPTOR);
    return five && three ? nf_report_format(report, "%s::%s", five, three) : NULL;
}
