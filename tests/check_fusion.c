/* SPDX-License-Identifier: MIT */
/* fusion: what a junction means: genes, kind of event, structure, flags, order. Frame and
 * kinase are in check_frame.c, the target's coverage in check_fraction.c. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support.h"
#include "support_calls.h"

static struct nft_calls calls;

static void begin(void)
{
    nft_log_begin();
    nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
}

static void end(void)
{
    nft_calls_end(&calls);
    nft_log_end();
}

static const char etv6_e5[] = "chr12:11869969:+", ntrk3_e15[] = "chr15:87940753:-";

/* `n` split reads over these places, "PREFIX0"… */
static void add_reads(const char *prefix, int n, const char *five, const char *three)
{
    struct nft_molecule molecule = nft_molecule(&calls, five, three);
    const struct nf_panel *panel = &calls.reference->panel;
    uint32_t before = nf_panel_core_at(panel, molecule.five.contig, molecule.five.pos0);
    uint32_t behind = nf_panel_core_at(panel, molecule.three.contig, molecule.three.pos0);

    for (int i = 0; i < n; i++) {
        char name[32];

        snprintf(name, sizeof name, "%s%d", prefix, i);
        nft_join(&calls, name, &molecule, 0)->intragenic = before == behind;
    }
}

static const struct nf_fusion *fusion_of(const char *five, const char *three)
{
    add_reads("r", 2, five, three);
    nft_calls_fusions(&calls);
    return nft_only_fusion(&calls);
}

static const char *gene_name(uint32_t gene)
{
    return gene == NF_NO_GENE ? "-" : calls.reference->annot.genes.items[gene].symbol;
}

static const char *transcript_name(uint32_t transcript)
{
    return transcript == NF_NO_TRANSCRIPT
               ? "-"
               : calls.reference->annot.transcripts.items[transcript].accession;
}

/* ---- published junctions ---- */

START_TEST(every_published_junction)
{
    const enum nf_assembly assembly = _i ? NF_ASSEMBLY_GRCH37 : NF_ASSEMBLY_GRCH38;
    const struct nft_reference *reference = nft_reference_get(assembly);

    for (size_t k = 0; k < reference->catalogue.junctions.n; k++) {
        const struct nf_known_junction *known = &reference->catalogue.junctions.items[k];
        const struct nf_panel_target *target = &reference->panel.targets.items[known->target];
        const bool is_in = strcmp(known->frame, "in") == 0;
        const struct nf_fusion *fusion;

        nft_calls_end(&calls);
        nft_calls_begin(&calls, assembly);
        fusion = fusion_of(known->published5[_i], known->published3[_i]);
        ck_assert_int_eq(fusion->level, NF_KNOWN_JUNCTION);
        ck_assert_ptr_nonnull(fusion->known);
        ck_assert_str_eq(fusion->known->partner, known->partner);
        ck_assert_str_eq(gene_name(fusion->five.gene), known->partner);
        ck_assert_uint_eq(fusion->three.gene, target->gene);
        ck_assert_int_eq(fusion->five.site, NF_SITE_EDGE);
        ck_assert_int_eq(fusion->three.site, NF_SITE_EDGE);
        ck_assert_uint_eq(fusion->three.transcript, target->transcript);
        ck_assert_uint_eq(fusion->three.exon, known->exon3_number);
        ck_assert_uint_gt(fusion->five.exon, 0);
        ck_assert_ptr_nonnull(fusion->partner);
        ck_assert_int_eq(fusion->event_type, NF_EVENT_FUSION);
        ck_assert_int_eq(fusion->structure, is_in ? NF_ONCOGENIC_TYPE : NF_NON_ONCOGENIC);
        ck_assert_uint_eq(fusion->flags, 0);
        ck_assert_uint_eq(fusion->event, 1);
        ck_assert_ptr_null(fusion->dropped);
    }
}
END_TEST

/* ---- sides ---- */

static const struct {
    const char *five, *three;
    enum nf_site site5, site3;
    const char *gene5, *gene3, *transcript5, *transcript3;
    uint32_t exon5, exon3;
} sides[] = {
    {etv6_e5, ntrk3_e15, NF_SITE_EDGE, NF_SITE_EDGE, "ETV6", "NTRK3", "NM_001987.5",
     "NM_001012338.3", 5, 15},
    {"chr12:11869968:+", "chr15:87940752:-", NF_SITE_EXON, NF_SITE_EXON, "ETV6", "NTRK3",
     "NM_001987.5", "NM_001012338.3", 5, 15},
    {"chr12:11860000:+", "chr15:87950000:-", NF_SITE_INTRON, NF_SITE_INTRON, "ETV6", "NTRK3",
     "NM_001987.5", "NM_001012338.3", 0, 0},
    /* An acceptor is no place for a 5′ part to end. */
    {"chr12:11869424:+", ntrk3_e15, NF_SITE_EXON, NF_SITE_EDGE, "ETV6", "NTRK3", "NM_001987.5",
     "NM_001012338.3", 5, 15},
    {"chr12:11869969:-", ntrk3_e15, NF_SITE_ANTISENSE, NF_SITE_EDGE, "ETV6", "NTRK3",
     "NM_001987.5", "NM_001012338.3", 5, 15},
    {"chr4:20000000:+", ntrk3_e15, NF_SITE_INTERGENIC, NF_SITE_EDGE, "-", "NTRK3", "-",
     "NM_001012338.3", 0, 15},
    /* The edge of another transcript than the primary one, in LMNA and in NTRK3. */
    {"chr1:156138607:+", "chr1:156874906:+", NF_SITE_EDGE, NF_SITE_EDGE, "LMNA", "NTRK1",
     "NM_001282626", "NM_002529.4", 11, 11},
    {etv6_e5, "chr15:87917000:-", NF_SITE_INTRON, NF_SITE_INTRON, "ETV6", "NTRK3",
     "NM_001987.5", "NM_001012338.3", 5, 0},
    /* A gene in the intron of another one: BEND5 in AGBL4. */
    {"chr1:48736000:-", "chr1:156874571:+", NF_SITE_INTRON, NF_SITE_EDGE, "BEND5", "NTRK1",
     "NM_024603", "NM_002529.4", 0, 10},
    /* The target overlaps a gene of the other strand; that gene is the partner. */
    {"chr1:156816675:-", "chr1:156874571:+", NF_SITE_EDGE, NF_SITE_EDGE, "SH2D2A", "NTRK1",
     "NM_003975.4", "NM_002529.4", 1, 10},
};

START_TEST(both_sides)
{
    const struct nf_fusion *fusion = fusion_of(sides[_i].five, sides[_i].three);

    ck_assert_str_eq(gene_name(fusion->five.gene), sides[_i].gene5);
    ck_assert_str_eq(gene_name(fusion->three.gene), sides[_i].gene3);
    ck_assert_str_eq(transcript_name(fusion->five.transcript), sides[_i].transcript5);
    ck_assert_str_eq(transcript_name(fusion->three.transcript), sides[_i].transcript3);
    if (_i != 7) { /* there only the acceptor side is of interest */
        ck_assert_str_eq(nf_site_name(fusion->five.site), nf_site_name(sides[_i].site5));
        ck_assert_uint_eq(fusion->five.exon, sides[_i].exon5);
    }
    ck_assert_str_eq(nf_site_name(fusion->three.site), nf_site_name(sides[_i].site3));
    ck_assert_uint_eq(fusion->three.exon, sides[_i].exon3);
    ck_assert_uint_eq(fusion->five.alternatives.n, 0);
}
END_TEST

START_TEST(neighbours_of_a_break_between_genes)
{
    const struct nf_fusion *fusion = fusion_of("chr4:20000000:+", ntrk3_e15);

    ck_assert_str_eq(gene_name(fusion->five.near_left), "LAP3");
    ck_assert_str_eq(gene_name(fusion->five.near_right), "KCTD8");
    ck_assert_uint_eq(fusion->three.near_left, NF_NO_GENE);
    ck_assert_uint_eq(fusion->three.near_right, NF_NO_GENE);
}
END_TEST

/* ---- events and structure ---- */

static const struct {
    const char *five, *three;
    enum nf_event_type type;
    enum nf_structure structure;
    bool may_read_through;
} events[] = {
    {etv6_e5, ntrk3_e15, NF_EVENT_FUSION, NF_ONCOGENIC_TYPE, false},
    /* In frame, out of frame, untranslated, disagreeing, non-coding, not known. */
    {"chr12:11869968:+", ntrk3_e15, NF_EVENT_FUSION, NF_NON_ONCOGENIC, false},
    {"chr9:504754:+", "chr9:84744973:+", NF_EVENT_FUSION, NF_ONCOGENIC_TYPE, false},
    {"chr1:156735909:+", "chr1:156874571:+", NF_EVENT_FUSION, NF_UNCERTAIN, true},
    {"chr15:88531613:-", ntrk3_e15, NF_EVENT_FUSION, NF_UNCERTAIN, false},
    {"chr12:11860000:+", ntrk3_e15, NF_EVENT_FUSION, NF_UNCERTAIN, false},
    {"chr4:20000000:+", ntrk3_e15, NF_EVENT_FUSION, NF_UNCERTAIN, false},
    {"chr12:11869969:-", ntrk3_e15, NF_EVENT_FUSION, NF_NON_ONCOGENIC, false},
    /* The kinase is cut: NTRK3 e16. */
    {etv6_e5, "chr15:87933184:-", NF_EVENT_FUSION, NF_NON_ONCOGENIC, false},
    /* Neighbours on NTRK1's strand upstream, near (PRCC, METTL25B) and far (BCAN, LMNA);
     * downstream (PEAR1); on the other strand (INSRR). */
    {"chr1:156794808:+", "chr1:156874906:+", NF_EVENT_FUSION, NF_ONCOGENIC_TYPE, true},
    {"chr1:156647175:+", "chr1:156874571:+", NF_EVENT_FUSION, NF_ONCOGENIC_TYPE, false},
    {"chr1:156130773:+", "chr1:156874906:+", NF_EVENT_FUSION, NF_ONCOGENIC_TYPE, false},
    {"chr1:156906368:+", "chr1:156874571:+", NF_EVENT_FUSION, NF_ONCOGENIC_TYPE, false},
    {"chr1:156846519:-", "chr1:156874571:+", NF_EVENT_FUSION, NF_ONCOGENIC_TYPE, false},
    {"chr1:156794808:-", "chr1:156874571:+", NF_EVENT_FUSION, NF_NON_ONCOGENIC, false},
    /* The target 5′: into the neighbour downstream, anywhere else, against the neighbour. */
    {"chr1:156874400:+", "chr1:156903918:+", NF_EVENT_READ_THROUGH, NF_NON_ONCOGENIC, false},
    {"chr1:156881600:+", "chr1:156903918:+", NF_EVENT_READ_THROUGH, NF_NON_ONCOGENIC, false},
    {"chr1:156874400:+", "chr1:156904027:-", NF_EVENT_RECIPROCAL, NF_NON_ONCOGENIC, false},
    {"chr1:156874400:+", "chr1:156794665:+", NF_EVENT_RECIPROCAL, NF_NON_ONCOGENIC, false},
    {"chr15:88032857:-", "chr12:11884445:+", NF_EVENT_RECIPROCAL, NF_NON_ONCOGENIC, false},
    {"chr15:88032857:-", "chr4:20000000:+", NF_EVENT_RECIPROCAL, NF_NON_ONCOGENIC, false},
    /* Inside the target: the skip of TrkAIII, and one out of frame. */
    {"chr1:156868249:+", "chr1:156873633:+", NF_EVENT_INTRAGENIC, NF_UNCERTAIN, false},
    {"chr1:156868249:+", "chr1:156871623:+", NF_EVENT_INTRAGENIC, NF_NON_ONCOGENIC, false},
    /* No chromosome. */
    {"extra:5000:+", ntrk3_e15, NF_EVENT_UNPLACED, NF_UNCERTAIN, false},
    {"chr15:88032857:-", "extra:5000:+", NF_EVENT_UNPLACED, NF_NON_ONCOGENIC, false},
    {"chrM:5000:+", ntrk3_e15, NF_EVENT_FUSION, NF_UNCERTAIN, false},
};

START_TEST(kinds_of_event)
{
    const struct nf_fusion *fusion = fusion_of(events[_i].five, events[_i].three);

    ck_assert_str_eq(nf_event_type_name(fusion->event_type),
                     nf_event_type_name(events[_i].type));
    ck_assert_str_eq(nf_structure_name(fusion->structure),
                     nf_structure_name(events[_i].structure));
    ck_assert_int_eq((fusion->flags & NF_FLAG_READ_THROUGH_POSSIBLE) != 0,
                     events[_i].may_read_through);
}
END_TEST

/* Where the chromosomes cannot be told from other contigs, nothing is unplaced or known. */
START_TEST(an_unknown_assembly)
{
    struct nft_reference other = *calls.reference;

    other.genome.assembly = NF_ASSEMBLY_UNKNOWN;
    other.panel.genome = &other.genome;
    calls.reference = &other;
    add_reads("a", 2, etv6_e5, ntrk3_e15);
    add_reads("b", 2, "extra:5000:+", ntrk3_e15);
    nft_calls_fusions(&calls);
    ck_assert_uint_eq(calls.fusions.fusions.n, 2);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(calls.fusions.fusions.items[i].event_type, NF_EVENT_FUSION);
        ck_assert_int_eq(calls.fusions.fusions.items[i].level, NF_KNOWN_NONE);
        ck_assert_ptr_null(calls.fusions.fusions.items[i].partner);
    }
}
END_TEST

/* ---- catalogue ---- */

static const struct {
    const char *five, *three;
    enum nf_catalogue_level level;
    bool has_partner;
} levels[] = {
    {etv6_e5, ntrk3_e15, NF_KNOWN_JUNCTION, true},
    {"chr12:11884587:+", ntrk3_e15, NF_KNOWN_PAIR_EXON, true},
    {etv6_e5, "chr15:87940743:-", NF_KNOWN_PAIR_EXON, true},
    {etv6_e5, "chr15:87933184:-", NF_KNOWN_PAIR, true},
    {"chr12:11860000:+", "chr15:87950000:-", NF_KNOWN_PAIR, true},
    {"chr22:29287134:+", ntrk3_e15, NF_KNOWN_ACCEPTOR, false},
    {"chr4:20000000:+", ntrk3_e15, NF_KNOWN_ACCEPTOR, false},
    {"chr12:11869969:-", ntrk3_e15, NF_KNOWN_ACCEPTOR, false},
    {"chr22:29287134:+", "chr15:87933184:-", NF_KNOWN_NONE, false},
    {"chr15:88032857:-", "chr12:11884445:+", NF_KNOWN_PAIR, true},
    {"chr15:88032857:-", "chr22:29288606:+", NF_KNOWN_NONE, false},
    {"chr1:156868249:+", "chr1:156874571:+", NF_KNOWN_NONE, false},
};

START_TEST(how_well_it_is_known)
{
    const struct nf_fusion *fusion = fusion_of(levels[_i].five, levels[_i].three);

    ck_assert_str_eq(nf_catalogue_level_name(fusion->level),
                     nf_catalogue_level_name(levels[_i].level));
    ck_assert_int_eq(fusion->partner != NULL, levels[_i].has_partner);
    ck_assert_int_eq(fusion->known != NULL, levels[_i].level == NF_KNOWN_JUNCTION);
}
END_TEST

/* ---- flags ---- */

START_TEST(flags_of_support)
{
    struct nft_molecule molecule = nft_molecule(&calls, etv6_e5, ntrk3_e15);

    nft_join(&calls, "a", &molecule, 0);
    if (_i == 1)
        nft_join(&calls, "b", &molecule, 0)->start.pos0 =
            calls.scan.observations.joins.items[0].start.pos0;
    if (_i == 1)
        calls.scan.observations.joins.items[1].mate_start.pos0++;
    if (_i == 2) /* a copy */
        nft_join(&calls, "b", &molecule, 0)->start =
            calls.scan.observations.joins.items[0].start;
    if (_i >= 3)
        nft_join(&calls, "b", &molecule, 0);
    nft_calls_fusions(&calls);
    ck_assert_uint_eq(nft_only_fusion(&calls)->flags, _i == 1  ? NF_FLAG_SINGLE_START
                                                      : _i < 3 ? NF_FLAG_SINGLE_FRAGMENT
                                                               : 0);
}
END_TEST

START_TEST(clips_only)
{
    struct nft_molecule molecule = nft_molecule(&calls, etv6_e5, ntrk3_e15);

    for (int i = 0; i < 3; i++) {
        char name[] = {'5', (char)('a' + i), '\0'};

        nft_clip(&calls, name, &molecule, 5, 0, 40);
        name[0] = '3';
        nft_clip(&calls, name, &molecule, 3, 0, 40);
    }
    nft_calls_fusions(&calls);
    ck_assert_uint_eq(nft_only_fusion(&calls)->flags, NF_FLAG_CLIPS_ONLY);
    ck_assert_int_eq(nft_only_fusion(&calls)->level, NF_KNOWN_JUNCTION);
}
END_TEST

START_TEST(off_edges_and_untemplated)
{
    struct nft_molecule molecule =
        nft_molecule(&calls, "chr12:11869968:+", "chr15:87940752:-");

    add_reads("r", 2, "chr12:11869960:+", ntrk3_e15);
    nft_join_gap(&calls, nft_join(&calls, "s", &molecule, 0), &molecule, "AC");
    calls.scan.observations.joins.items[2].five.pos0 -= 30;
    nft_calls_fusions(&calls);
    ck_assert_uint_eq(calls.fusions.fusions.n, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct nf_fusion *fusion = &calls.fusions.fusions.items[i];

        ck_assert_uint_eq(fusion->flags, fusion->junction->n_gap == 0
                                             ? NF_FLAG_OFF_EDGE5
                                             : NF_FLAG_OFF_EDGE5 | NF_FLAG_OFF_EDGE3 |
                                                   NF_FLAG_UNTEMPLATED_BASES |
                                                   NF_FLAG_SINGLE_FRAGMENT);
    }
}
END_TEST

/* Half of the fragments or more. */
static const struct {
    int n_multi, n;
    bool is_flagged;
} ambiguous[] = {{0, 4, false}, {1, 4, false}, {2, 4, true}, {4, 4, true}, {2, 5, false}};

START_TEST(a_multimapped_partner)
{
    add_reads("r", ambiguous[_i].n, etv6_e5, ntrk3_e15);
    for (int i = 0; i < ambiguous[_i].n_multi; i++)
        calls.scan.observations.joins.items[i].multi5 = true;
    nft_calls_fusions(&calls);
    ck_assert_int_eq(nft_only_fusion(&calls)->flags,
                     ambiguous[_i].is_flagged ? NF_FLAG_PARTNER_MULTIMAPPED : 0);
}
END_TEST

static const struct {
    enum nf_library library;
    bool tags, names, is_flagged;
} libraries[] = {{NF_LIBRARY_AMPLICON, false, false, true},
                 {NF_LIBRARY_AMPLICON, true, false, false},
                 {NF_LIBRARY_AMPLICON, false, true, false},
                 {NF_LIBRARY_ANCHORED, false, false, false}};

START_TEST(amplicons_without_identifiers)
{
    calls.scan.sample.library = libraries[_i].library;
    calls.scan.sample.has_umi_tags = libraries[_i].tags;
    calls.scan.sample.has_umi_names = libraries[_i].names;
    ck_assert_int_eq(fusion_of(etv6_e5, ntrk3_e15)->flags,
                     libraries[_i].is_flagged ? NF_FLAG_AMPLICON_NO_UMI : 0);
}
END_TEST

START_TEST(words)
{
    static const char *const flags[NF_N_FLAGS] = {"read_through_possible",
                                                  "partner_multimapped",
                                                  "partner_ambiguous",
                                                  "off_edge5",
                                                  "off_edge3",
                                                  "clips_only",
                                                  "single_fragment",
                                                  "single_start",
                                                  "untemplated_bases",
                                                  "amplicon_no_umi",
                                                  "possible_carryover",
                                                  "promiscuous_site",
                                                  "few_molecules"};

    for (unsigned bit = 0; bit < NF_N_FLAGS; bit++)
        ck_assert_str_eq(nf_flag_name(bit), flags[bit]);
    ck_assert_str_eq(nf_site_name(NF_SITE_EDGE), "exon_edge");
    ck_assert_str_eq(nf_site_name(NF_SITE_ANTISENSE), "antisense");
    ck_assert_str_eq(nf_structure_name(NF_ONCOGENIC_TYPE), "oncogenic_type");
    ck_assert_str_eq(nf_event_type_name(NF_EVENT_READ_THROUGH), "read_through");
    ck_assert_str_eq(nf_event_type_name(NF_EVENT_UNPLACED), "unplaced");
    ck_assert_str_eq(nf_tier_name(NF_TIER_UNSCORED), ".");
    ck_assert_str_eq(nf_tier_name(NF_TIER_HIGH), "HIGH");
    ck_assert_str_eq(nf_tier_name(NF_TIER_NONE), ".");
}
END_TEST

/* ---- order and numbers ---- */

/* Rows in the order they must come out in; added in another. */
static const struct {
    const char *prefix, *five, *three;
    int n;
    uint32_t event;
} rows[] = {
    {"a", etv6_e5, ntrk3_e15, 3, 1},                     /* oncogenic, published, 3 reads */
    {"b", "chr12:11853561:+", ntrk3_e15, 2, 1},          /* oncogenic, published, 2 reads */
    {"c", "chr1:156794808:+", "chr1:156874906:+", 9, 2}, /* oncogenic, known acceptor */
    {"d", "chr4:20000000:+", ntrk3_e15, 2, 3},           /* uncertain, between genes */
    {"e", "chr4:20019999:+", ntrk3_e15, 2, 3},           /* 20 kb on at most: one event */
    {"f", "chr4:20040001:+", ntrk3_e15, 2, 4},           /* further: another */
    {"g", etv6_e5, "chr15:87933184:-", 5, 1},            /* the kinase cut; a pair as in a */
    {"h", "chr15:88032857:-", "chr12:11884445:+", 7, 5}, /* the reciprocal */
    {"i", "chr1:156874400:+", "chr1:156903918:+", 8, 6}, /* read-through */
    {"j", "extra:5000:+", ntrk3_e15, 9, 0},              /* dropped */
    {"k", "chr12:11869899:+", ntrk3_e15, 1, 1},          /* out of frame; exon 15 as in a */
};

START_TEST(best_first_and_events_numbered)
{
    static const size_t order[] = {5, 8, 10, 2, 0, 9, 4, 7, 1, 3, 6};
    const struct nf_fusion *fusions;
    const size_t n = NFT_COUNT(rows);
    uint32_t events_seen[NFT_COUNT(rows)];
    char text[2 * NFT_COUNT(rows) + 1] = "";

    for (size_t k = 0; k < n; k++)
        add_reads(rows[order[k]].prefix, rows[order[k]].n, rows[order[k]].five,
                  rows[order[k]].three);
    nft_calls_shuffle(&calls, (uint64_t)_i + 1);
    nft_calls_fusions(&calls);
    ck_assert_uint_eq(calls.fusions.fusions.n, n);
    fusions = calls.fusions.fusions.items;
    for (size_t k = 0; k < n; k++) {
        uint32_t fragment = fusions[k].junction->supports.items[0].fragment;

        text[k] = calls.scan.observations.fragments.items[fragment].name[0];
        events_seen[k] = fusions[k].event;
    }
    ck_assert_str_eq(text, "abcdefkghij");
    for (size_t k = 0; k < n; k++)
        for (size_t r = 0; r < n; r++)
            if (text[k] == rows[r].prefix[0])
                ck_assert_uint_eq(events_seen[k], rows[r].event);
    ck_assert_str_eq(fusions[n - 1].dropped, "unplaced");
}
END_TEST

static void add_cases(Suite *suite, TCase *tests)
{
    tcase_add_unchecked_fixture(tests, nft_reference_load, NULL);
    tcase_add_checked_fixture(tests, begin, end);
    suite_add_tcase(suite, tests);
}

Suite *fusion_suite(void)
{
    Suite *suite = suite_create("fusion");
    TCase *meaning = tcase_create("meaning");
    TCase *flags = tcase_create("flags and order");

    add_cases(suite, meaning);
    add_cases(suite, flags);
    tcase_add_loop_test(meaning, every_published_junction, 0, 2);
    tcase_add_loop_test(meaning, both_sides, 0, NFT_COUNT(sides));
    tcase_add_test(meaning, neighbours_of_a_break_between_genes);
    tcase_add_loop_test(meaning, kinds_of_event, 0, NFT_COUNT(events));
    tcase_add_test(meaning, an_unknown_assembly);
    tcase_add_loop_test(meaning, how_well_it_is_known, 0, NFT_COUNT(levels));
    tcase_add_loop_test(flags, flags_of_support, 0, 4);
    tcase_add_test(flags, clips_only);
    tcase_add_test(flags, off_edges_and_untemplated);
    tcase_add_loop_test(flags, a_multimapped_partner, 0, NFT_COUNT(ambiguous));
    tcase_add_loop_test(flags, amplicons_without_identifiers, 0, NFT_COUNT(libraries));
    tcase_add_test(flags, words);
    tcase_add_loop_test(flags, best_first_and_events_numbered, 0, 5);
    return suite;
}
