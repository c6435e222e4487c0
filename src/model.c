/* SPDX-License-Identifier: MIT */
/* model: the numbers the score is made of. */
#include "ntrkfuse/model.h"

#include <limits.h>
#include <string.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/table.h"

/* After so many problems the rest is not read: it is another kind of file. */
enum { MOST_PROBLEMS = 20 };

enum column { TERM, PARAMETER, VALUE, STATUS, DERIVATION, N_COLUMNS };

static const char *const columns[N_COLUMNS] = {"term", "parameter", "value", "status",
                                               "derivation"};

static const struct {
    const char *term, *parameter, *name;
    double least, most;
} rows[NF_N_MODEL_PARAMETERS] = {
#define NF_MODEL_ROW(id, term, parameter, least, most) \
    {term, parameter, term "." parameter, least, most},
    NF_MODEL_PARAMETERS(NF_MODEL_ROW)
#undef NF_MODEL_ROW
};

/* Runs of parameters whose values must not fall. */
static const struct {
    enum nf_model_parameter first, last;
} rising[] = {{NF_MODEL_STARTS_1, NF_MODEL_STARTS_5},
              {NF_MODEL_ANCHOR_SHORT, NF_MODEL_ANCHOR_30},
              {NF_MODEL_MAPQ_LOW, NF_MODEL_MAPQ_30},
              {NF_MODEL_KNOWN_NONE, NF_MODEL_KNOWN_JUNCTION}};

/* Runs whose values must not rise. */
static const struct {
    enum nf_model_parameter first, last;
} falling[] = {{NF_MODEL_EDGES_2, NF_MODEL_EDGES_0}, {NF_MODEL_TIER_HIGH, NF_MODEL_TIER_LOW}};

const char *nf_model_name(enum nf_model_parameter parameter)
{
    return rows[parameter].name;
}

/* What is known while the table is read. */
struct reading {
    struct nf_score_model *model;
    struct nf_table table;
    bool seen[NF_N_MODEL_PARAMETERS];
    size_t n_problems;
};

static void read_row(struct reading *reading)
{
    const struct nf_table *table = &reading->table;
    const struct nf_span *fields = table->fields;
    size_t row = 0;
    while (row < NF_N_MODEL_PARAMETERS &&
           !(nf_span_is(fields[TERM], rows[row].term) &&
             nf_span_is(fields[PARAMETER], rows[row].parameter)))
        row++;
    if (row == NF_N_MODEL_PARAMETERS || reading->seen[row]) {
        (void)nf_table_fail(table, PARAMETER, "%s.%.*s %s",
                            row < NF_N_MODEL_PARAMETERS ? rows[row].term : "this term",
                            (int)fields[PARAMETER].n, fields[PARAMETER].at,
                            row < NF_N_MODEL_PARAMETERS ? "stands here twice"
                                                        : "is no parameter of the score");
        reading->n_problems++;
        return;
    }
    reading->seen[row] = true;
    if (nf_table_double(table, VALUE, rows[row].least, rows[row].most,
                        &reading->model->values[row]))
        reading->n_problems++;
    if (!nf_span_is(fields[STATUS], "fitted") && !nf_span_is(fields[STATUS], "provisional")) {
        (void)nf_table_fail(table, STATUS, "must be provisional or fitted");
        reading->n_problems++;
    }
    if (nf_table_absent(table, DERIVATION)) {
        (void)nf_table_fail(table, DERIVATION, "says where the value comes from");
        reading->n_problems++;
    }
}

/* Do the values of a run go the way they must? `sign` is 1 for a rising run. */
static void check_run(struct reading *reading, const char *path, size_t first, size_t last,
                      double sign)
{
    const double *values = reading->model->values;
    for (size_t i = first + 1; i <= last; i++) {
        if (!reading->seen[i] || !reading->seen[i - 1] ||
            sign * (values[i] - values[i - 1]) >= 0)
            continue;
        (void)nf_fail(NF_ERR_FORMAT, "%s: %s must be no %s than %s", path, rows[i].name,
                      sign > 0 ? "less" : "more", rows[i - 1].name);
        reading->n_problems++;
    }
}

static void check_whole(struct reading *reading, const char *path)
{
    const char *missing = NULL;
    size_t n_missing = 0;
    for (size_t i = 0; i < NF_N_MODEL_PARAMETERS; i++) {
        if (reading->seen[i])
            continue;
        missing = missing ? missing : rows[i].name;
        n_missing++;
    }
    if (n_missing > 0) {
        (void)nf_fail(NF_ERR_FORMAT,
                      "%s: %s is missing, and %zu others; every row of the table that ships "
                      "must stand here",
                      path, missing, n_missing - 1);
        reading->n_problems++;
    }
    for (size_t i = 0; i < sizeof rising / sizeof rising[0]; i++)
        check_run(reading, path, rising[i].first, rising[i].last, 1);
    for (size_t i = 0; i < sizeof falling / sizeof falling[0]; i++)
        check_run(reading, path, falling[i].first, falling[i].last, -1);
}

enum nf_status nf_model_load(struct nf_score_model *model, const struct nf_refdata *refdata,
                             size_t *n_problems)
{
    char path[PATH_MAX];
    struct nf_span text;
    struct reading reading = {.model = model};
    bool done = false;
    memset(model, 0, sizeof *model);
    enum nf_status status = nf_refdata_find(refdata, "model.tsv", &text, path, sizeof path);
    if (!status)
        status = nf_table_open(&reading.table, path, text, columns, N_COLUMNS);
    while (!status && !done && reading.n_problems < MOST_PROBLEMS) {
        status = nf_table_next(&reading.table, &done);
        if (!status && !done)
            read_row(&reading);
    }
    nf_table_close(&reading.table);
    if (!status && reading.n_problems < MOST_PROBLEMS)
        check_whole(&reading, path);
    else
        reading.n_problems++;
    if (n_problems)
        *n_problems = reading.n_problems;
    return !status && reading.n_problems > 0 ? NF_ERR_FORMAT : status;
}
