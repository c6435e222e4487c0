/* SPDX-License-Identifier: MIT */
/* prior: how likely a tumour carries an NTRK fusion, before looking.
 *
 * κ, the weight of the overall share in patients, maximises the likelihood of the table's
 * cells when each cell's true share is drawn from a beta distribution of mean p0 and
 * precision κ, that is, when its positives are beta-binomial(n, κ p0, κ (1 − p0)) with p0
 * held at the group's overall share:
 *
 *     group     cells  sum of cells  p0       κ at the maximum  log-likelihood within 2
 *     adults    19     85 of 9,073   0.28 %   192               85 to 430
 *     children  19     29 of 1,148   1.34 %   15                6 to 37
 *     together  19     114 of 10,221 0.30 %   88                43 to 170
 *
 * One κ for adults and children would be 66, at a log-likelihood 8 lower: children's
 * histologies differ more among themselves, so each group has its own. The table lists
 * sarcomas, which are positive more often than all tumours are (0.9 % of adults, 2.5 % of
 * children); that the cells are drawn towards the share of all tumours nevertheless errs
 * towards a low prior where there are few patients. */
#include "ntrkfuse/prior.h"

#include <string.h>

#include "ntrkfuse/log.h"

/* The groups as the review's Table 1 has them, and κ as above, rounded. */
static const struct {
    const char *name;
    double overall;
    double kappa;
} groups[NF_N_AGE_GROUPS] = {
    [NF_AGE_ANY] = {"any", 889.0 / 295676, 90},
    [NF_AGE_ADULT] = {"adult", 0.0028, 190},
    [NF_AGE_CHILD] = {"child", 0.0134, 15},
};

enum {
    LONGEST_NAME = 120, /* bytes of a histology that are compared for likeness */
    SHORTEST_PART = 4,  /* bytes of a name that may be a part of another */
    FEW_EDITS = 2,      /* a slip of the finger */
    LIKENESS = 3        /* at most one edit in so many bytes, else a name is not like */
};

const char *nf_age_group_name(enum nf_age_group age_group)
{
    return (size_t)age_group < NF_N_AGE_GROUPS ? groups[age_group].name : "unknown";
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_same(struct nf_span a, struct nf_span b)
{
    bool same = a.n == b.n;
    for (size_t i = 0; same && i < a.n; i++)
        same = lower(a.at[i]) == lower(b.at[i]);
    return same;
}

static bool is_part(struct nf_span part, struct nf_span whole)
{
    for (size_t i = 0; part.n >= SHORTEST_PART && i + part.n <= whole.n; i++)
        if (is_same(part, (struct nf_span){whole.at + i, part.n}))
            return true;
    return false;
}

/* A histology without what stands in parentheses: the subtypes. */
static struct nf_span without_subtypes(struct nf_span name)
{
    struct nf_span rest = name, start;
    return nf_span_cut(&rest, '(', &start) ? nf_span_trim(start) : name;
}

/* The row of that name, in full or else (when there is just one) without its parentheses. */
static const struct nf_prevalence *find_row(const struct nf_catalogue *catalogue,
                                            struct nf_span name)
{
    const struct nf_prevalence *found = NULL;
    size_t n = 0;
    for (size_t i = 0; i < catalogue->prevalence.n; i++) {
        const struct nf_prevalence *cell = &catalogue->prevalence.items[i];
        struct nf_span full = nf_span_of(cell->histology);
        if (is_same(full, name))
            return cell;
        if (is_same(without_subtypes(full), name)) {
            found = cell;
            n++;
        }
    }
    return n == 1 ? found : NULL;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance, whatever the case, of names cut at LONGEST_NAME. */
static size_t count_edits(struct nf_span a, struct nf_span b)
{
    size_t costs[LONGEST_NAME + 1];
    size_t n_a = least(a.n, LONGEST_NAME), n_b = least(b.n, LONGEST_NAME);
    for (size_t k = 0; k <= n_b; k++)
        costs[k] = k;
    for (size_t i = 0; i < n_a; i++) {
        size_t diagonal = costs[0];
        costs[0] = i + 1;
        for (size_t k = 0; k < n_b; k++) {
            size_t change = diagonal + (lower(a.at[i]) != lower(b.at[k]));
            diagonal = costs[k + 1];
            costs[k + 1] = least(change, 1 + least(costs[k], costs[k + 1]));
        }
    }
    return costs[n_b];
}

/* How far a name is from a histology, in edits: a slip of the finger is nearest, then a name
 * that is a part of the other, then another spelling; SIZE_MAX: not alike. */
static size_t measure(struct nf_span name, struct nf_span full)
{
    struct nf_span brief = without_subtypes(full);
    size_t edits = least(count_edits(name, full), count_edits(name, brief));
    if (edits <= FEW_EDITS && LIKENESS * edits <= brief.n)
        return edits;
    if (is_part(name, full) || is_part(brief, name))
        return edits + LONGEST_NAME;
    return LIKENESS * edits <= brief.n ? edits + 2 * (size_t)LONGEST_NAME : SIZE_MAX;
}

/* The histology whose spelling is nearest, of several the first; NULL: none is like it. */
static const char *find_nearest(const struct nf_catalogue *catalogue, struct nf_span name)
{
    const char *nearest = NULL;
    size_t fewest = SIZE_MAX;
    for (size_t i = 0; i < catalogue->prevalence.n; i++) {
        const char *histology = catalogue->prevalence.items[i].histology;
        size_t edits = measure(name, nf_span_of(histology));
        if (edits < fewest) {
            fewest = edits;
            nearest = histology;
        }
    }
    return nearest;
}

static void warn_unlisted(const struct nf_catalogue *catalogue, const struct nf_prior *prior)
{
    const char *nearest = find_nearest(catalogue, nf_span_of(prior->unlisted));
    nf_warn(
        "--histology: '%s' is not in the table of histologies, so the prior is that of all "
        "tumours, %.2f %%; %s%s%s`ntrkfuse catalogue histologies` lists the names",
        prior->unlisted, 100 * prior->overall, nearest ? "did you mean '" : "",
        nearest ? nearest : "", nearest ? "'? " : "");
}

struct nf_prior nf_prior_find(const struct nf_catalogue *catalogue, const char *histology,
                              enum nf_age_group age_group)
{
    double overall = groups[age_group].overall, kappa = groups[age_group].kappa;
    struct nf_prior prior = {.prevalence = overall,
                             .flat = groups[NF_AGE_ANY].overall,
                             .overall = overall,
                             .age_group = age_group};
    if (!histology)
        return prior;
    const struct nf_prevalence *cell =
        find_row(catalogue, nf_span_trim(nf_span_of(histology)));
    if (!cell) {
        prior.unlisted = histology;
        warn_unlisted(catalogue, &prior);
        return prior;
    }
    prior.histology = cell->histology;
    if (age_group != NF_AGE_CHILD) {
        prior.n += cell->n_adults;
        prior.positive += cell->n_adults_positive;
    }
    if (age_group != NF_AGE_ADULT) {
        prior.n += cell->n_children;
        prior.positive += cell->n_children_positive;
    }
    prior.prevalence = ((double)prior.positive + kappa * overall) / ((double)prior.n + kappa);
    return prior;
}
