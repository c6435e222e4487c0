/* SPDX-License-Identifier: MIT */
/* write_tsv: what the files that make the table have in common. Level: output, for
 * write_tsv*.c only. */
#ifndef NTRKFUSE_WRITE_TSV_H
#define NTRKFUSE_WRITE_TSV_H

#include <stdio.h>

#include "ntrkfuse/report.h"

/* A number with fixed decimals, or NA. */
void nf_tsv_real(FILE *out, double value, int decimals);

/* The words of findings, "a;b", or ".". */
void nf_tsv_words(FILE *out, const struct nf_report_finding *findings, size_t n);

/* The lines ##quality, ##control_genes, ##detection_limit, ##assessable, and ##reason and
 * ##remark for each finding. */
void nf_tsv_quality(FILE *out, const struct nf_report *report);

/* Prints the "##" lines on the targets. */
void nf_tsv_targets(FILE *out, const struct nf_report *report);

#endif
