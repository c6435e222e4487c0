/* SPDX-License-Identifier: MIT */
/* coverage: exons, introns and the kinase insert of each target, in distinct fragments.
 *
 * The scan left a cover and splices per record. Here they are sorted and each fragment is kept
 * once: by target, then for splices by the places spliced, so that a binary search counts any
 * intron. What is counted comes from the gene models alone. */
#include "ntrkfuse/coverage.h"

#include <math.h>
#include <stdlib.h>

#include "ntrkfuse/log.h"

/* A gap of fewer bases is no intron (annot.h). */
enum { MIN_INTRON = 20 };

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* By place, then fragment. */
static int compare_splices(const void *a, const void *b)
{
    const struct nf_splice *x = a, *y = b;
    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    int order = compare_numbers(x->donor0, y->donor0);
    if (order == 0)
        order = compare_numbers(x->acceptor0, y->acceptor0);
    if (order == 0)
        order = (x->fragment_hash > y->fragment_hash) - (x->fragment_hash < y->fragment_hash);
    return order;
}

/* Sorts the observations and leaves each fragment once at a place. */
static void sort_reads(struct nf_observations *observations)
{
    struct nf_splice *splices = observations->splices.items;
    size_t n = 0;
    nf_covers_merge(observations);
    if (observations->splices.n == 0)
        return;
    qsort(splices, observations->splices.n, sizeof *splices, compare_splices);
    for (size_t i = 1; i < observations->splices.n; i++)
        if (compare_splices(&splices[n], &splices[i]) != 0)
            splices[++n] = splices[i];
    observations->splices.n = n + 1;
}

/* The part of the sorted observations that belongs to a target. */
static struct nf_target_reads reads_of(const struct nf_observations *observations,
                                       uint32_t target)
{
    struct nf_target_reads reads = {.level = nf_depth_of(observations, target).level};
    for (size_t i = 0; i < observations->covers.n; i++) {
        const struct nf_cover *cover = &observations->covers.items[i];
        if (cover->target != target || !nf_depth_keeps(reads.level, cover->fragment_hash))
            continue;
        if (reads.n_covers++ == 0)
            reads.covers = &observations->covers.items[i];
    }
    for (size_t i = 0; i < observations->splices.n; i++) {
        if (observations->splices.items[i].target != target)
            continue;
        if (reads.n_splices++ == 0)
            reads.splices = &observations->splices.items[i];
    }
    return reads;
}

/* The first splice at or behind (donor0, acceptor0). */
static size_t first_splice(const struct nf_target_reads *reads, int64_t donor0,
                           int64_t acceptor0)
{
    size_t low = 0, high = reads->n_splices;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct nf_splice *splice = &reads->splices[middle];
        int order = compare_numbers(splice->donor0, donor0);
        if (order == 0)
            order = compare_numbers(splice->acceptor0, acceptor0);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t nf_reads_spliced(const struct nf_target_reads *reads, int64_t donor0,
                         int64_t acceptor0)
{
    return (int64_t)(first_splice(reads, donor0, acceptor0 + 1) -
                     first_splice(reads, donor0, acceptor0));
}

static enum nf_status measure_exons(struct nf_target_coverage *coverage,
                                    const struct nf_panel *panel,
                                    const struct nf_panel_target *target,
                                    const struct nf_target_reads *reads)
{
    uint32_t n_exons = panel->annot->transcripts.items[target->transcript].n_exons;
    for (uint32_t number = 1; number <= n_exons; number++) {
        const struct nf_exon *exon =
            nf_transcript_exon(panel->annot, target->transcript, number);
        struct nf_exon_coverage row = {.number = number,
                                       .start0 = exon->start0,
                                       .end0 = exon->end0,
                                       .has_kinase = target->kinase_first0 >= 0 &&
                                                     number >= target->kinase_exon_first &&
                                                     number <= target->kinase_exon_last};
        if (number > NF_MAX_COVERED_EXONS)
            row.n_fragments = -1;
        for (size_t i = 0; i < reads->n_covers && number <= NF_MAX_COVERED_EXONS; i++)
            row.n_fragments += reads->covers[i].exons >> (number - 1) & 1;
        if (nf_vec_push(&coverage->exons, row))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

/* The number of the exon whose donor (or acceptor) is at pos0 in the target's transcript; 0
 * when there is none. */
static uint32_t exon_with_edge(const struct nf_annot *annot, uint32_t transcript, int64_t pos0,
                               enum nf_edge_kind kind)
{
    uint32_t number = nf_transcript_exon_at(annot, transcript, pos0);
    if (number == 0)
        return 0;
    const struct nf_exon *exon = nf_transcript_exon(annot, transcript, number);
    uint32_t gene = annot->transcripts.items[transcript].gene;
    bool forward = annot->genes.items[gene].strand > 0;
    int64_t edge0 = forward == (kind == NF_EDGE_DONOR) ? exon->end0 - 1 : exon->start0;
    return edge0 == pos0 ? number : 0;
}

static bool is_listed(const struct nf_target_coverage *coverage, int64_t donor0,
                      int64_t acceptor0)
{
    for (size_t i = 0; i < coverage->introns.n; i++)
        if (coverage->introns.items[i].donor0 == donor0 &&
            coverage->introns.items[i].acceptor0 == acceptor0)
            return true;
    return false;
}

/* Adds the introns of `transcript` that are not listed yet. */
static enum nf_status add_introns(struct nf_target_coverage *coverage,
                                  const struct nf_annot *annot,
                                  const struct nf_panel_target *target, uint32_t transcript)
{
    bool forward = target->strand > 0;
    for (uint32_t number = 1; number < annot->transcripts.items[transcript].n_exons;
         number++) {
        const struct nf_exon *before = nf_transcript_exon(annot, transcript, number);
        const struct nf_exon *behind = nf_transcript_exon(annot, transcript, number + 1);
        struct nf_intron_coverage row = {.donor0 = forward ? before->end0 - 1 : before->start0,
                                         .acceptor0 =
                                             forward ? behind->start0 : behind->end0 - 1,
                                         .transcript = transcript,
                                         .exon5 = number,
                                         .exon3 = number + 1};
        if (llabs(row.acceptor0 - row.donor0) - 1 < MIN_INTRON ||
            is_listed(coverage, row.donor0, row.acceptor0))
            continue;
        uint32_t exon5 = exon_with_edge(annot, target->transcript, row.donor0, NF_EDGE_DONOR);
        uint32_t exon3 =
            exon_with_edge(annot, target->transcript, row.acceptor0, NF_EDGE_ACCEPTOR);
        if (exon5 > 0 && exon3 > 0) {
            row.transcript = target->transcript;
            row.exon5 = exon5;
            row.exon3 = exon3;
        }
        if (nf_vec_push(&coverage->introns, row))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

static int compare_introns_rising(const void *a, const void *b)
{
    const struct nf_intron_coverage *x = a, *y = b;
    int order = compare_numbers(x->donor0, y->donor0);
    return order ? order : compare_numbers(x->acceptor0, y->acceptor0);
}

static int compare_introns_falling(const void *a, const void *b)
{
    return compare_introns_rising(b, a);
}

static enum nf_status measure_introns(struct nf_target_coverage *coverage,
                                      const struct nf_panel *panel,
                                      const struct nf_panel_target *target,
                                      const struct nf_target_reads *reads)
{
    const struct nf_gene *gene = &panel->annot->genes.items[target->gene];
    enum nf_status status = add_introns(coverage, panel->annot, target, target->transcript);
    size_t n_own = coverage->introns.n;
    for (uint32_t t = 0; t < gene->n_transcripts && !status; t++)
        status = add_introns(coverage, panel->annot, target, gene->first_transcript + t);
    if (coverage->introns.n > n_own)
        qsort(coverage->introns.items + n_own, coverage->introns.n - n_own,
              sizeof *coverage->introns.items,
              target->strand > 0 ? compare_introns_rising : compare_introns_falling);
    for (size_t i = 0; i < coverage->introns.n; i++) {
        struct nf_intron_coverage *row = &coverage->introns.items[i];
        row->n_fragments = nf_reads_spliced(reads, row->donor0, row->acceptor0);
    }
    return status;
}

/* The splices of one intron; ascending by fragment. */
struct splice_range {
    const struct nf_splice *items;
    size_t n;
};

static struct splice_range splices_of(const struct nf_target_reads *reads, int64_t donor0,
                                      int64_t acceptor0)
{
    struct splice_range range = {NULL, 0};
    size_t first = first_splice(reads, donor0, acceptor0);
    range.n = first_splice(reads, donor0, acceptor0 + 1) - first;
    if (range.n > 0)
        range.items = reads->splices + first;
    return range;
}

static bool has_fragment(struct splice_range range, uint64_t fragment_hash)
{
    size_t low = 0, high = range.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (range.items[middle].fragment_hash < fragment_hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < range.n && range.items[low].fragment_hash == fragment_hash;
}

/* Does a transcript of the gene splice over the exon, from its left neighbour's edge to its
 * right neighbour's? All in transcript direction. */
static bool is_skipped(const struct nf_panel *panel, const struct nf_panel_target *target,
                       int64_t donor0, int64_t acceptor0)
{
    return nf_annot_is_intron(panel->annot, target->gene,
                              donor0 < acceptor0 ? donor0 : acceptor0,
                              donor0 < acceptor0 ? acceptor0 : donor0);
}

static void count_insert(struct nf_insert_coverage *insert,
                         const struct nf_target_reads *reads,
                         const struct nf_intron_coverage *before,
                         const struct nf_intron_coverage *behind)
{
    struct splice_range into = splices_of(reads, before->donor0, before->acceptor0);
    struct splice_range out_of = splices_of(reads, behind->donor0, behind->acceptor0);
    struct splice_range over = splices_of(reads, before->donor0, behind->acceptor0);
    insert->n_with = (int64_t)into.n;
    for (size_t i = 0; i < out_of.n; i++)
        insert->n_with += !has_fragment(into, out_of.items[i].fragment_hash);
    for (size_t i = 0; i < over.n; i++)
        insert->n_without += !has_fragment(into, over.items[i].fragment_hash) &&
                             !has_fragment(out_of, over.items[i].fragment_hash);
}

/* Finds the insert in the gene models; the introns must be known, those of the target's
 * transcript first. */
static void measure_insert(struct nf_target_coverage *coverage, const struct nf_panel *panel,
                           const struct nf_panel_target *target,
                           const struct nf_target_reads *reads)
{
    uint32_t n_exons = panel->annot->transcripts.items[target->transcript].n_exons;
    const struct nf_intron_coverage *introns = coverage->introns.items;
    for (size_t i = 0; i + 1 < coverage->introns.n && target->kinase_first0 >= 0; i++) {
        uint32_t number = introns[i].exon3;
        if (introns[i].transcript != target->transcript ||
            introns[i + 1].transcript != target->transcript ||
            introns[i].exon5 + 1 != number || introns[i + 1].exon5 != number ||
            introns[i + 1].exon3 != number + 1 || number >= n_exons)
            continue;
        const struct nf_exon *exon =
            nf_transcript_exon(panel->annot, target->transcript, number);
        if (exon->end0 - exon->start0 != NF_INSERT_LENGTH ||
            number <= target->kinase_exon_first || number >= target->kinase_exon_last ||
            !is_skipped(panel, target, introns[i].donor0, introns[i + 1].acceptor0))
            continue;
        coverage->insert = (struct nf_insert_coverage){
            .exon = number, .start0 = exon->start0, .end0 = exon->end0};
        count_insert(&coverage->insert, reads, &introns[i], &introns[i + 1]);
        return;
    }
}

/* From the fragments kept to those they stand for. */
static void scale_counts(struct nf_target_coverage *coverage, unsigned level)
{
    for (size_t i = 0; i < coverage->exons.n; i++) {
        int64_t *n = &coverage->exons.items[i].n_fragments;
        *n = nf_depth_scaled(*n, level);
    }
    for (size_t i = 0; i < coverage->introns.n; i++) {
        int64_t *n = &coverage->introns.items[i].n_fragments;
        *n = nf_depth_scaled(*n, level);
    }
    for (size_t i = 0; i < coverage->isoforms.n; i++) {
        struct nf_isoform_coverage *isoform = &coverage->isoforms.items[i];
        isoform->n_covering = nf_depth_scaled(isoform->n_covering, level);
        isoform->n_spliced = nf_depth_scaled(isoform->n_spliced, level);
    }
    struct nf_insert_coverage *insert = &coverage->insert;
    insert->n_with = nf_depth_scaled(insert->n_with, level);
    insert->n_without = nf_depth_scaled(insert->n_without, level);
    struct nf_imbalance *imbalance = &coverage->imbalance;
    imbalance->n3 = nf_depth_scaled(imbalance->n3, level);
    imbalance->n5 = nf_depth_scaled(imbalance->n5, level);
}

static enum nf_status measure_target(struct nf_target_coverage *coverage,
                                     const struct nf_imbalance_context *context,
                                     const struct nf_target_reads *reads)
{
    const struct nf_panel *panel = context->panel;
    const struct nf_panel_target *target = &panel->targets.items[context->target];
    if (target->gene == NF_NO_GENE)
        return NF_OK;
    enum nf_status status = measure_exons(coverage, panel, target, reads);
    if (!status)
        status = measure_introns(coverage, panel, target, reads);
    if (!status)
        status = nf_coverage_isoforms(coverage, panel, target, reads);
    if (status)
        return status;
    measure_insert(coverage, panel, target, reads);
    nf_coverage_imbalance(coverage, context, reads);
    scale_counts(coverage, reads->level);
    if (reads->level > 0)
        nf_info("%s: more than %d reads and splices: its coverage is estimated from one "
                "fragment in 2^%u",
                target->symbol, NF_MOST_DEPTH, reads->level);
    return NF_OK;
}

static void free_target(struct nf_target_coverage *coverage)
{
    for (size_t i = 0; i < coverage->isoforms.n; i++)
        nf_vec_free(&coverage->isoforms.items[i].transcripts);
    nf_vec_free(&coverage->isoforms);
    nf_vec_free(&coverage->introns);
    nf_vec_free(&coverage->exons);
}

enum nf_status nf_coverage_measure(struct nf_coverage *coverage, const struct nf_panel *panel,
                                   struct nf_observations *observations,
                                   const struct nf_sample *sample, double three_prime_bias)
{
    enum nf_status status = NF_OK;
    sort_reads(observations);
    for (uint32_t t = 0; t < panel->targets.n && !status; t++) {
        struct nf_target_coverage measured = {
            .imbalance = {.reasons = NF_UNCALLED_NO_REGIONS,
                          .length3 = (double)NAN,
                          .length5 = (double)NAN,
                          .ratio = (double)NAN,
                          .low = (double)NAN,
                          .high = (double)NAN,
                          .truncated_fraction = (double)NAN}};
        const struct nf_imbalance_context context = {.panel = panel,
                                                     .target = t,
                                                     .sample = sample,
                                                     .three_prime_bias = three_prime_bias};
        struct nf_target_reads reads = reads_of(observations, t);
        status = measure_target(&measured, &context, &reads);
        /* Kept even where measuring failed half-way: the list owns it. */
        if (nf_vec_push(&coverage->targets, measured)) {
            free_target(&measured);
            status = NF_ERR_MEMORY;
        }
    }
    return status ? nf_fail_memory("the coverage of the targets") : NF_OK;
}

void nf_coverage_free(struct nf_coverage *coverage)
{
    for (size_t t = 0; t < coverage->targets.n; t++)
        free_target(&coverage->targets.items[t]);
    nf_vec_free(&coverage->targets);
}
