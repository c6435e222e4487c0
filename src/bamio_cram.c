/* SPDX-License-Identifier: MIT */
/* bamio_cram: reading a CRAM container by container.
 *
 * Where the containers lie is read from their headers (CRAM specification 3.1, section 7),
 * each of which names its length and carries a checksum. The records are htslib's work: a
 * handle is set on the start of a container and read as often as the container has records.
 *
 * htslib goes on into the next container by itself, and would hand out records left over from
 * one container as those of the next. So every walk ends at the end-of-file container: what
 * is read there must be the end, which also leaves the handle empty. The fields wanted are
 * looked at when a slice is decoded, so they may change from one walk to the next.
 *
 * htslib looks at the checksum of a block only when it unpacks the block, and a block whose
 * number has changed would be missed by nobody. So all checksums of a container are looked at
 * here before its records are. */
#include "ntrkfuse/bamio_cram.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <htslib/cram.h>
#include <htslib/hfile.h>
#include <zlib.h>

#include "bamio_internal.h"
#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"

enum {
    MOST_HEADER_BYTES = 4096,  /* of a container; one with thousands of slices has more */
    MOST_CONTAINERS = 1 << 22, /* that are listed: many times those of the largest files */
    MARKER_BYTES = 38,         /* the end-of-file container of version 3 (section 9) */
    WITHOUT_BASES =
        SAM_FLAG | SAM_RNAME | SAM_POS | SAM_CIGAR | SAM_RNEXT | SAM_PNEXT | SAM_TLEN | SAM_AUX
};

typedef NF_VEC(uint8_t) byte_list;

/* ---- where the containers lie ---- */

struct cursor {
    const uint8_t *bytes;
    size_t n, at;
    bool is_short; /* something was read beyond the end */
};

static uint8_t next_byte(struct cursor *cursor)
{
    if (cursor->at < cursor->n)
        return cursor->bytes[cursor->at++];
    cursor->is_short = true;
    return 0;
}

static uint32_t next_u32(struct cursor *cursor)
{
    uint32_t value = 0;
    for (int shift = 0; shift < 32; shift += 8)
        value |= (uint32_t)next_byte(cursor) << shift;
    return value;
}

/* The leading ones of the first byte tell how many follow; of the fifth, four bits count. */
static int32_t next_itf8(struct cursor *cursor)
{
    uint32_t first = next_byte(cursor), value = first;
    int n_more = 0;
    while (n_more < 4 && first & 0x80U >> n_more)
        n_more++;
    value &= n_more < 4 ? 0x7fU >> n_more : 0x0fU;
    for (int i = 0; i < n_more; i++) {
        uint32_t byte = next_byte(cursor);
        value = n_more == 4 && i == 3 ? value << 4 | (byte & 0x0f) : value << 8 | byte;
    }
    return (int32_t)value;
}

static void skip_ltf8(struct cursor *cursor)
{
    uint32_t first = next_byte(cursor);
    for (uint32_t bit = 0x80; bit && first & bit; bit >>= 1)
        next_byte(cursor);
}

/* Reads the header at the start of `bytes`; container->end is then the end of the file's part
 * it claims, if the container begins at container->address. False where it is damaged. */
static bool parse_header(const uint8_t *bytes, size_t n, struct nf_cram_container *container)
{
    struct cursor cursor = {.bytes = bytes, .n = n};
    int32_t n_bytes = (int32_t)next_u32(&cursor);
    container->contig = next_itf8(&cursor);
    container->start0 = (int64_t)next_itf8(&cursor) - 1;
    container->end0 = container->start0 + next_itf8(&cursor);
    container->n_records = next_itf8(&cursor);
    skip_ltf8(&cursor); /* the number of its first record */
    skip_ltf8(&cursor); /* bases */
    next_itf8(&cursor); /* blocks */
    int32_t n_slices = next_itf8(&cursor);
    for (int32_t i = 0; i < n_slices && !cursor.is_short; i++)
        next_itf8(&cursor);
    size_t n_checked = cursor.at;
    uint32_t checksum = next_u32(&cursor);
    if (cursor.is_short || n_bytes < 0 || container->n_records < 0 || n_slices < 0 ||
        checksum != crc32(0, bytes, (uInt)n_checked))
        return false;
    container->body = container->address + (int64_t)cursor.at;
    container->end = container->body + n_bytes;
    return true;
}

/* Walks along the chain. *is_whole becomes true where the end-of-file container, which opening
 * the file has made sure of, is its last. */
static enum nf_status walk_chain(const struct nf_bamio *input, int file,
                                 nf_cram_containers *containers, bool *is_whole)
{
    struct nf_cram_container container = {.end = input->first_record, .n_records = 1};
    uint8_t bytes[MOST_HEADER_BYTES];
    *is_whole = false;
    while (container.end < input->size) {
        container.address = container.end;
        ssize_t n = pread(file, bytes, sizeof bytes, container.address);
        if (n <= 0 || !parse_header(bytes, (size_t)n, &container) ||
            container.end > input->size || containers->n == MOST_CONTAINERS)
            return NF_OK;
        if (container.n_records > 0 && nf_vec_push(containers, container))
            return nf_fail_memory("the containers of a CRAM");
    }
    *is_whole = container.address == input->size - MARKER_BYTES && container.n_records == 0;
    return NF_OK;
}

enum nf_status nf_bamio_cram_list(const struct nf_bamio *input, nf_cram_containers *containers)
{
    containers->n = 0;
    if (input->format != cram || !input->is_local ||
        cram_major_vers(input->file->fp.cram) != 3)
        return NF_OK;
    int file = open(input->path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return NF_OK;
    bool is_whole;
    enum nf_status status = walk_chain(input, file, containers, &is_whole);
    close(file);
    if (status || !is_whole)
        containers->n = 0;
    return status;
}

/* ---- are they sound? ---- */

/* Reads the blocks of a container, each with its checksum, from an open file. */
static bool has_sound_blocks(int file, const struct nf_cram_container *container,
                             byte_list *scratch)
{
    size_t n = (size_t)(container->end - container->body);
    scratch->n = 0;
    if (nf_vec_reserve(scratch, n))
        return false;
    uint8_t *bytes = scratch->items;
    for (size_t n_read = 0; n_read < n;) {
        ssize_t code =
            pread(file, bytes + n_read, n - n_read, container->body + (int64_t)n_read);
        if (code <= 0)
            return false;
        n_read += (size_t)code;
    }
    for (size_t at = 0; at < n;) {
        struct cursor cursor = {.bytes = bytes, .n = n, .at = at};
        next_byte(&cursor); /* method */
        next_byte(&cursor); /* kind */
        next_itf8(&cursor); /* name */
        int32_t n_bytes = next_itf8(&cursor);
        next_itf8(&cursor); /* bytes when unpacked */
        if (cursor.is_short || n_bytes < 0 || (size_t)n_bytes > n - cursor.at)
            return false;
        cursor.at += (size_t)n_bytes;
        uint32_t found = (uint32_t)crc32_z(0, bytes + at, cursor.at - at);
        if (next_u32(&cursor) != found || cursor.is_short)
            return false;
        at = cursor.at;
    }
    return true;
}

enum nf_status nf_bamio_cram_check(const struct nf_bamio *input,
                                   const nf_cram_containers *containers)
{
    enum nf_status status = NF_OK;
    byte_list scratch = {0};
    int64_t n_records = 0;
    int file = open(input->path, O_RDONLY | O_CLOEXEC);
    for (size_t i = 0; i < containers->n && !status; i++) {
        if (nf_interrupted())
            status = NF_ERR_INTERRUPTED;
        else if (file < 0 || !has_sound_blocks(file, &containers->items[i], &scratch))
            status = nf_fail(NF_ERR_INPUT,
                             "%s: damaged CRAM data (a wrong checksum, CRC) after record "
                             "%lld; copy or write it again",
                             input->path, (long long)n_records);
        n_records += containers->items[i].n_records;
    }
    if (file >= 0)
        close(file);
    nf_vec_free(&scratch);
    return status;
}

/* ---- their records ---- */

struct nf_cram_reader {
    const struct nf_bamio *input; /* borrowed */
    int bytes;                    /* the file again, for checksums */
    byte_list scratch;
    int64_t checked; /* address of the container that was found sound last */
    htsFile *file;
    sam_hdr_t *header;
    bam1_t *record;
};

enum nf_status nf_bamio_cram_open(struct nf_cram_reader **result, const struct nf_bamio *input)
{
    struct nf_cram_reader *reader = calloc(1, sizeof *reader);
    *result = reader;
    if (!reader)
        return nf_fail_memory("a reader");
    reader->input = input;
    reader->checked = -1;
    reader->bytes = open(input->path, O_RDONLY | O_CLOEXEC);
    reader->record = bam_init1();
    if (!reader->record)
        return nf_fail_memory("a record");
    reader->file = nf_bamio_open_cram_again(input, true, &reader->header);
    return reader->file && reader->bytes >= 0
               ? NF_OK
               : nf_fail(NF_ERR_INPUT, "%s: cannot be opened again", input->path);
}

/* Sets the handle on a byte of the file. */
static bool seek(const struct nf_cram_reader *reader, int64_t address)
{
    return cram_seek(reader->file->fp.cram, address, SEEK_SET) == 0;
}

/* Nothing of a container may be left once it has been walked: at the end-of-file container
 * there is no further record. */
static bool is_emptied(struct nf_cram_reader *reader)
{
    return seek(reader, reader->input->size - MARKER_BYTES) &&
           sam_read1(reader->file, reader->header, reader->record) == -1;
}

enum nf_status nf_bamio_cram_walk(
    struct nf_cram_reader *reader, const struct nf_cram_container *container,
    enum nf_cram_fields fields,
    enum nf_status (*take)(void *context, const struct nf_record *record), void *context)
{
    const int wanted = fields == NF_CRAM_ALL ? INT32_MAX : WITHOUT_BASES;
    const int32_t n_contigs = sam_hdr_nref(reader->header);
    if (reader->checked != container->address) {
        if (!has_sound_blocks(reader->bytes, container, &reader->scratch))
            return NF_ERR_INPUT;
        reader->checked = container->address;
    }
    if (hts_set_opt(reader->file, CRAM_OPT_REQUIRED_FIELDS, wanted) ||
        !seek(reader, container->address))
        return NF_ERR_INPUT;
    for (int64_t i = 0; i < container->n_records; i++) {
        struct nf_record view;
        if (sam_read1(reader->file, reader->header, reader->record) < 0 ||
            htell(cram_fd_get_fp(reader->file->fp.cram)) > container->end ||
            !nf_bamio_view(&view, reader->record, n_contigs))
            return NF_ERR_INPUT;
        enum nf_status status = take(context, &view);
        if (status)
            return status;
    }
    return is_emptied(reader) ? NF_OK : NF_ERR_INPUT;
}

void nf_bamio_cram_close(struct nf_cram_reader **slot)
{
    struct nf_cram_reader *reader = *slot;
    if (!reader)
        return;
    *slot = NULL;
    bam_destroy1(reader->record);
    sam_hdr_destroy(reader->header);
    if (reader->file)
        hts_close(reader->file);
    if (reader->bytes >= 0)
        close(reader->bytes);
    nf_vec_free(&reader->scratch);
    free(reader);
}
