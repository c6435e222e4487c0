/* SPDX-License-Identifier: MIT */
/* support: what several suites need. Whatever goes wrong in here fails the running test. */
#ifndef NTRKFUSE_TESTS_SUPPORT_H
#define NTRKFUSE_TESTS_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "ntrkfuse/str.h"

/* The number of items of an array. */
#define NFT_COUNT(array) (sizeof(array) / sizeof *(array))

/* A string literal as a span; it may hold NUL bytes. */
#define NFT_SPAN(literal) ((struct nf_span){"" literal, sizeof(literal) - 1})

/* Fails unless the span holds exactly `text`. */
void nft_assert_span(struct nf_span span, const char *text);

/* Fails unless `text` contains `part`, and shows both. */
void nft_assert_contains(const char *text, const char *part);

/* Catches all messages from here on, instead of printing them. May be called again: what was
 * caught so far is then forgotten. */
void nft_log_begin(void);

/* All messages caught since nft_log_begin; valid until the next call of an nft_log function.
 */
const char *nft_log_text(void);

/* Messages go to stderr again. */
void nft_log_end(void);

/* Makes an empty folder and returns its name, which nft_folder_remove frees. */
char *nft_folder_new(void);

/* Removes the folder with all it holds and frees the name. */
void nft_folder_remove(char *folder);

/* How many files `folder` holds, hidden ones included. */
size_t nft_folder_count(const char *folder);

/* "folder/name"; valid until the eighth next call. */
const char *nft_path(const char *folder, const char *name);

/* Writes a file of exactly these bytes, plain or as one gzip member. */
void nft_write(const char *path, struct nf_span bytes);
void nft_write_gzip(const char *path, struct nf_span bytes);

/* The whole of a file, with a NUL behind it; to be freed. `n` may be NULL. */
char *nft_read(const char *path, size_t *n);

/* Fails unless the file holds exactly `text`. */
void nft_assert_file(const char *path, const char *text);

bool nft_exists(const char *path);

/* Runs `work` in a process that may change nothing of the system's, whoever runs the tests: a
 * defect must not cost a machine its devices. Messages are caught. Fails unless `work`, which
 * must not use Check, returns 0. */
void nft_run_unprivileged(int (*work)(void));

#endif
