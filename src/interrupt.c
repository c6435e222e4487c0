/* SPDX-License-Identifier: MIT */
/* A flag between a signal handler and the threads that poll it. Worker threads read it too,
 * for which C11 asks for an atomic: a volatile sig_atomic_t is only good within one thread.
 * Atomics are safe in a handler as long as they need no lock. */
#include "ntrkfuse/interrupt.h"

#include <stdatomic.h>

_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a signal handler needs a lock-free flag");

static atomic_int stop_signal;

int nf_interrupted(void)
{
    return atomic_load_explicit(&stop_signal, memory_order_relaxed);
}

enum nf_status nf_interrupt_check(void)
{
    return nf_interrupted() ? NF_ERR_INTERRUPTED : NF_OK;
}

int nf_interrupt_set(int signal_number)
{
    return atomic_exchange(&stop_signal, signal_number);
}
