/* SPDX-License-Identifier: MIT */
/* codon: what the sample's transcripts have at the codons of resistance to TRK inhibitors.
 * Level: calls.
 *
 * Information beside the calls. RNA shows expressed alleles only: a change in few cells or in
 * an allele that is hardly expressed is missed, and other resistance than by these codons
 * exists. There is no state that says that a tumour is not resistant.
 *
 * The two reads of a fragment are one observation: a base on which they disagree is unknown.
 * Copies of one molecule are one as well, told as for junctions
 * (nf_sample_copies) but always by both read starts: of their bases the commonest
 * counts, of two equally common ones neither. In amplicons without identifiers copies cannot
 * be told and each fragment counts. */
#ifndef NTRKFUSE_CODON_H
#define NTRKFUSE_CODON_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/catalogue.h"
#include "ntrkfuse/fusion.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/read_groups.h"
#include "ntrkfuse/scan.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

enum {
    NF_N_CODONS = 64,
    NF_MIN_CODON_DEPTH =
        10, /* unique fragments. With 10 a change in half of the transcripts is
               missed (fewer than NF_MIN_CHANGE_FRAGMENTS) in 5.5 % of samples,
               with 9 in 9.0 %; one in a tenth of them in 93 %: binomial */
    NF_MIN_CHANGE_FRAGMENTS = 3,   /* unique fragments that show a change. At quality 20 and
                                      above a base is wrong in at most 1 of 100 */
    NF_MIN_POSSIBLE_FRAGMENTS = 2, /* and from so many, */
    NF_MIN_POSSIBLE_PERCENT = 1,   /*   and this part of the depth on, one is possible */
    NF_MIN_CHANGE_PERCENT = 2      /* of the depth: 2 errors of 1 % each, one per base */
};

enum nf_codon_state {
    NF_CODON_NOT_ASSESSABLE, /* no change seen at a depth below NF_MIN_CODON_DEPTH, or no place
                                on this genome */
    NF_CODON_NO_CHANGE_SEEN, /* not: no resistance */
    NF_CODON_CHANGE_POSSIBLE, /* in NF_MIN_POSSIBLE_FRAGMENTS and NF_MIN_POSSIBLE_PERCENT */
    NF_CODON_CHANGE_SEEN      /* one residue other than the reference's in
                                 NF_MIN_CHANGE_FRAGMENTS and NF_MIN_CHANGE_PERCENT */
};

/* Unique fragments over one codon. */
struct nf_codon_counts {
    int64_t depth;               /* with all three bases known */
    int64_t bases[3][4];         /* at each position in transcript direction: A C G T, of all
                                    fragments that tell the base */
    int64_t codons[NF_N_CODONS]; /* by nf_codon_index; their sum is the depth */
};

struct nf_codon {
    uint32_t row; /* index into nf_catalogue.resistance */
    enum nf_codon_state state;
    double detectable; /* the least part of the transcripts a change must be in to be seen with
                          95 % probability at this depth (binomial); NAN below 3 */
    struct nf_codon_counts all;
    struct nf_codon_counts fusion; /* of those, fragments that support a junction of a call in
                                      which the target is the 3′ gene: the fusion transcript's
                                      own sequence */
};

struct nf_codon_set {
    NF_VEC(struct nf_codon) codons; /* one per row of nf_catalogue.resistance, same order */
};

/* Counts the codon reads of the scan. Fills a zeroed set; prints on error; free after a
 * failure is legal. */
enum nf_status nf_codons_count(struct nf_codon_set *set, const struct nf_panel *panel,
                               const struct nf_scan *scan, const struct nf_fusion_set *fusions,
                               const struct nf_read_groups *read_groups) NF_RESULT_USED;

void nf_codons_free(struct nf_codon_set *set);

/* "not_assessable", "no_change_seen", "change_seen". */
const char *nf_codon_state_name(enum nf_codon_state state);

/* Number of a codon, A C G T as 0 to 3, the first base counting 16; −1 where a base is
 * unknown.
 */
int nf_codon_index(const char bases[3]);

/* The three bases of codon number `index`, NUL-terminated. */
void nf_codon_bases(int index, char bases[4]);

/* The amino acid of codon number `index` by the standard genetic code (NCBI translation table
 * 1), '*' for a stop. */
char nf_codon_residue(int index);

/* Unique fragments of `counts` whose codon stands for `residue`. */
int64_t nf_codon_residue_count(const struct nf_codon_counts *counts, char residue);

/* Is a residue other than the row's seen often enough to be called a change? */
bool nf_codon_is_change(const struct nf_codon_counts *counts, int64_t n_residue);

#endif
