/* SPDX-License-Identifier: MIT */
/* scan_abundance: what is expressed around places, along either road.
 *
 * A pass over the whole file has counted every bin. The index road has counted the records it
 * met; of the bins around the places asked for it reads the rest, in file order. Where a bin
 * holds as many records as count, what is left of it is not read. */
#include <stdlib.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/scan.h"

typedef NF_VEC(uint32_t) bin_list;

struct reading {
    struct nf_abundance *counts;
    struct nf_regions *regions;
    int64_t start0; /* of the bin being read */
    int64_t n_records;
};

static int compare_bins(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The bins around all places, ascending, each once. */
static enum nf_status list_bins(const struct nf_abundance *counts, const struct nf_locus *loci,
                                size_t n_loci, bin_list *bins)
{
    size_t n = 0;
    for (size_t i = 0; i < n_loci; i++) {
        uint32_t bin, end;
        for (nf_abundance_bins(counts, loci[i], &bin, &end); bin < end; bin++)
            if (nf_vec_push(bins, bin))
                return nf_fail_memory("the bins to count");
    }
    if (bins->n > 0)
        qsort(bins->items, bins->n, sizeof *bins->items, compare_bins);
    for (size_t i = 0; i < bins->n; i++)
        if (i == 0 || bins->items[i] != bins->items[n - 1])
            bins->items[n++] = bins->items[i];
    bins->n = n;
    return NF_OK;
}

static enum nf_status take(void *context, const struct nf_record *record)
{
    struct reading *reading = context;
    const struct nf_abundance *counts = reading->counts;
    reading->n_records++;
    if (nf_interrupted())
        return NF_ERR_INTERRUPTED;
    enum nf_status status = nf_abundance_add(reading->counts, record);
    reading->regions->is_enough =
        counts->run_start0 == reading->start0 && counts->run_n >= NF_ABUNDANCE_CAP;
    return status;
}

/* Counts what of the bins was not met before. */
static enum nf_status read_bins(struct reading *reading, const bin_list *bins)
{
    const struct nf_abundance *counts = reading->counts;
    int32_t contig = 0;
    for (size_t i = 0; i < bins->n; i++) {
        while (counts->first[contig + 1] <= bins->items[i])
            contig++;
        reading->start0 = (int64_t)(bins->items[i] - counts->first[contig])
                          << NF_ABUNDANCE_SHIFT;
        struct nf_region bin = {contig, reading->start0,
                                reading->start0 + ((int64_t)1 << NF_ABUNDANCE_SHIFT)};
        enum nf_status status = nf_abundance_settle(reading->counts);
        if (!status)
            status = nf_regions_read(reading->regions, bin, take, reading);
        if (status)
            return status;
    }
    return nf_abundance_settle(reading->counts);
}

static enum nf_status count_by_index(struct nf_scan *scan, const struct nf_locus *loci,
                                     size_t n_loci)
{
    struct reading reading = {.counts = &scan->abundance, .regions = &scan->regions};
    bin_list bins = {0};
    enum nf_status status = list_bins(&scan->abundance, loci, n_loci, &bins);
    if (!status)
        status = read_bins(&reading, &bins);
    if (!status)
        nf_debug("abundance: %zu places, %zu bins, %lld further records read", n_loci, bins.n,
                 (long long)reading.n_records);
    nf_vec_free(&bins);
    return status;
}

enum nf_status nf_scan_abundance(struct nf_scan *scan, const struct nf_locus *loci,
                                 size_t n_loci, int64_t *counts)
{
    enum nf_status status = NF_OK;
    if (scan->was_targeted)
        status = count_by_index(scan, loci, n_loci);
    for (size_t i = 0; i < n_loci && !status; i++)
        counts[i] = nf_abundance_at(&scan->abundance, loci[i]);
    return status;
}
