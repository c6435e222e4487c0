/* SPDX-License-Identifier: MIT */
/* support_tables: folders of reference tables with a change in them. */
#ifndef NTRKFUSE_TESTS_SUPPORT_TABLES_H
#define NTRKFUSE_TESTS_SUPPORT_TABLES_H

#include <stddef.h>

/* A change of one table: the first `from` in it becomes `to`; where `from` is NULL `to` is
 * appended; where both are NULL the table is left out. */
struct nft_edit {
    const char *table;
    const char *from, *to;
};

/* The source of the tables, where ref/ is. */
#define NFT_REF_DIR NF_SOURCE_DIR "/ref"

/* A folder with all tables, changed by `edits` (each of another table); fails when a text to
 * change is not there. To be removed with nft_folder_remove. */
char *nft_tables_new(const struct nft_edit *edits, size_t n);

/* The 1-based number of the line of ref/TABLE that holds `text` first. */
long nft_tables_line(const char *table, const char *text);

#endif
