/* SPDX-License-Identifier: MIT */
/* support_random: chance that repeats itself, for tests of what must always hold. */
#ifndef NTRKFUSE_TESTS_SUPPORT_RANDOM_H
#define NTRKFUSE_TESTS_SUPPORT_RANDOM_H

#include <stdint.h>

/* The next number of a repeatable sequence in [0, n); `state` is any start value. */
uint32_t nft_random(uint64_t *state, uint32_t n);

/* A CIGAR as an aligner may write one: matches with insertions, deletions and introns between
 * them. */
struct nft_cigar {
    const char *text;    /* valid until nft_records_forget */
    int32_t read_length; /* clips counted */
    int32_t n_bases;     /* of SEQ: without hard clips */
};

/* One for `n_bases` read bases (≥ 1), all within the first and the last match, clipped at
 * random by up to `most_clipped` more at each end, soft and hard. `matches` has the letters
 * for aligned bases, "M" or "M=X". */
struct nft_cigar nft_random_cigar(uint64_t *state, int32_t n_bases, uint32_t most_clipped,
                                  const char *matches);

#endif
