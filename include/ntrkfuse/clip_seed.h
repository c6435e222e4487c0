/* SPDX-License-Identifier: MIT */
/* clip_seed: is a pile of clips in a target worth searching every catalogue partner for?
 * Level: signal.
 *
 * Single clips lie everywhere: adapters, sequencing errors, short overhangs over a splice. A
 * pile is a seed when at least two fragments that begin at different places are clipped at the
 * same base, near an exon edge of the target, with the same NF_MIN_PILE_CLIP bases next to the
 * break, which are no simple repeat, and no split read already explains that break. Both roads
 * through a file decide by this alone whether the partners' exon edges matter. */
#ifndef NTRKFUSE_CLIP_SEED_H
#define NTRKFUSE_CLIP_SEED_H

#include <stdbool.h>
#include <stddef.h>

#include "ntrkfuse/observation.h"
#include "ntrkfuse/panel.h"

enum { NF_MIN_PILE_CLIP = 10 /* bases of a clip next to the break that must agree */ };

/* Orders clips into piles: by gene, direction and boundary. For qsort. */
int nf_clip_compare(const void *a, const void *b);

/* Are the clips [first, end), one pile of a sorted list, a seed? */
bool nf_clip_pile_is_seed(const struct nf_panel *panel,
                          const struct nf_observations *observations, size_t first,
                          size_t end);

/* Sorts the clips into piles; is any pile in a target a seed? */
bool nf_clip_seeds_exist(const struct nf_panel *panel, struct nf_observations *observations);

#endif
