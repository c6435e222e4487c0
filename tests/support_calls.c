/* SPDX-License-Identifier: MIT */
/* support_calls: a sample made by hand, observation by observation. */
#include "support_calls.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/filter.h"
#include "support.h"
#include "support_random.h"

/* Bases of a read on each side of a break; a join's reads are 2 × 50 long. */
enum { ANCHOR = 50, READ = 50 };

void nft_calls_begin(struct nft_calls *calls, enum nf_assembly assembly)
{
    memset(calls, 0, sizeof *calls);
    calls->reference = nft_reference_get(assembly);
    ck_assert_int_eq(nf_observations_init(&calls->scan.observations), NF_OK);
    calls->scan.sample = (struct nf_sample){.is_paired = true,
                                            .read_length = 100,
                                            .n_insert_pairs = 5000,
                                            .insert_median = 200,
                                            .insert_max = 400,
                                            .library = NF_LIBRARY_WTS,
                                            .library_inferred = true};
    calls->scan.n_mapped = 2000000;
}

void nft_calls_end(struct nft_calls *calls)
{
    nf_fusions_free(&calls->fusions);
    nf_junctions_free(&calls->junctions);
    nf_read_groups_free(&calls->read_groups);
    nf_scan_free(&calls->scan);
    free(calls->abundance);
    calls->abundance = NULL;
}

void nft_calls_read_groups(struct nft_calls *calls, const char *header)
{
    ck_assert_int_eq(nf_read_groups_init(&calls->read_groups, header), NF_OK);
}

void nft_calls_junctions(struct nft_calls *calls)
{
    ck_assert_int_eq(nf_junctions_build(&calls->junctions, &calls->reference->panel,
                                        &calls->scan.observations, &calls->scan.sample,
                                        &calls->read_groups),
                     NF_OK);
}

void nft_calls_fusions(struct nft_calls *calls)
{
    nft_calls_junctions(calls);
    ck_assert_int_eq(nf_fusions_build(&calls->fusions, &calls->reference->panel, &calls->scan,
                                      &calls->junctions),
                     NF_OK);
    nf_filters_apply(&calls->fusions);
    ck_assert_int_eq(nf_fusions_order(&calls->fusions), NF_OK);
}

const struct nf_junction *nft_only_junction(const struct nft_calls *calls)
{
    ck_assert_uint_eq(calls->junctions.junctions.n, 1);
    return &calls->junctions.junctions.items[0];
}

const struct nf_fusion *nft_only_fusion(const struct nft_calls *calls)
{
    ck_assert_uint_eq(calls->fusions.fusions.n, 1);
    return &calls->fusions.fusions.items[0];
}

/* ---- places and molecules ---- */

struct nf_locus nft_locus(const struct nft_calls *calls, const char *place)
{
    struct nf_span rest = nf_span_of(place), contig, pos, strand;
    struct nf_locus locus = {0};

    ck_assert_msg(nf_span_cut(&rest, ':', &contig) && nf_span_cut(&rest, ':', &pos) &&
                      nf_span_cut(&rest, ':', &strand),
                  "'%s' is no place", place);
    locus.contig = nf_genome_find(&calls->reference->genome, contig);
    ck_assert_msg(locus.contig >= 0, "no contig in '%s'", place);
    ck_assert_int_eq(nf_span_int(pos, 1, INT32_MAX, &locus.pos0), NF_OK);
    locus.pos0--;
    locus.strand = nf_span_is(strand, "+") ? 1 : -1;
    return locus;
}

struct nf_locus nft_moved(struct nf_locus locus, int64_t bases)
{
    locus.pos0 += bases * locus.strand;
    return locus;
}

struct nft_molecule nft_molecule(const struct nft_calls *calls, const char *five,
                                 const char *three)
{
    struct nft_molecule made = {.five = nft_locus(calls, five),
                                .three = nft_locus(calls, three)};
    struct nf_locus begin = nft_moved(made.five, -(NFT_REACH - 1));
    struct nf_locus end = nft_moved(made.three, NFT_REACH - 1);
    char *at = made.bases;

    at = nft_bases(at, begin.contig, begin.strand > 0 ? begin.pos0 : made.five.pos0, NFT_REACH,
                   begin.strand);
    nft_bases(at, end.contig, end.strand > 0 ? made.three.pos0 : end.pos0, NFT_REACH,
              end.strand);
    return made;
}

/* The target of a molecule, and the side it is on: the 3′ side where both could be. */
static uint32_t target_of(const struct nft_calls *calls, const struct nft_molecule *molecule,
                          bool *is_3prime)
{
    const struct nf_panel *panel = &calls->reference->panel;
    uint32_t target = nf_panel_core_at(panel, molecule->three.contig, molecule->three.pos0);

    *is_3prime = target != NF_NO_TARGET;
    if (!*is_3prime)
        target = nf_panel_core_at(panel, molecule->five.contig, molecule->five.pos0);
    ck_assert_uint_ne(target, NF_NO_TARGET);
    return target;
}

/* ---- observations ---- */

uint32_t nft_fragment(struct nft_calls *calls, const char *name)
{
    const char *bar = strchr(name, '|');
    struct nf_span group = {name, bar ? (size_t)(bar - name) : 0};
    uint32_t fragment;

    ck_assert_int_eq(nf_fragment_get(&calls->scan.observations, group,
                                     nf_span_of(bar ? bar + 1 : name), &fragment),
                     NF_OK);
    return fragment;
}

/* A number of the fragment's own, whatever order the fragments came in. */
static int64_t number_of(const char *name)
{
    return (int64_t)(nf_hash_bytes(name, strlen(name)) % 1000000);
}

static void set_starts(const char *name, const struct nft_molecule *molecule,
                       struct nf_start *start, struct nf_start *mate_start)
{
    *start = (struct nf_start){molecule->five.contig, molecule->five.strand,
                               1000000 + number_of(name)};
    *mate_start = (struct nf_start){molecule->three.contig, (int8_t)-molecule->three.strand,
                                    molecule->three.pos0};
}

/* Keeps n5 and n3 bases around place `at` of the molecule's bases. */
static struct nf_flanks keep_bases(struct nft_calls *calls, const char *bases, int at, int n5,
                                   int n3)
{
    struct nf_observations *observations = &calls->scan.observations;
    struct nf_flanks flanks = {
        .offset = observations->bases.n, .n5 = (uint16_t)n5, .n3 = (uint16_t)n3};

    ck_assert_int_ge(at - n5, 0);
    ck_assert_int_le(at + n3, 2 * NFT_REACH);
    for (int i = at - n5; i < at + n3; i++)
        ck_assert_int_eq(nf_vec_push(&observations->bases, bases[i]), NF_OK);
    return flanks;
}

struct nf_join *nft_join(struct nft_calls *calls, const char *name,
                         const struct nft_molecule *molecule, int shift)
{
    struct nf_observations *observations = &calls->scan.observations;
    struct nf_join join = {.fragment = nft_fragment(calls, name),
                           .kind = NF_JOIN_SPLIT,
                           .five = nft_moved(molecule->five, shift),
                           .three = nft_moved(molecule->three, shift),
                           .anchor5 = ANCHOR,
                           .anchor3 = ANCHOR,
                           .mapq5 = 60,
                           .mapq3 = 60};

    join.target = target_of(calls, molecule, &join.target_is_3prime);
    set_starts(name, molecule, &join.start, &join.mate_start);
    join.flanks = keep_bases(calls, molecule->bases, NFT_REACH + shift, ANCHOR, ANCHOR);
    ck_assert_int_eq(nf_vec_push(&observations->joins, join), NF_OK);
    return &observations->joins.items[observations->joins.n - 1];
}

void nft_join_gap(struct nft_calls *calls, struct nf_join *join,
                  const struct nft_molecule *molecule, const char *gap)
{
    struct nf_observations *observations = &calls->scan.observations;

    join->flanks = keep_bases(calls, molecule->bases, NFT_REACH, ANCHOR, 0);
    join->n_gap = (int32_t)strlen(gap);
    join->flanks.n_gap = (uint16_t)join->n_gap;
    join->flanks.n3 = ANCHOR;
    for (; *gap; gap++)
        ck_assert_int_eq(nf_vec_push(&observations->bases, *gap), NF_OK);
    keep_bases(calls, molecule->bases, NFT_REACH, 0, ANCHOR);
}

struct nf_clip *nft_clip(struct nft_calls *calls, const char *name,
                         const struct nft_molecule *molecule, int side, int shift,
                         int n_clipped)
{
    struct nf_observations *observations = &calls->scan.observations;
    const struct nf_panel *panel = &calls->reference->panel;
    struct nf_clip clip = {.fragment = nft_fragment(calls, name),
                           .locus =
                               nft_moved(side == 5 ? molecule->five : molecule->three, shift),
                           .is_downstream = side == 5,
                           .n_clipped = n_clipped,
                           .anchor = ANCHOR,
                           .mapq = 60};
    nf_id_list ids = {0};

    ck_assert_int_eq(nf_annot_genes_at(panel->annot, clip.locus.contig, clip.locus.pos0,
                                       clip.locus.pos0 + 1, &ids),
                     NF_OK);
    ck_assert_uint_gt(ids.n, 0);
    clip.gene = ids.items[0];
    for (size_t i = 1; i < ids.n; i++)
        if (panel->annot->genes.items[ids.items[i]].strand == clip.locus.strand)
            clip.gene = ids.items[i];
    nf_vec_free(&ids);
    clip.target = panel->gene_targets.items[clip.gene];
    set_starts(name, molecule, &clip.start, &clip.mate_start);
    clip.flanks = keep_bases(calls, molecule->bases, NFT_REACH + shift,
                             side == 5 ? ANCHOR : n_clipped, side == 5 ? n_clipped : ANCHOR);
    ck_assert_int_eq(nf_vec_push(&observations->clips, clip), NF_OK);
    return &observations->clips.items[observations->clips.n - 1];
}

/* One read of a pair; `outer` is where it begins, reading in direction `strand`. */
static struct nf_mate one_mate(struct nf_locus outer, int8_t strand)
{
    struct nf_mate mate = {.contig = outer.contig, .strand = strand, .mapq = 60};

    mate.start = (struct nf_start){outer.contig, strand, outer.pos0};
    mate.start0 = strand > 0 ? outer.pos0 : outer.pos0 - READ + 1;
    mate.end0 = mate.start0 + READ;
    return mate;
}

struct nf_mate *nft_pair(struct nft_calls *calls, const char *name,
                         const struct nft_molecule *molecule, int reach5, int reach3)
{
    struct nf_observations *observations = &calls->scan.observations;
    struct nf_mate mates[2] = {
        one_mate(nft_moved(molecule->five, 1 - reach5), molecule->five.strand),
        one_mate(nft_moved(molecule->three, reach3 - 1), (int8_t)-molecule->three.strand)};
    bool is_3prime;
    uint32_t target = target_of(calls, molecule, &is_3prime);

    ck_assert_int_eq(nf_vec_reserve(&observations->mates, 2), NF_OK);
    for (int i = 0; i < 2; i++) {
        struct nf_mate *mate = &mates[is_3prime ? 1 - i : i];
        const struct nf_mate *other = &mates[is_3prime ? i : 1 - i];

        mate->fragment = nft_fragment(calls, name);
        mate->target = target;
        mate->is_target = i == 0;
        mate->mate_contig = other->contig;
        mate->mate_pos0 = other->start0;
        mate->mate_strand = other->strand;
        ck_assert_int_eq(nf_vec_push(&observations->mates, *mate), NF_OK);
    }
    return &observations->mates.items[observations->mates.n - 2];
}

void nft_splice(struct nft_calls *calls, const char *name, uint32_t target, int64_t donor0,
                int64_t acceptor0)
{
    struct nf_splice splice = {.fragment_hash =
                                   nf_fragment_hash((struct nf_span){"", 0}, nf_span_of(name)),
                               .target = target,
                               .donor0 = donor0,
                               .acceptor0 = acceptor0};

    ck_assert_int_eq(nf_vec_push(&calls->scan.observations.splices, splice), NF_OK);
}

struct nf_cover *nft_cover(struct nft_calls *calls, const char *name, uint32_t target,
                           uint64_t exons)
{
    struct nf_observations *observations = &calls->scan.observations;
    struct nf_cover cover = {.fragment_hash =
                                 nf_fragment_hash((struct nf_span){"", 0}, nf_span_of(name)),
                             .target = (uint16_t)target,
                             .exons = exons};

    ck_assert_int_eq(nf_vec_push(&observations->covers, cover), NF_OK);
    return &observations->covers.items[observations->covers.n - 1];
}

/* ---- order, and what came out ---- */

static void shuffle(void *items, size_t n, size_t size, uint64_t *state)
{
    char *bytes = items, *kept = malloc(size);

    ck_assert_ptr_nonnull(kept);
    for (size_t i = n; i > 1; i--) {
        size_t j = nft_random(state, (uint32_t)i);

        memcpy(kept, bytes + (i - 1) * size, size);
        memmove(bytes + (i - 1) * size, bytes + j * size, size);
        memcpy(bytes + j * size, kept, size);
    }
    free(kept);
}

#define SHUFFLE(list) shuffle((list).items, (list).n, sizeof *(list).items, &seed)

void nft_calls_shuffle(struct nft_calls *calls, uint64_t seed)
{
    struct nf_observations *observations = &calls->scan.observations;

    SHUFFLE(observations->joins);
    SHUFFLE(observations->clips);
    SHUFFLE(observations->mates);
    SHUFFLE(observations->covers);
    SHUFFLE(observations->splices);
    SHUFFLE(observations->codon_reads);
}

static void print_start(FILE *out, const struct nf_start *start)
{
    fprintf(out, " %d:%lld:%d", start->contig, (long long)start->pos0, start->strand);
}

static void print_support(FILE *out, const struct nf_observations *observations,
                          const struct nf_support *support)
{
    const struct nf_fragment *fragment = &observations->fragments.items[support->fragment];

    fprintf(out, "  %s|%s %d %s read2=%d copy=%d anchors=%d,%d mapq=%d,%d multi=%d,%d",
            observations->read_groups.items[fragment->read_group], fragment->name,
            (int)support->kind, support->source, support->is_read2, support->is_duplicate,
            support->anchor5, support->anchor3, support->mapq5, support->mapq3,
            support->multi5, support->multi3);
    print_start(out, &support->start);
    print_start(out, &support->mate_start);
    fputc('\n', out);
}

char *nft_junctions_text(const struct nft_calls *calls)
{
    char *text = NULL;
    size_t n_text = 0;
    FILE *out = open_memstream(&text, &n_text);

    ck_assert_ptr_nonnull(out);
    for (size_t i = 0; i < calls->junctions.junctions.n; i++) {
        const struct nf_junction *junction = &calls->junctions.junctions.items[i];
        const struct nf_consensus *consensus = &junction->consensus;

        fprintf(out, "target %u 3prime=%d intragenic=%d %d:%lld:%d %d:%lld:%d gap %d '%s'",
                junction->target, junction->target_is_3prime, junction->intragenic,
                junction->five.contig, (long long)junction->five.pos0, junction->five.strand,
                junction->three.contig, (long long)junction->three.pos0,
                junction->three.strand, junction->n_gap, consensus->gap);
        fprintf(out, " n %lld %lld %lld unique %lld starts %lld\n",
                (long long)junction->n_split, (long long)junction->n_rescued,
                (long long)junction->n_spanning, (long long)junction->n_unique,
                (long long)junction->n_start_sites);
        for (int c = 0; c < 2 * NF_FLANK; c++)
            fputc(consensus->bases[c] ? consensus->bases[c] : '.', out);
        fputc('\n', out);
        for (size_t k = 0; k < junction->supports.n; k++)
            print_support(out, &calls->scan.observations, &junction->supports.items[k]);
    }
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

const struct nf_support *nft_support(const struct nft_calls *calls,
                                     const struct nf_junction *junction, const char *name)
{
    for (size_t i = 0; i < junction->supports.n; i++) {
        uint32_t fragment = junction->supports.items[i].fragment;

        if (strcmp(calls->scan.observations.fragments.items[fragment].name, name) == 0)
            return &junction->supports.items[i];
    }
    return NULL;
}
