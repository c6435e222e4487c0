/* SPDX-License-Identifier: MIT */
/* Tests of annot with genes from a GTF: transcripts, loci, the choice of the primary
 * transcript, and how a GTF widens the genes of the tables. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
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
    nf_genome_free(&genome);
    nft_folder_remove(folder);
    nft_log_end();
}

/* A genome of no known assembly, or one with two GRCh38 chromosomes. */
static void make_genome(bool known)
{
    static const char *const names[] = {"chr21", "22", "decoy"};
    static const int64_t lengths[2][3] = {{40000000, 50000000, 9000},
                                          {46709983, 50818468, 9000}};

    nf_genome_free(&genome);
    ck_assert_int_eq(nf_genome_init(&genome, names, lengths[known], 3), NF_OK);
    ck_assert_int_eq(genome.assembly, known ? NF_ASSEMBLY_GRCH38 : NF_ASSEMBLY_UNKNOWN);
}

/* The lines of the tests are written short, apart by ';': contig feature start end strand
 * phase, and where they differ from "g G t" also gene_id, gene_name and transcript_id, then a
 * tag. */
static void write_gtf(const char *brief)
{
    struct nf_span rest = nf_span_of(brief), line;
    char text[4096] = "";
    size_t length = 0;

    while (nf_span_cut(&rest, ';', &line)) {
        struct nf_span words[10] = {[6] = nf_span_of("g"),
                                    [7] = nf_span_of("G"),
                                    [8] = nf_span_of("t"),
                                    [9] = nf_span_of("basic")};

        for (size_t n = 0; n < 9 && nf_span_cut(&line, ' ', &words[n]); n++)
            continue;
        if (line.at)
            words[9] = line;
#define WORD(i) (int)words[i].n, words[i].at
        length += (size_t)snprintf(
            text + length, sizeof text - length,
            "%.*s\tx\t%.*s\t%.*s\t%.*s\t.\t%.*s\t%.*s\tgene_id \"%.*s\"; gene_name \"%.*s\"; "
            "transcript_id \"%.*s\"; tag \"%.*s\";\n",
            WORD(0), WORD(1), WORD(2), WORD(3), WORD(4), WORD(5), WORD(6), WORD(7), WORD(8),
            WORD(9));
#undef WORD
        ck_assert_uint_lt(length, sizeof text);
    }
    nft_write(nft_path(folder, "x.gtf"), nf_span_of(text));
}

/* Loads x.gtf for an assembly that is not known. */
static enum nf_status load_gtf(void)
{
    const struct nf_refdata refdata = {"/nonexistent"};

    nf_annot_free(&annot);
    nft_log_begin();
    make_genome(false);
    return nf_annot_load(&annot, &refdata, &genome, nft_path(folder, "x.gtf"));
}

/* Loads these lines for an assembly that is not known. */
static enum nf_status load_lines(const char *brief)
{
    write_gtf(brief);
    return load_gtf();
}

/* Loads these lines beside a table with the gene TAB (chr21, +, 1001–2000). */
static enum nf_status load_beside_table(const char *brief)
{
    static const char table[] =
        "gene\ttranscript\trole\tchrom\tstrand\tcds_start\tcds_end\texon_starts\texon_ends\t"
        "exon_phases\n"
        "TAB\tNM_1.1\tmane\tchr21\t+\t.\t.\t1001,1501\t1200,2000\t.,.\n"
        "TAB\tNM_1\tother\tchr21\t+\t.\t.\t1001\t1300\t.\n"
        "FAR\tNM_2.1\tmane\tchr3\t+\t.\t.\t1001\t1300\t.\n";
    const struct nf_refdata refdata = {folder};

    nft_write(nft_path(folder, "transcripts.grch38.tsv"), nf_span_of(table));
    write_gtf(brief);
    make_genome(true);
    return nf_annot_load(&annot, &refdata, &genome, nft_path(folder, "x.gtf"));
}

static const struct nf_gene *gene_of(const char *symbol)
{
    const uint32_t gene = nf_annot_find(&annot, nf_span_of(symbol));

    ck_assert_uint_ne(gene, NF_NO_GENE);
    return &annot.genes.items[gene];
}

static const struct nf_transcript *primary_of(const char *symbol)
{
    return &annot.transcripts.items[gene_of(symbol)->primary];
}

/* ---- one transcript -------------------------------------------------------- */

static const struct {
    const char *lines;
    uint32_t n_exons;
    int64_t starts[3], ends[3]; /* 1-based */
    int frames[3];
    int64_t cds[2]; /* 1-based; 0: none */
} transcript_rows[] = {
    /* exons only, in transcript order of a gene on − */
    {"21 exon 501 600 - .;21 exon 301 400 - .;21 exon 101 200 - .",
     3,
     {101, 301, 501},
     {200, 400, 600},
     {-1, -1, -1},
     {0, 0}},
    /* the stop codon outside the CDS, split between two exons */
    {"21 exon 101 200 + .;21 exon 301 400 + .;"
     "21 CDS 150 199 + 0;21 stop_codon 200 200 + 0;21 stop_codon 301 302 + 2",
     2,
     {101, 301},
     {200, 400},
     {0, 1},
     {150, 302}},
    /* the same on −; the phases say that the start of the protein is missing */
    {"21 exon 301 400 - .;21 exon 101 200 - .;"
     "21 CDS 302 380 - 1;21 stop_codon 301 301 - 0;21 stop_codon 199 200 - 2",
     2,
     {101, 301},
     {200, 400},
     {1, 2},
     {199, 380}},
    /* no phases: worked out. 50 coding bases, then 100 */
    {"21 exon 101 200 + .;21 exon 301 400 + .;21 exon 501 600 + .;"
     "21 CDS 151 200 + .;21 CDS 301 400 + .;21 CDS 501 550 + .",
     3,
     {101, 301, 501},
     {200, 400, 600},
     {0, 2, 0},
     {151, 550}},
    /* given phases win; what follows is worked out from them */
    {"21 exon 101 200 - .;21 exon 301 400 - .;21 exon 501 600 - .;"
     "21 CDS 151 200 - .;21 CDS 301 400 - 0;21 CDS 501 550 - 2",
     3,
     {101, 301, 501},
     {200, 400, 600},
     {1, 0, 1},
     {151, 550}},
    /* no exon lines: the CDS with its stop codon is the exon */
    {"21 CDS 101 200 + 0;21 stop_codon 201 203 + 0;21 CDS 301 400 + 2",
     2,
     {101, 301},
     {203, 400},
     {0, 1},
     {101, 400}},
    /* a ribosomal slip: two CDS lines in one exon */
    {"21 exon 101 400 + .;21 CDS 111 200 + 0;21 CDS 202 300 + 0",
     1,
     {101},
     {400},
     {0},
     {111, 300}},
    /* the same exon twice, and exons that overlap or touch */
    {"21 exon 101 200 + .;21 exon 101 200 + .;21 exon 150 250 + .;21 exon 251 300 + .",
     2,
     {101, 251},
     {250, 300},
     {-1, -1},
     {0, 0}},
};

START_TEST(lines_become_a_transcript)
{
    const struct nf_transcript *transcript;

    ck_assert_int_eq(load_lines(transcript_rows[_i].lines), NF_OK);
    nft_assert_contains(nft_log_text(), "x.gtf: 1 genes added, 0 genes of the tables widened");
    ck_assert_uint_eq(annot.transcripts.n, 1);
    ck_assert_uint_ne(annot.gtf_fingerprint, 0);
    transcript = primary_of("G");
    ck_assert_str_eq(transcript->accession, "t");
    ck_assert(transcript->is_primary);
    ck_assert(gene_of("G")->from_gtf);
    ck_assert_str_eq(gene_of("G")->contig_name, "chr21");
    ck_assert_uint_eq(transcript->n_exons, transcript_rows[_i].n_exons);
    for (uint32_t k = 0; k < transcript->n_exons; k++) {
        ck_assert_int_eq(transcript->exons[k].start0, transcript_rows[_i].starts[k] - 1);
        ck_assert_int_eq(transcript->exons[k].end0, transcript_rows[_i].ends[k]);
        ck_assert_int_eq(transcript->exons[k].frame, transcript_rows[_i].frames[k]);
    }
    ck_assert_int_eq(transcript->cds_start0, transcript_rows[_i].cds[0] - 1);
    ck_assert_int_eq(transcript->cds_end0,
                     transcript_rows[_i].cds[1] ? transcript_rows[_i].cds[1] : -1);
}
END_TEST

START_TEST(a_cds_outside_its_exons_is_not_believed)
{
    ck_assert_int_eq(load_lines("21 exon 101 200 + .;21 CDS 150 210 + 0"), NF_OK);
    ck_assert_int_eq(primary_of("G")->cds_start0, -1);
    ck_assert_int_eq(primary_of("G")->exons[0].frame, -1);
    nft_assert_contains(nft_log_text(),
                        "the CDS of 1 transcripts leaves their exons (the first: t)");
}
END_TEST

START_TEST(an_incomplete_first_codon_is_residue_one)
{
    const uint32_t t = 0;

    ck_assert_int_eq(load_lines("21 exon 101 200 + .;21 CDS 101 200 + 1"), NF_OK);
    ck_assert_int_eq(nf_transcript_residue_at(&annot, t, 100), 1);
    ck_assert_int_eq(nf_transcript_residue_at(&annot, t, 101), 2);
    ck_assert_int_eq(nf_transcript_residue_pos0(&annot, t, 1, 1), -1);
    ck_assert_int_eq(nf_transcript_residue_pos0(&annot, t, 1, 2), 100);
    ck_assert_int_eq(nf_transcript_residue_pos0(&annot, t, 2, 0), 101);
}
END_TEST

/* ---- loci ------------------------------------------------------------------ */

static const struct {
    const char *lines;
    size_t n_genes;
    int32_t contig;     /* of the gene that the symbol S finds … */
    int64_t start, end; /* … and its place, 1-based */
} locus_rows[] = {
    /* overlapping transcripts, and a third in between two */
    {"21 exon 101 200 + . S S a;"
     "21 exon 200 300 + . S S b;"
     "21 exon 120 130 + . S S c",
     1, 0, 101, 300},
    /* touching is not overlapping */
    {"21 exon 101 200 + . S S a;"
     "21 exon 201 300 + . S S b",
     2, 0, 101, 200},
    /* the first by position, not by line */
    {"21 exon 501 600 + . e5 S a;"
     "21 exon 201 300 + . e4 S b",
     2, 0, 201, 300},
    /* one gene_id */
    {"21 exon 501 600 + . e5 S a;"
     "21 exon 201 300 + . e5 S b",
     1, 0, 201, 600},
    /* one gene_id, 5 Mb apart, then one base more */
    {"21 exon 101 200 + . e S a;"
     "21 exon 5000201 5000300 + . e S b",
     1, 0, 101, 5000300},
    {"21 exon 101 200 + . e S a;"
     "21 exon 5000202 5000300 + . e S b",
     2, 0, 101, 200},
    /* one transcript over such a gap */
    {"21 exon 101 200 + . e S a;"
     "21 exon 5000202 5000300 + . e S a",
     2, 0, 101, 200},
    {"21 exon 101 200 + . S S a;21 exon 5000201 5000300 + . S S a", 1, 0, 101, 5000300},
    /* both strands */
    {"21 exon 101 200 + . S S a;"
     "21 exon 90 200 - . S S b",
     2, 0, 90, 200},
    /* both contigs, as in the pseudoautosomal regions */
    {"22 exon 101 200 + . S_1 S a_1;"
     "21 exon 301 400 + . S S a",
     2, 0, 301, 400},
    {"22 exon 101 200 + . e S a;"
     "21 exon 301 400 + . e S a",
     2, 0, 301, 400},
};

START_TEST(transcripts_are_swept_into_loci)
{
    ck_assert_int_eq(load_lines(locus_rows[_i].lines), NF_OK);
    ck_assert_uint_eq(annot.genes.n, locus_rows[_i].n_genes);
    ck_assert_int_eq(gene_of("S")->contig, locus_rows[_i].contig);
    ck_assert_int_eq(gene_of("S")->start0, locus_rows[_i].start - 1);
    ck_assert_int_eq(gene_of("S")->end0, locus_rows[_i].end);
}
END_TEST

/* ---- the primary transcript ------------------------------------------------ */

static const struct {
    const char *lines;
    const char *primary;
} primary_rows[] = {
    {"21 exon 101 900 + . e S a CCDS;"
     "21 exon 101 200 + . e S b MANE_Select;"
     "21 exon 101 800 + . e S c Ensembl_canonical",
     "b"},
    {"21 exon 101 900 + . e S a CCDS;"
     "21 exon 101 200 + . e S b MANE Select",
     "b"},
    {"21 exon 101 900 + . e S a CCDS;"
     "21 exon 101 200 + . e S b RefSeq Select",
     "b"},
    {"21 exon 101 900 + . e S a CCDS;"
     "21 exon 101 200 + . e S b MANE_Plus_Clinical",
     "a"},
    {"21 exon 101 900 + . e S a;"
     "21 exon 101 300 + . e S b;"
     "21 CDS 101 103 + 0 e S b",
     "b"},
    {"21 exon 101 900 + . e S b;"
     "21 exon 101 900 + . e S a",
     "a"},
};

START_TEST(one_transcript_is_primary)
{
    size_t n = 0;

    ck_assert_int_eq(load_lines(primary_rows[_i].lines), NF_OK);
    ck_assert_uint_eq(annot.genes.n, 1);
    ck_assert_str_eq(primary_of("S")->accession, primary_rows[_i].primary);
    for (size_t i = 0; i < annot.transcripts.n; i++)
        n += annot.transcripts.items[i].is_primary;
    ck_assert_uint_eq(n, 1);
}
END_TEST

/* ---- beside the tables ----------------------------------------------------- */

START_TEST(a_gtf_widens_the_genes_of_the_tables)
{
    const struct nf_gene *gene;

    ck_assert_int_eq(load_beside_table("21 exon 801 1001 + . e TAB ENST1;"
                                       "21 exon 901 1001 + . e TAB NM_1.1;"
                                       "21 exon 1501 2500 + . e TAB ENST2;"
                                       "22 exon 11 20 + . n NEW ENST3"),
                     NF_OK);
    nft_assert_contains(nft_log_text(),
                        "x.gtf: 1 genes added, 1 genes of the tables widened, 3 transcripts");
    ck_assert_uint_eq(annot.genes.n, 3);
    gene = gene_of("TAB");
    ck_assert(!gene->from_gtf);
    ck_assert_uint_eq(gene->n_transcripts, 4);
    ck_assert_int_eq(gene->start0, 800);
    ck_assert_int_eq(gene->end0, 2500);
    ck_assert_str_eq(primary_of("TAB")->accession, "NM_1.1");
    ck_assert_uint_eq(primary_of("TAB")->n_exons, 2);
    ck_assert_str_eq(annot.transcripts.items[gene->first_transcript + 1].accession, "NM_1");
    ck_assert(!annot.transcripts.items[gene->first_transcript + 2].is_primary);
    ck_assert(gene_of("NEW")->from_gtf);
    ck_assert_str_eq(gene_of("NEW")->contig_name, "22");
    ck_assert_int_eq(gene_of("FAR")->contig, -1);
}
END_TEST

static const char *const elsewhere_rows[] = {
    "21 exon 801 1000 + . e TAB a",  "21 exon 2001 2100 + . e TAB a",
    "21 exon 1001 2000 - . e TAB a", "22 exon 1001 2000 + . e TAB a",
    "22 exon 1001 2000 + . e FAR a",
};

START_TEST(a_gene_elsewhere_is_another_one)
{
    ck_assert_int_eq(load_beside_table(elsewhere_rows[_i]), NF_OK);
    nft_assert_contains(nft_log_text(), "1 genes added, 0 genes of the tables widened");
    nft_assert_contains(nft_log_text(), "1 lie elsewhere and 0 where the tables have them");
    ck_assert_uint_eq(annot.genes.n, 3);
    ck_assert(!gene_of("TAB")->from_gtf);
    ck_assert(!gene_of("FAR")->from_gtf);
    ck_assert_int_eq(gene_of("TAB")->start0, 1000);
    ck_assert_int_eq(gene_of("TAB")->end0, 2000);
    ck_assert(annot.genes.items[2].from_gtf);
}
END_TEST

START_TEST(errors_of_the_gtf_are_passed_on)
{
    ck_assert_int_eq(load_beside_table("21 exon 1 zwei + ."), NF_ERR_FORMAT);
    nft_assert_contains(nft_log_text(), "x.gtf:1: ");
    nf_annot_free(&annot);
    nf_annot_free(&annot);
}
END_TEST

/* ---- mutated files --------------------------------------------------------- */

/* What every consumer of the gene models relies on. */
static void check_promises(void)
{
    for (size_t i = 0; i < annot.transcripts.n; i++) {
        const struct nf_transcript *transcript = &annot.transcripts.items[i];
        const struct nf_gene *gene = &annot.genes.items[transcript->gene];

        ck_assert_uint_ge(transcript->n_exons, 1);
        ck_assert_uint_ge(i, gene->first_transcript);
        ck_assert_uint_lt(i, gene->first_transcript + gene->n_transcripts);
        ck_assert_int_eq(transcript->is_primary, gene->primary == i);
        ck_assert_int_le(gene->start0, transcript->exons[0].start0);
        ck_assert_int_ge(gene->end0, transcript->exons[transcript->n_exons - 1].end0);
        for (uint32_t k = 0; k < transcript->n_exons; k++) {
            const struct nf_exon *exon = &transcript->exons[k];
            const bool coding =
                exon->start0 < transcript->cds_end0 && transcript->cds_start0 < exon->end0;

            ck_assert_int_lt(exon->start0, exon->end0);
            ck_assert(k == 0 || exon->start0 >= exon[-1].end0);
            ck_assert_int_eq(coding, exon->frame >= 0);
            ck_assert_int_le(exon->frame, 2);
        }
    }
    for (size_t i = 1; i < annot.edges.n; i++)
        ck_assert(annot.edges.items[i - 1].contig < annot.edges.items[i].contig ||
                  (annot.edges.items[i - 1].contig == annot.edges.items[i].contig &&
                   annot.edges.items[i - 1].pos0 <= annot.edges.items[i].pos0));
}

START_TEST(mutated_lines_give_sound_models_or_an_error)
{
    static const char digits[] = "0123456789+-.\t";
    uint32_t random = (uint32_t)_i * 2654435761u + 7;
    char *whole, *text;
    size_t n;

    write_gtf("21 exon 501 600 - . e S a;21 exon 301 400 - . e S a;21 CDS 350 400 - 1 e S a;"
              "21 CDS 501 550 - 0 e S a;21 stop_codon 347 349 - 0 e S a;"
              "21 exon 501 600 - . e S b;22 exon 101 200 + . f S a;21 exon 1 9 - . e S b");
    whole = nft_read(nft_path(folder, "x.gtf"), &n);
    text = malloc(n);
    ck_assert_ptr_nonnull(text);
    for (int round = 0; round < 200; round++) {
        enum nf_status status;

        memcpy(text, whole, n);
        for (int change = 0; change <= round % 3;) {
            char *at;

            random = random * 1664525u + 1013904223u;
            at = &text[(random >> 8) % n];
            if (!strchr(digits, *at))
                continue;
            *at = digits[(random >> 4) % (sizeof digits - 1)];
            change++;
        }
        nft_write(nft_path(folder, "x.gtf"), (struct nf_span){text, n});
        status = load_gtf();
        ck_assert(status == NF_OK || status == NF_ERR_FORMAT);
        if (status == NF_OK)
            check_promises();
        else
            nft_assert_contains(nft_log_text(), "x.gtf:");
    }
    free(text);
    free(whole);
}
END_TEST

Suite *annot_gtf_suite(void);

Suite *annot_gtf_suite(void)
{
    Suite *suite = suite_create("annot_gtf");
    TCase *tests = tcase_create("annot_gtf");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, lines_become_a_transcript, 0, (int)NFT_COUNT(transcript_rows));
    tcase_add_test(tests, a_cds_outside_its_exons_is_not_believed);
    tcase_add_test(tests, an_incomplete_first_codon_is_residue_one);
    tcase_add_loop_test(tests, transcripts_are_swept_into_loci, 0, (int)NFT_COUNT(locus_rows));
    tcase_add_loop_test(tests, one_transcript_is_primary, 0, (int)NFT_COUNT(primary_rows));
    tcase_add_test(tests, a_gtf_widens_the_genes_of_the_tables);
    tcase_add_loop_test(tests, a_gene_elsewhere_is_another_one, 0,
                        (int)NFT_COUNT(elsewhere_rows));
    tcase_add_test(tests, errors_of_the_gtf_are_passed_on);
    tcase_add_loop_test(tests, mutated_lines_give_sound_models_or_an_error, 0, 10);
    suite_add_tcase(suite, tests);
    return suite;
}
