/* SPDX-License-Identifier: MIT */
/* support_pairs: read pairs cut from the transcripts of a made-up genome. */
#include "support_pairs.h"

#include <check.h>
#include <htslib/kstring.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* One alignment of a read: places [from, to) of the transcript, all on one side of the break.
 */
struct piece {
    struct nf_locus left; /* leftmost base; strand of the transcript there */
    int from, to;
};

/* A read of a pair: places [from, to), along the transcript or against it. */
struct read {
    const struct nft_transcript *transcript;
    int from, to;
    bool along;
    struct piece pieces[2]; /* [0] is the primary one */
    int n_pieces;
};

static struct nf_locus at_place(const struct nft_transcript *transcript, int place)
{
    struct nf_locus locus = place < 0 ? transcript->five : transcript->three;

    locus.pos0 += (int64_t)(place < 0 ? place + 1 : place) * locus.strand;
    return locus;
}

static struct piece make_piece(const struct read *read, int from, int to)
{
    struct piece piece = {at_place(read->transcript, from), from, to};

    if (piece.left.strand < 0)
        piece.left.pos0 -= to - from - 1;
    return piece;
}

static struct read make_read(const struct nft_transcript *transcript, int from, bool along)
{
    struct read read = {transcript, from, from + NFT_READ_LENGTH, along, {{{0}, 0, 0}}, 1};
    const bool crosses = read.from < 0 && read.to > 0;
    const bool five_first = -read.from >= read.to;

    if (!crosses) {
        read.pieces[0] = make_piece(&read, read.from, read.to);
        return read;
    }
    read.n_pieces = 2; /* the longer one is primary */
    read.pieces[five_first ? 0 : 1] = make_piece(&read, read.from, 0);
    read.pieces[five_first ? 1 : 0] = make_piece(&read, 0, read.to);
    return read;
}

static bool is_reverse(const struct read *read, const struct piece *piece)
{
    return (piece->left.strand > 0) != read->along;
}

/* The CIGAR of a piece, clips as `clip`, in the direction of the genome. */
static void put_cigar(kstring_t *out, const struct read *read, const struct piece *piece,
                      char clip)
{
    const bool forward = piece->left.strand > 0;
    const int before = forward ? piece->from - read->from : read->to - piece->to;
    const int behind = forward ? read->to - piece->to : piece->from - read->from;

    if (before > 0)
        ksprintf(out, "%d%c", before, clip);
    ksprintf(out, "%dM", piece->to - piece->from);
    if (behind > 0)
        ksprintf(out, "%d%c", behind, clip);
}

/* The bases of places [from, to), in the direction of the genome at `piece`. */
static void put_bases(kstring_t *out, const struct read *read, const struct piece *piece,
                      int from, int to)
{
    const bool forward = piece->left.strand > 0;

    for (int i = from; i < to; i++) {
        struct nf_locus locus = at_place(read->transcript, forward ? i : to - 1 - (i - from));
        char base;

        nft_bases(&base, locus.contig, locus.pos0, 1, forward ? locus.strand : -locus.strand);
        kputc(base, out);
    }
}

static const char *name_of(const struct nft_sample *sample, const struct piece *piece)
{
    return sample->reference->genome.contigs[piece->left.contig].name;
}

static long long pos1_of(const struct piece *piece)
{
    return (long long)piece->left.pos0 + 1;
}

/* `mate` is NULL where there is none, here and below. */
static int flag_of(const struct read *read, const struct read *mate, int which, int extra)
{
    const int single =
        (which ? extra : 0) | (is_reverse(read, &read->pieces[which]) ? NF_FLAG_REVERSE : 0);

    if (!mate)
        return single;
    return single | NF_FLAG_PAIRED | (read->along ? NF_FLAG_READ1 : NF_FLAG_READ2) |
           (is_reverse(mate, &mate->pieces[0]) ? NF_FLAG_MATE_REVERSE : 0);
}

/* Length of the template where both mates lie on one contig, signed as SAM has it. */
static long long template_of(const struct read *read, const struct read *mate)
{
    const struct piece *own = &read->pieces[0], *other = &mate->pieces[0];
    const int64_t start0 = own->left.pos0, other_start0 = other->left.pos0;
    const int64_t end0 = start0 + own->to - own->from;
    const int64_t other_end0 = other_start0 + other->to - other->from;

    if (own->left.contig != other->left.contig)
        return 0;
    return start0 < other_start0 || (start0 == other_start0 && read->along)
               ? other_end0 - start0
               : other_start0 - end0;
}

static void add_record(struct nft_sample *sample, const char *name, const struct read *read,
                       const struct read *mate, int which)
{
    const struct piece *own = &read->pieces[which];
    const bool in_file = sample->aligner == NFT_STAR_FILE;
    const bool has_sa = read->n_pieces == 2 && sample->aligner != NFT_CLIPS && !in_file;
    const bool hard = which && !in_file;
    kstring_t line = KS_INITIALIZE;

    ksprintf(&line, "%s\t%d\t%s\t%lld\t60\t", name,
             flag_of(read, mate, which, in_file ? NF_FLAG_SECONDARY : NF_FLAG_SUPPLEMENTARY),
             name_of(sample, own), pos1_of(own));
    put_cigar(&line, read, own, hard ? 'H' : 'S');
    if (mate)
        ksprintf(&line, "\t%s\t%lld\t%lld\t", name_of(sample, &mate->pieces[0]),
                 pos1_of(&mate->pieces[0]), template_of(read, mate));
    else
        kputs("\t*\t0\t0\t", &line);
    put_bases(&line, read, own, hard ? own->from : read->from, hard ? own->to : read->to);
    kputs("\t*\tNM:i:0", &line);
    if (has_sa) {
        const struct piece *other = &read->pieces[!which];

        ksprintf(&line, "\tSA:Z:%s,%lld,%c,", name_of(sample, other), pos1_of(other),
                 is_reverse(read, other) ? '-' : '+');
        put_cigar(&line, read, other, 'S');
        kputs(",60,0;", &line);
    }
    if (sample->tags)
        kputs(sample->tags, &line);
    nft_sample_line(sample, "%s", line.s);
    ks_free(&line);
}

struct nft_transcript nft_fusion(const struct nft_reference *reference, const char *symbol5,
                                 uint32_t exon5, const char *symbol3, uint32_t exon3)
{
    const struct nf_gene *genes = reference->annot.genes.items;
    const struct nf_gene *gene5 = &genes[nft_gene(reference, symbol5)];
    const struct nf_gene *gene3 = &genes[nft_gene(reference, symbol3)];

    return (struct nft_transcript){
        {gene5->contig, gene5->strand, nft_donor0(reference, symbol5, exon5)},
        {gene3->contig, gene3->strand, nft_acceptor0(reference, symbol3, exon3)}};
}

void nft_sample_pair(struct nft_sample *sample, const char *name,
                     const struct nft_transcript *transcript, int start, int length)
{
    const struct read first = make_read(transcript, start, true);
    const struct read second = make_read(transcript, start + length - NFT_READ_LENGTH, false);
    const struct read *reads[2] = {&first, &second};
    const bool both = sample->aligner == NFT_SPLITS || sample->aligner == NFT_STAR_FILE;

    for (int i = 0; i < (sample->is_single ? 1 : 2); i++)
        for (int k = 0; k < (both ? reads[i]->n_pieces : 1); k++)
            add_record(sample, name, reads[i], sample->is_single ? NULL : reads[!i], k);
}

void nft_sample_line(struct nft_sample *sample, const char *format, ...)
{
    kstring_t text = KS_INITIALIZE;
    struct nft_line line;
    struct nf_span rest, fields[4];
    va_list arguments;

    va_start(arguments, format);
    ck_assert_int_ge(kvsprintf(&text, format, arguments), 0);
    va_end(arguments);
    rest = nf_span_of(text.s);
    for (int i = 0; i < 4; i++)
        ck_assert(nf_span_cut(&rest, '\t', &fields[i]));
    line.contig = nf_genome_find(&sample->reference->genome, fields[2]);
    ck_assert_int_eq(nf_span_int(fields[3], 0, INT64_MAX, &line.pos0), NF_OK);
    line.text = ks_release(&text);
    ck_assert_int_eq(nf_vec_push(&sample->lines, line), NF_OK);
}

static int compare_lines(const void *a, const void *b)
{
    const struct nft_line *x = a, *y = b;

    if (x->contig != y->contig)
        return (uint32_t)x->contig < (uint32_t)y->contig ? -1 : 1;
    if (x->pos0 != y->pos0)
        return x->pos0 < y->pos0 ? -1 : 1;
    return strcmp(x->text, y->text);
}

char *nft_sample_text(const struct nft_sample *sample)
{
    kstring_t out = KS_INITIALIZE;

    ck_assert_int_eq(ks_resize(&out, 1), 0);
    out.s[0] = '\0';
    for (size_t i = 0; i < sample->lines.n; i++)
        ksprintf(&out, "%s\n", sample->lines.items[i].text);
    return ks_release(&out);
}

char *nft_sample_sorted(struct nft_sample *sample)
{
    if (sample->lines.n > 0)
        qsort(sample->lines.items, sample->lines.n, sizeof *sample->lines.items,
              compare_lines);
    return nft_sample_text(sample);
}

void nft_sample_free(struct nft_sample *sample)
{
    for (size_t i = 0; i < sample->lines.n; i++)
        free(sample->lines.items[i].text);
    nf_vec_free(&sample->lines);
}
