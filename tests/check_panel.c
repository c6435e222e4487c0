/* SPDX-License-Identifier: MIT */
/* Tests of panel. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/panel.h"
#include "support.h"
#include "support_sam.h"

/* The n-th of the two assemblies. */
static const struct nft_reference *assembly(int n)
{
    return nft_reference_get(n ? NF_ASSEMBLY_GRCH37 : NF_ASSEMBLY_GRCH38);
}

static void begin(void)
{
    nft_log_begin();
}

static void end(void)
{
    nft_records_forget();
    nft_log_end();
}

static const char *accession(const struct nft_reference *reference, uint32_t transcript)
{
    return reference->annot.transcripts.items[transcript].accession;
}

/* ---- targets ---- */

/* Exons and residues as published: NTRK fusions keep the kinase whole from these exons on. */
static const struct {
    const char *symbol, *contig, *transcript, *legacy;
    int strand;
    uint32_t n_exons, kinase_first, kinase_last;
    int64_t core1[2][2];   /* as the RefSeq records have them, 1-based inclusive */
    int64_t window1[2][2]; /* the gene in all its transcripts ± 10,000 */
} target_rows[] = {
    {"NTRK1",
     "chr1",
     "NM_002529.4",
     "NM_001012331",
     1,
     17,
     13,
     17,
     {{156860865, 156881850}, {156830657, 156851642}},
     {{156805750, 156891850}, {156775542, 156861642}}},
    {"NTRK2",
     "chr9",
     "NM_006180.6",
     "NM_006180",
     1,
     19,
     15,
     19,
     {{84669729, 85027054}, {87284644, 87641969}},
     {{84658458, 85037070}, {87273373, 87651985}}},
    {"NTRK3",
     "chr15",
     "NM_001012338.3",
     "NM_002530",
     -1,
     20,
     15,
     20,
     {{87859751, 88256739}, {88402982, 88799970}},
     {{87849751, 88266739}, {88392982, 88809970}}},
};

START_TEST(the_targets_lie_where_they_should)
{
    for (int which = 0; which < 2; which++) {
        const struct nft_reference *reference = assembly(which);
        uint32_t index = nft_target(reference, target_rows[_i].symbol);
        const struct nf_panel_target *target = &reference->panel.targets.items[index];

        ck_assert_uint_eq(reference->panel.targets.n, reference->catalogue.targets.n);
        ck_assert_str_eq(target->symbol, target_rows[_i].symbol);
        ck_assert_uint_eq(target->gene, nft_gene(reference, target_rows[_i].symbol));
        ck_assert_str_eq(accession(reference, target->transcript), target_rows[_i].transcript);
        ck_assert_str_eq(accession(reference, target->legacy), target_rows[_i].legacy);
        ck_assert_int_eq(target->strand, target_rows[_i].strand);
        ck_assert_uint_eq(reference->annot.transcripts.items[target->transcript].n_exons,
                          target_rows[_i].n_exons);
        ck_assert_int_eq(target->core.contig, nft_contig(reference, target_rows[_i].contig));
        ck_assert_int_eq(target->core.start0, target_rows[_i].core1[which][0] - 1);
        ck_assert_int_eq(target->core.end0, target_rows[_i].core1[which][1]);
        ck_assert_int_eq(target->window.contig, target->core.contig);
        ck_assert_int_eq(target->window.start0, target_rows[_i].window1[which][0] - 1);
        ck_assert_int_eq(target->window.end0, target_rows[_i].window1[which][1]);
    }
}
END_TEST

START_TEST(the_kinase_domain_lies_on_its_exons)
{
    for (int which = 0; which < 2; which++) {
        const struct nft_reference *reference = assembly(which);
        uint32_t index = nft_target(reference, target_rows[_i].symbol);
        const struct nf_panel_target *target = &reference->panel.targets.items[index];
        const struct nf_target *entry = &reference->catalogue.targets.items[index];
        const struct nf_annot *annot = &reference->annot;

        ck_assert_uint_eq(target->kinase_exon_first, target_rows[_i].kinase_first);
        ck_assert_uint_eq(target->kinase_exon_last, target_rows[_i].kinase_last);
        ck_assert_int_eq(
            nf_transcript_residue_at(annot, target->transcript, target->kinase_first0),
            entry->kinase_start);
        ck_assert_int_eq(
            nf_transcript_residue_at(annot, target->transcript, target->kinase_last0),
            entry->kinase_end);
        /* The first base of the first codon, and the last of the last. */
        ck_assert_int_eq(nf_transcript_distance(annot, target->transcript,
                                                target->kinase_first0, target->kinase_last0),
                         3 * (entry->kinase_end - entry->kinase_start + 1));
        ck_assert(target->strand * target->kinase_first0 <
                  target->strand * target->kinase_last0);
    }
}
END_TEST

/* ---- roles ---- */

static unsigned role(const struct nft_reference *reference, const char *symbol)
{
    return reference->panel.gene_roles.items[nft_gene(reference, symbol)];
}

START_TEST(genes_have_their_roles)
{
    static const struct {
        const char *symbol;
        unsigned role;
    } rows[] = {{"NTRK1", NF_ROLE_TARGET},  {"NTRK2", NF_ROLE_TARGET},
                {"NTRK3", NF_ROLE_TARGET},  {"ETV6", NF_ROLE_PARTNER},
                {"TPM3", NF_ROLE_PARTNER},  {"LMNA", NF_ROLE_PARTNER},
                {"BCAN", NF_ROLE_PARTNER},  {"GAPDH", NF_ROLE_CONTROL},
                {"RPLP0", NF_ROLE_CONTROL}, {"SNRPD3", NF_ROLE_CONTROL}};

    for (int which = 0; which < 2; which++) {
        const struct nft_reference *reference = assembly(which);
        const struct nf_panel *panel = &reference->panel;

        for (size_t i = 0; i < NFT_COUNT(rows); i++)
            ck_assert_uint_eq(role(reference, rows[i].symbol), rows[i].role);
        ck_assert_uint_eq(panel->gene_roles.n, reference->annot.genes.n);
        ck_assert_uint_eq(panel->gene_targets.n, reference->annot.genes.n);
        for (size_t i = 0; i < panel->gene_targets.n; i++) {
            uint32_t target = panel->gene_targets.items[i];

            ck_assert_int_eq(target != NF_NO_TARGET,
                             (panel->gene_roles.items[i] & NF_ROLE_TARGET) != 0);
            if (target != NF_NO_TARGET)
                ck_assert_uint_eq(panel->targets.items[target].gene, i);
        }
    }
}
END_TEST

START_TEST(every_catalogue_partner_with_a_model_is_one)
{
    const struct nft_reference *reference = assembly(_i);
    size_t n = 0;

    for (size_t i = 0; i < reference->catalogue.partners.n; i++) {
        const struct nf_partner *partner = &reference->catalogue.partners.items[i];

        if (!partner->has_model)
            continue;
        n++;
        ck_assert(role(reference, partner->symbol) & NF_ROLE_PARTNER);
    }
    ck_assert_uint_gt(n, 50);
}
END_TEST

/* ---- places ---- */

START_TEST(places_of_the_targets)
{
    const struct nft_reference *reference = assembly(_i);
    const struct nf_panel *panel = &reference->panel;
    int32_t n_contigs = reference->genome.n_contigs;

    for (uint32_t i = 0; i < panel->targets.n; i++) {
        const struct nf_region *core = &panel->targets.items[i].core;
        const struct nf_region *window = &panel->targets.items[i].window;
        int32_t other = (core->contig + 1) % n_contigs;

        ck_assert_uint_eq(nf_panel_core_at(panel, core->contig, core->start0 - 1),
                          NF_NO_TARGET);
        ck_assert_uint_eq(nf_panel_core_at(panel, core->contig, core->start0), i);
        ck_assert_uint_eq(nf_panel_core_at(panel, core->contig, core->end0 - 1), i);
        ck_assert_uint_eq(nf_panel_core_at(panel, core->contig, core->end0), NF_NO_TARGET);
        ck_assert_uint_eq(nf_panel_core_at(panel, other, core->start0), NF_NO_TARGET);
        ck_assert_uint_eq(nf_panel_core_at(panel, -1, core->start0), NF_NO_TARGET);

        ck_assert_uint_eq(
            nf_panel_window_at(panel, window->contig, window->start0 - 9, window->start0),
            NF_NO_TARGET);
        ck_assert_uint_eq(
            nf_panel_window_at(panel, window->contig, window->start0 - 9, window->start0 + 1),
            i);
        ck_assert_uint_eq(
            nf_panel_window_at(panel, window->contig, window->end0 - 1, window->end0 + 9), i);
        ck_assert_uint_eq(
            nf_panel_window_at(panel, window->contig, window->end0, window->end0 + 9),
            NF_NO_TARGET);
        ck_assert_uint_eq(nf_panel_window_at(panel, window->contig, 0, INT64_MAX), i);
        ck_assert_uint_eq(nf_panel_window_at(panel, -1, window->start0, window->start0 + 1),
                          NF_NO_TARGET);
    }
}
END_TEST

/* ETV6 exon 5 joined to NTRK3 exon 15 is a published junction of NTRK3 only. */
START_TEST(places_near_published_junctions)
{
    const struct nft_reference *reference = assembly(_i);
    const struct nf_panel *panel = &reference->panel;
    uint32_t target = nft_target(reference, "NTRK3");
    int64_t donor0 = nft_donor0(reference, "ETV6", 5);
    const struct nf_locus place = {nft_contig(reference, "chr12"), 1, donor0};
    const struct nf_locus end = {nft_contig(reference, "chr15"), -1,
                                 nft_acceptor0(reference, "NTRK3", 15)};
    const struct {
        struct nf_locus five, three;
        uint32_t target;
        int64_t slack;
        bool near;
    } rows[] = {{place, end, target, 0, true},
                {{place.contig, 1, donor0 + 5}, end, target, 5, true},
                {{place.contig, 1, donor0 - 5}, end, target, 5, true},
                {{place.contig, 1, donor0 + 6}, end, target, 5, false},
                {{place.contig, 1, donor0 - 6}, end, target, 5, false},
                {{place.contig, -1, donor0}, end, target, 5, false},
                {{place.contig + 1, 1, donor0}, end, target, 5, false},
                {place, {end.contig, -1, end.pos0 - 5}, target, 5, true},
                {place, {end.contig, -1, end.pos0 + 6}, target, 5, false},
                {place, {end.contig, 1, end.pos0}, target, 5, false},
                {place, end, nft_target(reference, "NTRK1"), 5, false}};

    ck_assert_uint_gt(panel->published.n, 0);
    for (size_t i = 0; i < NFT_COUNT(rows); i++)
        ck_assert_int_eq(nf_panel_near_published(panel, rows[i].target, rows[i].five,
                                                 rows[i].three, rows[i].slack),
                         rows[i].near);
}
END_TEST

static bool learns_by_hand(const struct nf_panel *panel, int32_t contig, int64_t start0,
                           int64_t end0)
{
    for (size_t i = 0; i < panel->learning.n; i++) {
        const struct nf_region *region = &panel->learning.items[i];

        if (region->contig == contig && start0 < region->end0 && end0 > region->start0)
            return true;
    }
    return false;
}

START_TEST(the_learning_set_is_windows_and_control_genes)
{
    const struct nft_reference *reference = assembly(_i);
    const struct nf_panel *panel = &reference->panel;

    for (size_t i = 1; i < panel->learning.n; i++) {
        const struct nf_region *a = &panel->learning.items[i - 1], *b = a + 1;

        ck_assert(a->contig < b->contig || (a->contig == b->contig && a->end0 < b->start0));
    }
    for (size_t i = 0; i < panel->targets.n; i++) {
        const struct nf_region *window = &panel->targets.items[i].window;

        ck_assert(nf_panel_learns(panel, window->contig, window->start0, window->start0 + 1));
        ck_assert(nf_panel_learns(panel, window->contig, window->end0 - 1, window->end0));
    }
    for (size_t i = 0; i < reference->catalogue.control_genes.n; i++) {
        const char *symbol = reference->catalogue.control_genes.items[i];
        const struct nf_gene *gene =
            &reference->annot.genes.items[nft_gene(reference, symbol)];

        ck_assert(nf_panel_learns(panel, gene->contig, gene->start0, gene->start0 + 1));
        ck_assert(nf_panel_learns(panel, gene->contig, gene->end0 - 1, gene->end0));
    }
    ck_assert_uint_eq(panel->learning.n,
                      27); /* three windows, 24 control genes, none merged */
}
END_TEST

START_TEST(the_quick_look_misses_nothing)
{
    const struct nft_reference *reference = assembly(_i % 2);
    const struct nf_panel *panel = &reference->panel;
    uint64_t state = (uint64_t)_i;
    int n_inside = 0, n_wrong = 0;

    for (int round = 0; round < 20000; round++) {
        size_t which = nft_random(&state, (uint32_t)panel->learning.n);
        const struct nf_region *region = &panel->learning.items[which];
        int64_t edge = nft_random(&state, 2) ? region->start0 : region->end0;
        int64_t start0 = edge - 40000 + nft_random(&state, 80000);
        int64_t end0 = start0 + 1 + nft_random(&state, nft_random(&state, 3) ? 200 : 50000);
        bool inside = learns_by_hand(panel, region->contig, start0, end0);

        ck_assert_int_eq(nf_panel_learns(panel, region->contig, start0, end0), inside);
        if (inside)
            ck_assert(nf_panel_may_learn(panel, region->contig, start0, end0));
        else
            n_wrong += nf_panel_may_learn(panel, region->contig, start0, end0);
        n_inside += inside;
        if (!inside && start0 - 16384 > region->end0)
            ck_assert_int_eq(nf_panel_may_learn(panel, region->contig, start0, end0),
                             learns_by_hand(panel, region->contig, start0 & ~INT64_C(16383),
                                            (end0 - 1) | 16383));
    }
    ck_assert_int_gt(n_inside, 5000);
    ck_assert_int_lt(n_inside, 19000);
    ck_assert_int_lt(n_wrong, 6000);
}
END_TEST

START_TEST(edges_of_learning_regions_are_exact)
{
    const struct nft_reference *reference = assembly(_i);
    const struct nf_panel *panel = &reference->panel;

    for (size_t i = 0; i < panel->learning.n; i++) {
        const struct nf_region *region = &panel->learning.items[i];
        int32_t contig = region->contig;

        ck_assert(!nf_panel_learns(panel, contig, region->start0 - 100, region->start0));
        ck_assert(nf_panel_learns(panel, contig, region->start0 - 100, region->start0 + 1));
        ck_assert(nf_panel_learns(panel, contig, region->end0 - 1, region->end0 + 100));
        ck_assert(!nf_panel_learns(panel, contig, region->end0, region->end0 + 100));
        if (i > 0 && region[-1].contig == contig) /* from one region's end into the next */
            ck_assert(nf_panel_learns(panel, contig, region[-1].end0, region->start0 + 1));
        ck_assert(nf_panel_may_learn(panel, contig, region->start0, region->start0 + 1));
        ck_assert(nf_panel_may_learn(panel, contig, region->end0 - 1, region->end0));
    }
    ck_assert(!nf_panel_learns(panel, -1, 0, 1000000000));
    ck_assert(!nf_panel_may_learn(panel, -1, 0, 1000000000));
    ck_assert(!nf_panel_may_learn(panel, nft_contig(reference, "extra"), 0, 1000000));
    ck_assert(!nf_panel_may_learn(panel, nft_contig(reference, "chrY"), 0, 60000000));
    /* Records that hang over the ends of a contig. */
    ck_assert(nf_panel_may_learn(panel, 0, -5, INT64_C(1) << 40));
    ck_assert(!nf_panel_may_learn(panel, 0, -5, 5));
    ck_assert(!nf_panel_may_learn(panel, 0, INT64_C(1) << 40, INT64_C(1) << 41));
}
END_TEST

static TCase *make_case(const char *name)
{
    TCase *tests = tcase_create(name);

    tcase_add_unchecked_fixture(tests, nft_reference_load, NULL);
    tcase_add_checked_fixture(tests, begin, end);
    tcase_set_timeout(tests, 30);
    return tests;
}

Suite *panel_suite(void)
{
    Suite *suite = suite_create("panel");
    TCase *targets = make_case("targets");
    TCase *places = make_case("places");

    tcase_add_loop_test(targets, the_targets_lie_where_they_should, 0, NFT_COUNT(target_rows));
    tcase_add_loop_test(targets, the_kinase_domain_lies_on_its_exons, 0,
                        NFT_COUNT(target_rows));
    tcase_add_test(targets, genes_have_their_roles);
    tcase_add_loop_test(targets, every_catalogue_partner_with_a_model_is_one, 0, 2);
    suite_add_tcase(suite, targets);

    tcase_add_loop_test(places, places_of_the_targets, 0, 2);
    tcase_add_loop_test(places, places_near_published_junctions, 0, 2);
    tcase_add_loop_test(places, the_learning_set_is_windows_and_control_genes, 0, 2);
    tcase_add_loop_test(places, the_quick_look_misses_nothing, 0, 4);
    tcase_add_loop_test(places, edges_of_learning_regions_are_exact, 0, 2);
    suite_add_tcase(suite, places);
    return suite;
}
