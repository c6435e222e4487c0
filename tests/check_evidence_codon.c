/* SPDX-License-Identifier: MIT */
/* evidence_codon: what single records say of the codons of resistance. Positions are GRCh38,
 * 1-based. NTRK1 (plus): F589 156876532-156876534, G595 156876550-156876552. NTRK3 (minus):
 * G623 87933032-87933034. NTRK2 (plus): G639 84948612-84948614. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "support.h"
#include "support_sam.h"

static const struct nft_reference *reference;
static struct nf_observations observations;
static struct nf_evidence evidence;
static char told[400];

static void begin(void)
{
    nft_log_begin();
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    memset(&evidence, 0, sizeof evidence);
    ck_assert_int_eq(nf_observations_init(&observations), NF_OK);
    evidence.panel = &reference->panel;
    evidence.observations = &observations;
    evidence.only_read_group = "";
}

static void end(void)
{
    nf_evidence_free(&evidence);
    nf_observations_free(&observations);
    nft_records_forget();
    nft_log_end();
}

static void take(const char *line)
{
    const struct nf_record *record = nft_record(reference, "q\t%s", line);
    unsigned classes = nf_evidence_classify(&reference->panel, record);

    if (classes) /* as the scan does */
        ck_assert_int_eq(nf_evidence_take(&evidence, record, classes), NF_OK);
}

/* "G595R CGG, …" of all codon reads so far. */
static const char *codons(void)
{
    size_t n = 0;

    told[0] = '\0';
    for (size_t i = 0; i < observations.codon_reads.n; i++) {
        const struct nf_codon_read *read = &observations.codon_reads.items[i];
        const struct nf_resistance *row = &reference->catalogue.resistance.items[read->codon];

        n += (size_t)snprintf(told + n, sizeof told - n, "%s%s %.3s", i ? ", " : "",
                              row->variant, read->bases);
        ck_assert_uint_lt(n, sizeof told);
    }
    return told;
}

static const struct {
    const char *name, *line, *codons;
} reads[] = {
    {"plus strand", "0\tchr1\t156876548\t60\t7M\t*\t0\t0\tAACGTAA\t*", "G595R CGT"},
    {"read in reverse", "16\tchr1\t156876548\t60\t7M\t*\t0\t0\tAACGTAA\t*", "G595R CGT"},
    {"minus strand", "0\tchr15\t87933030\t60\t7M\t*\t0\t0\tAATCCAA\t*", "G623R GGA"},
    {"minus, in reverse", "16\tchr15\t87933030\t60\t7M\t*\t0\t0\tAATCTAA\t*", "G623R AGA"},
    {"NTRK2", "0\tchr9\t84948612\t60\t3M\t*\t0\t0\tGGC\t*", "G639R GGC"},
    {"two codons", "0\tchr1\t156876532\t60\t21M\t*\t0\t0\tTTCAAAAAAAAAAAAAAAGGG\t*",
     "G595R GGG, F589L TTC"},
    {"just within", "0\tchr1\t156876550\t60\t3M\t*\t0\t0\tCGT\t*", "G595R CGT"},
    {"starts inside", "0\tchr1\t156876551\t60\t7M\t*\t0\t0\tAACGTAA\t*", ""},
    {"ends inside", "0\tchr1\t156876545\t60\t7M\t*\t0\t0\tAACGTAA\t*", ""},
    {"quality 20 and 19", "0\tchr1\t156876548\t60\t7M\t*\t0\t0\tAACGTAA\tIII54II",
     "G595R CGN"},
    {"quality 0", "0\tchr1\t156876548\t60\t7M\t*\t0\t0\tAACGTAA\t!!!!!!!", "G595R NNN"},
    {"unknown base", "0\tchr15\t87933030\t60\t7M\t*\t0\t0\tAANCCAA\t*", "G623R GGN"},
    {"deletion inside", "0\tchr1\t156876548\t60\t3M1D4M\t*\t0\t0\tAACTAAA\t*", ""},
    {"deletion of it", "0\tchr1\t156876546\t60\t4M3D4M\t*\t0\t0\tAAAATAAA\t*", ""},
    {"deletion before", "0\tchr1\t156876546\t60\t2M1D6M\t*\t0\t0\tAAACGTAA\t*", "G595R CGT"},
    {"deletion behind", "0\tchr1\t156876548\t60\t5M1D2M\t*\t0\t0\tAACGTAA\t*", "G595R CGT"},
    {"insertion inside", "0\tchr1\t156876548\t60\t3M1I4M\t*\t0\t0\tAACTGTAA\t*", ""},
    {"insertion before", "0\tchr1\t156876548\t60\t2M1I5M\t*\t0\t0\tAATCGTAA\t*", "G595R CGT"},
    {"insertion behind", "0\tchr1\t156876548\t60\t5M1I2M\t*\t0\t0\tAACGTTAA\t*", "G595R CGT"},
    {"intron inside", "0\tchr1\t156876548\t60\t3M100N4M\t*\t0\t0\tAACGTAA\t*", ""},
    {"intron before", "0\tchr1\t156876448\t60\t2M100N5M\t*\t0\t0\tAACGTAA\t*", "G595R CGT"},
    {"equal and different", "0\tchr1\t156876548\t60\t2=1X4=\t*\t0\t0\tAACGTAA\t*",
     "G595R CGT"},
    {"soft clip", "0\tchr1\t156876548\t60\t2S7M\t*\t0\t0\tCCAACGTAA\t*", "G595R CGT"},
    {"hard clip", "0\tchr1\t156876548\t60\t2H7M\t*\t0\t0\tAACGTAA\t*", "G595R CGT"},
    {"clipped over it", "0\tchr1\t156876548\t60\t2M5S\t*\t0\t0\tAACGTAA\t*", ""},
    {"supplementary", "2048\tchr1\t156876548\t60\t7M\t*\t0\t0\tAACGTAA\t*", "G595R CGT"},
    {"duplicate", "1024\tchr1\t156876548\t60\t7M\t*\t0\t0\tAACGTAA\t*", "G595R CGT"},
    {"secondary", "256\tchr1\t156876548\t60\t7M\t*\t0\t0\tAACGTAA\t*", ""},
    {"failed", "512\tchr1\t156876548\t60\t7M\t*\t0\t0\tAACGTAA\t*", ""},
    {"ambiguous", "0\tchr1\t156876548\t3\t7M\t*\t0\t0\tAACGTAA\t*", ""},
    {"two places", "0\tchr1\t156876548\t60\t7M\t*\t0\t0\tAACGTAA\t*\tNH:i:2", ""},
    {"no bases", "0\tchr1\t156876548\t60\t7M\t*\t0\t0\t*\t*", ""},
};

START_TEST(bases_of_a_codon)
{
    take(reads[_i].line);
    ck_assert_msg(strcmp(codons(), reads[_i].codons) == 0, "%s: '%s'", reads[_i].name, told);
}
END_TEST

/* The first bases of a read, in the direction it was sequenced, are a primer's. */
START_TEST(bases_of_a_primer_tell_nothing)
{
    const struct {
        const char *line, *codons;
    } rows[] = {
        {"0\tchr1\t156876548\t60\t7M\t*\t0\t0\tAACGTAA\t*", "G595R NNT"},
        {"0\tchr1\t156876549\t60\t1H6M\t*\t0\t0\tACGTAA\t*", "G595R NNT"},
        {"0\tchr1\t156876547\t60\t8M\t*\t0\t0\tAAACGTAA\t*", "G595R CGT"},
        {"16\tchr1\t156876548\t60\t7M\t*\t0\t0\tAACGTAA\t*", "G595R CNN"},
        {"16\tchr1\t156876546\t60\t7M2H\t*\t0\t0\tAAAACGT\t*", "G595R CNN"},
        {"16\tchr1\t156876548\t60\t9M\t*\t0\t0\tAACGTAAAA\t*", "G595R CGT"},
    };
    struct nf_primers primers = {0};
    char *folder = nft_folder_new();

    /* 1-based 156876548-156876551 for reads rightwards, 156876551-156876554 leftwards. */
    nft_write(nft_path(folder, "p.bed"), NFT_SPAN("chr1\t156876547\t156876551\ta\t0\t+\n"
                                                  "chr1\t156876550\t156876554\tb\t0\t-\n"));
    ck_assert_int_eq(nf_primers_load(&primers, nft_path(folder, "p.bed"), &reference->genome),
                     NF_OK);
    evidence.primers = &primers;
    for (size_t i = 0; i < NFT_COUNT(rows); i++) {
        observations.codon_reads.n = 0;
        take(rows[i].line);
        ck_assert_str_eq(codons(), rows[i].codons);
    }
    nf_primers_free(&primers);
    nft_folder_remove(folder);
}
END_TEST

static uint64_t place_of(const char *line)
{
    observations.codon_reads.n = 0;
    take(line);
    ck_assert_uint_eq(observations.codon_reads.n, 1);
    return observations.codon_reads.items[0].place;
}

START_TEST(copies_have_one_place)
{
    const uint64_t place =
        place_of("65\tchr1\t156876548\t60\t7M\t=\t156876560\t19\tAACGTAA\t*");
    const struct {
        const char *line;
        bool is_copy;
    } rows[] = {
        {"65\tchr1\t156876548\t9\t7M\t=\t156876560\t19\tAACATAA\t!!!!!!!", true},
        {"65\tchr1\t156876549\t60\t1S6M\t=\t156876560\t19\tAACGTAA\t*", true},
        {"65\tchr1\t156876549\t60\t1H6M\t=\t156876560\t19\tACGTAA\t*", true},
        {"65\tchr1\t156876547\t60\t8M\t=\t156876560\t19\tAAACGTAA\t*", false},
        {"65\tchr1\t156876548\t60\t7M\t=\t156876561\t19\tAACGTAA\t*", false},
        {"97\tchr1\t156876548\t60\t7M\t=\t156876560\t19\tAACGTAA\t*", false},
        {"65\tchr1\t156876548\t60\t7M\tchr2\t156876560\t0\tAACGTAA\t*", false},
        {"0\tchr1\t156876548\t60\t7M\t*\t0\t0\tAACGTAA\t*", false},
    };

    for (size_t i = 0; i < NFT_COUNT(rows); i++)
        ck_assert_msg((place_of(rows[i].line) == place) == rows[i].is_copy, "row %zu", i);
}
END_TEST

START_TEST(no_codon_on_an_unknown_assembly)
{
    struct nf_genome genome = reference->genome;
    struct nf_panel panel = reference->panel;

    genome.assembly = NF_ASSEMBLY_UNKNOWN;
    panel.genome = &genome;
    evidence.panel = &panel;
    take("0\tchr1\t156876548\t60\t7M\t*\t0\t0\tAACGTAA\t*");
    ck_assert_str_eq(codons(), "");
}
END_TEST

START_TEST(coding_parts_of_exons)
{
    const struct {
        const char *line;
        uint64_t exons, coding;
    } rows[] = {
        {"0\tchr15\t87876930\t60\t5M\t*\t0\t0\t*\t*", 1U << 19, 0},
        {"0\tchr15\t87876930\t60\t6M\t*\t0\t0\t*\t*", 1U << 19, 1U << 19},
        {"0\tchr15\t88256300\t60\t6M\t*\t0\t0\t*\t*", 1U << 1, 0},
        {"0\tchr15\t87940700\t60\t6M\t*\t0\t0\t*\t*", 1U << 14, 1U << 14},
    };

    for (size_t i = 0; i < NFT_COUNT(rows); i++) {
        observations.covers.n = 0;
        take(rows[i].line);
        ck_assert_uint_eq(observations.covers.n, 1);
        ck_assert_uint_eq(observations.covers.items[0].exons, rows[i].exons);
        ck_assert_uint_eq(observations.covers.items[0].coding, rows[i].coding);
    }
}
END_TEST

Suite *evidence_codon_suite(void)
{
    Suite *suite = suite_create("evidence_codon");
    TCase *codon = tcase_create("codons");

    tcase_add_unchecked_fixture(codon, nft_reference_load, NULL);
    tcase_add_checked_fixture(codon, begin, end);
    tcase_add_loop_test(codon, bases_of_a_codon, 0, (int)NFT_COUNT(reads));
    tcase_add_test(codon, bases_of_a_primer_tell_nothing);
    tcase_add_test(codon, copies_have_one_place);
    tcase_add_test(codon, no_codon_on_an_unknown_assembly);
    tcase_add_test(codon, coding_parts_of_exons);
    suite_add_tcase(suite, codon);
    return suite;
}
