/* SPDX-License-Identifier: MIT */
/* Tests of catalogue: every fault in a table is told with its line. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/catalogue.h"
#include "support.h"
#include "support_tables.h"

/* A change that is a fault, and what must be said of the line that it changes. */
struct fault {
    struct nft_edit edit;
    const char *message;
};

static const struct fault faults[] = {
    /* fields */
    {{"targets.tsv", "HGNC:8031", "HGNC:x"}, "column hgnc_id: 'HGNC:x' is not 'HGNC:' and"},
    {{"targets.tsv", "NTRK1\tHGNC", "NT RK1\tHGNC"},
     "column gene: 'NT RK1' is no gene symbol"},
    {{"targets.tsv", "\t796\t", "\tmany\t"}, "column protein_length: 'many' is not a whole"},
    {{"targets.tsv", "\t781\n", "\t797\n"}, "column kinase_end: '797'"},
    {{"targets.tsv", "\t510\t", "\t800\t"}, "column kinase_start: '800'"},
    {{"targets.tsv", "NM_002529.4\t", "NM_002529.4\tmore\t"},
     "8 fields where the header has 7"},
    {{"partners.tsv", "\tA\tno", "\tD\tno"}, "column tier: 'D' is none of: A, B, C, R"},
    {{"partners.tsv", "\t5prime\t", "\t5'\t"}, "column side: '5'' is none of: 5prime, 3prime"},
    {{"partners.tsv", "\tA\tno\tno", "\tA\tno\t0"}, "column neutral: '0' is none of: no, yes"},
    {{"partners.tsv", "HGNC:17812", "17812"}, "column hgnc_id: '17812'"},
    {{"review_partners.tsv", "LMNA\tLMNA", "LMNA\tL/MNA"},
     "column symbol: 'L/MNA' is no gene"},
    {{"junctions.tsv", "chr9:133067205:+", "chr9:133067205"},
     "column breakpoint5_grch38: 'chr9"},
    {{"junctions.tsv", "chr9:133067205:+", "9:133067205:+"},
     "column breakpoint5_grch38: '9:1"},
    {{"junctions.tsv", "chr9:133067205:+", "chr9:0:+"},
     "column breakpoint5_grch38: 'chr9:0:+'"},
    {{"junctions.tsv", "chr9:133067205:+", "chr9:133067205:+:"}, "is no breakpoint"},
    {{"junctions.tsv", "\tin\tTCGA", "\tyes\tTCGA"}, "column frame: 'yes' is none of"},
    {{"resistance.tsv", "G595R", "595R"}, "column variant: is no amino-acid change"},
    {{"resistance.tsv", "\tGGG\t", "\tGGX\t"}, "column codon: is neither three of A, C, G, T"},
    {{"resistance.tsv", "chr1\t+", "chr99\t+"}, "column chrom: 'chr99' is not one of chr1"},
    {{"resistance.tsv", "chr1\t+", "chr1\t?"}, "column strand: '?' is no strand"},
    {{"prevalence.tsv", "\t109\t", "\ta lot\t"}, "column adult_total: 'a lot' is no count"},
    {{"prevalence.tsv", "315 (37", "315 (38"}, "column adult_total: the numbers in paren"},
    {{"prevalence.tsv", "33, 194)", "33, 194"}, "column adult_total: '315 (37, 51, 33, 194'"},
    {{"prevalence.tsv", "2.75", "much"}, "column adult_percent: is no percentage"},
    {{"prevalence.tsv", "2.75", "2.95"}, "column adult_percent: 3 of 109 are another"},
    {{"prevalence.tsv", "109\t3\t2.75", "2\t3\t."}, "column adult_positive: more positive"},
    {{"entities.tsv", "\tETV6::NTRK3\t13", "\tETV6-NTRK3\t13"},
     "column fusions: 'ETV6-NTRK3'"},
    {{"control_genes.tsv", "GUSB", ".GUSB"}, "column gene: '.GUSB' is no gene symbol"},
    {{"control_genes.tsv", "ACTB\tRT", "ACTB\t\x01RT"}, "column source: holds a control"},
    {{"domains.tsv", "transmembrane", "."}, "column feature: must have a value"},
    {{"transcripts.grch38.tsv", "\tmane\t", "\tbest\t"}, "column role: 'best' is none of"},
    {{"transcripts.grch38.tsv", "5527891,", "5527891,x,"},
     "column exon_starts: 6 starts, 7 ends"},
    {{"transcripts.grch38.tsv", "5528004,", "5527800,"},
     "column exon_starts: exon 2 of the row"},
    {{"transcripts.grch38.tsv", "5528185,", "5528,"}, "column exon_ends: '5528' is no end"},
    {{"transcripts.grch38.tsv", "0,2,0,0,0,.", "0,2,3,0,0,."},
     "column exon_phases: '3' is no"},
    {{"transcripts.grch38.tsv", "0,2,0,0,0,.", "0,2,.,0,0,."}, "column exon_phases: exon 3"},
    {{"transcripts.grch38.tsv", "\t5529657\t", "\t.\t"}, "column cds_start: cds_start and"},
    {{"transcripts.grch38.tsv", "\t5529657\t", "\t5530000\t"}, "column cds_start: an end of"},

    /* repeated rows */
    {{"targets.tsv", "NTRK2\tHGNC", "NTRK1\tHGNC"},
     "column gene: the row repeats that of line"},
    {{"domains.tsv", "kinase_CDD_cd05092", "kinase_Pfam_PF07714"}, "column gene: the row rep"},
    {{"prevalence.tsv", "Liposarcoma", "Fibrosarcoma"}, "column histology: the row repeats"},
    {{"control_genes.tsv", "GAPDH", "ACTB"}, "column gene: the row repeats"},

    /* between tables */
    {{"targets.tsv", "NM_002529.4", "NM_002529.5"},
     "column transcript: NM_002529.5 is not the"},
    {{"targets.tsv", "NM_001012331", "NM_001012332"},
     "column legacy_transcript: NM_001012332"},
    {{"targets.tsv", "\t796\t", "\t797\t"}, "column protein_length: the CDS of NM_002529.4"},
    {{"domains.tsv", "\t781\t", "\t780\t"},
     "column start: targets.tsv has the kinase of NTRK1"},
    {{"domains.tsv", "\t439\t", "\t1439\t"},
     "column end: the protein of NTRK1 ends at residue"},
    {{"domains.tsv", "NM_002529.4\tkin", "NM_002529.3\tkin"}, "column transcript: NTRK1 has"},
    {{"partners.tsv", "NTRK1\tAMOTL2", "NTRK9\tAMOTL2"}, "column gene: 'NTRK9' has no row in"},
    {{"partners.tsv", "\tAMOTL2\t", "\tAMOTL9\t"}, "column symbol: AMOTL9 is not in the tra"},
    {{"partners.tsv", "no\tno\tyes\tHGNC:17812", "no\tno\tno\tHGNC:17812"},
     "column gene_model: AMOTL2 is in the transcripts tables"},
    {{"partners.tsv", "\tA\tno", "\tR\tno"}, "column tier: tier R and side 3prime belong"},
    {{"partners.tsv", "\tA\tno", "\tA\tyes"},
     "column in_review: review_partners.tsv has no row"},
    {{"partners.tsv", "NTRK1\tAMOTL2", "NTRK1\tNTRK1"},
     "column symbol: NTRK1 is a partner of"},
    {{"review_partners.tsv", "CPSF6\tCPSF6", "CPSF6\tCPSF7"}, "has no row for CPSF7, side 5p"},
    {{"review_partners.tsv", "IGR\t.", "IGR\tBCAN"}, "of partners.tsv has in_review 'no'"},
    {{"review_partners.tsv", "gene\tyes", "gene\tno"}, "column neutral: a row that names no"},
    {{"review_partners.tsv", "HGNC:35305)\tyes", "HGNC:35305)\tno"}, "says otherwise"},
    {{"junctions.tsv", "NTRK1\tCEL", "NTRK1\tETV6"},
     "column partner: partners.tsv has no row"},
    {{"junctions.tsv", "chr9:133067205:+", "chr9:133067206:+"},
     "column breakpoint5_grch38: chr9:133067206:+ is not the last base of exon 7 of"},
    {{"junctions.tsv", "NM_001807\t7", "NM_001807\t70"},
     "column exon5: NM_001807 has 11 exons"},
    {{"junctions.tsv", "NM_001807\t7", "NM_001808\t7"},
     "column transcript5: NM_001808 is not"},
    {{"junctions.tsv", "\t13\t11\t", "\t13\t12\t"},
     "is not the first base of exon 12 of NM_006"},
    {{"junctions.tsv", "\tin\tTCGA", "\tout\tTCGA"}, "column frame: the phases of the two"},
    {{"resistance.tsv", "156876550", "156876551"}, "column start_grch38: NM_002529.4 has res"},
    {{"resistance.tsv", "G667C", "G602C"}, "has no codon for residue 602 in one piece"},
    {{"resistance.tsv", "c.1783_1785", "c.1783_1786"},
     "column cdna: residue 595 is c.1783_1785"},
    {{"resistance.tsv", "1785\t14\t", "1785\t15\t"},
     "column exon: residue 595 is not in exon 15"},
    {{"resistance.tsv", "GGG\tG\t", "GGG\tA\t"}, "column residue: the variant changes G"},
    {{"resistance.tsv", "chr1\t+", "chr1\t-"}, "column chrom: NTRK1 lies on chr1+"},
    {{"entities.tsv", "\tTPM3::NTRK1\t55", "\tTPM9::NTRK1\t55"},
     "has no row for 'TPM9::NTRK1'"},
    {{"entities.tsv", "\tTPM3::NTRK1\t55", "\tTPM3::NTRK9\t55"},
     "'NTRK9' has no row in targets"},
    {{"control_genes.tsv", "GUSB", "GUSC"}, "column gene: GUSC is not in the transcripts"},
    {{"aliases.tsv", "\tETV6\t", "\tETV9\t"},
     "column symbol: ETV9 is the approved symbol of no"},
    {{"aliases.tsv", "ADORA2\t", "ETV6\t"}, "column alias: ETV6 is the approved symbol of a"},
    {{"aliases.tsv", "CENTG2\t", "ADORA2\t"}, "column alias: ADORA2 means ADORA2A in a row"},
    {{"transcripts.grch38.tsv", "ADORA2A\tNM_001278498\t", "ADAM19\tNM_001278498\t"},
     "column gene: the rows of ADAM19 do not stand together"},
    {{"transcripts.grch38.tsv", "NM_001278497\tother\tchr22", "NM_001278497\tother\tchr21"},
     "column chrom: ADORA2A lies on another chromosome"},

    /* headers */
    {{"partners.tsv", "gene\tsymbol", "gene\tname"}, "header: column 2 must be 'symbol'"},
    {{"aliases.tsv", "kind\tsource\n", "kind\n"}, "header: column 4, 'source', is missing"},
};

/* Faults of GRCh37, which do no harm to who works in GRCh38. */
static const struct fault grch37_faults[] = {
    {{"junctions.tsv", "chr1:156843425:+", "chr1:156843426:+"},
     "column breakpoint3_grch37: chr1:156843426:+ is not the first base of exon 8"},
    {{"resistance.tsv", "156846344", "156846345"}, "column start_grch37: NM_002529.4 has"},
    {{"transcripts.grch37.tsv", "ACTR8\tNM_022899\tmodel", "ACTR8\tNM_022899\tother"},
     "column role: ACTR8 has 0 rows of role mane or model"},
};

/* Checks the tables with the fault in them, then loads them for GRCh38. */
static void assert_told(const struct fault *fault, enum nf_status loading)
{
    const struct nft_edit *edit = &fault->edit;
    char *folder = nft_tables_new(edit, 1);
    const struct nf_refdata refdata = {folder};
    struct nf_catalogue catalogue;
    char place[200];
    const char *line;
    size_t n_problems = 0;

    nft_log_begin();
    ck_assert_int_eq(nf_catalogue_check(&refdata, &n_problems), NF_ERR_FORMAT);
    ck_assert_uint_ge(n_problems, 1);
    snprintf(place, sizeof place, "%s/%s:%ld: ", folder, edit->table,
             nft_tables_line(edit->table, edit->from));
    nft_assert_contains(nft_log_text(), fault->message);
    /* The line of the message begins with the place. */
    line = strstr(nft_log_text(), fault->message);
    while (line > nft_log_text() && line[-1] != '\n')
        line--;
    nft_assert_contains(line, place);
    ck_assert_ptr_eq(strstr(line, place), line + strlen("ntrkfuse: error: "));
    nft_log_begin();
    ck_assert_int_eq(nf_catalogue_load(&catalogue, &refdata, NF_ASSEMBLY_GRCH38), loading);
    nf_catalogue_free(&catalogue);
    nft_log_end();
    nft_folder_remove(folder);
}

START_TEST(a_fault_is_told_with_its_line)
{
    assert_told(&faults[_i], NF_ERR_FORMAT);
}
END_TEST

START_TEST(a_fault_of_the_other_assembly_is_told_by_check_alone)
{
    assert_told(&grch37_faults[_i], NF_OK);
}
END_TEST

START_TEST(all_problems_are_told_at_once)
{
    static const struct nft_edit edits[] = {
        {"targets.tsv", "HGNC:8031", "8031"},
        {"junctions.tsv", "chr9:133067205:+", "here"},
        {"control_genes.tsv", "GUSB", "GUSC"},
        {"aliases.tsv", NULL, "A\tB\n"},
    };
    char *folder = nft_tables_new(edits, NFT_COUNT(edits));
    const struct nf_refdata refdata = {folder};
    size_t n_problems;

    nft_log_begin();
    ck_assert_int_eq(nf_catalogue_check(&refdata, &n_problems), NF_ERR_FORMAT);
    ck_assert_uint_eq(n_problems, 4);
    for (size_t i = 0; i < NFT_COUNT(edits); i++)
        nft_assert_contains(nft_log_text(), edits[i].table);
    nft_log_end();
    nft_folder_remove(folder);
}
END_TEST

START_TEST(a_missing_table_is_told_once)
{
    const char *name = nf_refdata_name((size_t)_i);
    const struct nft_edit gone = {name, NULL, NULL};
    char *folder = nft_tables_new(&gone, 1);
    const struct nf_refdata refdata = {folder};
    size_t n_problems;

    nft_log_begin();
    ck_assert_int_eq(nf_catalogue_check(&refdata, &n_problems), NF_ERR_FORMAT);
    nft_assert_contains(nft_log_text(), name);
    /* What refers to it is not blamed. */
    ck_assert_msg(n_problems == 1, "%s: %zu problems\n%s", name, n_problems, nft_log_text());
    nft_log_end();
    nft_folder_remove(folder);
}
END_TEST

START_TEST(another_kind_of_file_ends_soon)
{
    const struct nft_edit edit = {"aliases.tsv", NULL, ""};
    char *folder = nft_tables_new(&edit, 1);
    const struct nf_refdata refdata = {folder};
    FILE *out = fopen(nft_path(folder, "aliases.tsv"), "a");
    size_t n_problems;

    ck_assert_ptr_nonnull(out);
    for (int i = 0; i < 10000; i++)
        fprintf(out, "line %d\n", i);
    ck_assert_int_eq(fclose(out), 0);
    nft_log_begin();
    ck_assert_int_eq(nf_catalogue_check(&refdata, &n_problems), NF_ERR_FORMAT);
    ck_assert_uint_eq(n_problems, 50);
    nft_assert_contains(nft_log_text(), "too many problems");
    nft_log_end();
    nft_folder_remove(folder);
}
END_TEST

START_TEST(damaged_bytes_end_the_table)
{
    const struct nft_edit gone = {"aliases.tsv", NULL, NULL};
    char *folder = nft_tables_new(&gone, 1);
    const struct nf_refdata refdata = {folder};
    size_t n_problems;

    nft_write(
        nft_path(folder, "aliases.tsv"),
        NFT_SPAN("alias\tsymbol\tkind\tsource\nA\0B\tETV6\talias\tx\nC\tETV6\talias\tx\n"));
    nft_log_begin();
    ck_assert_int_eq(nf_catalogue_check(&refdata, &n_problems), NF_ERR_FORMAT);
    ck_assert_uint_ge(n_problems, 1);
    nft_assert_contains(nft_log_text(), "aliases.tsv:2");
    nft_log_end();
    nft_folder_remove(folder);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_one_line)
{
    const struct nf_refdata refdata = {NFT_REF_DIR "/nothing"};
    struct nf_catalogue catalogue;
    size_t n_problems = 7;

    nft_log_begin();
    ck_assert_int_eq(nf_catalogue_check(&refdata, &n_problems), NF_ERR_IO);
    ck_assert_uint_eq(n_problems, 0);
    ck_assert_ptr_eq(strchr(nft_log_text(), '\n') + 1, strchr(nft_log_text(), '\0'));
    nft_log_begin();
    ck_assert_int_eq(nf_catalogue_load(&catalogue, &refdata, NF_ASSEMBLY_GRCH37), NF_ERR_IO);
    ck_assert_ptr_eq(strchr(nft_log_text(), '\n') + 1, strchr(nft_log_text(), '\0'));
    nf_catalogue_free(&catalogue);
    nft_log_end();
}
END_TEST

Suite *catalogue_tables_suite(void)
{
    Suite *suite = suite_create("catalogue_tables");
    TCase *fields = tcase_create("faults");
    TCase *tables = tcase_create("tables");
    int n_tables = 0;

    while (nf_refdata_name((size_t)n_tables))
        n_tables++;
    tcase_set_timeout(fields, 30);
    tcase_add_loop_test(fields, a_fault_is_told_with_its_line, 0, NFT_COUNT(faults));
    tcase_add_loop_test(fields, a_fault_of_the_other_assembly_is_told_by_check_alone, 0,
                        NFT_COUNT(grch37_faults));
    suite_add_tcase(suite, fields);
    tcase_add_test(tables, all_problems_are_told_at_once);
    tcase_add_loop_test(tables, a_missing_table_is_told_once, 0, n_tables);
    tcase_add_test(tables, another_kind_of_file_ends_soon);
    tcase_add_test(tables, damaged_bytes_end_the_table);
    tcase_add_test(tables, a_folder_that_is_not_there_is_one_line);
    suite_add_tcase(suite, tables);
    return suite;
}
