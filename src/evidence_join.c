/* SPDX-License-Identifier: MIT */
/* evidence_join: two pieces of a read that meet.
 *
 * Pieces are taken in sequencing direction. The read may run along the transcript or against
 * it; which, is told by the strand of the target gene: the target's piece must lie on the
 * target's strand, else the meeting is turned round. Where both pieces claim the same read
 * bases (micro-homology: the genome reads alike on both sides of the break) the break may be
 * put anywhere inside; it is put on exon edges if it can be, the target's first. */
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "ntrkfuse/log.h"

enum { MIN_QUALITY = 10, NO_QUALITY = 0xff };

bool nf_evidence_on_edge(const struct nf_annot *annot, struct nf_locus locus,
                         enum nf_edge_kind kind, uint32_t gene)
{
    size_t n;
    const struct nf_edge *edges =
        nf_annot_edges(annot, locus.contig, locus.pos0, locus.pos0 + 1, &n);
    for (size_t i = 0; i < n; i++)
        if (edges[i].kind == (uint8_t)kind && (gene == NF_NO_GENE || edges[i].gene == gene) &&
            annot->genes.items[edges[i].gene].strand == locus.strand)
            return true;
    return false;
}

/* Does another gene on the target's strand hold the position? (Not the locus's own strand:
 * that is the read's, which may run against the transcript.) */
static bool in_other_gene(const struct nf_panel *panel, nf_id_list *ids, struct nf_locus locus,
                          const struct nf_panel_target *target)
{
    const struct nf_annot *annot = panel->annot;
    if (nf_annot_genes_at(annot, locus.contig, locus.pos0, locus.pos0 + 1, ids))
        return false;
    for (size_t i = 0; i < ids->n; i++)
        if (ids->items[i] != target->gene &&
            annot->genes.items[ids->items[i]].strand == target->strand)
            return true;
    return false;
}

/* An intron in the alignment is evidence only where it leaves the target: into another gene on
 * the same strand, or so far that no exon of the target can lie there. */
static bool leaves_target(const struct nf_panel *panel, nf_id_list *ids,
                          const struct nf_panel_target *target, struct nf_locus other)
{
    const struct nf_gene *gene = &panel->annot->genes.items[target->gene];
    if (in_other_gene(panel, ids, other, target))
        return true;
    if (other.pos0 >= gene->start0 && other.pos0 < gene->end0)
        return false;
    return other.pos0 < target->window.start0 || other.pos0 >= target->window.end0;
}

/* Within the target: normal splicing and deletions are no events, whether the aligner wrote an
 * intron or (BWA) split the read. What looks like an intron counts when both its ends are exon
 * edges and no transcript has it; an inversion or a step back always. */
static bool is_intragenic_event(const struct nf_panel *panel, const struct nf_join *join)
{
    const struct nf_panel_target *target = &panel->targets.items[join->target];
    if (join->five.strand != join->three.strand ||
        (join->three.pos0 - join->five.pos0) * join->five.strand <= 0)
        return true;
    bool rising = join->five.pos0 < join->three.pos0;
    return nf_evidence_on_edge(panel->annot, join->five, NF_EDGE_DONOR, target->gene) &&
           nf_evidence_on_edge(panel->annot, join->three, NF_EDGE_ACCEPTOR, target->gene) &&
           !nf_annot_is_intron(panel->annot, target->gene,
                               rising ? join->five.pos0 : join->three.pos0,
                               rising ? join->three.pos0 : join->five.pos0);
}

/* Does the join only splice out an intron of the target? One of its ends lies outside the main
 * transcript then, in an exon of another. */
static bool is_own_splice(const struct nf_panel *panel, const struct nf_join *join)
{
    const struct nf_panel_target *target = &panel->targets.items[join->target];
    const struct nf_locus *low = target->strand > 0 ? &join->five : &join->three;
    const struct nf_locus *high = target->strand > 0 ? &join->three : &join->five;
    return low->contig == target->core.contig && high->contig == target->core.contig &&
           low->strand == target->strand && high->strand == target->strand &&
           nf_annot_is_intron(panel->annot, target->gene, low->pos0, high->pos0);
}

/* Is the locus in a target, and does the read run along that target there? */
static bool runs_along(const struct nf_panel *panel, uint32_t target, struct nf_locus locus)
{
    return target != NF_NO_TARGET && locus.strand == panel->targets.items[target].strand;
}

/* Chooses the target and the direction: fills target, target_is_3prime, intragenic. */
static bool choose_target(const struct nf_panel *panel, nf_id_list *ids,
                          const struct nf_meeting *meeting, struct nf_join *join,
                          bool *is_flipped)
{
    const struct nf_locus *before = &meeting->before, *after = &meeting->after;
    uint32_t first = nf_panel_core_at(panel, before->contig, before->pos0);
    uint32_t second = nf_panel_core_at(panel, after->contig, after->pos0);
    if (first == NF_NO_TARGET && second == NF_NO_TARGET)
        return false;
    bool first_sense = runs_along(panel, first, *before);
    bool second_sense = runs_along(panel, second, *after);
    bool takes_second;
    if (first == NF_NO_TARGET || second == NF_NO_TARGET) {
        takes_second = second != NF_NO_TARGET;
        *is_flipped = !first_sense && !second_sense;
    } else if (first_sense == second_sense) {
        takes_second = second_sense; /* the one on the 3′ side */
        *is_flipped = !second_sense;
    } else {
        /* Head to head or tail to tail: nothing tells the direction of the transcript. The
         * lower place is put on the 5′ side, so that reads of both directions agree. */
        *is_flipped = before->contig != after->contig ? before->contig > after->contig
                                                      : before->pos0 > after->pos0;
        takes_second = first_sense == *is_flipped;
    }
    join->target = takes_second ? second : first;
    join->intragenic = first == second;
    join->target_is_3prime = join->intragenic || takes_second != *is_flipped;
    if (join->intragenic || !meeting->is_n_gap)
        return true;
    return leaves_target(panel, ids, &panel->targets.items[join->target],
                         takes_second ? *before : *after);
}

static struct nf_locus moved(struct nf_locus locus, int64_t bases)
{
    locus.pos0 += bases * locus.strand;
    return locus;
}

bool nf_evidence_orient(const struct nf_panel *panel, nf_id_list *ids,
                        const struct nf_meeting *meeting, struct nf_join *join,
                        int32_t *n_shift, bool *is_flipped)
{
    int32_t n_overlap = meeting->n_overlap > 0 ? meeting->n_overlap : 0;
    if (meeting->n_overlap < -NF_MAX_JOIN_GAP || n_overlap > NF_MAX_OVERLAP ||
        !choose_target(panel, ids, meeting, join, is_flipped))
        return false;
    join->n_gap = meeting->n_overlap < 0 ? -meeting->n_overlap : 0;
    /* The most-3′ place of the break: the 5′ piece keeps all the bases both claim. */
    struct nf_locus five = meeting->before, three = moved(meeting->after, n_overlap);
    if (*is_flipped) {
        five = meeting->after;
        three = moved(meeting->before, -n_overlap);
        five.strand = (int8_t)-five.strand;
        three.strand = (int8_t)-three.strand;
    }
    int best_score = -1;
    for (int32_t k = 0; k <= n_overlap; k++) {
        struct nf_locus five_k = moved(five, -k), three_k = moved(three, -k);
        int donor = nf_evidence_on_edge(panel->annot, five_k, NF_EDGE_DONOR, NF_NO_GENE);
        int acceptor =
            nf_evidence_on_edge(panel->annot, three_k, NF_EDGE_ACCEPTOR, NF_NO_GENE);
        int score = join->target_is_3prime ? 2 * acceptor + donor : 2 * donor + acceptor;
        if (score > best_score) {
            best_score = score;
            *n_shift = k;
            join->five = five_k;
            join->three = three_k;
        }
    }
    return join->intragenic ? is_intragenic_event(panel, join) : !is_own_splice(panel, join);
}

/* The base at sequencing position `at` of the read; 'N' when it is not stored or not trusted.
 */
static char read_base(const struct nf_record *record, int32_t at, int32_t n_hard_left,
                      int32_t read_length)
{
    bool reverse = (record->flag & NF_FLAG_REVERSE) != 0;
    int32_t stored = (reverse ? read_length - 1 - at : at) - n_hard_left;
    if (at < 0 || stored < 0 || stored >= record->length)
        return 'N';
    bool trusted = record->quality[0] == NO_QUALITY || record->quality[stored] >= MIN_QUALITY;
    char base = trusted ? nf_record_base(record, stored) : 'N';
    return reverse ? nf_base_complement(base) : base;
}

enum nf_status nf_evidence_flanks(struct nf_evidence *evidence, const struct nf_record *record,
                                  int32_t end5, int32_t start3, bool is_flipped,
                                  struct nf_flanks *flanks)
{
    struct nf_observations *observations = evidence->observations;
    int32_t read_length = evidence->chain.read_length;
    int32_t from = end5 > NF_FLANK ? end5 - NF_FLANK : 0;
    int32_t to = read_length - start3 > NF_FLANK ? start3 + NF_FLANK : read_length;
    memset(flanks, 0, sizeof *flanks);
    if (record->length == 0 || from >= to || end5 < 0 || start3 > read_length)
        return NF_OK;
    int32_t n_hard_left = 0;
    if (nf_record_cigar_code(record, 0) == NF_CIGAR_HARD_CLIP)
        n_hard_left = nf_record_cigar_length(record, 0);
    flanks->offset = observations->bases.n;
    flanks->n5 = (uint16_t)(is_flipped ? to - start3 : end5 - from);
    flanks->n3 = (uint16_t)(is_flipped ? end5 - from : to - start3);
    flanks->n_gap = (uint16_t)(start3 - end5);
    if (nf_vec_reserve(&observations->bases, (size_t)(to - from)))
        return nf_fail_memory("read bases");
    for (int32_t i = from; i < to; i++) {
        int32_t at = is_flipped ? to - 1 - (i - from) : i;
        char base = read_base(record, at, n_hard_left, read_length);
        observations->bases.items[observations->bases.n++] =
            is_flipped ? nf_base_complement(base) : base;
    }
    return NF_OK;
}

static int32_t aligned_bases(const struct nf_chain *chain,
                             const struct nf_alignment *alignment, size_t from, size_t to)
{
    int32_t n = 0;
    for (size_t i = from; i < to; i++)
        n += chain->blocks.items[alignment->first_block + i].n_aligned;
    return n;
}

/* One side of a meeting: an alignment and which of its blocks. */
struct join_side {
    const struct nf_alignment *alignment;
    size_t first, end; /* blocks [first, end) of the alignment are this side's anchor */
};

/* A read that BWA split at an annotated intron of the target was spliced normally there. */
static enum nf_status take_normal_splice(struct nf_evidence *evidence,
                                         const struct nf_evidence_read *read,
                                         const struct nf_join *join)
{
    const struct nf_panel *panel = evidence->panel;
    int64_t low0 = join->five.pos0 < join->three.pos0 ? join->five.pos0 : join->three.pos0;
    int64_t high0 = join->five.pos0 < join->three.pos0 ? join->three.pos0 : join->five.pos0;
    if (!join->intragenic || join->five.strand != join->three.strand ||
        !nf_annot_is_intron(panel->annot, panel->targets.items[join->target].gene, low0,
                            high0))
        return NF_OK;
    struct nf_splice splice = {.fragment_hash = read->fragment_hash,
                               .target = join->target,
                               .donor0 = join->five.pos0,
                               .acceptor0 = join->three.pos0};
    return nf_splice_add(evidence->observations, &splice);
}

static enum nf_status take_join(struct nf_evidence *evidence, struct nf_evidence_read *read,
                                const struct join_side *before, const struct join_side *after,
                                bool is_n_gap)
{
    const struct nf_chain *chain = &evidence->chain;
    const struct nf_alignment *a = before->alignment, *b = after->alignment;
    const struct nf_block *last = &chain->blocks.items[a->first_block + before->end - 1];
    const struct nf_block *next = &chain->blocks.items[b->first_block + after->first];
    struct nf_meeting meeting = {
        .before = {a->contig, a->strand, a->strand > 0 ? last->end0 - 1 : last->start0},
        .after = {b->contig, b->strand, b->strand > 0 ? next->start0 : next->end0 - 1},
        .n_overlap = last->read_end0 - next->read_start0,
        .is_n_gap = is_n_gap};
    if (meeting.n_overlap >= last->n_aligned || meeting.n_overlap >= next->n_aligned)
        return NF_OK;
    struct nf_join join;
    memset(&join, 0, sizeof join);
    int32_t n_shift = 0;
    bool is_flipped = false;
    if (!nf_evidence_orient(evidence->panel, &evidence->ids, &meeting, &join, &n_shift,
                            &is_flipped))
        return is_n_gap ? NF_OK : take_normal_splice(evidence, read, &join);

    /* Read position of the break, in sequencing direction. */
    int32_t end5 = last->read_end0, start3 = next->read_start0;
    if (meeting.n_overlap > 0)
        end5 = start3 = is_flipped ? next->read_start0 + n_shift : last->read_end0 - n_shift;
    int32_t anchor_a = aligned_bases(chain, a, before->first, before->end);
    int32_t anchor_b = aligned_bases(chain, b, after->first, after->end);
    if (meeting.n_overlap > 0) {
        anchor_a -= last->read_end0 - end5;
        anchor_b -= start3 - next->read_start0;
    }
    if (before->first == 0 && a == chain->alignments.items) /* the read begins in this piece */
        anchor_a = anchor_a > read->n_primer ? anchor_a - read->n_primer : 0;
    bool multi_a =
        !read->from_file && nf_is_multimapped(a->mapq, a->is_record ? read->n_hits : 0);
    bool multi_b =
        !read->from_file && nf_is_multimapped(b->mapq, b->is_record ? read->n_hits : 0);
    if (nf_evidence_fragment(evidence, read, &join.fragment))
        return NF_ERR_MEMORY;
    read->is_linked = true;
    join.kind = read->from_file ? NF_JOIN_FILE : is_n_gap ? NF_JOIN_N_GAP : NF_JOIN_SPLIT;
    join.anchor5 = is_flipped ? anchor_b : anchor_a;
    join.anchor3 = is_flipped ? anchor_a : anchor_b;
    join.mapq5 = nf_mapq_normal(is_flipped ? b->mapq : a->mapq);
    join.mapq3 = nf_mapq_normal(is_flipped ? a->mapq : b->mapq);
    join.multi5 = is_flipped ? multi_b : multi_a;
    join.multi3 = is_flipped ? multi_a : multi_b;
    join.edits = a->edit_distance < 0 || b->edit_distance < 0 ? -1
                 : a == b                                     ? a->edit_distance
                          : a->edit_distance + b->edit_distance;
    join.is_read2 = read->is_read2;
    join.start = read->start;
    join.mate_start = read->mate_start;
    enum nf_status status =
        nf_evidence_flanks(evidence, read->record, end5, start3, is_flipped, &join.flanks);
    if (status)
        return status;
    return nf_vec_push(&evidence->observations->joins, join) ? nf_fail_memory("a split read")
                                                             : NF_OK;
}

/* Meetings inside one alignment (introns), and of each alignment with the next (SA). */
enum nf_status nf_evidence_joins(struct nf_evidence *evidence, struct nf_evidence_read *read)
{
    const struct nf_chain *chain = &evidence->chain;
    for (size_t a = 0; a < chain->alignments.n; a++) {
        const struct nf_alignment *alignment = &chain->alignments.items[a];
        for (size_t i = 1; i < alignment->n_blocks; i++) {
            struct join_side before = {alignment, 0, i};
            struct join_side after = {alignment, i, alignment->n_blocks};
            if (take_join(evidence, read, &before, &after, true))
                return NF_ERR_MEMORY;
        }
        if (a + 1 == chain->alignments.n)
            break;
        const struct nf_alignment *next = alignment + 1;
        struct join_side before = {alignment, 0, alignment->n_blocks};
        struct join_side after = {next, 0, next->n_blocks};
        if (take_join(evidence, read, &before, &after, false))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}
