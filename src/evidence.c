/* SPDX-License-Identifier: MIT */
/* evidence: what one record can tell, and its observations.
 *
 * A record matters in four ways. It lies in a target's window: its pieces, its mate, its clips
 * and the exons it covers are noted. It lies elsewhere but its mate or its SA tag names a
 * target: its pieces and its mate are noted. It is soft-clipped at an exon edge of another
 * known gene: its clip may be the far half of a junction whose near half is a clip in a
 * target. It is a primary record of a window or a control gene: the sample's properties are
 * learned from it (learn.c). */
#include "ntrkfuse/evidence.h"

#include <string.h>

#include "ntrkfuse/log.h"

/* Does any block (not merely the span) of the record lie in a target's window? */
static bool touches_window(const struct nf_panel *panel, const struct nf_record *record)
{
    int64_t start0 = record->pos0, end0 = start0;
    for (uint32_t i = 0; i < record->n_cigar; i++) {
        int32_t length = nf_record_cigar_length(record, i);
        switch (nf_record_cigar_code(record, i)) {
        case NF_CIGAR_MATCH:
        case NF_CIGAR_EQUAL:
        case NF_CIGAR_DIFFERENT:
        case NF_CIGAR_DELETION:
            end0 += length;
            break;
        case NF_CIGAR_SKIP:
            if (end0 > start0 &&
                nf_panel_window_at(panel, record->contig, start0, end0) != NF_NO_TARGET)
                return true;
            start0 = end0 = end0 + length;
            break;
        default:
            break;
        }
    }
    return end0 > start0 &&
           nf_panel_window_at(panel, record->contig, start0, end0) != NF_NO_TARGET;
}

static bool sa_names_window(const struct nf_panel *panel, struct nf_span sa)
{
    struct nf_sa_entry entry;
    bool good;
    for (int n = 0; n < NF_MAX_SA_ENTRIES && nf_sa_next(&sa, panel->genome, &entry, &good);
         n++)
        if (good && nf_panel_window_at(panel, entry.place.contig, entry.place.pos0,
                                       entry.place.pos0 + 1) != NF_NO_TARGET)
            return true;
    return false;
}

static bool is_clip(enum nf_cigar_code code)
{
    return code == NF_CIGAR_SOFT_CLIP || code == NF_CIGAR_HARD_CLIP;
}

/* Is there an exon edge within the slack of a clip's boundary, of the kind the clip asks for?
 * A clip at the right end can leave an exon by a donor of a + gene or an acceptor of a − gene.
 */
static bool clip_at_edge(const struct nf_annot *annot, int32_t contig, int64_t boundary0,
                         bool at_right)
{
    size_t n;
    const struct nf_edge *edges = nf_annot_edges(annot, contig, boundary0 - NF_EDGE_SLACK,
                                                 boundary0 + NF_EDGE_SLACK + 1, &n);
    for (size_t i = 0; i < n; i++) {
        bool forward = annot->genes.items[edges[i].gene].strand > 0;
        if ((edges[i].kind == NF_EDGE_DONOR) == (forward == at_right))
            return true;
    }
    return false;
}

static bool has_edge_clip(const struct nf_panel *panel, const struct nf_record *record,
                          int64_t end0)
{
    uint32_t last = record->n_cigar - 1;
    if (nf_record_cigar_code(record, 0) == NF_CIGAR_SOFT_CLIP &&
        nf_record_cigar_length(record, 0) >= NF_MIN_EDGE_CLIP &&
        clip_at_edge(panel->annot, record->contig, record->pos0, false))
        return true;
    return nf_record_cigar_code(record, last) == NF_CIGAR_SOFT_CLIP &&
           nf_record_cigar_length(record, last) >= NF_MIN_EDGE_CLIP &&
           clip_at_edge(panel->annot, record->contig, end0 - 1, true);
}

/* bwa mem -M marks the further pieces of a split read secondary. Such a record is no evidence,
 * but its SA tag leads the index road to the primary one, which is. */
static unsigned classify_secondary(const struct nf_panel *panel,
                                   const struct nf_record *record)
{
    struct nf_span sa = nf_record_tag_text(record, "SA");
    return sa.at && (touches_window(panel, record) || sa_names_window(panel, sa))
               ? NF_CLASS_POINTS
               : 0;
}

unsigned nf_evidence_classify(const struct nf_panel *panel, const struct nf_record *record)
{
    unsigned classes = 0;
    if (record->flag & (NF_FLAG_UNMAPPED | NF_FLAG_QC_FAIL) || record->contig < 0 ||
        record->pos0 < 0 || record->n_cigar == 0)
        return 0;
    if (record->flag & NF_FLAG_SECONDARY)
        return classify_secondary(panel, record);
    int64_t end0 = nf_record_end0(record);
    if (end0 > panel->genome->contigs[record->contig].length)
        return 0; /* a place that does not exist */
    if (nf_panel_may_learn(panel, record->contig, record->pos0, end0)) {
        if (touches_window(panel, record))
            classes |= NF_CLASS_WINDOW;
        if (!(record->flag & NF_FLAG_SUPPLEMENTARY) &&
            nf_panel_learns(panel, record->contig, record->pos0, end0))
            classes |= NF_CLASS_LEARN;
    }
    if (record->flag & NF_FLAG_PAIRED && !(record->flag & NF_FLAG_MATE_UNMAPPED) &&
        nf_panel_window_at(panel, record->mate_contig, record->mate_pos0,
                           record->mate_pos0 + 1) != NF_NO_TARGET)
        classes |= NF_CLASS_NAMES;
    if (is_clip(nf_record_cigar_code(record, 0)) ||
        is_clip(nf_record_cigar_code(record, record->n_cigar - 1))) {
        struct nf_span sa = nf_record_tag_text(record, "SA");
        if (sa.at && sa_names_window(panel, sa))
            classes |= NF_CLASS_NAMES;
        if (!sa.at && has_edge_clip(panel, record, end0))
            classes |= NF_CLASS_EDGE_CLIP;
    }
    return classes;
}

/* Where the read begins: first base of the first piece, clips undone. */
static struct nf_start chain_start(const struct nf_chain *chain)
{
    const struct nf_alignment *first = &chain->alignments.items[0];
    const struct nf_block *block = &chain->blocks.items[first->first_block];
    struct nf_start start = {.contig = first->contig, .strand = first->strand};
    start.pos0 = first->strand > 0 ? block->start0 - block->read_start0
                                   : block->end0 - 1 + block->read_start0;
    return start;
}

static struct nf_start mate_start(const struct nf_record *record)
{
    struct nf_start start = {.contig = -1};
    if (nf_has_mapped_mate(record)) {
        start.contig = record->mate_contig;
        start.pos0 = record->mate_pos0;
        start.strand = record->flag & NF_FLAG_MATE_REVERSE ? -1 : 1;
    }
    return start;
}

struct nf_span nf_evidence_read_group(const struct nf_evidence *evidence,
                                      const struct nf_record *record)
{
    struct nf_span group = nf_record_tag_text(record, "RG");
    return group.at ? group : nf_span_of(evidence->only_read_group);
}

static void describe_read(struct nf_evidence *evidence, const struct nf_record *record,
                          struct nf_evidence_read *read)
{
    memset(read, 0, sizeof *read);
    read->record = record;
    read->name = nf_fragment_name((struct nf_span){record->name, record->name_length});
    read->group = nf_evidence_read_group(evidence, record);
    read->fragment_hash = nf_fragment_hash(read->group, read->name);
    read->fragment = NF_NO_FRAGMENT;
    read->n_hits = nf_record_tag_int(record, "NH", 0);
    read->is_read2 = (record->flag & NF_FLAG_READ2) != 0;
    read->start = chain_start(&evidence->chain);
    read->mate_start = mate_start(record);
    if (evidence->primers)
        read->n_primer = nf_primers_masked(
            evidence->primers,
            (struct nf_locus){read->start.contig, read->start.strand, read->start.pos0},
            &evidence->ids);
}

enum nf_status nf_evidence_name(struct nf_evidence *evidence, struct nf_evidence_read *read)
{
    if (read->fragment != NF_NO_FRAGMENT)
        return NF_OK;
    return nf_fragment_get(evidence->observations, read->group, read->name, &read->fragment);
}

enum nf_status nf_evidence_fragment(struct nf_evidence *evidence,
                                    struct nf_evidence_read *read, uint32_t *index)
{
    struct nf_observations *observations = evidence->observations;
    enum nf_status status = nf_evidence_name(evidence, read);
    *index = read->fragment;
    if (status || read->is_noted)
        return status;
    read->is_noted = true;
    struct nf_fragment *fragment = &observations->fragments.items[read->fragment];
    if (read->record->flag & NF_FLAG_DUPLICATE)
        fragment->is_duplicate = true;
    char number[NF_UMI_NUMBER_SIZE];
    struct nf_span umi = nf_record_umi(read->record, number);
    if (!umi.at || (fragment->umi && strcmp(fragment->umi, umi.at) <= 0))
        return NF_OK; /* where the records disagree the least value stands */
    fragment->umi = nf_arena_copy(&observations->arena, umi.at, umi.n);
    return fragment->umi ? NF_OK : nf_fail_memory("a molecular identifier");
}

/* The target whose core a block of the record's own alignment touches. */
static uint32_t own_target(const struct nf_evidence *evidence, const struct nf_alignment *own)
{
    const struct nf_panel *panel = evidence->panel;
    for (size_t i = 0; i < own->n_blocks; i++) {
        const struct nf_block *block = &evidence->chain.blocks.items[own->first_block + i];
        for (size_t t = 0; t < panel->targets.n; t++) {
            const struct nf_region *core = &panel->targets.items[t].core;
            if (core->contig == own->contig && block->start0 < core->end0 &&
                block->end0 > core->start0)
                return (uint32_t)t;
        }
    }
    return NF_NO_TARGET;
}

/* One half of a pair that lies in a target and elsewhere. */
static enum nf_status take_mate(struct nf_evidence *evidence, struct nf_evidence_read *read,
                                const struct nf_alignment *own, uint32_t target)
{
    const struct nf_panel *panel = evidence->panel;
    const struct nf_record *record = read->record;
    if (record->flag & NF_FLAG_SUPPLEMENTARY || !nf_has_mapped_mate(record))
        return NF_OK;
    uint32_t mate_target = nf_panel_window_at(panel, record->mate_contig, record->mate_pos0,
                                              record->mate_pos0 + 1);
    int64_t end0 = nf_record_end0(record);
    uint32_t own_window = nf_panel_window_at(panel, record->contig, record->pos0, end0);
    bool crosses = target != NF_NO_TARGET
                       ? mate_target != target
                       : mate_target != NF_NO_TARGET && own_window != mate_target;
    if (!crosses)
        return NF_OK;
    uint32_t fragment;
    if (nf_evidence_fragment(evidence, read, &fragment))
        return NF_ERR_MEMORY;
    read->is_linked = true;
    struct nf_mate mate = {.fragment = fragment,
                           .target = target != NF_NO_TARGET ? target : mate_target,
                           .is_target = target != NF_NO_TARGET,
                           .contig = record->contig,
                           .strand = own->strand,
                           .start0 = record->pos0,
                           .end0 = end0,
                           .mapq = nf_mapq_normal(record->mapq),
                           .multi = !read->from_file &&
                                    nf_is_multimapped(record->mapq, read->n_hits),
                           .start = read->start,
                           .mate_contig = record->mate_contig,
                           .mate_pos0 = record->mate_pos0,
                           .mate_strand = read->mate_start.strand};
    return nf_vec_push(&evidence->observations->mates, mate) ? nf_fail_memory("a pair")
                                                             : NF_OK;
}

/* Which exons of the target the record covers, and which introns it splices out. */
static enum nf_status take_cover(struct nf_evidence *evidence,
                                 const struct nf_evidence_read *read,
                                 const struct nf_alignment *own, uint32_t target)
{
    const struct nf_panel_target *placed = &evidence->panel->targets.items[target];
    const struct nf_annot *annot = evidence->panel->annot;
    const struct nf_gene *gene = &annot->genes.items[placed->gene];
    struct nf_cover cover = {.target = (uint16_t)target,
                             .fragment_hash = read->fragment_hash,
                             .is_linked = read->is_linked};

    for (size_t i = 0; i < own->n_blocks; i++) {
        const struct nf_block *block = &evidence->chain.blocks.items[own->first_block + i];
        const struct nf_transcript *mane = &annot->transcripts.items[placed->transcript];
        for (uint32_t e = 0; e < mane->n_exons; e++) {
            uint32_t number = placed->strand > 0 ? e : mane->n_exons - 1 - e;
            const struct nf_exon *exon = &mane->exons[e];
            if (number >= 64 || block->start0 >= exon->end0 || block->end0 <= exon->start0)
                continue;
            cover.exons |= (uint64_t)1 << number;
            if (exon->frame >= 0 && block->start0 < mane->cds_end0 &&
                block->end0 > mane->cds_start0)
                cover.coding |= (uint64_t)1 << number;
        }
        for (uint32_t t = 0; t < gene->n_transcripts && t < 32; t++) {
            uint32_t index = gene->first_transcript + t;
            const struct nf_transcript *other = &annot->transcripts.items[index];
            const struct nf_exon *last =
                &other->exons[placed->strand > 0 ? other->n_exons - 1 : 0];
            if (block->start0 < last->end0 && block->end0 > last->start0 &&
                nf_transcript_exon_at(annot, placed->transcript, last->start0) == 0 &&
                nf_transcript_exon_at(annot, placed->transcript, last->end0 - 1) == 0)
                cover.terminals |= (uint32_t)1 << t;
        }
        if (i == 0)
            continue;
        const struct nf_block *previous = block - 1;
        bool rising = previous->start0 < block->start0;
        int64_t low0 = (rising ? previous : block)->end0 - 1;
        int64_t high0 = (rising ? block : previous)->start0;
        struct nf_splice splice = {.fragment_hash = cover.fragment_hash,
                                   .target = target,
                                   .donor0 = placed->strand > 0 ? low0 : high0,
                                   .acceptor0 = placed->strand > 0 ? high0 : low0};
        if (nf_splice_add(evidence->observations, &splice))
            return NF_ERR_MEMORY;
    }
    return nf_cover_add(evidence->observations, &cover);
}

static const struct nf_alignment *own_alignment(const struct nf_chain *chain)
{
    for (size_t i = 0; i < chain->alignments.n; i++)
        if (chain->alignments.items[i].is_record)
            return &chain->alignments.items[i];
    return NULL;
}

enum nf_status nf_evidence_take(struct nf_evidence *evidence, const struct nf_record *record,
                                unsigned classes)
{
    struct nf_chain *chain = &evidence->chain;
    if (classes & NF_CLASS_POINTS && !evidence->collects_places)
        return NF_OK;
    enum nf_status status = nf_chain_build(chain, record, evidence->panel->genome, true);
    evidence->n_bad_sa += chain->n_bad_entries;
    if (status == NF_ERR_FORMAT || (!status && chain->alignments.n == 0))
        return NF_OK; /* nothing aligned: nothing to tell */
    if (status)
        return nf_fail_memory("the pieces of a read");
    struct nf_evidence_read read;
    describe_read(evidence, record, &read);
    if (evidence->collects_places &&
        classes & (NF_CLASS_WINDOW | NF_CLASS_NAMES | NF_CLASS_POINTS))
        status = nf_evidence_places(evidence, &read);
    if (status || classes & NF_CLASS_POINTS)
        return status;
    status = nf_evidence_joins(evidence, &read);
    const struct nf_alignment *own = own_alignment(chain);
    if (status || !own)
        return status;
    uint32_t target = own_target(evidence, own);
    if (classes & (NF_CLASS_WINDOW | NF_CLASS_NAMES))
        status = take_mate(evidence, &read, own, target);
    if (!status && !nf_record_tag_text(record, "SA").at)
        status = nf_evidence_clips(evidence, &read);
    if (!status && target != NF_NO_TARGET) /* last: whether it is linked is known */
        status = take_cover(evidence, &read, own, target);
    if (!status && target != NF_NO_TARGET)
        status = nf_evidence_codons(evidence, &read, target);
    return status;
}

/* Does a read of a separate chimeric file concern a target: by a piece or by its mate? */
static bool concerns_target(const struct nf_evidence *evidence, const struct nf_record *record)
{
    const struct nf_panel *panel = evidence->panel;
    const struct nf_chain *chain = &evidence->chain;
    for (size_t a = 0; a < chain->alignments.n; a++) {
        const struct nf_alignment *alignment = &chain->alignments.items[a];
        for (size_t i = 0; i < alignment->n_blocks; i++) {
            const struct nf_block *block = &chain->blocks.items[alignment->first_block + i];
            if (nf_panel_window_at(panel, alignment->contig, block->start0, block->end0) !=
                NF_NO_TARGET)
                return true;
        }
    }
    return nf_has_mapped_mate(record) &&
           nf_panel_window_at(panel, record->mate_contig, record->mate_pos0,
                              record->mate_pos0 + 1) != NF_NO_TARGET;
}

enum nf_status nf_evidence_take_pieces(struct nf_evidence *evidence,
                                       const struct nf_record *records, size_t n)
{
    struct nf_chain *chain = &evidence->chain;
    const struct nf_record *whole =
        NULL; /* a representative record: it knows the mate's place */
    nf_chain_clear(chain);
    for (size_t i = 0; i < n; i++) {
        enum nf_status status = nf_chain_add_record(chain, &records[i]);
        if (status && status != NF_ERR_FORMAT)
            return nf_fail_memory("the pieces of a read");
        if (!status && (!whole || (whole->flag & NF_FLAG_SECONDARY &&
                                   !(records[i].flag & NF_FLAG_SECONDARY))))
            whole = &records[i];
    }
    nf_chain_sort(chain);
    if (!whole || !concerns_target(evidence, whole))
        return NF_OK;
    struct nf_evidence_read read;
    enum nf_status status = NF_OK;
    describe_read(evidence, whole, &read);
    read.from_file = true;
    if (evidence->collects_places)
        status = nf_evidence_places(evidence, &read);
    if (!status)
        status = nf_evidence_joins(evidence, &read);
    const struct nf_alignment *own = own_alignment(chain);
    if (!status && own && chain->alignments.n == 1)
        status = take_mate(evidence, &read, own, own_target(evidence, own));
    return status;
}

void nf_evidence_free(struct nf_evidence *evidence)
{
    nf_chain_free(&evidence->chain);
    nf_vec_free(&evidence->ids);
    nf_vec_free(&evidence->places);
    nf_vec_free(&evidence->named_pieces);
    nf_vec_free(&evidence->seen_pieces);
}
