/* SPDX-License-Identifier: MIT */
/* scan_shard: every record of a BAM, by several readers at once.
 *
 * The file is cut into shards (shard.h); each worker takes the next one, guesses where its
 * first record begins, and walks the records that begin in its blocks into observations of its
 * own. The record that crosses into the next shard is read to its end, so a walk also finds
 * the place where the next shard must begin.
 *
 * Guesses are proven by induction along the file. The first shard begins behind the header,
 * which is certain. Where a proven walk ends, there the next shard begins: if its guess was
 * that place, its walk is proven too, and is merged. If not, all it made is thrown away,
 * errors included, and it is walked again from the true place. A shard that lies within one
 * long record has no record of its own and is passed over. The last shard ends at the end of
 * the file. So the result, and the error that is reported, are those of one walk from the
 * first record to the last; only the time it takes depends on the guesses and on the number of
 * threads. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/scan.h"

enum {
    LEAST_SHARD_BYTES = 4 << 20,
    SHARDS_PER_THREAD = 16, /* so that threads end at about the same time */
    POLL_BLOCKS = 32        /* between two looks at what the others do */
};

struct shard {
    int64_t start, limit; /* the addresses of its first block and of the next shard's */
    bool is_walked;
    struct nf_shard_place first; /* record of its own, as guessed or proven */
    struct nf_shard_place next;  /* record, the first that is not its own */
    enum nf_status status;       /* of the walk */
    struct nf_shard_problem problem;
    struct nf_scan scan;
    struct nf_scan_walk walk;
};

/* What the workers share; everything that changes is guarded by `lock`. */
struct team {
    struct nf_scan_walk *walk; /* the result */
    const struct nf_bamio_body *body;
    nf_shard_guess_function *guess;
    struct shard *shards;
    size_t n_shards;
    pthread_mutex_t lock;
    size_t n_taken;  /* shards handed out */
    size_t n_merged; /* shards proven */
    bool is_merging; /* one worker at a time proves and merges, without the lock */
    struct nf_shard_place proven; /* where shard n_merged begins */
    size_t n_rescanned;
    bool must_stop;
    enum nf_status status; /* once it must stop */
    struct nf_progress_state done;
};

static bool same_place(struct nf_shard_place a, struct nf_shard_place b)
{
    return a.address == b.address && a.offset == b.offset;
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

/* Tells the team how far a worker came; true when it must go on. */
static bool report(struct team *team, int64_t n_bytes, int64_t n_records)
{
    pthread_mutex_lock(&team->lock);
    team->done.n_bytes += n_bytes; /* what is read twice may lead beyond the file */
    team->done.n_records += n_records;
    nf_progress_show(&team->walk->progress, &team->done);
    bool goes_on = !team->must_stop;
    pthread_mutex_unlock(&team->lock);
    return goes_on;
}

/* Passes over what follows in the current block and concerns nothing. */
static enum nf_status pass_block(struct nf_shard_reader *reader, struct shard *shard)
{
    struct nf_sieve_run run = {.end0 = INT64_MAX};
    const uint8_t *bytes;
    size_t n;
    nf_shard_ahead(reader, shard->limit, &bytes, &n);
    enum nf_status status = nf_scan_pass(&shard->walk, bytes, n, &run);
    nf_shard_skip(reader, run.n_bytes);
    return status;
}

/* Takes the records of the shard up to its limit. NF_ERR_INTERRUPTED also when another worker
 * ended the work. */
static enum nf_status walk_records(struct team *team, struct nf_shard_reader *reader,
                                   struct shard *shard)
{
    int64_t address = -1, reported = shard->first.address, n_reported = 0;
    int n_blocks = 0;
    for (;;) {
        struct nf_record record;
        bool done;
        enum nf_status status = nf_shard_next(reader, shard->limit, &record, &done);
        if (status || done)
            return status;
        status = nf_scan_meet(&shard->walk, &record);
        if (!status)
            status = pass_block(reader, shard);
        if (status)
            return status;
        if (reader->address == address)
            continue;
        address = reader->address;
        if (nf_interrupted())
            return NF_ERR_INTERRUPTED;
        if (++n_blocks % POLL_BLOCKS)
            continue;
        int64_t n_records = shard->scan.n_records;
        if (!report(team, reader->next_address - reported, n_records - n_reported))
            return NF_ERR_INTERRUPTED;
        reported = reader->next_address;
        n_reported = n_records;
    }
}

/* Walks the shard from shard->first and leaves what came of it there. */
static void walk_shard(struct team *team, struct nf_shard_reader *reader, struct shard *shard)
{
    free_shard(shard);
    reader->problem.kind = NF_SHARD_NO_PROBLEM;
    enum nf_status status =
        nf_scan_walk_begin(&shard->walk, &shard->scan, team->walk->panel, team->walk->options);
    shard->walk.sieve = team->walk->sieve;
    if (!status)
        status = nf_shard_seek(reader, shard->first);
    if (!status)
        status = walk_records(team, reader, shard);
    shard->status = status;
    shard->problem = reader->problem;
    shard->next = nf_shard_reached(reader);
}

/* Walks a shard from where it seems to begin. */
static void try_shard(struct team *team, struct nf_shard_reader *reader, struct shard *shard)
{
    if (shard == team->shards)
        shard->first = team->proven;
    else
        shard->status = nf_shard_find_record(reader, shard->start, team->guess, &shard->first);
    if (!shard->status && shard->first.address != NF_SHARD_UNKNOWN)
        walk_shard(team, reader, shard);
}

enum nf_status nf_scan_walk_merge(struct nf_scan_walk *into, struct nf_scan_walk *from)
{
    into->scan->n_records += from->scan->n_records;
    into->scan->n_mapped += from->scan->n_mapped;
    into->evidence.n_bad_sa += from->evidence.n_bad_sa;
    enum nf_status status =
        nf_observations_merge(&into->scan->observations, &from->scan->observations);
    if (!status)
        status = nf_selection_merge(&into->selection, &from->selection);
    if (!status)
        status = nf_learning_merge(&into->learning, &from->learning);
    if (!status)
        status = nf_abundance_merge(&into->abundance, &from->abundance);
    return status ? status : nf_quality_merge(&into->quality, &from->quality);
}

/* Proves the next shard in file order, if need be by walking it again, and merges it. */
static enum nf_status settle_shard(struct team *team, struct nf_shard_reader *reader,
                                   struct shard *shard)
{
    /* A status that is no finding about the data has been printed, or needs no print. */
    if (shard->status && shard->status != NF_ERR_INPUT)
        return shard->status;
    if (team->proven.address >= shard->limit)
        return NF_OK; /* all of it belongs to a record that began before */
    if (!same_place(shard->first, team->proven)) {
        team->n_rescanned++;
        shard->first = team->proven;
        walk_shard(team, reader, shard);
    }
    if (shard->status == NF_ERR_INPUT)
        return nf_shard_explain(team->body->path, &shard->problem);
    if (shard->status)
        return shard->status;
    team->proven = shard->next;
    return nf_scan_walk_merge(team->walk, &shard->walk);
}

/* Settles all shards that can be, in file order. Called and left with the lock held; `proven`
 * and `n_rescanned` belong to the one worker that is merging. */
static void settle_shards(struct team *team, struct nf_shard_reader *reader)
{
    if (team->is_merging)
        return; /* the one who is will find the shard just walked */
    team->is_merging = true;
    while (!team->must_stop && team->n_merged < team->n_shards &&
           team->shards[team->n_merged].is_walked) {
        struct shard *shard = &team->shards[team->n_merged];
        pthread_mutex_unlock(&team->lock);
        enum nf_status status = settle_shard(team, reader, shard);
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
    struct nf_shard_reader reader;
    enum nf_status status = nf_shard_reader_open(&reader, team->body);
    pthread_mutex_lock(&team->lock);
    if (status)
        stop_team(team, status);
    while (!team->must_stop && team->n_taken < team->n_shards) {
        struct shard *shard = &team->shards[team->n_taken++];
        pthread_mutex_unlock(&team->lock);
        try_shard(team, &reader, shard);
        pthread_mutex_lock(&team->lock);
        shard->is_walked = true;
        /* Damage may turn out to be a wrong guess; anything else ends the work at once. */
        if (shard->status && shard->status != NF_ERR_INPUT)
            stop_team(team, shard->status);
        settle_shards(team, &reader);
    }
    pthread_mutex_unlock(&team->lock);
    nf_shard_reader_close(&reader);
    return NULL;
}

/* Runs work() in this thread and in up to n_threads − 1 others. */
static enum nf_status run_team(struct team *team, int n_threads)
{
    NF_VEC(pthread_t) threads = {0};
    if (pthread_mutex_init(&team->lock, NULL))
        return nf_fail_memory("a lock");
    for (int i = 1; i < n_threads && (size_t)i < team->n_shards; i++) {
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

/* The shards of the file, none of them walked. */
static enum nf_status divide(struct team *team, int64_t shard_bytes)
{
    nf_shard_starts starts = {0};
    enum nf_status status = nf_shard_divide(team->body, shard_bytes, &starts);
    team->n_shards = status ? 0 : starts.n;
    if (!status) {
        team->shards = calloc(team->n_shards, sizeof *team->shards);
        if (!team->shards) {
            team->n_shards = 0;
            status = nf_fail_memory("the shards");
        }
    }
    for (size_t i = 0; i < team->n_shards; i++) {
        team->shards[i].start = starts.items[i];
        team->shards[i].limit = i + 1 < starts.n ? starts.items[i + 1] : NF_SHARD_END;
    }
    nf_vec_free(&starts);
    return status;
}

enum nf_status nf_scan_shards(struct nf_scan_walk *walk, const struct nf_bamio_body *body,
                              const struct nf_scan_shard_options *options)
{
    int n_threads = options->n_threads > 1 ? options->n_threads : 1;
    struct team team = {.walk = walk,
                        .body = body,
                        .guess = options->guess ? options->guess : nf_shard_guess,
                        .proven = {body->address, body->offset},
                        .done = {.total = body->size}};
    int64_t shard_bytes = body->size / ((int64_t)n_threads * SHARDS_PER_THREAD);
    if (shard_bytes < LEAST_SHARD_BYTES)
        shard_bytes = LEAST_SHARD_BYTES;
    if (options->shard_bytes > 0)
        shard_bytes = options->shard_bytes;
    enum nf_status status = divide(&team, shard_bytes);
    if (!status)
        status = run_team(&team, n_threads);
    for (size_t i = 0; i < team.n_shards; i++)
        free_shard(&team.shards[i]);
    free(team.shards);
    nf_debug("full scan: %zu shards, %zu of them read again", team.n_shards, team.n_rescanned);
    if (options->n_rescanned)
        *options->n_rescanned = team.n_rescanned;
    return status;
}
