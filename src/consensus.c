/* SPDX-License-Identifier: MIT */
/* consensus: the bases around a break that the supporting reads agree on.
 *
 * A read over a break is one string; its bases are placed by their distance from the break, so
 * reads whose aligner put the break some bases further along still agree base by base. */
#include <string.h>

#include "ntrkfuse/junction.h"

static int base_index(char base)
{
    switch (base) {
    case 'A':
        return 0;
    case 'C':
        return 1;
    case 'G':
        return 2;
    case 'T':
        return 3;
    default:
        return -1;
    }
}

/* Where base i of one side of a read lies in the consensus; −1 outside. */
static int place_of(const struct nf_span *side, bool is_five, size_t i, int64_t shift)
{
    int64_t at = NF_FLANK + shift + (int64_t)i - (is_five ? (int64_t)side->n : 0);
    return at >= 0 && at < 2 * NF_FLANK ? (int)at : -1;
}

void nf_consensus_add(struct nf_consensus_counts *counts,
                      const struct nf_observations *observations,
                      const struct nf_flanks *flanks, int64_t shift)
{
    for (int number = 5; number >= 3; number -= 2) {
        struct nf_span side = nf_flank_side(observations, flanks, number);
        for (size_t i = 0; i < side.n; i++) {
            int place = place_of(&side, number == 5, i, shift), base = base_index(side.at[i]);
            if (place >= 0 && base >= 0)
                counts->counts[place][base]++;
        }
    }
}

void nf_consensus_settle(struct nf_consensus *consensus,
                         const struct nf_consensus_counts *counts)
{
    for (int place = 0; place < 2 * NF_FLANK; place++) {
        const uint32_t *votes = counts->counts[place];
        int best = 0;
        for (int base = 1; base < 4; base++)
            if (votes[base] > votes[best])
                best = base;
        consensus->bases[place] = votes[best] ? "ACGT"[best] : 0;
    }
}

struct nf_consensus_match nf_consensus_compare(const struct nf_consensus *consensus,
                                               const struct nf_observations *observations,
                                               const struct nf_flanks *flanks, int64_t shift)
{
    struct nf_consensus_match match = {0, 0, 0, 0};
    for (int number = 5; number >= 3; number -= 2) {
        struct nf_span side = nf_flank_side(observations, flanks, number);
        for (size_t i = 0; i < side.n; i++) {
            int place = place_of(&side, number == 5, i, shift);
            if (place < 0 || !consensus->bases[place] || side.at[i] == 'N')
                continue;
            bool differs = consensus->bases[place] != side.at[i];
            if (place < NF_FLANK) {
                match.n5++;
                match.n_differ5 += differs;
            } else {
                match.n3++;
                match.n_differ3 += differs;
            }
        }
    }
    return match;
}
