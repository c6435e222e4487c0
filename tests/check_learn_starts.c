/* SPDX-License-Identifier: MIT */
/* learn: where reads begin, in little memory. */
#include <check.h>

#include "ntrkfuse/learn.h"
#include "support.h"
#include "support_sam.h"

/* 50,000 reads at 100 places take the memory of a few thousand; nothing is lost. */
START_TEST(memory_follows_the_places_and_not_the_reads)
{
    const struct nft_reference *reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    struct nf_record record =
        *nft_record(reference, "r\t0\tchr15\t87900001\t60\t50M\t*\t0\t0\t*\t*");
    struct nf_learning learning = {0};
    int64_t n = 0;

    for (int i = 0; i < 50000; i++) {
        record.pos0 = 87900000 + i * 37 % 100;
        ck_assert_int_eq(nf_learning_add(&learning, &reference->panel, &record), NF_OK);
    }
    ck_assert_uint_le(learning.starts[0].capacity, 2 * NF_JOIN_STARTS);
    for (size_t i = 0; i < learning.starts[0].n; i++)
        n += learning.starts[0].items[i].n;
    ck_assert_int_eq(n, 50000);
    ck_assert_int_eq(learning.n_records, 50000);
    nf_learning_free(&learning);
    nft_records_forget();
}
END_TEST

Suite *learn_starts_suite(void)
{
    Suite *suite = suite_create("learn_starts");
    TCase *starts = tcase_create("starts");

    tcase_add_unchecked_fixture(starts, nft_reference_load, NULL);
    tcase_add_test(starts, memory_follows_the_places_and_not_the_reads);
    suite_add_tcase(suite, starts);
    return suite;
}
