/* SPDX-License-Identifier: MIT */
/* learn: what kind of sample this is, from its own records. */
#include "ntrkfuse/learn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "ntrkfuse/log.h"

struct nf_span nf_umi_of_name(struct nf_span name)
{
    struct nf_span none = {NULL, 0};
    size_t at = name.n;
    while (at > 0 && name.at[at - 1] != ':' && name.at[at - 1] != '_')
        at--;
    if (at == 0)
        return none;
    struct nf_span umi = {name.at + at, name.n - at};
    size_t n_bases = 0;
    for (size_t i = 0; i < umi.n; i++) {
        if (memchr("ACGTN", umi.at[i], 5))
            n_bases++;
        else if (umi.at[i] != '+' && umi.at[i] != '-')
            return none;
    }
    return n_bases >= 4 ? umi : none;
}

enum nf_copies nf_sample_copies(const struct nf_sample *sample)
{
    if (sample->has_umi_tags)
        return NF_COPIES_BY_TAG;
    if (sample->has_umi_names)
        return NF_COPIES_BY_NAME;
    if (sample->library == NF_LIBRARY_AMPLICON)
        return NF_COPIES_UNTOLD;
    return sample->has_duplicate_flags ? NF_COPIES_BY_FLAG : NF_COPIES_BY_PLACE;
}

const char *nf_copies_name(enum nf_copies copies)
{
    static const char *const names[] = {"umi", "umi", "flag", "position", "none"};
    return names[copies];
}

struct nf_span nf_fragment_umi(const struct nf_fragment *fragment, enum nf_copies copies)
{
    if (copies == NF_COPIES_BY_TAG && fragment->umi)
        return nf_span_of(fragment->umi);
    if (copies == NF_COPIES_BY_NAME)
        return nf_umi_of_name((struct nf_span){fragment->name, fragment->name_length});
    return (struct nf_span){NULL, 0};
}

/* The length of the fragment in the transcript, when both its ends lie in exons of the primary
 * transcript of a target or control gene; −1 otherwise. Counted at the left read only. */
static int64_t insert_length(struct nf_learning *learning, const struct nf_panel *panel,
                             const struct nf_record *record)
{
    const uint16_t wanted = NF_FLAG_PAIRED;
    const uint16_t unwanted = NF_FLAG_MATE_UNMAPPED | NF_FLAG_REVERSE;
    if ((record->flag & wanted) != wanted || record->flag & unwanted ||
        !(record->flag & NF_FLAG_MATE_REVERSE) || record->mate_contig != record->contig ||
        record->template_length <= 0 || record->template_length >= NF_FARTHEST)
        return -1;
    int64_t first0 = record->pos0, last0 = first0 + record->template_length - 1;
    if (nf_annot_genes_at(panel->annot, record->contig, first0, first0 + 1, &learning->ids))
        return -1;
    for (size_t i = 0; i < learning->ids.n; i++) {
        uint32_t gene = learning->ids.items[i];
        if (!(panel->gene_roles.items[gene] & (NF_ROLE_TARGET | NF_ROLE_CONTROL)))
            continue;
        uint32_t transcript = panel->annot->genes.items[gene].primary;
        if (nf_transcript_exon_at(panel->annot, transcript, first0) == 0 ||
            nf_transcript_exon_at(panel->annot, transcript, last0) == 0)
            continue;
        return nf_transcript_distance(panel->annot, transcript, first0, last0);
    }
    return -1;
}

static int compare_starts(const void *a, const void *b)
{
    const struct nf_start_count *x = a, *y = b;
    return nf_start_compare(&x->start, &y->start);
}

/* Makes one of the counts of each place, ascending. */
static void join_starts(struct nf_learning *learning, int number)
{
    nf_start_counts *starts = &learning->starts[number];
    size_t n = 0;
    if (starts->n == 0)
        return;
    qsort(starts->items, starts->n, sizeof *starts->items, compare_starts);
    for (size_t i = 1; i < starts->n; i++) {
        if (compare_starts(&starts->items[i], &starts->items[n]) == 0)
            starts->items[n].n += starts->items[i].n;
        else
            starts->items[++n] = starts->items[i];
    }
    starts->n = learning->n_places[number] = n + 1;
}

/* Adds a count. Memory follows the number of places, not that of reads. */
static enum nf_status add_count(struct nf_learning *learning, int number,
                                struct nf_start_count count)
{
    nf_start_counts *starts = &learning->starts[number];
    if (starts->n >= NF_JOIN_STARTS && starts->n >= 2 * learning->n_places[number])
        join_starts(learning, number);
    return nf_vec_push(starts, count) ? nf_fail_memory("read starts") : NF_OK;
}

static enum nf_status add_start(struct nf_learning *learning, const struct nf_record *record)
{
    int64_t clip = 0; /* hard clips have no bases that would bound their sum */
    bool reverse = (record->flag & NF_FLAG_REVERSE) != 0;
    for (uint32_t i = 0; i < record->n_cigar; i++) {
        enum nf_cigar_code code =
            nf_record_cigar_code(record, reverse ? record->n_cigar - 1 - i : i);
        if (code != NF_CIGAR_SOFT_CLIP && code != NF_CIGAR_HARD_CLIP)
            break;
        clip += nf_record_cigar_length(record, reverse ? record->n_cigar - 1 - i : i);
    }
    struct nf_start start = {.contig = record->contig,
                             .strand = reverse ? -1 : 1,
                             .pos0 = reverse ? nf_record_end0(record) - 1 + clip
                                             : record->pos0 - clip};
    return add_count(learning, record->flag & NF_FLAG_READ2 ? 1 : 0,
                     (struct nf_start_count){start, 1});
}

enum nf_status nf_learning_add(struct nf_learning *learning, const struct nf_panel *panel,
                               const struct nf_record *record)
{
    char number[NF_UMI_NUMBER_SIZE];
    learning->n_records++;
    learning->n_paired += (record->flag & NF_FLAG_PAIRED) != 0;
    learning->n_duplicate_flags += (record->flag & NF_FLAG_DUPLICATE) != 0;
    learning->n_umi_tags += nf_record_umi(record, number).at != NULL;
    struct nf_span name =
        nf_fragment_name((struct nf_span){record->name, record->name_length});
    learning->n_umi_names += nf_umi_of_name(name).at != NULL;
    if (record->length > learning->longest_read)
        learning->longest_read = record->length;
    int64_t insert = insert_length(learning, panel, record);
    if (insert > 0 && insert <= NF_MAX_INSERT)
        learning->insert_counts[insert]++;
    return add_start(learning, record);
}

enum nf_status nf_learning_merge(struct nf_learning *into, const struct nf_learning *from)
{
    into->n_records += from->n_records;
    into->n_paired += from->n_paired;
    into->n_duplicate_flags += from->n_duplicate_flags;
    into->n_umi_tags += from->n_umi_tags;
    into->n_umi_names += from->n_umi_names;
    if (from->longest_read > into->longest_read)
        into->longest_read = from->longest_read;
    for (size_t i = 0; i <= NF_MAX_INSERT; i++)
        into->insert_counts[i] += from->insert_counts[i];
    for (int number = 0; number < 2; number++)
        for (size_t i = 0; i < from->starts[number].n; i++)
            if (add_count(into, number, from->starts[number].items[i]))
                return NF_ERR_MEMORY;
    return NF_OK;
}

/* The smallest length that `fraction` of the pairs do not exceed. */
static int64_t insert_quantile(const struct nf_learning *learning, int64_t n, double fraction)
{
    int64_t wanted = (int64_t)ceil(fraction * (double)n), seen = 0;
    for (int64_t length = 1; length <= NF_MAX_INSERT; length++) {
        seen += learning->insert_counts[length];
        if (seen >= wanted)
            return length;
    }
    return NF_MAX_INSERT;
}

static void learn_insert(const struct nf_learning *learning, struct nf_sample *sample)
{
    int64_t n = 0;
    for (int64_t length = 1; length <= NF_MAX_INSERT; length++)
        n += learning->insert_counts[length];
    sample->n_insert_pairs = n;
    sample->insert_median = (double)NAN;
    sample->insert_max = NF_DEFAULT_INSERT;
    if (n < NF_MIN_INSERT_PAIRS)
        return;
    int64_t median = insert_quantile(learning, n, 0.5);
    sample->insert_median = (double)median;
    sample->insert_max = median + 3 * (insert_quantile(learning, n, 0.99) - median) + 20;
}

static int compare_counts(const void *a, const void *b)
{
    const struct nf_start_count *x = a, *y = b;
    return (x->n < y->n) - (x->n > y->n);
}

/* The share of reads of one number that begin at the 20 most frequent starts; −1 when there
 * are too few reads, or too few starts that many of them share, to say. */
static double top_start_share(struct nf_learning *learning, int number)
{
    nf_start_counts *starts = &learning->starts[number];
    int64_t n = 0, n_top = 0;
    for (size_t i = 0; i < starts->n; i++)
        n += starts->items[i].n;
    if (n < NF_MIN_START_READS)
        return -1;
    join_starts(learning, number);
    qsort(starts->items, starts->n, sizeof *starts->items, compare_counts);
    learning->n_places[number] = 0; /* no longer ascending */
    for (size_t i = 0; i < starts->n && i < 20; i++)
        n_top += starts->items[i].n;
    bool are_primers = starts->n >= NF_MIN_FIXED_STARTS &&
                       100 * starts->items[NF_MIN_FIXED_STARTS - 1].n >= n;
    return are_primers || 5 * n_top < 2 * n ? (double)n_top / (double)n : -1;
}

/* Amplicons begin and end at primers; anchored libraries at a primer on one side only. */
static enum nf_library infer_library(struct nf_learning *learning)
{
    const double fixed = 0.8, random = 0.4;
    double share1 = top_start_share(learning, 0), share2 = top_start_share(learning, 1);
    if (share1 > fixed && (share2 > fixed || share2 < 0))
        return NF_LIBRARY_AMPLICON;
    if ((share1 > fixed && share2 >= 0 && share2 < random) ||
        (share2 > fixed && share1 >= 0 && share1 < random))
        return NF_LIBRARY_ANCHORED;
    return NF_LIBRARY_WTS;
}

void nf_learning_conclude(struct nf_learning *learning, enum nf_library library,
                          struct nf_sample *sample)
{
    memset(sample, 0, sizeof *sample);
    sample->is_paired = learning->n_paired > 0;
    sample->has_duplicate_flags = learning->n_duplicate_flags > 0;
    sample->has_umi_tags = learning->n_umi_tags > 0;
    sample->has_umi_names = learning->n_records > 0 && !sample->has_umi_tags &&
                            learning->n_umi_names == learning->n_records;
    sample->read_length = learning->longest_read;
    learn_insert(learning, sample);
    sample->library_inferred = library == NF_LIBRARY_INFER;
    sample->library = sample->library_inferred ? infer_library(learning) : library;
}

void nf_learning_free(struct nf_learning *learning)
{
    nf_vec_free(&learning->starts[0]);
    nf_vec_free(&learning->starts[1]);
    nf_vec_free(&learning->ids);
}
