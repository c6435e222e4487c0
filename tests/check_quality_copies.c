/* SPDX-License-Identifier: MIT */
/* quality: which fragments are copies of each other, and what share of a library. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/quality.h"
#include "support.h"
#include "support_quality.h"
#include "support_sam.h"

/* `n` fragments on exon 3 of the gene, their mates at `n_places` places. */
static void add_fragments(const char *symbol, int n, int n_places)
{
    const struct nf_gene *gene =
        &nft_quality.reference->annot.genes.items[nft_gene(nft_quality.reference, symbol)];
    int64_t exon0 =
        nf_transcript_exon(&nft_quality.reference->annot, gene->primary, 3)->start0;
    struct nf_record record = *nft_record(
        nft_quality.reference, "r\t67\t%s\t%lld\t60\t10M\t=\t1\t0\t*\t*",
        nft_quality.reference->genome.contigs[gene->contig].name, (long long)exon0 + 1);

    for (int i = 0; i < n; i++) {
        record.mate_pos0 = exon0 + 100 + i % n_places;
        nft_quality_add(&record);
    }
}

static double duplicate_rate(void)
{
    nft_quality_conclude();
    return nft_quality.quality.duplicate_rate;
}

START_TEST(copies_begin_at_the_same_places)
{
    add_fragments("GAPDH", 19, 19);
    ck_assert(isnan(duplicate_rate())); /* too few to say */
    add_fragments("GAPDH", 19, 19);
    ck_assert_double_eq_tol(duplicate_rate(), 0.5, 1e-9);
    ck_assert_int_eq(nft_quality.quality.n_fragments, 38);
    ck_assert_int_eq(nft_quality.quality.n_unique, 19);
}
END_TEST

/* 10 fragments on each of two genes: together enough. Then the median of three genes. */
START_TEST(the_median_gene_tells_the_rate)
{
    add_fragments("GAPDH", 10, 5);
    add_fragments("VCP", 10, 5);
    ck_assert_double_eq_tol(duplicate_rate(), 0.5, 1e-9);
    add_fragments("GAPDH", 90, 5);
    ck_assert_double_eq_tol(duplicate_rate(), 0.95, 1e-9);
    add_fragments("SDHA", 20, 16);
    ck_assert_double_eq_tol(duplicate_rate(), (0.95 + 0.2) / 2, 1e-9);
    add_fragments("TFRC", 20, 10);
    ck_assert_double_eq_tol(duplicate_rate(), 0.5, 1e-9);
}
END_TEST

/* Unpaired reads have few places: abundant genes are left out (GAPDH: 1,285 exonic bases). */
START_TEST(unpaired_reads_share_places_by_chance)
{
    nft_quality.sample.is_paired = false;
    add_fragments("GAPDH", 330, 33);
    add_fragments("ACTB", 660, 330);
    ck_assert_double_eq_tol(duplicate_rate(), 0.5, 1e-9); /* the least of two */
    add_fragments("SDHA", 100, 90);
    ck_assert_double_eq_tol(duplicate_rate(), 0.1, 1e-9);
    nft_quality.sample.is_paired = true;
    ck_assert_double_eq_tol(duplicate_rate(), 0.5, 1e-9);
}
END_TEST

START_TEST(copies_are_told_as_the_sample_allows)
{
    long long exon0 = (long long)nft_acceptor0(nft_quality.reference, "GAPDH", 3);

    /* 40 fragments at one place: 10 identifiers in tags, 5 in names, 10 of 40 flagged. */
    for (int i = 0; i < 40; i++)
        nft_quality_add(
            nft_record(nft_quality.reference,
                       "r%d_%.4s\t%d\tchr12\t%lld\t60\t10M\t=\t%lld\t0\t*\t*\tRX:Z:%d", i,
                       &"AACCGGTTA"[i % 5], i % 4 ? 67 : 67 | NF_FLAG_DUPLICATE, exon0 + 1,
                       exon0 + 50, i % 10));
    nft_quality.sample.has_umi_tags = true;
    ck_assert_double_eq_tol(duplicate_rate(), 0.75, 1e-9);
    nft_quality.sample.has_umi_tags = false;
    nft_quality.sample.has_umi_names = true;
    ck_assert_double_eq_tol(duplicate_rate(), 0.875, 1e-9);
    nft_quality.sample.library = NF_LIBRARY_AMPLICON;
    ck_assert_double_eq_tol(duplicate_rate(), 0.875, 1e-9);
    nft_quality.sample.has_umi_names = false;
    ck_assert(isnan(duplicate_rate()));
    ck_assert_int_eq(nft_quality.quality.n_unique, 40);
    nft_quality.sample.library = NF_LIBRARY_WTS;
    nft_quality.sample.has_duplicate_flags = true;
    ck_assert_double_eq_tol(duplicate_rate(), 0.25, 1e-9);
    ck_assert_int_eq(nft_quality.quality.n_unique, 30);
}
END_TEST

/* A clip is undone, the strand and the mate's place count; a mate that is not mapped has none.
 */
static const struct {
    const char *first, *second; /* flag, position from exon 3, CIGAR, mate's position */
    int n_unique;
} place_rows[] = {
    {"67\t6536501\t60\t20M\t=\t6536551", "67\t6536501\t60\t20M\t=\t6536551", 1},
    {"67\t6536501\t60\t20M\t=\t6536551", "67\t6536503\t60\t2S18M\t=\t6536551", 1},
    {"67\t6536501\t60\t20M\t=\t6536551", "67\t6536501\t60\t15M5S\t=\t6536551", 1},
    {"67\t6536501\t60\t20M\t=\t6536551", "67\t6536502\t60\t20M\t=\t6536551", 2},
    {"67\t6536501\t60\t20M\t=\t6536551", "67\t6536501\t60\t20M\t=\t6536552", 2},
    {"67\t6536501\t60\t20M\t=\t6536551", "67\t6536501\t60\t20M\tchr1\t6536551", 2},
    {"67\t6536501\t60\t20M\t=\t6536551", "99\t6536501\t60\t20M\t=\t6536551", 2},
    {"83\t6536501\t60\t20M\t=\t6536551", "83\t6536501\t60\t18M2S\t=\t6536551", 1},
    {"83\t6536501\t60\t20M\t=\t6536551", "83\t6536502\t60\t20M\t=\t6536551", 2},
    {"73\t6536501\t60\t20M\t=\t6536501", "73\t6536501\t60\t20M\t=\t6536501", 1},
    {"0\t6536501\t60\t20M\t*\t0", "0\t6536501\t60\t10M10I\t*\t0", 1},
    {"0\t6536501\t60\t20M\t*\t0", "16\t6536501\t60\t20M\t*\t0", 2},
};

START_TEST(what_makes_two_fragments_copies)
{
    const char *texts[] = {place_rows[_i].first, place_rows[_i].second};

    for (size_t i = 0; i < 2; i++) {
        struct nf_span rest = nf_span_of(texts[i]), flag;

        ck_assert(nf_span_cut(&rest, '\t', &flag));
        nft_quality_add(nft_record(nft_quality.reference, "r%zu\t%.*s\tchr12\t%s\t0\t*\t*", i,
                                   (int)flag.n, flag.at, rest.at));
    }
    ck_assert_uint_eq(nft_quality_control("GAPDH")->sketches[0].n, place_rows[_i].n_unique);
}
END_TEST

/* Exact below the size of the sketch, within five standard errors beyond it. */
START_TEST(distinct_fragments_are_counted_in_little_memory)
{
    struct nf_record record =
        *nft_record(nft_quality.reference, "r\t67\tchr12\t6536501\t60\t10M\t=\t1\t0\t*\t*");
    const struct nf_control_sums *control = nft_quality_control("GAPDH");

    for (int i = 0; i < 20000; i++) {
        record.mate_pos0 = i;
        nft_quality_add(&record);
        if (i == 510)
            ck_assert_int_eq(nf_sketch_count(&control->sketches[0]), 511);
    }
    ck_assert_uint_eq(control->sketches[0].n, NF_SKETCH_HASHES);
    ck_assert_uint_eq(control->sketches[1].n, 0);
    ck_assert_double_eq_tol((double)nf_sketch_count(&control->sketches[0]), 20000,
                            20000 * 5 * 0.044);
    nft_quality_conclude();
    ck_assert_int_le(nft_quality.quality.n_unique, nft_quality.quality.n_fragments);
}
END_TEST

Suite *quality_copies_suite(void)
{
    Suite *suite = suite_create("quality_copies");
    TCase *copies = tcase_create("copies");

    tcase_add_unchecked_fixture(copies, nft_reference_load, NULL);
    tcase_add_checked_fixture(copies, nft_quality_begin, nft_quality_end);
    tcase_add_test(copies, copies_begin_at_the_same_places);
    tcase_add_test(copies, the_median_gene_tells_the_rate);
    tcase_add_test(copies, unpaired_reads_share_places_by_chance);
    tcase_add_test(copies, copies_are_told_as_the_sample_allows);
    tcase_add_loop_test(copies, what_makes_two_fragments_copies, 0, NFT_COUNT(place_rows));
    tcase_add_test(copies, distinct_fragments_are_counted_in_little_memory);
    suite_add_tcase(suite, copies);
    return suite;
}
