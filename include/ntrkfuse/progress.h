/* SPDX-License-Identifier: MIT */
/* progress: how far a long pass has come. Level: base.
 *
 * On a terminal it is one line, overwritten about once a second and erased at the end; for
 * logs, whole lines at an interval. Nothing of it goes into results. */
#ifndef NTRKFUSE_PROGRESS_H
#define NTRKFUSE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NF_PROGRESS_TERMINAL = -1, /* the overwritten line, where standard error is a terminal */
    NF_PROGRESS_NONE = 0,
    NF_PROGRESS_BYTES = 128 /* room for any line of nf_progress_format */
};

/* Zeroed, it shows nothing. Calls for one struct must not overlap: threads hold a lock. */
struct nf_progress {
    double interval; /* seconds between two lines; 0: none are shown */
    bool overwrites; /* the line on a terminal */
    bool was_shown;
    double started, shown; /* seconds of a monotonic clock */
};

/* What a pass has done. */
struct nf_progress_state {
    int64_t n_bytes; /* of the file, compressed where it is */
    int64_t total;   /* the file's size; 0: unknown, and n_bytes says nothing */
    int64_t n_records;
};

/* Starts the clock. `seconds`: NF_PROGRESS_TERMINAL, NF_PROGRESS_NONE, or the interval of
 * whole lines. Nothing is shown where the log does not show information. */
void nf_progress_begin(struct nf_progress *progress, int seconds);

/* Shows the state where the interval has passed. Cheap: once per thousand records will do. */
void nf_progress_show(struct nf_progress *progress, const struct nf_progress_state *state);

/* Erases the line on a terminal; twice is fine. */
void nf_progress_end(struct nf_progress *progress);

/* Writes "42.0 %, 8.4 M records, 5.1 M records/s, 2 s left" into `line`. Share and time left
 * only where the size is known, and the time only from when some of the file has been read;
 * the rate, of the whole pass, only after some time. */
void nf_progress_format(char line[NF_PROGRESS_BYTES], const struct nf_progress_state *state,
                        double elapsed);

#endif
