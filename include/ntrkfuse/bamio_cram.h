/* SPDX-License-Identifier: MIT */
/* bamio_cram: reading a CRAM container by container. Level: data.
 *
 * A CRAM is a chain of containers, some thousand records each, and a container keeps every
 * field of its records in blocks of its own. So several readers can each take a run of
 * containers, and a reader that wants only some fields leaves the blocks of the others packed.
 * What most records are rejected by is a fifth of the work of all fields. */
#ifndef NTRKFUSE_BAMIO_CRAM_H
#define NTRKFUSE_BAMIO_CRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/bamio.h"
#include "ntrkfuse/record.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/vec.h"

/* In place of a contig: the container's records are of several. */
enum { NF_CRAM_SEVERAL = -2 };

/* A container that holds records. */
struct nf_cram_container {
    int64_t address, end; /* bytes of the file: [address, end) */
    int64_t body;         /* where its blocks begin, behind its header */
    int64_t n_records;    /* > 0 */
    int32_t contig;       /* −1: without a place; NF_CRAM_SEVERAL */
    int64_t start0, end0; /* that its records span, where it is of one contig */
};

typedef NF_VEC(struct nf_cram_container) nf_cram_containers;

/* Fills `containers`, empty or used before, with those of the input in file order, from the
 * headers of its containers; no index is needed. It stays empty where the file cannot be read
 * so: one that is no local, regular CRAM of version 3, or whose chain of containers does not
 * lead whole to the end of the file. Prints on lack of memory only. */
enum nf_status nf_bamio_cram_list(const struct nf_bamio *input, nf_cram_containers *containers)
    NF_RESULT_USED;

/* Looks at the checksums of all blocks of the containers. Prints where the first is wrong;
 * polls for interrupts. */
enum nf_status nf_bamio_cram_check(const struct nf_bamio *input,
                                   const nf_cram_containers *containers) NF_RESULT_USED;

/* Which fields of its records are decoded. */
enum nf_cram_fields {
    NF_CRAM_ALL,
    /* No name, bases, qualities and mapping quality: the view's name is "?", its length 0, its
     * mapq means nothing. Everything else is as with all fields. Never needs the reference;
     * not for containers of several contigs, whose template lengths would. */
    NF_CRAM_WITHOUT_BASES
};

/* One reader, with a handle on the file of its own. */
struct nf_cram_reader;

/* `input` is borrowed and must outlive the reader; it is not read from, and several readers of
 * several threads may share it. Prints on error. */
enum nf_status nf_bamio_cram_open(struct nf_cram_reader **reader, const struct nf_bamio *input)
    NF_RESULT_USED;

/* Calls `take` for every record of the container, in file order, with a view that is valid
 * during the call. A status other than NF_OK from `take` ends the walk and is returned.
 * Returns NF_ERR_INPUT, silently, where a checksum of the container is wrong, it cannot be
 * decoded or it does not hold what its header says, also when its reference cannot be had;
 * nf_bamio_cram_check and nf_bamio_next tell why. After any
 * error the reader can be closed only. */
enum nf_status nf_bamio_cram_walk(struct nf_cram_reader *reader,
                                  const struct nf_cram_container *container,
                                  enum nf_cram_fields fields,
                                  enum nf_status (*take)(void *context,
                                                         const struct nf_record *record),
                                  void *context) NF_RESULT_USED;

/* Closes and frees; *reader becomes NULL. NULL inside is fine. */
void nf_bamio_cram_close(struct nf_cram_reader **reader);

#endif
