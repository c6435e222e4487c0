/* SPDX-License-Identifier: MIT */
/* Tests of scan: the two roads through a file say the same. Samples made at random, and for
 * each part of the contract a sample of its own. Separate chimeric files:
 * check_scan_chimeric.c. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/scan.h"
#include "support.h"
#include "support_pairs.h"
#include "support_random.h"
#include "support_sam.h"
#include "support_scan.h"

enum { N_SAMPLES = 60 };

static const struct nft_reference *reference;
static struct nft_sample sample;
static struct nft_transcript fusion; /* ETV6::NTRK3 */
static char *folder;
static uint64_t chance;

static void begin(void)
{
    nft_log_begin();
    folder = nft_folder_new();
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    fusion = nft_fusion(reference, "ETV6", 5, "NTRK3", 15);
    memset(&sample, 0, sizeof sample);
    sample.reference = reference;
}

static void end(void)
{
    nf_interrupt_set(0);
    nft_sample_free(&sample);
    nft_folder_remove(folder);
    nft_log_end();
}

/* Writes the sample as a file. */
static const char *write_as(const char *name, enum nft_index index)
{
    const char *path = nft_path(folder, name);
    char *lines = nft_sample_sorted(&sample);

    nft_sam_write_parts(path, reference->header, lines, index);
    free(lines);
    return path;
}

/* The text of a scan along one road; fails when it took the other. */
static char *scan_along(const char *path, bool targeted)
{
    const struct nf_scan_options options = {
        .input = {.path = path, .without_index = !targeted}};
    bool was_targeted;
    char *text = nft_scan_file(reference, &options, &was_targeted);

    ck_assert_int_eq(was_targeted, targeted);
    return text;
}

/* Writes the sample, takes both roads, and fails unless they agree; returns the text, to be
 * freed. */
static char *assert_roads_agree(void)
{
    const char *path = write_as("s.bam", NFT_BAI);
    char *targeted = scan_along(path, true), *full = scan_along(path, false);

    nft_assert_same_scan(targeted, full);
    free(targeted);
    return full;
}

/* ---- samples made at random ---- */

static int random_below(int n)
{
    return (int)nft_random(&chance, (uint32_t)n);
}

/* A partner: known to the catalogue or not, at an exon edge or anywhere. */
static struct nf_locus random_partner(void)
{
    static const char *const symbols[] = {"ETV6", "TPM3", "LMNA", "SQSTM1"};
    const struct nf_annot *annot = &reference->annot;
    const struct nf_gene *gene;
    const char *symbol;

    switch (random_below(4)) {
    case 0: /* outside genes, mostly; close to one another */
        return (struct nf_locus){nft_contig(reference, random_below(2) ? "chr2" : "chr13"),
                                 (int8_t)(random_below(2) ? 1 : -1),
                                 100000000 + random_below(100000)};
    case 1:
        symbol = symbols[random_below(4)];
        break;
    default:
        do {
            gene = &annot->genes.items[random_below((int)annot->genes.n)];
        } while (gene->contig < 0 || annot->transcripts.items[gene->primary].n_exons < 3 ||
                 strncmp(gene->symbol, "NTRK", 4) == 0);
        symbol = gene->symbol;
        break;
    }
    return nft_fusion(reference, symbol, 1 + (uint32_t)random_below(2), "NTRK1", 2).five;
}

static void add_random_fusion(int number)
{
    static const char *const targets[] = {"NTRK1", "NTRK2", "NTRK3"};
    struct nft_transcript transcript = nft_fusion(
        reference, "ETV6", 5, targets[random_below(3)], 6 + (uint32_t)random_below(8));
    const int n_pairs = 1 + random_below(9);
    const bool only_clips = random_below(2) == 0, only_single = random_below(3) == 0;

    transcript.five = random_partner();
    for (int i = 0; i < n_pairs; i++) {
        const int length = 120 + random_below(200);
        char name[32];

        snprintf(name, sizeof name, "f%d_%d", number, i);
        sample.aligner = only_clips || random_below(2) ? NFT_CLIPS : NFT_SPLITS;
        sample.is_single = only_single || random_below(4) == 0;
        nft_sample_pair(&sample, name, &transcript,
                        sample.is_single ? -5 - random_below(50) : -random_below(length),
                        length);
    }
    sample.is_single = false;
}

/* Ordinary pairs of targets, control genes and others, some with a clip or a stray SA. */
static void add_background(int n)
{
    static const char *const symbols[] = {"NTRK1", "NTRK3", "GAPDH", "ACTB", "TPM3", "ETV6"};

    sample.aligner = NFT_SPLITS;
    for (int i = 0; i < n; i++) {
        const char *symbol = symbols[random_below(6)];
        struct nft_transcript transcript = nft_fusion(reference, symbol, 1, symbol, 2);
        char name[32];

        snprintf(name, sizeof name, "b%d", i);
        sample.tags = random_below(4) ? NULL : "\tRX:Z:ACGT";
        nft_sample_pair(&sample, name, &transcript, random_below(40), 100 + random_below(100));
        sample.tags = NULL;
    }
    nft_sample_line(&sample, "u\t4\t*\t0\t0\t*\t*\t0\t0\tACGT\t*");
}

START_TEST(roads_agree_on_any_sample)
{
    const int n_fusions = 1 + _i % 5;

    chance = (uint64_t)_i + 1;
    for (int i = 0; i < n_fusions; i++)
        add_random_fusion(i);
    add_background(20);
    free(assert_roads_agree());
}
END_TEST

/* Formats, indexes, threads and the order of records change nothing. */
START_TEST(formats_and_order_do_not_matter)
{
    static const struct {
        const char *name;
        enum nft_index index;
        bool targeted;
    } rows[] = {{"a.bam", NFT_CSI, true},
                {"b.cram", NFT_CRAI, true},
                {"b.cram", NFT_NO_INDEX, false},
                {"c.sam", NFT_NO_INDEX, false}};
    char *expected, *text;
    const char *path = nft_path(folder, "shuffled.bam");
    struct nf_scan_options options = {.input = {.path = path, .n_threads = 3}};

    chance = 7;
    add_random_fusion(0);
    add_random_fusion(1);
    add_background(60);
    expected = assert_roads_agree();
    for (size_t i = 0; i < NFT_COUNT(rows); i++) {
        text = scan_along(write_as(rows[i].name, rows[i].index), rows[i].targeted);
        nft_assert_same_scan(text, expected);
        free(text);
    }
    for (size_t i = sample.lines.n - 1; i > 0; i--) {
        const size_t other = (size_t)random_below((int)i);
        const struct nft_line line = sample.lines.items[i];

        sample.lines.items[i] = sample.lines.items[other];
        sample.lines.items[other] = line;
    }
    text = nft_sample_text(&sample);
    nft_sam_write_parts(path, reference->header, text, NFT_NO_INDEX);
    free(text);
    text = nft_scan_file(reference, &options, NULL);
    nft_assert_same_scan(text, expected);
    free(text);
    free(expected);
}
END_TEST

/* ---- each record once ---- */

/* A pair half of which lies at a place, the other half in NTRK3. */
static void add_pair_to_target(const char *name, const char *contig, long long pos1,
                               const char *cigar, const char *tags)
{
    nft_sample_line(&sample, "%s\t65\t%s\t%lld\t60\t%s\tchr15\t87940601\t0\t*\t*%s", name,
                    contig, pos1, cigar, tags);
    nft_sample_line(&sample, "%s\t129\tchr15\t87940601\t60\t50M\t%s\t%lld\t0\t*\t*", name,
                    contig, pos1);
}

/* Records over the borders of windows (NTRK3: chr15:87849751-88266739), of the control gene
 * GAPDH (chr12:6534405-6538375), and from one region to another. */
START_TEST(records_on_borders_are_met_once)
{
    char *text;

    add_pair_to_target("a", "chr15", 87849726, "50M", "");
    add_pair_to_target("b", "chr15", 87849701, "50M", "");
    add_pair_to_target("c", "chr15", 88266715, "50M", "");
    add_pair_to_target("d", "chr15", 88266740, "50M", "");
    add_pair_to_target("e", "chr15", 87849726, "25M417000N25M", "");
    add_pair_to_target("f", "chr12", 6534380, "50M", "");
    add_pair_to_target("g", "chr12", 6538351, "25M1N25M", "");
    add_pair_to_target("h", "chr1", 156805726, "25M90000N25M", "");
    add_pair_to_target("i", "chr15", 44711500, "25M43217960N25M", ""); /* B2M to NTRK3 */
    text = assert_roads_agree();
    ck_assert_uint_eq(nft_count_lines(text, "cover"), 10);
    /* from NTRK3 all but c are seen outside the window, from there b, d, f, g and h */
    ck_assert_uint_eq(nft_count_lines(text, "mate"), 13);
    nft_assert_contains(text, "mapped 18 ");
    free(text);
}
END_TEST

/* Named places outside genes whose surroundings overlap, named in different rounds: each place
 * names the next by SA. */
START_TEST(overlapping_regions_of_rounds_are_met_once)
{
    char *text;

    for (int i = 0; i < 4; i++) {
        char name[16], tags[80];
        const long long pos1 = 100000000 + 15000LL * i;

        snprintf(name, sizeof name, "r%d", i);
        snprintf(tags, sizeof tags, "\tSA:Z:chr2,%lld,+,50S30M,60,0;", pos1 + 15000);
        add_pair_to_target(name, "chr2", pos1, "50M30S", tags);
        nft_sample_line(&sample,
                        "%s\t2113\tchr2\t%lld\t60\t50H30M\tchr15\t87940601\t0\t*\t*\t"
                        "SA:Z:chr2,%lld,+,50M30S,60,0;",
                        name, pos1 + 15000, pos1);
    }
    text = assert_roads_agree();
    ck_assert_uint_eq(nft_count_lines(text, "mate"), 8);
    ck_assert_uint_eq(nft_count_lines(text, "cover"), 4);
    free(text);
}
END_TEST

/* ---- what is absent ---- */

START_TEST(absent_pieces_lead_to_the_whole_file)
{
    const char *path;
    const struct nf_scan_options options = {.input = {.path = nft_path(folder, "s.bam")}};
    bool was_targeted = true;
    char *text, *full;

    sample.aligner = NFT_LOSES_PIECES;
    nft_sample_pair(&sample, "a", &fusion, -100, 170);
    nft_sample_pair(&sample, "b", &fusion, -90, 170);
    /* a fragment of the fusion that only a pass over the file can find */
    nft_sample_line(&sample, "lone\t0\tchr12\t11869940\t60\t30M30S\t*\t0\t0\t*\t*\t"
                             "SA:Z:chr15,87940724,-,30M30S,60,0;");
    path = write_as("s.bam", NFT_BAI);
    nft_log_begin();
    text = nft_scan_file(reference, &options, &was_targeted);
    ck_assert(!was_targeted);
    nft_assert_contains(nft_log_text(), "absent from the file");
    full = scan_along(path, false);
    nft_assert_same_scan(text, full);
    nft_assert_contains(text, "join |lone");
    free(text);
    free(full);
}
END_TEST

/* The lone record, whose other piece is absent from the target, lies where pairs do not name a
 * place, but in their gene or near by. */
static const struct {
    const char *contig;
    long long named1, lone1;
} lone_rows[] = {
    {"chr12", 11649700, 11869910},  /* ETV6, a partner known to the catalogue */
    {"chr12", 6534450, 6538300},    /* GAPDH, which is none */
    {"chr2", 100000000, 100015000}, /* no gene */
};

START_TEST(surroundings_of_named_places_are_read)
{
    struct nf_scan_options options = {.input = {.path = nft_path(folder, "s.bam")}};
    bool was_targeted = true;
    char *text, *full;

    add_pair_to_target("a", lone_rows[_i].contig, lone_rows[_i].named1, "50M", "");
    add_pair_to_target("b", lone_rows[_i].contig, lone_rows[_i].named1 + 7, "50M", "");
    nft_sample_line(&sample,
                    "lone\t0\t%s\t%lld\t60\t30M30S\t*\t0\t0\t*\t*\t"
                    "SA:Z:chr15,87940724,-,30M30S,60,0;",
                    lone_rows[_i].contig, lone_rows[_i].lone1);
    write_as("s.bam", NFT_BAI);
    text = nft_scan_file(reference, &options, &was_targeted);
    ck_assert(!was_targeted);
    nft_assert_contains(text, "join |lone");
    full = scan_along(options.input.path, false);
    nft_assert_same_scan(text, full);
    free(text);
    free(full);
}
END_TEST

/* Without any record in the target an index query cannot know; a full scan does. */
START_TEST(target_records_removed)
{
    const int32_t chr15 = nft_contig(reference, "chr15");
    size_t n = 0;
    char *text;
    const char *path;

    for (int i = 0; i < 5; i++) {
        char name[16];

        snprintf(name, sizeof name, "p%d", i);
        nft_sample_pair(&sample, name, &fusion, -135 + 5 * i, 170);
    }
    for (size_t i = 0; i < sample.lines.n; i++)
        if (sample.lines.items[i].contig == chr15)
            free(sample.lines.items[i].text);
        else
            sample.lines.items[n++] = sample.lines.items[i];
    ck_assert_uint_lt(n, sample.lines.n);
    sample.lines.n = n;
    path = write_as("s.bam", NFT_BAI);
    text = scan_along(path, true);
    ck_assert_uint_eq(nft_count_lines(text, "join"), 0);
    free(text);
    text = scan_along(path, false);
    ck_assert_uint_ge(nft_count_lines(text, "join"), 3);
    nft_assert_contains(text, "\ntarget 2 3prime=1");
    free(text);
}
END_TEST

/* Mapped records are counted whatever they are, and the same on both roads. */
START_TEST(mapped_records_are_counted)
{
    char *text;

    nft_sample_line(&sample, "a\t0\tchr3\t1000\t60\t10M\t*\t0\t0\t*\t*");
    nft_sample_line(&sample, "a\t2048\tchr4\t1000\t60\t10M\t*\t0\t0\t*\t*");
    nft_sample_line(&sample, "a\t256\tchr5\t1000\t0\t10M\t*\t0\t0\t*\t*");
    nft_sample_line(&sample, "b\t512\tchrM\t1000\t0\t10M\t*\t0\t0\t*\t*");
    nft_sample_line(&sample, "c\t69\tchr3\t1000\t0\t*\t=\t1000\t0\tACGT\t*");
    nft_sample_line(&sample, "d\t4\t*\t0\t0\t*\t*\t0\t0\tACGT\t*");
    text = assert_roads_agree();
    nft_assert_contains(text, "mapped 4 ");
    free(text);
}
END_TEST

/* No mapped record at all, so that an index has nothing to count; and no record at all. */
START_TEST(files_without_a_mapped_record)
{
    struct nf_scan_options options = {.input = {.path = nft_path(folder, "s.bam")}};
    char *text;

    if (_i == 0)
        nft_sample_line(&sample, "d\t4\t*\t0\t0\t*\t*\t0\t0\tACGT\t*");
    write_as("s.bam", NFT_BAI);
    text = nft_scan_file(reference, &options, NULL);
    nft_assert_contains(text, "mapped 0 ");
    ck_assert_uint_eq(nft_count_lines(text, "") - nft_count_lines(text, "quality") -
                          nft_count_lines(text, "control") - nft_count_lines(text, "target"),
                      2);
    free(text);
}
END_TEST

/* ---- samples in one file ---- */

START_TEST(one_sample_of_several_can_be_chosen)
{
    static const char read_groups[] = "@RG\tID:a\tSM:first\n@RG\tID:b\tSM:second\n"
                                      "@RG\tID:c\tSM:first\n";
    static const char *const tags[] = {"\tRG:Z:a", "\tRG:Z:b", "\tRG:Z:c", NULL, "\tRG:Z:x"};
    const char *path = nft_path(folder, "s.bam");
    struct nf_scan_options options = {.input = {.path = path}, .only_sample = "first"};
    char header[8192], *lines, *texts[2];

    for (size_t i = 0; i < NFT_COUNT(tags); i++) {
        sample.tags = tags[i];
        nft_sample_pair(&sample, "same", &fusion, -135 + (int)i, 170);
    }
    snprintf(header, sizeof header, "%s%s", reference->header, read_groups);
    lines = nft_sample_sorted(&sample);
    nft_sam_write_parts(path, header, lines, NFT_BAI);
    free(lines);
    for (int full = 0; full < 2; full++) {
        options.input.without_index = full;
        texts[full] = nft_scan_file(reference, &options, NULL);
    }
    nft_assert_same_scan(texts[0], texts[1]);
    nft_assert_contains(texts[0], "mapped 6 ");
    nft_assert_contains(texts[0], "join a|same");
    nft_assert_contains(texts[0], "join c|same");
    ck_assert_ptr_null(strstr(texts[0], "join b|same"));
    ck_assert_ptr_null(strstr(texts[0], "join |same"));
    ck_assert_ptr_null(strstr(texts[0], "join x|same"));
    free(texts[0]);
    free(texts[1]);
}
END_TEST

/* ---- interruption and failure ---- */

START_TEST(an_interruption_ends_either_road)
{
    const char *path;
    struct nf_scan_options options = {.input = {.path = nft_path(folder, "s.bam")}};

    nft_sample_pair(&sample, "a", &fusion, -100, 170);
    for (int i = 0; i < 20000; i++)
        nft_sample_line(&sample, "u\t4\t*\t0\t0\t*\t*\t0\t0\t*\t*");
    path = write_as("s.bam", NFT_BAI);
    ck_assert_str_eq(path, options.input.path);
    nf_interrupt_set(SIGTERM);
    for (int full = 0; full < 2; full++) {
        struct nft_calls calls;

        options.input.without_index = full;
        ck_assert_int_eq(nft_scan(&calls, reference, options), NF_ERR_INTERRUPTED);
        nft_calls_end(&calls);
    }
}
END_TEST

START_TEST(a_bad_chimeric_file_fails_either_road)
{
    const char *chimeric = nft_path(folder, "absent.junction");
    struct nf_scan_options options = {.chimeric = &chimeric, .n_chimeric = 1};

    nft_sample_pair(&sample, "a", &fusion, -100, 170);
    options.input.path = write_as("s.bam", NFT_BAI);
    for (int full = 0; full < 2; full++) {
        struct nft_calls calls;

        nft_log_begin();
        options.input.without_index = full;
        ck_assert_int_ne(nft_scan(&calls, reference, options), NF_OK);
        nft_assert_contains(nft_log_text(), "absent.junction");
        nft_calls_end(&calls);
    }
}
END_TEST

Suite *scan_suite(void)
{
    Suite *suite = suite_create("scan");
    TCase *tcase = tcase_create("scan");

    tcase_add_unchecked_fixture(tcase, nft_reference_load, NULL);
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, roads_agree_on_any_sample, 0, N_SAMPLES);
    tcase_add_test(tcase, formats_and_order_do_not_matter);
    tcase_add_test(tcase, records_on_borders_are_met_once);
    tcase_add_test(tcase, overlapping_regions_of_rounds_are_met_once);
    tcase_add_test(tcase, absent_pieces_lead_to_the_whole_file);
    tcase_add_loop_test(tcase, surroundings_of_named_places_are_read, 0,
                        (int)NFT_COUNT(lone_rows));
    tcase_add_test(tcase, target_records_removed);
    tcase_add_test(tcase, mapped_records_are_counted);
    tcase_add_loop_test(tcase, files_without_a_mapped_record, 0, 2);
    tcase_add_test(tcase, one_sample_of_several_can_be_chosen);
    tcase_add_test(tcase, an_interruption_ends_either_road);
    tcase_add_test(tcase, a_bad_chimeric_file_fails_either_road);
    suite_add_tcase(suite, tcase);
    return suite;
}
