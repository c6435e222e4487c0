/* SPDX-License-Identifier: MIT */
/* call: the steps of `ntrkfuse call`, in order. */
#include "ntrkfuse/call.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/annot.h"
#include "ntrkfuse/assess.h"
#include "ntrkfuse/bamio.h"
#include "ntrkfuse/call_log.h"
#include "ntrkfuse/catalogue.h"
#include "ntrkfuse/codon.h"
#include "ntrkfuse/coverage.h"
#include "ntrkfuse/filter.h"
#include "ntrkfuse/fusion.h"
#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/junction.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/memory.h"
#include "ntrkfuse/model.h"
#include "ntrkfuse/options.h"
#include "ntrkfuse/outfile.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/primers.h"
#include "ntrkfuse/prior.h"
#include "ntrkfuse/read_groups.h"
#include "ntrkfuse/refdata.h"
#include "ntrkfuse/report_build.h"
#include "ntrkfuse/scan.h"
#include "ntrkfuse/score.h"
#include "ntrkfuse/verdict.h"
#include "ntrkfuse/version.h"
#include "ntrkfuse/write.h"

/* The files that a run may write; the table `outputs` says how. */
enum output { OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_VERDICT, N_OUTPUTS };

enum { LEAST_SUPPORTS = 2 }; /* of a junction whose partner's expression is asked for */

/* Everything a run owns. Zeroed, it can be freed at any point. */
struct run {
    struct nf_call_options options;
    struct nf_refdata refdata;
    char tables[17];
    struct nf_outfile files[N_OUTPUTS];
    struct nf_bamio *input;
    struct nf_read_groups read_groups;
    const char *sample;
    const char *only_sample;
    struct nf_genome genome;
    struct nf_annot annot;
    struct nf_catalogue catalogue;
    struct nf_panel panel;
    struct nf_primers primers;
    struct nf_prior prior;
    struct nf_scan scan;
    struct nf_assessment assessment;
    struct nf_junction_set junctions;
    struct nf_fusion_set fusions;
    bool hides_splits; /* the aligner does: call_log.h */
    struct nf_score_model model;
    nf_verdict_list verdicts;
    struct nf_coverage coverage;
    struct nf_codon_set codons;
    struct nf_report report;
};

static enum nf_status write_table(FILE *out, const struct run *run)
{
    return nf_write_tsv(out, &run->report, run->options.all);
}

static enum nf_status write_json(FILE *out, const struct run *run)
{
    return nf_write_json(out, &run->report);
}

static enum nf_status write_verdict(FILE *out, const struct run *run)
{
    return nf_write_verdict(out, &run->report);
}

static const struct {
    size_t path; /* of the member in struct nf_call_options; NULL there: not wanted */
    enum nf_status (*write)(FILE *out, const struct run *run);
} outputs[N_OUTPUTS] = {
    [OUTPUT_TABLE] = {offsetof(struct nf_call_options, output), write_table},
    [OUTPUT_JSON] = {offsetof(struct nf_call_options, json), write_json},
    [OUTPUT_VERDICT] = {offsetof(struct nf_call_options, verdict), write_verdict},
};

static const char *output_path(const struct run *run, size_t i)
{
    return *(const char *const *)((const char *)&run->options + outputs[i].path);
}

static void free_run(struct run *run)
{
    nf_report_free(&run->report);
    nf_vec_free(&run->verdicts);
    nf_codons_free(&run->codons);
    nf_coverage_free(&run->coverage);
    nf_fusions_free(&run->fusions);
    nf_junctions_free(&run->junctions);
    nf_scan_free(&run->scan);
    nf_primers_free(&run->primers);
    nf_panel_free(&run->panel);
    nf_catalogue_free(&run->catalogue);
    nf_annot_free(&run->annot);
    nf_genome_free(&run->genome);
    nf_read_groups_free(&run->read_groups);
    nf_bamio_discard(&run->input);
    for (size_t i = 0; i < N_OUTPUTS; i++)
        nf_outfile_discard(&run->files[i]);
    nf_call_options_free(&run->options);
}

static void set_log_level(const struct nf_call_options *options)
{
    static const enum nf_log_level levels[] = {NF_LOG_ERROR, NF_LOG_WARN, NF_LOG_INFO,
                                               NF_LOG_DEBUG};
    nf_log_set_level(options->quiet ? NF_LOG_ERROR : levels[options->verbosity]);
}

/* Opened first, so that a bad path fails before any work. */
static enum nf_status open_outputs(struct run *run)
{
    enum nf_status status = NF_OK;
    for (size_t i = 0; i < N_OUTPUTS && !status; i++)
        if (output_path(run, i))
            status = nf_outfile_open(&run->files[i], output_path(run, i));
    return status;
}

static enum nf_status remove_old_outputs(struct run *run)
{
    enum nf_status status = NF_OK;
    for (size_t i = 0; i < N_OUTPUTS && !status; i++)
        if (output_path(run, i))
            status = nf_outfile_remove_old(&run->files[i]);
    return status;
}

/* --sample, else the one SM, else "sample". Where the header has several samples one must be
 * named; naming one of them takes only its read groups. */
static enum nf_status choose_sample(struct run *run)
{
    const struct nf_read_groups *groups = &run->read_groups;
    const char *only = NULL;
    bool several = false, named = false;
    for (size_t i = 0; i < groups->items.n; i++) {
        const char *sample = groups->items.items[i].sample;
        if (!*sample)
            continue;
        several = several || (only && strcmp(only, sample) != 0);
        named = named || (run->options.sample && strcmp(run->options.sample, sample) == 0);
        only = only ? only : sample;
    }
    if (several && !run->options.sample)
        return nf_fail(NF_ERR_INPUT,
                       "%s: the header names several samples (%s and others); choose "
                       "one with --sample",
                       run->options.input, only);
    run->sample = run->options.sample ? run->options.sample : only ? only : "sample";
    if (!run->options.sample && !only)
        nf_warn("the header names no sample: it is called 'sample'; give its name with "
                "--sample");
    if (several && named) {
        run->only_sample = run->sample;
        nf_info("several samples in the file: only the read groups of %s are used",
                run->sample);
    } else if (several) {
        nf_warn("%s is none of the samples in the header: all read groups are used together",
                run->sample);
    }
    return NF_OK;
}

static enum nf_status open_input(struct run *run, struct nf_bamio_options *options)
{
    *options = (struct nf_bamio_options){.path = run->options.input,
                                         .index = run->options.index,
                                         .reference = run->options.reference,
                                         .n_threads = run->options.n_threads,
                                         .without_index = run->options.full_scan};
    enum nf_status status = nf_bamio_open(&run->input, options);
    if (!status)
        status = nf_bamio_genome(run->input, &run->genome);
    if (!status)
        status = nf_read_groups_init(&run->read_groups, nf_bamio_header_text(run->input));
    if (!status)
        status = choose_sample(run);
    return status;
}

/* Tables and gene models for the input's assembly. */
static enum nf_status load_reference(struct run *run)
{
    if (run->genome.assembly == NF_ASSEMBLY_UNKNOWN && !run->options.gtf)
        return nf_fail(
            NF_ERR_INPUT,
            "%s: unknown assembly: the contig lengths are those of neither GRCh38 nor "
            "GRCh37; align to one of them, or give the gene models of this genome with "
            "--gtf",
            run->options.input);
    enum nf_status status =
        nf_catalogue_load(&run->catalogue, &run->refdata, run->genome.assembly);
    if (!status) {
        run->prior =
            nf_prior_find(&run->catalogue, run->options.histology, run->options.age_group);
        nf_call_log_prior(&run->prior);
    }
    if (!status)
        status = nf_model_load(&run->model, &run->refdata, NULL);
    if (!status)
        status = nf_annot_load(&run->annot, &run->refdata, &run->genome, run->options.gtf);
    if (!status)
        status = nf_panel_init(&run->panel, &run->genome, &run->annot, &run->catalogue);
    if (!status && nf_panel_n_present(&run->panel) == 0)
        status =
            nf_fail(NF_ERR_INPUT,
                    "%s: none of the target genes lies on a contig of its header; give the "
                    "alignment to the whole genome, not a part of it",
                    run->options.input);
    if (!status && run->options.primers)
        status = nf_primers_load(&run->primers, run->options.primers, &run->genome);
    if (!status)
        status = nf_refdata_fingerprint(&run->refdata, run->tables);
    return status;
}

static enum nf_status scan_input(struct run *run, const struct nf_bamio_options *input)
{
    struct nf_scan_options options = {.input = *input,
                                      .chimeric = run->options.chimeric.items,
                                      .n_chimeric = run->options.chimeric.n,
                                      .read_groups = &run->read_groups,
                                      .only_sample = run->only_sample,
                                      .library = run->options.library,
                                      .primers = &run->primers,
                                      .progress_seconds = run->options.progress};
    return nf_scan_run(&run->scan, &run->panel, &run->input, &options);
}

/* What the fusions are worth: score, filters, order, verdicts. */
static enum nf_status judge(struct run *run)
{
    const struct nf_score_context context = {.model = &run->model,
                                             .sample = &run->scan.sample,
                                             .prevalence = run->prior.prevalence,
                                             .prevalence_flat = run->prior.flat,
                                             .n_mapped = run->scan.n_mapped};
    enum nf_status status = nf_scores_apply(&run->fusions, &context);
    if (status)
        return status;
    nf_filters_apply(&run->fusions);
    status = nf_fusions_order(&run->fusions);
    if (!status)
        status = nf_interrupt_check();
    if (status)
        return status;
    return nf_verdicts_find(&run->verdicts, &run->panel, &run->fusions, &run->junctions,
                            run->assessment.assessable);
}

/* Counts what is expressed around the partner's end of each junction that has support enough
 * to be judged, and then closes the input: whether that succeeds decides about the result. */
static enum nf_status count_partners(struct run *run)
{
    NF_VEC(struct nf_junction *) asking = {0};
    NF_VEC(struct nf_locus) loci = {0};
    NF_VEC(int64_t) counts = {0};
    enum nf_status status = NF_OK;
    for (size_t i = 0; i < run->junctions.junctions.n && !status; i++) {
        struct nf_junction *junction = &run->junctions.junctions.items[i];
        if (junction->intragenic || junction->supports.n < LEAST_SUPPORTS)
            continue;
        struct nf_locus end = junction->target_is_3prime ? junction->five : junction->three;
        if (nf_vec_push(&asking, junction) || nf_vec_push(&loci, end) ||
            nf_vec_push(&counts, -1))
            status = nf_fail_memory("the partners' places");
    }
    if (!status)
        status = nf_scan_abundance(&run->scan, loci.items, loci.n, counts.items);
    for (size_t i = 0; i < asking.n && !status; i++)
        asking.items[i]->n_partner_records = counts.items[i];
    nf_vec_free(&asking);
    nf_vec_free(&loci);
    nf_vec_free(&counts);
    return status ? status : nf_bamio_close(&run->input);
}

static enum nf_status make_report(struct run *run)
{
    nf_assess(&run->assessment, &run->scan, run->hides_splits);
    nf_observations_seal(&run->scan.observations);
    enum nf_status status =
        nf_junctions_build(&run->junctions, &run->panel, &run->scan.observations,
                           &run->scan.sample, &run->read_groups);
    if (!status)
        status = count_partners(run);
    if (!status)
        status = nf_interrupt_check();
    if (status)
        return status;
    nf_observations_drop_joined(&run->scan.observations);
    nf_call_log_scan(&run->scan, &run->junctions);
    nf_call_log_quality(&run->scan.quality, &run->assessment);
    status = nf_fusions_build(&run->fusions, &run->panel, &run->scan, &run->junctions);
    if (status)
        return status;
    status = judge(run);
    if (!status)
        status = nf_coverage_measure(&run->coverage, &run->panel, &run->scan.observations,
                                     &run->scan.sample, run->scan.quality.three_prime_bias);
    if (!status)
        status = nf_codons_count(&run->codons, &run->panel, &run->scan, &run->fusions,
                                 &run->read_groups);
    if (!status)
        status = nf_interrupt_check();
    if (status)
        return status;
    struct nf_report_source source = {.panel = &run->panel,
                                      .scan = &run->scan,
                                      .junctions = &run->junctions,
                                      .fusions = &run->fusions,
                                      .verdicts = &run->verdicts,
                                      .prior = &run->prior,
                                      .assessment = &run->assessment,
                                      .coverage = &run->coverage,
                                      .codons = &run->codons,
                                      .sample = run->sample,
                                      .tables = run->tables,
                                      .has_gtf = run->options.gtf != NULL};
    return nf_report_build(&run->report, &source);
}

static enum nf_status fail_write(const char *path, int error)
{
    const char *name = strcmp(path, "-") == 0 ? "standard output" : path;
    if (nf_interrupted())
        return NF_ERR_INTERRUPTED;
    if (error == EPIPE)
        return nf_fail(NF_ERR_IO, "%s: its reader closed it before all was written", name);
    if (error != 0 && error != ENOSPC)
        return nf_fail(NF_ERR_IO, "%s: writing failed: %s", name, strerror(error));
    return nf_fail(NF_ERR_IO, "%s: writing failed: is the disk full?", name);
}

static enum nf_status write_outputs(struct run *run)
{
    for (size_t i = 0; i < N_OUTPUTS; i++) {
        errno = 0;
        if (output_path(run, i) && outputs[i].write(run->files[i].stream, run))
            return fail_write(output_path(run, i), errno);
    }
    return nf_outfile_commit_all(run->files, N_OUTPUTS);
}

static enum nf_status perform(struct run *run)
{
    struct nf_bamio_options input;
    enum nf_status status = open_outputs(run);
    if (!status)
        status = open_input(run, &input);
    if (!status)
        status = load_reference(run);
    if (status)
        return status;
    run->hides_splits = nf_call_log_input(run->input, &run->genome, run->options.chimeric.n);
    status = remove_old_outputs(run);
    if (!status)
        status = scan_input(run, &input);
    if (!status)
        status = make_report(run);
    if (!status)
        status = write_outputs(run);
    return status;
}

enum nf_status nf_call_command(int argc, char **argv)
{
    struct run run;
    double started = nf_call_clock();
    memset(&run, 0, sizeof run);
    enum nf_status status = nf_call_options_parse(&run.options, argc, argv);
    if (!status && run.options.show_help) {
        nf_call_options_help(stdout);
    } else if (!status) {
        set_log_level(&run.options);
        nf_info("ntrkfuse %s", NF_VERSION);
        nf_memory_set_limit(run.options.max_memory, run.options.input);
        run.refdata.dir = run.options.ref_dir;
        status = perform(&run);
        if (!status) {
            nf_call_log_calls(&run.report);
            nf_call_log_usage(started);
        }
    }
    free_run(&run);
    nf_memory_set_limit(0, NULL);
    return status;
}
