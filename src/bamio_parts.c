/* SPDX-License-Identifier: MIT */
/* bamio_parts: opening a BAM on a web server by byte ranges.
 *
 * htslib asks for a file from its beginning to its end and reads as far as it likes; so the
 * first bytes are asked for here and given to htslib as a file in memory, more of them as long
 * as the header does not end there. Everything behind the header is left to regions.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <htslib/bgzf.h>
#include <htslib/hfile.h>

#include "bamio_internal.h"
#include "ntrkfuse/blocks.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/remote.h"

enum { FIRST_BYTES = 64 << 10, MOST_BYTES = 8 << 20, MARKER_BYTES = 28 };

/* The end-of-file block (SAM specification, section 4.1.2). */
static const uint8_t marker[MARKER_BYTES] = {31, 139, 8,  4,  0, 0, 0,  0, 0, 255,
                                             6,  0,   66, 67, 2, 0, 27, 0, 3, 0};

/* The first *n bytes of the file, fewer where it has fewer; NULL when they cannot be had. */
static uint8_t *read_first(const char *path, size_t *n, bool *no_ranges)
{
    uint8_t *bytes = malloc(*n);
    int64_t n_read = bytes ? nf_remote_read(path, 0, bytes, *n) : -1;
    *no_ranges = n_read < 0 && errno == ENOTSUP;
    if (n_read < NF_BLOCK_HEADER_BYTES || nf_block_bytes(bytes) == 0) {
        free(bytes);
        return NULL;
    }
    *n = (size_t)n_read;
    return bytes;
}

/* Makes input->file of the bytes, which it then owns. */
static bool open_memory(struct nf_bamio *input, uint8_t *bytes, size_t n)
{
    hFILE *stream = hopen("mem:", "r:", bytes, n);
    input->file = stream ? hts_hopen(stream, input->path, "r") : NULL;
    if (stream && !input->file)
        hclose_abruptly(stream);
    return input->file && hts_get_format(input->file)->format == bam;
}

static void close_memory(struct nf_bamio *input)
{
    if (input->header)
        sam_hdr_destroy(input->header);
    if (input->file)
        hts_close(input->file);
    input->header = NULL;
    input->file = NULL;
}

/* Tries the first n bytes: true when they hold the header. *n receives how many there were. */
static bool try_header(struct nf_bamio *input, size_t *n)
{
    uint8_t *bytes = read_first(input->path, n, &input->has_no_ranges);
    if (!bytes)
        return false;
    if (open_memory(input, bytes, *n))
        input->header = sam_hdr_read(input->file);
    if (input->header)
        return true;
    close_memory(input);
    return false;
}

/* Is the end-of-file block there? Notes where the server sends the whole file instead: of a
 * short file its beginning did not tell. */
static enum nf_status check_marker(struct nf_bamio *input)
{
    uint8_t last[MARKER_BYTES];
    int64_t n = nf_remote_read(input->path, -1, last, sizeof last);
    input->has_no_ranges = n < 0 && errno == ENOTSUP;
    if (input->has_no_ranges ||
        (n == MARKER_BYTES && memcmp(last, marker, sizeof marker) == 0))
        return NF_OK;
    return nf_fail(NF_ERR_INPUT,
                   "%s: truncated: the file does not end with the BAM end-of-file block; copy "
                   "or write it again",
                   input->path);
}

enum nf_status nf_bamio_open_parts(struct nf_bamio *input)
{
    size_t n = FIRST_BYTES, n_asked;
    do {
        n_asked = n;
        if (try_header(input, &n))
            break;
        n = n == n_asked ? 2 * n_asked : 0; /* shorter: that was all of the file */
    } while (n > 0 && n <= MOST_BYTES);
    if (!input->header)
        return NF_OK;
    input->format = bam;
    input->is_bam = true;
    enum nf_status status = nf_bamio_load_index(input, false);
    if (!status && input->index)
        status = check_marker(input);
    input->is_in_parts = !status && input->index && !input->has_no_ranges;
    if (status || input->is_in_parts)
        return status;
    hts_idx_destroy(input->index);
    input->index = NULL;
    close_memory(input);
    input->is_bam = false;
    return NF_OK;
}
