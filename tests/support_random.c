/* SPDX-License-Identifier: MIT */
/* support_random: chance that repeats itself. */
#include "support_random.h"

#include <string.h>

#include "ntrkfuse/hash.h"
#include "support_sam.h"

uint32_t nft_random(uint64_t *state, uint32_t n)
{
    *state = nf_hash_combine(*state, n);
    return (uint32_t)((*state >> 32) % n);
}

/* A clip, or none: "5H3S", or "3S5H" where it is the last. */
static const char *random_clip(uint64_t *state, uint32_t most, bool is_last,
                               struct nft_cigar *cigar)
{
    int32_t hard = (int32_t)nft_random(state, most + 1);
    int32_t soft = (int32_t)nft_random(state, most + 1);
    const char *hard_text = hard ? nft_text("%dH", hard) : "";
    const char *soft_text = soft ? nft_text("%dS", soft) : "";

    cigar->read_length += hard + soft;
    cigar->n_bases += soft;
    return is_last ? nft_text("%s%s", soft_text, hard_text)
                   : nft_text("%s%s", hard_text, soft_text);
}

/* What stands between two matches. */
static const char *random_break(uint64_t *state, int32_t *n_left)
{
    switch (nft_random(state, 6)) {
    case 0:
        return nft_text("%uD", 1 + nft_random(state, 5));
    case 1:
        return nft_text("%uD%uN", 1 + nft_random(state, 5), 20 + nft_random(state, 1000));
    case 2:
        if (*n_left < 3)
            return "7N";
        *n_left -= 2;
        return nft_random(state, 2) ? "2I" : nft_text("2I%uN", 20 + nft_random(state, 1000));
    default:
        return nft_text("%uN", 20 + nft_random(state, 1000));
    }
}

struct nft_cigar nft_random_cigar(uint64_t *state, int32_t n_bases, uint32_t most_clipped,
                                  const char *matches)
{
    struct nft_cigar cigar = {"", n_bases, n_bases};
    uint32_t n_letters = (uint32_t)strlen(matches);
    int32_t n_left = n_bases;

    cigar.text = random_clip(state, most_clipped, false, &cigar);
    for (;;) {
        int32_t n = 1 + (int32_t)nft_random(state, (uint32_t)n_left);

        cigar.text = nft_text("%s%d%c", cigar.text, n, matches[nft_random(state, n_letters)]);
        n_left -= n;
        if (n_left == 0)
            break;
        if (n_letters == 1 || nft_random(state, 3)) /* else two kinds of match meet */
            cigar.text = nft_text("%s%s", cigar.text, random_break(state, &n_left));
    }
    cigar.text = nft_text("%s%s", cigar.text, random_clip(state, most_clipped, true, &cigar));
    return cigar;
}
