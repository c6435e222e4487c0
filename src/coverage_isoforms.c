/* SPDX-License-Identifier: MIT */
/* coverage_isoforms: transcripts of a target that end before its kinase does.
 *
 * A truncated isoform leaves the target's transcript by an intron of its own and ends in an
 * exon that the target's transcript lacks. Transcripts that share both the last intron and the
 * terminal exon cannot be told apart by a short read and make one row. */
#include "ntrkfuse/coverage.h"

/* Exon `number` in transcript direction: its first and its last base. */
static int64_t acceptor_of(const struct nf_annot *annot, uint32_t transcript, uint32_t number,
                           bool forward)
{
    const struct nf_exon *exon = nf_transcript_exon(annot, transcript, number);
    return forward ? exon->start0 : exon->end0 - 1;
}

static int64_t donor_of(const struct nf_annot *annot, uint32_t transcript, uint32_t number,
                        bool forward)
{
    const struct nf_exon *exon = nf_transcript_exon(annot, transcript, number);
    return forward ? exon->end0 - 1 : exon->start0;
}

/* Does the coding part of the transcript, or without one the transcript itself, end before the
 * kinase domain does, in an exon that the target's transcript lacks? The same exons as
 * nf_cover.terminals. */
static bool is_truncated(const struct nf_annot *annot, const struct nf_panel_target *target,
                         uint32_t index)
{
    const struct nf_transcript *transcript = &annot->transcripts.items[index];
    bool forward = target->strand > 0;
    const struct nf_exon *last = nf_transcript_exon(annot, index, transcript->n_exons);
    int64_t last0 = forward ? last->end0 - 1 : last->start0;
    if (transcript->cds_end0 > transcript->cds_start0 && transcript->cds_start0 >= 0)
        last0 = forward ? transcript->cds_end0 - 1 : transcript->cds_start0;
    if (target->kinase_last0 < 0 ||
        (forward ? last0 >= target->kinase_last0 : last0 <= target->kinase_last0))
        return false;
    return nf_transcript_exon_at(annot, target->transcript, last->start0) == 0 &&
           nf_transcript_exon_at(annot, target->transcript, last->end0 - 1) == 0;
}

/* The intron by which the isoform leaves the target's transcript: behind its last exon whose
 * donor is one of the target's transcript as well. */
static void find_branch(struct nf_isoform_coverage *row, const struct nf_annot *annot,
                        const struct nf_panel_target *target, uint32_t index)
{
    bool forward = target->strand > 0;
    row->branch_donor0 = row->branch_acceptor0 = -1;
    for (uint32_t number = annot->transcripts.items[index].n_exons; number-- > 1;) {
        int64_t donor0 = donor_of(annot, index, number, forward);
        uint32_t own = nf_transcript_exon_at(annot, target->transcript, donor0);
        if (own == 0 || donor_of(annot, target->transcript, own, forward) != donor0)
            continue;
        row->branch_donor0 = donor0;
        row->branch_acceptor0 = acceptor_of(annot, index, number + 1, forward);
        return;
    }
}

static struct nf_isoform_coverage *find_row(struct nf_target_coverage *coverage,
                                            const struct nf_isoform_coverage *like)
{
    for (size_t i = 0; i < coverage->isoforms.n; i++) {
        struct nf_isoform_coverage *row = &coverage->isoforms.items[i];
        if (row->start0 == like->start0 && row->end0 == like->end0 &&
            row->donor0 == like->donor0 && row->acceptor0 == like->acceptor0)
            return row;
    }
    return NULL;
}

enum nf_status nf_coverage_isoforms(struct nf_target_coverage *coverage,
                                    const struct nf_panel *panel,
                                    const struct nf_panel_target *target,
                                    const struct nf_target_reads *reads)
{
    const struct nf_annot *annot = panel->annot;
    const struct nf_gene *gene = &annot->genes.items[target->gene];
    bool forward = target->strand > 0;
    for (uint32_t t = 0; t < gene->n_transcripts && t < NF_MAX_COVERED_TERMINALS; t++) {
        uint32_t index = gene->first_transcript + t;
        uint32_t n_exons = annot->transcripts.items[index].n_exons;
        if (!is_truncated(annot, target, index))
            continue;
        const struct nf_exon *last = nf_transcript_exon(annot, index, n_exons);
        struct nf_isoform_coverage made = {
            .start0 = last->start0, .end0 = last->end0, .donor0 = -1, .acceptor0 = -1};
        if (n_exons > 1) {
            made.donor0 = donor_of(annot, index, n_exons - 1, forward);
            made.acceptor0 = acceptor_of(annot, index, n_exons, forward);
            made.n_spliced = nf_reads_spliced(reads, made.donor0, made.acceptor0);
        }
        struct nf_isoform_coverage *row = find_row(coverage, &made);
        if (!row) {
            find_branch(&made, annot, target, index);
            for (size_t i = 0; i < reads->n_covers; i++)
                made.n_covering += reads->covers[i].terminals >> t & 1;
            if (nf_vec_push(&coverage->isoforms, made))
                return NF_ERR_MEMORY;
            row = &coverage->isoforms.items[coverage->isoforms.n - 1];
        }
        if (nf_vec_push(&row->transcripts, index))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}
