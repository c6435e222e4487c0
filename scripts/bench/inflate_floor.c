/* SPDX-License-Identifier: MIT */
/* inflate_floor: the least that reading all of a BAM can cost.
 *
 *     inflate_floor FILE.bam THREADS
 *
 * Maps the file, follows its chain of BGZF blocks once, then inflates every block with
 * libdeflate and compares its CRC and its size, on THREADS threads that take runs of blocks in
 * turn. Nothing looks at the bytes that come out: whoever reads records does all of this and
 * more. Prints how many blocks and bytes there were, and the version of libdeflate. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libdeflate.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/str.h"
#include "ntrkfuse/vec.h"

enum {
    HEADER = 18, /* gzip header with the one extra field BC, as every BGZF writer makes it */
    TRAILER = 8, /* CRC, inflated size */
    MOST = 64 * 1024, /* a block inflates to no more */
    RUN = 64,         /* blocks that a thread takes at a time */
    MAX_THREADS = 256
};

struct work {
    const char *path;
    const uint8_t *bytes; /* the mapped file */
    size_t n_bytes;
    NF_VEC(size_t) starts; /* of each block, and the end of the file */
    atomic_size_t next;    /* first block that no thread has taken */
    atomic_ullong n_inflated;
    atomic_bool failed;
};

static uint32_t little_endian(const uint8_t *at, int n)
{
    uint32_t value = 0;
    while (n--)
        value = value << 8 | at[n];
    return value;
}

static enum nf_status map_file(struct work *work)
{
    struct stat info = {0};
    void *bytes = MAP_FAILED;
    int file = open(work->path, O_RDONLY);

    if (file >= 0 && !fstat(file, &info) && info.st_size > 0)
        bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (file >= 0)
        close(file);
    if (bytes == MAP_FAILED)
        return nf_fail(NF_ERR_IO, "%s: cannot be mapped", work->path);
    work->bytes = bytes;
    work->n_bytes = (size_t)info.st_size;
    return NF_OK;
}

static enum nf_status find_blocks(struct work *work)
{
    static const uint8_t magic[] = {31, 139, 8, 4}, field[] = {6, 0, 'B', 'C', 2, 0};
    size_t at = 0;

    while (at < work->n_bytes) {
        const uint8_t *block = work->bytes + at;
        size_t left = work->n_bytes - at, size = 0;
        if (left > HEADER + TRAILER && !memcmp(block, magic, sizeof magic) &&
            !memcmp(block + 10, field, sizeof field))
            size = (size_t)little_endian(block + 16, 2) + 1;
        if (size <= HEADER + TRAILER || size > left)
            return nf_fail(NF_ERR_FORMAT, "%s: no BGZF block at byte %zu", work->path, at);
        if (nf_vec_push(&work->starts, at))
            return nf_fail_memory("blocks");
        at += size;
    }
    return nf_vec_push(&work->starts, at) ? nf_fail_memory("blocks") : NF_OK;
}

/* Inflates the block [start, end) into `out`, of MOST bytes; false when it is damaged. */
static bool inflate_block(struct libdeflate_decompressor *inflater, const uint8_t *start,
                          const uint8_t *end, uint8_t *out, size_t *size)
{
    size_t n_deflated = (size_t)(end - start) - HEADER - TRAILER;

    return libdeflate_deflate_decompress(inflater, start + HEADER, n_deflated, out, MOST,
                                         size) == LIBDEFLATE_SUCCESS &&
           *size == little_endian(end - 4, 4) &&
           libdeflate_crc32(0, out, *size) == little_endian(end - 8, 4);
}

static void *inflate_runs(void *argument)
{
    struct work *work = argument;
    size_t n_blocks = work->starts.n - 1, size = 0;
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
    uint8_t *out = malloc(MOST);
    unsigned long long n_inflated = 0;
    bool done = !inflater || !out;

    if (done)
        work->failed = true;
    while (!done && !work->failed) {
        size_t i = atomic_fetch_add(&work->next, RUN);
        size_t end = i + RUN < n_blocks ? i + RUN : n_blocks;
        done = i >= n_blocks;
        for (; i < end; i++) {
            const size_t *starts = work->starts.items + i;
            if (!inflate_block(inflater, work->bytes + starts[0], work->bytes + starts[1], out,
                               &size))
                work->failed = true;
            n_inflated += size;
        }
    }
    work->n_inflated += n_inflated;
    free(out);
    if (inflater)
        libdeflate_free_decompressor(inflater);
    return NULL;
}

static enum nf_status inflate_all(struct work *work, int n_threads)
{
    pthread_t threads[MAX_THREADS];
    int n_started = 0;

    while (n_started < n_threads &&
           !pthread_create(&threads[n_started], NULL, inflate_runs, work))
        n_started++;
    for (int i = 0; i < n_started; i++)
        pthread_join(threads[i], NULL);
    if (n_started < n_threads)
        return nf_fail_memory("threads");
    if (work->failed)
        return nf_fail(NF_ERR_FORMAT, "%s: a damaged block, or no memory", work->path);
    return NF_OK;
}

int main(int argc, char **argv)
{
    struct work work = {.path = argc == 3 ? argv[1] : ""};
    int64_t n_threads = 0;
    enum nf_status status;

    if (argc != 3 || nf_span_int(nf_span_of(argv[2]), 1, MAX_THREADS, &n_threads)) {
        fputs("usage: inflate_floor FILE.bam THREADS\n", stderr);
        return 2;
    }
    status = map_file(&work);
    if (!status)
        status = find_blocks(&work);
    if (!status)
        status = inflate_all(&work, (int)n_threads);
    if (!status)
        printf("%zu blocks, %llu bytes, libdeflate %s\n", work.starts.n - 1,
               (unsigned long long)work.n_inflated, LIBDEFLATE_VERSION_STRING);
    nf_vec_free(&work.starts);
    if (work.bytes)
        munmap((void *)(uintptr_t)work.bytes, work.n_bytes);
    return status ? 1 : 0;
}
