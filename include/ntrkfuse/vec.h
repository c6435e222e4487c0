/* SPDX-License-Identifier: MIT */
/* vec: growable arrays. Level: base. Header and src/vec.c.
 *
 *     NF_VEC(int) sizes = {0};
 *     if (nf_vec_push(&sizes, 5)) { status = nf_fail_memory("sizes"); goto out; }
 *     nf_vec_free(&sizes);
 *
 * A zeroed vector is empty and owns nothing. A failed push leaves the vector as it was.
 * Pointers into `items` are valid until the next push or reserve. */
#ifndef NTRKFUSE_VEC_H
#define NTRKFUSE_VEC_H

#include <stddef.h>
#include <stdlib.h>
#include "ntrkfuse/status.h"

#define NF_VEC(type)     \
    struct {             \
        type *items;     \
        size_t n;        \
        size_t capacity; \
    }

/* Makes room for `n_wanted` items of `item_size` bytes; `items_address` is the address of the
 * `items` member. Sizes are checked for overflow here and in arena.c only, and charged to
 * the account (memory.h). Returns NF_OK or NF_ERR_MEMORY, silently: the caller knows what was
 * being built. */
enum nf_status nf_vec_reserve_items(void *items_address, size_t *capacity, size_t n_wanted,
                                    size_t item_size) NF_RESULT_USED;

/* Frees `items` and releases them from the account (memory.h). */
void nf_vec_free_items(void *items, size_t capacity, size_t item_size);

/* Gives back the room for items beyond `n`, where the system takes it; never fails. */
void nf_vec_trim_items(void *items_address, size_t *capacity, size_t n, size_t item_size);

/* n + n_more, or SIZE_MAX (which no reservation grants) where the sum overflows. */
size_t nf_vec_total(size_t n, size_t n_more);

/* Room for `n_more` further items. */
#define nf_vec_reserve(v, n_more)                                                   \
    nf_vec_reserve_items(&(v)->items, &(v)->capacity, nf_vec_total((v)->n, n_more), \
                         sizeof *(v)->items)

/* Appends `value` (evaluated once, after room was made). NF_OK or NF_ERR_MEMORY. */
#define nf_vec_push(v, ...) \
    (nf_vec_reserve(v, 1) ? NF_ERR_MEMORY : ((v)->items[(v)->n++] = (__VA_ARGS__), NF_OK))

/* Gives back room that is not used: for the many small vectors that are finished. Pointers
 * into `items` are no longer valid. */
#define nf_vec_trim(v) \
    nf_vec_trim_items(&(v)->items, &(v)->capacity, (v)->n, sizeof *(v)->items)

/* Releases the storage; the vector is empty and usable again. */
#define nf_vec_free(v)                                                                    \
    (nf_vec_free_items((v)->items, (v)->capacity, sizeof *(v)->items), (v)->items = NULL, \
     (v)->n = 0, (v)->capacity = 0)

#endif
