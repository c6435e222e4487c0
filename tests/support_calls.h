/* SPDX-License-Identifier: MIT */
/* support_calls: a sample made by hand, observation by observation, for the suites of what is
 * made from observations. Whatever goes wrong in here fails the running test.
 *
 *     nft_calls_begin(&calls, NF_ASSEMBLY_GRCH38);
 *     struct nft_molecule molecule =
 *         nft_molecule(&calls, "chr12:11869969:+", "chr15:87940753:-");
 *     nft_join(&calls, "r1", &molecule, 0);
 *     nft_calls_junctions(&calls);
 *     …
 *     nft_calls_end(&calls);
 */
#ifndef NTRKFUSE_TESTS_SUPPORT_CALLS_H
#define NTRKFUSE_TESTS_SUPPORT_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/fusion.h"
#include "ntrkfuse/junction.h"
#include "ntrkfuse/read_groups.h"
#include "ntrkfuse/scan.h"
#include "support_sam.h"

struct nft_calls {
    const struct nft_reference *reference;
    struct nf_scan scan; /* paired, 2 × 100, fragments up to 400, 2 million records */
    struct nf_read_groups read_groups;
    struct nf_junction_set junctions;
    struct nf_fusion_set fusions;
    char *abundance; /* lines of text, of a scan (support_scan.h); NULL: none */
};

void nft_calls_begin(struct nft_calls *calls, enum nf_assembly assembly);
void nft_calls_end(struct nft_calls *calls);

/* The @RG lines of the sample. */
void nft_calls_read_groups(struct nft_calls *calls, const char *header);

/* Run what is under test; both must succeed. */
void nft_calls_junctions(struct nft_calls *calls);
void nft_calls_fusions(struct nft_calls *calls);

/* The only junction, and the only fusion; fails when there are none or several. */
const struct nf_junction *nft_only_junction(const struct nft_calls *calls);
const struct nf_fusion *nft_only_fusion(const struct nft_calls *calls);

/* "chr12:11869969:+", 1-based as published. */
struct nf_locus nft_locus(const struct nft_calls *calls, const char *place);

/* The locus `bases` further in its own direction. */
struct nf_locus nft_moved(struct nf_locus locus, int64_t bases);

/* Bases known of each part of a molecule. */
enum { NFT_REACH = 100 };

/* A transcript over a break. bases[NFT_REACH] is the first of the 3′ part. */
struct nft_molecule {
    struct nf_locus five, three;
    char bases[2 * NFT_REACH];
};

/* The molecule over a break, with the made-up genome's bases (no intron in between). */
struct nft_molecule nft_molecule(const struct nft_calls *calls, const char *five,
                                 const char *three);

/* The observations below have MAPQ 60, one placement, and anchors of 50; their reads begin at
 * places of their own, the mates' at one place. What is returned may be changed until the next
 * observation is made. */

/* The fragment `name` of the read group "" or, "rg|name", of rg. */
uint32_t nft_fragment(struct nft_calls *calls, const char *name);

/* A read split at a break that its aligner put `shift` bases 3′ of the true one. */
struct nf_join *nft_join(struct nft_calls *calls, const char *name,
                         const struct nft_molecule *molecule, int shift);

/* The bases of a join: the molecule's, with `gap` between its parts. */
void nft_join_gap(struct nft_calls *calls, struct nf_join *join,
                  const struct nft_molecule *molecule, const char *gap);

/* A read aligned on side 5 or 3 only, clipped `shift` bases 3′ of the break; n_clipped bases
 * of the other side follow. The anchor is 50. */
struct nf_clip *nft_clip(struct nft_calls *calls, const char *name,
                         const struct nft_molecule *molecule, int side, int shift,
                         int n_clipped);

/* A pair around a break, both reads 50 long: their outer ends lie `reach5` bases before and
 * `reach3` behind it, the bases next to the break counted. Makes two observations and returns
 * the target's, the partner's is the next. */
struct nf_mate *nft_pair(struct nft_calls *calls, const char *name,
                         const struct nft_molecule *molecule, int reach5, int reach3);

/* Fragment `name` splices donor to acceptor in the target, 0-based. */
void nft_splice(struct nft_calls *calls, const char *name, uint32_t target, int64_t donor0,
                int64_t acceptor0);

/* Fragment `name` covers these exons (bits) of the target. */
struct nf_cover *nft_cover(struct nft_calls *calls, const char *name, uint32_t target,
                           uint64_t exons);

/* Puts all observations into another order. */
void nft_calls_shuffle(struct nft_calls *calls, uint64_t seed);

/* All there is to say of the junctions, a line each and one per support; to be freed. */
char *nft_junctions_text(const struct nft_calls *calls);

/* The support of a fragment by name; NULL when it has none. */
const struct nf_support *nft_support(const struct nft_calls *calls,
                                     const struct nf_junction *junction, const char *name);

#endif
