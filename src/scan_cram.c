/* SPDX-License-Identifier: MIT */
/* scan_cram: every record of a CRAM, by several readers at once.
 *
 * The containers are cut into shards of neighbours; each worker takes the next shard and walks
 * its containers into observations of its own, which are merged in file order. Where a
 * container begins is certain (bamio_cram.h), so nothing is guessed.
 *
 * A container is first read without names, bases and qualities. That is enough to count its
 * records and to tell what they are; most containers hold nothing that concerns a target or
 * that is learned from, and are done. If one record does, all of the container is decoded in
 * full and taken. A container that lies where something will be learned from is decoded in
 * full at once, and so are those of several contigs.
 *
 * In a file that is not in coordinate order most containers are of several contigs and little
 * would be saved, while each reader would come to keep a reference genome of its own; such a
 * file is not read so.
 *
 * A container that cannot be read ends the work. Which one is met first is chance, so it is
 * not named here: the checksums are then looked at from the first container on, and if they
 * are right a plain pass over the file finds what is wrong, or reads it after all. */
#include <pthread.h>
#include <string.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/scan.h"

enum {
    LEAST_SHARD_BYTES = 1 << 20,
    SHARDS_PER_THREAD = 16 /* so that threads end at about the same time */
};

struct shard {
    size_t first, end; /* containers */
    bool is_walked;
    struct nf_scan scan;
    struct nf_scan_walk walk;
};

/* What the workers share; everything that changes is guarded by `lock`. */
struct team {
    struct nf_scan_walk *walk; /* the result */
    const struct nf_bamio *input;
    const nf_cram_containers *containers;
    NF_VEC(struct shard) shards;
    pthread_mutex_t lock;
    size_t n_taken, n_merged; /* shards */
    bool is_merging;          /* one worker at a time, without the lock */
    bool must_stop;
    enum nf_status status; /* once it must stop */
    size_t n_full;         /* containers decoded in full */
    struct nf_progress_state done;
};

/* What `take` functions work with. */
struct taker {
    struct nf_scan_walk *walk;
    bool tells; /* a record concerns a target, or is learned from */
};

static enum nf_status glance_at(void *context, const struct nf_record *record)
{
    struct taker *taker = context;
    return nf_scan_glance(taker->walk, record, &taker->tells);
}

static enum nf_status take(void *context, const struct nf_record *record)
{
    struct taker *taker = context;
    return nf_scan_take_wanted(taker->walk, record);
}

static enum nf_status meet(void *context, const struct nf_record *record)
{
    struct taker *taker = context;
    return nf_scan_meet(taker->walk, record);
}

/* Will a look at part of the fields hardly do? */
static bool needs_all(const struct nf_panel *panel, const struct nf_cram_container *container)
{
    return container->contig == NF_CRAM_SEVERAL ||
           (container->contig >= 0 && container->contig < panel->genome->n_contigs &&
            nf_panel_learns(panel, container->contig, container->start0, container->end0));
}

/* *is_full: all fields of the container were decoded. */
static enum nf_status walk_container(struct nf_cram_reader *reader,
                                     const struct nf_cram_container *container,
                                     struct nf_scan_walk *walk, bool *is_full)
{
    struct taker taker = {.walk = walk};
    *is_full = needs_all(walk->panel, container);
    if (*is_full)
        return nf_bamio_cram_walk(reader, container, NF_CRAM_ALL, meet, &taker);
    enum nf_status status =
        nf_bamio_cram_walk(reader, container, NF_CRAM_WITHOUT_BASES, glance_at, &taker);
    if (status)
        return status;
    *is_full = taker.tells;
    return *is_full ? nf_bamio_cram_walk(reader, container, NF_CRAM_ALL, take, &taker) : NF_OK;
}

static void free_shard(struct shard *shard)
{
    nf_scan_walk_free(&shard->walk);
    nf_scan_free(&shard->scan);
    memset(&shard->walk, 0, sizeof shard->walk);
    memset(&shard->scan, 0, sizeof shard->scan);
}

/* Ends all workers' work; the first call counts. */
static void stop_team(struct team *team, enum nf_status status)
{
    if (!team->must_stop)
        team->status = status;
    team->must_stop = true;
}

/* Tells the team of one container more; true when the worker must go on. */
static bool report(struct team *team, const struct nf_cram_container *container, bool is_full)
{
    pthread_mutex_lock(&team->lock);
    team->done.n_bytes += container->end - container->address;
    team->done.n_records += container->n_records;
    team->n_full += is_full;
    nf_progress_show(&team->walk->progress, &team->done);
    bool goes_on = !team->must_stop;
    pthread_mutex_unlock(&team->lock);
    return goes_on;
}

/* NF_ERR_INTERRUPTED also when another worker ended the work. */
static enum nf_status walk_shard(struct team *team, struct nf_cram_reader *reader,
                                 struct shard *shard)
{
    enum nf_status status =
        nf_scan_walk_begin(&shard->walk, &shard->scan, team->walk->panel, team->walk->options);
    for (size_t i = shard->first; i < shard->end && !status; i++) {
        const struct nf_cram_container *container = &team->containers->items[i];
        bool is_full;
        status = walk_container(reader, container, &shard->walk, &is_full);
        if (!status && (!report(team, container, is_full) || nf_interrupted()))
            status = NF_ERR_INTERRUPTED;
    }
    return status;
}

/* Merges all shards that can be, in file order. Called and left with the lock held. */
static void merge_shards(struct team *team)
{
    if (team->is_merging)
        return; /* the one who is will find the shard just walked */
    team->is_merging = true;
    while (!team->must_stop && team->n_merged < team->shards.n &&
           team->shards.items[team->n_merged].is_walked) {
        struct shard *shard = &team->shards.items[team->n_merged];
        pthread_mutex_unlock(&team->lock);
        enum nf_status status = nf_scan_walk_merge(team->walk, &shard->walk);
        free_shard(shard);
        pthread_mutex_lock(&team->lock);
        if (status)
            stop_team(team, status);
        else
            team->n_merged++;
    }
    team->is_merging = false;
}

static void *work(void *context)
{
    struct team *team = context;
    struct nf_cram_reader *reader;
    enum nf_status status = nf_bamio_cram_open(&reader, team->input);
    pthread_mutex_lock(&team->lock);
    if (status)
        stop_team(team, status);
    while (!team->must_stop && team->n_taken < team->shards.n) {
        struct shard *shard = &team->shards.items[team->n_taken++];
        pthread_mutex_unlock(&team->lock);
        status = walk_shard(team, reader, shard);
        pthread_mutex_lock(&team->lock);
        shard->is_walked = true;
        if (status)
            stop_team(team, status);
        merge_shards(team);
    }
    pthread_mutex_unlock(&team->lock);
    nf_bamio_cram_close(&reader);
    return NULL;
}

/* Runs work() in this thread and in up to n_threads − 1 others. */
static enum nf_status run_team(struct team *team, int n_threads)
{
    NF_VEC(pthread_t) threads = {0};
    if (pthread_mutex_init(&team->lock, NULL))
        return nf_fail_memory("a lock");
    for (int i = 1; i < n_threads && (size_t)i < team->shards.n; i++) {
        pthread_t thread;
        /* The result does not depend on how many there are: fewer will do. */
        if (nf_vec_reserve(&threads, 1) || pthread_create(&thread, NULL, work, team))
            break;
        threads.items[threads.n++] = thread;
    }
    work(team);
    for (size_t i = 0; i < threads.n; i++)
        pthread_join(threads.items[i], NULL);
    pthread_mutex_destroy(&team->lock);
    nf_vec_free(&threads);
    nf_progress_end(&team->walk->progress);
    return team->status;
}

/* Cuts the containers into shards of at least so many bytes, but for the last. */
static enum nf_status divide(struct team *team, int64_t shard_bytes)
{
    const nf_cram_containers *containers = team->containers;
    struct shard shard = {0};
    while (shard.end < containers->n) {
        shard.first = shard.end++;
        int64_t address = containers->items[shard.first].address;
        while (shard.end < containers->n &&
               containers->items[shard.end - 1].end - address < shard_bytes)
            shard.end++;
        if (nf_vec_push(&team->shards, shard))
            return nf_fail_memory("the shards");
    }
    return NF_OK;
}

bool nf_scan_by_containers(const nf_cram_containers *containers)
{
    size_t n_mixed = 0;
    int32_t contig = 0;
    int64_t start0 = 0;
    for (size_t i = 0; i < containers->n; i++) {
        const struct nf_cram_container *container = &containers->items[i];
        n_mixed += container->contig == NF_CRAM_SEVERAL;
        if (container->contig < 0)
            continue;
        if (container->contig < contig ||
            (container->contig == contig && container->start0 < start0))
            return false;
        contig = container->contig;
        start0 = container->start0;
    }
    return n_mixed < containers->n - n_mixed;
}

enum nf_status nf_scan_containers(struct nf_scan_walk *walk, const struct nf_bamio *input,
                                  const nf_cram_containers *containers,
                                  const struct nf_scan_shard_options *options, bool *complete)
{
    int n_threads = options->n_threads > 1 ? options->n_threads : 1;
    struct team team = {.walk = walk, .input = input, .containers = containers};
    for (size_t i = 0; i < containers->n; i++)
        team.done.total += containers->items[i].end - containers->items[i].address;
    int64_t shard_bytes = team.done.total / ((int64_t)n_threads * SHARDS_PER_THREAD);
    if (shard_bytes < LEAST_SHARD_BYTES)
        shard_bytes = LEAST_SHARD_BYTES;
    if (options->shard_bytes > 0)
        shard_bytes = options->shard_bytes;
    enum nf_status status = divide(&team, shard_bytes);
    if (!status)
        status = run_team(&team, n_threads);
    for (size_t i = 0; i < team.shards.n; i++)
        free_shard(&team.shards.items[i]);
    nf_debug("full scan: %zu containers in %zu shards, %zu decoded in full%s", containers->n,
             team.shards.n, team.n_full, status ? "; given up" : "");
    nf_vec_free(&team.shards);
    *complete = !status;
    return status == NF_ERR_INPUT ? NF_OK : status;
}
