/* SPDX-License-Identifier: MIT */
/* hash: text to number maps. Level: data.
 *
 * Iteration order never reaches a result: there is no way to iterate. */
#ifndef NTRKFUSE_HASH_H
#define NTRKFUSE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/arena.h"
#include "ntrkfuse/status.h"

/* A stable 64-bit hash of `n` bytes (FNV-1a, then a finalising mix); the same on every
 * machine. */
uint64_t nf_hash_bytes(const void *bytes, size_t n);

/* Folds a further value into a hash. */
uint64_t nf_hash_combine(uint64_t hash, uint64_t value);

#define NF_MAP_NONE UINT32_MAX

struct nf_map_slot;

/* Maps byte strings to uint32_t. A zeroed map is empty. */
struct nf_map {
    struct nf_map_slot *slots; /* owned; open addressing, power of two */
    size_t n_slots;
    size_t n; /* keys held */
    struct nf_arena keys;
};

/* The value of `key`, or NF_MAP_NONE. */
uint32_t nf_map_get(const struct nf_map *map, const char *key, size_t key_length);

/* Sets `key`, of which the map keeps a copy, to `value`, replacing an older one. NF_OK or
 * NF_ERR_MEMORY, silently; on failure the map is as before. NF_MAP_NONE is no value:
 * NF_ERR_INTERNAL. */
enum nf_status nf_map_put(struct nf_map *map, const char *key, size_t key_length,
                          uint32_t value) NF_RESULT_USED;

/* The same without the copy: `key` is borrowed, and must stay as it is as long as the map is
 * used. */
enum nf_status nf_map_put_kept(struct nf_map *map, const char *key, size_t key_length,
                               uint32_t value) NF_RESULT_USED;

/* Legal on a zeroed map and twice. */
void nf_map_free(struct nf_map *map);

#endif
