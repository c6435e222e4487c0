/* SPDX-License-Identifier: MIT */
/* verdict: the answer for each target gene. Level: calls.
 *
 * POSITIVE: a junction of tier HIGH whose structure drives a tumour. EQUIVOCAL: what must be
 * looked at by another method before it is believed or dismissed. NOT_ASSESSABLE: nothing was
 * found, and this library could not have shown it. NEGATIVE: nothing was found that the
 * library could have shown, down to the detection limit. */
#ifndef NTRKFUSE_VERDICT_H
#define NTRKFUSE_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/fusion.h"
#include "ntrkfuse/junction.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

enum nf_verdict_state {
    NF_VERDICT_POSITIVE,
    NF_VERDICT_EQUIVOCAL,
    NF_VERDICT_NEGATIVE,
    NF_VERDICT_NOT_ASSESSABLE
};

/* Why; bits. Those of a library that shows too little are the assessment's. */
enum nf_verdict_reason {
    NF_VERDICT_ONCOGENIC = 1,        /* HIGH and of oncogenic type */
    NF_VERDICT_HIGH_UNCERTAIN = 2,   /* HIGH, structure uncertain */
    NF_VERDICT_MEDIUM = 4,           /* MEDIUM, structure oncogenic or uncertain */
    NF_VERDICT_CARRYOVER = 8,        /* an exact catalogue junction in one or two fragments */
    NF_VERDICT_RECIPROCAL_ONLY = 16, /* HIGH or MEDIUM reciprocal: the target's kinase is not
                                        in what was seen, its other product may be missed */
    NF_VERDICT_OUT_OF_FRAME = 2048,  /* HIGH or MEDIUM, kinase whole and sense, but out of
                                        frame in every transcript known: another splice form
                                        may be in frame */
    NF_VERDICT_PAIRS_ONLY = 32,      /* pairs join the target to a gene, no read shows where */
    NF_VERDICT_NON_ONCOGENIC = 64,   /* HIGH or MEDIUM rows exist, none could drive a tumour */
    NF_VERDICT_LOW_ONLY = 128,       /* only LOW rows */
    NF_VERDICT_NONE = 256,           /* no row */
    NF_VERDICT_LIBRARY = 512,        /* the library could not have shown a fusion */
    NF_VERDICT_TARGET_ABSENT = 1024  /* the target is on no contig of the input */
};

enum {
    NF_N_VERDICT_REASONS = 12,
    NF_KNOWN_PAIRS_ONLY = 3, /* fragments without a junction that make a gene EQUIVOCAL: with a
                                catalogue partner */
    NF_PAIRS_ONLY = 10       /* and with any other gene */
};

struct nf_verdict {
    uint32_t target;
    enum nf_verdict_state state;
    unsigned reasons;                  /* enum nf_verdict_reason bits */
    const struct nf_fusion *best;      /* the row that decided; NULL */
    const struct nf_pair_group *pairs; /* with NF_VERDICT_PAIRS_ONLY; else NULL */
};

typedef NF_VEC(struct nf_verdict) nf_verdict_list;

/* One verdict per target of the panel, in its order. `set` is scored, filtered and ordered;
 * `assessable`: could the library have shown a fusion? The verdicts point into `set` and
 * `junctions`. Prints on error (NF_ERR_MEMORY). */
enum nf_status nf_verdicts_find(nf_verdict_list *verdicts, const struct nf_panel *panel,
                                const struct nf_fusion_set *set,
                                const struct nf_junction_set *junctions, bool assessable)
    NF_RESULT_USED;

/* "POSITIVE"; a static string. */
const char *nf_verdict_state_name(enum nf_verdict_state state);

/* The word for reason bit number `bit` ("high_oncogenic_type"), and a sentence; static. */
const char *nf_verdict_reason_name(unsigned bit);
const char *nf_verdict_reason_text(unsigned bit);

#endif
