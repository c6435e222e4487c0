/* SPDX-License-Identifier: MIT */
/* log: everything ntrkfuse says on stderr. Level: base.
 *
 * Results never pass through here, and nothing that differs between two runs on the same data
 * (time, paths, threads) goes anywhere else. The level and the sink are the program's only
 * global state; they are set once at start (tests swap the sink), before any thread starts. */
#ifndef NTRKFUSE_LOG_H
#define NTRKFUSE_LOG_H

#include <stdio.h>

#include "ntrkfuse/status.h"

enum nf_log_level { NF_LOG_ERROR, NF_LOG_WARN, NF_LOG_INFO, NF_LOG_DEBUG };

/* Messages above `level` are dropped. Errors are never dropped. Default: NF_LOG_INFO. */
void nf_log_set_level(enum nf_log_level level);

/* True when messages of `level` are shown. */
int nf_log_shows(enum nf_log_level level);

/* Sends messages to `sink` (borrowed; NULL means stderr, the default). */
void nf_log_set_sink(FILE *sink);

/* Prints "ntrkfuse: error: <message>" as one line and returns `status`, so that a failure
 * reads `return nf_fail(NF_ERR_FORMAT, "%s:%ld: …", …)`. The message names file, place and
 * remedy. Control characters of the message are shown as '?', so a hostile name cannot forge a
 * line. */
enum nf_status nf_fail(enum nf_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* As nf_fail with NF_ERR_MEMORY and a fixed message, which tells whether the system has no
 * memory left or --max-memory was reached (memory.h); `what` names what was being built. */
enum nf_status nf_fail_memory(const char *what);

/* One line each, "ntrkfuse: warning: …" and "ntrkfuse: …". */
void nf_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void nf_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void nf_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
