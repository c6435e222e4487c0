/* SPDX-License-Identifier: MIT */
/* side: one end of a junction in the gene models. */
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "ntrkfuse/fusion.h"
#include "ntrkfuse/log.h"

/* Position of the edge that has `role` in an exon, on this strand. */
static int64_t edge_of(const struct nf_exon *exon, int8_t strand, enum nf_edge_kind role)
{
    bool at_end = (role == NF_EDGE_DONOR) == (strand > 0);
    return at_end ? exon->end0 - 1 : exon->start0;
}

/* How well a position fits a transcript: 3 edge, 2 exon, 1 intron, 0 outside. */
static int fit_transcript(const struct nf_annot *annot, uint32_t index, int64_t pos0,
                          enum nf_edge_kind role, uint32_t *exon)
{
    const struct nf_transcript *transcript = &annot->transcripts.items[index];
    int8_t strand = annot->genes.items[transcript->gene].strand;
    *exon = nf_transcript_exon_at(annot, index, pos0);
    if (*exon > 0) {
        const struct nf_exon *model = nf_transcript_exon(annot, index, *exon);
        return edge_of(model, strand, role) == pos0 ? 3 : 2;
    }
    const struct nf_exon *last = &transcript->exons[transcript->n_exons - 1];
    return pos0 >= transcript->exons[0].start0 && pos0 < last->end0 ? 1 : 0;
}

/* The transcript that fits best: fit, then the primary one, then the first by name. */
static int fit_gene(const struct nf_annot *annot, uint32_t gene, int64_t pos0,
                    enum nf_edge_kind role, uint32_t *transcript, uint32_t *exon)
{
    const struct nf_gene *model = &annot->genes.items[gene];
    int best = -1;
    for (uint32_t t = 0; t < model->n_transcripts; t++) {
        uint32_t index = model->first_transcript + t, number;
        int fit = fit_transcript(annot, index, pos0, role, &number);
        bool better = fit > best;
        if (fit == best) {
            const struct nf_transcript *a = &annot->transcripts.items[index];
            const struct nf_transcript *b = &annot->transcripts.items[*transcript];
            better = a->is_primary != b->is_primary ? a->is_primary
                                                    : strcmp(a->accession, b->accession) < 0;
        }
        if (better) {
            best = fit;
            *transcript = index;
            *exon = number;
        }
    }
    return best;
}

/* A gene's claim on a position. */
struct claim {
    uint32_t gene, transcript, exon;
    int fit; /* of fit_transcript */
    bool sense;
};

static int claim_rank(const struct claim *claim)
{
    return claim->sense ? 10 + claim->fit : claim->fit;
}

/* Better claims first: sense, fit, catalogue partner, smaller gene, name. */
static bool is_better(const struct nf_panel *panel, const struct claim *a,
                      const struct claim *b)
{
    if (claim_rank(a) != claim_rank(b))
        return claim_rank(a) > claim_rank(b);
    uint8_t role_a = panel->gene_roles.items[a->gene],
            role_b = panel->gene_roles.items[b->gene];
    if ((role_a ^ role_b) & NF_ROLE_PARTNER)
        return (role_a & NF_ROLE_PARTNER) != 0;
    const struct nf_gene *x = &panel->annot->genes.items[a->gene];
    const struct nf_gene *y = &panel->annot->genes.items[b->gene];
    if (x->end0 - x->start0 != y->end0 - y->start0)
        return x->end0 - x->start0 < y->end0 - y->start0;
    return strcmp(x->symbol, y->symbol) < 0;
}

static void set_site(struct nf_side *side, const struct claim *claim)
{
    side->gene = claim->gene;
    side->transcript = claim->transcript;
    side->exon = claim->exon;
    if (!claim->sense)
        side->site = NF_SITE_ANTISENSE;
    else
        side->site = claim->fit == 3   ? NF_SITE_EDGE
                     : claim->fit == 2 ? NF_SITE_EXON
                                       : NF_SITE_INTRON;
}

enum nf_status nf_side_place(struct nf_side *side, const struct nf_panel *panel,
                             struct nf_locus locus, enum nf_edge_kind role, uint32_t gene,
                             uint32_t not_gene)
{
    const struct nf_annot *annot = panel->annot;
    nf_id_list ids = {0};
    NF_VEC(struct claim) claims = {0};
    struct claim best = {.gene = NF_NO_GENE};
    memset(side, 0, sizeof *side);
    side->gene = side->near_left = side->near_right = NF_NO_GENE;
    side->transcript = NF_NO_TRANSCRIPT;
    side->site = NF_SITE_INTERGENIC;
    enum nf_status status =
        nf_annot_genes_at(annot, locus.contig, locus.pos0, locus.pos0 + 1, &ids);
    for (size_t i = 0; i < ids.n && !status; i++) {
        struct claim claim = {.gene = ids.items[i]};
        if ((gene != NF_NO_GENE && claim.gene != gene) || claim.gene == not_gene)
            continue;
        claim.sense = annot->genes.items[claim.gene].strand == locus.strand;
        claim.fit =
            fit_gene(annot, claim.gene, locus.pos0, role, &claim.transcript, &claim.exon);
        status = nf_vec_push(&claims, claim);
        if (best.gene == NF_NO_GENE || is_better(panel, &claim, &best))
            best = claim;
    }
    if (best.gene != NF_NO_GENE)
        set_site(side, &best);
    else
        nf_annot_nearest(annot, locus.contig, locus.pos0, &side->near_left, &side->near_right);
    for (size_t i = 0; i < claims.n && !status; i++)
        if (claims.items[i].gene != best.gene && best.sense && best.fit >= 2 &&
            claim_rank(&claims.items[i]) == claim_rank(&best))
            status = nf_vec_push(&side->alternatives, claims.items[i].gene);
    nf_vec_free(&ids);
    nf_vec_free(&claims);
    return status ? nf_fail_memory("the annotation of a junction") : NF_OK;
}
