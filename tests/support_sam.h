/* SPDX-License-Identifier: MIT */
/* support_sam: records, alignment files and a whole reference for the suites that need them.
 * Whatever goes wrong in here fails the running test.
 *
 *     static void begin(void) { nft_log_begin(); }
 *     static void end(void) { nft_records_forget(); nft_log_end(); }
 *     …
 *     const struct nft_reference *reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
 *     const struct nf_record *read = nft_record(reference,
 * "r1\t0\tchr12\t100\t60\t10M\t*\t0\t0\t" "ACGTACGTAC\t*\tNM:i:1");
 */
#ifndef NTRKFUSE_TESTS_SUPPORT_SAM_H
#define NTRKFUSE_TESTS_SUPPORT_SAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/annot.h"
#include "ntrkfuse/catalogue.h"
#include "ntrkfuse/genome.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/record.h"
#include "ntrkfuse/str.h"
#include "support_random.h"

/* ---- reference ---- */

/* The compiled-in tables on a genome with the contigs chr1–chr22, chrX, chrY, chrM (indices
 * 0–24) and one that is no chromosome, "extra" (index 25, 1,000,000 bases). */
struct nft_reference {
    struct nf_genome genome;
    struct nf_annot annot;
    struct nf_catalogue catalogue;
    struct nf_panel panel;
    char *header; /* SAM header text: @HD (coordinate order) and the @SQ lines */
};

/* GRCh38 or GRCh37; loaded once, kept until the process ends. */
const struct nft_reference *nft_reference_get(enum nf_assembly assembly);

/* Loads both before the first test forks: for tcase_add_unchecked_fixture. */
void nft_reference_load(void);

/* Index of a contig, gene, target; fails when there is none. */
int32_t nft_contig(const struct nft_reference *reference, const char *name);
uint32_t nft_gene(const struct nft_reference *reference, const char *symbol);
uint32_t nft_target(const struct nft_reference *reference, const char *symbol);

/* Splice sites of exon `number` (1-based) of the gene's primary transcript: its last base in
 * transcript direction, and its first; 0-based. */
int64_t nft_donor0(const struct nft_reference *reference, const char *symbol, uint32_t number);
int64_t nft_acceptor0(const struct nft_reference *reference, const char *symbol,
                      uint32_t number);

/* A made-up genome: the base at any place, always the same. */
char nft_base(int32_t contig, int64_t pos0);

/* Writes the `n` bases from the leftmost, `start0`, as the strand reads them (−1: turned round
 * and complemented), without a NUL; returns `out` + n, so that pieces can be strung together.
 */
char *nft_bases(char *out, int32_t contig, int64_t start0, int32_t n, int strand);

/* ---- records ---- */

/* The SAM line as a record, through its BAM encoding and nf_record_from_bytes. The format is
 * printf's. Valid until nft_records_forget. */
const struct nf_record *nft_record(const struct nft_reference *reference, const char *format,
                                   ...) __attribute__((format(printf, 2, 3)));

/* The same for any header; NULL, silently, when htslib refuses the line or the view is
 * refused. */
const struct nf_record *nft_record_of(const char *header, const char *line);

/* Text made as printf does; valid until nft_records_forget. */
const char *nft_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Releases all records and texts made so far. */
void nft_records_forget(void);

/* The BAM encoding of SAM text: what stands behind the header in an inflated BAM, each record
 * with its block_size. To be freed. */
uint8_t *nft_bam_bytes(const char *header, const char *lines, size_t *n);

/* Every field of the record in one line, to compare two records by: as in SAM, but contigs as
 * numbers and tags in hexadecimal; to be freed. */
char *nft_record_text(const struct nf_record *record);

/* ---- files ---- */

enum nft_index { NFT_NO_INDEX, NFT_BAI, NFT_CSI, NFT_CRAI };

/* Writes SAM text (header and lines) as the format its name ends with: .sam, .bam or .cram
 * (without reference). With an index the lines must be in coordinate order; the index is made
 * beside the file ("x.bam.bai"). */
void nft_sam_write(const char *path, const char *text, enum nft_index index);

/* The same from two texts, header and lines. */
void nft_sam_write_parts(const char *path, const char *header, const char *lines,
                         enum nft_index index);

/* Writes bytes, whatever they are, as BGZF blocks with the end-of-file block; `level` as in
 * zlib (0: stored). */
void nft_bgzf_write(const char *path, struct nf_span bytes, int level);

/* Sets the modification time of a file `seconds` from now. */
void nft_set_age(const char *path, int seconds);

#endif
