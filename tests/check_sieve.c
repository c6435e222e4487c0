/* SPDX-License-Identifier: MIT */
/* sieve: what is passed over concerns nothing, and is counted as if it had been met. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/evidence.h"
#include "ntrkfuse/sieve.h"
#include "support.h"
#include "support_sam.h"
#include "support_shard.h"

static const struct nft_reference *reference;
static struct nf_sieve sieve;
static struct nf_abundance abundance;

static void begin(void)
{
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    nft_log_begin();
    ck_assert_int_eq(nf_sieve_init(&sieve, &reference->panel), NF_OK);
    ck_assert_int_eq(nf_abundance_init(&abundance, &reference->genome), NF_OK);
}

static void end(void)
{
    nf_abundance_free(&abundance);
    nf_sieve_free(&sieve);
    nf_sieve_free(&sieve);
    ck_assert_str_eq(nft_log_text(), "");
    nft_log_end();
}

/* Is the one record at `bytes` passed over? */
static bool passes(const uint8_t *bytes, size_t n, struct nf_sieve_run *run)
{
    ck_assert_int_eq(nf_sieve_pass(&sieve, bytes, n, &abundance, run), NF_OK);
    ck_assert(run->n_bytes == 0 || run->n_bytes == n);
    ck_assert_int_eq(run->n_records, run->n_bytes == n);
    return run->n_bytes == n;
}

static bool is_further(const struct nf_record *record)
{
    return record->flag & (NF_FLAG_SECONDARY | NF_FLAG_SUPPLEMENTARY) &&
           !(record->flag & NF_FLAG_UNMAPPED) && record->contig >= 0 && record->pos0 >= 0 &&
           nf_panel_learns(&reference->panel, record->contig, record->pos0,
                           nf_record_end0(record));
}

/* A record that is passed over is whole, tells nothing, and counts as mapped as it is. */
static void check_passed(const uint8_t *bytes, size_t n, const struct nf_sieve_run *run)
{
    struct nf_record record;

    ck_assert_int_eq(
        nf_record_from_bytes(&record, bytes + 4, n - 4, reference->genome.n_contigs), NF_OK);
    ck_assert_uint_eq(nf_evidence_classify(&reference->panel, &record), 0);
    ck_assert(!is_further(&record));
    ck_assert_int_eq(run->n_mapped, record.contig >= 0 && !(record.flag & NF_FLAG_UNMAPPED));
}

/* Records of all kinds, one at a time; then each with one byte changed, a thousand times. */
START_TEST(what_is_passed_over_tells_nothing)
{
    uint64_t chance = 100 + (uint64_t)_i;
    size_t n, n_passed = 0, n_changed = 0;
    char *lines = nft_lines_random(reference, chance, 400);
    uint8_t *bytes = nft_bam_bytes(reference->header, lines, &n);

    for (size_t at = 0, n_bytes; at < n; at += n_bytes) {
        struct nf_sieve_run run = {.end0 = INT64_MAX};

        n_bytes = 4 + nf_read_u32(bytes + at);
        if (passes(bytes + at, n_bytes, &run)) {
            check_passed(bytes + at, n_bytes, &run);
            n_passed++;
        }
        for (int i = 0; i < 12; i++) {
            uint8_t *byte = &bytes[at + 4 + nft_random(&chance, (uint32_t)n_bytes - 4)];
            uint8_t old = *byte;

            *byte = (uint8_t)nft_random(&chance, 256);
            if (passes(bytes + at, n_bytes, &run)) {
                check_passed(bytes + at, n_bytes, &run);
                n_changed++;
            }
            *byte = old;
        }
    }
    ck_assert_uint_gt(n_passed, 20);
    ck_assert_uint_gt(n_changed, 200);
    free(bytes);
    free(lines);
}
END_TEST

static const struct {
    const char *name, *line;
    bool passes;
} rows[] = {
    {"far away", "r\t99\tchr2\t5000001\t60\t50M\t=\t5000201\t250\t*\t*", true},
    {"spliced", "r\t99\tchr2\t5000001\t60\t20M9000N30M\t=\t5009201\t9250\t*\t*", true},
    {"unmapped", "r\t77\t*\t0\t0\t*\t*\t0\t0\t*\t*", true},
    {"unmapped, placed in a window", "r\t69\tchr15\t87940754\t0\t*\t=\t87940754\t0\t*\t*",
     true},
    {"secondary", "r\t355\tchr2\t5000001\t1\t50M\t=\t5000201\t250\t*\t*", true},
    {"clipped away from edges", "r\t0\tchr2\t5000001\t60\t20S30M\t*\t0\t0\t*\t*", true},
    {"in a window", "r\t0\tchr15\t87940754\t60\t50M\t*\t0\t0\t*\t*", false},
    {"an N over a window", "r\t0\tchr15\t87000001\t60\t20M2000000N30M\t*\t0\t0\t*\t*", false},
    {"the mate in a window", "r\t97\tchr2\t5000001\t60\t50M\tchr15\t87940754\t0\t*\t*", false},
    {"on a control gene", "r\t0\tchr12\t6537001\t60\t50M\t*\t0\t0\t*\t*", false},
    {"an SA tag",
     "r\t0\tchr2\t5000001\t60\t20S30M\t*\t0\t0\t*\t*\tSA:Z:chr15,87940754,+,20M30S,60,0;",
     false},
    {"a secondary with an SA tag",
     "r\t256\tchr2\t5000001\t60\t50M\t*\t0\t0\t*\t*\tSA:Z:chr15,87940754,+,20M30S,60,0;",
     false},
    {"an SA tag without a clip",
     "r\t0\tchr2\t5000001\t60\t50M\t*\t0\t0\t*\t*\tSA:Z:chr15,87940754,+,20M30S,60,0;", true},
};

START_TEST(what_is_passed_over)
{
    struct nf_sieve_run run = {.end0 = INT64_MAX};
    size_t n;
    uint8_t *bytes = nft_bam_bytes(reference->header, nft_text("%s\n", rows[_i].line), &n);
    bool passed = passes(bytes, n, &run);

    ck_assert_msg(passed == rows[_i].passes, "%s", rows[_i].name);
    if (passed)
        check_passed(bytes, n, &run);
    free(bytes);
}
END_TEST

/* A clip of 8 bases at the donor of ETV6 exon 5 is looked at, one of 7 is not. */
START_TEST(clips_at_exon_edges_stay)
{
    long long last1 = (long long)nft_donor0(reference, "ETV6", 5) + 1;

    for (int n_clipped = 6; n_clipped < 10; n_clipped++) {
        struct nf_sieve_run run = {.end0 = INT64_MAX};
        size_t n;
        uint8_t *bytes = nft_bam_bytes(
            reference->header,
            nft_text("r\t0\tchr12\t%lld\t60\t30M%dS\t*\t0\t0\t*\t*\n", last1 - 29, n_clipped),
            &n);

        ck_assert_int_eq(passes(bytes, n, &run), n_clipped < NF_MIN_EDGE_CLIP);
        free(bytes);
    }
}
END_TEST

START_TEST(a_run_ends_where_it_is_told_to)
{
    struct nf_sieve_run run = {.end0 = 5000003};
    size_t n;
    uint8_t *bytes = nft_bam_bytes(reference->header,
                                   "a\t0\tchr2\t5000001\t60\t50M\t*\t0\t0\t*\t*\n"
                                   "b\t0\tchr2\t5000003\t60\t50M\t*\t0\t0\t*\t*\n"
                                   "c\t0\tchr2\t5000004\t60\t50M\t*\t0\t0\t*\t*\n",
                                   &n);

    ck_assert_int_eq(nf_sieve_pass(&sieve, bytes, n, &abundance, &run), NF_OK);
    ck_assert_int_eq(run.n_records, 2);
    ck_assert_uint_eq(run.n_bytes, n / 3 * 2);
    run.end0 = INT64_MAX;
    for (size_t n_cut = 1; n_cut <= n / 3; n_cut++) { /* the last is not whole */
        ck_assert_int_eq(nf_sieve_pass(&sieve, bytes, n - n_cut, &abundance, &run), NF_OK);
        ck_assert_int_eq(run.n_records, 2);
    }
    ck_assert_int_eq(nf_sieve_pass(&sieve, bytes, n, &abundance, &run), NF_OK);
    ck_assert_int_eq(run.n_mapped, 3);
    free(bytes);
}
END_TEST

Suite *sieve_suite(void)
{
    Suite *suite = suite_create("sieve");
    TCase *passing = tcase_create("passing");

    tcase_add_unchecked_fixture(passing, nft_reference_load, NULL);
    tcase_add_checked_fixture(passing, begin, end);
    tcase_set_timeout(passing, 30);
    tcase_add_loop_test(passing, what_is_passed_over_tells_nothing, 0, 4);
    tcase_add_loop_test(passing, what_is_passed_over, 0, NFT_COUNT(rows));
    tcase_add_test(passing, clips_at_exon_edges_stay);
    tcase_add_test(passing, a_run_ends_where_it_is_told_to);
    suite_add_tcase(suite, passing);
    return suite;
}
