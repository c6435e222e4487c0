/* SPDX-License-Identifier: MIT */
/* shard: reading one BAM file from several places at once. Level: data.
 *
 * A shard is a run of compressed blocks; the records that begin in its blocks are its own.
 * Where blocks begin, and where the first record of a shard begins, can only be guessed from
 * the bytes; scan_shard.c proves every guess before anything made from it is used. */
#ifndef NTRKFUSE_SHARD_H
#define NTRKFUSE_SHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/bamio.h"
#include "ntrkfuse/blocks.h"
#include "ntrkfuse/record.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

#define NF_SHARD_END INT64_MAX /* the address behind the last block */
#define NF_SHARD_UNKNOWN (-1)  /* the address of a place that could not be guessed */

/* The byte of the file at which a block with data begins, and an offset into its inflated
 * bytes that is smaller than their number; (NF_SHARD_END, 0) at the end of the file. So each
 * byte of the data has exactly one place. */
struct nf_shard_place {
    int64_t address;
    uint32_t offset;
};

typedef NF_VEC(int64_t) nf_shard_starts;

/* Guesses where the first record begins in `n` inflated bytes that begin anywhere inside one.
 * `is_last`: there will be no call with more bytes, so less has to do. False: no idea. */
typedef bool nf_shard_guess_function(const uint8_t *bytes, size_t n, bool is_last,
                                     int32_t n_contigs, size_t *at);

/* The usual one: the first place from which eight records in a row look plausible; at the
 * last, all to the end, if at least one is complete. */
nf_shard_guess_function nf_shard_guess;

/* Cuts the body of a file into shards of about `shard_bytes` (> 0) compressed bytes. The
 * starts are ascending and the first is the body's; the others are guesses: block headers at
 * which a chain of several valid ones begins. Prints on error. */
enum nf_status nf_shard_divide(const struct nf_bamio_body *body, int64_t shard_bytes,
                               nf_shard_starts *starts) NF_RESULT_USED;

enum nf_shard_problem_kind {
    NF_SHARD_NO_PROBLEM,
    NF_SHARD_CHECKSUM,  /* of a block */
    NF_SHARD_BLOCK,     /* cannot be inflated, or there is none */
    NF_SHARD_READ,      /* the system's error */
    NF_SHARD_NO_MARKER, /* the end-of-file block is gone */
    NF_SHARD_CUT,       /* the file ends inside a record */
    NF_SHARD_TOO_LONG,  /* the length of a record cannot be true */
    NF_SHARD_MALFORMED  /* a record contradicts itself */
};

/* Why reading failed. Not printed where it is met, for the place may be a wrong guess. */
struct nf_shard_problem {
    enum nf_shard_problem_kind kind;
    struct nf_shard_place place; /* of the block (offset 0), or of the record */
    uint32_t n_bytes;            /* that a record claims */
    int code;                    /* errno */
};

/* One reader, with a handle on the file of its own. */
struct nf_shard_reader {
    const struct nf_bamio_body *body; /* borrowed */
    struct nf_blocks blocks;
    bool ends_empty;      /* the block read last was empty, as the file's last must be */
    int64_t next_address; /* of the block behind the current one */
    int64_t address;      /* of the current block; NF_SHARD_END: none is left */
    const uint8_t
        *bytes; /* its n inflated bytes (in `blocks`), those before `at` are parsed */
    size_t n, at;
    NF_VEC(uint8_t) carry; /* a record that crosses blocks; or what a guess looks at */
    struct nf_shard_problem problem;
};

/* Prints on error. Whatever it returns, nf_shard_reader_close is needed. */
enum nf_status nf_shard_reader_open(struct nf_shard_reader *reader,
                                    const struct nf_bamio_body *body) NF_RESULT_USED;
void nf_shard_reader_close(struct nf_shard_reader *reader);

/* The three below return NF_ERR_INPUT, silently, with `problem` filled; NF_ERR_MEMORY and
 * NF_ERR_IO (the file cannot be opened again) print. */

/* Goes to a place; its address may also be that of an empty block before it. */
enum nf_status nf_shard_seek(struct nf_shard_reader *reader, struct nf_shard_place place)
    NF_RESULT_USED;

/* The place of the first record at or behind the block at `address`, by `guess`. Its address
 * is NF_SHARD_UNKNOWN where there is no guess, also when the data there cannot be read. */
enum nf_status nf_shard_find_record(struct nf_shard_reader *reader, int64_t address,
                                    nf_shard_guess_function *guess,
                                    struct nf_shard_place *place) NF_RESULT_USED;

/* Reads the next record, if it begins in a block before `limit`; else *done is true. The view
 * is valid until the next call. */
enum nf_status nf_shard_next(struct nf_shard_reader *reader, int64_t limit,
                             struct nf_record *record, bool *done) NF_RESULT_USED;

/* The inflated bytes that nf_shard_next will read records from, as far as they lie in the
 * current block and that begins before `limit`; *n = 0: none. Valid until the next call. */
void nf_shard_ahead(const struct nf_shard_reader *reader, int64_t limit, const uint8_t **bytes,
                    size_t *n);

/* Passes over the first n_bytes of these, which are whole records. */
void nf_shard_skip(struct nf_shard_reader *reader, size_t n_bytes);

/* The place reached; after nf_shard_next said *done: that of the first record it did not read.
 */
struct nf_shard_place nf_shard_reached(const struct nf_shard_reader *reader);

/* Prints what is wrong with the file, where, and the remedy; returns NF_ERR_INPUT. */
enum nf_status nf_shard_explain(const char *path, const struct nf_shard_problem *problem)
    NF_RESULT_USED;

#endif
