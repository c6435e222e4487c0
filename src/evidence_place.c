/* SPDX-License-Identifier: MIT */
/* Where else the records of a fragment lie, for the index road. */
#include "ntrkfuse/evidence.h"
#include "ntrkfuse/log.h"

/* Places inside a target's window have been read already. */
static enum nf_status note_place(struct nf_evidence *evidence, struct nf_evidence_read *read,
                                 int32_t contig, int64_t pos0)
{
    if (nf_panel_window_at(evidence->panel, contig, pos0, pos0 + 1) != NF_NO_TARGET)
        return NF_OK;
    if (nf_evidence_name(evidence, read))
        return NF_ERR_MEMORY;
    struct nf_place place = {contig, pos0, read->fragment};
    return nf_vec_push(&evidence->places, place) ? nf_fail_memory("a place") : NF_OK;
}

/* Does a piece of the read, or its mate, touch a target? A chimera of a gene that lies beside
 * it in the window names places that nobody need read. A mate is known by its first base only.
 */
static bool nears_core(const struct nf_evidence *evidence, const struct nf_record *record)
{
    const struct nf_panel *panel = evidence->panel;
    const struct nf_chain *chain = &evidence->chain;
    for (size_t a = 0; a < chain->alignments.n; a++) {
        const struct nf_alignment *alignment = &chain->alignments.items[a];
        for (size_t i = 0; i < alignment->n_blocks; i++) {
            const struct nf_block *block = &chain->blocks.items[alignment->first_block + i];
            if (nf_panel_nears_core(panel, alignment->contig, block->start0, block->end0))
                return true;
        }
    }
    return nf_has_mapped_mate(record) &&
           nf_panel_nears_core(panel, record->mate_contig, record->mate_pos0,
                               record->mate_pos0 + 1);
}

enum nf_status nf_evidence_places(struct nf_evidence *evidence, struct nf_evidence_read *read)
{
    const struct nf_record *record = read->record;
    const struct nf_chain *chain = &evidence->chain;
    enum nf_status status = NF_OK;
    if (!read->from_file && !nears_core(evidence, record))
        return NF_OK;
    if (nf_has_mapped_mate(record))
        status = note_place(evidence, read, record->mate_contig, record->mate_pos0);
    for (size_t a = 0; a < chain->alignments.n && !status; a++) {
        const struct nf_alignment *alignment = &chain->alignments.items[a];
        for (size_t i = 0; i < alignment->n_blocks && !status; i++)
            status = note_place(evidence, read, alignment->contig,
                                chain->blocks.items[alignment->first_block + i].start0);
    }
    struct nf_span sa = nf_record_tag_text(record, "SA");
    if (status || !sa.at)
        return status;
    struct nf_piece_key key = {.read_hash =
                                   nf_hash_combine(read->fragment_hash, read->is_read2),
                               .contig = record->contig,
                               .strand = record->flag & NF_FLAG_REVERSE ? -1 : 1,
                               .pos0 = record->pos0};
    if (nf_vec_push(&evidence->seen_pieces, key))
        return nf_fail_memory("a piece");
    struct nf_sa_entry entry;
    bool good;
    for (int n = 0;
         n < NF_MAX_SA_ENTRIES && nf_sa_next(&sa, evidence->panel->genome, &entry, &good);
         n++) {
        if (!good)
            continue;
        key.contig = entry.place.contig;
        key.strand = entry.place.strand;
        key.pos0 = entry.place.pos0;
        if (nf_vec_push(&evidence->named_pieces, key))
            return nf_fail_memory("a piece");
        status = note_place(evidence, read, key.contig, key.pos0);
        if (status)
            return status;
    }
    return NF_OK;
}
