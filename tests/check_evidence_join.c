/* SPDX-License-Identifier: MIT */
/* Tests of evidence_join: how two pieces of a read that meet become a join. Positions are
 * GRCh38; ETV6, NTRK1, BCAN and PEAR1 lie on +, NTRK3 on −. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "support.h"
#include "support_sam.h"

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

/* Takes the record "r <line>" into an empty store. */
static void take(const char *line)
{
    const struct nf_record *record = nft_record(reference, "r\t%s", line);

    observations.joins.n = 0;
    ck_assert_int_eq(
        nf_evidence_take(&evidence, record, nf_evidence_classify(&reference->panel, record)),
        NF_OK);
}

static struct nf_join only_join(const char *line)
{
    take(line);
    ck_assert_msg(observations.joins.n == 1, "%zu joins for %s", observations.joins.n, line);
    return observations.joins.items[0];
}

static void assert_flanks(const struct nf_join *join, const char *five, const char *three)
{
    nft_assert_span(nf_flank_side(&observations, &join->flanks, 5), five);
    nft_assert_span(nf_flank_side(&observations, &join->flanks, 3), three);
}

/* "chr12:11869969:+", as people write it. */
static void assert_locus(struct nf_locus locus, const char *expected)
{
    char text[64];

    snprintf(text, sizeof text, "%s:%lld:%c", reference->genome.contigs[locus.contig].name,
             (long long)locus.pos0 + 1, locus.strand > 0 ? '+' : '-');
    ck_assert_str_eq(text, expected);
}

/* ---- orientation ---- */

/* Contigs by index. */
enum { CHR1 = 0, CHR2 = 1, CHR12 = 11, CHR15 = 14 };

/* Exon edges, 0-based. */
#define ETV6_DONOR5 11869968
#define ETV6_ACCEPTOR6 11884444
#define NTRK3_DONOR14 88032856
#define NTRK3_ACCEPTOR15 87940752
#define NTRK1_DONOR11 156875007
#define NTRK1_ACCEPTOR12 156875519
#define NTRK1_ACCEPTOR13 156876079

enum { NOTHING = 0, THREE = 1, FIVE = 2, INTRAGENIC = 4 };

/* Meetings of a read along the transcript that carries `target` (where both directions name a
 * target and neither is the right one: as the lower place is met first). */
static const struct {
    struct nf_locus before, after;
    int32_t n_overlap;
    bool is_n_gap;
    const char *target;
    int expected;
} meeting_rows[] = {
    {{CHR12, 1, ETV6_DONOR5}, {CHR15, -1, NTRK3_ACCEPTOR15}, 0, false, "NTRK3", THREE},
    {{CHR15, -1, NTRK3_DONOR14}, {CHR12, 1, ETV6_ACCEPTOR6}, 0, false, "NTRK3", FIVE},
    {{CHR12, -1, ETV6_DONOR5}, {CHR15, -1, NTRK3_ACCEPTOR15}, 0, false, "NTRK3", THREE},
    {{CHR15, -1, NTRK3_DONOR14}, {CHR12, -1, ETV6_DONOR5}, 0, false, "NTRK3", FIVE},
    {{CHR2, 1, 1000}, {CHR1, 1, NTRK1_ACCEPTOR12}, 0, false, "NTRK1", THREE},
    {{CHR2, -1, 1000}, {CHR1, 1, NTRK1_ACCEPTOR12 + 10}, 0, false, "NTRK1", THREE},
    {{CHR1, 1, NTRK1_DONOR11}, {CHR2, 1, 1000}, 0, false, "NTRK1", FIVE},
    /* two targets: the sense one on the 3′ side */
    {{CHR1, 1, NTRK1_DONOR11}, {CHR15, -1, NTRK3_ACCEPTOR15}, 0, false, "NTRK3", THREE},
    {{CHR15, -1, NTRK3_DONOR14}, {CHR1, 1, NTRK1_ACCEPTOR12}, 0, false, "NTRK1", THREE},
    /* two targets head to head and tail to tail: one molecule has one reading */
    {{CHR1, 1, NTRK1_DONOR11}, {CHR15, 1, NTRK3_ACCEPTOR15}, 0, false, "NTRK1", FIVE},
    {{CHR1, -1, NTRK1_ACCEPTOR12}, {CHR15, -1, NTRK3_ACCEPTOR15}, 0, false, "NTRK3", THREE},
    /* inside one target: skips, steps back, inversions */
    {{CHR1, 1, NTRK1_DONOR11}, {CHR1, 1, NTRK1_ACCEPTOR13}, 0, false, "NTRK1", INTRAGENIC},
    {{CHR1, 1, NTRK1_DONOR11}, {CHR1, 1, NTRK1_ACCEPTOR13}, 0, true, "NTRK1", INTRAGENIC},
    {{CHR1, 1, NTRK1_DONOR11}, {CHR1, 1, 156864353}, 0, false, "NTRK1", INTRAGENIC},
    {{CHR15, -1, NTRK3_ACCEPTOR15}, {CHR15, -1, NTRK3_DONOR14}, 0, false, "NTRK3", INTRAGENIC},
    {{CHR1, 1, NTRK1_DONOR11}, {CHR1, -1, 156876100}, 0, false, "NTRK1", INTRAGENIC},
    {{CHR1, -1, NTRK1_DONOR11}, {CHR1, 1, 156876100}, 0, false, "NTRK1", INTRAGENIC},
    /* ordinary splicing, deletions */
    {{CHR1, 1, NTRK1_DONOR11}, {CHR1, 1, NTRK1_ACCEPTOR12}, 0, false, "NTRK1", NOTHING},
    {{CHR1, 1, NTRK1_DONOR11}, {CHR1, 1, NTRK1_ACCEPTOR12}, 0, true, "NTRK1", NOTHING},
    {{CHR1, 1, NTRK1_DONOR11 + 2},
     {CHR1, 1, NTRK1_ACCEPTOR12 - 1},
     3,
     false,
     "NTRK1",
     NOTHING},
    {{CHR15, -1, NTRK3_DONOR14}, {CHR15, -1, NTRK3_ACCEPTOR15}, 0, false, "NTRK3", NOTHING},
    {{CHR1, 1, NTRK1_DONOR11 - 5}, {CHR1, 1, NTRK1_ACCEPTOR13}, 0, true, "NTRK1", NOTHING},
    {{CHR1, 1, NTRK1_DONOR11 - 50}, {CHR1, 1, NTRK1_DONOR11 - 9}, 0, true, "NTRK1", NOTHING},
    {{CHR1, 1, NTRK1_DONOR11 - 50}, {CHR1, 1, NTRK1_DONOR11 - 9}, 0, false, "NTRK1", NOTHING},
    /* another isoform's first exons, before those of the main transcript */
    {{CHR1, 1, 156842192}, {CHR1, 1, 156864353}, 0, true, "NTRK1", NOTHING},
    {{CHR1, 1, 156842192}, {CHR1, 1, 156864353}, 0, false, "NTRK1", NOTHING},
    {{CHR1, 1, 156842192 + 2}, {CHR1, 1, 156864353}, 2, false, "NTRK1", NOTHING},
    /* no target at all */
    {{CHR12, 1, ETV6_DONOR5}, {CHR2, 1, 1000}, 0, false, "NTRK3", NOTHING},
    {{CHR15, -1, 88260000}, {CHR2, 1, 1000}, 0, false, "NTRK3", NOTHING},
    /* read bases that both pieces claim, or neither */
    {{CHR2, 1, 1000}, {CHR1, 1, 156875600}, 40, false, "NTRK1", THREE},
    {{CHR2, 1, 1000}, {CHR1, 1, 156875600}, 41, false, "NTRK1", NOTHING},
    {{CHR2, 1, 1000}, {CHR1, 1, 156875600}, -25, false, "NTRK1", THREE},
    {{CHR2, 1, 1000}, {CHR1, 1, 156875600}, -26, false, "NTRK1", NOTHING},
};

static struct nf_locus turned(struct nf_locus locus)
{
    locus.strand = (int8_t)-locus.strand;
    return locus;
}

static void assert_same_locus(struct nf_locus a, struct nf_locus b)
{
    ck_assert_int_eq(nf_locus_compare(&a, &b), 0);
}

/* A read that runs the other way meets the same places in the other order. */
START_TEST(both_directions_of_a_read_say_the_same)
{
    const struct nf_meeting along = {meeting_rows[_i].before, meeting_rows[_i].after,
                                     meeting_rows[_i].n_overlap, meeting_rows[_i].is_n_gap};
    const struct nf_meeting against = {turned(along.after), turned(along.before),
                                       along.n_overlap, along.is_n_gap};
    const int expected = meeting_rows[_i].expected;
    const int32_t n_overlap = along.n_overlap > 0 ? along.n_overlap : 0;
    struct nf_join joins[2];
    int32_t n_shifts[2] = {-1, -1};
    bool is_flipped[2];

    memset(joins, 0, sizeof joins);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(nf_evidence_orient(&reference->panel, &evidence.ids,
                                            i ? &against : &along, &joins[i], &n_shifts[i],
                                            &is_flipped[i]),
                         expected != NOTHING);
    if (expected == NOTHING)
        return;
    assert_same_locus(joins[0].five, joins[1].five);
    assert_same_locus(joins[0].three, joins[1].three);
    ck_assert_int_eq(n_shifts[0], n_shifts[1]);
    ck_assert(!is_flipped[0] && is_flipped[1]);
    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(joins[i].target, nft_target(reference, meeting_rows[_i].target));
        ck_assert_int_eq(joins[i].intragenic, expected == INTRAGENIC);
        ck_assert_int_eq(joins[i].target_is_3prime, expected != FIVE);
        ck_assert_int_eq(joins[i].n_gap, along.n_overlap < 0 ? -along.n_overlap : 0);
    }
    ck_assert_int_eq(joins[0].five.pos0, along.before.pos0);
    ck_assert_int_eq(joins[0].three.pos0,
                     along.after.pos0 + (int64_t)n_overlap * along.after.strand);
}
END_TEST

/* ETV6::NTRK3 with read bases that fit both sides: the break is put on exon edges. */
static const struct {
    int beyond5, beyond3; /* nt by which the pieces run past the break */
    int off;              /* nt by which the true break lies off the edges of both genes */
    int five, three;      /* of the result, nt off the edges */
} edge_rows[] = {
    {0, 0, 0, 0, 0},   {3, 0, 0, 0, 0},    {0, 3, 0, 0, 0},    {2, 4, 0, 0, 0},
    {20, 20, 0, 0, 0}, {0, 3, 20, 20, 20}, {3, 0, 20, 23, 23}, {2, 3, 20, 22, 22},
};

START_TEST(overlaps_are_moved_to_exon_edges)
{
    const int five = edge_rows[_i].off + edge_rows[_i].beyond5;
    const int three = edge_rows[_i].off - edge_rows[_i].beyond3;
    const struct nf_meeting meeting = {{CHR12, 1, ETV6_DONOR5 + five},
                                       {CHR15, -1, NTRK3_ACCEPTOR15 - three},
                                       edge_rows[_i].beyond5 + edge_rows[_i].beyond3,
                                       false};
    struct nf_join join;
    int32_t n_shift;
    bool is_flipped;

    memset(&join, 0, sizeof join);
    ck_assert(nf_evidence_orient(&reference->panel, &evidence.ids, &meeting, &join, &n_shift,
                                 &is_flipped));
    ck_assert_int_eq(join.five.pos0 - ETV6_DONOR5, edge_rows[_i].five);
    ck_assert_int_eq(NTRK3_ACCEPTOR15 - join.three.pos0, edge_rows[_i].three);
    ck_assert_int_eq(n_shift, five - edge_rows[_i].five);
}
END_TEST

/* One side only can be on an edge: the target's, be it 3′ or 5′. */
START_TEST(the_edge_of_the_target_comes_first)
{
    const struct nf_meeting three = {
        {CHR12, 1, ETV6_DONOR5 + 4}, {CHR15, -1, NTRK3_ACCEPTOR15 + 1}, 6, false};
    const struct nf_meeting five = {
        {CHR15, -1, NTRK3_DONOR14 - 4}, {CHR12, 1, ETV6_ACCEPTOR6 - 1}, 6, false};
    struct nf_join join;
    int32_t n_shift;
    bool is_flipped;

    memset(&join, 0, sizeof join);
    ck_assert(nf_evidence_orient(&reference->panel, &evidence.ids, &three, &join, &n_shift,
                                 &is_flipped));
    assert_locus(join.three, "chr15:87940753:-");
    assert_locus(join.five, "chr12:11869968:+");
    ck_assert(nf_evidence_orient(&reference->panel, &evidence.ids, &five, &join, &n_shift,
                                 &is_flipped));
    assert_locus(join.five, "chr15:88032857:-");
    assert_locus(join.three, "chr12:11884446:+");
}
END_TEST

/* ---- split reads ---- */

/* 20 bases of ETV6 up to the end of exon 5, 20 of NTRK3 from exon 15 on, in transcript
 * direction. */
#define FIVE20 "CATCGATTAGACCTGGTGCA"
#define THREE20 "TGCCATGAACGATGACCGTA"
#define FIVE20_TURNED "TGCACCAGGTCTAATCGATG"
#define THREE20_TURNED "TACGGTCATCGTTCATGGCA"

#define SPLIT_ROW(flag12, flag15, clip, seq12, seq15, strand12, strand15)       \
    {                                                                           \
        flag12 "\tchr12\t11869950\t60\t20M20" clip "\t*\t0\t0\t" seq12          \
               "\t*\tNM:i:1\tSA:Z:chr15,87940734," strand15 ",20M20S,50,2;",    \
            flag15 "\tchr15\t87940734\t50\t20M20" clip "\t*\t0\t0\t" seq15      \
                   "\t*\tNM:i:2\tSA:Z:chr12,11869950," strand12 ",20M20S,60,1;" \
    }

/* The two records of one read, either of which may be all that is left. The last two rows are
 * reads of a fragment turned against the transcript. */
static const char *const split_rows[][2] = {
    SPLIT_ROW("0", "2064", "S", FIVE20 THREE20, THREE20_TURNED FIVE20_TURNED, "+", "-"),
    SPLIT_ROW("2048", "16", "S", FIVE20 THREE20, THREE20_TURNED FIVE20_TURNED, "+", "-"),
    SPLIT_ROW("16", "2048", "S", FIVE20 THREE20, THREE20_TURNED FIVE20_TURNED, "-", "+"),
    SPLIT_ROW("2064", "0", "S", FIVE20 THREE20, THREE20_TURNED FIVE20_TURNED, "-", "+"),
};

START_TEST(either_record_of_a_split_read_is_enough)
{
    const bool sense = _i < 2;

    for (int i = 0; i < 2; i++) {
        const struct nf_join join = only_join(split_rows[_i][i]);

        ck_assert_int_eq(join.kind, NF_JOIN_SPLIT);
        ck_assert(join.target_is_3prime && !join.intragenic);
        ck_assert_uint_eq(join.target, nft_target(reference, "NTRK3"));
        assert_locus(join.five, "chr12:11869969:+");
        assert_locus(join.three, "chr15:87940753:-");
        ck_assert_int_eq(join.anchor5, 20);
        ck_assert_int_eq(join.anchor3, 20);
        ck_assert_int_eq(join.mapq5, 60);
        ck_assert_int_eq(join.mapq3, 50);
        ck_assert_int_eq(join.edits, 3);
        ck_assert_int_eq(join.n_gap, 0);
        ck_assert_int_eq(join.start.contig, sense ? CHR12 : CHR15);
        ck_assert_int_eq(join.start.pos0, sense ? 11869949 : 87940733);
        ck_assert_int_eq(join.start.strand, 1);
        ck_assert_int_eq(join.mate_start.contig, -1);
        assert_flanks(&join, FIVE20, THREE20);
    }
    ck_assert_uint_eq(observations.clips.n, 0);
}
END_TEST

/* What a supplementary record lacks is not known; nor are bases of low quality. */
static const struct {
    const char *line;
    const char *five, *three;
} flank_rows[] = {
    {"0\tchr12\t11869950\t60\t20M20H\t*\t0\t0\t" FIVE20
     "\t*\tSA:Z:chr15,87940734,-,20M20S,50,2;",
     FIVE20, "NNNNNNNNNNNNNNNNNNNN"},
    {"2064\tchr15\t87940734\t60\t20M20H\t*\t0\t0\t" THREE20_TURNED
     "\t*\tSA:Z:chr12,11869950,+,20M20S,50,2;",
     "NNNNNNNNNNNNNNNNNNNN", THREE20},
    {"2048\tchr15\t87940734\t60\t20M20H\t*\t0\t0\t" THREE20_TURNED
     "\t*\tSA:Z:chr12,11869950,-,20M20S,50,2;",
     "NNNNNNNNNNNNNNNNNNNN", THREE20},
    /* '+' is quality 10, '*' 9 */
    {"0\tchr12\t11869950\t60\t20M20S\t*\t0\t0\t" FIVE20 THREE20
     "\t*++++++++++++++++++++*++++++++++++++++*+\tSA:Z:chr15,87940734,-,20M20S,50,2;",
     "NATCGATTAGACCTGGTGCA", "TNCCATGAACGATGACCGNA"},
    {"0\tchr12\t11869950\t60\t20M20S\t*\t0\t0\tCATCGATTAGACCTGGTGNA" THREE20
     "\t*\tSA:Z:chr15,87940734,-,20M20S,50,2;",
     "CATCGATTAGACCTGGTGNA", THREE20},
    {"0\tchr12\t11869950\t60\t20M20S\t*\t0\t0\t*\t*\tSA:Z:chr15,87940734,-,20M20S,50,2;", "",
     ""},
    /* clips at both ends are read bases too */
    {"0\tchr12\t11869950\t60\t2S20M20S\t*\t0\t0\tGG" FIVE20 THREE20
     "\t*\tSA:Z:chr15,87940735,-,1S19M22S,50,2;",
     "GG" FIVE20, THREE20},
};

START_TEST(flanks_hold_what_is_known)
{
    const struct nf_join join = only_join(flank_rows[_i].line);

    assert_locus(join.five, "chr12:11869969:+");
    assert_locus(join.three, "chr15:87940753:-");
    assert_flanks(&join, flank_rows[_i].five, flank_rows[_i].three);
}
END_TEST

/* Three bases between the pieces belong to neither; they stand in the order of the transcript.
 */
START_TEST(bases_between_the_pieces_are_kept)
{
    static const char *const lines[] = {
        "0\tchr12\t11869950\t60\t20M23S\t*\t0\t0\t" FIVE20 "GGT" THREE20
        "\t*\tSA:Z:chr15,87940734,-,20M23S,50,2;",
        "0\tchr15\t87940734\t60\t20M23S\t*\t0\t0\t" THREE20_TURNED "ACC" FIVE20_TURNED
        "\t*\tSA:Z:chr12,11869950,-,20M23S,50,2;",
    };
    const struct nf_join join = only_join(lines[_i]);

    assert_flanks(&join, FIVE20, THREE20);
    ck_assert_int_eq(join.n_gap, 3);
    ck_assert_int_eq(join.flanks.n_gap, 3);
    ck_assert_int_eq(
        memcmp(observations.bases.items + join.flanks.offset + join.flanks.n5, "GGT", 3), 0);
}
END_TEST

/* A long read in three alignments. */
START_TEST(pieces_of_a_chain_are_met_one_after_the_other)
{
    take("0\tchr12\t11869950\t60\t30S20M30S\t*\t0\t0\t*\t*\t"
         "SA:Z:chr15,87940724,-,30M50S,60,0;chr12,11853532,+,30M50S,60,0;");
    ck_assert_uint_eq(observations.joins.n, 1);
    assert_locus(observations.joins.items[0].five, "chr12:11869969:+");
    assert_locus(observations.joins.items[0].three, "chr15:87940753:-");
    take("0\tchr2\t1001\t60\t30S20M30S\t*\t0\t0\t*\t*\t"
         "SA:Z:chr15,87940724,-,30M50S,60,0;chr1,156874979,+,30M50S,60,0;");
    ck_assert_uint_eq(observations.joins.n, 2);
    assert_locus(observations.joins.items[0].five, "chr1:156875008:+");
    assert_locus(observations.joins.items[0].three, "chr2:1001:+");
    ck_assert(!observations.joins.items[0].target_is_3prime);
    assert_locus(observations.joins.items[1].five, "chr2:1020:+");
    assert_locus(observations.joins.items[1].three, "chr15:87940753:-");
    ck_assert_int_eq(observations.joins.items[1].anchor5, 20);
    ck_assert_int_eq(observations.joins.items[1].anchor3, 30);
}
END_TEST

/* minimap2 sums an alignment with an intron up in SA: matches, then one deletion or insertion.
 */
START_TEST(summed_up_alignments_end_where_the_whole_ones_do)
{
    static const char *const lines[] = {
        "0\tchr12\t11853542\t60\t20M16369N20M2I19M39S\t*\t0\t0\t*\t*\t"
        "SA:Z:chr15,87940715,-,39M61S,60,0;",
        "2064\tchr15\t87940715\t60\t39M61H\t*\t0\t0\t*\t*\t"
        "SA:Z:chr12,11853542,+,61M16367D39S,60,0;",
        "0\tchr12\t11869910\t60\t30M2I30M38S\t*\t0\t0\t*\t*\t"
        "SA:Z:chr15,87940716,-,38M62S,60,0;",
        "2064\tchr15\t87940716\t60\t38M62H\t*\t0\t0\t*\t*\t"
        "SA:Z:chr12,11869910,+,60M2I38S,60,0;",
        "16\tchr12\t11869910\t60\t30M2I30M38S\t*\t0\t0\t*\t*\t"
        "SA:Z:chr15,87940716,+,38M62S,60,0;",
        "2048\tchr15\t87940716\t60\t38M62H\t*\t0\t0\t*\t*\t"
        "SA:Z:chr12,11869910,-,60M2I38S,60,0;",
    };
    const struct nf_join join = only_join(lines[_i]);

    assert_locus(join.five, "chr12:11869969:+");
    assert_locus(join.three, "chr15:87940753:-");
    ck_assert_int_eq(join.n_gap, 0);
    ck_assert_int_eq(join.start.pos0, _i < 2               ? 11853541
                                      : _i == 4 || _i == 5 ? 87940715
                                                           : 11869909);
}
END_TEST

/* ---- introns that leave the target ---- */

static const struct {
    long long pos1;
    const char *cigar;
    const char *contig;
    const char *five, *three; /* NULL: no join */
    bool target_is_3prime, intragenic;
} gap_rows[] = {
    /* BCAN and intergenic places upstream of NTRK1, PEAR1 downstream */
    {156658714, "20M216172N20M", "chr1", "chr1:156658733:+", "chr1:156874906:+", true, false},
    {156880138, "20M23760N20M", "chr1", "chr1:156880157:+", "chr1:156903918:+", false, false},
    {156804981, "20M69905N20M", "chr1", "chr1:156805000:+", "chr1:156874906:+", true, false},
    {87940734, "20M359247N20M", "chr15", "chr15:88300001:-", "chr15:87940753:-", true, false},
    {87840001, "20M100713N20M", "chr15", "chr15:87940734:-", "chr15:87840020:-", false, false},
    /* ordinary splicing, and with it a way out */
    {156874607, "20M279N20M", "chr1", NULL, NULL, false, false},
    {156658714, "20M216172N103M511N20M", "chr1", "chr1:156658733:+", "chr1:156874906:+", true,
     false},
    {156842174, "20M22160N20M", "chr1", NULL, NULL, false, false},
    /* new introns inside the target and its window, also from the antisense gene there */
    {156874601, "20M300N20M", "chr1", NULL, NULL, false, false},
    {156850001, "20M24885N20M", "chr1", NULL, NULL, false, false},
    {156806101, "20M68785N20M", "chr1", NULL, NULL, false, false},
    {156860100, "20M14786N20M", "chr1", NULL, NULL, false, false},
    /* a skipped exon */
    {156874989, "20M1071N20M", "chr1", "chr1:156875008:+", "chr1:156876080:+", true, true},
};

START_TEST(introns_count_where_they_leave_the_target)
{
    for (int flag = 0; flag <= 16; flag += 16) {
        char line[128];

        snprintf(line, sizeof line, "%d\t%s\t%lld\t60\t%s\t*\t0\t0\t*\t*\tNM:i:2", flag,
                 gap_rows[_i].contig, gap_rows[_i].pos1, gap_rows[_i].cigar);
        take(line);
        if (!gap_rows[_i].five) {
            ck_assert_uint_eq(observations.joins.n, 0);
            continue;
        }
        ck_assert_uint_eq(observations.joins.n, 1);
        assert_locus(observations.joins.items[0].five, gap_rows[_i].five);
        assert_locus(observations.joins.items[0].three, gap_rows[_i].three);
        ck_assert_int_eq(observations.joins.items[0].kind, NF_JOIN_N_GAP);
        ck_assert_int_eq(observations.joins.items[0].target_is_3prime,
                         gap_rows[_i].target_is_3prime);
        ck_assert_int_eq(observations.joins.items[0].intragenic, gap_rows[_i].intragenic);
        ck_assert_int_eq(observations.joins.items[0].edits, 2);
    }
}
END_TEST

Suite *evidence_join_suite(void)
{
    Suite *suite = suite_create("evidence_join");
    TCase *tcase = tcase_create("evidence_join");

    tcase_add_unchecked_fixture(tcase, nft_reference_load, NULL);
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, both_directions_of_a_read_say_the_same, 0,
                        (int)NFT_COUNT(meeting_rows));
    tcase_add_loop_test(tcase, overlaps_are_moved_to_exon_edges, 0, (int)NFT_COUNT(edge_rows));
    tcase_add_test(tcase, the_edge_of_the_target_comes_first);
    tcase_add_loop_test(tcase, either_record_of_a_split_read_is_enough, 0,
                        (int)NFT_COUNT(split_rows));
    tcase_add_loop_test(tcase, flanks_hold_what_is_known, 0, (int)NFT_COUNT(flank_rows));
    tcase_add_loop_test(tcase, bases_between_the_pieces_are_kept, 0, 2);
    tcase_add_test(tcase, pieces_of_a_chain_are_met_one_after_the_other);
    tcase_add_loop_test(tcase, summed_up_alignments_end_where_the_whole_ones_do, 0, 6);
    tcase_add_loop_test(tcase, introns_count_where_they_leave_the_target, 0,
                        (int)NFT_COUNT(gap_rows));
    suite_add_tcase(suite, tcase);
    return suite;
}
