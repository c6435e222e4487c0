/* SPDX-License-Identifier: MIT */
/* read_groups: samples, libraries and programs of a SAM header. */
#include "ntrkfuse/read_groups.h"

#include <string.h>

#include "ntrkfuse/log.h"

/* The value of "TAG:…" among the tab-separated fields of a header line; "" when absent. */
static struct nf_span header_field(struct nf_span line, const char *tag)
{
    struct nf_span field;
    while (nf_span_cut(&line, '\t', &field))
        if (field.n >= 3 && memcmp(field.at, tag, 2) == 0 && field.at[2] == ':')
            return (struct nf_span){field.at + 3, field.n - 3};
    return (struct nf_span){"", 0};
}

bool nf_header_next(struct nf_span *rest, const char *type, const char *tag,
                    struct nf_span *value)
{
    struct nf_span line;
    while (nf_span_cut(rest, '\n', &line)) {
        if (!nf_span_starts(line, type))
            continue;
        *value = header_field(line, tag);
        return true;
    }
    return false;
}

enum nf_status nf_read_groups_init(struct nf_read_groups *groups, const char *header_text)
{
    struct nf_span rest = nf_span_of(header_text), line;
    memset(groups, 0, sizeof *groups);
    while (nf_span_cut(&rest, '\n', &line)) {
        if (!nf_span_starts(line, "@RG\t"))
            continue;
        struct nf_span id = header_field(line, "ID");
        struct nf_span sample = header_field(line, "SM");
        struct nf_span library = header_field(line, "LB");
        if (library.n == 0)
            library = sample;
        struct nf_read_group group = {
            .id = nf_arena_copy(&groups->arena, id.at, id.n),
            .sample = nf_arena_copy(&groups->arena, sample.at, sample.n),
            .library = nf_arena_copy(&groups->arena, library.at, library.n)};
        if (!group.id || !group.sample || !group.library || nf_vec_push(&groups->items, group))
            return nf_fail_memory("the read groups");
    }
    return NF_OK;
}

void nf_read_groups_free(struct nf_read_groups *groups)
{
    nf_vec_free(&groups->items);
    nf_arena_free(&groups->arena);
}

const struct nf_read_group *nf_read_groups_find(const struct nf_read_groups *groups,
                                                struct nf_span id)
{
    for (size_t i = 0; id.at && i < groups->items.n; i++)
        if (nf_span_is(id, groups->items.items[i].id))
            return &groups->items.items[i];
    return NULL;
}

const char *nf_read_groups_library(const struct nf_read_groups *groups, const char *id)
{
    const struct nf_read_group *group = nf_read_groups_find(groups, nf_span_of(id));
    return group ? group->library : id;
}

const char *nf_read_groups_only(const struct nf_read_groups *groups)
{
    return groups && groups->items.n == 1 ? groups->items.items[0].id : "";
}
