/* SPDX-License-Identifier: MIT */
/* sieve: passing over the records of a BAM that concern nothing. Level: signal.
 *
 * Of a whole file's records one in a hundred matters. The sieve looks at the bytes of a record
 * where they lie and passes over it when nf_evidence_classify would give 0 and nothing is to
 * be learned from it; it never passes over one of which it is not sure, or that contradicts
 * itself. So a pass with the sieve leaves what a pass without it leaves, in less time. */
#ifndef NTRKFUSE_SIEVE_H
#define NTRKFUSE_SIEVE_H

#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/abundance.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/status.h"

/* Places of a contig that matter, a bit per 1 kb; none where n_words is 0. */
struct nf_sieve_map {
    uint64_t *words;
    uint64_t n_words;
};

struct nf_sieve_contig {
    struct nf_sieve_map places; /* learning regions, which the targets' windows are part of */
    struct nf_sieve_map edges;  /* exon edges, with the slack of a clip there */
};

/* Read-only once made, so threads may share it. */
struct nf_sieve {
    const struct nf_panel *panel; /* borrowed */
    int32_t n_contigs;
    struct nf_sieve_contig *contigs;
};

/* One pass over the records at hand. */
struct nf_sieve_run {
    int64_t end0; /* it ends before a record that begins here or behind; INT64_MAX:
                     wherever */
    int64_t n_records, n_mapped; /* passed over */
    size_t n_bytes;              /* that these take */
};

/* Makes the sieve of a panel, which must outlive it. Prints on error; nf_sieve_free
 * after it is legal. */
enum nf_status nf_sieve_init(struct nf_sieve *sieve, const struct nf_panel *panel)
    NF_RESULT_USED;

/* Legal on a zeroed sieve and twice. */
void nf_sieve_free(struct nf_sieve *sieve);

/* Passes over the whole records at the start of `bytes` (BAM records one behind the other, as
 * many as begin in the n bytes) that concern nothing, up to the first that might, that is not
 * whole, or that is malformed. Sets all but end0 of `run` and adds the records to `abundance`.
 * NF_ERR_MEMORY prints. */
enum nf_status nf_sieve_pass(const struct nf_sieve *sieve, const uint8_t *bytes, size_t n,
                             struct nf_abundance *abundance, struct nf_sieve_run *run)
    NF_RESULT_USED;

#endif
