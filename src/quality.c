/* SPDX-License-Identifier: MIT */
/* quality: sums over the learning set.
 *
 * Edges. A read that reaches an internal exon edge, with NF_EDGE_OVERHANG bases on either side
 * of it, comes from a spliced molecule if it leaves the exon there (by an N, or by a clip
 * where the aligner does not splice), and from an unspliced one if it runs on. RNA leaves, DNA
 * runs on: also that of an exome, whose baits reach into the introns.
 *
 * Distinct fragments. A fragment is hashed by where its two reads begin and by its molecular
 * identifier; of the hashes of a gene the least NF_SKETCH_HASHES are kept. A set of least
 * values does not depend on the order in which they come, and the union of two parts' sets is
 * that of the whole. Whether names end in identifiers is known at the end only, so both
 * sketches are kept where they might. */
#include "ntrkfuse/quality.h"

#include <string.h>

#include "ntrkfuse/hash.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/observation.h"

static int64_t exonic_bases(const struct nf_transcript *transcript)
{
    int64_t n = 0;
    for (uint32_t i = 0; i < transcript->n_exons; i++)
        n += transcript->exons[i].end0 - transcript->exons[i].start0;
    return n;
}

static bool has_control(const struct nf_quality_sums *sums, uint32_t gene)
{
    for (size_t i = 0; i < sums->controls.n; i++)
        if (sums->controls.items[i].gene == gene)
            return true;
    return false;
}

enum nf_status nf_quality_begin(struct nf_quality_sums *sums, const struct nf_panel *panel)
{
    const struct nf_annot *annot = panel->annot;
    nf_quality_sums_free(sums);
    memset(sums, 0, sizeof *sums);
    sums->panel = panel;
    for (size_t i = 0; i < panel->catalogue->control_genes.n; i++) {
        struct nf_control_sums control = {0};
        control.gene =
            nf_annot_find(annot, nf_span_of(panel->catalogue->control_genes.items[i]));
        if (control.gene == NF_NO_GENE || annot->genes.items[control.gene].contig < 0 ||
            has_control(sums, control.gene))
            continue;
        control.transcript = annot->genes.items[control.gene].primary;
        control.seen[0] = control.seen[1] = control.seen[2] = 1;
        control.n_bases = exonic_bases(&annot->transcripts.items[control.transcript]);
        if (nf_vec_push(&sums->controls, control))
            return nf_fail_memory("the control genes");
    }
    for (size_t i = 0; i < panel->targets.n; i++)
        if (nf_vec_push(&sums->target_records, 0))
            return nf_fail_memory("the control genes");
    return NF_OK;
}

void nf_quality_sums_free(struct nf_quality_sums *sums)
{
    for (size_t i = 0; i < sums->controls.n; i++) {
        nf_vec_free(&sums->controls.items[i].sketches[0]);
        nf_vec_free(&sums->controls.items[i].sketches[1]);
    }
    nf_vec_free(&sums->controls);
    nf_vec_free(&sums->target_records);
    nf_vec_free(&sums->blocks);
    nf_vec_free(&sums->ids);
}

/* ---- the sketch ---- */

static enum nf_status sketch_add(nf_hash_list *sketch, uint64_t hash)
{
    size_t low = 0, high = sketch->n;
    if (sketch->n == NF_SKETCH_HASHES && hash >= sketch->items[sketch->n - 1])
        return NF_OK;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sketch->items[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < sketch->n && sketch->items[low] == hash)
        return NF_OK;
    if (sketch->n == NF_SKETCH_HASHES)
        sketch->n--; /* the greatest falls out */
    if (nf_vec_push(sketch, 0))
        return nf_fail_memory("the fragment counts");
    memmove(sketch->items + low + 1, sketch->items + low,
            (sketch->n - 1 - low) * sizeof *sketch->items);
    sketch->items[low] = hash;
    return NF_OK;
}

/* A hash of where the two reads of a fragment begin: of its leader with the clips undone, of
 * the mate as far as the leader's record tells. */
static uint64_t hash_places(const struct nf_record *record, const struct nf_quality_sums *sums)
{
    const struct nf_quality_block *first = &sums->blocks.items[0];
    const struct nf_quality_block *last = &sums->blocks.items[sums->blocks.n - 1];
    bool reverse = (record->flag & NF_FLAG_REVERSE) != 0;
    bool has_mate = record->flag & NF_FLAG_PAIRED && !(record->flag & NF_FLAG_MATE_UNMAPPED);
    int64_t start0 =
        reverse ? last->end0 - 1 + last->clip_after : first->start0 - first->clip_before;
    uint64_t hash = nf_hash_combine((uint64_t)record->contig, (uint64_t)start0);
    hash = nf_hash_combine(hash, record->flag & (NF_FLAG_REVERSE | NF_FLAG_MATE_REVERSE));
    hash = nf_hash_combine(hash, has_mate ? (uint64_t)record->mate_contig : UINT64_MAX);
    return nf_hash_combine(hash, has_mate ? (uint64_t)record->mate_pos0 : UINT64_MAX);
}

/* Folds the molecular identifier of a tag into the hash. */
static uint64_t hash_tag(const struct nf_record *record, uint64_t hash)
{
    char number[NF_UMI_NUMBER_SIZE];
    struct nf_span umi = nf_record_umi(record, number);
    return umi.at ? nf_hash_combine(hash, nf_hash_bytes(umi.at, umi.n)) : hash;
}

static bool is_leader(const struct nf_record *record)
{
    if (!(record->flag & NF_FLAG_PAIRED) || !(record->flag & NF_FLAG_READ2))
        return true;
    return (record->flag & NF_FLAG_MATE_UNMAPPED) != 0;
}

static enum nf_status add_fragment(const struct nf_quality_sums *sums,
                                   struct nf_control_sums *control,
                                   const struct nf_record *record)
{
    uint64_t places = hash_places(record, sums);
    struct nf_span name =
        nf_fragment_name((struct nf_span){record->name, record->name_length});
    struct nf_span umi = nf_umi_of_name(name);
    control->n_fragments++;
    control->n_duplicates += (record->flag & NF_FLAG_DUPLICATE) != 0;
    enum nf_status status = sketch_add(&control->sketches[0], hash_tag(record, places));
    if (!status && umi.at)
        status = sketch_add(&control->sketches[1],
                            nf_hash_combine(places, nf_hash_bytes(umi.at, umi.n)));
    return status;
}

/* ---- one record ---- */

/* The record's runs of aligned bases; none where it has no aligned base. */
static enum nf_status find_blocks(struct nf_quality_sums *sums, const struct nf_record *record)
{
    struct nf_quality_block block = {.start0 = record->pos0, .end0 = record->pos0};
    int32_t clip = 0;
    sums->blocks.n = 0;
    for (uint32_t i = 0; i < record->n_cigar; i++) {
        int32_t length = nf_record_cigar_length(record, i);
        switch (nf_record_cigar_code(record, i)) {
        case NF_CIGAR_MATCH:
        case NF_CIGAR_EQUAL:
        case NF_CIGAR_DIFFERENT:
        case NF_CIGAR_DELETION:
            block.end0 += length;
            break;
        case NF_CIGAR_SKIP:
            block.n_after = true;
            if (block.end0 > block.start0 && nf_vec_push(&sums->blocks, block))
                return nf_fail_memory("the pieces of a read");
            block = (struct nf_quality_block){
                .start0 = block.end0 + length, .end0 = block.end0 + length, .n_before = true};
            break;
        case NF_CIGAR_SOFT_CLIP:
        case NF_CIGAR_HARD_CLIP:
            if (block.end0 == record->pos0)
                block.clip_before += length;
            else
                clip += length;
            break;
        default:
            break;
        }
    }
    block.clip_after = clip;
    if (block.end0 > block.start0 && nf_vec_push(&sums->blocks, block))
        return nf_fail_memory("the pieces of a read");
    return NF_OK;
}

static bool block_overlaps(const struct nf_quality_sums *sums, int64_t start0, int64_t end0)
{
    for (size_t i = 0; i < sums->blocks.n; i++)
        if (sums->blocks.items[i].start0 < end0 && sums->blocks.items[i].end0 > start0)
            return true;
    return false;
}

static bool is_exonic(const struct nf_quality_sums *sums,
                      const struct nf_transcript *transcript)
{
    for (uint32_t i = 0; i < transcript->n_exons; i++)
        if (block_overlaps(sums, transcript->exons[i].start0, transcript->exons[i].end0))
            return true;
    return false;
}

enum leave { LEAVES_NOT, LEAVES_SPLICED, LEAVES_CLIPPED, RUNS_THROUGH };

/* What the block does at the upper edge of an exon, whose last base is edge0 − 1. */
static enum leave at_upper_edge(const struct nf_quality_block *block, int64_t edge0)
{
    if (block->start0 > edge0 - NF_EDGE_OVERHANG)
        return LEAVES_NOT;
    if (block->end0 >= edge0 + NF_EDGE_OVERHANG)
        return RUNS_THROUGH;
    if (block->n_after)
        return block->end0 == edge0 ? LEAVES_SPLICED : LEAVES_NOT;
    return block->clip_after >= NF_EDGE_OVERHANG &&
                   block->end0 >= edge0 - NF_EDGE_CLIP_SLACK &&
                   block->end0 <= edge0 + NF_EDGE_CLIP_SLACK
               ? LEAVES_CLIPPED
               : LEAVES_NOT;
}

/* The same at the lower edge of an exon, whose first base is edge0. */
static enum leave at_lower_edge(const struct nf_quality_block *block, int64_t edge0)
{
    if (block->end0 < edge0 + NF_EDGE_OVERHANG)
        return LEAVES_NOT;
    if (block->start0 <= edge0 - NF_EDGE_OVERHANG)
        return RUNS_THROUGH;
    if (block->n_before)
        return block->start0 == edge0 ? LEAVES_SPLICED : LEAVES_NOT;
    return block->clip_before >= NF_EDGE_OVERHANG &&
                   block->start0 >= edge0 - NF_EDGE_CLIP_SLACK &&
                   block->start0 <= edge0 + NF_EDGE_CLIP_SLACK
               ? LEAVES_CLIPPED
               : LEAVES_NOT;
}

/* Counts an edge of intron `intron` (in genome order). */
static void count_edge(struct nf_quality_sums *sums, struct nf_control_sums *control,
                       enum leave leave, uint32_t intron)
{
    sums->n_spliced_edges += leave == LEAVES_SPLICED;
    sums->n_clipped_edges += leave == LEAVES_CLIPPED;
    sums->n_through_edges += leave == RUNS_THROUGH;
    if (leave == LEAVES_CLIPPED && intron < NF_MAX_BIT_INTRONS)
        control->introns_clipped |= (uint64_t)1 << intron;
}

static void add_edges(struct nf_quality_sums *sums, struct nf_control_sums *control,
                      const struct nf_transcript *transcript)
{
    for (size_t b = 0; b < sums->blocks.n; b++) {
        const struct nf_quality_block *block = &sums->blocks.items[b];
        for (uint32_t i = 0; i + 1 < transcript->n_exons; i++) {
            int64_t upper0 = transcript->exons[i].end0,
                    lower0 = transcript->exons[i + 1].start0;
            count_edge(sums, control, at_upper_edge(block, upper0), i);
            count_edge(sums, control, at_lower_edge(block, lower0), i);
            if (b + 1 < sums->blocks.n && block->end0 == upper0 &&
                sums->blocks.items[b + 1].start0 == lower0 && i < NF_MAX_BIT_INTRONS)
                control->introns_spliced |= (uint64_t)1 << i;
        }
    }
}

/* The middle one of the record's aligned bases. */
static int64_t middle0(const struct nf_quality_sums *sums)
{
    int64_t n = 0;
    for (size_t i = 0; i < sums->blocks.n; i++)
        n += sums->blocks.items[i].end0 - sums->blocks.items[i].start0;
    n /= 2;
    for (size_t i = 0; i < sums->blocks.n; i++) {
        int64_t length = sums->blocks.items[i].end0 - sums->blocks.items[i].start0;
        if (n < length)
            return sums->blocks.items[i].start0 + n;
        n -= length;
    }
    return -1;
}

/* Counts the record in the third of the transcript that holds its middle. */
static void add_third(struct nf_control_sums *control, const struct nf_annot *annot,
                      int64_t pos0)
{
    const struct nf_transcript *transcript = &annot->transcripts.items[control->transcript];
    int64_t before = 0;
    for (uint32_t i = 0; i < transcript->n_exons; i++) {
        const struct nf_exon *exon = &transcript->exons[i];
        if (exon->start0 <= pos0 && pos0 < exon->end0) {
            int64_t third = 3 * (before + pos0 - exon->start0) / control->n_bases;
            bool forward = annot->genes.items[control->gene].strand > 0;
            control->n_thirds[forward ? third : 2 - third]++;
            return;
        }
        before += exon->end0 - exon->start0;
    }
}

/* Adds the record to the control gene when it has a base in an exon of it. */
static enum nf_status add_control(struct nf_quality_sums *sums,
                                  struct nf_control_sums *control,
                                  const struct nf_record *record, bool *exonic)
{
    const struct nf_annot *annot = sums->panel->annot;
    const struct nf_transcript *transcript = &annot->transcripts.items[control->transcript];
    if (!is_exonic(sums, transcript))
        return NF_OK;
    *exonic = true;
    control->n_records++;
    add_edges(sums, control, transcript);
    add_third(control, annot, middle0(sums));
    return is_leader(record) ? add_fragment(sums, control, record) : NF_OK;
}

/* Counts on which strand the record's fragment reads, where the genes agree on theirs. */
static enum nf_status add_strand(struct nf_quality_sums *sums, const struct nf_record *record,
                                 int64_t end0)
{
    const struct nf_annot *annot = sums->panel->annot;
    int8_t strand = 0;
    if (nf_annot_genes_at(annot, record->contig, record->pos0, end0, &sums->ids))
        return nf_fail_memory("the genes at a place");
    for (size_t i = 0; i < sums->ids.n; i++) {
        int8_t other = annot->genes.items[sums->ids.items[i]].strand;
        if (strand != 0 && other != strand)
            return NF_OK;
        strand = other;
    }
    bool reverse = (record->flag & NF_FLAG_REVERSE) != 0;
    bool turned = record->flag & NF_FLAG_PAIRED && record->flag & NF_FLAG_READ2;
    if ((reverse != turned) == (strand < 0))
        sums->n_sense++;
    else
        sums->n_antisense++;
    return NF_OK;
}

static void add_targets(struct nf_quality_sums *sums, int32_t contig)
{
    bool any = false;
    for (size_t i = 0; i < sums->target_records.n; i++) {
        const struct nf_region *window = &sums->panel->targets.items[i].window;
        if (window->contig != contig || !block_overlaps(sums, window->start0, window->end0))
            continue;
        sums->target_records.items[i]++;
        any = true;
    }
    sums->n_target += any;
}

enum nf_status nf_quality_add(struct nf_quality_sums *sums, const struct nf_record *record)
{
    enum nf_status status = find_blocks(sums, record);
    sums->n_learning++;
    if (status || sums->blocks.n == 0)
        return status;
    bool on_control = false, exonic = false;
    int64_t end0 = sums->blocks.items[sums->blocks.n - 1].end0;
    add_targets(sums, record->contig);
    for (size_t i = 0; i < sums->controls.n && !status; i++) {
        struct nf_control_sums *control = &sums->controls.items[i];
        const struct nf_gene *gene = &sums->panel->annot->genes.items[control->gene];
        if (gene->contig != record->contig || !block_overlaps(sums, gene->start0, gene->end0))
            continue;
        on_control = true;
        status = add_control(sums, control, record, &exonic);
    }
    sums->n_control += on_control;
    sums->n_exonic += exonic;
    sums->n_with_n += exonic && sums->blocks.n > 1;
    return status || !exonic ? status : add_strand(sums, record, end0);
}

/* Exonic bases that [first, end) and [other, other_end) share. */
static int64_t shared(int64_t first, int64_t end, int64_t other, int64_t other_end)
{
    int64_t from = first > other ? first : other, to = end < other_end ? end : other_end;
    return to > from ? to - from : 0;
}

/* Takes [first, end) of a control gene's exonic bases, in genome order, from what was seen. */
static void hide(struct nf_control_sums *control, bool forward, int64_t first, int64_t end)
{
    for (int i = 0; i < 3; i++) {
        int64_t low = control->n_bases * i / 3, high = control->n_bases * (i + 1) / 3;
        if (high > low)
            control->seen[forward ? i : 2 - i] -=
                (double)shared(low, high, first, end) / (double)(high - low);
    }
}

/* Takes from what was seen of a gene what lies behind the last record of the unit. */
static void limit_control(struct nf_control_sums *control, const struct nf_annot *annot,
                          const struct nf_selection_unit *unit)
{
    const struct nf_transcript *transcript = &annot->transcripts.items[control->transcript];
    bool forward = annot->genes.items[control->gene].strand > 0;
    hide(control, forward, nf_selection_bases(transcript, INT64_MIN, unit->cut_pos0 + 1),
         nf_selection_bases(transcript, INT64_MIN, unit->region.end0));
    for (uint32_t i = 0; i + 1 < transcript->n_exons && i < NF_MAX_BIT_INTRONS; i++)
        if (transcript->exons[i].end0 > unit->cut_pos0 &&
            transcript->exons[i].end0 < unit->region.end0)
            control->introns_out |= (uint64_t)1 << i;
}

/* The same with what lies before the first unit of a gene. */
static void limit_start(struct nf_control_sums *control, const struct nf_annot *annot,
                        const struct nf_selection_unit *unit)
{
    const struct nf_transcript *transcript = &annot->transcripts.items[control->transcript];
    int64_t n_before = nf_selection_bases(transcript, INT64_MIN, unit->region.start0);
    if (!unit->is_split || 3 * n_before >= control->n_bases)
        return;
    hide(control, annot->genes.items[control->gene].strand > 0, 0, n_before);
    for (uint32_t i = 0; i + 1 < transcript->n_exons && i < NF_MAX_BIT_INTRONS; i++)
        if (transcript->exons[i].end0 <= unit->region.start0)
            control->introns_out |= (uint64_t)1 << i;
}

void nf_quality_limit(struct nf_quality_sums *sums, const struct nf_selection_unit *unit)
{
    for (size_t i = 0; i < sums->controls.n; i++) {
        struct nf_control_sums *control = &sums->controls.items[i];
        if (control->gene != unit->gene)
            continue;
        limit_start(control, sums->panel->annot, unit);
        if (unit->is_cut)
            limit_control(control, sums->panel->annot, unit);
    }
}

/* ---- parts of a file ---- */

static enum nf_status merge_control(struct nf_control_sums *into,
                                    const struct nf_control_sums *from)
{
    enum nf_status status = NF_OK;
    into->n_records += from->n_records;
    into->n_fragments += from->n_fragments;
    into->n_duplicates += from->n_duplicates;
    for (int i = 0; i < 3; i++)
        into->n_thirds[i] += from->n_thirds[i];
    into->introns_spliced |= from->introns_spliced;
    into->introns_clipped |= from->introns_clipped;
    for (int which = 0; which < 2; which++)
        for (size_t i = 0; i < from->sketches[which].n && !status; i++)
            status = sketch_add(&into->sketches[which], from->sketches[which].items[i]);
    return status;
}

enum nf_status nf_quality_merge(struct nf_quality_sums *into,
                                const struct nf_quality_sums *from)
{
    enum nf_status status = NF_OK;
    for (size_t i = 0; i < into->controls.n && !status; i++)
        status = merge_control(&into->controls.items[i], &from->controls.items[i]);
    for (size_t i = 0; i < into->target_records.n; i++)
        into->target_records.items[i] += from->target_records.items[i];
    into->n_learning += from->n_learning;
    into->n_target += from->n_target;
    into->n_control += from->n_control;
    into->n_exonic += from->n_exonic;
    into->n_with_n += from->n_with_n;
    into->n_further += from->n_further;
    into->n_spliced_edges += from->n_spliced_edges;
    into->n_clipped_edges += from->n_clipped_edges;
    into->n_through_edges += from->n_through_edges;
    into->n_sense += from->n_sense;
    into->n_antisense += from->n_antisense;
    return status;
}
