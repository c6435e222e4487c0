/* SPDX-License-Identifier: MIT */
/* blocks: the inflated blocks of a BGZF file, by the places where they begin. Level: data.
 *
 * A BGZF file is a chain of blocks, each a gzip member of at most 64 KiB that tells its own
 * size, before and after it is inflated (SAM specification, section 4.1). */
#ifndef NTRKFUSE_BLOCKS_H
#define NTRKFUSE_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/status.h"

enum {
    NF_BLOCK_HEADER_BYTES = 18,
    NF_BLOCK_MOST_BYTES = 1 << 16 /* of a block, deflated or inflated */
};

enum nf_blocks_problem {
    NF_BLOCKS_FINE,
    NF_BLOCKS_CHECKSUM, /* of the inflated bytes */
    NF_BLOCKS_DAMAGED,  /* no block begins there, or it cannot be inflated */
    NF_BLOCKS_READ      /* the system's or the server's error */
};

struct libdeflate_decompressor;

/* One reader of a file; several may read one file at a time. */
struct nf_blocks {
    const char *path;   /* borrowed */
    int file;           /* descriptor; −1: the file is on a server */
    int64_t size;       /* of the file; INT64_MAX where a server was not asked */
    int64_t wanted_end; /* no byte of the file from here on is likely to be wanted: bounds
                           what is asked for at a time */
    uint8_t *window;    /* deflated bytes of the file at hand: */
    size_t n_window, window_capacity;
    int64_t window_start; /* the place of the first */
    size_t n_fetch;       /* bytes to ask for next */
    struct libdeflate_decompressor *inflater;
    uint8_t *bytes; /* of the block read last, inflated: n of them */
    size_t n;
    int64_t next_address; /* of the block behind it */
    int64_t n_inflated;   /* blocks, in all */
    enum nf_blocks_problem problem;
    int code; /* errno of NF_BLOCKS_READ */
};

/* `path` is borrowed. Prints on error; nf_blocks_close after it is legal. */
enum nf_status nf_blocks_open(struct nf_blocks *blocks, const char *path) NF_RESULT_USED;

/* Legal on a zeroed struct and twice. */
void nf_blocks_close(struct nf_blocks *blocks);

/* Reads the block at `address` into `bytes`; n = 0: it is empty, or the file ends there
 * (then next_address == address). Returns NF_ERR_INPUT, silently, with `problem` set; it may
 * then be called again for another block. NF_ERR_MEMORY prints. */
enum nf_status nf_blocks_read(struct nf_blocks *blocks, int64_t address) NF_RESULT_USED;

/* The bytes that the block with this header (of NF_BLOCK_HEADER_BYTES) takes in the file; 0:
 * it is no header of a block. */
int64_t nf_block_bytes(const uint8_t *header);

#endif
