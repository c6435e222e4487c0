/* SPDX-License-Identifier: MIT */
/* library: how a sequencing library was made. */
#include "ntrkfuse/library.h"

#include <stddef.h>

const char *nf_library_name(enum nf_library library)
{
    static const char *const names[] = {"infer", "wts", "capture", "anchored", "amplicon"};
    return (size_t)library < sizeof names / sizeof names[0] ? names[library] : "unknown";
}
