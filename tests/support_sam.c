/* SPDX-License-Identifier: MIT */
/* support_sam: records, alignment files and a whole reference for the suites that need them.
 */
#include "support_sam.h"

#include <check.h>
#include <fcntl.h>
#include <htslib/bgzf.h>
#include <htslib/hts.h>
#include <htslib/kstring.h>
#include <htslib/sam.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/refdata.h"
#include "ntrkfuse/vec.h"
#include "support.h"

/* ---- reference ---- */

enum { N_CONTIGS = 26 };

static const char *const contig_names[N_CONTIGS] = {
    "chr1",  "chr2",  "chr3",  "chr4",  "chr5",  "chr6",  "chr7",  "chr8",  "chr9",
    "chr10", "chr11", "chr12", "chr13", "chr14", "chr15", "chr16", "chr17", "chr18",
    "chr19", "chr20", "chr21", "chr22", "chrX",  "chrY",  "chrM",  "extra"};

static const int64_t contig_lengths[2][N_CONTIGS] = {
    {248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973,
     145138636, 138394717, 133797422, 135086622, 133275309, 114364328, 107043718,
     101991189, 90338345,  83257441,  80373285,  58617616,  64444167,  46709983,
     50818468,  156040895, 57227415,  16569,     1000000},
    {249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663,
     146364022, 141213431, 135534747, 135006516, 133851895, 115169878, 107349540,
     102531392, 90354753,  81195210,  78077248,  59128983,  63025520,  48129895,
     51304566,  155270560, 59373566,  16569,     1000000}};

static struct nft_reference references[2];

static char *make_header(const int64_t *lengths)
{
    kstring_t text = KS_INITIALIZE;

    ck_assert_int_ge(kputs("@HD\tVN:1.6\tSO:coordinate\n", &text), 0);
    for (int i = 0; i < N_CONTIGS; i++)
        ck_assert_int_ge(
            ksprintf(&text, "@SQ\tSN:%s\tLN:%lld\n", contig_names[i], (long long)lengths[i]),
            0);
    return ks_release(&text);
}

const struct nft_reference *nft_reference_get(enum nf_assembly assembly)
{
    int which = assembly == NF_ASSEMBLY_GRCH37;
    struct nft_reference *reference = &references[which];
    const struct nf_refdata refdata = {NULL};

    if (reference->header)
        return reference;
    ck_assert_int_eq(
        nf_genome_init(&reference->genome, contig_names, contig_lengths[which], N_CONTIGS),
        NF_OK);
    ck_assert_int_eq(reference->genome.assembly, assembly);
    ck_assert_int_eq(nf_annot_load(&reference->annot, &refdata, &reference->genome, NULL),
                     NF_OK);
    ck_assert_int_eq(nf_catalogue_load(&reference->catalogue, &refdata, assembly), NF_OK);
    ck_assert_int_eq(nf_panel_init(&reference->panel, &reference->genome, &reference->annot,
                                   &reference->catalogue),
                     NF_OK);
    reference->header = make_header(contig_lengths[which]);
    return reference;
}

void nft_reference_load(void)
{
    nft_reference_get(NF_ASSEMBLY_GRCH38);
    nft_reference_get(NF_ASSEMBLY_GRCH37);
}

int32_t nft_contig(const struct nft_reference *reference, const char *name)
{
    int32_t contig = nf_genome_find(&reference->genome, nf_span_of(name));

    ck_assert_msg(contig >= 0, "no contig %s", name);
    return contig;
}

uint32_t nft_gene(const struct nft_reference *reference, const char *symbol)
{
    uint32_t gene = nf_annot_find(&reference->annot, nf_span_of(symbol));

    ck_assert_msg(gene != NF_NO_GENE, "no gene %s", symbol);
    return gene;
}

uint32_t nft_target(const struct nft_reference *reference, const char *symbol)
{
    uint32_t target = nf_catalogue_target(&reference->catalogue, nf_span_of(symbol));

    ck_assert_msg(target != NF_NO_TARGET, "no target %s", symbol);
    return target;
}

static int64_t exon_end(const struct nft_reference *reference, const char *symbol,
                        uint32_t number, bool donor)
{
    const struct nf_gene *gene = &reference->annot.genes.items[nft_gene(reference, symbol)];
    uint32_t n_exons = reference->annot.transcripts.items[gene->primary].n_exons;
    const struct nf_exon *exon;

    ck_assert_msg(number >= 1 && number <= n_exons, "%s has no exon %u", symbol, number);
    exon = nf_transcript_exon(&reference->annot, gene->primary, number);
    return donor == (gene->strand > 0) ? exon->end0 - 1 : exon->start0;
}

int64_t nft_donor0(const struct nft_reference *reference, const char *symbol, uint32_t number)
{
    return exon_end(reference, symbol, number, true);
}

int64_t nft_acceptor0(const struct nft_reference *reference, const char *symbol,
                      uint32_t number)
{
    return exon_end(reference, symbol, number, false);
}

char nft_base(int32_t contig, int64_t pos0)
{
    uint64_t place = (uint64_t)pos0 + ((uint64_t)(contig + 1) << 40);

    return "ACGT"[nf_hash_bytes(&place, sizeof place) >> 62];
}

char *nft_bases(char *out, int32_t contig, int64_t start0, int32_t n, int strand)
{
    for (int32_t i = 0; i < n; i++) {
        char base = nft_base(contig, strand > 0 ? start0 + i : start0 + n - 1 - i);

        *out++ = strand > 0 ? base : "TGCA"[strchr("ACGT", base) - "ACGT"];
    }
    return out;
}

/* ---- records ---- */

/* What nft_records_forget releases. */
struct kept {
    uint8_t *bytes;
    struct nf_record *record;
};

static NF_VEC(struct kept) kept;
static NF_VEC(char *) texts;

static void put_u32(kstring_t *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        ck_assert_int_ge(kputc((int)(value >> (8 * i) & 255), out), 0);
}

static void put_u16(kstring_t *out, uint32_t value)
{
    for (int i = 0; i < 2; i++)
        ck_assert_int_ge(kputc((int)(value >> (8 * i) & 255), out), 0);
}

static void put_bytes(kstring_t *out, const void *bytes, size_t n)
{
    ck_assert_int_ge(kputsn(bytes, n, out), 0);
}

/* Appends the record as a BAM file has it, by the specification and not through htslib's
 * writer, which would go through a file. A CIGAR too long for its field goes into the tag CG.
 */
static void encode(kstring_t *out, const bam1_t *record)
{
    const bam1_core_t *core = &record->core;
    uint32_t n_name = core->l_qname - core->l_extranul;
    bool is_long = core->n_cigar > 65535;
    uint32_t n_cigar = is_long ? 2 : core->n_cigar;
    size_t n_aux = (size_t)bam_get_l_aux(record);
    size_t n_bytes = 32 + n_name + 4 * (size_t)n_cigar + (size_t)((core->l_qseq + 1) / 2) +
                     (size_t)core->l_qseq + n_aux +
                     (is_long ? 8 + 4 * (size_t)core->n_cigar : 0);

    put_u32(out, (uint32_t)n_bytes);
    put_u32(out, (uint32_t)core->tid);
    put_u32(out, (uint32_t)core->pos);
    put_u32(out, n_name | (uint32_t)core->qual << 8 | (uint32_t)core->bin << 16);
    put_u16(out, n_cigar);
    put_u16(out, core->flag);
    put_u32(out, (uint32_t)core->l_qseq);
    put_u32(out, (uint32_t)core->mtid);
    put_u32(out, (uint32_t)core->mpos);
    put_u32(out, (uint32_t)core->isize);
    put_bytes(out, bam_get_qname(record), n_name);
    if (is_long) {
        put_u32(out, (uint32_t)core->l_qseq << 4 | BAM_CSOFT_CLIP);
        put_u32(out, (uint32_t)(bam_endpos(record) - core->pos) << 4 | BAM_CREF_SKIP);
    } else {
        for (uint32_t i = 0; i < n_cigar; i++)
            put_u32(out, bam_get_cigar(record)[i]);
    }
    put_bytes(out, bam_get_seq(record), (size_t)((core->l_qseq + 1) / 2));
    put_bytes(out, bam_get_qual(record), (size_t)core->l_qseq);
    put_bytes(out, bam_get_aux(record), n_aux);
    if (is_long) {
        put_bytes(out, "CGBI", 4);
        put_u32(out, core->n_cigar);
        for (uint32_t i = 0; i < core->n_cigar; i++)
            put_u32(out, bam_get_cigar(record)[i]);
    }
}

/* Parses one line into `record`; false when htslib refuses it. */
static bool parse_line(sam_hdr_t *header, const char *line, size_t n, bam1_t *record)
{
    kstring_t text = KS_INITIALIZE;
    bool good;

    put_bytes(&text, line, n);
    good = sam_parse1(&text, header, record) >= 0;
    ks_free(&text);
    return good;
}

uint8_t *nft_bam_bytes(const char *header_text, const char *lines, size_t *n)
{
    sam_hdr_t *header = sam_hdr_parse(strlen(header_text), header_text);
    bam1_t *record = bam_init1();
    kstring_t out = KS_INITIALIZE;
    struct nf_span rest = nf_span_of(lines), line;

    ck_assert_ptr_nonnull(header);
    ck_assert_ptr_nonnull(record);
    ck_assert_int_eq(ks_resize(&out, 1), 0);
    while (nf_span_cut(&rest, '\n', &line)) {
        if (line.n == 0)
            continue;
        ck_assert_msg(parse_line(header, line.at, line.n, record), "bad SAM line: %.200s",
                      line.at);
        encode(&out, record);
    }
    bam_destroy1(record);
    sam_hdr_destroy(header);
    *n = ks_len(&out);
    return (uint8_t *)ks_release(&out);
}

/* Copies exactly the record's own bytes, so that a sanitizer sees a read past them. */
static const struct nf_record *keep_view(const kstring_t *encoded, int32_t n_contigs)
{
    size_t n = encoded->l - 4;
    struct kept item = {malloc(n), malloc(sizeof *item.record)};

    ck_assert_ptr_nonnull(item.bytes);
    ck_assert_ptr_nonnull(item.record);
    memcpy(item.bytes, encoded->s + 4, n);
    if (nf_record_from_bytes(item.record, item.bytes, n, n_contigs)) {
        free(item.bytes);
        free(item.record);
        return NULL;
    }
    ck_assert_int_eq(nf_vec_push(&kept, item), NF_OK);
    return item.record;
}

const struct nf_record *nft_record_of(const char *header_text, const char *line)
{
    sam_hdr_t *header = sam_hdr_parse(strlen(header_text), header_text);
    bam1_t *record = bam_init1();
    kstring_t encoded = KS_INITIALIZE;
    const struct nf_record *view = NULL;

    ck_assert_ptr_nonnull(header);
    ck_assert_ptr_nonnull(record);
    hts_set_log_level(HTS_LOG_OFF);
    if (parse_line(header, line, strlen(line), record)) {
        encode(&encoded, record);
        view = keep_view(&encoded, sam_hdr_nref(header));
    }
    ks_free(&encoded);
    bam_destroy1(record);
    sam_hdr_destroy(header);
    return view;
}

const struct nf_record *nft_record(const struct nft_reference *reference, const char *format,
                                   ...)
{
    kstring_t line = KS_INITIALIZE;
    const struct nf_record *view;
    va_list arguments;

    va_start(arguments, format);
    ck_assert_int_ge(kvsprintf(&line, format, arguments), 0);
    va_end(arguments);
    view = nft_record_of(reference->header, line.s);
    ck_assert_msg(view != NULL, "bad SAM line: %s", line.s);
    ks_free(&line);
    return view;
}

const char *nft_text(const char *format, ...)
{
    kstring_t text = KS_INITIALIZE;
    va_list arguments;

    va_start(arguments, format);
    ck_assert_int_ge(kvsprintf(&text, format, arguments), 0);
    va_end(arguments);
    ck_assert_int_eq(nf_vec_push(&texts, text.s), NF_OK);
    return text.s;
}

void nft_records_forget(void)
{
    for (size_t i = 0; i < kept.n; i++) {
        free(kept.items[i].bytes);
        free(kept.items[i].record);
    }
    nf_vec_free(&kept);
    for (size_t i = 0; i < texts.n; i++)
        free(texts.items[i]);
    nf_vec_free(&texts);
}

/* ---- a record as text ---- */

static void show_cigar(kstring_t *out, const struct nf_record *record)
{
    if (record->n_cigar == 0)
        kputc('*', out);
    for (uint32_t i = 0; i < record->n_cigar; i++)
        ksprintf(out, "%d%c", nf_record_cigar_length(record, i),
                 "MIDNSHP=XB??????"[nf_record_cigar_code(record, i)]);
}

static void show_bases(kstring_t *out, const struct nf_record *record)
{
    if (record->length == 0) {
        kputs("\t*\t*", out);
        return;
    }
    kputc('\t', out);
    for (int32_t i = 0; i < record->length; i++)
        kputc(nf_record_base(record, i), out);
    kputc('\t', out);
    for (int32_t i = 0; i < record->length && record->quality[0] != 255; i++)
        kputc(record->quality[i] + 33, out);
    if (record->quality[0] == 255)
        kputc('*', out);
}

static void show_tags(kstring_t *out, const struct nf_record *record)
{
    for (size_t i = 0; i < record->n_tag_bytes; i++)
        ksprintf(out, "%s%02x", i ? "" : "\t", record->tags[i]);
}

char *nft_record_text(const struct nf_record *record)
{
    kstring_t out = KS_INITIALIZE;

    ksprintf(&out, "%.*s\t%d\t%d\t%lld\t%d\t", (int)record->name_length, record->name,
             record->flag, record->contig, (long long)record->pos0 + 1, record->mapq);
    show_cigar(&out, record);
    ksprintf(&out, "\t%d\t%lld\t%lld", record->mate_contig, (long long)record->mate_pos0 + 1,
             (long long)record->template_length);
    show_bases(&out, record);
    show_tags(&out, record);
    ck_assert_ptr_nonnull(out.s);
    return ks_release(&out);
}

/* ---- files ---- */

static void make_index(const char *path, enum nft_index index)
{
    static const char *const endings[] = {"", ".bai", ".csi", ".crai"};
    char name[4096];

    if (index == NFT_NO_INDEX)
        return;
    ck_assert_int_lt(snprintf(name, sizeof name, "%s%s", path, endings[index]),
                     (int)sizeof name);
    ck_assert_int_eq(sam_index_build3(path, name, index == NFT_CSI ? 14 : 0, 0), 0);
}

void nft_sam_write_parts(const char *path, const char *header_text, const char *lines,
                         enum nft_index index)
{
    const char *dot = strrchr(path, '.');
    const char *mode = strcmp(dot, ".bam") == 0    ? "wb"
                       : strcmp(dot, ".cram") == 0 ? "wc"
                                                   : "w";
    sam_hdr_t *header = sam_hdr_parse(strlen(header_text), header_text);
    htsFile *file = hts_open(path, mode);
    bam1_t *record = bam_init1();
    struct nf_span rest = nf_span_of(lines), line;

    ck_assert_ptr_nonnull(header);
    ck_assert_msg(file != NULL, "%s cannot be made", path);
    ck_assert_ptr_nonnull(record);
    if (mode[1] == 'c')
        ck_assert_int_eq(hts_set_opt(file, CRAM_OPT_NO_REF, 1), 0);
    ck_assert_int_eq(sam_hdr_write(file, header), 0);
    while (nf_span_cut(&rest, '\n', &line)) {
        if (line.n == 0)
            continue;
        ck_assert_msg(parse_line(header, line.at, line.n, record), "bad SAM line: %.200s",
                      line.at);
        ck_assert_int_ge(sam_write1(file, header, record), 0);
    }
    bam_destroy1(record);
    sam_hdr_destroy(header);
    ck_assert_int_eq(hts_close(file), 0);
    make_index(path, index);
}

void nft_sam_write(const char *path, const char *text, enum nft_index index)
{
    const char *lines = text;
    char *header;

    while (*lines == '@') {
        const char *end = strchr(lines, '\n');

        lines = end ? end + 1 : lines + strlen(lines);
    }
    header = strndup(text, (size_t)(lines - text));
    ck_assert_ptr_nonnull(header);
    nft_sam_write_parts(path, header, lines, index);
    free(header);
}

void nft_bgzf_write(const char *path, struct nf_span bytes, int level)
{
    char mode[3] = {'w', (char)('0' + level), '\0'};
    BGZF *file = bgzf_open(path, mode);

    ck_assert_msg(file != NULL, "%s cannot be made", path);
    ck_assert_int_eq(bgzf_write(file, bytes.at, bytes.n), (ssize_t)bytes.n);
    ck_assert_int_eq(bgzf_close(file), 0);
}

void nft_set_age(const char *path, int seconds)
{
    time_t moment = time(NULL) + seconds;
    struct timespec times[2] = {{moment, 0}, {moment, 0}};

    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}
