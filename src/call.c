/* SPDX-License-Identifier: MIT */
/* call: the steps of `ntrkfuse call`, in order. */
#include "ntrkfuse/call.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/annot.h"
#include "ntrkfuse/bamio.h"
#include "ntrkfuse/call_log.h"
#include "ntrkfuse/catalogue.h"
#include "ntrkfuse/codon.h"
#include "ntrkfuse/coverage.h"
#include "ntrkfuse/filter.h"
#include "ntrkfuse/fusion.h"
#include "ntrkfuse/junction.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/options.h"
#include "ntrkfuse/outfile.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/primers.h"
#include "ntrkfuse/read_groups.h"
#include "ntrkfuse/refdata.h"
#include "ntrkfuse/report_build.h"
#include "ntrkfuse/scan.h"
#include "ntrkfuse/version.h"
#include "ntrkfuse/write.h"

/* Everything a run owns. Zeroed, it can be freed at any point. */
struct run {
    struct nf_call_options options;
    struct nf_refdata refdata;
    char tables[17];
    struct nf_outfile output, json;
    struct nf_bamio *input;
    struct nf_read_groups read_groups;
    const char *sample;
    const char *only_sample;
    struct nf_genome genome;
    struct nf_annot annot;
    struct nf_catalogue catalogue;
    struct nf_panel panel;
    struct nf_primers primers;
    struct nf_scan scan;
    struct nf_junction_set junctions;
    struct nf_fusion_set fusions;
    struct nf_coverage coverage;
    struct nf_codon_set codons;
    struct nf_report report;
};

static void free_run(struct run *run)
{
    nf_report_free(&run->report);
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
    nf_outfile_discard(&run->json);
    nf_outfile_discard(&run->output);
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
    enum nf_status status = nf_outfile_open(&run->output, run->options.output);
    if (!status && run->options.json)
        status = nf_outfile_open(&run->json, run->options.json);
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
                                      .shows_progress = nf_log_shows(NF_LOG_INFO)};
    return nf_scan_run(&run->scan, &run->panel, &run->input, &options);
}

static enum nf_status make_report(struct run *run)
{
    enum nf_status status =
        nf_junctions_build(&run->junctions, &run->panel, &run->scan.observations,
                           &run->scan.sample, &run->read_groups);
    if (status)
        return status;
    nf_call_log_scan(&run->scan, &run->junctions);
    status = nf_fusions_build(&run->fusions, &run->panel, &run->scan, &run->junctions);
    if (status)
        return status;
    nf_filters_apply(&run->fusions);
    nf_fusions_order(&run->fusions);
    status = nf_coverage_measure(&run->coverage, &run->panel, &run->scan.observations,
                                 &run->scan.sample, (double)NAN);
    if (!status)
        status = nf_codons_count(&run->codons, &run->panel, &run->scan, &run->fusions,
                                 &run->read_groups);
    if (status)
        return status;
    struct nf_report_source source = {.panel = &run->panel,
                                      .scan = &run->scan,
                                      .junctions = &run->junctions,
                                      .fusions = &run->fusions,
                                      .coverage = &run->coverage,
                                      .codons = &run->codons,
                                      .sample = run->sample,
                                      .tables = run->tables,
                                      .has_gtf = run->options.gtf != NULL};
    return nf_report_build(&run->report, &source);
}

static enum nf_status fail_write(const char *path)
{
    return nf_fail(NF_ERR_IO, "%s: writing failed; is the disk full?", path);
}

static enum nf_status write_outputs(struct run *run)
{
    if (nf_write_tsv(run->output.stream, &run->report, run->options.all))
        return fail_write(run->options.output);
    if (run->options.json && nf_write_json(run->json.stream, &run->report))
        return fail_write(run->options.json);
    enum nf_status status = nf_outfile_commit(&run->output);
    if (!status && run->options.json)
        status = nf_outfile_commit(&run->json);
    return status;
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
    nf_call_log_input(run->input, &run->genome, run->options.chimeric.n);
    status = nf_outfile_remove_old(&run->output);
    if (!status && run->options.json)
        status = nf_outfile_remove_old(&run->json);
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
        run.refdata.dir = run.options.ref_dir;
        status = perform(&run);
        if (!status) {
            nf_call_log_calls(&run.report);
            nf_call_log_usage(started);
        }
    }
    free_run(&run);
    return status;
}
