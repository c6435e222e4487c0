/* SPDX-License-Identifier: MIT */
/* sieve: passing over the records of a BAM that concern nothing.
 *
 * What a record must fulfil to be passed over is checked in the order of its bytes, so that a
 * record costs two or three cache lines: the fixed fields, the CIGAR, and the optional fields
 * only where an SA tag among them could matter (the CIGAR begins or ends with a clip, or the
 * record is secondary). Every check errs towards a closer look. */
#include "ntrkfuse/sieve.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/record.h"

enum { BIT_SHIFT = 10, FIXED_BYTES = 36 /* of a record, its block_size included */ };

/* Operations that take bases of the read, and of the reference, by their BAM code. */
enum {
    TAKES_READ = 1 << NF_CIGAR_MATCH | 1 << NF_CIGAR_INSERTION | 1 << NF_CIGAR_SOFT_CLIP |
                 1 << NF_CIGAR_EQUAL | 1 << NF_CIGAR_DIFFERENT,
    TAKES_REFERENCE = 1 << NF_CIGAR_MATCH | 1 << NF_CIGAR_DELETION | 1 << NF_CIGAR_SKIP |
                      1 << NF_CIGAR_EQUAL | 1 << NF_CIGAR_DIFFERENT,
    IS_CLIP = 1 << NF_CIGAR_SOFT_CLIP | 1 << NF_CIGAR_HARD_CLIP
};

/* ---- making it ---- */

/* Sets the bits of [start0, end0), cut off at the ends of the contig. */
static enum nf_status mark(struct nf_sieve_map *map, int64_t length, int64_t start0,
                           int64_t end0)
{
    int64_t n_bits = (length >> BIT_SHIFT) + 1;
    if (!map->words) {
        map->words = calloc((size_t)n_bits / 64 + 1, sizeof *map->words);
        if (!map->words)
            return nf_fail_memory("the places that matter");
        map->n_words = (uint64_t)n_bits / 64 + 1;
    }
    int64_t first = start0 > 0 ? start0 >> BIT_SHIFT : 0, last = (end0 - 1) >> BIT_SHIFT;
    for (int64_t bit = first; bit <= last && bit < n_bits; bit++)
        map->words[bit / 64] |= (uint64_t)1 << (bit % 64);
    return NF_OK;
}

enum nf_status nf_sieve_init(struct nf_sieve *sieve, const struct nf_panel *panel)
{
    const struct nf_contig *contigs = panel->genome->contigs;
    const struct nf_annot *annot = panel->annot;
    enum nf_status status = NF_OK;
    memset(sieve, 0, sizeof *sieve);
    sieve->contigs = calloc((size_t)panel->genome->n_contigs + 1, sizeof *sieve->contigs);
    if (!sieve->contigs)
        return nf_fail_memory("the places that matter");
    sieve->panel = panel;
    sieve->n_contigs = panel->genome->n_contigs;
    for (size_t i = 0; i < panel->learning.n && !status; i++) {
        const struct nf_region *region = &panel->learning.items[i];
        status = mark(&sieve->contigs[region->contig].places, contigs[region->contig].length,
                      region->start0, region->end0);
    }
    for (size_t i = 0; i < annot->edges.n && !status; i++) {
        const struct nf_edge *edge = &annot->edges.items[i];
        status = mark(&sieve->contigs[edge->contig].edges, contigs[edge->contig].length,
                      edge->pos0 - NF_EDGE_SLACK, edge->pos0 + NF_EDGE_SLACK + 1);
    }
    return status;
}

void nf_sieve_free(struct nf_sieve *sieve)
{
    for (int32_t i = 0; i < sieve->n_contigs; i++) {
        free(sieve->contigs[i].places.words);
        free(sieve->contigs[i].edges.words);
    }
    free(sieve->contigs);
    memset(sieve, 0, sizeof *sieve);
}

/* ---- using it ---- */

/* A stretch of a contig without a place that matters. Most records lie in the one that the
 * record before lies in. */
struct gap {
    int32_t contig;
    int64_t start0, end0;
};

/* The gap around a place that is in none of the learning regions. */
static struct gap gap_around(const struct nf_panel *panel, int32_t contig, int64_t pos0)
{
    struct gap gap = {contig, 0, INT64_MAX};
    for (size_t i = 0; i < panel->learning.n; i++) {
        const struct nf_region *region = &panel->learning.items[i];
        if (region->contig != contig)
            continue;
        if (region->end0 <= pos0 && region->end0 > gap.start0)
            gap.start0 = region->end0;
        if (region->start0 > pos0 && region->start0 < gap.end0)
            gap.end0 = region->start0;
    }
    return gap;
}

static bool any_marked_far(const struct nf_sieve_map *map, uint64_t first, uint64_t last)
{
    if (last / 64 >= map->n_words)
        last = map->n_words * 64 - 1;
    if (map->words[first / 64] >> first % 64)
        return true;
    for (uint64_t word = first / 64 + 1; word < last / 64; word++)
        if (map->words[word])
            return true;
    return last / 64 > first / 64 && map->words[last / 64] << (63 - last % 64);
}

/* Is a bit of [start0, end0) set? */
static inline bool any_marked(const struct nf_sieve_map *map, uint64_t start0, uint64_t end0)
{
    uint64_t first = start0 >> BIT_SHIFT, last = (end0 - 1) >> BIT_SHIFT;
    if (first / 64 >= map->n_words)
        return false;
    if (first / 64 != last / 64)
        return any_marked_far(map, first, last);
    return map->words[first / 64] >> first % 64 & (((uint64_t)2 << (last - first)) - 1);
}

static inline bool is_marked(const struct nf_sieve *sieve, int32_t contig, int64_t start0,
                             int64_t end0)
{
    return any_marked(&sieve->contigs[contig].places, (uint64_t)start0, (uint64_t)end0);
}

static inline uint32_t read_u16(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
}

static inline int32_t read_i32(const uint8_t *bytes)
{
    return (int32_t)nf_read_u32(bytes);
}

/* A record whose lengths agree with each other. */
struct look {
    int32_t contig, pos0, mate_contig, mate_pos0, length;
    uint32_t n_cigar, flag;
    const uint8_t *cigar, *tags, *end;
};

/* False where the record is not whole or contradicts itself. */
static inline bool look_at(const struct nf_sieve *sieve, const uint8_t *bytes, size_t n,
                           struct look *look)
{
    uint32_t n_bytes = nf_read_u32(bytes), n_name = bytes[12];
    look->contig = read_i32(bytes + 4);
    look->pos0 = read_i32(bytes + 8);
    look->n_cigar = read_u16(bytes + 16);
    look->flag = read_u16(bytes + 18);
    look->length = read_i32(bytes + 20);
    look->mate_contig = read_i32(bytes + 24);
    look->mate_pos0 = read_i32(bytes + 28);
    uint64_t n_used = FIXED_BYTES + (uint64_t)n_name + 4 * (uint64_t)look->n_cigar +
                      ((uint64_t)(uint32_t)look->length + 1) / 2 + (uint32_t)look->length;
    /* One below the least index is the greatest number there is, once the sign is gone. */
    if (n_bytes > n - 4 || n_used > 4 + (uint64_t)n_bytes || n_name < 1 || look->length < 0 ||
        (uint32_t)look->contig + 1 > (uint32_t)sieve->n_contigs ||
        (uint32_t)look->mate_contig + 1 > (uint32_t)sieve->n_contigs || look->pos0 < -1 ||
        look->mate_pos0 < -1)
        return false;
    look->cigar = bytes + FIXED_BYTES + n_name;
    look->tags = bytes + n_used;
    look->end = bytes + 4 + n_bytes;
    return look->cigar[-1] == 0;
}

/* May a clip at this end of the record be one at an exon edge? */
static bool is_edge_clip(const struct nf_sieve_map *edges, uint32_t operation,
                         int64_t boundary0)
{
    return (operation & 15) == NF_CIGAR_SOFT_CLIP && operation >> 4 >= NF_MIN_EDGE_CLIP &&
           any_marked(edges, (uint64_t)boundary0, (uint64_t)boundary0 + 1);
}

/* Is there an SA tag among the fields from `at` on? */
static bool has_sa(const uint8_t *at, const uint8_t *end)
{
    const struct nf_record record = {.tags = at, .n_tag_bytes = (size_t)(end - at)};
    char type;
    return nf_record_tag(&record, "SA", &type) != NULL;
}

/* Could a record with clips, or a secondary one, tell of a break: by an SA tag, or by a clip
 * at an exon edge? */
static bool may_tell(const struct nf_sieve_map *edges, const struct look *look, int64_t end0)
{
    const uint8_t *at = look->tags;
    if (is_edge_clip(edges, nf_read_u32(look->cigar), look->pos0) ||
        is_edge_clip(edges, nf_read_u32(look->cigar + 4 * (size_t)look->n_cigar - 4),
                     end0 - 1))
        return true;
    /* Numbers of one byte, which most fields are, are stepped over here. */
    while (look->end - at >= 4 && (at[2] == 'C' || at[2] == 'c'))
        at += 4;
    return look->end - at >= 4 && has_sa(at, look->end);
}

/* Does the mapped record concern nothing, for sure? */
static inline bool concerns_nothing(const struct nf_sieve *sieve, const struct look *look,
                                    struct gap *gap)
{
    const uint8_t *last = look->cigar + 4 * (size_t)(look->n_cigar - 1);
    int64_t n_read = 0, end0 = look->pos0;
    for (const uint8_t *at = look->cigar; at <= last; at += 4) {
        uint32_t operation = nf_read_u32(at), code = operation & 15, length = operation >> 4;
        n_read += length & -(TAKES_READ >> code & 1U);
        end0 += length & -(TAKES_REFERENCE >> code & 1U);
    }
    if ((n_read != look->length && look->length != 0) || end0 == look->pos0)
        return false; /* malformed, or nothing is aligned */
    if (look->contig != gap->contig || look->pos0 < gap->start0 || end0 > gap->end0) {
        if (is_marked(sieve, look->contig, look->pos0, end0))
            return false;
        *gap = gap_around(sieve->panel, look->contig, look->pos0);
    }
    if ((look->mate_contig != gap->contig || look->mate_pos0 < gap->start0 ||
         look->mate_pos0 >= gap->end0) &&
        look->mate_contig >= 0 && look->mate_pos0 >= 0 &&
        is_marked(sieve, look->mate_contig, look->mate_pos0, (int64_t)look->mate_pos0 + 1))
        return false;
    uint32_t ends = 1U << (look->cigar[0] & 15) | 1U << (last[0] & 15);
    if (!(ends & IS_CLIP) && !(look->flag & NF_FLAG_SECONDARY))
        return true;
    /* Two operations, a clip and an N, may stand for a long CIGAR kept elsewhere. */
    return !(look->n_cigar == 2 && ends & 1U << NF_CIGAR_SKIP) &&
           !may_tell(&sieve->contigs[look->contig].edges, look, end0);
}

enum nf_status nf_sieve_pass(const struct nf_sieve *sieve, const uint8_t *bytes, size_t n,
                             struct nf_abundance *abundance, struct nf_sieve_run *run)
{
    const uint8_t *at = bytes, *end = bytes + n;
    int64_t n_records = 0, n_mapped = 0;
    enum nf_status status = NF_OK;
    struct look look;
    struct gap gap = {-1, 0, 0};
    while (!status && end - at >= FIXED_BYTES &&
           look_at(sieve, at, (size_t)(end - at), &look)) {
        if (look.pos0 >= run->end0)
            break;
        if (!(look.flag & NF_FLAG_UNMAPPED)) {
            if (look.contig < 0 || look.pos0 < 0 || look.n_cigar == 0 ||
                !concerns_nothing(sieve, &look, &gap))
                break;
            n_mapped++;
            if (!(look.flag & NF_ABUNDANCE_NOT))
                status = nf_abundance_add_at(abundance, look.contig, look.pos0);
        }
        n_records++;
        at = look.end;
    }
    run->n_records = n_records;
    run->n_mapped = n_mapped;
    run->n_bytes = (size_t)(at - bytes);
    return status;
}
