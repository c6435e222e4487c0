/* SPDX-License-Identifier: MIT */
/* status: the outcome of every function that can fail. */
#include "ntrkfuse/status.h"

#include <stddef.h>

const char *nf_status_text(enum nf_status status)
{
    static const char *const texts[] = {
#define NF_STATUS_TEXT(name, text) text,
        NF_STATUS_TABLE(NF_STATUS_TEXT)
#undef NF_STATUS_TEXT
    };
    const size_t n_texts = sizeof texts / sizeof *texts;

    /* Through size_t, so that a negative value is out of bounds as well. */
    return (size_t)status < n_texts ? texts[(size_t)status] : "unknown status";
}
