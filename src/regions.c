/* SPDX-License-Identifier: MIT */
/* regions: reading parts of an alignment file through its index.
 *
 * By blocks: the index names the chunks of the file in which records of a region may lie. What
 * of them was not read before is walked record by record, up to the first that begins behind
 * the region (the file is sorted, or it would have no index). Places in the file are virtual
 * offsets: the address of a block shifted by 16, and an offset into its inflated bytes (SAM
 * specification, section 4.1.1); a place at the end of a block is that at the start of the
 * next.
 *
 * By htslib: the parts of the region that were not read before are asked for one by one, and
 * of their records those that overlap a part that was read have been handed out with it. */
#include "ntrkfuse/regions.h"

#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/log.h"

/* A guess at the bytes of a block, for how far a server is asked beyond the start of one. */
enum { USUAL_BLOCK_BYTES = 16 << 10 };

/* ---- sets of places ---- */

/* Index of the first span that ends at or behind `at`. */
static size_t first_reaching(const nf_regions_spans *spans, uint64_t at)
{
    size_t low = 0, high = spans->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (spans->items[middle].end < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Adds [start, end). */
static enum nf_status add_span(nf_regions_spans *spans, uint64_t start, uint64_t end)
{
    size_t first = first_reaching(spans, start), last = first;
    if (start >= end)
        return NF_OK;
    while (last < spans->n && spans->items[last].start <= end) {
        if (spans->items[last].start < start)
            start = spans->items[last].start;
        if (spans->items[last].end > end)
            end = spans->items[last].end;
        last++;
    }
    if (first == last && nf_vec_reserve(spans, 1))
        return nf_fail_memory("the regions");
    struct nf_regions_span *items = spans->items;
    if (last < spans->n)
        memmove(items + first + 1, items + last, (spans->n - last) * sizeof *items);
    spans->n = first + 1 + spans->n - last;
    items[first] = (struct nf_regions_span){start, end};
    return NF_OK;
}

/* The first part of [start, end) that is in no span; false when there is none. */
static bool first_free(const nf_regions_spans *spans, uint64_t start, uint64_t end,
                       struct nf_regions_span *part)
{
    size_t i = first_reaching(spans, start);
    if (i < spans->n && spans->items[i].start <= start)
        start = spans->items[i++].end;
    *part = (struct nf_regions_span){start, end};
    if (i < spans->n && spans->items[i].start < end)
        part->end = spans->items[i].start;
    return part->start < part->end;
}

/* ---- by blocks ---- */

/* What a walk over one region needs to know. */
struct walk {
    struct nf_regions *regions;
    struct nf_region region;
    enum nf_status (*take)(void *context, const struct nf_record *record);
    void *context;
    bool is_behind; /* a record behind the region was met */
};

static uint64_t reached(const struct nf_shard_reader *reader)
{
    struct nf_shard_place place = nf_shard_reached(reader);
    if (place.address == NF_SHARD_END)
        return UINT64_MAX;
    if (place.offset == reader->n)
        return (uint64_t)reader->next_address << 16;
    return (uint64_t)place.address << 16 | place.offset;
}

static bool lies_behind(const struct nf_region *region, const struct nf_record *record)
{
    if (record->contig != region->contig)
        return record->contig < 0 || record->contig > region->contig;
    return record->pos0 >= region->end0;
}

/* Passes over records in the current block, as far as it belongs to the part. */
static enum nf_status pass_ahead(struct walk *walk, struct nf_regions_span part)
{
    struct nf_regions *regions = walk->regions;
    uint64_t at = reached(&regions->reader);
    const uint8_t *bytes;
    size_t n, n_passed = 0;
    if (!regions->pass || regions->is_enough || at >= part.end)
        return NF_OK;
    nf_shard_ahead(&regions->reader, NF_SHARD_END, &bytes, &n);
    if (at >> 16 == part.end >> 16 && part.end - at < n)
        n = (size_t)(part.end - at);
    if (n == 0)
        return NF_OK;
    enum nf_status status =
        regions->pass(walk->context, bytes, n, walk->region.end0, &n_passed);
    nf_shard_skip(&regions->reader, n_passed);
    return status;
}

/* Hands out the records that begin in `part`, and adds what was read to what is met. */
static enum nf_status walk_part(struct walk *walk, struct nf_regions_span part)
{
    struct nf_regions *regions = walk->regions;
    struct nf_shard_reader *reader = &regions->reader;
    const struct nf_shard_place place = {(int64_t)(part.start >> 16),
                                         (uint32_t)(part.start & 0xffff)};
    uint64_t at = part.start;
    reader->blocks.wanted_end =
        (int64_t)(part.end >> 16) + (part.end & 0xffff ? USUAL_BLOCK_BYTES : 0);
    enum nf_status status = nf_shard_seek(reader, place);
    if (!status && place.offset > 0 && reader->address != place.address)
        return nf_fail(NF_ERR_INPUT,
                       "%s: its index does not belong to it; make it anew with "
                       "`samtools index`",
                       regions->body.path);
    while (!status && !walk->is_behind && !regions->is_enough) {
        struct nf_record record;
        bool done = false;
        at = reached(reader);
        if (at >= part.end)
            break;
        status = nf_shard_next(reader, NF_SHARD_END, &record, &done);
        if (status || done)
            break;
        walk->is_behind = lies_behind(&walk->region, &record);
        if (walk->is_behind)
            break;
        status = walk->take(walk->context, &record);
        if (!status)
            status = pass_ahead(walk, part);
        at = reached(reader);
        if (status)
            return status;
    }
    if (status == NF_ERR_INPUT)
        return nf_shard_explain(regions->body.path, &reader->problem);
    return status ? status
                  : add_span(&regions->met, part.start, at < part.end ? at : part.end);
}

static enum nf_status read_by_blocks(struct walk *walk)
{
    struct nf_regions *regions = walk->regions;
    enum nf_status status =
        nf_bamio_find_chunks(regions->input, &walk->region, &regions->chunks);
    for (size_t i = 0; i < regions->chunks.n && !status; i++) {
        const struct nf_bamio_chunk *chunk = &regions->chunks.items[i];
        struct nf_regions_span part;
        uint64_t from = chunk->start;
        while (!status && !walk->is_behind && !regions->is_enough &&
               first_free(&regions->met, from, chunk->end, &part)) {
            from = part.end;
            status = walk_part(walk, part);
        }
    }
    return status;
}

/* ---- by htslib ---- */

/* A place in the genome as one number. Positions that are no place lie at the contig's end. */
static uint64_t genome_place(int32_t contig, int64_t pos0)
{
    int64_t within = pos0 < 0 ? 0 : pos0 < NF_FARTHEST ? pos0 : NF_FARTHEST - 1;
    return (uint64_t)contig * (uint64_t)NF_FARTHEST + (uint64_t)within;
}

static enum nf_status take_new(void *context, const struct nf_record *record)
{
    struct walk *walk = context;
    struct nf_regions_span part;
    uint64_t start = genome_place(record->contig, record->pos0);
    uint64_t end = genome_place(record->contig, nf_record_end0(record));
    if (walk->regions->is_enough)
        return NF_ERR_INTERRUPTED; /* htslib's walk ends; told apart by is_enough */
    if (!first_free(&walk->regions->met, start, end, &part) || part.start != start ||
        part.end != end)
        return NF_OK;
    return walk->take(walk->context, record);
}

static enum nf_status read_by_htslib(struct walk *walk)
{
    struct nf_regions *regions = walk->regions;
    const struct nf_region *region = &walk->region;
    uint64_t from = genome_place(region->contig, region->start0);
    uint64_t end = genome_place(region->contig, region->end0);
    struct nf_regions_span part;
    enum nf_status status = NF_OK;
    while (!status && !regions->is_enough && first_free(&regions->met, from, end, &part)) {
        uint64_t origin = genome_place(region->contig, 0);
        status =
            nf_bamio_region(regions->input, region->contig, (int64_t)(part.start - origin),
                            (int64_t)(part.end - origin), take_new, walk);
        if (status == NF_ERR_INTERRUPTED && regions->is_enough)
            status = NF_OK;
        if (!status)
            status = add_span(&regions->met, part.start, part.end);
        from = part.end;
    }
    return status;
}

/* ---- both ---- */

enum nf_status nf_regions_open(struct nf_regions *regions, struct nf_bamio *input)
{
    memset(regions, 0, sizeof *regions);
    regions->input = input;
    regions->by_blocks = nf_bamio_has_blocks(input, &regions->body);
    return regions->by_blocks ? nf_shard_reader_open(&regions->reader, &regions->body) : NF_OK;
}

void nf_regions_close(struct nf_regions *regions)
{
    if (regions->by_blocks)
        nf_shard_reader_close(&regions->reader);
    nf_vec_free(&regions->met);
    nf_vec_free(&regions->chunks);
}

bool nf_regions_can_resume(const struct nf_regions *regions)
{
    return regions->by_blocks;
}

enum nf_status nf_regions_read(struct nf_regions *regions, struct nf_region region,
                               enum nf_status (*take)(void *context,
                                                      const struct nf_record *record),
                               void *context)
{
    struct walk walk = {
        .regions = regions, .region = region, .take = take, .context = context};
    regions->is_enough = false;
    return regions->by_blocks ? read_by_blocks(&walk) : read_by_htslib(&walk);
}
