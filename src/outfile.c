/* SPDX-License-Identifier: MIT */
/* outfile: output files that appear whole or not at all.
 *
 * What is opened depends on what the path is now:
 *   "-", /dev/stdout, /dev/fd/N   a copy of the descriptor (opening /dev/stdout anew would
 * write over what a redirected standard output holds already); a pipe, device or socket the
 * thing itself, never created, never removed; anything else                 a temporary file
 * beside the final one, renamed at the end.
 *
 * Temporary files stand in a fixed table of names, so that a signal handler can remove them:
 * it must neither allocate nor lock. An entry is written while its state says "being changed"
 * and is read only while it says "in use". */
#include "ntrkfuse/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/str.h"

enum {
    NF_OUTFILE_MAX = 32,       /* temporary files at a time */
    NF_OUTFILE_MAX_LINKS = 40, /* symbolic links in a row, as the kernel has it */
    NF_OUTFILE_MAX_TRIES = 100 /* names tried for a temporary file */
};

enum { NF_ENTRY_FREE, NF_ENTRY_CHANGING, NF_ENTRY_USED };

static struct {
    atomic_int state;
    char path[PATH_MAX];
} registry[NF_OUTFILE_MAX];

/* Enters a path; returns its number, 1 and up, or 0 when the table is full. */
static int nf_outfile_register(const char *path)
{
    if (strlen(path) >= PATH_MAX)
        return 0;
    for (int i = 0; i < NF_OUTFILE_MAX; i++) {
        int expected = NF_ENTRY_FREE;

        if (!atomic_compare_exchange_strong(&registry[i].state, &expected, NF_ENTRY_CHANGING))
            continue;
        memcpy(registry[i].path, path, strlen(path) + 1);
        atomic_store(&registry[i].state, NF_ENTRY_USED);
        return i + 1;
    }
    return 0;
}

static void nf_outfile_unregister(struct nf_outfile *file)
{
    if (file->registered > 0)
        atomic_store(&registry[file->registered - 1].state, NF_ENTRY_FREE);
    file->registered = 0;
}

void nf_outfile_unlink_all(void)
{
    const int saved_errno = errno;

    for (int i = 0; i < NF_OUTFILE_MAX; i++) {
        if (atomic_load(&registry[i].state) == NF_ENTRY_USED)
            (void)unlink(registry[i].path);
    }
    errno = saved_errno;
}

/* Whether `path` is a temporary file of this process. */
static bool nf_outfile_is_ours(const char *path)
{
    struct stat wanted, about;

    if (lstat(path, &wanted) != 0)
        return false;
    for (int i = 0; i < NF_OUTFILE_MAX; i++) {
        if (atomic_load(&registry[i].state) == NF_ENTRY_USED &&
            lstat(registry[i].path, &about) == 0 && about.st_dev == wanted.st_dev &&
            about.st_ino == wanted.st_ino)
            return true;
    }
    return false;
}

/* The descriptor that `path` stands for, or −1. */
static int nf_outfile_descriptor(const char *path)
{
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    const struct nf_span span = nf_span_of(path);
    int64_t number;

    if (nf_span_is(span, "-") || nf_span_is(span, "/dev/stdout"))
        return STDOUT_FILENO;
    if (nf_span_is(span, "/dev/stderr"))
        return STDERR_FILENO;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        const size_t n = strlen(folders[i]);

        if (nf_span_starts(span, folders[i]) &&
            nf_span_int((struct nf_span){path + n, span.n - n}, 0, INT_MAX, &number) == NF_OK)
            return (int)number;
    }
    return -1;
}

/* The length of the folder part of `path`, with its last '/'; 0 when there is none. */
static size_t nf_outfile_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Says what the system reported; nothing where a signal ended the waiting. */
static enum nf_status nf_outfile_fail(const char *path, const char *what, int error)
{
    if (error == EINTR && nf_interrupted())
        return NF_ERR_INTERRUPTED;
    return nf_fail(NF_ERR_IO, "%s: %s: %s", path, what, strerror(error));
}

/* Replaces file->path, a symbolic link, by what it points to. */
static enum nf_status nf_outfile_step(struct nf_outfile *file)
{
    const size_t n_folder = nf_outfile_folder(file->path);
    char target[PATH_MAX];
    ssize_t n = readlink(file->path, target, sizeof target - 1);
    char *next;

    if (n < 0)
        return nf_outfile_fail(file->path, "the link cannot be read", errno);
    target[n] = '\0';
    if (target[0] == '/') {
        next = strdup(target);
    } else {
        next = malloc(n_folder + (size_t)n + 1);
        if (next) {
            memcpy(next, file->path, n_folder);
            memcpy(next + n_folder, target, (size_t)n + 1);
        }
    }
    if (!next)
        return nf_fail_memory("the name of an output file");
    free(file->path);
    file->path = next;
    return NF_OK;
}

/* Follows symbolic links from `path` until file->path is none, or stands for a descriptor.
 * Done by hand, because realpath() gives up on a link whose target does not exist yet. */
static enum nf_status nf_outfile_resolve(struct nf_outfile *file, const char *path)
{
    struct stat about;
    enum nf_status status;

    file->path = strdup(path);
    if (!file->path)
        return nf_fail_memory("the name of an output file");
    for (int i = 0; i < NF_OUTFILE_MAX_LINKS; i++) {
        if (nf_outfile_descriptor(file->path) >= 0 || lstat(file->path, &about) != 0 ||
            !S_ISLNK(about.st_mode))
            return NF_OK; /* what lstat has to say is said again when the file is opened */
        status = nf_outfile_step(file);
        if (status)
            return status;
    }
    return nf_outfile_fail(path, "cannot be written", ELOOP);
}

/* Wraps a descriptor into file->stream; closes it on failure. */
static enum nf_status nf_outfile_wrap(struct nf_outfile *file, int descriptor)
{
    enum nf_status status;

    file->stream = fdopen(descriptor, "w");
    if (file->stream)
        return NF_OK;
    status = nf_outfile_fail(file->path, "cannot be written", errno);
    (void)close(descriptor);
    return status;
}

/* Opens a descriptor that is open already, or a thing that is no regular file. */
static enum nf_status nf_outfile_open_direct(struct nf_outfile *file)
{
    const int known = nf_outfile_descriptor(file->path);
    int descriptor;

    if (known >= 0)
        descriptor = fcntl(known, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    else
        descriptor = open(file->path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0)
        return nf_outfile_fail(known == STDOUT_FILENO ? "standard output" : file->path,
                               "cannot be written", errno);
    return nf_outfile_wrap(file, descriptor);
}

/* Puts the name of the temporary file number `i` into file->temporary. */
static enum nf_status nf_outfile_name(struct nf_outfile *file, int i)
{
    const size_t n_folder = nf_outfile_folder(file->path);
    const char *name = file->path + n_folder;
    const size_t size = strlen(file->path) + 48; /* two dots, "tmp", two numbers, NUL */

    free(file->temporary);
    file->temporary = malloc(size);
    if (!file->temporary)
        return nf_fail_memory("the name of an output file");
    if (i == 0)
        (void)snprintf(file->temporary, size, "%.*s.%s.tmp.%ld", (int)n_folder, file->path,
                       name, (long)getpid());
    else
        (void)snprintf(file->temporary, size, "%.*s.%s.tmp.%ld.%d", (int)n_folder, file->path,
                       name, (long)getpid(), i);
    return NF_OK;
}

/* Says why the temporary file could not be made. */
static enum nf_status nf_outfile_explain(const struct nf_outfile *file, int error)
{
    const int n_folder = (int)nf_outfile_folder(file->path);
    const char *folder = n_folder > 0 ? file->path : ".";
    const int n = n_folder > 0 ? n_folder : 1;

    if (error == ENOENT || error == ENOTDIR)
        return nf_fail(NF_ERR_IO,
                       "%s: cannot be written: there is no folder %.*s; make it first",
                       file->path, n, folder);
    if (error == EACCES || error == EPERM || error == EROFS)
        return nf_fail(NF_ERR_IO, "%s: cannot be written: no permission to make files in %.*s",
                       file->path, n, folder);
    return nf_outfile_fail(file->path, "cannot be written", error);
}

/* Makes the temporary file. Its plain name may be taken by what a killed run left behind:
 * process numbers repeat, in containers at once. Then a number is added. */
static enum nf_status nf_outfile_create(struct nf_outfile *file, int *descriptor)
{
    enum nf_status status;

    for (int i = 0; i < NF_OUTFILE_MAX_TRIES; i++) {
        status = nf_outfile_name(file, i);
        if (status)
            return status;
        *descriptor = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (*descriptor >= 0)
            break;
        if (errno != EEXIST)
            return nf_outfile_explain(file, errno);
        if (nf_outfile_is_ours(file->temporary))
            return nf_fail(NF_ERR_IO, "%s: is named for two outputs; give each its own name",
                           file->path);
    }
    if (*descriptor < 0)
        return nf_fail(NF_ERR_IO, "%s: cannot be written: remove the old files %s and so on",
                       file->path, file->temporary);
    file->registered = nf_outfile_register(file->temporary);
    if (file->registered > 0)
        return NF_OK;
    (void)close(*descriptor);
    (void)unlink(file->temporary);
    return nf_fail(NF_ERR_INTERNAL, "%s: too many output files at a time", file->path);
}

/* Opens the temporary file for a target that does not exist (`old` NULL) or is regular. */
static enum nf_status nf_outfile_open_regular(struct nf_outfile *file, const struct stat *old)
{
    sigset_t all, before;
    enum nf_status status;
    int descriptor = -1;

    if (old && access(file->path, W_OK) != 0)
        return nf_outfile_fail(file->path, "cannot be replaced", errno);
    /* No signal between making the file and entering its name: it would be left behind. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    status = nf_outfile_create(file, &descriptor);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (status) {
        free(file->temporary); /* not ours to remove */
        file->temporary = NULL;
        return status;
    }
    if (old && fchmod(descriptor, old->st_mode & 0777) != 0) {
        status = nf_outfile_fail(file->path, "its permissions cannot be kept", errno);
        (void)close(descriptor);
        return status;
    }
    return nf_outfile_wrap(file, descriptor);
}

enum nf_status nf_outfile_open(struct nf_outfile *file, const char *path)
{
    struct stat about;
    enum nf_status status;
    size_t n = strlen(path);

    *file = (struct nf_outfile){0};
    if (n == 0)
        return nf_fail(NF_ERR_IO, "the name of an output file is empty");
    status = nf_outfile_resolve(file, path);
    if (status)
        goto out;
    n = strlen(file->path);
    if (nf_outfile_descriptor(file->path) >= 0) {
        status = nf_outfile_open_direct(file);
    } else if (stat(file->path, &about) == 0) {
        if (S_ISDIR(about.st_mode))
            status = nf_fail(NF_ERR_IO, "%s: is a folder; name a file in it", path);
        else if (S_ISREG(about.st_mode))
            status = nf_outfile_open_regular(file, &about);
        else
            status = nf_outfile_open_direct(file);
    } else if (errno != ENOENT) {
        status = nf_outfile_explain(file, errno);
    } else if (file->path[n - 1] == '/') {
        status = nf_fail(NF_ERR_IO,
                         "%s: there is no such folder; make it, and name a file in it", path);
    } else {
        status = nf_outfile_open_regular(file, NULL);
    }
out:
    if (status)
        nf_outfile_discard(file);
    return status;
}

enum nf_status nf_outfile_remove_old(const struct nf_outfile *file)
{
    if (!file->temporary || unlink(file->path) == 0 || errno == ENOENT)
        return NF_OK;
    return nf_outfile_fail(file->path, "the older file cannot be removed", errno);
}

/* How messages call the file. */
static const char *nf_outfile_title(const struct nf_outfile *file)
{
    return strcmp(file->path, "-") == 0 ? "standard output" : file->path;
}

/* Flushes, checks and closes; file->stream becomes NULL. */
static enum nf_status nf_outfile_finish(struct nf_outfile *file)
{
    const char *name;
    bool failed;
    int error = 0;

    if (!file->stream)
        return nf_fail(NF_ERR_INTERNAL, "an output file is finished twice");
    name = nf_outfile_title(file);
    errno = 0;
    failed = ferror(file->stream) != 0;
    if (fflush(file->stream) != 0) {
        failed = true;
        error = errno;
    }
    errno = 0;
    if (fclose(file->stream) != 0) {
        failed = true;
        if (error == 0)
            error = errno;
    }
    file->stream = NULL;
    if (failed && error != 0)
        return nf_outfile_fail(name, "writing failed", error);
    if (failed)
        return nf_fail(NF_ERR_IO, "%s: writing failed: is the disk full?", name);
    return NF_OK;
}

/* Gives a finished file its name. */
static enum nf_status nf_outfile_rename(struct nf_outfile *file)
{
    if (!file->temporary)
        return NF_OK;
    if (rename(file->temporary, file->path) != 0)
        return nf_outfile_fail(nf_outfile_title(file),
                               "the complete file cannot be given its name", errno);
    nf_outfile_unregister(file);
    free(file->temporary); /* it has the final name now */
    file->temporary = NULL;
    return NF_OK;
}

enum nf_status nf_outfile_commit(struct nf_outfile *file)
{
    enum nf_status status = nf_outfile_finish(file);

    if (!status)
        status = nf_outfile_rename(file);
    nf_outfile_discard(file);
    return status;
}

enum nf_status nf_outfile_commit_all(struct nf_outfile *files, size_t n)
{
    sigset_t all, before;
    enum nf_status status = NF_OK;

    for (size_t i = 0; i < n && !status; i++)
        if (files[i].stream)
            status = nf_outfile_finish(&files[i]);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    if (!status)
        status = nf_interrupt_check();
    for (size_t i = 0; i < n && !status; i++)
        status = nf_outfile_rename(&files[i]);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    for (size_t i = 0; i < n; i++)
        nf_outfile_discard(&files[i]);
    return status;
}

/* Closes a stream so that what it still holds goes nowhere: closing alone would write it, and
 * wait for the reader of a pipe to take it. */
static void nf_outfile_drop(FILE *stream)
{
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (nowhere >= 0) {
        (void)dup2(nowhere, fileno(stream));
        (void)close(nowhere);
    }
    (void)fclose(stream);
}

void nf_outfile_discard(struct nf_outfile *file)
{
    if (file->stream)
        nf_outfile_drop(file->stream);
    if (file->temporary)
        (void)unlink(file->temporary);
    nf_outfile_unregister(file);
    free(file->temporary);
    free(file->path);
    *file = (struct nf_outfile){0};
}
