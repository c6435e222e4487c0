/* SPDX-License-Identifier: MIT */
/* record: views of BAM-encoded records (SAM specification, section 4.2). */
#include "ntrkfuse/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIXED_BYTES = 32 };

static uint16_t read_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static int32_t read_i32(const uint8_t *bytes)
{
    return (int32_t)nf_read_u32(bytes);
}

/* A CIGAR of more than 65,535 operations stands in the tag CG, and the CIGAR field holds the
 * placeholder <read length>S<reference length>N (specification, section 4.2.2). */
static void resolve_long_cigar(struct nf_record *record)
{
    if (record->n_cigar != 2 || nf_record_cigar_code(record, 0) != NF_CIGAR_SOFT_CLIP ||
        nf_record_cigar_code(record, 1) != NF_CIGAR_SKIP ||
        nf_record_cigar_length(record, 0) != record->length)
        return;
    char type = 0;
    const uint8_t *value = nf_record_tag(record, "CG", &type);
    if (!value || type != 'B' || value[0] != 'I')
        return;
    record->n_cigar = nf_read_u32(value + 1);
    record->cigar = value + 5;
}

/* Does the CIGAR cover as many bases as the record has? What an unmapped record says of its
 * alignment means nothing. */
static bool cigar_fits(const struct nf_record *record)
{
    const unsigned takes_bases = 1U << NF_CIGAR_MATCH | 1U << NF_CIGAR_INSERTION |
                                 1U << NF_CIGAR_SOFT_CLIP | 1U << NF_CIGAR_EQUAL |
                                 1U << NF_CIGAR_DIFFERENT;
    int64_t n_bases = 0;
    if (record->n_cigar == 0 || record->length == 0 || record->flag & NF_FLAG_UNMAPPED)
        return true;
    for (uint32_t i = 0; i < record->n_cigar; i++)
        if (takes_bases >> nf_record_cigar_code(record, i) & 1)
            n_bases += nf_record_cigar_length(record, i);
    return n_bases == record->length;
}

enum nf_status nf_record_from_bytes(struct nf_record *record, const uint8_t *bytes,
                                    size_t n_bytes, int32_t n_contigs)
{
    if (n_bytes < FIXED_BYTES)
        return NF_ERR_FORMAT;
    size_t name_bytes = bytes[8];
    uint16_t n_cigar = read_u16(bytes + 12);
    int32_t length = read_i32(bytes + 16);
    if (name_bytes < 1 || length < 0)
        return NF_ERR_FORMAT;
    size_t n_sequence = ((size_t)length + 1) / 2;
    size_t n_used =
        FIXED_BYTES + name_bytes + 4 * (size_t)n_cigar + n_sequence + (size_t)length;
    if (n_used > n_bytes || bytes[FIXED_BYTES + name_bytes - 1] != 0)
        return NF_ERR_FORMAT;

    record->contig = read_i32(bytes);
    record->pos0 = read_i32(bytes + 4);
    record->mapq = bytes[9];
    record->flag = read_u16(bytes + 14);
    record->mate_contig = read_i32(bytes + 20);
    record->mate_pos0 = read_i32(bytes + 24);
    record->template_length = read_i32(bytes + 28);
    if (record->contig < -1 || record->contig >= n_contigs || record->mate_contig < -1 ||
        record->mate_contig >= n_contigs || record->pos0 < -1 || record->mate_pos0 < -1)
        return NF_ERR_FORMAT;
    record->name = (const char *)bytes + FIXED_BYTES;
    record->name_length = name_bytes - 1;
    record->cigar = bytes + FIXED_BYTES + name_bytes;
    record->n_cigar = n_cigar;
    record->sequence = record->cigar + 4 * (size_t)n_cigar;
    record->quality = record->sequence + n_sequence;
    record->length = length;
    record->tags = bytes + n_used;
    record->n_tag_bytes = n_bytes - n_used;
    resolve_long_cigar(record);
    return cigar_fits(record) ? NF_OK : NF_ERR_FORMAT;
}

uint8_t *nf_record_copy(const struct nf_record *record, bool with_bases,
                        struct nf_record *copy)
{
    size_t n_name = record->name_length + 1, n_cigar = 4 * (size_t)record->n_cigar;
    size_t n_sequence = with_bases ? ((size_t)record->length + 1) / 2 : 0;
    size_t n_quality = with_bases ? (size_t)record->length : 0;
    uint8_t *storage = malloc(n_name + n_cigar + n_sequence + n_quality + record->n_tag_bytes);
    uint8_t *at = storage;
    if (!storage)
        return NULL;
    *copy = *record;
    copy->name = memcpy(at, record->name, n_name);
    at += n_name;
    copy->cigar = n_cigar ? memcpy(at, record->cigar, n_cigar) : at;
    at += n_cigar;
    copy->sequence = n_sequence ? memcpy(at, record->sequence, n_sequence) : NULL;
    at += n_sequence;
    copy->quality = n_quality ? memcpy(at, record->quality, n_quality) : NULL;
    at += n_quality;
    copy->tags = record->n_tag_bytes ? memcpy(at, record->tags, record->n_tag_bytes) : at;
    return storage;
}

int64_t nf_record_end0(const struct nf_record *record)
{
    int64_t end0 = record->pos0;
    for (uint32_t i = 0; i < record->n_cigar; i++) {
        switch (nf_record_cigar_code(record, i)) {
        case NF_CIGAR_MATCH:
        case NF_CIGAR_DELETION:
        case NF_CIGAR_SKIP:
        case NF_CIGAR_EQUAL:
        case NF_CIGAR_DIFFERENT:
            end0 += nf_record_cigar_length(record, i);
            break;
        default:
            break;
        }
    }
    return end0 > record->pos0 ? end0 : record->pos0 + 1;
}

char nf_base_complement(char base)
{
    switch (base) {
    case 'A':
        return 'T';
    case 'C':
        return 'G';
    case 'G':
        return 'C';
    case 'T':
        return 'A';
    default:
        return 'N';
    }
}

char nf_record_base(const struct nf_record *record, int32_t i)
{
    static const char letters[17] = "NACNGNNNTNNNNNNN";
    uint8_t pair = record->sequence[i / 2];
    return letters[i % 2 ? pair & 15 : pair >> 4];
}

/* Bytes of one value of a fixed-width type; 0 for the others. */
static const uint8_t type_width[256] = {['A'] = 1, ['c'] = 1, ['C'] = 1, ['s'] = 2, ['S'] = 2,
                                        ['i'] = 4, ['I'] = 4, ['f'] = 4, ['d'] = 8};

/* Bytes the value of an optional field takes, or 0 when it does not fit into `n_left`. */
static inline size_t value_size(uint8_t type, const uint8_t *value, size_t n_left)
{
    size_t width = type_width[type];
    if (width > 0)
        return width <= n_left ? width : 0;
    if (type == 'Z' || type == 'H') {
        const uint8_t *end = memchr(value, 0, n_left);
        return end ? (size_t)(end - value) + 1 : 0;
    }
    if (type != 'B' || n_left < 5)
        return 0;
    width = type_width[value[0]];
    uint64_t size = 5 + (uint64_t)width * nf_read_u32(value + 1);
    return width && size <= n_left ? (size_t)size : 0;
}

const uint8_t *nf_record_tag(const struct nf_record *record, const char tag[2], char *type)
{
    const uint8_t *at = record->tags;
    size_t n_left = record->n_tag_bytes;
    while (n_left >= 4) {
        size_t size = value_size(at[2], at + 3, n_left - 3);
        if (size == 0)
            return NULL;
        if (at[0] == (uint8_t)tag[0] && at[1] == (uint8_t)tag[1]) {
            *type = (char)at[2];
            return at + 3;
        }
        at += 3 + size;
        n_left -= 3 + size;
    }
    return NULL;
}

struct nf_span nf_record_tag_text(const struct nf_record *record, const char tag[2])
{
    char type = 0;
    const uint8_t *value = nf_record_tag(record, tag, &type);
    if (!value || type != 'Z')
        return (struct nf_span){NULL, 0};
    return nf_span_of((const char *)value);
}

int64_t nf_record_tag_int(const struct nf_record *record, const char tag[2], int64_t otherwise)
{
    char type = 0;
    const uint8_t *value = nf_record_tag(record, tag, &type);
    if (!value)
        return otherwise;
    switch (type) {
    case 'c':
        return (int8_t)value[0];
    case 'C':
        return value[0];
    case 's':
        return (int16_t)read_u16(value);
    case 'S':
        return read_u16(value);
    case 'i':
        return read_i32(value);
    case 'I':
        return nf_read_u32(value);
    default:
        return otherwise;
    }
}

struct nf_span nf_record_umi(const struct nf_record *record, char number[NF_UMI_NUMBER_SIZE])
{
    static const char *const tags[] = {"RX", "MI", "UB"};
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        struct nf_span text = nf_record_tag_text(record, tags[i]);
        if (text.at && text.n > 0)
            return text;
        int64_t value = nf_record_tag_int(record, tags[i], -1);
        if (value >= 0) {
            (void)snprintf(number, NF_UMI_NUMBER_SIZE, "%" PRId64, value);
            return nf_span_of(number);
        }
    }
    return (struct nf_span){NULL, 0};
}
