/* SPDX-License-Identifier: MIT */
/* panel: the targets and control genes placed on the input's genome. Level: reference. */
#ifndef NTRKFUSE_PANEL_H
#define NTRKFUSE_PANEL_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/annot.h"
#include "ntrkfuse/catalogue.h"
#include "ntrkfuse/genome.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

enum {
    NF_WINDOW_MARGIN = 10000, /* records within this distance of a target gene are looked at */
    NF_CORE_MARGIN = 1000 /* nt by which a spliced mate may begin before a core it reaches */
};

/* A target on this genome. */
struct nf_panel_target {
    const char *symbol;
    uint32_t gene;         /* annot index; NF_NO_GENE: absent from this genome */
    uint32_t transcript;   /* the one exon numbers refer to (MANE) */
    uint32_t legacy;       /* transcript with the older numbering, NF_NO_TRANSCRIPT if none */
    struct nf_region core; /* span of `transcript`: where a breakpoint is the target's own */
    struct nf_region window; /* span of all transcripts ± NF_WINDOW_MARGIN */
    int8_t strand;
    int64_t kinase_first0,
        kinase_last0; /* first and last base of the kinase domain in transcript
                         direction (genome positions, both inclusive); −1 unknown */
    uint32_t kinase_exon_first, kinase_exon_last;
};

/* A published junction on this genome. */
struct nf_panel_junction {
    uint32_t target;
    struct nf_locus five, three;
};

enum nf_gene_role {
    NF_ROLE_OTHER = 0,
    NF_ROLE_TARGET = 1,
    NF_ROLE_PARTNER = 2, /* catalogue partner: its exon edges are always looked at for clips */
    NF_ROLE_CONTROL = 4
};

/* What the scan and the evidence need to know about places; read-only while they run. */
struct nf_panel {
    const struct nf_genome *genome;
    const struct nf_annot *annot;
    const struct nf_catalogue *catalogue;
    NF_VEC(struct nf_panel_target) targets; /* one per catalogue target, same order */
    NF_VEC(uint8_t) gene_roles;             /* enum nf_gene_role bits, one per gene */
    NF_VEC(uint32_t) gene_targets;          /* gene → target index or NF_NO_TARGET */
    NF_VEC(struct nf_panel_junction) published;
    nf_region_list learning; /* windows and control genes, merged, ascending */
    uint8_t **bins; /* per contig, a bit per 16 kb: overlaps a learning region; NULL = none */
};

/* Places the targets. A target whose contig the genome lacks is absent, with a warning unless
 * all are (see nf_panel_n_present). Keeps references to its arguments. Prints on error. */
enum nf_status nf_panel_init(struct nf_panel *panel, const struct nf_genome *genome,
                             const struct nf_annot *annot,
                             const struct nf_catalogue *catalogue) NF_RESULT_USED;

/* How many targets lie on the genome. */
size_t nf_panel_n_present(const struct nf_panel *panel);

void nf_panel_free(struct nf_panel *panel);

/* Are the two ends within `slack` nt of those of a published junction of the target? */
bool nf_panel_near_published(const struct nf_panel *panel, uint32_t target,
                             struct nf_locus five, struct nf_locus three, int64_t slack);

/* Is `place` within `slack` nt of `other`, on the same strand? */
bool nf_locus_is_near(struct nf_locus place, struct nf_locus other, int64_t slack);

/* The target whose core holds the position, or NF_NO_TARGET. */
uint32_t nf_panel_core_at(const struct nf_panel *panel, int32_t contig, int64_t pos0);

/* Does [start0, end0) come within NF_CORE_MARGIN of a target's core? */
bool nf_panel_nears_core(const struct nf_panel *panel, int32_t contig, int64_t start0,
                         int64_t end0);

/* The target whose window overlaps [start0, end0), or NF_NO_TARGET. */
uint32_t nf_panel_window_at(const struct nf_panel *panel, int32_t contig, int64_t start0,
                            int64_t end0);

/* May [start0, end0) overlap a learning region? Quick; false positives within 16 kb. */
bool nf_panel_may_learn(const struct nf_panel *panel, int32_t contig, int64_t start0,
                        int64_t end0);

/* Does [start0, end0) overlap a learning region? */
bool nf_panel_learns(const struct nf_panel *panel, int32_t contig, int64_t start0,
                     int64_t end0);

#endif
