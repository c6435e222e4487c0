/* SPDX-License-Identifier: MIT */
/* bamio: opening, vetting and reading alignment files. Level: data. The only user of htslib's
 * alignment readers.
 *
 * Order of trust: open → end-of-file marker → header → threads; every read is checked, and the
 * file is closed and that close is checked before anybody may write a result. A BAM that was
 * cut short can look like a clean end when threads inflate it, so the marker and the close
 * decide. */
#ifndef NTRKFUSE_BAMIO_H
#define NTRKFUSE_BAMIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/genome.h"
#include "ntrkfuse/record.h"
#include "ntrkfuse/status.h"

/* Far above any real record; bounds what a forged length costs. */
enum { NF_BAMIO_MOST_RECORD_BYTES = 1 << 28 };

struct nf_bamio;

struct nf_bamio_options {
    const char *path;      /* file, URL, "-" for stdin, or FILE##idx##INDEX */
    const char *index;     /* NULL: look beside the file under both usual names */
    const char *reference; /* FASTA for CRAM; NULL: none given */
    int n_threads;         /* that inflate in a pass over the whole file; ≥ 1 */
    bool without_index;    /* do not look for one */
};

/* Opens and vets the file and reads its header. Prints what is wrong, with the remedy: no such
 * file, not an alignment file, cut short, no end-of-file block, unreadable header. An explicit
 * index that cannot be read is an error; one found beside the file that cannot be read, or
 * that is older than the file, is left aside with a warning (the file is then read in full).
 * Strings of `options` must outlive `input`. */
enum nf_status nf_bamio_open(struct nf_bamio **input, const struct nf_bamio_options *options)
    NF_RESULT_USED;

/* Tells, by its first bytes, whether the file is BAM, CRAM or SAM. Prints when it cannot be
 * read. */
enum nf_status nf_bamio_is_alignment(const char *path, bool *result) NF_RESULT_USED;

/* Fills `genome` from the header's @SQ lines. */
enum nf_status nf_bamio_genome(const struct nf_bamio *input, struct nf_genome *genome)
    NF_RESULT_USED;

/* The header as SAM text; NUL-terminated, owned by `input`. */
const char *nf_bamio_header_text(struct nf_bamio *input);

/* "BAM", "CRAM", "SAM", and the path to name in messages. */
const char *nf_bamio_format(const struct nf_bamio *input);
const char *nf_bamio_path(const struct nf_bamio *input);

/* True when regions can be asked for. */
bool nf_bamio_has_index(const struct nf_bamio *input);

/* Reads the next record of the file in file order; the view is valid until the next call. At
 * the end *done is true. Prints and returns NF_ERR_INPUT on a damaged file, a bad checksum, a
 * record that contradicts itself, a CRAM whose reference cannot be had. */
enum nf_status nf_bamio_next(struct nf_bamio *input, struct nf_record *record, bool *done)
    NF_RESULT_USED;

/* The inflated bytes that nf_bamio_next will read records from, as far as they are at hand;
 * none but in a pass over BAM. Valid until the next call. */
void nf_bamio_ahead(const struct nf_bamio *input, const uint8_t **bytes, size_t *n);

/* Passes over the first n_bytes of these, which are n_records whole records. */
void nf_bamio_skip(struct nf_bamio *input, size_t n_bytes, int64_t n_records);

/* Calls `take` for every record that overlaps [start0, end0) of `contig`, in file order,
 * through the index. A status other than NF_OK from `take` ends the walk and is returned. */
enum nf_status nf_bamio_region(struct nf_bamio *input, int32_t contig, int64_t start0,
                               int64_t end0,
                               enum nf_status (*take)(void *context,
                                                      const struct nf_record *record),
                               void *context) NF_RESULT_USED;

/* The number of mapped records (secondary and supplementary ones included) without reading the
 * whole file: from the index, or for CRAM from a pass over the flags alone. *n = −1 when the
 * index does not say. */
enum nf_status nf_bamio_count_mapped(struct nf_bamio *input, int64_t *n) NF_RESULT_USED;

/* What reading a BAM from several places at once needs to know of it. */
struct nf_bamio_body {
    const char *path; /* owned by the input */
    int64_t size;     /* of the file; 0 unknown */
    int64_t address;  /* byte of the file at which the block of the first record begins */
    uint32_t offset;  /* of that record in the inflated block */
    int32_t n_contigs;
};

/* True, with *body filled, when the file is a BAM whose blocks can be read by their addresses,
 * by whoever likes: a regular file, or one on a web server of which nf_bamio_open found an
 * index. */
bool nf_bamio_has_blocks(const struct nf_bamio *input, struct nf_bamio_body *body);

/* The same, but regular files only: reading them in many places at once costs nothing. */
bool nf_bamio_can_shard(const struct nf_bamio *input, struct nf_bamio_body *body);

/* A stretch of a BAM between two records, as virtual offsets: the address of a block shifted
 * by 16, and an offset into its inflated bytes. */
struct nf_bamio_chunk {
    uint64_t start, end;
};

typedef NF_VEC(struct nf_bamio_chunk) nf_bamio_chunks;

/* Replaces `chunks` by those in which, as the index has it, every record that overlaps the
 * region lies, in file order. Prints on error. */
enum nf_status nf_bamio_find_chunks(const struct nf_bamio *input,
                                    const struct nf_region *region, nf_bamio_chunks *chunks)
    NF_RESULT_USED;

/* Bytes of the file read so far and in all, for progress; *total = 0 when unknown. */
void nf_bamio_progress(const struct nf_bamio *input, int64_t *read, int64_t *total);

/* Closes, checks the close and frees; *input becomes NULL. Prints on error. NULL inside is
 * fine. */
enum nf_status nf_bamio_close(struct nf_bamio **input) NF_RESULT_USED;

/* Closes without a check and frees, after another error; *input becomes NULL. */
void nf_bamio_discard(struct nf_bamio **input);

#endif
