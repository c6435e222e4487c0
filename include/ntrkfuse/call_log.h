/* SPDX-License-Identifier: MIT */
/* call_log: what a run says of its input, its findings and itself. Level: application. */
#ifndef NTRKFUSE_CALL_LOG_H
#define NTRKFUSE_CALL_LOG_H

#include "ntrkfuse/assess.h"
#include "ntrkfuse/bamio.h"
#include "ntrkfuse/fusion.h"
#include "ntrkfuse/genome.h"
#include "ntrkfuse/junction.h"
#include "ntrkfuse/prior.h"
#include "ntrkfuse/report.h"
#include "ntrkfuse/scan.h"

/* The input, its assembly, and the aligner named in @PG with what that means for sensitivity.
 * True when that aligner, as it was run, leaves few reads over a fusion aligned on both sides.
 */
bool nf_call_log_input(struct nf_bamio *input, const struct nf_genome *genome,
                       size_t n_chimeric_files);

/* The prior, and the patients it comes from. */
void nf_call_log_prior(const struct nf_prior *prior);

/* What the scan saw and how many observations each stage left. */
void nf_call_log_scan(const struct nf_scan *scan, const struct nf_junction_set *junctions);

/* What the library looks like; a warning for each reason why it could not have shown a fusion.
 */
void nf_call_log_quality(const struct nf_quality *quality,
                         const struct nf_assessment *assessment);

/* One line per event. */
void nf_call_log_calls(const struct nf_report *report);

/* Wall and CPU time since `started` (seconds of CLOCK_MONOTONIC) and peak memory. */
void nf_call_log_usage(double started);

/* Seconds of CLOCK_MONOTONIC now. */
double nf_call_clock(void);

#endif
