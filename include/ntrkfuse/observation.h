/* SPDX-License-Identifier: MIT */
/* observation: what single records say, in small pieces, before anything is counted.
 * Level: signal.
 *
 * An observation holds no pointer into a record. All of them together are a *set*: the order
 * in which they were made carries no meaning, and everything made from them sorts first. */
#ifndef NTRKFUSE_OBSERVATION_H
#define NTRKFUSE_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/arena.h"
#include "ntrkfuse/genome.h"
#include "ntrkfuse/hash.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/str.h"
#include "ntrkfuse/vec.h"

/* Read bases kept on each side of a break. */
enum { NF_FLANK = 60 };

/* A sequenced fragment: the records that share read group and QNAME (without "/1", "/2"). */
struct nf_fragment {
    const char *name;
    uint32_t name_length;
    uint32_t read_group; /* index into nf_observations.read_groups */
    bool is_duplicate;   /* a record of it carries the duplicate flag */
    const char *umi;     /* from the tag RX, MI or UB; NULL: none */
};

#define NF_NO_FRAGMENT UINT32_MAX

/* Where a read begins: the position of its first sequenced base, clips undone. contig −1: the
 * mate is unmapped or there is none. */
struct nf_start {
    int32_t contig;
    int8_t strand;
    int64_t pos0;
};

/* The read bases around a break, in transcript direction, in nf_observations.bases: n5 of the
 * 5′ side, n_gap between the sides, n3 of the 3′ side. 'N' where unknown or of quality
 * below 10. */
struct nf_flanks {
    size_t offset;
    uint16_t n5, n_gap, n3;
};

enum nf_join_kind { NF_JOIN_SPLIT, NF_JOIN_N_GAP, NF_JOIN_FILE };

/* Two pieces of one read that meet: direct evidence for a junction. Oriented 5′ → 3′ by the
 * strand of the target gene, and moved to exon edges within the overlap of the two pieces. */
struct nf_join {
    uint32_t fragment;
    uint32_t target;
    enum nf_join_kind kind;
    bool target_is_3prime;
    bool intragenic; /* both ends in the target */
    struct nf_locus five, three;
    int32_t n_gap;            /* read bases between the pieces, aligned to neither */
    int32_t anchor5, anchor3; /* aligned read bases on each side */
    uint8_t mapq5, mapq3;     /* on the scale of nf_mapq_normal */
    bool multi5, multi3;      /* other placements as good */
    int32_t edits;            /* edit distance of both pieces; −1 unknown */
    bool is_read2;
    struct nf_start start, mate_start;
    struct nf_flanks flanks;
};

/* A soft clip at `locus` (the last aligned base), in a target or in another gene. */
struct nf_clip {
    uint32_t fragment;
    uint32_t gene;
    uint32_t target;       /* NF_NO_TARGET: the gene is no target */
    struct nf_locus locus; /* strand is the gene's */
    bool is_downstream; /* the clipped bases follow the aligned ones in transcript direction */
    int32_t n_clipped;
    uint32_t near_word; /* set by piles.c: the clipped bases next to the boundary */
    int32_t anchor;
    uint8_t mapq;
    bool multi;
    bool is_read2;
    struct nf_start start, mate_start;
    struct nf_flanks
        flanks; /* is_downstream: 5′ side aligned, 3′ side clipped; else the reverse */
};

/* One read of a pair whose mates lie in a target and elsewhere. */
struct nf_mate {
    uint32_t fragment;
    uint32_t target; /* the target this read (is_target) or its mate lies in */
    bool is_target;
    int32_t contig;
    int8_t strand;        /* of the read */
    int64_t start0, end0; /* from first to last aligned base */
    uint8_t mapq;
    bool multi;
    struct nf_start start; /* of this read */
    int32_t mate_contig;
    int64_t mate_pos0; /* leftmost aligned base of the mate */
    int8_t mate_strand;
};

/* Which exons of a target a record covers. Fragments by hash: there may be very many, and most
 * tell nothing else. */
struct nf_cover {
    uint64_t fragment_hash;
    uint64_t exons;     /* bit i: exon i + 1 of the target's transcript (64 at most) */
    uint64_t coding;    /* the same, where the record reaches the exon's coding part */
    uint32_t terminals; /* bit i: terminal exon of the gene's i-th transcript that its MANE
                           transcript lacks */
    uint16_t target;
    bool is_linked; /* the record also makes a join, a clip or a mate: it tells which exons a
                       junction is linked to, and is kept at any depth */
};

/* An intron of a target that a record splices out. */
struct nf_splice {
    uint64_t fragment_hash;
    uint32_t target;
    int64_t donor0, acceptor0; /* last base before, first base behind, transcript direction */
};

/* What one read says of a codon of the table of resistance that it is aligned over. */
struct nf_codon_read {
    uint64_t place; /* hash of where the read and its mate begin: alike in all copies of one
                       molecule */
    uint32_t fragment;
    uint16_t codon; /* index into nf_catalogue.resistance */
    char bases[3];  /* A C G T in transcript direction; 'N': unknown, or of a quality below
                       NF_MIN_CODON_QUALITY */
};

/* How the coverage of one target was thinned: observation_depth.c says why and how. */
struct nf_depth {
    unsigned level; /* of the fragments, one in 2^level is kept: those whose hash is below
                       2^(64 − level) */
    size_t n;       /* covers and splices of the fragments kept */
    uint64_t exons; /* union of nf_cover.exons, of fragments kept or not */
};

enum {
    NF_MOST_DEPTH = 1 << 17, /* covers and splices of a target beyond which it is thinned:
                                about half as many or more stay, in 8 MB at most; a thousand
                                fragments among them measure an exon to 3 in 100 */
    NF_MOST_LEVEL = 64
};

struct nf_observations {
    NF_VEC(struct nf_fragment) fragments; /* those of a join, a clip, a mate or a codon */
    NF_VEC(const char *) read_groups;     /* [0] is "" */
    NF_VEC(struct nf_join) joins;
    NF_VEC(struct nf_clip) clips;
    NF_VEC(struct nf_mate) mates;
    NF_VEC(struct nf_cover) covers;   /* added by nf_cover_add */
    NF_VEC(struct nf_splice) splices; /* added by nf_splice_add */
    NF_VEC(struct nf_depth) depths;   /* by target; of those beyond the end: zeroes */
    NF_VEC(struct nf_codon_read) codon_reads;
    NF_VEC(char) bases;
    struct nf_map fragment_index;   /* read group's index, then name → fragment */
    struct nf_map read_group_index; /* name → read group */
    struct nf_arena arena;
};

enum nf_status nf_observations_init(struct nf_observations *observations) NF_RESULT_USED;
void nf_observations_free(struct nf_observations *observations);

/* Frees what finds fragments and read groups by name: no more can be added. */
void nf_observations_seal(struct nf_observations *observations);

/* Frees joins, clips, mates and read bases, which nothing reads once there are junctions. */
void nf_observations_drop_joined(struct nf_observations *observations);

/* QNAME without a trailing "/1" or "/2". */
struct nf_span nf_fragment_name(struct nf_span qname);

/* A hash of read group and fragment name; of what nf_fragment_get keeps of them. */
uint64_t nf_fragment_hash(struct nf_span read_group, struct nf_span name);

/* nf_fragment_hash of a fragment in the store. */
uint64_t nf_observation_hash(const struct nf_observations *observations, uint32_t fragment);

/* The index of the fragment (read group, name), made when new. NF_ERR_MEMORY prints. */
enum nf_status nf_fragment_get(struct nf_observations *observations, struct nf_span read_group,
                               struct nf_span name, uint32_t *fragment) NF_RESULT_USED;

/* Appends all of `from`, whose fragments become those of the same name in `into`. Prints on
 * error. Merging the parts of a file in file order gives exactly what one walk over it gives.
 */
enum nf_status nf_observations_merge(struct nf_observations *into,
                                     const struct nf_observations *from) NF_RESULT_USED;

/* Adds what a record covers or splices out, unless its fragment is thinned out. Prints on
 * error. */
enum nf_status nf_cover_add(struct nf_observations *observations, const struct nf_cover *cover)
    NF_RESULT_USED;
enum nf_status nf_splice_add(struct nf_observations *observations,
                             const struct nf_splice *splice) NF_RESULT_USED;

/* Adds the covers and splices of `from`: the part of nf_observations_merge that thins. Prints
 * on error. */
enum nf_status nf_depths_merge(struct nf_observations *into,
                               const struct nf_observations *from) NF_RESULT_USED;

/* The depth of a target. */
struct nf_depth nf_depth_of(const struct nf_observations *observations, uint32_t target);

/* Is the fragment one of those kept at the level? */
bool nf_depth_keeps(unsigned level, uint64_t fragment_hash);

/* n × 2^level: how many fragments n of those kept stand for. INT64_MAX where that is more. */
int64_t nf_depth_scaled(int64_t n, unsigned level);

/* Total orders that do not depend on how the observations came: −1, 0, 1. */
int nf_fragment_compare(const struct nf_observations *observations, uint32_t a, uint32_t b);
int nf_start_compare(const struct nf_start *a, const struct nf_start *b);
int nf_locus_compare(const struct nf_locus *a, const struct nf_locus *b);

/* Joins the covers of each fragment into one, and sorts them: ascending by target, then
 * fragment hash (nf_cover_compare), so that those of fragments kept come first in a target.
 * Covers merged before stay as they are. */
void nf_covers_merge(struct nf_observations *observations);
int nf_cover_compare(const void *a, const void *b);

/* The bases of `flanks`; side 5 or 3. */
struct nf_span nf_flank_side(const struct nf_observations *observations,
                             const struct nf_flanks *flanks, int side);

#endif
