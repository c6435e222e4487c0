/* SPDX-License-Identifier: MIT */
/* selection: which records of the control genes are learned from. Level: signal.
 *
 * What is learned of a library does not become better with every read of its most abundant
 * genes, but reading them takes the longer the deeper the sample. So of each unit of a control
 * gene only the first records in genome order are taken, those that begin at one place in the
 * order of a hash: a set that follows from the records alone, whatever order they come in, and
 * that the index road need not read beyond.
 *
 * A few genes have two units, of which the second begins with the last third of the transcript
 * and the first behind half of the first, so that coverage can be compared along them even
 * where few bases of each are looked at: at the very end of a transcript only one read of a
 * pair can begin. The others are one unit each. An index leads to places 16 kb apart: a
 * shorter gene would be read in full for its last third. */
#ifndef NTRKFUSE_SELECTION_H
#define NTRKFUSE_SELECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/genome.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/record.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

enum {
    /* Of half a gene: with 24 genes enough for every rate that is learned (a duplicate rate of
     * one half is known within 1 %). */
    NF_SELECTION_RECORDS = 256,
    NF_SELECTION_PANEL_RECORDS = 2048, /* in a panel of few genes and many copies */
    NF_SELECTION_WHOLE = 1 << 14,      /* nt: shorter genes are one unit */
    NF_SELECTION_SPLIT = 4 /* genes of two units: the first of the catalogue that are longer */
};

/* A record, without its bases and qualities. */
struct nf_selected {
    int64_t pos0;
    uint64_t key; /* of the record's name and flags: orders records that begin alike */
    struct nf_record record;
    uint8_t *storage; /* owned */
};

/* A control gene, or a part of it between exonic bases of its primary transcript, in genome
 * order and with the introns between: the records that begin there. To a whole gene belong
 * those that begin before it, too. */
struct nf_selection_unit {
    uint32_t gene;    /* annot index */
    bool is_split;    /* it is a part */
    size_t n_records; /* that are taken */
    struct nf_region region;
    NF_VEC(struct nf_selected) records;
    size_t next_prune; /* how many records there may be before they are cut */
    int64_t cut_pos0;  /* records behind it are not taken; INT64_MAX: none is known yet */
    uint64_t cut_key;  /* nor those there with a greater key */
    bool is_cut;       /* a record was not taken */
    bool is_passed;    /* of these one that begins behind the cut: in a sorted file no further
                          record of the unit will be taken */
};

struct nf_selection {
    const struct nf_panel *panel;           /* borrowed */
    NF_VEC(struct nf_selection_unit) units; /* by contig and start */
    size_t n_split;                         /* genes of two units */
};

/* Empties a zeroed or used selection and makes the units of the panel's control genes; of each
 * gene 2 · n_records will be taken, half as many of each of its units. Prints on error. */
enum nf_status nf_selection_begin(struct nf_selection *selection, const struct nf_panel *panel,
                                  size_t n_records) NF_RESULT_USED;

/* Legal on a zeroed selection and twice. */
void nf_selection_free(struct nf_selection *selection);

/* Takes the record, if it is mapped within a unit and, for all that is known, among the first
 * there. Prints on error. */
enum nf_status nf_selection_add(struct nf_selection *selection, const struct nf_record *record)
    NF_RESULT_USED;

/* Moves the records of another part of the same file, begun alike, to `into`. Prints on error.
 */
enum nf_status nf_selection_merge(struct nf_selection *into, struct nf_selection *from)
    NF_RESULT_USED;

/* Leaves in each unit just the records that are taken. */
void nf_selection_settle(struct nf_selection *selection);

/* Exonic bases of the transcript in [start0, end0). */
int64_t nf_selection_bases(const struct nf_transcript *transcript, int64_t start0,
                           int64_t end0);

#endif
