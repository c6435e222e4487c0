/* SPDX-License-Identifier: MIT */
/* support: a fragment counts once for a junction, and copies of a molecule are told. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "support_calls.h"

static struct nft_calls calls;
static struct nft_molecule molecule;

static void begin(void)
{
    nft_log_begin();
    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
    molecule = nft_molecule(&calls, "chr12:11869969:+", "chr15:87940753:-");
}

static void end(void)
{
    nft_calls_end(&calls);
    nft_log_end();
}

static const struct nf_junction *build(void)
{
    nft_calls_junctions(&calls);
    return nft_only_junction(&calls);
}

/* A split read whose reads begin at these places of chromosomes 12 and 15. */
static struct nf_join *add_split(const char *name, int64_t start, int64_t mate_start)
{
    struct nf_join *join = nft_join(&calls, name, &molecule, 0);

    join->start.pos0 = start;
    join->mate_start.pos0 = mate_start;
    return join;
}

static void set_umi(const char *name, const char *umi)
{
    calls.scan.observations.fragments.items[nft_fragment(&calls, name)].umi = umi;
}

/* Fails unless the supports that are no copies are exactly these, "a b c", in order. */
static void assert_unique(const struct nf_junction *junction, const char *expected)
{
    const struct nf_fragment *fragments = calls.scan.observations.fragments.items;
    char text[200] = "";
    size_t n = 0;

    for (size_t i = 0; i < junction->supports.n; i++) {
        const struct nf_support *support = &junction->supports.items[i];

        if (!support->is_duplicate)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n ? " " : "",
                                  fragments[support->fragment].name);
        ck_assert_uint_lt(n, sizeof text);
    }
    ck_assert_str_eq(text, expected);
}

/* ---- once each ---- */

/* Which kinds a fragment shows, and as what it counts. */
static const struct {
    bool split, clip, pair;
    enum nf_support_kind kind;
} kinds[] = {
    {true, false, false, NF_SUPPORT_SPLIT},    {true, true, false, NF_SUPPORT_SPLIT},
    {true, false, true, NF_SUPPORT_SPLIT},     {true, true, true, NF_SUPPORT_SPLIT},
    {false, true, false, NF_SUPPORT_RESCUED},  {false, true, true, NF_SUPPORT_RESCUED},
    {false, false, true, NF_SUPPORT_SPANNING},
};

START_TEST(a_fragment_counts_once_as_its_strongest)
{
    const struct nf_junction *junction;

    nft_join(&calls, "other", &molecule, 0);
    if (kinds[_i].pair)
        nft_pair(&calls, "f", &molecule, 90, 90);
    if (kinds[_i].clip)
        nft_clip(&calls, "f", &molecule, 3, 0, 20);
    for (int k = 0; k < 2 && kinds[_i].split; k++)
        nft_join(&calls, "f", &molecule, 0)->is_read2 = k == 0;
    junction = build();
    ck_assert_uint_eq(junction->supports.n, 2);
    ck_assert_int_eq(nft_support(&calls, junction, "f")->kind, kinds[_i].kind);
    ck_assert_int_eq(junction->n_split, 1 + (kinds[_i].kind == NF_SUPPORT_SPLIT));
    ck_assert_int_eq(junction->n_rescued, kinds[_i].kind == NF_SUPPORT_RESCUED);
    ck_assert_int_eq(junction->n_spanning, kinds[_i].kind == NF_SUPPORT_SPANNING);
    ck_assert_int_eq(junction->n_unique, 2);
    ck_assert_int_eq(junction->n_start_sites, kinds[_i].kind == NF_SUPPORT_SPANNING ? 1 : 2);
    ck_assert(!nft_support(&calls, junction, "f")->is_read2);
}
END_TEST

START_TEST(sources_of_split_reads)
{
    const struct nf_junction *junction;

    nft_join(&calls, "a", &molecule, 0)->kind = NF_JOIN_FILE;
    nft_join(&calls, "a", &molecule, 0)->kind = NF_JOIN_N_GAP;
    nft_join(&calls, "b", &molecule, 0)->kind = NF_JOIN_FILE;
    nft_join(&calls, "b", &molecule, 0)->kind = NF_JOIN_SPLIT;
    nft_join(&calls, "c", &molecule, 0)->kind = NF_JOIN_FILE;
    junction = build();
    ck_assert_uint_eq(junction->supports.n, 3);
    ck_assert_str_eq(nft_support(&calls, junction, "a")->source, "n_gap");
    ck_assert_str_eq(nft_support(&calls, junction, "b")->source, "split");
    ck_assert_str_eq(nft_support(&calls, junction, "c")->source, "chimeric_file");
}
END_TEST

/* A weaker support of a fragment still tells that a side is ambiguous. */
START_TEST(what_any_support_of_a_fragment_says_of_ambiguity)
{
    const struct nf_junction *junction;

    nft_join(&calls, "f", &molecule, 0);
    nft_pair(&calls, "f", &molecule, 90, 90)[1].multi = true;
    junction = build();
    ck_assert_uint_eq(junction->supports.n, 1);
    ck_assert(junction->supports.items[0].multi5 && !junction->supports.items[0].multi3);
}
END_TEST

START_TEST(one_name_in_two_read_groups_is_two_fragments)
{
    nft_join(&calls, "f", &molecule, 0);
    nft_join(&calls, "lane2|f", &molecule, 0)->start.pos0 = 5;
    ck_assert_int_eq(build()->n_split, 2);
    ck_assert_int_eq(nft_only_junction(&calls)->n_unique, 2);
}
END_TEST

START_TEST(supports_are_in_order_of_name)
{
    static const char *const names[] = {"d", "b", "lane1|b", "a", "c", "lane0|b"};
    static const char *const expected[] = {"|a", "|b", "lane0|b", "lane1|b", "|c", "|d"};
    const struct nf_junction *junction;

    for (size_t i = 0; i < NFT_COUNT(names); i++)
        nft_join(&calls, names[i], &molecule, 0)->start.pos0 = (int64_t)i;
    junction = build();
    ck_assert_uint_eq(junction->supports.n, NFT_COUNT(expected));
    for (size_t i = 0; i < NFT_COUNT(expected); i++) {
        const struct nf_observations *observations = &calls.scan.observations;
        const struct nf_fragment *fragment =
            &observations->fragments.items[junction->supports.items[i].fragment];
        char text[64];

        snprintf(text, sizeof text, "%s|%s",
                 observations->read_groups.items[fragment->read_group], fragment->name);
        ck_assert_str_eq(text, expected[i]);
    }
}
END_TEST

/* ---- copies by position ---- */

START_TEST(equal_places_are_copies_of_the_least_name)
{
    const struct nf_junction *junction;

    add_split("c", 100, 900);
    add_split("a", 100, 900);
    add_split("b", 100, 900);
    add_split("d", 101, 900);
    add_split("e", 100, 901);
    add_split("f", 100, 900)->start.strand = -1;
    add_split("g", 100, 900)->start.contig = 3;
    add_split("h", 100, 900)->mate_start.strand = -1;
    junction = build();
    assert_unique(junction, "a d e f g h");
    ck_assert_int_eq(junction->n_split, 8);
    ck_assert_int_eq(junction->n_unique, 6);
    ck_assert_int_eq(junction->n_start_sites, 4); /* a, d, f, g */
    ck_assert_str_eq(nf_copies_name(nf_sample_copies(&calls.scan.sample)), "position");
}
END_TEST

START_TEST(a_clip_can_be_a_copy_of_a_split_read)
{
    struct nf_clip *clip;

    add_split("split", 100, 900);
    clip = nft_clip(&calls, "clip", &molecule, 5, 0, 20);
    clip->start.pos0 = 100;
    clip->mate_start.pos0 = 900;
    assert_unique(build(), "clip");
}
END_TEST

START_TEST(pairs_are_copies_among_themselves)
{
    nft_pair(&calls, "c", &molecule, 90, 90);
    nft_pair(&calls, "b", &molecule, 90, 90);
    nft_pair(&calls, "d", &molecule, 91, 90);
    nft_pair(&calls, "e", &molecule, 90, 91);
    add_split("split", 100, 900);
    assert_unique(build(), "b d e split");
    ck_assert_int_eq(nft_only_junction(&calls)->n_spanning, 4);
    ck_assert_int_eq(nft_only_junction(&calls)->n_start_sites, 1);
}
END_TEST

/* Two libraries are two ligations: equal places are no copies there. */
START_TEST(copies_come_from_one_library)
{
    static const char header[] = "@RG\tID:lane1\tSM:s\tLB:one\n@RG\tID:lane2\tSM:s\tLB:one\n"
                                 "@RG\tID:lane3\tSM:s\tLB:two\n";

    nft_calls_read_groups(&calls, header);
    add_split("lane1|b", 100, 900);
    add_split("lane2|a", 100, 900);
    add_split("lane3|c", 100, 900);
    assert_unique(build(), "a c");
}
END_TEST

/* ---- copies by flag ---- */

START_TEST(flags_are_believed_where_there_are_any)
{
    calls.scan.sample.has_duplicate_flags = true;
    add_split("a", 100, 900);
    add_split("b", 100, 900);
    add_split("c", 100, 900);
    calls.scan.observations.fragments.items[nft_fragment(&calls, "c")].is_duplicate = true;
    assert_unique(build(), "a b");
    ck_assert_str_eq(nf_copies_name(nf_sample_copies(&calls.scan.sample)), "flag");
}
END_TEST

/* The read that was kept of a molecule need not show the break: its copies then do. */
START_TEST(flagged_copies_of_a_read_that_is_not_here)
{
    calls.scan.sample.has_duplicate_flags = true;
    add_split("b", 100, 900);
    add_split("a", 100, 900);
    add_split("c", 105, 900);
    add_split("d", 105, 900);
    nft_pair(&calls, "e", &molecule, 90, 90);
    for (size_t i = 0; i < calls.scan.observations.fragments.n; i++)
        calls.scan.observations.fragments.items[i].is_duplicate = i != 3;
    assert_unique(build(), "a d e");
}
END_TEST

/* ---- copies by molecular identifier ---- */

static void add_umi_reads(void)
{
    static const struct {
        const char *name, *umi;
        int64_t start;
    } reads[] = {{"b:ACGTAC", "ACGTAC", 100},
                 {"a:ACGTAC", "ACGTAC", 100},
                 {"c:ACCTAG", "ACCTAG", 100},
                 {"d:ACGTAC", "ACGTAC", 101},
                 {"e", NULL, 100},
                 {"f", NULL, 100}};

    for (size_t i = 0; i < NFT_COUNT(reads); i++) {
        add_split(reads[i].name, reads[i].start, 900);
        set_umi(reads[i].name, reads[i].umi);
        calls.scan.observations.fragments.items[i].is_duplicate = true;
    }
}

START_TEST(identifiers_in_tags)
{
    add_umi_reads();
    calls.scan.sample.has_umi_tags = true;
    calls.scan.sample.has_duplicate_flags = true; /* identifiers are better */
    assert_unique(build(), "a:ACGTAC c:ACCTAG d:ACGTAC e");
    ck_assert_str_eq(nf_copies_name(nf_sample_copies(&calls.scan.sample)), "umi");
}
END_TEST

START_TEST(identifiers_in_names)
{
    add_umi_reads();
    for (size_t i = 0; i < calls.scan.observations.fragments.n; i++)
        calls.scan.observations.fragments.items[i].umi = "AAAA";
    calls.scan.sample.has_umi_names = true;
    assert_unique(build(), "a:ACGTAC c:ACCTAG d:ACGTAC e");
    ck_assert_str_eq(nf_copies_name(nf_sample_copies(&calls.scan.sample)), "umi");
}
END_TEST

START_TEST(identifiers_that_the_sample_does_not_use)
{
    add_umi_reads();
    for (size_t i = 0; i < calls.scan.observations.fragments.n; i++)
        calls.scan.observations.fragments.items[i].is_duplicate = false;
    assert_unique(build(), "a:ACGTAC d:ACGTAC");
}
END_TEST

/* ---- anchored libraries ---- */

/* Every fragment begins at the primer on one side, give or take a base that was cut; what
 * tells molecules apart is the ligated end. */
static void add_anchored(const char *name, int64_t ligated, int64_t primer, bool in_read2)
{
    struct nf_join *join =
        in_read2 ? add_split(name, primer, ligated) : add_split(name, ligated, primer);

    join->is_read2 = in_read2;
    join->start.contig = in_read2 ? 14 : 11;
    join->start.strand = in_read2 ? -1 : 1;
    join->mate_start.contig = in_read2 ? 11 : 14;
    join->mate_start.strand = in_read2 ? 1 : -1;
}

static const struct {
    bool a_read2, b_read2, c_read2, d_read2;
} anchored[] = {{false, false, false, false},
                {true, true, true, true},
                {false, false, true, true},
                {true, false, false, true}};

/* The split may be seen in either read of a fragment. */
START_TEST(the_ligated_end_tells_molecules_apart)
{
    calls.scan.sample.library = NF_LIBRARY_ANCHORED;
    add_anchored("a", 100, 900, anchored[_i].a_read2);
    add_anchored("b", 101, 900, anchored[_i].b_read2);
    add_anchored("c", 102, 900, anchored[_i].c_read2);
    add_anchored("d", 103, 900, anchored[_i].d_read2);
    add_anchored("e", 100, 901, anchored[_i].a_read2); /* the primer cut differently */
    assert_unique(build(), "a b c d");
}
END_TEST

START_TEST(identifiers_count_with_the_ligated_end)
{
    static const char *const umis[] = {"ACGT", "ACGT", "AGGA", "ACGT"};

    calls.scan.sample.library = NF_LIBRARY_ANCHORED;
    calls.scan.sample.has_umi_tags = true;
    add_anchored("a", 100, 900, false);
    add_anchored("b", 100, 901, false);
    add_anchored("c", 100, 900, false);
    add_anchored("d", 107, 900, false);
    for (int i = 0; i < 4; i++) {
        char name[2] = {(char)('a' + i), '\0'};

        set_umi(name, umis[i]);
    }
    assert_unique(build(), "a c d");
}
END_TEST

/* Pairs begin at the primer in the target; their other end is what varies. */
START_TEST(pairs_of_an_anchored_library)
{
    calls.scan.sample.library = NF_LIBRARY_ANCHORED;
    for (int i = 0; i < 4; i++) {
        char name[2] = {(char)('a' + i), '\0'};

        nft_pair(&calls, name, &molecule, 90 + 5 * (i / 2), 80 + i % 2);
    }
    add_anchored("s", 100, 900, false);
    add_anchored("t", 101, 900, false);
    add_anchored("u", 102, 900, false);
    nft_pair(&calls, "e", &molecule, 120, 80);
    assert_unique(build(), "a c e s t u");
}
END_TEST

START_TEST(an_anchored_library_of_single_reads)
{
    calls.scan.sample.library = NF_LIBRARY_ANCHORED;
    for (int i = 0; i < 4; i++) {
        char name[2] = {(char)('a' + i), '\0'};

        add_split(name, 100 + i / 2, 0)->mate_start = (struct nf_start){.contig = -1};
    }
    assert_unique(build(), "a c");
}
END_TEST

/* Other libraries take both ends. */
START_TEST(other_libraries)
{
    static const enum nf_library libraries[] = {NF_LIBRARY_WTS, NF_LIBRARY_CAPTURE};

    calls.scan.sample.library = libraries[_i];
    add_split("a", 100, 900);
    add_split("b", 101, 900);
    add_split("c", 100, 901);
    add_split("d", 100, 900);
    assert_unique(build(), "a b c");
    ck_assert_int_eq(nft_only_junction(&calls)->n_start_sites, 2);
}
END_TEST

/* Amplicons: copies cannot be told, so few and many count alike, unless identifiers tell them.
 */
START_TEST(an_amplicon_library)
{
    static const struct {
        int n_fragments, n_unique;
        bool has_umis;
    } rows[] = {{1, 1, false}, {2, 2, false}, {3, 3, false}, {40, 3, false}, {40, 40, true}};

    calls.scan.sample.library = NF_LIBRARY_AMPLICON;
    calls.scan.sample.has_umi_names = rows[_i].has_umis;
    for (int i = 0; i < rows[_i].n_fragments; i++) {
        char name[16];

        const char bases[3] = {"ACGT"[i / 16 % 4], "ACGT"[i / 4 % 4], "ACGT"[i % 4]};
        snprintf(name, sizeof name, "r_%c%c%c%c%c%c", bases[0], bases[1], bases[2], bases[0],
                 bases[1], bases[2]);
        add_split(name, 100, 900);
    }
    build();
    ck_assert_int_eq(nft_only_junction(&calls)->n_split, rows[_i].n_fragments);
    ck_assert_int_eq(nft_only_junction(&calls)->n_unique, rows[_i].n_unique);
}
END_TEST

static void add_cases(Suite *suite, TCase *once, TCase *copies)
{
    tcase_add_unchecked_fixture(once, nft_reference_load, NULL);
    tcase_add_checked_fixture(once, begin, end);
    tcase_add_unchecked_fixture(copies, nft_reference_load, NULL);
    tcase_add_checked_fixture(copies, begin, end);
    suite_add_tcase(suite, once);
    suite_add_tcase(suite, copies);
}

Suite *support_suite(void)
{
    Suite *suite = suite_create("support");
    TCase *once = tcase_create("once each");
    TCase *copies = tcase_create("copies");

    add_cases(suite, once, copies);
    tcase_add_loop_test(once, a_fragment_counts_once_as_its_strongest, 0, NFT_COUNT(kinds));
    tcase_add_test(once, sources_of_split_reads);
    tcase_add_test(once, what_any_support_of_a_fragment_says_of_ambiguity);
    tcase_add_test(once, one_name_in_two_read_groups_is_two_fragments);
    tcase_add_test(once, supports_are_in_order_of_name);
    tcase_add_test(copies, equal_places_are_copies_of_the_least_name);
    tcase_add_test(copies, a_clip_can_be_a_copy_of_a_split_read);
    tcase_add_test(copies, pairs_are_copies_among_themselves);
    tcase_add_test(copies, copies_come_from_one_library);
    tcase_add_test(copies, flags_are_believed_where_there_are_any);
    tcase_add_test(copies, flagged_copies_of_a_read_that_is_not_here);
    tcase_add_test(copies, identifiers_in_tags);
    tcase_add_test(copies, identifiers_in_names);
    tcase_add_test(copies, identifiers_that_the_sample_does_not_use);
    tcase_add_loop_test(copies, the_ligated_end_tells_molecules_apart, 0, NFT_COUNT(anchored));
    tcase_add_test(copies, identifiers_count_with_the_ligated_end);
    tcase_add_test(copies, pairs_of_an_anchored_library);
    tcase_add_test(copies, an_anchored_library_of_single_reads);
    tcase_add_loop_test(copies, other_libraries, 0, 2);
    tcase_add_loop_test(copies, an_amplicon_library, 0, 5);
    return suite;
}
