/* SPDX-License-Identifier: MIT */
/* support: who supports a junction, once each, and which of them are copies of one molecule.
 *
 * A fragment counts once, as split before rescued before spanning. Copies are told by, in this
 * order: a unique molecular identifier where the sample has them (with the read starts: the
 * same identifier at another place is another molecule); the duplicate flag where the file has
 * any; the places where the fragment's two reads begin. An anchored library begins every read
 * at a primer on one side; there the identifier counts with the other, ligated end alone. In
 * an amplicon library without identifiers nothing tells copies: none is marked, and the number
 * of unique fragments is capped. Of several copies the one with the least name stands for all.
 */
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/junction.h"
#include "ntrkfuse/log.h"

/* A support with all that its comparisons need, since qsort passes no context. */
struct ranked {
    struct nf_support support;
    const struct nf_fragment *fragment;
    const char *read_group;
    const char *library; /* copies come from one library, in any of its read groups */
    const char *umi;     /* "" when there is none */
    size_t n_umi;
    struct nf_start key1, key2;
};

typedef NF_VEC(struct ranked) ranked_list;

static int compare_names(const struct ranked *a, const struct ranked *b)
{
    int order = strcmp(a->fragment->name, b->fragment->name);
    return order ? order : strcmp(a->read_group, b->read_group);
}

static bool same_umi(const struct ranked *a, const struct ranked *b)
{
    return a->n_umi == b->n_umi && memcmp(a->umi, b->umi, a->n_umi) == 0;
}

/* By fragment, its strongest support first, in a total order. */
static int compare_fragments(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    int order = compare_names(x, y);
    if (order == 0)
        order = (int)x->support.kind - (int)y->support.kind;
    if (order == 0)
        order = strcmp(y->support.source, x->support.source); /* split, n_gap, chimeric_file */
    if (order == 0)
        order = (int)x->support.is_read2 - (int)y->support.is_read2;
    if (order == 0)
        order = nf_start_compare(&x->support.start, &y->support.start);
    if (order == 0)
        order = nf_start_compare(&x->support.mate_start, &y->support.mate_start);
    if (order == 0)
        order = y->support.anchor3 - x->support.anchor3;
    if (order == 0)
        order = y->support.anchor5 - x->support.anchor5;
    if (order == 0)
        order = (int)y->support.mapq3 - (int)x->support.mapq3;
    if (order == 0)
        order = (int)y->support.mapq5 - (int)x->support.mapq5;
    return order
               ? order
               : (x->support.edits > y->support.edits) - (x->support.edits < y->support.edits);
}

/* By kind, places and library. */
static int compare_origins(const struct ranked *x, const struct ranked *y)
{
    bool spanning_x = x->support.kind == NF_SUPPORT_SPANNING;
    bool spanning_y = y->support.kind == NF_SUPPORT_SPANNING;
    if (spanning_x != spanning_y)
        return spanning_x ? 1 : -1;
    int order = nf_start_compare(&x->key1, &y->key1);
    if (order == 0)
        order = nf_start_compare(&x->key2, &y->key2);
    return order ? order : strcmp(x->library, y->library);
}

/* By what makes two supports copies of one molecule. */
static int compare_molecules(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    int order = compare_origins(x, y);
    if (order == 0 && x->n_umi != y->n_umi)
        order = x->n_umi < y->n_umi ? -1 : 1;
    if (order == 0)
        order = memcmp(x->umi, y->umi, x->n_umi);
    return order;
}

static int compare_molecules_named(const void *a, const void *b)
{
    int order = compare_molecules(a, b);
    return order ? order : compare_names(a, b);
}

static enum nf_status rank_supports(const struct nf_junction_context *context,
                                    const struct nf_junction *junction, ranked_list *list)
{
    const struct nf_observations *observations = context->observations;
    enum nf_copies copies = nf_sample_copies(context->sample);
    for (size_t i = 0; i < junction->supports.n; i++) {
        struct ranked ranked;
        memset(&ranked, 0, sizeof ranked);
        ranked.support = junction->supports.items[i];
        ranked.fragment = &observations->fragments.items[ranked.support.fragment];
        ranked.read_group = observations->read_groups.items[ranked.fragment->read_group];
        ranked.library = nf_read_groups_library(context->read_groups, ranked.read_group);
        ranked.support.site = ranked.support.start;
        ranked.key1 = ranked.support.start;
        ranked.key2 = ranked.support.mate_start;
        struct nf_span umi = nf_fragment_umi(ranked.fragment, copies);
        ranked.umi = umi.at ? umi.at : "";
        ranked.n_umi = umi.n;
        if (nf_vec_push(list, ranked))
            return nf_fail_memory("support");
    }
    return NF_OK;
}

/* One support per fragment. Other supports of the fragment still tell whether a side is
 * ambiguous. */
static void keep_strongest(ranked_list *list)
{
    size_t n = 0;
    if (list->n == 0)
        return;
    qsort(list->items, list->n, sizeof *list->items, compare_fragments);
    for (size_t i = 0; i < list->n; i++) {
        struct ranked *last = n ? &list->items[n - 1] : NULL;
        if (last && compare_names(last, &list->items[i]) == 0) {
            last->support.multi5 |= list->items[i].support.multi5;
            last->support.multi3 |= list->items[i].support.multi3;
        } else {
            list->items[n++] = list->items[i];
        }
    }
    list->n = n;
}

static int compare_start_items(const void *a, const void *b)
{
    return nf_start_compare(a, b);
}

static size_t count_distinct(struct nf_start *starts, size_t n)
{
    size_t n_distinct = 0;
    if (n > 0)
        qsort(starts, n, sizeof *starts, compare_start_items);
    for (size_t i = 0; i < n; i++)
        n_distinct += i == 0 || nf_start_compare(&starts[i - 1], &starts[i]) != 0;
    return n_distinct;
}

/* Of the supports that are spanning pairs, or of the others, keeps the key that varies more.
 */
static void keep_varying_key(ranked_list *list, bool spanning, struct nf_start *starts)
{
    size_t n_distinct[2];
    for (int which = 0; which < 2; which++) {
        size_t n = 0;
        for (size_t i = 0; i < list->n; i++)
            if ((list->items[i].support.kind == NF_SUPPORT_SPANNING) == spanning)
                starts[n++] = which == 0 ? list->items[i].key1 : list->items[i].key2;
        n_distinct[which] = count_distinct(starts, n);
    }
    const struct nf_start none = {.contig = -1};
    for (size_t i = 0; i < list->n; i++) {
        struct ranked *ranked = &list->items[i];
        if ((ranked->support.kind == NF_SUPPORT_SPANNING) != spanning)
            continue;
        if (n_distinct[0] >= n_distinct[1])
            ranked->key2 = none;
        else
            ranked->key1 = none;
    }
}

/* In an anchored library the end that varies is the ligated one: the other is dropped from the
 * key. A break may be seen in either read, so the keys are first put in order: reads 1 and 2,
 * or for spanning pairs the target's mate and the other. */
static enum nf_status keep_ligated_end(ranked_list *list)
{
    struct nf_start *starts = calloc(list->n + 1, sizeof *starts);
    if (!starts)
        return nf_fail_memory("read starts");
    for (size_t i = 0; i < list->n; i++) {
        struct ranked *ranked = &list->items[i];
        if (ranked->support.is_read2) {
            ranked->key1 = ranked->support.mate_start;
            ranked->key2 = ranked->support.start;
        }
    }
    keep_varying_key(list, false, starts);
    keep_varying_key(list, true, starts);
    for (size_t i = 0; i < list->n; i++) {
        struct ranked *ranked = &list->items[i];
        ranked->support.site = ranked->key1.contig >= 0 ? ranked->key1 : ranked->key2;
    }
    free(starts);
    return NF_OK;
}

/* Believes the flags. The read that its program kept of a molecule may not show the break: of
 * flagged supports at one place without an unflagged one, the least name stands for it. */
static void mark_flagged(ranked_list *list)
{
    for (size_t first = 0, end; first < list->n; first = end) {
        bool all_flagged = true;
        for (end = first;
             end < list->n && compare_molecules(&list->items[first], &list->items[end]) == 0;
             end++) {
            /* Reads that only a separate chimeric file holds were never marked. */
            bool is_flagged =
                list->items[end].fragment->is_duplicate ||
                (end > first && strcmp(list->items[end].support.source, "chimeric_file") == 0);
            list->items[end].support.is_duplicate = is_flagged;
            all_flagged = all_flagged && is_flagged;
        }
        if (all_flagged)
            list->items[first].support.is_duplicate = false;
    }
}

/* An identifier at one place, with how many supports bear it. */
struct identifier {
    const char *text;
    size_t n, count;
    size_t root; /* the identifier it is an error of; itself */
};

enum {
    MOST_IDENTIFIERS = 1000, /* at one place: more are more molecules than matter */
    LONG_IDENTIFIER =
        8 /* bases from which on two single ones seldom differ by one by chance */
};

/* Most supports first, then by text. */
static int compare_identifiers(const void *a, const void *b)
{
    const struct identifier *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    return memcmp(x->text, y->text, x->n);
}

static bool is_base(char c)
{
    return memchr("ACGTN", c, 5) != NULL;
}

/* Do two identifiers differ by one base? Numbers of groups, which are corrected already, never
 * do. */
static bool differ_by_one(const struct identifier *a, const struct identifier *b)
{
    size_t n_different = 0;
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        if (a->text[i] == b->text[i])
            continue;
        if (!is_base(a->text[i]) || !is_base(b->text[i]))
            return false;
        n_different++;
    }
    return n_different == 1;
}

/* Errors of sequencing make new identifiers out of one. As UMI-tools does (Smith et al.,
 * Genome Res 2017;27:491, "directional"): one that differs by a base from another with at
 * least twice its supports less one is an error of that. `ids` is in order of
 * compare_identifiers. */
static void find_roots(struct identifier *ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ids[i].root = i;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (ids[j].root == j && ids[i].count >= 2 * ids[j].count - 1 &&
                (ids[i].count > 1 || ids[i].n >= LONG_IDENTIFIER) &&
                differ_by_one(&ids[i], &ids[j]))
                ids[j].root = ids[i].root;
}

/* Gives the supports [first, end), sorted by molecule and alike but for their identifiers, the
 * identifiers that theirs are errors of. */
static enum nf_status correct_identifiers(struct ranked *items, size_t first, size_t end)
{
    NF_VEC(struct identifier) ids = {0};
    enum nf_status status = NF_OK;
    for (size_t i = first; i < end && !status; i++) {
        if (i > first && same_umi(&items[i - 1], &items[i]))
            ids.items[ids.n - 1].count++;
        else if (nf_vec_push(&ids, (struct identifier){items[i].umi, items[i].n_umi, 1, 0}))
            status = nf_fail_memory("molecular identifiers");
    }
    if (!status && ids.n > 1 && ids.n <= MOST_IDENTIFIERS) {
        qsort(ids.items, ids.n, sizeof *ids.items, compare_identifiers);
        find_roots(ids.items, ids.n);
        for (size_t i = first; i < end; i++)
            for (size_t k = 0; k < ids.n; k++)
                if (ids.items[k].n == items[i].n_umi &&
                    memcmp(ids.items[k].text, items[i].umi, items[i].n_umi) == 0) {
                    items[i].umi = ids.items[ids.items[k].root].text;
                    break;
                }
    }
    nf_vec_free(&ids);
    return status;
}

/* Corrects the identifiers at each place of a list sorted by molecule, and sorts it again. */
static enum nf_status correct_all_identifiers(ranked_list *list)
{
    enum nf_status status = NF_OK;
    for (size_t first = 0, end; first < list->n && !status; first = end) {
        end = first + 1;
        while (end < list->n && compare_origins(&list->items[first], &list->items[end]) == 0)
            end++;
        status = correct_identifiers(list->items, first, end);
    }
    if (!status && list->n > 0)
        qsort(list->items, list->n, sizeof *list->items, compare_molecules_named);
    return status;
}

static enum nf_status mark_duplicates(const struct nf_junction_context *context,
                                      ranked_list *list)
{
    enum nf_copies copies = nf_sample_copies(context->sample);
    bool by_flag = copies == NF_COPIES_BY_FLAG;
    if (copies == NF_COPIES_UNTOLD)
        return NF_OK;
    if (!by_flag && context->sample->library == NF_LIBRARY_ANCHORED && keep_ligated_end(list))
        return NF_ERR_MEMORY;
    if (list->n > 0)
        qsort(list->items, list->n, sizeof *list->items, compare_molecules_named);
    if (nf_copies_by_umi(copies) && correct_all_identifiers(list))
        return NF_ERR_MEMORY;
    if (by_flag) {
        mark_flagged(list);
        return NF_OK;
    }
    for (size_t i = 1; i < list->n; i++)
        list->items[i].support.is_duplicate =
            compare_molecules(&list->items[i - 1], &list->items[i]) == 0;
    return NF_OK;
}

/* A place where a read over the break begins, and whether it stands for a pair already. */
struct begin {
    struct nf_start start;
    const struct ranked *read;
    bool is_taken;
};

static int compare_begins(const void *a, const void *b)
{
    const struct begin *x = a, *y = b;
    int order = nf_start_compare(&x->start, &y->start);
    return order ? order : compare_names(x->read, y->read);
}

/* May the pair and the read be copies, given that the pair's read at one end begins where the
 * read does and the other at `other`? Of a mate on the reverse strand the record of the read
 * tells no start. */
static bool may_be_copies(const struct ranked *read, const struct ranked *pair,
                          const struct nf_start *other)
{
    const struct nf_start *mate = &read->support.mate_start;
    bool same_end = mate->contig < 0 || other->contig < 0 ||
                    (mate->contig == other->contig && mate->strand == other->strand &&
                     (mate->strand < 0 || mate->pos0 == other->pos0));
    return same_end && same_umi(read, pair) && strcmp(read->library, pair->library) == 0;
}

/* Takes a read that begins at `start` and may be a copy of the pair, if one is left. */
static bool take_begin(struct begin *begins, size_t n, const struct ranked *pair,
                       const struct nf_start *start, const struct nf_start *other)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (nf_start_compare(&begins[middle].start, start) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < n && nf_start_compare(&begins[low].start, start) == 0; low++) {
        if (begins[low].is_taken || !may_be_copies(begins[low].read, pair, other))
            continue;
        begins[low].is_taken = true;
        return true;
    }
    return false;
}

/* Is the pair no copy of a read over the break? In an anchored library only the ligated ends
 * tell. */
static bool is_apart(const struct nf_sample *sample, struct begin *begins, size_t n,
                     const struct ranked *pair)
{
    const struct nf_start none = {.contig = -1};
    const struct nf_support *support = &pair->support;
    if (sample->library == NF_LIBRARY_ANCHORED)
        return !take_begin(begins, n, pair, &support->site, &none);
    return !take_begin(begins, n, pair, &support->start, &support->mate_start) &&
           !take_begin(begins, n, pair, &support->mate_start, &support->start);
}

/* Counts the spanning pairs that are no copy of a read over the break. */
static int64_t count_pairs_apart(const struct nf_sample *sample, const ranked_list *list,
                                 struct begin *begins)
{
    bool anchored = sample->library == NF_LIBRARY_ANCHORED;
    size_t n_begins = 0;
    int64_t n_apart = 0;
    for (size_t i = 0; i < list->n; i++) {
        const struct ranked *ranked = &list->items[i];
        const struct nf_support *support = &ranked->support;
        if (!support->is_duplicate && support->kind != NF_SUPPORT_SPANNING)
            begins[n_begins++] =
                (struct begin){anchored ? support->site : support->start, ranked, false};
    }
    if (n_begins > 0)
        qsort(begins, n_begins, sizeof *begins, compare_begins);
    for (size_t i = 0; i < list->n; i++) {
        const struct ranked *ranked = &list->items[i];
        if (!ranked->support.is_duplicate && ranked->support.kind == NF_SUPPORT_SPANNING)
            n_apart += is_apart(sample, begins, n_begins, ranked);
    }
    return n_apart;
}

static enum nf_status count(const struct nf_sample *sample, const ranked_list *list,
                            struct nf_junction *junction)
{
    struct nf_start *starts = calloc(list->n + 1, sizeof *starts);
    struct begin *begins = calloc(list->n + 1, sizeof *begins);
    enum nf_status status = starts && begins ? NF_OK : nf_fail_memory("read starts");
    size_t n_starts = 0;
    int64_t n_direct = 0;
    junction->n_split = junction->n_rescued = junction->n_spanning = junction->n_unique = 0;
    for (size_t i = 0; i < list->n && !status; i++) {
        const struct nf_support *support = &list->items[i].support;
        junction->n_split += support->kind == NF_SUPPORT_SPLIT;
        junction->n_rescued += support->kind == NF_SUPPORT_RESCUED;
        junction->n_spanning += support->kind == NF_SUPPORT_SPANNING;
        junction->n_unique += !support->is_duplicate;
        if (!support->is_duplicate && support->kind != NF_SUPPORT_SPANNING) {
            starts[n_starts++] = support->site;
            n_direct++;
        }
    }
    if (!status) {
        junction->n_start_sites = (int64_t)count_distinct(starts, n_starts);
        junction->n_pairs_apart = count_pairs_apart(sample, list, begins);
        junction->n_molecules = n_direct + junction->n_pairs_apart;
    }
    bool untold = nf_sample_copies(sample) == NF_COPIES_UNTOLD;
    if (untold && junction->n_unique > NF_AMPLICON_UNIQUE)
        junction->n_unique = NF_AMPLICON_UNIQUE;
    if (untold && junction->n_molecules > NF_AMPLICON_UNIQUE)
        junction->n_molecules = NF_AMPLICON_UNIQUE;
    free(starts);
    free(begins);
    return status;
}

enum nf_status nf_support_settle(struct nf_junction_context *context,
                                 struct nf_junction *junction)
{
    ranked_list list = {0};
    enum nf_status status = rank_supports(context, junction, &list);
    if (!status) {
        keep_strongest(&list);
        status = mark_duplicates(context, &list);
    }
    if (!status) {
        if (list.n > 0)
            qsort(list.items, list.n, sizeof *list.items, compare_fragments);
        junction->supports.n = list.n;
        for (size_t i = 0; i < list.n; i++)
            junction->supports.items[i] = list.items[i].support;
        nf_vec_trim(&junction->supports);
        status = count(context->sample, &list, junction);
    }
    nf_vec_free(&list);
    return status;
}
