/* SPDX-License-Identifier: MIT */
/* progress: the line that is shown, from given numbers, and when none is. What depends on the
 * clock is not tested. */
#include <check.h>
#include <string.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/progress.h"
#include "support.h"

static const struct {
    const char *name;
    struct nf_progress_state state;
    double elapsed;
    const char *line;
} rows[] = {
    {"within",
     {420, 1000, 8400000},
     1.647,
     "42.0 %, 8.4 M records, 5.1 M records/s, 3 s left"},
    {"a pipe", {0, 0, 8400000}, 1.647, "8.4 M records, 5.1 M records/s"},
    {"at once", {420, 1000, 8400000}, 0, "42.0 %, 8.4 M records"},
    {"nothing read", {0, 1000, 0}, 3, "0.0 %, 0.0 M records, 0.0 M records/s"},
    {"the end", {1000, 1000, 2000000}, 2, "100.0 %, 2.0 M records, 1.0 M records/s, 0 s left"},
    {"read twice", {1500, 1000, 3e6}, 2, "100.0 %, 3.0 M records, 1.5 M records/s, 0 s left"},
    {"minutes", {1, 2, 1e6}, 61, "50.0 %, 1.0 M records, 0.0 M records/s, 1 min 1 s left"},
    {"hours", {1, 2, 1e6}, 7265, "50.0 %, 1.0 M records, 0.0 M records/s, 2 h 1 min left"},
    {"huge",
     {0, INT64_MAX, INT64_MAX},
     1e9,
     "0.0 %, 9223372036854.8 M records, 9223.4 M records/s"},
};

START_TEST(the_line_says_share_count_rate_and_time)
{
    char line[NF_PROGRESS_BYTES];

    nf_progress_format(line, &rows[_i].state, rows[_i].elapsed);
    ck_assert_msg(strcmp(line, rows[_i].line) == 0, "%s: '%s'", rows[_i].name, line);
}
END_TEST

static const struct {
    const char *name;
    int seconds;
    enum nf_log_level level;
    double interval;
} begin_rows[] = {
    {"asked for", 5, NF_LOG_INFO, 5},
    {"not wanted", NF_PROGRESS_NONE, NF_LOG_INFO, 0},
    {"no information", 5, NF_LOG_WARN, 0},
    {"no information on a terminal", NF_PROGRESS_TERMINAL, NF_LOG_ERROR, 0},
};

START_TEST(the_log_decides_whether_lines_come)
{
    struct nf_progress progress;

    nf_log_set_level(begin_rows[_i].level);
    nf_progress_begin(&progress, begin_rows[_i].seconds);
    nf_log_set_level(NF_LOG_INFO);
    ck_assert_msg(progress.interval <= begin_rows[_i].interval &&
                      progress.interval >= begin_rows[_i].interval,
                  "%s: %f", begin_rows[_i].name, progress.interval);
    ck_assert_msg(!progress.overwrites, "%s", begin_rows[_i].name);
}
END_TEST

START_TEST(a_line_comes_when_the_interval_has_passed)
{
    const struct nf_progress_state state = {.n_records = 1000000};
    struct nf_progress progress;

    nft_log_begin();
    nf_progress_begin(&progress, 3600);
    nf_progress_show(&progress, &state);
    ck_assert_str_eq(nft_log_text(), "");
    progress.shown -= 3600;
    nf_progress_show(&progress, &state);
    nft_assert_contains(nft_log_text(), "ntrkfuse: progress: 1.0 M records");
    nf_progress_end(&progress);
    nft_log_end();
}
END_TEST

Suite *progress_suite(void)
{
    Suite *suite = suite_create("progress");
    TCase *tests = tcase_create("progress");

    tcase_add_loop_test(tests, the_line_says_share_count_rate_and_time, 0,
                        (int)NFT_COUNT(rows));
    tcase_add_loop_test(tests, the_log_decides_whether_lines_come, 0,
                        (int)NFT_COUNT(begin_rows));
    tcase_add_test(tests, a_line_comes_when_the_interval_has_passed);
    suite_add_tcase(suite, tests);
    return suite;
}
