/* SPDX-License-Identifier: MIT */
/* Tests of catalogue_command. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ntrkfuse/catalogue_command.h"
#include "support.h"
#include "support_tables.h"

enum { MOST_WORDS = 8 };

static char *folder;
static char *output; /* what the last run printed on standard output */

static void begin(void)
{
    folder = nft_folder_new();
    nft_log_begin();
}

static void end(void)
{
    nft_log_end();
    nft_folder_remove(folder);
    free(output);
    output = NULL;
}

/* Runs the command with the words of `line` and keeps what it prints; "@" is the folder. */
static int run(const char *line)
{
    char words[400], *argv[MOST_WORDS + 1] = {NULL};
    const char *path = nft_path(folder, "stdout");
    int argc = 0, status, saved, file;

    snprintf(words, sizeof words, "%s", line);
    for (char *at = words; *at;) {
        char *space = strchr(at, ' ');

        ck_assert_int_lt(argc, MOST_WORDS);
        argv[argc++] = at;
        if (space)
            *space = '\0';
        at = space ? space + 1 : at + strlen(at);
    }
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "@") == 0)
            argv[i] = folder;
    }
    fflush(stdout);
    saved = dup(STDOUT_FILENO);
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ck_assert_int_ge(saved, 0);
    ck_assert_int_ge(file, 0);
    ck_assert_int_ge(dup2(file, STDOUT_FILENO), 0);
    close(file);
    nft_log_begin();
    status = nf_catalogue_command(argc, argv);
    fflush(stdout);
    ck_assert_int_ge(dup2(saved, STDOUT_FILENO), 0);
    close(saved);
    free(output);
    output = nft_read(path, NULL);
    return status;
}

static size_t count_lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* ---- what it prints ---- */

static const struct {
    const char *line;
    const char *parts[5]; /* all in the output, in this order */
} good[] = {
    {"catalogue --help", {"Usage: ntrkfuse catalogue", "show PAIR", "Exit status"}},
    {"catalogue show --help", {"Usage: ntrkfuse catalogue"}},
    {"catalogue list",
     {"fusion ", "AMOTL2::NTRK1", "IGR::NTRK1", "ETV6::NTRK3", "NTRK3::ETV6"}},
    {"catalogue list --gene NTRK2", {"AGBL4::NTRK2", "CLEC16A/NTRK2", "NTRK2::AFAP1"}},
    {"catalogue list --gene=TRKC --partner=TEL", {"fusion ", "ETV6::NTRK3", "4  infantile"}},
    {"catalogue list --partner IGR", {"IGR::NTRK1", "yes    yes"}},
    {"catalogue list --tsv --partner KIRREL",
     {"fusion\tgene\tpartner\tside\ttier\tin_review\tneutral\tjunctions\thgnc_id\t",
      "KIRREL1::NTRK1\tNTRK1\tKIRREL1\t5prime\tC\tyes\tno\t0\tHGNC:15734\t"}},
    {"catalogue show ETV6::NTRK3",
     {"ETV6::NTRK3\n", "NTRK3 (HGNC:8033), MANE Select NM_001012338.3",
      "references 13,44,76,77", "GRCh38  chr12:11869969:+     chr15:87940753:-\n",
      "GRCh37  chr12:12022903:+     chr15:88483984:-\n"}},
    {"catalogue show ETV6--NTRK3",
     {"ETV6::NTRK3\n", "tier              A", "NTRK3::ETV6 (tier R"}},
    {"catalogue show ETV6-NTRK3", {"ETV6::NTRK3\n", "infantile fibrosarcoma (canonical)"}},
    {"catalogue show tel::trkc", {"ETV6::NTRK3\n"}},
    {"catalogue show M-RIP-NTRK1", {"MPRIP::NTRK1\n", "also called M-RIP"}},
    {"catalogue show NTRK3::ETV6", {"NTRK3::ETV6\n", "side 3prime", "tier              R"}},
    {"catalogue show NTRK2-CLEC16A",
     {"CLEC16A/NTRK2\n", "side unknown", "text, bone_sarcoma"}},
    {"catalogue show MIR584F1::NTRK1",
     {"MIR548F1::NTRK1\n", "neutral", "printed as MIR584F1"}},
    {"catalogue show IGR::NTRK1", {"IGR::NTRK1\n", "references 80", "(neutral)"}},
    {"catalogue show RRNAD1::NTRK1", {"METTL25B::NTRK1\n", "tier              B"}},
    {"catalogue show -- ETV6::NTRK3", {"ETV6::NTRK3\n"}},
    {"catalogue histologies", {"10/337    2.97%", "1/12    8.33%  Chondrosarcoma"}},
    {"catalogue histologies --tsv",
     {"histology\tadult_total", "315 (37, 51, 33, 194)\t2 (0,"}},
    {"catalogue list --ref-dir " NFT_REF_DIR, {"ETV6::NTRK3"}},
    {"catalogue check " NFT_REF_DIR, {" tables, no problem found\n"}},
};

START_TEST(good_lines_print)
{
    const char *at;

    ck_assert_int_eq(run(good[_i].line), 0);
    ck_assert_str_eq(nft_log_text(), "");
    at = output;
    for (size_t i = 0; i < NFT_COUNT(good[_i].parts) && good[_i].parts[i]; i++) {
        nft_assert_contains(at, good[_i].parts[i]);
        at = strstr(at, good[_i].parts[i]);
    }
}
END_TEST

/* ---- what it refuses ---- */

static const struct {
    const char *line;
    int status;
    const char *message;
} bad[] = {
    {"catalogue", 2, "say what to do"},
    {"catalogue frobnicate", 2, "frobnicate is none of list, show, histologies, check"},
    {"catalogue list --gene", 2, "--gene needs a value"},
    {"catalogue list --gene=", 2, "--gene needs a value"},
    {"catalogue list --gene NTRK1 --gene NTRK1", 2, "--gene is given twice"},
    {"catalogue list --tsv --tsv", 2, "--tsv is given twice"},
    {"catalogue list --tsv=1", 2, "unknown option --tsv=1"},
    {"catalogue list --genes NTRK1", 2, "unknown option --genes"},
    {"catalogue list NTRK1", 2, "NTRK1 is one argument too many"},
    {"catalogue show", 2, "wants a pair such as ETV6::NTRK3"},
    {"catalogue show ETV6::NTRK3 again", 2, "again is one argument too many"},
    {"catalogue show --tsv ETV6::NTRK3", 2, "unknown option --tsv"},
    {"catalogue histologies --gene NTRK1", 2, "unknown option --gene"},
    {"catalogue check", 2, "wants a folder of tables"},
    {"catalogue list --gene NTRK9", 1,
     "NTRK9: the catalogue knows no gene of this name; nearest: "
     "NTRK1, NTRK2, NTRK3"},
    {"catalogue list --gene ETV6", 1, "ETV6 is no target"},
    {"catalogue list --partner KIREL", 1, "nearest: KIRREL, KIRREL1"},
    {"catalogue list --partner ACTB", 1, "has no partner ACTB of any target"},
    {"catalogue show ETV7::NTRK3", 1, "nearest: ETV6::NTRK3, ETV6::NTRK2"},
    {"catalogue show ETV6::NTRK1", 1,
     "ETV6::NTRK1: is not in the catalogue; nearest: ETV6::NTRK2"},
    {"catalogue show NTRK1::BCAN", 1, "the other way round it is: BCAN::NTRK1"},
    {"catalogue show NTRK1::IGR", 1, "NTRK1::IGR: is not in the catalogue"},
    {"catalogue show ETV6", 1, "ETV6: is no pair"},
    {"catalogue show ETV6::", 1, "ETV6::: is no pair"},
    {"catalogue show ::NTRK3", 1, "::NTRK3: is no pair"},
    {"catalogue show -", 1, "-: is no pair"},
    {"catalogue list --ref-dir /no/such/folder", 1, "/no/such/folder: cannot be opened"},
    {"catalogue check /no/such/folder", 1, "/no/such/folder: cannot be opened"},
    {"catalogue check @", 1, "13 problems"},
};

START_TEST(bad_lines_are_refused)
{
    ck_assert_int_eq(run(bad[_i].line), bad[_i].status);
    nft_assert_contains(nft_log_text(), bad[_i].message);
    ck_assert_str_eq(output, "");
    if (strcmp(bad[_i].line, "catalogue check @") != 0)
        ck_assert_uint_eq(count_lines(nft_log_text()), 1);
}
END_TEST

START_TEST(the_list_is_complete_and_rectangular)
{
    size_t n_lines;

    ck_assert_int_eq(run("catalogue list --tsv"), 0);
    n_lines = count_lines(output);
    ck_assert_uint_eq(n_lines, 1 + 202 + 1); /* header, partners, IGR */
    for (const char *line = output; *line; line = strchr(line, '\n') + 1) {
        size_t n_tabs = 0;

        for (const char *c = line; *c != '\n'; c++)
            n_tabs += *c == '\t';
        ck_assert_uint_eq(n_tabs, 12);
    }
}
END_TEST

START_TEST(every_pair_listed_can_be_shown)
{
    char *list;

    ck_assert_int_eq(run("catalogue list --tsv"), 0);
    list = strchr(output, '\n');
    ck_assert_ptr_nonnull(list);
    list = strdup(list + 1);
    ck_assert_ptr_nonnull(list);
    for (char *line = list, *next; *line; line = next) {
        char command[200], title[100];
        const size_t n = strcspn(line, "\t");
        const char *slash = memchr(line, '/', n);

        next = strchr(line, '\n') + 1;
        snprintf(title, sizeof title, "%.*s\n", (int)n, line);
        snprintf(command, sizeof command, "catalogue show %.*s%s%.*s",
                 slash ? (int)(slash - line) : (int)n, line, slash ? "--" : "",
                 slash ? (int)(line + n - slash - 1) : 0, slash ? slash + 1 : "");
        ck_assert_msg(run(command) == 0, "%s", command);
        ck_assert_msg(strncmp(output, title, strlen(title)) == 0, "%s", command);
    }
    free(list);
}
END_TEST

START_TEST(a_long_name_is_no_trouble)
{
    char line[380];

    memset(line, 'A', sizeof line);
    memcpy(line, "catalogue show ", 15);
    memcpy(line + sizeof line - 8, "::NTRK3", 8);
    ck_assert_int_eq(run(line), 1);
    nft_assert_contains(nft_log_text(), "is no pair");
}
END_TEST

START_TEST(output_that_cannot_be_written_is_an_error)
{
    char *argv[] = {(char[]){"catalogue"}, (char[]){"list"}, NULL};
    int saved, full = open("/dev/full", O_WRONLY);

    if (full < 0)
        return;
    fflush(stdout);
    saved = dup(STDOUT_FILENO);
    ck_assert_int_ge(dup2(full, STDOUT_FILENO), 0);
    ck_assert_int_eq(nf_catalogue_command(2, argv), 1);
    nft_assert_contains(nft_log_text(), "standard output");
    clearerr(stdout);
    ck_assert_int_ge(dup2(saved, STDOUT_FILENO), 0);
    close(saved);
    close(full);
}
END_TEST

Suite *catalogue_command_suite(void)
{
    Suite *suite = suite_create("catalogue_command");
    TCase *lines = tcase_create("lines");

    tcase_add_checked_fixture(lines, begin, end);
    tcase_set_timeout(lines, 60);
    tcase_add_loop_test(lines, good_lines_print, 0, NFT_COUNT(good));
    tcase_add_loop_test(lines, bad_lines_are_refused, 0, NFT_COUNT(bad));
    tcase_add_test(lines, the_list_is_complete_and_rectangular);
    tcase_add_test(lines, every_pair_listed_can_be_shown);
    tcase_add_test(lines, a_long_name_is_no_trouble);
    tcase_add_test(lines, output_that_cannot_be_written_is_an_error);
    suite_add_tcase(suite, lines);
    return suite;
}
