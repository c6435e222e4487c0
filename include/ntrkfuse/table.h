/* SPDX-License-Identifier: MIT */
/* table: tab-separated tables with a header line, read strictly. Level: data.
 *
 * Format: lines that start with '#' and empty lines are comments; the first other line names
 * the columns; every further line has exactly as many fields. "." stands for "no value", an
 * empty field is an error. A plain or gzip-compressed file, or text in memory (the tables
 * compiled into the program). Every error names file:line and, where it is about a field, the
 * column. */
#ifndef NTRKFUSE_TABLE_H
#define NTRKFUSE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrkfuse/status.h"
#include "ntrkfuse/str.h"
#include "ntrkfuse/zline.h"

enum { NF_TABLE_MAX_COLUMNS = 32 };

struct nf_table {
    struct nf_zline *lines; /* owned */
    const char *name;       /* borrowed: for messages */
    size_t n_columns;
    const char *columns[NF_TABLE_MAX_COLUMNS]; /* the expected names, borrowed */
    struct nf_span
        fields[NF_TABLE_MAX_COLUMNS]; /* of the row last read; valid until the next */
};

/* Opens `path`, or the text [text, text + n) when `text` is not NULL (borrowed until close;
 * `path` is then only the name used in messages; it must outlive the table). `columns`
 * (n_columns names, borrowed) must be exactly the names of the header line, in that order.
 * Prints on error; the table then needs no close. */
enum nf_status nf_table_open(struct nf_table *table, const char *path, struct nf_span text,
                             const char *const *columns, size_t n_columns) NF_RESULT_USED;

/* Reads the next row into `fields`; *done becomes true at the end. Prints on error. */
enum nf_status nf_table_next(struct nf_table *table, bool *done) NF_RESULT_USED;

/* Prints "file:line: column NAME: <message>" and returns NF_ERR_FORMAT. */
enum nf_status nf_table_fail(const struct nf_table *table, size_t column, const char *format,
                             ...) __attribute__((format(printf, 3, 4)));

/* The field as an integer within [min, max]; prints on error. */
enum nf_status nf_table_int(const struct nf_table *table, size_t column, int64_t min,
                            int64_t max, int64_t *value) NF_RESULT_USED;

/* As nf_table_int, for a decimal number. */
enum nf_status nf_table_double(const struct nf_table *table, size_t column, double min,
                               double max, double *value) NF_RESULT_USED;

/* True when the field is ".". */
bool nf_table_absent(const struct nf_table *table, size_t column);

/* The 1-based number of the line last read. */
long nf_table_line(const struct nf_table *table);

/* Legal on a zeroed table and twice. */
void nf_table_close(struct nf_table *table);

#endif
