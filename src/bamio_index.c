/* SPDX-License-Identifier: MIT */
/* bamio_index: which index belongs to a file, and whether it can be trusted.
 *
 * htslib looks for an index itself, but does not say which one it took, takes a stale one
 * where a fresh one lies beside it, and does not tell an absent index from a broken one. So
 * the name is found here, and given to htslib in full. A .bai or .csi is also walked through
 * once before htslib sees it: where one ends in the middle of a bin, htslib frees memory it
 * never set. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <htslib/bgzf.h>
#include <htslib/hfile.h>

#include "bamio_internal.h"
#include "ntrkfuse/log.h"

/* ---- is it whole? ---- */

static bool skip(BGZF *stream, uint64_t n)
{
    uint8_t scratch[4096];
    while (n > 0) {
        size_t wanted = n < sizeof scratch ? (size_t)n : sizeof scratch;
        if (bgzf_read(stream, scratch, wanted) != (ssize_t)wanted)
            return false;
        n -= wanted;
    }
    return true;
}

/* Reads a number of items, which must not be negative. */
static bool read_count(BGZF *stream, uint32_t *n)
{
    uint8_t bytes[4];
    if (bgzf_read(stream, bytes, sizeof bytes) != (ssize_t)sizeof bytes)
        return false;
    *n = nf_read_u32(bytes);
    return *n <= INT32_MAX;
}

/* Steps over the chunks of a bin, two offsets each, and raises `end` to the highest. The
 * second chunk of the bin of totals holds two numbers of records instead. */
static bool skip_chunks(BGZF *stream, uint32_t n, bool is_totals, uint64_t *end)
{
    for (uint32_t i = 0; i < n; i++) {
        uint8_t bytes[16];
        if (bgzf_read(stream, bytes, sizeof bytes) != (ssize_t)sizeof bytes)
            return false;
        uint64_t chunk_end = nf_read_u32(bytes + 8) | (uint64_t)nf_read_u32(bytes + 12) << 32;
        if (chunk_end > *end && !(is_totals && i == 1))
            *end = chunk_end;
    }
    return true;
}

/* Steps over the bins and the linear index of one contig. A bin holds its number (and in a
 * .csi an offset), then chunks of two offsets (SAM specification, section 5.2; CSI
 * specification). */
static bool skip_contig(BGZF *stream, bool is_csi, uint64_t totals_bin, uint64_t *end)
{
    uint32_t n_bins, n_chunks, n_intervals;
    uint8_t bin[4];
    if (!read_count(stream, &n_bins))
        return false;
    for (uint32_t i = 0; i < n_bins; i++) {
        if (bgzf_read(stream, bin, sizeof bin) != (ssize_t)sizeof bin ||
            !skip(stream, is_csi ? 8 : 0) || !read_count(stream, &n_chunks) ||
            !skip_chunks(stream, n_chunks, nf_read_u32(bin) == totals_bin, end))
            return false;
    }
    return is_csi ||
           (read_count(stream, &n_intervals) && skip(stream, 8 * (uint64_t)n_intervals));
}

static bool is_whole_stream(BGZF *stream, uint64_t *end)
{
    char magic[4];
    uint32_t n_contigs, n_auxiliary, depth = 5;
    if (bgzf_read(stream, magic, sizeof magic) != (ssize_t)sizeof magic)
        return false;
    bool is_csi = memcmp(magic, "CSI\1", 4) == 0;
    if (!is_csi && memcmp(magic, "BAI\1", 4) != 0)
        return false;
    if (is_csi && !(skip(stream, 4) && read_count(stream, &depth) && depth <= 20 &&
                    read_count(stream, &n_auxiliary) && skip(stream, n_auxiliary)))
        return false;
    if (!read_count(stream, &n_contigs))
        return false;
    uint64_t totals_bin = (((uint64_t)1 << (3 * depth + 3)) - 1) / 7 + 1;
    for (uint32_t i = 0; i < n_contigs; i++)
        if (!skip_contig(stream, is_csi, totals_bin, end))
            return false;
    return true;
}

/* Is the file a .bai or .csi index with all its parts? `end` receives the place in the BAM
 * behind the last record that has a place in the genome. */
static bool is_whole(const char *name, uint64_t *end)
{
    BGZF *stream = bgzf_open(name, "r");
    *end = 0;
    if (!stream)
        return false;
    bool whole = is_whole_stream(stream, end);
    return bgzf_close(stream) == 0 && whole;
}

/* Does the index's last place fit the file: an unplaced record begins there, or the file ends?
 * That of another file, or of an earlier state of this one, would lead past records. */
static bool fits_end(const struct nf_bamio *input, uint64_t end)
{
    /* A handle of its own: the error of a wrong place would stay with the file's. */
    BGZF *stream = bgzf_open(input->path, "r");
    bam1_t *record = bam_init1();
    bool fits = false;
    if (end < (uint64_t)input->first_record)
        end = (uint64_t)input->first_record;
    if (stream && record && end >> 16 <= (uint64_t)input->size &&
        bgzf_seek(stream, (int64_t)end, SEEK_SET) == 0) {
        int code = bam_read1(stream, record);
        fits = code == -1 || (code >= 0 && record->core.tid < 0);
    }
    bam_destroy1(record);
    if (stream) {
        hclearerr(stream->fp); /* else its memory would be kept */
        bgzf_close(stream);
    }
    return fits;
}

/* An index that is a file of this machine; NULL, silently, when it cannot be used. */
static hts_idx_t *load_local(const struct nf_bamio *input, const char *name)
{
    struct stat info;
    uint64_t end;
    if (input->format == bam && stat(name, &info) == 0 &&
        (!S_ISREG(info.st_mode) || !is_whole(name, &end) ||
         (input->is_local && !fits_end(input, end))))
        return NULL;
    return sam_index_load3(input->file, input->path, name, HTS_IDX_SILENT_FAIL);
}

/* ---- which one is it? ---- */

enum index_state { INDEX_ABSENT, INDEX_STALE, INDEX_FRESH };

enum { INDEX_NAME_BYTES = 4096 + 8 };

/* Looks beside a local file for an index of its kind, by both usual names, in htslib's order.
 * `name` receives the first that is not older than the file, else the first. */
static enum index_state find_index(const struct nf_bamio *input, char name[INDEX_NAME_BYTES])
{
    static const char *const of_bam[] = {".csi", ".bai", NULL};
    static const char *const of_cram[] = {".crai", NULL};
    const char *const *ending = input->format == cram ? of_cram : of_bam;
    const char *slash = strrchr(input->path, '/'), *dot = strrchr(input->path, '.');
    int n_path = (int)strlen(input->path);
    int n_stem = dot && (!slash || dot > slash) ? (int)(dot - input->path) : n_path;
    enum index_state found = INDEX_ABSENT;
    struct stat file, index;
    if (stat(input->path, &file))
        return found;
    for (; *ending; ending++) {
        for (int i = 0; i < 2; i++) {
            char candidate[INDEX_NAME_BYTES];
            snprintf(candidate, sizeof candidate, "%.*s%s", i ? n_stem : n_path, input->path,
                     *ending);
            if (stat(candidate, &index))
                continue;
            bool is_fresh = index.st_mtime >= file.st_mtime;
            if (is_fresh || found == INDEX_ABSENT)
                memcpy(name, candidate, sizeof candidate);
            if (is_fresh)
                return INDEX_FRESH;
            found = INDEX_STALE;
        }
    }
    return found;
}

static enum nf_status load_named(struct nf_bamio *input)
{
    struct stat file, index;
    if (stat(input->index_path, &index) == 0 && input->is_local &&
        stat(input->path, &file) == 0 && index.st_mtime < file.st_mtime)
        nf_warn(
            "%s: the index is older than %s; make it anew with `samtools index` if the file "
            "has changed",
            input->index_path, input->path);
    input->index = load_local(input, input->index_path);
    if (!input->index)
        return nf_fail(NF_ERR_INPUT,
                       "%s: not a usable index of %s; make one with `samtools index`",
                       input->index_path, input->path);
    return NF_OK;
}

/* htslib would leave a copy of a remote .crai in the working folder when it looks for one
 * itself; named in full it is only read. */
static hts_idx_t *load_remote_crai(const struct nf_bamio *input)
{
    char name[4096];
    const char *dot = strrchr(input->path, '.');
    snprintf(name, sizeof name, "%s.crai", input->path);
    hts_idx_t *index = sam_index_load3(input->file, input->path, name, HTS_IDX_SILENT_FAIL);
    if (!index && dot) {
        snprintf(name, sizeof name, "%.*s.crai", (int)(dot - input->path), input->path);
        index = sam_index_load3(input->file, input->path, name, HTS_IDX_SILENT_FAIL);
    }
    return index;
}

/* Leaves an index that cannot be trusted aside, with a warning. */
static void load_index_beside(struct nf_bamio *input)
{
    char name[INDEX_NAME_BYTES];
    switch (find_index(input, name)) {
    case INDEX_ABSENT:
        return;
    case INDEX_STALE:
        nf_warn("%s: the index is older than %s and is left aside, the file is read in full; "
                "make it anew with `samtools index`, or name it with -X if it is right",
                name, input->path);
        return;
    case INDEX_FRESH:
        input->index = load_local(input, name);
        if (!input->index)
            nf_warn(
                "%s: its index cannot be read and is left aside, the file is read in full; "
                "make it anew with `samtools index`",
                input->path);
    }
}

/* An index of another file shows itself by knowing more contigs than the header. */
static enum nf_status check_index(struct nf_bamio *input)
{
    if (!input->index || input->format == cram)
        return NF_OK;
    if (hts_idx_nseq(input->index) > sam_hdr_nref(input->header))
        return nf_fail(NF_ERR_INPUT,
                       "%s: its index belongs to another file (it knows more contigs "
                       "than the header); make it anew with `samtools index`",
                       input->path);
    return NF_OK;
}

enum nf_status nf_bamio_load_index(struct nf_bamio *input, bool without_index)
{
    enum nf_status status = NF_OK;
    if (without_index || strcmp(input->path, "-") == 0 || input->format == sam)
        return NF_OK;
    if (input->index_path)
        status = load_named(input);
    else if (input->is_local)
        load_index_beside(input);
    else if (input->format == cram)
        input->index = load_remote_crai(input);
    else
        input->index = sam_index_load3(input->file, input->path, NULL, HTS_IDX_SILENT_FAIL);
    return status ? status : check_index(input);
}

enum nf_status nf_bamio_find_chunks(const struct nf_bamio *input,
                                    const struct nf_region *region, nf_bamio_chunks *chunks)
{
    hts_itr_t *iterator =
        sam_itr_queryi(input->index, region->contig, region->start0, region->end0);
    enum nf_status status = NF_OK;
    chunks->n = 0;
    if (!iterator)
        return nf_fail(NF_ERR_INPUT,
                       "%s: its index cannot be searched; make it anew with "
                       "`samtools index`",
                       input->path);
    for (int i = 0; i < iterator->n_off && !status; i++)
        if (nf_vec_push(chunks,
                        (struct nf_bamio_chunk){iterator->off[i].u, iterator->off[i].v}))
            status = nf_fail_memory("the regions");
    hts_itr_destroy(iterator);
    return status;
}
