/* SPDX-License-Identifier: MIT */
/* support_quality: whole libraries made up, and what was learned of them as text. */
#include "support_quality.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <htslib/kstring.h>

#include "support.h"
#include "support_random.h"

enum { READ_LENGTH = 75, SPREAD = 100, BAIT_MARGIN = 150, TAG_LENGTH = 300 };

struct nft_quality_bench nft_quality;

void nft_quality_begin(void)
{
    nft_log_begin();
    memset(&nft_quality, 0, sizeof nft_quality);
    nft_quality.reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    nft_quality.sample = (struct nf_sample){.is_paired = true, .library = NF_LIBRARY_WTS};
    ck_assert_int_eq(nf_quality_begin(&nft_quality.sums, &nft_quality.reference->panel),
                     NF_OK);
}

void nft_quality_end(void)
{
    nf_quality_free(&nft_quality.quality);
    nf_quality_free(&nft_quality.quality);
    nf_quality_sums_free(&nft_quality.sums);
    nf_quality_sums_free(&nft_quality.sums);
    nft_records_forget();
    ck_assert_str_eq(nft_log_text(), "");
    nft_log_end();
}

void nft_quality_add(const struct nf_record *record)
{
    ck_assert_int_eq(nf_quality_add(&nft_quality.sums, record), NF_OK);
}

void nft_quality_conclude(void)
{
    ck_assert_int_eq(
        nf_quality_conclude(&nft_quality.sums, &nft_quality.sample, &nft_quality.quality),
        NF_OK);
}

struct nf_control_sums *nft_quality_control(const char *symbol)
{
    uint32_t gene = nft_gene(nft_quality.reference, symbol);

    for (size_t i = 0; i < nft_quality.sums.controls.n; i++)
        if (nft_quality.sums.controls.items[i].gene == gene)
            return &nft_quality.sums.controls.items[i];
    ck_abort_msg("%s is no control gene", symbol);
}

/* A read as it lies on the genome. */
struct placed {
    int64_t pos0, end0;
    char cigar[160];
};

static int64_t n_exonic(const struct nf_transcript *transcript)
{
    int64_t n = 0;

    for (uint32_t i = 0; i < transcript->n_exons; i++)
        n += transcript->exons[i].end0 - transcript->exons[i].start0;
    return n;
}

/* The exonic bases [offset, offset + READ_LENGTH), in genome order, as aligned pieces. */
static size_t cut_pieces(const struct nf_transcript *transcript, int64_t offset,
                         struct nf_exon *pieces)
{
    int64_t left = READ_LENGTH;
    size_t n = 0;

    for (uint32_t i = 0; i < transcript->n_exons && left > 0; i++) {
        const struct nf_exon *exon = &transcript->exons[i];
        int64_t length = exon->end0 - exon->start0;

        if (offset >= length) {
            offset -= length;
            continue;
        }
        pieces[n].start0 = exon->start0 + offset;
        pieces[n].end0 = pieces[n].start0 + (length - offset < left ? length - offset : left);
        left -= pieces[n].end0 - pieces[n].start0;
        offset = 0;
        n++;
    }
    ck_assert_int_eq(left, 0);
    return n;
}

/* With an N between the pieces; or the longest one, with the rest clipped. */
static void place_spliced(const struct nf_transcript *transcript, int64_t offset, bool clips,
                          struct placed *placed)
{
    struct nf_exon pieces[READ_LENGTH];
    size_t n = cut_pieces(transcript, offset, pieces), longest = 0, used = 0;
    int64_t before = 0, total = 0;

    for (size_t i = 0; i < n; i++)
        if (pieces[i].end0 - pieces[i].start0 > pieces[longest].end0 - pieces[longest].start0)
            longest = i;
    for (size_t i = 0; i < n; i++) {
        int64_t length = pieces[i].end0 - pieces[i].start0;

        before += i < longest ? length : 0;
        total += length;
        if (clips)
            continue;
        if (i > 0)
            used +=
                (size_t)snprintf(placed->cigar + used, sizeof placed->cigar - used, "%lldN",
                                 (long long)(pieces[i].start0 - pieces[i - 1].end0));
        used += (size_t)snprintf(placed->cigar + used, sizeof placed->cigar - used, "%lldM",
                                 (long long)length);
    }
    placed->pos0 = pieces[clips ? longest : 0].start0;
    placed->end0 = pieces[clips ? longest : n - 1].end0;
    if (!clips)
        return;
    int64_t after = total - before - (placed->end0 - placed->pos0);
    if (before > 0)
        used +=
            (size_t)snprintf(placed->cigar, sizeof placed->cigar, "%lldS", (long long)before);
    used += (size_t)snprintf(placed->cigar + used, sizeof placed->cigar - used, "%lldM",
                             (long long)(placed->end0 - placed->pos0));
    if (after > 0)
        snprintf(placed->cigar + used, sizeof placed->cigar - used, "%lldS", (long long)after);
}

static void place_plain(int64_t pos0, struct placed *placed)
{
    placed->pos0 = pos0;
    placed->end0 = pos0 + READ_LENGTH;
    snprintf(placed->cigar, sizeof placed->cigar, "%dM", READ_LENGTH);
}

/* The two reads of a fragment of `insert` bases, left one first. */
static void place_fragment(const struct nft_library *library, uint64_t *chance,
                           const struct nf_gene *gene, const struct nf_transcript *transcript,
                           struct placed placed[2])
{
    int64_t insert = (library->insert ? library->insert : 150) + nft_random(chance, SPREAD);
    int64_t n = n_exonic(transcript), start;

    if (library->molecules == NFT_GENOME || library->molecules == NFT_EXOME) {
        const struct nf_exon *exon =
            &transcript->exons[nft_random(chance, transcript->n_exons)];
        bool exome = library->molecules == NFT_EXOME;
        int64_t low = exome ? exon->start0 - BAIT_MARGIN : gene->start0;
        int64_t high = exome ? exon->end0 + BAIT_MARGIN - insert : gene->end0;

        start = low + (high > low ? nft_random(chance, (uint32_t)(high - low)) : 0);
        place_plain(start, &placed[0]);
        place_plain(start + insert - READ_LENGTH, &placed[1]);
        return;
    }
    if (insert > n)
        insert = n;
    start = nft_random(chance, (uint32_t)(n - insert + 1));
    if (library->molecules == NFT_TAGS && n > TAG_LENGTH) {
        int64_t room = TAG_LENGTH - insert > 0 ? TAG_LENGTH - insert : 0;
        start = gene->strand > 0 ? n - insert - nft_random(chance, (uint32_t)room + 1)
                                 : nft_random(chance, (uint32_t)room + 1);
    }
    place_spliced(transcript, start, library->molecules == NFT_RNA_CLIPPED, &placed[0]);
    place_spliced(transcript, start + insert - READ_LENGTH,
                  library->molecules == NFT_RNA_CLIPPED, &placed[1]);
}

static void add_pair(kstring_t *lines, const char *name, const char *contig,
                     const struct placed placed[2], bool left_is_read1)
{
    static const char bases[READ_LENGTH + 1] =
        "ACGTTGCAACGTTGCAACGTTGCAACGTTGCAACGTTGCAACGTTGCAACGTTGCAACGTTGCAACGTTGCAACG";

    for (int i = 0; i < 2; i++) {
        bool is_read1 = (i == 0) == left_is_read1;
        int flag = NF_FLAG_PAIRED | NF_FLAG_PROPER |
                   (i == 0 ? NF_FLAG_MATE_REVERSE : NF_FLAG_REVERSE) |
                   (is_read1 ? NF_FLAG_READ1 : NF_FLAG_READ2);
        long long length = (long long)(placed[1].end0 - placed[0].pos0);

        ck_assert_int_ge(ksprintf(lines, "%s\t%d\t%s\t%lld\t60\t%s\t=\t%lld\t%lld\t%s\t*\n",
                                  name, flag, contig, (long long)placed[i].pos0 + 1,
                                  placed[i].cigar, (long long)placed[1 - i].pos0 + 1,
                                  i == 0 ? length : -length, bases),
                         0);
    }
}

/* Views of all records of the lines. */
static void view_lines(const struct nft_reference *reference, const char *lines,
                       struct nft_library_records *records)
{
    size_t n = 0;

    records->bytes = nft_bam_bytes(reference->header, lines, &n);
    for (size_t at = 0; at < n;) {
        size_t length = nf_read_u32(records->bytes + at);
        struct nf_record record;

        ck_assert_int_eq(nf_record_from_bytes(&record, records->bytes + at + 4, length,
                                              reference->genome.n_contigs),
                         NF_OK);
        ck_assert_int_eq(nf_vec_push(&records->items, record), NF_OK);
        at += 4 + length;
    }
}

void nft_library_free(struct nft_library_records *records)
{
    nf_vec_free(&records->items);
    free(records->bytes);
    records->bytes = NULL;
}

void nft_library_make(const struct nft_reference *reference, const struct nft_library *library,
                      struct nft_library_records *records)
{
    kstring_t lines = KS_INITIALIZE;
    const struct nf_catalogue *catalogue = &reference->catalogue;
    uint64_t chance = library->chance;
    uint32_t n_genes =
        library->n_genes ? (uint32_t)library->n_genes : (uint32_t)catalogue->control_genes.n;
    int n_copies = library->n_copies ? library->n_copies : 1;

    for (int i = 0; i < library->n_fragments; i++) {
        uint32_t index =
            nft_gene(reference, catalogue->control_genes.items[nft_random(&chance, n_genes)]);
        const struct nf_gene *gene = &reference->annot.genes.items[index];
        struct placed placed[2] = {{0}};
        bool left_is_read1 =
            library->is_forward ? gene->strand > 0 : nft_random(&chance, 2) > 0;

        place_fragment(library, &chance, gene,
                       &reference->annot.transcripts.items[gene->primary], placed);
        for (int copy = 0; copy < n_copies; copy++)
            add_pair(&lines, nft_text("f%d.%d", i, copy),
                     reference->genome.contigs[gene->contig].name, placed, left_is_read1);
    }
    view_lines(reference, lines.s ? lines.s : "", records);
    ks_free(&lines);
}

/* ---- as text ---- */

static void print_control(FILE *out, const struct nf_control_sums *control)
{
    fprintf(out, "control %u records %lld fragments %lld duplicates %lld thirds",
            control->gene, (long long)control->n_records, (long long)control->n_fragments,
            (long long)control->n_duplicates);
    for (int i = 0; i < 3; i++)
        fprintf(out, " %lld", (long long)control->n_thirds[i]);
    fprintf(out, " introns %llx %llx", (unsigned long long)control->introns_spliced,
            (unsigned long long)control->introns_clipped);
    for (int which = 0; which < 2; which++) {
        fprintf(out, " sketch");
        for (size_t i = 0; i < control->sketches[which].n; i++)
            fprintf(out, " %llx", (unsigned long long)control->sketches[which].items[i]);
    }
    fputc('\n', out);
}

char *nft_quality_sums_text(const struct nf_quality_sums *sums)
{
    const int64_t counts[] = {sums->n_learning,      sums->n_target,        sums->n_control,
                              sums->n_exonic,        sums->n_with_n,        sums->n_sense,
                              sums->n_spliced_edges, sums->n_clipped_edges, sums->n_antisense,
                              sums->n_through_edges, sums->n_further};
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);

    ck_assert(out != NULL);
    fprintf(out, "quality");
    for (size_t i = 0; i < NFT_COUNT(counts); i++)
        fprintf(out, " %lld", (long long)counts[i]);
    for (size_t i = 0; i < sums->target_records.n; i++)
        fprintf(out, " target %lld", (long long)sums->target_records.items[i]);
    fputc('\n', out);
    for (size_t i = 0; i < sums->controls.n; i++)
        print_control(out, &sums->controls.items[i]);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

void nft_quality_print(FILE *out, const struct nf_quality *quality)
{
    const int64_t counts[] = {quality->n_controls_named, quality->n_controls_covered,
                              quality->n_learning,       quality->n_target,
                              quality->n_control,        quality->n_exonic,
                              quality->n_fragments,      quality->n_unique,
                              quality->n_introns,        quality->n_introns_seen,
                              quality->n_spliced_edges,  quality->n_clipped_edges,
                              quality->n_through_edges,  quality->n_sense,
                              quality->n_antisense};

    fprintf(out, "quality");
    for (size_t i = 0; i < NFT_COUNT(counts); i++)
        fprintf(out, " %lld", (long long)counts[i]);
    fprintf(out, " %.6f %.6f %.6f %.6f %s\n", quality->spliced_fraction,
            quality->splice_completion, quality->duplicate_rate, quality->three_prime_bias,
            nf_strandedness_name(quality->strandedness));
    for (size_t i = 0; i < quality->controls.n; i++) {
        const struct nf_control_quality *row = &quality->controls.items[i];

        fprintf(out, "control %u %lld %lld %lld %lld %lld %lld\n", row->gene,
                (long long)row->n_records, (long long)row->n_fragments,
                (long long)row->n_unique, (long long)row->n_introns,
                (long long)row->n_introns_spliced, (long long)row->n_introns_seen);
    }
    for (size_t i = 0; i < quality->target_records.n; i++)
        fprintf(out, "target %lld\n", (long long)quality->target_records.items[i]);
}
