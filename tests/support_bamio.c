/* SPDX-License-Identifier: MIT */
/* support_bamio: what the suites of bamio share. */
#include "support_bamio.h"

#include <check.h>
#include <htslib/kstring.h>
#include <htslib/sam.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"
#include "support_sam.h"

struct nf_bamio_options nft_options(const char *path)
{
    return (struct nf_bamio_options){.path = path, .n_threads = 1};
}

static enum nf_status add_text(void *context, const struct nf_record *record)
{
    kstring_t *out = context;
    char *text = nft_record_text(record);

    ck_assert_int_ge(ksprintf(out, "%s\n", text), 0);
    free(text);
    return NF_OK;
}

static void give(kstring_t *text, char **records)
{
    if (records)
        *records = text->s ? ks_release(text) : strdup("");
    else
        ks_free(text);
}

enum nf_status nft_bamio_read(const struct nf_bamio_options *options, char **records)
{
    struct nf_bamio *input = NULL;
    struct nf_record record;
    kstring_t text = KS_INITIALIZE;
    enum nf_status status = nf_bamio_open(&input, options);
    bool done = false;

    ck_assert_int_eq(input == NULL, status != NF_OK);
    while (!status && !(status = nf_bamio_next(input, &record, &done)) && !done)
        add_text(&text, &record);
    if (status)
        nf_bamio_discard(&input);
    else
        status = nf_bamio_close(&input);
    ck_assert_ptr_null(input);
    give(&text, records);
    return status;
}

enum nf_status nft_bamio_read_apart(const struct nf_bamio_options *options, char **message)
{
    enum { MOST_BYTES = 8192 };
    char *text = calloc(1, MOST_BYTES);
    int ends[2], code;
    ssize_t n, n_read = 0;
    pid_t child;

    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(fflush(NULL), 0);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        enum nf_status status;

        nft_log_begin();
        status = nft_bamio_read(options, NULL);
        n = (ssize_t)strlen(nft_log_text());
        _exit(n < MOST_BYTES && write(ends[1], nft_log_text(), (size_t)n) == n ? (int)status
                                                                               : 99);
    }
    ck_assert_int_eq(close(ends[1]), 0);
    while ((n = read(ends[0], text + n_read, (size_t)(MOST_BYTES - 1 - n_read))) > 0)
        n_read += n;
    ck_assert_int_eq(close(ends[0]), 0);
    ck_assert_int_eq(waitpid(child, &code, 0), child);
    ck_assert_msg(WIFEXITED(code) && WEXITSTATUS(code) < 99, "the reader ended with %d", code);
    if (message)
        *message = text;
    else
        free(text);
    return (enum nf_status)WEXITSTATUS(code);
}

enum nf_status nft_bamio_read_region(const struct nf_bamio_options *options, int32_t contig,
                                     int64_t start0, int64_t end0, char **records)
{
    struct nf_bamio *input = NULL;
    kstring_t text = KS_INITIALIZE;
    enum nf_status status = nf_bamio_open(&input, options);

    if (!status)
        status = nf_bamio_region(input, contig, start0, end0, add_text, &text);
    if (status)
        nf_bamio_discard(&input);
    else
        status = nf_bamio_close(&input);
    give(&text, records);
    return status;
}

struct nf_bamio *nft_bamio_open(const char *path)
{
    struct nf_bamio_options options = nft_options(path);
    struct nf_bamio *input = NULL;

    ck_assert_int_eq(nf_bamio_open(&input, &options), NF_OK);
    ck_assert_ptr_nonnull(input);
    return input;
}

/* ---- CRAM ---- */

void nft_cram_write(const char *path, const char *header_text, const char *lines,
                    struct nft_cram_shape shape)
{
    sam_hdr_t *header = sam_hdr_parse(strlen(header_text), header_text);
    htsFile *file = hts_open(path, "wc");
    bam1_t *record = bam_init1();
    size_t at;

    ck_assert(header && file && record);
    if (shape.version)
        ck_assert_int_eq(hts_set_opt(file, CRAM_OPT_VERSION, shape.version), 0);
    ck_assert_int_eq(hts_set_opt(file, CRAM_OPT_NO_REF, 1), 0);
    ck_assert_int_eq(hts_set_opt(file, CRAM_OPT_MULTI_SEQ_PER_SLICE, shape.is_mixed), 0);
    if (shape.n_records)
        ck_assert_int_eq(hts_set_opt(file, CRAM_OPT_SEQS_PER_SLICE, shape.n_records), 0);
    if (shape.n_slices)
        ck_assert_int_eq(hts_set_opt(file, CRAM_OPT_SLICES_PER_CONTAINER, shape.n_slices), 0);
    ck_assert_int_eq(sam_hdr_write(file, header), 0);
    for (const char *line = lines; *line; line += at) {
        kstring_t text = KS_INITIALIZE;

        at = strcspn(line, "\n") + 1;
        ck_assert_int_ge(kputsn(line, at - 1, &text), 0);
        ck_assert_int_ge(sam_parse1(&text, header, record), 0);
        ck_assert_int_ge(sam_write1(file, header, record), 0);
        ks_free(&text);
    }
    bam_destroy1(record);
    sam_hdr_destroy(header);
    ck_assert_int_eq(hts_close(file), 0);
}

/* ---- random records ---- */

static void add_bases(kstring_t *out, uint64_t *state, int32_t n, bool with_qualities)
{
    ksprintf(out, "\t");
    for (int32_t i = 0; i < n; i++)
        kputc("ACGTN"[nft_random(state, 40) ? nft_random(state, 4) : 4], out);
    kputc('\t', out);
    for (int32_t i = 0; i < n && with_qualities; i++)
        kputc(33 + (int)nft_random(state, 42), out);
    if (!with_qualities)
        kputc('*', out);
}

static void add_tags(kstring_t *out, uint64_t *state)
{
    static const char *const tags[] = {"NM:i:3",
                                       "NH:i:70000",
                                       "XA:A:x",
                                       "XF:f:0.5",
                                       "XB:B:s,-1,2,3",
                                       "XH:H:1AE3",
                                       "SA:Z:b,77,-,10M20S,9,1;a,5,+,5S25M,0,0;",
                                       "XE:Z:",
                                       "RG:Z:g"}; /* CRAM has it last */

    for (size_t i = 0; i < NFT_COUNT(tags); i++)
        if (nft_random(state, 3) == 0)
            ksprintf(out, "\t%s", tags[i]);
    kputc('\n', out);
}

/* Of a mapped record. Bits about a mate where there is one: CRAM keeps no others. */
static uint32_t random_flag(uint64_t *state)
{
    uint32_t flag = nft_random(state, 4096) & ~(uint32_t)NF_FLAG_UNMAPPED;
    const uint32_t of_pairs = NF_FLAG_PROPER | NF_FLAG_MATE_UNMAPPED | NF_FLAG_MATE_REVERSE |
                              NF_FLAG_READ1 | NF_FLAG_READ2;

    return flag & NF_FLAG_PAIRED ? flag : flag & ~of_pairs;
}

char *nft_random_lines(uint64_t *state, int n)
{
    kstring_t out = KS_INITIALIZE;
    int n_unmapped = n / 10, n_mapped = n - n_unmapped;

    kputs("", &out); /* also no lines are a text */
    for (int i = 0; i < n_mapped; i++) {
        bool second = i >= n_mapped / 2;
        int rank = second ? i - n_mapped / 2 : i;
        uint32_t flag = random_flag(state);
        struct nft_cigar cigar = nft_random_cigar(state, 20 + (int32_t)nft_random(state, 130),
                                                  nft_random(state, 9), "M");

        ksprintf(&out, "read%u:%d\t%u\t%c\t%d\t%u\t%s", nft_random(state, 1000), i, flag,
                 second ? 'b' : 'a', 1 + rank * (80000 / n_mapped), nft_random(state, 256),
                 cigar.text);
        if (flag & NF_FLAG_PAIRED)
            ksprintf(&out, "\t%s\t%u\t%d", nft_random(state, 2) ? "=" : "a",
                     1 + nft_random(state, 90000), (int)nft_random(state, 2000) - 1000);
        else
            kputs("\t*\t0\t0", &out);
        add_bases(&out, state, cigar.n_bases, nft_random(state, 4) != 0);
        add_tags(&out, state);
    }
    for (int i = 0; i < n_unmapped; i++) {
        ksprintf(&out, "none%d\t4\t*\t0\t0\t*\t*\t0\t0", i);
        add_bases(&out, state, 1 + (int32_t)nft_random(state, 100), true);
        add_tags(&out, state);
    }
    return ks_release(&out);
}

/* ---- BAM by hand ---- */

static void put_u32(kstring_t *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        kputc((int)(value >> (8 * i) & 255), out);
}

uint8_t *nft_whole_bam(const char *header_text, const char *lines, size_t *n,
                       size_t *at_records)
{
    sam_hdr_t *header = sam_hdr_parse(strlen(header_text), header_text);
    kstring_t out = KS_INITIALIZE;
    size_t n_records;
    uint8_t *records = nft_bam_bytes(header_text, lines, &n_records);

    ck_assert_ptr_nonnull(header);
    kputsn("BAM\1", 4, &out);
    put_u32(&out, (uint32_t)strlen(header_text));
    kputs(header_text, &out);
    put_u32(&out, (uint32_t)sam_hdr_nref(header));
    for (int i = 0; i < sam_hdr_nref(header); i++) {
        const char *name = sam_hdr_tid2name(header, i);

        put_u32(&out, (uint32_t)strlen(name) + 1);
        kputsn(name, strlen(name) + 1, &out);
        put_u32(&out, (uint32_t)sam_hdr_tid2len(header, i));
    }
    *at_records = ks_len(&out);
    kputsn((const char *)records, n_records, &out);
    free(records);
    sam_hdr_destroy(header);
    *n = ks_len(&out);
    return (uint8_t *)ks_release(&out);
}
