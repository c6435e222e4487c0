/* SPDX-License-Identifier: MIT */
/* arena: memory that lives and dies together.
 *
 * Objects are cut off the newest chunk; chunks double in size, and an object that would waste
 * much of a chunk gets one to itself. Under the address sanitizer every object is a chunk of
 * its own, so that a write past its end is seen. */
#include "ntrkfuse/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/memory.h"

#if defined(__SANITIZE_ADDRESS__)
#define NF_ARENA_SINGLY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NF_ARENA_SINGLY 1
#endif
#endif
#ifndef NF_ARENA_SINGLY
#define NF_ARENA_SINGLY 0
#endif

/* 4 KiB suits the many arenas of a few names; 256 KiB keeps the number of chunks of a large
 * one low without asking the system for much that is never used. */
enum { NF_ARENA_FIRST = 4096, NF_ARENA_LAST = 256 * 1024 };

struct nf_arena_chunk {
    struct nf_arena_chunk *next; /* the one before */
    size_t size, used;           /* of `bytes` */
    max_align_t bytes[];
};

/* A zeroed chunk with room for `size` bytes; NULL when memory is short. */
static struct nf_arena_chunk *nf_arena_chunk_new(size_t size)
{
    struct nf_arena_chunk *chunk;

    if (size > (size_t)PTRDIFF_MAX - sizeof *chunk)
        return NULL;
    if (nf_memory_charge(sizeof *chunk + size))
        return NULL;
    chunk = calloc(1, sizeof *chunk + size);
    if (chunk)
        chunk->size = size;
    else
        nf_memory_release(sizeof *chunk + size);
    return chunk;
}

/* A chunk that holds this one object, put behind the newest, whose room stays in use. */
static void *nf_arena_alone(struct nf_arena *arena, size_t size)
{
    struct nf_arena_chunk *chunk = nf_arena_chunk_new(size);

    if (!chunk)
        return NULL;
    chunk->used = size;
    if (arena->chunks) {
        chunk->next = arena->chunks->next;
        arena->chunks->next = chunk;
    } else {
        arena->chunks = chunk;
    }
    return chunk->bytes;
}

/* An object of `size` bytes from the newest chunk or a new one. */
static void *nf_arena_shared(struct nf_arena *arena, size_t size, size_t alignment)
{
    struct nf_arena_chunk *chunk = arena->chunks;
    size_t at = chunk ? (chunk->used + alignment - 1) / alignment * alignment : 0;

    if (!chunk || at > chunk->size || chunk->size - at < size) {
        size_t room = NF_ARENA_FIRST;

        if (chunk && chunk->size >= NF_ARENA_LAST / 2)
            room = NF_ARENA_LAST;
        else if (chunk && chunk->size > NF_ARENA_FIRST / 2)
            room = 2 * chunk->size;
        while (room / 4 < size)
            room *= 2;
        chunk = nf_arena_chunk_new(room);
        if (!chunk)
            return NULL;
        chunk->next = arena->chunks;
        arena->chunks = chunk;
        at = 0;
    }
    chunk->used = at + size;
    return (char *)chunk->bytes + at;
}

static void *nf_arena_bytes(struct nf_arena *arena, size_t n_bytes, size_t alignment)
{
    void *object;

    if (NF_ARENA_SINGLY || n_bytes > NF_ARENA_LAST / 4)
        object = nf_arena_alone(arena, n_bytes);
    else
        object = nf_arena_shared(arena, n_bytes, alignment);
    if (object)
        arena->n_bytes += n_bytes;
    return object;
}

void *nf_arena_alloc(struct nf_arena *arena, size_t n, size_t size)
{
    const size_t alignment = _Alignof(max_align_t);

    if (size != 0 && n > ((size_t)PTRDIFF_MAX - alignment) / size)
        return NULL;
    return nf_arena_bytes(arena, n * size, alignment);
}

char *nf_arena_copy(struct nf_arena *arena, const char *text, size_t n)
{
    char *copy;

    if (n >= (size_t)PTRDIFF_MAX)
        return NULL;
    copy = nf_arena_bytes(arena, n + 1, 1);
    if (copy && n != 0)
        memcpy(copy, text, n); /* the NUL is there already */
    return copy;
}

void nf_arena_free(struct nf_arena *arena)
{
    struct nf_arena_chunk *chunk = arena->chunks;

    while (chunk) {
        struct nf_arena_chunk *next = chunk->next;

        nf_memory_release(sizeof *chunk + chunk->size);
        free(chunk);
        chunk = next;
    }
    arena->chunks = NULL;
    arena->n_bytes = 0;
}
