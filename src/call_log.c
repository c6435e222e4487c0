/* SPDX-License-Identifier: MIT */
/* call_log: what a run says of its input, its findings and itself.
 *
 * What an aligner does with a read over a fusion decides what can be found. The hints below
 * say what each leaves behind and, where an option would leave more, which. */
#include "ntrkfuse/call_log.h"

#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/read_groups.h"

static bool contains(struct nf_span text, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= text.n; i++)
        if (memcmp(text.at + i, word, n) == 0)
            return true;
    return false;
}

/* The first @PG line whose program is a known aligner. */
static const char *find_aligner(const char *header, struct nf_span *command)
{
    static const struct {
        const char *word, *name;
    } known[] = {{"STAR", "STAR"},      {"hisat2", "HISAT2"}, {"minimap2", "minimap2"},
                 {"pbmm2", "minimap2"}, {"bwa", "BWA"},       {"DRAGEN", "DRAGEN"},
                 {"dragen", "DRAGEN"},  {"TopHat", "TopHat"}, {"gsnap", "GSNAP"},
                 {"GSNAP", "GSNAP"},    {"HISAT2", "HISAT2"}};
    struct nf_span ids = nf_span_of(header), names = ids, commands = ids;
    struct nf_span id, name;
    while (nf_header_next(&ids, "@PG\t", "ID", &id)) {
        if (!nf_header_next(&names, "@PG\t", "PN", &name) ||
            !nf_header_next(&commands, "@PG\t", "CL", command))
            break;
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            if (nf_span_starts(name, known[i].word) || nf_span_starts(id, known[i].word))
                return known[i].name;
    }
    return NULL;
}

/* Hints return whether most reads over a fusion are hidden. */
static bool hint_star(struct nf_span command, size_t n_chimeric_files)
{
    if (contains(command, "WithinBAM") || n_chimeric_files > 0)
        return false;
    if (contains(command, "--chimSegmentMin") && !contains(command, "--chimSegmentMin 0"))
        nf_warn("STAR wrote chimeric reads to a file of their own: give it with --chimeric "
                "Chimeric.out.junction (or Chimeric.out.sam), or align with --chimOutType "
                "WithinBAM");
    else if (command.n > 0)
        nf_warn(
            "STAR ran without chimeric detection: only soft clips can show a fusion, and weak "
            "ones will be missed; align with --chimSegmentMin 10 --chimOutType WithinBAM "
            "HardClip --chimJunctionOverhangMin 10 --chimScoreJunctionNonGTAG 0 "
            "--alignSJstitchMismatchNmax 5 -1 5 5 --peOverlapNbasesMin 10");
    return command.n > 0;
}

static bool hint_aligner(const char *aligner, struct nf_span command, size_t n_chimeric_files)
{
    if (!aligner) {
        nf_info("aligner: not named in @PG");
        return false;
    }
    nf_info("aligner: %s", aligner);
    if (strcmp(aligner, "STAR") == 0)
        return hint_star(command, n_chimeric_files);
    if (strcmp(aligner, "HISAT2") == 0) {
        nf_warn(
            "HISAT2 leaves most reads over a fusion unaligned: spanning pairs and few clips "
            "remain, and weak fusions will be missed; STAR with --chimOutType WithinBAM sees "
            "more");
        return true;
    }
    if (strcmp(aligner, "minimap2") == 0 && contains(command, " sr"))
        nf_info("minimap2 -ax sr splits few short reads: fusions are found by their clips");
    else if (strcmp(aligner, "BWA") == 0)
        nf_info(
            "bwa mem splits reads only where each part is long enough: fusions in short reads "
            "are found by their clips");
    return false;
}

bool nf_call_log_input(struct nf_bamio *input, const struct nf_genome *genome,
                       size_t n_chimeric_files)
{
    struct nf_span command = {"", 0};
    nf_info("input: %s, %s, %d contigs, %s, %s", nf_bamio_path(input), nf_bamio_format(input),
            genome->n_contigs, nf_assembly_name(genome->assembly),
            nf_bamio_has_index(input) ? "indexed" : "read in full");
    return hint_aligner(find_aligner(nf_bamio_header_text(input), &command), command,
                        n_chimeric_files);
}

void nf_call_log_prior(const struct nf_prior *prior)
{
    static const char *const people[] = {"all ages", "adults", "children"};
    const char *whom = people[prior->age_group];
    if (prior->histology)
        nf_info("prior: %.2f %% (%s, %s: %lld of %lld in the review's table, shrunk towards "
                "%.2f %%)",
                100 * prior->prevalence, prior->histology, whom, (long long)prior->positive,
                (long long)prior->n, 100 * prior->overall);
    else
        nf_info("prior: %.2f %% (all tumours, %s)", 100 * prior->prevalence, whom);
}

void nf_call_log_scan(const struct nf_scan *scan, const struct nf_junction_set *junctions)
{
    const struct nf_funnel *funnel = &junctions->funnel;
    nf_info("road: %s, %lld records looked at", scan->was_targeted ? "targeted" : "whole file",
            (long long)scan->n_records);
    if (scan->sample.n_insert_pairs >= NF_MIN_INSERT_PAIRS)
        nf_info("insert size: median %.0f nt, longest allowed %lld nt, from %lld pairs",
                scan->sample.insert_median, (long long)scan->sample.insert_max,
                (long long)scan->sample.n_insert_pairs);
    if (scan->n_bad_sa > 0)
        nf_warn("%lld SA entries could not be used (malformed, or on unknown contigs)",
                (long long)scan->n_bad_sa);
    nf_info("split pieces: %lld meet at a target, %lld ambiguous in the target dropped, %lld "
            "places, %lld junctions",
            (long long)funnel->n_joins, (long long)funnel->n_multimapped,
            (long long)funnel->n_exact_places, (long long)funnel->n_junctions_split);
    nf_info(
        "clips: %lld kept, %lld junctions from facing piles, %lld clips support a junction",
        (long long)funnel->n_clips, (long long)funnel->n_junctions_clips,
        (long long)funnel->n_clips_used);
    nf_info("pairs between a target and elsewhere: %lld, %lld support a junction",
            (long long)funnel->n_mates, (long long)funnel->n_spanning_used);
}

void nf_call_log_quality(const struct nf_quality *quality,
                         const struct nf_assessment *assessment)
{
    nf_info("control genes: %lld of %zu covered, %lld of %lld introns seen; exon edges: %lld "
            "spliced, %lld clipped, %lld run through",
            (long long)quality->n_controls_covered, quality->controls.n,
            (long long)quality->n_introns_seen, (long long)quality->n_introns,
            (long long)quality->n_spliced_edges, (long long)quality->n_clipped_edges,
            (long long)quality->n_through_edges);
    size_t n_limited = 0;
    for (size_t i = 0; i < quality->controls.n; i++)
        n_limited += quality->controls.items[i].is_limited;
    nf_debug("control genes: of %zu only the first records or a part were looked at",
             n_limited);
    for (size_t i = 0; i < assessment->n_remarks; i++)
        nf_info("%s: %s", assessment->remark_rows[i].word, assessment->remark_rows[i].text);
    for (size_t i = 0; i < assessment->n_reasons; i++)
        nf_warn("cannot be assessed: %s: %s", assessment->reason_rows[i].word,
                assessment->reason_rows[i].text);
}

void nf_call_log_calls(const struct nf_report *report)
{
    uint32_t n_events = 0;
    for (size_t i = 0; i < report->calls.n; i++) {
        const struct nf_call *call = &report->calls.items[i];
        if (call->event <= n_events)
            continue;
        n_events = call->event;
        nf_info("%s: %s, %s, %lld fragments (%lld unique)", call->fusion, call->event_type,
                call->structure,
                (long long)(call->n_split + call->n_rescued + call->n_spanning),
                (long long)call->n_unique);
    }
    for (size_t i = 0; i < report->pairs_only.n; i++)
        nf_warn(
            "%lld pairs join %s and %s, but no read shows where: this may be a fusion whose "
            "reads the aligner left (see README)",
            (long long)report->pairs_only.items[i].n_fragments,
            report->pairs_only.items[i].target, report->pairs_only.items[i].gene);
    nf_info("%u events, %zu junctions, %zu dropped", n_events, report->calls.n,
            report->dropped.n);
    for (size_t i = 0; i < report->verdicts.n; i++)
        nf_info("%s: %s (%s)", report->verdicts.items[i].gene,
                report->verdicts.items[i].verdict, report->verdicts.items[i].reasons);
}

double nf_call_clock(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now))
        return 0;
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void nf_call_log_usage(double started)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage))
        return;
    double cpu = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6 +
                 (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
    nf_info("time: %.2f s wall, %.2f s CPU; peak memory: %.1f MB", nf_call_clock() - started,
            cpu, (double)usage.ru_maxrss / 1024.0);
}
