/* SPDX-License-Identifier: MIT */
/* annot: from the lines of a GTF to genes.
 *
 * First each transcript is put together: its exons (where a file has only CDS lines, as for
 * mitochondrial genes, those), the CDS with its stop codon, and the reading frame of every
 * exon, from the file's phase or, where it gives none, from the coding bases before. Exon
 * lines that overlap within a transcript are joined. A CDS that leaves the exons of its
 * transcript is not to be trusted; the transcript then counts as non-coding, and the log says
 * so.
 *
 * Then the transcripts are sorted by symbol, contig, strand and position and swept into loci.
 * A transcript belongs to the locus before it when the two overlap, or when both have the same
 * gene_id and that is more than the symbol again. Small RNA and repeat families (Y_RNA, U6, …)
 * are hundreds of loci under one symbol; they stay apart. No locus, and no transcript, reaches
 * over a gap of more than 5 Mb: the longest human introns have 1.2 Mb.
 *
 * Last, each locus widens the gene of the tables that has its symbol, strand and place, or
 * becomes a gene. The table's own transcripts and its choice of the primary one stand. */
#include <stdlib.h>
#include <string.h>

#include "annot_build.h"
#include "ntrkfuse/log.h"

enum { NF_LARGEST_GAP = 5000000 };

/* A transcript put together, its gene not known yet. */
struct draft {
    struct nf_transcript transcript;
    const struct nf_gtf_transcript *source;
    int64_t start0, end0;
};

/* A run of sorted drafts that make one gene. */
struct locus {
    const struct draft *drafts;
    size_t n;
    int64_t start0, end0;
    uint32_t gene; /* of the tables, or NF_NO_GENE */
};

struct merger {
    struct nf_annot *annot;
    const struct nf_gtf *gtf;
    const struct nf_genome *genome;
    NF_VEC(struct nf_exon) exons; /* scratch */
    NF_VEC(struct draft) drafts;
    NF_VEC(struct locus) loci;
    struct nf_map table_accessions; /* → gene */
    size_t n_added, n_widened, n_transcripts;
    size_t n_elsewhere;  /* loci whose symbol the tables have at another place */
    size_t n_joined;     /* transcripts with exon lines that overlap */
    size_t n_odd_cds;    /* transcripts whose CDS leaves their exons … */
    const char *odd_cds; /* … the first of them */
};

/* Puts the exons of one transcript into merger->exons: ascending, disjoint. */
static enum nf_status collect_exons(struct merger *merger,
                                    const struct nf_gtf_feature *features, size_t n)
{
    bool has_exons = false, joined = false;

    for (size_t i = 0; i < n; i++)
        has_exons = has_exons || features[i].kind == NF_GTF_EXON;
    merger->exons.n = 0;
    for (size_t i = 0; i < n; i++) {
        struct nf_exon exon = {features[i].start0, features[i].end0, -1};
        struct nf_exon *before =
            merger->exons.n > 0 ? &merger->exons.items[merger->exons.n - 1] : NULL;

        if (has_exons && features[i].kind != NF_GTF_EXON)
            continue;
        /* Made of CDS lines, an exon goes on in the stop codon beside it. */
        if (!before || exon.start0 >= before->end0 + (has_exons ? 0 : 1)) {
            if (nf_vec_push(&merger->exons, exon))
                return nf_fail_memory("the gene models of the GTF");
            continue;
        }
        joined = joined ||
                 (has_exons && (exon.start0 != before->start0 || exon.end0 != before->end0));
        if (exon.end0 > before->end0)
            before->end0 = exon.end0;
    }
    merger->n_joined += joined;
    return NF_OK;
}

/* Sets cds_start0 and cds_end0 to the span of all coding lines; −1 where there are none. */
static void span_cds(struct nf_transcript *transcript, const struct nf_gtf_feature *features,
                     size_t n)
{
    transcript->cds_start0 = transcript->cds_end0 = -1;
    for (size_t i = 0; i < n; i++) {
        if (features[i].kind == NF_GTF_EXON)
            continue;
        if (transcript->cds_start0 < 0)
            transcript->cds_start0 = features[i].start0;
        if (features[i].end0 > transcript->cds_end0)
            transcript->cds_end0 = features[i].end0;
    }
}

/* The coding part of an exon is [coding_start0, coding_end0); empty where the end is not
 * greater. */
static int64_t coding_start0(const struct nf_transcript *transcript,
                             const struct nf_exon *exon)
{
    return exon->start0 > transcript->cds_start0 ? exon->start0 : transcript->cds_start0;
}

static int64_t coding_end0(const struct nf_transcript *transcript, const struct nf_exon *exon)
{
    return exon->end0 < transcript->cds_end0 ? exon->end0 : transcript->cds_end0;
}

/* Gives each exon the phase of the coding line that starts its coding part. Both lists ascend.
 * Returns false when a coding line does not lie within one exon. */
static bool take_phases(const struct nf_transcript *transcript, struct nf_exon *exons,
                        const struct nf_gtf_feature *features, size_t n, int8_t strand)
{
    uint32_t k = 0;

    for (size_t i = 0; i < n; i++) {
        const struct nf_gtf_feature *line = &features[i];
        bool starts;

        if (line->kind == NF_GTF_EXON)
            continue;
        while (k < transcript->n_exons && exons[k].end0 <= line->start0)
            k++;
        if (k == transcript->n_exons || line->start0 < exons[k].start0 ||
            line->end0 > exons[k].end0)
            return false;
        starts = strand > 0 ? line->start0 == coding_start0(transcript, &exons[k])
                            : line->end0 == coding_end0(transcript, &exons[k]);
        if (starts && line->phase >= 0)
            exons[k].frame = (int8_t)((3 - line->phase) % 3);
    }
    return true;
}

/* Works out the frames that the file does not give. */
static void complete_frames(const struct nf_transcript *transcript, struct nf_exon *exons,
                            int8_t strand)
{
    int64_t consumed = 0;

    for (uint32_t k = 0; k < transcript->n_exons; k++) {
        struct nf_exon *exon = &exons[strand > 0 ? k : transcript->n_exons - 1 - k];
        const int64_t coding = coding_end0(transcript, exon) - coding_start0(transcript, exon);

        if (coding <= 0)
            continue;
        if (exon->frame < 0)
            exon->frame = (int8_t)(consumed % 3);
        consumed = exon->frame + coding;
    }
}

/* Sets the CDS and the frames of `exons`, which are the transcript's. */
static void set_cds(struct merger *merger, struct draft *draft, struct nf_exon *exons,
                    const struct nf_gtf_feature *features, size_t n)
{
    struct nf_transcript *transcript = &draft->transcript;

    span_cds(transcript, features, n);
    if (transcript->cds_start0 < 0)
        return;
    if (take_phases(transcript, exons, features, n, draft->source->strand)) {
        complete_frames(transcript, exons, draft->source->strand);
        return;
    }
    transcript->cds_start0 = transcript->cds_end0 = -1;
    for (uint32_t k = 0; k < transcript->n_exons; k++)
        exons[k].frame = -1;
    if (merger->n_odd_cds++ == 0)
        merger->odd_cds = draft->source->accession;
}

/* Puts together the transcript that the n lines at `features` describe. */
static enum nf_status add_draft(struct merger *merger, const struct nf_gtf_feature *features,
                                size_t n)
{
    struct nf_arena *arena = &merger->annot->arena;
    struct draft draft = {.source = &merger->gtf->transcripts.items[features->transcript]};
    const char *accession = draft.source->accession;
    enum nf_status status = collect_exons(merger, features, n);
    const size_t n_exons = merger->exons.n;
    struct nf_exon *exons;

    if (status)
        return status;
    exons = nf_arena_alloc(arena, n_exons, sizeof *exons);
    draft.transcript.accession = nf_arena_copy(arena, accession, strlen(accession));
    if (!exons || !draft.transcript.accession)
        return nf_fail_memory("the gene models of the GTF");
    memcpy(exons, merger->exons.items, n_exons * sizeof *exons);
    draft.transcript.n_exons = (uint32_t)n_exons;
    draft.transcript.exons = exons;
    draft.start0 = exons[0].start0;
    draft.end0 = exons[n_exons - 1].end0;
    set_cds(merger, &draft, exons, features, n);
    if (nf_vec_push(&merger->drafts, draft))
        return nf_fail_memory("the gene models of the GTF");
    return NF_OK;
}

/* Cuts the lines into runs of one transcript without a large gap, and puts each together. */
static enum nf_status make_drafts(struct merger *merger)
{
    const struct nf_gtf_feature *lines = merger->gtf->features.items;
    const size_t n = merger->gtf->features.n;
    enum nf_status status = NF_OK;
    size_t i = 0;

    while (i < n && !status) {
        const size_t first = i;
        int64_t end0 = lines[i].end0;

        for (i++; i < n && lines[i].transcript == lines[first].transcript &&
                  lines[i].start0 - end0 <= NF_LARGEST_GAP;
             i++)
            if (lines[i].end0 > end0)
                end0 = lines[i].end0;
        status = add_draft(merger, &lines[first], i - first);
    }
    return status;
}

static int compare_text(const char *a, const char *b)
{
    return a == b ? 0 : strcmp(a, b);
}

/* By symbol, contig, strand, start, end, name. The last is equal only for two pieces of one
 * transcript, which differ in their start. */
static int compare_drafts(const void *a_item, const void *b_item)
{
    const struct draft *a = a_item;
    const struct draft *b = b_item;
    const int by_symbol = compare_text(a->source->symbol, b->source->symbol);

    if (by_symbol != 0)
        return by_symbol;
    if (a->source->contig != b->source->contig)
        return a->source->contig < b->source->contig ? -1 : 1;
    if (a->source->strand != b->source->strand)
        return a->source->strand < b->source->strand ? -1 : 1;
    if (a->start0 != b->start0)
        return a->start0 < b->start0 ? -1 : 1;
    if (a->end0 != b->end0)
        return a->end0 < b->end0 ? -1 : 1;
    return compare_text(a->transcript.accession, b->transcript.accession);
}

/* By contig, start, end, strand, symbol: loci of one symbol and strand do not overlap. */
static int compare_loci(const void *a_item, const void *b_item)
{
    const struct locus *a = a_item;
    const struct locus *b = b_item;
    const struct nf_gtf_transcript *a_source = a->drafts->source;
    const struct nf_gtf_transcript *b_source = b->drafts->source;

    if (a_source->contig != b_source->contig)
        return a_source->contig < b_source->contig ? -1 : 1;
    if (a->start0 != b->start0)
        return a->start0 < b->start0 ? -1 : 1;
    if (a->end0 != b->end0)
        return a->end0 < b->end0 ? -1 : 1;
    if (a_source->strand != b_source->strand)
        return a_source->strand < b_source->strand ? -1 : 1;
    return compare_text(a_source->symbol, b_source->symbol);
}

/* True when the draft goes on with the locus; it does not start before the locus does. */
static bool belongs(const struct locus *locus, const struct draft *draft)
{
    const struct nf_gtf_transcript *last = locus->drafts[locus->n - 1].source;
    const struct nf_gtf_transcript *source = draft->source;

    if (compare_text(last->symbol, source->symbol) != 0 || last->contig != source->contig ||
        last->strand != source->strand)
        return false;
    if (draft->start0 < locus->end0)
        return true;
    return draft->start0 - locus->end0 <= NF_LARGEST_GAP &&
           compare_text(last->gene_id, source->gene_id) == 0 &&
           compare_text(source->gene_id, source->symbol) != 0;
}

/* The gene of the tables that the locus is, or NF_NO_GENE. */
static uint32_t table_gene(struct merger *merger, const struct locus *locus)
{
    const struct nf_gtf_transcript *source = locus->drafts->source;
    const uint32_t index = nf_annot_find(merger->annot, nf_span_of(source->symbol));
    const struct nf_gene *gene;

    if (index == NF_NO_GENE)
        return NF_NO_GENE;
    gene = &merger->annot->genes.items[index];
    if (gene->contig == source->contig && gene->strand == source->strand &&
        gene->start0 < locus->end0 && locus->start0 < gene->end0)
        return index;
    merger->n_elsewhere++;
    return NF_NO_GENE;
}

/* Sweeps the sorted drafts into loci, and sorts those by place. */
static enum nf_status make_loci(struct merger *merger)
{
    const struct draft *drafts = merger->drafts.items;
    size_t i = 0;

    while (i < merger->drafts.n) {
        struct locus locus = {&drafts[i], 1, drafts[i].start0, drafts[i].end0, NF_NO_GENE};

        for (i++; i < merger->drafts.n && belongs(&locus, &drafts[i]); i++) {
            locus.n++;
            if (drafts[i].end0 > locus.end0)
                locus.end0 = drafts[i].end0;
        }
        locus.gene = table_gene(merger, &locus);
        if (nf_vec_push(&merger->loci, locus))
            return nf_fail_memory("the gene models of the GTF");
    }
    if (merger->loci.n > 0)
        qsort(merger->loci.items, merger->loci.n, sizeof *merger->loci.items, compare_loci);
    return NF_OK;
}

/* Coding and exonic bases, to choose by. */
static void measure(const struct nf_transcript *transcript, int64_t *n_coding,
                    int64_t *n_exonic)
{
    *n_coding = *n_exonic = 0;
    for (uint32_t k = 0; k < transcript->n_exons; k++) {
        const struct nf_exon *exon = &transcript->exons[k];
        const int64_t coding = coding_end0(transcript, exon) - coding_start0(transcript, exon);

        *n_exonic += exon->end0 - exon->start0;
        *n_coding += coding > 0 ? coding : 0;
    }
}

/* True when `a` stands for its gene rather than `b`. */
static bool is_better(const struct draft *a, const struct draft *b)
{
    int64_t a_coding, a_exonic, b_coding, b_exonic;

    if (a->source->rank != b->source->rank)
        return a->source->rank > b->source->rank;
    measure(&a->transcript, &a_coding, &a_exonic);
    measure(&b->transcript, &b_coding, &b_exonic);
    if (a_coding != b_coding)
        return a_coding > b_coding;
    if (a_exonic != b_exonic)
        return a_exonic > b_exonic;
    return compare_text(a->transcript.accession, b->transcript.accession) < 0;
}

/* Appends a gene for the locus, and which of its drafts is primary to *primary. */
static enum nf_status add_gene(struct merger *merger, const struct locus *locus,
                               uint32_t *index, const struct draft **primary)
{
    struct nf_annot *annot = merger->annot;
    const struct nf_gtf_transcript *source = locus->drafts->source;
    const char *contig_name = merger->genome->contigs[source->contig].name;
    struct nf_gene gene = {
        .symbol = nf_arena_copy(&annot->arena, source->symbol, strlen(source->symbol)),
        .contig_name = nf_arena_copy(&annot->arena, contig_name, strlen(contig_name)),
        .contig = source->contig,
        .strand = source->strand,
        .from_gtf = true,
        .start0 = locus->start0,
        .end0 = locus->end0,
    };

    *primary = locus->drafts;
    for (size_t i = 1; i < locus->n; i++)
        if (is_better(&locus->drafts[i], *primary))
            *primary = &locus->drafts[i];
    *index = (uint32_t)annot->genes.n;
    if (!gene.symbol || !gene.contig_name || nf_vec_push(&annot->genes, gene))
        return nf_fail_memory("the gene models of the GTF");
    return NF_OK;
}

/* Appends the transcripts of the locus to its gene. */
static enum nf_status add_locus(struct merger *merger, const struct locus *locus)
{
    const struct draft *primary = NULL;
    const size_t n_before = merger->n_transcripts;
    uint32_t gene = locus->gene;
    enum nf_status status;

    if (gene == NF_NO_GENE) {
        status = add_gene(merger, locus, &gene, &primary);
        if (status)
            return status;
        merger->n_added++;
    }
    for (size_t i = 0; i < locus->n; i++) {
        struct nf_transcript transcript = locus->drafts[i].transcript;

        if (nf_map_get(&merger->table_accessions, transcript.accession,
                       strlen(transcript.accession)) == gene)
            continue;
        transcript.gene = gene;
        transcript.is_primary = &locus->drafts[i] == primary;
        if (nf_vec_push(&merger->annot->transcripts, transcript))
            return nf_fail_memory("the gene models of the GTF");
        merger->n_transcripts++;
    }
    merger->n_widened += locus->gene != NF_NO_GENE && merger->n_transcripts > n_before;
    return NF_OK;
}

static enum nf_status note_table_accessions(struct merger *merger)
{
    for (size_t i = 0; i < merger->annot->transcripts.n; i++) {
        const struct nf_transcript *transcript = &merger->annot->transcripts.items[i];

        if (nf_map_put(&merger->table_accessions, transcript->accession,
                       strlen(transcript->accession), transcript->gene))
            return nf_fail_memory("the gene models of the GTF");
    }
    return NF_OK;
}

static void log_outcome(const struct merger *merger, const char *path)
{
    const struct nf_gtf *gtf = merger->gtf;

    nf_info(
        "%s: %zu genes added, %zu genes of the tables widened, %zu transcripts; lines "
        "skipped: %ld on contigs that the input lacks, %ld without a strand, %ld without a "
        "transcript name",
        path, merger->n_added, merger->n_widened, merger->n_transcripts, gtf->n_unknown_contig,
        gtf->n_unstranded, gtf->n_unnamed);
    if (merger->n_joined > 0)
        nf_debug("%s: %zu transcripts with overlapping exon lines, joined", path,
                 merger->n_joined);
    if (merger->n_odd_cds > 0)
        nf_warn("%s: the CDS of %zu transcripts leaves their exons (the first: %s); they are "
                "taken as non-coding",
                path, merger->n_odd_cds, merger->odd_cds);
}

enum nf_status nf_annot_add_gtf(struct nf_annot *annot, const struct nf_gtf *gtf,
                                const struct nf_genome *genome, const char *path)
{
    struct merger merger = {.annot = annot, .gtf = gtf, .genome = genome};
    size_t n_matched = 0;
    enum nf_status status;

    status = note_table_accessions(&merger);
    if (!status)
        status = make_drafts(&merger);
    if (!status && merger.drafts.n > 0)
        qsort(merger.drafts.items, merger.drafts.n, sizeof *merger.drafts.items,
              compare_drafts);
    if (!status)
        status = make_loci(&merger);
    for (size_t i = 0; i < merger.loci.n && !status; i++) {
        n_matched += merger.loci.items[i].gene != NF_NO_GENE;
        status = add_locus(&merger, &merger.loci.items[i]);
    }
    if (!status)
        log_outcome(&merger, path);
    if (!status && merger.n_elsewhere > n_matched)
        nf_warn(
            "%s: of the genes that the tables know too, %zu lie elsewhere and %zu where the "
            "tables have them; is it for another assembly?",
            path, merger.n_elsewhere, n_matched);
    nf_map_free(&merger.table_accessions);
    nf_vec_free(&merger.exons);
    nf_vec_free(&merger.drafts);
    nf_vec_free(&merger.loci);
    return status;
}
