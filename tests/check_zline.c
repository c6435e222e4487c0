/* SPDX-License-Identifier: MIT */
/* Tests of zline. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ntrkfuse/zline.h"
#include "support.h"

static char *folder;

static void begin(void)
{
    folder = nft_folder_new();
    nft_log_begin();
}

static void end(void)
{
    nft_log_end();
    nft_folder_remove(folder);
}

/* Reads all lines; the last status. */
static enum nf_status drain(struct nf_zline *reader)
{
    struct nf_span line;
    enum nf_status status;
    bool done;

    do {
        status = nf_zline_next(reader, &line, &done);
    } while (!status && !done);
    return status;
}

enum source { TEXT, PLAIN, GZIP, N_SOURCES };

/* Opens the bytes in one of the three ways. */
static struct nf_zline *open_as(enum source source, struct nf_span bytes)
{
    const char *path = nft_path(folder, "lines");
    struct nf_zline *reader = NULL;

    if (source == TEXT) {
        ck_assert_int_eq(nf_zline_open_text(&reader, "name", bytes), NF_OK);
        return reader;
    }
    if (source == PLAIN)
        nft_write(path, bytes);
    else
        nft_write_gzip(path, bytes);
    ck_assert_int_eq(nf_zline_open(&reader, path), NF_OK);
    return reader;
}

static const struct {
    const char *text;
    size_t n;
    const char *lines[5];
} line_rows[] = {
    {"", 0, {0}},
    {"a", 1, {"a"}},
    {"a\n", 1, {"a"}},
    {"\n", 1, {""}},
    {"a\nb", 2, {"a", "b"}},
    {"a\r\nb\r\n\r\n", 3, {"a", "b", ""}},
    {"\n\na\n", 3, {"", "", "a"}},
    {"a\rb\r", 1, {"a\rb\r"}}, /* a carriage return alone ends no line */
    {"a\r\r\n", 1, {"a\r"}},
    {"\x1f", 1, {"\x1f"}}, /* half of what a gzip file starts with */
};

START_TEST(every_source_gives_the_same_lines)
{
    for (enum source source = TEXT; source < N_SOURCES; source++) {
        struct nf_zline *reader = open_as(source, nf_span_of(line_rows[_i].text));
        struct nf_span line;
        bool done = true;

        ck_assert_int_eq(nf_zline_number(reader), 0);
        for (size_t i = 0; i < line_rows[_i].n; i++) {
            ck_assert_int_eq(nf_zline_next(reader, &line, &done), NF_OK);
            ck_assert(!done);
            nft_assert_span(line, line_rows[_i].lines[i]);
            ck_assert_int_eq(nf_zline_number(reader), (long)i + 1);
        }
        for (int i = 0; i < 2; i++) {
            ck_assert_int_eq(nf_zline_next(reader, &line, &done), NF_OK);
            ck_assert(done);
        }
        ck_assert_int_eq(nf_zline_number(reader), (long)line_rows[_i].n);
        nf_zline_close(reader);
    }
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

/* Lines of 0 to a few 100,000 bytes, so that they lie across the borders of all buffers. */
START_TEST(long_lines_come_out_whole)
{
    enum { N_LINES = 30 };
    size_t n = 0;
    char *text = malloc(11 * N_LINES * N_LINES * N_LINES * N_LINES);

    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < N_LINES; i++) {
        memset(text + n, (int)('A' + i % 26), i * i * i * 10);
        n += i * i * i * 10;
        text[n++] = '\n';
    }
    for (enum source source = TEXT; source < N_SOURCES; source++) {
        struct nf_zline *reader = open_as(source, (struct nf_span){text, n});
        struct nf_span line;
        bool done;

        for (size_t i = 0; i < N_LINES; i++) {
            ck_assert_int_eq(nf_zline_next(reader, &line, &done), NF_OK);
            ck_assert_uint_eq(line.n, i * i * i * 10);
            for (size_t k = 0; k < line.n; k += 97)
                ck_assert_int_eq(line.at[k], (int)('A' + i % 26));
        }
        ck_assert_int_eq(nf_zline_next(reader, &line, &done), NF_OK);
        ck_assert(done);
        nf_zline_close(reader);
    }
    free(text);
}
END_TEST

START_TEST(a_nul_byte_is_an_error_with_its_line)
{
    for (enum source source = TEXT; source < N_SOURCES; source++) {
        struct nf_zline *reader = open_as(source, NFT_SPAN("good\nb\0d\n"));

        nft_log_begin();
        ck_assert_int_eq(drain(reader), NF_ERR_FORMAT);
        nft_assert_contains(nft_log_text(),
                            source == TEXT ? "name:2: a NUL" : "lines:2: a NUL");
        nf_zline_close(reader);
    }
}
END_TEST

START_TEST(a_line_without_end_is_an_error)
{
    const size_t n = 64 * 1024 * 1024 + 1;
    char *text = malloc(n);

    ck_assert_ptr_nonnull(text);
    memset(text, 'x', n);
    text[n - 1] = '\n'; /* with its newline one byte too long, without the last 'x' it fits */
    for (enum source source = TEXT; source <= PLAIN; source++) {
        struct nf_zline *reader = open_as(source, (struct nf_span){text, n});

        nft_log_begin();
        ck_assert_int_eq(drain(reader), NF_ERR_FORMAT);
        nft_assert_contains(nft_log_text(), ":1: a line longer than 64 MiB");
        nf_zline_close(reader);
        reader = open_as(source, (struct nf_span){text + 1, n - 1});
        ck_assert_int_eq(drain(reader), NF_OK);
        nf_zline_close(reader);
    }
    free(text);
}
END_TEST

/* Two members, as `cat a.gz b.gz` or bgzip make them, also with zero bytes behind. */
START_TEST(gzip_members_are_joined)
{
    static const size_t n_padding[] = {0, 1, 511, 200000};
    const char *path = nft_path(folder, "joined.gz");
    struct nf_zline *reader;
    struct nf_span line;
    size_t n_first, n_second;
    char *first, *second, *both;
    bool done;

    nft_write_gzip(path, NFT_SPAN("one\ntw"));
    first = nft_read(path, &n_first);
    nft_write_gzip(path, NFT_SPAN("o\nthree\n"));
    second = nft_read(path, &n_second);
    both = calloc(1, n_first + n_second + n_padding[_i]);
    ck_assert_ptr_nonnull(both);
    memcpy(both, first, n_first);
    memcpy(both + n_first, second, n_second);
    nft_write(path, (struct nf_span){both, n_first + n_second + n_padding[_i]});
    ck_assert_int_eq(nf_zline_open(&reader, path), NF_OK);
    ck_assert_int_eq(nf_zline_next(reader, &line, &done), NF_OK);
    nft_assert_span(line, "one");
    ck_assert_int_eq(nf_zline_next(reader, &line, &done), NF_OK);
    nft_assert_span(line, "two");
    ck_assert_int_eq(nf_zline_next(reader, &line, &done), NF_OK);
    nft_assert_span(line, "three");
    ck_assert_int_eq(nf_zline_next(reader, &line, &done), NF_OK);
    ck_assert(done);
    nf_zline_close(reader);
    free(first);
    free(second);
    free(both);
}
END_TEST

/* Wherever a gzip file is cut, that is an error, except before its second byte (a plain file).
 */
START_TEST(a_truncated_gzip_file_is_an_error)
{
    const char *path = nft_path(folder, "cut.gz");
    size_t n;
    char *bytes;

    nft_write_gzip(path, NFT_SPAN("one\ntwo\nthree\nfour\n"));
    bytes = nft_read(path, &n);
    for (size_t i = 2; i < n; i++) {
        struct nf_zline *reader;

        nft_write(path, (struct nf_span){bytes, i});
        ck_assert_int_eq(nf_zline_open(&reader, path), NF_OK);
        nft_log_begin();
        ck_assert_msg(drain(reader) == NF_ERR_FORMAT, "cut at byte %zu", i);
        nft_assert_contains(nft_log_text(), "the file ends too early");
        nft_assert_contains(nft_log_text(), "cut.gz:");
        nf_zline_close(reader);
    }
    free(bytes);
}
END_TEST

static const struct {
    int from_end; /* where the byte is changed; 0: bytes are appended */
    const char *message;
} damage_rows[] = {
    {8, "incorrect data check"},
    {1, "incorrect length check"},
    {0, "other bytes follow the compressed part"},
};

START_TEST(damaged_gzip_data_are_an_error)
{
    const char *path = nft_path(folder, "bad.gz");
    struct nf_zline *reader;
    size_t n;
    char *bytes;

    nft_write_gzip(path, NFT_SPAN("one\ntwo\n"));
    bytes = nft_read(path, &n);
    if (damage_rows[_i].from_end > 0)
        bytes[n - (size_t)damage_rows[_i].from_end] ^= 0x55;
    else
        bytes[n++] = 'x'; /* where nft_read has put a NUL */
    nft_write(path, (struct nf_span){bytes, n});
    ck_assert_int_eq(nf_zline_open(&reader, path), NF_OK);
    ck_assert_int_eq(drain(reader), NF_ERR_FORMAT);
    nft_assert_contains(nft_log_text(), damage_rows[_i].message);
    nf_zline_close(reader);
    free(bytes);
}
END_TEST

START_TEST(what_cannot_be_read_is_an_error)
{
    struct nf_zline *reader = (struct nf_zline *)(void *)folder;

    ck_assert_int_eq(nf_zline_open(&reader, nft_path(folder, "absent")), NF_ERR_IO);
    ck_assert_ptr_null(reader);
    nft_assert_contains(nft_log_text(), "absent: cannot be opened: No such file");
    nft_log_begin();
    ck_assert_int_eq(nf_zline_open(&reader, folder), NF_ERR_IO);
    nft_assert_contains(nft_log_text(), "is a folder");
    nf_zline_close(NULL);
}
END_TEST

START_TEST(a_dash_is_standard_input)
{
    const char *path = nft_path(folder, "input");
    struct nf_zline *reader;
    struct nf_span line;
    bool done;

    nft_write_gzip(path, NFT_SPAN("from stdin\nb\0d\n"));
    ck_assert_ptr_nonnull(freopen(path, "rb", stdin));
    ck_assert_int_eq(nf_zline_open(&reader, "-"), NF_OK);
    ck_assert_int_eq(nf_zline_next(reader, &line, &done), NF_OK);
    nft_assert_span(line, "from stdin");
    ck_assert_int_eq(nf_zline_next(reader, &line, &done), NF_ERR_FORMAT);
    nft_assert_contains(nft_log_text(), "standard input:2: a NUL");
    nf_zline_close(reader);
    ck_assert_int_ge(fcntl(STDIN_FILENO, F_GETFD), 0); /* left open */
}
END_TEST

/* Two gzip members trickle in byte by byte through a pipe. */
START_TEST(a_slow_pipe_gives_whole_lines)
{
    const char *gzip = nft_path(folder, "whole.gz");
    const char *fifo = nft_path(folder, "fifo");
    struct nf_zline *reader;
    struct nf_span line;
    size_t n;
    char *bytes;
    bool done;
    pid_t child;

    nft_write_gzip(gzip, NFT_SPAN("one\ntwo\n"));
    bytes = nft_read(gzip, &n);
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        const struct timespec pause = {.tv_nsec = 1000 * 1000};
        FILE *out = fopen(fifo, "wb");

        for (size_t i = 0; out && i < 2 * n; i++) {
            (void)fputc(bytes[i % n], out);
            (void)fflush(out);
            (void)nanosleep(&pause, NULL); /* or the reader sees several at once */
        }
        _exit(0);
    }
    ck_assert_int_eq(nf_zline_open(&reader, fifo), NF_OK);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(nf_zline_next(reader, &line, &done), NF_OK);
        nft_assert_span(line, i % 2 == 0 ? "one" : "two");
    }
    ck_assert_int_eq(nf_zline_next(reader, &line, &done), NF_OK);
    ck_assert(done);
    nf_zline_close(reader);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    free(bytes);
}
END_TEST

Suite *zline_suite(void)
{
    Suite *suite = suite_create("zline");
    TCase *tests = tcase_create("zline");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, every_source_gives_the_same_lines, 0,
                        (int)NFT_COUNT(line_rows));
    tcase_add_test(tests, long_lines_come_out_whole);
    tcase_add_test(tests, a_nul_byte_is_an_error_with_its_line);
    tcase_add_test(tests, a_line_without_end_is_an_error);
    tcase_add_loop_test(tests, gzip_members_are_joined, 0, 4);
    tcase_add_test(tests, a_truncated_gzip_file_is_an_error);
    tcase_add_loop_test(tests, damaged_gzip_data_are_an_error, 0, (int)NFT_COUNT(damage_rows));
    tcase_add_test(tests, what_cannot_be_read_is_an_error);
    tcase_add_test(tests, a_dash_is_standard_input);
    tcase_add_test(tests, a_slow_pipe_gives_whole_lines);
    suite_add_tcase(suite, tests);
    return suite;
}
