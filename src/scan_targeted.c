/* SPDX-License-Identifier: MIT */
/* scan_targeted: reading only what matters, through the index.
 *
 * Work goes in rounds. Each round takes the regions that are wanted and not read yet, in
 * genome order, and reads them; records that an earlier region already delivered are skipped,
 * so every record is met once. What the records of a round name is wanted in the next. */
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/clip_seed.h"
#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/scan.h"

struct named_gene {
    uint32_t gene, fragment;
};

struct targeted {
    struct nf_scan_walk *walk;
    nf_region_list done;                   /* read in earlier rounds: ascending, disjoint */
    nf_region_list wanted;                 /* of this round */
    NF_VEC(struct named_gene) named_genes; /* all that were ever named */
    NF_VEC(struct nf_place) lone_places;   /* all named places outside genes */
    size_t n_joins;                        /* split reads whose ends have been asked for */
    bool has_supplementary; /* supplementary records were seen: the file keeps them */
    bool read_edges;        /* the partners' exon edges have been asked for */
    const struct nf_selection_unit *unit; /* that is being read; NULL: none */
};

/* Has one earlier region covered all of this one? */
static bool is_done(const struct targeted *targeted, const struct nf_region *region)
{
    const nf_region_list *done = &targeted->done;
    size_t low = 0, high = done->n; /* the first that ends behind the region's start */
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct nf_region *other = &done->items[middle];
        if (other->contig < region->contig ||
            (other->contig == region->contig && other->end0 <= region->start0))
            low = middle + 1;
        else
            high = middle;
    }
    return low < done->n && done->items[low].contig == region->contig &&
           done->items[low].start0 <= region->start0 && done->items[low].end0 >= region->end0;
}

static enum nf_status want(struct targeted *targeted, struct nf_region region)
{
    int64_t length = targeted->walk->panel->genome->contigs[region.contig].length;
    if (region.start0 < 0)
        region.start0 = 0;
    if (region.end0 > length)
        region.end0 = length;
    if (region.start0 >= region.end0 || is_done(targeted, &region))
        return NF_OK;
    return nf_vec_push(&targeted->wanted, region) ? nf_fail_memory("the regions") : NF_OK;
}

/* Is a gene or a stretch of genome that `n` fragments name read as a whole, or only at the
 * named places? Records that a complete file's tags name stand exactly there. The whole is
 * needed for clips at the gene's edges, which a second fragment or the catalogue must make
 * likely, and where supplementary records may have been filtered away: then reads of the
 * fusion lie in the partner without being named. */
static bool wants_whole(const struct targeted *targeted, size_t n, uint8_t role)
{
    return n >= 2 || role & NF_ROLE_PARTNER || !targeted->has_supplementary;
}

static int compare_by_gene(const void *a, const void *b)
{
    const struct named_gene *x = a, *y = b;
    if (x->gene != y->gene)
        return x->gene < y->gene ? -1 : 1;
    return (x->fragment > y->fragment) - (x->fragment < y->fragment);
}

/* Distinct fragments of named[first, end). */
static size_t count_fragments(const struct named_gene *named, size_t first, size_t end)
{
    size_t n = 0;
    for (size_t i = first; i < end; i++)
        n += i == first || named[i].fragment != named[i - 1].fragment;
    return n;
}

static enum nf_status want_genes(struct targeted *targeted)
{
    const struct nf_panel *panel = targeted->walk->panel;
    struct named_gene *named = targeted->named_genes.items;
    size_t n = targeted->named_genes.n;
    if (n > 0)
        qsort(named, n, sizeof *named, compare_by_gene);
    for (size_t first = 0; first < n;) {
        size_t end = first;
        while (end < n && named[end].gene == named[first].gene)
            end++;
        const struct nf_gene *gene = &panel->annot->genes.items[named[first].gene];
        struct nf_region whole = {gene->contig, gene->start0 - NF_GENE_MARGIN,
                                  gene->end0 + NF_GENE_MARGIN};
        if (wants_whole(targeted, count_fragments(named, first, end),
                        panel->gene_roles.items[named[first].gene]) &&
            want(targeted, whole))
            return NF_ERR_MEMORY;
        first = end;
    }
    return NF_OK;
}

static int compare_places(const void *a, const void *b)
{
    const struct nf_place *x = a, *y = b;
    if (x->contig != y->contig)
        return x->contig < y->contig ? -1 : 1;
    if (x->pos0 != y->pos0)
        return x->pos0 < y->pos0 ? -1 : 1;
    return (x->fragment > y->fragment) - (x->fragment < y->fragment);
}

/* Places outside genes, all that were ever named: their surroundings, where wanted. */
static enum nf_status want_surroundings(struct targeted *targeted)
{
    const struct nf_genome *genome = targeted->walk->panel->genome;
    struct nf_place *places = targeted->lone_places.items;
    size_t n = targeted->lone_places.n;
    if (n > 0)
        qsort(places, n, sizeof *places, compare_places);
    /* The nearest places of another fragment are those beside the run of places of this one.
     */
    for (size_t i = 0, first = 0, end = 0; i < n; i++) {
        if (i == end) {
            first = i;
            while (end < n && places[end].contig == places[i].contig &&
                   places[end].fragment == places[i].fragment)
                end++;
        }
        bool has_neighbour = (first > 0 && places[first - 1].contig == places[i].contig &&
                              places[i].pos0 - places[first - 1].pos0 <= NF_PLACE_MARGIN) ||
                             (end < n && places[end].contig == places[i].contig &&
                              places[end].pos0 - places[i].pos0 <= NF_PLACE_MARGIN);
        struct nf_region around = {places[i].contig, places[i].pos0 - NF_PLACE_MARGIN,
                                   places[i].pos0 + NF_PLACE_MARGIN};
        if (genome->contigs[places[i].contig].chromosome == NF_MITOCHONDRION)
            continue; /* its 16 kb can hold a third of a sample's reads, and no partner */
        if (wants_whole(targeted, has_neighbour ? 2 : 1, 0) && want(targeted, around))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

/* A clip supports the junction of a split read although nothing names the clip's record, as in
 * a single-end sample; so the ends of new split reads are read, as far as a junction's end may
 * move and a clip may lie off it. */
static enum nf_status want_join_ends(struct targeted *targeted)
{
    const struct nf_observations *observations = targeted->walk->evidence.observations;
    for (; targeted->n_joins < observations->joins.n; targeted->n_joins++) {
        const struct nf_join *join = &observations->joins.items[targeted->n_joins];
        const struct nf_locus *ends[2] = {&join->five, &join->three};
        for (size_t i = 0; i < 2; i++) {
            struct nf_region region = {ends[i]->contig, ends[i]->pos0 - NF_JOIN_MARGIN,
                                       ends[i]->pos0 + NF_JOIN_MARGIN + 1};
            if (want(targeted, region))
                return NF_ERR_MEMORY;
        }
    }
    return NF_OK;
}

/* Turns the places named since the last round into wanted regions. */
static enum nf_status want_places(struct targeted *targeted)
{
    struct nf_evidence *evidence = &targeted->walk->evidence;
    for (size_t i = 0; i < evidence->places.n; i++) {
        struct nf_place place = evidence->places.items[i];
        struct nf_region exact = {place.contig, place.pos0, place.pos0 + 1};
        if (nf_annot_genes_at(targeted->walk->panel->annot, place.contig, place.pos0,
                              place.pos0 + 1, &evidence->ids))
            return nf_fail_memory("the genes at a place");
        for (size_t j = 0; j < evidence->ids.n; j++)
            if (nf_vec_push(&targeted->named_genes,
                            (struct named_gene){evidence->ids.items[j], place.fragment}))
                return nf_fail_memory("the genes at a place");
        if (evidence->ids.n == 0 && nf_vec_push(&targeted->lone_places, place))
            return nf_fail_memory("the places");
        if (want(targeted, exact))
            return NF_ERR_MEMORY;
    }
    evidence->places.n = 0;
    enum nf_status status = want_join_ends(targeted);
    if (!status)
        status = want_genes(targeted);
    return status ? status : want_surroundings(targeted);
}

/* A pile of clips in a target may have its other half at a partner's exon edge that nothing
 * names. */
static enum nf_status want_edges(struct targeted *targeted)
{
    const struct nf_panel *panel = targeted->walk->panel;
    struct nf_observations *observations = targeted->walk->evidence.observations;
    for (size_t i = 0; i < panel->published.n; i++) {
        if (!nf_clip_at_published(observations, &panel->published.items[i]))
            continue;
        const struct nf_locus *five = &panel->published.items[i].five;
        struct nf_region region = {five->contig, five->pos0 - NF_PUBLISHED_MARGIN,
                                   five->pos0 + NF_PUBLISHED_MARGIN + 1};
        if (want(targeted, region))
            return NF_ERR_MEMORY;
    }
    bool exist = false;
    enum nf_status status = nf_clip_seeds_exist(panel, observations, &exist);
    if (status || !exist)
        return status;
    targeted->read_edges = true;
    for (size_t i = 0; i < panel->annot->edges.n; i++) {
        const struct nf_edge *edge = &panel->annot->edges.items[i];
        if (!(panel->gene_roles.items[edge->gene] & NF_ROLE_PARTNER))
            continue;
        struct nf_region region = {edge->contig, edge->pos0 - NF_EDGE_SLACK,
                                   edge->pos0 + NF_EDGE_SLACK + 1};
        if (want(targeted, region))
            return NF_ERR_MEMORY;
    }
    return NF_OK;
}

static enum nf_status take(void *context, const struct nf_record *record)
{
    struct targeted *targeted = context;
    struct nf_scan_walk *walk = targeted->walk;
    walk->scan->n_records++;
    if (record->flag & NF_FLAG_SUPPLEMENTARY)
        targeted->has_supplementary = true;
    if (nf_interrupted())
        return NF_ERR_INTERRUPTED;
    nf_scan_tell(walk);
    enum nf_status status = nf_abundance_add(&walk->abundance, record);
    if (!status)
        status = nf_scan_take(walk, record);
    walk->scan->regions.is_enough = targeted->unit && targeted->unit->is_passed;
    return status;
}

static enum nf_status pass(void *context, const uint8_t *bytes, size_t n, int64_t end0,
                           size_t *n_passed)
{
    struct targeted *targeted = context;
    struct nf_sieve_run run = {.end0 = end0};
    enum nf_status status = nf_scan_pass(targeted->walk, bytes, n, &run);
    *n_passed = run.n_bytes;
    return status;
}

static enum nf_status read_round(struct targeted *targeted)
{
    struct nf_regions *regions = &targeted->walk->scan->regions;
    enum nf_status status = NF_OK;
    nf_regions_merge(&targeted->wanted);
    for (size_t i = 0; i < targeted->wanted.n && !status; i++) {
        status = nf_regions_read(regions, targeted->wanted.items[i], take, targeted);
        if (!status && nf_vec_push(&targeted->done, targeted->wanted.items[i]))
            status = nf_fail_memory("the regions");
    }
    nf_regions_merge(&targeted->done);
    targeted->wanted.n = 0;
    return status;
}

/* Reads of the control genes what is learned from. */
static enum nf_status read_controls(struct targeted *targeted)
{
    struct nf_scan_walk *walk = targeted->walk;
    struct nf_regions *regions = &walk->scan->regions;
    enum nf_status status = NF_OK;
    for (size_t i = 0; i < walk->selection.units.n && !status; i++) {
        targeted->unit =
            nf_regions_can_resume(regions) ? &walk->selection.units.items[i] : NULL;
        status =
            nf_regions_read(regions, walk->selection.units.items[i].region, take, targeted);
    }
    targeted->unit = NULL;
    return status;
}

static int compare_keys(const void *a, const void *b)
{
    const struct nf_piece_key *x = a, *y = b;
    if (x->read_hash != y->read_hash)
        return x->read_hash < y->read_hash ? -1 : 1;
    if (x->contig != y->contig)
        return x->contig < y->contig ? -1 : 1;
    if (x->pos0 != y->pos0)
        return x->pos0 < y->pos0 ? -1 : 1;
    return x->strand - y->strand;
}

/* How many alignments that SA tags name were never seen? */
static size_t count_absent(struct nf_evidence *evidence)
{
    struct nf_piece_key *named = evidence->named_pieces.items;
    const struct nf_piece_key *seen = evidence->seen_pieces.items;
    size_t n_absent = 0;
    if (evidence->named_pieces.n == 0)
        return 0;
    qsort(named, evidence->named_pieces.n, sizeof *named, compare_keys);
    qsort(evidence->seen_pieces.items, evidence->seen_pieces.n, sizeof *seen, compare_keys);
    for (size_t i = 0; i < evidence->named_pieces.n; i++)
        n_absent +=
            !bsearch(&named[i], seen, evidence->seen_pieces.n, sizeof *seen, compare_keys);
    return n_absent;
}

enum nf_status nf_scan_targeted(struct nf_scan_walk *walk, bool *complete)
{
    struct targeted targeted = {.walk = walk};
    enum nf_status status = NF_OK;
    walk->scan->regions.pass = pass;
    for (size_t i = 0; i < walk->panel->targets.n && !status; i++)
        if (walk->panel->targets.items[i].gene != NF_NO_GENE)
            status = want(&targeted, walk->panel->targets.items[i].window);
    int n_rounds = 0;
    while (!status && targeted.wanted.n > 0) {
        status = read_round(&targeted);
        if (!status && n_rounds == 0)
            status = read_controls(&targeted);
        n_rounds++;
        if (!status)
            status = want_places(&targeted);
        if (!status && targeted.wanted.n == 0 && !targeted.read_edges)
            status = want_edges(&targeted);
    }
    size_t n_absent = status ? 0 : count_absent(&walk->evidence);
    if (n_absent > 0)
        nf_info(
            "%zu alignments that SA tags name are absent from the file (supplementary records "
            "filtered away?): reading it in full",
            n_absent);
    nf_debug("targeted: %d rounds, %zu regions, %lld records, %lld blocks", n_rounds,
             targeted.done.n, (long long)walk->scan->n_records,
             (long long)walk->scan->regions.reader.blocks.n_inflated);
    *complete = n_absent == 0;
    walk->scan->regions.pass = NULL; /* its context is gone */
    nf_vec_free(&targeted.done);
    nf_vec_free(&targeted.wanted);
    nf_vec_free(&targeted.named_genes);
    nf_vec_free(&targeted.lone_places);
    return status;
}
