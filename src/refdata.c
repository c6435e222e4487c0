/* SPDX-License-Identifier: MIT */
/* refdata: the text of the reference tables, compiled in or from a folder.
 *
 * The bytes come from an assembler file that scripts/embed_tables writes from ref/. */
#include "ntrkfuse/refdata.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ntrkfuse/hash.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/zline.h"

/* The layout that scripts/embed_tables writes; the last row is all NULL. */
struct nf_embedded_table {
    const char *name;
    const char *start, *end;
};

extern const struct nf_embedded_table nf_embedded_tables[];

enum nf_status nf_refdata_vet(const struct nf_refdata *refdata)
{
    struct stat about;

    if (!refdata->dir)
        return NF_OK;
    if (stat(refdata->dir, &about) != 0)
        return nf_fail(NF_ERR_IO, "%s: cannot be opened: %s; it must be a folder of tables",
                       refdata->dir, strerror(errno));
    if (!S_ISDIR(about.st_mode))
        return nf_fail(NF_ERR_IO, "%s: is a file; it must be a folder of tables",
                       refdata->dir);
    return NF_OK;
}

const char *nf_refdata_name(size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (!nf_embedded_tables[k].name)
            return NULL;
    }
    return nf_embedded_tables[i].name;
}

enum nf_status nf_refdata_find(const struct nf_refdata *refdata, const char *name,
                               struct nf_span *text, char *path, size_t path_size)
{
    const char *dir = refdata->dir ? refdata->dir : "ref";
    const int n = snprintf(path, path_size, "%s/%s", dir, name);

    *text = (struct nf_span){0};
    if (n < 0 || (size_t)n >= path_size)
        return nf_fail(NF_ERR_INPUT, "the path of table %s in the folder given is too long",
                       name);
    if (refdata->dir)
        return NF_OK;
    for (const struct nf_embedded_table *table = nf_embedded_tables; table->name; table++) {
        if (strcmp(table->name, name) == 0) {
            text->at = table->start;
            text->n = (size_t)(table->end - table->start);
            return NF_OK;
        }
    }
    return nf_fail(NF_ERR_INTERNAL, "table %s is not part of this program", name);
}

/* Folds the lines of one table into `hash`. */
static enum nf_status nf_refdata_fold(const struct nf_refdata *refdata, const char *name,
                                      uint64_t *hash)
{
    char path[PATH_MAX];
    struct nf_zline *lines = NULL;
    struct nf_span text, line;
    enum nf_status status;
    bool done = false;

    status = nf_refdata_find(refdata, name, &text, path, sizeof path);
    if (!status && text.at)
        status = nf_zline_open_text(&lines, path, text);
    else if (!status)
        status = nf_zline_open(&lines, path);
    if (status)
        return status;
    *hash = nf_hash_combine(*hash, nf_hash_bytes(name, strlen(name)));
    for (;;) {
        status = nf_zline_next(lines, &line, &done);
        if (status || done)
            break;
        *hash = nf_hash_combine(*hash, nf_hash_bytes(line.at, line.n));
    }
    nf_zline_close(lines);
    return status;
}

enum nf_status nf_refdata_fingerprint(const struct nf_refdata *refdata, char hex[17])
{
    uint64_t hash = 0;

    for (const struct nf_embedded_table *table = nf_embedded_tables; table->name; table++) {
        enum nf_status status = nf_refdata_fold(refdata, table->name, &hash);

        if (status)
            return status;
    }
    snprintf(hex, 17, "%016" PRIx64, hash);
    return NF_OK;
}
