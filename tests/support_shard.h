/* SPDX-License-Identifier: MIT */
/* support_shard: BAM files made of many small blocks, for the suites of reading by shards.
 * Whatever goes wrong in here fails the running test. */
#ifndef NTRKFUSE_TESTS_SUPPORT_SHARD_H
#define NTRKFUSE_TESTS_SUPPORT_SHARD_H

#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/scan.h"
#include "support_sam.h"

/* How the bytes of a BAM are cut into blocks. */
struct nft_cut {
    uint64_t chance;     /* start value of a repeatable sequence */
    uint32_t most_bytes; /* inflated, of a block */
    int level;           /* of compression; 0: stored */
    int empty_every;     /* about every so many blocks one without data follows; 0: never */
};

/* Writes a BAM of this header and of the encoded records in `bytes`, whatever they are. */
void nft_blocks_write(const char *path, const char *header, const uint8_t *bytes, size_t n,
                      struct nft_cut cut);

/* `n` lines of SAM: reads in and outside targets, whole, spliced, clipped and split, of few
 * fragments that recur, with tags of all kinds; to be freed. */
char *nft_lines_random(const struct nft_reference *reference, uint64_t chance, int n);

/* The addresses of all blocks of a BGZF file; the last is the end-of-file block's. To be
 * freed. */
int64_t *nft_block_addresses(const char *path, size_t *n);

/* Walks the file, BAM or CRAM, by shards, or without `sharding` record by record. *text: all
 * that the walk left, in the order in which it was made, or else the messages; to be freed.
 * NF_ERR_INPUT, with no message, where a container of a CRAM cannot be read by itself. */
enum nf_status nft_walk_file(const struct nft_reference *reference, const char *path,
                             const struct nf_scan_shard_options *sharding, char **text);

#endif
