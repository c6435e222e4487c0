/* SPDX-License-Identifier: MIT */
/* codon: from codon reads to counts.
 *
 * Three steps of sorting: the reads of a fragment are merged, the fragments of a molecule are
 * merged, and what is left is counted per codon. Every sort compares names where it matters,
 * so the order in which the scan met the reads leaves no trace. */
#include "ntrkfuse/codon.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/log.h"

static const char letters[] = "ACGT";

/* NCBI translation table 1 in the order of nf_codon_index. */
static const char genetic_code[NF_N_CODONS + 1] = "KNKNTTTTRSRSIIMIQHQHPPPPRRRRLLLL"
                                                  "EDEDAAAAGGGGVVVV*Y*YSSSS*CWCLFLF";

static int base_number(char base)
{
    const char *at = base ? strchr(letters, base) : NULL;
    return at ? (int)(at - letters) : -1;
}

int nf_codon_index(const char bases[3])
{
    int index = 0;
    for (int i = 0; i < 3; i++) {
        int number = base_number(bases[i]);
        if (number < 0)
            return -1;
        index = 4 * index + number;
    }
    return index;
}

void nf_codon_bases(int index, char bases[4])
{
    bases[0] = letters[index / 16];
    bases[1] = letters[index / 4 % 4];
    bases[2] = letters[index % 4];
    bases[3] = '\0';
}

char nf_codon_residue(int index)
{
    return genetic_code[index];
}

int64_t nf_codon_residue_count(const struct nf_codon_counts *counts, char residue)
{
    int64_t n = 0;
    for (int i = 0; i < NF_N_CODONS; i++)
        if (genetic_code[i] == residue)
            n += counts->codons[i];
    return n;
}

bool nf_codon_is_change(const struct nf_codon_counts *counts, int64_t n_residue)
{
    return n_residue >= NF_MIN_CHANGE_FRAGMENTS &&
           100 * n_residue >= NF_MIN_CHANGE_PERCENT * counts->depth;
}

const char *nf_codon_state_name(enum nf_codon_state state)
{
    static const char *const names[] = {"not_assessable", "no_change_seen", "change_possible",
                                        "change_seen"};
    return names[state];
}

/* A read, then a fragment, over a codon, with all that its comparisons need. */
struct witness {
    uint32_t codon;
    uint32_t fragment;
    uint64_t place;
    const char *name, *read_group, *library;
    struct nf_span umi; /* n 0: none */
    bool is_duplicate;
    bool is_linked; /* supports a call with the target at the 3′ side */
    char bases[3];
};

typedef NF_VEC(struct witness) witness_list;

/* A fragment that supports a call of a target. */
struct link {
    uint32_t target, fragment;
};

typedef NF_VEC(struct link) link_list;

static int compare_links(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    return (x->fragment > y->fragment) - (x->fragment < y->fragment);
}

static enum nf_status find_links(link_list *links, const struct nf_fusion_set *fusions)
{
    for (size_t i = 0; i < fusions->fusions.n; i++) {
        const struct nf_fusion *fusion = &fusions->fusions.items[i];
        const struct nf_junction *junction = fusion->junction;
        if (fusion->dropped || !junction->target_is_3prime || junction->intragenic)
            continue;
        for (size_t k = 0; k < junction->supports.n; k++) {
            struct link link = {junction->target, junction->supports.items[k].fragment};
            if (nf_vec_push(links, link))
                return NF_ERR_MEMORY;
        }
    }
    if (links->n > 0)
        qsort(links->items, links->n, sizeof *links->items, compare_links);
    return NF_OK;
}

/* What turns codon reads into witnesses. */
struct counting {
    const struct nf_panel *panel;
    const struct nf_scan *scan;
    const struct nf_read_groups *read_groups;
    link_list links;
    witness_list witnesses;
};

static enum nf_status list_witnesses(struct counting *counting)
{
    const struct nf_observations *observations = &counting->scan->observations;
    const struct nf_catalogue *catalogue = counting->panel->catalogue;
    enum nf_copies copies = nf_sample_copies(&counting->scan->sample);
    for (size_t i = 0; i < observations->codon_reads.n; i++) {
        const struct nf_codon_read *read = &observations->codon_reads.items[i];
        const struct nf_fragment *fragment = &observations->fragments.items[read->fragment];
        const char *id = observations->read_groups.items[fragment->read_group];
        struct link key = {catalogue->resistance.items[read->codon].target, read->fragment};
        struct witness witness = {.codon = read->codon,
                                  .fragment = read->fragment,
                                  .place = read->place,
                                  .name = fragment->name,
                                  .read_group = id,
                                  .library = nf_read_groups_library(counting->read_groups, id),
                                  .umi = nf_fragment_umi(fragment, copies),
                                  .is_duplicate = fragment->is_duplicate,
                                  .is_linked =
                                      counting->links.n > 0 &&
                                      bsearch(&key, counting->links.items, counting->links.n,
                                              sizeof key, compare_links) != NULL,
                                  .bases = {read->bases[0], read->bases[1], read->bases[2]}};
        if (nf_vec_push(&counting->witnesses, witness))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

static int compare_fragments(const void *a, const void *b)
{
    const struct witness *x = a, *y = b;
    if (x->codon != y->codon)
        return x->codon < y->codon ? -1 : 1;
    int order = strcmp(x->name, y->name);
    if (order == 0)
        order = strcmp(x->read_group, y->read_group);
    if (order == 0) /* the least place first: it is the fragment's */
        order = (x->place > y->place) - (x->place < y->place);
    return order;
}

static int compare_molecules(const void *a, const void *b)
{
    const struct witness *x = a, *y = b;
    if (x->codon != y->codon)
        return x->codon < y->codon ? -1 : 1;
    int order = (x->place > y->place) - (x->place < y->place);
    if (order == 0)
        order = strcmp(x->library, y->library);
    if (order == 0 && x->umi.n != y->umi.n)
        order = x->umi.n < y->umi.n ? -1 : 1;
    if (order == 0 && x->umi.n > 0)
        order = memcmp(x->umi.at, y->umi.at, x->umi.n);
    return order;
}

/* How often each base was read at the three positions. */
struct votes {
    int64_t n[3][4];
};

static void vote(struct votes *votes, const struct witness *witness)
{
    for (int i = 0; i < 3; i++) {
        int number = base_number(witness->bases[i]);
        if (number >= 0)
            votes->n[i][number]++;
    }
}

/* The one base the reads of a fragment agree on. */
static char agreed_base(const int64_t n[4])
{
    int n_bases = 0, agreed = 0;
    for (int number = 0; number < 4; number++) {
        if (n[number] > 0) {
            agreed = number;
            n_bases++;
        }
    }
    return n_bases == 1 ? letters[agreed] : 'N';
}

/* The commonest base of the copies of a molecule. */
static char commonest_base(const int64_t n[4])
{
    int best = 0;
    bool is_tie = false;
    for (int number = 1; number < 4; number++) {
        if (n[number] > n[best]) {
            best = number;
            is_tie = false;
        } else if (n[number] == n[best]) {
            is_tie = true;
        }
    }
    return n[best] > 0 && !is_tie ? letters[best] : 'N';
}

/* Makes one witness of the reads of each fragment. */
static void merge_reads(witness_list *list)
{
    size_t n = 0;
    if (list->n > 0)
        qsort(list->items, list->n, sizeof *list->items, compare_fragments);
    for (size_t first = 0, end; first < list->n; first = end) {
        struct witness merged = list->items[first];
        struct votes votes = {0};
        for (end = first; end < list->n && list->items[end].codon == merged.codon &&
                          list->items[end].fragment == merged.fragment;
             end++)
            vote(&votes, &list->items[end]);
        for (int i = 0; i < 3; i++)
            merged.bases[i] = agreed_base(votes.n[i]);
        list->items[n++] = merged;
    }
    list->n = n;
}

/* Makes one witness of the copies in [first, end). */
static struct witness merge_copies(const struct witness *first, const struct witness *end)
{
    struct witness merged = *first;
    struct votes votes = {0};
    for (const struct witness *copy = first; copy < end; copy++) {
        vote(&votes, copy);
        merged.is_linked = merged.is_linked || copy->is_linked;
    }
    for (int i = 0; i < 3; i++)
        merged.bases[i] = commonest_base(votes.n[i]);
    return merged;
}

/* Makes one witness of each molecule. With duplicate flags the unflagged fragments are the
 * molecules; where all at one place are flagged (the one that was kept does not show the
 * codon) they are one. */
static void merge_molecules(witness_list *list, const struct nf_sample *sample)
{
    enum nf_copies copies = nf_sample_copies(sample);
    bool by_flag = copies == NF_COPIES_BY_FLAG;
    size_t n = 0;
    if (copies == NF_COPIES_UNTOLD || list->n == 0)
        return;
    qsort(list->items, list->n, sizeof *list->items, compare_molecules);
    for (size_t first = 0, end; first < list->n; first = end) {
        size_t n_before = n;
        for (end = first;
             end < list->n && compare_molecules(&list->items[first], &list->items[end]) == 0;
             end++)
            ;
        struct witness merged =
            merge_copies(&list->items[first], &list->items[first] + (end - first));
        for (size_t i = first; i < end && by_flag; i++)
            if (!list->items[i].is_duplicate)
                list->items[n++] = list->items[i];
        if (n == n_before)
            list->items[n++] = merged;
    }
    list->n = n;
}

static void count_witness(struct nf_codon_counts *counts, const struct witness *witness)
{
    int index = nf_codon_index(witness->bases);
    for (int i = 0; i < 3; i++) {
        int number = base_number(witness->bases[i]);
        if (number >= 0)
            counts->bases[i][number]++;
    }
    if (index < 0)
        return;
    counts->depth++;
    counts->codons[index]++;
}

/* Probability of fewer than `k` of n draws with chance p, 0 < p < 1; in logarithms, for the
 * powers may be very small. */
static double binomial_below(int64_t k, int64_t n, double p)
{
    double log_term = (double)n * log1p(-p), sum = 0;
    for (int64_t i = 0; i < k; i++) {
        sum += exp(log_term);
        log_term += log((double)(n - i) / (double)(i + 1)) + log(p) - log1p(-p);
    }
    return sum;
}

/* The least part of the transcripts with which enough fragments show a change in 95 of 100
 * samples, by bisection to 10^-6. */
static double detectable(int64_t depth)
{
    static const double MAX_MISSED = 0.05;
    int64_t by_part = (NF_MIN_CHANGE_PERCENT * depth + 99) / 100;
    int64_t n_needed = by_part > NF_MIN_CHANGE_FRAGMENTS ? by_part : NF_MIN_CHANGE_FRAGMENTS;
    double low = 0, high = 1;
    if (depth < n_needed)
        return (double)NAN;
    while (high - low > 1e-6) {
        double middle = low + (high - low) / 2;
        if (binomial_below(n_needed, depth, middle) > MAX_MISSED)
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* What was seen at any depth counts before the depth. */
static enum nf_codon_state find_state(const struct nf_codon_counts *counts, char reference)
{
    bool is_possible = false;
    for (int i = 0; i < NF_N_CODONS; i++) {
        if (genetic_code[i] == reference)
            continue;
        int64_t n = nf_codon_residue_count(counts, genetic_code[i]);
        if (nf_codon_is_change(counts, n))
            return NF_CODON_CHANGE_SEEN;
        is_possible = is_possible || (n >= NF_MIN_POSSIBLE_FRAGMENTS &&
                                      100 * n >= NF_MIN_POSSIBLE_PERCENT * counts->depth);
    }
    if (is_possible)
        return NF_CODON_CHANGE_POSSIBLE;
    return counts->depth < NF_MIN_CODON_DEPTH ? NF_CODON_NOT_ASSESSABLE
                                              : NF_CODON_NO_CHANGE_SEEN;
}

enum nf_status nf_codons_count(struct nf_codon_set *set, const struct nf_panel *panel,
                               const struct nf_scan *scan, const struct nf_fusion_set *fusions,
                               const struct nf_read_groups *read_groups)
{
    struct counting counting = {.panel = panel, .scan = scan, .read_groups = read_groups};
    enum nf_status status = find_links(&counting.links, fusions);
    for (uint32_t i = 0; i < panel->catalogue->resistance.n && !status; i++)
        status = nf_vec_push(&set->codons, (struct nf_codon){.row = i});
    if (!status)
        status = list_witnesses(&counting);
    if (!status) {
        merge_reads(&counting.witnesses);
        merge_molecules(&counting.witnesses, &scan->sample);
    }
    for (size_t i = 0; i < counting.witnesses.n && !status; i++) {
        const struct witness *witness = &counting.witnesses.items[i];
        struct nf_codon *codon = &set->codons.items[witness->codon];
        count_witness(&codon->all, witness);
        if (witness->is_linked)
            count_witness(&codon->fusion, witness);
    }
    for (size_t i = 0; i < set->codons.n && !status; i++) {
        struct nf_codon *codon = &set->codons.items[i];
        const struct nf_resistance *row = &panel->catalogue->resistance.items[i];
        codon->state = find_state(&codon->all, row->residue[0]);
        codon->detectable = detectable(codon->all.depth);
    }
    nf_vec_free(&counting.links);
    nf_vec_free(&counting.witnesses);
    return status ? nf_fail_memory("the codons of resistance") : NF_OK;
}

void nf_codons_free(struct nf_codon_set *set)
{
    nf_vec_free(&set->codons);
}
