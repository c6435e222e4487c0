/* SPDX-License-Identifier: MIT */
/* Tests of bamio: whatever happens to a file, it is read as it was or refused with one line.
 */
#include <check.h>
#include <htslib/sam.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/align.h"
#include "ntrkfuse/bamio.h"
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

static bool is_one_error(const char *text)
{
    const char *line_end = strchr(text, '\n');

    return strncmp(text, "ntrkfuse: error: ", 17) == 0 && line_end && line_end[1] == '\0';
}

/* A sound file, its bytes and its records. */
struct sound {
    const char *path;
    char *bytes, *records;
    size_t n;
};

static struct sound make_sound(const char *name, int n_lines)
{
    struct sound sound = {.path = in_folder(name)};
    struct nf_bamio_options options = nft_options(sound.path);
    uint64_t state = 77;
    char *lines = nft_random_lines(&state, n_lines);

    nft_sam_write_parts(sound.path, NFT_TWO_CONTIGS, lines, NFT_NO_INDEX);
    free(lines);
    ck_assert_int_eq(nft_bamio_read(&options, &sound.records), NF_OK);
    sound.bytes = nft_read(sound.path, &sound.n);
    return sound;
}

static void free_sound(struct sound *sound)
{
    free(sound->bytes);
    free(sound->records);
}

enum outcome { REFUSED, AS_BEFORE, OTHER_RECORDS };

/* Writes the bytes as the file and reads it. */
static enum outcome try_bytes(const struct sound *sound, const char *bytes, size_t n)
{
    struct nf_bamio_options options = nft_options(sound->path);
    enum outcome outcome;
    enum nf_status status;
    char *records;

    nft_write(sound->path, (struct nf_span){bytes, n});
    nft_log_begin();
    status = nft_bamio_read(&options, &records);
    if (status) {
        ck_assert_int_eq(status, NF_ERR_INPUT);
        ck_assert_msg(is_one_error(nft_log_text()), "said '%s'", nft_log_text());
        outcome = REFUSED;
    } else {
        ck_assert_str_eq(nft_log_text(), "");
        outcome = strcmp(records, sound->records) == 0 ? AS_BEFORE : OTHER_RECORDS;
    }
    free(records);
    return outcome;
}

static const char *const names[] = {"x.bam", "x.cram"};

START_TEST(a_file_cut_anywhere_is_refused)
{
    struct sound sound = make_sound(names[_i], 6);

    for (size_t n = 0; n < sound.n; n++)
        ck_assert_int_eq(try_bytes(&sound, sound.bytes, n), REFUSED);
    ck_assert_int_eq(try_bytes(&sound, sound.bytes, sound.n), AS_BEFORE);
    free_sound(&sound);
}
END_TEST

/* Every byte of a BAM that matters is under a checksum. Those of a CRAM are too, but htslib
 * looks at the checksum of a block only when it needs the block: where a changed byte gives a
 * block another number, fields come out empty. */
START_TEST(a_changed_byte_is_seen_or_does_not_matter)
{
    struct sound sound = make_sound(names[_i], 6);
    size_t n_outcomes[3] = {0};

    for (size_t at = 0; at < sound.n; at++) {
        char was = sound.bytes[at];

        sound.bytes[at] ^= (char)(1 << (at % 8));
        n_outcomes[try_bytes(&sound, sound.bytes, sound.n)]++;
        sound.bytes[at] = was;
    }
    ck_assert_uint_gt(n_outcomes[REFUSED], sound.n * 8 / 10);
    ck_assert_uint_le(n_outcomes[OTHER_RECORDS], _i == 0 ? 0 : sound.n / 100);
    free_sound(&sound);
}
END_TEST

START_TEST(threads_see_the_same_damage)
{
    struct sound sound = make_sound(names[_i], 300);
    struct nf_bamio_options options = nft_options(sound.path);
    uint64_t state = 3;

    options.n_threads = 4;
    for (int round = 0; round < 12; round++) {
        size_t at = nft_random(&state, (uint32_t)sound.n);
        char was = sound.bytes[at];
        size_t n = round % 2 ? at : sound.n;
        char *message;
        enum nf_status status;

        sound.bytes[at] ^= 0x55;
        nft_write(sound.path, (struct nf_span){sound.bytes, n});
        status = nft_bamio_read_apart(&options, &message);
        if (n < sound.n)
            ck_assert_int_eq(status, NF_ERR_INPUT);
        if (status)
            ck_assert_msg(is_one_error(message), "said '%s'", message);
        free(message);
        sound.bytes[at] = was;
    }
    free_sound(&sound);
}
END_TEST

/* ---- sound blocks around damaged records ---- */

/* Does with a record what the evidence does: looks at everything it points at. */
static void touch(const struct nf_record *record, struct nf_chain *chain)
{
    static const char *const contigs[] = {"a", "b"};
    static const int64_t lengths[] = {100000, 100000};
    struct nf_genome genome;
    char *text = nft_record_text(record);

    ck_assert_int_eq(nf_genome_init(&genome, contigs, lengths, 2), NF_OK);
    ck_assert_int_le(nf_chain_build(chain, record, &genome, true), NF_ERR_FORMAT);
    nf_genome_free(&genome);
    ck_assert_int_lt(record->contig, 2);
    ck_assert_int_lt(record->mate_contig, 2);
    ck_assert_int_ge(record->contig, -1);
    ck_assert_int_ge(record->mate_contig, -1);
    free(text);
}

static enum nf_status touch_each(void *context, const struct nf_record *record)
{
    touch(record, context);
    return NF_OK;
}

START_TEST(damaged_records_do_no_harm)
{
    const char *path = in_folder("x.bam");
    uint64_t state = (uint64_t)_i;
    char *lines = nft_random_lines(&state, 20);
    struct nf_chain chain = {0};
    size_t n, at_records;
    uint8_t *bytes = nft_whole_bam(NFT_TWO_CONTIGS, lines, &n, &at_records);
    uint8_t *changed = malloc(n);
    int n_read = 0, n_refused = 0;

    free(lines);
    ck_assert_ptr_nonnull(changed);
    for (int round = 0; round < 200; round++) {
        struct nf_bamio *input;
        struct nf_record record;
        bool done = false;
        enum nf_status status = NF_OK;

        memcpy(changed, bytes, n);
        for (uint32_t k = 1 + nft_random(&state, 4); k > 0; k--)
            changed[at_records + nft_random(&state, (uint32_t)(n - at_records))] =
                (uint8_t)nft_random(&state, 256);
        nft_bgzf_write(path, (struct nf_span){(char *)changed, n}, 0);
        nft_log_begin();
        input = nft_bamio_open(path);
        while (!(status = nf_bamio_next(input, &record, &done)) && !done) {
            touch(&record, &chain);
            n_read++;
        }
        n_refused += status != NF_OK;
        ck_assert_int_eq(status ? NF_ERR_INPUT : NF_OK, status);
        ck_assert(!status || is_one_error(nft_log_text()));
        nf_bamio_discard(&input);
    }
    ck_assert_int_gt(n_read, 500);
    ck_assert_int_gt(n_refused, 10);
    nf_chain_free(&chain);
    free(changed);
    free(bytes);
}
END_TEST

START_TEST(damaged_records_do_no_harm_through_an_index)
{
    const char *path = in_folder("x.bam"), *index = in_folder("x.bai");
    uint64_t state = (uint64_t)_i;
    char *lines = nft_random_lines(&state, 20);
    struct nf_chain chain = {0};
    size_t n, at_records;
    uint8_t *bytes = nft_whole_bam(NFT_TWO_CONTIGS, lines, &n, &at_records);
    uint8_t *changed = malloc(n);
    int n_indexed = 0; /* where damage moves the last record the index fits no more */

    free(lines);
    ck_assert_ptr_nonnull(changed);
    nft_bgzf_write(path, (struct nf_span){(char *)bytes, n}, 0);
    ck_assert_int_eq(sam_index_build3(path, index, 0, 0), 0);
    for (int round = 0; round < 100; round++) {
        struct nf_bamio *input;

        memcpy(changed, bytes, n);
        for (uint32_t k = 1 + nft_random(&state, 4); k > 0; k--)
            changed[at_records + nft_random(&state, (uint32_t)(n - at_records))] =
                (uint8_t)nft_random(&state, 256);
        nft_bgzf_write(path, (struct nf_span){(char *)changed, n}, 0);
        nft_set_age(index, 60);
        nft_log_begin();
        input = nft_bamio_open(path);
        n_indexed += nf_bamio_has_index(input);
        for (int32_t contig = 0; contig < 2 && nf_bamio_has_index(input); contig++) {
            enum nf_status status =
                nf_bamio_region(input, contig, 0, 100000, touch_each, &chain);

            ck_assert_int_eq(status ? NF_ERR_INPUT : NF_OK, status);
        }
        nf_bamio_discard(&input);
    }
    ck_assert_int_gt(n_indexed, 50);
    nf_chain_free(&chain);
    free(changed);
    free(bytes);
}
END_TEST

START_TEST(a_damaged_index_does_no_harm)
{
    static const struct {
        const char *name;
        enum nft_index index;
    } rows[] = {{"x.bam", NFT_BAI}, {"x.bam", NFT_CSI}, {"x.cram", NFT_CRAI}};
    static const char *const endings[] = {"", ".bai", ".csi", ".crai"};
    const char *path = in_folder(rows[_i].name);
    const char *index = nft_text("%s%s", path, endings[rows[_i].index]);
    struct nf_chain chain = {0};
    uint64_t state = 8;
    char *lines = nft_random_lines(&state, 60), *bytes;
    size_t n;

    nft_sam_write_parts(path, NFT_TWO_CONTIGS, lines, rows[_i].index);
    free(lines);
    bytes = nft_read(index, &n);
    for (int round = 0; round < 150; round++) {
        struct nf_bamio_options options = nft_options(path);
        struct nf_bamio *input = NULL;
        size_t at = nft_random(&state, (uint32_t)n);
        char was = bytes[at];

        bytes[at] = (char)nft_random(&state, 256);
        nft_write(index, (struct nf_span){bytes, n});
        bytes[at] = was;
        nft_log_begin();
        if (nf_bamio_open(&input, &options))
            continue;
        for (int32_t contig = 0; contig < 2 && nf_bamio_has_index(input); contig++)
            ck_assert_int_le(nf_bamio_region(input, contig, 0, 100000, touch_each, &chain),
                             NF_ERR_INPUT);
        nf_bamio_discard(&input);
    }
    nf_chain_free(&chain);
    free(bytes);
}
END_TEST

static TCase *make_case(const char *name)
{
    TCase *tests = tcase_create(name);

    tcase_add_checked_fixture(tests, begin, end);
    tcase_set_timeout(tests, 120);
    return tests;
}

Suite *bamio_damage_suite(void)
{
    Suite *suite = suite_create("bamio_damage");
    TCase *files = make_case("files");
    TCase *records = make_case("records");

    tcase_add_loop_test(files, a_file_cut_anywhere_is_refused, 0, NFT_COUNT(names));
    tcase_add_loop_test(files, a_changed_byte_is_seen_or_does_not_matter, 0, NFT_COUNT(names));
    tcase_add_loop_test(files, threads_see_the_same_damage, 0, NFT_COUNT(names));
    suite_add_tcase(suite, files);

    tcase_add_loop_test(records, damaged_records_do_no_harm, 0, 2);
    tcase_add_loop_test(records, damaged_records_do_no_harm_through_an_index, 0, 2);
    tcase_add_loop_test(records, a_damaged_index_does_no_harm, 0, 3);
    suite_add_tcase(suite, records);
    return suite;
}
