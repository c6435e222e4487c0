/* SPDX-License-Identifier: MIT */
/* remote: parts of files on web servers. Level: data.
 *
 * htslib's own reading from a place asks for all of the file from there on and hangs up when
 * it has enough; by then megabytes are on their way. Here just the bytes wanted are asked for
 * (RFC 9110, section 14: Range requests), by htslib's HTTP client. */
#ifndef NTRKFUSE_REMOTE_H
#define NTRKFUSE_REMOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is the path an http:// or https:// address? */
bool nf_remote_is(const char *path);

/* Reads bytes [start, start + n) of the file, fewer where it ends before; start < 0: its last
 * n bytes. Returns how many were read; −1, with errno set, when the server cannot be asked,
 * does not serve the file or does not serve parts of it. Silent. */
int64_t nf_remote_read(const char *path, int64_t start, uint8_t *bytes, size_t n);

#endif
