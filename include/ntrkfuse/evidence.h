/* SPDX-License-Identifier: MIT */
/* evidence: from one record to observations. Level: signal.
 *
 * nf_evidence_classify is the one predicate that decides what a record can tell; it looks at
 * nothing but the record's own fields and the panel, so every way of reading a file meets the
 * same evidence. nf_evidence_take then makes the observations. */
#ifndef NTRKFUSE_EVIDENCE_H
#define NTRKFUSE_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/align.h"
#include "ntrkfuse/observation.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/primers.h"
#include "ntrkfuse/record.h"
#include "ntrkfuse/status.h"

/* What a record can tell; several may hold. */
enum nf_evidence_class {
    NF_CLASS_WINDOW = 1,    /* a block of it lies in a target's window */
    NF_CLASS_NAMES = 2,     /* its mate or its SA tag names a place in a target's window */
    NF_CLASS_EDGE_CLIP = 4, /* soft-clipped at an exon edge of another known gene */
    NF_CLASS_POINTS = 16, /* alone: secondary, no evidence itself, but its SA tag names pieces
                             of a read in a target, and the index road follows it */
    NF_CLASS_LEARN = 8    /* primary, and overlaps a learning region */
};

enum {
    NF_MIN_EDGE_CLIP = 8,     /* shortest clip of a partner's read that is kept */
    NF_MIN_TARGET_CLIP = 8,   /* shortest clip of a target's read that is kept: a shorter one
                                 supports no junction (NF_MIN_KNOWN_CLIP) and makes no pile */
    NF_EDGE_SLACK = 8,        /* nt an aligner may run past, or stop short of, an exon edge */
    NF_MAX_JOIN_GAP = 25,     /* unaligned read bases between two pieces that still meet */
    NF_MAX_OVERLAP = 40,      /* read bases two pieces may both claim */
    NF_MIN_CODON_QUALITY = 20 /* Phred: a base below it, wrong in more than one of a hundred,
                                 tells nothing of a codon */
};

/* A place outside the windows that some record names: where its mate or a piece of its read
 * lies. */
struct nf_place {
    int32_t contig;
    int64_t pos0;
    uint32_t fragment;
};

/* An alignment named by an SA tag, or seen; matched to find records that are absent. */
struct nf_piece_key {
    uint64_t read_hash; /* fragment and read number */
    int32_t contig;
    int8_t strand;
    int64_t pos0;
};

/* The working state of one reader of records. */
struct nf_evidence {
    const struct nf_panel *panel;
    const struct nf_primers *primers;     /* borrowed; none when it holds none */
    struct nf_observations *observations; /* borrowed; grows */
    const char *only_read_group; /* of records without an RG tag: the header's, if it has just
                                    one; else "" */
    struct nf_chain chain;       /* scratch */
    nf_id_list ids;              /* scratch */
    bool collects_places;        /* fill the lists below (index road) */
    NF_VEC(struct nf_place) places;
    NF_VEC(struct nf_piece_key) named_pieces;
    NF_VEC(struct nf_piece_key) seen_pieces;
    int64_t n_bad_sa; /* SA entries that could not be used */
};

/* enum nf_evidence_class bits; 0 for a record that tells nothing (unmapped, secondary, failed
 * quality control, without CIGAR, beyond the end of its contig). Pure. */
unsigned nf_evidence_classify(const struct nf_panel *panel, const struct nf_record *record);

/* Makes the observations of a record of class `classes` (WINDOW, NAMES or EDGE_CLIP). Prints
 * on error. */
enum nf_status nf_evidence_take(struct nf_evidence *evidence, const struct nf_record *record,
                                unsigned classes) NF_RESULT_USED;

/* The records of one read of a separate chimeric file, which carry no SA tags: its pieces make
 * one chain. `records` are the n alignments of one read (same name and read number). */
enum nf_status nf_evidence_take_pieces(struct nf_evidence *evidence,
                                       const struct nf_record *records, size_t n)
    NF_RESULT_USED;

void nf_evidence_free(struct nf_evidence *evidence);

/* --- shared by the evidence_*.c files --- */

/* What the observations of one record have in common. */
struct nf_evidence_read {
    const struct nf_record *record; /* supplies bases, flags and tags */
    struct nf_span group, name; /* of its fragment; point into the record, or live longer */
    uint64_t fragment_hash;
    uint32_t fragment; /* NF_NO_FRAGMENT until it is named */
    bool is_noted;     /* what the record says of its fragment is */
    bool is_linked;    /* it made a join, a clip or a mate */
    int64_t n_hits;    /* NH; 0 unknown */
    bool is_read2;
    bool from_file;   /* of a separate chimeric file */
    int32_t n_primer; /* bases at its start that are a primer */
    struct nf_start start, mate_start;
};

/* The fragment of the read, which gets a name in the store by its first observation. What the
 * record says of it, copies and identifiers, is noted then. Prints on error. */
enum nf_status nf_evidence_fragment(struct nf_evidence *evidence,
                                    struct nf_evidence_read *read, uint32_t *fragment)
    NF_RESULT_USED;

/* Gives the fragment of the read a name in the store, and no more. Prints on error. */
enum nf_status nf_evidence_name(struct nf_evidence *evidence, struct nf_evidence_read *read)
    NF_RESULT_USED;

/* Notes where else the records of the fragment lie, and which alignments SA promises. */
enum nf_status nf_evidence_places(struct nf_evidence *evidence, struct nf_evidence_read *read)
    NF_RESULT_USED;

/* The read group a record belongs to. */
struct nf_span nf_evidence_read_group(const struct nf_evidence *evidence,
                                      const struct nf_record *record);

/* Joins between consecutive pieces of evidence->chain. */
enum nf_status nf_evidence_joins(struct nf_evidence *evidence, struct nf_evidence_read *read)
    NF_RESULT_USED;

/* Soft clips of the record's own alignment. */
enum nf_status nf_evidence_clips(struct nf_evidence *evidence, struct nf_evidence_read *read)
    NF_RESULT_USED;

/* What the record's own alignment says of the resistance codons of `target`: those whose three
 * bases are aligned one beside the other. Nothing where it has other placements as good, and
 * where the assembly is unknown; a base of a primer is 'N'. */
enum nf_status nf_evidence_codons(struct nf_evidence *evidence, struct nf_evidence_read *read,
                                  uint32_t target) NF_RESULT_USED;

/* Is `locus` an exon edge of that kind in a gene on that strand? The gene may be restricted
 * (NF_NO_GENE: any). */
bool nf_evidence_on_edge(const struct nf_annot *annot, struct nf_locus locus,
                         enum nf_edge_kind kind, uint32_t gene);

/* Two pieces that meet in a read, in sequencing direction: `before` is the last base of the
 * first piece, `after` the first base of the second, with the strands of the read. */
struct nf_meeting {
    struct nf_locus before, after;
    int32_t n_overlap; /* read bases claimed by both; negative: a gap */
    bool is_n_gap;
};

/* Orients the meeting by its target, moves it to exon edges within the overlap and fills
 * target, target_is_3prime, intragenic, five, three and n_gap of `join`. *n_shift receives the
 * bases by which the break lies 5′ of its most-3′ place, *is_flipped whether the read runs
 * against the transcript. False when it is no evidence for a junction of a target. */
bool nf_evidence_orient(const struct nf_panel *panel, nf_id_list *ids,
                        const struct nf_meeting *meeting, struct nf_join *join,
                        int32_t *n_shift, bool *is_flipped);

/* Copies the read bases around a break into the store: up to NF_FLANK before read
 * position `end5`, up to NF_FLANK from `start3`, and those between (sequencing direction,
 * start3 ≥ end5), turned round when `is_flipped`. */
enum nf_status nf_evidence_flanks(struct nf_evidence *evidence, const struct nf_record *record,
                                  int32_t end5, int32_t start3, bool is_flipped,
                                  struct nf_flanks *flanks) NF_RESULT_USED;

#endif
