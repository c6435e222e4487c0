/* SPDX-License-Identifier: MIT */
/* Tests of annot with the tables that are compiled in: the published junctions lie on splice
 * sites, with the published exon numbers and frames, in both assemblies. */
#include <check.h>
#include <limits.h>
#include <stdbool.h>

#include "ntrkfuse/annot.h"
#include "ntrkfuse/table.h"
#include "support.h"

static struct nf_genome genome;
static struct nf_annot annot;

static void begin(void)
{
    nft_log_begin();
}

static void end(void)
{
    nf_annot_free(&annot);
    nf_genome_free(&genome);
    nft_log_end();
}

static const int64_t chromosome_lengths[2][24] = {
    {248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636,
     138394717, 133797422, 135086622, 133275309, 114364328, 107043718, 101991189, 90338345,
     83257441,  80373285,  58617616,  64444167,  46709983,  50818468,  156040895, 57227415},
    {249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022,
     141213431, 135534747, 135006516, 133851895, 115169878, 107349540, 102531392, 90354753,
     81195210,  78077248,  59128983,  63025520,  48129895,  51304566,  155270560, 59373566},
};

/* Loads the compiled-in table of assembly 0 (GRCh38) or 1 (GRCh37). */
static void load_shipped(int assembly)
{
    static const char *const names[24] = {"1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",
                                          "9",  "10", "11", "12", "13", "14", "15", "16",
                                          "17", "18", "19", "20", "21", "22", "X",  "Y"};
    const struct nf_refdata refdata = {NULL};

    ck_assert_int_eq(nf_genome_init(&genome, names, chromosome_lengths[assembly], 24), NF_OK);
    ck_assert_int_eq(nf_annot_load(&annot, &refdata, &genome, NULL), NF_OK);
    ck_assert_str_eq(nft_log_text(), "");
}

/* "chr12:11869969:+" */
static void read_breakpoint(struct nf_span text, struct nf_locus *locus)
{
    struct nf_span contig, pos;
    int64_t value = 0;

    ck_assert(nf_span_cut(&text, ':', &contig));
    ck_assert(nf_span_cut(&text, ':', &pos));
    ck_assert_int_eq(nf_span_int(pos, 1, INT32_MAX, &value), NF_OK);
    locus->contig = nf_genome_find(&genome, contig);
    locus->strand = nf_span_is(text, "+") ? 1 : -1;
    locus->pos0 = value - 1;
    ck_assert_int_ge(locus->contig, 0);
}

/* True when the gene has an edge of this kind there. */
static bool is_edge(const struct nf_locus *locus, enum nf_edge_kind kind, uint32_t gene)
{
    size_t n;
    const struct nf_edge *edges =
        nf_annot_edges(&annot, locus->contig, locus->pos0, locus->pos0 + 1, &n);

    for (size_t i = 0; i < n; i++)
        if (edges[i].kind == kind && edges[i].gene == gene)
            return true;
    return false;
}

enum {
    GENE,
    PARTNER,
    FIVE38,
    THREE38,
    FIVE37,
    THREE37,
    TRANSCRIPT5,
    EXON5,
    TRANSCRIPT3,
    EXON3,
    EXON3_MANE,
    FRAME,
    SOURCES,
    N_COLUMNS
};

/* One published junction: both ends on edges, exon numbers and frame as published. */
static void check_junction(const struct nf_table *table, int assembly)
{
    const struct nf_span *fields = table->fields;
    const uint32_t gene5 = nf_annot_find(&annot, fields[PARTNER]);
    const uint32_t gene3 = nf_annot_find(&annot, fields[GENE]);
    struct nf_locus five, three;
    uint32_t transcript5, transcript3, primary3;
    int64_t number = 0;
    int donor, acceptor;

    ck_assert_uint_ne(gene5, NF_NO_GENE);
    ck_assert_uint_ne(gene3, NF_NO_GENE);
    read_breakpoint(fields[assembly == 0 ? FIVE38 : FIVE37], &five);
    read_breakpoint(fields[assembly == 0 ? THREE38 : THREE37], &three);
    ck_assert_int_eq(annot.genes.items[gene5].strand, five.strand);
    ck_assert_int_eq(annot.genes.items[gene3].strand, three.strand);
    ck_assert(is_edge(&five, NF_EDGE_DONOR, gene5));
    ck_assert(is_edge(&three, NF_EDGE_ACCEPTOR, gene3));
    transcript5 = nf_annot_find_transcript(&annot, gene5, fields[TRANSCRIPT5]);
    transcript3 = nf_annot_find_transcript(&annot, gene3, fields[TRANSCRIPT3]);
    ck_assert_uint_ne(transcript5, NF_NO_TRANSCRIPT);
    ck_assert_uint_ne(transcript3, NF_NO_TRANSCRIPT);
    ck_assert_int_eq(nf_span_int(fields[EXON5], 1, 999, &number), NF_OK);
    ck_assert_uint_eq(nf_transcript_exon_at(&annot, transcript5, five.pos0), number);
    ck_assert_int_eq(nf_span_int(fields[EXON3], 1, 999, &number), NF_OK);
    ck_assert_uint_eq(nf_transcript_exon_at(&annot, transcript3, three.pos0), number);
    primary3 = annot.genes.items[gene3].primary;
    ck_assert_int_eq(nf_span_int(fields[EXON3_MANE], 1, 999, &number), NF_OK);
    ck_assert_uint_eq(nf_transcript_exon_at(&annot, primary3, three.pos0), number);
    donor = nf_transcript_frame_at(&annot, transcript5, five.pos0, true);
    acceptor = nf_transcript_frame_at(&annot, transcript3, three.pos0, false);
    ck_assert_int_ge(acceptor, 0);
    ck_assert_int_eq(donor == acceptor, nf_span_is(fields[FRAME], "in"));
}

START_TEST(published_junctions_are_at_home)
{
    static const char *const columns[N_COLUMNS] = {"gene",
                                                   "partner",
                                                   "breakpoint5_grch38",
                                                   "breakpoint3_grch38",
                                                   "breakpoint5_grch37",
                                                   "breakpoint3_grch37",
                                                   "transcript5",
                                                   "exon5",
                                                   "transcript3",
                                                   "exon3",
                                                   "exon3_mane",
                                                   "frame",
                                                   "sources"};
    const struct nf_refdata refdata = {NULL};
    struct nf_table table = {0};
    struct nf_span text;
    char path[PATH_MAX];
    size_t n = 0;
    bool done = false;

    load_shipped(_i);
    ck_assert_int_eq(nf_refdata_find(&refdata, "junctions.tsv", &text, path, sizeof path),
                     NF_OK);
    ck_assert_int_eq(nf_table_open(&table, path, text, columns, N_COLUMNS), NF_OK);
    for (;;) {
        ck_assert_int_eq(nf_table_next(&table, &done), NF_OK);
        if (done)
            break;
        check_junction(&table, _i);
        n++;
    }
    nf_table_close(&table);
    ck_assert_uint_ge(n, 20);
}
END_TEST

/* Protein lengths of NP_002520, NP_006171 and NP_001012338; both assemblies. */
static const struct {
    int assembly;
    const char *symbol;
    int64_t length;
} protein_rows[] = {
    {0, "NTRK1", 796}, {0, "NTRK2", 838}, {0, "NTRK3", 839}, {0, "ETV6", 452},
    {1, "NTRK1", 796}, {1, "NTRK2", 838}, {1, "NTRK3", 839}, {1, "ETV6", 452},
};

START_TEST(residues_and_places_agree)
{
    const int64_t stop = protein_rows[_i].length + 1;
    uint32_t gene, transcript;

    load_shipped(protein_rows[_i].assembly);
    gene = nf_annot_find(&annot, nf_span_of(protein_rows[_i].symbol));
    ck_assert_uint_ne(gene, NF_NO_GENE);
    transcript = annot.genes.items[gene].primary;
    for (int64_t residue = 1; residue <= stop; residue++)
        for (int which = 0; which < 3; which++) {
            int64_t pos0 = nf_transcript_residue_pos0(&annot, transcript, residue, which);

            ck_assert_int_ge(pos0, 0);
            ck_assert_int_eq(nf_transcript_residue_at(&annot, transcript, pos0), residue);
            ck_assert_int_eq(nf_transcript_frame_at(&annot, transcript, pos0, false), which);
        }
    ck_assert_int_eq(nf_transcript_residue_pos0(&annot, transcript, stop + 1, 0), -1);
}
END_TEST

Suite *annot_tables_suite(void);

Suite *annot_tables_suite(void)
{
    Suite *suite = suite_create("annot_tables");
    TCase *tests = tcase_create("annot_tables");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_loop_test(tests, published_junctions_are_at_home, 0, 2);
    tcase_add_loop_test(tests, residues_and_places_agree, 0, (int)NFT_COUNT(protein_rows));
    suite_add_tcase(suite, tests);
    return suite;
}
