/* SPDX-License-Identifier: MIT */
/* gtf: the exons and coding parts of a GTF file, transcript by transcript.
 *
 * One pass. A line is cut into its nine columns; features other than exon, CDS, stop_codon and
 * transcript, and lines on contigs that the genome lacks, go no further. The others are looked
 * up by transcript_id. As a rule a file keeps the lines of a transcript together, so the
 * attributes are read only as far as the transcript_id when that is the one of the line
 * before; a whole genome has three million lines and they must not take long. Files in any
 * other order are read the slower way, through a map.
 *
 * A transcript is a name on one contig and strand. Names come twice: for the pseudoautosomal
 * genes on X and Y, and for copies of a gene in files made from alignments. The map leads to
 * the first transcript of a name, and a chain from there to the others. */
#include "ntrkfuse/gtf.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/gtf_attributes.h"
#include "ntrkfuse/hash.h"
#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/str.h"
#include "ntrkfuse/zline.h"

#define NF_GTF_NONE UINT32_MAX

enum {
    NF_GTF_SEQNAME,
    NF_GTF_SOURCE,
    NF_GTF_FEATURE,
    NF_GTF_START,
    NF_GTF_END,
    NF_GTF_SCORE,
    NF_GTF_STRAND,
    NF_GTF_FRAME,
    NF_GTF_ATTRIBUTES,
    NF_GTF_COLUMNS
};

/* What a line is to us; the first three are enum nf_gtf_kind. */
enum { NF_GTF_TRANSCRIPT = NF_GTF_STOP_CODON + 1, NF_GTF_OTHER };

struct gtf_reader {
    struct nf_gtf *gtf;
    const struct nf_genome *genome;
    const char *path;
    struct nf_zline *lines;
    struct nf_map by_name; /* transcript_id → its first transcript */
    NF_VEC(uint32_t) next; /* per transcript: another one of its name, or NF_GTF_NONE */
    uint32_t last;         /* transcript of the line before, or NF_GTF_NONE */
    char contig_name[256]; /* the sequence name looked up last … */
    size_t contig_name_length;
    int32_t contig; /* … and what it means */
};

/* Prints "file:line: <message>" and returns NF_ERR_FORMAT. */
__attribute__((format(printf, 2, 3))) static enum nf_status line_fail(
    const struct gtf_reader *reader, const char *format, ...)
{
    char message[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return nf_fail(NF_ERR_FORMAT, "%s:%ld: %s", reader->path, nf_zline_number(reader->lines),
                   message);
}

/* The length of `span` for "%.*s", cut to what is worth showing. */
static int shown(struct nf_span span)
{
    return span.n > 60 ? 60 : (int)span.n;
}

static enum nf_status split_columns(const struct gtf_reader *reader, struct nf_span line,
                                    struct nf_span columns[NF_GTF_COLUMNS])
{
    size_t n = 0;

    while (n < NF_GTF_COLUMNS && nf_span_cut(&line, '\t', &columns[n]))
        n++;
    if (n < NF_GTF_COLUMNS)
        return line_fail(reader, "%zu tab-separated columns where a GTF has %d", n,
                         NF_GTF_COLUMNS);
    if (line.at)
        return line_fail(reader, "more than the %d tab-separated columns of a GTF",
                         NF_GTF_COLUMNS);
    return NF_OK;
}

static int feature_kind(struct nf_span feature)
{
    static const char *const names[] = {
        [NF_GTF_EXON] = "exon",
        [NF_GTF_CDS] = "CDS",
        [NF_GTF_STOP_CODON] = "stop_codon",
        [NF_GTF_TRANSCRIPT] = "transcript",
    };
    int kind = NF_GTF_EXON;

    while (kind < NF_GTF_OTHER && !nf_span_is(feature, names[kind]))
        kind++;
    return kind;
}

/* The contig called `name`, or −1. Files are sorted by contig: the last answer is kept. */
static int32_t find_contig(struct gtf_reader *reader, struct nf_span name)
{
    if (name.n > 0 && name.n == reader->contig_name_length &&
        memcmp(name.at, reader->contig_name, name.n) == 0)
        return reader->contig;
    reader->contig = nf_genome_find(reader->genome, name);
    reader->contig_name_length = name.n <= sizeof reader->contig_name ? name.n : 0;
    if (reader->contig_name_length > 0)
        memcpy(reader->contig_name, name.at, name.n);
    return reader->contig;
}

/* Start and end columns, 1-based inclusive in the file. */
static enum nf_status read_positions(const struct gtf_reader *reader,
                                     const struct nf_span columns[], int32_t contig,
                                     struct nf_gtf_feature *feature)
{
    const struct nf_contig *known = &reader->genome->contigs[contig];
    int64_t start, end;

    if (nf_span_int(columns[NF_GTF_START], 1, UINT32_MAX, &start))
        return line_fail(reader, "the start \"%.*s\" is not a position",
                         shown(columns[NF_GTF_START]), columns[NF_GTF_START].at);
    if (nf_span_int(columns[NF_GTF_END], 1, UINT32_MAX, &end))
        return line_fail(reader, "the end \"%.*s\" is not a position",
                         shown(columns[NF_GTF_END]), columns[NF_GTF_END].at);
    if (end < start)
        return line_fail(reader, "the end lies before the start");
    if (end > known->length)
        return line_fail(reader,
                         "ends beyond contig %s of the input (%lld bases): the GTF "
                         "describes another assembly; give one that fits the input",
                         known->name, (long long)known->length);
    feature->start0 = (uint32_t)(start - 1);
    feature->end0 = (uint32_t)end;
    return NF_OK;
}

/* Sets *strand to +1, −1, or 0 where the file does not know. */
static enum nf_status read_strand(const struct gtf_reader *reader, struct nf_span text,
                                  int8_t *strand)
{
    if (nf_span_is(text, "+"))
        *strand = 1;
    else if (nf_span_is(text, "-"))
        *strand = -1;
    else if (nf_span_is(text, ".") || nf_span_is(text, "?"))
        *strand = 0;
    else
        return line_fail(reader, "the strand \"%.*s\" is none of + - .", shown(text), text.at);
    return NF_OK;
}

static enum nf_status read_phase(const struct gtf_reader *reader, struct nf_span text,
                                 int8_t *phase)
{
    int64_t value = -1;

    if (!nf_span_is(text, ".") && nf_span_int(text, 0, 2, &value))
        return line_fail(reader, "the frame \"%.*s\" is none of 0 1 2 .", shown(text),
                         text.at);
    *phase = (int8_t)value;
    return NF_OK;
}

/* True when `name` on this contig and strand is the transcript of the line before. */
static bool is_last(const struct gtf_reader *reader, struct nf_span name, int32_t contig,
                    int8_t strand)
{
    const struct nf_gtf_transcript *last;

    if (reader->last == NF_GTF_NONE)
        return false;
    last = &reader->gtf->transcripts.items[reader->last];
    return last->contig == contig && last->strand == strand &&
           nf_span_is(name, last->accession);
}

/* A copy of `name`, or the pointer of the transcript before where that has the same. */
static const char *keep_name(struct nf_gtf *gtf, struct nf_span name, const char *before)
{
    if (before && nf_span_is(name, before))
        return before;
    return nf_arena_copy(&gtf->arena, name.at, name.n);
}

/* Appends a transcript and enters it behind `first`, the head of its chain, or into the map.
 */
static enum nf_status add_transcript(struct gtf_reader *reader,
                                     const struct nf_gtf_names *names, int32_t contig,
                                     int8_t strand, uint32_t first)
{
    struct nf_gtf *gtf = reader->gtf;
    const struct nf_gtf_transcript *before =
        gtf->transcripts.n > 0 ? &gtf->transcripts.items[gtf->transcripts.n - 1] : NULL;
    struct nf_span symbol = nf_gtf_names_symbol(names);
    struct nf_span gene_id = names->gene_id.n > 0 ? names->gene_id : symbol;
    struct nf_gtf_transcript added = {
        .contig = contig, .strand = strand, .rank = NF_GTF_PLAIN};
    uint32_t index = (uint32_t)gtf->transcripts.n;
    uint32_t next = NF_GTF_NONE;

    if (!symbol.at)
        return line_fail(reader, "no gene_name, gene or gene_id among the attributes");
    if (!nf_gtf_names_printable(names))
        return line_fail(reader, "a name holds a control character");
    added.accession = nf_arena_copy(&gtf->arena, names->transcript.at, names->transcript.n);
    added.symbol = keep_name(gtf, symbol, before ? before->symbol : NULL);
    added.gene_id = keep_name(gtf, gene_id, before ? before->gene_id : NULL);
    if (!added.accession || !added.symbol || !added.gene_id)
        return nf_fail_memory("the transcripts of the GTF");
    if (first != NF_GTF_NONE)
        next = reader->next.items[first];
    if (nf_vec_push(&reader->next, next) || nf_vec_push(&gtf->transcripts, added))
        return nf_fail_memory("the transcripts of the GTF");
    if (first != NF_GTF_NONE)
        reader->next.items[first] = index;
    else if (nf_map_put(&reader->by_name, names->transcript.at, names->transcript.n, index))
        return nf_fail_memory("the transcripts of the GTF");
    reader->last = index;
    return NF_OK;
}

/* Makes the transcript that `names` mean reader->last, and adds it where it is new. */
static enum nf_status find_transcript(struct gtf_reader *reader,
                                      const struct nf_gtf_names *names, int32_t contig,
                                      int8_t strand)
{
    const struct nf_gtf *gtf = reader->gtf;
    uint32_t first = nf_map_get(&reader->by_name, names->transcript.at, names->transcript.n);
    uint32_t index = first;

    while (index != NF_GTF_NONE && (gtf->transcripts.items[index].contig != contig ||
                                    gtf->transcripts.items[index].strand != strand))
        index = reader->next.items[index];
    if (index == NF_GTF_NONE)
        return add_transcript(reader, names, contig, strand, first);
    reader->last = index;
    return NF_OK;
}

/* Sets reader->last to the transcript that the attributes name; *skip where they name none. */
static enum nf_status read_names(struct gtf_reader *reader, struct nf_span attributes,
                                 int32_t contig, int8_t strand, bool want_tags, bool *skip)
{
    struct nf_gtf_names names = {0};
    struct nf_span key, value;
    enum nf_status status;
    uint8_t *rank;

    while (nf_gtf_attribute_cut(&attributes, &key, &value)) {
        if (!value.at)
            return line_fail(reader, "a quotation mark among the attributes is never closed");
        nf_gtf_names_add(&names, key, value);
        if (!want_tags && names.transcript.at &&
            is_last(reader, names.transcript, contig, strand))
            return NF_OK;
    }
    if (!names.transcript.at)
        return line_fail(reader, "no transcript_id among the attributes; a GFF3 file must be "
                                 "converted first (gffread -T)");
    *skip = names.transcript.n == 0;
    if (*skip) {
        reader->gtf->n_unnamed++;
        return NF_OK;
    }
    status = find_transcript(reader, &names, contig, strand);
    if (status)
        return status;
    rank = &reader->gtf->transcripts.items[reader->last].rank;
    if (names.rank > *rank)
        *rank = (uint8_t)names.rank;
    return NF_OK;
}

static enum nf_status read_feature(struct gtf_reader *reader, const struct nf_span columns[],
                                   int kind, int32_t contig)
{
    struct nf_gtf *gtf = reader->gtf;
    struct nf_gtf_feature feature = {.kind = (uint8_t)kind, .phase = -1};
    enum nf_status status;
    int8_t strand = 0;
    bool skip = false;

    status = read_positions(reader, columns, contig, &feature);
    if (!status)
        status = read_strand(reader, columns[NF_GTF_STRAND], &strand);
    if (!status && (kind == NF_GTF_CDS || kind == NF_GTF_STOP_CODON))
        status = read_phase(reader, columns[NF_GTF_FRAME], &feature.phase);
    if (status)
        return status;
    if (strand == 0) {
        gtf->n_unstranded++;
        return NF_OK;
    }
    status = read_names(reader, columns[NF_GTF_ATTRIBUTES], contig, strand,
                        kind == NF_GTF_TRANSCRIPT, &skip);
    if (status || skip || kind == NF_GTF_TRANSCRIPT)
        return status;
    feature.transcript = reader->last;
    if (nf_vec_push(&gtf->features, feature))
        return nf_fail_memory("the exons of the GTF");
    return NF_OK;
}

static enum nf_status read_line(struct gtf_reader *reader, struct nf_span line)
{
    struct nf_span columns[NF_GTF_COLUMNS];
    enum nf_status status;
    int32_t contig;
    int kind;

    if (nf_span_starts(line, "##gff-version 3"))
        return line_fail(reader, "this is GFF3, not GTF; convert it first (gffread -T)");
    if (nf_span_starts(line, "#") || nf_span_trim(line).n == 0)
        return NF_OK;
    status = split_columns(reader, line, columns);
    if (status)
        return status;
    kind = feature_kind(columns[NF_GTF_FEATURE]);
    if (kind == NF_GTF_OTHER)
        return NF_OK;
    contig = find_contig(reader, columns[NF_GTF_SEQNAME]);
    if (contig < 0) {
        reader->gtf->n_unknown_contig++;
        return NF_OK;
    }
    return read_feature(reader, columns, kind, contig);
}

static int compare_features(const void *a_item, const void *b_item)
{
    const struct nf_gtf_feature *a = a_item;
    const struct nf_gtf_feature *b = b_item;

    if (a->transcript != b->transcript)
        return a->transcript < b->transcript ? -1 : 1;
    if (a->start0 != b->start0)
        return a->start0 < b->start0 ? -1 : 1;
    if (a->end0 != b->end0)
        return a->end0 < b->end0 ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->phase > b->phase) - (a->phase < b->phase);
}

static enum nf_status read_lines(struct gtf_reader *reader)
{
    struct nf_gtf *gtf = reader->gtf;
    struct nf_span line;
    enum nf_status status;
    bool done = false;

    for (;;) {
        status = nf_interrupt_check();
        if (!status)
            status = nf_zline_next(reader->lines, &line, &done);
        if (status || done)
            break;
        gtf->fingerprint = nf_hash_combine(gtf->fingerprint, nf_hash_bytes(line.at, line.n));
        status = read_line(reader, line);
        if (status)
            break;
    }
    gtf->fingerprint |= gtf->fingerprint == 0;
    return status;
}

/* Refuses a file that gave nothing, and says why it did not. */
static enum nf_status check_content(const struct gtf_reader *reader)
{
    const struct nf_gtf *gtf = reader->gtf;

    if (gtf->features.n > 0)
        return NF_OK;
    if (gtf->n_unknown_contig > 0)
        return nf_fail(
            NF_ERR_INPUT,
            "%s: none of its contigs is in the input; give a GTF of the genome that "
            "the reads were aligned to",
            reader->path);
    return nf_fail(NF_ERR_INPUT, "%s: no exon of a stranded transcript; is this a GTF?",
                   reader->path);
}

enum nf_status nf_gtf_read(struct nf_gtf *gtf, const char *path,
                           const struct nf_genome *genome)
{
    struct gtf_reader reader = {
        .gtf = gtf, .genome = genome, .path = path, .last = NF_GTF_NONE, .contig = -1};
    enum nf_status status;

    *gtf = (struct nf_gtf){0};
    status = nf_zline_open(&reader.lines, path);
    if (status)
        goto out;
    status = read_lines(&reader);
    if (status)
        goto out;
    status = check_content(&reader);
    if (status)
        goto out;
    qsort(gtf->features.items, gtf->features.n, sizeof *gtf->features.items, compare_features);

out:
    nf_zline_close(reader.lines);
    nf_map_free(&reader.by_name);
    nf_vec_free(&reader.next);
    return status;
}

void nf_gtf_free(struct nf_gtf *gtf)
{
    nf_vec_free(&gtf->transcripts);
    nf_vec_free(&gtf->features);
    nf_arena_free(&gtf->arena);
}
