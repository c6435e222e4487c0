/* SPDX-License-Identifier: MIT */
/* library: how a sequencing library was made. Level: base. */
#ifndef NTRKFUSE_LIBRARY_H
#define NTRKFUSE_LIBRARY_H

enum nf_library {
    NF_LIBRARY_INFER, /* to be told from the reads */
    NF_LIBRARY_WTS,
    NF_LIBRARY_CAPTURE,
    NF_LIBRARY_ANCHORED,
    NF_LIBRARY_AMPLICON
};

/* The word for a library type on the command line and in reports ("wts"); "infer" for
 * NF_LIBRARY_INFER. A static string. */
const char *nf_library_name(enum nf_library library);

#endif
