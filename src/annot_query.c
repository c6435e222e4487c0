/* SPDX-License-Identifier: MIT */
/* annot: questions to the gene models; all of them read only, so safe from several threads.
 *
 * Exons stand in genome order and are counted in transcript direction. Offsets along a
 * transcript are worked out exon by exon; a transcript has few enough for that. The searches
 * over the genome (edges, nearest genes) are binary. */
#include "ntrkfuse/annot.h"

uint32_t nf_annot_find(const struct nf_annot *annot, struct nf_span symbol)
{
    uint32_t gene = nf_map_get(&annot->by_symbol, symbol.at, symbol.n);

    return gene == NF_MAP_NONE ? NF_NO_GENE : gene;
}

uint32_t nf_annot_find_transcript(const struct nf_annot *annot, uint32_t gene,
                                  struct nf_span accession)
{
    const struct nf_gene *known = &annot->genes.items[gene];

    for (uint32_t k = 0; k < known->n_transcripts; k++) {
        const uint32_t index = known->first_transcript + k;

        if (nf_span_is(accession, annot->transcripts.items[index].accession))
            return index;
    }
    return NF_NO_TRANSCRIPT;
}

enum nf_status nf_annot_genes_at(const struct nf_annot *annot, int32_t contig, int64_t start0,
                                 int64_t end0, nf_id_list *found)
{
    return nf_itree_query(&annot->gene_spans, contig, start0, end0, found);
}

const struct nf_edge *nf_annot_edges(const struct nf_annot *annot, int32_t contig,
                                     int64_t start0, int64_t end0, size_t *n)
{
    const struct nf_edge *edges = annot->edges.items;
    size_t low = 0, high = annot->edges.n, end;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (edges[middle].contig < contig ||
            (edges[middle].contig == contig && edges[middle].pos0 < start0))
            low = middle + 1;
        else
            high = middle;
    }
    end = low;
    while (end < annot->edges.n && edges[end].contig == contig && edges[end].pos0 < end0)
        end++;
    *n = end - low;
    return *n > 0 ? edges + low : NULL;
}

/* How many of the first items of by_start (by_end) have start0 (end0) ≤ pos0 on this contig,
 * or lie on an earlier contig. */
static size_t count_up_to(const struct nf_annot *annot, bool by_end, int32_t contig,
                          int64_t pos0)
{
    const uint32_t *order = by_end ? annot->by_end.items : annot->by_start.items;
    size_t low = 0, high = by_end ? annot->by_end.n : annot->by_start.n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct nf_gene *gene = &annot->genes.items[order[middle]];
        const int64_t key = by_end ? gene->end0 : gene->start0;

        if (gene->contig < contig || (gene->contig == contig && key <= pos0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void nf_annot_nearest(const struct nf_annot *annot, int32_t contig, int64_t pos0,
                      uint32_t *left, uint32_t *right)
{
    const size_t n_left = count_up_to(annot, true, contig, pos0);
    const size_t n_right = count_up_to(annot, false, contig, pos0);

    *left = *right = NF_NO_GENE;
    if (n_left > 0)
        *left = annot->by_end.items[n_left - 1];
    if (n_right < annot->by_start.n)
        *right = annot->by_start.items[n_right];
    if (*left != NF_NO_GENE && annot->genes.items[*left].contig != contig)
        *left = NF_NO_GENE;
    if (*right != NF_NO_GENE && annot->genes.items[*right].contig != contig)
        *right = NF_NO_GENE;
}

static bool is_forward(const struct nf_annot *annot, const struct nf_transcript *transcript)
{
    return annot->genes.items[transcript->gene].strand > 0;
}

/* Index, in genome order, of the first exon that ends after pos0; n_exons where none does. */
static uint32_t exon_after(const struct nf_transcript *transcript, int64_t pos0)
{
    uint32_t low = 0, high = transcript->n_exons;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (transcript->exons[middle].end0 <= pos0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The exon that holds pos0, or NULL. */
static const struct nf_exon *exon_with(const struct nf_transcript *transcript, int64_t pos0)
{
    const uint32_t i = exon_after(transcript, pos0);

    if (i == transcript->n_exons || pos0 < transcript->exons[i].start0)
        return NULL;
    return &transcript->exons[i];
}

uint32_t nf_transcript_exon_at(const struct nf_annot *annot, uint32_t transcript, int64_t pos0)
{
    const struct nf_transcript *known = &annot->transcripts.items[transcript];
    const struct nf_exon *exon = exon_with(known, pos0);
    uint32_t i;

    if (!exon)
        return 0;
    i = (uint32_t)(exon - known->exons);
    return is_forward(annot, known) ? i + 1 : known->n_exons - i;
}

const struct nf_exon *nf_transcript_exon(const struct nf_annot *annot, uint32_t transcript,
                                         uint32_t number)
{
    const struct nf_transcript *known = &annot->transcripts.items[transcript];

    return &known->exons[is_forward(annot, known) ? number - 1 : known->n_exons - number];
}

/* The part of `exon` inside the CDS; empty (end0 ≤ start0) where there is none. */
static struct nf_exon coding_part(const struct nf_transcript *transcript,
                                  const struct nf_exon *exon)
{
    struct nf_exon part = *exon;

    if (transcript->cds_start0 > part.start0)
        part.start0 = transcript->cds_start0;
    if (transcript->cds_end0 < part.end0)
        part.end0 = transcript->cds_end0;
    return part;
}

int nf_transcript_frame_at(const struct nf_annot *annot, uint32_t transcript, int64_t pos0,
                           bool inclusive)
{
    const struct nf_transcript *known = &annot->transcripts.items[transcript];
    const struct nf_exon *exon = exon_with(known, pos0);
    struct nf_exon part;
    int64_t before;

    if (!exon || exon->frame < 0)
        return -1;
    part = coding_part(known, exon);
    if (pos0 < part.start0 || part.end0 <= pos0)
        return -1;
    before = is_forward(annot, known) ? pos0 - part.start0 : part.end0 - 1 - pos0;
    return (int)((exon->frame + before + (inclusive ? 1 : 0)) % 3);
}

/* The frame at the first coding base: not 0 where the start of the protein is not known. */
static int64_t first_frame(const struct nf_annot *annot, uint32_t transcript)
{
    const struct nf_transcript *known = &annot->transcripts.items[transcript];
    const int64_t first = is_forward(annot, known) ? known->cds_start0 : known->cds_end0 - 1;

    return nf_transcript_frame_at(annot, transcript, first, false);
}

int64_t nf_transcript_residue_at(const struct nf_annot *annot, uint32_t transcript,
                                 int64_t pos0)
{
    const struct nf_transcript *known = &annot->transcripts.items[transcript];
    int64_t before = 0;

    if (nf_transcript_frame_at(annot, transcript, pos0, false) < 0)
        return 0;
    for (uint32_t number = 1; number <= known->n_exons; number++) {
        const struct nf_exon *exon = nf_transcript_exon(annot, transcript, number);
        const struct nf_exon part = coding_part(known, exon);

        if (part.end0 <= part.start0)
            continue;
        if (part.start0 <= pos0 && pos0 < part.end0) {
            before += is_forward(annot, known) ? pos0 - part.start0 : part.end0 - 1 - pos0;
            break;
        }
        before += part.end0 - part.start0;
    }
    return (first_frame(annot, transcript) + before) / 3 + 1;
}

int64_t nf_transcript_residue_pos0(const struct nf_annot *annot, uint32_t transcript,
                                   int64_t residue, int which)
{
    const struct nf_transcript *known = &annot->transcripts.items[transcript];
    int64_t left;

    if (known->cds_start0 < 0 || residue < 1 || residue > INT32_MAX)
        return -1;
    left = (residue - 1) * 3 + which - first_frame(annot, transcript);
    if (left < 0)
        return -1;
    for (uint32_t number = 1; number <= known->n_exons; number++) {
        const struct nf_exon *exon = nf_transcript_exon(annot, transcript, number);
        const struct nf_exon part = coding_part(known, exon);

        if (part.end0 <= part.start0)
            continue;
        if (left < part.end0 - part.start0)
            return is_forward(annot, known) ? part.start0 + left : part.end0 - 1 - left;
        left -= part.end0 - part.start0;
    }
    return -1;
}

/* Index of the exon that holds pos0 or, where none does, is the nearer one. */
static uint32_t nearer_exon(const struct nf_transcript *transcript, int64_t pos0)
{
    const uint32_t i = exon_after(transcript, pos0);

    if (i == transcript->n_exons)
        return i - 1;
    if (i > 0 && pos0 < transcript->exons[i].start0 &&
        pos0 - (transcript->exons[i - 1].end0 - 1) <= transcript->exons[i].start0 - pos0)
        return i - 1;
    return i;
}

int64_t nf_transcript_distance(const struct nf_annot *annot, uint32_t transcript, int64_t a0,
                               int64_t b0)
{
    const struct nf_transcript *known = &annot->transcripts.items[transcript];
    const int64_t low0 = a0 < b0 ? a0 : b0;
    const int64_t high0 = a0 < b0 ? b0 : a0;
    const uint32_t first = nearer_exon(known, low0);
    const uint32_t last = nearer_exon(known, high0);
    int64_t bases = 0;

    if (first == last)
        return high0 - low0 + 1;
    /* In between whole exons; at either side the exon from (up to) the position, gone on to
     * it: a position beyond the far end of its exon leaves one base, itself. */
    for (uint32_t i = first + 1; i < last; i++)
        bases += known->exons[i].end0 - known->exons[i].start0;
    bases += low0 < known->exons[first].end0 ? known->exons[first].end0 - low0 : 1;
    bases += high0 >= known->exons[last].start0 ? high0 - known->exons[last].start0 + 1 : 1;
    return bases;
}

bool nf_annot_is_intron(const struct nf_annot *annot, uint32_t gene, int64_t low0,
                        int64_t high0)
{
    const struct nf_gene *model = &annot->genes.items[gene];
    for (uint32_t t = 0; t < model->n_transcripts; t++) {
        const struct nf_transcript *transcript =
            &annot->transcripts.items[model->first_transcript + t];
        for (uint32_t e = 1; e < transcript->n_exons; e++)
            if (transcript->exons[e - 1].end0 - 1 == low0 &&
                transcript->exons[e].start0 == high0)
                return true;
    }
    return false;
}
