/* SPDX-License-Identifier: MIT */
/* prior: how likely a tumour carries an NTRK fusion, before looking. Level: calls.
 *
 * Source: Table 1 of Kubota et al., Jpn J Clin Oncol 2025;55(4):313-326,
 * doi:10.1093/jjco/hyaf015 (ref/prevalence.tsv): 889 of 295,676 tumours of all kinds (0.30 %),
 * of adults 0.28 %, of children (below 18 years) 1.34 %; and counts by histology.
 *
 * Few patients of a histology say little: of 12 children with chondrosarcoma one was positive,
 * which is not 8 %. So the share of a histology, x of n, is drawn towards the group's overall
 * share p0 as if κ more patients had been seen at that share: (x + κ p0) / (n + κ). κ is
 * estimated from the table itself (prior.c). */
#ifndef NTRKFUSE_PRIOR_H
#define NTRKFUSE_PRIOR_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/catalogue.h"

enum nf_age_group {
    NF_AGE_ANY,   /* not told: adults and children are taken together */
    NF_AGE_ADULT, /* 18 years or more */
    NF_AGE_CHILD
};

enum { NF_N_AGE_GROUPS = NF_AGE_CHILD + 1 };

/* "any", "adult", "child"; static strings. */
const char *nf_age_group_name(enum nf_age_group age_group);

struct nf_prior {
    double prevalence;     /* of an NTRK fusion in such a tumour, 0–1 */
    double flat;           /* in a tumour of which nothing is known */
    double overall;        /* of the age group, all histologies */
    int64_t n, positive;   /* patients of the histology and the age group; 0 and 0 without a
                              histology */
    const char *histology; /* as in the table, owned by the catalogue; NULL: none */
    const char *unlisted;  /* what was asked for and is not in the table; NULL */
    enum nf_age_group age_group;
};

/* The prior for a histology (NULL: not told) and an age group. Histologies match whatever the
 * case, and without what the table has in parentheses. One that is not in the table is no
 * error: the overall share of the age group is taken, with a warning that names the nearest
 * row where there is one. `histology` must outlive the result. */
struct nf_prior nf_prior_find(const struct nf_catalogue *catalogue, const char *histology,
                              enum nf_age_group age_group);

#endif
