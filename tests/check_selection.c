/* SPDX-License-Identifier: MIT */
/* selection: the same records in whatever order and parts they come, and no more memory. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/hash.h"
#include "ntrkfuse/selection.h"
#include "support.h"
#include "support_random.h"
#include "support_sam.h"

enum { N_TAKEN = 20, N_RECORDS = 2000 };

static const struct nft_reference *reference;
static struct nf_selection selection;
static struct nf_record records[N_RECORDS];
static char names[N_RECORDS][16];

static void begin(void)
{
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    nft_log_begin();
    ck_assert_int_eq(nf_selection_begin(&selection, &reference->panel, N_TAKEN), NF_OK);
}

static void end(void)
{
    nf_selection_free(&selection);
    nf_selection_free(&selection);
    nft_records_forget();
    ck_assert_str_eq(nft_log_text(), "");
    nft_log_end();
}

static struct nf_selection_unit *unit_of(struct nf_selection *of, const char *symbol, int n)
{
    uint32_t gene = nft_gene(reference, symbol);

    for (size_t i = 0; i < of->units.n; i++)
        if (of->units.items[i].gene == gene && n-- == 0)
            return &of->units.items[i];
    return NULL;
}

/* Records on GAPDH, a short gene; many begin at one place. */
static void make_records(void)
{
    const struct nf_gene *gene = &reference->annot.genes.items[nft_gene(reference, "GAPDH")];
    uint64_t chance = 3;

    records[0] = *nft_record(reference, "r\t0\tchr12\t%lld\t60\t50M\t*\t0\t0\t*\t*",
                             (long long)gene->start0 + 1);
    for (int i = 0; i < N_RECORDS; i++) {
        snprintf(names[i], sizeof names[i], "r%d", i);
        records[i] = records[0];
        records[i].name = names[i];
        records[i].name_length = strlen(names[i]);
        records[i].pos0 = gene->start0 - 20 + 10 * (int64_t)nft_random(&chance, 40);
    }
}

static void shuffle(uint64_t *chance)
{
    for (size_t i = N_RECORDS; i > 1; i--) {
        size_t other = nft_random(chance, (uint32_t)i);
        struct nf_record moving = records[i - 1];

        records[i - 1] = records[other];
        records[other] = moving;
    }
}

static char *taken(struct nf_selection *of)
{
    const struct nf_selection_unit *unit = unit_of(of, "GAPDH", 0);
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);

    nf_selection_settle(of);
    fprintf(out, "%zu %d:", unit->records.n, unit->is_cut);
    for (size_t i = 0; i < unit->records.n; i++)
        fprintf(out, " %s@%lld", unit->records.items[i].record.name,
                (long long)unit->records.items[i].pos0);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

static void add_all(struct nf_selection *to, int first, int end_of)
{
    for (int i = first; i < end_of; i++) {
        ck_assert_int_eq(nf_selection_add(to, &records[i]), NF_OK);
        ck_assert_uint_le(unit_of(to, "GAPDH", 0)->records.n, 4 * N_TAKEN);
    }
}

START_TEST(order_and_parts_do_not_matter)
{
    uint64_t chance = 8;
    char *expected;

    make_records();
    add_all(&selection, 0, N_RECORDS);
    expected = taken(&selection);
    ck_assert(unit_of(&selection, "GAPDH", 0)->is_cut);
    ck_assert_uint_eq(unit_of(&selection, "GAPDH", 0)->records.n, 2 * N_TAKEN);
    for (int round = 0; round < 12; round++) {
        int cut = (int)nft_random(&chance, N_RECORDS);
        struct nf_selection parts[2] = {{0}};
        char *text;

        shuffle(&chance);
        for (int i = 0; i < 2; i++)
            ck_assert_int_eq(nf_selection_begin(&parts[i], &reference->panel, N_TAKEN), NF_OK);
        add_all(&parts[0], 0, cut);
        add_all(&parts[1], cut, N_RECORDS);
        ck_assert_int_eq(nf_selection_merge(&parts[0], &parts[1]), NF_OK);
        text = taken(&parts[0]);
        ck_assert_str_eq(text, expected);
        free(text);
        nf_selection_free(&parts[0]);
        nf_selection_free(&parts[1]);
    }
    free(expected);
}
END_TEST

static int compare_places(const void *a, const void *b)
{
    const struct nf_record *x = a, *y = b;

    return (x->pos0 > y->pos0) - (x->pos0 < y->pos0);
}

/* In order of places nothing that is taken comes once the unit is passed. */
START_TEST(a_sorted_file_need_not_be_read_on)
{
    char *expected, *text;
    int n = 0;

    make_records();
    add_all(&selection, 0, N_RECORDS);
    expected = taken(&selection);
    ck_assert_int_eq(nf_selection_begin(&selection, &reference->panel, N_TAKEN), NF_OK);
    qsort(records, N_RECORDS, sizeof *records, compare_places);
    for (; n < N_RECORDS && !unit_of(&selection, "GAPDH", 0)->is_passed; n++)
        add_all(&selection, n, n + 1);
    ck_assert_int_lt(n, N_RECORDS / 2);
    text = taken(&selection);
    ck_assert_str_eq(text, expected);
    free(text);
    free(expected);
}
END_TEST

/* A long gene: nothing before its first unit, the last third in its second. */
START_TEST(long_genes_have_two_units)
{
    const struct nf_gene *gene = &reference->annot.genes.items[nft_gene(reference, "HPRT1")];
    const struct nf_selection_unit *first = unit_of(&selection, "HPRT1", 0);
    const struct nf_selection_unit *last = unit_of(&selection, "HPRT1", 1);
    struct nf_record record = *nft_record(
        reference, "r\t0\tchrX\t%lld\t60\t10M\t*\t0\t0\t*\t*", (long long)gene->start0 + 1);
    const struct {
        int64_t pos0;
        size_t n_first, n_last;
    } steps[] = {{gene->start0, 0, 0},
                 {first->region.start0 - 1, 0, 0},
                 {first->region.start0, 1, 0},
                 {last->region.start0 - 1, 2, 0},
                 {last->region.start0, 2, 1},
                 {gene->end0 - 1, 2, 2},
                 {gene->end0, 2, 2}};

    ck_assert_ptr_null(unit_of(&selection, "HPRT1", 2));
    ck_assert_ptr_null(unit_of(&selection, "GAPDH", 1));
    ck_assert_int_eq(first->region.end0, last->region.start0);
    ck_assert_int_eq(last->region.end0, gene->end0);
    for (size_t i = 0; i < NFT_COUNT(steps); i++) {
        record.pos0 = steps[i].pos0;
        ck_assert_int_eq(nf_selection_add(&selection, &record), NF_OK);
        ck_assert_uint_eq(first->records.n, steps[i].n_first);
        ck_assert_uint_eq(last->records.n, steps[i].n_last);
    }
    ck_assert(!first->is_cut && !last->is_cut);
}
END_TEST

Suite *selection_suite(void)
{
    Suite *suite = suite_create("selection");
    TCase *taking = tcase_create("taking");

    tcase_add_unchecked_fixture(taking, nft_reference_load, NULL);
    tcase_add_checked_fixture(taking, begin, end);
    tcase_set_timeout(taking, 30);
    tcase_add_test(taking, order_and_parts_do_not_matter);
    tcase_add_test(taking, a_sorted_file_need_not_be_read_on);
    tcase_add_test(taking, long_genes_have_two_units);
    suite_add_tcase(suite, taking);
    return suite;
}
