/* SPDX-License-Identifier: MIT */
/* Tests of evidence: which records tell anything, and the observations of records written by
 * hand. Reads cut from random transcripts: check_evidence_simulated.c. Positions are GRCh38.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "support.h"
#include "support_sam.h"

enum { WINDOW = NF_CLASS_WINDOW, NAMES = NF_CLASS_NAMES, LEARN = NF_CLASS_LEARN };

static const struct nft_reference *reference;
static struct nf_observations observations;
static struct nf_evidence evidence;

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

static unsigned classes_of(const struct nf_record *record)
{
    return nf_evidence_classify(&reference->panel, record);
}

static void take(const struct nf_record *record)
{
    ck_assert_int_eq(nf_evidence_take(&evidence, record, classes_of(record)), NF_OK);
}

/* The only join so far; forgets it. */
static struct nf_join only_join(void)
{
    ck_assert_uint_eq(observations.joins.n, 1);
    observations.joins.n = 0;
    return observations.joins.items[0];
}

static void assert_flank(const struct nf_flanks *flanks, int side, const char *bases)
{
    nft_assert_span(nf_flank_side(&observations, flanks, side), bases);
}

static void assert_locus(struct nf_locus locus, const char *contig, int64_t pos0, int strand)
{
    ck_assert_int_eq(locus.contig, nft_contig(reference, contig));
    ck_assert_int_eq(locus.pos0, pos0);
    ck_assert_int_eq(locus.strand, strand);
}

/* ---- what a record can tell ---- */

/* NTRK3 is chr15:87859751-88256739, so its window chr15:87849751-88266739 (1-based); GAPDH, a
 * control gene, chr12:6534405-6538375; ETV6 exon 5 ends at chr12:11869969. */
static const struct {
    unsigned classes;
    const char *line; /* behind QNAME */
} class_rows[] = {
    {WINDOW | LEARN, "0\tchr15\t87940753\t60\t10M\t*\t0\t0\t*\t*"},
    {WINDOW | LEARN, "1024\tchr15\t87940753\t60\t10M\t*\t0\t0\t*\t*"},
    {WINDOW | LEARN, "16\tchr15\t87849742\t60\t10M\t*\t0\t0\t*\t*"},
    {0, "0\tchr15\t87849741\t60\t10M\t*\t0\t0\t*\t*"},
    {WINDOW | LEARN, "0\tchr15\t87849741\t60\t5M1D5M\t*\t0\t0\t*\t*"},
    {0, "0\tchr15\t87849741\t60\t5M1I5M\t*\t0\t0\t*\t*"},
    {WINDOW | LEARN, "0\tchr15\t88266739\t60\t10M\t*\t0\t0\t*\t*"},
    {0, "0\tchr15\t88266740\t60\t10M\t*\t0\t0\t*\t*"},
    {0, "0\tchr14\t87940753\t60\t10M\t*\t0\t0\t*\t*"},
    {0, "0\textra\t87940\t60\t10M\t*\t0\t0\t*\t*"},
    /* by a block and not by the span: an intron over the window tells nothing of it */
    {LEARN, "0\tchr15\t87840000\t60\t5M500000N5M\t*\t0\t0\t*\t*"},
    {0, "2048\tchr15\t87840000\t60\t500000N5M\t*\t0\t0\t*\t*"},
    {0, "2048\tchr15\t87840000\t60\t5M500000N5M\t*\t0\t0\t*\t*"},
    {WINDOW | LEARN, "0\tchr15\t87840000\t60\t5M20000N5M\t*\t0\t0\t*\t*"},
    {WINDOW | LEARN, "0\tchr15\t88266730\t60\t5=20000N5X\t*\t0\t0\t*\t*"},
    {WINDOW, "2048\tchr15\t87940753\t60\t10M\t*\t0\t0\t*\t*"},
    {LEARN, "0\tchr12\t6534396\t60\t10M\t*\t0\t0\t*\t*"},
    {0, "0\tchr12\t6534395\t60\t10M\t*\t0\t0\t*\t*"},
    {LEARN, "0\tchr12\t6538375\t60\t10M\t*\t0\t0\t*\t*"},
    {0, "0\tchr12\t6538376\t60\t10M\t*\t0\t0\t*\t*"},
    {0, "2048\tchr12\t6538375\t60\t10M\t*\t0\t0\t*\t*"},
    /* records that tell nothing */
    {0, "4\tchr15\t87940753\t0\t10M\t*\t0\t0\t*\t*"},
    {0, "4\t*\t0\t0\t*\t*\t0\t0\t*\t*"},
    {0, "69\tchr15\t87940753\t0\t*\t=\t87940753\t0\t*\t*"},
    {0, "256\tchr15\t87940753\t60\t10M\t*\t0\t0\t*\t*"},
    {0, "512\tchr15\t87940753\t60\t10M\t*\t0\t0\t*\t*"},
    {0, "0\tchr15\t87940753\t60\t*\t*\t0\t0\t*\t*"},
    {NF_CLASS_POINTS,
     "256\tchr1\t1000\t60\t5S5M\t*\t0\t0\t*\t*\tSA:Z:chr15,87940753,+,5M5S,60,0;"},
    /* the mate's place */
    {NAMES, "65\tchr1\t1000\t60\t10M\tchr15\t87849751\t0\t*\t*"},
    {0, "65\tchr1\t1000\t60\t10M\tchr15\t87849750\t0\t*\t*"},
    {NAMES, "2113\tchr1\t1000\t60\t10M\tchr15\t88266739\t0\t*\t*"},
    {0, "65\tchr1\t1000\t60\t10M\tchr15\t88266740\t0\t*\t*"},
    {NAMES, "129\tchr15\t1000\t60\t10M\t=\t87940753\t0\t*\t*"},
    {0, "64\tchr1\t1000\t60\t10M\tchr15\t87940753\t0\t*\t*"},
    {0, "73\tchr1\t1000\t60\t10M\tchr15\t87940753\t0\t*\t*"},
    {0, "65\tchr1\t1000\t60\t10M\t*\t0\t0\t*\t*"},
    {WINDOW | NAMES | LEARN, "65\tchr15\t87940753\t60\t10M\t=\t87940800\t0\t*\t*"},
    /* the places of the SA tag */
    {NAMES, "0\tchr1\t1000\t60\t5S5M\t*\t0\t0\t*\t*\tSA:Z:chr15,87940753,+,5M5S,60,0;"},
    {NAMES, "2048\tchr1\t1000\t60\t5M5H\t*\t0\t0\t*\t*\tSA:Z:15,87940753,-,5M5S,60,0;"},
    {NAMES, "0\tchr1\t1000\t60\t5S5M\t*\t0\t0\t*\t*\tSA:Z:NC_000015.10,87940753,-,5M5S,60,0;"},
    {NAMES, "0\tchr1\t1000\t60\t5S5M\t*\t0\t0\t*\t*\t"
            "SA:Z:chr2,5,+,5M5S,9,0;bad;chr15,87849751,-,5M5S,60,0;"},
    {0, "0\tchr1\t1000\t60\t5S5M\t*\t0\t0\t*\t*\tSA:Z:chr15,87849750,+,5M5S,60,0;"},
    {0, "0\tchr1\t1000\t60\t5S5M\t*\t0\t0\t*\t*\tSA:Z:chr15,87940753,?,5M5S,60,0;"},
    {0, "0\tchr1\t1000\t60\t5S5M\t*\t0\t0\t*\t*\tSA:Z:"},
    {0, "0\tchr1\t1000\t60\t10M\t*\t0\t0\t*\t*\tSA:Z:chr15,87940753,+,5M5S,60,0;"},
};

START_TEST(classes_are_told_by_the_record_alone)
{
    const struct nf_record *record = nft_record(reference, "q\t%s", class_rows[_i].line);

    ck_assert_msg(classes_of(record) == class_rows[_i].classes, "%u for %s",
                  classes_of(record), class_rows[_i].line);
}
END_TEST

/* ETV6 lies on +, TPM3 on −. A clip at the right end can leave a + gene by a donor. */
static const struct {
    const char *gene;
    uint32_t exon;
    bool donor, at_right;
    int offset, n_clipped;
    char operation;
    bool is_edge;
} edge_rows[] = {
    {"ETV6", 5, true, true, 0, 8, 'S', true},    {"ETV6", 5, true, true, 0, 7, 'S', false},
    {"ETV6", 5, true, true, 8, 20, 'S', true},   {"ETV6", 5, true, true, -8, 20, 'S', true},
    {"ETV6", 5, true, true, 9, 20, 'S', false},  {"ETV6", 5, true, true, -9, 20, 'S', false},
    {"ETV6", 5, true, false, 0, 20, 'S', false}, {"ETV6", 5, true, true, 0, 20, 'H', false},
    {"ETV6", 6, false, false, 0, 20, 'S', true}, {"ETV6", 6, false, true, 0, 20, 'S', false},
    {"TPM3", 8, true, false, 0, 20, 'S', true},  {"TPM3", 8, true, true, 0, 20, 'S', false},
    {"TPM3", 8, true, false, 8, 20, 'S', true},  {"TPM3", 8, true, false, -9, 20, 'S', false},
    {"TPM3", 9, false, true, 0, 20, 'S', true},  {"TPM3", 9, false, false, 0, 20, 'S', false},
};

START_TEST(clips_at_exon_edges_are_told_by_strand)
{
    const char *symbol = edge_rows[_i].gene;
    const struct nf_gene *gene = &reference->annot.genes.items[nft_gene(reference, symbol)];
    const int64_t edge0 = edge_rows[_i].donor
                              ? nft_donor0(reference, symbol, edge_rows[_i].exon)
                              : nft_acceptor0(reference, symbol, edge_rows[_i].exon);
    const int64_t boundary0 = edge0 + edge_rows[_i].offset;
    const bool right = edge_rows[_i].at_right;
    const unsigned expected = edge_rows[_i].is_edge ? NF_CLASS_EDGE_CLIP : 0;
    char cigar[32];

    if (right)
        snprintf(cigar, sizeof cigar, "30M%d%c", edge_rows[_i].n_clipped,
                 edge_rows[_i].operation);
    else
        snprintf(cigar, sizeof cigar, "%d%c30M", edge_rows[_i].n_clipped,
                 edge_rows[_i].operation);
    for (int with_sa = 0; with_sa < 2; with_sa++) {
        const struct nf_record *record =
            nft_record(reference, "q\t0\t%s\t%lld\t60\t%s\t*\t0\t0\t*\t*%s", gene->contig_name,
                       (long long)(right ? boundary0 - 29 : boundary0) + 1, cigar,
                       with_sa ? "\tSA:Z:chr2,500,+,8M30S,60,0;" : "");

        ck_assert_uint_eq(classes_of(record), with_sa ? 0 : expected);
        take(record);
        ck_assert_uint_eq(observations.clips.n, edge_rows[_i].is_edge);
    }
}
END_TEST

/* ---- clips ---- */

/* 10 clipped, 20 aligned, 9 clipped bases. */
#define CLIPPED            \
    "ACCCGGGTTT"           \
    "ACGTTGCATGCAACGTGTCA" \
    "GGATCCTAG"

static const struct {
    const char *contig;
    int64_t pos0;
    int flag;
    /* of the clip before the aligned bases and of that behind them, transcript direction */
    const char *before5, *before3, *behind5, *behind3;
} clip_rows[] = {
    /* NTRK1 lies on +, NTRK3 on −; the direction of the read does not matter */
    {"chr1", 156874570, 0, "ACCCGGGTTT", "ACGTTGCATGCAACGTGTCAGGATCCTAG",
     "ACCCGGGTTTACGTTGCATGCAACGTGTCA", "GGATCCTAG"},
    {"chr1", 156874570, 16, "ACCCGGGTTT", "ACGTTGCATGCAACGTGTCAGGATCCTAG",
     "ACCCGGGTTTACGTTGCATGCAACGTGTCA", "GGATCCTAG"},
    {"chr15", 87940700, 0, "CTAGGATCC", "TGACACGTTGCATGCAACGTAAACCCGGGT",
     "CTAGGATCCTGACACGTTGCATGCAACGT", "AAACCCGGGT"},
    {"chr15", 87940700, 16, "CTAGGATCC", "TGACACGTTGCATGCAACGTAAACCCGGGT",
     "CTAGGATCCTGACACGTTGCATGCAACGT", "AAACCCGGGT"},
};

START_TEST(both_clips_of_a_target_read_are_taken)
{
    const bool forward = strcmp(clip_rows[_i].contig, "chr1") == 0;
    const int64_t pos0 = clip_rows[_i].pos0;

    take(nft_record(reference, "q\t%d\t%s\t%lld\t255\t10S20M9S\t*\t0\t0\t" CLIPPED "\t*",
                    clip_rows[_i].flag, clip_rows[_i].contig, (long long)pos0 + 1));
    ck_assert_uint_eq(observations.clips.n, 2);
    ck_assert_uint_eq(observations.joins.n, 0);
    for (size_t i = 0; i < 2; i++) {
        const struct nf_clip *clip = &observations.clips.items[i];
        const bool left = clip->n_clipped == 10;

        ck_assert(left || clip->n_clipped == 9);
        assert_locus(clip->locus, clip_rows[_i].contig, left ? pos0 : pos0 + 19,
                     forward ? 1 : -1);
        ck_assert_int_eq(clip->is_downstream, left != forward);
        ck_assert_int_eq(clip->anchor, 20);
        ck_assert_int_eq(clip->mapq, 60);
        ck_assert_uint_eq(clip->target, nft_target(reference, forward ? "NTRK1" : "NTRK3"));
        assert_flank(&clip->flanks, 5,
                     clip->is_downstream ? clip_rows[_i].behind5 : clip_rows[_i].before5);
        assert_flank(&clip->flanks, 3,
                     clip->is_downstream ? clip_rows[_i].behind3 : clip_rows[_i].before3);
        ck_assert_int_eq(clip->start.strand, clip_rows[_i].flag ? -1 : 1);
        ck_assert_int_eq(clip->start.pos0, clip_rows[_i].flag ? pos0 + 28 : pos0 - 10);
    }
    ck_assert_int_ne(observations.clips.items[0].n_clipped,
                     observations.clips.items[1].n_clipped);
}
END_TEST

static const struct {
    const char *cigar;
    size_t n_clips;
} clip_length_rows[] = {
    {"20M", 0},     {"13M7S", 0},    {"12M8S", 1},    {"7S5M8S", 1},    {"8S4M8S", 2},
    {"8H12M8H", 0}, {"2H10M10S", 1}, {"10M10S2H", 0}, {"5M5N5M10S", 1},
};

START_TEST(short_and_hard_clips_are_left)
{
    take(nft_record(reference, "q\t0\tchr15\t87940701\t60\t%s\t*\t0\t0\t*\t*",
                    clip_length_rows[_i].cigar));
    ck_assert_uint_eq(observations.clips.n, clip_length_rows[_i].n_clips);
}
END_TEST

START_TEST(a_clip_in_the_window_beside_the_gene_is_left)
{
    const struct nf_record *record =
        nft_record(reference, "q\t0\tchr15\t88260000\t60\t20M20S\t*\t0\t0\t*\t*");

    ck_assert_uint_eq(classes_of(record), WINDOW | LEARN);
    take(record);
    ck_assert_uint_eq(observations.clips.n, 0);
}
END_TEST

/* ---- pairs ---- */

static const struct {
    const char *line;
    int n; /* mates */
    bool is_target;
    const char *target;
} mate_rows[] = {
    {"97\tchr15\t87940601\t255\t10M\tchr12\t11869901\t0\t*\t*\tNH:i:1", 1, true, "NTRK3"},
    {"145\tchr12\t11869901\t255\t10M\tchr15\t87940601\t0\t*\t*\tNH:i:1", 1, false, "NTRK3"},
    {"65\tchr15\t87940601\t60\t10M\tchr1\t156874571\t0\t*\t*", 1, true, "NTRK3"},
    {"129\tchr1\t156874571\t60\t10M\tchr15\t87940601\t0\t*\t*", 1, true, "NTRK1"},
    /* beyond the window on the same chromosome, and just within */
    {"65\tchr15\t87940601\t60\t10M\tchr15\t88266740\t0\t*\t*", 1, true, "NTRK3"},
    {"65\tchr15\t87940601\t60\t10M\tchr15\t88266739\t0\t*\t*", 0, false, ""},
    {"65\tchr15\t88266730\t60\t10M\tchr15\t87940601\t0\t*\t*", 0, false, ""},
    {"65\tchr15\t88266740\t60\t10M\tchr15\t87940601\t0\t*\t*", 1, false, "NTRK3"},
    /* no pair to speak of */
    {"73\tchr15\t87940601\t60\t10M\tchr15\t87940601\t0\t*\t*", 0, false, ""},
    {"0\tchr15\t87940601\t60\t10M\tchr12\t11869901\t0\t*\t*", 0, false, ""},
    {"65\tchr15\t87940601\t60\t10M\t*\t0\t0\t*\t*", 0, false, ""},
    {"2113\tchr15\t87940601\t60\t10M\tchr12\t11869901\t0\t*\t*", 0, false, ""},
};

START_TEST(pairs_between_a_target_and_elsewhere)
{
    const struct nf_record *record = nft_record(reference, "q\t%s", mate_rows[_i].line);
    const struct nf_mate *mate;

    take(record);
    ck_assert_int_eq((int)observations.mates.n, mate_rows[_i].n);
    if (mate_rows[_i].n == 0)
        return;
    mate = observations.mates.items;
    ck_assert_int_eq(mate->is_target, mate_rows[_i].is_target);
    ck_assert_uint_eq(mate->target, nft_target(reference, mate_rows[_i].target));
    ck_assert_int_eq(mate->contig, record->contig);
    ck_assert_int_eq(mate->start0, record->pos0);
    ck_assert_int_eq(mate->end0, record->pos0 + 10);
    ck_assert_int_eq(mate->mate_contig, record->mate_contig);
    ck_assert_int_eq(mate->mate_pos0, record->mate_pos0);
    ck_assert_int_eq(mate->strand, record->flag & NF_FLAG_REVERSE ? -1 : 1);
    ck_assert_int_eq(mate->mate_strand, record->flag & NF_FLAG_MATE_REVERSE ? -1 : 1);
    ck_assert_int_eq(mate->mapq, 60);
    ck_assert(!mate->multi);
}
END_TEST

/* ---- fragments ---- */

START_TEST(records_of_a_fragment_share_its_properties)
{
    static const char *const lines[] = {
        "f/1\t65\tchr15\t87940601\t60\t10M\tchr12\t11869901\t0\t*\t*\tRG:Z:a\tRX:Z:TTT",
        "f/2\t1153\tchr12\t11869901\t60\t10M\tchr15\t87940601\t0\t*\t*\tRG:Z:a\tRX:Z:CCC",
        "f\t65\tchr15\t87940601\t60\t10M\tchr12\t11869901\t0\t*\t*\tRG:Z:b\tMI:Z:7",
        "f\t65\tchr15\t87940601\t60\t10M\tchr12\t11869901\t0\t*\t*",
        "g\t65\tchr15\t87940601\t60\t10M\tchr12\t11869901\t0\t*\t*\tMI:i:4711",
    };

    evidence.only_read_group = "b";
    for (size_t i = 0; i < NFT_COUNT(lines); i++)
        take(nft_record(reference, "%s", lines[i]));
    ck_assert_uint_eq(observations.fragments.n, 3);
    ck_assert_str_eq(observations.fragments.items[2].umi, "4711");
    ck_assert_str_eq(observations.fragments.items[0].name, "f");
    ck_assert(observations.fragments.items[0].is_duplicate);
    ck_assert_str_eq(observations.fragments.items[0].umi, "CCC");
    ck_assert(!observations.fragments.items[1].is_duplicate);
    ck_assert_str_eq(observations.fragments.items[1].umi, "7");
    ck_assert_uint_eq(observations.mates.items[3].fragment, 1);
}
END_TEST

/* Exons 14 and 15 of NTRK3, and the intron between them. */
START_TEST(a_target_read_tells_exons_and_introns)
{
    const int64_t donor0 = nft_donor0(reference, "NTRK3", 14);
    const int64_t acceptor0 = nft_acceptor0(reference, "NTRK3", 15);

    take(nft_record(reference, "q\t0\tchr15\t%lld\t60\t10M%lldN10M\t*\t0\t0\t*\t*",
                    (long long)acceptor0 - 9 + 1, (long long)(donor0 - acceptor0 - 1)));
    ck_assert_uint_eq(observations.joins.n, 0);
    ck_assert_uint_eq(observations.splices.n, 1);
    ck_assert_int_eq(observations.splices.items[0].donor0, donor0);
    ck_assert_int_eq(observations.splices.items[0].acceptor0, acceptor0);
    ck_assert_uint_eq(observations.covers.n, 1);
    ck_assert_uint_eq(observations.covers.items[0].exons, (uint64_t)3 << 13);
    ck_assert_uint_eq(observations.covers.items[0].terminals, 0);
    ck_assert_uint_eq(observations.covers.items[0].target, nft_target(reference, "NTRK3"));
    ck_assert(!observations.covers.items[0].is_linked);
    ck_assert_uint_eq(observations.fragments.n, 0); /* that alone names no fragment */
    take(nft_record(reference, "r\t0\tchr15\t%lld\t60\t10M8S\t*\t0\t0\t*\t*",
                    (long long)acceptor0 - 9 + 1));
    ck_assert_uint_eq(observations.covers.n, 2);
    ck_assert(observations.covers.items[1].is_linked);
    ck_assert_uint_eq(observations.fragments.n, 1);
}
END_TEST

START_TEST(a_malformed_sa_is_counted_and_harmless)
{
    take(nft_record(
        reference,
        "q\t0\tchr12\t11869960\t60\t10M10S\t*\t0\t0\t*\t*\t"
        "SA:Z:;;chr15;chr15,x,-,10M10S,60,0;chr15,87940744,-,10M9S,60,0;nowhere,5,+,"
        "10S10M,60,0;chr15,87940744,-,10M10S,60,0;chr15,5,+,,60,0"));
    ck_assert_int_eq(evidence.n_bad_sa, 5);
    assert_locus(only_join().five, "chr12", 11869968, 1);
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

/* ---- placements as good ---- */

static const struct {
    int mapq;
    const char *tags;
    int sa_mapq;
    bool multi5, multi3;
} multi_rows[] = {
    {255, "NH:i:1\t", 255, false, false},
    {3, "", 60, true, false},
    {60, "NH:i:2\t", 60, true, false},
    {60, "", 3, false, true},
    {60, "", 4, false, false},
    {0, "", 0, true, true},
};

START_TEST(placements_as_good_are_marked_by_side)
{
    struct nf_join join;

    take(nft_record(reference,
                    "r\t0\tchr12\t11869950\t%d\t20M20S\t*\t0\t0\t*\t*\t%s"
                    "SA:Z:chr15,87940734,-,20M20S,%d,2;",
                    multi_rows[_i].mapq, multi_rows[_i].tags, multi_rows[_i].sa_mapq));
    join = only_join();
    ck_assert_int_eq(join.multi5, multi_rows[_i].multi5);
    ck_assert_int_eq(join.multi3, multi_rows[_i].multi3);
    ck_assert_int_eq(join.mapq5, nf_mapq_normal((uint8_t)multi_rows[_i].mapq));
    ck_assert_int_eq(join.edits, -1);
}
END_TEST

static bool has_place(const char *contig, int64_t pos0)
{
    for (size_t i = 0; i < evidence.places.n; i++)
        if (evidence.places.items[i].contig == nft_contig(reference, contig) &&
            evidence.places.items[i].pos0 == pos0)
            return true;
    return false;
}

/* For the index road: places and pieces. */
START_TEST(places_and_pieces_are_collected_when_asked)
{
    const char *line = "q\t65\tchr12\t11869960\t60\t10M10S\tchr2\t7001\t0\t*\t*\t"
                       "SA:Z:chr15,87940744,-,10M10S,60,0;";

    take(nft_record(reference, "%s", line));
    ck_assert_uint_eq(evidence.places.n + evidence.named_pieces.n + evidence.seen_pieces.n, 0);
    evidence.collects_places = true;
    take(nft_record(reference, "%s", line));
    ck_assert_uint_eq(evidence.seen_pieces.n, 1);
    ck_assert_uint_eq(evidence.named_pieces.n, 1);
    ck_assert_int_eq(evidence.named_pieces.items[0].pos0, 87940743);
    ck_assert_int_eq(evidence.named_pieces.items[0].strand, -1);
    ck_assert_int_eq(evidence.seen_pieces.items[0].pos0, 11869959);
    ck_assert(evidence.named_pieces.items[0].read_hash ==
              evidence.seen_pieces.items[0].read_hash);
    /* the place in the target's window is read anyway */
    ck_assert(has_place("chr2", 7000) && has_place("chr12", 11869959));
    ck_assert(!has_place("chr15", 87940743));
}
END_TEST

Suite *evidence_suite(void)
{
    Suite *suite = suite_create("evidence");
    TCase *tcase = tcase_create("evidence");

    tcase_add_unchecked_fixture(tcase, nft_reference_load, NULL);
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, classes_are_told_by_the_record_alone, 0,
                        (int)NFT_COUNT(class_rows));
    tcase_add_loop_test(tcase, clips_at_exon_edges_are_told_by_strand, 0,
                        (int)NFT_COUNT(edge_rows));
    tcase_add_loop_test(tcase, both_clips_of_a_target_read_are_taken, 0,
                        (int)NFT_COUNT(clip_rows));
    tcase_add_loop_test(tcase, short_and_hard_clips_are_left, 0,
                        (int)NFT_COUNT(clip_length_rows));
    tcase_add_test(tcase, a_clip_in_the_window_beside_the_gene_is_left);
    tcase_add_loop_test(tcase, pairs_between_a_target_and_elsewhere, 0,
                        (int)NFT_COUNT(mate_rows));
    tcase_add_test(tcase, records_of_a_fragment_share_its_properties);
    tcase_add_test(tcase, a_target_read_tells_exons_and_introns);
    tcase_add_test(tcase, a_malformed_sa_is_counted_and_harmless);
    tcase_add_loop_test(tcase, placements_as_good_are_marked_by_side, 0,
                        (int)NFT_COUNT(multi_rows));
    tcase_add_test(tcase, places_and_pieces_are_collected_when_asked);
    suite_add_tcase(suite, tcase);
    return suite;
}
