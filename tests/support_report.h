/* SPDX-License-Identifier: MIT */
/* support_report: a report for the suites of the writers. */
#ifndef NTRKFUSE_TESTS_SUPPORT_REPORT_H
#define NTRKFUSE_TESTS_SUPPORT_REPORT_H

#include <stdbool.h>

#include "ntrkfuse/report.h"

/* U+FFFD, which stands for a byte that is no UTF-8. */
#define NFT_BAD "\xEF\xBF\xBD"

/* A report without a row, of a sample called "S1"; to be freed. */
void nft_report_example(struct nf_report *report);

/* A row with every member set: ETV6::NTRK3, event 1, flags "one;two", no fragment listed. */
struct nf_call nft_call_example(void);

/* The same, dropped by "few_fragments", without exons on the 3′ side and without fractions. */
struct nf_call nft_call_dropped(const char *flags);

/* Appends the row to the calls or to the dropped ones, whichever it is. */
void nft_report_add(struct nf_report *report, struct nf_call call);

/* Appends a term of the score. */
void nft_call_add_term(struct nf_call *call, const char *name, double value);

void nft_call_add_fragment(struct nf_call *call, const char *name, const char *kind,
                           bool is_duplicate);

/* Fails unless the texts are equal, and shows the first line that differs: Check cannot carry
 * messages of the size of a whole output. */
void nft_assert_same_text(const char *text, const char *expected);

#endif
