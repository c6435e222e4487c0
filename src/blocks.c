/* SPDX-License-Identifier: MIT */
/* blocks: the inflated blocks of a BGZF file.
 *
 * The deflated bytes are read into a window: at a new place a few blocks, and a piece that
 * follows the one before is twice as long.
 * Blocks are inflated from there by libdeflate, which htslib uses too; a block that is shorter
 * or longer than it says, or whose bytes have another checksum, is damaged. */
#include "ntrkfuse/blocks.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/record.h"
#include "ntrkfuse/remote.h"

enum {
    FOOTER_BYTES = 8,       /* checksum and length */
    LEAST_FETCH = 32 << 10, /* two or three blocks */
    MOST_FETCH = 256 << 10  /* small enough to stay in a processor's cache */
};

static uint32_t read_u16(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
}

int64_t nf_block_bytes(const uint8_t *header)
{
    bool good = header[0] == 31 && header[1] == 139 && header[2] == 8 && header[3] & 4 &&
                read_u16(header + 10) == 6 && header[12] == 'B' && header[13] == 'C' &&
                read_u16(header + 14) == 2 &&
                read_u16(header + 16) + 1 >= NF_BLOCK_HEADER_BYTES + FOOTER_BYTES;
    return good ? (int64_t)read_u16(header + 16) + 1 : 0;
}

enum nf_status nf_blocks_open(struct nf_blocks *blocks, const char *path)
{
    struct stat info;
    memset(blocks, 0, sizeof *blocks);
    blocks->path = path;
    blocks->file = -1;
    blocks->size = blocks->wanted_end = INT64_MAX;
    blocks->n_fetch = LEAST_FETCH;
    if (!nf_remote_is(path)) {
        blocks->file = open(path, O_RDONLY | O_CLOEXEC);
        if (blocks->file < 0 || fstat(blocks->file, &info))
            return nf_fail(NF_ERR_IO, "%s: cannot be opened: %s", path, strerror(errno));
        blocks->size = info.st_size;
    }
    blocks->inflater = libdeflate_alloc_decompressor();
    blocks->bytes = malloc(NF_BLOCK_MOST_BYTES);
    if (!blocks->inflater || !blocks->bytes)
        return nf_fail_memory("a block");
    return NF_OK;
}

void nf_blocks_close(struct nf_blocks *blocks)
{
    if (blocks->path && blocks->file >= 0)
        close(blocks->file);
    blocks->file = -1;
    if (blocks->inflater)
        libdeflate_free_decompressor(blocks->inflater);
    blocks->inflater = NULL;
    free(blocks->window);
    free(blocks->bytes);
    blocks->window = blocks->bytes = NULL;
    blocks->n_window = blocks->window_capacity = blocks->n = 0;
}

static enum nf_status set_problem(struct nf_blocks *blocks, enum nf_blocks_problem problem)
{
    blocks->problem = problem;
    return NF_ERR_INPUT;
}

/* Up to `n` bytes of the file at `start`; −1 with errno set. */
static int64_t read_at(const struct nf_blocks *blocks, int64_t start, uint8_t *bytes, size_t n)
{
    if (blocks->file < 0)
        return nf_remote_read(blocks->path, start, bytes, n);
    size_t n_read = 0;
    while (n_read < n) {
        ssize_t more =
            pread(blocks->file, bytes + n_read, n - n_read, (off_t)start + (off_t)n_read);
        if (more < 0 && errno == EINTR)
            continue;
        if (more < 0)
            return -1;
        if (more == 0)
            break;
        n_read += (size_t)more;
    }
    return (int64_t)n_read;
}

/* How much to ask for at `start`, at least `n`: the more the longer the reading goes on. */
static size_t fetch_size(struct nf_blocks *blocks, int64_t start, size_t n)
{
    bool goes_on =
        blocks->n_window > 0 && start == blocks->window_start + (int64_t)blocks->n_window;
    if (!goes_on)
        blocks->n_fetch = LEAST_FETCH;
    else if (blocks->n_fetch < MOST_FETCH)
        blocks->n_fetch *= 2;
    int64_t left = blocks->wanted_end - start;
    if (left < 0)
        left = 0;
    size_t most = left < (int64_t)blocks->n_fetch ? (size_t)left : blocks->n_fetch;
    return most > n ? most : n;
}

/* Makes the window begin at `address` or before and reach n bytes (at most a block's) beyond
 * it, or to the end of the file. *n_there receives how many are there. */
static enum nf_status fill_window(struct nf_blocks *blocks, int64_t address, size_t n,
                                  size_t *n_there)
{
    int64_t end = blocks->window_start + (int64_t)blocks->n_window;
    size_t n_kept = 0;
    if (address >= blocks->window_start && address + (int64_t)n <= end) {
        *n_there = (size_t)(end - address);
        return NF_OK;
    }
    if (address >= blocks->window_start && address <= end)
        n_kept = (size_t)(end - address);
    size_t n_wanted = fetch_size(blocks, address + (int64_t)n_kept, n - n_kept);
    if (n_kept + n_wanted > blocks->window_capacity) {
        uint8_t *window = realloc(blocks->window, n_kept + n_wanted);
        if (!window)
            return nf_fail_memory("a block");
        blocks->window = window;
        blocks->window_capacity = n_kept + n_wanted;
    }
    if (n_kept > 0)
        memmove(blocks->window, blocks->window + (address - blocks->window_start), n_kept);
    blocks->window_start = address;
    blocks->n_window = n_kept;
    errno = 0;
    int64_t n_read =
        read_at(blocks, address + (int64_t)n_kept, blocks->window + n_kept, n_wanted);
    if (n_read < 0) {
        blocks->code = errno ? errno : EIO;
        return set_problem(blocks, NF_BLOCKS_READ);
    }
    blocks->n_window += (size_t)n_read;
    *n_there = blocks->n_window;
    return NF_OK;
}

static enum nf_status inflate_block(struct nf_blocks *blocks, const uint8_t *block,
                                    size_t n_bytes)
{
    const uint8_t *footer = block + n_bytes - FOOTER_BYTES;
    size_t n_said = nf_read_u32(footer + 4), n;
    if (n_said > NF_BLOCK_MOST_BYTES ||
        libdeflate_deflate_decompress(blocks->inflater, block + NF_BLOCK_HEADER_BYTES,
                                      n_bytes - NF_BLOCK_HEADER_BYTES - FOOTER_BYTES,
                                      blocks->bytes, n_said, &n) != LIBDEFLATE_SUCCESS ||
        n != n_said)
        return set_problem(blocks, NF_BLOCKS_DAMAGED);
    if (libdeflate_crc32(0, blocks->bytes, n) != nf_read_u32(footer))
        return set_problem(blocks, NF_BLOCKS_CHECKSUM);
    blocks->n = n;
    blocks->n_inflated++;
    return NF_OK;
}

enum nf_status nf_blocks_read(struct nf_blocks *blocks, int64_t address)
{
    size_t n_there = 0;
    blocks->n = 0;
    blocks->next_address = address;
    if (address < 0 || address > blocks->size)
        return set_problem(blocks, NF_BLOCKS_DAMAGED);
    enum nf_status status = fill_window(blocks, address, NF_BLOCK_HEADER_BYTES, &n_there);
    if (status || n_there == 0)
        return status; /* the end of the file */
    const uint8_t *block = blocks->window + (address - blocks->window_start);
    int64_t n_bytes = n_there < NF_BLOCK_HEADER_BYTES ? 0 : nf_block_bytes(block);
    if (n_bytes == 0)
        return set_problem(blocks, NF_BLOCKS_DAMAGED);
    status = fill_window(blocks, address, (size_t)n_bytes, &n_there);
    if (status)
        return status;
    if (n_there < (size_t)n_bytes)
        return set_problem(blocks, NF_BLOCKS_DAMAGED);
    block = blocks->window + (address - blocks->window_start);
    status = inflate_block(blocks, block, (size_t)n_bytes);
    if (!status)
        blocks->next_address = address + n_bytes;
    return status;
}
