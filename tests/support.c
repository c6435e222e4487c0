/* SPDX-License-Identifier: MIT */
/* support: what several suites need. */
#include "support.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "ntrkfuse/log.h"

enum { NFT_N_PATHS = 8, NFT_PATH_SIZE = 4096 };

static FILE *log_stream;
static char *log_bytes;
static size_t n_log_bytes;

void nft_assert_span(struct nf_span span, const char *text)
{
    if (!nf_span_is(span, text))
        ck_abort_msg("'%.*s' (%zu bytes) is not '%s'", (int)span.n, span.at ? span.at : "",
                     span.n, text);
}

void nft_assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        ck_abort_msg("'%s' does not contain '%s'", text, part);
}

void nft_log_begin(void)
{
    nft_log_end();
    log_stream = open_memstream(&log_bytes, &n_log_bytes);
    ck_assert_ptr_nonnull(log_stream);
    nf_log_set_sink(log_stream);
}

const char *nft_log_text(void)
{
    ck_assert_ptr_nonnull(log_stream);
    ck_assert_int_eq(fflush(log_stream), 0);
    return log_bytes;
}

void nft_log_end(void)
{
    nf_log_set_sink(NULL);
    if (log_stream)
        ck_assert_int_eq(fclose(log_stream), 0);
    log_stream = NULL;
    free(log_bytes);
    log_bytes = NULL;
}

char *nft_folder_new(void)
{
    const char *base = getenv("TMPDIR");
    char name[NFT_PATH_SIZE];
    char *folder;
    int n =
        snprintf(name, sizeof name, "%s/ntrkfuse-test-XXXXXX", base && *base ? base : "/tmp");

    ck_assert_int_lt(n, NFT_PATH_SIZE);
    ck_assert_ptr_nonnull(mkdtemp(name));
    folder = strdup(name);
    ck_assert_ptr_nonnull(folder);
    return folder;
}

static bool nft_is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static void nft_remove(const char *path)
{
    struct stat about;
    struct dirent *entry;
    DIR *folder;

    ck_assert_int_eq(lstat(path, &about), 0);
    if (!S_ISDIR(about.st_mode)) {
        ck_assert_int_eq(unlink(path), 0);
        return;
    }
    ck_assert_int_eq(chmod(path, 0700), 0);
    folder = opendir(path);
    ck_assert_ptr_nonnull(folder);
    while ((entry = readdir(folder)) != NULL) {
        char inner[NFT_PATH_SIZE];

        if (nft_is_dots(entry->d_name))
            continue;
        ck_assert_int_lt(snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name),
                         NFT_PATH_SIZE);
        nft_remove(inner);
    }
    ck_assert_int_eq(closedir(folder), 0);
    ck_assert_int_eq(rmdir(path), 0);
}

void nft_folder_remove(char *folder)
{
    nft_remove(folder);
    free(folder);
}

size_t nft_folder_count(const char *folder)
{
    DIR *stream = opendir(folder);
    struct dirent *entry;
    size_t n = 0;

    ck_assert_ptr_nonnull(stream);
    while ((entry = readdir(stream)) != NULL)
        n += !nft_is_dots(entry->d_name);
    ck_assert_int_eq(closedir(stream), 0);
    return n;
}

const char *nft_path(const char *folder, const char *name)
{
    static char paths[NFT_N_PATHS][NFT_PATH_SIZE];
    static size_t next;
    char *path = paths[next++ % NFT_N_PATHS];

    ck_assert_int_lt(snprintf(path, NFT_PATH_SIZE, "%s/%s", folder, name), NFT_PATH_SIZE);
    return path;
}

void nft_write(const char *path, struct nf_span bytes)
{
    FILE *file = fopen(path, "wb");

    ck_assert_msg(file != NULL, "%s cannot be made", path);
    ck_assert_uint_eq(fwrite(bytes.at, 1, bytes.n, file), bytes.n);
    ck_assert_int_eq(fclose(file), 0);
}

void nft_write_gzip(const char *path, struct nf_span bytes)
{
    gzFile file = gzopen(path, "wb");

    ck_assert_msg(file != NULL, "%s cannot be made", path);
    if (bytes.n > 0)
        ck_assert_int_eq(gzwrite(file, bytes.at, (unsigned)bytes.n), (int)bytes.n);
    ck_assert_int_eq(gzclose(file), Z_OK);
}

char *nft_read(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    struct stat about;
    char *bytes;
    size_t size;

    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    ck_assert_int_eq(fstat(fileno(file), &about), 0);
    size = (size_t)about.st_size;
    bytes = malloc(size + 1);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
    bytes[size] = '\0';
    if (n)
        *n = size;
    return bytes;
}

void nft_assert_file(const char *path, const char *text)
{
    size_t n;
    char *bytes = nft_read(path, &n);

    nft_assert_span((struct nf_span){bytes, n}, text);
    free(bytes);
}

bool nft_exists(const char *path)
{
    struct stat about;

    return lstat(path, &about) == 0;
}

void nft_run_unprivileged(int (*work)(void))
{
    enum { NOBODY = 65534 };
    pid_t child;
    int status;

    ck_assert_int_eq(fflush(NULL), 0);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
            _exit(99);
        nft_log_begin();
        _exit(work());
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
}
