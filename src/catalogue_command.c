/* SPDX-License-Identifier: MIT */
/* catalogue_command: `ntrkfuse catalogue`, the tables to read for people. */
#include "ntrkfuse/catalogue_command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue_command_show.h"
#include "ntrkfuse/log.h"

/* What the command line asks for; strings point into argv. */
struct nf_catalogue_options {
    const char *gene, *partner, *ref_dir, *operand;
    bool tsv, show_help;
};

/* Options, as bits so that an action can say which it takes. */
enum {
    TAKES_GENE = 1,
    TAKES_PARTNER = 2,
    TAKES_TSV = 4,
    TAKES_REF_DIR = 8,
    TAKES_OPERAND = 16
};

typedef enum nf_status nf_catalogue_action(const struct nf_catalogue *catalogue,
                                           const struct nf_catalogue_options *options);

static const char HELP[] =
    "Usage: ntrkfuse catalogue ACTION [OPTION]...\n"
    "\n"
    "Shows the reference tables: which fusion partners are known, from where, how well.\n"
    "\n"
    "Actions\n"
    "  list              the partners known, one line each\n"
    "  show PAIR         all that is known of a pair: ETV6::NTRK3 (ETV6--NTRK3, ETV6-NTRK3);\n"
    "                    old symbols and protein names are understood (KIRREL, TRKC)\n"
    "  histologies       how often tumours of one histology carry an NTRK fusion; the names\n"
    "                    are those that `ntrkfuse call --histology` takes, in quotes\n"
    "  check DIR         check the tables of a folder (for --ref-dir); prints every problem\n"
    "                    with file and line\n"
    "\n"
    "Options\n"
    "  --gene SYMBOL     list: only this target (NTRK1, NTRK2, NTRK3)\n"
    "  --partner SYMBOL  list: only this partner\n"
    "  --tsv             list, histologies: tab-separated, every column\n"
    "  --ref-dir DIR     use the tables in DIR, not those compiled in\n"
    "  --help            this text\n"
    "\n"
    "Exit status: 0 done, 1 no such name or a problem in the tables, 2 wrong usage.\n"
    "Main source: Kubota et al., Jpn J Clin Oncol 2025;55(4):313-326,\n"
    "doi:10.1093/jjco/hyaf015.\n";

/* ---- list ---- */

/* One line of the list: a partner, or a row of the review that names no gene. */
struct nf_list_row {
    const struct nf_partner *partner;
    const struct nf_review_row *review; /* NULL beside a partner */
};

typedef NF_VEC(struct nf_list_row) nf_list_rows;

static uint32_t nf_list_target(const struct nf_list_row *row)
{
    return row->partner ? row->partner->target : row->review->target;
}

/* By target, tier (review rows without a gene last), symbol, side. */
static int nf_list_compare(const void *left, const void *right)
{
    const struct nf_list_row *a = left, *b = right;
    int order;

    if (nf_list_target(a) != nf_list_target(b))
        return nf_list_target(a) < nf_list_target(b) ? -1 : 1;
    if (!a->partner || !b->partner)
        return !a->partner == !b->partner
                   ? strcmp(a->review->printed_symbol, b->review->printed_symbol)
                   : (a->partner ? -1 : 1);
    if (a->partner->tier != b->partner->tier)
        return a->partner->tier < b->partner->tier ? -1 : 1;
    order = strcmp(a->partner->symbol, b->partner->symbol);
    if (order != 0)
        return order;
    return (a->partner->side > b->partner->side) - (a->partner->side < b->partner->side);
}

/* Collects what `target` (NF_NO_TARGET: all) and `partner` (NULL: all) select, in order. */
static enum nf_status nf_list_collect(const struct nf_catalogue *catalogue, uint32_t target,
                                      const char *partner, nf_list_rows *rows)
{
    for (size_t i = 0; i < catalogue->partners.n; i++) {
        const struct nf_partner *entry = &catalogue->partners.items[i];

        if ((target != NF_NO_TARGET && entry->target != target) ||
            (partner && strcmp(entry->symbol, partner) != 0))
            continue;
        if (nf_vec_push(rows, (struct nf_list_row){.partner = entry}))
            return nf_fail_memory("the list of partners");
    }
    for (size_t i = 0; i < catalogue->review.n; i++) {
        const struct nf_review_row *row = &catalogue->review.items[i];

        if (strcmp(row->symbol, ".") != 0 ||
            (partner && strcmp(row->printed_symbol, partner) != 0) ||
            (target != NF_NO_TARGET && row->target != target))
            continue;
        if (nf_vec_push(rows, (struct nf_list_row){.review = row}))
            return nf_fail_memory("the list of partners");
    }
    if (rows->n > 0)
        qsort(rows->items, rows->n, sizeof *rows->items, nf_list_compare);
    return NF_OK;
}

/* What both forms of the list print of a row. */
struct nf_list_cells {
    char fusion[120], tier[2];
    const char *target, *symbol, *side;
    bool in_review, neutral;
    size_t n_junctions;
};

static struct nf_list_cells nf_list_cells_of(const struct nf_catalogue *catalogue,
                                             const struct nf_list_row *row)
{
    const struct nf_partner *partner = row->partner;
    struct nf_list_cells cells = {.in_review = true, .neutral = true, .tier = "."};
    enum nf_partner_side side = NF_SIDE_5PRIME;

    cells.target = catalogue->targets.items[nf_list_target(row)].symbol;
    cells.symbol = partner ? partner->symbol : row->review->printed_symbol;
    if (partner) {
        side = partner->side;
        cells.in_review = partner->in_review;
        cells.neutral = partner->neutral;
        cells.tier[0] = partner->tier;
        if (side != NF_SIDE_3PRIME)
            cells.n_junctions =
                nf_catalogue_count_junctions(catalogue, partner->target, partner->symbol);
    }
    cells.side = nf_partner_side_name(side);
    nf_catalogue_pair_name(cells.fusion, sizeof cells.fusion, cells.target, cells.symbol,
                           side);
    return cells;
}

static void nf_list_print_tsv(const struct nf_list_cells *cells,
                              const struct nf_partner *partner)
{
    printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%zu\t%s\t%s\t%s\t%s\t%s\n", cells->fusion,
           cells->target, cells->symbol, cells->side, cells->tier,
           cells->in_review ? "yes" : "no", cells->neutral ? "yes" : "no", cells->n_junctions,
           partner ? partner->hgnc_id : ".", partner ? partner->typical_junction : ".",
           partner ? partner->cancers : ".", partner ? partner->geometry : ".",
           partner ? partner->source : "names no gene; Kubota 2025 Table 3");
}

static void nf_list_print_text(const struct nf_list_cells *cells,
                               const struct nf_partner *partner)
{
    printf("%-18s %-4s %-7s %-6s %-7s %9zu  %s\n", cells->fusion, cells->tier, cells->side,
           cells->in_review ? "yes" : "no", cells->neutral ? "yes" : "no", cells->n_junctions,
           partner ? partner->cancers : ".");
}

/* Resolves --gene and --partner; prints and fails on a name that is not known. */
static enum nf_status nf_list_resolve(const struct nf_catalogue *catalogue,
                                      const struct nf_catalogue_options *options,
                                      uint32_t *target, const char **partner)
{
    *target = NF_NO_TARGET;
    *partner = NULL;
    if (options->gene) {
        const char *symbol = nf_catalogue_resolve(catalogue, nf_span_of(options->gene));

        if (!symbol)
            return nf_catalogue_unknown_gene(catalogue, options->gene);
        *target = nf_catalogue_target(catalogue, nf_span_of(symbol));
        if (*target == NF_NO_TARGET)
            return nf_fail(NF_ERR_INPUT, "%s is no target; look for a partner with --partner",
                           symbol);
    }
    if (options->partner) {
        *partner = nf_catalogue_partner_name(catalogue, nf_span_of(options->partner));
        if (!*partner)
            return nf_catalogue_unknown_gene(catalogue, options->partner);
    }
    return NF_OK;
}

static enum nf_status nf_catalogue_list(const struct nf_catalogue *catalogue,
                                        const struct nf_catalogue_options *options)
{
    nf_list_rows rows = {0};
    const char *partner;
    uint32_t target;
    enum nf_status status = nf_list_resolve(catalogue, options, &target, &partner);

    if (!status)
        status = nf_list_collect(catalogue, target, partner, &rows);
    if (status)
        goto out;
    if (rows.n == 0) {
        status = nf_fail(NF_ERR_INPUT, "the catalogue has no partner %s of %s",
                         partner ? partner : "at all",
                         target == NF_NO_TARGET ? "any target"
                                                : catalogue->targets.items[target].symbol);
        goto out;
    }
    if (options->tsv)
        fputs("fusion\tgene\tpartner\tside\ttier\tin_review\tneutral\tjunctions\thgnc_id\t"
              "typical_junction\tcancers\tgeometry\tsource\n",
              stdout);
    else
        printf("%-18s %-4s %-7s %-6s %-7s %9s  %s\n", "fusion", "tier", "partner", "review",
               "neutral", "junctions", "cancers");
    for (size_t i = 0; i < rows.n; i++) {
        struct nf_list_cells cells = nf_list_cells_of(catalogue, &rows.items[i]);

        if (options->tsv)
            nf_list_print_tsv(&cells, rows.items[i].partner);
        else
            nf_list_print_text(&cells, rows.items[i].partner);
    }
out:
    nf_vec_free(&rows);
    return status;
}

/* ---- the other actions ---- */

static enum nf_status nf_catalogue_show_action(const struct nf_catalogue *catalogue,
                                               const struct nf_catalogue_options *options)
{
    return nf_catalogue_show(stdout, catalogue, options->operand);
}

/* "10/337", and the percentage where there were cases, rounded in whole numbers. */
static void nf_print_share(int64_t positive, int64_t total)
{
    char share[48], percent[48] = "";

    snprintf(share, sizeof share, "%" PRId64 "/%" PRId64, positive, total);
    if (total > 0) {
        const int64_t hundredths = (positive * 20000 / total + 1) / 2;

        snprintf(percent, sizeof percent, "%" PRId64 ".%02d%%", hundredths / 100,
                 (int)(hundredths % 100));
    }
    printf("%10s %8s  ", share, percent);
}

static enum nf_status nf_catalogue_histologies(const struct nf_catalogue *catalogue,
                                               const struct nf_catalogue_options *options)
{
    if (options->tsv)
        fputs("histology\tadult_total\tadult_positive\tadult_percent\tchild_total\t"
              "child_positive\tchild_percent\n",
              stdout);
    else
        printf("%10s %8s  %10s %8s  %s\n", "adults", "", "children", "", "histology");
    for (size_t i = 0; i < catalogue->prevalence.n; i++) {
        const struct nf_prevalence *row = &catalogue->prevalence.items[i];

        if (options->tsv) {
            printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\n", row->histology, row->adult_total,
                   row->adult_positive, row->adult_percent, row->child_total,
                   row->child_positive, row->child_percent);
            continue;
        }
        nf_print_share(row->n_adults_positive, row->n_adults);
        nf_print_share(row->n_children_positive, row->n_children);
        printf("%s\n", row->histology);
    }
    return NF_OK;
}

/* Checks the folder of the operand; `catalogue` is not used, for it may not load. */
static enum nf_status nf_catalogue_check_action(const struct nf_catalogue *catalogue,
                                                const struct nf_catalogue_options *options)
{
    const struct nf_refdata refdata = {options->operand};
    size_t n_problems, n_tables = 0;
    enum nf_status status;

    (void)catalogue;
    status = nf_catalogue_check(&refdata, &n_problems);
    if (status && n_problems == 0)
        return status;
    if (status)
        return nf_fail(status, "%s: %zu problem%s", options->operand, n_problems,
                       n_problems == 1 ? "" : "s");
    while (nf_refdata_name(n_tables))
        n_tables++;
    printf("%s: %zu tables, no problem found\n", options->operand, n_tables);
    return NF_OK;
}

/* ---- the command line ---- */

static const struct nf_action {
    const char *name;
    nf_catalogue_action *run;
    unsigned takes;
    const char *operand; /* what the operand is called; NULL: there is none */
    bool loads;          /* wants the catalogue loaded */
} ACTIONS[] = {
    {"list", nf_catalogue_list, TAKES_GENE | TAKES_PARTNER | TAKES_TSV | TAKES_REF_DIR, NULL,
     true},
    {"show", nf_catalogue_show_action, TAKES_REF_DIR | TAKES_OPERAND,
     "a pair such as ETV6::NTRK3", true},
    {"histologies", nf_catalogue_histologies, TAKES_TSV | TAKES_REF_DIR, NULL, true},
    {"check", nf_catalogue_check_action, TAKES_OPERAND, "a folder of tables", false},
};

/* Stores the value of an option that must not have one yet. */
static enum nf_status nf_option_set(const char **place, const char *name, const char *value)
{
    if (!value || value[0] == '\0')
        return nf_fail(NF_ERR_USAGE, "catalogue: %s needs a value", name);
    if (*place)
        return nf_fail(NF_ERR_USAGE, "catalogue: %s is given twice", name);
    *place = value;
    return NF_OK;
}

/* Takes the option argv[*i], and its value, which may be the next argument. */
static enum nf_status nf_option_take(struct nf_catalogue_options *options,
                                     const struct nf_action *action, int argc, char **argv,
                                     int *i)
{
    const struct {
        const char *name;
        unsigned bit;
        const char **place;
    } valued[] = {{"--gene", TAKES_GENE, &options->gene},
                  {"--partner", TAKES_PARTNER, &options->partner},
                  {"--ref-dir", TAKES_REF_DIR, &options->ref_dir}};
    const char *argument = argv[*i];

    if (strcmp(argument, "--tsv") == 0 && (action->takes & TAKES_TSV)) {
        if (options->tsv)
            return nf_fail(NF_ERR_USAGE, "catalogue: --tsv is given twice");
        options->tsv = true;
        return NF_OK;
    }
    for (size_t k = 0; k < sizeof valued / sizeof *valued; k++) {
        const size_t length = strlen(valued[k].name);

        if (!(action->takes & valued[k].bit) || strncmp(argument, valued[k].name, length) != 0)
            continue;
        if (argument[length] == '=')
            return nf_option_set(valued[k].place, valued[k].name, argument + length + 1);
        if (argument[length] == '\0') {
            const char *value = *i + 1 < argc ? argv[++*i] : NULL;

            return nf_option_set(valued[k].place, valued[k].name, value);
        }
    }
    return nf_fail(NF_ERR_USAGE,
                   "catalogue %s: unknown option %s; see ntrkfuse catalogue --help",
                   action->name, argument);
}

/* Reads what stands after the action. */
static enum nf_status nf_options_read(struct nf_catalogue_options *options,
                                      const struct nf_action *action, int argc, char **argv)
{
    enum nf_status status = NF_OK;
    bool operands_only = false;

    for (int i = 2; i < argc && !status; i++) {
        const char *argument = argv[i];

        if (!operands_only && strcmp(argument, "--") == 0) {
            operands_only = true;
        } else if (!operands_only && strcmp(argument, "--help") == 0) {
            options->show_help = true;
            return NF_OK;
        } else if (!operands_only && argument[0] == '-' && argument[1] != '\0') {
            status = nf_option_take(options, action, argc, argv, &i);
        } else if (!(action->takes & TAKES_OPERAND) || options->operand) {
            status = nf_fail(NF_ERR_USAGE, "catalogue %s: %s is one argument too many",
                             action->name, argument);
        } else {
            options->operand = argument;
        }
    }
    if (!status && (action->takes & TAKES_OPERAND) && !options->operand)
        status =
            nf_fail(NF_ERR_USAGE, "catalogue %s: wants %s", action->name, action->operand);
    return status;
}

/* Loads what the action wants and runs it. */
static enum nf_status nf_action_run(const struct nf_action *action,
                                    const struct nf_catalogue_options *options)
{
    const struct nf_refdata refdata = {options->ref_dir};
    struct nf_catalogue catalogue = {0};
    enum nf_status status = NF_OK;

    if (action->loads)
        status = nf_catalogue_load(&catalogue, &refdata, NF_ASSEMBLY_UNKNOWN);
    if (!status)
        status = action->run(&catalogue, options);
    nf_catalogue_free(&catalogue);
    return status;
}

static const struct nf_action *nf_action_find(const char *name)
{
    for (size_t i = 0; i < sizeof ACTIONS / sizeof *ACTIONS; i++) {
        if (strcmp(ACTIONS[i].name, name) == 0)
            return &ACTIONS[i];
    }
    return NULL;
}

/* The whole command but for the exit status. */
static enum nf_status nf_catalogue_run(int argc, char **argv)
{
    struct nf_catalogue_options options = {0};
    const struct nf_action *action;
    enum nf_status status;

    if (argc < 2)
        return nf_fail(NF_ERR_USAGE,
                       "catalogue: say what to do: list, show, histologies or check;"
                       " see ntrkfuse catalogue --help");
    if (strcmp(argv[1], "--help") == 0) {
        fputs(HELP, stdout);
        return NF_OK;
    }
    action = nf_action_find(argv[1]);
    if (!action)
        return nf_fail(NF_ERR_USAGE,
                       "catalogue: %s is none of list, show, histologies, check; "
                       "see ntrkfuse catalogue --help",
                       argv[1]);
    status = nf_options_read(&options, action, argc, argv);
    if (status)
        return status;
    if (options.show_help) {
        fputs(HELP, stdout);
        return NF_OK;
    }
    return nf_action_run(action, &options);
}

int nf_catalogue_command(int argc, char **argv)
{
    enum nf_status status = nf_catalogue_run(argc, argv);

    if (!status && (fflush(stdout) != 0 || ferror(stdout)))
        status = nf_fail(NF_ERR_IO, "standard output: %s", strerror(errno));
    if (status == NF_ERR_USAGE)
        return 2;
    return status ? 1 : 0;
}
