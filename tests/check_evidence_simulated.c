/* SPDX-License-Identifier: MIT */
/* Tests of evidence_join against reads that are cut from random fusion transcripts of a
 * made-up genome, in either direction, and left by an aligner as two pieces that overlap,
 * leave bases between them, run past the break, are clipped, or contain an intron. Each of the
 * two records alone must give back what the simulation knows. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "support.h"
#include "support_random.h"
#include "support_sam.h"

enum { N_READS = 500, MAX_READ = 400 };

static const struct nft_reference *reference;
static struct nf_observations observations;
static struct nf_evidence evidence;
static uint64_t chance;

static void begin(void)
{
    nft_log_begin();
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    memset(&evidence, 0, sizeof evidence);
    ck_assert_int_eq(nf_observations_init(&observations), NF_OK);
    evidence.panel = &reference->panel;
    evidence.observations = &observations;
    evidence.only_read_group = "";
}

static void end(void)
{
    nf_evidence_free(&evidence);
    nf_observations_free(&observations);
    nft_records_forget();
    nft_log_end();
}

static int random_below(int n)
{
    return (int)nft_random(&chance, (uint32_t)n);
}

/* One alignment; ranges are of the read in transcript direction. */
struct piece {
    struct nf_locus first; /* the first aligned base, with the transcript's strand */
    int start0, end0;
    int intron_at, n_intron; /* aligned bases before an intron, and its length; 0: none */
    int edits, mapq;
};

struct simulated {
    struct nf_locus five, three; /* around the true break */
    uint32_t target;
    bool target_is_3prime, on_edges;
    int break0; /* in the read; the 3′ part begins n_gap later */
    int n_gap;
    bool along; /* the read runs along the transcript */
    int length;
    char bases[MAX_READ + 1], quality[MAX_READ + 1];
    struct piece pieces[2]; /* 5′ and 3′ */
};

static struct nf_locus moved(struct nf_locus locus, int64_t bases)
{
    locus.pos0 += bases * locus.strand;
    return locus;
}

static bool near_edge(const struct nf_locus *locus)
{
    size_t n;

    nf_annot_edges(&reference->annot, locus->contig, locus->pos0 - 60, locus->pos0 + 60, &n);
    return n > 0;
}

static struct nf_locus edge_of(const char *symbol, uint32_t exon, bool donor)
{
    const struct nf_gene *gene = &reference->annot.genes.items[nft_gene(reference, symbol)];

    return (struct nf_locus){gene->contig, gene->strand,
                             donor ? nft_donor0(reference, symbol, exon)
                                   : nft_acceptor0(reference, symbol, exon)};
}

/* Where the break lies on the target's side and on the other. */
static void choose_break(struct simulated *read)
{
    static const char *const targets[] = {"NTRK1", "NTRK2", "NTRK3"};
    static const char *const partners[] = {"ETV6", "TPM3", "LMNA", "TPR"};
    const char *symbol = targets[random_below(3)];
    const struct nf_panel_target *target;
    struct nf_locus near, far;

    read->target = nft_target(reference, symbol);
    read->target_is_3prime = random_below(3) > 0;
    read->on_edges = random_below(2) > 0;
    target = &reference->panel.targets.items[read->target];
    near = edge_of(symbol, 5 + (uint32_t)random_below(8), !read->target_is_3prime);
    far = edge_of(partners[random_below(4)], 2 + (uint32_t)random_below(5),
                  read->target_is_3prime);
    while (!read->on_edges && near_edge(&near))
        near.pos0 = target->core.start0 + 1000 +
                    random_below((int)(target->core.end0 - target->core.start0 - 2000));
    while (!read->on_edges && (far.contig != nft_contig(reference, "chr2") || near_edge(&far)))
        far = (struct nf_locus){nft_contig(reference, "chr2"),
                                (int8_t)(random_below(2) ? 1 : -1),
                                1000000 + random_below(200000000)};
    read->five = read->target_is_3prime ? far : near;
    read->three = read->target_is_3prime ? near : far;
}

/* Bases of the transcript from `first` on. */
static void put_bases(struct simulated *read, int at, struct nf_locus first, int n)
{
    int64_t start0 = first.strand > 0 ? first.pos0 : first.pos0 - n + 1;

    nft_bases(read->bases + at, first.contig, start0, n, first.strand);
}

/* Clips and bases between the parts are noise; qualities are anything. */
static void fill_read(struct simulated *read, int n5, int n3)
{
    for (int i = 0; i < read->length; i++) {
        read->bases[i] = "ACGT"[random_below(4)];
        read->quality[i] = (char)(33 + 2 + random_below(39));
    }
    put_bases(read, read->break0 - n5, moved(read->five, 1 - n5), n5);
    put_bases(read, read->break0 + read->n_gap, read->three, n3);
    read->bases[read->length] = read->quality[read->length] = '\0';
}

/* An aligner may leave an intron in the piece that is not the target's; not so near to the
 * break that both pieces claim all behind it. */
static void add_intron(struct simulated *read)
{
    struct piece *piece = &read->pieces[read->target_is_3prime ? 0 : 1];

    if (random_below(3) > 0)
        return;
    piece->intron_at = 12 + random_below(piece->end0 - piece->start0 - 24);
    piece->n_intron = 50 + random_below(3000);
    if (read->target_is_3prime) {
        piece->intron_at = piece->end0 - piece->start0 - piece->intron_at;
        piece->first = moved(piece->first, -piece->n_intron);
    }
}

static void simulate(struct simulated *read)
{
    const int n5 = 25 + random_below(60), n3 = 25 + random_below(60);
    const int clip5 = random_below(3) ? 0 : random_below(15);
    const int clip3 = random_below(3) ? 0 : random_below(15);
    int over5 = random_below(2) ? random_below(6) : 0;
    int over3 = random_below(2) ? random_below(6) : 0;

    memset(read, 0, sizeof *read);
    choose_break(read);
    read->n_gap = random_below(4) ? 0 : random_below(NF_MAX_JOIN_GAP + 1);
    if (read->n_gap > 0)
        over5 = over3 = 0;
    read->along = random_below(2) > 0;
    read->break0 = clip5 + n5;
    read->length = read->break0 + read->n_gap + n3 + clip3;
    fill_read(read, n5, n3);
    read->pieces[0] = (struct piece){.first = moved(read->five, 1 - n5),
                                     .start0 = clip5,
                                     .end0 = read->break0 + over5,
                                     .edits = random_below(4),
                                     .mapq = 4 + random_below(57)};
    read->pieces[1] = (struct piece){.first = moved(read->three, -over3),
                                     .start0 = read->break0 + read->n_gap - over3,
                                     .end0 = read->length - clip3,
                                     .edits = random_below(4),
                                     .mapq = 4 + random_below(57)};
    add_intron(read);
    if (!read->on_edges) { /* then the 5′ side keeps what both sides claim */
        read->five = moved(read->five, over5);
        read->three = moved(read->three, over5);
        read->break0 += over5;
    }
}

/* ---- as records ---- */

static int64_t last_pos0(const struct piece *piece)
{
    return moved(piece->first, piece->end0 - piece->start0 - 1 + piece->n_intron).pos0;
}

/* The CIGAR in the direction of the genome. */
static void write_cigar(const struct simulated *read, const struct piece *piece, char clip,
                        char *text, size_t size)
{
    const bool forward = piece->first.strand > 0;
    const int n = piece->end0 - piece->start0;
    const int clips[2] = {piece->start0, read->length - piece->end0};
    const int blocks[2] = {piece->intron_at, n - piece->intron_at};
    size_t at = 0;

    if (clips[!forward] > 0)
        at += (size_t)snprintf(text + at, size - at, "%d%c", clips[!forward], clip);
    if (piece->n_intron > 0)
        at += (size_t)snprintf(text + at, size - at, "%dM%dN%dM", blocks[!forward],
                               piece->n_intron, blocks[forward]);
    else
        at += (size_t)snprintf(text + at, size - at, "%dM", n);
    if (clips[forward] > 0)
        snprintf(text + at, size - at, "%d%c", clips[forward], clip);
}

static char read_strand(const struct simulated *read, const struct piece *piece)
{
    return (piece->first.strand > 0) == read->along ? '+' : '-';
}

static long long left_pos1(const struct piece *piece)
{
    return (long long)(piece->first.strand > 0 ? piece->first.pos0 : last_pos0(piece)) + 1;
}

/* SEQ or QUAL of the range, in the direction of the genome. */
static void write_range(const char *text, const struct piece *piece, int start0, int end0,
                        bool complement, char *out)
{
    const bool forward = piece->first.strand > 0;

    for (int i = start0; i < end0; i++) {
        char c = text[forward ? i : end0 - 1 - (i - start0)];

        *out++ = forward || !complement ? c : "TGCA"[strchr("ACGT", c) - "ACGT"];
    }
    *out = '\0';
}

/* The record of one piece, with soft clips and all bases or with hard clips and its own. */
static const struct nf_record *make_record(const struct simulated *read, int which, bool hard)
{
    const struct piece *own = &read->pieces[which], *other = &read->pieces[!which];
    const int start0 = hard ? own->start0 : 0, end0 = hard ? own->end0 : read->length;
    char cigar[64], other_cigar[64], bases[MAX_READ + 1], quality[MAX_READ + 1];
    const int flag = (hard ? NF_FLAG_SUPPLEMENTARY : 0) |
                     (read_strand(read, own) == '-' ? NF_FLAG_REVERSE : 0);

    write_cigar(read, own, hard ? 'H' : 'S', cigar, sizeof cigar);
    write_cigar(read, other, 'S', other_cigar, sizeof other_cigar);
    write_range(read->bases, own, start0, end0, true, bases);
    write_range(read->quality, own, start0, end0, false, quality);
    return nft_record(
        reference,
        "r\t%d\t%s\t%lld\t%d\t%s\t*\t0\t0\t%s\t%s\tNM:i:%d\tSA:Z:%s,%lld,%c,%s,%d,%d;", flag,
        reference->genome.contigs[own->first.contig].name, left_pos1(own), own->mapq, cigar,
        bases, quality, own->edits, reference->genome.contigs[other->first.contig].name,
        left_pos1(other), read_strand(read, other), other_cigar, other->mapq, other->edits);
}

/* ---- against the truth ---- */

static void assert_locus(struct nf_locus locus, struct nf_locus expected)
{
    ck_assert_int_eq(locus.contig, expected.contig);
    ck_assert_int_eq(locus.pos0, expected.pos0);
    ck_assert_int_eq(locus.strand, expected.strand);
}

/* Bases [start0, end0) as far as the record has them and their quality is not low. */
static void assert_bases(const struct simulated *read, const struct piece *stored, int start0,
                         int end0, struct nf_span found)
{
    char expected[MAX_READ + 1];

    ck_assert_uint_eq(found.n, (size_t)(end0 - start0));
    for (int i = start0; i < end0; i++) {
        bool known = (!stored || (i >= stored->start0 && i < stored->end0)) &&
                     read->quality[i] >= 33 + 10;

        expected[i - start0] = known ? read->bases[i] : 'N';
    }
    expected[end0 - start0] = '\0';
    nft_assert_span(found, expected);
}

static void assert_flanks(const struct simulated *read, const struct nf_flanks *flanks,
                          const struct piece *stored)
{
    const int start3 = read->break0 + read->n_gap;
    const char *gap = observations.bases.items + flanks->offset + flanks->n5;

    assert_bases(read, stored, read->break0 > NF_FLANK ? read->break0 - NF_FLANK : 0,
                 read->break0, nf_flank_side(&observations, flanks, 5));
    assert_bases(read, stored, start3,
                 read->length - start3 > NF_FLANK ? start3 + NF_FLANK : read->length,
                 nf_flank_side(&observations, flanks, 3));
    assert_bases(read, stored, read->break0, start3, (struct nf_span){gap, flanks->n_gap});
}

/* Where the first sequenced base would lie. */
static struct nf_locus true_start(const struct simulated *read)
{
    const struct piece *five = &read->pieces[0], *three = &read->pieces[1];
    struct nf_locus start = moved(five->first, -five->start0);

    if (read->along)
        return start;
    start = three->first;
    start.pos0 = last_pos0(three);
    start = moved(start, read->length - three->end0);
    start.strand = (int8_t)-start.strand;
    return start;
}

static void assert_join(const struct simulated *read, const struct nf_join *join,
                        const struct piece *stored)
{
    const struct piece *five = &read->pieces[0], *three = &read->pieces[1];

    ck_assert_int_eq(join->kind, NF_JOIN_SPLIT);
    ck_assert_uint_eq(join->target, read->target);
    ck_assert_int_eq(join->target_is_3prime, read->target_is_3prime);
    ck_assert(!join->intragenic);
    assert_locus(join->five, read->five);
    assert_locus(join->three, read->three);
    ck_assert_int_eq(join->n_gap, read->n_gap);
    ck_assert_int_eq(join->anchor5, read->break0 - five->start0);
    ck_assert_int_eq(join->anchor3, three->end0 - read->break0 - read->n_gap);
    ck_assert_int_eq(join->mapq5, five->mapq);
    ck_assert_int_eq(join->mapq3, three->mapq);
    ck_assert_int_eq(join->edits, five->edits + three->edits);
    assert_locus((struct nf_locus){join->start.contig, join->start.strand, join->start.pos0},
                 true_start(read));
    assert_flanks(read, &join->flanks, stored);
}

START_TEST(either_record_of_any_read_gives_the_truth)
{
    struct simulated read;
    const int primary = _i % 2;

    chance = (uint64_t)_i;
    simulate(&read);
    for (int which = 0; which < 2; which++) {
        const bool hard = which != primary;
        const struct nf_record *record = make_record(&read, which, hard);
        const unsigned classes = nf_evidence_classify(&reference->panel, record);

        ck_assert(classes & (NF_CLASS_WINDOW | NF_CLASS_NAMES));
        ck_assert_int_eq(nf_evidence_take(&evidence, record, classes), NF_OK);
        ck_assert_uint_eq(observations.joins.n, (size_t)which + 1);
        assert_join(&read, &observations.joins.items[which],
                    hard ? &read.pieces[which] : NULL);
    }
    ck_assert_uint_eq(observations.fragments.n, 1);
    ck_assert_uint_eq(observations.clips.n, 0);
    ck_assert_int_eq(evidence.n_bad_sa, 0);
}
END_TEST

Suite *evidence_simulated_suite(void)
{
    Suite *suite = suite_create("evidence_simulated");
    TCase *tcase = tcase_create("evidence_simulated");

    tcase_add_unchecked_fixture(tcase, nft_reference_load, NULL);
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, either_record_of_any_read_gives_the_truth, 0, N_READS);
    suite_add_tcase(suite, tcase);
    return suite;
}
