/* SPDX-License-Identifier: MIT */
/* Tests of align. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/align.h"
#include "support.h"
#include "support_sam.h"

static const struct nft_reference *reference;
static struct nf_chain chain;

static void begin(void)
{
    nft_log_begin();
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
}

static void end(void)
{
    nf_chain_free(&chain);
    nft_records_forget();
    nft_log_end();
}

/* What is the same whichever alignment is the record: "0+[100-110/0-10 200-220/10-30]" for
 * each alignment, with a ';' between two. */
static const char *places_text(void)
{
    const char *text = "";

    for (size_t i = 0; i < chain.alignments.n; i++) {
        const struct nf_alignment *item = &chain.alignments.items[i];

        text = nft_text("%s%s%d%c[", text, i ? ";" : "", item->contig,
                        item->strand > 0 ? '+' : '-');
        for (size_t j = 0; j < item->n_blocks; j++) {
            const struct nf_block *block = &chain.blocks.items[item->first_block + j];

            text =
                nft_text("%s%s%lld-%lld/%d-%d", text, j ? " " : "", (long long)block->start0,
                         (long long)block->end0, block->read_start0, block->read_end0);
        }
        text = nft_text("%s]", text);
    }
    return text;
}

/* ---- one record ---- */

/* A record at contig 0, position 101 (1-based); clips are "start,end,soft start,soft end". */
static const struct {
    const char *cigar;
    int32_t read_length;
    const char *forward, *forward_clips, *reverse, *reverse_clips;
} cigar_rows[] = {
    {"10M", 10, "0+[100-110/0-10]", "0,0,0,0", "0-[100-110/0-10]", "0,0,0,0"},
    {"4=1X5=", 10, "0+[100-110/0-10]", "0,0,0,0", "0-[100-110/0-10]", "0,0,0,0"},
    {"3S10M2S", 15, "0+[100-110/3-13]", "3,2,3,2", "0-[100-110/2-12]", "2,3,2,3"},
    {"3H10M2S", 15, "0+[100-110/3-13]", "3,2,0,2", "0-[100-110/2-12]", "2,3,2,0"},
    {"1H3S10M2S4H", 20, "0+[100-110/4-14]", "4,6,3,2", "0-[100-110/6-16]", "6,4,2,3"},
    {"10M100N20M", 30, "0+[100-110/0-10 210-230/10-30]", "0,0,0,0",
     "0-[210-230/0-20 100-110/20-30]", "0,0,0,0"},
    {"2S10M100N20M50N5M3H", 40, "0+[100-110/2-12 210-230/12-32 280-285/32-37]", "2,3,2,0",
     "0-[280-285/3-8 210-230/8-28 100-110/28-38]", "3,2,0,2"},
    {"5M2I5M", 12, "0+[100-110/0-12]", "0,0,0,0", "0-[100-110/0-12]", "0,0,0,0"},
    {"5M2D5M", 10, "0+[100-112/0-10]", "0,0,0,0", "0-[100-112/0-10]", "0,0,0,0"},
    {"5M2P5M", 10, "0+[100-110/0-10]", "0,0,0,0", "0-[100-110/0-10]", "0,0,0,0"},
    /* An insertion beside an intron belongs to no block. */
    {"5M2I9N5M", 12, "0+[100-105/0-5 114-119/7-12]", "0,0,0,0", "0-[114-119/0-5 100-105/7-12]",
     "0,0,0,0"},
    {"5M9N2I5M", 12, "0+[100-105/0-5 114-119/7-12]", "0,0,0,0", "0-[114-119/0-5 100-105/7-12]",
     "0,0,0,0"},
    /* And a deletion there neither. */
    {"5M2D9N3D5M", 10, "0+[100-105/0-5 119-124/5-10]", "0,0,0,0",
     "0-[119-124/0-5 100-105/5-10]", "0,0,0,0"},
    /* Two introns in a row are one. */
    {"5M9N9N5M", 10, "0+[100-105/0-5 123-128/5-10]", "0,0,0,0", "0-[123-128/0-5 100-105/5-10]",
     "0,0,0,0"},
    /* What stands outside the first and the last match is no block. */
    {"3I10M", 13, "0+[100-110/3-13]", "0,0,0,0", "0-[100-110/0-10]", "0,0,0,0"},
    {"2S9N10M", 12, "0+[109-119/2-12]", "2,0,2,0", "0-[109-119/0-10]", "0,2,0,2"},
    {"10M9N2S", 12, "0+[100-110/0-10]", "0,2,0,2", "0-[100-110/2-12]", "2,0,2,0"},
    {"10M4D", 10, "0+[100-110/0-10]", "0,0,0,0", "0-[100-110/0-10]", "0,0,0,0"},
    {"0M10M0M", 10, "0+[100-110/0-10]", "0,0,0,0", "0-[100-110/0-10]", "0,0,0,0"},
};

static void assert_alignment(const char *places, const char *clips, int32_t read_length)
{
    const struct nf_alignment *item = &chain.alignments.items[0];

    ck_assert_str_eq(places_text(), places);
    ck_assert_str_eq(nft_text("%d,%d,%d,%d", item->clip_start, item->clip_end,
                              item->soft_start, item->soft_end),
                     clips);
    ck_assert_int_eq(chain.read_length, read_length);
}

START_TEST(a_cigar_becomes_blocks_in_sequencing_direction)
{
    for (int reverse = 0; reverse < 2; reverse++) {
        const char *places = reverse ? cigar_rows[_i].reverse : cigar_rows[_i].forward;
        const char *clips =
            reverse ? cigar_rows[_i].reverse_clips : cigar_rows[_i].forward_clips;
        struct nf_locus place = {0, reverse ? -1 : 1, 100};
        const struct nf_record *record =
            nft_record(reference, "r\t%d\tchr1\t101\t9\t%s\t*\t0\t0\t*\t*\tNM:i:3",
                       reverse ? NF_FLAG_REVERSE : 0, cigar_rows[_i].cigar);

        ck_assert_int_eq(nf_chain_build(&chain, record, &reference->genome, true), NF_OK);
        assert_alignment(places, clips, cigar_rows[_i].read_length);
        ck_assert_uint_eq(chain.alignments.n, 1);
        ck_assert(chain.alignments.items[0].is_record);
        ck_assert_uint_eq(chain.alignments.items[0].mapq, 9);
        ck_assert_int_eq(chain.alignments.items[0].edit_distance, 3);
        if (strstr(cigar_rows[_i].cigar, "4D")) /* means something else in a text */
            continue;
        nf_chain_clear(&chain);
        ck_assert_int_eq(
            nf_chain_add_text(&chain, place, nf_span_of(cigar_rows[_i].cigar), 255, -1),
            NF_OK);
        assert_alignment(places, clips, cigar_rows[_i].read_length);
        ck_assert(!chain.alignments.items[0].is_record);
        ck_assert_uint_eq(chain.alignments.items[0].mapq, 255);
        ck_assert_int_eq(chain.alignments.items[0].edit_distance, -1);
    }
}
END_TEST

START_TEST(aligned_bases_are_counted_without_insertions)
{
    const struct nf_record *record =
        nft_record(reference, "r\t0\tchr1\t101\t9\t4S5M2I6M3D1=2X9N20M\t*\t0\t0\t*\t*");

    ck_assert_int_eq(nf_chain_build(&chain, record, &reference->genome, false), NF_OK);
    ck_assert_uint_eq(chain.blocks.n, 2);
    ck_assert_int_eq(chain.blocks.items[0].n_aligned, 14);
    ck_assert_int_eq(chain.blocks.items[1].n_aligned, 20);
    ck_assert_int_eq(chain.alignments.items[0].edit_distance, -1); /* no NM */
}
END_TEST

START_TEST(an_alignment_without_a_match_is_refused)
{
    static const char *const cigars[] = {"10S",  "10H", "10I", "10D",   "10N",
                                         "5S5H", "0M",  "*",   "5S0M5S"};

    for (size_t i = 0; i < NFT_COUNT(cigars); i++) {
        const struct nf_record *record = nft_record(
            reference, "r\t0\tchr1\t101\t9\t%s\t*\t0\t0\t*\t*\tSA:Z:chr2,5,+,10M,9,0;",
            cigars[i]);

        ck_assert_int_eq(nf_chain_build(&chain, record, &reference->genome, true),
                         NF_ERR_FORMAT);
        ck_assert_uint_eq(chain.alignments.n, 0);
        ck_assert_uint_eq(chain.blocks.n, 0);
    }
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

START_TEST(malformed_cigars_are_refused)
{
    static const char *const cigars[] = {
        "",       "*",    "M",    "10",  "10m",        "10Q",
        "-5M",    "10M5", "5B5M", "5 M", "268435456M", "99999999999999999999M",
        "5M\t5M", "M5",   "+5M",  "0x5M"};
    struct nf_locus place = {0, 1, 100};

    for (size_t i = 0; i < NFT_COUNT(cigars); i++) {
        ck_assert_int_eq(nf_chain_add_text(&chain, place, nf_span_of(cigars[i]), 0, 0),
                         NF_ERR_FORMAT);
        ck_assert_uint_eq(chain.alignments.n, 0);
        ck_assert_uint_eq(chain.blocks.n, 0);
        ck_assert_int_eq(chain.read_length, 0);
    }
    /* An operation behind good ones takes them along; a NUL is no letter. */
    ck_assert_int_eq(nf_chain_add_text(&chain, place, nf_span_of("5M9N5M5B"), 0, 0),
                     NF_ERR_FORMAT);
    ck_assert_int_eq(nf_chain_add_text(&chain, place, NFT_SPAN("5M9N5\0"), 0, 0),
                     NF_ERR_FORMAT);
    /* Read lengths beyond 32 bits. */
    ck_assert_int_eq(nf_chain_add_text(&chain, place,
                                       NFT_SPAN("268435455S268435455S268435455S268435455S"
                                                "268435455S268435455S268435455S268435455S"
                                                "268435455S1M"),
                                       0, 0),
                     NF_ERR_FORMAT);
    ck_assert_uint_eq(chain.blocks.n, 0);
}
END_TEST

START_TEST(another_read_length_is_refused)
{
    struct nf_locus place = {0, 1, 100};

    ck_assert_int_eq(nf_chain_add_text(&chain, place, NFT_SPAN("10M5S"), 0, 0), NF_OK);
    ck_assert_int_eq(nf_chain_add_text(&chain, place, NFT_SPAN("5M9N5M6S"), 0, 0),
                     NF_ERR_FORMAT);
    ck_assert_int_eq(nf_chain_add_text(&chain, place, NFT_SPAN("14M"), 0, 0), NF_ERR_FORMAT);
    ck_assert_uint_eq(chain.alignments.n, 1);
    ck_assert_uint_eq(chain.blocks.n, 1);
    ck_assert_int_eq(nf_chain_add_text(&chain, place, NFT_SPAN("10H5M"), 0, 0), NF_OK);
    ck_assert_uint_eq(chain.alignments.n, 2);
    nf_chain_clear(&chain);
    ck_assert_uint_eq(chain.alignments.n, 0);
    ck_assert_int_eq(nf_chain_add_text(&chain, place, NFT_SPAN("14M"), 0, 0), NF_OK);
}
END_TEST

/* ---- SA ---- */

static const struct {
    const char *entry;
    bool good;
    const char *shown; /* contig, strand, 0-based position, CIGAR, mapq, edit distance */
} entry_rows[] = {
    {"chr1,101,+,5M,60,2", true, "0 1 100 5M 60 2"},
    {"chr1,101,+,5M,60,2;", true, "0 1 100 5M 60 2"},
    {";;chr1,101,+,5M,60,2;;", true, "0 1 100 5M 60 2"},
    {"chrM,1,-,*,0,0", true, "24 -1 0 * 0 0"},
    {"1,1,-,5M,255,2147483647", true, "0 -1 0 5M 255 2147483647"}, /* any spelling */
    {"NC_000001.11,1,-,5M,0,0", true, "0 -1 0 5M 0 0"},
    {"chr1,248956422,+,5M,60,2", true, "0 1 248956421 5M 60 2"}, /* its last base */
    {"chr1,248956423,+,5M,60,2", false, NULL},
    {"HLA:chr1,101,+,5M,60,2", false, NULL}, /* no such contig */
    {",101,+,5M,60,2", false, NULL},
    {"chr1,0,+,5M,60,2", false, NULL},
    {"chr1,-1,+,5M,60,2", false, NULL},
    {"chr1,x,+,5M,60,2", false, NULL},
    {"chr1,1e2,+,5M,60,2", false, NULL},
    {"chr1,99999999999999999999,+,5M,60,2", false, NULL},
    {"chr1,101,,5M,60,2", false, NULL},
    {"chr1,101,*,5M,60,2", false, NULL},
    {"chr1,101,+-,5M,60,2", false, NULL},
    {"chr1,101,+,5M,256,2", false, NULL},
    {"chr1,101,+,5M,-1,2", false, NULL},
    {"chr1,101,+,5M,,2", false, NULL},
    {"chr1,101,+,5M,60,-1", false, NULL},
    {"chr1,101,+,5M,60,2147483648", false, NULL},
    {"chr1,101,+,5M,60,", false, NULL},
    {"chr1,101,+,5M,60", false, NULL},
    {"chr1,101,+,5M,60,2,", false, NULL},
    {"chr1,101,+,5M,60,2,3", false, NULL},
    {"chr1", false, NULL},
    {",,,,,", false, NULL},
};

START_TEST(an_entry_is_read_strictly)
{
    struct nf_span rest = nf_span_of(entry_rows[_i].entry);
    struct nf_sa_entry entry;
    bool good;

    ck_assert(nf_sa_next(&rest, &reference->genome, &entry, &good));
    ck_assert_int_eq(good, entry_rows[_i].good);
    if (good)
        ck_assert_str_eq(nft_text("%d %d %lld %.*s %d %d", entry.place.contig,
                                  entry.place.strand, (long long)entry.place.pos0,
                                  (int)entry.cigar.n, entry.cigar.at, entry.mapq,
                                  entry.edit_distance),
                         entry_rows[_i].shown);
    ck_assert(!nf_sa_next(&rest, &reference->genome, &entry, &good));
}
END_TEST

START_TEST(entries_come_one_by_one)
{
    struct nf_span rest = nf_span_of("chr1,1,+,5M,0,0;bad;chr2,2,-,6M,1,1");
    struct nf_sa_entry entry;
    bool good;

    ck_assert(nf_sa_next(&rest, &reference->genome, &entry, &good) && good);
    ck_assert_int_eq(entry.place.contig, 0);
    ck_assert(nf_sa_next(&rest, &reference->genome, &entry, &good) && !good);
    ck_assert(nf_sa_next(&rest, &reference->genome, &entry, &good) && good);
    ck_assert_int_eq(entry.place.contig, 1);
    ck_assert(!nf_sa_next(&rest, &reference->genome, &entry, &good));
    rest = nf_span_of("");
    ck_assert(!nf_sa_next(&rest, &reference->genome, &entry, &good));
    rest = nf_span_of(";;;");
    ck_assert(!nf_sa_next(&rest, &reference->genome, &entry, &good));
}
END_TEST

/* Records at chr1:101 of 100 bases and their SA tags. */
static const struct {
    int flag;
    const char *cigar, *tag, *places;
    int n_bad;
} chain_rows[] = {
    {0, "60M40S", "chr2,201,+,60S40M,9,0;", "0+[100-160/0-60];1+[200-240/60-100]", 0},
    {0, "60M40H", "chr2,201,+,60S40M,9,0;", "0+[100-160/0-60];1+[200-240/60-100]", 0},
    {0, "60M40S", "chr2,201,-,40M60S,9,0;", "0+[100-160/0-60];1-[200-240/60-100]", 0},
    {16, "60M40S", "chr2,201,-,60S40M,9,0;", "1-[200-240/0-40];0-[100-160/40-100]", 0},
    {16, "60M40S", "chr2,201,+,40M60S,9,0;", "1+[200-240/0-40];0-[100-160/40-100]", 0},
    {0, "60S40M", "chr2,201,+,30M99N30M40S,9,0;",
     "1+[200-230/0-30 329-359/30-60];0+[100-140/60-100]", 0},
    /* Overlaps and gaps of pieces stay. */
    {0, "60M40S", "chr2,201,+,50S50M,9,0;", "0+[100-160/0-60];1+[200-250/50-100]", 0},
    {0, "60M40S", "chr2,201,+,70S30M,9,0;", "0+[100-160/0-60];1+[200-230/70-100]", 0},
    /* Three pieces. */
    {0, "30S40M30S", "chr3,1,+,30M70S,9,0;chr2,1,+,70S30M,9,0;",
     "2+[0-30/0-30];0+[100-140/30-70];1+[0-30/70-100]", 0},
    /* Nested, but for fewer than five bases. */
    {0, "100M", "chr2,201,+,60S40M,9,0;", "0+[100-200/0-100]", 0},
    {0, "60S40M", "chr2,201,+,100M,9,0;", "1+[200-300/0-100]", 0},
    {0, "4S96M", "chr2,201,+,50M50S,9,0;", "0+[100-196/4-100]", 0},
    {0, "5S95M", "chr2,201,+,50M50S,9,0;", "1+[200-250/0-50];0+[100-195/5-100]", 0},
    {0, "96M4S", "chr2,201,+,50S50M,9,0;", "0+[100-196/0-96]", 0},
    {0, "95M5S", "chr2,201,+,50S50M,9,0;", "0+[100-195/0-95];1+[200-250/50-100]", 0},
    {0, "2S96M2S", "chr2,201,+,1S97M2S,9,0;", "1+[200-297/1-98]", 0},
    /* The same place twice, the same range at two places: the first by place. */
    {0, "60M40S", "chr1,101,+,60M40S,9,0;", "0+[100-160/0-60]", 0},
    {0, "60M40S", "chr2,201,+,60S40M,9,0;chr2,101,+,60S40M,9,0;",
     "0+[100-160/0-60];1+[100-140/60-100]", 0},
    {0, "60M40S", "chr2,101,+,60S40M,9,0;chr2,201,+,60S40M,9,0;",
     "0+[100-160/0-60];1+[100-140/60-100]", 0},
    {0, "60M40S", "chr3,201,+,60S40M,9,0;chr2,901,+,60S40M,9,0;",
     "0+[100-160/0-60];1+[900-940/60-100]", 0},
    {0, "60M40S", "chr2,201,+,60S40M,9,0;chr2,201,-,40M60S,9,0;",
     "0+[100-160/0-60];1-[200-240/60-100]", 0},
    /* Entries that cannot be used. */
    {0, "60M40S", "chr2,201,+,60S39M,9,0;", "0+[100-160/0-60]", 1},
    {0, "60M40S", "chr2,201,+,60S41M,9,0;chr9x,1,+,60S40M,9,0;x;chr2,1,+,60S40M,9,0;",
     "0+[100-160/0-60];1+[0-40/60-100]", 3},
    {0, "60M40S", "chr2,201,+,100S,9,0;", "0+[100-160/0-60]", 1},
    {0, "60M40S", "chr2,201,+,60S4M,9,0", "0+[100-160/0-60]", 1},
    {0, "60M40S", "chr2,242193490,+,60S40M,9,0;",
     "0+[100-160/0-60];1+[242193489-242193529/60-100]", 0}, /* up to the contig's end */
    {0, "60M40S", "chr2,242193491,+,60S40M,9,0;", "0+[100-160/0-60]", 1},
    {0, "60M40S", "chr2,1,+,60S20M242193500N20M,9,0;chr2,1,+,60S40M,9,0;",
     "0+[100-160/0-60];1+[0-40/60-100]", 1},
    {0, "60M40S", "", "0+[100-160/0-60]", 0},
    /* A long read summed up by minimap2: matches, then what the reference has more. */
    {0, "60M40S", "chr2,201,+,60S40M1000D,9,9;", "0+[100-160/0-60];1+[200-1240/60-100]", 0},
    {0, "60M40S", "chr2,201,-,30M10I500D60S,9,9;", "0+[100-160/0-60];1-[200-730/60-100]", 0},
};

START_TEST(a_chain_is_built_from_the_record_and_its_tag)
{
    const struct nf_record *record =
        nft_record(reference, "r\t%d\tchr1\t101\t9\t%s\t*\t0\t0\t*\t*\tSA:Z:%s",
                   chain_rows[_i].flag, chain_rows[_i].cigar, chain_rows[_i].tag);

    ck_assert_int_eq(nf_chain_build(&chain, record, &reference->genome, true), NF_OK);
    ck_assert_str_eq(places_text(), chain_rows[_i].places);
    ck_assert_int_eq(chain.read_length, 100);
    ck_assert_int_eq(chain.n_bad_entries, chain_rows[_i].n_bad);
    ck_assert_int_eq(nf_chain_build(&chain, record, &reference->genome, false), NF_OK);
    ck_assert_uint_eq(chain.alignments.n, 1);
    ck_assert_int_eq(chain.n_bad_entries, 0);
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

START_TEST(the_number_of_entries_is_bounded)
{
    const char *tag = "";
    const struct nf_record *record;

    for (int i = 0; i < NF_MAX_SA_ENTRIES + 7; i++) /* pieces of ten bases side by side */
        tag = nft_text("%schr2,%d,+,%dS10M%dS,9,0;", tag, 1 + i, 10 + 10 * i, 990 - 10 * i);
    record =
        nft_record(reference, "r\t0\tchr1\t101\t9\t10M1000S\t*\t0\t0\t*\t*\tSA:Z:%s", tag);
    ck_assert_int_eq(nf_chain_build(&chain, record, &reference->genome, true), NF_OK);
    ck_assert_uint_eq(chain.alignments.n, 1 + NF_MAX_SA_ENTRIES);
    ck_assert_int_eq(chain.n_bad_entries, 7);
    for (size_t i = 0; i < chain.alignments.n; i++)
        ck_assert_int_eq(chain.blocks.items[chain.alignments.items[i].first_block].read_start0,
                         10 * (int32_t)i);
}
END_TEST

/* ---- mapping qualities ---- */

START_TEST(mapping_qualities_come_to_one_scale)
{
    static const struct {
        uint8_t written, normal;
    } rows[] = {{0, 0}, {3, 3}, {42, 42}, {50, 50}, {60, 60}, {61, 60}, {254, 60}, {255, 60}};

    for (size_t i = 0; i < NFT_COUNT(rows); i++)
        ck_assert_uint_eq(nf_mapq_normal(rows[i].written), rows[i].normal);
}
END_TEST

START_TEST(reads_with_equal_places_are_known)
{
    static const struct {
        uint8_t mapq;
        int64_t n_hits;
        bool multi;
    } rows[] = {{255, 1, false}, {255, 0, false}, {255, 2, true}, {60, 1, false},
                {60, 10, true},  {4, 0, false},   {3, 0, true},   {3, 1, true},
                {1, 0, true},    {0, 0, true},    {0, 1, true}};

    for (size_t i = 0; i < NFT_COUNT(rows); i++)
        ck_assert_int_eq(nf_is_multimapped(rows[i].mapq, rows[i].n_hits), rows[i].multi);
}
END_TEST

static TCase *make_case(const char *name)
{
    TCase *tests = tcase_create(name);

    tcase_add_unchecked_fixture(tests, nft_reference_load, NULL);
    tcase_add_checked_fixture(tests, begin, end);
    tcase_set_timeout(tests, 30);
    return tests;
}

Suite *align_suite(void)
{
    Suite *suite = suite_create("align");
    TCase *record = make_case("record");
    TCase *supplementary = make_case("supplementary");

    tcase_add_loop_test(record, a_cigar_becomes_blocks_in_sequencing_direction, 0,
                        NFT_COUNT(cigar_rows));
    tcase_add_test(record, aligned_bases_are_counted_without_insertions);
    tcase_add_test(record, an_alignment_without_a_match_is_refused);
    tcase_add_test(record, malformed_cigars_are_refused);
    tcase_add_test(record, another_read_length_is_refused);
    tcase_add_test(record, mapping_qualities_come_to_one_scale);
    tcase_add_test(record, reads_with_equal_places_are_known);
    suite_add_tcase(suite, record);

    tcase_add_loop_test(supplementary, an_entry_is_read_strictly, 0, NFT_COUNT(entry_rows));
    tcase_add_test(supplementary, entries_come_one_by_one);
    tcase_add_loop_test(supplementary, a_chain_is_built_from_the_record_and_its_tag, 0,
                        NFT_COUNT(chain_rows));
    tcase_add_test(supplementary, the_number_of_entries_is_bounded);
    suite_add_tcase(suite, supplementary);
    return suite;
}
