/* SPDX-License-Identifier: MIT */
/* side: which gene a break belongs to where several could have it, and other genomes' names.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/report_build.h"
#include "support.h"
#include "support_calls.h"

/* Genes of a user's GTF: feature rows "start end strand gene". Exons at 1001–1100 and so on
 * of chr2; MIR3667HG is a partner in the catalogue without a gene model in the tables. */
static const char *const exons[] = {
    "1001 1100 + LONG",      "2001 2100 + LONG",      "9001 9100 + LONG",
    "1051 1100 + AAA",       "2001 2100 + AAA",       "3001 3100 + AAA",
    "1051 1100 + BBB",       "2001 2100 + BBB",       "3001 3100 + BBB",
    "2051 2090 - ANTI",      "2501 2600 - ANTI",      "1001 1100 + MIR3667HG",
    "2001 2050 + MIR3667HG", "9501 9900 + MIR3667HG", "7001 7100 - ALONE",
    "7301 7400 - ALONE"};

static struct nft_reference reference;
static struct nft_calls calls;
static char *folder;

static void write_gtf(const char *path)
{
    char text[8192];
    size_t n = 0;

    for (size_t i = 0; i < NFT_COUNT(exons); i++) {
        struct nf_span rest = nf_span_of(exons[i]), words[4];

        for (size_t w = 0; w < 4; w++)
            ck_assert(nf_span_cut(&rest, ' ', &words[w]));
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "2\tx\texon\t%.*s\t%.*s\t.\t%.*s\t.\tgene_id \"%.*s\"; "
                              "gene_name \"%.*s\"; transcript_id \"T%.*s\";\n",
                              (int)words[0].n, words[0].at, (int)words[1].n, words[1].at,
                              (int)words[2].n, words[2].at, (int)words[3].n, words[3].at,
                              (int)words[3].n, words[3].at, (int)words[3].n, words[3].at);
        ck_assert_uint_lt(n, sizeof text);
    }
    nft_write(path, (struct nf_span){text, n});
}

/* The tables and that GTF, on chromosomes that are called "1" to "22". */
static void begin(void)
{
    const struct nft_reference *usual = nft_reference_get(NF_ASSEMBLY_GRCH38);
    const struct nf_refdata refdata = {NULL};
    const char *contigs[22];
    int64_t lengths[22];

    nft_log_begin();
    folder = nft_folder_new();
    for (int i = 0; i < 22; i++) {
        contigs[i] = usual->genome.contigs[i].name + 3;
        lengths[i] = usual->genome.contigs[i].length;
    }
    memset(&reference, 0, sizeof reference);
    ck_assert_int_eq(nf_genome_init(&reference.genome, contigs, lengths, 22), NF_OK);
    write_gtf(nft_path(folder, "genes.gtf"));
    ck_assert_int_eq(nf_annot_load(&reference.annot, &refdata, &reference.genome,
                                   nft_path(folder, "genes.gtf")),
                     NF_OK);
    ck_assert_int_eq(nf_catalogue_load(&reference.catalogue, &refdata, NF_ASSEMBLY_GRCH38),
                     NF_OK);
    ck_assert_int_eq(nf_panel_init(&reference.panel, &reference.genome, &reference.annot,
                                   &reference.catalogue),
                     NF_OK);
    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
    calls.reference = &reference;
}

static void end(void)
{
    nft_calls_end(&calls);
    nf_panel_free(&reference.panel);
    nf_catalogue_free(&reference.catalogue);
    nf_annot_free(&reference.annot);
    nf_genome_free(&reference.genome);
    nft_folder_remove(folder);
    nft_log_end();
}

static const char *name_of(uint32_t gene)
{
    return gene == NF_NO_GENE ? "-" : reference.annot.genes.items[gene].symbol;
}

/* Sense before antisense, then edge, exon, intron; then catalogue partners, the smaller gene,
 * the name. Genes that fit as well are alternatives, unless they only have an intron there. */
static const struct {
    int64_t pos1;
    int strand;
    enum nf_edge_kind role;
    const char *gene, *alternatives;
    enum nf_site site;
} places[] = {
    {1100, 1, NF_EDGE_DONOR, "MIR3667HG", "AAA LONG BBB", NF_SITE_EDGE},
    {2100, 1, NF_EDGE_DONOR, "AAA", "LONG BBB", NF_SITE_EDGE},
    {2050, 1, NF_EDGE_DONOR, "MIR3667HG", "", NF_SITE_EDGE},
    {2040, 1, NF_EDGE_DONOR, "MIR3667HG", "AAA LONG BBB", NF_SITE_EXON},
    {2100, 1, NF_EDGE_ACCEPTOR, "AAA", "LONG BBB", NF_SITE_EXON},
    {2001, 1, NF_EDGE_ACCEPTOR, "MIR3667HG", "AAA LONG BBB", NF_SITE_EDGE},
    {1500, 1, NF_EDGE_DONOR, "MIR3667HG", "", NF_SITE_INTRON},
    {1020, 1, NF_EDGE_DONOR, "MIR3667HG", "LONG", NF_SITE_EXON},
    {9050, 1, NF_EDGE_DONOR, "LONG", "", NF_SITE_EXON},
    {2501, -1, NF_EDGE_DONOR, "ANTI", "", NF_SITE_EDGE},
    {2300, -1, NF_EDGE_DONOR, "ANTI", "", NF_SITE_INTRON},
    {1500, -1, NF_EDGE_DONOR, "MIR3667HG", "", NF_SITE_ANTISENSE},
    {7301, 1, NF_EDGE_DONOR, "MIR3667HG", "", NF_SITE_INTRON},
    {9950, 1, NF_EDGE_DONOR, "-", "", NF_SITE_INTERGENIC},
};

START_TEST(the_gene_of_a_place)
{
    struct nf_locus locus = {1, (int8_t)places[_i].strand, places[_i].pos1 - 1};
    struct nf_side side;
    char expected[64];
    size_t n = 0;

    ck_assert_int_eq(
        nf_side_place(&side, &reference.panel, locus, places[_i].role, NF_NO_GENE, NF_NO_GENE),
        NF_OK);
    ck_assert_str_eq(name_of(side.gene), places[_i].gene);
    ck_assert_str_eq(nf_site_name(side.site), nf_site_name(places[_i].site));
    snprintf(expected, sizeof expected, " %s ", places[_i].alternatives);
    for (const char *c = places[_i].alternatives; *c; c++)
        n += c == places[_i].alternatives || c[-1] == ' ';
    ck_assert_uint_eq(side.alternatives.n, n);
    for (size_t i = 0; i < side.alternatives.n; i++) {
        char word[32];

        snprintf(word, sizeof word, " %s ", name_of(side.alternatives.items[i]));
        nft_assert_contains(expected, word);
    }
    nf_vec_free(&side.alternatives);
}
END_TEST

START_TEST(one_gene_wanted_or_one_excluded)
{
    uint32_t gene = nft_gene(&reference, "LONG"), other = nft_gene(&reference, "ALONE");
    struct nf_side side;

    ck_assert_int_eq(nf_side_place(&side, &reference.panel, (struct nf_locus){1, 1, 1099},
                                   NF_EDGE_DONOR, gene, NF_NO_GENE),
                     NF_OK);
    ck_assert_uint_eq(side.gene, gene);
    ck_assert_uint_eq(side.alternatives.n, 0);
    ck_assert_int_eq(nf_side_place(&side, &reference.panel, (struct nf_locus){1, -1, 7299},
                                   NF_EDGE_DONOR, NF_NO_GENE, other),
                     NF_OK);
    ck_assert_int_eq(side.site, NF_SITE_ANTISENSE);
    ck_assert_uint_ne(side.gene, other);
    nf_vec_free(&side.alternatives);
}
END_TEST

/* ---- through to the report ---- */

static void build(struct nf_report *report, const char *five, const char *three)
{
    const struct nf_prior prior = nf_prior_find(&reference.catalogue, NULL, NF_AGE_ANY);
    struct nf_report_source source = {.panel = &reference.panel,
                                      .prior = &prior,
                                      .scan = &calls.scan,
                                      .fusions = &calls.fusions,
                                      .sample = "S1",
                                      .tables = "x",
                                      .has_gtf = true};
    struct nft_molecule molecule = nft_molecule(&calls, five, three);

    nft_join(&calls, "a", &molecule, 0);
    nft_join(&calls, "b", &molecule, 0);
    nft_calls_fusions(&calls);
    memset(report, 0, sizeof *report);
    ck_assert_int_eq(nf_report_build(report, &source), NF_OK);
    ck_assert_uint_eq(report->calls.n, 1);
}

START_TEST(an_ambiguous_partner_is_named_with_the_others)
{
    struct nf_report report;
    char gtf[64];

    build(&report, "2:2100:+", "15:87940753:-");
    ck_assert_str_eq(report.calls.items[0].fusion, "AAA::NTRK3");
    ck_assert_str_eq(report.calls.items[0].side5.gene_set, "LONG,BBB");
    ck_assert_str_eq(report.calls.items[0].side3.gene_set, ".");
    ck_assert_str_eq(report.calls.items[0].flags, "partner_ambiguous");
    ck_assert_str_eq(report.calls.items[0].frame, "no-CDS");
    snprintf(gtf, sizeof gtf, "RefSeq tables + GTF %016llx",
             (unsigned long long)reference.annot.gtf_fingerprint);
    ck_assert_str_eq(report.provenance.gene_models, gtf);
    nf_report_free(&report);
}
END_TEST

/* Chromosomes are written as the input names them, and known by any name. */
START_TEST(names_without_chr)
{
    struct nf_report report;
    const struct nf_call *call;

    build(&report, "12:11869969:+", "15:87940753:-");
    call = &report.calls.items[0];
    ck_assert_str_eq(call->side5.contig, "12");
    ck_assert_str_eq(call->side3.contig, "15");
    ck_assert_str_eq(call->catalogue, "junction");
    nf_report_free(&report);
}
END_TEST

START_TEST(between_genes_without_chr)
{
    struct nf_report report;
    const struct nf_call *call;

    build(&report, "2:9951:+", "15:87940753:-");
    call = &report.calls.items[0];
    ck_assert_str_eq(call->fusion, "2:9951::NTRK3");
    ck_assert_int_eq(strncmp(call->side5.gene, "2:9951(MIR3667HG:-51,", 21), 0);
    ck_assert_str_eq(call->vicc_name, "2:g.9951::NM_001012338.3(NTRK3):e.15");
    nf_report_free(&report);
}
END_TEST

Suite *side_suite(void)
{
    Suite *suite = suite_create("side");
    TCase *genes = tcase_create("genes");

    tcase_add_unchecked_fixture(genes, nft_reference_load, NULL);
    tcase_add_checked_fixture(genes, begin, end);
    tcase_add_loop_test(genes, the_gene_of_a_place, 0, NFT_COUNT(places));
    tcase_add_test(genes, one_gene_wanted_or_one_excluded);
    tcase_add_test(genes, an_ambiguous_partner_is_named_with_the_others);
    tcase_add_test(genes, names_without_chr);
    tcase_add_test(genes, between_genes_without_chr);
    suite_add_tcase(suite, genes);
    return suite;
}
