/* SPDX-License-Identifier: MIT */
/* report_targets: what the report says of each target, whether or not it has a call. */
#include <string.h>

#include "ntrkfuse/report_build.h"

static const char *accession(const struct nf_panel *panel, uint32_t transcript)
{
    return panel->annot->transcripts.items[transcript].accession;
}

static enum nf_status build_exons(struct nf_report_target *target,
                                  const struct nf_target_coverage *coverage)
{
    for (size_t i = 0; i < coverage->exons.n; i++) {
        const struct nf_exon_coverage *exon = &coverage->exons.items[i];
        struct nf_report_exon row = {exon->number, exon->start0, exon->end0, exon->has_kinase,
                                     exon->n_fragments};
        if (nf_vec_push(&target->exons, row))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

static enum nf_status build_introns(struct nf_report *report, const struct nf_panel *panel,
                                    const struct nf_panel_target *placed,
                                    struct nf_report_target *target,
                                    const struct nf_target_coverage *coverage)
{
    for (size_t i = 0; i < coverage->introns.n; i++) {
        const struct nf_intron_coverage *intron = &coverage->introns.items[i];
        bool has_own_edges = intron->transcript == placed->transcript;
        const char *name = accession(panel, intron->transcript);
        struct nf_report_intron row = {
            .name = has_own_edges
                        ? nf_report_format(report, "e%u-e%u", intron->exon5, intron->exon3)
                        : nf_report_format(report, "%s:e%u-e%u", name, intron->exon5,
                                           intron->exon3),
            .transcript = nf_report_copy(report, nf_span_of(name)),
            .exon5 = intron->exon5,
            .exon3 = intron->exon3,
            .is_own = has_own_edges && intron->exon3 == intron->exon5 + 1,
            .donor0 = intron->donor0,
            .acceptor0 = intron->acceptor0,
            .n_fragments = intron->n_fragments};
        if (!row.name || !row.transcript || nf_vec_push(&target->introns, row))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

static enum nf_status build_isoforms(struct nf_report *report, const struct nf_panel *panel,
                                     struct nf_report_target *target,
                                     const struct nf_target_coverage *coverage)
{
    for (size_t i = 0; i < coverage->isoforms.n; i++) {
        const struct nf_isoform_coverage *isoform = &coverage->isoforms.items[i];
        const char *words[NF_MAX_COVERED_TERMINALS];
        size_t n = 0;
        for (; n < isoform->transcripts.n && n < NF_MAX_COVERED_TERMINALS; n++)
            words[n] = accession(panel, isoform->transcripts.items[n]);
        struct nf_report_isoform row = {.transcripts = nf_report_join(report, words, n, ','),
                                        .start0 = isoform->start0,
                                        .end0 = isoform->end0,
                                        .n_covering = isoform->n_covering,
                                        .n_spliced = isoform->n_spliced};
        if (!row.transcripts || nf_vec_push(&target->isoforms, row))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

static enum nf_status build_imbalance(struct nf_report *report,
                                      struct nf_report_imbalance *built,
                                      const struct nf_imbalance *imbalance)
{
    const char *words[NF_N_IMBALANCE_REASONS];
    size_t n = 0;
    for (unsigned bit = 0; bit < NF_N_IMBALANCE_REASONS; bit++)
        if (imbalance->reasons & 1U << bit)
            words[n++] = nf_imbalance_reason_name(bit);
    *built = (struct nf_report_imbalance){.state = nf_imbalance_state_name(imbalance->state),
                                          .reasons = nf_report_join(report, words, n, ';'),
                                          .first3 = imbalance->first3,
                                          .last3 = imbalance->last3,
                                          .first5 = imbalance->first5,
                                          .last5 = imbalance->last5,
                                          .n3 = imbalance->n3,
                                          .n5 = imbalance->n5,
                                          .length3 = imbalance->length3,
                                          .length5 = imbalance->length5,
                                          .ratio = imbalance->ratio,
                                          .low = imbalance->low,
                                          .high = imbalance->high,
                                          .truncated_fraction = imbalance->truncated_fraction};
    return built->reasons ? NF_OK : NF_ERR_MEMORY;
}

static enum nf_status build_coverage(struct nf_report *report,
                                     const struct nf_report_source *source, size_t index,
                                     struct nf_report_target *target)
{
    if (!source->coverage || index >= source->coverage->targets.n)
        return NF_OK;
    const struct nf_panel *panel = source->panel;
    const struct nf_target_coverage *coverage = &source->coverage->targets.items[index];
    target->insert = (struct nf_report_insert){coverage->insert.exon, coverage->insert.start0,
                                               coverage->insert.end0, coverage->insert.n_with,
                                               coverage->insert.n_without};
    if (build_exons(target, coverage) ||
        build_introns(report, panel, &panel->targets.items[index], target, coverage) ||
        build_isoforms(report, panel, target, coverage))
        return NF_ERR_MEMORY;
    return build_imbalance(report, &target->imbalance, &coverage->imbalance);
}

/* Number of the codon's first base in "c.1783_1785"; 0 where the text is another. */
static int64_t cdna_start(const char *cdna)
{
    int64_t start = 0;
    struct nf_span rest = nf_span_of(cdna), field;
    if (!nf_span_starts(rest, "c."))
        return 0;
    rest.at += 2;
    rest.n -= 2;
    if (!nf_span_cut(&rest, '_', &field) || nf_span_int(field, 1, INT32_MAX, &start))
        return 0;
    return start;
}

/* The codon as a change of the coding DNA (HGVS); "." where there is nothing to compare with.
 */
static const char *cdna_name(struct nf_report *report, const struct nf_resistance *row,
                             const char bases[4])
{
    int64_t start = cdna_start(row->cdna);
    int first = 0, last = 2;
    if (start == 0 || strlen(row->codon) != 3 || strcmp(row->codon, bases) == 0)
        return ".";
    while (bases[first] == row->codon[first])
        first++;
    while (bases[last] == row->codon[last])
        last--;
    if (first == last)
        return nf_report_format(report, "c.%lld%c>%c", (long long)start + first,
                                row->codon[first], bases[first]);
    return nf_report_format(report, "c.%lld_%llddelins%.*s", (long long)start + first,
                            (long long)start + last, last - first + 1, bases + first);
}

static enum nf_status add_seen(struct nf_report *report, const struct nf_resistance *row,
                               const struct nf_codon_counts *counts, int index,
                               nf_report_codon_list *seen)
{
    char bases[4], residue = nf_codon_residue(index);
    bool is_reference = residue == row->residue[0];
    nf_codon_bases(index, bases);
    const char *protein =
        nf_report_format(report, "%c%lld%c", row->residue[0], (long long)row->residue_number,
                         is_reference ? '=' : residue);
    if (!protein)
        return NF_ERR_MEMORY;
    struct nf_report_codon_seen made = {
        .codon = nf_report_copy(report, nf_span_of(bases)),
        .protein = protein,
        .cdna = cdna_name(report, row, bases),
        .kind = is_reference                         ? "reference"
                : strcmp(protein, row->variant) == 0 ? "known"
                                                     : "other_change",
        .is_change = !is_reference &&
                     nf_codon_is_change(counts, nf_codon_residue_count(counts, residue)),
        .n_fragments = counts->codons[index],
        .fraction = (double)counts->codons[index] / (double)counts->depth};
    return made.codon && made.cdna && !nf_vec_push(seen, made) ? NF_OK : NF_ERR_MEMORY;
}

/* Lists the codons seen, most fragments first, of equally many the first in the alphabet. */
static enum nf_status build_counts(struct nf_report *report, const struct nf_resistance *row,
                                   const struct nf_codon_counts *counts,
                                   struct nf_report_codon_counts *built)
{
    bool done[NF_N_CODONS] = {false};
    built->depth = counts->depth;
    memcpy(built->bases, counts->bases, sizeof built->bases);
    for (;;) {
        int best = -1;
        for (int i = 0; i < NF_N_CODONS; i++)
            if (!done[i] && counts->codons[i] > 0 &&
                (best < 0 || counts->codons[i] > counts->codons[best]))
                best = i;
        if (best < 0)
            return NF_OK;
        done[best] = true;
        if (add_seen(report, row, counts, best, &built->seen))
            return NF_ERR_MEMORY;
    }
}

static enum nf_status build_codon(struct nf_report *report, const struct nf_resistance *row,
                                  const struct nf_codon *codon, struct nf_report_codon *built)
{
    *built = (struct nf_report_codon){
        .variant = nf_report_copy(report, nf_span_of(row->variant)),
        .site_class = nf_report_copy(report, nf_span_of(row->site_class)),
        .transcript = nf_report_copy(report, nf_span_of(row->transcript)),
        .cdna = nf_report_copy(report, nf_span_of(row->cdna)),
        .codon = nf_report_copy(report, nf_span_of(row->codon)),
        .residue = nf_report_copy(report, nf_span_of(row->residue)),
        .exon = (uint32_t)row->exon,
        .start0 = row->start0,
        .end0 = row->end0,
        .state = nf_codon_state_name(codon->state),
        .detectable = codon->detectable};
    if (!built->variant || !built->site_class || !built->transcript || !built->cdna ||
        !built->codon || !built->residue)
        return NF_ERR_MEMORY;
    if (build_counts(report, row, &codon->all, &built->all))
        return NF_ERR_MEMORY;
    return build_counts(report, row, &codon->fusion, &built->fusion);
}

static enum nf_status build_codons(struct nf_report *report,
                                   const struct nf_report_source *source, size_t index,
                                   struct nf_report_target *target)
{
    const struct nf_catalogue *catalogue = source->panel->catalogue;
    for (size_t i = 0; source->codons && i < source->codons->codons.n; i++) {
        const struct nf_codon *codon = &source->codons->codons.items[i];
        const struct nf_resistance *row = &catalogue->resistance.items[codon->row];
        struct nf_report_codon built;
        if (row->target != index)
            continue;
        enum nf_status status = build_codon(report, row, codon, &built);
        /* The target owns its lists even where building it failed half-way. */
        if (nf_vec_push(&target->codons, built)) {
            nf_vec_free(&built.all.seen);
            nf_vec_free(&built.fusion.seen);
            return NF_ERR_MEMORY;
        }
        if (status)
            return status;
    }
    return NF_OK;
}

enum nf_status nf_report_targets(struct nf_report *report,
                                 const struct nf_report_source *source)
{
    const struct nf_panel *panel = source->panel;
    for (size_t i = 0; i < panel->targets.n; i++) {
        const struct nf_panel_target *placed = &panel->targets.items[i];
        bool is_placed = placed->gene != NF_NO_GENE;
        const char *transcript = is_placed ? accession(panel, placed->transcript) : ".";
        const char *contig =
            is_placed ? panel->genome->contigs[placed->core.contig].name : ".";
        struct nf_report_target row = {
            .symbol = nf_report_copy(report, nf_span_of(placed->symbol)),
            .transcript = nf_report_copy(report, nf_span_of(transcript)),
            .n_fragments = source->fusions->target_fragments.items[i],
            .n_records = i < source->scan->quality.target_records.n
                             ? source->scan->quality.target_records.items[i]
                             : 0,
            .contig = nf_report_copy(report, nf_span_of(contig)),
            .strand = placed->strand};
        if (!row.symbol || !row.transcript || !row.contig ||
            nf_vec_push(&report->targets, row))
            return NF_ERR_MEMORY;
        struct nf_report_target *built = &report->targets.items[report->targets.n - 1];
        if (build_coverage(report, source, i, built) || build_codons(report, source, i, built))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}
