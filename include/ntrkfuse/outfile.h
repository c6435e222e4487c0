/* SPDX-License-Identifier: MIT */
/* outfile: output files that appear whole or not at all. Level: data.
 *
 * A regular target NAME is written as ".NAME.tmp.PID" in the same folder (".NAME.tmp.PID.N"
 * where a killed run left a file of that name), opened exclusively, and renamed when complete.
 * A target that exists and is not a regular file (a pipe, /dev/null, a terminal) is written
 * directly; "-", /dev/stdout, /dev/stderr and /dev/fd/N are copies of that descriptor. A
 * symbolic link is followed: the file it points to is replaced. Permissions of a replaced file
 * are kept; a file without permission to write is not replaced. */
#ifndef NTRKFUSE_OUTFILE_H
#define NTRKFUSE_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "ntrkfuse/status.h"

struct nf_outfile {
    FILE *stream;    /* write here; owned */
    char *path;      /* final name, links followed; owned */
    char *temporary; /* owned; NULL when written directly */
    int registered;  /* internal */
};

/* Checks that `path` can be written (folder exists and is writable, not a directory) and opens
 * the temporary file. The same target twice at a time is an error. Prints on error; discard
 * after a failure is legal. */
enum nf_status nf_outfile_open(struct nf_outfile *file, const char *path) NF_RESULT_USED;

/* Removes an older file of the final name; called once the input has been vetted. No-op for
 * direct targets. */
enum nf_status nf_outfile_remove_old(const struct nf_outfile *file) NF_RESULT_USED;

/* Flushes, checks, closes and renames. On any failure prints it with the path, removes the
 * temporary file and returns NF_ERR_IO. Either way everything in `file` is released. */
enum nf_status nf_outfile_commit(struct nf_outfile *file) NF_RESULT_USED;

/* Commits those of the `n` files that are open as if they were one: all are flushed, checked
 * and closed before the first is renamed, and no signal parts the renames. On failure, and
 * with NF_ERR_INTERRUPTED where the program was asked to stop by then, none has its final
 * name (unless a rename itself failed: those before it have). Prints on failure. */
enum nf_status nf_outfile_commit_all(struct nf_outfile *files, size_t n) NF_RESULT_USED;

/* Closes without writing what is still buffered and removes the temporary file, if any; legal
 * on a zeroed struct, after commit, twice. */
void nf_outfile_discard(struct nf_outfile *file);

/* Async-signal-safe: unlinks every temporary file now open. For signal handlers. */
void nf_outfile_unlink_all(void);

#endif
