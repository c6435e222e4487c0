/* SPDX-License-Identifier: MIT */
/* memory: an account of the storage that grows with the input.
 *
 * Growth is geometric, so the account changes rarely and one atomic number serves all threads.
 * It orders nothing else: relaxed operations are enough. */
#include "ntrkfuse/memory.h"

#include <stdatomic.h>

static atomic_size_t used;
static atomic_bool was_refused;
static size_t limit; /* 0: none; set before threads start */
static const char *subject;

void nf_memory_set_limit(size_t n_bytes, const char *name)
{
    limit = n_bytes;
    subject = name;
    atomic_store_explicit(&was_refused, false, memory_order_relaxed);
}

size_t nf_memory_limit(void)
{
    return limit;
}

const char *nf_memory_subject(void)
{
    return subject;
}

enum nf_status nf_memory_charge(size_t n_bytes)
{
    size_t now = atomic_load_explicit(&used, memory_order_relaxed);

    do {
        if (limit > 0 && (n_bytes > limit || now > limit - n_bytes)) {
            atomic_store_explicit(&was_refused, true, memory_order_relaxed);
            return NF_ERR_MEMORY;
        }
    } while (!atomic_compare_exchange_weak_explicit(
        &used, &now, now + n_bytes, memory_order_relaxed, memory_order_relaxed));
    return NF_OK;
}

void nf_memory_release(size_t n_bytes)
{
    atomic_fetch_sub_explicit(&used, n_bytes, memory_order_relaxed);
}

size_t nf_memory_used(void)
{
    return atomic_load_explicit(&used, memory_order_relaxed);
}

bool nf_memory_was_refused(void)
{
    return atomic_load_explicit(&was_refused, memory_order_relaxed);
}
