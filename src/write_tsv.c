/* SPDX-License-Identifier: MIT */
/* The report as tab-separated values. The columns are rows of one table: name, how to print,
 * and where the value lies in struct nf_call. */
#include "ntrkfuse/write.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/write_tsv.h"

enum field {
    FIELD_SAMPLE,     /* the report's, at the start of the line */
    FIELD_EVENT,      /* number of the event */
    FIELD_TEXT,       /* const char * */
    FIELD_BREAKPOINT, /* struct nf_report_side */
    FIELD_EXON,       /* uint32_t, 0 = none */
    FIELD_COUNT,      /* int64_t */
    FIELD_REAL,       /* double, NAN = not known */
    FIELD_QUAL,       /* double, one decimal */
    FIELD_TERMS,      /* "name=value;…" */
    FIELD_FLAGS       /* the row's flags and what dropped it */
};

enum {
    REAL_DECIMALS = 4,
    QUAL_DECIMALS = 1,
    TERM_DECIMALS = 2,
    LIMIT_DECIMALS = 2,
    PRIOR_DECIMALS = 6
};

#define AT(member) offsetof(struct nf_call, member)

static const struct column {
    const char *name;
    enum field field;
    size_t offset; /* of the member, where the field has one */
} columns[] = {
    {"sample", FIELD_SAMPLE, 0},
    {"event", FIELD_EVENT, AT(event)},
    {"fusion", FIELD_TEXT, AT(fusion)},
    {"event_type", FIELD_TEXT, AT(event_type)},
    {"structure", FIELD_TEXT, AT(structure)},
    {"gene5", FIELD_TEXT, AT(side5.gene)},
    {"gene3", FIELD_TEXT, AT(side3.gene)},
    {"hgnc5", FIELD_TEXT, AT(side5.hgnc_id)},
    {"hgnc3", FIELD_TEXT, AT(side3.hgnc_id)},
    {"breakpoint5", FIELD_BREAKPOINT, AT(side5)},
    {"breakpoint3", FIELD_BREAKPOINT, AT(side3)},
    {"transcript5", FIELD_TEXT, AT(side5.transcript)},
    {"exon5", FIELD_EXON, AT(side5.exon)},
    {"transcript3", FIELD_TEXT, AT(side3.transcript)},
    {"exon3", FIELD_EXON, AT(side3.exon)},
    {"exon3_legacy", FIELD_EXON, AT(side3.exon_legacy)},
    {"site5", FIELD_TEXT, AT(side5.site)},
    {"site3", FIELD_TEXT, AT(side3.site)},
    {"frame", FIELD_TEXT, AT(frame)},
    {"kinase", FIELD_TEXT, AT(kinase)},
    {"kinase_observed", FIELD_TEXT, AT(kinase_observed)},
    {"split_fragments", FIELD_COUNT, AT(n_split)},
    {"spanning_fragments", FIELD_COUNT, AT(n_spanning)},
    {"rescued_fragments", FIELD_COUNT, AT(n_rescued)},
    {"unique_fragments", FIELD_COUNT, AT(n_unique)},
    {"start_sites", FIELD_COUNT, AT(n_start_sites)},
    {"fusion_fraction", FIELD_REAL, AT(fusion_fraction)},
    {"ffpm", FIELD_REAL, AT(ffpm)},
    {"catalogue", FIELD_TEXT, AT(catalogue)},
    {"tier", FIELD_TEXT, AT(tier)},
    {"posterior", FIELD_REAL, AT(posterior)},
    {"posterior_flat", FIELD_REAL, AT(posterior_flat)},
    {"qual", FIELD_QUAL, AT(qual)},
    {"flags", FIELD_FLAGS, 0},
    {"score_terms", FIELD_TERMS, 0},
    {"vicc_name", FIELD_TEXT, AT(vicc_name)},
    {"junction_sequence", FIELD_TEXT, AT(junction_sequence)},
};

enum { N_COLUMNS = sizeof columns / sizeof columns[0] };

const char *nf_write_tsv_column(size_t i)
{
    return i < N_COLUMNS ? columns[i].name : NULL;
}

void nf_tsv_real(FILE *out, double value, int decimals)
{
    char text[48];
    fputs(nf_write_fixed(text, sizeof text, value, decimals), out);
}

/* A line that starts with '#' is a comment to every reader: a sample of such a name must not
 * take its rows with it. */
static void print_sample(FILE *out, const char *sample)
{
    if (sample && sample[0] == '#') {
        putc('_', out);
        sample++;
        if (!sample[0])
            return;
    }
    nf_write_field(out, sample);
}

static void print_breakpoint(FILE *out, const struct nf_report_side *side)
{
    nf_write_field(out, side->contig);
    fprintf(out, ":%" PRId64 ":%c", side->pos0 + 1, nf_write_strand(side->strand));
}

static void print_flags(FILE *out, const struct nf_call *call)
{
    bool no_flag = !call->flags || !call->flags[0] || strcmp(call->flags, ".") == 0;

    if (!call->dropped) {
        nf_write_field(out, call->flags);
        return;
    }
    if (!no_flag) {
        nf_write_field(out, call->flags);
        putc(';', out);
    }
    fputs("dropped:", out);
    nf_write_field(out, call->dropped);
}

static void print_terms(FILE *out, const struct nf_call *call)
{
    for (size_t i = 0; i < call->terms.n; i++) {
        fprintf(out, "%s%s=", i > 0 ? ";" : "", call->terms.items[i].name);
        nf_tsv_real(out, call->terms.items[i].value, TERM_DECIMALS);
    }
    if (call->terms.n == 0)
        putc('.', out);
}

static void print_number(FILE *out, uint32_t number)
{
    if (number == 0)
        putc('.', out);
    else
        fprintf(out, "%" PRIu32, number);
}

static void print_column(FILE *out, const struct column *column,
                         const struct nf_report *report, const struct nf_call *call)
{
    const void *value = (const char *)call + column->offset;

    switch (column->field) {
    case FIELD_SAMPLE:
        print_sample(out, report->sample);
        break;
    case FIELD_EVENT: /* a dropped row belongs to no event */
        print_number(out, call->dropped ? 0 : call->event);
        break;
    case FIELD_TEXT:
        nf_write_field(out, *(const char *const *)value);
        break;
    case FIELD_BREAKPOINT:
        print_breakpoint(out, value);
        break;
    case FIELD_EXON:
        print_number(out, *(const uint32_t *)value);
        break;
    case FIELD_COUNT:
        fprintf(out, "%" PRId64, *(const int64_t *)value);
        break;
    case FIELD_REAL:
        nf_tsv_real(out, *(const double *)value, REAL_DECIMALS);
        break;
    case FIELD_QUAL:
        nf_tsv_real(out, *(const double *)value, QUAL_DECIMALS);
        break;
    case FIELD_TERMS:
        print_terms(out, call);
        break;
    case FIELD_FLAGS:
        print_flags(out, call);
        break;
    }
}

static void print_rows(FILE *out, const struct nf_report *report, const struct nf_call *rows,
                       size_t n)
{
    for (size_t i = 0; i < n && !nf_interrupted(); i++) {
        for (size_t k = 0; k < N_COLUMNS; k++) {
            if (k > 0)
                putc('\t', out);
            print_column(out, &columns[k], report, &rows[i]);
        }
        putc('\n', out);
    }
}

static void print_fact(FILE *out, const char *name, const char *value, const char *remark)
{
    fprintf(out, "##%s=", name);
    nf_write_field(out, value);
    fprintf(out, "%s\n", remark);
}

static void print_library_size(FILE *out, const struct nf_report_provenance *facts)
{
    if (facts->n_mapped_records < 0)
        fputs("##mapped_records=NA\n", out);
    else
        fprintf(out, "##mapped_records=%" PRId64 "\n", facts->n_mapped_records);
    fputs("##insert_size=median ", out);
    nf_tsv_real(out, facts->insert_median, 1);
    fputs(",max ", out);
    nf_tsv_real(out, facts->insert_max, 1);
    fprintf(out, ",pairs %" PRId64 "\n", facts->n_insert_pairs);
}

static void print_prior(FILE *out, const struct nf_report_prior *prior)
{
    fputs("##prior histology=", out);
    nf_write_field(out, prior->histology);
    fputs(" age_group=", out);
    nf_write_field(out, prior->age_group);
    fputs(" prevalence=", out);
    nf_tsv_real(out, prior->prevalence, PRIOR_DECIMALS);
    if (prior->n_cases > 0)
        fprintf(out, " cases=%" PRId64 "/%" PRId64, prior->n_positive, prior->n_cases);
    else
        fputs(" cases=.", out);
    fputs(" unlisted=", out);
    nf_write_field(out, prior->unlisted);
    putc('\n', out);
}

static void print_verdicts(FILE *out, const struct nf_report *report)
{
    for (size_t i = 0; i < report->verdicts.n; i++) {
        const struct nf_report_verdict *verdict = &report->verdicts.items[i];
        fputs("##verdict ", out);
        nf_write_field(out, verdict->gene);
        fprintf(out, "=%s reasons=%s fusion=", verdict->verdict, verdict->reasons);
        nf_write_field(out, verdict->fusion);
        fprintf(out, " tier=%s limit_ffpm=", verdict->tier);
        nf_tsv_real(out, report->assessment.limit_ffpm, LIMIT_DECIMALS);
        putc('\n', out);
    }
}

static void print_header(FILE *out, const struct nf_report *report)
{
    const struct nf_report_provenance *facts = &report->provenance;

    print_fact(out, "ntrkfuse", facts->program_version, "");
    print_fact(out, "tables", facts->tables, "");
    print_fact(out, "gene_models", facts->gene_models, "");
    print_fact(out, "assembly", facts->assembly, "");
    print_fact(out, "sample", report->sample, "");
    print_verdicts(out, report);
    print_fact(out, "library", facts->library, facts->library_inferred ? " (inferred)" : "");
    print_fact(out, "duplicates", facts->duplicates, "");
    print_library_size(out, facts);
    print_prior(out, &facts->prior);
    nf_tsv_quality(out, report);
    nf_tsv_targets(out, report);
    for (size_t i = 0; i < report->pairs_only.n; i++) {
        const struct nf_report_pairs *pairs = &report->pairs_only.items[i];
        fputs("##pairs_without_junction ", out);
        nf_write_field(out, pairs->target);
        fputc(' ', out);
        nf_write_field(out, pairs->gene);
        fprintf(out, " fragments=%lld\n", (long long)pairs->n_fragments);
    }
    nf_write_context_lines(out, report);
    fputs("##note positions are 1-based; breakpoint5 is the last base of the 5' part, "
          "breakpoint3 the first base of the 3' part\n",
          out);
    for (size_t k = 0; k < N_COLUMNS; k++)
        fprintf(out, "%s%s", k > 0 ? "\t" : "", columns[k].name);
    putc('\n', out);
}

enum nf_status nf_write_verdict(FILE *out, const struct nf_report *report)
{
    fputs("sample\tgene\tverdict\tfusion\tevent\ttier\tposterior\tstructure\t"
          "library\tassessable\tremarks\tlimit_ffpm\treasons\texplanation\n",
          out);
    for (size_t i = 0; i < report->verdicts.n; i++) {
        const struct nf_report_verdict *verdict = &report->verdicts.items[i];
        print_sample(out, report->sample);
        putc('\t', out);
        nf_write_field(out, verdict->gene);
        fprintf(out, "\t%s\t", verdict->verdict);
        nf_write_field(out, verdict->fusion);
        putc('\t', out);
        print_number(out, verdict->event);
        fprintf(out, "\t%s\t", verdict->tier);
        if (isnan(verdict->posterior))
            putc('.', out);
        else
            nf_tsv_real(out, verdict->posterior, REAL_DECIMALS);
        fprintf(out, "\t%s\t%s\t%s\t", verdict->structure, report->provenance.library,
                report->assessment.assessable ? "yes" : "no");
        nf_tsv_words(out, report->assessment.remarks.items, report->assessment.remarks.n);
        putc('\t', out);
        nf_tsv_real(out, report->assessment.limit_ffpm, LIMIT_DECIMALS);
        fprintf(out, "\t%s\t%s\n", verdict->reasons, verdict->explanation);
    }
    return fflush(out) || ferror(out) ? NF_ERR_IO : NF_OK;
}

enum nf_status nf_write_tsv(FILE *out, const struct nf_report *report, bool with_dropped)
{
    print_header(out, report);
    print_rows(out, report, report->calls.items, report->calls.n);
    if (with_dropped)
        print_rows(out, report, report->dropped.items, report->dropped.n);
    if (nf_interrupted())
        return NF_ERR_INTERRUPTED;
    return fflush(out) || ferror(out) ? NF_ERR_IO : NF_OK;
}
