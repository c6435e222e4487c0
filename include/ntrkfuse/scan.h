/* SPDX-License-Identifier: MIT */
/* scan: the two roads through a file. Level: signal.
 *
 * Targeted (with an index): the windows, as much of the control genes as is learned from
 * (quality.h), then the places their records name (the whole gene there, or ± 20 kb outside
 * genes), then, when clips pile up in a target (clip_seed.h), the catalogue partners' exon
 * edges; repeated until nothing new is named. The places of a round are sorted and merged, and
 * a record that was met is not met again (regions.h).
 * Streaming: every record of the file, with a quick reject.
 *
 * A sample chosen out of several is always read by streaming: an index does not count it.
 *
 * Both give the same set of usable observations, with one exception: a fusion none of whose
 * fragments has a usable record (primary or supplementary, not failed in quality control) in a
 * target's window is invisible to an index query. Where a record
 * that an SA tag names turns out absent (filtered away), the file is read in full. */
#ifndef NTRKFUSE_SCAN_H
#define NTRKFUSE_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "ntrkfuse/abundance.h"
#include "ntrkfuse/bamio.h"
#include "ntrkfuse/bamio_cram.h"
#include "ntrkfuse/evidence.h"
#include "ntrkfuse/learn.h"
#include "ntrkfuse/observation.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/progress.h"
#include "ntrkfuse/quality.h"
#include "ntrkfuse/read_groups.h"
#include "ntrkfuse/regions.h"
#include "ntrkfuse/selection.h"
#include "ntrkfuse/shard.h"
#include "ntrkfuse/sieve.h"
#include "ntrkfuse/status.h"

enum {
    NF_PLACE_MARGIN = 20000, /* around a named place outside every gene */
    NF_JOIN_MARGIN = 20,     /* around the ends of a split read: clips there may support it */
    NF_GENE_MARGIN = 1000    /* around a named gene */
};

struct nf_scan_options {
    struct nf_bamio_options input;
    const char *const *chimeric; /* separate chimeric files */
    size_t n_chimeric;
    const struct nf_read_groups *read_groups; /* of the header */
    const char *only_sample; /* only the read groups of this sample; NULL: all */
    enum nf_library library;
    const struct nf_primers *primers;
    int progress_seconds; /* as nf_progress_begin has it */
};

/* What a scan leaves. */
struct nf_scan {
    struct nf_observations observations;
    struct nf_sample sample;
    struct nf_quality quality; /* of the same records as the sample */
    int64_t n_mapped;          /* mapped records of the file, or of the sample chosen;
                                  −1 = cannot be known */
    int64_t n_records;         /* records looked at, for the log */
    bool was_targeted;         /* the index road was taken to its end */
    int64_t n_bad_sa;
    struct nf_abundance abundance; /* of the records met: all of a file, or those of the index
                                      road; settled */
    struct nf_regions regions; /* of the index road, which nf_scan_abundance goes on with */
};

/* Scans the opened `*input` by the best road; may close and reopen it to read it in full. When
 * it returns NF_OK a pass over the whole file has closed the input, and its close was checked;
 * after the index road (was_targeted) it is still open for nf_scan_abundance, and the caller
 * ends with nf_bamio_close, whose status decides whether a result may be written. Prints on
 * error. */
enum nf_status nf_scan_run(struct nf_scan *scan, const struct nf_panel *panel,
                           struct nf_bamio **input, const struct nf_scan_options *options)
    NF_RESULT_USED;

/* How much is expressed around places: counts[i] receives the records that begin around
 * loci[i] (nf_abundance_at), −1 where that is not counted. The same along either road, of the
 * chosen sample where there is one. After the index road it reads what was not met before; the
 * input must still be open then. Prints on error. */
enum nf_status nf_scan_abundance(struct nf_scan *scan, const struct nf_locus *loci,
                                 size_t n_loci, int64_t *counts) NF_RESULT_USED;

void nf_scan_free(struct nf_scan *scan);

/* --- shared by the scan_*.c files --- */

/* One walk over records. */
struct nf_scan_walk {
    struct nf_scan *scan;
    const struct nf_panel *panel;
    const struct nf_scan_options *options;
    const struct nf_sieve *sieve; /* borrowed; NULL: every record must be met */
    struct nf_evidence evidence;
    struct nf_selection
        selection; /* of the control genes' records, to be learned from at the end */
    struct nf_learning learning;
    struct nf_quality_sums quality;
    struct nf_abundance abundance; /* of nf_scan_meet */
    struct nf_progress progress;   /* of the roads that one thread takes */
};

/* Empties `walk` and the observations of `scan`, and makes the walk write there. Prints on
 * error; whatever it returns, nf_scan_walk_free is needed. */
enum nf_status nf_scan_walk_begin(struct nf_scan_walk *walk, struct nf_scan *scan,
                                  const struct nf_panel *panel,
                                  const struct nf_scan_options *options) NF_RESULT_USED;

/* Leaves the scan, which is not the walk's. */
void nf_scan_walk_free(struct nf_scan_walk *walk);

/* Counts one record of a pass over a whole file, and takes it; nothing where it belongs to
 * another than the chosen sample. */
enum nf_status nf_scan_meet(struct nf_scan_walk *walk, const struct nf_record *record)
    NF_RESULT_USED;

/* Passes over the records at the start of `bytes` that concern nothing (sieve.h), and counts
 * them as nf_scan_meet would. */
enum nf_status nf_scan_pass(struct nf_scan_walk *walk, const uint8_t *bytes, size_t n,
                            struct nf_sieve_run *run) NF_RESULT_USED;

/* Counts one record of a pass over a whole file, of which only the fields of
 * NF_CRAM_WITHOUT_BASES need be known; *tells becomes true where it is evidence or learned
 * from, and otherwise stays as it is. */
enum nf_status nf_scan_glance(struct nf_scan_walk *walk, const struct nf_record *record,
                              bool *tells) NF_RESULT_USED;

/* Takes a record that nf_scan_glance has counted, all its fields known. */
enum nf_status nf_scan_take_wanted(struct nf_scan_walk *walk, const struct nf_record *record)
    NF_RESULT_USED;

/* Moves to `into` what a walk over the records that come next in the file has left. */
enum nf_status nf_scan_walk_merge(struct nf_scan_walk *into, struct nf_scan_walk *from)
    NF_RESULT_USED;

/* Shows the progress of a walk of unknown length, by the records of its scan; now and then. */
void nf_scan_tell(struct nf_scan_walk *walk);

/* Classifies and takes one record, of whatever sample. */
enum nf_status nf_scan_take(struct nf_scan_walk *walk, const struct nf_record *record)
    NF_RESULT_USED;

/* The targeted road, by the scan's `regions`. *complete becomes false when the file must be
 * read in full after all. */
enum nf_status nf_scan_targeted(struct nf_scan_walk *walk, bool *complete) NF_RESULT_USED;

/* How a file is divided; zeroed fields take the usual. */
struct nf_scan_shard_options {
    int n_threads;                  /* the caller's included */
    int64_t shard_bytes;            /* compressed */
    nf_shard_guess_function *guess; /* of the first record of a shard */
    size_t *n_rescanned;            /* receives how many shards were read again */
};

/* Every record of a BAM, by several readers at once. Leaves in `walk` exactly what
 * nf_bamio_next and nf_scan_meet would, for any division and any number of threads. */
enum nf_status nf_scan_shards(struct nf_scan_walk *walk, const struct nf_bamio_body *body,
                              const struct nf_scan_shard_options *options) NF_RESULT_USED;

/* Is there something to be gained from nf_scan_containers? Where there are containers, in
 * coordinate order, and most are of one contig. */
bool nf_scan_by_containers(const nf_cram_containers *containers);

/* Every record of a CRAM, by several readers at once, most of them without their bases;
 * `containers` are those of the whole file (nf_bamio_cram_list). *complete is true when `walk`
 * holds exactly what nf_bamio_next and nf_scan_meet would leave. False: some container could
 * not be read; the walk is of no use, and nf_bamio_cram_check or nf_bamio_next on the input,
 * which was not read from, tells why. */
enum nf_status nf_scan_containers(struct nf_scan_walk *walk, const struct nf_bamio *input,
                                  const nf_cram_containers *containers,
                                  const struct nf_scan_shard_options *options, bool *complete)
    NF_RESULT_USED;

/* Reads one separate chimeric file of STAR: Chimeric.out.sam (or BAM), or
 * Chimeric.out.junction. */
enum nf_status nf_scan_chimeric(struct nf_scan_walk *walk, const char *path) NF_RESULT_USED;

#endif
