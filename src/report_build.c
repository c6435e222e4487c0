/* SPDX-License-Identifier: MIT */
/* report_build: from annotated fusions to the frozen report. */
#include "ntrkfuse/report_build.h"

#include <math.h>
#include <string.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/library.h"
#include "ntrkfuse/version.h"

/* Means and maxima over the fragments that are aligned on a side. */
static void measure_side(const struct nf_junction *junction, bool is_five,
                         struct nf_report_side *side)
{
    int64_t n = 0, n_mapped = 0, sum_anchor = 0, sum_mapq = 0;
    for (size_t i = 0; i < junction->supports.n; i++) {
        const struct nf_support *support = &junction->supports.items[i];
        int32_t anchor = is_five ? support->anchor5 : support->anchor3;
        uint8_t mapq = is_five ? support->mapq5 : support->mapq3;
        side->n_multimapped += is_five ? support->multi5 : support->multi3;
        if (mapq > 0) {
            n_mapped++;
            sum_mapq += mapq;
        }
        if (support->kind == NF_SUPPORT_SPANNING)
            continue;
        n++;
        sum_anchor += anchor;
        if (anchor > side->longest_anchor)
            side->longest_anchor = anchor;
    }
    side->mean_anchor = n > 0 ? (double)sum_anchor / (double)n : (double)NAN;
    side->mean_mapq = n_mapped > 0 ? (double)sum_mapq / (double)n_mapped : (double)NAN;
}

/* The HGNC identifier: of a target, or of a partner the catalogue knows. */
static const char *hgnc_id(const struct nf_panel *panel, const struct nf_fusion *fusion,
                           const struct nf_side *side)
{
    const struct nf_catalogue *catalogue = panel->catalogue;
    if (side->gene == NF_NO_GENE)
        return ".";
    uint32_t target = panel->gene_targets.items[side->gene];
    if (target != NF_NO_TARGET)
        return catalogue->targets.items[target].hgnc_id;
    if (fusion->partner)
        return fusion->partner->hgnc_id;
    const char *symbol = nf_catalogue_approved(
        catalogue, nf_span_of(panel->annot->genes.items[side->gene].symbol));
    for (size_t i = 0; symbol && i < catalogue->partners.n; i++)
        if (strcmp(catalogue->partners.items[i].symbol, symbol) == 0)
            return catalogue->partners.items[i].hgnc_id;
    return ".";
}

/* The exon's number in the transcript older papers count by. */
static uint32_t legacy_exon(const struct nf_panel *panel, const struct nf_side *side,
                            struct nf_locus locus)
{
    if (side->gene == NF_NO_GENE)
        return 0;
    uint32_t target = panel->gene_targets.items[side->gene];
    if (target == NF_NO_TARGET || panel->targets.items[target].legacy == NF_NO_TRANSCRIPT)
        return 0;
    return nf_transcript_exon_at(panel->annot, panel->targets.items[target].legacy,
                                 locus.pos0);
}

static const char *gene_set(struct nf_report *report, const struct nf_panel *panel,
                            const struct nf_side *side)
{
    const char *words[8];
    size_t n = 0;
    for (size_t i = 0; i < side->alternatives.n && n < 8; i++)
        words[n++] = panel->annot->genes.items[side->alternatives.items[i]].symbol;
    return nf_report_join(report, words, n, ',');
}

static enum nf_status build_side(struct nf_report *report, const struct nf_panel *panel,
                                 const struct nf_fusion *fusion, bool is_five,
                                 struct nf_report_side *built)
{
    const struct nf_side *side = is_five ? &fusion->five : &fusion->three;
    struct nf_locus locus = is_five ? fusion->junction->five : fusion->junction->three;
    built->gene = nf_report_side_name(report, panel, side, locus);
    built->hgnc_id = nf_report_copy(report, nf_span_of(hgnc_id(panel, fusion, side)));
    built->gene_set = gene_set(report, panel, side);
    built->contig =
        nf_report_copy(report, nf_span_of(panel->genome->contigs[locus.contig].name));
    built->pos0 = locus.pos0;
    built->strand = locus.strand;
    built->transcript =
        side->transcript == NF_NO_TRANSCRIPT
            ? "."
            : nf_report_copy(
                  report,
                  nf_span_of(panel->annot->transcripts.items[side->transcript].accession));
    built->exon = side->site == NF_SITE_ANTISENSE ? 0 : side->exon;
    built->exon_legacy = legacy_exon(panel, side, locus);
    built->site = nf_site_name(side->site);
    measure_side(fusion->junction, is_five, built);
    return built->gene && built->hgnc_id && built->gene_set && built->contig &&
                   built->transcript
               ? NF_OK
               : NF_ERR_MEMORY;
}

static const char *build_flags(struct nf_report *report, const struct nf_fusion *fusion)
{
    const char *words[NF_N_FLAGS];
    size_t n = 0;
    for (unsigned bit = 0; bit < NF_N_FLAGS; bit++)
        if (fusion->flags & 1U << bit)
            words[n++] = nf_flag_name(bit);
    return nf_report_join(report, words, n, ';');
}

static uint32_t last_exon(uint64_t exons)
{
    uint32_t last = 0;
    for (uint32_t i = 0; i < 64; i++)
        if (exons & (uint64_t)1 << i)
            last = i + 1;
    return last;
}

/* How far into the kinase the reads reach: exons of supporting fragments ("linked"), and of
 * any fragment of the sample ("covered"); or the truncated isoform whose end the supporting
 * fragments show. */
static const char *kinase_observed(struct nf_report *report, const struct nf_panel *panel,
                                   const struct nf_fusion *fusion)
{
    const struct nf_junction *junction = fusion->junction;
    const struct nf_panel_target *target = &panel->targets.items[junction->target];
    if (!junction->target_is_3prime || junction->intragenic)
        return ".";
    const struct nf_gene *gene = &panel->annot->genes.items[target->gene];
    uint32_t first = fusion->three.transcript == target->transcript ? fusion->three.exon : 0;
    uint64_t from = first > 0 && first <= 64 ? ~(uint64_t)0 << (first - 1) : ~(uint64_t)0;
    uint32_t linked = last_exon(fusion->linked_exons & from);
    uint32_t covered = last_exon(fusion->covered_exons & from);
    for (uint32_t t = 0; t < gene->n_transcripts && t < 32; t++)
        if (fusion->linked_terminals & (uint32_t)1 << t && linked < target->kinase_exon_last)
            return nf_report_format(
                report, "truncated:%s",
                panel->annot->transcripts.items[gene->first_transcript + t].accession);
    if (linked == 0)
        return ".";
    return nf_report_format(report, "linked:e%u,covered:e%u", linked, covered);
}

/* The consensus with the break marked; leading and trailing unknown bases cut, those inside N.
 */
static const char *junction_sequence(struct nf_report *report,
                                     const struct nf_junction *junction)
{
    const struct nf_consensus *consensus = &junction->consensus;
    char text[2 * NF_FLANK + sizeof consensus->gap + 4];
    size_t n = 0;
    int first = 0, last = 2 * NF_FLANK - 1;
    while (first < 2 * NF_FLANK && !consensus->bases[first])
        first++;
    while (last > first && !consensus->bases[last])
        last--;
    if (first >= NF_FLANK || last < NF_FLANK)
        return ".";
    for (int i = first; i <= last; i++) {
        if (i == NF_FLANK) {
            for (const char *gap = consensus->gap; *gap; gap++)
                text[n++] = (char)(*gap + ('a' - 'A')); /* untemplated bases in lower case */
            text[n++] = '|';
        }
        text[n++] = consensus->bases[i] ? consensus->bases[i] : 'N';
    }
    return nf_report_copy(report, (struct nf_span){text, n});
}

static enum nf_status build_fragments(struct nf_report *report,
                                      const struct nf_observations *observations,
                                      const struct nf_junction *junction, struct nf_call *call)
{
    for (size_t i = 0; i < junction->supports.n; i++) {
        const struct nf_support *support = &junction->supports.items[i];
        const struct nf_fragment *fragment = &observations->fragments.items[support->fragment];
        struct nf_report_fragment row = {
            .name = nf_report_copy(report,
                                   (struct nf_span){fragment->name, fragment->name_length}),
            .kind = support->source,
            .is_duplicate = support->is_duplicate};
        if (!row.name || nf_vec_push(&call->fragments, row))
            return NF_ERR_MEMORY;
    }
    nf_vec_trim(&call->fragments);
    return NF_OK;
}

static enum nf_status build_call(struct nf_report *report,
                                 const struct nf_report_source *source,
                                 const struct nf_fusion *fusion, struct nf_call *call)
{
    const struct nf_panel *panel = source->panel;
    const struct nf_junction *junction = fusion->junction;
    const char *note = fusion->known     ? fusion->known->sources
                       : fusion->partner ? fusion->partner->source
                                         : ".";
    memset(call, 0, sizeof *call);
    call->event = fusion->event;
    call->fusion = nf_report_fusion_name(report, panel, fusion);
    call->event_type = nf_event_type_name(fusion->event_type);
    call->structure = nf_structure_name(fusion->structure);
    call->target =
        nf_report_copy(report, nf_span_of(panel->targets.items[junction->target].symbol));
    call->frame = nf_frame_name(fusion->frame);
    call->kinase = nf_kinase_name(fusion->kinase);
    call->kinase_observed = kinase_observed(report, panel, fusion);
    call->catalogue = nf_catalogue_level_name(fusion->level);
    call->catalogue_note = nf_report_copy(report, nf_span_of(note));
    if (nf_report_context_build(report, panel, fusion, &call->context))
        return NF_ERR_MEMORY;
    call->review_references = nf_report_context_references(report, &call->context);
    call->n_split = junction->n_split;
    call->n_spanning = junction->n_spanning;
    call->n_rescued = junction->n_rescued;
    call->n_unique = junction->n_unique;
    call->n_start_sites = junction->n_start_sites;
    call->n_partner_records = junction->n_partner_records;
    call->fusion_fraction = fusion->fusion_fraction;
    call->ffpm = fusion->ffpm;
    call->flags = build_flags(report, fusion);
    call->dropped = fusion->dropped;
    call->dropped_reason = fusion->dropped_reason;
    call->vicc_name = nf_report_vicc_name(report, panel, fusion);
    call->junction_sequence = junction_sequence(report, junction);
    if (!call->fusion || !call->target || !call->kinase_observed || !call->catalogue_note ||
        !call->review_references || !call->flags || !call->vicc_name ||
        !call->junction_sequence)
        return NF_ERR_MEMORY;
    if (build_side(report, panel, fusion, true, &call->side5) ||
        build_side(report, panel, fusion, false, &call->side3))
        return NF_ERR_MEMORY;
    if (nf_report_score(fusion, call))
        return NF_ERR_MEMORY;
    return build_fragments(report, &source->scan->observations, junction, call);
}

static const char *gene_models(struct nf_report *report, const struct nf_report_source *source)
{
    const struct nf_annot *annot = source->panel->annot;
    bool has_tables = source->panel->genome->assembly != NF_ASSEMBLY_UNKNOWN;
    if (!source->has_gtf)
        return "RefSeq tables";
    return nf_report_format(report, "%sGTF %016llx", has_tables ? "RefSeq tables + " : "",
                            (unsigned long long)annot->gtf_fingerprint);
}

static struct nf_report_prior build_prior(struct nf_report *report,
                                          const struct nf_prior *prior)
{
    if (!prior)
        return (struct nf_report_prior){".", ".", ".", (double)NAN, (double)NAN, 0, 0};
    const char *histology = prior->histology ? prior->histology : ".";
    const char *unlisted = prior->unlisted ? prior->unlisted : ".";
    return (struct nf_report_prior){.histology = nf_report_copy(report, nf_span_of(histology)),
                                    .unlisted = nf_report_copy(report, nf_span_of(unlisted)),
                                    .age_group = nf_age_group_name(prior->age_group),
                                    .prevalence = prior->prevalence,
                                    .flat = prior->flat,
                                    .n_cases = prior->n,
                                    .n_positive = prior->positive};
}

static enum nf_status build_provenance(struct nf_report *report,
                                       const struct nf_report_source *source)
{
    const struct nf_sample *sample = &source->scan->sample;
    struct nf_report_provenance *provenance = &report->provenance;
    provenance->program_version = NF_VERSION;
    provenance->tables = nf_report_copy(report, nf_span_of(source->tables));
    provenance->gene_models = gene_models(report, source);
    provenance->assembly = nf_assembly_name(source->panel->genome->assembly);
    provenance->library = nf_library_name(sample->library);
    provenance->library_inferred = sample->library_inferred;
    provenance->duplicates = nf_copies_name(nf_sample_copies(sample));
    provenance->paired = sample->is_paired;
    provenance->n_mapped_records = source->scan->n_mapped;
    provenance->read_length = sample->read_length;
    provenance->insert_median = sample->insert_median;
    provenance->insert_max = (double)sample->insert_max;
    provenance->n_insert_pairs = sample->n_insert_pairs;
    provenance->prior = build_prior(report, source->prior);
    return provenance->tables && provenance->gene_models && provenance->prior.histology &&
                   provenance->prior.unlisted
               ? NF_OK
               : NF_ERR_MEMORY;
}

static enum nf_status build_pairs(struct nf_report *report,
                                  const struct nf_report_source *source)
{
    const struct nf_panel *panel = source->panel;
    for (size_t i = 0; source->junctions && i < source->junctions->lone_pairs.n; i++) {
        const struct nf_pair_group *group = &source->junctions->lone_pairs.items[i];
        struct nf_report_pairs row = {
            .target =
                nf_report_copy(report, nf_span_of(panel->targets.items[group->target].symbol)),
            .gene = nf_report_copy(report,
                                   nf_span_of(panel->annot->genes.items[group->gene].symbol)),
            .n_fragments = group->n};
        if (!row.target || !row.gene || nf_vec_push(&report->pairs_only, row))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

/* Makes just the room that the rows need: there can be very many. */
static enum nf_status reserve_rows(struct nf_report *report, const struct nf_fusion_set *set)
{
    size_t n_dropped = 0;
    for (size_t i = 0; i < set->fusions.n; i++)
        n_dropped += set->fusions.items[i].dropped != NULL;
    return nf_vec_reserve(&report->dropped, n_dropped) ||
                   nf_vec_reserve(&report->calls, set->fusions.n - n_dropped)
               ? NF_ERR_MEMORY
               : NF_OK;
}

enum nf_status nf_report_build(struct nf_report *report, const struct nf_report_source *source)
{
    report->sample = nf_report_copy(report, nf_span_of(source->sample));
    enum nf_status status = report->sample ? build_provenance(report, source) : NF_ERR_MEMORY;
    if (!status)
        status = nf_report_targets(report, source);
    if (!status)
        status = nf_report_add_quality(report, source);
    if (!status)
        status = build_pairs(report, source);
    if (!status)
        status = nf_report_verdicts(report, source);
    if (!status)
        status = reserve_rows(report, source->fusions);
    for (size_t i = 0; i < source->fusions->fusions.n && !status; i++) {
        const struct nf_fusion *fusion = &source->fusions->fusions.items[i];
        struct nf_call call;
        status = build_call(report, source, fusion, &call);
        /* The row owns its fragments even where building it failed half-way. */
        if (fusion->dropped ? nf_vec_push(&report->dropped, call)
                            : nf_vec_push(&report->calls, call)) {
            nf_vec_free(&call.fragments);
            nf_vec_free(&call.terms);
            status = NF_ERR_MEMORY;
        }
        if (nf_interrupted())
            return NF_ERR_INTERRUPTED;
    }
    return status ? nf_fail_memory("the report") : NF_OK;
}
