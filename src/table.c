/* SPDX-License-Identifier: MIT */
/* table: tab-separated tables with a header line, read strictly. */
#include "ntrkfuse/table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ntrkfuse/log.h"

enum {
    NF_TABLE_MESSAGE = 1024,
    NF_TABLE_SHOWN = 60 /* bytes of a bad field that a message repeats */
};

/* Bytes of `field` to show in a message. */
static int nf_table_shown(struct nf_span field)
{
    return field.n < NF_TABLE_SHOWN ? (int)field.n : NF_TABLE_SHOWN;
}

/* The next line that is neither a comment nor empty. */
static enum nf_status nf_table_line_of_data(struct nf_table *table, struct nf_span *line,
                                            bool *done)
{
    enum nf_status status;

    do {
        status = nf_zline_next(table->lines, line, done);
        if (status || *done)
            return status;
    } while (line->n == 0 || line->at[0] == '#');
    return NF_OK;
}

/* Cuts the line into `fields`; fields beyond the last are counted and not kept. */
static size_t nf_table_cut(struct nf_table *table, struct nf_span line)
{
    struct nf_span field;
    size_t n = 0;

    while (nf_span_cut(&line, '\t', &field)) {
        if (n < table->n_columns)
            table->fields[n] = field;
        n++;
    }
    return n;
}

/* Compares the header line with the names expected. */
static enum nf_status nf_table_read_header(struct nf_table *table)
{
    struct nf_span line;
    enum nf_status status;
    bool done;
    size_t n;

    status = nf_table_line_of_data(table, &line, &done);
    if (status)
        return status;
    if (done)
        return nf_fail(NF_ERR_FORMAT,
                       "%s: holds no header line; its columns must be named, "
                       "starting with '%s'",
                       table->name, table->columns[0]);
    n = nf_table_cut(table, line);
    for (size_t i = 0; i < table->n_columns && i < n; i++) {
        struct nf_span name = table->fields[i];

        if (!nf_span_is(name, table->columns[i]))
            return nf_fail(NF_ERR_FORMAT,
                           "%s:%ld: header: column %zu must be '%s', not '%.*s'", table->name,
                           nf_table_line(table), i + 1, table->columns[i],
                           nf_table_shown(name), name.at);
    }
    if (n < table->n_columns)
        return nf_fail(NF_ERR_FORMAT,
                       "%s:%ld: header: column %zu, '%s', is missing; columns are "
                       "separated by tabs",
                       table->name, nf_table_line(table), n + 1, table->columns[n]);
    if (n > table->n_columns)
        return nf_fail(NF_ERR_FORMAT, "%s:%ld: header: %zu columns where %zu are known",
                       table->name, nf_table_line(table), n, table->n_columns);
    return NF_OK;
}

enum nf_status nf_table_open(struct nf_table *table, const char *path, struct nf_span text,
                             const char *const *columns, size_t n_columns)
{
    enum nf_status status;

    *table = (struct nf_table){.name = path, .n_columns = n_columns};
    if (n_columns == 0 || n_columns > NF_TABLE_MAX_COLUMNS)
        return nf_fail(NF_ERR_INTERNAL, "%s: a table of %zu columns", path, n_columns);
    memcpy(table->columns, columns, n_columns * sizeof *columns);
    if (text.at)
        status = nf_zline_open_text(&table->lines, path, text);
    else
        status = nf_zline_open(&table->lines, path);
    if (!status)
        status = nf_table_read_header(table);
    if (status)
        nf_table_close(table);
    return status;
}

enum nf_status nf_table_next(struct nf_table *table, bool *done)
{
    struct nf_span line;
    enum nf_status status;
    size_t n;

    status = nf_table_line_of_data(table, &line, done);
    if (status || *done)
        return status;
    n = nf_table_cut(table, line);
    if (n != table->n_columns)
        return nf_fail(NF_ERR_FORMAT,
                       "%s:%ld: %zu fields where the header has %zu; fields are "
                       "separated by tabs",
                       table->name, nf_table_line(table), n, table->n_columns);
    for (size_t i = 0; i < n; i++) {
        if (table->fields[i].n == 0)
            return nf_table_fail(table, i, "is empty; write '.' for \"no value\"");
    }
    return NF_OK;
}

enum nf_status nf_table_fail(const struct nf_table *table, size_t column, const char *format,
                             ...)
{
    char message[NF_TABLE_MESSAGE];
    const char *name = column < table->n_columns ? table->columns[column] : "?";
    va_list list;

    va_start(list, format);
    if (vsnprintf(message, sizeof message, format, list) < 0)
        message[0] = '\0';
    va_end(list);
    return nf_fail(NF_ERR_FORMAT, "%s:%ld: column %s: %s", table->name, nf_table_line(table),
                   name, message);
}

enum nf_status nf_table_int(const struct nf_table *table, size_t column, int64_t min,
                            int64_t max, int64_t *value)
{
    const struct nf_span field = table->fields[column];

    if (nf_span_int(field, min, max, value) == NF_OK)
        return NF_OK;
    return nf_table_fail(table, column,
                         "'%.*s' is not a whole number from %" PRId64 " to %" PRId64,
                         nf_table_shown(field), field.at, min, max);
}

enum nf_status nf_table_double(const struct nf_table *table, size_t column, double min,
                               double max, double *value)
{
    const struct nf_span field = table->fields[column];
    const enum nf_status status = nf_span_double(field, min, max, value);

    if (status == NF_OK)
        return NF_OK;
    if (status == NF_ERR_MEMORY)
        return nf_fail_memory("reading a number");
    return nf_table_fail(table, column, "'%.*s' is not a decimal number from %g to %g",
                         nf_table_shown(field), field.at, min, max);
}

bool nf_table_absent(const struct nf_table *table, size_t column)
{
    return nf_span_is(table->fields[column], ".");
}

long nf_table_line(const struct nf_table *table)
{
    return table->lines ? nf_zline_number(table->lines) : 0;
}

void nf_table_close(struct nf_table *table)
{
    nf_zline_close(table->lines);
    table->lines = NULL;
}
