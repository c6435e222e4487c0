/* SPDX-License-Identifier: MIT */
/* observation: the store of observations and the fragments they belong to. */
#include "ntrkfuse/observation.h"

#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/log.h"

/* QNAMEs have at most 254 bytes; longer names of other files are cut. */
enum { MOST_NAME = 1020 };

enum nf_status nf_observations_init(struct nf_observations *observations)
{
    memset(observations, 0, sizeof *observations);
    if (nf_vec_push(&observations->read_groups, ""))
        return nf_fail_memory("the observations");
    return NF_OK;
}

void nf_observations_free(struct nf_observations *observations)
{
    nf_vec_free(&observations->fragments);
    nf_vec_free(&observations->read_groups);
    nf_vec_free(&observations->joins);
    nf_vec_free(&observations->clips);
    nf_vec_free(&observations->mates);
    nf_vec_free(&observations->covers);
    nf_vec_free(&observations->splices);
    nf_vec_free(&observations->depths);
    nf_vec_free(&observations->codon_reads);
    nf_vec_free(&observations->bases);
    nf_map_free(&observations->fragment_index);
    nf_map_free(&observations->read_group_index);
    nf_arena_free(&observations->arena);
}

void nf_observations_seal(struct nf_observations *observations)
{
    nf_map_free(&observations->fragment_index);
    nf_map_free(&observations->read_group_index);
}

void nf_observations_drop_joined(struct nf_observations *observations)
{
    nf_vec_free(&observations->joins);
    nf_vec_free(&observations->clips);
    nf_vec_free(&observations->mates);
    nf_vec_free(&observations->bases);
}

struct nf_span nf_fragment_name(struct nf_span qname)
{
    if (qname.n > 2 && qname.at[qname.n - 2] == '/' &&
        (qname.at[qname.n - 1] == '1' || qname.at[qname.n - 1] == '2'))
        qname.n -= 2;
    return qname;
}

static struct nf_span cut_name(struct nf_span name)
{
    return (struct nf_span){name.at, name.n > MOST_NAME ? MOST_NAME : name.n};
}

uint64_t nf_fragment_hash(struct nf_span read_group, struct nf_span name)
{
    name = cut_name(name);
    uint64_t hash = nf_hash_bytes(name.at, name.n);
    return read_group.n ? nf_hash_combine(hash, nf_hash_bytes(read_group.at, read_group.n))
                        : hash;
}

uint64_t nf_observation_hash(const struct nf_observations *observations, uint32_t index)
{
    const struct nf_fragment *fragment = &observations->fragments.items[index];
    const char *group = observations->read_groups.items[fragment->read_group];
    return nf_fragment_hash(nf_span_of(group),
                            (struct nf_span){fragment->name, fragment->name_length});
}

static enum nf_status get_read_group(struct nf_observations *observations, struct nf_span name,
                                     uint32_t *group)
{
    *group = 0;
    if (name.n == 0)
        return NF_OK;
    *group = nf_map_get(&observations->read_group_index, name.at, name.n);
    if (*group != NF_MAP_NONE)
        return NF_OK;
    const char *copy = nf_arena_copy(&observations->arena, name.at, name.n);
    *group = (uint32_t)observations->read_groups.n;
    if (!copy || nf_vec_push(&observations->read_groups, copy) ||
        nf_map_put(&observations->read_group_index, name.at, name.n, *group))
        return nf_fail_memory("a read group");
    return NF_OK;
}

enum nf_status nf_fragment_get(struct nf_observations *observations, struct nf_span read_group,
                               struct nf_span name, uint32_t *fragment)
{
    uint32_t group;
    char key[sizeof group + MOST_NAME];
    enum nf_status status = get_read_group(observations, read_group, &group);
    if (status)
        return status;
    name = cut_name(name);
    memcpy(key, &group, sizeof group);
    memcpy(key + sizeof group, name.at, name.n);
    size_t n_key = sizeof group + name.n;
    *fragment = nf_map_get(&observations->fragment_index, key, n_key);
    if (*fragment != NF_MAP_NONE)
        return NF_OK;
    *fragment = (uint32_t)observations->fragments.n;
    const char *kept = nf_arena_copy(&observations->arena, key, n_key); /* name and key */
    if (!kept)
        return nf_fail_memory("a fragment");
    struct nf_fragment made = {
        .name = kept + sizeof group, .name_length = (uint32_t)name.n, .read_group = group};
    if (nf_vec_push(&observations->fragments, made) ||
        nf_map_put_kept(&observations->fragment_index, kept, n_key, *fragment))
        return nf_fail_memory("a fragment");
    return NF_OK;
}

/* A fragment that is a duplicate in one part is one; of its identifiers the least stands. */
static enum nf_status merge_fragment(struct nf_observations *into,
                                     const struct nf_observations *from,
                                     const struct nf_fragment *fragment, uint32_t *index)
{
    struct nf_span group = nf_span_of(from->read_groups.items[fragment->read_group]);
    struct nf_span name = {fragment->name, fragment->name_length};
    enum nf_status status = nf_fragment_get(into, group, name, index);
    if (status)
        return status;
    struct nf_fragment *merged = &into->fragments.items[*index];
    merged->is_duplicate = merged->is_duplicate || fragment->is_duplicate;
    if (!fragment->umi || (merged->umi && strcmp(merged->umi, fragment->umi) <= 0))
        return NF_OK;
    merged->umi = nf_arena_copy(&into->arena, fragment->umi, strlen(fragment->umi));
    return merged->umi ? NF_OK : nf_fail_memory("a molecular identifier");
}

/* Appends every list of observations; silent. */
static enum nf_status merge_lists(struct nf_observations *into,
                                  const struct nf_observations *from,
                                  const uint32_t *fragments)
{
    size_t n_bases = into->bases.n;
    if (nf_vec_reserve(&into->joins, from->joins.n) ||
        nf_vec_reserve(&into->clips, from->clips.n) ||
        nf_vec_reserve(&into->mates, from->mates.n) ||
        nf_vec_reserve(&into->codon_reads, from->codon_reads.n) ||
        nf_vec_reserve(&into->bases, from->bases.n))
        return NF_ERR_MEMORY;
    for (size_t i = 0; fragments && i < from->joins.n; i++) {
        struct nf_join join = from->joins.items[i];
        join.fragment = fragments[join.fragment];
        join.flanks.offset += n_bases;
        into->joins.items[into->joins.n++] = join;
    }
    for (size_t i = 0; fragments && i < from->clips.n; i++) {
        struct nf_clip clip = from->clips.items[i];
        clip.fragment = fragments[clip.fragment];
        clip.flanks.offset += n_bases;
        into->clips.items[into->clips.n++] = clip;
    }
    for (size_t i = 0; fragments && i < from->mates.n; i++) {
        struct nf_mate mate = from->mates.items[i];
        mate.fragment = fragments[mate.fragment];
        into->mates.items[into->mates.n++] = mate;
    }
    for (size_t i = 0; fragments && i < from->codon_reads.n; i++) {
        struct nf_codon_read read = from->codon_reads.items[i];
        read.fragment = fragments[read.fragment];
        into->codon_reads.items[into->codon_reads.n++] = read;
    }
    for (size_t i = 0; i < from->bases.n; i++)
        into->bases.items[into->bases.n++] = from->bases.items[i];
    return NF_OK;
}

enum nf_status nf_observations_merge(struct nf_observations *into,
                                     const struct nf_observations *from)
{
    NF_VEC(uint32_t) fragments = {0}; /* of `into`, by their index in `from` */
    enum nf_status status = NF_OK;
    for (size_t i = 0; i < from->fragments.n && !status; i++) {
        uint32_t index;
        status = merge_fragment(into, from, &from->fragments.items[i], &index);
        if (!status && nf_vec_push(&fragments, index))
            status = nf_fail_memory("the fragments");
    }
    if (!status && merge_lists(into, from, fragments.items))
        status = nf_fail_memory("the observations");
    if (!status)
        status = nf_depths_merge(into, from);
    nf_vec_free(&fragments);
    return status;
}

int nf_fragment_compare(const struct nf_observations *observations, uint32_t a, uint32_t b)
{
    if (a == b)
        return 0;
    const struct nf_fragment *x = &observations->fragments.items[a];
    const struct nf_fragment *y = &observations->fragments.items[b];
    int order = strcmp(x->name, y->name);
    if (order == 0)
        order = strcmp(observations->read_groups.items[x->read_group],
                       observations->read_groups.items[y->read_group]);
    return (order > 0) - (order < 0);
}

static int compare_places(int32_t contig_a, int32_t contig_b, int64_t pos_a, int64_t pos_b)
{
    if (contig_a != contig_b)
        return contig_a < contig_b ? -1 : 1;
    return (pos_a > pos_b) - (pos_a < pos_b);
}

int nf_start_compare(const struct nf_start *a, const struct nf_start *b)
{
    int order = compare_places(a->contig, b->contig, a->pos0, b->pos0);
    return order ? order : (a->strand > b->strand) - (a->strand < b->strand);
}

int nf_locus_compare(const struct nf_locus *a, const struct nf_locus *b)
{
    int order = compare_places(a->contig, b->contig, a->pos0, b->pos0);
    return order ? order : (a->strand > b->strand) - (a->strand < b->strand);
}

int nf_cover_compare(const void *a, const void *b)
{
    const struct nf_cover *x = a, *y = b;
    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    return (x->fragment_hash > y->fragment_hash) - (x->fragment_hash < y->fragment_hash);
}

void nf_covers_merge(struct nf_observations *observations)
{
    struct nf_cover *items = observations->covers.items;
    size_t n = 0;
    if (observations->covers.n == 0)
        return;
    qsort(items, observations->covers.n, sizeof *items, nf_cover_compare);
    for (size_t i = 1; i < observations->covers.n; i++) {
        if (nf_cover_compare(&items[i], &items[n]) == 0) {
            items[n].exons |= items[i].exons;
            items[n].coding |= items[i].coding;
            items[n].terminals |= items[i].terminals;
            items[n].is_linked = items[n].is_linked || items[i].is_linked;
        } else {
            items[++n] = items[i];
        }
    }
    observations->covers.n = n + 1;
}

struct nf_span nf_flank_side(const struct nf_observations *observations,
                             const struct nf_flanks *flanks, int side)
{
    if (!observations->bases.items)
        return (struct nf_span){"", 0};
    const char *at = observations->bases.items + flanks->offset;
    if (side == 5)
        return (struct nf_span){at, flanks->n5};
    return (struct nf_span){at + flanks->n5 + flanks->n_gap, flanks->n3};
}
