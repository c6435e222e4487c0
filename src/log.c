/* SPDX-License-Identifier: MIT */
/* log: everything ntrkfuse says on stderr.
 *
 * A message is formatted, cleaned and terminated in memory and then handed over in one piece:
 * stderr is not buffered, so several writes would let the lines of two threads, or of two
 * programs of a pipeline, run into each other. */
#include "ntrkfuse/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/memory.h"

/* Long enough for two paths and a sentence; a longer message goes to the heap. */
enum { NF_LOG_LINE = 2048 };

static enum nf_log_level log_level = NF_LOG_INFO;
static FILE *log_sink; /* NULL: stderr */

void nf_log_set_level(enum nf_log_level level)
{
    log_level = level;
}

int nf_log_shows(enum nf_log_level level)
{
    return level == NF_LOG_ERROR || level <= log_level;
}

void nf_log_set_sink(FILE *sink)
{
    log_sink = sink;
}

/* The length in bytes of the printable character at `text`, of which `n` bytes are left; 0 for
 * a control character (C0, DEL, C1) and for bytes that are no well-formed UTF-8. */
static size_t nf_log_character(const unsigned char *text, size_t n)
{
    uint32_t code;
    uint32_t least;
    size_t length;

    if (text[0] < 0x80)
        return text[0] >= 0x20 && text[0] != 0x7f;
    if (text[0] >= 0xc2 && text[0] <= 0xdf) {
        length = 2;
        least = 0xa0; /* below that are the C1 control characters */
    } else if (text[0] >= 0xe0 && text[0] <= 0xef) {
        length = 3;
        least = 0x800;
    } else if (text[0] >= 0xf0 && text[0] <= 0xf4) {
        length = 4;
        least = 0x10000;
    } else {
        return 0;
    }
    if (length > n)
        return 0;
    code = text[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3f);
    }
    if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    if (code == 0x2028 || code == 0x2029) /* line and paragraph separators */
        return 0;
    return length;
}

/* Replaces whatever could end the line or steer a terminal. */
static void nf_log_clean(char *text, size_t n)
{
    size_t i = 0;

    while (i < n) {
        size_t length = nf_log_character((const unsigned char *)text + i, n - i);

        if (length == 0) {
            text[i] = '?';
            length = 1;
        }
        i += length;
    }
}

/* Prints prefix, message and newline with one write. */
__attribute__((format(printf, 2, 0))) static void nf_log_print(const char *prefix,
                                                               const char *format,
                                                               va_list list)
{
    FILE *sink = log_sink ? log_sink : stderr;
    const int saved_errno = errno;
    const size_t n_prefix = strlen(prefix);
    char stack[NF_LOG_LINE];
    char *line = stack;
    size_t room = sizeof stack;
    size_t n;
    va_list again;
    int length;

    va_copy(again, list);
    memcpy(line, prefix, n_prefix);
    length = vsnprintf(line + n_prefix, room - n_prefix, format, list);
    if (length < 0)
        length = 0;
    if (n_prefix + (size_t)length + 1 >= room) {
        size_t wanted = n_prefix + (size_t)length + 2;
        char *heap = malloc(wanted);

        if (heap) { /* else the message is cut: better than none when memory is short */
            line = heap;
            room = wanted;
            memcpy(line, prefix, n_prefix);
            (void)vsnprintf(line + n_prefix, room - n_prefix, format, again);
        }
    }
    va_end(again);
    n = n_prefix + (size_t)length;
    if (n > room - 2)
        n = room - 2;
    nf_log_clean(line + n_prefix, n - n_prefix);
    line[n++] = '\n';
    /* Nothing useful can be done about a stderr that cannot be written. */
    (void)fwrite(line, 1, n, sink);
    (void)fflush(sink);
    if (line != stack)
        free(line);
    errno = saved_errno;
}

enum nf_status nf_fail(enum nf_status status, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    nf_log_print("ntrkfuse: error: ", format, list);
    va_end(list);
    return status;
}

enum nf_status nf_fail_memory(const char *what)
{
    const size_t limit = nf_memory_limit();
    const size_t mebibyte = (size_t)1 << 20;

    if (!nf_memory_was_refused())
        return nf_fail(NF_ERR_MEMORY, "out of memory for %s", what);
    if (limit % mebibyte == 0)
        return nf_fail(NF_ERR_MEMORY,
                       "%s: no room for %s within --max-memory %zuM: raise it, or leave the "
                       "option out",
                       nf_memory_subject(), what, limit / mebibyte);
    return nf_fail(NF_ERR_MEMORY,
                   "%s: no room for %s within --max-memory %zu: raise it, or leave the option "
                   "out",
                   nf_memory_subject(), what, limit);
}

void nf_warn(const char *format, ...)
{
    va_list list;

    if (!nf_log_shows(NF_LOG_WARN))
        return;
    va_start(list, format);
    nf_log_print("ntrkfuse: warning: ", format, list);
    va_end(list);
}

void nf_info(const char *format, ...)
{
    va_list list;

    if (!nf_log_shows(NF_LOG_INFO))
        return;
    va_start(list, format);
    nf_log_print("ntrkfuse: ", format, list);
    va_end(list);
}

void nf_debug(const char *format, ...)
{
    va_list list;

    if (!nf_log_shows(NF_LOG_DEBUG))
        return;
    va_start(list, format);
    nf_log_print("ntrkfuse: ", format, list);
    va_end(list);
}
