/* SPDX-License-Identifier: MIT */
/* regions: reading parts of an alignment file through its index. Level: data.
 *
 * A reader hands out each record once, however often and in whatever order the regions that it
 * is asked for overlap; and of a BAM it inflates no block twice while the regions come in the
 * order of the file. A BAM on a web server is read by byte ranges, no more than is needed. */
#ifndef NTRKFUSE_REGIONS_H
#define NTRKFUSE_REGIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/bamio.h"
#include "ntrkfuse/genome.h"
#include "ntrkfuse/record.h"
#include "ntrkfuse/shard.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

/* [start, end) of places in a file, or in the genome. */
struct nf_regions_span {
    uint64_t start, end;
};

typedef NF_VEC(struct nf_regions_span) nf_regions_spans;

/* Whoever reads may pass over records without looking at them one by one: it is called with
 * the n inflated bytes that come next in the current block, and sets *n_passed to those of
 * whole records at their start that begin before end0 and need not be handed out. */
typedef enum nf_status nf_regions_pass(void *context, const uint8_t *bytes, size_t n,
                                       int64_t end0, size_t *n_passed);

struct nf_regions {
    struct nf_bamio *input; /* borrowed; has an index */
    bool by_blocks;         /* else by htslib: CRAM, and what is neither a file nor on HTTP */
    struct nf_bamio_body body;
    struct nf_shard_reader reader;
    nf_regions_spans met;   /* places read: in the file by blocks, else in the genome;
                               ascending, disjoint, not touching */
    nf_bamio_chunks chunks; /* scratch */
    nf_regions_pass *pass;  /* NULL: nothing is passed over */
    bool is_enough;         /* set by `take`: ends the region that is being read */
};

/* Makes a reader of `input`, which must outlive its use. Prints on error; nf_regions_close
 * after it is legal. */
enum nf_status nf_regions_open(struct nf_regions *regions, struct nf_bamio *input)
    NF_RESULT_USED;

/* Legal on a zeroed struct and twice. */
void nf_regions_close(struct nf_regions *regions);

/* Can a region that was ended by is_enough be read further? */
bool nf_regions_can_resume(const struct nf_regions *regions);

/* Calls `take` for every record that overlaps the region and was not handed out before, in
 * file order. Others that lie in the same blocks may come as well, once each too. A status
 * other than NF_OK from `take` ends the reading and is returned. Where `take` sets is_enough
 * the region ends behind that record; asked for again it goes on from there, if the reader can
 * resume, and else counts as read. Prints on error. */
enum nf_status nf_regions_read(struct nf_regions *regions, struct nf_region region,
                               enum nf_status (*take)(void *context,
                                                      const struct nf_record *record),
                               void *context) NF_RESULT_USED;

#endif
