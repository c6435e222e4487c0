/* SPDX-License-Identifier: MIT */
/* analyzer: what clang-tidy, which reads one file at a time, cannot see in the others: that
 * functions which report an error return the error they were given. Without this it follows
 * paths on which an allocation failed and yet all is well. Used by `make lint` only. */
#ifndef NTRKFUSE_LINT_ANALYZER_H
#define NTRKFUSE_LINT_ANALYZER_H

#include "ntrkfuse/log.h"

#define nf_fail(status, ...) ((void)nf_fail(status, __VA_ARGS__), (status))
#define nf_fail_memory(what) ((void)nf_fail_memory(what), NF_ERR_MEMORY)

#endif
