/* SPDX-License-Identifier: MIT */
/* support_scan: a scan of a file, and all that it leaves as text. */
#include "support_scan.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "support_quality.h"

/* What begins around the ends of all joins and mates. */
static void count_around(struct nft_calls *calls)
{
    const struct nf_observations *observations = &calls->scan.observations;
    NF_VEC(struct nf_locus) loci = {0};
    int64_t *counts;
    size_t n;
    FILE *out = open_memstream(&calls->abundance, &n);

    ck_assert_ptr_nonnull(out);
    for (size_t i = 0; i < observations->joins.n; i++) {
        ck_assert_int_eq(nf_vec_push(&loci, observations->joins.items[i].five), NF_OK);
        ck_assert_int_eq(nf_vec_push(&loci, observations->joins.items[i].three), NF_OK);
    }
    for (size_t i = 0; i < observations->mates.n; i++) {
        const struct nf_mate *mate = &observations->mates.items[i];

        ck_assert_int_eq(nf_vec_push(&loci, (struct nf_locus){mate->contig, 1, mate->start0}),
                         NF_OK);
    }
    counts = calloc(loci.n + 1, sizeof *counts);
    ck_assert_ptr_nonnull(counts);
    ck_assert_int_eq(nf_scan_abundance(&calls->scan, loci.items, loci.n, counts), NF_OK);
    for (size_t i = 0; i < loci.n; i++)
        fprintf(out, "around %d:%lld %lld\n", loci.items[i].contig,
                (long long)loci.items[i].pos0, (long long)counts[i]);
    ck_assert_int_eq(fclose(out), 0);
    nf_vec_free(&loci);
    free(counts);
}

enum nf_status nft_scan(struct nft_calls *calls, const struct nft_reference *reference,
                        struct nf_scan_options options)
{
    struct nf_bamio *input = NULL;
    enum nf_status status;

    memset(calls, 0, sizeof *calls);
    calls->reference = reference;
    if (options.input.n_threads == 0)
        options.input.n_threads = 1;
    ck_assert_int_eq(nf_bamio_open(&input, &options.input), NF_OK);
    ck_assert_int_eq(nf_read_groups_init(&calls->read_groups, nf_bamio_header_text(input)),
                     NF_OK);
    options.read_groups = &calls->read_groups;
    status = nf_scan_run(&calls->scan, &reference->panel, &input, &options);
    if (!status) {
        ck_assert_int_eq(input != NULL, calls->scan.was_targeted);
        count_around(calls);
        status = nf_bamio_close(&input);
    }
    nf_bamio_discard(&input);
    return status;
}

/* ---- as text ---- */

static void print_start(FILE *out, struct nf_start start)
{
    fprintf(out, " %d:%lld:%d", start.contig, (long long)start.pos0, start.strand);
}

static void print_locus(FILE *out, struct nf_locus locus)
{
    fprintf(out, " %d:%lld:%d", locus.contig, (long long)locus.pos0, locus.strand);
}

static void print_fragment(FILE *out, const struct nf_observations *observations,
                           uint32_t index)
{
    const struct nf_fragment *fragment = &observations->fragments.items[index];

    fprintf(out, " %s|%s dup %d umi %s", observations->read_groups.items[fragment->read_group],
            fragment->name, fragment->is_duplicate, fragment->umi ? fragment->umi : ".");
}

static void print_joins(FILE *out, const struct nf_observations *observations)
{
    for (size_t i = 0; i < observations->joins.n; i++) {
        const struct nf_join *join = &observations->joins.items[i];
        const struct nf_span five = nf_flank_side(observations, &join->flanks, 5);
        const struct nf_span three = nf_flank_side(observations, &join->flanks, 3);

        fputs("join", out);
        print_fragment(out, observations, join->fragment);
        print_locus(out, join->five);
        print_locus(out, join->three);
        fprintf(
            out,
            " target %u %d%d kind %d read %d gap %d anchors %d %d mapq %d %d %d%d edits %d",
            join->target, join->target_is_3prime, join->intragenic, join->kind, join->is_read2,
            join->n_gap, join->anchor5, join->anchor3, join->mapq5, join->mapq3, join->multi5,
            join->multi3, join->edits);
        print_start(out, join->start);
        print_start(out, join->mate_start);
        fprintf(out, " %.*s|%.*s\n", (int)five.n, five.at, (int)three.n, three.at);
    }
}

static void print_mates(FILE *out, const struct nf_observations *observations)
{
    for (size_t i = 0; i < observations->mates.n; i++) {
        const struct nf_mate *mate = &observations->mates.items[i];

        fputs("mate", out);
        print_fragment(out, observations, mate->fragment);
        fprintf(out, " target %u %d %d:%lld-%lld:%d mapq %d %d mate %d:%lld:%d", mate->target,
                mate->is_target, mate->contig, (long long)mate->start0, (long long)mate->end0,
                mate->strand, mate->mapq, mate->multi, mate->mate_contig,
                (long long)mate->mate_pos0, mate->mate_strand);
        print_start(out, mate->start);
        fputc('\n', out);
    }
}

static void print_target_reads(FILE *out, const struct nf_observations *observations)
{
    for (size_t i = 0; i < observations->covers.n; i++) {
        const struct nf_cover *cover = &observations->covers.items[i];

        fprintf(out, "cover %016llx target %u %llx %llx %x\n",
                (unsigned long long)cover->fragment_hash, cover->target,
                (unsigned long long)cover->exons, (unsigned long long)cover->coding,
                cover->terminals);
    }
    for (size_t i = 0; i < observations->splices.n; i++) {
        const struct nf_splice *splice = &observations->splices.items[i];

        fprintf(out, "splice %016llx target %u %lld %lld\n",
                (unsigned long long)splice->fragment_hash, splice->target,
                (long long)splice->donor0, (long long)splice->acceptor0);
    }
    for (size_t i = 0; i < observations->codon_reads.n; i++) {
        const struct nf_codon_read *read = &observations->codon_reads.items[i];

        fputs("codon", out);
        print_fragment(out, observations, read->fragment);
        fprintf(out, " %u %016llx %.3s\n", read->codon, (unsigned long long)read->place,
                read->bases);
    }
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Writes the lines of `text`, which it cuts up, in order. */
static void print_sorted(FILE *out, char *text)
{
    NF_VEC(char *) lines = {0};

    for (char *at = text, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        *end = '\0';
        ck_assert_int_eq(nf_vec_push(&lines, at), NF_OK);
    }
    if (lines.n > 0)
        qsort(lines.items, lines.n, sizeof *lines.items, compare_text);
    for (size_t i = 0; i < lines.n; i++)
        fprintf(out, "%s\n", lines.items[i]);
    nf_vec_free(&lines);
}

static void print_sample(FILE *out, const struct nf_sample *sample)
{
    fprintf(out,
            "sample paired %d duplicates %d umi %d %d length %lld pairs %lld median %.1f max "
            "%lld library %d %d\n",
            sample->is_paired, sample->has_duplicate_flags, sample->has_umi_tags,
            sample->has_umi_names, (long long)sample->read_length,
            (long long)sample->n_insert_pairs, sample->insert_median,
            (long long)sample->insert_max, sample->library, sample->library_inferred);
}

char *nft_scan_text(struct nft_calls *calls)
{
    const struct nf_observations *observations = &calls->scan.observations;
    char *text = NULL, *unsorted = NULL, *junctions;
    size_t n_text, n_unsorted;
    FILE *out = open_memstream(&text, &n_text),
         *items = open_memstream(&unsorted, &n_unsorted);

    ck_assert(out != NULL && items != NULL);
    fprintf(out, "mapped %lld bad SA %lld\n", (long long)calls->scan.n_mapped,
            (long long)calls->scan.n_bad_sa);
    print_sample(out, &calls->scan.sample);
    nft_quality_print(out, &calls->scan.quality);
    print_joins(items, observations);
    print_mates(items, observations);
    print_target_reads(items, observations);
    fputs(calls->abundance, items);
    ck_assert_int_eq(fclose(items), 0);
    print_sorted(out, unsorted);
    nft_calls_junctions(calls);
    junctions = nft_junctions_text(calls);
    fputs(junctions, out);
    ck_assert_int_eq(fclose(out), 0);
    free(unsorted);
    free(junctions);
    return text;
}

char *nft_scan_file(const struct nft_reference *reference,
                    const struct nf_scan_options *options, bool *was_targeted)
{
    struct nft_calls calls;
    char *text;

    ck_assert_int_eq(nft_scan(&calls, reference, *options), NF_OK);
    text = nft_scan_text(&calls);
    if (was_targeted)
        *was_targeted = calls.scan.was_targeted;
    nft_calls_end(&calls);
    return text;
}

void nft_assert_same_scan(const char *text, const char *expected)
{
    while (*text && *text == *expected) {
        const size_t n = strcspn(text, "\n") + 1, n_expected = strcspn(expected, "\n") + 1;

        if (n != n_expected || memcmp(text, expected, n) != 0)
            break;
        text += n;
        expected += n;
    }
    ck_assert_msg(*text == *expected && *text == '\0', "differ:\n%.*s\n%.*s",
                  (int)strcspn(text, "\n"), text, (int)strcspn(expected, "\n"), expected);
}

size_t nft_count_lines(const char *text, const char *start)
{
    size_t n = 0;

    for (const char *at = text; *at; at += strcspn(at, "\n") + 1)
        n += strncmp(at, start, strlen(start)) == 0;
    return n;
}

void nft_assert_place(const struct nft_reference *reference, struct nf_locus locus,
                      const char *expected)
{
    char text[64];

    snprintf(text, sizeof text, "%s:%lld:%c", reference->genome.contigs[locus.contig].name,
             (long long)locus.pos0 + 1, locus.strand > 0 ? '+' : '-');
    ck_assert_str_eq(text, expected);
}
