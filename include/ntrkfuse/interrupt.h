/* SPDX-License-Identifier: MIT */
/* interrupt: whether somebody asked the program to stop. Level: base.
 *
 * The signal handler in main.c sets the flag; long loops poll it, clean up after themselves
 * and return NF_ERR_INTERRUPTED. */
#ifndef NTRKFUSE_INTERRUPT_H
#define NTRKFUSE_INTERRUPT_H

#include "ntrkfuse/status.h"

/* The number of the signal that asked for the stop (SIGINT, SIGTERM, SIGHUP), 0 when none has.
 * Cheap enough to call once per batch of records, from any thread. */
int nf_interrupted(void);

/* The same as a status, for loops: NF_ERR_INTERRUPTED, without a message, or NF_OK. */
enum nf_status nf_interrupt_check(void) NF_RESULT_USED;

/* Sets what nf_interrupted returns and gives back what it returned before; 0 clears it.
 * Async-signal-safe. */
int nf_interrupt_set(int signal_number);

#endif
