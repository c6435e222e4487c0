/* SPDX-License-Identifier: MIT */
/* evidence_codon: what a read says of the codons of resistance.
 *
 * The table has a few codons per target, each within one exon. A record that spans one is
 * followed along its CIGAR: each base that is aligned to the codon is noted, turned to the
 * direction of the transcript. A deletion or an intron leaves a base out and an insertion
 * parts two of them; such a read does not tell the codon and is passed over. */
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "ntrkfuse/hash.h"
#include "ntrkfuse/log.h"

/* The base at `i` of SEQ; `at` is its place in sequencing direction, where a primer lies. */
static char clear_base(const struct nf_evidence_read *read, int32_t i, int32_t at)
{
    const struct nf_record *record = read->record;
    bool has_quality = record->quality && record->quality[0] != 0xff;
    if (at < read->n_primer || (has_quality && record->quality[i] < NF_MIN_CODON_QUALITY))
        return 'N';
    return nf_record_base(record, i);
}

/* Where a record's SEQ lies in its read. */
struct read_frame {
    int32_t n_before; /* hard-clipped bases left of SEQ */
    int32_t n_read;   /* bases of the read, hard clips counted */
};

static struct read_frame frame_of(const struct nf_record *record)
{
    struct read_frame frame = {0, record->length};
    for (uint32_t i = 0; i < record->n_cigar; i++) {
        if (nf_record_cigar_code(record, i) != NF_CIGAR_HARD_CLIP)
            continue;
        frame.n_read += nf_record_cigar_length(record, i);
        if (i == 0)
            frame.n_before = nf_record_cigar_length(record, i);
    }
    return frame;
}

/* Fills the bases of the codon at start0 in genome direction; false where the read is not
 * aligned over all three. */
static bool read_codon(const struct nf_evidence_read *read, int64_t start0, char bases[3])
{
    const struct nf_record *record = read->record;
    struct read_frame frame = frame_of(record);
    bool is_reverse = (record->flag & NF_FLAG_REVERSE) != 0;
    int64_t pos0 = record->pos0;
    int32_t offset = 0;
    int n_bases = 0;
    for (uint32_t i = 0; i < record->n_cigar && pos0 < start0 + 3; i++) {
        int32_t length = nf_record_cigar_length(record, i);
        switch (nf_record_cigar_code(record, i)) {
        case NF_CIGAR_MATCH:
        case NF_CIGAR_EQUAL:
        case NF_CIGAR_DIFFERENT:
            for (int which = 0; which < 3; which++) {
                int64_t beyond = start0 + which - pos0;
                if (beyond < 0 || beyond >= length)
                    continue;
                int32_t at = offset + (int32_t)beyond;
                int32_t in_read = frame.n_before + at;
                bases[which] =
                    clear_base(read, at, is_reverse ? frame.n_read - 1 - in_read : in_read);
                n_bases++;
            }
            pos0 += length;
            offset += length;
            break;
        case NF_CIGAR_INSERTION:
            if (pos0 > start0)
                return false; /* between two bases of the codon */
            offset += length;
            break;
        case NF_CIGAR_SOFT_CLIP:
            offset += length;
            break;
        case NF_CIGAR_DELETION:
        case NF_CIGAR_SKIP:
            pos0 += length;
            break;
        default:
            break;
        }
    }
    return n_bases == 3;
}

static void turn_round(char bases[3])
{
    char first = nf_base_complement(bases[2]);
    bases[2] = nf_base_complement(bases[0]);
    bases[1] = nf_base_complement(bases[1]);
    bases[0] = first;
}

static uint64_t hash_start(uint64_t hash, const struct nf_start *start)
{
    if (start->contig < 0) /* no mate: its place means nothing */
        return nf_hash_combine(hash, UINT64_MAX);
    hash = nf_hash_combine(hash, (uint64_t)(uint32_t)start->contig);
    hash = nf_hash_combine(hash, (uint64_t)start->pos0);
    return nf_hash_combine(hash, start->strand > 0);
}

enum nf_status nf_evidence_codons(struct nf_evidence *evidence, struct nf_evidence_read *read,
                                  uint32_t target)
{
    const struct nf_panel *panel = evidence->panel;
    const struct nf_catalogue *catalogue = panel->catalogue;
    const struct nf_record *record = read->record;
    if (panel->genome->assembly == NF_ASSEMBLY_UNKNOWN || record->length == 0 ||
        record->contig != panel->targets.items[target].core.contig ||
        nf_is_multimapped(record->mapq, read->n_hits))
        return NF_OK;
    int64_t end0 = nf_record_end0(record);
    for (size_t i = 0; i < catalogue->resistance.n && i <= UINT16_MAX; i++) {
        const struct nf_resistance *row = &catalogue->resistance.items[i];
        struct nf_codon_read found = {.codon = (uint16_t)i};
        if (row->target != target || row->start0 < record->pos0 || row->end0 > end0 ||
            !read_codon(read, row->start0, found.bases))
            continue;
        if (row->strand < 0)
            turn_round(found.bases);
        if (nf_evidence_fragment(evidence, read, &found.fragment))
            return NF_ERR_MEMORY;
        found.place = hash_start(hash_start(0, &read->start), &read->mate_start);
        if (nf_vec_push(&evidence->observations->codon_reads, found))
            return nf_fail_memory("a codon");
    }
    return NF_OK;
}
