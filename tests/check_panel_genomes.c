/* SPDX-License-Identifier: MIT */
/* Tests of panel: genomes that lack targets, and those of other assemblies. */
#include <check.h>
#include <string.h>

#include "ntrkfuse/panel.h"
#include "support.h"
#include "support_sam.h"

static void begin(void)
{
    nft_log_begin();
}

static void end(void)
{
    nft_records_forget();
    nft_log_end();
}

/* A panel on contigs of one's own, with the gene models of a GTF or without. */
struct own {
    struct nf_genome genome;
    struct nf_annot annot;
    struct nf_catalogue catalogue;
    struct nf_panel panel;
};

static enum nf_status own_init(struct own *own, const char *const *names,
                               const int64_t *lengths, int32_t n, const char *gtf)
{
    const struct nf_refdata refdata = {NULL};
    char *folder = nft_folder_new();
    const char *path = nft_path(folder, "genes.gtf");

    if (gtf)
        nft_write(path, nf_span_of(gtf));
    memset(own, 0, sizeof *own);
    ck_assert_int_eq(nf_genome_init(&own->genome, names, lengths, n), NF_OK);
    ck_assert_int_eq(nf_annot_load(&own->annot, &refdata, &own->genome, gtf ? path : NULL),
                     NF_OK);
    ck_assert_int_eq(nf_catalogue_load(&own->catalogue, &refdata, own->genome.assembly),
                     NF_OK);
    nft_folder_remove(folder);
    return nf_panel_init(&own->panel, &own->genome, &own->annot, &own->catalogue);
}

static void own_free(struct own *own)
{
    nf_panel_free(&own->panel);
    nf_panel_free(&own->panel);
    nf_catalogue_free(&own->catalogue);
    nf_annot_free(&own->annot);
    nf_genome_free(&own->genome);
}

START_TEST(absent_targets_are_named)
{
    static const char *const names[] = {"1", "15"};
    static const int64_t lengths[] = {248956422, 101991189};
    struct own own;
    const struct nf_panel_target *target;

    ck_assert_int_eq(own_init(&own, names, lengths, 2, NULL), NF_OK);
    ck_assert_str_eq(nft_log_text(),
                     "ntrkfuse: warning: NTRK2 lies on no contig of the input: "
                     "it cannot be assessed\n");
    ck_assert_uint_eq(own.panel.targets.n, 3);
    target = &own.panel.targets.items[1];
    ck_assert_str_eq(target->symbol, "NTRK2");
    ck_assert_uint_eq(target->gene, NF_NO_GENE);
    ck_assert_uint_eq(target->transcript, NF_NO_TRANSCRIPT);
    ck_assert_int_eq(target->core.contig, -1);
    ck_assert_int_eq(target->window.contig, -1);
    ck_assert_int_eq(target->kinase_first0, -1);
    ck_assert_uint_eq(nf_panel_core_at(&own.panel, -1, 0), NF_NO_TARGET);
    ck_assert_uint_eq(nf_panel_window_at(&own.panel, -1, 0, 1), NF_NO_TARGET);
    own_free(&own);
}
END_TEST

START_TEST(a_genome_without_targets_is_empty)
{
    static const char *const names[] = {"chr2"};
    static const int64_t lengths[] = {242193529};
    struct own own;

    ck_assert_int_eq(own_init(&own, names, lengths, 1, NULL), NF_OK);
    ck_assert_uint_eq(nf_panel_n_present(&own.panel), 0);
    ck_assert_str_eq(nft_log_text(), ""); /* whoever cannot do without them says so */
    ck_assert_uint_eq(own.panel.targets.n, 3);
    ck_assert(!nf_panel_learns(&own.panel, 0, 0, lengths[0])); /* no control gene either */
    own_free(&own);
}
END_TEST

#define EXON(contig, start, end, gene, transcript)                                           \
    contig "\tx\texon\t" start "\t" end "\t.\t+\t.\tgene_id \"" gene "\"; gene_name \"" gene \
           "\"; transcript_id \"" transcript "\";\n" contig "\tx\tCDS\t" start "\t" end      \
           "\t.\t+\t0\tgene_id \"" gene "\"; gene_name \"" gene                              \
           "\"; transcript_id \"" transcript "\";\n"

/* A small genome of another assembly. NTRK2 lies near both ends of its contig, its protein is
 * not as long as the catalogue's, and control genes lie in and beside its window. */
static const char *const own_names[] = {"c1", "c2"};
static const int64_t own_lengths[] = {30000, 50000};

START_TEST(another_genome_has_its_own_places)
{
    struct own own;
    const struct nf_panel_target *target;

    ck_assert_int_eq(own_init(&own, own_names, own_lengths, 2,
                              EXON("c1", "8001", "8300", "NTRK2", "NM_006180.6")
                                  EXON("c1", "9001", "9300", "NTRK2", "NM_006180.6")
                                      EXON("c1", "19001", "21000", "ACTB", "A")
                                          EXON("c1", "25001", "30000", "GAPDH", "G")
                                              EXON("c2", "40001", "50000", "TBP", "T")),
                     NF_OK);
    nft_assert_contains(nft_log_text(), "NTRK1 lies on no contig");
    nft_assert_contains(nft_log_text(), "NTRK3 lies on no contig");
    ck_assert_ptr_null(strstr(nft_log_text(), "NTRK2 lies on no contig"));
    ck_assert_uint_eq(nf_panel_n_present(&own.panel), 1);
    target = &own.panel.targets.items[1];
    ck_assert_int_eq(target->core.start0, 8000);
    ck_assert_int_eq(target->core.end0, 9300);
    ck_assert_int_eq(target->window.start0, 0);
    ck_assert_int_eq(target->window.end0, 19300);
    ck_assert_int_eq(target->kinase_first0, -1);
    ck_assert_int_eq(target->kinase_last0, -1);
    ck_assert_uint_eq(target->kinase_exon_first, 0);
    /* NM_006180.6 is not the old NM_006180, whose exon numbers are others. */
    ck_assert_uint_eq(target->legacy, NF_NO_TRANSCRIPT);

    ck_assert_uint_eq(own.panel.learning.n, 3);
    ck_assert_int_eq(own.panel.learning.items[0].start0, 0);
    ck_assert_int_eq(own.panel.learning.items[0].end0, 21000); /* the window and ACTB */
    ck_assert_int_eq(own.panel.learning.items[1].start0, 25000);
    ck_assert_int_eq(own.panel.learning.items[1].end0, 30000); /* the end of the contig */
    ck_assert_int_eq(own.panel.learning.items[2].contig, 1);
    ck_assert(nf_panel_learns(&own.panel, 0, 29999, 30000));
    ck_assert(!nf_panel_learns(&own.panel, 0, 21000, 25000));
    ck_assert(nf_panel_may_learn(&own.panel, 1, 49999, 60000));
    ck_assert(!nf_panel_may_learn(&own.panel, 1, 0, 32768));
    own_free(&own);
}
END_TEST

START_TEST(another_version_of_a_transcript_will_do)
{
    struct own own;
    const struct nf_annot *annot = &own.annot;
    const struct nf_panel_target *target;

    ck_assert_int_eq(own_init(&own, own_names, own_lengths, 2,
                              EXON("c1", "1001", "3000", "NTRK3", "NM_0010123381.1")
                                  EXON("c1", "1001", "1600", "NTRK3", "NM_001012338.9")
                                      EXON("c1", "1001", "1300", "NTRK3", "NM_002530.4")
                                          EXON("c1", "5001", "7000", "NTRK1", "one")
                                              EXON("c1", "5001", "6000", "NTRK1", "two")),
                     NF_OK);
    target = &own.panel.targets.items[2];
    ck_assert_str_eq(annot->transcripts.items[target->transcript].accession, "NM_001012338.9");
    ck_assert_str_eq(annot->transcripts.items[target->legacy].accession, "NM_002530.4");
    ck_assert_int_eq(target->core.end0, 1600);
    ck_assert_int_eq(target->window.end0, 13000);
    /* Where the accession is unknown, the gene's primary transcript. */
    target = &own.panel.targets.items[0];
    ck_assert_str_eq(annot->transcripts.items[target->transcript].accession, "one");
    ck_assert_uint_eq(target->legacy, NF_NO_TRANSCRIPT);
    own_free(&own);
}
END_TEST

Suite *panel_genomes_suite(void)
{
    Suite *suite = suite_create("panel_genomes");
    TCase *genomes = tcase_create("genomes");

    tcase_add_checked_fixture(genomes, begin, end);
    tcase_add_test(genomes, absent_targets_are_named);
    tcase_add_test(genomes, a_genome_without_targets_is_empty);
    tcase_add_test(genomes, another_genome_has_its_own_places);
    tcase_add_test(genomes, another_version_of_a_transcript_will_do);
    suite_add_tcase(suite, genomes);
    return suite;
}
