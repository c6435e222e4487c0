/* SPDX-License-Identifier: MIT */
/* refdata: the text of the reference tables, compiled in or from a folder. Level: data. */
#ifndef NTRKFUSE_REFDATA_H
#define NTRKFUSE_REFDATA_H

#include <stddef.h>

#include "ntrkfuse/status.h"
#include "ntrkfuse/str.h"

/* Where tables come from: NULL `dir` means the ones compiled in. */
struct nf_refdata {
    const char *dir; /* borrowed */
};

/* Sets `text` to the table `name` ("partners.tsv") when it is compiled in and refdata->dir is
 * NULL, else leaves text->at NULL; `path` (PATH_MAX bytes of the caller) receives the name for
 * messages: "ref/partners.tsv" or "DIR/partners.tsv". Prints when a compiled-in table is
 * unknown or the path is too long. */
enum nf_status nf_refdata_find(const struct nf_refdata *refdata, const char *name,
                               struct nf_span *text, char *path, size_t path_size)
    NF_RESULT_USED;

/* Fails with one line when the tables are to come from a folder that is not there. */
enum nf_status nf_refdata_vet(const struct nf_refdata *refdata) NF_RESULT_USED;

/* The name of the table with number `i` ("aliases.tsv"), in byte order; NULL past the last. A
 * folder of tables holds all of these. The string is static. */
const char *nf_refdata_name(size_t i);

/* A short stable fingerprint (16 hex digits and NUL into `hex`) over all tables in use, for
 * provenance lines: equal tables, equal fingerprint (line ends and compression do not count).
 * Prints and fails when a table of the folder is missing or unreadable. */
enum nf_status nf_refdata_fingerprint(const struct nf_refdata *refdata, char hex[17])
    NF_RESULT_USED;

#endif
