/* SPDX-License-Identifier: MIT */
/* quality: what the library looks like, from the learning set alone. Level: signal.
 *
 * Fed with the records that learn.h is fed with: the primary records over the target windows
 * and the control genes. So every road through a file gives the same numbers, in whatever
 * order the records come and however the file is divided; memory is bounded by the number of
 * control genes, not by the file.
 *
 * A "leader" stands for its fragment: read 1, an unpaired read, or a read 2 whose mate is not
 * mapped. "Exonic" is a record with an aligned base in an exon of a control gene's primary
 * transcript. Exons, introns and edges below are those of these transcripts. */
#ifndef NTRKFUSE_QUALITY_H
#define NTRKFUSE_QUALITY_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/itree.h"
#include "ntrkfuse/learn.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/record.h"
#include "ntrkfuse/selection.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

enum {
    /* Hashes kept for a gene to count its distinct fragments: exact below, else within 4.4 %
     * (standard error of the k-minimum-values estimate, 1 / sqrt(k − 2); Bar-Yossef et al.,
     * RANDOM 2002; Beyer et al., SIGMOD 2007). */
    NF_SKETCH_HASHES = 512,
    /* nt a read must have on both sides of an exon edge to say anything about it: shorter
     * overhangs are aligned by chance or left to the aligner's taste. */
    NF_EDGE_OVERHANG = 5,
    NF_EDGE_CLIP_SLACK = 2,  /* nt between an exon edge and a clip left there */
    NF_MAX_BIT_INTRONS = 64, /* introns of a transcript that are told apart; the control genes
                                have at most 18 */
    NF_MIN_RATE_FRAGMENTS = 20, /* fragments of a gene, for its share of duplicates */
    NF_MIN_STRAND_READS = 50,   /* reads, for the strandedness: 45 of 50 on one side
                                   by chance is a matter of 4 in 10^9 */
    NF_MIN_BIAS_READS = 20,   /* reads of a gene in its two outer thirds, for the 3′ bias */
    NF_MIN_BIAS_GENES = 3,    /* genes, for the 3′ bias */
    NF_MIN_BIAS_LENGTH = 900, /* nt of a transcript each third of which can hold a fragment */
    NF_UNIQUE_COVERED = 3     /* unique fragments from which on a control gene is covered */
};

typedef NF_VEC(uint64_t) nf_hash_list;

/* Sums over the records of one control gene. */
struct nf_control_sums {
    uint32_t gene, transcript; /* annot indices; the transcript is the gene's primary one */
    int64_t n_bases;           /* of the transcript's exons */
    int64_t n_records;         /* exonic */
    int64_t n_fragments;       /* exonic leaders */
    int64_t n_duplicates;      /* of these, with the duplicate flag */
    int64_t n_thirds[3];       /* records by where their middle base lies, 5′ to 3′ */
    double seen[3];            /* part of each third's bases that records were taken in */
    uint64_t introns_out;      /* bit i: the i-th lies elsewhere */
    uint64_t introns_spliced;  /* bit i: the i-th in genome order, seen as an N */
    uint64_t introns_clipped;  /* an edge of it seen with a clip */
    /* The least hashes of leaders, ascending, distinct, at most NF_SKETCH_HASHES: by places
     * and the identifier in a tag, and (only where names end in one) by places and the
     * identifier in the name. */
    nf_hash_list sketches[2];
};

/* A run of aligned bases between two N, and how the record goes on at its ends. */
struct nf_quality_block {
    int64_t start0, end0;
    bool n_before, n_after;          /* an N */
    int32_t clip_before, clip_after; /* clipped bases */
};

/* Sums over the learning set. */
struct nf_quality_sums {
    const struct nf_panel *panel;
    NF_VEC(struct nf_control_sums) controls; /* those on this genome, order of the catalogue */
    NF_VEC(int64_t) target_records;          /* with a base in the window, one per target */
    int64_t n_learning;                      /* records */
    int64_t n_further; /* secondary and supplementary records at the same places; the scan
                          counts them */
    int64_t n_target, n_control; /* records with a base in any window; any control gene */
    int64_t n_exonic, n_with_n;  /* exonic records; of these, with an N */
    int64_t n_spliced_edges, n_clipped_edges, n_through_edges;
    int64_t n_sense, n_antisense;
    NF_VEC(struct nf_quality_block) blocks; /* scratch */
    nf_id_list ids;                         /* scratch */
};

/* Empties zeroed or used sums and makes a place for each control gene of the panel, which must
 * outlive them. Prints on error. */
enum nf_status nf_quality_begin(struct nf_quality_sums *sums, const struct nf_panel *panel)
    NF_RESULT_USED;

/* Adds one record of the learning set. Prints on error. */
enum nf_status nf_quality_add(struct nf_quality_sums *sums, const struct nf_record *record)
    NF_RESULT_USED;

/* Says that of this unit of a settled selection the records were added: of one that was cut,
 * up to the last of them. */
void nf_quality_limit(struct nf_quality_sums *sums, const struct nf_selection_unit *unit);

/* Adds the sums of another part of the same file, begun with the same panel. Prints on error.
 */
enum nf_status nf_quality_merge(struct nf_quality_sums *into,
                                const struct nf_quality_sums *from) NF_RESULT_USED;

/* Legal on zeroed sums and twice. */
void nf_quality_sums_free(struct nf_quality_sums *sums);

enum nf_strandedness {
    NF_STRAND_UNKNOWN,
    NF_STRAND_UNSTRANDED,
    NF_STRAND_FORWARD, /* read 1 reads as the transcript does */
    NF_STRAND_REVERSE  /* read 1 reads against it (dUTP libraries) */
};

/* "unknown", "unstranded", "forward", "reverse". */
const char *nf_strandedness_name(enum nf_strandedness strandedness);

/* What was seen of a control gene. */
struct nf_control_quality {
    uint32_t gene, transcript; /* annot indices */
    int64_t n_records, n_fragments;
    int64_t n_unique;  /* fragments that are no copies of each other; where the sample's copies
                          cannot be told, all */
    bool is_limited;   /* there are more records, which were not looked at */
    int64_t n_introns; /* of the transcript, as far as it was looked at, NF_MAX_BIT_INTRONS at
                          most */
    int64_t n_introns_spliced; /* seen as an N from edge to edge */
    int64_t n_introns_seen;    /* so, or an edge of it with a clip */
};

struct nf_quality {
    NF_VEC(struct nf_control_quality) controls; /* those on this genome, catalogue's order */
    NF_VEC(int64_t) target_records;             /* one per target of the panel */
    int64_t n_controls_named;                   /* in the catalogue */
    int64_t n_controls_covered;                 /* by NF_UNIQUE_COVERED unique fragments */
    int64_t n_learning, n_target, n_control, n_exonic; /* records, as in the sums */
    int64_t n_further; /* secondary and supplementary records at the places learned from */
    int64_t n_fragments, n_unique;     /* sums over the control genes */
    int64_t n_introns, n_introns_seen; /* likewise */
    int64_t n_spliced_edges;           /* exon edges at which reads go on behind an N, */
    int64_t n_clipped_edges;  /*   are clipped (aligners that do not splice leave that), */
    int64_t n_through_edges;  /*   or run on into the intron (DNA does) */
    double splice_completion; /* (spliced + clipped) / all three; NAN without any */
    double spliced_fraction;  /* exonic records with an N / exonic records; NAN without any */
    /* Share of fragments that are copies of another one: by the flag where the file has
     * duplicate flags and no molecular identifiers, else 1 − unique / fragments. The median
     * over the control genes with NF_MIN_RATE_FRAGMENTS fragments, for reads of very abundant
     * genes share their places by chance; where reads are unpaired and so have few places,
     * over those with at most a fragment in four exonic bases (11 % share a place by chance),
     * if there are any, else the least of all. Without such a gene, over all genes together;
     * NAN below NF_MIN_RATE_FRAGMENTS, and for amplicons without identifiers. */
    double duplicate_rate;
    int64_t n_sense, n_antisense;      /* exonic reads where genes of one strand lie; a read 2
                                          turned      round */
    enum nf_strandedness strandedness; /* 90 % of NF_MIN_STRAND_READS or more; of fewer reads
                                          it is unknown */
    /* (records in the 3′ third + 1) / (records in the 5′ third + 1) of a transcript's exonic
     * bases, by the middle of each record so that neither strand nor read number shifts it;
     * of a third in part of which records were taken, as many as the whole would have: the
     * median over transcripts long and covered enough, NAN with fewer than
     * NF_MIN_BIAS_GENES. */
    double three_prime_bias;
};

/* Draws the conclusions; replaces what `quality` (zeroed or used) held. `sample` is what was
 * learned from the same records. Prints on error. */
enum nf_status nf_quality_conclude(const struct nf_quality_sums *sums,
                                   const struct nf_sample *sample, struct nf_quality *quality)
    NF_RESULT_USED;

/* Legal on zeroed conclusions and twice. */
void nf_quality_free(struct nf_quality *quality);

/* --- shared by quality.c and quality_conclude.c --- */

/* How many distinct hashes the sketch has seen, for all we know. */
int64_t nf_sketch_count(const nf_hash_list *sketch);

#endif
