/* SPDX-License-Identifier: MIT */
/* bamio_internal: the inside of struct nf_bamio, shared by the bamio*.c files. */
#ifndef NTRKFUSE_BAMIO_INTERNAL_H
#define NTRKFUSE_BAMIO_INTERNAL_H

#include <htslib/hts.h>
#include <htslib/sam.h>

#include "ntrkfuse/bamio.h"

struct nf_bamio {
    char *path;       /* without "##idx##…"; owned */
    char *index_path; /* explicit index; owned; NULL: none named */
    const char *reference;
    htsFile *file;
    sam_hdr_t *header;
    hts_idx_t *index; /* NULL: none */
    enum htsExactFormat format;
    bool is_bam;          /* BGZF-compressed or raw BAM: records are parsed in place */
    bool is_local;        /* a regular file of this machine */
    bool has_no_ranges;   /* on a web server that sends whole files only */
    bool is_in_parts;     /* on a web server; `file` holds its beginning only, the header */
    int64_t size;         /* of the file in bytes; 0 unknown */
    int64_t first_record; /* BGZF offset behind the header; of a CRAM the byte */
    int n_threads; /* that inflate once nf_bamio_next is called; 1: no others than the caller's
                    */
    bool has_threads;  /* they run */
    int64_t n_records; /* delivered by nf_bamio_next */
    /* Bytes of inflated BAM that are not parsed yet: buffer[at, n). */
    uint8_t *buffer;
    size_t at, n, capacity;
    bool at_end;
    bam1_t *record; /* for everything but a pass over BAM */
};

/* Loads the index that was named, or the one that lies beside the file; none is no error. */
enum nf_status nf_bamio_load_index(struct nf_bamio *input, bool without_index) NF_RESULT_USED;

/* Opens a BGZF-compressed BAM on a web server, with its index: reads its header and its last
 * block by byte ranges, and no more. input->is_in_parts stays false where the file is none,
 * the server does not serve ranges or there is no index; then it is for htslib to open. Prints
 * on error. */
enum nf_status nf_bamio_open_parts(struct nf_bamio *input) NF_RESULT_USED;

/* Opens the CRAM of `input` once more, for a handle of another purpose, with the reference of
 * the first where it is needed, and reads its header into *header (to be destroyed). NULL,
 * silently, where that fails. Both belong to the caller. */
htsFile *nf_bamio_open_cram_again(const struct nf_bamio *input, bool needs_reference,
                                  sam_hdr_t **header);

/* Makes `view` one of `record`. False where it contradicts itself: htslib lets contigs through
 * that the header lacks. */
bool nf_bamio_view(struct nf_record *view, const bam1_t *record, int32_t n_contigs);

/* Prints why reading `input` failed at the record after those delivered. */
enum nf_status nf_bamio_explain(struct nf_bamio *input);

#endif
