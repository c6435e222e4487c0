/* SPDX-License-Identifier: MIT */
/* read_groups: samples, libraries and programs of a SAM header. Level: data. */
#ifndef NTRKFUSE_READ_GROUPS_H
#define NTRKFUSE_READ_GROUPS_H

#include "ntrkfuse/arena.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/str.h"
#include "ntrkfuse/vec.h"

struct nf_read_group {
    const char *id;
    const char *sample;  /* SM; "" where absent */
    const char *library; /* LB; the sample's name where absent */
};

struct nf_read_groups {
    NF_VEC(struct nf_read_group) items;
    struct nf_arena arena;
};

/* Reads the @RG lines of a header's text. NF_ERR_MEMORY prints. */
enum nf_status nf_read_groups_init(struct nf_read_groups *groups, const char *header_text)
    NF_RESULT_USED;

void nf_read_groups_free(struct nf_read_groups *groups);

/* The group called `id`, or NULL. */
const struct nf_read_group *nf_read_groups_find(const struct nf_read_groups *groups,
                                                struct nf_span id);

/* The library of the group called `id` (LB, else SM): what copies of one molecule share. Of a
 * group that the header lacks the id itself. */
const char *nf_read_groups_library(const struct nf_read_groups *groups, const char *id);

/* The id of the only read group, or "" when there is none or several. */
const char *nf_read_groups_only(const struct nf_read_groups *groups);

/* The next field `tag` ("PN") of the header lines of type `type` ("@PG"), behind *rest, which
 * starts as the whole header text; false at the end. */
bool nf_header_next(struct nf_span *rest, const char *type, const char *tag,
                    struct nf_span *value);

#endif
