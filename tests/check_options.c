/* SPDX-License-Identifier: MIT */
/* options: what is understood, what is refused and how, and that --help, the man page and the
 * table of options tell the same. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ntrkfuse/options.h"
#include "support.h"

enum { MAX_ARGUMENTS = 12 };

static char *folder;

/* A folder with in.bam, in.bam.bai, and link.bam, which is in.bam. */
static void set_up(void)
{
    folder = nft_folder_new();
    ck_assert_int_eq(chdir(folder), 0);
    nft_write("in.bam", NFT_SPAN(""));
    nft_write("in.bam.bai", NFT_SPAN(""));
    nft_write("genes.gtf", NFT_SPAN(""));
    nft_write("chimeric.sam", NFT_SPAN(""));
    ck_assert_int_eq(symlink("in.bam", "link.bam"), 0);
    ck_assert_int_eq(mkdir("sub", 0777), 0);
    nft_log_begin();
}

static void tear_down(void)
{
    nft_log_end();
    ck_assert_int_eq(chdir("/"), 0);
    nft_folder_remove(folder);
}

/* Parses a NULL-terminated row of arguments as those of `ntrkfuse call`. */
static enum nf_status parse(struct nf_call_options *options, const char *const *row)
{
    char command[] = "call";
    char *argv[MAX_ARGUMENTS + 2] = {command};
    int argc = 1;

    for (; argc <= MAX_ARGUMENTS && row[argc - 1]; argc++)
        argv[argc] = (char *)row[argc - 1];
    return nf_call_options_parse(options, argc, argv);
}

START_TEST(defaults)
{
    struct nf_call_options options;

    ck_assert_int_eq(parse(&options, (const char *const[]){"in.bam", NULL}), NF_OK);
    ck_assert_str_eq(options.input, "in.bam");
    ck_assert_str_eq(options.output, "-");
    ck_assert_ptr_null(options.index);
    ck_assert_ptr_null(options.json);
    ck_assert_ptr_null(options.sample);
    ck_assert_ptr_null(options.reference);
    ck_assert_ptr_null(options.gtf);
    ck_assert_ptr_null(options.ref_dir);
    ck_assert_ptr_null(options.primers);
    ck_assert_ptr_null(options.histology);
    ck_assert_int_eq(options.age_group, NF_AGE_ANY);
    ck_assert_uint_eq(options.chimeric.n, 0);
    ck_assert_int_eq(options.library, NF_LIBRARY_INFER);
    ck_assert_int_eq(options.n_threads, 1);
    ck_assert_int_eq(options.verbosity, 2);
    ck_assert(!options.full_scan && !options.all && !options.quiet && !options.show_help);
    nf_call_options_free(&options);
    nf_call_options_free(&options);
}
END_TEST

START_TEST(every_option)
{
    struct nf_call_options options;
    const char *const first[] = {
        "-X",         "in.bam.bai",   "--reference=g.fa",      "-@8",   "in.bam",
        "--chimeric", "chimeric.sam", "--chimeric=b.junction", "--gtf", "genes.gtf",
        NULL};
    const char *const third[] = {
        "in.bam", "--histology", "Synovial sarcoma", "--age-group", "child", "--all", NULL};
    const char *const second[] = {"--ref-dir", "ref",      "-oout.tsv", "--json",
                                  "-",         "--sample", "S 1",       "--library=anchored",
                                  "--primers", "p.bed",    "--",        "-odd.bam"};

    ck_assert_int_eq(parse(&options, first), NF_OK);
    ck_assert_str_eq(options.input, "in.bam");
    ck_assert_str_eq(options.index, "in.bam.bai");
    ck_assert_str_eq(options.reference, "g.fa");
    ck_assert_int_eq(options.n_threads, 8);
    ck_assert_uint_eq(options.chimeric.n, 2);
    ck_assert_str_eq(options.chimeric.items[0], "chimeric.sam");
    ck_assert_str_eq(options.chimeric.items[1], "b.junction");
    ck_assert_str_eq(options.gtf, "genes.gtf");
    nf_call_options_free(&options);

    ck_assert_int_eq(parse(&options, second), NF_OK);
    ck_assert_str_eq(options.input, "-odd.bam");
    ck_assert_str_eq(options.ref_dir, "ref");
    ck_assert_str_eq(options.output, "out.tsv");
    ck_assert_str_eq(options.json, "-");
    ck_assert_str_eq(options.sample, "S 1");
    ck_assert_int_eq(options.library, NF_LIBRARY_ANCHORED);
    ck_assert_str_eq(options.primers, "p.bed");
    nf_call_options_free(&options);

    ck_assert_int_eq(parse(&options, third), NF_OK);
    ck_assert_str_eq(options.histology, "Synovial sarcoma");
    ck_assert_int_eq(options.age_group, NF_AGE_CHILD);
    ck_assert(options.all);
    nf_call_options_free(&options);
}
END_TEST

static const struct {
    const char *arguments[MAX_ARGUMENTS];
} accepted[] = {
    {{"-"}},
    {{"https://example.org/a.bam", "-o", "a.bam"}},
    {{"in.bam##idx##in.bam.bai"}},
    {{"in.bam", "--full-scan", "--quiet"}},
    {{"in.bam", "--verbosity", "0"}},
    {{"in.bam", "--verbosity=3"}},
    {{"in.bam", "-@", "256"}},
    {{"in.bam", "--output", "/dev/null", "--json", "/dev/null"}},
    {{"in.bam", "--output", "out", "--json", "sub/out"}},
    {{"in.bam", "-o", "none/such"}}, /* found out when it is opened */
    {{"/dev/null", "-o", "/dev/null"}},
    {{"in.bam", "--library", "wts"}},
    {{"in.bam", "--library", "capture"}},
    {{"in.bam", "--library", "amplicon"}},
    {{"in.bam", "--gtf", "genes.gtf", "--chimeric", "-"}},
    {{"in.bam", "--age-group", "adult"}},
    {{"in.bam", "--histology", "no such"}}, /* found out when the tables are there */
    {{"in.bam", "--histology=Synovial sarcoma", "--age-group=child"}},
    {{"--help", "--nonsense", "a", "b"}},
    {{"-h"}},
    {{"in.bam", "-hz"}}, /* nothing after -h is looked at */
};

START_TEST(is_accepted)
{
    struct nf_call_options options;
    enum nf_status status = parse(&options, accepted[_i].arguments);

    ck_assert_msg(status == NF_OK, "row %d: %s", _i, nft_log_text());
    ck_assert_str_eq(nft_log_text(), "");
    nf_call_options_free(&options);
}
END_TEST

static const struct {
    const char *arguments[MAX_ARGUMENTS];
    const char *message; /* a part of it */
} refused[] = {
    {{NULL}, "no input; name a BAM, CRAM or SAM file, or -"},
    {{"--all"}, "no input"},
    {{"a.bam", "b.bam"}, "two inputs, 'a.bam' and 'b.bam'"},
    {{"a.bam", "--", "b.bam"}, "two inputs"},
    {{""}, "the name of the input is empty"},
    {{"in.bam", "--nonsense"}, "unknown option '--nonsense'; see"},
    {{"in.bam", "--nonsense=1"}, "unknown option '--nonsense=1'"},
    {{"in.bam", "-z"}, "unknown option '-z'"},
    {{"in.bam", "--lib", "wts"}, "'--lib': write --library in full"},
    {{"in.bam", "--lib=wts"}, "'--lib': write --library in full"},
    {{"in.bam", "--full"}, "'--full': write --full-scan in full"},
    {{"in.bam", "--re", "x"}, "unknown option '--re'"}, /* of two options */
    {{"in.bam", "--all=yes"}, "--all takes no value"},
    {{"in.bam", "--json"}, "--json needs a value"},
    {{"in.bam", "-o"}, "--output needs a value"},
    {{"in.bam", "-o", "--json", "x"}, "--output needs a FILE, not '--json'"},
    {{"in.bam", "--chimeric", "-x"}, "--chimeric needs a FILE, not '-x'"},
    {{"in.bam", "--json="}, "--json: the value is empty"},
    {{"in.bam", "--sample", ""}, "--sample: the value is empty"},
    {{"in.bam", "--sample", "a\tb"}, "control character"},
    {{"in.bam", "--library", "WTS"}, "'WTS' is not one of wts, capture"},
    {{"in.bam", "--library", "infer"}, "'infer' is not one of"},
    {{"in.bam", "--age-group", "any"}, "--age-group: 'any' is not one of adult, child"},
    {{"in.bam", "--age-group", "Child"}, "'Child' is not one of adult, child"},
    {{"in.bam", "--age-group=12"}, "'12' is not one of adult, child"},
    {{"in.bam", "--age-group"}, "--age-group needs a value: --age-group GROUP"},
    {{"in.bam", "--age-group", "adult", "--age-group", "adult"}, "--age-group is given twice"},
    {{"in.bam", "--histology", ""}, "--histology: the value is empty"},
    {{"in.bam", "--histology", "a\nb"}, "control character"},
    {{"in.bam", "-@", "0"}, "--threads: '0' is not a whole number from 1 to 256"},
    {{"in.bam", "-@", "257"}, "'257' is not"},
    {{"in.bam", "-@", "4x"}, "'4x' is not"},
    {{"in.bam", "-@", " 4"}, "' 4' is not"},
    {{"in.bam", "-@", "99999999999999999999"}, "is not a whole number"},
    {{"in.bam", "--verbosity", "4"}, "from 0 to 3"},
    {{"in.bam", "--verbosity=-1"}, "from 0 to 3"},
    {{"in.bam", "-@1", "--threads=1"}, "--threads is given twice"},
    {{"in.bam", "--max-memory", "31M"}, "'31M' is not a size of 32M or more"},
    {{"in.bam", "--max-memory", "2T"}, "'2T' is not a size"},
    {{"in.bam", "--max-memory", "-1G"}, "'-1G' is not a size"},
    {{"in.bam", "--max-memory", "1.5G"}, "'1.5G' is not a size"},
    {{"in.bam", "--max-memory", "9999999999999G"}, "is not a size"},
    {{"in.bam", "--all", "--all"}, "--all is given twice"},
    {{"in.bam", "-o", "x", "--output", "y"}, "--output is given twice"},
    {{"in.bam", "--quiet", "--verbosity", "1"}, "--quiet and --verbosity both"},
    {{"in.bam", "--verbosity", "2", "--quiet"}, "--quiet and --verbosity both"},
    {{"in.bam", "--full-scan", "-X", "in.bam.bai"},
     "--full-scan ignores any index, --index (-X) names one"},
    {{"in.bam##idx##in.bam.bai", "-X", "in.bam.bai"}, "after ##idx##"},
    {{"in.bam##idx##in.bam.bai", "--full-scan"}, "--full-scan ignores any index"},
    {{"-", "-X", "in.bam.bai"}, "standard input cannot be read by an index"},
    {{"in.bam", "--json", "-"}, "both write to standard output"},
    {{"in.bam", "-o", "x", "--json", "x"}, "--output and --json name the same file"},
    {{"in.bam", "-o", "x", "--json", "sub/../x"}, "--output and --json name the same file"},
    {{"in.bam", "-o", "genes.gtf", "--json", "./genes.gtf"}, "--output and --json name the"},
    {{"in.bam", "-o", "in.bam"}, "--output and the input name the same file"},
    {{"in.bam", "--json", "link.bam"}, "--json and the input name the same file"},
    {{"link.bam", "-o", "in.bam"}, "--output and the input name the same file"},
    {{"in.bam##idx##in.bam.bai", "-o", "in.bam"}, "--output and the input name"},
    {{"in.bam##idx##in.bam.bai", "-o", "in.bam.bai"}, "and the input's index name"},
    {{"in.bam", "-X", "in.bam.bai", "-o", "in.bam.bai"}, "--output and --index name"},
    {{"in.bam", "-o", "in.bam.bai"}, "--output and the input's index name"},
    {{"in.bam", "--gtf", "genes.gtf", "-o", "genes.gtf"}, "--output and --gtf name"},
    {{"in.bam", "--reference", "genes.gtf", "-o", "genes.gtf"}, "and --reference name"},
    {{"in.bam", "--primers", "genes.gtf", "-o", "genes.gtf"}, "and --primers name"},
    {{"in.bam", "--chimeric", "in.bam", "--chimeric", "chimeric.sam", "-o", "chimeric.sam"},
     "and --chimeric name"},
    {{"-", "--gtf", "-"}, "the input and --gtf both read standard input"},
};

START_TEST(is_refused)
{
    struct nf_call_options options;
    enum nf_status status = parse(&options, refused[_i].arguments);

    const char *said = nft_log_text();

    nf_call_options_free(&options);
    ck_assert_msg(status == NF_ERR_USAGE, "row %d: status %d", _i, (int)status);
    nft_assert_contains(said, refused[_i].message);
    ck_assert_msg(strchr(said, '\n') == said + strlen(said) - 1, "more than a line: %s", said);
}
END_TEST

START_TEST(local_url_is_a_file)
{
    struct nf_call_options options;
    char url[200], path[100];

    ck_assert_ptr_nonnull(getcwd(path, sizeof path));
    snprintf(url, sizeof url, "file://%s/in.bam", path);
    const char *const row[] = {url, "-o", "in.bam", NULL};
    ck_assert_int_eq(parse(&options, row), NF_ERR_USAGE);
    nf_call_options_free(&options);
}
END_TEST

/* The rows stand in the order of their enumerators, no name twice, no letter twice. */
START_TEST(table_is_sound)
{
    size_t n;
    const struct nf_option_row *rows = nf_call_option_rows(&n);

    for (size_t i = 0; i < n; i++) {
        ck_assert_ptr_nonnull(rows[i].name);
        ck_assert_ptr_nonnull(rows[i].help);
        ck_assert_int_eq(rows[i].kind == NF_OPTION_FLAG, rows[i].argument == NULL);
        for (size_t k = 0; k < i; k++) {
            ck_assert_str_ne(rows[i].name, rows[k].name);
            ck_assert(!rows[i].letter || rows[i].letter != rows[k].letter);
        }
    }
}
END_TEST

START_TEST(help_shows_every_option)
{
    char *text = NULL;
    size_t size = 0, n;
    FILE *out = open_memstream(&text, &size);
    const struct nf_option_row *rows = nf_call_option_rows(&n);

    nf_call_options_help(out);
    ck_assert_int_eq(fclose(out), 0);
    for (size_t i = 0; i < n; i++) {
        char entry[80];
        snprintf(entry, sizeof entry, " --%s %s", rows[i].name,
                 rows[i].argument ? rows[i].argument : " ");
        ck_assert_msg(strstr(text, entry), "%s is not in --help", rows[i].name);
    }
    ck_assert_ptr_nonnull(strstr(text, "with any number [1]\n"));
    ck_assert_ptr_nonnull(strstr(text, "3 and details [2]\n"));
    ck_assert_ptr_nonnull(strstr(text, "amplicon [inferred]\n"));
    ck_assert_ptr_nonnull(strstr(text, "standard output [-]\n"));
    for (char *line = text; *line; line = strchr(line, '\n') + 1)
        ck_assert_msg(strchr(line, '\n') - line <= 90, "too wide: %.90s", line);
    free(text);
}
END_TEST

/* The part of the man page on the options of call: from its heading to the next one. */
static char *man_section(void)
{
    char *page = nft_read(NF_SOURCE_DIR "/src/ntrkfuse.1", NULL);
    char *start = strstr(page, "\n.Ss Options of call\n");
    ck_assert_ptr_nonnull(start);
    char *end = strstr(start + 5, "\n.S");
    ck_assert_ptr_nonnull(end);
    end[1] = '\0';
    char *section = strdup(start);
    free(page);
    return section;
}

/* How an entry for the option begins in the man page. */
static void man_entry(char *entry, size_t size, const struct nf_option_row *row)
{
    const char *space = row->argument ? " Ar " : "";
    const char *argument = row->argument ? row->argument : "";

    if (row->letter)
        snprintf(entry, size, "\n.It Fl %c%s%s , Fl -%s%s%s\n", row->letter, space, argument,
                 row->name, space, argument);
    else
        snprintf(entry, size, "\n.It Fl -%s%s%s\n", row->name, space, argument);
}

START_TEST(man_page_has_every_option)
{
    char *section = man_section();
    size_t n, n_entries = 0;
    const struct nf_option_row *rows = nf_call_option_rows(&n);

    for (size_t i = 0; i < n; i++) {
        char entry[120];
        man_entry(entry, sizeof entry, &rows[i]);
        ck_assert_msg(strstr(section, entry), "no entry in the man page:%s", entry);
    }
    for (const char *at = strstr(section, "\n.It "); at; at = strstr(at + 1, "\n.It "))
        n_entries++;
    ck_assert_msg(n_entries == n, "the man page has %zu options, the table %zu", n_entries, n);
    free(section);
}
END_TEST

START_TEST(library_names)
{
    ck_assert_str_eq(nf_library_name(NF_LIBRARY_INFER), "infer");
    ck_assert_str_eq(nf_library_name(NF_LIBRARY_WTS), "wts");
    ck_assert_str_eq(nf_library_name(NF_LIBRARY_AMPLICON), "amplicon");
    ck_assert_str_eq(nf_library_name((enum nf_library)99), "unknown");
}
END_TEST

Suite *options_suite(void)
{
    Suite *suite = suite_create("options");
    TCase *parsing = tcase_create("parse");
    TCase *tables = tcase_create("tables");

    tcase_add_checked_fixture(parsing, set_up, tear_down);
    tcase_add_test(parsing, defaults);
    tcase_add_test(parsing, every_option);
    tcase_add_loop_test(parsing, is_accepted, 0, NFT_COUNT(accepted));
    tcase_add_loop_test(parsing, is_refused, 0, NFT_COUNT(refused));
    tcase_add_test(parsing, local_url_is_a_file);
    tcase_add_test(tables, table_is_sound);
    tcase_add_test(tables, help_shows_every_option);
    tcase_add_test(tables, man_page_has_every_option);
    tcase_add_test(tables, library_names);
    suite_add_tcase(suite, parsing);
    suite_add_tcase(suite, tables);
    return suite;
}
