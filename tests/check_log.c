/* SPDX-License-Identifier: MIT */
/* Tests of log. */
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ntrkfuse/log.h"
#include "support.h"

static void begin(void)
{
    nf_log_set_level(NF_LOG_INFO);
    nft_log_begin();
}

static void end(void)
{
    nft_log_end();
}

START_TEST(failure_prints_one_line_and_returns_its_status)
{
    ck_assert_int_eq(nf_fail(NF_ERR_FORMAT, "%s:%d: bad", "x.tsv", 7), NF_ERR_FORMAT);
    ck_assert_int_eq(nf_fail_memory("the genes"), NF_ERR_MEMORY);
    ck_assert_str_eq(nft_log_text(), "ntrkfuse: error: x.tsv:7: bad\n"
                                     "ntrkfuse: error: out of memory for the genes\n");
}
END_TEST

static const struct {
    enum nf_log_level level;
    const char *text;
} level_rows[] = {
    {NF_LOG_ERROR, "ntrkfuse: error: e 1\n"},
    {NF_LOG_WARN, "ntrkfuse: error: e 1\nntrkfuse: warning: w 2\n"},
    {NF_LOG_INFO, "ntrkfuse: error: e 1\nntrkfuse: warning: w 2\nntrkfuse: i 3\n"},
    {NF_LOG_DEBUG,
     "ntrkfuse: error: e 1\nntrkfuse: warning: w 2\nntrkfuse: i 3\nntrkfuse: d 4\n"},
};

START_TEST(messages_above_the_level_are_dropped)
{
    nf_log_set_level(level_rows[_i].level);
    (void)nf_fail(NF_ERR_IO, "e %d", 1);
    nf_warn("w %d", 2);
    nf_info("i %d", 3);
    nf_debug("d %d", 4);
    ck_assert_str_eq(nft_log_text(), level_rows[_i].text);
    for (int level = NF_LOG_ERROR; level <= NF_LOG_DEBUG; level++)
        ck_assert_int_eq(nf_log_shows((enum nf_log_level)level) != 0,
                         level <= (int)level_rows[_i].level);
}
END_TEST

START_TEST(the_default_level_shows_information)
{
    nf_debug("hidden");
    nf_info("shown");
    ck_assert_str_eq(nft_log_text(), "ntrkfuse: shown\n");
}
END_TEST

static const struct {
    const char *message, *shown;
} clean_rows[] = {
    {"a\nntrkfuse: error: forged", "a?ntrkfuse: error: forged"},
    {"a\r\tb\x1b[31mred\x7f", "a??b?[31mred?"},
    {"3\xe2\x80\xb2 \xc3\xa9 \xf0\x9f\xa7\xac", "3\xe2\x80\xb2 \xc3\xa9 \xf0\x9f\xa7\xac"},
    {"c1 \xc2\x9b"
     "31m",
     "c1 ??31m"},                                            /* the one-character ESC [ */
    {"lone \x9b \xe2\x80", "lone ? ??"},                     /* no UTF-8, cut UTF-8 */
    {"long \xc0\x8a \xe0\x80\x8a", "long ?? ???"},           /* newlines in overlong forms */
    {"high \xed\xa0\x80 \xf4\x90\x80\x80", "high ??? ????"}, /* surrogate, above U+10FFFF */
    {"line \xe2\x80\xa8 \xe2\x80\xa9", "line ??? ???"}, /* separators of lines, paragraphs */
    {"100%", "100%"},
    {"", ""},
};

START_TEST(control_characters_cannot_forge_a_line)
{
    char expected[128];

    ck_assert_int_eq(nf_fail(NF_ERR_INPUT, "%s", clean_rows[_i].message), NF_ERR_INPUT);
    (void)snprintf(expected, sizeof expected, "ntrkfuse: error: %s\n", clean_rows[_i].shown);
    ck_assert_str_eq(nft_log_text(), expected);
}
END_TEST

/* Around the size of the buffer on the stack, and far beyond. */
START_TEST(a_long_message_is_printed_whole)
{
    static const size_t sizes[] = {2027, 2028, 2029, 2030, 2031,
                                   2032, 2047, 2048, 2049, 100000};
    const size_t n = sizes[_i];
    char *message = malloc(n + 1);
    const char *text;

    ck_assert_ptr_nonnull(message);
    memset(message, 'x', n);
    message[n] = '\0';
    (void)nf_fail(NF_ERR_INPUT, "%s", message);
    text = nft_log_text();
    ck_assert_uint_eq(strlen(text), strlen("ntrkfuse: error: ") + n + 1);
    ck_assert_int_eq(strncmp(text + strlen("ntrkfuse: error: "), message, n), 0);
    ck_assert_int_eq(text[strlen(text) - 1], '\n');
    free(message);
}
END_TEST

START_TEST(errno_survives_a_message)
{
    FILE *full = fopen("/dev/full", "r+");

    ck_assert_ptr_nonnull(full);
    nf_log_set_sink(full);
    errno = ERANGE;
    nf_warn("something that cannot be written");
    ck_assert_int_eq(errno, ERANGE);
    nf_log_set_sink(NULL);
    (void)fclose(full);
}
END_TEST

static void *print_lines(void *letter)
{
    char message[201];

    memset(message, *(const char *)letter, 200);
    message[200] = '\0';
    for (int i = 0; i < 200; i++)
        nf_info("%s", message);
    return NULL;
}

START_TEST(lines_of_threads_do_not_mix)
{
    static const char letters[] = "ABCD";
    char *folder = nft_folder_new();
    const char *path = nft_path(folder, "log");
    FILE *sink = fopen(path, "w");
    pthread_t threads[4];
    struct nf_span rest, line;
    size_t n = 0;
    char *text;

    ck_assert_ptr_nonnull(sink);
    nf_log_set_sink(sink);

    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(
            pthread_create(&threads[i], NULL, print_lines, (void *)(uintptr_t)&letters[i]), 0);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    nf_log_set_sink(NULL);
    ck_assert_int_eq(fclose(sink), 0);
    text = nft_read(path, NULL);
    rest = nf_span_of(text);
    while (nf_span_cut(&rest, '\n', &line) && line.n > 0) {
        ck_assert_uint_eq(line.n, strlen("ntrkfuse: ") + 200);
        for (size_t i = line.n - 200; i < line.n; i++)
            ck_assert_int_eq(line.at[i], line.at[line.n - 1]);
        n++;
    }
    ck_assert_uint_eq(n, 4 * 200);
    free(text);
    nft_folder_remove(folder);
}
END_TEST

/* stderr is a datagram socket here, which keeps every write apart. */
START_TEST(a_line_is_one_write)
{
    int ends[2];
    char text[4096];
    ssize_t n;
    int saved;

    nft_log_end();
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
    saved = dup(STDERR_FILENO);
    ck_assert_int_ge(saved, 0);
    ck_assert_int_ge(dup2(ends[1], STDERR_FILENO), 0);
    nf_warn("%s and %d", "text", 5);
    ck_assert_int_ge(dup2(saved, STDERR_FILENO), 0);
    n = read(ends[0], text, sizeof text);
    ck_assert_int_gt((int)n, 0);
    nft_assert_span((struct nf_span){text, (size_t)n}, "ntrkfuse: warning: text and 5\n");
    ck_assert_int_eq(close(ends[0]) | close(ends[1]) | close(saved), 0);
}
END_TEST

Suite *log_suite(void)
{
    Suite *suite = suite_create("log");
    TCase *tests = tcase_create("log");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, failure_prints_one_line_and_returns_its_status);
    tcase_add_loop_test(tests, messages_above_the_level_are_dropped, 0,
                        (int)NFT_COUNT(level_rows));
    tcase_add_test(tests, the_default_level_shows_information);
    tcase_add_loop_test(tests, control_characters_cannot_forge_a_line, 0,
                        (int)NFT_COUNT(clean_rows));
    tcase_add_loop_test(tests, a_long_message_is_printed_whole, 0, 10);
    tcase_add_test(tests, errno_survives_a_message);
    tcase_add_test(tests, lines_of_threads_do_not_mix);
    tcase_add_test(tests, a_line_is_one_write);
    suite_add_tcase(suite, tests);
    return suite;
}
