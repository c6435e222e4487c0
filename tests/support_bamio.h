/* SPDX-License-Identifier: MIT */
/* support_bamio: what the suites of bamio share. Whatever goes wrong in here fails the running
 * test. */
#ifndef NTRKFUSE_TESTS_SUPPORT_BAMIO_H
#define NTRKFUSE_TESTS_SUPPORT_BAMIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/bamio.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/str.h"

/* A header with two contigs of 100,000 bases. */
#define NFT_TWO_CONTIGS                                                      \
    "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:a\tLN:100000\n@SQ\tSN:b\tLN:100000" \
    "\n@RG\tID:g\tSM:s\n"

/* Options for `path` and nothing else: one thread. */
struct nf_bamio_options nft_options(const char *path);

/* Opens, reads every record, closes. The first status that is not NF_OK is returned. *records
 * (unless NULL) receives the text of all records delivered, to be freed. */
enum nf_status nft_bamio_read(const struct nf_bamio_options *options, char **records);

/* The same in a process of its own, without records: htslib's threads forget memory where they
 * fail, which the process takes along. *message (unless NULL) receives what was said, to be
 * freed. */
enum nf_status nft_bamio_read_apart(const struct nf_bamio_options *options, char **message);

/* The same as nft_bamio_read, through the index, of the records that overlap [start0, end0).
 */
enum nf_status nft_bamio_read_region(const struct nf_bamio_options *options, int32_t contig,
                                     int64_t start0, int64_t end0, char **records);

/* Opens `path` and expects success. */
struct nf_bamio *nft_bamio_open(const char *path);

/* How the records of a CRAM are cut into containers; 0: as usual. */
struct nft_cram_shape {
    int n_records; /* of a slice */
    int n_slices;  /* of a container */
    bool is_mixed; /* records of several contigs in one slice */
    const char *version;
};

/* Writes a CRAM without reference. */
void nft_cram_write(const char *path, const char *header, const char *lines,
                    struct nft_cram_shape shape);

/* SAM lines for NFT_TWO_CONTIGS in coordinate order, unmapped ones last, with flags, CIGARs,
 * bases, qualities and tags of every kind; to be freed. */
char *nft_random_lines(uint64_t *state, int n);

/* The inflated bytes of a BAM with this header and these lines; *at_records receives where the
 * first record's block_size stands. To be freed. */
uint8_t *nft_whole_bam(const char *header, const char *lines, size_t *n, size_t *at_records);

#endif
