/* SPDX-License-Identifier: MIT */
/* Tests of catalogue: what the tables hold and what is found in them. Tables with faults are
 * in check_catalogue_tables.c. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/catalogue.h"
#include "support.h"
#include "support_tables.h"

static const struct nf_refdata compiled_in = {NULL};

static struct nf_catalogue catalogue;

static void load_grch38(void)
{
    ck_assert_int_eq(nf_catalogue_load(&catalogue, &compiled_in, NF_ASSEMBLY_GRCH38), NF_OK);
}

static void unload(void)
{
    nf_catalogue_free(&catalogue);
    nf_catalogue_free(&catalogue);
}

static uint32_t target(const char *symbol)
{
    return nf_catalogue_target(&catalogue, nf_span_of(symbol));
}

/* ---- contents ---- */

START_TEST(our_own_tables_have_no_problem)
{
    const struct nf_refdata folder = {NFT_REF_DIR};
    size_t n_problems = 1;

    ck_assert_int_eq(nf_catalogue_check(&compiled_in, &n_problems), NF_OK);
    ck_assert_uint_eq(n_problems, 0);
    ck_assert_int_eq(nf_catalogue_check(&folder, &n_problems), NF_OK);
    ck_assert_uint_eq(n_problems, 0);
}
END_TEST

START_TEST(the_targets_are_the_three_receptors)
{
    static const struct {
        const char *symbol, *hgnc_id, *transcript, *legacy;
        int64_t length, start, end;
    } expected[] = {
        {"NTRK1", "HGNC:8031", "NM_002529.4", "NM_001012331", 796, 510, 781},
        {"NTRK2", "HGNC:8032", "NM_006180.6", "NM_006180", 838, 554, 823},
        {"NTRK3", "HGNC:8033", "NM_001012338.3", "NM_002530", 839, 538, 824},
    };

    ck_assert_uint_eq(catalogue.targets.n, NFT_COUNT(expected));
    for (size_t i = 0; i < NFT_COUNT(expected); i++) {
        const struct nf_target *row = &catalogue.targets.items[i];

        ck_assert_str_eq(row->symbol, expected[i].symbol);
        ck_assert_str_eq(row->hgnc_id, expected[i].hgnc_id);
        ck_assert_str_eq(row->transcript, expected[i].transcript);
        ck_assert_str_eq(row->legacy_transcript, expected[i].legacy);
        ck_assert_int_eq(row->protein_length, expected[i].length);
        ck_assert_int_eq(row->kinase_start, expected[i].start);
        ck_assert_int_eq(row->kinase_end, expected[i].end);
        ck_assert_uint_eq(target(expected[i].symbol), i);
    }
    ck_assert_uint_eq(target("NTRK4"), NF_NO_TARGET);
    ck_assert_uint_eq(target("TRKC"), NF_NO_TARGET);
}
END_TEST

START_TEST(every_row_of_the_review_is_there)
{
    static const struct {
        const char *symbol, *group;
        size_t n;
    } counts[] = {{"NTRK1", "IFS", 5},         {"NTRK1", "sarcoma", 20},
                  {"NTRK2", "sarcoma", 4},     {"NTRK3", "IFS", 3},
                  {"NTRK3", "sarcoma", 18},    {"NTRK2", "bone_sarcoma", 1},
                  {"NTRK3", "bone_sarcoma", 2}};
    size_t n_all = 0, n_neutral = 0;

    for (size_t i = 0; i < NFT_COUNT(counts); i++) {
        size_t n = 0;

        for (size_t k = 0; k < catalogue.review.n; k++) {
            const struct nf_review_row *row = &catalogue.review.items[k];

            n += row->target == target(counts[i].symbol) &&
                 strcmp(row->group, counts[i].group) == 0;
        }
        ck_assert_msg(n == counts[i].n, "%s %s: %zu rows", counts[i].symbol, counts[i].group,
                      n);
        n_all += n;
    }
    ck_assert_uint_eq(n_all, catalogue.review.n);
    for (size_t k = 0; k < catalogue.review.n; k++)
        n_neutral += catalogue.review.items[k].neutral;
    ck_assert_uint_eq(n_neutral, 3);
}
END_TEST

START_TEST(positions_are_those_of_the_assembly_asked_for)
{
    static const struct {
        enum nf_assembly assembly;
        int64_t pos5, pos3, codon;
    } expected[] = {{NF_ASSEMBLY_GRCH38, 11869968, 87940752, 156876549},
                    {NF_ASSEMBLY_UNKNOWN, 11869968, 87940752, 156876549},
                    {NF_ASSEMBLY_GRCH37, 12022902, 88483983, 156846341}};
    const struct nf_known_junction *junction = NULL;

    unload();
    ck_assert_int_eq(nf_catalogue_load(&catalogue, &compiled_in, expected[_i].assembly),
                     NF_OK);
    for (size_t i = 0; i < catalogue.junctions.n && !junction; i++) {
        if (strcmp(catalogue.junctions.items[i].partner, "ETV6") == 0)
            junction = &catalogue.junctions.items[i];
    }
    ck_assert_ptr_nonnull(junction);
    ck_assert_str_eq(junction->contig5, "chr12");
    ck_assert_str_eq(junction->contig3, "chr15");
    ck_assert_int_eq(junction->pos5, expected[_i].pos5);
    ck_assert_int_eq(junction->pos3, expected[_i].pos3);
    ck_assert_int_eq(junction->strand5, 1);
    ck_assert_int_eq(junction->strand3, -1);
    ck_assert_uint_eq(junction->exon3_number, 15);
    ck_assert_str_eq(junction->published5[0], "chr12:11869969:+");
    ck_assert_str_eq(junction->published3[1], "chr15:88483984:-");
    ck_assert_str_eq(catalogue.resistance.items[0].variant, "G595R");
    ck_assert_int_eq(catalogue.resistance.items[0].start0, expected[_i].codon);
    ck_assert_int_eq(catalogue.resistance.items[0].end0, expected[_i].codon + 3);
}
END_TEST

START_TEST(other_tables_are_carried)
{
    const struct nf_prevalence *rhabdomyosarcoma = NULL;

    ck_assert_uint_eq(catalogue.domains.n, 9);
    ck_assert_uint_eq(catalogue.entities.n, 12);
    ck_assert_uint_eq(catalogue.prevalence.n, 19);
    ck_assert_uint_eq(catalogue.resistance.n, 9);
    ck_assert_uint_eq(catalogue.control_genes.n, 24);
    ck_assert_uint_eq(catalogue.junctions.n, 22);
    for (size_t i = 0; i < catalogue.prevalence.n; i++) {
        if (strncmp(catalogue.prevalence.items[i].histology, "Rhabdomyo", 9) == 0)
            rhabdomyosarcoma = &catalogue.prevalence.items[i];
    }
    ck_assert_ptr_nonnull(rhabdomyosarcoma);
    ck_assert_str_eq(rhabdomyosarcoma->adult_total, "315 (37, 51, 33, 194)");
    ck_assert_int_eq(rhabdomyosarcoma->n_adults, 315);
    ck_assert_int_eq(rhabdomyosarcoma->n_adults_positive, 2);
    ck_assert_int_eq(rhabdomyosarcoma->n_children, 287);
    ck_assert_int_eq(rhabdomyosarcoma->n_children_positive, 1);
}
END_TEST

/* ---- names ---- */

static const struct {
    const char *name, *approved; /* NULL: never heard of */
} names[] = {
    {"ETV6", "ETV6"},
    {"NTRK3", "NTRK3"},
    {"TRKA", "NTRK1"},
    {"TRKB", "NTRK2"},
    {"TRKC", "NTRK3"},
    {"KIRREL", "KIRREL1"},
    {"RFWD2", "COP1"},
    {"RRNAD1", "METTL25B"},
    {"PVRL4", "NECTIN4"},
    {"FAM19A2", "TAFA2"},
    {"MIR584F1", "MIR548F1"},
    {"IQGAP", "IQGAP1"},
    {"C16orf72", "HAPSTR1"},
    {"C22orf34", "MIR3667HG"},
    {"ACTB", "ACTB"},
    {"etv6", NULL},
    {"NTRK4", NULL},
    {"", NULL},
    {".", NULL},
    {"IGR", NULL},
};

START_TEST(old_names_resolve)
{
    const char *approved = nf_catalogue_approved(&catalogue, nf_span_of(names[_i].name));

    if (names[_i].approved)
        ck_assert_pstr_eq(approved, names[_i].approved);
    else
        ck_assert_ptr_null(approved);
}
END_TEST

static const struct {
    const char *target, *symbol;
    enum nf_partner_side side;
    char tier; /* '\0': no such entry */
    bool in_review, neutral;
} partners[] = {
    {"NTRK3", "ETV6", NF_SIDE_5PRIME, 'A', true, false},
    {"NTRK3", "ETV6", NF_SIDE_3PRIME, 'R', false, false},
    {"NTRK3", "TEL", NF_SIDE_5PRIME, 'A', true, false},
    {"NTRK1", "ETV6", NF_SIDE_5PRIME, '\0', false, false},
    {"NTRK1", "KIRREL", NF_SIDE_5PRIME, 'C', true, false},
    {"NTRK1", "MIR584F1", NF_SIDE_5PRIME, 'C', true, true},
    {"NTRK3", "IQGAP", NF_SIDE_5PRIME, 'C', true, true},
    {"NTRK3", "FAM19A2", NF_SIDE_5PRIME, 'C', true, false},
    {"NTRK1", "HAPSTR1", NF_SIDE_5PRIME, 'C', false, true},
    {"NTRK2", "CLEC16A", NF_SIDE_5PRIME, 'C', true, false},
    {"NTRK2", "CLEC16A", NF_SIDE_3PRIME, 'C', true, false},
    {"NTRK1", "BCAN", NF_SIDE_5PRIME, 'A', false, false},
    {"NTRK1", "BCAN", NF_SIDE_3PRIME, '\0', false, false},
    {"NTRK1", "NOSUCH", NF_SIDE_5PRIME, '\0', false, false},
};

START_TEST(partners_are_found_by_any_name)
{
    const struct nf_partner *partner = nf_catalogue_partner(
        &catalogue, target(partners[_i].target), partners[_i].symbol, partners[_i].side);

    if (!partners[_i].tier) {
        ck_assert_ptr_null(partner);
        return;
    }
    ck_assert_ptr_nonnull(partner);
    ck_assert_int_eq(partner->tier, partners[_i].tier);
    ck_assert_int_eq(partner->in_review, partners[_i].in_review);
    ck_assert_int_eq(partner->neutral, partners[_i].neutral);
}
END_TEST

START_TEST(partners_ascend)
{
    for (size_t i = 1; i < catalogue.partners.n; i++) {
        const struct nf_partner *a = &catalogue.partners.items[i - 1], *b = a + 1;
        int order = (a->target > b->target) - (a->target < b->target);

        if (order == 0)
            order = strcmp(a->symbol, b->symbol);
        if (order == 0)
            order = (int)a->side - (int)b->side;
        ck_assert_int_lt(order, 0);
    }
}
END_TEST

/* ---- levels ---- */

/* One ETV6–NTRK3-like question each; positions 1-based as in the literature. */
static const struct {
    const char *what;
    const char *target, *partner;
    bool target_is_3prime;
    const char *contig5;
    int64_t pos5;
    int8_t strand5;
    const char *contig3;
    int64_t pos3;
    int8_t strand3;
    uint32_t exon3;
    enum nf_catalogue_level level;
} questions[] = {
    {"to the base", "NTRK3", "ETV6", true, "chr12", 11869969, 1, "chr15", 87940753, -1, 15,
     NF_KNOWN_JUNCTION},
    {"to the base, by an old name", "NTRK3", "TEL", true, "chr12", 11869969, 1, "chr15",
     87940753, -1, 15, NF_KNOWN_JUNCTION},
    {"one base beside", "NTRK3", "ETV6", true, "chr12", 11869968, 1, "chr15", 87940753, -1, 15,
     NF_KNOWN_PAIR_EXON},
    {"on the other strand", "NTRK3", "ETV6", true, "chr12", 11869969, -1, "chr15", 87940753,
     -1, 15, NF_KNOWN_PAIR_EXON},
    {"on another chromosome", "NTRK3", "ETV6", true, "chr1", 11869969, 1, "chr15", 87940753,
     -1, 15, NF_KNOWN_PAIR_EXON},
    {"another exon of the pair", "NTRK3", "ETV6", true, "chr12", 11869969, 1, "chr15",
     87933184, -1, 16, NF_KNOWN_PAIR},
    {"in no exon", "NTRK3", "ETV6", true, "chr12", 11869969, 1, "chr15", 87950000, -1, 0,
     NF_KNOWN_PAIR},
    {"a new partner at a known acceptor", "NTRK3", "ACTB", true, "chr7", 5527891, -1, "chr15",
     87940753, -1, 15, NF_KNOWN_ACCEPTOR},
    {"no gene at a known acceptor", "NTRK3", NULL, true, NULL, 1000, 1, "chr15", 87940753, -1,
     15, NF_KNOWN_ACCEPTOR},
    {"a new partner in a known exon, not at its edge", "NTRK3", "ACTB", true, "chr7", 5527891,
     -1, "chr15", 87940752, -1, 15, NF_KNOWN_NONE},
    {"an unheard-of symbol", "NTRK3", "NOSUCH", true, "chr7", 1000, 1, "chr15", 87933184, -1,
     16, NF_KNOWN_NONE},
    {"a neutral partner", "NTRK3", "IQGAP1", true, "chr15", 1000, 1, "chr15", 87933184, -1, 16,
     NF_KNOWN_NONE},
    {"side unknown, target 3'", "NTRK2", "CLEC16A", true, "chr16", 1000, 1, "chr9", 84934162,
     1, 0, NF_KNOWN_PAIR},
    {"side unknown, target 5'", "NTRK2", "CLEC16A", false, "chr9", 84934162, 1, "chr16", 1000,
     1, 0, NF_KNOWN_NONE},
    {"reciprocal, known", "NTRK3", "ETV6", false, "chr15", 88033045, -1, "chr12", 11869970, 1,
     0, NF_KNOWN_PAIR},
    {"reciprocal, known the other way only", "NTRK1", "BCAN", false, "chr1", 1000, 1, "chr1",
     156650000, 1, 0, NF_KNOWN_NONE},
    {"the target of another junction", "NTRK1", "ETV6", true, "chr12", 11869969, 1, "chr15",
     87940753, -1, 15, NF_KNOWN_NONE},
    {"MANE exon, not the one of the 21", "NTRK2", "DIAPH2", true, "chrX", 1, 1, "chr9", 1, 1,
     13, NF_KNOWN_PAIR_EXON},
    {"the exon of the 21 in place of the MANE one", "NTRK2", "DIAPH2", true, "chrX", 1, 1,
     "chr9", 1, 1, 15, NF_KNOWN_PAIR},
};

START_TEST(junctions_have_their_level)
{
    const struct nf_known_junction *junction = catalogue.junctions.items;
    const struct nf_junction_query query = {
        .target = target(questions[_i].target),
        .partner = questions[_i].partner,
        .target_is_3prime = questions[_i].target_is_3prime,
        .contig5 = questions[_i].contig5,
        .contig3 = questions[_i].contig3,
        .locus5 = {.contig = -1,
                   .strand = questions[_i].strand5,
                   .pos0 = questions[_i].pos5 - 1},
        .locus3 = {.contig = -1,
                   .strand = questions[_i].strand3,
                   .pos0 = questions[_i].pos3 - 1},
        .exon3_mane = questions[_i].exon3,
    };
    const enum nf_catalogue_level level = nf_catalogue_find(&catalogue, &query, &junction);

    ck_assert_msg(level == questions[_i].level, "%s: %s, not %s", questions[_i].what,
                  nf_catalogue_level_name(level),
                  nf_catalogue_level_name(questions[_i].level));
    ck_assert_int_eq(junction != NULL, level == NF_KNOWN_JUNCTION);
    if (junction)
        ck_assert_str_eq(junction->partner, "ETV6");
    ck_assert_int_eq(nf_catalogue_find(&catalogue, &query, NULL), level);
}
END_TEST

START_TEST(every_published_junction_finds_itself)
{
    for (size_t i = 0; i < catalogue.junctions.n; i++) {
        const struct nf_known_junction *row = &catalogue.junctions.items[i], *found;
        const struct nf_junction_query query = {
            .target = row->target,
            .target_is_3prime = true,
            .contig5 = row->contig5,
            .contig3 = row->contig3,
            .locus5 = {.contig = 3, .strand = row->strand5, .pos0 = row->pos5},
            .locus3 = {.contig = 4, .strand = row->strand3, .pos0 = row->pos3},
        };

        ck_assert_int_eq(nf_catalogue_find(&catalogue, &query, &found), NF_KNOWN_JUNCTION);
        ck_assert_ptr_eq(found, row);
    }
}
END_TEST

START_TEST(levels_and_sides_have_names)
{
    ck_assert_str_eq(nf_catalogue_level_name(NF_KNOWN_NONE), "none");
    ck_assert_str_eq(nf_catalogue_level_name(NF_KNOWN_ACCEPTOR), "acceptor");
    ck_assert_str_eq(nf_catalogue_level_name(NF_KNOWN_PAIR), "pair");
    ck_assert_str_eq(nf_catalogue_level_name(NF_KNOWN_PAIR_EXON), "pair_exon");
    ck_assert_str_eq(nf_catalogue_level_name(NF_KNOWN_JUNCTION), "junction");
    ck_assert_str_eq(nf_partner_side_name(NF_SIDE_5PRIME), "5prime");
    ck_assert_str_eq(nf_partner_side_name(NF_SIDE_3PRIME), "3prime");
    ck_assert_str_eq(nf_partner_side_name(NF_SIDE_UNKNOWN), "unknown");
}
END_TEST

/* ---- a fourth target ---- */

START_TEST(a_fourth_target_is_rows)
{
    static const struct nft_edit rows[] = {
        {"targets.tsv", NULL, "ALK\tHGNC:427\tNM_004304.5\tNM_004304\t1620\t1116\t1392\n"},
        {"domains.tsv", NULL, "ALK\tNM_004304.5\tkinase_Pfam_PF07714\t1116\t1392\tPfam\n"},
        {"partners.tsv", NULL,
         "ALK\tEML4\t5prime\tA\tno\tno\tyes\tHGNC:1316\t.\t.\t.\ta test\n"},
        {"junctions.tsv", NULL,
         "ALK\tEML4\tchr2:42295516:+\tchr2:29223528:-\tchr2:42522656:+\t"
         "chr2:29446394:-\tNM_019063.5\t13\tNM_004304\t20\t20\tin\ta test\n"},
        {"entities.tsv", NULL, "lung adenocarcinoma\tEML4::ALK\tEML4::ALK; *::ALK\t.\t.\n"},
        {"aliases.tsv", NULL, "CD246\tALK\talias\ta test\n"},
    };
    char *folder = nft_tables_new(rows, NFT_COUNT(rows));
    const struct nf_refdata refdata = {folder};
    struct nf_junction_query query = {.partner = "EML4",
                                      .target_is_3prime = true,
                                      .contig5 = "chr2",
                                      .contig3 = "chr2",
                                      .locus5 = {.strand = 1, .pos0 = 42295515},
                                      .locus3 = {.strand = -1, .pos0 = 29223527}};
    size_t n_problems = 1;

    unload();
    ck_assert_int_eq(nf_catalogue_check(&refdata, &n_problems), NF_OK);
    ck_assert_uint_eq(n_problems, 0);
    ck_assert_int_eq(nf_catalogue_load(&catalogue, &refdata, NF_ASSEMBLY_GRCH38), NF_OK);
    nft_folder_remove(folder);
    query.target = target("ALK");
    ck_assert_uint_eq(query.target, 3);
    ck_assert_int_eq(nf_catalogue_find(&catalogue, &query, NULL), NF_KNOWN_JUNCTION);
    ck_assert_pstr_eq(nf_catalogue_approved(&catalogue, nf_span_of("CD246")), "ALK");
    ck_assert_ptr_nonnull(
        nf_catalogue_partner(&catalogue, query.target, "EML4", NF_SIDE_5PRIME));
    ck_assert_ptr_null(nf_catalogue_partner(&catalogue, query.target, "ETV6", NF_SIDE_5PRIME));
}
END_TEST

Suite *catalogue_suite(void)
{
    Suite *suite = suite_create("catalogue");
    TCase *contents = tcase_create("contents");
    TCase *lookups = tcase_create("lookups");

    tcase_add_checked_fixture(contents, load_grch38, unload);
    tcase_add_test(contents, our_own_tables_have_no_problem);
    tcase_add_test(contents, the_targets_are_the_three_receptors);
    tcase_add_test(contents, every_row_of_the_review_is_there);
    tcase_add_loop_test(contents, positions_are_those_of_the_assembly_asked_for, 0, 3);
    tcase_add_test(contents, other_tables_are_carried);
    tcase_add_test(contents, a_fourth_target_is_rows);
    suite_add_tcase(suite, contents);
    tcase_add_checked_fixture(lookups, load_grch38, unload);
    tcase_add_loop_test(lookups, old_names_resolve, 0, NFT_COUNT(names));
    tcase_add_loop_test(lookups, partners_are_found_by_any_name, 0, NFT_COUNT(partners));
    tcase_add_test(lookups, partners_ascend);
    tcase_add_loop_test(lookups, junctions_have_their_level, 0, NFT_COUNT(questions));
    tcase_add_test(lookups, every_published_junction_finds_itself);
    tcase_add_test(lookups, levels_and_sides_have_names);
    suite_add_tcase(suite, lookups);
    return suite;
}
