/* SPDX-License-Identifier: MIT */
/* bamio_open: opening and vetting an alignment file, and saying why one cannot be trusted. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <htslib/bgzf.h>
#include <htslib/cram.h>
#include <htslib/faidx.h>
#include <htslib/hfile.h>

#include "bamio_internal.h"
#include "ntrkfuse/bamio_cram.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/remote.h"

static bool is_stdin(const struct nf_bamio *input)
{
    return strcmp(input->path, "-") == 0;
}

/* What is left of a local BGZF file after its last whole block: true when the chain of blocks
 * ends exactly at the end of the file (only the end-of-file block is missing), false when a
 * block is cut. A block's size stands in its header (SAM specification, section 4.1). */
static bool ends_between_blocks(const char *path)
{
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return false;
    bool whole = false;
    uint8_t head[18];
    struct stat info;
    if (fstat(fileno(stream), &info))
        info.st_size = 0;
    for (int64_t at = 0; info.st_size > 0;) {
        size_t n = fread(head, 1, sizeof head, stream);
        if (n < sizeof head || head[0] != 31 || head[1] != 139 || head[12] != 'B')
            break;
        at += (head[16] | head[17] << 8) + 1;
        if (at >= info.st_size) {
            whole = at == info.st_size;
            break;
        }
        if (fseek(stream, at, SEEK_SET))
            break;
    }
    fclose(stream);
    return whole;
}

/* A file that ends without its marker was cut or never finished. */
static enum nf_status check_end_marker(const struct nf_bamio *input)
{
    int marker = hts_check_EOF(input->file);
    if (marker < 0)
        return nf_fail(NF_ERR_INPUT, "%s: its end cannot be read; is the file complete?",
                       input->path);
    if (marker != 0)
        return NF_OK;
    if (input->format == cram)
        return nf_fail(
            NF_ERR_INPUT,
            "%s: the CRAM end-of-file container is missing: the file was cut short; "
            "copy or write it again",
            input->path);
    if (input->is_local && ends_between_blocks(input->path))
        return nf_fail(
            NF_ERR_INPUT,
            "%s: the BAM end-of-file block is missing: the file was cut at a block's "
            "edge or never finished; copy or write it again",
            input->path);
    return nf_fail(
        NF_ERR_INPUT,
        "%s: truncated: the file ends in the middle of a block; copy or write it again",
        input->path);
}

static enum nf_status check_format(struct nf_bamio *input)
{
    const htsFormat *format = hts_get_format(input->file);
    input->format = format->format;
    if (format->format != bam && format->format != cram && format->format != sam) {
        const char *hint = "";
        if (format->format == fastq_format || format->format == fasta_format)
            hint = " (reads must be aligned first)";
        else if (format->format == empty_format)
            hint = " (it is empty)";
        return nf_fail(NF_ERR_INPUT, "%s: not a BAM, CRAM or SAM file%s", input->path, hint);
    }
    input->is_bam = format->format == bam;
    return NF_OK;
}

/* Opens the file itself. A folder would pass fopen and fail obscurely later. */
static enum nf_status open_file(struct nf_bamio *input)
{
    struct stat info;
    if (!is_stdin(input) && stat(input->path, &info) == 0) {
        if (S_ISDIR(info.st_mode))
            return nf_fail(NF_ERR_INPUT, "%s: is a folder; name an alignment file",
                           input->path);
        input->is_local = S_ISREG(info.st_mode);
        input->size = input->is_local ? info.st_size : 0;
        if (input->is_local && info.st_size == 0)
            return nf_fail(NF_ERR_INPUT, "%s: not a BAM, CRAM or SAM file (it is empty)",
                           input->path);
    }
    errno = 0;
    input->file = hts_open(input->path, "r");
    if (!input->file)
        return nf_fail(NF_ERR_INPUT, "%s: cannot be opened: %s", input->path,
                       errno == ENOEXEC ? "not a BAM, CRAM or SAM file"
                       : errno          ? strerror(errno)
                                        : "no data");
    return NF_OK;
}

/* A CRAM is decoded with the reference the user names, or what REF_PATH and REF_CACHE say; the
 * network is asked only where REF_PATH says so (htslib's own default would ask EBI). */
static enum nf_status prepare_cram(struct nf_bamio *input)
{
    if (input->format != cram)
        return NF_OK;
    const char *ref_path = getenv("REF_PATH");
    if ((!ref_path || !*ref_path) && setenv("REF_PATH", ":", 1))
        return nf_fail_memory("the environment");
    if (hts_set_opt(input->file, CRAM_OPT_DECODE_MD, 0))
        return nf_fail(NF_ERR_INPUT, "%s: the CRAM decoder refused its options", input->path);
    if (!input->reference)
        return NF_OK;
    /* The decoder leaks memory when it is given something else than a FASTA file. */
    faidx_t *reference = fai_load(input->reference);
    bool is_good = reference && hts_set_fai_filename(input->file, input->reference) == 0;
    fai_destroy(reference);
    if (!is_good)
        return nf_fail(NF_ERR_INPUT,
                       "%s: cannot be used as the CRAM reference (a FASTA file, "
                       "plain or bgzip, is needed)",
                       input->reference);
    return NF_OK;
}

htsFile *nf_bamio_open_cram_again(const struct nf_bamio *input, bool needs_reference,
                                  sam_hdr_t **header)
{
    htsFile *file = hts_open(input->path, "r");
    *header = NULL;
    if (file && !hts_set_opt(file, CRAM_OPT_DECODE_MD, 0) &&
        (!needs_reference || !input->reference ||
         !hts_set_fai_filename(file, input->reference)))
        *header = sam_hdr_read(file);
    if (!*header && file) {
        hts_close(file);
        file = NULL;
    }
    return file;
}

static enum nf_status read_header(struct nf_bamio *input)
{
    if (!input->header)
        input->header = sam_hdr_read(input->file);
    if (!input->header)
        return nf_fail(NF_ERR_INPUT, "%s: its %s header cannot be read: the file is damaged",
                       input->path, nf_bamio_format(input));
    if (sam_hdr_nref(input->header) == 0)
        return nf_fail(NF_ERR_INPUT,
                       "%s: the header names no contig (@SQ lines); align to a "
                       "genome, or restore the header with `samtools reheader`",
                       input->path);
    if (input->is_bam)
        input->first_record = bgzf_tell(input->file->fp.bgzf);
    else if (input->format == cram)
        input->first_record = htell(cram_fd_get_fp(input->file->fp.cram));
    return NF_OK;
}

static enum nf_status set_paths(struct nf_bamio *input, const struct nf_bamio_options *options)
{
    const char *delimiter = strstr(options->path, HTS_IDX_DELIM);
    const char *index = options->index;
    size_t n = delimiter ? (size_t)(delimiter - options->path) : strlen(options->path);
    if (delimiter && index)
        return nf_fail(NF_ERR_USAGE, "an index is named twice: with ##idx## and with -X");
    if (delimiter)
        index = delimiter + strlen(HTS_IDX_DELIM);
    input->path = strndup(options->path, n);
    input->index_path = index ? strdup(index) : NULL;
    if (!input->path || (index && !input->index_path))
        return nf_fail_memory("a path");
    return NF_OK;
}

/* Opens the file for htslib to read from its beginning. */
static enum nf_status open_whole(struct nf_bamio *input)
{
    enum nf_status status = open_file(input);
    if (!status)
        status = check_format(input);
    if (!status)
        status = check_end_marker(input);
    return status ? status : prepare_cram(input);
}

enum nf_status nf_bamio_open(struct nf_bamio **result, const struct nf_bamio_options *options)
{
    /* htslib would print several lines of its own for one finding. */
    hts_set_log_level(nf_log_shows(NF_LOG_DEBUG) ? HTS_LOG_WARNING : HTS_LOG_OFF);
    struct nf_bamio *input = calloc(1, sizeof *input);
    *result = NULL;
    if (!input)
        return nf_fail_memory("the input");
    input->reference = options->reference;
    input->n_threads = options->n_threads;
    enum nf_status status = set_paths(input, options);
    if (!status && nf_remote_is(input->path) && !options->without_index)
        status = nf_bamio_open_parts(input);
    if (!status && input->has_no_ranges)
        nf_info("%s: the server serves no byte ranges: reading the whole file", input->path);
    if (!status && !input->is_in_parts)
        status = open_whole(input);
    if (!status)
        status = read_header(input);
    if (!status && !input->is_in_parts)
        status = nf_bamio_load_index(input, options->without_index || input->has_no_ranges);
    input->record = bam_init1();
    if (!status && !input->record)
        status = nf_fail_memory("a record");
    if (status) {
        nf_bamio_discard(&input);
        return status;
    }
    *result = input;
    return NF_OK;
}

enum nf_status nf_bamio_is_alignment(const char *path, bool *result)
{
    htsFormat format;
    struct stat info;
    hFILE *stream = NULL;
    errno = 0;
    if (stat(path, &info) || !S_ISDIR(info.st_mode))
        stream = hopen(path, "r");
    else
        errno = EISDIR;
    if (!stream)
        return nf_fail(NF_ERR_INPUT, "%s: cannot be opened: %s", path, strerror(errno));
    int code = hts_detect_format(stream, &format);
    hclose_abruptly(stream);
    *result =
        code == 0 && (format.format == bam || format.format == cram || format.format == sam);
    return NF_OK;
}

/* Looks for a wrong checksum anywhere in a CRAM, and prints where the first is. */
static enum nf_status check_checksums(const struct nf_bamio *input)
{
    nf_cram_containers containers = {0};
    enum nf_status status = nf_bamio_cram_list(input, &containers);
    if (!status)
        status = nf_bamio_cram_check(input, &containers);
    nf_vec_free(&containers);
    return status;
}

/* Can the records of a CRAM be read when no bases are asked for? Then only the reference is
 * missing. */
static bool decodes_without_bases(const struct nf_bamio *input)
{
    bool good = false;
    bam1_t *record = bam_init1();
    sam_hdr_t *header;
    htsFile *file = nf_bamio_open_cram_again(input, false, &header);
    if (record && file &&
        hts_set_opt(file, CRAM_OPT_REQUIRED_FIELDS, SAM_FLAG | SAM_RNAME | SAM_POS) == 0) {
        good = true;
        for (int64_t i = 0; i <= input->n_records && good; i++)
            good = sam_read1(file, header, record) >= -1;
    }
    sam_hdr_destroy(header);
    if (file)
        hts_close(file);
    bam_destroy1(record);
    return good;
}

static enum nf_status explain_cram(struct nf_bamio *input)
{
    static const char remedy[] = "give the FASTA it was written with by --reference, or set "
                                 "REF_PATH or REF_CACHE";
    if (is_stdin(input))
        return nf_fail(NF_ERR_INPUT,
                       "-: the CRAM cannot be decoded after record %lld: its "
                       "reference cannot be found (%s), or the data are damaged",
                       (long long)input->n_records, remedy);
    enum nf_status status = check_checksums(input);
    if (status)
        return status;
    if (decodes_without_bases(input))
        return nf_fail(NF_ERR_INPUT, "%s: the CRAM's reference sequence %s; %s", input->path,
                       input->reference ? "does not match --reference" : "cannot be found",
                       remedy);
    return nf_fail(NF_ERR_INPUT,
                   "%s: damaged CRAM data after record %lld; copy or write it again",
                   input->path, (long long)input->n_records);
}

enum nf_status nf_bamio_explain(struct nf_bamio *input)
{
    long long after = (long long)input->n_records;
    if (input->format == cram)
        return explain_cram(input);
    if (input->format == sam)
        return nf_fail(NF_ERR_INPUT, "%s: malformed SAM line after record %lld", input->path,
                       after);
    unsigned code = input->file->fp.bgzf->errcode;
    if (code & BGZF_ERR_CRC)
        return nf_fail(NF_ERR_INPUT,
                       "%s: a block's checksum (CRC) is wrong after record %lld: the "
                       "data are damaged; copy or write the file again",
                       input->path, after);
    if (is_stdin(input))
        return nf_fail(
            NF_ERR_INPUT,
            "-: the stream ends in the middle of a block or is damaged after record "
            "%lld; look at the error messages of what writes it",
            after);
    if (input->index && !input->is_local)
        return nf_fail(NF_ERR_INPUT,
                       "%s: reading by index failed: the server may not serve byte ranges "
                       "(then use --full-scan), or the data are damaged",
                       input->path);
    /* With threads htslib does not tell a wrong checksum from wrong data. */
    if (code & (BGZF_ERR_ZLIB | BGZF_ERR_HEADER))
        return nf_fail(NF_ERR_INPUT,
                       "%s: a damaged compressed block (its data or its checksum, CRC) after "
                       "record %lld; copy or write the file again",
                       input->path, after);
    return nf_fail(NF_ERR_INPUT,
                   "%s: reading failed after record %lld: truncated or damaged data",
                   input->path, after);
}
