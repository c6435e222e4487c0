/* SPDX-License-Identifier: MIT */
/* selection: which records of the control genes are learned from.
 *
 * A unit keeps up to twice as many records as it takes, then sorts them and drops the rest;
 * from then on it knows a place behind which none is taken. That place only moves down, so
 * dropping early what lies behind it never drops a record that is taken in the end. */
#include "ntrkfuse/selection.h"

#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/hash.h"
#include "ntrkfuse/log.h"

/* ---- units ---- */

int64_t nf_selection_bases(const struct nf_transcript *transcript, int64_t start0,
                           int64_t end0)
{
    int64_t n = 0;
    for (uint32_t i = 0; i < transcript->n_exons; i++) {
        const struct nf_exon *exon = &transcript->exons[i];
        int64_t from = exon->start0 > start0 ? exon->start0 : start0;
        int64_t to = exon->end0 < end0 ? exon->end0 : end0;
        n += to > from ? to - from : 0;
    }
    return n;
}

/* The place before which the transcript has `n` exonic bases. */
static int64_t place_of_base(const struct nf_transcript *transcript, int64_t n)
{
    for (uint32_t i = 0; i < transcript->n_exons; i++) {
        const struct nf_exon *exon = &transcript->exons[i];
        if (n < exon->end0 - exon->start0)
            return exon->start0 + n;
        n -= exon->end0 - exon->start0;
    }
    return transcript->exons[transcript->n_exons - 1].end0;
}

static bool has_gene(const struct nf_selection *selection, uint32_t gene)
{
    for (size_t i = 0; i < selection->units.n; i++)
        if (selection->units.items[i].gene == gene)
            return true;
    return false;
}

static enum nf_status add_unit(struct nf_selection *selection, uint32_t gene,
                               struct nf_region region, size_t n_records, bool is_split)
{
    struct nf_selection_unit unit = {.gene = gene,
                                     .is_split = is_split,
                                     .n_records = n_records,
                                     .region = region,
                                     .next_prune = n_records,
                                     .cut_pos0 = INT64_MAX,
                                     .cut_key = UINT64_MAX};
    return nf_vec_push(&selection->units, unit) ? nf_fail_memory("the control genes") : NF_OK;
}

static enum nf_status add_units(struct nf_selection *selection, uint32_t id, size_t n_records)
{
    const struct nf_annot *annot = selection->panel->annot;
    const struct nf_gene *gene = &annot->genes.items[id];
    const struct nf_transcript *transcript = &annot->transcripts.items[gene->primary];
    struct nf_region all = {gene->contig, gene->start0, gene->end0}, first = all, last = all;
    int64_t n_bases = nf_selection_bases(transcript, INT64_MIN, INT64_MAX);
    if (all.end0 - all.start0 < NF_SELECTION_WHOLE || selection->n_split == NF_SELECTION_SPLIT)
        return add_unit(selection, id, all, 2 * n_records, false);
    selection->n_split++;
    first.start0 = place_of_base(transcript, n_bases / 6);
    first.end0 = last.start0 = place_of_base(transcript, n_bases * 2 / 3);
    enum nf_status status = add_unit(selection, id, first, n_records, true);
    return status ? status : add_unit(selection, id, last, n_records, true);
}

static int compare_units(const void *a, const void *b)
{
    const struct nf_selection_unit *x = a, *y = b;
    int order = nf_region_compare(&x->region, &y->region);
    return order ? order : (x->gene > y->gene) - (x->gene < y->gene);
}

enum nf_status nf_selection_begin(struct nf_selection *selection, const struct nf_panel *panel,
                                  size_t n_records)
{
    const struct nf_annot *annot = panel->annot;
    enum nf_status status = NF_OK;
    nf_selection_free(selection);
    selection->panel = panel;
    selection->n_split = 0;
    for (size_t i = 0; i < panel->catalogue->control_genes.n && !status; i++) {
        uint32_t gene =
            nf_annot_find(annot, nf_span_of(panel->catalogue->control_genes.items[i]));
        if (gene != NF_NO_GENE && annot->genes.items[gene].contig >= 0 &&
            !has_gene(selection, gene))
            status = add_units(selection, gene, n_records);
    }
    if (selection->units.n > 0)
        qsort(selection->units.items, selection->units.n, sizeof *selection->units.items,
              compare_units);
    return status;
}

static void free_records(struct nf_selection_unit *unit, size_t first)
{
    for (size_t i = first; i < unit->records.n; i++)
        free(unit->records.items[i].storage);
    unit->records.n = first;
}

void nf_selection_free(struct nf_selection *selection)
{
    for (size_t i = 0; i < selection->units.n; i++) {
        free_records(&selection->units.items[i], 0);
        nf_vec_free(&selection->units.items[i].records);
    }
    nf_vec_free(&selection->units);
}

/* ---- records ---- */

static int compare_places(int64_t pos_a, uint64_t key_a, int64_t pos_b, uint64_t key_b)
{
    if (pos_a != pos_b)
        return pos_a < pos_b ? -1 : 1;
    return (key_a > key_b) - (key_a < key_b);
}

static int compare_selected(const void *a, const void *b)
{
    const struct nf_selected *x = a, *y = b;
    return compare_places(x->pos0, x->key, y->pos0, y->key);
}

/* Drops what is behind the records that are taken. */
static void prune(struct nf_selection_unit *unit)
{
    size_t n = unit->n_records;
    if (unit->records.n < n)
        return;
    qsort(unit->records.items, unit->records.n, sizeof *unit->records.items, compare_selected);
    unit->is_cut = unit->is_cut || unit->records.n > n;
    free_records(unit, n);
    unit->cut_pos0 = unit->records.items[n - 1].pos0;
    unit->cut_key = unit->records.items[n - 1].key;
    unit->next_prune = 2 * n;
}

/* The unit that a record with this span belongs to: the last of the first gene it overlaps
 * that begins at or before it. */
static struct nf_selection_unit *find_unit(struct nf_selection *selection, int32_t contig,
                                           int64_t pos0, int64_t end0)
{
    struct nf_selection_unit *found = NULL;
    for (size_t i = 0; i < selection->units.n; i++) {
        struct nf_selection_unit *unit = &selection->units.items[i];
        const struct nf_gene *gene = &selection->panel->annot->genes.items[unit->gene];
        if (unit->region.contig != contig || pos0 >= gene->end0 || end0 <= gene->start0)
            continue;
        if (!found || (found->gene == unit->gene && unit->region.start0 <= pos0))
            found = unit;
    }
    return found && (found->region.start0 <= pos0 || !found->is_split) ? found : NULL;
}

/* Appends a record whose storage the unit then owns. */
static enum nf_status push(struct nf_selection_unit *unit, struct nf_selected selected)
{
    if (nf_vec_push(&unit->records, selected)) {
        free(selected.storage);
        return nf_fail_memory("the control genes");
    }
    if (unit->records.n >= unit->next_prune)
        prune(unit);
    return NF_OK;
}

enum nf_status nf_selection_add(struct nf_selection *selection, const struct nf_record *record)
{
    if (record->flag & NF_FLAG_UNMAPPED || record->contig < 0 || record->pos0 < 0)
        return NF_OK;
    struct nf_selection_unit *unit =
        find_unit(selection, record->contig, record->pos0, nf_record_end0(record));
    if (!unit)
        return NF_OK;
    if (record->pos0 > unit->cut_pos0) {
        unit->is_cut = unit->is_passed = true;
        return NF_OK;
    }
    struct nf_selected selected = {.pos0 = record->pos0};
    selected.key =
        nf_hash_combine(nf_hash_bytes(record->name, record->name_length), record->flag);
    if (compare_places(selected.pos0, selected.key, unit->cut_pos0, unit->cut_key) > 0) {
        unit->is_cut = true;
        return NF_OK;
    }
    selected.storage = nf_record_copy(record, false, &selected.record);
    if (!selected.storage)
        return nf_fail_memory("the control genes");
    return push(unit, selected);
}

enum nf_status nf_selection_merge(struct nf_selection *into, struct nf_selection *from)
{
    enum nf_status status = NF_OK;
    for (size_t i = 0; i < into->units.n && !status; i++) {
        struct nf_selection_unit *unit = &into->units.items[i], *other = &from->units.items[i];
        unit->is_cut = unit->is_cut || other->is_cut;
        unit->is_passed = unit->is_passed || other->is_passed;
        for (size_t j = 0; j < other->records.n; j++) {
            struct nf_selected *selected = &other->records.items[j];
            if (!status)
                status = push(unit, *selected);
            else
                free(selected->storage);
        }
        other->records.n = 0;
    }
    return status;
}

void nf_selection_settle(struct nf_selection *selection)
{
    for (size_t i = 0; i < selection->units.n; i++)
        prune(&selection->units.items[i]);
}
