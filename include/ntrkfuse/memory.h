/* SPDX-License-Identifier: MIT */
/* memory: an account of the storage that grows with the input, and its limit. Level: base.
 *
 * vec, arena and hash charge what they allocate and release what they free; the observations
 * and all that is made of them is kept in these. Buffers of fixed size, scratch space of a
 * step and the copies of the few records that are learned from are not charged. A charge
 * beyond the limit is refused before anything is allocated, and the caller fails as it does
 * when the system has no memory left. While storage moves to a larger place both places are
 * charged. Safe in several threads. */
#ifndef NTRKFUSE_MEMORY_H
#define NTRKFUSE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "ntrkfuse/status.h"

/* Sets the limit in bytes, 0 for none (the default), and forgets refusals. `subject`, the
 * input, is borrowed until the next call. Set once, before other threads start. */
void nf_memory_set_limit(size_t limit, const char *subject);

size_t nf_memory_limit(void);
const char *nf_memory_subject(void);

/* NF_OK, or NF_ERR_MEMORY, silently, where the account would exceed the limit. */
enum nf_status nf_memory_charge(size_t n_bytes) NF_RESULT_USED;
void nf_memory_release(size_t n_bytes);

/* Bytes charged and not released. */
size_t nf_memory_used(void);

/* Was a charge refused since the limit was set? */
bool nf_memory_was_refused(void);

#endif
