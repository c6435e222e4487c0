/* SPDX-License-Identifier: MIT */
/* assess: could this library have shown a fusion? Level: calls.
 *
 * Judged from the library alone: its control genes, its size, its splicing. Never from the
 * targets: wild-type NTRK is silent in most tumours, and a fusion is driven by its partner's
 * promoter. Absence of calls means something only where nothing below speaks against it. */
#ifndef NTRKFUSE_ASSESS_H
#define NTRKFUSE_ASSESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/scan.h"

/* The mean of the Poisson distribution that gives 3 or more with probability 0.95: the root of
 * 1 − e^−m (1 + m + m²/2) = 0.95. Three unique fragments are what a call rests on. */
#define NF_DETECTION_MEAN 6.2958

/* Thresholds. Each is the mildest that still excludes what its comment says; a library that is
 * good enough for clinical work passes all of them by a factor. */
enum {
    /* FFPM. A detection limit above it means fewer than 63,000 unique fragments (6.2958 / 100
     * millions). Fusions called in practice lie at 0.1 FFPM (the usual floor of callers) to
     * some hundreds, so such a library would miss nearly all of them. */
    NF_WORST_LIMIT_FFPM = 100,
    /* Exon edges reached, for a word on DNA: at a true completion of 30 %, less than 10 % of
     * 50 happens once in 3,000 (binomial). */
    NF_MIN_DNA_EDGES = 50,
    NF_MAX_DNA_PERCENT =
        10, /* of edges left: RNA shows 60 % and more, nuclear RNA included
               30 %; DNA about 1 %, by stray clips and processed pseudogenes */
    /* Records on control genes from which on their spread tells DNA where few edges are
     * reached, as in a shallow genome: no read leaves an edge, and less than half of the
     * records touch an exon. Exons are a tenth of these genes and 7 tenths and more of RNA. */
    NF_MIN_DNA_RECORDS = 30,
    /* Mapped records without one on a control gene. ACTB, GAPDH, B2M, RPLP0, PPIA and the
     * others together make some 10,000 transcripts in a million of most tissues; at half of
     * that, 1,000 records of 500 pairs miss them all with probability e^−2.5, 8 %, and such a
     * library is too small anyway. */
    NF_MIN_WHOLE_RECORDS = 1000,
    /* Unique control fragments from which on introns must show. With exons of 150 nt a third
     * of 50-nt reads cross an edge, so 200 fragments splice 60 times and more, over some 200
     * introns; fewer than 10 different ones are seen only of the ends of transcripts (3′ tag
     * libraries) or of DNA with a little RNA. */
    NF_SPARSE_FRAGMENTS = 200,
    NF_MIN_INTRONS_SEEN = 10,
    /* nt: two anchors of 18 nt. 16 nt are the least that can be unique in a genome of 3 × 10^9
     * (4^16 is 4 × 10^9); two more for mismatches. */
    NF_SHORTEST_READ = 36,
    NF_SHORTEST_INSERT = 60, /* nt, median: below it few molecules hold two such anchors and a
                                break that may lie anywhere in them */
    NF_TARGETED_FRAGMENTS = 10, /* of an anchored or amplicon panel on one control gene: these
                                   carry two to four control genes, meant to be abundant */
    /* Remarks. */
    NF_SHORT_INSERT = 100, /* nt, median: mates overlap, so no pair spans a break */
    NF_HIGH_DUPLICATE_PERCENT = 80,
    NF_STRONG_BIAS = 5, /* 3′ over 5′ third: a break 2 kb from the 3′ end of a transcript, as
                           NTRK breaks are, is seen about a fifth as well as the 3′ end */
    NF_DEEP_FRAGMENTS = 1000000, /* unique: a detection limit of 6.3 FFPM */
    /* and ten times as many as spliced ones: the aligner does not splice */
    NF_MIN_CLIPPED_EDGES = 20,
    /* For the limit in TPM. */
    NF_MEAN_TRANSCRIPT = 2000, /* nt, of expressed transcripts, weighted by abundance; rough */
    NF_ANCHORS = 20 /* nt: 10 on either side of a break (nf_filters_apply asks for as much of
                       most junctions) */
};

/* Why a sample cannot be judged; bits, and the order in which they are told. */
enum nf_reason {
    NF_REASON_NO_READS,
    NF_REASON_NO_CONTROL_GENES,
    NF_REASON_DNA_INPUT,
    NF_REASON_LIBRARY_UNCLEAR,
    NF_REASON_CUT_OUT,
    NF_REASON_SHORT_READS,
    NF_REASON_FRAGMENTS_TOO_SHORT,
    NF_REASON_TOO_FEW_FRAGMENTS,
    NF_REASON_NO_CONTROL_READS,
    NF_REASON_CONTROL_GENES_SILENT,
    NF_REASON_FEW_JUNCTIONS,
    NF_N_REASONS
};

/* What to bear in mind of a sample, judged or not. */
enum nf_remark {
    NF_REMARK_DEPTH_UNKNOWN,
    NF_REMARK_LIMITED_DEPTH,
    NF_REMARK_UNSPLICED_ALIGNER,
    NF_REMARK_HIGH_DUPLICATES,
    NF_REMARK_THREE_PRIME_BIASED,
    NF_REMARK_SHORT_FRAGMENTS,
    NF_REMARK_HIDDEN_SPLITS,
    NF_N_REMARKS
};

/* A reason or remark that holds. */
struct nf_finding {
    const char *word; /* static */
    char text[256];   /* one sentence with the measured numbers */
};

struct nf_assessment {
    bool assessable;  /* no reason holds */
    uint32_t reasons; /* 1 << enum nf_reason */
    uint32_t remarks; /* 1 << enum nf_remark */
    size_t n_reasons, n_remarks;
    struct nf_finding reason_rows[NF_N_REASONS]; /* those that hold, the most telling first */
    struct nf_finding remark_rows[NF_N_REMARKS];
    /* Fragments of the whole library that are no copies: mapped records × the share of primary
     * ones at the places learned from, halved for pairs, × (1 − duplicate rate; 0 where that
     * is not known). NAN where mapped records are unknown, and in an amplicon library without
     * molecular identifiers, whose copies cannot be told. */
    double n_unique_fragments;
    /* The FFPM (fusion fragments per million fragments) at which 3 or more unique ones are
     * seen with probability 0.95: NF_DETECTION_MEAN per million unique fragments. NAN where
     * unknown or without a fragment. */
    double limit_ffpm;
    /* Roughly the same as expression, transcripts per million: of a transcript's fragments,
     * (insert − NF_ANCHORS) / length lie over one given break, so limit_ffpm ×
     * NF_MEAN_TRANSCRIPT / (median insert − NF_ANCHORS); the read length stands for an insert
     * that was not learned. NAN where unknown. Says nothing on enriched libraries (capture,
     * anchored, amplicon). */
    double limit_tpm;
};

/* Judges a scanned sample by its library type (nf_sample.library): control genes of whole
 * transcriptomes and capture panels must be covered as a whole, anchored and amplicon panels
 * carry few of them, of which one must be. Only a library type that the user gave counts as a
 * panel. `hides_splits`: the aligner leaves most reads over a fusion unaligned, or clipped
 * without a word of where the rest belongs. */
void nf_assess(struct nf_assessment *assessment, const struct nf_scan *scan,
               bool hides_splits);

/* "dna_input", …: the word of a reason and of a remark, static strings. */
const char *nf_reason_name(enum nf_reason reason);
const char *nf_remark_name(enum nf_remark remark);

#endif
