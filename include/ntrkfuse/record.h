/* SPDX-License-Identifier: MIT */
/* record: a read-only view of one alignment record. Level: data.
 *
 * Evidence looks at views, never at a bam1_t, so a view can point into a bam1_t, into an
 * inflated BAM block, or into anything else a later source hands out. A view is valid as long
 * as the memory it points into. */
#ifndef NTRKFUSE_RECORD_H
#define NTRKFUSE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/status.h"
#include "ntrkfuse/str.h"

/* FLAG bits of the SAM specification, section 1.4. */
enum {
    NF_FLAG_PAIRED = 0x1,
    NF_FLAG_PROPER = 0x2,
    NF_FLAG_UNMAPPED = 0x4,
    NF_FLAG_MATE_UNMAPPED = 0x8,
    NF_FLAG_REVERSE = 0x10,
    NF_FLAG_MATE_REVERSE = 0x20,
    NF_FLAG_READ1 = 0x40,
    NF_FLAG_READ2 = 0x80,
    NF_FLAG_SECONDARY = 0x100,
    NF_FLAG_QC_FAIL = 0x200,
    NF_FLAG_DUPLICATE = 0x400,
    NF_FLAG_SUPPLEMENTARY = 0x800
};

/* CIGAR operations by their BAM code. */
enum nf_cigar_code {
    NF_CIGAR_MATCH,
    NF_CIGAR_INSERTION,
    NF_CIGAR_DELETION,
    NF_CIGAR_SKIP,
    NF_CIGAR_SOFT_CLIP,
    NF_CIGAR_HARD_CLIP,
    NF_CIGAR_PAD,
    NF_CIGAR_EQUAL,
    NF_CIGAR_DIFFERENT,
    NF_CIGAR_BACK
};

/* Positions and lengths from here on are no place: they were forged or damaged. */
#define NF_FARTHEST ((int64_t)1 << 40)

struct nf_record {
    const char *name; /* NUL-terminated */
    size_t name_length;
    uint16_t flag;
    uint8_t mapq;
    int32_t contig; /* −1 = none */
    int64_t pos0;
    int32_t mate_contig;
    int64_t mate_pos0;
    int64_t template_length;
    const uint8_t *cigar; /* n_cigar little-endian 32-bit words, not necessarily aligned */
    uint32_t n_cigar;
    const uint8_t *sequence; /* 4-bit codes, two a byte; length bases (0: no sequence) */
    const uint8_t *quality;  /* length bytes, 0xff in the first when absent */
    int32_t length;
    const uint8_t *tags; /* BAM-encoded optional fields */
    size_t n_tag_bytes;
};

/* Makes `record` a view of the BAM-encoded record at `bytes` (after its block_size field,
 * n_bytes long). Every length inside is checked against n_bytes, contigs against n_contigs,
 * the CIGAR of a mapped record against its number of bases; a long CIGAR kept in a CG tag is
 * resolved. Returns NF_OK or, silently, NF_ERR_FORMAT. */
enum nf_status nf_record_from_bytes(struct nf_record *record, const uint8_t *bytes,
                                    size_t n_bytes, int32_t n_contigs) NF_RESULT_USED;

/* Copies the record into one piece of memory, to be freed, and makes `copy` a view of it;
 * without its bases and qualities (`copy` then has NULL there, but their number) where they
 * are not wanted. NULL when memory is short, silently. */
uint8_t *nf_record_copy(const struct nf_record *record, bool with_bases,
                        struct nf_record *copy);

static inline uint32_t nf_read_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

/* Operation and length number i of the CIGAR. */
static inline enum nf_cigar_code nf_record_cigar_code(const struct nf_record *record,
                                                      uint32_t i)
{
    return (enum nf_cigar_code)(record->cigar[4 * (size_t)i] & 15);
}

static inline int32_t nf_record_cigar_length(const struct nf_record *record, uint32_t i)
{
    return (int32_t)(nf_read_u32(record->cigar + 4 * (size_t)i) >> 4);
}

static inline bool nf_has_mapped_mate(const struct nf_record *record)
{
    return record->flag & NF_FLAG_PAIRED && !(record->flag & NF_FLAG_MATE_UNMAPPED) &&
           record->mate_contig >= 0 && record->mate_pos0 >= 0 &&
           record->mate_pos0 < NF_FARTHEST;
}

/* End of the alignment on the reference (exclusive); pos0 + 1 where nothing is aligned. */
int64_t nf_record_end0(const struct nf_record *record);

/* The base of the other strand: one of A C G T N. */
char nf_base_complement(char base);

/* The base at `i` (0-based, as stored: reference direction): one of A C G T N. */
char nf_record_base(const struct nf_record *record, int32_t i);

/* The value bytes of optional field `tag` (two letters), with its type in *type; NULL when
 * absent or the fields are malformed. */
const uint8_t *nf_record_tag(const struct nf_record *record, const char tag[2], char *type);

/* A text (Z) tag; at == NULL when absent. */
struct nf_span nf_record_tag_text(const struct nf_record *record, const char tag[2]);

/* An integer tag of any width; `otherwise` when absent. */
int64_t nf_record_tag_int(const struct nf_record *record, const char tag[2],
                          int64_t otherwise);

/* The molecular identifier of a record: its first of the tags RX, MI and UB that is a text or
 * a number from 0 on. A number is printed into `number`, which must outlive the result;
 * at == NULL: none. */
enum { NF_UMI_NUMBER_SIZE = 24 };
struct nf_span nf_record_umi(const struct nf_record *record, char number[NF_UMI_NUMBER_SIZE]);

#endif
