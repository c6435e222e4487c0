/* SPDX-License-Identifier: MIT */
/* Tests of annot: the table with its checks, and the queries. The tables that are compiled in:
 * check_annot_tables.c; genes from a GTF: check_annot_gtf.c. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/annot.h"
#include "support.h"

static struct nf_genome genome;
static struct nf_annot annot;
static char *folder;

static void begin(void)
{
    nft_log_begin();
    folder = nft_folder_new();
}

static void end(void)
{
    nf_annot_free(&annot);
    nf_annot_free(&annot);
    nf_genome_free(&genome);
    nft_folder_remove(folder);
    nft_log_end();
}

/* A genome of these two GRCh38 chromosomes. */
static void small_genome(void)
{
    static const char *const names[] = {"chr21", "22"};
    static const int64_t lengths[] = {46709983, 50818468};

    ck_assert_int_eq(nf_genome_init(&genome, names, lengths, 2), NF_OK);
    ck_assert_int_eq(genome.assembly, NF_ASSEMBLY_GRCH38);
}

#define HEADER                                                                            \
    "# comment\ngene\ttranscript\trole\tchrom\tstrand\tcds_start\tcds_end\texon_starts\t" \
    "exon_ends\texon_phases\n"

/* Loads `rows` as the table of a small GRCh38 genome. */
static enum nf_status load_rows(const char *rows)
{
    const struct nf_refdata refdata = {folder};
    char text[4096];

    snprintf(text, sizeof text, HEADER "%s", rows);
    nft_write(nft_path(folder, "transcripts.grch38.tsv"), nf_span_of(text));
    small_genome();
    return nf_annot_load(&annot, &refdata, &genome, NULL);
}

/* FWD: exons 101–200, 301–400, 501–600; CDS 151–400 and 501–550: 50 + 100 + 50 bases, of which
 * the last 2 would start a codon. REV: the same exons on −; CDS 350–600, 51 + 100 bases. */
#define FWD "FWD\tNM_1.1\tmane\tchr21\t+\t151\t550\t101,301,501\t200,400,600\t0,1,0\n"
#define FWD_OTHER "FWD\tNM_1\tother\tchr21\t+\t.\t.\t101,501,701\t220,600,800\t.,.,.\n"
#define REV "REV\tNM_2.1\tmodel\tchr22\t-\t350\t600\t101,301,501\t200,400,600\t.,2,0\n"
#define ABSENT "ABSENT\tNM_3.1\tmane\tchr3\t+\t.\t.\t101\t200\t.\n"

static uint32_t find(const char *symbol)
{
    return nf_annot_find(&annot, nf_span_of(symbol));
}

static uint32_t primary_of(const char *symbol)
{
    ck_assert_uint_ne(find(symbol), NF_NO_GENE);
    return annot.genes.items[find(symbol)].primary;
}

START_TEST(rows_become_genes)
{
    const struct nf_gene *gene;

    ck_assert_int_eq(load_rows(FWD REV FWD_OTHER ABSENT), NF_OK);
    ck_assert_str_eq(nft_log_text(), "");
    ck_assert_uint_eq(annot.genes.n, 3);
    ck_assert_uint_eq(annot.transcripts.n, 4);
    ck_assert_uint_eq(annot.gtf_fingerprint, 0);
    gene = &annot.genes.items[find("FWD")];
    ck_assert_str_eq(gene->symbol, "FWD");
    ck_assert_int_eq(gene->contig, 0);
    ck_assert_int_eq(gene->strand, 1);
    ck_assert(!gene->from_gtf);
    ck_assert_int_eq(gene->start0, 100);
    ck_assert_int_eq(gene->end0, 800);
    ck_assert_uint_eq(gene->n_transcripts, 2);
    ck_assert_str_eq(annot.transcripts.items[gene->primary].accession, "NM_1.1");
    ck_assert(annot.transcripts.items[gene->primary].is_primary);
    ck_assert_int_eq(annot.transcripts.items[gene->primary].cds_start0, 150);
    ck_assert_int_eq(annot.transcripts.items[gene->primary].cds_end0, 550);
    ck_assert_uint_eq(nf_annot_find_transcript(&annot, find("FWD"), nf_span_of("NM_1")),
                      gene->first_transcript + 1);
    ck_assert_int_eq(annot.transcripts.items[gene->first_transcript + 1].cds_start0, -1);
    ck_assert(!annot.transcripts.items[gene->first_transcript + 1].is_primary);
    ck_assert_uint_eq(nf_annot_find_transcript(&annot, find("FWD"), nf_span_of("NM_2.1")),
                      NF_NO_TRANSCRIPT);
    ck_assert_int_eq(annot.genes.items[find("REV")].contig, 1);
    ck_assert_int_eq(annot.genes.items[find("ABSENT")].contig, -1);
    ck_assert_str_eq(annot.genes.items[find("ABSENT")].contig_name, "chr3");
    ck_assert_uint_eq(find("fwd"), NF_NO_GENE);
    ck_assert_uint_eq(find(""), NF_NO_GENE);
    for (size_t i = 0; i < annot.genes.n; i++)
        for (uint32_t k = 0; k < annot.genes.items[i].n_transcripts; k++)
            ck_assert_uint_eq(
                annot.transcripts.items[annot.genes.items[i].first_transcript + k].gene, i);
}
END_TEST

static const struct {
    const char *rows;
    const char *says;
} error_rows[] = {
    {".\tT\tmane\tchr21\t+\t.\t.\t1\t2\t.\n", ":3: column gene: a name"},
    {"G\t.\tmane\tchr21\t+\t.\t.\t1\t2\t.\n", ":3: column transcript: a name"},
    {"G\tT\tmain\tchr21\t+\t.\t.\t1\t2\t.\n", ":3: column role: must be"},
    {"G\tT\tmane\t.\t+\t.\t.\t1\t2\t.\n", ":3: column chrom: a name"},
    {"G\tT\tmane\tchr21\t1\t.\t.\t1\t2\t.\n", ":3: column strand: must be"},
    {"G\tT\tmane\tchr21\t+\t1\t.\t1\t2\t.\n", ":3: column cds_end: cds_start and"},
    {"G\tT\tmane\tchr21\t+\tx\t2\t1\t2\t0\n", ":3: column cds_start: 'x'"},
    {"G\tT\tmane\tchr21\t+\t2\t1\t1\t2\t0\n", ":3: column cds_end: '1'"},
    {"G\tT\tmane\tchr21\t+\t1\t9\t5\t9\t0\n", ":3: column cds_start: lies in no exon"},
    {"G\tT\tmane\tchr21\t+\t5\t12\t5,20\t9,30\t0,.\n", ":3: column cds_end: lies in no exon"},
    {"G\tT\tmane\tchr21\t+\t.\t.\t0\t2\t.\n", ":3: column exon_starts: '0'"},
    {"G\tT\tmane\tchr21\t+\t.\t.\t1,\t2,4\t.,.\n", ":3: column exon_starts: ''"},
    {"G\tT\tmane\tchr21\t+\t.\t.\t1\t46709984\t.\n", ":3: column exon_ends: '46709984'"},
    {"G\tT\tmane\tchr9\t+\t.\t.\t1\t2147483648\t.\n", ":3: column exon_ends: '2147483648'"},
    {"G\tT\tmane\tchr21\t+\t.\t.\t3\t2\t.\n", ":3: column exon_ends: exon 1 ends before"},
    {"G\tT\tmane\tchr21\t+\t.\t.\t1,5\t5,9\t.,.\n", ":3: column exon_starts: exon 2 does not"},
    {"G\tT\tmane\tchr21\t+\t.\t.\t1,5\t2\t.,.\n", ":3: column exon_ends: holds fewer"},
    {"G\tT\tmane\tchr21\t+\t.\t.\t1\t2,3\t.\n", ":3: column exon_ends: holds more"},
    {"G\tT\tmane\tchr21\t+\t.\t.\t1,5\t2,6\t.\n", ":3: column exon_phases: holds fewer"},
    {"G\tT\tmane\tchr21\t+\t.\t.\t1\t2\t.,.\n", ":3: column exon_phases: holds more"},
    {"G\tT\tmane\tchr21\t+\t1\t2\t1\t2\t3\n", ":3: column exon_phases: '3' is none"},
    {"G\tT\tmane\tchr21\t+\t1\t2\t1\t2\t.\n", ":3: column exon_phases: exon 1 (in"},
    {"G\tT\tmane\tchr21\t+\t.\t.\t1\t2\t0\n", ":3: column exon_phases: exon 1 (in"},
    {FWD "FWD\tT\tother\tchr22\t+\t.\t.\t1\t2\t.\n", ":4: column chrom: an earlier row"},
    {FWD "FWD\tT\tother\tchr21\t-\t.\t.\t1\t2\t.\n", ":4: column strand: an earlier row"},
    {FWD "FWD\tT\tmane\tchr21\t+\t.\t.\t1\t2\t.\n", ":4: column role: FWD has two"},
    {FWD "G\tNM_1.1\tmane\tchr21\t+\t.\t.\t1\t2\t.\n", ":4: column transcript: NM_1.1 stands"},
    {"G\tT\tother\tchr21\t+\t.\t.\t1\t2\t.\n", "G has no transcript of role"},
};

START_TEST(errors_name_line_and_column)
{
    ck_assert_int_eq(load_rows(error_rows[_i].rows), NF_ERR_FORMAT);
    nft_assert_contains(nft_log_text(), error_rows[_i].says);
    nft_assert_contains(nft_log_text(), "transcripts.grch38.tsv");
}
END_TEST

START_TEST(an_unknown_assembly_loads_no_table)
{
    static const char *const names[] = {"chr21"};
    static const int64_t lengths[] = {1000};
    const struct nf_refdata refdata = {"/nonexistent"};
    nf_id_list found = {0};
    uint32_t left, right;
    size_t n;

    ck_assert_int_eq(nf_genome_init(&genome, names, lengths, 1), NF_OK);
    ck_assert_int_eq(nf_annot_load(&annot, &refdata, &genome, NULL), NF_OK);
    ck_assert_uint_eq(annot.genes.n, 0);
    ck_assert_uint_eq(find("NTRK1"), NF_NO_GENE);
    ck_assert_int_eq(nf_annot_genes_at(&annot, 0, 0, 1000, &found), NF_OK);
    ck_assert_uint_eq(found.n, 0);
    nf_vec_free(&found);
    nf_annot_edges(&annot, 0, 0, 1000, &n);
    ck_assert_uint_eq(n, 0);
    nf_annot_nearest(&annot, 0, 500, &left, &right);
    ck_assert_uint_eq(left, NF_NO_GENE);
    ck_assert_uint_eq(right, NF_NO_GENE);
}
END_TEST

/* ---- queries along a transcript -------------------------------------------- */

static const struct {
    const char *gene;
    int64_t pos; /* 1-based */
    uint32_t exon;
    int before, after; /* frames */
    int64_t residue;
} place_rows[] = {
    {"FWD", 100, 0, -1, -1, 0},    {"FWD", 101, 1, -1, -1, 0}, {"FWD", 150, 1, -1, -1, 0},
    {"FWD", 151, 1, 0, 1, 1},      {"FWD", 153, 1, 2, 0, 1},   {"FWD", 154, 1, 0, 1, 2},
    {"FWD", 200, 1, 1, 2, 17},     {"FWD", 201, 0, -1, -1, 0}, {"FWD", 301, 2, 2, 0, 17},
    {"FWD", 302, 2, 0, 1, 18},     {"FWD", 400, 2, 2, 0, 50},  {"FWD", 501, 3, 0, 1, 51},
    {"FWD", 550, 3, 1, 2, 67},     {"FWD", 551, 3, -1, -1, 0}, {"FWD", 600, 3, -1, -1, 0},
    {"FWD", 601, 0, -1, -1, 0},    {"REV", 600, 1, 0, 1, 1},   {"REV", 501, 1, 0, 1, 34},
    {"REV", 400, 2, 1, 2, 34},     {"REV", 399, 2, 2, 0, 34},  {"REV", 350, 2, 0, 1, 51},
    {"REV", 349, 2, -1, -1, 0},    {"REV", 150, 3, -1, -1, 0}, {"REV", 450, 0, -1, -1, 0},
    {"ABSENT", 150, 1, -1, -1, 0},
};

START_TEST(places_have_exon_frame_and_residue)
{
    const int64_t pos0 = place_rows[_i].pos - 1;
    uint32_t transcript;

    ck_assert_int_eq(load_rows(FWD REV FWD_OTHER ABSENT), NF_OK);
    transcript = primary_of(place_rows[_i].gene);
    ck_assert_uint_eq(nf_transcript_exon_at(&annot, transcript, pos0), place_rows[_i].exon);
    ck_assert_int_eq(nf_transcript_frame_at(&annot, transcript, pos0, false),
                     place_rows[_i].before);
    ck_assert_int_eq(nf_transcript_frame_at(&annot, transcript, pos0, true),
                     place_rows[_i].after);
    ck_assert_int_eq(nf_transcript_residue_at(&annot, transcript, pos0),
                     place_rows[_i].residue);
}
END_TEST

static const struct {
    const char *gene;
    int64_t residue;
    int which;
    int64_t pos; /* 1-based; 0: outside */
} residue_rows[] = {
    {"FWD", 1, 0, 151},  {"FWD", 1, 2, 153},  {"FWD", 17, 0, 199}, {"FWD", 17, 1, 200},
    {"FWD", 17, 2, 301}, {"FWD", 51, 0, 501}, {"FWD", 67, 1, 550}, {"FWD", 67, 2, 0},
    {"FWD", 0, 0, 0},    {"FWD", -5, 0, 0},   {"FWD", 68, 0, 0},   {"FWD", INT64_MAX, 2, 0},
    {"REV", 1, 0, 600},  {"REV", 34, 0, 501}, {"REV", 34, 1, 400}, {"REV", 34, 2, 399},
    {"REV", 52, 0, 0},   {"ABSENT", 1, 0, 0},
};

START_TEST(residues_have_places)
{
    ck_assert_int_eq(load_rows(FWD REV FWD_OTHER ABSENT), NF_OK);
    ck_assert_int_eq(nf_transcript_residue_pos0(&annot, primary_of(residue_rows[_i].gene),
                                                residue_rows[_i].residue,
                                                residue_rows[_i].which),
                     residue_rows[_i].pos - 1);
}
END_TEST

START_TEST(exons_are_numbered_in_transcript_direction)
{
    ck_assert_int_eq(load_rows(FWD REV), NF_OK);
    ck_assert_int_eq(nf_transcript_exon(&annot, primary_of("FWD"), 1)->start0, 100);
    ck_assert_int_eq(nf_transcript_exon(&annot, primary_of("FWD"), 3)->start0, 500);
    ck_assert_int_eq(nf_transcript_exon(&annot, primary_of("REV"), 1)->start0, 500);
    ck_assert_int_eq(nf_transcript_exon(&annot, primary_of("REV"), 3)->start0, 100);
    ck_assert_int_eq(nf_transcript_exon(&annot, primary_of("REV"), 2)->frame, 1);
}
END_TEST

static const struct {
    int64_t a, b; /* 1-based */
    int64_t distance;
} distance_rows[] = {
    {151, 151, 1},   {101, 200, 100}, {101, 301, 101}, {200, 301, 2},  {101, 600, 300},
    {200, 501, 102}, {91, 101, 11},   {600, 610, 11},  {91, 610, 320}, {80, 90, 11},
    {700, 709, 10},  {210, 301, 2}, /* exon 1 goes on to 210 */
    {290, 301, 12},                 /* exon 2 from 290 */
    {200, 210, 11},  {200, 290, 2},   {210, 220, 11},  {210, 290, 2},  {101, 290, 101},
    {205, 505, 106}, {250, 301, 2},   {251, 301, 51},
};

START_TEST(distances_leave_introns_out)
{
    uint32_t transcript;

    ck_assert_int_eq(load_rows(FWD REV), NF_OK);
    transcript = primary_of("FWD");
    ck_assert_int_eq(nf_transcript_distance(&annot, transcript, distance_rows[_i].a - 1,
                                            distance_rows[_i].b - 1),
                     distance_rows[_i].distance);
    ck_assert_int_eq(nf_transcript_distance(&annot, transcript, distance_rows[_i].b - 1,
                                            distance_rows[_i].a - 1),
                     distance_rows[_i].distance);
}
END_TEST

START_TEST(of_two_exons_equally_near_the_lower_goes_on)
{
    ck_assert_int_eq(load_rows("G\tT\tmane\tchr21\t+\t.\t.\t101,202\t200,300\t.,.\n"), NF_OK);
    ck_assert_int_eq(nf_transcript_distance(&annot, 0, 199, 200), 2);
    ck_assert_int_eq(nf_transcript_distance(&annot, 0, 200, 201), 2);
    nf_annot_free(&annot);
    nf_genome_free(&genome);
    ck_assert_int_eq(load_rows("G\tT\tmane\tchr21\t+\t.\t.\t101,210\t200,300\t.,.\n"), NF_OK);
    ck_assert_int_eq(nf_transcript_distance(&annot, 0, 190, 204), 15);
    ck_assert_int_eq(nf_transcript_distance(&annot, 0, 204, 209), 2);
    ck_assert_int_eq(nf_transcript_distance(&annot, 0, 205, 209), 5);
}
END_TEST

/* ---- queries along the genome ---------------------------------------------- */

START_TEST(edges_are_splice_sites)
{
    /* GAP's first two exons lie 19 bases apart, the next two 20. */
    static const char gap[] =
        "GAP\tT\tmane\tchr21\t-\t.\t.\t1001,1030,1060\t1010,1039,1070\t.,.,.\n";
    static const struct {
        int64_t pos;
        enum nf_edge_kind kind;
        const char *gene;
    } want[] = {
        {200, NF_EDGE_DONOR, "FWD"},    {220, NF_EDGE_DONOR, "FWD"},
        {301, NF_EDGE_ACCEPTOR, "FWD"}, {400, NF_EDGE_DONOR, "FWD"},
        {501, NF_EDGE_ACCEPTOR, "FWD"}, {600, NF_EDGE_DONOR, "FWD"},
        {701, NF_EDGE_ACCEPTOR, "FWD"}, {1039, NF_EDGE_ACCEPTOR, "GAP"},
        {1060, NF_EDGE_DONOR, "GAP"},
    };
    const struct nf_edge *edges;
    char rows[1024];
    size_t n;

    snprintf(rows, sizeof rows, "%s%s%s%s%s", REV, gap, FWD, FWD_OTHER, ABSENT);
    ck_assert_int_eq(load_rows(rows), NF_OK);
    edges = nf_annot_edges(&annot, 0, 0, INT64_MAX, &n);
    ck_assert_uint_eq(n, NFT_COUNT(want));
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(edges[i].pos0, want[i].pos - 1);
        ck_assert_int_eq(edges[i].kind, want[i].kind);
        ck_assert_uint_eq(edges[i].gene, find(want[i].gene));
    }
    edges = nf_annot_edges(&annot, 1, 0, INT64_MAX, &n);
    ck_assert_uint_eq(n, 4);
    ck_assert_int_eq(edges[0].kind, NF_EDGE_ACCEPTOR);
    edges = nf_annot_edges(&annot, 0, 300, 301, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(edges->pos0, 300);
    nf_annot_edges(&annot, 0, 301, 399, &n);
    ck_assert_uint_eq(n, 0);
    nf_annot_edges(&annot, 0, 300, 300, &n);
    ck_assert_uint_eq(n, 0);
    nf_annot_edges(&annot, -1, 0, INT64_MAX, &n);
    ck_assert_uint_eq(n, 0);
    nf_annot_edges(&annot, 2, 0, INT64_MAX, &n);
    ck_assert_uint_eq(n, 0);
}
END_TEST

/* A 101–200, B 151–300, C 401–500, D 401–450, E 461–500; F on chr22 101–900. */
static const struct {
    int32_t contig;
    int64_t pos0;
    const char *left, *right;
} nearest_rows[] = {
    {0, 0, NULL, "A"},    {0, 100, NULL, "B"},  {0, 150, NULL, "C"}, {0, 199, NULL, "C"},
    {0, 200, "A", "C"},   {0, 300, "B", "C"},   {0, 399, "B", "C"},  {0, 400, "B", "E"},
    {0, 450, "D", "E"},   {0, 460, "D", NULL},  {0, 500, "C", NULL}, {0, 9999, "C", NULL},
    {1, 0, NULL, "F"},    {1, 500, NULL, NULL}, {1, 900, "F", NULL}, {-1, 500, NULL, NULL},
    {2, 500, NULL, NULL},
};

START_TEST(nearest_genes_are_found)
{
    uint32_t left, right;

    ck_assert_int_eq(load_rows("F\tTf\tmane\tchr22\t-\t.\t.\t101\t900\t.\n"
                               "X\tTx\tmane\tchrX\t-\t.\t.\t101\t900\t.\n"
                               "C\tTc\tmane\tchr21\t-\t.\t.\t401\t500\t.\n"
                               "D\tTd\tmane\tchr21\t+\t.\t.\t401\t450\t.\n"
                               "B\tTb\tmane\tchr21\t+\t.\t.\t151\t300\t.\n"
                               "E\tTe\tmane\tchr21\t+\t.\t.\t461\t500\t.\n"
                               "A\tTa\tmane\tchr21\t+\t.\t.\t101\t200\t.\n"),
                     NF_OK);
    nf_annot_nearest(&annot, nearest_rows[_i].contig, nearest_rows[_i].pos0, &left, &right);
    ck_assert_uint_eq(left, nearest_rows[_i].left ? find(nearest_rows[_i].left) : NF_NO_GENE);
    ck_assert_uint_eq(right,
                      nearest_rows[_i].right ? find(nearest_rows[_i].right) : NF_NO_GENE);
}
END_TEST

START_TEST(genes_at_a_place_are_found)
{
    nf_id_list found = {0};

    ck_assert_int_eq(load_rows("B\tTb\tmane\tchr21\t+\t.\t.\t151\t300\t.\n"
                               "A\tTa\tmane\tchr21\t+\t.\t.\t101\t200\t.\n" ABSENT),
                     NF_OK);
    ck_assert_int_eq(nf_annot_genes_at(&annot, 0, 199, 200, &found), NF_OK);
    ck_assert_uint_eq(found.n, 2);
    ck_assert_uint_eq(found.items[0], find("A"));
    ck_assert_uint_eq(found.items[1], find("B"));
    ck_assert_int_eq(nf_annot_genes_at(&annot, 0, 200, 201, &found), NF_OK);
    ck_assert_uint_eq(found.n, 1);
    ck_assert_int_eq(nf_annot_genes_at(&annot, 1, 0, 1000, &found), NF_OK);
    ck_assert_uint_eq(found.n, 0);
    nf_vec_free(&found);
}
END_TEST

Suite *annot_suite(void);

Suite *annot_suite(void)
{
    Suite *suite = suite_create("annot");
    TCase *tests = tcase_create("annot");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, rows_become_genes);
    tcase_add_loop_test(tests, errors_name_line_and_column, 0, (int)NFT_COUNT(error_rows));
    tcase_add_test(tests, an_unknown_assembly_loads_no_table);
    tcase_add_loop_test(tests, places_have_exon_frame_and_residue, 0,
                        (int)NFT_COUNT(place_rows));
    tcase_add_loop_test(tests, residues_have_places, 0, (int)NFT_COUNT(residue_rows));
    tcase_add_test(tests, exons_are_numbered_in_transcript_direction);
    tcase_add_loop_test(tests, distances_leave_introns_out, 0, (int)NFT_COUNT(distance_rows));
    tcase_add_test(tests, of_two_exons_equally_near_the_lower_goes_on);
    tcase_add_test(tests, edges_are_splice_sites);
    tcase_add_loop_test(tests, nearest_genes_are_found, 0, (int)NFT_COUNT(nearest_rows));
    tcase_add_test(tests, genes_at_a_place_are_found);
    suite_add_tcase(suite, tests);
    return suite;
}
