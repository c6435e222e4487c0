/* SPDX-License-Identifier: MIT */
/* quality: what single records add to the picture of a library, and what is concluded. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/quality.h"
#include "support.h"
#include "support_quality.h"
#include "support_sam.h"

static struct nft_library_records records;

static void begin(void)
{
    nft_quality_begin();
    memset(&records, 0, sizeof records);
}

static void end(void)
{
    nft_library_free(&records);
    nft_quality_end();
}

/* ---- exon edges ---- */

/* A read on GAPDH (+): `offset` bases from exon 3's first base (`lower`) or from the first one
 * behind its last (100 bases, then 90 of intron, 1632 before it). */
static const struct {
    const char *name;
    bool lower;
    int offset;
    const char *cigar;
    int n_spliced, n_clipped, n_through;
    int intron; /* seen, in genome order; −1: none */
} edge_rows[] = {
    {"inside", false, -60, "50M", 0, 0, 0, -1},
    {"spliced out and in", false, -30, "30M90N30M", 2, 0, 0, 2},
    {"to another exon", false, -30, "30M326N30M", 2, 0, 0, -1},
    {"to no exon", false, -30, "30M200N30M", 1, 0, 0, -1},
    {"a splice off the edge", false, -30, "29M91N30M", 1, 0, 0, -1},
    {"a long read", true, -1662, "30M1632N100M90N30M", 4, 0, 0, 2},
    {"clipped", false, -30, "30M20S", 0, 1, 0, 2},
    {"hard clipped", false, -30, "30M20H", 0, 1, 0, 2},
    {"clipped 2 behind", false, -30, "32M20S", 0, 1, 0, 2},
    {"clipped 3 behind", false, -30, "33M20S", 0, 0, 0, -1},
    {"clipped 2 before", false, -30, "28M20S", 0, 1, 0, 2},
    {"clipped 3 before", false, -30, "27M20S", 0, 0, 0, -1},
    {"a clip of 5", false, -30, "30M5S", 0, 1, 0, 2},
    {"a clip of 4", false, -30, "30M4S", 0, 0, 0, -1},
    {"clipped behind a deletion", false, -30, "10M5D15M20S", 0, 1, 0, 2},
    {"clipped behind an insertion", false, -30, "10M5I20M20S", 0, 1, 0, 2},
    {"clipped at the other end", false, -30, "20S30M", 0, 0, 0, -1},
    {"ends at the edge", false, -30, "30M", 0, 0, 0, -1},
    {"4 bases through", false, -30, "34M", 0, 0, 0, -1},
    {"5 bases through", false, -30, "35M", 0, 0, 1, -1},
    {"through, then clipped", false, -30, "35M15S", 0, 0, 1, -1},
    {"through from 5 bases", false, -5, "50M", 0, 0, 1, -1},
    {"through from 4 bases", false, -4, "50M", 0, 0, 0, -1},
    {"clipped after 5 bases", false, -5, "5M45S", 0, 1, 0, 2},
    {"clipped after 4 bases", false, -4, "4M46S", 0, 0, 0, -1},
    {"through the whole intron", false, -30, "150M", 0, 0, 2, -1},
    {"lower: clipped", true, 0, "20S30M", 0, 1, 0, 1},
    {"lower: clipped 2 before", true, -2, "20S30M", 0, 1, 0, 1},
    {"lower: clipped 3 before", true, -3, "20S30M", 0, 0, 0, -1},
    {"lower: clipped 2 behind", true, 2, "20S30M", 0, 1, 0, 1},
    {"lower: clipped 3 behind", true, 3, "20S30M", 0, 0, 0, -1},
    {"lower: a clip of 4", true, 0, "4S30M", 0, 0, 0, -1},
    {"lower: 4 bases through", true, -4, "40M", 0, 0, 0, -1},
    {"lower: 5 bases through", true, -5, "40M", 0, 0, 1, -1},
    {"lower: 5 bases of exon", true, -45, "50M", 0, 0, 1, -1},
    {"lower: 4 bases of exon", true, -46, "50M", 0, 0, 0, -1},
    {"lower: 4 aligned bases", true, 0, "46S4M", 0, 0, 0, -1},
    {"an N and nothing behind", false, -30, "30M90N", 1, 0, 0, -1},
};

START_TEST(reads_leave_exons_or_run_on)
{
    int64_t place0 = edge_rows[_i].lower ? nft_acceptor0(nft_quality.reference, "GAPDH", 3)
                                         : nft_donor0(nft_quality.reference, "GAPDH", 3) + 1;
    const struct nf_control_sums *control = nft_quality_control("GAPDH");
    uint64_t bit = edge_rows[_i].intron < 0 ? 0 : (uint64_t)1 << edge_rows[_i].intron;

    nft_quality_add(
        nft_record(nft_quality.reference, "r\t0\tchr12\t%lld\t60\t%s\t*\t0\t0\t*\t*",
                   (long long)place0 + edge_rows[_i].offset + 1, edge_rows[_i].cigar));
    ck_assert_msg(nft_quality.sums.n_spliced_edges == edge_rows[_i].n_spliced &&
                      nft_quality.sums.n_clipped_edges == edge_rows[_i].n_clipped &&
                      nft_quality.sums.n_through_edges == edge_rows[_i].n_through,
                  "%s: %lld %lld %lld", edge_rows[_i].name,
                  (long long)nft_quality.sums.n_spliced_edges,
                  (long long)nft_quality.sums.n_clipped_edges,
                  (long long)nft_quality.sums.n_through_edges);
    ck_assert_msg(((control->introns_spliced | control->introns_clipped) & bit) == bit &&
                      (bit || !(control->introns_spliced | control->introns_clipped)),
                  "%s: %llx", edge_rows[_i].name,
                  (unsigned long long)(control->introns_spliced | control->introns_clipped));
    ck_assert_int_eq(control->n_records, 1);
    ck_assert_int_eq(nft_quality.sums.n_exonic, 1);
}
END_TEST

/* The outer ends of a transcript are no edges. */
START_TEST(ends_of_transcripts_are_no_edges)
{
    int64_t first0 = nft_acceptor0(nft_quality.reference, "GAPDH", 1);
    int64_t last0 = nft_donor0(nft_quality.reference, "GAPDH", 9);

    nft_quality_add(nft_record(nft_quality.reference,
                               "a\t0\tchr12\t%lld\t60\t30M\t*\t0\t0\t*\t*",
                               (long long)first0 - 9));
    nft_quality_add(nft_record(nft_quality.reference,
                               "b\t0\tchr12\t%lld\t60\t20S30M\t*\t0\t0\t*\t*",
                               (long long)first0 + 1));
    nft_quality_add(nft_record(nft_quality.reference,
                               "c\t0\tchr12\t%lld\t60\t30M20S\t*\t0\t0\t*\t*",
                               (long long)last0 - 28));
    ck_assert_int_eq(nft_quality.sums.n_clipped_edges + nft_quality.sums.n_through_edges, 0);
    ck_assert_int_eq(nft_quality.sums.n_exonic, 3);
}
END_TEST

/* ---- what counts as what ---- */

START_TEST(records_are_sorted_by_where_they_lie)
{
    long long intron0 = (long long)nft_donor0(nft_quality.reference, "GAPDH", 1) + 100;
    long long exon0 = (long long)nft_acceptor0(nft_quality.reference, "GAPDH", 3);
    uint32_t ntrk3 = nft_target(nft_quality.reference, "NTRK3");

    nft_quality_add(nft_record(nft_quality.reference,
                               "a\t0\tchr12\t%lld\t60\t20M\t*\t0\t0\t*\t*", intron0));
    nft_quality_add(nft_record(nft_quality.reference,
                               "b\t0\tchr12\t%lld\t60\t20M\t*\t0\t0\t*\t*", exon0 + 1));
    nft_quality_add(
        nft_record(nft_quality.reference, "c\t0\tchr15\t87900001\t60\t20M\t*\t0\t0\t*\t*"));
    /* An N over a whole gene is no base in it, nor is a record without aligned bases. */
    nft_quality_add(nft_record(nft_quality.reference,
                               "d\t0\tchr12\t6500001\t60\t20M100000N20M\t*\t0\t0\t*\t*"));
    nft_quality_add(nft_record(nft_quality.reference,
                               "e\t0\tchr12\t%lld\t60\t20S\t*\t0\t0\t*\t*", exon0 + 1));
    ck_assert_int_eq(nft_quality.sums.n_learning, 5);
    ck_assert_int_eq(nft_quality.sums.n_control, 2);
    ck_assert_int_eq(nft_quality.sums.n_exonic, 1);
    ck_assert_int_eq(nft_quality.sums.n_with_n, 0);
    ck_assert_int_eq(nft_quality.sums.n_target, 1);
    ck_assert_int_eq(nft_quality.sums.target_records.items[ntrk3], 1);
    nft_quality_add(nft_record(nft_quality.reference,
                               "f\t0\tchr12\t%lld\t60\t20M50N20M\t*\t0\t0\t*\t*", exon0 + 1));
    ck_assert_int_eq(nft_quality.sums.n_with_n, 1);
    nft_quality_conclude();
    ck_assert_double_eq_tol(nft_quality.quality.spliced_fraction, 0.5, 1e-9);
    ck_assert_int_eq(nft_quality.quality.n_learning, 6);
    ck_assert_uint_eq(nft_quality.quality.controls.n, 24);
    ck_assert_int_eq(nft_quality.quality.n_controls_named, 24);
}
END_TEST

static const struct {
    int flag;
    bool leads;
} leader_rows[] = {
    {0, true},
    {NF_FLAG_REVERSE, true},
    {NF_FLAG_PAIRED | NF_FLAG_READ1, true},
    {NF_FLAG_PAIRED | NF_FLAG_READ1 | NF_FLAG_MATE_UNMAPPED, true},
    {NF_FLAG_PAIRED | NF_FLAG_READ2, false},
    {NF_FLAG_PAIRED | NF_FLAG_READ2 | NF_FLAG_MATE_UNMAPPED, true},
    {NF_FLAG_READ2, true},
};

START_TEST(one_record_stands_for_a_fragment)
{
    const struct nf_control_sums *control = nft_quality_control("GAPDH");

    nft_quality_add(nft_record(
        nft_quality.reference, "r\t%d\tchr12\t%lld\t60\t20M\t=\t%lld\t0\t*\t*",
        leader_rows[_i].flag, (long long)nft_acceptor0(nft_quality.reference, "GAPDH", 3) + 1,
        (long long)nft_acceptor0(nft_quality.reference, "GAPDH", 3) + 11));
    ck_assert_int_eq(control->n_fragments, leader_rows[_i].leads);
    ck_assert_uint_eq(control->sketches[0].n, leader_rows[_i].leads);
    ck_assert_int_eq(control->n_records, 1);
}
END_TEST

START_TEST(a_genome_without_control_genes)
{
    struct nf_panel panel = nft_quality.reference->panel;
    struct nf_catalogue catalogue = nft_quality.reference->catalogue;
    const char *names[] = {"NOSUCHGENE", "GAPDH", "GAPDH"};

    panel.catalogue = &catalogue;
    catalogue.control_genes.n = 0;
    ck_assert_int_eq(nf_quality_begin(&nft_quality.sums, &panel), NF_OK);
    nft_quality_add(
        nft_record(nft_quality.reference, "b\t0\tchr12\t6537001\t60\t20M\t*\t0\t0\t*\t*"));
    nft_quality_conclude();
    ck_assert_uint_eq(nft_quality.quality.controls.n, 0);
    ck_assert_int_eq(nft_quality.quality.n_learning, 1);
    ck_assert(isnan(nft_quality.quality.duplicate_rate) &&
              isnan(nft_quality.quality.three_prime_bias));
    ck_assert(isnan(nft_quality.quality.splice_completion) &&
              isnan(nft_quality.quality.spliced_fraction));
    /* Unknown names and the same gene twice. */
    catalogue.control_genes.items = names;
    catalogue.control_genes.n = 3;
    ck_assert_int_eq(nf_quality_begin(&nft_quality.sums, &panel), NF_OK);
    nft_quality_conclude();
    ck_assert_uint_eq(nft_quality.quality.controls.n, 1);
    ck_assert_int_eq(nft_quality.quality.n_controls_named, 3);
}
END_TEST

/* ---- strands, ends ---- */

static const struct {
    int n_sense, n_antisense;
    enum nf_strandedness expected;
} strand_rows[] = {
    {49, 0, NF_STRAND_UNKNOWN},    {50, 0, NF_STRAND_FORWARD},
    {0, 50, NF_STRAND_REVERSE},    {45, 5, NF_STRAND_FORWARD},
    {44, 6, NF_STRAND_UNSTRANDED}, {5, 45, NF_STRAND_REVERSE},
    {6, 44, NF_STRAND_UNSTRANDED}, {25, 25, NF_STRAND_UNSTRANDED},
    {900, 100, NF_STRAND_FORWARD}, {899, 101, NF_STRAND_UNSTRANDED},
};

START_TEST(strandedness)
{
    nft_quality.sums.n_sense = strand_rows[_i].n_sense;
    nft_quality.sums.n_antisense = strand_rows[_i].n_antisense;
    nft_quality_conclude();
    ck_assert_int_eq(nft_quality.quality.strandedness, strand_rows[_i].expected);
}
END_TEST

/* GAPDH lies on +, ACTB on −. */
static const struct {
    const char *place;
    int flag;
    bool is_sense;
} sense_rows[] = {
    {"chr12\t6536501", 0, true},    {"chr12\t6536501", 16, false},
    {"chr12\t6536501", 67, true},   {"chr12\t6536501", 83, false},
    {"chr12\t6536501", 131, false}, {"chr12\t6536501", 147, true},
    {"chr7\t5528301", 0, false},    {"chr7\t5528301", 16, true},
    {"chr7\t5528301", 83, true},    {"chr7\t5528301", 131, true},
};

START_TEST(a_read_has_the_strand_of_its_gene_or_not)
{
    nft_quality_add(nft_record(nft_quality.reference, "r\t%d\t%s\t60\t20M\t*\t0\t0\t*\t*",
                               sense_rows[_i].flag, sense_rows[_i].place));
    ck_assert_int_eq(nft_quality.sums.n_sense, sense_rows[_i].is_sense);
    ck_assert_int_eq(nft_quality.sums.n_antisense, !sense_rows[_i].is_sense);
}
END_TEST

START_TEST(reads_crowd_at_the_ends)
{
    static const char *const genes[] = {"GAPDH", "ACTB", "VCP"};

    for (size_t i = 0; i < NFT_COUNT(genes); i++) {
        struct nf_control_sums *control = nft_quality_control(genes[i]);

        nft_quality_conclude();
        ck_assert(isnan(nft_quality.quality.three_prime_bias));
        control->n_thirds[0] = 3;
        control->n_thirds[2] = 16;
        nft_quality_conclude();
        ck_assert(isnan(nft_quality.quality.three_prime_bias)); /* 19 reads say nothing */
        control->n_thirds[0] = (int64_t)i + 1;
        control->n_thirds[2] = 29;
    }
    nft_quality_conclude();
    ck_assert_double_eq_tol(nft_quality.quality.three_prime_bias, 10,
                            1e-9); /* of 15, 10, 7.5 */
}
END_TEST

/* The thirds of GAPDH (+) and ACTB (−) begin at the 5′ end. */
START_TEST(thirds_are_counted_from_the_5_prime_end)
{
    static const char *const places[] = {"chr12\t6534521", "chr12\t6537601", "chr12\t6538301",
                                         "chr7\t5530524",  "chr7\t5528301",  "chr7\t5527201"};

    for (size_t i = 0; i < NFT_COUNT(places); i++)
        nft_quality_add(
            nft_record(nft_quality.reference, "r\t0\t%s\t60\t20M\t*\t0\t0\t*\t*", places[i]));
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(nft_quality_control("GAPDH")->n_thirds[i], 1);
        ck_assert_int_eq(nft_quality_control("ACTB")->n_thirds[i], 1);
    }
}
END_TEST

/* ---- order and parts ---- */

static char *sums_of(int n_parts, bool backwards)
{
    struct nf_quality_sums whole = {0}, part = {0};
    size_t n = records.items.n, from = 0;

    ck_assert_int_eq(nf_quality_begin(&whole, &nft_quality.reference->panel), NF_OK);
    for (int p = 0; p < n_parts; p++) {
        size_t to = p + 1 < n_parts ? n * (size_t)(p + 1) / (size_t)n_parts : n;

        ck_assert_int_eq(nf_quality_begin(&part, &nft_quality.reference->panel), NF_OK);
        for (; from < to; from++)
            ck_assert_int_eq(
                nf_quality_add(&part, &records.items.items[backwards ? n - 1 - from : from]),
                NF_OK);
        ck_assert_int_eq(nf_quality_merge(&whole, &part), NF_OK);
    }
    char *text = nft_quality_sums_text(&whole);
    nf_quality_sums_free(&whole);
    nf_quality_sums_free(&part);
    return text;
}

START_TEST(parts_and_order_do_not_matter)
{
    const struct nft_library library = {.molecules = (enum nft_molecules)_i,
                                        .n_fragments = 1200,
                                        .n_genes = 1, /* enough to overflow the sketches */
                                        .chance = 7};
    char *expected;

    nft_library_make(nft_quality.reference, &library, &records);
    for (size_t i = 0; i < records.items.n; i++)
        nft_quality_add(&records.items.items[i]);
    expected = nft_quality_sums_text(&nft_quality.sums);
    for (int n_parts = 1; n_parts < 10; n_parts += 4)
        for (int backwards = 0; backwards < 2; backwards++) {
            char *text = sums_of(n_parts, backwards);

            ck_assert_str_eq(text, expected);
            free(text);
        }
    free(expected);
}
END_TEST

static TCase *make_case(const char *name)
{
    TCase *tests = tcase_create(name);

    tcase_add_unchecked_fixture(tests, nft_reference_load, NULL);
    tcase_add_checked_fixture(tests, begin, end);
    return tests;
}

Suite *quality_suite(void)
{
    Suite *suite = suite_create("quality");
    TCase *single = make_case("records");
    TCase *shape = make_case("shape");
    TCase *parts = make_case("parts");

    tcase_add_loop_test(single, reads_leave_exons_or_run_on, 0, NFT_COUNT(edge_rows));
    tcase_add_test(single, ends_of_transcripts_are_no_edges);
    tcase_add_test(single, records_are_sorted_by_where_they_lie);
    tcase_add_loop_test(single, one_record_stands_for_a_fragment, 0, NFT_COUNT(leader_rows));
    tcase_add_test(single, a_genome_without_control_genes);
    suite_add_tcase(suite, single);

    tcase_add_loop_test(shape, strandedness, 0, NFT_COUNT(strand_rows));
    tcase_add_loop_test(shape, a_read_has_the_strand_of_its_gene_or_not, 0,
                        NFT_COUNT(sense_rows));
    tcase_add_test(shape, reads_crowd_at_the_ends);
    tcase_add_test(shape, thirds_are_counted_from_the_5_prime_end);
    suite_add_tcase(suite, shape);

    tcase_add_loop_test(parts, parts_and_order_do_not_matter, NFT_RNA, NFT_TAGS + 1);
    suite_add_tcase(suite, parts);
    return suite;
}
