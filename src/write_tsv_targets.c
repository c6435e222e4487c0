/* SPDX-License-Identifier: MIT */
/* The "##" lines on the targets: one per target and topic, so that each can be found by its
 * first two words. */
#include <inttypes.h>

#include "ntrkfuse/write.h"
#include "ntrkfuse/write_tsv.h"

enum { RATIO_DECIMALS = 3, FRACTION_DECIMALS = 4 };

static void begin_line(FILE *out, const char *topic, const struct nf_report_target *target)
{
    fprintf(out, "##%s ", topic);
    nf_write_field(out, target->symbol);
    putc(' ', out);
}

static void print_target(FILE *out, const struct nf_report_target *target)
{
    begin_line(out, "target", target);
    fputs("transcript=", out);
    nf_write_field(out, target->transcript);
    fprintf(out, " fragments=%" PRId64 "\n", target->n_fragments);
}

static void print_exons(FILE *out, const struct nf_report_target *target)
{
    if (target->exons.n == 0)
        return;
    begin_line(out, "exon_fragments", target);
    for (size_t i = 0; i < target->exons.n; i++) {
        const struct nf_report_exon *exon = &target->exons.items[i];
        fprintf(out, "%se%" PRIu32 "=", i > 0 ? "," : "", exon->number);
        if (exon->n_fragments < 0)
            fputs("NA", out);
        else
            fprintf(out, "%" PRId64, exon->n_fragments);
    }
    putc('\n', out);
}

/* The introns of the target's transcript, then behind a semicolon others that were seen. */
static void print_introns(FILE *out, const struct nf_report_target *target)
{
    const char *separator = "";
    if (target->introns.n == 0)
        return;
    begin_line(out, "junction_fragments", target);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < target->introns.n; i++) {
            const struct nf_report_intron *intron = &target->introns.items[i];
            if (intron->is_own != (round == 0) || (round == 1 && intron->n_fragments == 0))
                continue;
            fputs(separator, out);
            nf_write_field(out, intron->name);
            fprintf(out, "=%" PRId64, intron->n_fragments);
            separator = ",";
        }
        separator = ";";
    }
    putc('\n', out);
}

static void print_isoforms(FILE *out, const struct nf_report_target *target)
{
    for (size_t i = 0; i < target->isoforms.n; i++) {
        const struct nf_report_isoform *isoform = &target->isoforms.items[i];
        if (isoform->n_covering == 0 && isoform->n_spliced == 0)
            continue;
        begin_line(out, "isoform", target);
        nf_write_field(out, isoform->transcripts);
        fprintf(out, " truncated fragments=%" PRId64 " spliced=%" PRId64 "\n",
                isoform->n_covering, isoform->n_spliced);
    }
}

static void print_insert(FILE *out, const struct nf_report_target *target)
{
    if (target->insert.exon == 0)
        return;
    begin_line(out, "kinase_insert", target);
    fprintf(out, "exon=%" PRIu32 " with=%" PRId64 " without=%" PRId64 "\n",
            target->insert.exon, target->insert.n_with, target->insert.n_without);
}

static void print_region(FILE *out, const char *name, uint32_t first, uint32_t last)
{
    if (first == 0)
        fprintf(out, " %s=.", name);
    else
        fprintf(out, " %s=e%" PRIu32 "-e%" PRIu32, name, first, last);
}

static void print_imbalance(FILE *out, const struct nf_report_target *target)
{
    const struct nf_report_imbalance *imbalance = &target->imbalance;
    if (!imbalance->state)
        return;
    begin_line(out, "imbalance", target);
    fputs("ratio=", out);
    nf_tsv_real(out, imbalance->ratio, RATIO_DECIMALS);
    fputs(" interval=", out);
    nf_tsv_real(out, imbalance->low, RATIO_DECIMALS);
    putc('-', out);
    nf_tsv_real(out, imbalance->high, RATIO_DECIMALS);
    fputs(" state=", out);
    nf_write_field(out, imbalance->state);
    fputs(" reasons=", out);
    nf_write_field(out, imbalance->reasons);
    print_region(out, "exons3", imbalance->first3, imbalance->last3);
    print_region(out, "exons5", imbalance->first5, imbalance->last5);
    fprintf(out, " fragments3=%" PRId64 " fragments5=%" PRId64 "\n", imbalance->n3,
            imbalance->n5);
}

static void print_seen(FILE *out, const char *name, const nf_report_codon_list *seen)
{
    fprintf(out, " %s=%s", name, seen->n == 0 ? "." : "");
    for (size_t i = 0; i < seen->n; i++) {
        if (i > 0)
            putc(',', out);
        nf_write_field(out, seen->items[i].protein);
        putc('(', out);
        nf_write_field(out, seen->items[i].codon);
        fprintf(out, "):%" PRId64, seen->items[i].n_fragments);
    }
}

static void print_codons(FILE *out, const struct nf_report_target *target)
{
    for (size_t i = 0; i < target->codons.n; i++) {
        const struct nf_report_codon *codon = &target->codons.items[i];
        begin_line(out, "resistance", target);
        nf_write_field(out, codon->variant);
        fprintf(out, " depth=%" PRId64 " state=", codon->all.depth);
        nf_write_field(out, codon->state);
        fputs(" detectable=", out);
        nf_tsv_real(out, codon->detectable, FRACTION_DECIMALS);
        print_seen(out, "seen", &codon->all.seen);
        fprintf(out, " fusion_depth=%" PRId64, codon->fusion.depth);
        print_seen(out, "fusion_seen", &codon->fusion.seen);
        putc('\n', out);
    }
}

void nf_tsv_targets(FILE *out, const struct nf_report *report)
{
    static void (*const topics[])(FILE *, const struct nf_report_target *) = {
        print_target, print_exons,     print_introns, print_isoforms,
        print_insert, print_imbalance, print_codons};
    for (size_t topic = 0; topic < sizeof topics / sizeof topics[0]; topic++)
        for (size_t i = 0; i < report->targets.n; i++)
            topics[topic](out, &report->targets.items[i]);
}
