/* SPDX-License-Identifier: MIT */
/* align: from CIGAR and SA to aligned pieces in read order.
 *
 * A CIGAR is walked once from left to right; every maximal run of operations between two N
 * becomes a block with its reference range and its range in the read as stored. On the reverse
 * strand the read as stored runs against the sequencing direction, so ranges are mirrored
 * about the read's full length (hard clips included) and blocks and clips change places. After
 * that, two consecutive blocks or alignments of a chain meet at one point of the read, and
 * what the reference says on the two sides of that point is a junction. */
#include "ntrkfuse/align.h"

#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/str.h"

/* A walk over CIGAR operations. */
struct walk {
    struct nf_chain *chain;
    struct nf_alignment alignment;
    struct nf_block block; /* open block; n_aligned = 0: none */
    int64_t ref0;
    int32_t read0;
    bool clip_only_so_far;
    /* minimap2 sums a CIGAR up in SA: all matches, then what the reference has more as one
     * deletion ("846M29984D500S"). Its end lies behind that deletion. */
    bool is_summary;
    int32_t lead_hard, lead_soft, trail_hard, trail_soft;
};

static enum nf_status close_block(struct walk *walk)
{
    if (walk->block.n_aligned == 0)
        return NF_OK;
    walk->alignment.n_blocks++;
    enum nf_status status = nf_vec_push(&walk->chain->blocks, walk->block);
    walk->block.n_aligned = 0;
    return status;
}

static void extend_block(struct walk *walk, int32_t length)
{
    struct nf_block *block = &walk->block;
    if (block->n_aligned == 0) {
        block->start0 = walk->ref0;
        block->read_start0 = walk->read0;
    }
    block->n_aligned += length;
    walk->ref0 += length;
    walk->read0 += length;
    block->end0 = walk->ref0;
    block->read_end0 = walk->read0;
}

static void add_clip(struct walk *walk, int32_t length, bool soft)
{
    int32_t *sum;
    if (walk->clip_only_so_far)
        sum = soft ? &walk->lead_soft : &walk->lead_hard;
    else
        sum = soft ? &walk->trail_soft : &walk->trail_hard;
    *sum += length;
    walk->read0 += length;
}

static enum nf_status take_operation(struct walk *walk, enum nf_cigar_code code,
                                     int32_t length)
{
    switch (code) {
    case NF_CIGAR_MATCH:
    case NF_CIGAR_EQUAL:
    case NF_CIGAR_DIFFERENT:
        walk->clip_only_so_far = false;
        if (length > 0)
            extend_block(walk, length);
        return NF_OK;
    case NF_CIGAR_INSERTION:
        walk->clip_only_so_far = false;
        walk->read0 += length;
        return NF_OK;
    case NF_CIGAR_DELETION:
        walk->ref0 += length;
        return NF_OK;
    case NF_CIGAR_SKIP: {
        enum nf_status status = close_block(walk);
        walk->ref0 += length;
        return status;
    }
    case NF_CIGAR_SOFT_CLIP:
    case NF_CIGAR_HARD_CLIP:
        add_clip(walk, length, code == NF_CIGAR_SOFT_CLIP);
        return NF_OK;
    case NF_CIGAR_PAD:
        return NF_OK;
    case NF_CIGAR_BACK:
    default:
        return NF_ERR_FORMAT;
    }
}

/* Mirrors the blocks of a reverse-strand alignment into sequencing direction. */
static void mirror_blocks(struct nf_block *blocks, size_t n, int32_t read_length)
{
    for (size_t i = 0; i < n; i++) {
        int32_t start0 = read_length - blocks[i].read_end0;
        blocks[i].read_end0 = read_length - blocks[i].read_start0;
        blocks[i].read_start0 = start0;
    }
    for (size_t i = 0; i < n / 2; i++) {
        struct nf_block other = blocks[i];
        blocks[i] = blocks[n - 1 - i];
        blocks[n - 1 - i] = other;
    }
}

static void start_walk(struct walk *walk, struct nf_chain *chain, struct nf_locus place)
{
    memset(walk, 0, sizeof *walk);
    walk->chain = chain;
    walk->ref0 = place.pos0;
    walk->clip_only_so_far = true;
    walk->alignment.contig = place.contig;
    walk->alignment.strand = place.strand;
    walk->alignment.first_block = chain->blocks.n;
    walk->alignment.edit_distance = -1;
}

/* Ends the walk; an alignment without a single aligned base, or of another read length than
 * the chain's (0 = first), is NF_ERR_FORMAT and leaves no blocks behind. */
static enum nf_status finish_walk(struct walk *walk)
{
    struct nf_chain *chain = walk->chain;
    struct nf_alignment *alignment = &walk->alignment;
    if (walk->is_summary && walk->block.n_aligned > 0) {
        walk->block.end0 = walk->ref0;
        walk->block.read_end0 = walk->read0 - walk->trail_soft - walk->trail_hard;
    }
    if (close_block(walk))
        return NF_ERR_MEMORY;
    if (alignment->n_blocks == 0 || walk->read0 <= 0 ||
        (chain->read_length != 0 && chain->read_length != walk->read0)) {
        chain->blocks.n = alignment->first_block;
        return NF_ERR_FORMAT;
    }
    chain->read_length = walk->read0;
    bool forward = alignment->strand > 0;
    int32_t lead = walk->lead_hard + walk->lead_soft;
    int32_t trail = walk->trail_hard + walk->trail_soft;
    alignment->clip_start = forward ? lead : trail;
    alignment->clip_end = forward ? trail : lead;
    alignment->soft_start = forward ? walk->lead_soft : walk->trail_soft;
    alignment->soft_end = forward ? walk->trail_soft : walk->lead_soft;
    if (!forward)
        mirror_blocks(chain->blocks.items + alignment->first_block, alignment->n_blocks,
                      chain->read_length);
    return nf_vec_push(&chain->alignments, *alignment);
}

void nf_chain_clear(struct nf_chain *chain)
{
    chain->alignments.n = 0;
    chain->blocks.n = 0;
    chain->read_length = 0;
    chain->n_bad_entries = 0;
}

enum nf_status nf_chain_add_record(struct nf_chain *chain, const struct nf_record *record)
{
    struct walk walk;
    struct nf_locus place = {.contig = record->contig,
                             .strand = record->flag & NF_FLAG_REVERSE ? -1 : 1,
                             .pos0 = record->pos0};
    start_walk(&walk, chain, place);
    walk.alignment.is_record = true;
    walk.alignment.mapq = record->mapq;
    walk.alignment.edit_distance = (int32_t)nf_record_tag_int(record, "NM", -1);
    for (uint32_t i = 0; i < record->n_cigar; i++) {
        int32_t length = nf_record_cigar_length(record, i);
        enum nf_status status =
            length > INT32_MAX - walk.read0
                ? NF_ERR_FORMAT
                : take_operation(&walk, nf_record_cigar_code(record, i), length);
        if (status) {
            chain->blocks.n = walk.alignment.first_block;
            return status;
        }
    }
    return finish_walk(&walk);
}

/* Cuts one "<length><letter>" off `rest`. */
static bool next_operation(struct nf_span *rest, enum nf_cigar_code *code, int32_t *length)
{
    static const char letters[] = "MIDNSHP=X";
    size_t n = 0;
    int64_t value = 0;
    while (n < rest->n && rest->at[n] >= '0' && rest->at[n] <= '9' && value < (1 << 28))
        value = 10 * value + (rest->at[n++] - '0');
    if (n == 0 || n == rest->n || value >= (1 << 28))
        return false;
    const char *letter = strchr(letters, rest->at[n]);
    if (!letter || *letter == 0)
        return false;
    *code = (enum nf_cigar_code)(letter - letters);
    *length = (int32_t)value;
    rest->at += n + 1;
    rest->n -= n + 1;
    return true;
}

enum nf_status nf_chain_add_text(struct nf_chain *chain, struct nf_locus place,
                                 struct nf_span cigar, uint8_t mapq, int32_t edit_distance)
{
    struct walk walk;
    start_walk(&walk, chain, place);
    walk.alignment.mapq = mapq;
    walk.is_summary = true;
    walk.alignment.edit_distance = edit_distance;
    struct nf_span rest = cigar;
    while (rest.n > 0) {
        enum nf_cigar_code code;
        int32_t length;
        if (!next_operation(&rest, &code, &length) || length > INT32_MAX - walk.read0) {
            chain->blocks.n = walk.alignment.first_block;
            return NF_ERR_FORMAT;
        }
        enum nf_status status = take_operation(&walk, code, length);
        if (status) {
            chain->blocks.n = walk.alignment.first_block;
            return status;
        }
    }
    return finish_walk(&walk);
}

bool nf_sa_next(struct nf_span *rest, const struct nf_genome *genome,
                struct nf_sa_entry *entry, bool *good)
{
    struct nf_span text;
    *good = false;
    do {
        if (!nf_span_cut(rest, ';', &text))
            return false;
    } while (text.n == 0);

    struct nf_span fields[6] = {{NULL, 0}};
    size_t n = 0;
    while (n < 6 && nf_span_cut(&text, ',', &fields[n]))
        n++;
    int64_t pos1, mapq, edit_distance;
    if (n != 6 || text.at != NULL || nf_span_int(fields[1], 1, INT64_MAX / 4, &pos1) ||
        nf_span_int(fields[4], 0, 255, &mapq) ||
        nf_span_int(fields[5], 0, INT32_MAX, &edit_distance))
        return true;
    if (!nf_span_is(fields[2], "+") && !nf_span_is(fields[2], "-"))
        return true;
    entry->place.contig = nf_genome_find(genome, fields[0]);
    entry->place.strand = nf_span_is(fields[2], "+") ? 1 : -1;
    entry->place.pos0 = pos1 - 1;
    entry->cigar = fields[3];
    entry->mapq = (uint8_t)mapq;
    entry->edit_distance = (int32_t)edit_distance;
    *good = entry->place.contig >= 0 &&
            entry->place.pos0 < genome->contigs[entry->place.contig].length;
    return true;
}

/* Does the alignment added last reach beyond its contig? */
static bool ends_beyond(const struct nf_chain *chain, const struct nf_genome *genome)
{
    const struct nf_alignment *last = &chain->alignments.items[chain->alignments.n - 1];
    for (size_t i = 0; i < last->n_blocks; i++)
        if (chain->blocks.items[last->first_block + i].end0 >
            genome->contigs[last->contig].length)
            return true;
    return false;
}

static void drop_last(struct nf_chain *chain)
{
    chain->blocks.n = chain->alignments.items[--chain->alignments.n].first_block;
}

enum nf_status nf_chain_build(struct nf_chain *chain, const struct nf_record *record,
                              const struct nf_genome *genome, bool with_supplementary)
{
    nf_chain_clear(chain);
    enum nf_status status = nf_chain_add_record(chain, record);
    if (status || !with_supplementary)
        return status;
    struct nf_span rest = nf_record_tag_text(record, "SA");
    if (!rest.at)
        return NF_OK;
    struct nf_sa_entry entry;
    bool good;
    for (int n = 0; nf_sa_next(&rest, genome, &entry, &good); n++) {
        if (n >= NF_MAX_SA_ENTRIES || !good) {
            chain->n_bad_entries++;
            continue;
        }
        status = nf_chain_add_text(chain, entry.place, entry.cigar, entry.mapq,
                                   entry.edit_distance);
        if (!status && ends_beyond(chain, genome))
            drop_last(chain);
        else if (status && status != NF_ERR_FORMAT)
            return status;
        else if (!status)
            continue;
        chain->n_bad_entries++;
    }
    nf_chain_sort(chain);
    return NF_OK;
}

static int32_t read_start(const struct nf_chain *chain, const struct nf_alignment *alignment)
{
    return chain->blocks.items[alignment->first_block].read_start0;
}

static int32_t read_end(const struct nf_chain *chain, const struct nf_alignment *alignment)
{
    return chain->blocks.items[alignment->first_block + alignment->n_blocks - 1].read_end0;
}

/* Total order: read range, then place; independent of which alignment was the record. */
static int compare_alignments(const struct nf_chain *chain, const struct nf_alignment *a,
                              const struct nf_alignment *b)
{
    int32_t difference = read_start(chain, a) - read_start(chain, b);
    if (difference == 0)
        difference = read_end(chain, a) - read_end(chain, b);
    if (difference == 0)
        difference = a->contig - b->contig;
    if (difference != 0)
        return difference;
    int64_t start_a = chain->blocks.items[a->first_block].start0;
    int64_t start_b = chain->blocks.items[b->first_block].start0;
    if (start_a != start_b)
        return start_a < start_b ? -1 : 1;
    return a->strand - b->strand;
}

/* Is `inner` contained in the read range of `outer`, all but fewer than 5 bases? */
static bool is_nested(const struct nf_chain *chain, const struct nf_alignment *inner,
                      const struct nf_alignment *outer)
{
    int32_t before = read_start(chain, outer) - read_start(chain, inner);
    int32_t behind = read_end(chain, inner) - read_end(chain, outer);
    int32_t own = (before > 0 ? before : 0) + (behind > 0 ? behind : 0);
    return own < 5;
}

void nf_chain_sort(struct nf_chain *chain)
{
    struct nf_alignment *items = chain->alignments.items;
    for (size_t i = 1; i < chain->alignments.n; i++) { /* few entries: insertion sort */
        struct nf_alignment moving = items[i];
        size_t at = i;
        while (at > 0 && compare_alignments(chain, &moving, &items[at - 1]) < 0) {
            items[at] = items[at - 1];
            at--;
        }
        items[at] = moving;
    }
    size_t n_kept = 0;
    for (size_t i = 0; i < chain->alignments.n; i++) {
        struct nf_alignment *last = n_kept ? &items[n_kept - 1] : NULL;
        if (last && is_nested(chain, &items[i], last))
            continue;
        if (last && is_nested(chain, last, &items[i]))
            n_kept--;
        items[n_kept++] = items[i];
    }
    chain->alignments.n = n_kept;
}

void nf_chain_free(struct nf_chain *chain)
{
    nf_vec_free(&chain->alignments);
    nf_vec_free(&chain->blocks);
}

uint8_t nf_mapq_normal(uint8_t mapq)
{
    return mapq > 60 ? 60 : mapq;
}

bool nf_is_multimapped(uint8_t mapq, int64_t n_hits)
{
    return n_hits > 1 || mapq <= 3;
}
