/* SPDX-License-Identifier: MIT */
/* frame: the reading frame over a junction and what remains of the kinase. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/fusion.h"
#include "support.h"
#include "support_calls.h"

static struct nft_calls calls;

static void begin(void)
{
    nft_log_begin();
    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
}

static void end(void)
{
    nft_calls_end(&calls);
    nft_log_end();
}

/* The fusion that one split read over these places gives. */
static const struct nf_fusion *fusion_of(const char *five, const char *three, const char *gap)
{
    struct nft_molecule molecule = nft_molecule(&calls, five, three);
    struct nf_join *join = nft_join(&calls, "r", &molecule, 0);

    join->intragenic = molecule.five.contig == molecule.three.contig &&
                       nf_panel_core_at(&calls.reference->panel, molecule.five.contig,
                                        molecule.five.pos0) == join->target &&
                       join->target_is_3prime;
    nft_join_gap(&calls, join, &molecule, gap);
    nft_calls_fusions(&calls);
    return nft_only_fusion(&calls);
}

/* ---- frame ---- */

/* As published, or computed by hand from the CDS phases of the transcripts table. */
static const struct {
    const char *five, *three, *gap;
    enum nf_frame frame;
} frames[] = {
    /* Untemplated bases count. */
    {"chr12:11869969:+", "chr15:87940753:-", "", NF_FRAME_IN},
    {"chr12:11869969:+", "chr15:87940753:-", "A", NF_FRAME_OUT},
    {"chr12:11869969:+", "chr15:87940753:-", "AC", NF_FRAME_OUT},
    {"chr12:11869969:+", "chr15:87940753:-", "ACG", NF_FRAME_IN},
    /* Inside exons: a base less, a base more. */
    {"chr12:11869960:+", "chr15:87940753:-", "", NF_FRAME_IN},
    {"chr12:11869961:+", "chr15:87940753:-", "", NF_FRAME_OUT},
    {"chr12:11869962:+", "chr15:87940753:-", "", NF_FRAME_OUT},
    {"chr12:11869960:+", "chr15:87940743:-", "", NF_FRAME_OUT},
    {"chr12:11869961:+", "chr15:87940743:-", "", NF_FRAME_IN},
    {"chr12:11869961:+", "chr15:87940744:-", "AC", NF_FRAME_IN},
    {"chr12:11869961:+", "chr15:87940744:-", "A", NF_FRAME_OUT},
    {"chr12:11869961:+", "chr15:87940744:-", "ACG", NF_FRAME_OUT},
    {"chr12:11869962:+", "chr15:87940742:-", "", NF_FRAME_IN},
    /* A skip of TrkAIII's kind (e5 to e8), and of one exon out of frame (e5 to e7). */
    {"chr1:156868249:+", "chr1:156873633:+", "", NF_FRAME_IN},
    {"chr1:156868249:+", "chr1:156871623:+", "", NF_FRAME_OUT},
    /* The target 5′: NTRK3 e14 to ETV6 e6, the other half of the classic translocation. */
    {"chr15:88032857:-", "chr12:11884445:+", "", NF_FRAME_IN},
    /* Untranslated first exons; an open frame in another transcript decides (FLI1: two). */
    {"chr9:504754:+", "chr9:84744973:+", "", NF_FRAME_UTR5},
    {"chr3:100709721:+", "chr15:87940753:-", "", NF_FRAME_UTR5},
    {"chr2:74391794:-", "chr1:156874571:+", "", NF_FRAME_UTR5},
    {"chr11:128758326:+", "chr15:87940753:-", "", NF_FRAME_MIXED},
    /* METTL25B e7: its two transcripts disagree. */
    {"chr1:156735909:+", "chr1:156874571:+", "", NF_FRAME_MIXED},
    /* Behind the stop codon nothing is translated. */
    {"chr12:69262562:+", "chr15:87940753:-", "", NF_FRAME_OUT},
    /* An exon of non-coding transcripts alone, on either side; a gene without any CDS. */
    {"chr15:88531613:-", "chr15:87940753:-", "", NF_FRAME_NO_CDS},
    {"chr15:88032857:-", "chr15:88511586:-", "", NF_FRAME_NO_CDS},
    {"chr10:54607900:-", "chr1:156874571:+", "", NF_FRAME_NO_CDS},
    /* No exon to read: introns, the other strand, between genes; the target's own 5′-UTR. */
    {"chr12:11860000:+", "chr15:87940753:-", "", NF_FRAME_UNKNOWN},
    {"chr12:11869969:+", "chr15:87950000:-", "", NF_FRAME_UNKNOWN},
    {"chr12:11869969:-", "chr15:87940753:-", "", NF_FRAME_UNKNOWN},
    {"chr4:100000000:+", "chr15:87940753:-", "", NF_FRAME_UNKNOWN},
    {"chr12:11869969:+", "chr15:88256486:-", "", NF_FRAME_UNKNOWN},
};

START_TEST(frames_by_hand)
{
    const struct nf_fusion *fusion =
        fusion_of(frames[_i].five, frames[_i].three, frames[_i].gap);

    ck_assert_str_eq(nf_frame_name(fusion->frame), nf_frame_name(frames[_i].frame));
}
END_TEST

/* Every published junction, in both assemblies. */
START_TEST(frames_as_published)
{
    const enum nf_assembly assembly = _i ? NF_ASSEMBLY_GRCH37 : NF_ASSEMBLY_GRCH38;
    const struct nf_catalogue *catalogue = &nft_reference_get(assembly)->catalogue;

    ck_assert_uint_gt(catalogue->junctions.n, 20);
    for (size_t k = 0; k < catalogue->junctions.n; k++) {
        const struct nf_known_junction *known = &catalogue->junctions.items[k];
        const struct nf_fusion *fusion;

        nft_calls_end(&calls);
        nft_calls_begin(&calls, assembly);
        fusion = fusion_of(known->published5[_i], known->published3[_i], "");
        ck_assert_msg(strcmp(nf_frame_name(fusion->frame), known->frame) == 0,
                      "%s %s: %s, published %s", known->partner, known->published5[_i],
                      nf_frame_name(fusion->frame), known->frame);
        ck_assert_int_eq(fusion->kinase, NF_KINASE_WHOLE);
    }
}
END_TEST

/* ---- kinase ---- */

static enum nf_kinase kinase_at(uint32_t target, bool target_is_3prime, int64_t pos0)
{
    struct nf_junction junction;

    memset(&junction, 0, sizeof junction);
    junction.target = target;
    junction.target_is_3prime = target_is_3prime;
    junction.three.pos0 = junction.five.pos0 = pos0;
    return nf_kinase_find(&calls.reference->panel, &junction);
}

/* Residues 510–781, 554–823 and 538–824, counted on the genome of either assembly. */
START_TEST(kinase_to_the_base)
{
    const struct nft_reference *reference =
        nft_reference_get(_i / 3 ? NF_ASSEMBLY_GRCH37 : NF_ASSEMBLY_GRCH38);
    const uint32_t target = (uint32_t)_i % 3;
    const struct nf_target *row = &reference->catalogue.targets.items[target];
    const struct nf_panel_target *placed = &reference->panel.targets.items[target];
    const int64_t on = placed->strand > 0 ? 1 : -1;
    const int64_t first = nf_transcript_residue_pos0(&reference->annot, placed->transcript,
                                                     row->kinase_start, 0);
    const int64_t last =
        nf_transcript_residue_pos0(&reference->annot, placed->transcript, row->kinase_end, 2);

    calls.reference = reference;
    ck_assert_int_gt(first, 0);
    ck_assert_int_gt(on * last, on * first);
    ck_assert_int_eq(kinase_at(target, true, first - 90 * on), NF_KINASE_WHOLE);
    ck_assert_int_eq(kinase_at(target, true, first), NF_KINASE_WHOLE);
    ck_assert_int_eq(kinase_at(target, true, first + on), NF_KINASE_BROKEN);
    ck_assert_int_eq(kinase_at(target, true, last), NF_KINASE_BROKEN);
    ck_assert_int_eq(kinase_at(target, true, last + on), NF_KINASE_ABSENT);
    ck_assert_int_eq(kinase_at(target, false, first - on), NF_KINASE_ABSENT);
    ck_assert_int_eq(kinase_at(target, false, first), NF_KINASE_BROKEN);
    ck_assert_int_eq(kinase_at(target, false, last - on), NF_KINASE_BROKEN);
    ck_assert_int_eq(kinase_at(target, false, last), NF_KINASE_WHOLE);
}
END_TEST

/* Exons of the MANE transcripts at which fusions begin: the last ones with a whole kinase and
 * the first without. */
static const struct {
    const char *target;
    uint32_t exon;
    enum nf_kinase kinase;
} acceptors[] = {
    {"NTRK1", 8, NF_KINASE_WHOLE},   {"NTRK1", 12, NF_KINASE_WHOLE},
    {"NTRK1", 13, NF_KINASE_WHOLE},  {"NTRK1", 14, NF_KINASE_BROKEN},
    {"NTRK1", 17, NF_KINASE_BROKEN}, {"NTRK2", 13, NF_KINASE_WHOLE},
    {"NTRK2", 15, NF_KINASE_WHOLE},  {"NTRK2", 16, NF_KINASE_BROKEN},
    {"NTRK2", 19, NF_KINASE_BROKEN}, {"NTRK3", 14, NF_KINASE_WHOLE},
    {"NTRK3", 15, NF_KINASE_WHOLE},  {"NTRK3", 16, NF_KINASE_BROKEN},
    {"NTRK3", 20, NF_KINASE_BROKEN},
};

START_TEST(kinase_by_exon)
{
    const char *symbol = acceptors[_i].target;
    int64_t pos0 = nft_acceptor0(calls.reference, symbol, acceptors[_i].exon);

    ck_assert_str_eq(
        nf_kinase_name(kinase_at(nft_target(calls.reference, symbol), true, pos0)),
        nf_kinase_name(acceptors[_i].kinase));
}
END_TEST

START_TEST(kinase_not_known_or_not_touched)
{
    struct nf_panel panel = calls.reference->panel;
    struct nf_panel_target targets[3];
    struct nf_junction junction;

    memset(&junction, 0, sizeof junction);
    junction.intragenic = junction.target_is_3prime = true;
    ck_assert_int_eq(nf_kinase_find(&panel, &junction), NF_KINASE_UNKNOWN);
    memcpy(targets, panel.targets.items, sizeof targets);
    panel.targets.items = targets;
    targets[0].kinase_first0 = -1;
    ck_assert_int_eq(nf_kinase_find(&panel, &junction), NF_KINASE_UNKNOWN);
    junction.intragenic = false;
    ck_assert_int_eq(nf_kinase_find(&panel, &junction), NF_KINASE_UNKNOWN);
}
END_TEST

/* Skips inside NTRK1 (+ strand): what lies between five and three is left out. */
static const struct {
    int64_t five_from_first,
        three_from_first; /* three: counted from the end when above 9999 */
    enum nf_kinase kinase;
} skips[] = {
    {-500, -400, NF_KINASE_WHOLE}, {-500, 0, NF_KINASE_WHOLE},    {-500, 1, NF_KINASE_BROKEN},
    {10, 20, NF_KINASE_BROKEN},    {-1, 10001, NF_KINASE_ABSENT}, {20, 10, NF_KINASE_UNKNOWN},
};

START_TEST(kinase_of_skips)
{
    const struct nf_panel_target *target = &calls.reference->panel.targets.items[0];
    int64_t three = skips[_i].three_from_first;
    struct nf_junction junction;

    memset(&junction, 0, sizeof junction);
    junction.intragenic = junction.target_is_3prime = true;
    junction.five.strand = junction.three.strand = target->strand;
    junction.five.pos0 = target->kinase_first0 + skips[_i].five_from_first;
    junction.three.pos0 =
        three > 9999 ? target->kinase_last0 + three - 10000 : target->kinase_first0 + three;
    ck_assert_int_eq(nf_kinase_find(&calls.reference->panel, &junction), skips[_i].kinase);
}
END_TEST

/* Acceptors of truncated isoforms lead to no kinase: TrkB-T1's and TrkB-Shc's terminal exons.
 */
START_TEST(truncated_isoforms_have_no_kinase)
{
    static const int64_t acceptors0[] = {84871788, 84810541};
    struct nf_junction junction;

    memset(&junction, 0, sizeof junction);
    junction.target = 1;
    junction.target_is_3prime = true;
    junction.three.contig = calls.reference->panel.targets.items[1].core.contig;
    junction.three.strand = 1;
    junction.three.pos0 = acceptors0[_i];
    ck_assert_int_eq(nf_kinase_find(&calls.reference->panel, &junction), NF_KINASE_ABSENT);
}
END_TEST

START_TEST(words)
{
    ck_assert_str_eq(nf_frame_name(NF_FRAME_IN), "in");
    ck_assert_str_eq(nf_frame_name(NF_FRAME_OUT), "out");
    ck_assert_str_eq(nf_frame_name(NF_FRAME_UTR5), "5'-UTR");
    ck_assert_str_eq(nf_frame_name(NF_FRAME_NO_CDS), "no-CDS");
    ck_assert_str_eq(nf_frame_name(NF_FRAME_MIXED), "mixed");
    ck_assert_str_eq(nf_frame_name(NF_FRAME_UNKNOWN), "unknown");
    ck_assert_str_eq(nf_kinase_name(NF_KINASE_WHOLE), "whole");
    ck_assert_str_eq(nf_kinase_name(NF_KINASE_BROKEN), "broken");
    ck_assert_str_eq(nf_kinase_name(NF_KINASE_ABSENT), "absent");
    ck_assert_str_eq(nf_kinase_name(NF_KINASE_UNKNOWN), "unknown");
}
END_TEST

Suite *frame_suite(void)
{
    Suite *suite = suite_create("frame");
    TCase *frame = tcase_create("frame");
    TCase *kinase = tcase_create("kinase");

    tcase_add_unchecked_fixture(frame, nft_reference_load, NULL);
    tcase_add_checked_fixture(frame, begin, end);
    tcase_add_loop_test(frame, frames_by_hand, 0, NFT_COUNT(frames));
    tcase_add_loop_test(frame, frames_as_published, 0, 2);
    tcase_add_unchecked_fixture(kinase, nft_reference_load, NULL);
    tcase_add_checked_fixture(kinase, begin, end);
    tcase_add_loop_test(kinase, kinase_to_the_base, 0, 6);
    tcase_add_loop_test(kinase, kinase_by_exon, 0, NFT_COUNT(acceptors));
    tcase_add_test(kinase, kinase_not_known_or_not_touched);
    tcase_add_loop_test(kinase, kinase_of_skips, 0, NFT_COUNT(skips));
    tcase_add_loop_test(kinase, truncated_isoforms_have_no_kinase, 0, 2);
    tcase_add_test(kinase, words);
    suite_add_tcase(suite, frame);
    suite_add_tcase(suite, kinase);
    return suite;
}
