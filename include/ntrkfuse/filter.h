/* SPDX-License-Identifier: MIT */
/* filter: junctions that are not worth a row. Level: calls.
 *
 * A table: name, one-line reason, function. A junction is dropped by the first filter that
 * holds; it keeps the name and is listed with --all. */
#ifndef NTRKFUSE_FILTER_H
#define NTRKFUSE_FILTER_H

#include "ntrkfuse/fusion.h"

/* Sets `dropped` and `dropped_reason` of each fusion, and logs how many each filter dropped.
 */
void nf_filters_apply(struct nf_fusion_set *set);

#endif
