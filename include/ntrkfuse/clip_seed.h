/* SPDX-License-Identifier: MIT */
/* clip_seed: is a pile of clips in a target worth searching every catalogue partner for?
 * Level: signal.
 *
 * One clip at the target's end of a published junction is enough for its partner's end to be
 * looked at; the edges of all partners' exons are looked at only when there is a seed, since
 * they are many. Single clips lie everywhere: adapters,
 * sequencing errors, short overhangs over a splice. A pile is a seed when at least two
 * fragments that begin at different places are clipped at the same base, near an exon edge of
 * the target, with exactly the same NF_MIN_PILE_CLIP bases next to the break, which are no
 * simple repeat, and no split read already explains that break. Both roads through a file
 * decide by this alone whether the partners' exon edges matter. */
#ifndef NTRKFUSE_CLIP_SEED_H
#define NTRKFUSE_CLIP_SEED_H

#include <stdbool.h>
#include <stddef.h>

#include "ntrkfuse/observation.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/status.h"

enum {
    NF_MIN_PILE_CLIP = 10, /* bases of a clip next to the break that must agree */
    NF_PUBLISHED_MARGIN =
        16 /* nt around an end of a published junction in which a clip may lie */
};

/* Orders clips into piles: by gene, direction and boundary. For qsort. */
int nf_clip_compare(const void *a, const void *b);

/* Are the clips [first, end), one pile of a sorted list, a seed? NF_ERR_MEMORY prints. */
enum nf_status nf_clip_pile_is_seed(const struct nf_panel *panel,
                                    const struct nf_observations *observations, size_t first,
                                    size_t end, bool *is_seed) NF_RESULT_USED;

/* Sorts the clips into piles; is any pile in a target a seed? NF_ERR_MEMORY prints. */
enum nf_status nf_clip_seeds_exist(const struct nf_panel *panel,
                                   struct nf_observations *observations, bool *exist)
    NF_RESULT_USED;

/* Is there a clip of NF_MIN_PILE_CLIP bases at the target's end of the published junction? */
bool nf_clip_at_published(const struct nf_observations *observations,
                          const struct nf_panel_junction *published);

#endif
