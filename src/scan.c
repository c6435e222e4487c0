/* SPDX-License-Identifier: MIT */
/* scan: choosing the road, and the pass over a whole file. */
#include "ntrkfuse/scan.h"

#include <string.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"

/* Records between two looks at the clock. */
enum { POLL_RECORDS = 1 << 10 };

/* Does the record belong to the chosen sample? Always, where none is chosen. */
static bool is_wanted(const struct nf_scan_options *options, const struct nf_record *record)
{
    if (!options->only_sample)
        return true;
    const struct nf_read_group *group =
        nf_read_groups_find(options->read_groups, nf_record_tag_text(record, "RG"));
    return group && strcmp(group->sample, options->only_sample) == 0;
}

/* Learns from a record of the learning set. */
static enum nf_status learn(struct nf_scan_walk *walk, const struct nf_record *record)
{
    if (record->flag & (NF_FLAG_SECONDARY | NF_FLAG_SUPPLEMENTARY)) {
        walk->quality.n_further++;
        return NF_OK;
    }
    enum nf_status status = nf_learning_add(&walk->learning, walk->panel, record);
    return status ? status : nf_quality_add(&walk->quality, record);
}

/* Is it a further alignment of a read? */
static bool is_further(const struct nf_record *record)
{
    return record->flag & (NF_FLAG_SECONDARY | NF_FLAG_SUPPLEMENTARY) &&
           !(record->flag & NF_FLAG_UNMAPPED) && record->contig >= 0 && record->pos0 >= 0;
}

static bool may_learn(const struct nf_panel *panel, const struct nf_record *record)
{
    return nf_panel_may_learn(panel, record->contig, record->pos0, nf_record_end0(record));
}

/* A record in a window is learned from, one on a control gene when it is among the first. */
static enum nf_status consider(struct nf_scan_walk *walk, const struct nf_record *record)
{
    int64_t end0 = nf_record_end0(record);
    if (!may_learn(walk->panel, record))
        return NF_OK;
    if (nf_panel_window_at(walk->panel, record->contig, record->pos0, end0) != NF_NO_TARGET)
        return learn(walk, record);
    return nf_selection_add(&walk->selection, record);
}

enum nf_status nf_scan_take(struct nf_scan_walk *walk, const struct nf_record *record)
{
    unsigned classes = nf_evidence_classify(walk->panel, record);
    enum nf_status status = NF_OK;
    if (classes & NF_CLASS_LEARN || is_further(record))
        status = consider(walk, record);
    if (!status && classes & ~(unsigned)NF_CLASS_LEARN)
        status = nf_evidence_take(&walk->evidence, record, classes);
    return status;
}

/* Counts one record of a pass over a whole file; *wanted: it is to be taken. */
static enum nf_status count(struct nf_scan_walk *walk, const struct nf_record *record,
                            bool *wanted)
{
    walk->scan->n_records++;
    *wanted = is_wanted(walk->options, record);
    if (!*wanted)
        return NF_OK;
    walk->scan->n_mapped += record->contig >= 0 && !(record->flag & NF_FLAG_UNMAPPED);
    return nf_abundance_add(&walk->abundance, record);
}

enum nf_status nf_scan_meet(struct nf_scan_walk *walk, const struct nf_record *record)
{
    bool wanted;
    enum nf_status status = count(walk, record, &wanted);
    return status || !wanted ? status : nf_scan_take(walk, record);
}

enum nf_status nf_scan_glance(struct nf_scan_walk *walk, const struct nf_record *record,
                              bool *tells)
{
    bool wanted;
    enum nf_status status = count(walk, record, &wanted);
    if (status || !wanted)
        return status;
    unsigned classes = nf_evidence_classify(walk->panel, record);
    *tells = *tells || (classes & ~(unsigned)NF_CLASS_POINTS) != 0 ||
             (classes && walk->evidence.collects_places) ||
             (is_further(record) && may_learn(walk->panel, record));
    return NF_OK;
}

enum nf_status nf_scan_take_wanted(struct nf_scan_walk *walk, const struct nf_record *record)
{
    return is_wanted(walk->options, record) ? nf_scan_take(walk, record) : NF_OK;
}

enum nf_status nf_scan_pass(struct nf_scan_walk *walk, const uint8_t *bytes, size_t n,
                            struct nf_sieve_run *run)
{
    enum nf_status status = NF_OK;
    run->n_records = run->n_mapped = 0;
    run->n_bytes = 0;
    if (walk->sieve && n > 0)
        status = nf_sieve_pass(walk->sieve, bytes, n, &walk->abundance, run);
    walk->scan->n_records += run->n_records;
    if (!walk->evidence.collects_places) /* by index: the index has counted */
        walk->scan->n_mapped += run->n_mapped;
    return status;
}

void nf_scan_tell(struct nf_scan_walk *walk)
{
    const struct nf_progress_state state = {.n_records = walk->scan->n_records};
    if (state.n_records % POLL_RECORDS == 0)
        nf_progress_show(&walk->progress, &state);
}

/* Passes over what lies at hand and concerns nothing. */
static enum nf_status pass_ahead(struct nf_scan_walk *walk, struct nf_bamio *input,
                                 int64_t *n_records)
{
    struct nf_sieve_run run = {.end0 = INT64_MAX};
    const uint8_t *bytes;
    size_t n;
    nf_bamio_ahead(input, &bytes, &n);
    enum nf_status status = nf_scan_pass(walk, bytes, n, &run);
    nf_bamio_skip(input, run.n_bytes, run.n_records);
    *n_records += run.n_records;
    return status;
}

/* Every record, in file order. */
static enum nf_status read_all(struct nf_scan_walk *walk, struct nf_bamio *input)
{
    bool done = false;
    int64_t n_records = 0, next_poll = POLL_RECORDS;
    enum nf_status status = NF_OK;
    while (!status) {
        struct nf_record record;
        status = nf_bamio_next(input, &record, &done);
        if (status || done)
            break;
        status = nf_scan_meet(walk, &record);
        n_records++;
        if (!status)
            status = pass_ahead(walk, input, &n_records);
        if (!status)
            status = nf_interrupt_check();
        if (n_records >= next_poll) {
            struct nf_progress_state state = {.n_records = n_records};
            next_poll = n_records + POLL_RECORDS;
            nf_bamio_progress(input, &state.n_bytes, &state.total);
            nf_progress_show(&walk->progress, &state);
        }
    }
    nf_progress_end(&walk->progress);
    return status;
}

enum nf_status nf_scan_walk_begin(struct nf_scan_walk *walk, struct nf_scan *scan,
                                  const struct nf_panel *panel,
                                  const struct nf_scan_options *options)
{
    memset(walk, 0, sizeof *walk);
    walk->scan = scan;
    walk->panel = panel;
    walk->options = options;
    walk->evidence.panel = panel;
    walk->evidence.primers = options->primers;
    walk->evidence.observations = &scan->observations;
    walk->evidence.only_read_group = nf_read_groups_only(options->read_groups);
    nf_observations_free(&scan->observations);
    if (nf_abundance_init(&walk->abundance, panel->genome))
        return NF_ERR_MEMORY;
    enum nf_status status = nf_observations_init(&scan->observations);
    bool is_panel =
        options->library == NF_LIBRARY_ANCHORED || options->library == NF_LIBRARY_AMPLICON;
    if (!status)
        status =
            nf_selection_begin(&walk->selection, panel,
                               is_panel ? NF_SELECTION_PANEL_RECORDS : NF_SELECTION_RECORDS);
    return status ? status : nf_quality_begin(&walk->quality, panel);
}

void nf_scan_walk_free(struct nf_scan_walk *walk)
{
    nf_evidence_free(&walk->evidence);
    nf_selection_free(&walk->selection);
    nf_learning_free(&walk->learning);
    nf_abundance_free(&walk->abundance);
    nf_quality_sums_free(&walk->quality);
}

/* Learns from the records selected, and draws the conclusions. */
static enum nf_status conclude(struct nf_scan_walk *walk)
{
    struct nf_selection *selection = &walk->selection;
    struct nf_scan *scan = walk->scan;
    enum nf_status status = NF_OK;
    nf_selection_settle(selection);
    for (size_t i = 0; i < selection->units.n && !status; i++) {
        const struct nf_selection_unit *unit = &selection->units.items[i];
        for (size_t j = 0; j < unit->records.n && !status; j++)
            status = learn(walk, &unit->records.items[j].record);
        nf_quality_limit(&walk->quality, unit);
    }
    if (status)
        return status;
    nf_learning_conclude(&walk->learning, walk->options->library, &scan->sample);
    return nf_quality_conclude(&walk->quality, &scan->sample, &scan->quality);
}

/* Leaves what was learned and counted in the scan, and frees the walk, which came to its end
 * with `status`. */
static enum nf_status end_walk(struct nf_scan_walk *walk, enum nf_status status)
{
    struct nf_scan *scan = walk->scan;
    if (!status)
        status = nf_abundance_settle(&walk->abundance);
    nf_abundance_free(&scan->abundance);
    scan->abundance = walk->abundance;
    memset(&walk->abundance, 0, sizeof walk->abundance);
    if (!status)
        status = conclude(walk);
    scan->n_bad_sa = walk->evidence.n_bad_sa;
    nf_scan_walk_free(walk);
    return status;
}

static enum nf_status read_chimeric_files(struct nf_scan_walk *walk)
{
    enum nf_status status = NF_OK;
    for (size_t i = 0; i < walk->options->n_chimeric && !status; i++)
        status = nf_scan_chimeric(walk, walk->options->chimeric[i]);
    return status;
}

static enum nf_status walk_targeted(struct nf_scan *scan, const struct nf_panel *panel,
                                    struct nf_bamio *input,
                                    const struct nf_scan_options *options, bool *complete)
{
    struct nf_scan_walk walk;
    struct nf_sieve sieve = {0};
    enum nf_status status = nf_scan_walk_begin(&walk, scan, panel, options);
    walk.evidence.collects_places = true;
    if (!status)
        status = nf_bamio_count_mapped(input, &scan->n_mapped);
    *complete = scan->n_mapped >= 0;
    if (!status && !*complete)
        nf_info("the index holds no record counts: reading the whole file");
    if (!status && *complete)
        status = read_chimeric_files(&walk);
    nf_progress_begin(&walk.progress, options->progress_seconds);
    if (!status && *complete)
        status = nf_sieve_init(&sieve, panel);
    walk.sieve = sieve.contigs ? &sieve : NULL;
    if (!status && *complete)
        status = nf_regions_open(&scan->regions, input);
    if (!status && *complete)
        status = nf_scan_targeted(&walk, complete);
    nf_progress_end(&walk.progress);
    nf_sieve_free(&sieve);
    return end_walk(&walk, status);
}

/* Begins a walk over every record. */
static enum nf_status begin_all(struct nf_scan_walk *walk, struct nf_scan *scan,
                                const struct nf_panel *panel,
                                const struct nf_scan_options *options)
{
    enum nf_status status = nf_scan_walk_begin(walk, scan, panel, options);
    scan->n_records = scan->n_mapped = 0;
    if (!status)
        status = read_chimeric_files(walk);
    nf_progress_begin(&walk->progress, options->progress_seconds);
    return status;
}

/* The same once more, after a walk that came to nothing. */
static enum nf_status begin_again(struct nf_scan_walk *walk)
{
    struct nf_scan *scan = walk->scan;
    const struct nf_panel *panel = walk->panel;
    const struct nf_scan_options *options = walk->options;
    nf_scan_walk_free(walk);
    return begin_all(walk, scan, panel, options);
}

/* By containers, if that can be done; *complete: the work is done. Otherwise the walk is as it
 * was. */
static enum nf_status try_containers(struct nf_scan_walk *walk, struct nf_bamio *input,
                                     const struct nf_scan_shard_options *sharding,
                                     bool *complete)
{
    nf_cram_containers containers = {0};
    enum nf_status status = nf_bamio_cram_list(input, &containers);
    *complete = false;
    if (!status && nf_scan_by_containers(&containers)) {
        status = nf_scan_containers(walk, input, &containers, sharding, complete);
        if (!status && !*complete)
            status = nf_bamio_cram_check(input, &containers);
        if (!status && !*complete)
            status = begin_again(walk);
    }
    nf_vec_free(&containers);
    return status;
}

static enum nf_status walk_all(struct nf_scan *scan, const struct nf_panel *panel,
                               struct nf_bamio *input, const struct nf_scan_options *options)
{
    struct nf_scan_walk walk;
    struct nf_bamio_body body;
    struct nf_sieve sieve = {0};
    const struct nf_scan_shard_options sharding = {.n_threads = options->input.n_threads};
    bool complete = false;
    enum nf_status status = begin_all(&walk, scan, panel, options);
    if (!status)
        status = try_containers(&walk, input, &sharding, &complete);
    if (!status && !complete && !options->only_sample) /* the sieve does not know of samples */
        status = nf_sieve_init(&sieve, panel);
    walk.sieve = sieve.contigs ? &sieve : NULL;
    if (!status && !complete)
        status = nf_bamio_can_shard(input, &body) ? nf_scan_shards(&walk, &body, &sharding)
                                                  : read_all(&walk, input);
    nf_sieve_free(&sieve);
    return end_walk(&walk, status);
}

enum nf_status nf_scan_run(struct nf_scan *scan, const struct nf_panel *panel,
                           struct nf_bamio **input, const struct nf_scan_options *options)
{
    memset(scan, 0, sizeof *scan);
    enum nf_status status = NF_OK;
    bool complete = false;
    if (nf_bamio_has_index(*input)) {
        if (options->only_sample)
            nf_info("an index cannot tell how many records are of %s: reading the whole file",
                    options->only_sample);
        else
            status = walk_targeted(scan, panel, *input, options, &complete);
        scan->was_targeted = complete;
        if (!complete)
            nf_regions_close(&scan->regions);
        if (!status && !complete) {
            struct nf_bamio_options again = options->input;
            again.without_index = true;
            again.index = NULL;
            status = nf_bamio_close(input);
            if (!status)
                status = nf_bamio_open(input, &again);
        }
    }
    if (!status && !complete)
        status = walk_all(scan, panel, *input, options);
    return status || scan->was_targeted ? status : nf_bamio_close(input);
}

void nf_scan_free(struct nf_scan *scan)
{
    nf_regions_close(&scan->regions);
    nf_abundance_free(&scan->abundance);
    nf_observations_free(&scan->observations);
    nf_quality_free(&scan->quality);
}
