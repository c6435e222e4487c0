/* SPDX-License-Identifier: MIT */
/* junction: from observations to junctions with counted support. Level: calls. */
#ifndef NTRKFUSE_JUNCTION_H
#define NTRKFUSE_JUNCTION_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/learn.h"
#include "ntrkfuse/observation.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/read_groups.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

/* How a fragment supports a junction, strongest first: a fragment counts once, as its
 * strongest. */
enum nf_support_kind { NF_SUPPORT_SPLIT, NF_SUPPORT_RESCUED, NF_SUPPORT_SPANNING };

/* One fragment for one junction. */
struct nf_support {
    uint32_t fragment;
    enum nf_support_kind kind;
    const char *source; /* split, n_gap, chimeric_file, clip, spanning; a literal */
    bool is_read2;
    bool is_duplicate; /* a copy of another support */
    int32_t anchor5,
        anchor3;          /* aligned read bases; the matched bases of a clip; 0 for spanning */
    uint8_t mapq5, mapq3; /* 0 on the side of a clip, which is not mapped */
    bool multi5, multi3;
    int32_t edits; /* edit distance of both pieces of a split read; −1 not known */
    struct nf_start start, mate_start;
    struct nf_start site; /* the end that varies: the read's start, or in an anchored library
                             the ligated end */
};

/* The read bases around the break, agreed on by the supporting reads: index NF_FLANK is the
 * first base of the 3′ part, NF_FLANK − 1 the last of the 5′ part; 0 where no read says
 * anything. */
struct nf_consensus {
    char bases[2 * NF_FLANK];
    char gap[26]; /* bases between the parts, NF_MAX_JOIN_GAP at most, NUL-terminated */
};

struct nf_junction {
    uint32_t target;
    bool target_is_3prime;
    bool intragenic;
    struct nf_locus five, three; /* last base of the 5′ part, first base of the 3′ part */
    int32_t n_gap;               /* read bases between the parts that belong to neither */
    NF_VEC(struct nf_support) supports; /* once per fragment, ascending by fragment name */
    struct nf_consensus consensus;
    int64_t n_split, n_rescued, n_spanning;
    int64_t n_unique; /* supports that are no duplicates; at most NF_AMPLICON_UNIQUE in an
                         amplicon library without molecular identifiers */
    /* n_unique less the pairs that may be copies of a read over the break: each such read
     * stands for one pair that begins where it does. A copy that was trimmed shows as a pair
     * what another shows as a split read. */
    int64_t n_molecules;
    int64_t n_pairs_apart;     /* unique spanning pairs among n_molecules */
    int64_t n_start_sites;     /* distinct starts of unique split and rescued supports */
    int64_t n_partner_records; /* that begin around the end that is not the target's
                                  (nf_scan_abundance); −1: not counted */
};

/* What became of the observations, for the log. */
struct nf_funnel {
    int64_t n_joins, n_multimapped, n_exact_places, n_junctions_split, n_junctions_clips;
    int64_t n_clips, n_clips_used, n_mates, n_spanning_used;
};

/* Pairs that join a target to a gene and support no junction. */
struct nf_pair_group {
    uint32_t target, gene;
    int64_t n; /* no copies of each other; a mate with other places does not count */
};

enum {
    NF_MIN_LONE_PAIRS = 3,
    NF_AMPLICON_UNIQUE =
        3 /* fragments that amplicons without identifiers count for: one copied
             chimera must not look like thousands, nor a signal like one */
};

struct nf_junction_set {
    NF_VEC(struct nf_pair_group) lone_pairs; /* NF_MIN_LONE_PAIRS and more; most first */
    NF_VEC(struct nf_junction) junctions;    /* ascending by target, direction, five, three */
    struct nf_funnel funnel;
};

/* Builds the junctions of a scan: joins are grouped and moved to exon edges, clips are matched
 * to them and to each other, spanning pairs attached, duplicates collapsed; n_partner_records
 * is −1. Observations may be reordered. Prints on error. */
enum nf_status nf_junctions_build(struct nf_junction_set *set, const struct nf_panel *panel,
                                  struct nf_observations *observations,
                                  const struct nf_sample *sample,
                                  const struct nf_read_groups *read_groups) NF_RESULT_USED;

void nf_junctions_free(struct nf_junction_set *set);

/* --- shared by cluster.c, clips.c, piles.c, spanning.c, support.c, consensus.c --- */

enum {
    NF_MERGE_DISTANCE = 5, /* nt: breaks closer than this on both sides are one junction */
    NF_SNAP_DISTANCE = 6,  /* nt a break may be moved on both sides to reach two exon edges */
    NF_MIN_KNOWN_CLIP = 8, /* bases of a clip beyond the break that prove a junction already
                              seen: one in 65,536 by chance */
};

/* What the stages pass along. */
struct nf_junction_context {
    const struct nf_panel *panel;
    struct nf_observations *observations;
    const struct nf_sample *sample;
    const struct nf_read_groups *read_groups;
    struct nf_junction_set *set;
    nf_id_list ids; /* scratch */
};

/* Votes for a consensus, by place as in nf_consensus.bases. Much larger than what comes of it:
 * one is made at a time. */
struct nf_consensus_counts {
    uint32_t counts[2 * NF_FLANK][4]; /* A C G T */
};

/* Adds the bases of `flanks` to the votes; its break lies `shift` bases 3′ of the junction's
 * (0: the same place). */
void nf_consensus_add(struct nf_consensus_counts *counts,
                      const struct nf_observations *observations,
                      const struct nf_flanks *flanks, int64_t shift);

/* Sets `bases` to the majority at each place. */
void nf_consensus_settle(struct nf_consensus *consensus,
                         const struct nf_consensus_counts *counts);

/* Compares a clip's read with the consensus, its break `shift` bases 3′ of the junction's.
 * Counts compared and differing bases on the 5′ and the 3′ side of the junction. */
struct nf_consensus_match {
    int32_t n5, n3, n_differ5, n_differ3;
};
struct nf_consensus_match nf_consensus_compare(const struct nf_consensus *consensus,
                                               const struct nf_observations *observations,
                                               const struct nf_flanks *flanks, int64_t shift);

/* Matches clips to the junctions already in the set, and adds their support. */
enum nf_status nf_clips_attach(struct nf_junction_context *context) NF_RESULT_USED;

/* Finds junctions whose reads were left as two facing piles of clips; adds them to the set,
 * without support (nf_clips_attach then gives it). */
enum nf_status nf_piles_find(struct nf_junction_context *context) NF_RESULT_USED;

/* Adds the support of spanning pairs. */
enum nf_status nf_spanning_attach(struct nf_junction_context *context) NF_RESULT_USED;

/* A pair that supports no junction, and a gene its other mate lies in. */
struct nf_lone_pair {
    uint32_t target, gene;
    struct nf_start start, other_start; /* of the read in the target, and of the other */
    uint64_t molecule; /* pairs that begin at the same places are copies where this is equal */
};

typedef NF_VEC(struct nf_lone_pair) nf_lone_pair_list;

/* Fills set->lone_pairs with the genes that NF_MIN_LONE_PAIRS pairs join to a target, most
 * first. `pairs` is reordered. Prints on error. */
enum nf_status nf_lone_pairs_settle(struct nf_junction_set *set, nf_lone_pair_list *pairs)
    NF_RESULT_USED;

/* Keeps the strongest support of each fragment, marks duplicates, counts. */
enum nf_status nf_support_settle(struct nf_junction_context *context,
                                 struct nf_junction *junction) NF_RESULT_USED;

/* Total order of junctions. */
int nf_junction_compare(const void *a, const void *b);

#endif
