/* SPDX-License-Identifier: MIT */
/* hash: text to number maps, by open addressing with linear probing. Keys are never removed,
 * so there are no tombstones, and at most three quarters of the slots are in use. */
#include "ntrkfuse/hash.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/memory.h"

enum { NF_MAP_FIRST = 16 };

struct nf_map_slot {
    const char *key; /* in the map's arena, or the caller's; NULL: free */
    uint64_t hash;
    uint32_t length;
    uint32_t value;
};

/* The finalising mix of MurmurHash3 (Austin Appleby, public domain): FNV-1a alone leaves the
 * high bits of short keys poor. */
static uint64_t nf_hash_mix(uint64_t hash)
{
    hash ^= hash >> 33;
    hash *= UINT64_C(0xff51afd7ed558ccd);
    hash ^= hash >> 33;
    hash *= UINT64_C(0xc4ceb9fe1a85ec53);
    hash ^= hash >> 33;
    return hash;
}

uint64_t nf_hash_bytes(const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < n; i++) {
        hash ^= at[i];
        hash *= UINT64_C(0x100000001b3);
    }
    return nf_hash_mix(hash);
}

uint64_t nf_hash_combine(uint64_t hash, uint64_t value)
{
    /* The odd constant is 2^64 divided by the golden ratio; it tells (a, b) from (b, a). */
    return nf_hash_mix(hash * UINT64_C(0x9e3779b97f4a7c15) + value);
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t nf_map_place(const struct nf_map *map, const char *key, size_t length,
                           uint64_t hash)
{
    const size_t mask = map->n_slots - 1;
    size_t i = (size_t)hash & mask;

    for (;;) {
        const struct nf_map_slot *slot = &map->slots[i];

        if (!slot->key)
            return i;
        if (slot->hash == hash && slot->length == length &&
            (length == 0 || memcmp(slot->key, key, length) == 0))
            return i;
        i = (i + 1) & mask;
    }
}

uint32_t nf_map_get(const struct nf_map *map, const char *key, size_t key_length)
{
    const struct nf_map_slot *slot;

    if (map->n == 0)
        return NF_MAP_NONE;
    slot = &map->slots[nf_map_place(map, key, key_length, nf_hash_bytes(key, key_length))];
    return slot->key ? slot->value : NF_MAP_NONE;
}

/* Twice the slots, or the first ones. */
static enum nf_status nf_map_grow(struct nf_map *map)
{
    struct nf_map larger = *map;

    if (map->n_slots > SIZE_MAX / 2 / sizeof *map->slots)
        return NF_ERR_MEMORY;
    larger.n_slots = map->n_slots == 0 ? NF_MAP_FIRST : 2 * map->n_slots;
    if (nf_memory_charge(larger.n_slots * sizeof *larger.slots))
        return NF_ERR_MEMORY;
    larger.slots = calloc(larger.n_slots, sizeof *larger.slots);
    if (!larger.slots) {
        nf_memory_release(larger.n_slots * sizeof *larger.slots);
        return NF_ERR_MEMORY;
    }
    for (size_t i = 0; i < map->n_slots; i++) {
        const struct nf_map_slot *slot = &map->slots[i];

        if (slot->key)
            larger.slots[nf_map_place(&larger, slot->key, slot->length, slot->hash)] = *slot;
    }
    nf_memory_release(map->n_slots * sizeof *map->slots);
    free(map->slots);
    *map = larger;
    return NF_OK;
}

/* Sets `key` to `value`; a new key is copied, or kept as it is. */
static enum nf_status nf_map_set(struct nf_map *map, const char *key, size_t key_length,
                                 uint32_t value, bool copies)
{
    const uint64_t hash = nf_hash_bytes(key, key_length);
    struct nf_map_slot *slot;
    enum nf_status status;

    if (value == NF_MAP_NONE)
        return NF_ERR_INTERNAL;
    if (key_length > UINT32_MAX)
        return NF_ERR_MEMORY;
    if (map->n >= map->n_slots / 4 * 3) {
        status = nf_map_grow(map);
        if (status)
            return status;
    }
    slot = &map->slots[nf_map_place(map, key, key_length, hash)];
    if (!slot->key) {
        const char *kept = copies ? nf_arena_copy(&map->keys, key, key_length) : key;

        if (!kept)
            return NF_ERR_MEMORY;
        *slot =
            (struct nf_map_slot){.key = kept, .length = (uint32_t)key_length, .hash = hash};
        map->n++;
    }
    slot->value = value;
    return NF_OK;
}

enum nf_status nf_map_put(struct nf_map *map, const char *key, size_t key_length,
                          uint32_t value)
{
    return nf_map_set(map, key, key_length, value, true);
}

enum nf_status nf_map_put_kept(struct nf_map *map, const char *key, size_t key_length,
                               uint32_t value)
{
    return nf_map_set(map, key, key_length, value, false);
}

void nf_map_free(struct nf_map *map)
{
    nf_memory_release(map->n_slots * sizeof *map->slots);
    free(map->slots);
    map->slots = NULL;
    map->n_slots = 0;
    map->n = 0;
    nf_arena_free(&map->keys);
}
