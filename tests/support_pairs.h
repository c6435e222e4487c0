/* SPDX-License-Identifier: MIT */
/* support_pairs: read pairs cut from the transcripts of a made-up genome, as the records an
 * aligner leaves of them. Whatever goes wrong in here fails the running test.
 *
 * A transcript is two stretches of genome that meet: place −1 is the last base of the 5′ part,
 * place 0 the first of the 3′ part. A pair that lies on one side wholly is an ordinary one. */
#ifndef NTRKFUSE_TESTS_SUPPORT_PAIRS_H
#define NTRKFUSE_TESTS_SUPPORT_PAIRS_H

#include "ntrkfuse/genome.h"
#include "ntrkfuse/vec.h"
#include "support_sam.h"

enum { NFT_READ_LENGTH = 60 };

/* What becomes of a read that crosses the break. */
enum nft_aligner {
    NFT_SPLITS,       /* two records with SA, the supplementary one hard-clipped */
    NFT_LOSES_PIECES, /* the same, but the supplementary record was filtered away */
    NFT_CLIPS,        /* one record, clipped at the break, without SA */
    NFT_STAR_FILE /* as STAR's Chimeric.out.sam has it: both with soft clips and without SA,
                     the lesser marked secondary */
};

struct nft_transcript {
    struct nf_locus five, three;
};

struct nft_line {
    int32_t contig; /* −1: unmapped */
    int64_t pos0;
    char *text;
};

/* Records in the making. Zeroed it is empty. */
struct nft_sample {
    const struct nft_reference *reference;
    enum nft_aligner aligner;
    bool is_single; /* only the first read of each fragment, as single-end sequencing gives */
    const char *tags; /* further fields of each record, "\tRG:Z:a"; NULL: none */
    NF_VEC(struct nft_line) lines;
};

/* The transcript of two exon edges. */
struct nft_transcript nft_fusion(const struct nft_reference *reference, const char *symbol5,
                                 uint32_t exon5, const char *symbol3, uint32_t exon3);

/* Adds the records of a fragment of `length` bases from place `start`, read from both ends. */
void nft_sample_pair(struct nft_sample *sample, const char *name,
                     const struct nft_transcript *transcript, int start, int length);

/* Adds any line; printf's format, without the newline. */
void nft_sample_line(struct nft_sample *sample, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* All lines in the order in which they were added; to be freed. */
char *nft_sample_text(const struct nft_sample *sample);

/* The same, in coordinate order from now on, unmapped records last. */
char *nft_sample_sorted(struct nft_sample *sample);

void nft_sample_free(struct nft_sample *sample);

#endif
