/* SPDX-License-Identifier: MIT */
/* progress: how far a long pass has come. The rate is that of the whole pass so far, and the
 * time left follows from the share of the file that took the time until now. */
#include "ntrkfuse/progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ntrkfuse/log.h"

static const double least_elapsed = 1e-3; /* seconds; before that there is no rate */

static double now(void)
{
    struct timespec time;
    if (clock_gettime(CLOCK_MONOTONIC, &time))
        return 0;
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void nf_progress_begin(struct nf_progress *progress, int seconds)
{
    memset(progress, 0, sizeof *progress);
    if (!nf_log_shows(NF_LOG_INFO))
        return;
    progress->overwrites = seconds == NF_PROGRESS_TERMINAL && isatty(STDERR_FILENO);
    progress->interval = progress->overwrites ? 1 : seconds > 0 ? seconds : 0;
    progress->started = progress->shown = now();
}

void nf_progress_show(struct nf_progress *progress, const struct nf_progress_state *state)
{
    char line[NF_PROGRESS_BYTES];
    if (progress->interval <= 0)
        return;
    double time = now();
    if (time - progress->shown < progress->interval)
        return;
    progress->shown = time;
    progress->was_shown = true;
    nf_progress_format(line, state, time - progress->started);
    if (progress->overwrites)
        fprintf(stderr, "\rntrkfuse: %s\033[K", line);
    else
        nf_info("progress: %s", line);
}

void nf_progress_end(struct nf_progress *progress)
{
    if (progress->overwrites && progress->was_shown)
        fputs("\r\033[K", stderr);
    progress->was_shown = false;
}

/* ", 2 s left", in hours, minutes or seconds as it matters. */
static void format_left(char *text, size_t size, double seconds)
{
    double left = ceil(seconds);
    if (left >= 3600)
        snprintf(text, size, ", %.0f h %.0f min left", floor(left / 3600),
                 floor(fmod(left, 3600) / 60));
    else if (left >= 60)
        snprintf(text, size, ", %.0f min %.0f s left", floor(left / 60), fmod(left, 60));
    else
        snprintf(text, size, ", %.0f s left", left);
}

void nf_progress_format(char line[NF_PROGRESS_BYTES], const struct nf_progress_state *state,
                        double elapsed)
{
    char percent[16] = "", rate[32] = "", left[48] = "";
    double share = 0, n_millions = (double)state->n_records / 1e6;
    if (state->total > 0 && state->n_bytes > 0)
        share =
            state->n_bytes < state->total ? (double)state->n_bytes / (double)state->total : 1;
    if (state->total > 0)
        snprintf(percent, sizeof percent, "%.1f %%, ", 100 * share);
    if (elapsed >= least_elapsed)
        snprintf(rate, sizeof rate, ", %.1f M records/s", n_millions / elapsed);
    if (elapsed >= least_elapsed && share > 0)
        format_left(left, sizeof left, elapsed * (1 - share) / share);
    snprintf(line, NF_PROGRESS_BYTES, "%s%.1f M records%s%s", percent, n_millions, rate, left);
}
