/* SPDX-License-Identifier: MIT */
/* support_quality: whole libraries made up, molecule by molecule, and what was learned of them
 * as text. Whatever goes wrong in here fails the running test. */
#ifndef NTRKFUSE_TESTS_SUPPORT_QUALITY_H
#define NTRKFUSE_TESTS_SUPPORT_QUALITY_H

#include <stdio.h>

#include "ntrkfuse/quality.h"
#include "ntrkfuse/scan.h"
#include "support_sam.h"

enum nft_molecules {
    NFT_RNA,         /* spliced, by an aligner that splices */
    NFT_RNA_CLIPPED, /* spliced, by one that does not: the lesser piece of a read is a clip */
    NFT_GENOME,      /* DNA of anywhere in the gene */
    NFT_EXOME,       /* DNA around its exons */
    NFT_TAGS         /* the last 300 bases of transcripts, as 3′ tag libraries have them */
};

struct nft_library {
    enum nft_molecules molecules;
    int n_fragments;
    int n_genes;     /* of the catalogue's control genes, the first ones; 0: all */
    int n_copies;    /* of each fragment; 0: 1 */
    int insert;      /* the shortest; the longest is 100 longer. 0: 150 */
    bool is_forward; /* read 1 always reads as the transcript does */
    uint64_t chance;
};

/* Records and the memory they point into. Zeroed it is empty. */
struct nft_library_records {
    NF_VEC(struct nf_record) items;
    uint8_t *bytes;
};

/* Fills empty `records` with pairs of 75-base reads. */
void nft_library_make(const struct nft_reference *reference, const struct nft_library *library,
                      struct nft_library_records *records);

void nft_library_free(struct nft_library_records *records);

/* The sums and conclusions that a suite fills. */
extern struct nft_quality_bench {
    const struct nft_reference *reference;
    struct nf_quality_sums sums;
    struct nf_quality quality;
    struct nf_sample sample; /* pairs of a WTS library */
} nft_quality;

/* Fixtures. */
void nft_quality_begin(void);
void nft_quality_end(void);

/* Add a record, draw the conclusions; both must succeed. */
void nft_quality_add(const struct nf_record *record);
void nft_quality_conclude(void);

/* The sums of a control gene. */
struct nf_control_sums *nft_quality_control(const char *symbol);

/* Every number of the sums, sketches included; to be freed. */
char *nft_quality_sums_text(const struct nf_quality_sums *sums);

/* Every number of the conclusions. */
void nft_quality_print(FILE *out, const struct nf_quality *quality);

#endif
