/* SPDX-License-Identifier: MIT */
/* Tests of scan_chimeric: STAR's separate chimeric files beside an alignment that lacks what
 * they hold. Positions are GRCh38. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/scan.h"
#include "support.h"
#include "support_pairs.h"
#include "support_sam.h"
#include "support_scan.h"

static const struct nft_reference *reference;
static struct nft_sample sample;     /* the alignment */
static struct nft_sample chimeric;   /* its Chimeric.out.sam */
static struct nft_transcript fusion; /* ETV6::NTRK3 */
static struct nft_calls calls;
static char *folder;
static const char *alignment_path, *chimeric_path;

static void begin(void)
{
    nft_log_begin();
    folder = nft_folder_new();
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    fusion = nft_fusion(reference, "ETV6", 5, "NTRK3", 15);
    memset(&sample, 0, sizeof sample);
    sample.reference = reference;
    chimeric = sample;
    chimeric.aligner = NFT_STAR_FILE;
    memset(&calls, 0, sizeof calls);
    alignment_path = nft_path(folder, "s.bam");
    chimeric_path = nft_path(folder, "c.sam");
}

static void end(void)
{
    nft_calls_end(&calls);
    nft_sample_free(&sample);
    nft_sample_free(&chimeric);
    nft_folder_remove(folder);
    nft_log_end();
}

/* Six fragments across the break: a read of four is split. */
static void add_fusion(struct nft_sample *to)
{
    for (int i = 0; i < 6; i++) {
        char name[16];

        snprintf(name, sizeof name, "f%d", i);
        nft_sample_pair(to, name, &fusion, -145 + 9 * i, 170);
    }
}

/* The sample or, where it is empty, an alignment without a read of interest. */
static void write_alignment(const char *header)
{
    char *lines;

    if (sample.lines.n == 0)
        nft_sample_line(&sample, "x\t0\tchr1\t1000\t60\t10M\t*\t0\t0\t*\t*");
    lines = nft_sample_sorted(&sample);
    nft_sam_write_parts(alignment_path, header, lines, NFT_BAI);
    free(lines);
}

/* STAR claims no order, so without the line @HD. */
static void write_chimeric(const char *header)
{
    char *lines = nft_sample_text(&chimeric);

    nft_sam_write_parts(chimeric_path, strchr(header, '\n') + 1, lines, NFT_NO_INDEX);
    free(lines);
}

/* Scans the alignment with the chimeric file, along both roads, which must agree; leaves the
 * scan in `calls` and returns its text, to be freed. */
static char *scan_both(const char *only_sample)
{
    struct nf_scan_options options = {.input = {.path = alignment_path},
                                      .chimeric = &chimeric_path,
                                      .n_chimeric = 1,
                                      .only_sample = only_sample};
    char *targeted, *full;

    targeted = nft_scan_file(reference, &options, NULL);
    options.input.without_index = true;
    ck_assert_int_eq(nft_scan(&calls, reference, options), NF_OK);
    full = nft_scan_text(&calls);
    nft_assert_same_scan(targeted, full);
    free(targeted);
    return full;
}

/* ---- Chimeric.out.sam ---- */

/* The pieces of a read give what the same reads give within a BAM, but for their kind. */
START_TEST(pieces_make_the_junction_of_reads_within_the_alignment)
{
    const struct nf_junction *within, *separate;
    struct nft_calls expected;
    struct nf_scan_options options = {.input = {.path = alignment_path}};

    add_fusion(&sample);
    write_alignment(reference->header);
    ck_assert_int_eq(nft_scan(&expected, reference, options), NF_OK);
    nft_calls_junctions(&expected);
    within = nft_only_junction(&expected);
    nft_sample_free(&sample);
    write_alignment(reference->header);
    add_fusion(&chimeric);
    write_chimeric(reference->header);
    free(scan_both(NULL));
    separate = nft_only_junction(&calls);
    nft_assert_place(reference, separate->five, "chr12:11869969:+");
    nft_assert_place(reference, separate->three, "chr15:87940753:-");
    ck_assert_int_ge(within->n_split, 4);
    ck_assert_int_eq(separate->n_split, within->n_split);
    ck_assert_int_eq(separate->n_spanning, within->n_spanning);
    ck_assert_int_eq(separate->n_start_sites, within->n_start_sites);
    ck_assert_int_eq(memcmp(separate->consensus.bases, within->consensus.bases,
                            sizeof within->consensus.bases),
                     0);
    for (size_t i = 0; i < calls.scan.observations.joins.n; i++)
        ck_assert_int_eq(calls.scan.observations.joins.items[i].kind, NF_JOIN_FILE);
    nft_calls_end(&expected);
}
END_TEST

START_TEST(a_fragment_of_both_files_counts_once)
{
    int64_t n_within;

    add_fusion(&sample);
    write_alignment(reference->header);
    write_chimeric(reference->header);
    free(scan_both(NULL));
    n_within = nft_only_junction(&calls)->supports.n;
    nft_calls_end(&calls);
    add_fusion(&chimeric);
    write_chimeric(reference->header);
    free(scan_both(NULL));
    ck_assert_int_eq((int64_t)nft_only_junction(&calls)->supports.n, n_within);
    ck_assert_int_eq(nft_only_junction(&calls)->n_unique, n_within);
}
END_TEST

START_TEST(records_sorted_by_position_are_refused)
{
    struct nf_scan_options options = {
        .input = {.path = alignment_path}, .chimeric = &chimeric_path, .n_chimeric = 1};
    char *lines;

    write_alignment(reference->header);
    add_fusion(&chimeric);
    lines = nft_sample_sorted(&chimeric);
    nft_sam_write_parts(chimeric_path, reference->header, lines, NFT_NO_INDEX);
    free(lines);
    ck_assert_int_eq(nft_scan(&calls, reference, options), NF_ERR_INPUT);
    nft_assert_contains(nft_log_text(), "c.sam: is sorted by position");
}
END_TEST

/* "chr" taken out of header and lines. */
static char *without_chr(const char *text)
{
    char *out = strdup(text), *to = out;

    ck_assert_ptr_nonnull(out);
    for (const char *from = text; *from;) {
        if (strncmp(from, "chr", 3) == 0)
            from += 3;
        else
            *to++ = *from++;
    }
    *to = '\0';
    return out;
}

/* Contigs go by name, in any spelling, and not by number; reads on contigs that the alignment
 * lacks are left. */
START_TEST(contigs_may_have_other_names_and_order)
{
    char *lines, *renamed, header[8192];
    const char *rest;

    write_alignment(reference->header);
    add_fusion(&chimeric);
    nft_sample_line(&chimeric, "g0\t0\textra\t1000\t60\t10M\t*\t0\t0\t*\t*");
    lines = nft_sample_text(&chimeric);
    renamed = without_chr(lines);
    for (char *at = renamed; (at = strstr(at, "extra")) != NULL;)
        memcpy(at, "alien", 5);
    rest = strstr(reference->header, "@SQ\tSN:chr2\t");
    snprintf(header, sizeof header, "@HD\tVN:1.6\n@SQ\tSN:alien\tLN:2000\n%s", rest);
    free(lines);
    lines = without_chr(header);
    nft_sam_write_parts(chimeric_path, lines, renamed, NFT_NO_INDEX);
    free(lines);
    free(renamed);
    free(scan_both(NULL));
    nft_assert_place(reference, nft_only_junction(&calls)->five, "chr12:11869969:+");
    nft_assert_place(reference, nft_only_junction(&calls)->three, "chr15:87940753:-");
    ck_assert_int_ge(nft_only_junction(&calls)->n_split, 4);
}
END_TEST

#define TWO_SAMPLES "@RG\tID:a\tSM:first\n@RG\tID:b\tSM:second\n"

static const struct {
    const char *read_groups; /* of the alignment's header */
    const char *tags;        /* of the chimeric records */
    const char *column;      /* the read group of the junction file's line; NULL: no column */
    const char *only_sample;
    const char *expected; /* the read group of the fragments; NULL: none are taken */
} group_rows[] = {
    {"", NULL, NULL, NULL, ""},
    {"@RG\tID:a\tSM:first\n", NULL, NULL, NULL, "a"},
    {"@RG\tID:a\tSM:first\n", "\tRG:Z:a", "a", NULL, "a"},
    {"@RG\tID:a\tSM:first\n", NULL, "GRPundef", NULL, "a"}, /* renamed since */
    {TWO_SAMPLES, "\tRG:Z:b", "b", NULL, "b"},
    {TWO_SAMPLES, "\tRG:Z:b", "b", "second", "b"},
    {TWO_SAMPLES, "\tRG:Z:b", "b", "first", NULL},
};

static void assert_groups(const char *text, const char *expected)
{
    char start[32];

    if (!expected) {
        ck_assert_ptr_null(strstr(text, "join "));
        return;
    }
    snprintf(start, sizeof start, "\njoin %s|f", expected);
    nft_assert_contains(text, start);
    for (const char *at = text; (at = strstr(at, "\njoin ")) != NULL; at++)
        ck_assert_int_eq(strncmp(at, start, strlen(start)), 0);
}

static void write_with_groups(const char *read_groups)
{
    char header[8192];

    snprintf(header, sizeof header, "%s%s", reference->header, read_groups);
    write_alignment(header);
}

START_TEST(read_groups_of_records)
{
    char *text;

    write_with_groups(group_rows[_i].read_groups);
    chimeric.tags = group_rows[_i].tags;
    add_fusion(&chimeric);
    write_chimeric(reference->header);
    text = scan_both(group_rows[_i].only_sample);
    assert_groups(text, group_rows[_i].expected);
    free(text);
}
END_TEST

/* ---- Chimeric.out.junction ---- */

static void write_junctions(const char *text)
{
    chimeric_path = nft_path(folder, "Chimeric.out.junction");
    nft_write(chimeric_path, nf_span_of(text));
}

#define HEADER                                                                           \
    "chr_donorA\tbrkpt_donorA\tstrand_donorA\tchr_acceptorB\tbrkpt_acceptorB\t"          \
    "strand_acceptorB\tjunction_type\trepeat_left_lenA\trepeat_right_lenB\tread_name\t"  \
    "start_alnA\tcigar_alnA\tstart_alnB\tcigar_alnB\tnum_chim_aln\tmax_poss_aln_score\t" \
    "non_chim_aln_score\tthis_chim_aln_score\tbestall_chim_aln_score\tPEmerged_bool\treadgrp\n"

START_TEST(read_groups_of_junction_lines)
{
    char line[256];
    char *text;

    write_with_groups(group_rows[_i].read_groups);
    snprintf(
        line, sizeof line,
        "chr12\t11869970\t+\tchr15\t87940754\t-\t1\t0\t0\tf1\t11869940\t30M30S\t87940724\t"
        "30M30S\t1\t60\t30\t60\t60\t0%s%s\n",
        group_rows[_i].column ? "\t" : "", group_rows[_i].column ? group_rows[_i].column : "");
    write_junctions(line);
    text = scan_both(group_rows[_i].only_sample);
    assert_groups(text, group_rows[_i].expected);
    free(text);
}
END_TEST

#define TAIL "\t1\t120\t60\t120\t120\t0"

static const struct {
    const char *text;
    const char *five, *three; /* NULL: no split read */
    bool target_is_3prime;
    int anchor5, anchor3;
} line_rows[] = {
    {"chr12\t11869970\t+\tchr15\t87940754\t-\t1\t0\t0\tr\t11869940\t30M30S\t87940714\t"
     "40M20S\n",
     "chr12:11869969:+", "chr15:87940753:-", true, 30, 40},
    /* read against the transcript */
    {"chr15\t87940754\t+\tchr12\t11869970\t-\t2\t0\t0\tr\t87940714\t40M20S\t"
     "11869940\t30M30S\n",
     "chr12:11869969:+", "chr15:87940753:-", true, 30, 40},
    /* the newer file: more columns, a header line, comments; other names of chromosomes */
    {HEADER
     "12\t11869970\t+\t15\t87940754\t-\t1\t0\t0\tr\t11869940\t30M30S\t87940714\t40M20S" TAIL
     "\n# 2.7.10a   STAR --chimOutJunctionFormat 1\n# Nreads 5\tNreadsUnique 4\n",
     "chr12:11869969:+", "chr15:87940753:-", true, 30, 40},
    {"NC_000012.12\t11869970\t+\tNC_000015.10\t87940754\t-\t0\t0\t0\tr/1\t11869940\t30M30S\t"
     "87940714\t40M20S" TAIL "\n",
     "chr12:11869969:+", "chr15:87940753:-", true, 30, 40},
    /* mates in the CIGAR, with a gap between them or overlapping */
    {"chr12\t11869970\t+\tchr15\t87940754\t-\t1\t2\t1\tr\t11869900\t60M-20p30M30S\t87940614\t"
     "50M50p40M20S\n",
     "chr12:11869969:+", "chr15:87940753:-", true, 60, 50},
    /* the target on the 5′ side */
    {"chr15\t88032856\t-\tchr12\t11884444\t+\t1\t0\t0\tr\t88032857\t30M30S\t"
     "11884445\t30S30M\n",
     "chr15:88032857:-", "chr12:11884445:+", false, 30, 30},
    /* no target, an unknown contig */
    {"chr12\t11869970\t+\tchr2\t5000\t-\t1\t0\t0\tr\t11869940\t30M30S\t4970\t30M30S\n", NULL,
     NULL, false, 0, 0},
    {"alien\t11869970\t+\tchr15\t87940754\t-\t1\t0\t0\tr\t11869940\t30M30S\t87940714\t"
     "40M20S\n",
     NULL, NULL, false, 0, 0},
    {HEADER, NULL, NULL, false, 0, 0},
    {"", NULL, NULL, false, 0, 0},
    {"# no line\n\n", NULL, NULL, false, 0, 0},
};

START_TEST(junction_lines_become_joins)
{
    const struct nf_join *join;

    write_alignment(reference->header);
    write_junctions(line_rows[_i].text);
    free(scan_both(NULL));
    ck_assert_uint_eq(calls.scan.observations.joins.n, line_rows[_i].five != NULL);
    ck_assert_uint_eq(calls.scan.observations.mates.n, 0);
    if (!line_rows[_i].five)
        return;
    join = &calls.scan.observations.joins.items[0];
    ck_assert_int_eq(join->kind, NF_JOIN_FILE);
    nft_assert_place(reference, join->five, line_rows[_i].five);
    nft_assert_place(reference, join->three, line_rows[_i].three);
    ck_assert_int_eq(join->target_is_3prime, line_rows[_i].target_is_3prime);
    ck_assert_int_eq(join->anchor5, line_rows[_i].anchor5);
    ck_assert_int_eq(join->anchor3, line_rows[_i].anchor3);
    ck_assert_str_eq(calls.scan.observations.fragments.items[0].name, "r");
}
END_TEST

/* Type −1: the mates lie on either side, no read is split; donor and acceptor in either
 * order. */
START_TEST(junction_lines_of_pairs_become_mates)
{
    static const char *const lines[] = {
        "chr12\t11869930\t+\tchr15\t87940700\t-\t-1\t0\t0\tr\t11869870\t60M\t87940640\t60M\n",
        "chr15\t87940700\t+\tchr12\t11869930\t-\t-1\t0\t0\tr\t87940640\t60M\t11869870\t60M\n",
    };
    const struct nf_mate *mates;

    write_alignment(reference->header);
    write_junctions(lines[_i]);
    free(scan_both(NULL));
    ck_assert_uint_eq(calls.scan.observations.joins.n, 0);
    ck_assert_uint_eq(calls.scan.observations.mates.n, 2);
    mates = calls.scan.observations.mates.items;
    ck_assert_int_ne(mates[0].is_target, mates[1].is_target);
    for (int i = 0; i < 2; i++) {
        const struct nf_mate *mate = &mates[i];
        const bool in_target = mate->is_target;

        ck_assert_uint_eq(mate->target, nft_target(reference, "NTRK3"));
        ck_assert_int_eq(mate->contig, nft_contig(reference, in_target ? "chr15" : "chr12"));
        ck_assert_int_eq(mate->start0, in_target ? 87940639 : 11869869);
        ck_assert_int_eq(mate->end0, mate->start0 + 60);
        ck_assert_int_eq(mate->strand, 1);
        ck_assert_int_eq(mate->mate_strand, 1);
        ck_assert_int_eq(mate->mate_contig, mates[!i].contig);
        ck_assert_int_eq(mate->mate_pos0, mates[!i].start0);
    }
}
END_TEST

/* The pairs of junction lines support what split reads show. */
START_TEST(lines_add_up_to_a_junction)
{
    write_alignment(reference->header);
    write_junctions(
        "chr12\t11869970\t+\tchr15\t87940754\t-\t1\t0\t0\ta\t11869940\t30M30S\t87940714\t"
        "40M20S\n"
        "chr15\t87940754\t+\tchr12\t11869970\t-\t2\t0\t0\tb\t87940724\t30M30S\t"
        "11869940\t30M30S\n"
        "chr12\t11869930\t+\tchr15\t87940700\t-\t-1\t0\t0\tc\t11869870\t60M\t87940640\t60M\n"
        "chr15\t87940700\t+\tchr12\t11869930\t-\t-1\t0\t0\td\t87940640\t60M\t11869870\t60M\n"
        "chr12\t11869930\t+\tchr15\t87940700\t-\t-1\t0\t0\ta\t11869870\t60M\t87940640\t60M\n");
    free(scan_both(NULL));
    ck_assert_int_eq(nft_only_junction(&calls)->n_split, 2);
    ck_assert_int_eq(nft_only_junction(&calls)->n_spanning, 2);
}
END_TEST

/* Reads that the aligner only clipped are worth something once pairs of the file name their
 * gene, which an index query must read then. */
START_TEST(places_of_the_file_are_read)
{
    const struct nft_transcript other = nft_fusion(reference, "EWSR1", 7, "NTRK3", 15);
    const long long named1 = (long long)nft_acceptor0(reference, "EWSR1", 3) + 1;
    char lines[512];

    sample.aligner = NFT_CLIPS;
    sample.is_single = true;
    for (int i = 0; i < 8; i++) {
        char name[16];

        snprintf(name, sizeof name, "s%d", i);
        nft_sample_pair(&sample, name, &other, -44 + 4 * i, 60);
    }
    write_alignment(reference->header);
    snprintf(lines, sizeof lines,
             "chr22\t%lld\t+\tchr15\t87940700\t-\t-1\t0\t0\ta\t%lld\t60M\t87940640\t60M\n"
             "chr22\t%lld\t+\tchr15\t87940702\t-\t-1\t0\t0\tb\t%lld\t60M\t87940642\t60M\n",
             named1 + 60, named1, named1 + 63, named1 + 3);
    write_junctions(lines);
    free(scan_both(NULL));
    ck_assert_int_eq(nft_only_junction(&calls)->five.pos0, other.five.pos0);
    nft_assert_place(reference, nft_only_junction(&calls)->three, "chr15:87940753:-");
    ck_assert_int_ge(nft_only_junction(&calls)->n_rescued, 6);
}
END_TEST

#define GOOD "chr12\t1\t+\tchr15\t2\t-\t1\t0\t0\tr\t1\t30M30S\t1\t30S30M\n"

static const struct {
    const char *text;
    int line;
} bad_rows[] = {
    {"chr12\t1\t+\tchr15\t2\t-\t1\t0\t0\tr\t1\t30M30S\t1\n", 1},
    {"chr12\tx\t+\tchr15\t2\t-\t1\t0\t0\tr\t1\t30M30S\t1\t30S30M\n", 1},
    {GOOD "chr12\t1\t*\tchr15\t2\t-\t1\t0\t0\tr\t1\t30M30S\t1\t30S30M\n", 2},
    {GOOD GOOD "chr12\t1\t+\tchr15\t-2\t-\t1\t0\t0\tr\t1\t30M30S\t1\t30S30M\n", 3},
    {GOOD "# note\nchr12\t1\t+\tchr15\t2\t\t1\t0\t0\tr\t1\t30M30S\t1\t30S30M\n", 3},
    {"chr12\t1\t+\tchr15\t2\t-\t17\t0\t0\tr\t1\t30M30S\t1\t30S30M\n", 1},
    {"chr12\t1\t+\tchr15\t2\t-\t1\t0\t0\tr\t0\t30M30S\t1\t30S30M\n", 1},
    {"chr12\t1\t+\tchr15\t2\t-\t1\t0\t0\tr\t1\t30M30S\tx\t30S30M\n", 1},
    {"chr12\t1\t+\tchr15\t2\t-\t1\t0\t0\tr\t1\t30M30\t1\t30S30M\n", 1},
    {"chr12\t1\t+\tchr15\t2\t-\t1\t0\t0\tr\t1\t30M30S\t1\t30Q\n", 1},
    {"chr12\t1\t+\tchr15\t2\t-\t1\t0\t0\tr\t1\t30M30S\t1\t\n", 1},
    {"@r1\nACGT\n+\nIIII\n", 1},
    {HEADER "something else\n", 2},
};

START_TEST(bad_lines_are_named)
{
    struct nf_scan_options options = {.input = {.path = alignment_path}};
    char place[64];

    write_alignment(reference->header);
    write_junctions(bad_rows[_i].text);
    options.chimeric = &chimeric_path;
    options.n_chimeric = 1;
    ck_assert_int_eq(nft_scan(&calls, reference, options), NF_ERR_FORMAT);
    snprintf(place, sizeof place, "Chimeric.out.junction:%d: ", bad_rows[_i].line);
    nft_assert_contains(nft_log_text(), place);
}
END_TEST

Suite *scan_chimeric_suite(void)
{
    Suite *suite = suite_create("scan_chimeric");
    TCase *tcase = tcase_create("scan_chimeric");

    tcase_add_unchecked_fixture(tcase, nft_reference_load, NULL);
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_test(tcase, pieces_make_the_junction_of_reads_within_the_alignment);
    tcase_add_test(tcase, a_fragment_of_both_files_counts_once);
    tcase_add_test(tcase, records_sorted_by_position_are_refused);
    tcase_add_test(tcase, contigs_may_have_other_names_and_order);
    tcase_add_loop_test(tcase, read_groups_of_records, 0, (int)NFT_COUNT(group_rows));
    tcase_add_loop_test(tcase, read_groups_of_junction_lines, 0, (int)NFT_COUNT(group_rows));
    tcase_add_loop_test(tcase, junction_lines_become_joins, 0, (int)NFT_COUNT(line_rows));
    tcase_add_loop_test(tcase, junction_lines_of_pairs_become_mates, 0, 2);
    tcase_add_test(tcase, lines_add_up_to_a_junction);
    tcase_add_test(tcase, places_of_the_file_are_read);
    tcase_add_loop_test(tcase, bad_lines_are_named, 0, (int)NFT_COUNT(bad_rows));
    suite_add_tcase(suite, tcase);
    return suite;
}
