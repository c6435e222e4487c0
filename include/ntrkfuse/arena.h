/* SPDX-License-Identifier: MIT */
/* arena: memory that lives and dies together. Level: base.
 *
 * A zeroed arena is empty and usable. Nothing inside is freed singly. */
#ifndef NTRKFUSE_ARENA_H
#define NTRKFUSE_ARENA_H

#include <stddef.h>

#include "ntrkfuse/status.h"

struct nf_arena_chunk;

struct nf_arena {
    struct nf_arena_chunk *chunks; /* owned; the one in use comes first */
    size_t n_bytes;                /* handed out so far, for reports of memory use */
};

/* `n` zeroed items of `size` bytes, aligned for any type, valid until nf_arena_free.
 * NULL when memory is short or n × size overflows. n × size = 0 gives a valid pointer. */
void *nf_arena_alloc(struct nf_arena *arena, size_t n, size_t size);

/* A NUL-terminated copy of `n` bytes at `text`, aligned for text only: the names of many
 * fragments lie side by side. NULL when memory is short. */
char *nf_arena_copy(struct nf_arena *arena, const char *text, size_t n);

/* Releases everything; legal on a zeroed arena and twice. */
void nf_arena_free(struct nf_arena *arena);

#endif
