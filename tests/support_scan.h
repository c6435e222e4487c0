/* SPDX-License-Identifier: MIT */
/* support_scan: a scan of a file, and all that it leaves as text, to compare two scans by.
 * Whatever goes wrong in here fails the running test. */
#ifndef NTRKFUSE_TESTS_SUPPORT_SCAN_H
#define NTRKFUSE_TESTS_SUPPORT_SCAN_H

#include "ntrkfuse/scan.h"
#include "support_calls.h"

/* Opens options->input.path and scans it; `calls`, zeroed, receives the scan. The read groups
 * and, where it has none, the number of threads (1) are added to the options. nft_calls_end is
 * needed whatever it returns. */
enum nf_status nft_scan(struct nft_calls *calls, const struct nft_reference *reference,
                        struct nf_scan_options options);

/* What was observed, learned and, from that, made: n_mapped, the sample, then the joins,
 * mates, covers, splices and the abundance
 * around the ends of joins and mates (in an order of their own), then the junctions with their
 * support. Clips count where they support a junction. To be freed. */
char *nft_scan_text(struct nft_calls *calls);

/* Both at once; the scan must succeed. `was_targeted` may be NULL. To be freed. */
char *nft_scan_file(const struct nft_reference *reference,
                    const struct nf_scan_options *options, bool *was_targeted);

/* Fails unless the texts are equal, and shows the first line that differs. */
void nft_assert_same_scan(const char *text, const char *expected);

/* How many lines of the text begin with `start`. */
size_t nft_count_lines(const char *text, const char *start);

/* Fails unless the locus is the place that people write so: "chr12:11869969:+". */
void nft_assert_place(const struct nft_reference *reference, struct nf_locus locus,
                      const char *expected);

#endif
