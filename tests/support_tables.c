/* SPDX-License-Identifier: MIT */
/* support_tables: folders of reference tables with a change in them. */
#include "support_tables.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ntrkfuse/refdata.h"
#include "support.h"

/* Writes the table with its change to `path`. */
static void write_edited(const struct nft_edit *edit, const char *path)
{
    size_t n;
    char *text = nft_read(nft_path(NFT_REF_DIR, edit->table), &n);
    const char *at = edit->from ? strstr(text, edit->from) : text + n;
    FILE *out;

    ck_assert_msg(at != NULL, "%s does not hold '%s'", edit->table, edit->from);
    out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    fwrite(text, 1, (size_t)(at - text), out);
    fputs(edit->to, out);
    if (edit->from)
        fputs(at + strlen(edit->from), out);
    ck_assert_int_eq(fclose(out), 0);
    free(text);
}

char *nft_tables_new(const struct nft_edit *edits, size_t n)
{
    char *folder = nft_folder_new();
    const char *name;
    size_t n_made = 0;

    for (size_t i = 0; (name = nf_refdata_name(i)) != NULL; i++) {
        const char *path = nft_path(folder, name);
        size_t k = 0;

        while (k < n && strcmp(edits[k].table, name) != 0)
            k++;
        n_made += k < n;
        if (k == n)
            ck_assert_int_eq(symlink(nft_path(NFT_REF_DIR, name), path), 0);
        else if (edits[k].to)
            write_edited(&edits[k], path);
    }
    ck_assert_uint_eq(n_made, n);
    return folder;
}

long nft_tables_line(const char *table, const char *text)
{
    char *all = nft_read(nft_path(NFT_REF_DIR, table), NULL);
    const char *at = strstr(all, text);
    long line = 1;

    ck_assert_msg(at != NULL, "%s does not hold '%s'", table, text);
    for (const char *c = all; c < at; c++)
        line += *c == '\n';
    free(all);
    return line;
}
