/* SPDX-License-Identifier: MIT */
/* Tests of record. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/record.h"
#include "support.h"
#include "support_sam.h"

#define HEADER "@HD\tVN:1.6\n@SQ\tSN:a\tLN:100000\n@SQ\tSN:b\tLN:100000\n"

/* Where the fixed fields of a record stand, behind its block_size. */
enum {
    AT_CONTIG = 0,
    AT_POS = 4,
    AT_NAME_LENGTH = 8,
    AT_N_CIGAR = 12,
    AT_FLAG = 14,
    AT_LENGTH = 16,
    AT_MATE_CONTIG = 20,
    AT_MATE_POS = 24,
    AT_NAME = 32
};

static void end(void)
{
    nft_records_forget();
}

static const struct nf_record *read_line(const char *line)
{
    const struct nf_record *record = nft_record_of(HEADER, line);

    ck_assert_msg(record != NULL, "refused: %s", line);
    return record;
}

START_TEST(a_view_has_every_field)
{
    const struct nf_record *record = read_line(
        "read/1\t1105\tb\t101\t37\t2S3M1I2M4N2M\ta\t51\t-99\tACGTNACGTA\tABCDEFGHI!\t"
        "NM:i:1\tRG:Z:x");
    char bases[11] = "";

    ck_assert_str_eq(record->name, "read/1");
    ck_assert_uint_eq(record->name_length, 6);
    ck_assert_uint_eq(record->flag,
                      NF_FLAG_PAIRED | NF_FLAG_REVERSE | NF_FLAG_READ1 | NF_FLAG_DUPLICATE);
    ck_assert_uint_eq(record->mapq, 37);
    ck_assert_int_eq(record->contig, 1);
    ck_assert_int_eq(record->pos0, 100);
    ck_assert_int_eq(record->mate_contig, 0);
    ck_assert_int_eq(record->mate_pos0, 50);
    ck_assert_int_eq(record->template_length, -99);
    ck_assert_uint_eq(record->n_cigar, 6);
    ck_assert_int_eq(nf_record_cigar_code(record, 0), NF_CIGAR_SOFT_CLIP);
    ck_assert_int_eq(nf_record_cigar_length(record, 0), 2);
    ck_assert_int_eq(nf_record_cigar_code(record, 4), NF_CIGAR_SKIP);
    ck_assert_int_eq(nf_record_cigar_length(record, 4), 4);
    ck_assert_int_eq(record->length, 10);
    for (int32_t i = 0; i < record->length; i++)
        bases[i] = nf_record_base(record, i);
    ck_assert_str_eq(bases, "ACGTNACGTA");
    ck_assert_int_eq(memcmp(record->quality, "\x20\x21\x22\x23\x24\x25\x26\x27\x28\0", 10), 0);
    ck_assert_int_eq(nf_record_tag_int(record, "NM", -1), 1);
    nft_assert_span(nf_record_tag_text(record, "RG"), "x");
}
END_TEST

START_TEST(a_view_of_a_record_without_anything)
{
    const struct nf_record *record = read_line("*\t4\t*\t0\t0\t*\t*\t0\t0\t*\t*");

    ck_assert_uint_eq(record->flag, NF_FLAG_UNMAPPED);
    ck_assert_int_eq(record->contig, -1);
    ck_assert_int_eq(record->pos0, -1);
    ck_assert_int_eq(record->mate_contig, -1);
    ck_assert_int_eq(record->mate_pos0, -1);
    ck_assert_uint_eq(record->n_cigar, 0);
    ck_assert_int_eq(record->length, 0);
    ck_assert_uint_eq(record->n_tag_bytes, 0);
    ck_assert_ptr_null(nf_record_tag_text(record, "SA").at);
}
END_TEST

START_TEST(operations_have_the_codes_of_the_specification)
{
    static const char letters[] = "MIDNSHP=X";

    for (int i = 0; letters[i]; i++) {
        /* Clips at the start, the others with a match on both sides. */
        const char *first = strchr("SH", letters[i]) ? "" : "5M";
        const struct nf_record *record = read_line(
            nft_text("r\t0\ta\t9\t0\t%s268435455%c5M\t*\t0\t0\t*\t*", first, letters[i]));

        ck_assert_int_eq(nf_record_cigar_code(record, record->n_cigar - 2), i);
        ck_assert_int_eq(nf_record_cigar_length(record, record->n_cigar - 2), 268435455);
    }
    ck_assert_int_eq(NF_CIGAR_BACK, 9);
}
END_TEST

static const struct {
    const char *cigar;
    int64_t end0;
} end_rows[] = {
    {"10M", 110},    {"5S10M5S", 110}, {"5H10M5H", 110},
    {"4M2I4M", 108}, {"4M2D4M", 110},  {"4M100N4M", 208},
    {"4=1X5=", 110}, {"4M3P4M", 108},  {"3S2D4N5M", 111},
    {"10M5D", 115},  {"10S", 101},     {"10H", 101},
    {"10I", 101},    {"*", 101},       {"268435455N1M", 268435556},
};

START_TEST(the_end_counts_what_lies_on_the_reference)
{
    const struct nf_record *record =
        read_line(nft_text("r\t0\ta\t101\t0\t%s\t*\t0\t0\t*\t*", end_rows[_i].cigar));

    ck_assert_int_eq(nf_record_end0(record), end_rows[_i].end0);
}
END_TEST

START_TEST(ambiguous_bases_are_n)
{
    const struct nf_record *record =
        read_line("r\t4\t*\t0\t0\t*\t*\t0\t0\t=ACMGRSVTWYHKDBNa\t*");
    const char *expected = "NACNGNNNTNNNNNNNA";

    ck_assert_int_eq(record->length, 17);
    for (int32_t i = 0; i < record->length; i++)
        ck_assert_int_eq(nf_record_base(record, i), expected[i]);
    ck_assert_uint_eq(record->quality[0], 255);
}
END_TEST

/* ---- refused ---- */

/* A copy of exactly n bytes, so that a sanitizer sees a read past them. */
static enum nf_status view_copy(const uint8_t *bytes, size_t n)
{
    struct nf_record record;
    uint8_t *copy = malloc(n ? n : 1);
    enum nf_status status;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, bytes, n);
    status = nf_record_from_bytes(&record, copy, n, 2);
    if (!status) { /* and everything it points at is there */
        char *text = nft_record_text(&record);

        nf_record_end0(&record);
        free(text);
    }
    free(copy);
    return status;
}

/* "name" 4 bytes and NUL, two operations, 5 bases, no tags: 32 + 5 + 8 + 3 + 5 = 53 bytes. */
#define PLAIN "name\t0\tb\t11\t60\t2S3M\ta\t21\t0\tACGTA\tIIIII\n"
enum { PLAIN_BYTES = 53 };

static uint8_t *plain_bytes(void)
{
    size_t n;
    uint8_t *bytes = nft_bam_bytes(HEADER, PLAIN, &n);

    ck_assert_uint_eq(n, PLAIN_BYTES + 4);
    ck_assert_uint_eq(nf_read_u32(bytes), PLAIN_BYTES);
    memmove(bytes, bytes + 4, PLAIN_BYTES);
    return bytes;
}

START_TEST(bytes_that_end_too_early_are_refused)
{
    uint8_t *bytes = plain_bytes();

    for (size_t n = 0; n < PLAIN_BYTES; n++)
        ck_assert_int_eq(view_copy(bytes, n), NF_ERR_FORMAT);
    ck_assert_int_eq(view_copy(bytes, PLAIN_BYTES), NF_OK);
    free(bytes);
}
END_TEST

static const struct {
    size_t at, n_bytes;
    uint32_t value;
    enum nf_status status;
} forged_rows[] = {
    {AT_CONTIG, 4, 0, NF_OK},
    {AT_CONTIG, 4, UINT32_MAX, NF_OK},
    {AT_CONTIG, 4, 2, NF_ERR_FORMAT}, /* there are two contigs */
    {AT_CONTIG, 4, UINT32_MAX - 1, NF_ERR_FORMAT},
    {AT_CONTIG, 4, INT32_MAX, NF_ERR_FORMAT},
    {AT_CONTIG, 4, 1U << 31, NF_ERR_FORMAT},
    {AT_MATE_CONTIG, 4, 1, NF_OK},
    {AT_MATE_CONTIG, 4, UINT32_MAX, NF_OK},
    {AT_MATE_CONTIG, 4, 2, NF_ERR_FORMAT},
    {AT_MATE_CONTIG, 4, UINT32_MAX - 1, NF_ERR_FORMAT},
    {AT_POS, 4, INT32_MAX, NF_OK},
    {AT_POS, 4, UINT32_MAX, NF_OK},
    {AT_POS, 4, UINT32_MAX - 1, NF_ERR_FORMAT},
    {AT_MATE_POS, 4, UINT32_MAX, NF_OK},
    {AT_MATE_POS, 4, UINT32_MAX - 1, NF_ERR_FORMAT},
    {AT_NAME_LENGTH, 1, 0, NF_ERR_FORMAT},
    {AT_NAME_LENGTH, 1, 4, NF_ERR_FORMAT}, /* cuts the name before its NUL */
    {AT_NAME_LENGTH, 1, 255, NF_ERR_FORMAT},
    {AT_NAME + 4, 1, 'x', NF_ERR_FORMAT}, /* no NUL */
    {AT_N_CIGAR, 2, 3, NF_ERR_FORMAT},
    {AT_N_CIGAR, 2, 65535, NF_ERR_FORMAT},
    {AT_LENGTH, 4, 6, NF_ERR_FORMAT},
    {AT_LENGTH, 4, UINT32_MAX, NF_ERR_FORMAT},
    {AT_LENGTH, 4, INT32_MAX, NF_ERR_FORMAT},
    {AT_LENGTH, 4, 1U << 31, NF_ERR_FORMAT},
};

START_TEST(forged_fields_are_refused)
{
    uint8_t *bytes = plain_bytes();

    for (size_t i = 0; i < forged_rows[_i].n_bytes; i++)
        bytes[forged_rows[_i].at + i] = (uint8_t)(forged_rows[_i].value >> (8 * i));
    ck_assert_int_eq(view_copy(bytes, PLAIN_BYTES), forged_rows[_i].status);
    free(bytes);
}
END_TEST

/* CIGAR words in the place of 2S3M, and whether five bases can have that CIGAR. */
static const struct {
    uint32_t words[2];
    uint16_t flag;
    enum nf_status status;
} cigar_rows[] = {
    {{2 << 4 | NF_CIGAR_SOFT_CLIP, 3 << 4 | NF_CIGAR_MATCH}, 0, NF_OK},
    {{2 << 4 | NF_CIGAR_INSERTION, 3 << 4 | NF_CIGAR_EQUAL}, 0, NF_OK},
    {{9 << 4 | NF_CIGAR_HARD_CLIP, 5 << 4 | NF_CIGAR_DIFFERENT}, 0, NF_OK},
    {{5 << 4 | NF_CIGAR_MATCH, 9 << 4 | NF_CIGAR_DELETION}, 0, NF_OK},
    {{5 << 4 | NF_CIGAR_MATCH, 9 << 4 | NF_CIGAR_PAD}, 0, NF_OK},
    {{2 << 4 | NF_CIGAR_SOFT_CLIP, 4 << 4 | NF_CIGAR_MATCH}, 0, NF_ERR_FORMAT},
    {{2 << 4 | NF_CIGAR_SKIP, 3 << 4 | NF_CIGAR_MATCH}, 0, NF_ERR_FORMAT},
    {{2 << 4 | NF_CIGAR_SOFT_CLIP, 0xfffffff0 | NF_CIGAR_MATCH}, 0, NF_ERR_FORMAT},
    {{0xfffffff0 | NF_CIGAR_MATCH, 0xfffffff0 | NF_CIGAR_MATCH}, 0, NF_ERR_FORMAT},
    /* What an unmapped record says of its alignment means nothing. */
    {{2 << 4 | NF_CIGAR_SKIP, 3 << 4 | NF_CIGAR_MATCH}, NF_FLAG_UNMAPPED, NF_OK},
};

START_TEST(a_cigar_of_another_length_than_the_bases_is_refused)
{
    uint8_t *bytes = plain_bytes();
    uint8_t *cigar = bytes + AT_NAME + 5;

    for (size_t i = 0; i < 8; i++)
        cigar[i] = (uint8_t)(cigar_rows[_i].words[i / 4] >> (8 * (i % 4)));
    bytes[AT_FLAG] = (uint8_t)cigar_rows[_i].flag;
    ck_assert_int_eq(view_copy(bytes, PLAIN_BYTES), cigar_rows[_i].status);
    free(bytes);
}
END_TEST

START_TEST(random_bytes_do_no_harm)
{
    uint64_t state = (uint64_t)_i;
    size_t n;
    uint8_t *bytes = nft_bam_bytes(HEADER,
                                   "n\t0\tb\t11\t60\t2S3M\ta\t21\t0\tACGTA\tIIIII\tNM:i:1\t"
                                   "SA:Z:a,1,+,5M,1,0;\tXB:B:s,1,2,3\tXF:f:1\n",
                                   &n);
    int n_good = 0;

    for (int round = 0; round < 2000; round++) {
        uint8_t copy[200];

        ck_assert_uint_lt(n, sizeof copy);
        memcpy(copy, bytes, n);
        for (uint32_t k = 1 + nft_random(&state, 3); k > 0; k--)
            copy[4 + nft_random(&state, (uint32_t)n - 4)] = (uint8_t)nft_random(&state, 256);
        n_good += view_copy(copy + 4, n - 4) == NF_OK;
    }
    ck_assert_int_gt(n_good, 100);
    ck_assert_int_lt(n_good, 1900);
    free(bytes);
}
END_TEST

/* ---- tags ---- */

START_TEST(integer_tags_of_any_width)
{
    static const struct {
        const char *field;
        int64_t value;
    } rows[] = {
        {"XI:i:0", 0},
        {"XI:i:-1", -1},
        {"XI:i:127", 127},
        {"XI:i:-128", -128},
        {"XI:i:128", 128},
        {"XI:i:255", 255},
        {"XI:i:-129", -129},
        {"XI:i:256", 256},
        {"XI:i:-32768", -32768},
        {"XI:i:65535", 65535},
        {"XI:i:65536", 65536},
        {"XI:i:-32769", -32769},
        {"XI:i:2147483647", INT32_MAX},
        {"XI:i:-2147483648", INT32_MIN},
        {"XI:i:4294967295", UINT32_MAX},
        {"XI:A:7", -77},
        {"XI:f:7", -77}, /* no integers */
        {"XI:Z:7", -77},
        {"XJ:i:7", -77},
        {"IX:i:7", -77},
        {"XI:B:c,7", -77},
    };

    for (size_t i = 0; i < NFT_COUNT(rows); i++) {
        const struct nf_record *record =
            read_line(nft_text("r\t4\t*\t0\t0\t*\t*\t0\t0\t*\t*\t%s", rows[i].field));

        ck_assert_int_eq(nf_record_tag_int(record, "XI", -77), rows[i].value);
    }
}
END_TEST

START_TEST(a_tag_is_found_behind_tags_of_every_type)
{
    const struct nf_record *record = read_line(
        "r\t4\t*\t0\t0\t*\t*\t0\t0\t*\t*\tXA:A:S\tXc:i:-3\tXC:i:200\tXs:i:-300\t"
        "XS:i:40000\tXi:i:-70000\tXI:i:3000000000\tXf:f:1.5\tXZ:Z:SA:Z:no\tXE:Z:\t"
        "XH:H:5341\tBc:B:c,1,2\tBC:B:C,1,2\tBs:B:s,1,2,3\tBS:B:S,1\tBi:B:i,1\tBI:B:I,1\t"
        "Bf:B:f,1\tB0:B:c\tSA:Z:yes\tLA:i:9");
    char type = 0;

    nft_assert_span(nf_record_tag_text(record, "SA"), "yes");
    nft_assert_span(nf_record_tag_text(record, "XE"), "");
    ck_assert_ptr_nonnull(nf_record_tag_text(record, "XE").at);
    ck_assert_int_eq(nf_record_tag_int(record, "LA", 0), 9);
    ck_assert_ptr_null(nf_record_tag_text(record, "XH").at); /* hexadecimal is no text */
    ck_assert_ptr_null(nf_record_tag_text(record, "LA").at);
    ck_assert_ptr_null(nf_record_tag(record, "ZZ", &type));
    ck_assert_ptr_nonnull(nf_record_tag(record, "Bs", &type));
    ck_assert_int_eq(type, 'B');
    ck_assert_int_eq(*nf_record_tag(record, "XA", &type), 'S');
    ck_assert_int_eq(type, 'A');
}
END_TEST

/* Optional fields as bytes; "OK" is found when what stands before it can be stepped over. */
static const struct {
    struct nf_span bytes;
    bool found;
} field_rows[] = {
    {NFT_SPAN("OKC\1"), true},
    {NFT_SPAN("XXd12345678OKC\1"), true},
    {NFT_SPAN("XXf1234OKC\1"), true},
    {NFT_SPAN("XXZ\0OKC\1"), true},
    {NFT_SPAN("XXBc\0\0\0\0OKC\1"), true},
    {NFT_SPAN("OKC"), false},   /* without a value */
    {NFT_SPAN("OKS\1"), false}, /* half a value */
    {NFT_SPAN("OKI\1\0\0"), false},
    {NFT_SPAN("OKZabc"), false},         /* no NUL */
    {NFT_SPAN("OKBC\2\0\0\0\1"), false}, /* one of two items */
    {NFT_SPAN("OKBC\1\0\0"), false},     /* half a count */
    {NFT_SPAN("OKB"), false},
    {NFT_SPAN("OKBI\377\377\377\377"), false}, /* four times that overflows 32 bits */
    {NFT_SPAN("OKBI\0\0\0\100"), false},       /* four times that is 2^32 */
    {NFT_SPAN("OKBq\1\0\0\0\1"), false},       /* no such type */
    {NFT_SPAN("OKq\1"), false},
    {NFT_SPAN("XXq\1OKC\1"), false},
    {NFT_SPAN("XXZabcOKC\1"), false},
    {NFT_SPAN("XXBI\377\377\377\377OKC\1"), false},
    {NFT_SPAN("OK"), false},
    {NFT_SPAN(""), false},
};

START_TEST(malformed_tags_are_absent)
{
    struct nf_span bytes = field_rows[_i].bytes;
    struct nf_record record = {.n_tag_bytes = bytes.n};
    uint8_t *copy = malloc(bytes.n ? bytes.n : 1);
    char type = 0;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, bytes.at, bytes.n);
    record.tags = copy;
    ck_assert_int_eq(nf_record_tag(&record, "OK", &type) != NULL, field_rows[_i].found);
    ck_assert_int_eq(nf_record_tag_int(&record, "OK", -1), field_rows[_i].found ? 1 : -1);
    ck_assert_ptr_null(nf_record_tag(&record, "NO", &type));
    ck_assert_ptr_null(nf_record_tag_text(&record, "OK").at);
    free(copy);
}
END_TEST

/* ---- long CIGARs ---- */

/* The placeholder CIGAR and tag, and what comes out. The tag is written ZG and renamed in the
 * bytes, because htslib's parser resolves CG on its own. */
static const struct {
    const char *cigar, *tag;
    uint32_t n_cigar;
    enum nf_cigar_code first;
} long_rows[] = {
    {"5S9N", "ZG:B:I,16,32,32", 3, NF_CIGAR_MATCH}, /* 1M 2M 2M */
    {"5S9N", "NM:i:1\tZG:B:I,80", 1, NF_CIGAR_MATCH},
    {"5S9N", "ZG:B:i,80", 2, NF_CIGAR_SOFT_CLIP}, /* signed: not what the standard has */
    {"5S9N", "ZG:Z:5M", 2, NF_CIGAR_SOFT_CLIP},
    {"5S9N", "XX:B:I,80", 2, NF_CIGAR_SOFT_CLIP},
    {"4S1M", "ZG:B:I,80", 2, NF_CIGAR_SOFT_CLIP}, /* no placeholder */
    {"5M9N", "ZG:B:I,80", 2, NF_CIGAR_MATCH},
    {"5S9D", "ZG:B:I,80", 2, NF_CIGAR_SOFT_CLIP},
    {"5S", "ZG:B:I,80", 1, NF_CIGAR_SOFT_CLIP},
};

START_TEST(a_long_cigar_comes_from_its_tag)
{
    struct nf_record record;
    size_t n;
    uint8_t *bytes = nft_bam_bytes(HEADER,
                                   nft_text("r\t0\ta\t101\t0\t%s\t*\t0\t0\tACGTA\t*\t%s",
                                            long_rows[_i].cigar, long_rows[_i].tag),
                                   &n);

    for (size_t i = 0; i + 1 < n; i++)
        if (memcmp(bytes + i, "ZG", 2) == 0)
            bytes[i] = 'C';
    ck_assert_int_eq(nf_record_from_bytes(&record, bytes + 4, n - 4, 2), NF_OK);
    ck_assert_uint_eq(record.n_cigar, long_rows[_i].n_cigar);
    ck_assert_int_eq(nf_record_cigar_code(&record, 0), long_rows[_i].first);
    free(bytes);
}
END_TEST

Suite *record_suite(void)
{
    Suite *suite = suite_create("record");
    TCase *views = tcase_create("views");
    TCase *refused = tcase_create("refused");
    TCase *tags = tcase_create("tags");

    tcase_add_checked_fixture(views, NULL, end);
    tcase_add_test(views, a_view_has_every_field);
    tcase_add_test(views, a_view_of_a_record_without_anything);
    tcase_add_test(views, operations_have_the_codes_of_the_specification);
    tcase_add_loop_test(views, the_end_counts_what_lies_on_the_reference, 0,
                        NFT_COUNT(end_rows));
    tcase_add_test(views, ambiguous_bases_are_n);
    tcase_add_loop_test(views, a_long_cigar_comes_from_its_tag, 0, NFT_COUNT(long_rows));
    suite_add_tcase(suite, views);

    tcase_add_checked_fixture(refused, NULL, end);
    tcase_add_test(refused, bytes_that_end_too_early_are_refused);
    tcase_add_loop_test(refused, forged_fields_are_refused, 0, NFT_COUNT(forged_rows));
    tcase_add_loop_test(refused, a_cigar_of_another_length_than_the_bases_is_refused, 0,
                        NFT_COUNT(cigar_rows));
    tcase_add_loop_test(refused, random_bytes_do_no_harm, 0, 3);
    suite_add_tcase(suite, refused);

    tcase_add_checked_fixture(tags, NULL, end);
    tcase_add_test(tags, integer_tags_of_any_width);
    tcase_add_test(tags, a_tag_is_found_behind_tags_of_every_type);
    tcase_add_loop_test(tags, malformed_tags_are_absent, 0, NFT_COUNT(field_rows));
    suite_add_tcase(suite, tags);
    return suite;
}
