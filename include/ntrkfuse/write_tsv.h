/* SPDX-License-Identifier: MIT */
/* write_tsv: what the files that make the table have in common. Level: output, for
 * write_tsv*.c only. */
#ifndef NTRKFUSE_WRITE_TSV_H
#define NTRKFUSE_WRITE_TSV_H

#include <stdio.h>

#include "ntrkfuse/report.h"

/* Prints a real number as nf_write_fixed formats it. */
void nf_tsv_real(FILE *out, double value, int decimals);

/* Prints the "##" lines on the targets. */
void nf_tsv_targets(FILE *out, const struct nf_report *report);

#endif
