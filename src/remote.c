/* SPDX-License-Identifier: MIT */
/* remote: parts of files on web servers. */
#include "ntrkfuse/remote.h"

#include <errno.h>
#include <htslib/hfile.h>
#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

bool nf_remote_is(const char *path)
{
    return strncasecmp(path, "http://", 7) == 0 || strncasecmp(path, "https://", 8) == 0;
}

int64_t nf_remote_read(const char *path, int64_t start, uint8_t *bytes, size_t n)
{
    char range[80];
    uint8_t more;
    if (n == 0)
        return 0;
    if (start < 0)
        (void)snprintf(range, sizeof range, "Range: bytes=-%zu", n);
    else
        (void)snprintf(range, sizeof range, "Range: bytes=%" PRId64 "-%" PRId64, start,
                       start + (int64_t)n - 1);
    errno = 0;
    hFILE *stream = hopen(path, "r:", "httphdr", range, NULL);
    if (!stream)
        return -1;
    ssize_t n_read = hread(stream, bytes, n);
    /* A server that does not know of ranges sends the whole file. */
    bool is_whole = n_read == (ssize_t)n && hread(stream, &more, 1) != 0;
    int code = herrno(stream);
    hclose_abruptly(stream);
    if (n_read >= 0 && !is_whole)
        return (int64_t)n_read;
    errno = code ? code : is_whole ? ENOTSUP : EIO;
    return -1;
}
