/* SPDX-License-Identifier: MIT */
/* codon: what is counted of the reads over codons of resistance. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/codon.h"
#include "support.h"
#include "support_calls.h"

static struct nft_calls calls;
static struct nf_codon_set set;
static uint16_t g595r, g623r; /* rows of NTRK1 and NTRK3 */

static uint16_t row_of(const char *symbol, const char *variant)
{
    const struct nf_catalogue *catalogue = &calls.reference->catalogue;
    uint32_t target = nft_target(calls.reference, symbol);

    for (uint16_t i = 0; i < catalogue->resistance.n; i++)
        if (catalogue->resistance.items[i].target == target &&
            strcmp(catalogue->resistance.items[i].variant, variant) == 0)
            return i;
    ck_abort_msg("no row %s %s", symbol, variant);
    return 0;
}

static void begin(void)
{
    nft_log_begin();
    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
    memset(&set, 0, sizeof set);
    g595r = row_of("NTRK1", "G595R");
    g623r = row_of("NTRK3", "G623R");
}

static void end(void)
{
    nf_codons_free(&set);
    nft_calls_end(&calls);
    nft_log_end();
}

/* Fragment `name` reads `bases` at the codon; its reads begin at `place`. */
static void read_codon(const char *name, uint16_t row, uint64_t place, const char *bases)
{
    struct nf_codon_read read = {.fragment = nft_fragment(&calls, name),
                                 .codon = row,
                                 .place = place,
                                 .bases = {bases[0], bases[1], bases[2]}};

    ck_assert_int_eq(nf_vec_push(&calls.scan.observations.codon_reads, read), NF_OK);
}

/* `n` fragments, each a molecule of its own. */
static void read_many(const char *prefix, int n, uint16_t row, const char *bases)
{
    for (int i = 0; i < n; i++) {
        char name[32];

        snprintf(name, sizeof name, "%s%d", prefix, i);
        read_codon(name, row, nf_hash_bytes(name, strlen(name)), bases);
    }
}

static const struct nf_codon *count(uint16_t row)
{
    nft_calls_shuffle(&calls, 3);
    nf_codons_free(&set);
    ck_assert_int_eq(nf_codons_count(&set, &calls.reference->panel, &calls.scan,
                                     &calls.fusions, &calls.read_groups),
                     NF_OK);
    ck_assert_uint_eq(set.codons.n, calls.reference->catalogue.resistance.n);
    ck_assert_uint_eq(set.codons.items[row].row, row);
    return &set.codons.items[row];
}

static int64_t n_of(const struct nf_codon_counts *counts, const char *bases)
{
    return counts->codons[nf_codon_index(bases)];
}

/* ---- the genetic code ---- */

START_TEST(codons_and_residues)
{
    const char *const rows[] = {"ATG M", "TGG W", "TTT F", "GGA G", "CGG R", "AGA R",
                                "TAA *", "TAG *", "TGA *", "AAA K", "TTG L", "GCT A",
                                "TGT C", "GAT D", "GAA E", "CAC H", "ATA I", "AAC N",
                                "CCC P", "CAG Q", "AGC S", "ACG T", "GTC V", "TAT Y"};

    for (size_t i = 0; i < NFT_COUNT(rows); i++) {
        int index = nf_codon_index(rows[i]);
        char bases[4];

        ck_assert_int_eq(nf_codon_residue(index), rows[i][4]);
        nf_codon_bases(index, bases);
        ck_assert_int_eq(strncmp(bases, rows[i], 3), 0);
    }
    ck_assert_int_eq(nf_codon_index("ANG"), -1);
    ck_assert_int_eq(nf_codon_index("NNN"), -1);
}
END_TEST

/* ---- one fragment, one molecule ---- */

static const struct {
    const char *name, *first, *second; /* second NULL: one read */
    const char *codon;                 /* what is known of the fragment */
} mates[] = {
    {"one read", "GGG", NULL, "GGG"},
    {"agree", "CGG", "CGG", "CGG"},
    {"disagree in one base", "CGG", "GGG", "NGG"},
    {"disagree in all", "CAT", "GGG", "NNN"},
    {"one knows more", "NGG", "CNG", "CGG"},
    {"neither knows", "NGG", "NGG", "NGG"},
};

START_TEST(mates_over_one_codon)
{
    read_codon("a", g595r, 1, mates[_i].first);
    if (mates[_i].second)
        read_codon("a", g595r, 2, mates[_i].second);
    const struct nf_codon_counts *counts = &count(g595r)->all;
    const char *codon = mates[_i].codon;
    bool is_known = nf_codon_index(codon) >= 0;

    ck_assert_msg(counts->depth == is_known, "%s", mates[_i].name);
    if (is_known)
        ck_assert_int_eq(n_of(counts, codon), 1);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 4; k++)
            ck_assert_int_eq(counts->bases[i][k], codon[i] == "ACGT"[k]);
}
END_TEST

START_TEST(three_records_of_a_fragment_in_any_order)
{
    read_codon("a", g595r, 1, "AGG");
    read_codon("a", g595r, 2, "CGG");
    read_codon("a", g595r, 2, "AGG");
    ck_assert_int_eq(count(g595r)->all.depth, 0);
    ck_assert_int_eq(set.codons.items[g595r].all.bases[1][2], 1);
}
END_TEST

static const struct {
    const char *name;
    const char *bases[4];
    const char *codon; /* of the one molecule; NULL: unknown */
} copies[] = {
    {"alike", {"CGG", "CGG", "CGG"}, "CGG"},
    {"the majority", {"CGG", "GGG", "CGG"}, "CGG"},
    {"base by base", {"CGG", "GGT", "CGT"}, "CGT"},
    {"a tie", {"CGG", "GGG"}, NULL},
    {"known by one", {"NGG", "CGG", "NNN"}, "CGG"},
    {"two to one to one", {"CGG", "AGG", "TGG", "CGG"}, "CGG"},
};

START_TEST(copies_of_a_molecule)
{
    for (int i = 0; i < 4 && copies[_i].bases[i]; i++)
        read_codon((const char *[]){"a", "b", "c", "d"}[i], g595r, 77, copies[_i].bases[i]);
    const struct nf_codon_counts *counts = &count(g595r)->all;

    ck_assert_msg(counts->depth == (copies[_i].codon != NULL), "%s", copies[_i].name);
    if (copies[_i].codon)
        ck_assert_int_eq(n_of(counts, copies[_i].codon), 1);
}
END_TEST

START_TEST(places_libraries_and_identifiers_part_molecules)
{
    nft_calls_read_groups(&calls, "@RG\tID:x\tSM:s\tLB:one\n@RG\tID:y\tSM:s\tLB:one\n"
                                  "@RG\tID:z\tSM:s\tLB:two\n");
    read_codon("x|a", g595r, 1, "GGG");
    read_codon("y|b", g595r, 1, "GGG"); /* the same library: a copy */
    read_codon("z|c", g595r, 1, "GGG");
    read_codon("x|d", g595r, 2, "GGG");
    ck_assert_int_eq(count(g595r)->all.depth, 3);
    calls.scan.sample.has_umi_tags = true;
    calls.scan.observations.fragments.items[nft_fragment(&calls, "x|a")].umi = "AAA";
    calls.scan.observations.fragments.items[nft_fragment(&calls, "y|b")].umi = "CCC";
    ck_assert_int_eq(count(g595r)->all.depth, 4);
}
END_TEST

START_TEST(identifiers_in_names)
{
    calls.scan.sample.has_umi_names = true;
    read_codon("a:ACGTAC", g595r, 1, "GGG");
    read_codon("b:ACGTAC", g595r, 1, "GGG");
    read_codon("c:ACGTAA", g595r, 1, "GGG");
    ck_assert_int_eq(count(g595r)->all.depth, 2);
}
END_TEST

START_TEST(duplicate_flags_are_believed)
{
    calls.scan.sample.has_duplicate_flags = true;
    read_codon("a", g595r, 1, "GGG");
    read_codon("b", g595r, 1, "GGG"); /* not flagged: another molecule */
    read_codon("c", g595r, 1, "CGG");
    read_codon("d", g595r, 2, "CGG"); /* the one that was kept does not show the codon */
    read_codon("e", g595r, 2, "CGG");
    for (const char *const *name = (const char *const[]){"c", "d", "e", NULL}; *name; name++)
        calls.scan.observations.fragments.items[nft_fragment(&calls, *name)].is_duplicate =
            true;
    const struct nf_codon_counts *counts = &count(g595r)->all;

    ck_assert_int_eq(counts->depth, 3);
    ck_assert_int_eq(n_of(counts, "GGG"), 2);
    ck_assert_int_eq(n_of(counts, "CGG"), 1);
}
END_TEST

START_TEST(amplicons_without_identifiers_have_no_copies)
{
    calls.scan.sample.library = NF_LIBRARY_AMPLICON;
    read_codon("a", g595r, 1, "GGG");
    read_codon("b", g595r, 1, "GGG");
    ck_assert_int_eq(count(g595r)->all.depth, 2);
}
END_TEST

/* ---- states ---- */

static const struct {
    const char *name;
    int n_reference, n_change;
    const char *change;
    enum nf_codon_state state;
} states[] = {
    {"nothing", 0, 0, "CGG", NF_CODON_NOT_ASSESSABLE},
    {"nine", 9, 0, "CGG", NF_CODON_NOT_ASSESSABLE},
    {"nine, changed", 0, 9, "CGG", NF_CODON_CHANGE_SEEN},
    {"nine, two changed", 7, 2, "CGG", NF_CODON_CHANGE_POSSIBLE},
    {"nine, one changed", 8, 1, "CGG", NF_CODON_NOT_ASSESSABLE},
    {"ten", 10, 0, "CGG", NF_CODON_NO_CHANGE_SEEN},
    {"two changed", 8, 2, "CGG", NF_CODON_CHANGE_POSSIBLE},
    {"one changed", 9, 1, "CGG", NF_CODON_NO_CHANGE_SEEN},
    {"three changed", 7, 3, "CGG", NF_CODON_CHANGE_SEEN},
    {"another change", 7, 3, "GAG", NF_CODON_CHANGE_SEEN},
    {"a stop", 7, 3, "TGA", NF_CODON_CHANGE_SEEN},
    {"silent", 7, 30, "GGA", NF_CODON_NO_CHANGE_SEEN},
    {"two of a hundred", 147, 3, "CGG", NF_CODON_CHANGE_SEEN},
    {"fewer", 148, 3, "CGG", NF_CODON_CHANGE_POSSIBLE},
    {"hardly any", 198, 2, "CGG", NF_CODON_CHANGE_POSSIBLE},
    {"errors", 199, 2, "CGG", NF_CODON_NO_CHANGE_SEEN},
    {"unknown base", 9, 30, "NGG", NF_CODON_NOT_ASSESSABLE},
};

START_TEST(state_by_depth_and_change)
{
    read_many("r", states[_i].n_reference, g595r, "GGG");
    read_many("c", states[_i].n_change, g595r, states[_i].change);
    const struct nf_codon *codon = count(g595r);

    ck_assert_msg(codon->state == states[_i].state, "%s: %s", states[_i].name,
                  nf_codon_state_name(codon->state));
    ck_assert_int_eq(codon->fusion.depth, 0);
}
END_TEST

START_TEST(codons_of_one_residue_count_together)
{
    read_many("r", 20, g595r, "GGG");
    read_many("c", 2, g595r, "CGG");
    read_many("a", 1, g595r, "AGG");
    ck_assert_int_eq(count(g595r)->state, NF_CODON_CHANGE_SEEN);
    ck_assert_int_eq(nf_codon_residue_count(&set.codons.items[g595r].all, 'R'), 3);
    ck_assert_int_eq(set.codons.items[g623r].state, NF_CODON_NOT_ASSESSABLE);
}
END_TEST

/* By another program; for 3 it is the cube root of 0.95. */
START_TEST(what_could_have_been_seen)
{
    const struct {
        int depth;
        double part;
    } rows[] = {{3, 0.983048}, {9, 0.549642}, {10, 0.506901}, {50, 0.120614}, {150, 0.041375}};

    ck_assert(isnan(count(g595r)->detectable));
    for (size_t i = 0; i < NFT_COUNT(rows); i++) {
        calls.scan.observations.codon_reads.n = 0;
        read_many("r", rows[i].depth, g595r, "GGG");
        ck_assert_double_eq_tol(count(g595r)->detectable, rows[i].part, 2e-6);
    }
}
END_TEST

START_TEST(words_for_states)
{
    ck_assert_str_eq(nf_codon_state_name(NF_CODON_NOT_ASSESSABLE), "not_assessable");
    ck_assert_str_eq(nf_codon_state_name(NF_CODON_NO_CHANGE_SEEN), "no_change_seen");
    ck_assert_str_eq(nf_codon_state_name(NF_CODON_CHANGE_SEEN), "change_seen");
}
END_TEST

/* ---- the fusion transcript ---- */

/* Fragments "r0" and "r1" show a junction; "r0" and five others read the codon. */
static void add_fusion(const char *five, const char *three)
{
    struct nft_molecule molecule = nft_molecule(&calls, five, three);

    nft_join(&calls, "r0", &molecule, 0);
    nft_join(&calls, "r1", &molecule, 0);
    nft_calls_fusions(&calls);
    nft_only_fusion(&calls);
    read_codon("r0", g623r, 1000, "AGA");
    read_many("o", 5, g623r, "GGA");
    read_codon("r1", g595r, 1000, "CGG"); /* a codon of another target */
}

START_TEST(fragments_of_a_fusion_are_told_apart)
{
    add_fusion("chr12:11869969:+", "chr15:87940753:-");
    const struct nf_codon *codon = count(g623r);

    ck_assert_int_eq(codon->all.depth, 6);
    ck_assert_int_eq(codon->fusion.depth, 1);
    ck_assert_int_eq(n_of(&codon->fusion, "AGA"), 1);
    ck_assert_int_eq(codon->fusion.bases[0][0], 1);
    ck_assert_int_eq(set.codons.items[g595r].fusion.depth, 0);
}
END_TEST

START_TEST(a_copy_of_a_fusion_s_fragment_is_of_the_fusion)
{
    add_fusion("chr12:11869969:+", "chr15:87940753:-");
    read_codon("copy", g623r, 1000, "AGA");
    ck_assert_int_eq(count(g623r)->fusion.depth, 1);
    ck_assert_int_eq(set.codons.items[g623r].all.depth, 6);
}
END_TEST

START_TEST(dropped_and_reciprocal_junctions_are_no_fusion)
{
    add_fusion("chr12:11869969:+", "chr15:87940753:-");
    calls.fusions.fusions.items[0].dropped = "a_filter";
    ck_assert_int_eq(count(g623r)->fusion.depth, 0);
    end();
    begin();
    add_fusion("chr15:88032857:-", "chr12:11884445:+");
    ck_assert_int_eq(count(g623r)->fusion.depth, 0);
}
END_TEST

Suite *codon_suite(void)
{
    Suite *suite = suite_create("codon");
    TCase *molecules = tcase_create("molecules");
    TCase *judged = tcase_create("states");

    tcase_add_unchecked_fixture(molecules, nft_reference_load, NULL);
    tcase_add_checked_fixture(molecules, begin, end);
    tcase_add_test(molecules, codons_and_residues);
    tcase_add_loop_test(molecules, mates_over_one_codon, 0, (int)NFT_COUNT(mates));
    tcase_add_test(molecules, three_records_of_a_fragment_in_any_order);
    tcase_add_loop_test(molecules, copies_of_a_molecule, 0, (int)NFT_COUNT(copies));
    tcase_add_test(molecules, places_libraries_and_identifiers_part_molecules);
    tcase_add_test(molecules, identifiers_in_names);
    tcase_add_test(molecules, duplicate_flags_are_believed);
    tcase_add_test(molecules, amplicons_without_identifiers_have_no_copies);
    suite_add_tcase(suite, molecules);

    tcase_add_unchecked_fixture(judged, nft_reference_load, NULL);
    tcase_add_checked_fixture(judged, begin, end);
    tcase_add_loop_test(judged, state_by_depth_and_change, 0, (int)NFT_COUNT(states));
    tcase_add_test(judged, codons_of_one_residue_count_together);
    tcase_add_test(judged, what_could_have_been_seen);
    tcase_add_test(judged, words_for_states);
    tcase_add_test(judged, fragments_of_a_fusion_are_told_apart);
    tcase_add_test(judged, a_copy_of_a_fusion_s_fragment_is_of_the_fusion);
    tcase_add_test(judged, dropped_and_reciprocal_junctions_are_no_fusion);
    suite_add_tcase(suite, judged);
    return suite;
}
