/* SPDX-License-Identifier: MIT */
/* write: one function per output format, each a pure function of a frozen report. Level:
 * output.
 *
 * A writer prints nothing on stderr and does not close `out`. It flushes `out` and returns
 * NF_OK, NF_ERR_MEMORY, NF_ERR_INTERRUPTED without a flush, or NF_ERR_IO where the stream has
 * failed; the caller, who knows the file's name, prints (nf_outfile_commit checks the close as
 * well). */
#ifndef NTRKFUSE_WRITE_H
#define NTRKFUSE_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ntrkfuse/report.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

/* Tab-separated values: "##" provenance lines, the header line, one line per call (and, when
 * `with_dropped`, one per dropped row after the calls: event ".", the filter's name as the
 * flag "dropped:NAME"). Positions are 1-based. "." stands for "does not apply", NA for "not
 * known". */
enum nf_status nf_write_tsv(FILE *out, const struct nf_report *report, bool with_dropped)
    NF_RESULT_USED;

/* One line per target: its verdict, the row that decided and why, under a header line. */
enum nf_status nf_write_verdict(FILE *out, const struct nf_report *report) NF_RESULT_USED;

/* The name of TSV column `i` (0-based), a static string; NULL after the last. */
const char *nf_write_tsv_column(size_t i);

/* JSON: everything the report holds, dropped rows and fragments included; keys sorted, indent
 * 1, one final newline. Positions are 1-based (member "positions" says so), real numbers are
 * rounded to 6 decimals, what is not known or does not apply is null. */
enum nf_status nf_write_json(FILE *out, const struct nf_report *report) NF_RESULT_USED;

/* The schema of the JSON, "MAJOR.MINOR": MINOR grows when members are added, MAJOR when a
 * member changes its meaning or goes away. */
#define NF_JSON_SCHEMA "1.1"

/* Shared by the writers (write_util.c, write_tsv_context.c). */

/* Formats `value` with `decimals` (0–9) fixed decimals into `text` (≥ 40 bytes), the same on
 * every machine: no locale, no sign on what rounds to zero, "NA" for NAN and infinities.
 * Beyond 10^18, which nothing here counts, 17 significant digits with an exponent. Returns
 * `text`. */
const char *nf_write_fixed(char *text, size_t size, double value, int decimals);

/* '+', '-', or '.' where the strand is not ±1. */
char nf_write_strand(int8_t strand);

/* Prints `text` as one field of a line: control characters, line separators (U+2028, U+2029)
 * and marks that turn the direction of text become '_', each byte that is not UTF-8 becomes
 * U+FFFD, and "." stands for NULL and for empty text. */
void nf_write_field(FILE *out, const char *text);

/* Prints a "##context" line for each distinct pair of genes among the calls of which the
 * literature says something (that of its call with most entities), and the source when there
 * was one. */
void nf_write_context_lines(FILE *out, const struct nf_report *report);

typedef NF_VEC(char) nf_text;

/* Replaces `repaired` by `text` with each byte that is not UTF-8 replaced by U+FFFD,
 * NUL-terminated (items[n − 1] is the NUL). `repaired` is a zeroed vector or one used before;
 * the caller frees it. NF_OK or NF_ERR_MEMORY. */
enum nf_status nf_write_repair(const char *text, nf_text *repaired) NF_RESULT_USED;

#endif
