/* SPDX-License-Identifier: MIT */
/* Tests of outfile: regular targets. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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
    nf_outfile_discard(&file);
    nft_log_end();
    nft_folder_remove(folder);
}

static void open_file(const char *path)
{
    ck_assert_int_eq(nf_outfile_open(&file, path), NF_OK);
    ck_assert_ptr_nonnull(file.stream);
}

/* Opens, writes "new\n", commits. */
static void write_file(const char *path)
{
    open_file(path);
    ck_assert_int_ge(fputs("new\n", file.stream), 0);
    ck_assert_int_eq(nf_outfile_commit(&file), NF_OK);
}

static mode_t mode_of(const char *path)
{
    struct stat about;

    ck_assert_int_eq(stat(path, &about), 0);
    return about.st_mode & 07777;
}

START_TEST(a_file_appears_only_when_complete)
{
    const char *path = nft_path(folder, "out.tsv");
    char name[64];

    open_file(path);
    ck_assert_int_ge(fputs("new\n", file.stream), 0);
    ck_assert(!nft_exists(path));
    (void)snprintf(name, sizeof name, ".out.tsv.tmp.%ld", (long)getpid());
    ck_assert(nft_exists(nft_path(folder, name)));
    ck_assert_int_eq(nf_outfile_commit(&file), NF_OK);
    nft_assert_file(path, "new\n");
    ck_assert_uint_eq(nft_folder_count(folder), 1);
    ck_assert_ptr_null(file.stream);
    ck_assert_ptr_null(file.temporary);
    ck_assert_str_eq(nft_log_text(), "");
}
END_TEST

START_TEST(a_discarded_file_leaves_no_trace)
{
    const char *path = nft_path(folder, "out.tsv");

    nft_write(path, NFT_SPAN("old\n"));
    open_file(path);
    ck_assert_int_ge(fputs("new\n", file.stream), 0);
    nf_outfile_discard(&file);
    nft_assert_file(path, "old\n");
    ck_assert_uint_eq(nft_folder_count(folder), 1);
}
END_TEST

START_TEST(an_older_file_goes_when_asked_and_not_before)
{
    const char *path = nft_path(folder, "out.tsv");

    nft_write(path, NFT_SPAN("old\n"));
    open_file(path);
    nft_assert_file(path, "old\n");
    ck_assert_int_eq(nf_outfile_remove_old(&file), NF_OK);
    ck_assert(!nft_exists(path));
    ck_assert_int_eq(nf_outfile_remove_old(&file), NF_OK); /* nothing left is fine */
    nf_outfile_discard(&file);
    ck_assert_uint_eq(nft_folder_count(folder), 0);
}
END_TEST

START_TEST(a_name_without_folder_is_in_this_one)
{
    ck_assert_int_eq(chdir(folder), 0);
    write_file("out.tsv");
    ck_assert_int_eq(chdir("/"), 0);
    nft_assert_file(nft_path(folder, "out.tsv"), "new\n");
    ck_assert_uint_eq(nft_folder_count(folder), 1);
}
END_TEST

START_TEST(permissions_of_the_older_file_are_kept)
{
    static const mode_t modes[] = {0600, 0640, 0666, 0755};
    const char *path = nft_path(folder, "out.tsv");

    nft_write(path, NFT_SPAN("old\n"));
    ck_assert_int_eq(chmod(path, modes[_i]), 0);
    open_file(path);
    ck_assert_int_eq(nf_outfile_remove_old(&file), NF_OK);
    ck_assert_int_eq(nf_outfile_commit(&file), NF_OK);
    ck_assert_uint_eq(mode_of(path), modes[_i]);
}
END_TEST

START_TEST(a_new_file_follows_the_umask)
{
    const char *path = nft_path(folder, "out.tsv");

    (void)umask(027);
    write_file(path);
    ck_assert_uint_eq(mode_of(path), 0640);
}
END_TEST

static const struct {
    const char *target; /* of the link; "real" is the file meant in the end */
    bool exists;
} link_rows[] = {
    {"real", true},   {"real", false},   {"sub/../real", true},
    {"second", true}, {"second", false},
};

START_TEST(a_link_is_followed)
{
    const char *link = nft_path(folder, "out.tsv");
    const char *real = nft_path(folder, "real");

    ck_assert_int_eq(mkdir(nft_path(folder, "sub"), 0700), 0);
    ck_assert_int_eq(symlink(link_rows[_i].target, link), 0);
    ck_assert_int_eq(symlink(real, nft_path(folder, "second")), 0);
    if (link_rows[_i].exists)
        nft_write(real, NFT_SPAN("old\n"));
    write_file(link);
    nft_assert_file(real, "new\n");
    ck_assert_uint_eq(nft_folder_count(folder), 4);
    ck_assert_int_eq(unlink(link), 0); /* still a link: what it meant is still there */
    nft_assert_file(real, "new\n");
}
END_TEST

static const struct {
    const char *path, *message;
} refused_rows[] = {
    {"", "the name of an output file is empty"},
    {"%s", "is a folder; name a file in it"},
    {"%s/", "is a folder; name a file in it"},
    {"%s/absent/out.tsv", "there is no folder "},
    {"%s/absent/", "there is no such folder"},
    {"%s/plain/out.tsv", "there is no folder "},
    {"%s/loop", "Too many levels of symbolic links"},
    {"%s/dangling", "there is no folder "},
};

START_TEST(an_impossible_target_is_refused_at_once)
{
    char *path = NULL;
    size_t n;
    FILE *text = open_memstream(&path, &n);
    const char *at = strchr(refused_rows[_i].path, '%');

    nft_write(nft_path(folder, "plain"), NFT_SPAN(""));
    ck_assert_int_eq(symlink("loop", nft_path(folder, "loop")), 0);
    ck_assert_int_eq(symlink("absent/out.tsv", nft_path(folder, "dangling")), 0);
    ck_assert_ptr_nonnull(text);
    if (at)
        ck_assert_int_gt(fprintf(text, "%s%s", folder, at + 2), 0);
    ck_assert_int_eq(fclose(text), 0);
    ck_assert_int_eq(nf_outfile_open(&file, path), NF_ERR_IO);
    nft_assert_contains(nft_log_text(), refused_rows[_i].message);
    ck_assert_ptr_null(file.stream);
    ck_assert_uint_eq(nft_folder_count(folder), 3);
    free(path);
}
END_TEST

static int open_without_permission(void)
{
    if (nf_outfile_open(&file, nft_path(folder, "inner/out.tsv")) != NF_ERR_IO)
        return 1;
    if (!strstr(nft_log_text(),
                "inner/out.tsv: cannot be written: no permission to make files in"))
        return 2;
    if (nf_outfile_open(&file, nft_path(folder, "plain")) != NF_ERR_IO)
        return 3;
    if (!strstr(nft_log_text(), "plain: cannot be replaced: Permission denied"))
        return 4;
    return 0;
}

START_TEST(without_permission_nothing_is_written)
{
    const char *inner = nft_path(folder, "inner");
    const char *path = nft_path(folder, "plain");

    ck_assert_int_eq(chmod(folder, 0777) | mkdir(inner, 0500), 0);
    nft_write(path, NFT_SPAN("old\n"));
    ck_assert_int_eq(chmod(path, 0400), 0);
    nft_run_unprivileged(open_without_permission);
    nft_assert_file(path, "old\n");
    ck_assert_uint_eq(nft_folder_count(folder), 2);
}
END_TEST

START_TEST(a_name_too_long_is_an_error)
{
    char name[256];

    memset(name, 'x', 255); /* fits by itself, but not with what the temporary name adds */
    name[255] = '\0';
    ck_assert_int_eq(nf_outfile_open(&file, nft_path(folder, name)), NF_ERR_IO);
    nft_assert_contains(nft_log_text(), "cannot be written: File name too long");
}
END_TEST

START_TEST(what_a_killed_run_left_is_not_in_the_way)
{
    const char *path = nft_path(folder, "out.tsv");
    char name[64];

    (void)snprintf(name, sizeof name, ".out.tsv.tmp.%ld", (long)getpid());
    nft_write(nft_path(folder, name), NFT_SPAN("left behind\n"));
    write_file(path);
    nft_assert_file(path, "new\n");
    nft_assert_file(nft_path(folder, name), "left behind\n"); /* it may be somebody's */
    ck_assert_uint_eq(nft_folder_count(folder), 2);
}
END_TEST

START_TEST(one_target_cannot_have_two_writers)
{
    struct nf_outfile second;

    ck_assert_int_eq(chdir(folder), 0);
    open_file(nft_path(folder, "out.tsv"));
    ck_assert_int_eq(nf_outfile_open(&second, "./out.tsv"), NF_ERR_IO);
    nft_assert_contains(nft_log_text(), "is named for two outputs");
    nf_outfile_discard(&second);
    ck_assert_int_ge(fputs("new\n", file.stream), 0);
    ck_assert_int_eq(nf_outfile_commit(&file), NF_OK);
    nft_assert_file(nft_path(folder, "out.tsv"), "new\n");
    write_file("out.tsv"); /* one after the other is fine */
    ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

START_TEST(many_files_at_a_time_up_to_a_limit)
{
    struct nf_outfile many[33];
    char name[16];

    for (int i = 0; i < 33; i++) {
        (void)snprintf(name, sizeof name, "%d", i);
        ck_assert_int_eq(nf_outfile_open(&many[i], nft_path(folder, name)),
                         i < 32 ? NF_OK : NF_ERR_INTERNAL);
    }
    ck_assert_uint_eq(nft_folder_count(folder), 32);
    nf_outfile_discard(&many[5]);
    ck_assert_int_eq(nf_outfile_open(&many[32], nft_path(folder, "32")), NF_OK);
    for (int i = 0; i < 33; i++)
        nf_outfile_discard(&many[i]);
    ck_assert_uint_eq(nft_folder_count(folder), 0);
}
END_TEST

/* Lets no file grow beyond `n` bytes, which stands for a full disk; returns the limit before.
 */
static struct rlimit limit_size(rlim_t n)
{
    struct rlimit limit, before;

    ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = n;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    return before;
}

START_TEST(a_failed_file_is_removed)
{
    struct rlimit before;
    enum nf_status status;

    open_file(nft_path(folder, "out.tsv"));
    ck_assert_int_ge(fputs("new\n", file.stream), 0);
    before = limit_size(2);
    status = nf_outfile_commit(&file);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert_int_eq(status, NF_ERR_IO);
    nft_assert_contains(nft_log_text(), "out.tsv: writing failed: File too large");
    ck_assert_uint_eq(nft_folder_count(folder), 0);
}
END_TEST

/* The disk was full when the buffer was emptied and has room again at the end. */
START_TEST(an_early_failure_is_not_forgotten)
{
    struct rlimit before = limit_size(2);

    open_file(nft_path(folder, "out.tsv"));
    ck_assert_int_ge(fputs("new\n", file.stream), 0);
    ck_assert_int_eq(fflush(file.stream), EOF);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert_int_eq(nf_outfile_commit(&file), NF_ERR_IO);
    nft_assert_contains(nft_log_text(), "out.tsv: writing failed: is the disk full?");
    ck_assert_uint_eq(nft_folder_count(folder), 0);
}
END_TEST

START_TEST(a_name_that_cannot_be_taken_is_an_error_of_commit)
{
    const char *path = nft_path(folder, "out.tsv");

    open_file(path);
    ck_assert_int_eq(mkdir(path, 0700), 0); /* after the check */
    ck_assert_int_eq(nf_outfile_commit(&file), NF_ERR_IO);
    nft_assert_contains(nft_log_text(), "out.tsv: the complete file cannot be given its name");
    ck_assert_uint_eq(nft_folder_count(folder), 1);
}
END_TEST

START_TEST(a_second_commit_is_a_defect)
{
    write_file(nft_path(folder, "out.tsv"));
    ck_assert_int_eq(nf_outfile_commit(&file), NF_ERR_INTERNAL);
    nft_assert_file(nft_path(folder, "out.tsv"), "new\n");
}
END_TEST

static void clean_up_and_die(int number)
{
    (void)number;
    nf_outfile_unlink_all();
    _exit(42);
}

START_TEST(a_signal_handler_can_remove_what_is_unfinished)
{
    struct nf_outfile second;
    pid_t child = fork();
    int status;

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        if (signal(SIGTERM, clean_up_and_die) == SIG_ERR ||
            nf_outfile_open(&file, nft_path(folder, "done")) || nf_outfile_commit(&file) ||
            nf_outfile_open(&file, nft_path(folder, "one")) ||
            nf_outfile_open(&second, nft_path(folder, "two")) || nft_folder_count(folder) != 3)
            _exit(1);
        (void)raise(SIGTERM);
        _exit(2);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 42);
    ck_assert(nft_exists(nft_path(folder, "done")));
    ck_assert_uint_eq(nft_folder_count(folder), 1);
}
END_TEST

START_TEST(opening_leaves_signals_as_they_were)
{
    sigset_t before, after;

    ck_assert_int_eq(sigprocmask(SIG_SETMASK, NULL, &before), 0);
    write_file(nft_path(folder, "out.tsv"));
    ck_assert_int_eq(sigprocmask(SIG_SETMASK, NULL, &after), 0);
    ck_assert_int_eq(sigismember(&before, SIGTERM), sigismember(&after, SIGTERM));
    ck_assert_int_eq(sigismember(&before, SIGINT), sigismember(&after, SIGINT));
}
END_TEST

Suite *outfile_suite(void)
{
    Suite *suite = suite_create("outfile");
    TCase *tests = tcase_create("outfile");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, a_file_appears_only_when_complete);
    tcase_add_test(tests, a_discarded_file_leaves_no_trace);
    tcase_add_test(tests, an_older_file_goes_when_asked_and_not_before);
    tcase_add_test(tests, a_name_without_folder_is_in_this_one);
    tcase_add_loop_test(tests, permissions_of_the_older_file_are_kept, 0, 4);
    tcase_add_test(tests, a_new_file_follows_the_umask);
    tcase_add_loop_test(tests, a_link_is_followed, 0, (int)NFT_COUNT(link_rows));
    tcase_add_loop_test(tests, an_impossible_target_is_refused_at_once, 0,
                        (int)NFT_COUNT(refused_rows));
    tcase_add_test(tests, without_permission_nothing_is_written);
    tcase_add_test(tests, a_name_too_long_is_an_error);
    tcase_add_test(tests, what_a_killed_run_left_is_not_in_the_way);
    tcase_add_test(tests, one_target_cannot_have_two_writers);
    tcase_add_test(tests, many_files_at_a_time_up_to_a_limit);
    tcase_add_test(tests, a_failed_file_is_removed);
    tcase_add_test(tests, an_early_failure_is_not_forgotten);
    tcase_add_test(tests, a_name_that_cannot_be_taken_is_an_error_of_commit);
    tcase_add_test(tests, a_second_commit_is_a_defect);
    tcase_add_test(tests, a_signal_handler_can_remove_what_is_unfinished);
    tcase_add_test(tests, opening_leaves_signals_as_they_were);
    suite_add_tcase(suite, tests);
    return suite;
}
