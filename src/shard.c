/* SPDX-License-Identifier: MIT */
/* shard: reading one BAM file from several places at once.
 *
 * A BGZF file is a chain of blocks, each a gzip member of at most 64 KiB that tells its own
 * size (SAM specification, section 4.1). From the middle of the file the next block is found
 * by its magic bytes, which also turn up in compressed data; so a candidate counts only when
 * the sizes lead from header to header several times. Records know nothing of blocks. In the
 * inflated bytes a record is recognised by what its fixed fields must fulfil, and again by the
 * records that follow from its length.
 *
 * Records are parsed where they lie in the inflated block; only those that cross a block's end
 * are put together in a buffer. Empty blocks are passed over, so the address of the current
 * block is always that of a block with data. */
#include "ntrkfuse/shard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/remote.h"

enum {
    CHAIN_BLOCKS = 8,
    CHAIN_RECORDS = 8,
    FIXED_BYTES = 36, /* of a record, its block_size included */
    GUESS_BLOCKS = 32 /* inflated at most before a guess is given up */
};

/* ---- blocks ---- */

static uint32_t read_u16(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
}

/* Do several blocks in a row, or all to the end of the file, begin with this one? */
static bool begins_chain(int file, int64_t size, int64_t address)
{
    for (int i = 0; i < CHAIN_BLOCKS && address < size; i++) {
        uint8_t header[NF_BLOCK_HEADER_BYTES];
        if (pread(file, header, sizeof header, (off_t)address) != (ssize_t)sizeof header)
            return false;
        int64_t n_bytes = nf_block_bytes(header);
        if (n_bytes == 0)
            return false;
        address += n_bytes;
    }
    return address <= size;
}

/* The first block at or behind `from`; −1 when there is none as near as one must be. */
static int64_t find_block(int file, int64_t size, int64_t from, uint8_t *buffer)
{
    ssize_t n = pread(file, buffer, NF_BLOCK_MOST_BYTES + NF_BLOCK_HEADER_BYTES, (off_t)from);
    for (ssize_t i = 0; i + NF_BLOCK_HEADER_BYTES <= n; i++) {
        const uint8_t *at =
            memchr(buffer + i, 31, (size_t)(n - NF_BLOCK_HEADER_BYTES - i) + 1);
        if (!at)
            break;
        i = at - buffer;
        if (nf_block_bytes(at) > 0 && begins_chain(file, size, from + i))
            return from + i;
    }
    return -1;
}

enum nf_status nf_shard_divide(const struct nf_bamio_body *body, int64_t shard_bytes,
                               nf_shard_starts *starts)
{
    enum nf_status status = NF_OK;
    int file = open(body->path, O_RDONLY | O_CLOEXEC);
    uint8_t *buffer = malloc(NF_BLOCK_MOST_BYTES + NF_BLOCK_HEADER_BYTES);
    starts->n = 0;
    if (file < 0)
        status = nf_fail(NF_ERR_IO, "%s: cannot be opened: %s", body->path, strerror(errno));
    else if (!buffer || nf_vec_push(starts, body->address))
        status = nf_fail_memory("the shards");
    for (int64_t from = body->address; !status && shard_bytes < body->size - from;) {
        from += shard_bytes;
        int64_t start = find_block(file, body->size, from, buffer);
        if (start > starts->items[starts->n - 1] && nf_vec_push(starts, start))
            status = nf_fail_memory("the shards");
    }
    free(buffer);
    if (file >= 0)
        close(file);
    return status;
}

/* ---- guessing ---- */

static int32_t read_i32(const uint8_t *bytes)
{
    return (int32_t)nf_read_u32(bytes);
}

static bool plausible_name(const uint8_t *name, size_t n_bytes, size_t n_known)
{
    for (size_t i = 0; i + 1 < n_bytes && i < n_known; i++)
        if (name[i] < ' ' || name[i] > '~')
            return false;
    return n_bytes > n_known || name[n_bytes - 1] == 0;
}

/* Bytes of the record that may begin here, of which `n` are known; 0 when there can be none.
 */
static size_t plausible_record(const uint8_t *bytes, size_t n, int32_t n_contigs)
{
    if (n < FIXED_BYTES)
        return 0;
    uint32_t n_bytes = nf_read_u32(bytes);
    size_t name_bytes = bytes[12], n_cigar = read_u16(bytes + 16);
    int32_t contig = read_i32(bytes + 4), mate_contig = read_i32(bytes + 24);
    int32_t length = read_i32(bytes + 20);
    if (n_bytes > NF_BAMIO_MOST_RECORD_BYTES || name_bytes < 2 || contig < -1 ||
        contig >= n_contigs || mate_contig < -1 || mate_contig >= n_contigs || length < 0 ||
        read_i32(bytes + 8) < -1 || read_i32(bytes + 28) < -1 || bytes[19] > 15)
        return 0;
    size_t n_used =
        FIXED_BYTES - 4 + name_bytes + 4 * n_cigar + ((size_t)length + 1) / 2 + (size_t)length;
    if (n_used > n_bytes || !plausible_name(bytes + FIXED_BYTES, name_bytes, n - FIXED_BYTES))
        return 0;
    return 4 + (size_t)n_bytes;
}

bool nf_shard_guess(const uint8_t *bytes, size_t n, bool is_last, int32_t n_contigs,
                    size_t *at)
{
    for (*at = 0; *at + FIXED_BYTES <= n; ++*at) {
        int n_complete = 0;
        for (size_t next = *at;;) {
            size_t n_bytes = plausible_record(bytes + next, n - next, n_contigs);
            bool is_complete = n_bytes > 0 && n_bytes <= n - next;
            n_complete += is_complete;
            if (n_complete == CHAIN_RECORDS)
                return true;
            next += is_complete ? n_bytes : 0;
            if (is_complete && next < n)
                continue;
            /* What is left is nothing, a beginning too short to judge, or a plausible one. */
            if (is_last && n_complete > 0 && (n_bytes > 0 || n - next < FIXED_BYTES))
                return true;
            break;
        }
    }
    return false;
}

/* ---- reading ---- */

enum nf_status nf_shard_reader_open(struct nf_shard_reader *reader,
                                    const struct nf_bamio_body *body)
{
    memset(reader, 0, sizeof *reader);
    reader->body = body;
    return nf_blocks_open(&reader->blocks, body->path);
}

void nf_shard_reader_close(struct nf_shard_reader *reader)
{
    nf_blocks_close(&reader->blocks);
    nf_vec_free(&reader->carry);
}

static enum nf_status set_problem(struct nf_shard_reader *reader,
                                  enum nf_shard_problem_kind kind, struct nf_shard_place place)
{
    reader->problem = (struct nf_shard_problem){.kind = kind, .place = place};
    return NF_ERR_INPUT;
}

static enum nf_status fail_block(struct nf_shard_reader *reader)
{
    static const enum nf_shard_problem_kind kinds[] = {
        [NF_BLOCKS_FINE] = NF_SHARD_BLOCK,
        [NF_BLOCKS_CHECKSUM] = NF_SHARD_CHECKSUM,
        [NF_BLOCKS_DAMAGED] = NF_SHARD_BLOCK,
        [NF_BLOCKS_READ] = NF_SHARD_READ,
    };
    set_problem(reader, kinds[reader->blocks.problem],
                (struct nf_shard_place){reader->next_address, 0});
    reader->problem.code = reader->blocks.code;
    return NF_ERR_INPUT;
}

/* Makes the next block that holds data the current one. */
static enum nf_status read_block(struct nf_shard_reader *reader)
{
    struct nf_blocks *blocks = &reader->blocks;
    reader->n = reader->at = 0;
    for (;;) {
        enum nf_status status = nf_blocks_read(blocks, reader->next_address);
        if (status)
            return status == NF_ERR_INPUT ? fail_block(reader) : status;
        if (blocks->n > 0 || blocks->next_address == reader->next_address)
            break;
        reader->ends_empty = true;
        reader->next_address = blocks->next_address;
    }
    reader->address = blocks->n > 0 ? reader->next_address : NF_SHARD_END;
    if (blocks->n == 0)
        return reader->ends_empty
                   ? NF_OK
                   : set_problem(reader, NF_SHARD_NO_MARKER,
                                 (struct nf_shard_place){reader->next_address, 0});
    reader->ends_empty = false;
    reader->next_address = blocks->next_address;
    reader->bytes = blocks->bytes;
    reader->n = blocks->n;
    return NF_OK;
}

enum nf_status nf_shard_seek(struct nf_shard_reader *reader, struct nf_shard_place place)
{
    if (reader->n == 0 || reader->address != place.address) {
        reader->next_address = place.address;
        reader->ends_empty = true; /* what stands before is not known */
        enum nf_status status = read_block(reader);
        if (status)
            return status;
    }
    if (place.offset > reader->n)
        return set_problem(reader, NF_SHARD_BLOCK, (struct nf_shard_place){place.address, 0});
    reader->at = place.offset;
    return NF_OK;
}

/* Adds up to n_wanted bytes in all to `carry`. Stops short at the end of the file. */
static enum nf_status gather(struct nf_shard_reader *reader, size_t n_wanted)
{
    while (reader->carry.n < n_wanted) {
        if (reader->at == reader->n) {
            enum nf_status status = read_block(reader);
            if (status || reader->n == 0)
                return status;
        }
        size_t n = reader->n - reader->at;
        if (n > n_wanted - reader->carry.n)
            n = n_wanted - reader->carry.n;
        if (nf_vec_reserve(&reader->carry, n))
            return nf_fail_memory("a record");
        memcpy(reader->carry.items + reader->carry.n, reader->bytes + reader->at, n);
        reader->carry.n += n;
        reader->at += n;
    }
    return NF_OK;
}

enum nf_status nf_shard_find_record(struct nf_shard_reader *reader, int64_t address,
                                    nf_shard_guess_function *guess,
                                    struct nf_shard_place *place)
{
    int64_t addresses[GUESS_BLOCKS];
    size_t starts[GUESS_BLOCKS], n_blocks = 0, at = 0;
    *place = (struct nf_shard_place){NF_SHARD_UNKNOWN, 0};
    reader->carry.n = 0;
    enum nf_status status = nf_shard_seek(reader, (struct nf_shard_place){address, 0});
    for (size_t n_tried = 1; n_tried <= GUESS_BLOCKS; n_tried *= 2) {
        while (n_blocks < n_tried && !status && reader->n > 0) {
            addresses[n_blocks] = reader->address;
            starts[n_blocks++] = reader->carry.n;
            status = gather(reader, reader->carry.n + reader->n);
            if (!status)
                status = read_block(reader);
        }
        bool is_last = n_tried == GUESS_BLOCKS || status || reader->n == 0;
        if (n_blocks > 0 && guess(reader->carry.items, reader->carry.n, is_last,
                                  reader->body->n_contigs, &at)) {
            while (n_blocks > 1 && starts[n_blocks - 1] > at)
                n_blocks--;
            place->address = addresses[n_blocks - 1];
            place->offset = (uint32_t)(at - starts[n_blocks - 1]);
            break;
        }
        if (is_last)
            break;
    }
    return status == NF_ERR_INPUT ? NF_OK : status;
}

static enum nf_status check_length(struct nf_shard_reader *reader, uint32_t n_bytes,
                                   struct nf_shard_place place)
{
    if (n_bytes <= NF_BAMIO_MOST_RECORD_BYTES)
        return NF_OK;
    set_problem(reader, NF_SHARD_TOO_LONG, place);
    reader->problem.n_bytes = n_bytes;
    return NF_ERR_INPUT;
}

/* A record that crosses the end of the current block. */
static enum nf_status next_across(struct nf_shard_reader *reader, struct nf_record *record)
{
    struct nf_shard_place place = nf_shard_reached(reader);
    uint32_t n_bytes = 0;
    reader->carry.n = 0;
    enum nf_status status = gather(reader, 4);
    if (!status && reader->carry.n == 4) {
        n_bytes = nf_read_u32(reader->carry.items);
        status = check_length(reader, n_bytes, place);
        if (!status)
            status = gather(reader, 4 + (size_t)n_bytes);
    }
    if (status)
        return status;
    if (reader->carry.n < 4 + (size_t)n_bytes)
        return set_problem(reader, NF_SHARD_CUT, place);
    if (nf_record_from_bytes(record, reader->carry.items + 4, n_bytes,
                             reader->body->n_contigs))
        return set_problem(reader, NF_SHARD_MALFORMED, place);
    return NF_OK;
}

enum nf_status nf_shard_next(struct nf_shard_reader *reader, int64_t limit,
                             struct nf_record *record, bool *done)
{
    *done = false;
    if (reader->at == reader->n) {
        enum nf_status status = read_block(reader);
        if (status)
            return status;
    }
    if (reader->address >= limit) { /* true at the end of the file whatever the limit */
        *done = true;
        return NF_OK;
    }
    const uint8_t *bytes = reader->bytes + reader->at;
    size_t n_left = reader->n - reader->at;
    uint32_t n_bytes = n_left >= 4 ? nf_read_u32(bytes) : 0;
    if (n_left < 4 || n_left - 4 < n_bytes)
        return next_across(reader, record);
    if (nf_record_from_bytes(record, bytes + 4, n_bytes, reader->body->n_contigs))
        return set_problem(reader, NF_SHARD_MALFORMED, nf_shard_reached(reader));
    reader->at += 4 + (size_t)n_bytes;
    return NF_OK;
}

void nf_shard_ahead(const struct nf_shard_reader *reader, int64_t limit, const uint8_t **bytes,
                    size_t *n)
{
    *n = reader->address < limit ? reader->n - reader->at : 0;
    *bytes = *n > 0 ? reader->bytes + reader->at : NULL;
}

void nf_shard_skip(struct nf_shard_reader *reader, size_t n_bytes)
{
    reader->at += n_bytes;
}

struct nf_shard_place nf_shard_reached(const struct nf_shard_reader *reader)
{
    return (struct nf_shard_place){reader->address, (uint32_t)reader->at};
}

/* ---- errors ---- */

enum nf_status nf_shard_explain(const char *path, const struct nf_shard_problem *problem)
{
    long long address = (long long)problem->place.address;
    unsigned offset = problem->place.offset;
    switch (problem->kind) {
    case NF_SHARD_CHECKSUM:
        return nf_fail(NF_ERR_INPUT,
                       "%s: the checksum (CRC) of the block at byte %lld is wrong: "
                       "the data are damaged; copy or write the file again",
                       path, address);
    case NF_SHARD_READ:
        if (nf_remote_is(path))
            return nf_fail(
                NF_ERR_INPUT,
                "%s: reading at byte %lld failed: %s; is the server there, and does "
                "it serve byte ranges? (if not: --full-scan)",
                path, address, strerror(problem->code));
        return nf_fail(NF_ERR_INPUT, "%s: reading failed at byte %lld: %s", path, address,
                       strerror(problem->code));
    case NF_SHARD_NO_MARKER:
        return nf_fail(NF_ERR_INPUT,
                       "%s: the BAM end-of-file block is missing at byte %lld: the "
                       "file was cut short; copy or write it again",
                       path, address);
    case NF_SHARD_CUT:
        return nf_fail(NF_ERR_INPUT,
                       "%s: truncated: the data end inside the record at byte "
                       "%lld+%u (block+offset); copy or write the file again",
                       path, address, offset);
    case NF_SHARD_TOO_LONG:
        return nf_fail(NF_ERR_INPUT,
                       "%s: the record at byte %lld+%u (block+offset) claims %u "
                       "bytes: the data are damaged; copy or write the file again",
                       path, address, offset, problem->n_bytes);
    case NF_SHARD_MALFORMED:
        return nf_fail(NF_ERR_INPUT,
                       "%s: the record at byte %lld+%u (block+offset) contradicts "
                       "itself: the data are damaged; copy or write the file again",
                       path, address, offset);
    case NF_SHARD_BLOCK:
    case NF_SHARD_NO_PROBLEM:
        break;
    }
    return nf_fail(NF_ERR_INPUT,
                   "%s: a damaged compressed block at byte %lld; copy or write the "
                   "file again",
                   path, address);
}
