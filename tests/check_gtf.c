/* SPDX-License-Identifier: MIT */
/* Tests of gtf and gtf_attributes: flavours, skipped lines, errors with their place, and
 * mutated lines. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/gtf.h"
#include "support.h"

static struct nf_genome genome;
static struct nf_gtf gtf;
static char *folder;

static void begin(void)
{
    static const char *const names[] = {"chr12", "15", "X", "Y", "decoy"};
    static const int64_t lengths[] = {133275309, 101991189, 156040895, 57227415, 5000};

    nft_log_begin();
    folder = nft_folder_new();
    ck_assert_int_eq(nf_genome_init(&genome, names, lengths, 5), NF_OK);
}

static void end(void)
{
    nf_gtf_free(&gtf);
    nf_gtf_free(&gtf);
    nf_genome_free(&genome);
    nft_folder_remove(folder);
    nft_log_end();
}

/* Reads `text` as a file; nft_log_text then has the messages of this reading. */
static enum nf_status read_text(const char *text)
{
    const char *path = nft_path(folder, "x.gtf");

    nf_gtf_free(&gtf);
    nft_log_begin();
    nft_write(path, nf_span_of(text));
    return nf_gtf_read(&gtf, path, &genome);
}

/* ---- attributes ------------------------------------------------------------ */

static const struct {
    const char *text;
    const char *key[4], *value[4]; /* value NULL: never closed */
} attribute_rows[] = {
    {"gene_id \"G1\"; transcript_id \"T1\";", {"gene_id", "transcript_id"}, {"G1", "T1"}},
    {"gene_id G1; level 2", {"gene_id", "level"}, {"G1", "2"}},
    {"note \"a; b\";x y;", {"note", "x"}, {"a; b", "y"}},
    {"  ;; gene \"\" ;", {"gene"}, {""}},
    {"flag; gene \"A\"", {"flag", "gene"}, {"", "A"}},
    {"gene \"A\"rest; b c", {"gene", "b"}, {"A", "c"}},
    {"gene_id \"G1", {"gene_id"}, {NULL}},
    {"", {NULL}, {NULL}},
    {" ; ", {NULL}, {NULL}},
};

START_TEST(attributes_are_cut)
{
    struct nf_span rest = nf_span_of(attribute_rows[_i].text);
    struct nf_span key, value;
    size_t n = 0;

    while (nf_gtf_attribute_cut(&rest, &key, &value)) {
        ck_assert_uint_lt(n, 4);
        ck_assert_ptr_nonnull(attribute_rows[_i].key[n]);
        ck_assert(nf_span_is(key, attribute_rows[_i].key[n]));
        if (attribute_rows[_i].value[n])
            ck_assert(value.at && nf_span_is(value, attribute_rows[_i].value[n]));
        else
            ck_assert_ptr_null(value.at);
        n++;
    }
    ck_assert(n == 4 || !attribute_rows[_i].key[n]);
}
END_TEST

/* ---- flavours -------------------------------------------------------------- */

static const struct {
    const char *line;
    const char *accession, *symbol, *gene_id;
    int32_t contig;
    enum nf_gtf_rank rank;
} flavour_rows[] = {
    /* GENCODE */
    {"chr12\tHAVANA\texon\t101\t200\t.\t+\t.\tgene_id \"ENSG00000139083.12\"; transcript_id "
     "\"ENST00000396373.9\"; gene_type \"protein_coding\"; gene_name \"ETV6\"; level 2; tag "
     "\"basic\"; tag \"Ensembl_canonical\"; tag \"MANE_Select\"; tag \"CCDS\";\n",
     "ENST00000396373.9", "ETV6", "ENSG00000139083.12", 0, NF_GTF_MANE},
    /* Ensembl */
    {"12\tensembl\texon\t101\t200\t.\t+\t.\tgene_id \"ENSG00000139083\"; gene_version \"12\"; "
     "transcript_id \"ENST00000396373\"; gene_name \"ETV6\"; tag \"Ensembl_canonical\";\n",
     "ENST00000396373", "ETV6", "ENSG00000139083", 0, NF_GTF_CANONICAL},
    /* Ensembl, a gene without a name */
    {"15\tensembl\texon\t101\t200\t.\t+\t.\tgene_id \"ENSG00000286114\"; transcript_id "
     "\"ENST00000650000\";\n",
     "ENST00000650000", "ENSG00000286114", "ENSG00000286114", 1, NF_GTF_PLAIN},
    /* RefSeq */
    {"NC_000015.10\tBestRefSeq\texon\t101\t200\t.\t+\t.\tgene_id \"NTRK3\"; transcript_id "
     "\"NM_001012338.3\"; db_xref \"GeneID:4916\"; gbkey \"mRNA\"; gene \"NTRK3\"; product "
     "\"neurotrophic tyrosine kinase; receptor 3\"; tag \"MANE Select\"; exon_number \"1\";\n",
     "NM_001012338.3", "NTRK3", "NTRK3", 1, NF_GTF_MANE},
    /* RefSeq, the second copy of a gene */
    {"NC_000024.10\tBestRefSeq\texon\t101\t200\t.\t+\t.\tgene_id \"AKAP17A_1\"; transcript_id "
     "\"NM_005088.3_1\"; gene \"AKAP17A\"; tag \"RefSeq Select\";\n",
     "NM_005088.3_1", "AKAP17A", "AKAP17A_1", 3, NF_GTF_CANONICAL},
    /* an assembler's, unquoted */
    {"chr15\tx\texon\t101\t200\t1000\t+\t.\tgene_id MSTRG.7; transcript_id MSTRG.7.1\n",
     "MSTRG.7.1", "MSTRG.7", "MSTRG.7", 1, NF_GTF_PLAIN},
};

START_TEST(every_flavour_is_read)
{
    ck_assert_int_eq(read_text(flavour_rows[_i].line), NF_OK);
    ck_assert_str_eq(nft_log_text(), "");
    ck_assert_uint_eq(gtf.transcripts.n, 1);
    ck_assert_str_eq(gtf.transcripts.items[0].accession, flavour_rows[_i].accession);
    ck_assert_str_eq(gtf.transcripts.items[0].symbol, flavour_rows[_i].symbol);
    ck_assert_str_eq(gtf.transcripts.items[0].gene_id, flavour_rows[_i].gene_id);
    ck_assert_int_eq(gtf.transcripts.items[0].contig, flavour_rows[_i].contig);
    ck_assert_int_eq(gtf.transcripts.items[0].strand, 1);
    ck_assert_int_eq(gtf.transcripts.items[0].rank, flavour_rows[_i].rank);
    ck_assert_uint_eq(gtf.features.n, 1);
    ck_assert_uint_eq(gtf.features.items[0].start0, 100);
    ck_assert_uint_eq(gtf.features.items[0].end0, 200);
    ck_assert_int_eq(gtf.features.items[0].phase, -1);
}
END_TEST

/* ---- order and identity ---------------------------------------------------- */

/* Eight columns of a line and the name of its transcript, of the gene "g". */
#define LINE(columns, id) columns "\tgene_id \"g\"; transcript_id \"" id "\";\n"

/* Reads the lines, joined. */
static enum nf_status read_lines(const char *const *lines, size_t n)
{
    char text[4096] = "";
    size_t length = 0;

    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_lt(length + strlen(lines[i]), sizeof text);
        memcpy(text + length, lines[i], strlen(lines[i]) + 1);
        length += strlen(lines[i]);
    }
    return read_text(text);
}

START_TEST(lines_in_any_order_are_sorted_by_transcript)
{
    static const char *const lines[] = {
        "#!genome-build GRCh38.p14\n",
        "chr12\tx\tgene\t1\t500\t.\t+\t.\tgene_id \"g\";\n",
        LINE("chr12\tx\texon\t300\t400\t.\t+\t.", "one"),
        LINE("chr12\tx\tstop_codon\t198\t200\t.\t+\t0", "one"),
        "\n",
        LINE("chr12\tx\texon\t10\t20\t.\t+\t.", "two"),
        LINE("chr12\tx\tCDS\t150\t197\t.\t+\t2", "one"),
        LINE("chr12\tx\tstart_codon\tbad\tbad\t.\t+\t.", "one"),
        LINE("chr12\tx\texon\t100\t200\t.\t+\t.", "one"),
    };
    static const struct nf_gtf_feature want[] = {
        {0, 99, 200, NF_GTF_EXON, -1},       {0, 149, 197, NF_GTF_CDS, 2},
        {0, 197, 200, NF_GTF_STOP_CODON, 0}, {0, 299, 400, NF_GTF_EXON, -1},
        {1, 9, 20, NF_GTF_EXON, -1},
    };

    ck_assert_int_eq(read_lines(lines, NFT_COUNT(lines)), NF_OK);
    ck_assert_uint_eq(gtf.transcripts.n, 2);
    ck_assert_uint_eq(gtf.features.n, 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_uint_eq(gtf.features.items[i].transcript, want[i].transcript);
        ck_assert_uint_eq(gtf.features.items[i].start0, want[i].start0);
        ck_assert_uint_eq(gtf.features.items[i].end0, want[i].end0);
        ck_assert_int_eq(gtf.features.items[i].kind, want[i].kind);
        ck_assert_int_eq(gtf.features.items[i].phase, want[i].phase);
    }
}
END_TEST

START_TEST(a_name_elsewhere_is_another_transcript)
{
    static const char *const lines[] = {
        LINE("X\tx\texon\t100\t200\t.\t+\t.", "t"), LINE("Y\tx\texon\t100\t200\t.\t+\t.", "t"),
        LINE("X\tx\texon\t300\t400\t.\t+\t.", "t"), LINE("X\tx\texon\t300\t400\t.\t-\t.", "t"),
        LINE("Y\tx\texon\t300\t400\t.\t+\t.", "t"), LINE("X\tx\texon\t500\t600\t.\t-\t.", "t"),
    };

    ck_assert_int_eq(read_lines(lines, NFT_COUNT(lines)), NF_OK);
    ck_assert_uint_eq(gtf.transcripts.n, 3);
    ck_assert_uint_eq(gtf.features.n, 6);
    for (size_t i = 0; i < 6; i++)
        ck_assert_uint_eq(gtf.features.items[i].transcript, i / 2);
    ck_assert_int_eq(gtf.transcripts.items[1].contig, 3);
    ck_assert_int_eq(gtf.transcripts.items[2].strand, -1);
}
END_TEST

START_TEST(a_tag_counts_wherever_it_stands)
{
    static const char *const lines[] = {
        LINE("chr12\tx\texon\t100\t200\t.\t+\t.", "t"),
        LINE("chr12\tx\texon\t300\t400\t.\t+\t.", "t"),
        LINE("chr12\tx\ttranscript\t100\t400\t.\t+\t.", "t\"; tag \"MANE_Select"),
    };

    ck_assert_int_eq(read_lines(lines, NFT_COUNT(lines)), NF_OK);
    ck_assert_uint_eq(gtf.transcripts.n, 1);
    ck_assert_uint_eq(gtf.features.n, 2);
    ck_assert_int_eq(gtf.transcripts.items[0].rank, NF_GTF_MANE);
}
END_TEST

START_TEST(skipped_lines_are_counted)
{
    static const char *const lines[] = {
        LINE("chrUn_1\tx\texon\t100\t200\t.\t+\t.", "t"),
        LINE("HSCHR6\tx\tCDS\tnone\t200\t.\t+\t.", "t"),
        LINE("chr12\tx\texon\t100\t200\t.\t.\t.", "t"),
        LINE("chr12\tx\texon\t100\t200\t.\t?\t.", "t"),
        LINE("chr12\tx\texon\t100\t200\t.\t.\t.", "t"),
        LINE("chr12\tx\texon\t100\t200\t.\t+\t.", ""),
        LINE("decoy\tx\texon\t4001\t5000\t.\t+\t.", "t"),
    };

    ck_assert_int_eq(read_lines(lines, NFT_COUNT(lines)), NF_OK);
    ck_assert_int_eq(gtf.n_unknown_contig, 2);
    ck_assert_int_eq(gtf.n_unstranded, 3);
    ck_assert_int_eq(gtf.n_unnamed, 1);
    ck_assert_uint_eq(gtf.features.n, 1);
}
END_TEST

/* ---- errors ---------------------------------------------------------------- */

#define GOOD LINE("chr12\tx\texon\t100\t200\t.\t+\t.", "t")

static const struct {
    const char *text;
    enum nf_status status;
    const char *says;
} error_rows[] = {
    {GOOD "chr12\tx\texon\t100\t200\t.\t+\t.\n", NF_ERR_FORMAT, ":2: 8 tab-separated"},
    {GOOD "chr12 x exon 100 200 . + . a b\n", NF_ERR_FORMAT, ":2: 1 tab-separated"},
    {"chr12\tx\texon\t1\t2\t.\t+\t.\ta b\tc\n", NF_ERR_FORMAT, ":1: more than the 9"},
    {GOOD GOOD LINE("chr12\tx\texon\t0\t200\t.\t+\t.", "t"), NF_ERR_FORMAT,
     ":3: the start \"0\""},
    {LINE("chr12\tx\texon\t1e3\t2000\t.\t+\t.", "t"), NF_ERR_FORMAT, ":1: the start \"1e3\""},
    {LINE("chr12\tx\texon\t100\t\t.\t+\t.", "t"), NF_ERR_FORMAT, ":1: the end \"\""},
    {LINE("chr12\tx\texon\t100\t99\t.\t+\t.", "t"), NF_ERR_FORMAT, ":1: the end lies before"},
    {LINE("chr12\tx\tCDS\t100\t133275310\t.\t+\t0", "t"), NF_ERR_FORMAT,
     ":1: ends beyond contig chr12 of the input (133275309 bases)"},
    {LINE("decoy\tx\texon\t100\t5001\t.\t+\t.", "t"), NF_ERR_FORMAT, ":1: ends beyond contig"},
    {LINE("chr12\tx\texon\t100\t99999999999999999999\t.\t+\t.", "t"), NF_ERR_FORMAT,
     ":1: the end"},
    {LINE("chr12\tx\texon\t100\t200\t.\t*\t.", "t"), NF_ERR_FORMAT, ":1: the strand \"*\""},
    {LINE("chr12\tx\texon\t100\t200\t.\t\t.", "t"), NF_ERR_FORMAT, ":1: the strand \"\""},
    {LINE("chr12\tx\tCDS\t100\t200\t.\t+\t3", "t"), NF_ERR_FORMAT, ":1: the frame \"3\""},
    {"chr12\tx\texon\t100\t200\t.\t+\t.\tgene_id \"g\";\n", NF_ERR_FORMAT,
     ":1: no transcript_id"},
    {"chr12\tx\texon\t100\t200\t.\t+\t.\tID=exon:1;Parent=t\n", NF_ERR_FORMAT, "gffread -T"},
    {"##gff-version 3\n", NF_ERR_FORMAT, ":1: this is GFF3"},
    {"chr12\tx\texon\t100\t200\t.\t+\t.\ttranscript_id \"t\";\n", NF_ERR_FORMAT,
     ":1: no gene_"},
    {"chr12\tx\texon\t100\t200\t.\t+\t.\tgene_id \"g\"; transcript_id \"t", NF_ERR_FORMAT,
     ":1: a quotation mark"},
    {"chr12\tx\texon\t100\t200\t.\t+\t.\tgene_id \"g\x1b\"; transcript_id \"t\"",
     NF_ERR_FORMAT, ":1: a name holds a control character"},
    {"", NF_ERR_INPUT, "no exon of a stranded"},
    {"# only this\n", NF_ERR_INPUT, "no exon of a stranded"},
    {LINE("chr12\tx\texon\t100\t200\t.\t.\t.", "t"), NF_ERR_INPUT, "no exon of a stranded"},
    {LINE("chrQ\tx\texon\t100\t200\t.\t+\t.", "t"), NF_ERR_INPUT, "none of its contigs"},
};

START_TEST(errors_name_their_place)
{
    ck_assert_int_eq(read_text(error_rows[_i].text), error_rows[_i].status);
    nft_assert_contains(nft_log_text(), error_rows[_i].says);
    nft_assert_contains(nft_log_text(), "x.gtf");
}
END_TEST

START_TEST(a_missing_file_is_an_error)
{
    ck_assert_int_eq(nf_gtf_read(&gtf, "/nonexistent/genes.gtf", &genome), NF_ERR_IO);
}
END_TEST

/* ---- fingerprint ----------------------------------------------------------- */

START_TEST(the_fingerprint_follows_the_lines)
{
    static const char crlf[] = "# v1\r\nchr12\tx\texon\t100\t200\t.\t+\t.\tgene_id \"g\"; "
                               "transcript_id \"t\";\r\n";
    const char *path = nft_path(folder, "x.gtf.gz");
    uint64_t first;

    ck_assert_int_eq(read_text("# v1\n" GOOD), NF_OK);
    first = gtf.fingerprint;
    ck_assert_uint_ne(first, 0);
    ck_assert_int_eq(read_text("# v2\n" GOOD), NF_OK);
    ck_assert_uint_ne(gtf.fingerprint, first);
    ck_assert_int_eq(read_text(GOOD "# v1\n"), NF_OK);
    ck_assert_uint_ne(gtf.fingerprint, first);
    ck_assert_int_eq(read_text(crlf), NF_OK);
    ck_assert_uint_eq(gtf.fingerprint, first);
    nf_gtf_free(&gtf);
    nft_write_gzip(path, nf_span_of("# v1\n" GOOD));
    ck_assert_int_eq(nf_gtf_read(&gtf, path, &genome), NF_OK);
    ck_assert_uint_eq(gtf.fingerprint, first);
    ck_assert_uint_eq(gtf.features.n, 1);
}
END_TEST

/* ---- mutated lines --------------------------------------------------------- */

/* Whatever was read keeps the promises of the header. */
static void check_promises(void)
{
    for (size_t i = 0; i < gtf.features.n; i++) {
        const struct nf_gtf_feature *line = &gtf.features.items[i];
        const struct nf_gtf_transcript *transcript;

        ck_assert_uint_lt(line->transcript, gtf.transcripts.n);
        transcript = &gtf.transcripts.items[line->transcript];
        ck_assert_int_ge(transcript->contig, 0);
        ck_assert_int_lt(transcript->contig, genome.n_contigs);
        ck_assert(transcript->strand == 1 || transcript->strand == -1);
        ck_assert_uint_lt(line->start0, line->end0);
        ck_assert_int_le(line->end0, genome.contigs[transcript->contig].length);
        ck_assert_int_le(line->kind, NF_GTF_STOP_CODON);
        ck_assert(line->phase >= -1 && line->phase <= 2);
        ck_assert(i == 0 || line->transcript >= line[-1].transcript);
        ck_assert(*transcript->accession && *transcript->symbol && *transcript->gene_id);
    }
}

START_TEST(mutated_lines_are_read_or_refused)
{
    static const char alphabet[] = "\t\n \";.+-09aX#=\r\x01\xff";
    uint32_t random = (uint32_t)_i * 2654435761u + 1;
    char text[2048];

    for (int round = 0; round < 200; round++) {
        enum nf_status status;
        size_t n;

        snprintf(text, sizeof text, "%s%s%s", flavour_rows[0].line, flavour_rows[3].line,
                 "chr12\tx\tCDS\t120\t180\t.\t+\t2\tgene_id \"g\"; transcript_id \"t\";\n");
        n = strlen(text);
        for (int change = 0; change <= round % 4; change++) {
            random = random * 1664525u + 1013904223u;
            if (random >> 30 == 0)
                memmove(text + (random >> 8) % n, text + (random >> 8) % n + 1,
                        n - (random >> 8) % n);
            else
                text[(random >> 8) % n] = alphabet[(random >> 3) % (sizeof alphabet - 1)];
            n = strlen(text);
        }
        status = read_text(text);
        ck_assert(status == NF_OK || status == NF_ERR_FORMAT || status == NF_ERR_INPUT);
        ck_assert((status == NF_OK) == (nft_log_text()[0] == '\0'));
        if (status == NF_OK)
            check_promises();
    }
}
END_TEST

Suite *gtf_suite(void);

Suite *gtf_suite(void)
{
    Suite *suite = suite_create("gtf");
    TCase *tests = tcase_create("gtf");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, attributes_are_cut, 0, (int)NFT_COUNT(attribute_rows));
    tcase_add_loop_test(tests, every_flavour_is_read, 0, (int)NFT_COUNT(flavour_rows));
    tcase_add_test(tests, lines_in_any_order_are_sorted_by_transcript);
    tcase_add_test(tests, a_name_elsewhere_is_another_transcript);
    tcase_add_test(tests, a_tag_counts_wherever_it_stands);
    tcase_add_test(tests, skipped_lines_are_counted);
    tcase_add_loop_test(tests, errors_name_their_place, 0, (int)NFT_COUNT(error_rows));
    tcase_add_test(tests, a_missing_file_is_an_error);
    tcase_add_test(tests, the_fingerprint_follows_the_lines);
    tcase_add_loop_test(tests, mutated_lines_are_read_or_refused, 0, 10);
    suite_add_tcase(suite, tests);
    return suite;
}
