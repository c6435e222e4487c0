/* SPDX-License-Identifier: MIT */
/* Tests of genome. */
#include <check.h>

#include "ntrkfuse/genome.h"
#include "support.h"

enum { MOST = 5 };

static struct nf_genome genome;

static void begin(void)
{
    nft_log_begin();
}

static void end(void)
{
    nf_genome_free(&genome);
    nf_genome_free(&genome);
    nft_log_end();
}

static int32_t find(const char *name)
{
    return nf_genome_find(&genome, nf_span_of(name));
}

static const struct {
    int32_t n;
    const char *names[MOST];
    int64_t lengths[MOST];
    const char *assembly;
} assembly_rows[] = {
    {2, {"chr1", "chr15"}, {248956422, 101991189}, "GRCh38"},
    {2, {"1", "15"}, {248956422, 101991189}, "GRCh38"},
    {2, {"NC_000001.11", "NC_000015.10"}, {248956422, 101991189}, "GRCh38"},
    {2, {"chr1", "chr15"}, {249250621, 102531392}, "GRCh37"},
    {2, {"1", "15"}, {249250621, 102531392}, "GRCh37"},
    {2, {"NC_000001.10", "NC_000015.9"}, {249250621, 102531392}, "GRCh37"},
    {3, {"X", "Y", "MT"}, {156040895, 57227415, 16569}, "GRCh38"},
    {3, {"X", "Y", "MT"}, {155270560, 59373566, 16571}, "GRCh37"},
    {3, {"1", "EBV", "chr1_alt"}, {248956422, 171823, 5}, "GRCh38"},
    {2, {"chr1", "chr15"}, {248956422, 102531392}, "unknown"}, /* one of each */
    {2, {"chr1", "chr15"}, {248956422, 101991190}, "unknown"}, /* one base off */
    {2, {"chr1", "1"}, {248956422, 249250621}, "unknown"},
    {1, {"MT"}, {16569}, "unknown"},
    {1, {"contig1"}, {248956422}, "unknown"}, /* the length alone names nothing */
    {1, {"chr1"}, {195471971}, "unknown"},    /* mouse */
    {0, {0}, {0}, "unknown"},
};

START_TEST(the_lengths_tell_the_assembly)
{
    ck_assert_int_eq(nf_genome_init(&genome, assembly_rows[_i].names,
                                    assembly_rows[_i].lengths, assembly_rows[_i].n),
                     NF_OK);
    ck_assert_str_eq(nf_assembly_name(genome.assembly), assembly_rows[_i].assembly);
    ck_assert_int_eq(genome.n_contigs, assembly_rows[_i].n);
    for (int32_t i = 0; i < genome.n_contigs; i++) {
        ck_assert_str_eq(genome.contigs[i].name, assembly_rows[_i].names[i]);
        ck_assert_ptr_ne(genome.contigs[i].name, assembly_rows[_i].names[i]);
        ck_assert_int_eq(genome.contigs[i].length, assembly_rows[_i].lengths[i]);
        ck_assert_int_eq(find(assembly_rows[_i].names[i]), i);
    }
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

/* Names that all mean the same contig of a genome with any one of them. */
static const struct {
    int64_t length;
    int chromosome;
    const char *spellings[MOST];
} spelling_rows[] = {
    {248956422, 1, {"chr1", "1", "NC_000001.11"}},
    {249250621, 1, {"chr1", "1", "NC_000001.10"}},
    {133275309, 12, {"chr12", "12", "NC_000012.12"}},
    {133851895, 12, {"chr12", "12", "NC_000012.11"}},
    {107043718, 14, {"chr14", "14", "NC_000014.9"}},
    {50818468, 22, {"chr22", "22", "NC_000022.11"}},
    {51304566, 22, {"chr22", "22", "NC_000022.10"}},
    {156040895, 23, {"chrX", "X", "NC_000023.11"}},
    {155270560, 23, {"chrX", "X", "NC_000023.10"}},
    {57227415, 24, {"chrY", "Y", "NC_000024.10"}},
    {59373566, 24, {"chrY", "Y", "NC_000024.9"}},
    {16569, 25, {"chrM", "M", "MT", "chrMT", "NC_012920.1"}},
    {16571, 25, {"chrM", "M", "MT", "chrMT"}},
};

START_TEST(every_spelling_finds_the_contig)
{
    for (size_t i = 0; i < MOST && spelling_rows[_i].spellings[i]; i++) {
        const char *names[] = {"other", spelling_rows[_i].spellings[i]};
        const int64_t lengths[] = {5, spelling_rows[_i].length};

        ck_assert_int_eq(nf_genome_init(&genome, names, lengths, 2), NF_OK);
        ck_assert_int_eq(genome.contigs[0].chromosome, 0);
        ck_assert_int_eq(genome.contigs[1].chromosome, spelling_rows[_i].chromosome);
        for (size_t k = 0; k < MOST && spelling_rows[_i].spellings[k]; k++)
            ck_assert_int_eq(find(spelling_rows[_i].spellings[k]), 1);
        nf_genome_free(&genome);
    }
}
END_TEST

/* The tables for both assemblies, whole: a wrong version or length is a wrong genome. Source:
 * the assembly reports of GCF_000001405.26 and GCF_000001405.13. */
static const struct {
    const char *grch38, *grch37;
    int64_t length38, length37;
} chromosome_rows[] = {
    {"NC_000001.11", "NC_000001.10", 248956422, 249250621},
    {"NC_000002.12", "NC_000002.11", 242193529, 243199373},
    {"NC_000003.12", "NC_000003.11", 198295559, 198022430},
    {"NC_000004.12", "NC_000004.11", 190214555, 191154276},
    {"NC_000005.10", "NC_000005.9", 181538259, 180915260},
    {"NC_000006.12", "NC_000006.11", 170805979, 171115067},
    {"NC_000007.14", "NC_000007.13", 159345973, 159138663},
    {"NC_000008.11", "NC_000008.10", 145138636, 146364022},
    {"NC_000009.12", "NC_000009.11", 138394717, 141213431},
    {"NC_000010.11", "NC_000010.10", 133797422, 135534747},
    {"NC_000011.10", "NC_000011.9", 135086622, 135006516},
    {"NC_000012.12", "NC_000012.11", 133275309, 133851895},
    {"NC_000013.11", "NC_000013.10", 114364328, 115169878},
    {"NC_000014.9", "NC_000014.8", 107043718, 107349540},
    {"NC_000015.10", "NC_000015.9", 101991189, 102531392},
    {"NC_000016.10", "NC_000016.9", 90338345, 90354753},
    {"NC_000017.11", "NC_000017.10", 83257441, 81195210},
    {"NC_000018.10", "NC_000018.9", 80373285, 78077248},
    {"NC_000019.10", "NC_000019.9", 58617616, 59128983},
    {"NC_000020.11", "NC_000020.10", 64444167, 63025520},
    {"NC_000021.9", "NC_000021.8", 46709983, 48129895},
    {"NC_000022.11", "NC_000022.10", 50818468, 51304566},
    {"NC_000023.11", "NC_000023.10", 156040895, 155270560},
    {"NC_000024.10", "NC_000024.9", 57227415, 59373566},
};

START_TEST(accessions_belong_to_one_assembly)
{
    const char *const names[] = {chromosome_rows[_i].grch38, chromosome_rows[_i].grch37};
    const int64_t lengths[] = {chromosome_rows[_i].length38, chromosome_rows[_i].length37};

    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(nf_genome_init(&genome, &names[i], &lengths[i], 1), NF_OK);
        ck_assert_int_eq(genome.assembly, i == 0 ? NF_ASSEMBLY_GRCH38 : NF_ASSEMBLY_GRCH37);
        ck_assert_int_eq(genome.contigs[0].chromosome, _i + 1);
        ck_assert_int_eq(find(names[i]), 0);
        ck_assert_int_eq(find(names[1 - i]), -1);
        nf_genome_free(&genome);
    }
}
END_TEST

START_TEST(exact_names_win_over_other_spellings)
{
    const char *const names[] = {"NC_000001.11", "1", "chr1", "chr2"};
    const int64_t lengths[] = {248956422, 248956422, 248956422, 242193529};

    ck_assert_int_eq(nf_genome_init(&genome, names, lengths, 4), NF_OK);
    ck_assert_int_eq(find("NC_000001.11"), 0);
    ck_assert_int_eq(find("1"), 1);
    ck_assert_int_eq(find("chr1"), 2);
    ck_assert_int_eq(find("2"), 3);
    ck_assert_int_eq(find("NC_000002.12"), 3);
}
END_TEST

static const char *const strangers[] = {
    "chr01",
    "01",
    "chr0",
    "0",
    "chr23",
    "23",
    "chr",
    "",
    "Chr1",
    "chrx",
    "chr1 ",
    "-1",
    "chr1_alt",
    "chrUn",
    "NC_000001.9",
    "NC_000001",
    "NC_1",
    "1.0",
    "chrW",
    "chr+1",
    "chrNC_000001.11",
    "NC_000025.1",
    "NC_001807.4",
};

START_TEST(other_names_are_no_chromosome)
{
    const char *const names[] = {strangers[_i], "chr1"};
    const int64_t lengths[] = {100, 248956422};

    ck_assert_int_eq(nf_genome_init(&genome, names + 1, lengths + 1, 1), NF_OK);
    ck_assert_int_eq(find(strangers[_i]), -1);
    nf_genome_free(&genome);
    ck_assert_int_eq(nf_genome_init(&genome, names, lengths, 2), NF_OK);
    ck_assert_int_eq(genome.contigs[0].chromosome, 0);
    ck_assert_int_eq(genome.assembly, NF_ASSEMBLY_GRCH38);
    ck_assert_int_eq(find(strangers[_i]), 0);
}
END_TEST

START_TEST(an_accession_is_no_other_name_of_an_unknown_assembly)
{
    const char *const names[] = {"chr1", "chrM"};
    const int64_t lengths[] = {1000, 16571};

    ck_assert_int_eq(nf_genome_init(&genome, names, lengths, 2), NF_OK);
    ck_assert_int_eq(find("1"), 0);
    ck_assert_int_eq(find("NC_000001.11"), -1);
    ck_assert_int_eq(find("NC_000001.10"), -1);
    ck_assert_int_eq(find("NC_012920.1"), -1); /* another mitochondrial sequence */
}
END_TEST

START_TEST(a_repeated_name_is_an_error)
{
    const char *const names[] = {"chr1", "chr2", "chr1"};
    const int64_t lengths[] = {248956422, 242193529, 248956422};

    ck_assert_int_eq(nf_genome_init(&genome, names, lengths, 3), NF_ERR_FORMAT);
    nft_assert_contains(nft_log_text(), "contig 'chr1' is listed twice");
}
END_TEST

START_TEST(a_negative_length_is_an_error)
{
    const char *const names[] = {"chr1"};
    const int64_t lengths[] = {-1};

    ck_assert_int_eq(nf_genome_init(&genome, names, lengths, 1), NF_ERR_FORMAT);
    nft_assert_contains(nft_log_text(), "contig 'chr1' has the length -1");
    ck_assert_int_eq(nf_genome_init(&genome, names, lengths, -1), NF_ERR_INTERNAL);
}
END_TEST

START_TEST(every_assembly_has_a_name)
{
    ck_assert_str_eq(nf_assembly_name(NF_ASSEMBLY_GRCH38), "GRCh38");
    ck_assert_str_eq(nf_assembly_name(NF_ASSEMBLY_GRCH37), "GRCh37");
    ck_assert_str_eq(nf_assembly_name(NF_ASSEMBLY_UNKNOWN), "unknown");
    ck_assert_str_eq(nf_assembly_name((enum nf_assembly)99), "unknown");
}
END_TEST

Suite *genome_suite(void)
{
    Suite *suite = suite_create("genome");
    TCase *tests = tcase_create("genome");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_loop_test(tests, the_lengths_tell_the_assembly, 0,
                        (int)NFT_COUNT(assembly_rows));
    tcase_add_loop_test(tests, every_spelling_finds_the_contig, 0,
                        (int)NFT_COUNT(spelling_rows));
    tcase_add_loop_test(tests, accessions_belong_to_one_assembly, 0,
                        (int)NFT_COUNT(chromosome_rows));
    tcase_add_test(tests, exact_names_win_over_other_spellings);
    tcase_add_loop_test(tests, other_names_are_no_chromosome, 0, (int)NFT_COUNT(strangers));
    tcase_add_test(tests, an_accession_is_no_other_name_of_an_unknown_assembly);
    tcase_add_test(tests, a_repeated_name_is_an_error);
    tcase_add_test(tests, a_negative_length_is_an_error);
    tcase_add_test(tests, every_assembly_has_a_name);
    suite_add_tcase(suite, tests);
    return suite;
}
