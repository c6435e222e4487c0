/* SPDX-License-Identifier: MIT */
/* Tests of bamio: the reference of a CRAM. */
#include <check.h>
#include <htslib/hts.h>
#include <htslib/kstring.h>
#include <htslib/sam.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/bamio.h"
#include "ntrkfuse/bamio_cram.h"
#include "support.h"
#include "support_bamio.h"
#include "support_sam.h"

static char *folder;

static void begin(void)
{
    folder = nft_folder_new();
    nft_log_begin();
    unsetenv("REF_PATH");
    unsetenv("REF_CACHE");
}

static void end(void)
{
    nft_records_forget();
    nft_log_end();
    nft_folder_remove(folder);
}

static const char *in_folder(const char *name)
{
    return nft_text("%s/%s", folder, name);
}

static void move(const char *from, const char *to)
{
    ck_assert_int_eq(rename(in_folder(from), in_folder(to)), 0);
}

/* A FASTA file of contig "a" with 3,000 bases of the made-up genome. */
static const char *write_fasta(const char *name, int32_t which)
{
    const char *path = in_folder(name);
    char text[3100] = ">a\n";
    char *at = nft_bases(text + 3, which, 0, 3000, 1);

    *at++ = '\n';
    nft_write(path, (struct nf_span){text, (size_t)(at - text)});
    return path;
}

/* A CRAM that stores differences to that FASTA, which then moves to "moved.fa". */
static const char *write_cram(void)
{
    static const char header_text[] = "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:a\tLN:3000\n";
    const char *path = in_folder("x.cram"), *fasta = write_fasta("genome.fa", 0);
    sam_hdr_t *header = sam_hdr_parse(sizeof header_text - 1, header_text);
    htsFile *file = hts_open(path, "wc");
    bam1_t *record = bam_init1();

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(hts_set_fai_filename(file, fasta), 0);
    ck_assert_int_eq(sam_hdr_write(file, header), 0);
    for (int i = 0; i < 50; i++) {
        char bases[101] = "";
        const char *line;
        kstring_t text = KS_INITIALIZE;

        nft_bases(bases, 0, 10 + 50 * i, 100, 1);
        bases[i] = bases[i] == 'A' ? 'C' : 'A';
        line = nft_text("r%d\t0\ta\t%d\t60\t100M\t*\t0\t0\t%s\t*", i, 11 + 50 * i, bases);
        kputs(line, &text);
        ck_assert_int_ge(sam_parse1(&text, header, record), 0);
        ck_assert_int_ge(sam_write1(file, header, record), 0);
        ks_free(&text);
    }
    bam_destroy1(record);
    sam_hdr_destroy(header);
    ck_assert_int_eq(hts_close(file), 0);
    move("genome.fa", "moved.fa");
    move("genome.fa.fai", "moved.fa.fai");
    return path;
}

START_TEST(a_cram_needs_its_reference)
{
    static const char remedy[] = "give the FASTA it was written with by --reference, or set "
                                 "REF_PATH or REF_CACHE";
    struct nf_bamio_options options = nft_options(write_cram());
    char *records, base[2] = "";

    ck_assert_int_eq(nft_bamio_read(&options, NULL), NF_ERR_INPUT);
    ck_assert_str_eq(nft_log_text(),
                     nft_text("ntrkfuse: error: %s: the CRAM's reference sequence cannot be "
                              "found; %s\n",
                              options.path, remedy));
    nft_log_begin();
    options.reference = write_fasta("other.fa", 1);
    ck_assert_int_eq(nft_bamio_read(&options, NULL), NF_ERR_INPUT);
    ck_assert_str_eq(nft_log_text(),
                     nft_text("ntrkfuse: error: %s: the CRAM's reference sequence does not "
                              "match --reference; %s\n",
                              options.path, remedy));
    nft_log_begin();
    options.reference = in_folder("moved.fa");
    ck_assert_int_eq(nft_bamio_read(&options, &records), NF_OK);
    ck_assert_str_eq(nft_log_text(), "");
    nft_bases(base, 0, 12, 1, 1);
    nft_assert_contains(records, "r49\t0\t0\t2461\t60\t100M\t");
    free(records);
}
END_TEST

START_TEST(a_reference_must_be_one)
{
    struct nf_bamio_options options = nft_options(write_cram());
    const char *const references[] = {in_folder("none.fa"), in_folder("text")};

    nft_write(in_folder("text"), NFT_SPAN("no reference\n"));
    for (size_t i = 0; i < NFT_COUNT(references); i++) {
        options.reference = references[i];
        nft_log_begin();
        ck_assert_int_eq(nft_bamio_read(&options, NULL), NF_ERR_INPUT);
        ck_assert_str_eq(
            nft_log_text(),
            nft_text("ntrkfuse: error: %s: cannot be used as the CRAM reference (a "
                     "FASTA file, plain or bgzip, is needed)\n",
                     references[i]));
    }
}
END_TEST

START_TEST(mapped_records_of_a_cram_are_counted_without_its_reference)
{
    struct nf_bamio *input = nft_bamio_open(write_cram());
    int64_t n = 0;

    ck_assert_int_eq(nf_bamio_count_mapped(input, &n), NF_OK);
    ck_assert_int_eq(n, 50);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
}
END_TEST

static enum nf_status count(void *context, const struct nf_record *record)
{
    (void)record;
    ++*(int64_t *)context;
    return NF_OK;
}

/* Reads the first container of a file; returns the number of its records. */
static int64_t walk(const char *path, const char *reference_path, enum nf_cram_fields fields,
                    enum nf_status expected)
{
    struct nf_bamio_options options = nft_options(path);
    struct nf_bamio *input;
    struct nf_cram_reader *reader;
    nf_cram_containers containers = {0};
    int64_t n = 0;

    options.reference = reference_path;
    ck_assert_int_eq(nf_bamio_open(&input, &options), NF_OK);
    ck_assert_int_eq(nf_bamio_cram_list(input, &containers), NF_OK);
    ck_assert_uint_eq(containers.n, 1);
    ck_assert_int_eq(nf_bamio_cram_open(&reader, input), NF_OK);
    ck_assert_int_eq(nf_bamio_cram_walk(reader, &containers.items[0], fields, count, &n),
                     expected);
    nf_bamio_cram_close(&reader);
    nf_vec_free(&containers);
    ck_assert_int_eq(nf_bamio_close(&input), NF_OK);
    return n;
}

START_TEST(containers_need_the_reference_for_bases_only)
{
    const char *path = write_cram();
    const char *right = in_folder("moved.fa"), *wrong = write_fasta("other.fa", 1);

    ck_assert_int_eq(walk(path, NULL, NF_CRAM_WITHOUT_BASES, NF_OK), 50);
    ck_assert_int_eq(walk(path, wrong, NF_CRAM_WITHOUT_BASES, NF_OK), 50);
    ck_assert_int_eq(walk(path, right, NF_CRAM_WITHOUT_BASES, NF_OK), 50);
    ck_assert_int_eq(walk(path, NULL, NF_CRAM_ALL, NF_ERR_INPUT), 0);
    ck_assert_int_eq(walk(path, wrong, NF_CRAM_ALL, NF_ERR_INPUT), 0);
    ck_assert_int_eq(walk(path, right, NF_CRAM_ALL, NF_OK), 50);
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

/* What is damaged must not be laid to the reference, which is given. */
START_TEST(damage_is_told_from_a_missing_reference)
{
    struct nf_bamio_options options = nft_options(write_cram());
    size_t n;
    char *bytes = nft_read(options.path, &n);

    options.reference = in_folder("moved.fa");
    bytes[n - 38 - 10] ^= 1;
    nft_write(options.path, (struct nf_span){bytes, n});
    ck_assert_int_eq(nft_bamio_read(&options, NULL), NF_ERR_INPUT);
    ck_assert_str_eq(
        nft_log_text(),
        nft_text("ntrkfuse: error: %s: damaged CRAM data (a wrong checksum, CRC) after "
                 "record 0; copy or write it again\n",
                 options.path));
    free(bytes);
}
END_TEST

Suite *bamio_reference_suite(void)
{
    Suite *suite = suite_create("bamio_reference");
    TCase *references = tcase_create("references");

    tcase_add_checked_fixture(references, begin, end);
    tcase_add_test(references, a_cram_needs_its_reference);
    tcase_add_test(references, a_reference_must_be_one);
    tcase_add_test(references, mapped_records_of_a_cram_are_counted_without_its_reference);
    tcase_add_test(references, containers_need_the_reference_for_bases_only);
    tcase_add_test(references, damage_is_told_from_a_missing_reference);
    suite_add_tcase(suite, references);
    return suite;
}
