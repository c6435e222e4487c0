/* SPDX-License-Identifier: MIT */
/* abundance: how many records begin around a place.
 *
 * Sums that stop at a bound can be taken in any order: min(min(a, c) + b, c) = min(a + b, c)
 * for counts. So runs are cut off at the bound as they come, and shards may be merged as they
 * are proven. */
#include "ntrkfuse/abundance.h"

#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/log.h"

enum {
    /* Bins in all, so that a forged header cannot ask for much memory: 2^24 bins are 2.7 ×
     * 10^11 bases, ninety human genomes. */
    MOST_BINS = 1 << 24
};

static const int64_t bin_bases = (int64_t)1 << NF_ABUNDANCE_SHIFT;
static const int64_t most_bases = (int64_t)1 << 31; /* of a contig that are counted */

/* How many bins a contig has. */
static uint32_t count_bins(const struct nf_contig *contig)
{
    int64_t length = contig->length < most_bases ? contig->length : most_bases;
    if (contig->chromosome == NF_MITOCHONDRION || length <= 0)
        return 0;
    return (uint32_t)((length - 1) >> NF_ABUNDANCE_SHIFT) + 1;
}

enum nf_status nf_abundance_init(struct nf_abundance *abundance,
                                 const struct nf_genome *genome)
{
    memset(abundance, 0, sizeof *abundance);
    abundance->genome = genome;
    abundance->run_contig = -1;
    abundance->run_bin = UINT32_MAX;
    abundance->first = calloc((size_t)genome->n_contigs + 1, sizeof *abundance->first);
    if (!abundance->first)
        return nf_fail_memory("the bins of the contigs");
    for (int32_t i = 0; i < genome->n_contigs; i++) {
        uint32_t n = count_bins(&genome->contigs[i]), first = abundance->first[i];
        abundance->first[i + 1] = first + (n <= MOST_BINS - first ? n : 0);
    }
    return NF_OK;
}

void nf_abundance_free(struct nf_abundance *abundance)
{
    free(abundance->first);
    free(abundance->bins);
    nf_vec_free(&abundance->runs);
    memset(abundance, 0, sizeof *abundance);
    abundance->run_contig = -1;
}

static enum nf_status need_bins(struct nf_abundance *abundance)
{
    size_t n = abundance->first[abundance->genome->n_contigs];
    if (!abundance->bins)
        abundance->bins = calloc(n + 1, sizeof *abundance->bins);
    return abundance->bins ? NF_OK : nf_fail_memory("the counts of records");
}

static void add_to_bin(struct nf_abundance *abundance, uint32_t bin, int64_t n)
{
    int64_t sum = abundance->bins[bin] + n;
    abundance->bins[bin] = (uint32_t)(sum < NF_ABUNDANCE_CAP ? sum : NF_ABUNDANCE_CAP);
}

static enum nf_status fold_runs(struct nf_abundance *abundance)
{
    if (need_bins(abundance))
        return NF_ERR_MEMORY;
    for (size_t i = 0; i < abundance->runs.n; i++)
        add_to_bin(abundance, abundance->runs.items[i].bin, abundance->runs.items[i].n);
    nf_vec_free(&abundance->runs);
    return NF_OK;
}

/* The bin being filled is done with. */
static enum nf_status end_run(struct nf_abundance *abundance)
{
    int64_t n = abundance->run_n;
    if (n == 0 || abundance->run_bin == UINT32_MAX)
        return NF_OK;
    if (!abundance->bins && abundance->runs.n == NF_ABUNDANCE_RUNS && fold_runs(abundance))
        return NF_ERR_MEMORY;
    if (n > NF_ABUNDANCE_CAP)
        n = NF_ABUNDANCE_CAP;
    if (abundance->bins)
        add_to_bin(abundance, abundance->run_bin, n);
    else if (nf_vec_push(&abundance->runs,
                         (struct nf_abundance_run){abundance->run_bin, (uint32_t)n}))
        return nf_fail_memory("the counts of records");
    abundance->n_counted += abundance->run_n;
    abundance->run_n = 0;
    return NF_OK;
}

enum nf_status nf_abundance_turn(struct nf_abundance *abundance, int32_t contig, int64_t pos0)
{
    if (contig < 0 || pos0 < 0)
        return NF_OK;
    int64_t length = abundance->genome->contigs[contig].length;
    if (length > most_bases)
        length = most_bases;
    if (pos0 >= length)
        return NF_OK;
    if (end_run(abundance))
        return NF_ERR_MEMORY;
    uint32_t first = abundance->first[contig];
    bool counts = abundance->first[contig + 1] > first;
    int64_t bin = pos0 >> NF_ABUNDANCE_SHIFT;
    int64_t start0 = counts ? bin << NF_ABUNDANCE_SHIFT : 0;
    int64_t end0 = counts && start0 + bin_bases < length ? start0 + bin_bases : length;
    abundance->run_contig = contig;
    abundance->run_start0 = start0;
    abundance->run_width = (uint64_t)(end0 - start0);
    abundance->run_bin = counts ? first + (uint32_t)bin : UINT32_MAX;
    abundance->run_n = 1;
    return NF_OK;
}

enum nf_status nf_abundance_settle(struct nf_abundance *abundance)
{
    enum nf_status status = end_run(abundance);
    return status ? status : fold_runs(abundance);
}

enum nf_status nf_abundance_merge(struct nf_abundance *into, const struct nf_abundance *from)
{
    size_t n_bins = from->first[from->genome->n_contigs];
    bool is_open = from->run_n > 0 && from->run_bin != UINT32_MAX;
    if (need_bins(into))
        return NF_ERR_MEMORY;
    for (size_t i = 0; i < from->runs.n; i++)
        add_to_bin(into, from->runs.items[i].bin, from->runs.items[i].n);
    for (size_t i = 0; from->bins && i < n_bins; i++)
        if (from->bins[i])
            add_to_bin(into, (uint32_t)i, from->bins[i]);
    if (is_open)
        add_to_bin(into, from->run_bin, from->run_n);
    into->n_counted += from->n_counted + (is_open ? from->run_n : 0);
    return NF_OK;
}

void nf_abundance_bins(const struct nf_abundance *abundance, struct nf_locus locus,
                       uint32_t *first, uint32_t *end)
{
    *first = *end = 0;
    if (locus.contig < 0 || locus.pos0 < 0)
        return;
    int64_t first_bin = abundance->first[locus.contig];
    int64_t end_bin = abundance->first[locus.contig + 1];
    int64_t bin = first_bin + (locus.pos0 >> NF_ABUNDANCE_SHIFT);
    if (bin >= end_bin)
        return;
    *first = (uint32_t)(bin > first_bin ? bin - 1 : bin);
    *end = (uint32_t)(bin + 1 < end_bin ? bin + 2 : bin + 1);
}

int64_t nf_abundance_at(const struct nf_abundance *abundance, struct nf_locus locus)
{
    uint32_t first, end;
    int64_t n = 0;
    nf_abundance_bins(abundance, locus, &first, &end);
    if (first == end)
        return -1;
    for (uint32_t bin = first; abundance->bins && bin < end; bin++)
        n += abundance->bins[bin];
    return n;
}
