/* SPDX-License-Identifier: MIT */
/* zline: lines of a plain or gzip file, or of text in memory.
 *
 * A window [start, end) slides over the uncompressed bytes; a line is a piece of the window,
 * so nothing is copied but the unfinished line at its end when more is read. Compressed data
 * are inflated here and not by gzread, which takes whatever follows a gzip member and is no
 * gzip member for harmless and ends the file there: a table cut short would go unseen. */
#include "ntrkfuse/zline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/vec.h"

enum {
    NF_ZLINE_BLOCK = 64 * 1024, /* bytes asked of the system at a time */
    NF_ZLINE_LONGEST = 64 * 1024 * 1024
};

enum nf_zline_source { NF_ZLINE_TEXT, NF_ZLINE_UNKNOWN, NF_ZLINE_PLAIN, NF_ZLINE_GZIP };

struct nf_zline {
    char *name;     /* for messages; owned */
    int descriptor; /* −1 for text; standard input is not closed */
    enum nf_zline_source source;
    bool source_ended; /* no more bytes will come into `raw` */
    bool ended;        /* no more bytes will come into the window */
    bool in_member;    /* inflating; else at the border between two gzip members */
    bool after_member; /* at least one gzip member was complete */
    bool has_inflater;
    z_stream inflater; /* its next_in and avail_in are the unread part of `raw` */
    unsigned char *raw;
    NF_VEC(char) window;
    const char *bytes; /* window.items, or the text */
    size_t start, end;
    long number;
};

/* An empty reader; NULL when memory is short. */
static struct nf_zline *nf_zline_new(const char *name)
{
    struct nf_zline *reader = calloc(1, sizeof *reader);

    if (!reader)
        return NULL;
    reader->descriptor = -1;
    reader->name = strdup(name);
    if (!reader->name) {
        free(reader);
        return NULL;
    }
    return reader;
}

/* Opens the file; prints on error. */
static enum nf_status nf_zline_open_descriptor(struct nf_zline *reader, const char *path)
{
    struct stat about;

    if (strcmp(path, "-") == 0) {
        reader->descriptor = STDIN_FILENO;
    } else {
        reader->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (reader->descriptor < 0 && nf_interrupted())
            return NF_ERR_INTERRUPTED;
        if (reader->descriptor < 0)
            return nf_fail(NF_ERR_IO, "%s: cannot be opened: %s", reader->name,
                           strerror(errno));
    }
    if (fstat(reader->descriptor, &about) != 0)
        return nf_fail(NF_ERR_IO, "%s: cannot be read: %s", reader->name, strerror(errno));
    if (S_ISDIR(about.st_mode))
        return nf_fail(NF_ERR_IO, "%s: is a folder, not a file", reader->name);
    return NF_OK;
}

enum nf_status nf_zline_open(struct nf_zline **reader, const char *path)
{
    struct nf_zline *opened = nf_zline_new(strcmp(path, "-") == 0 ? "standard input" : path);
    enum nf_status status;

    *reader = NULL;
    if (!opened)
        return nf_fail_memory("reading a file");
    opened->source = NF_ZLINE_UNKNOWN;
    opened->raw = malloc(NF_ZLINE_BLOCK);
    if (opened->raw)
        status = nf_zline_open_descriptor(opened, path);
    else
        status = nf_fail_memory("reading a file");
    if (status)
        nf_zline_close(opened);
    else
        *reader = opened;
    return status;
}

enum nf_status nf_zline_open_text(struct nf_zline **reader, const char *name,
                                  struct nf_span text)
{
    struct nf_zline *opened = nf_zline_new(name);

    *reader = NULL;
    if (!opened)
        return nf_fail_memory("reading a table");
    opened->source = NF_ZLINE_TEXT;
    opened->ended = true;
    opened->bytes = text.at;
    opened->end = text.n;
    *reader = opened;
    return NF_OK;
}

/* Prints "file:line: damaged compressed data …"; the line is the one being read. */
static enum nf_status nf_zline_damaged(const struct nf_zline *reader, const char *how)
{
    return nf_fail(NF_ERR_FORMAT, "%s:%ld: damaged gzip data: %s; get the file again",
                   reader->name, reader->number + 1, how);
}

/* Reads more bytes behind the unread part of `raw`, at least one or the end. */
static enum nf_status nf_zline_read_raw(struct nf_zline *reader)
{
    z_stream *stream = &reader->inflater;
    ssize_t n;

    memmove(reader->raw, stream->next_in ? stream->next_in : reader->raw, stream->avail_in);
    stream->next_in = reader->raw;
    do {
        n = read(reader->descriptor, reader->raw + stream->avail_in,
                 NF_ZLINE_BLOCK - stream->avail_in);
    } while (n < 0 && errno == EINTR && !nf_interrupted());
    if (nf_interrupted())
        return NF_ERR_INTERRUPTED;
    if (n < 0)
        return nf_fail(NF_ERR_IO, "%s:%ld: cannot be read: %s", reader->name,
                       reader->number + 1, strerror(errno));
    if (n == 0)
        reader->source_ended = true;
    stream->avail_in += (unsigned)n;
    return NF_OK;
}

/* Makes sure of `n` unread bytes in `raw`, or of the end of the file. */
static enum nf_status nf_zline_want_raw(struct nf_zline *reader, unsigned n)
{
    enum nf_status status = NF_OK;

    while (!status && reader->inflater.avail_in < n && !reader->source_ended)
        status = nf_zline_read_raw(reader);
    return status;
}

static bool nf_zline_at_gzip(const struct nf_zline *reader)
{
    const z_stream *stream = &reader->inflater;

    return stream->avail_in >= 2 && stream->next_in[0] == 0x1f && stream->next_in[1] == 0x8b;
}

/* Looks at the first two bytes. */
static enum nf_status nf_zline_detect(struct nf_zline *reader)
{
    enum nf_status status = nf_zline_want_raw(reader, 2);

    if (status)
        return status;
    if (!nf_zline_at_gzip(reader)) {
        reader->source = NF_ZLINE_PLAIN;
        return NF_OK;
    }
    /* 15 bits of window, 16 for "gzip and nothing else". */
    if (inflateInit2(&reader->inflater, 15 + 16) != Z_OK)
        return nf_fail_memory("reading a compressed file");
    reader->has_inflater = true;
    reader->source = NF_ZLINE_GZIP;
    return NF_OK;
}

/* Copies what was read to `room` bytes at `out`; *n receives how many. */
static enum nf_status nf_zline_copy(struct nf_zline *reader, char *out, size_t room, size_t *n)
{
    z_stream *stream = &reader->inflater;
    enum nf_status status = nf_zline_want_raw(reader, 1);

    if (status)
        return status;
    *n = stream->avail_in < room ? stream->avail_in : room;
    memcpy(out, stream->next_in, *n);
    stream->next_in += *n;
    stream->avail_in -= (unsigned)*n;
    reader->ended = *n == 0;
    return NF_OK;
}

/* Between two gzip members: finds the next one, or the end. Zero bytes are padding, as gzip
 * itself has it. */
static enum nf_status nf_zline_next_member(struct nf_zline *reader)
{
    z_stream *stream = &reader->inflater;
    enum nf_status status = nf_zline_want_raw(reader, 2);

    while (!status && stream->avail_in > 0 && stream->next_in[0] == 0 &&
           reader->after_member) {
        stream->next_in++;
        stream->avail_in--;
        status = nf_zline_want_raw(reader, 2);
    }
    if (status)
        return status;
    if (stream->avail_in == 0) {
        reader->ended = true;
        return NF_OK;
    }
    if (!nf_zline_at_gzip(reader))
        return nf_zline_damaged(reader, "other bytes follow the compressed part");
    if (inflateReset(stream) != Z_OK)
        return nf_zline_damaged(reader, "cannot be restarted");
    reader->in_member = true;
    return NF_OK;
}

/* Inflates to `room` bytes at `out`; *n receives how many, which may be none. */
static enum nf_status nf_zline_inflate(struct nf_zline *reader, char *out, size_t room,
                                       size_t *n)
{
    z_stream *stream = &reader->inflater;
    enum nf_status status;
    int code;

    *n = 0;
    if (!reader->in_member) {
        status = nf_zline_next_member(reader);
        if (status || reader->ended)
            return status;
    }
    status = nf_zline_want_raw(reader, 1);
    if (status)
        return status;
    stream->next_out = (unsigned char *)out;
    stream->avail_out = (unsigned)room;
    code = inflate(stream, Z_NO_FLUSH);
    *n = room - stream->avail_out;
    if (code == Z_STREAM_END) {
        reader->in_member = false;
        reader->after_member = true;
        return NF_OK;
    }
    if (code == Z_MEM_ERROR)
        return nf_fail_memory("reading a compressed file");
    if (code != Z_OK && code != Z_BUF_ERROR)
        return nf_zline_damaged(reader, stream->msg ? stream->msg : "not a gzip stream");
    if (*n == 0 && stream->avail_in == 0 && reader->source_ended)
        return nf_zline_damaged(reader, "the file ends too early");
    return NF_OK;
}

/* Moves the unfinished line to the front of the window and adds to it. */
static enum nf_status nf_zline_fill(struct nf_zline *reader)
{
    enum nf_status status = NF_OK;
    size_t n = 0;
    char *out;

    if (reader->start > 0) {
        memmove(reader->window.items, reader->window.items + reader->start,
                reader->end - reader->start);
        reader->end -= reader->start;
        reader->start = 0;
    }
    reader->window.n = reader->end;
    if (nf_vec_reserve(&reader->window, NF_ZLINE_BLOCK))
        return nf_fail_memory("a line of text");
    reader->bytes = reader->window.items;
    out = reader->window.items + reader->end;
    if (reader->source == NF_ZLINE_UNKNOWN)
        status = nf_zline_detect(reader);
    if (!status && reader->source == NF_ZLINE_PLAIN)
        status = nf_zline_copy(reader, out, NF_ZLINE_BLOCK, &n);
    else if (!status)
        status = nf_zline_inflate(reader, out, NF_ZLINE_BLOCK, &n);
    reader->end += n;
    return status;
}

/* Finds the end of the line that starts the window; *length is what it takes with its newline.
 */
static enum nf_status nf_zline_find(struct nf_zline *reader, size_t *length)
{
    size_t searched = 0;
    enum nf_status status;

    for (;;) {
        const size_t n = reader->end - reader->start;
        const char *line = reader->bytes ? reader->bytes + reader->start : NULL;
        const char *newline = NULL;

        if (line && n > searched)
            newline = memchr(line + searched, '\n', n - searched);
        *length = newline ? (size_t)(newline - line) + 1 : n;
        if (*length > NF_ZLINE_LONGEST)
            return nf_fail(NF_ERR_FORMAT, "%s:%ld: a line longer than 64 MiB: not a text file",
                           reader->name, reader->number + 1);
        if (newline || reader->ended)
            return NF_OK;
        searched = n;
        status = nf_zline_fill(reader);
        if (status)
            return status;
    }
}

enum nf_status nf_zline_next(struct nf_zline *reader, struct nf_span *line, bool *done)
{
    enum nf_status status;
    size_t length;

    *line = (struct nf_span){NULL, 0};
    *done = false;
    status = nf_zline_find(reader, &length);
    if (status)
        return status;
    if (length == 0) {
        *done = true;
        return NF_OK;
    }
    reader->number++;
    *line = (struct nf_span){reader->bytes + reader->start, length};
    reader->start += length;
    if (memchr(line->at, '\0', length))
        return nf_fail(NF_ERR_FORMAT, "%s:%ld: a NUL byte: not a text file", reader->name,
                       reader->number);
    if (line->at[line->n - 1] == '\n') {
        line->n--;
        if (line->n > 0 && line->at[line->n - 1] == '\r')
            line->n--;
    }
    return NF_OK;
}

long nf_zline_number(const struct nf_zline *reader)
{
    return reader->number;
}

void nf_zline_close(struct nf_zline *reader)
{
    if (!reader)
        return;
    if (reader->has_inflater)
        (void)inflateEnd(&reader->inflater);
    if (reader->descriptor > STDIN_FILENO)
        (void)close(reader->descriptor); /* read only: nothing can be lost */
    nf_vec_free(&reader->window);
    free(reader->raw);
    free(reader->name);
    free(reader);
}
