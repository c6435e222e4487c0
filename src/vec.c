/* SPDX-License-Identifier: MIT */
/* vec: growable arrays. The macros of the header keep the types; this file keeps the sizes. */
#include "ntrkfuse/vec.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/memory.h"

/* First allocation, in items: most vectors here hold a handful. */
enum { NF_VEC_FIRST = 8 };

size_t nf_vec_total(size_t n, size_t n_more)
{
    return n_more > SIZE_MAX - n ? SIZE_MAX : n + n_more;
}

enum nf_status nf_vec_reserve_items(void *items_address, size_t *capacity, size_t n_wanted,
                                    size_t item_size)
{
    /* PTRDIFF_MAX and not SIZE_MAX, so that pointers into the array can be subtracted. */
    const size_t most = (size_t)PTRDIFF_MAX / item_size;
    size_t n = *capacity;
    void *items, *grown;

    if (n_wanted <= n)
        return NF_OK;
    if (n_wanted > most)
        return NF_ERR_MEMORY;
    n = n < NF_VEC_FIRST ? NF_VEC_FIRST : n > most / 2 ? most : 2 * n;
    if (n > most)
        n = most;
    if (n < n_wanted)
        n = n_wanted;
    /* The member is a pointer to some object type: its bytes are copied, because reading it
     * through a `void **` would break the aliasing rules. */
    memcpy(&items, items_address, sizeof items);
    if (nf_memory_charge(n * item_size))
        return NF_ERR_MEMORY;
    grown = realloc(items, n * item_size);
    if (!grown) {
        nf_memory_release(n * item_size);
        return NF_ERR_MEMORY;
    }
    nf_memory_release(*capacity * item_size);
    memcpy(items_address, &grown, sizeof grown);
    *capacity = n;
    /* cppcheck-suppress memleak ; the vector holds it now, by the memcpy */
    return NF_OK;
}

void nf_vec_trim_items(void *items_address, size_t *capacity, size_t n, size_t item_size)
{
    void *items, *smaller;

    if (n == *capacity)
        return;
    memcpy(&items, items_address, sizeof items);
    if (n == 0) {
        free(items);
        smaller = NULL;
    } else {
        smaller = realloc(items, n * item_size);
        if (!smaller)
            return; /* the vector stays as it was */
    }
    nf_memory_release((*capacity - n) * item_size);
    memcpy(items_address, &smaller, sizeof smaller);
    *capacity = n;
    /* cppcheck-suppress memleak ; the vector holds it now, by the memcpy */
}

void nf_vec_free_items(void *items, size_t capacity, size_t item_size)
{
    free(items);
    nf_memory_release(capacity * item_size);
}
