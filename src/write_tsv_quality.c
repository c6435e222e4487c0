/* SPDX-License-Identifier: MIT */
/* The lines of the table's head that say what the library looks like and whether it could have
 * shown a fusion: words key=value, separated by blanks. */
#include <inttypes.h>

#include "ntrkfuse/write.h"
#include "ntrkfuse/write_tsv.h"

enum { REAL_DECIMALS = 4, LIMIT_DECIMALS = 2 };

static void print_real(FILE *out, const char *key, double value, int decimals)
{
    fprintf(out, " %s=", key);
    nf_tsv_real(out, value, decimals);
}

void nf_tsv_words(FILE *out, const struct nf_report_finding *findings, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            putc(';', out);
        nf_write_field(out, findings[i].word);
    }
    if (n == 0)
        putc('.', out);
}

static void print_findings(FILE *out, const char *key,
                           const struct nf_report_finding *findings, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "##%s ", key);
        nf_write_field(out, findings[i].word);
        putc(' ', out);
        nf_write_field(out, findings[i].text);
        putc('\n', out);
    }
}

static void print_numbers(FILE *out, const struct nf_report *report)
{
    const struct nf_report_quality *quality = &report->quality;
    fputs("##quality", out);
    print_real(out, "unique_fragments", report->assessment.n_unique_fragments, 0);
    print_real(out, "duplicate_rate", quality->duplicate_rate, REAL_DECIMALS);
    print_real(out, "spliced_fraction", quality->spliced_fraction, REAL_DECIMALS);
    print_real(out, "splice_completion", quality->splice_completion, REAL_DECIMALS);
    fputs(" strandedness=", out);
    nf_write_field(out, quality->strandedness);
    print_real(out, "three_prime_bias", quality->three_prime_bias, REAL_DECIMALS);
    putc('\n', out);
    fprintf(out, "##exon_edges spliced=%" PRId64 " clipped=%" PRId64 " through=%" PRId64 "\n",
            quality->n_spliced_edges, quality->n_clipped_edges, quality->n_through_edges);
    fprintf(out,
            "##control_genes named=%" PRId64 " present=%zu covered=%" PRId64
            " unique_fragments=%" PRId64 " introns_seen=%" PRId64 "/%" PRId64 "\n",
            quality->n_controls_named, quality->controls.n, quality->n_controls_covered,
            quality->n_control_unique, quality->n_introns_seen, quality->n_introns);
}

void nf_tsv_quality(FILE *out, const struct nf_report *report)
{
    const struct nf_report_assessment *assessment = &report->assessment;
    print_numbers(out, report);
    fputs("##detection_limit", out);
    print_real(out, "ffpm", assessment->limit_ffpm, LIMIT_DECIMALS);
    print_real(out, "tpm", assessment->limit_tpm, LIMIT_DECIMALS);
    fprintf(out, "\n##assessable %s", assessment->assessable ? "yes" : "no");
    fputs(" reasons=", out);
    nf_tsv_words(out, assessment->reasons.items, assessment->reasons.n);
    fputs(" remarks=", out);
    nf_tsv_words(out, assessment->remarks.items, assessment->remarks.n);
    putc('\n', out);
    print_findings(out, "reason", assessment->reasons.items, assessment->reasons.n);
    print_findings(out, "remark", assessment->remarks.items, assessment->remarks.n);
}
