/* SPDX-License-Identifier: MIT */
/* Tests of outfile: targets that are written directly. */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/outfile.h"
#include "support.h"

static char *folder;
static struct nf_outfile file;

static void begin(void)
{
    folder = nft_folder_new();
    nft_log_begin();
}

static void end(void)
{
    nf_outfile_discard(&file);
    nft_log_end();
    nft_folder_remove(folder);
}

static int write_full_device(void)
{
    if (nf_outfile_open(&file, "/dev/full") || file.temporary)
        return 1;
    if (fputs("new\n", file.stream) < 0 || nf_outfile_remove_old(&file))
        return 2;
    if (nf_outfile_commit(&file) != NF_ERR_IO)
        return 3;
    if (strcmp(nft_log_text(),
               "ntrkfuse: error: /dev/full: writing failed: No space left on device\n") != 0)
        return 4;
    return 0;
}

START_TEST(a_full_device_is_an_error_of_commit)
{
    nft_run_unprivileged(write_full_device);
}
END_TEST

static int write_null_device(void)
{
    if (nf_outfile_open(&file, "/dev/null") || file.temporary)
        return 1;
    if (fputs("new\n", file.stream) < 0 || nf_outfile_remove_old(&file))
        return 2;
    return nf_outfile_commit(&file) || *nft_log_text() ? 3 : 0;
}

START_TEST(a_device_is_written_directly)
{
    nft_run_unprivileged(write_null_device);
}
END_TEST

START_TEST(a_pipe_is_written_directly)
{
    const char *fifo = nft_path(folder, "fifo");
    char text[16];
    int reader;
    ssize_t n;

    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    reader = open(fifo, O_RDONLY | O_NONBLOCK);
    ck_assert_int_ge(reader, 0);
    ck_assert_int_eq(nf_outfile_open(&file, fifo), NF_OK);
    ck_assert_ptr_null(file.temporary);
    ck_assert_int_eq(nf_outfile_remove_old(&file), NF_OK);
    ck_assert_int_ge(fputs("new\n", file.stream), 0);
    ck_assert_int_eq(nf_outfile_commit(&file), NF_OK);
    n = read(reader, text, sizeof text);
    ck_assert_int_eq((int)n, 4);
    ck_assert_int_eq(close(reader), 0);
    ck_assert(nft_exists(fifo));
    ck_assert_uint_eq(nft_folder_count(folder), 1);
}
END_TEST

static const char *const stdout_names[] = {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1",
                                           "link"};
static const char *stdout_name;

static int write_standard_output(void)
{
    if (write(STDOUT_FILENO, "old\n", 4) != 4)
        return 1;
    if (nf_outfile_open(&file, stdout_name) || fputs("new\n", file.stream) < 0)
        return 2;
    if (nf_outfile_remove_old(&file) || nf_outfile_commit(&file))
        return 3;
    return write(STDOUT_FILENO, "end\n", 4) == 4 ? 0 : 4;
}

/* Standard output is a file that holds something: it must be added to, not replaced. */
START_TEST(standard_output_is_written_in_place)
{
    const char *path = nft_path(folder, "redirected");
    int saved = dup(STDOUT_FILENO);
    int target;

    stdout_name = stdout_names[_i];
    if (strcmp(stdout_name, "link") == 0) {
        stdout_name = nft_path(folder, "link");
        ck_assert_int_eq(symlink("/dev/stdout", stdout_name), 0);
    }
    ck_assert_int_eq(chmod(folder, 0777) | fflush(stdout), 0);
    target = open(path, O_WRONLY | O_CREAT, 0600);
    ck_assert_int_ge(dup2(target, STDOUT_FILENO), 0);
    nft_run_unprivileged(write_standard_output);
    ck_assert_int_ge(dup2(saved, STDOUT_FILENO), 0);
    nft_assert_file(path, "old\nnew\nend\n");
    ck_assert_int_eq(close(saved) | close(target), 0);
}
END_TEST

START_TEST(a_full_standard_output_is_named)
{
    int saved = dup(STDOUT_FILENO);
    int full = open("/dev/full", O_WRONLY);

    ck_assert_int_eq(fflush(stdout), 0);
    ck_assert_int_ge(dup2(full, STDOUT_FILENO), 0);
    ck_assert_int_eq(nf_outfile_open(&file, "-"), NF_OK);
    ck_assert_int_ge(fputs("new\n", file.stream), 0);
    ck_assert_int_eq(nf_outfile_commit(&file), NF_ERR_IO);
    ck_assert_int_ge(dup2(saved, STDOUT_FILENO), 0);
    nft_assert_contains(nft_log_text(), "standard output: writing failed: No space left");
    ck_assert_int_eq(close(saved) | close(full), 0);
}
END_TEST

START_TEST(a_closed_or_unwritable_descriptor_is_an_error)
{
    char name[32];
    int reader = open("/dev/null", O_RDONLY);

    (void)snprintf(name, sizeof name, "/dev/fd/%d", reader);
    ck_assert_int_eq(nf_outfile_open(&file, name), NF_ERR_IO);
    nft_assert_contains(nft_log_text(), "cannot be written: Invalid argument");
    ck_assert_int_eq(close(reader), 0);
    nft_log_begin();
    ck_assert_int_eq(nf_outfile_open(&file, name), NF_ERR_IO);
    nft_assert_contains(nft_log_text(), "cannot be written: Bad file descriptor");
}
END_TEST

/* Closing a stream writes what it holds: into a full pipe that would take for ever. */
START_TEST(what_is_discarded_does_not_wait_for_a_reader)
{
    char name[32], text[8192] = {0};
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    while (write(ends[1], text, sizeof text) > 0)
        continue;
    ck_assert_int_eq(fcntl(ends[1], F_SETFL, 0), 0);
    (void)snprintf(name, sizeof name, "/dev/fd/%d", ends[1]);
    ck_assert_int_eq(nf_outfile_open(&file, name), NF_OK);
    ck_assert_int_ge(fputs("new\n", file.stream), 0);
    nf_outfile_discard(&file);
    ck_assert_ptr_null(file.stream);
    ck_assert_int_eq(close(ends[0]) | close(ends[1]), 0);
}
END_TEST

/* ---- several outputs as one ---- */

enum { N_FILES = 3 };

static struct nf_outfile files[N_FILES];

/* Two regular files, the middle one not wanted and left zeroed. */
static void open_two(void)
{
    memset(files, 0, sizeof files);
    for (int i = 0; i < N_FILES; i += 2) {
        ck_assert_int_eq(nf_outfile_open(&files[i], nft_path(folder, i ? "second" : "first")),
                         NF_OK);
        ck_assert_int_ge(fputs("new\n", files[i].stream), 0);
    }
}

START_TEST(several_files_get_their_names_together)
{
    open_two();
    ck_assert_int_eq(nf_outfile_commit_all(files, N_FILES), NF_OK);
    nft_assert_file(nft_path(folder, "first"), "new\n");
    nft_assert_file(nft_path(folder, "second"), "new\n");
    ck_assert_uint_eq(nft_folder_count(folder), 2);
    ck_assert_ptr_null(files[0].path);
}
END_TEST

START_TEST(where_one_fails_none_gets_its_name)
{
    open_two();
    nf_outfile_discard(&files[2]);
    ck_assert_int_eq(nf_outfile_open(&files[2], "/dev/full"), NF_OK);
    ck_assert_int_ge(fputs("new\n", files[2].stream), 0);
    ck_assert_int_eq(nf_outfile_commit_all(files, N_FILES), NF_ERR_IO);
    nft_assert_contains(nft_log_text(), "/dev/full: writing failed");
    ck_assert_uint_eq(nft_folder_count(folder), 0);
}
END_TEST

START_TEST(once_asked_to_stop_none_gets_its_name)
{
    sigset_t before, after;

    open_two();
    ck_assert_int_eq(sigprocmask(SIG_SETMASK, NULL, &before), 0);
    nf_interrupt_set(SIGTERM);
    ck_assert_int_eq(nf_outfile_commit_all(files, N_FILES), NF_ERR_INTERRUPTED);
    nf_interrupt_set(0);
    ck_assert_int_eq(sigprocmask(SIG_SETMASK, NULL, &after), 0);
    ck_assert_int_eq(sigismember(&before, SIGTERM), sigismember(&after, SIGTERM));
    ck_assert_str_eq(nft_log_text(), "");
    ck_assert_uint_eq(nft_folder_count(folder), 0);
}
END_TEST

Suite *outfile_direct_suite(void)
{
    Suite *suite = suite_create("outfile_direct");
    TCase *tests = tcase_create("outfile_direct");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, a_full_device_is_an_error_of_commit);
    tcase_add_test(tests, a_device_is_written_directly);
    tcase_add_test(tests, a_pipe_is_written_directly);
    tcase_add_loop_test(tests, standard_output_is_written_in_place, 0,
                        (int)NFT_COUNT(stdout_names));
    tcase_add_test(tests, a_full_standard_output_is_named);
    tcase_add_test(tests, a_closed_or_unwritable_descriptor_is_an_error);
    tcase_add_test(tests, what_is_discarded_does_not_wait_for_a_reader);
    tcase_add_test(tests, several_files_get_their_names_together);
    tcase_add_test(tests, where_one_fails_none_gets_its_name);
    tcase_add_test(tests, once_asked_to_stop_none_gets_its_name);
    suite_add_tcase(suite, tests);
    return suite;
}
