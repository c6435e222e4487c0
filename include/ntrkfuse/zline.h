/* SPDX-License-Identifier: MIT */
/* zline: lines of a plain or gzip file, or of text in memory. Level: data. */
#ifndef NTRKFUSE_ZLINE_H
#define NTRKFUSE_ZLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "ntrkfuse/status.h"
#include "ntrkfuse/str.h"

struct nf_zline;

/* Opens `path` ("-" is standard input); prints and returns NF_ERR_IO when it cannot be read or
 * is a directory. The reader is freed with nf_zline_close. */
enum nf_status nf_zline_open(struct nf_zline **reader, const char *path) NF_RESULT_USED;

/* Lines of `text`, borrowed until close; `name` (borrowed) is used in messages. */
enum nf_status nf_zline_open_text(struct nf_zline **reader, const char *name,
                                  struct nf_span text) NF_RESULT_USED;

/* The next line without its "\n" or "\r\n", valid until the next call; *done becomes true
 * after the last. A NUL byte, a line above 64 MiB, or damaged compressed data (a truncated
 * gzip file and other bytes after the compressed part included) is an error that is printed
 * with its place. NF_ERR_INTERRUPTED, silently, where a signal ends the waiting for more. */
enum nf_status nf_zline_next(struct nf_zline *reader, struct nf_span *line, bool *done)
    NF_RESULT_USED;

/* 1-based number of the line last read; 0 before the first. */
long nf_zline_number(const struct nf_zline *reader);

/* NULL is fine. */
void nf_zline_close(struct nf_zline *reader);

#endif
