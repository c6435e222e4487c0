/* SPDX-License-Identifier: MIT */
/* bamio: reading records.
 *
 * A pass over BAM inflates into one buffer and parses records there in place: no record is
 * copied into a bam1_t, which is what makes a full scan cheaper than counting records with
 * sam_read1. SAM and CRAM records, and those an index finds, come as a bam1_t and are viewed
 * through it. */
#include "ntrkfuse/bamio.h"

#include <stdlib.h>
#include <string.h>

#include <htslib/bgzf.h>
#include <htslib/cram.h>
#include <htslib/hfile.h>

#include "bamio_internal.h"
#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"

enum { BUFFER_BYTES = 1 << 20 };

bool nf_bamio_view(struct nf_record *view, const bam1_t *record, int32_t n_contigs)
{
    const bam1_core_t *core = &record->core;
    if (core->tid < -1 || core->tid >= n_contigs || core->mtid < -1 ||
        core->mtid >= n_contigs || core->pos < -1 || core->mpos < -1)
        return false;
    view->name = bam_get_qname(record);
    view->name_length = (size_t)(core->l_qname - core->l_extranul - 1);
    view->flag = core->flag;
    view->mapq = core->qual;
    view->contig = core->tid;
    view->pos0 = core->pos;
    view->mate_contig = core->mtid;
    view->mate_pos0 = core->mpos;
    view->template_length = core->isize;
    view->cigar = (const uint8_t *)bam_get_cigar(record);
    view->n_cigar = core->n_cigar;
    view->sequence = bam_get_seq(record);
    view->quality = bam_get_qual(record);
    view->length = core->l_qseq;
    view->tags = bam_get_aux(record);
    view->n_tag_bytes = (size_t)bam_get_l_aux(record);
    return true;
}

/* Views the record that htslib has read. */
static enum nf_status view_record(struct nf_bamio *input, struct nf_record *view)
{
    input->n_records++;
    if (nf_bamio_view(view, input->record, sam_hdr_nref(input->header)))
        return NF_OK;
    return nf_fail(NF_ERR_INPUT, "%s: record %lld contradicts itself: the data are damaged",
                   input->path, (long long)input->n_records);
}

/* Makes at least `n_wanted` bytes available at buffer + at, or sets at_end when the file has
 * fewer. */
static enum nf_status fill(struct nf_bamio *input, size_t n_wanted)
{
    if (input->n > input->at)
        memmove(input->buffer, input->buffer + input->at, input->n - input->at);
    input->n -= input->at;
    input->at = 0;
    size_t capacity = n_wanted > BUFFER_BYTES ? n_wanted : BUFFER_BYTES;
    if (capacity > input->capacity) {
        uint8_t *buffer = realloc(input->buffer, capacity);
        if (!buffer)
            return nf_fail_memory("a read buffer");
        input->buffer = buffer;
        input->capacity = capacity;
    }
    while (input->n < n_wanted) {
        ssize_t n_read = bgzf_read(input->file->fp.bgzf, input->buffer + input->n,
                                   input->capacity - input->n);
        if (n_read < 0)
            return nf_bamio_explain(input);
        if (n_read == 0) {
            input->at_end = true;
            break;
        }
        input->n += (size_t)n_read;
    }
    return NF_OK;
}

static enum nf_status fail_cut(struct nf_bamio *input)
{
    return nf_fail(NF_ERR_INPUT,
                   "%s: truncated: the data end inside record %lld; copy or write "
                   "the file again",
                   input->path, (long long)input->n_records + 1);
}

/* The end of a pass over BAM: a stream without the end-of-file block was cut short. */
static enum nf_status end_pass(struct nf_bamio *input)
{
    BGZF *stream = input->file->fp.bgzf;
    if (stream->errcode)
        return nf_bamio_explain(input);
    if (stream->is_compressed && !stream->is_gzip && stream->no_eof_block)
        return nf_fail(NF_ERR_INPUT,
                       "%s: the stream ends without the BAM end-of-file block after "
                       "record %lld: what writes it stopped early; look at its error messages",
                       input->path, (long long)input->n_records);
    return NF_OK;
}

static enum nf_status next_in_place(struct nf_bamio *input, struct nf_record *record,
                                    bool *done)
{
    enum nf_status status;
    if (input->n - input->at < 4 && (status = fill(input, 4)))
        return status;
    size_t n_left = input->n - input->at;
    if (n_left == 0) {
        *done = true;
        return end_pass(input);
    }
    if (n_left < 4)
        return fail_cut(input);
    uint32_t n_bytes = nf_read_u32(input->buffer + input->at);
    if (n_bytes > NF_BAMIO_MOST_RECORD_BYTES)
        return nf_fail(NF_ERR_INPUT, "%s: record %lld claims %u bytes: the data are damaged",
                       input->path, (long long)input->n_records + 1, n_bytes);
    if (n_left - 4 < n_bytes) {
        status = fill(input, 4 + (size_t)n_bytes);
        if (status)
            return status;
        if (input->n - input->at - 4 < n_bytes)
            return fail_cut(input);
    }
    if (nf_record_from_bytes(record, input->buffer + input->at + 4, n_bytes,
                             sam_hdr_nref(input->header)))
        return nf_fail(NF_ERR_INPUT,
                       "%s: record %lld contradicts itself: the data are damaged", input->path,
                       (long long)input->n_records + 1);
    input->at += 4 + (size_t)n_bytes;
    input->n_records++;
    return NF_OK;
}

enum nf_status nf_bamio_next(struct nf_bamio *input, struct nf_record *record, bool *done)
{
    *done = false;
    if (input->n_threads > 1 && !input->has_threads) {
        if (hts_set_threads(input->file, input->n_threads))
            return nf_fail_memory("reader threads");
        input->has_threads = true;
    }
    if (input->is_bam)
        return next_in_place(input, record, done);
    int code = sam_read1(input->file, input->header, input->record);
    if (code < -1)
        return nf_bamio_explain(input);
    *done = code == -1;
    if (*done && input->file->is_cram && cram_eof(input->file->fp.cram) == 2)
        return nf_fail(
            NF_ERR_INPUT,
            "%s: the CRAM ends without its end-of-file container: it was cut short; "
            "copy or make it anew",
            input->path);
    return *done ? NF_OK : view_record(input, record);
}

void nf_bamio_ahead(const struct nf_bamio *input, const uint8_t **bytes, size_t *n)
{
    *n = input->is_bam ? input->n - input->at : 0;
    *bytes = *n > 0 ? input->buffer + input->at : NULL;
}

void nf_bamio_skip(struct nf_bamio *input, size_t n_bytes, int64_t n_records)
{
    input->at += n_bytes;
    input->n_records += n_records;
}

enum nf_status nf_bamio_region(
    struct nf_bamio *input, int32_t contig, int64_t start0, int64_t end0,
    enum nf_status (*take)(void *context, const struct nf_record *record), void *context)
{
    hts_itr_t *iterator = sam_itr_queryi(input->index, contig, start0, end0);
    if (!iterator)
        return nf_fail(NF_ERR_INPUT,
                       "%s: its index cannot be searched; make it anew with "
                       "`samtools index`",
                       input->path);
    enum nf_status status = NF_OK;
    int code = 0;
    while (!status && (code = sam_itr_next(input->file, iterator, input->record)) >= 0) {
        struct nf_record view;
        status = view_record(input, &view);
        if (!status)
            status = take(context, &view);
    }
    if (!status && code < -1)
        status = nf_bamio_explain(input);
    hts_itr_destroy(iterator);
    return status;
}

/* Counts the mapped records of a CRAM by decoding flags alone. */
static enum nf_status count_cram(struct nf_bamio *input, int64_t *n)
{
    enum nf_status status = NF_OK;
    sam_hdr_t *header = NULL;
    htsFile *file = nf_bamio_open_cram_again(input, false, &header);
    int code = -2;
    *n = 0;
    if (file && hts_set_opt(file, CRAM_OPT_REQUIRED_FIELDS, SAM_FLAG | SAM_RNAME) == 0) {
        while (!nf_interrupted() && (code = sam_read1(file, header, input->record)) >= 0) {
            const bam1_core_t *core = &input->record->core;
            *n += core->tid >= 0 && !(core->flag & BAM_FUNMAP);
        }
    }
    if (nf_interrupted())
        status = NF_ERR_INTERRUPTED;
    else if (code < -1)
        status = nf_fail(NF_ERR_INPUT, "%s: damaged CRAM data; copy or write it again",
                         input->path);
    sam_hdr_destroy(header);
    if (file && hts_close(file) < 0 && !status)
        status =
            nf_fail(NF_ERR_INPUT, "%s: closing it failed: the data are damaged", input->path);
    return status;
}

enum nf_status nf_bamio_count_mapped(struct nf_bamio *input, int64_t *n)
{
    *n = -1;
    if (input->format == cram)
        return count_cram(input, n);
    if (!input->index)
        return NF_OK;
    for (int32_t i = 0; i < sam_hdr_nref(input->header); i++) {
        uint64_t n_mapped, n_unmapped;
        if (hts_idx_get_stat(input->index, i, &n_mapped, &n_unmapped) == 0)
            *n = (*n < 0 ? 0 : *n) + (int64_t)n_mapped;
    }
    return NF_OK;
}

enum nf_status nf_bamio_genome(const struct nf_bamio *input, struct nf_genome *genome)
{
    int32_t n = sam_hdr_nref(input->header);
    enum nf_status status = NF_OK;
    const char **names = calloc((size_t)n, sizeof *names);
    int64_t *lengths = calloc((size_t)n, sizeof *lengths);
    if (!names || !lengths)
        status = nf_fail_memory("the contigs");
    for (int32_t i = 0; i < n && !status; i++) {
        names[i] = sam_hdr_tid2name(input->header, i);
        lengths[i] = sam_hdr_tid2len(input->header, i);
    }
    if (!status)
        status = nf_genome_init(genome, names, lengths, n);
    free(names);
    free(lengths);
    return status;
}

const char *nf_bamio_header_text(struct nf_bamio *input)
{
    const char *text = sam_hdr_str(input->header);
    return text ? text : "";
}

const char *nf_bamio_format(const struct nf_bamio *input)
{
    return input->format == cram ? "CRAM" : input->format == sam ? "SAM" : "BAM";
}

const char *nf_bamio_path(const struct nf_bamio *input)
{
    return input->path;
}

bool nf_bamio_has_index(const struct nf_bamio *input)
{
    return input->index != NULL;
}

bool nf_bamio_can_shard(const struct nf_bamio *input, struct nf_bamio_body *body)
{
    return input->is_local && nf_bamio_has_blocks(input, body);
}

bool nf_bamio_has_blocks(const struct nf_bamio *input, struct nf_bamio_body *body)
{
    if (!input->is_bam || !(input->is_local || input->is_in_parts))
        return false;
    const BGZF *stream = input->file->fp.bgzf;
    *body = (struct nf_bamio_body){.path = input->path,
                                   .size = input->size,
                                   .address = input->first_record >> 16,
                                   .offset = (uint32_t)(input->first_record & 0xffff),
                                   .n_contigs = sam_hdr_nref(input->header)};
    return stream->is_compressed && !stream->is_gzip;
}

void nf_bamio_progress(const struct nf_bamio *input, int64_t *read, int64_t *total)
{
    const hFILE *stream = NULL;
    *total = input->size;
    *read = 0;
    if (input->is_bam)
        *read = bgzf_tell(input->file->fp.bgzf) >> 16;
    else if (input->file->is_cram)
        stream = cram_fd_get_fp(input->file->fp.cram);
    else if (!input->file->is_bgzf && !input->has_threads)
        stream = input->file->fp.hfile; /* with threads one of them moves it */
    if (stream)
        *read = htell((hFILE *)stream);
    else if (!input->is_bam)
        *total = 0;
}

/* Closes the file; false when its data cannot be trusted. Where a read or seek has failed,
 * htslib would keep the stream's memory, so that error is taken from it before. */
static bool close_file(struct nf_bamio *input)
{
    int error = 0;
    if (input->is_bam && !input->has_threads) {
        hFILE *stream = input->file->fp.bgzf->fp;
        error = herrno(stream);
        hclearerr(stream);
    }
    bool is_good = hts_close(input->file) >= 0 && error == 0;
    input->file = NULL;
    return is_good;
}

void nf_bamio_discard(struct nf_bamio **slot)
{
    struct nf_bamio *input = *slot;
    if (!input)
        return;
    *slot = NULL;
    bam_destroy1(input->record);
    hts_idx_destroy(input->index);
    sam_hdr_destroy(input->header);
    if (input->file)
        close_file(input);
    free(input->buffer);
    free(input->index_path);
    free(input->path);
    free(input);
}

enum nf_status nf_bamio_close(struct nf_bamio **slot)
{
    struct nf_bamio *input = *slot;
    if (!input)
        return NF_OK;
    enum nf_status status = NF_OK;
    if (!close_file(input))
        status = nf_fail(NF_ERR_INPUT,
                         "%s: closing it failed: the data are truncated or damaged; "
                         "copy or write the file again",
                         input->path);
    nf_bamio_discard(slot);
    return status;
}
