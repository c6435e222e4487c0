/* SPDX-License-Identifier: MIT */
/* quality_conclude: from sums to what they say. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/library.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/quality.h"

int64_t nf_sketch_count(const nf_hash_list *sketch)
{
    if (sketch->n < NF_SKETCH_HASHES)
        return (int64_t)sketch->n;
    /* (k − 1) / u, u being the k-th least as a part of the range. */
    double u = ((double)sketch->items[sketch->n - 1] + 1) / 18446744073709551616.0;
    return llround((double)(sketch->n - 1) / u);
}

const char *nf_strandedness_name(enum nf_strandedness strandedness)
{
    static const char *const names[] = {"unknown", "unstranded", "forward", "reverse"};
    return names[strandedness];
}

static int64_t count_unique(const struct nf_control_sums *control, enum nf_copies copies)
{
    if (copies == NF_COPIES_UNTOLD)
        return control->n_fragments;
    if (copies == NF_COPIES_BY_FLAG)
        return control->n_fragments - control->n_duplicates;
    int64_t n = nf_sketch_count(&control->sketches[copies == NF_COPIES_BY_NAME]);
    return n < control->n_fragments ? n : control->n_fragments; /* an estimate may err */
}

static int64_t count_bits(uint64_t bits)
{
    int64_t n = 0;
    for (; bits; bits &= bits - 1)
        n++;
    return n;
}

/* Exonic bases of the gene in which records were taken. */
static double seen_bases(const struct nf_control_sums *control)
{
    return (double)control->n_bases *
           (control->seen[0] + control->seen[1] + control->seen[2]) / 3;
}

static enum nf_status conclude_controls(const struct nf_quality_sums *sums,
                                        enum nf_copies copies, struct nf_quality *quality)
{
    for (size_t i = 0; i < sums->controls.n; i++) {
        const struct nf_control_sums *control = &sums->controls.items[i];
        uint32_t n_exons = sums->panel->annot->transcripts.items[control->transcript].n_exons;
        int64_t n_introns = n_exons > 0 ? (int64_t)n_exons - 1 : 0;
        uint64_t seen = control->introns_spliced | control->introns_clipped;
        struct nf_control_quality row = {
            .gene = control->gene,
            .transcript = control->transcript,
            .n_records = control->n_records,
            .n_fragments = control->n_fragments,
            .n_unique = count_unique(control, copies),
            .n_introns = (n_introns < NF_MAX_BIT_INTRONS ? n_introns : NF_MAX_BIT_INTRONS) -
                         count_bits(control->introns_out & ~seen),
            .is_limited = seen_bases(control) < (double)control->n_bases,
            .n_introns_spliced = count_bits(control->introns_spliced),
            .n_introns_seen = count_bits(seen)};
        if (nf_vec_push(&quality->controls, row))
            return nf_fail_memory("the control genes");
        quality->n_controls_covered += row.n_unique >= NF_UNIQUE_COVERED;
        quality->n_fragments += row.n_fragments;
        quality->n_unique += row.n_unique;
        quality->n_introns += row.n_introns;
        quality->n_introns_seen += row.n_introns_seen;
    }
    return NF_OK;
}

static int compare_reals(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef NF_VEC(double) real_list;

/* The median; of an even number the mean of the middle two; NAN of none. */
static double median(real_list *reals)
{
    if (reals->n == 0)
        return (double)NAN;
    qsort(reals->items, reals->n, sizeof *reals->items, compare_reals);
    return (reals->items[(reals->n - 1) / 2] + reals->items[reals->n / 2]) / 2;
}

static double copied_share(int64_t n_unique, int64_t n_fragments)
{
    return 1 - (double)n_unique / (double)n_fragments;
}

static enum nf_status learn_duplicates(const struct nf_quality_sums *sums, bool is_paired,
                                       struct nf_quality *quality)
{
    real_list rates = {0}, all_rates = {0};
    enum nf_status status = NF_OK;
    for (size_t i = 0; i < quality->controls.n && !status; i++) {
        const struct nf_control_quality *row = &quality->controls.items[i];
        if (row->n_fragments < NF_MIN_RATE_FRAGMENTS)
            continue;
        double rate = copied_share(row->n_unique, row->n_fragments);
        bool is_sparse =
            is_paired || (double)row->n_fragments * 4 <= seen_bases(&sums->controls.items[i]);
        if (nf_vec_push(&all_rates, rate) || (is_sparse && nf_vec_push(&rates, rate)))
            status = nf_fail_memory("the control genes");
    }
    if (rates.n > 0) {
        quality->duplicate_rate = median(&rates);
    } else if (all_rates.n > 0) {
        qsort(all_rates.items, all_rates.n, sizeof *all_rates.items, compare_reals);
        quality->duplicate_rate = all_rates.items[0];
    } else if (quality->n_fragments >= NF_MIN_RATE_FRAGMENTS) {
        quality->duplicate_rate = copied_share(quality->n_unique, quality->n_fragments);
    }
    nf_vec_free(&rates);
    nf_vec_free(&all_rates);
    return status;
}

static enum nf_status learn_bias(const struct nf_quality_sums *sums,
                                 struct nf_quality *quality)
{
    /* Under it a third was not looked at: sums of parts that are 1 may differ from it a
     * little.
     */
    const double least_seen = 0.01;
    real_list ratios = {0};
    enum nf_status status = NF_OK;
    for (size_t i = 0; i < sums->controls.n && !status; i++) {
        const struct nf_control_sums *control = &sums->controls.items[i];
        int64_t n5 = control->n_thirds[0], n3 = control->n_thirds[2];
        bool are_seen = control->seen[0] >= least_seen && control->seen[2] >= least_seen;
        if (!are_seen || n5 + n3 < NF_MIN_BIAS_READS || control->n_bases < NF_MIN_BIAS_LENGTH)
            continue;
        double all5 = (double)n5 / control->seen[0], all3 = (double)n3 / control->seen[2];
        if (nf_vec_push(&ratios, (all3 + 1) / (all5 + 1)))
            status = nf_fail_memory("the control genes");
    }
    if (ratios.n >= NF_MIN_BIAS_GENES)
        quality->three_prime_bias = median(&ratios);
    nf_vec_free(&ratios);
    return status;
}

static enum nf_strandedness conclude_strand(int64_t n_sense, int64_t n_antisense)
{
    int64_t n = n_sense + n_antisense;
    if (n < NF_MIN_STRAND_READS)
        return NF_STRAND_UNKNOWN;
    if (n_sense * 10 >= n * 9)
        return NF_STRAND_FORWARD;
    return n_antisense * 10 >= n * 9 ? NF_STRAND_REVERSE : NF_STRAND_UNSTRANDED;
}

/* n / n_all; NAN of nothing. */
static double share(int64_t n, int64_t n_all)
{
    return n_all > 0 ? (double)n / (double)n_all : (double)NAN;
}

static void copy_counts(const struct nf_quality_sums *sums, struct nf_quality *quality)
{
    quality->n_learning = sums->n_learning;
    quality->n_target = sums->n_target;
    quality->n_control = sums->n_control;
    quality->n_exonic = sums->n_exonic;
    quality->n_spliced_edges = sums->n_spliced_edges;
    quality->n_clipped_edges = sums->n_clipped_edges;
    quality->n_through_edges = sums->n_through_edges;
    quality->n_sense = sums->n_sense;
    quality->n_antisense = sums->n_antisense;
    if (sums->panel)
        quality->n_controls_named = (int64_t)sums->panel->catalogue->control_genes.n;
}

enum nf_status nf_quality_conclude(const struct nf_quality_sums *sums,
                                   const struct nf_sample *sample, struct nf_quality *quality)
{
    enum nf_copies copies = nf_sample_copies(sample);
    nf_quality_free(quality);
    memset(quality, 0, sizeof *quality);
    copy_counts(sums, quality);
    int64_t n_left = sums->n_spliced_edges + sums->n_clipped_edges;
    quality->splice_completion = share(n_left, n_left + sums->n_through_edges);
    quality->n_further = sums->n_further;
    quality->spliced_fraction = share(sums->n_with_n, sums->n_exonic);
    quality->strandedness = conclude_strand(sums->n_sense, sums->n_antisense);
    quality->duplicate_rate = quality->three_prime_bias = (double)NAN;
    enum nf_status status = conclude_controls(sums, copies, quality);
    for (size_t i = 0; i < sums->target_records.n && !status; i++)
        if (nf_vec_push(&quality->target_records, sums->target_records.items[i]))
            status = nf_fail_memory("the target counts");
    if (!status && copies != NF_COPIES_UNTOLD)
        status = learn_duplicates(sums, sample->is_paired, quality);
    if (!status)
        status = learn_bias(sums, quality);
    return status;
}

void nf_quality_free(struct nf_quality *quality)
{
    nf_vec_free(&quality->controls);
    nf_vec_free(&quality->target_records);
}
