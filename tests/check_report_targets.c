/* SPDX-License-Identifier: MIT */
/* report_targets: what the report says of the targets, and how it is written. */
#include <check.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/report_build.h"
#include "ntrkfuse/write.h"
#include "support.h"
#include "support_calls.h"
#include "support_report.h"

static struct nft_calls calls;
static struct nf_coverage coverage;
static struct nf_codon_set codons;
static struct nf_report report;

static void begin(void)
{
    nft_log_begin();
    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
    memset(&coverage, 0, sizeof coverage);
    memset(&codons, 0, sizeof codons);
    memset(&report, 0, sizeof report);
}

static void end(void)
{
    nf_report_free(&report);
    nf_codons_free(&codons);
    nf_coverage_free(&coverage);
    nft_calls_end(&calls);
    nft_log_end();
}

static void build(void)
{
    struct nf_report_source source = {.panel = &calls.reference->panel,
                                      .scan = &calls.scan,
                                      .fusions = &calls.fusions,
                                      .coverage = &coverage,
                                      .codons = &codons,
                                      .sample = "S1",
                                      .tables = "0123456789abcdef"};

    nft_calls_fusions(&calls);
    ck_assert_int_eq(nf_coverage_measure(&coverage, &calls.reference->panel,
                                         &calls.scan.observations, &calls.scan.sample,
                                         (double)NAN),
                     NF_OK);
    ck_assert_int_eq(nf_codons_count(&codons, &calls.reference->panel, &calls.scan,
                                     &calls.fusions, &calls.read_groups),
                     NF_OK);
    ck_assert_int_eq(nf_report_build(&report, &source), NF_OK);
}

/* `n` fragments "c<bases>0" and so on that read `bases` at row `row` of the table. */
static void read_codon(uint16_t row, int n, const char *bases)
{
    for (int i = 0; i < n; i++) {
        char name[32];
        int length = snprintf(name, sizeof name, "c%s%d", bases, i);
        struct nf_codon_read read = {.fragment = nft_fragment(&calls, name),
                                     .codon = row,
                                     .place = nf_hash_bytes(name, (size_t)length),
                                     .bases = {bases[0], bases[1], bases[2]}};

        ck_assert_int_eq(nf_vec_push(&calls.scan.observations.codon_reads, read), NF_OK);
    }
}

/* The sample of the tests of the writers: a little of everything. */
static void build_example(void)
{
    const struct nf_annot *annot = &calls.reference->annot;
    uint32_t gene = nft_gene(calls.reference, "NTRK2");
    uint32_t t1 = nf_annot_find_transcript(annot, gene, NFT_SPAN("NM_001007097"));

    nft_cover(&calls, "a", 1, 0)->terminals =
        1U << (t1 - annot->genes.items[gene].first_transcript);
    nft_splice(&calls, "a", 1, nft_donor0(calls.reference, "NTRK2", 12), 84810541);
    for (int i = 0; i < 25; i++) {
        char name[16];

        snprintf(name, sizeof name, "f%d", i);
        nft_cover(&calls, name, 2, 1U << 14)->coding = 1U << 14;
        nft_splice(&calls, name, 2, nft_donor0(calls.reference, "NTRK3", 17),
                   nft_acceptor0(calls.reference, "NTRK3", i < 5 ? 18 : 19));
    }
    read_codon(0, 12, "GGG");
    read_codon(0, 4, "CGG");
    read_codon(0, 1, "GAA");
    build();
}

/* ---- the report ---- */

static const struct {
    const char *bases, *protein, *cdna, *kind;
    int row;
} names[] = {
    {"CGG", "G595R", "c.1783G>C", "known", 0},
    {"AGG", "G595R", "c.1783G>A", "known", 0},
    {"GAG", "G595E", "c.1784G>A", "other_change", 0},
    {"GGT", "G595=", "c.1785G>T", "reference", 0},
    {"GGG", "G595=", ".", "reference", 0},
    {"AGA", "G595R", "c.1783_1785delinsAGA", "known", 0},
    {"AAG", "G595K", "c.1783_1784delinsAA", "other_change", 0},
    {"TGA", "G595*", "c.1783_1785delinsTGA", "other_change", 0},
    {"TTA", "F589L", "c.1767T>A", "known", 2},
    {"CGC", "G639R", ".", "known", 3}, /* no reference codon in the table */
    {"GGC", "G639=", ".", "reference", 3},
};

START_TEST(names_of_changes)
{
    read_codon((uint16_t)names[_i].row, 5, names[_i].bases);
    build();
    const struct nf_report_target *target = &report.targets.items[names[_i].row / 3];
    const struct nf_report_codon *codon = &target->codons.items[names[_i].row % 3];

    ck_assert_uint_eq(codon->all.seen.n, 1);
    const struct nf_report_codon_seen *seen = &codon->all.seen.items[0];
    ck_assert_str_eq(seen->codon, names[_i].bases);
    ck_assert_str_eq(seen->protein, names[_i].protein);
    ck_assert_str_eq(seen->cdna, names[_i].cdna);
    ck_assert_str_eq(seen->kind, names[_i].kind);
    ck_assert_int_eq(seen->is_change, strcmp(names[_i].kind, "reference") != 0);
    ck_assert_int_eq(seen->n_fragments, 5);
    ck_assert_double_eq_tol(seen->fraction, 1, 1e-12);
}
END_TEST

START_TEST(codons_seen_most_first)
{
    build_example();
    ck_assert_uint_eq(report.targets.items[0].codons.n, 3);
    const struct nf_report_codon *codon = &report.targets.items[0].codons.items[0];

    ck_assert_str_eq(codon->variant, "G595R");
    ck_assert_str_eq(codon->state, "change_seen");
    ck_assert_int_eq(codon->all.depth, 17);
    ck_assert_uint_eq(codon->all.seen.n, 3);
    ck_assert_str_eq(codon->all.seen.items[0].codon, "GGG");
    ck_assert_str_eq(codon->all.seen.items[1].codon, "CGG");
    ck_assert(codon->all.seen.items[1].is_change);
    ck_assert_double_eq_tol(codon->all.seen.items[1].fraction, 4.0 / 17, 1e-12);
    ck_assert_str_eq(codon->all.seen.items[2].codon, "GAA");
    ck_assert(!codon->all.seen.items[2].is_change);
    ck_assert_int_eq(codon->all.bases[1][0], 1);
    ck_assert_uint_eq(codon->fusion.seen.n, 0);
}
END_TEST

START_TEST(nothing_measured)
{
    struct nf_report_source source = {.panel = &calls.reference->panel,
                                      .scan = &calls.scan,
                                      .fusions = &calls.fusions,
                                      .sample = "S1",
                                      .tables = "0123456789abcdef"};

    nft_calls_fusions(&calls);
    ck_assert_int_eq(nf_report_build(&report, &source), NF_OK);
    ck_assert_uint_eq(report.targets.n, 3);
    ck_assert_str_eq(report.targets.items[2].contig, "chr15");
    ck_assert_int_eq(report.targets.items[2].strand, -1);
    ck_assert_uint_eq(report.targets.items[2].exons.n, 0);
    ck_assert_ptr_null(report.targets.items[2].imbalance.state);
}
END_TEST

/* ---- the writers ---- */

static char *written(bool as_json)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);

    ck_assert_int_eq(as_json ? nf_write_json(out, &report) : nf_write_tsv(out, &report, true),
                     NF_OK);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

START_TEST(lines_of_the_table)
{
    const char *const lines[] = {
        "\n##target NTRK3 transcript=NM_001012338.3 fragments=25\n"
        "##exon_fragments NTRK1 e1=0,",
        "\n##exon_fragments NTRK3 e1=0,e2=0,e3=0,e4=0,e5=0,e6=0,e7=0,e8=0,e9=0,e10=0,e11=0,"
        "e12=0,e13=0,e14=0,e15=25,e16=0,e17=0,e18=0,e19=0,e20=0\n",
        "\n##junction_fragments NTRK2 e1-e2=0,e2-e3=0,",
        ",e18-e19=0;NM_001007097:e12-e13=1\n",
        ",e16-e17=0,e17-e18=5,e18-e19=0,e19-e20=0;e17-e19=20\n",
        "\n##isoform NTRK2 NM_001007097,NM_001291937 truncated fragments=1 spliced=1\n"
        "##kinase_insert NTRK3 exon=18 with=5 without=20\n##imbalance NTRK1 ratio=NA "
        "interval=NA-NA state=no_call reasons=few_fragments exons3=e13-e17 exons5=e1-e9 "
        "fragments3=0 fragments5=0\n",
        "\n##imbalance NTRK3 ratio=64.177 interval=1.226-3360.419",
        " state=no_call reasons=undecided exons3=e15-e20 exons5=e3-e11 "
        "fragments3=25 fragments5=0\n"
        "##resistance NTRK1 G595R depth=17 state=change_seen detectable=0.3",
        " seen=G595=(GGG):12,G595R(CGG):4,G595E(GAA):1 fusion_depth=0 fusion_seen=.\n",
        "\n##resistance NTRK2 G639R depth=0 state=not_assessable detectable=NA seen=. "
        "fusion_depth=0 fusion_seen=.\n"};

    build_example();
    char *text = written(false);
    for (size_t i = 0; i < NFT_COUNT(lines); i++)
        nft_assert_contains(text, lines[i]);
    free(text);
}
END_TEST

/* An object's member as text; an item of an array where the key is a number. */
static const char *member(const json_t *value, const char *const path[])
{
    static char told[100];

    for (size_t i = 0; path[i]; i++)
        value = json_is_array(value) ? json_array_get(value, (size_t)(path[i][0] - '0'))
                                     : json_object_get(value, path[i]);
    ck_assert_ptr_nonnull(value);
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(8));
    ck_assert_ptr_nonnull(text);
    snprintf(told, sizeof told, "%s", text);
    free(text);
    return told;
}

START_TEST(members_of_the_json)
{
    const struct {
        const char *path[8], *text;
    } rows[] = {
        {{"2", "strand"}, "\"-\""},
        {{"2", "kinase_insert", "with"}, "5"},
        {{"2", "kinase_insert", "start"}, "87885694"},
        {{"2", "kinase_insert", "end"}, "87885735"},
        {{"0", "kinase_insert"}, "null"},
        {{"2", "exons", "0", "start"}, "88256644"},
        {{"2", "exons", "0", "kinase"}, "false"},
        {{"2", "junctions", "0", "donor"}, "88256644"},
        {{"2", "junctions", "0", "acceptor"}, "88256486"},
        {{"2", "junctions", "0", "name"}, "\"e1-e2\""},
        {{"2", "imbalance", "state"}, "\"no_call\""},
        {{"2", "imbalance", "region3", "effective_length"}, "1134.0"},
        {{"2", "imbalance", "region5", "first_exon"}, "3"},
        {{"0", "imbalance", "ratio"}, "null"},
        {{"0", "imbalance", "reasons", "0"}, "\"few_fragments\""},
        {{"1", "truncated_isoforms", "0", "transcripts", "1"}, "\"NM_001291937\""},
        {{"1", "truncated_isoforms", "0", "fragments"}, "1"},
        {{"0", "resistance", "0", "state"}, "\"change_seen\""},
        {{"0", "resistance", "0", "all", "depth"}, "17"},
        {{"0", "resistance", "0", "all", "bases", "0", "C"}, "4"},
        {{"0", "resistance", "0", "all", "seen", "1", "cdna"}, "\"c.1783G>C\""},
        {{"0", "resistance", "0", "all", "seen", "1", "kind"}, "\"known\""},
        {{"0", "resistance", "0", "all", "seen", "0", "cdna"}, "null"},
        {{"0", "resistance", "0", "start"}, "156876550"},
        {{"1", "resistance", "0", "reference_codon"}, "null"},
        {{"1", "resistance", "0", "reference_residue"}, "\"G\""},
        {{"1", "resistance", "0", "fusion", "seen"}, "[]"},
    };
    json_error_t error;

    build_example();
    char *text = written(true);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(root != NULL, "%s at line %d", error.text, error.line);
    for (size_t i = 0; i < NFT_COUNT(rows); i++)
        ck_assert_str_eq(member(json_object_get(root, "targets"), rows[i].path), rows[i].text);
    json_decref(root);
    free(text);
}
END_TEST

Suite *report_targets_suite(void)
{
    Suite *suite = suite_create("report_targets");
    TCase *built = tcase_create("report");
    TCase *out = tcase_create("writers");

    tcase_add_unchecked_fixture(built, nft_reference_load, NULL);
    tcase_add_checked_fixture(built, begin, end);
    tcase_add_loop_test(built, names_of_changes, 0, (int)NFT_COUNT(names));
    tcase_add_test(built, codons_seen_most_first);
    tcase_add_test(built, nothing_measured);
    suite_add_tcase(suite, built);

    tcase_add_unchecked_fixture(out, nft_reference_load, NULL);
    tcase_add_checked_fixture(out, begin, end);
    tcase_add_test(out, lines_of_the_table);
    tcase_add_test(out, members_of_the_json);
    suite_add_tcase(suite, out);
    return suite;
}
