/* SPDX-License-Identifier: MIT */
/* The command line of `ntrkfuse call`. The table below is all there is to know about an
 * option: the parser, --help and the test of the man page walk over it. After parsing, the
 * options are judged together in one place, nf_options_judge, before any file is touched. */
#include "ntrkfuse/options.h"

#include <getopt.h>
#include <string.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/options_judge.h"
#include "ntrkfuse/progress.h"
#include "ntrkfuse/str.h"

#define AT(member) offsetof(struct nf_call_options, member)

/* Rows stand in the order of enum nf_option, which is that of --help. */
static const struct nf_option_row rows[NF_N_OPTIONS] = {
    [NF_OPT_INDEX] = {"index", 'X', NF_OPTION_PATH, AT(index), 0, 0, "FILE", "Input",
                      "index of the input (.bai, .csi, .crai)\n"
                      "[beside the input, if there is one]"},
    [NF_OPT_FULL_SCAN] = {"full-scan", 0, NF_OPTION_FLAG, AT(full_scan), 0, 0, NULL, "Input",
                          "read every record, whether or not there is an index"},
    [NF_OPT_REFERENCE] = {"reference", 0, NF_OPTION_PATH, AT(reference), 0, 0, "FASTA",
                          "Input", "genome sequence to decode CRAM with"},
    [NF_OPT_CHIMERIC] = {"chimeric", 0, NF_OPTION_PATHS, AT(chimeric), 0, 0, "FILE", "Input",
                         "Chimeric.out.sam or Chimeric.out.junction that STAR wrote\n"
                         "beside the input; may be given several times"},
    [NF_OPT_GTF] = {"gtf", 0, NF_OPTION_PATH, AT(gtf), 0, 0, "FILE", "Input",
                    "further gene models (GTF, plain or gzip)"},
    [NF_OPT_REF_DIR] = {"ref-dir", 0, NF_OPTION_PATH, AT(ref_dir), 0, 0, "DIR", "Input",
                        "reference tables [those compiled in]"},
    [NF_OPT_OUTPUT] = {"output", 'o', NF_OPTION_PATH, AT(output), 0, 0, "FILE", "Output",
                       "write the table to FILE, - is standard output"},
    [NF_OPT_JSON] = {"json", 0, NF_OPTION_PATH, AT(json), 0, 0, "FILE", "Output",
                     "write everything that was found to FILE as JSON"},
    [NF_OPT_VERDICT] = {"verdict", 0, NF_OPTION_PATH, AT(verdict), 0, 0, "FILE", "Output",
                        "write the answer for each target gene to FILE"},
    [NF_OPT_SAMPLE] = {"sample", 0, NF_OPTION_TEXT, AT(sample), 0, 0, "NAME", "Output",
                       "name of the sample [the SM of the header's read groups]"},
    [NF_OPT_ALL] = {"all", 0, NF_OPTION_FLAG, AT(all), 0, 0, NULL, "Output",
                    "print what the filters dropped as well, and why"},
    [NF_OPT_LIBRARY] = {"library", 0, NF_OPTION_LIBRARY, AT(library), 0, 0, "TYPE", "Evidence",
                        "wts, capture, anchored or amplicon"},
    [NF_OPT_PRIMERS] = {"primers", 0, NF_OPTION_PATH, AT(primers), 0, 0, "BED", "Evidence",
                        "primer sites, which are no evidence of a transcript"},
    [NF_OPT_HISTOLOGY] = {"histology", 0, NF_OPTION_TEXT, AT(histology), 0, 0, "NAME",
                          "Patient",
                          "histology of the tumour, as in `ntrkfuse catalogue\nhistologies`"},
    [NF_OPT_AGE_GROUP] = {"age-group", 0, NF_OPTION_AGE, AT(age_group), 0, 0, "GROUP",
                          "Patient", "adult (18 years or more) or child"},
    [NF_OPT_THREADS] = {"threads", '@', NF_OPTION_NUMBER, AT(n_threads), 1, 256, "N",
                        "General",
                        "threads, 1 to 256; the result is the same with any number"},
    [NF_OPT_MAX_MEMORY] = {"max-memory", 0, NF_OPTION_SIZE, AT(max_memory), 0, 0, "SIZE",
                           "General",
                           "fail rather than hold more data than SIZE, 32M or more;\n"
                           "500M, 2G, or bytes [no limit]"},
    [NF_OPT_QUIET] = {"quiet", 0, NF_OPTION_FLAG, AT(quiet), 0, 0, NULL, "General",
                      "say nothing but errors"},
    [NF_OPT_VERBOSITY] = {"verbosity", 0, NF_OPTION_NUMBER, AT(verbosity), 0, 3, "N",
                          "General",
                          "0 errors, 1 and warnings, 2 and information, 3 and details"},
    [NF_OPT_PROGRESS] = {"progress", 0, NF_OPTION_NUMBER, AT(progress), 0, 86400, "SECONDS",
                         "General",
                         "say every SECONDS how far the pass over the file is; 0 never\n"
                         "[on a terminal one line that is overwritten]"},
    [NF_OPT_HELP] = {"help", 'h', NF_OPTION_FLAG, AT(show_help), 0, 0, NULL, "General",
                     "show this text"},
};

/* Values of getopt_long: 1 an argument that is no option, a letter, LONG_BASE + row. */
enum { IS_ARGUMENT = 1, LONG_BASE = 256 };

struct parse {
    struct nf_call_options *options;
    bool given[NF_N_OPTIONS];
};

const struct nf_option_row *nf_call_option_rows(size_t *n)
{
    *n = NF_N_OPTIONS;
    return rows;
}

enum { N_LIBRARIES = NF_LIBRARY_AMPLICON + 1 };

void nf_call_options_init(struct nf_call_options *options)
{
    *options = (struct nf_call_options){
        .output = "-",
        .library = NF_LIBRARY_INFER,
        .n_threads = 1,
        .verbosity = NF_LOG_INFO,
        .progress = NF_PROGRESS_TERMINAL,
    };
}

void nf_call_options_free(struct nf_call_options *options)
{
    nf_vec_free(&options->chimeric);
}

static void *member_of(struct nf_call_options *options, const struct nf_option_row *row)
{
    return (char *)options + row->offset;
}

static enum nf_status take_library(enum nf_library *library, const char *value)
{
    for (size_t i = NF_LIBRARY_WTS; i < N_LIBRARIES; i++) {
        if (strcmp(value, nf_library_name((enum nf_library)i)) == 0) {
            *library = (enum nf_library)i;
            return NF_OK;
        }
    }
    return nf_fail(NF_ERR_USAGE,
                   "--library: '%s' is not one of wts, capture, anchored, amplicon", value);
}

static enum nf_status take_age_group(enum nf_age_group *age_group, const char *value)
{
    for (size_t i = NF_AGE_ADULT; i < NF_N_AGE_GROUPS; i++) {
        if (strcmp(value, nf_age_group_name((enum nf_age_group)i)) == 0) {
            *age_group = (enum nf_age_group)i;
            return NF_OK;
        }
    }
    return nf_fail(NF_ERR_USAGE, "--age-group: '%s' is not one of adult, child", value);
}

static enum nf_status take_number(const struct nf_option_row *row, int *number,
                                  const char *value)
{
    int64_t parsed;

    if (nf_span_int(nf_span_of(value), row->min, row->max, &parsed))
        return nf_fail(NF_ERR_USAGE, "--%s: '%s' is not a whole number from %d to %d",
                       row->name, value, row->min, row->max);
    *number = (int)parsed;
    return NF_OK;
}

static enum nf_status take_size(const struct nf_option_row *row, size_t *size,
                                const char *value)
{
    static const char units[] = "KMG";
    struct nf_span number = nf_span_of(value);
    const char *unit = number.n > 0 ? strchr(units, value[number.n - 1]) : NULL;
    int shift = unit ? 10 * (int)(unit - units + 1) : 0;
    int64_t parsed;

    if (unit)
        number.n--;
    if (nf_span_int(number, 1, (int64_t)(PTRDIFF_MAX >> shift), &parsed) ||
        parsed << shift < NF_LEAST_MEMORY)
        return nf_fail(NF_ERR_USAGE,
                       "--%s: '%s' is not a size of 32M or more, as 500M, 2G or a number of "
                       "bytes",
                       row->name, value);
    *size = (size_t)parsed << shift;
    return NF_OK;
}

static enum nf_status take_text(const struct nf_option_row *row, const char **text,
                                const char *value)
{
    for (const char *at = value; *at; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            return nf_fail(NF_ERR_USAGE,
                           "--%s: the value holds a control character (a tab, a line end); "
                           "leave it out",
                           row->name);
    }
    *text = value;
    return NF_OK;
}

/* `-o --json x` would write a file called --json. */
static enum nf_status check_path(const struct nf_option_row *row, const char *value)
{
    if (value[0] == '-' && value[1] != '\0')
        return nf_fail(NF_ERR_USAGE,
                       "--%s needs a %s, not '%s'; a file whose name starts with '-' is "
                       "written ./%s",
                       row->name, row->argument, value, value);
    return NF_OK;
}

static enum nf_status take_value(struct nf_call_options *options,
                                 const struct nf_option_row *row, const char *value)
{
    void *member = member_of(options, row);
    enum nf_status status = NF_OK;

    if (row->kind == NF_OPTION_FLAG) {
        *(bool *)member = true;
        return NF_OK;
    }
    if (!value || value[0] == '\0')
        return nf_fail(NF_ERR_USAGE, "--%s: the value is empty; give a %s", row->name,
                       row->argument);
    switch (row->kind) {
    case NF_OPTION_FLAG:
        break;
    case NF_OPTION_TEXT:
        status = take_text(row, member, value);
        break;
    case NF_OPTION_PATH:
        status = check_path(row, value);
        *(const char **)member = value;
        break;
    case NF_OPTION_PATHS: /* the one list there is */
        status = check_path(row, value);
        if (!status && nf_vec_push(&options->chimeric, value))
            status = nf_fail_memory("the list of files");
        break;
    case NF_OPTION_NUMBER:
        status = take_number(row, member, value);
        break;
    case NF_OPTION_SIZE:
        status = take_size(row, member, value);
        break;
    case NF_OPTION_LIBRARY:
        status = take_library(member, value);
        break;
    case NF_OPTION_AGE:
        status = take_age_group(member, value);
        break;
    }
    return status;
}

/* getopt_long takes any unambiguous beginning of a name for the name. A script that relies on
 * that breaks when an option is added, so names are wanted in full. */
static enum nf_status check_full_name(const struct nf_option_row *row, char **argv)
{
    bool separate = optarg && optarg == argv[optind - 1];
    struct nf_span rest = nf_span_of(argv[optind - (separate ? 2 : 1)]), name;

    if (nf_span_cut(&rest, '=', &name) && name.n != strlen(row->name) + 2)
        return nf_fail(NF_ERR_USAGE, "unknown option '%.*s': write --%s in full", (int)name.n,
                       name.at, row->name);
    return NF_OK;
}

/* The row for a value of getopt_long or of its optopt; NULL when there is none. */
static const struct nf_option_row *find_row(int code)
{
    if (code >= LONG_BASE)
        return code - LONG_BASE < NF_N_OPTIONS ? &rows[code - LONG_BASE] : NULL;
    for (size_t i = 0; i < NF_N_OPTIONS; i++) {
        if (rows[i].letter && rows[i].letter == code)
            return &rows[i];
    }
    return NULL;
}

static enum nf_status take_option(struct parse *parse, int code, char **argv)
{
    const struct nf_option_row *row = find_row(code);
    enum nf_status status = NF_OK;

    if (!row)
        return nf_fail(NF_ERR_INTERNAL, "an option is in no table");
    if (code >= LONG_BASE)
        status = check_full_name(row, argv);
    if (status)
        return status;
    if (parse->given[row - rows] && row->kind != NF_OPTION_PATHS)
        return nf_fail(NF_ERR_USAGE, "--%s is given twice; give it once", row->name);
    parse->given[row - rows] = true;
    return take_value(parse->options, row, optarg);
}

/* Says what is wrong where getopt_long found no option. */
static enum nf_status refuse(int code, char **argv)
{
    const struct nf_option_row *row = find_row(optopt);

    if (code == ':' && row)
        return nf_fail(NF_ERR_USAGE, "--%s needs a value: --%s %s", row->name, row->name,
                       row->argument);
    if (row)
        return nf_fail(NF_ERR_USAGE, "--%s takes no value", row->name);
    if (optopt)
        return nf_fail(NF_ERR_USAGE, "unknown option '-%c'; see `ntrkfuse call --help`",
                       optopt);
    return nf_fail(NF_ERR_USAGE, "unknown option '%s'; see `ntrkfuse call --help`",
                   argv[optind - 1]);
}

static enum nf_status take_input(struct nf_call_options *options, const char *argument)
{
    if (argument[0] == '\0')
        return nf_fail(NF_ERR_USAGE, "the name of the input is empty");
    if (options->input)
        return nf_fail(NF_ERR_USAGE,
                       "two inputs, '%s' and '%s'; give one per run (samtools merge joins the "
                       "files of one sample)",
                       options->input, argument);
    options->input = argument;
    return NF_OK;
}

/* What getopt_long wants: ":" tells a missing value from an unknown option, "-" hands out
 * arguments in their order whatever POSIXLY_CORRECT says. */
static void describe(struct option long_options[NF_N_OPTIONS + 1],
                     char letters[2 * NF_N_OPTIONS + 3])
{
    char *end = letters;

    *end++ = '-';
    *end++ = ':';
    for (int i = 0; i < NF_N_OPTIONS; i++) {
        int has_value = rows[i].argument ? required_argument : no_argument;
        long_options[i] = (struct option){rows[i].name, has_value, NULL, LONG_BASE + i};
        if (rows[i].letter)
            *end++ = rows[i].letter;
        if (rows[i].letter && rows[i].argument)
            *end++ = ':';
    }
    long_options[NF_N_OPTIONS] = (struct option){0};
    *end = '\0';
}

enum nf_status nf_call_options_parse(struct nf_call_options *options, int argc, char **argv)
{
    struct option long_options[NF_N_OPTIONS + 1];
    char letters[2 * NF_N_OPTIONS + 3];
    struct parse parse = {.options = options};
    enum nf_status status = NF_OK;
    int code;

    nf_call_options_init(options);
    describe(long_options, letters);
    opterr = 0; /* its messages are ours to write */
    optind = 0; /* start afresh, also after an earlier call */
    while ((code = getopt_long(argc, argv, letters, long_options, NULL)) != -1) {
        if (code == IS_ARGUMENT)
            status = take_input(options, optarg);
        else if (code == '?' || code == ':')
            status = refuse(code, argv);
        else
            status = take_option(&parse, code, argv);
        if (status || options->show_help)
            return status;
    }
    for (; optind < argc; optind++) { /* after "--" */
        status = take_input(options, argv[optind]);
        if (status)
            return status;
    }
    return nf_options_judge(options, parse.given);
}

/* The default of an option as --help shows it, in brackets; nothing where the help text says
 * it or where the default is "not given". */
static void print_default(FILE *out, const struct nf_option_row *row)
{
    struct nf_call_options defaults;

    nf_call_options_init(&defaults);
    const void *member = member_of(&defaults, row);
    switch (row->kind) {
    case NF_OPTION_NUMBER:
        if (*(const int *)member >= row->min)
            fprintf(out, " [%d]", *(const int *)member);
        break;
    case NF_OPTION_LIBRARY:
        fprintf(out, " [%s]",
                defaults.library ? nf_library_name(defaults.library) : "inferred");
        break;
    case NF_OPTION_TEXT:
    case NF_OPTION_PATH:
        if (*(const char *const *)member)
            fprintf(out, " [%s]", *(const char *const *)member);
        break;
    case NF_OPTION_FLAG:
    case NF_OPTION_PATHS:
    case NF_OPTION_SIZE:
    case NF_OPTION_AGE:
        break;
    }
}

static void print_row(FILE *out, const struct nf_option_row *row)
{
    char left[40];
    struct nf_span rest = nf_span_of(row->help), line;

    snprintf(left, sizeof left, "  %c%c%c --%s %s", row->letter ? '-' : ' ',
             row->letter ? row->letter : ' ', row->letter ? ',' : ' ', row->name,
             row->argument ? row->argument : "");
    while (nf_span_cut(&rest, '\n', &line)) {
        fprintf(out, "%-24s %.*s", left, (int)line.n, line.at);
        if (!rest.at)
            print_default(out, row);
        putc('\n', out);
        left[0] = '\0';
    }
}

void nf_call_options_help(FILE *out)
{
    fputs("Usage: ntrkfuse call [options] <in.bam|in.cram|in.sam|-|URL>\n\n"
          "Finds NTRK1, NTRK2 and NTRK3 fusion transcripts in aligned RNA-seq reads; - is\n"
          "standard input.\n",
          out);
    for (size_t i = 0; i < NF_N_OPTIONS; i++) {
        if (i == 0 || strcmp(rows[i].group, rows[i - 1].group) != 0)
            fprintf(out, "\n%s:\n", rows[i].group);
        print_row(out, &rows[i]);
    }
    fputs("\nExit status: 0 done, with or without a fusion; 1 failed; 2 wrong usage.\n"
          "`man ntrkfuse` explains the columns of the table.\n",
          out);
}
