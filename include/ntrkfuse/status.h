/* SPDX-License-Identifier: MIT */
/* status: the outcome of every function that can fail. Level: base. */
#ifndef NTRKFUSE_STATUS_H
#define NTRKFUSE_STATUS_H

/* One row per outcome: enumerator, text shown to a user when nothing better is known. */
#define NF_STATUS_TABLE(X)                    \
    X(NF_OK, "no error")                      \
    X(NF_ERR_MEMORY, "out of memory")         \
    X(NF_ERR_IO, "reading or writing failed") \
    X(NF_ERR_FORMAT, "malformed data")        \
    X(NF_ERR_INPUT, "unusable input")         \
    X(NF_ERR_USAGE, "wrong usage")            \
    X(NF_ERR_INTERRUPTED, "interrupted")      \
    X(NF_ERR_INTERNAL, "a defect in ntrkfuse itself")

/* NF_OK is 0, so `if (status)` reads "if it failed". */
enum nf_status {
#define NF_STATUS_ENUMERATOR(name, text) name,
    NF_STATUS_TABLE(NF_STATUS_ENUMERATOR)
#undef NF_STATUS_ENUMERATOR
};

/* The compiler complains where the result of such a function is ignored. */
#define NF_RESULT_USED __attribute__((warn_unused_result))

/* A short English text for `status`; a static string, never NULL, also for values outside the
 * enumeration. */
const char *nf_status_text(enum nf_status status);

#endif
