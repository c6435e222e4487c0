/* SPDX-License-Identifier: MIT */
/* make_bam: a large made-up BAM, shaped like what STAR writes for 2 x 100 RNA reads, GRCh38.
 *
 *     make_bam LOCI.tsv CHIMERAS.tsv OUT.bam UNMAPPED_PAIRS SEED THREADS
 *
 * scripts/bench/scan writes the two tables; pairs.h says what becomes of them. Loci are
 * disjoint and come in genome order, so one locus at a time is sorted, as plans rather than
 * records; chimeric records are planned and sorted beforehand and merged in. Unmapped pairs
 * come last. The index is written beside the file. Prints what the file holds.
 *
 * Pairs are numbered from 0 over both tables together, without gaps; everything about a pair
 * follows from its number and SEED. The tables state the number of each row's first pair, so
 * the same rows are the same records in files of any size. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <htslib/hts.h>
#include <htslib/sam.h>

#include "ntrkfuse/log.h"
#include "ntrkfuse/table.h"
#include "pairs.h"

struct maker {
    struct model model;
    samFile *out;
    sam_hdr_t *header;
    bam1_t *record;
    NF_VEC(struct plan) chimeric; /* sorted by place */
    size_t next_chimeric;
    uint64_t n_pairs, n_records, n_clipped, n_spliced, n_other;
};

static const struct {
    const char *name;
    int64_t length;
} contigs[] = {
    {"chr1", 248956422},  {"chr2", 242193529},  {"chr3", 198295559},  {"chr4", 190214555},
    {"chr5", 181538259},  {"chr6", 170805979},  {"chr7", 159345973},  {"chr8", 145138636},
    {"chr9", 138394717},  {"chr10", 133797422}, {"chr11", 135086622}, {"chr12", 133275309},
    {"chr13", 114364328}, {"chr14", 107043718}, {"chr15", 101991189}, {"chr16", 90338345},
    {"chr17", 83257441},  {"chr18", 80373285},  {"chr19", 58617616},  {"chr20", 64444167},
    {"chr21", 46709983},  {"chr22", 50818468},  {"chrX", 156040895},  {"chrY", 57227415},
    {"chrM", 16569},
};

static const char *contig_name(int32_t tid)
{
    return contigs[tid].name;
}

/* ---- writing ---- */

static int append_number(bam1_t *record, const char tag[2], uint8_t value)
{
    return bam_aux_append(record, tag, 'C', 1, &value);
}

static enum nf_status write_alignment(struct maker *maker, uint64_t pair,
                                      const struct alignment *from)
{
    char name[64];
    uint64_t place = mix(pair);
    int n = snprintf(name, sizeof name, "A01042:17:HBENCH:%u:%u:%u:%llu",
                     1 + (unsigned)(place & 3), 1101 + (unsigned)(place >> 8) % 578,
                     1000 + (unsigned)(place >> 20) % 30000, (unsigned long long)pair);
    bam1_t *record = maker->record;

    if (bam_set1(record, (size_t)n, name, from->flag, from->tid, from->pos0, from->mapq,
                 from->n_cigar, from->cigar, from->mate_tid, from->mate_pos0,
                 from->template_length, READ, from->bases, from->qualities, 96) < 0 ||
        append_number(record, "NH", from->n_hits) ||
        append_number(record, "HI", from->n_hits ? 1 : 0) ||
        append_number(record, "AS", from->score) ||
        append_number(record, "nM", from->n_mismatches))
        return nf_fail_memory("a record");
    if (from->other[0] && bam_aux_append(record, "SA", 'Z', (int)strlen(from->other) + 1,
                                         (const uint8_t *)from->other))
        return nf_fail_memory("a record");
    if (from->flag & BAM_FUNMAP && bam_aux_append(record, "uT", 'A', 1, (const uint8_t *)"1"))
        return nf_fail_memory("a record");
    maker->n_records++;
    maker->n_other += from->other[0] != '\0';
    for (uint32_t i = 0, clipped = 0, spliced = 0; i < from->n_cigar; i++) {
        uint32_t operation = bam_cigar_op(from->cigar[i]);
        maker->n_clipped += operation == BAM_CSOFT_CLIP && !clipped++;
        maker->n_spliced += operation == BAM_CREF_SKIP && !spliced++;
    }
    if (sam_write1(maker->out, maker->header, record) < 0)
        return nf_fail(NF_ERR_IO, "writing a record failed");
    return NF_OK;
}

static int compare_plans(const void *a, const void *b)
{
    const struct plan *x = a, *y = b;
    if (x->tid != y->tid)
        return x->tid < y->tid ? -1 : 1;
    if (x->pos0 != y->pos0)
        return x->pos0 < y->pos0 ? -1 : 1;
    if (x->pair != y->pair)
        return x->pair < y->pair ? -1 : 1;
    return (x->part > y->part) - (x->part < y->part);
}

/* Chimeric records that stand before (tid, pos0). */
static enum nf_status write_chimeric(struct maker *maker, int32_t tid, int64_t pos0)
{
    struct alignment alignment = {0};
    enum nf_status status = NF_OK;

    while (!status && maker->next_chimeric < maker->chimeric.n) {
        const struct plan *plan = &maker->chimeric.items[maker->next_chimeric];
        if (plan->tid > tid || (plan->tid == tid && plan->pos0 > pos0))
            break;
        make_chimeric(&maker->model, plan, &alignment);
        status = write_alignment(maker, plan->pair, &alignment);
        maker->next_chimeric++;
    }
    return status;
}

static enum nf_status write_loci(struct maker *maker)
{
    enum nf_status status = NF_OK;
    struct alignment alignment = {0};
    NF_VEC(struct plan) plans = {0};

    for (size_t i = 0; !status && i < maker->model.loci.n; i++) {
        const struct locus *locus = &maker->model.loci.items[i];
        plans.n = 0;
        if (nf_vec_reserve(&plans, 2 * (size_t)locus->n_pairs)) {
            status = nf_fail_memory("a locus");
            break;
        }
        for (size_t j = 0; j < 2 * (size_t)locus->n_pairs; j++) {
            struct plan *plan = &plans.items[plans.n++];
            *plan = (struct plan){.tid = locus->tid,
                                  .pair = locus->first_pair + j / 2,
                                  .source = (uint32_t)i,
                                  .part = j & 1};
            make_paired(&maker->model, plan, &alignment);
            plan->pos0 = alignment.pos0;
        }
        qsort(plans.items, plans.n, sizeof *plans.items, compare_plans);
        for (size_t j = 0; !status && j < plans.n; j++) {
            status = write_chimeric(maker, plans.items[j].tid, plans.items[j].pos0);
            make_paired(&maker->model, &plans.items[j], &alignment);
            if (!status)
                status = write_alignment(maker, plans.items[j].pair, &alignment);
        }
    }
    nf_vec_free(&plans);
    return status ? status : write_chimeric(maker, INT32_MAX, INT64_MAX);
}

static enum nf_status write_unmapped(struct maker *maker, int64_t n_pairs)
{
    enum nf_status status = NF_OK;
    struct alignment none = {.tid = -1, .mate_tid = -1, .pos0 = -1, .mate_pos0 = -1};

    for (int64_t i = 0; !status && i < 2 * n_pairs; i++) {
        uint64_t pair = maker->n_pairs + (uint64_t)i / 2;
        uint64_t state = mix(maker->model.seed ^ mix(2 * pair + (uint64_t)(i & 1)));
        none.flag = (uint16_t)(BAM_FPAIRED | BAM_FUNMAP | BAM_FMUNMAP |
                               (i & 1 ? BAM_FREAD2 : BAM_FREAD1));
        for (int j = 0; j < READ; j++)
            none.bases[j] = "ACGT"[below(&state, 4)];
        draw_qualities(none.qualities, &state);
        status = write_alignment(maker, pair, &none);
    }
    return status;
}

/* ---- reading ---- */

static enum nf_status read_contig(const struct nf_table *table, size_t column, int32_t *tid)
{
    for (size_t i = 0; i < sizeof contigs / sizeof contigs[0]; i++) {
        if (nf_span_is(table->fields[column], contigs[i].name)) {
            *tid = (int32_t)i;
            return NF_OK;
        }
    }
    return nf_table_fail(table, column, "not a contig of GRCh38");
}

/* "100-200,300-400", 0-based half-open. */
static enum nf_status read_exons(struct maker *maker, const struct nf_table *table,
                                 struct locus *locus)
{
    struct nf_span rest = table->fields[3], pair, start;

    locus->first_exon = maker->model.exons.n;
    while (nf_span_cut(&rest, ',', &pair)) {
        struct exon exon = {.offset = locus->length};
        if (!nf_span_cut(&pair, '-', &start) ||
            nf_span_int(start, 0, INT32_MAX, &exon.start0) ||
            nf_span_int(pair, exon.start0 + 1, INT32_MAX, &exon.end0))
            return nf_table_fail(table, 3, "expected START-END,…");
        if (nf_vec_push(&maker->model.exons, exon))
            return nf_fail_memory("exons");
        locus->length += exon.end0 - exon.start0;
        locus->n_exons++;
    }
    return NF_OK;
}

static enum nf_status read_first_pair(const struct nf_table *table, size_t column,
                                      uint64_t *first_pair)
{
    int64_t number = 0;
    enum nf_status status = nf_table_int(table, column, 0, INT32_MAX, &number);

    *first_pair = (uint64_t)number;
    return status;
}

static enum nf_status read_loci(struct maker *maker, const char *path)
{
    static const char *const columns[] = {"contig", "strand", "pairs", "exons", "first_pair"};
    struct nf_table table = {0};
    bool done = false;
    enum nf_status status = nf_table_open(&table, path, (struct nf_span){0}, columns, 5);

    while (!status && !(status = nf_table_next(&table, &done)) && !done) {
        struct locus locus = {.is_reverse = nf_span_is(table.fields[1], "-")};
        if ((status = read_contig(&table, 0, &locus.tid)) ||
            (status = nf_table_int(&table, 2, 0, INT32_MAX, &locus.n_pairs)) ||
            (status = read_exons(maker, &table, &locus)) ||
            (status = read_first_pair(&table, 4, &locus.first_pair)))
            break;
        if (locus.length < 2 * READ)
            status = nf_table_fail(&table, 3, "fewer than %d bases", 2 * READ);
        else if (nf_vec_push(&maker->model.loci, locus))
            status = nf_fail_memory("loci");
        maker->n_pairs += (uint64_t)locus.n_pairs;
    }
    nf_table_close(&table);
    return status;
}

static enum nf_status plan_chimera(struct maker *maker, const struct chimera *chimera,
                                   uint32_t source)
{
    struct alignment alignment;

    for (uint64_t i = 0; i < 3 * (uint64_t)chimera->n_pairs; i++) {
        struct plan plan = {
            .pair = chimera->first_pair + i / 3, .source = source, .part = (uint8_t)(i % 3)};
        if (plan.part == 1 && !chimera->is_split)
            continue;
        make_chimeric(&maker->model, &plan, &alignment);
        plan.tid = alignment.tid;
        plan.pos0 = alignment.pos0;
        if (nf_vec_push(&maker->chimeric, plan))
            return nf_fail_memory("chimeric records");
    }
    return NF_OK;
}

static enum nf_status read_side(const struct nf_table *table, size_t column, struct side *side)
{
    enum nf_status status = read_contig(table, column, &side->tid);

    side->strand = nf_span_is(table->fields[column + 2], "-") ? -1 : 1;
    if (!status)
        status = nf_table_int(table, column + 1, 1000, INT32_MAX, &side->pos0);
    side->pos0--;
    return status;
}

static enum nf_status read_chimeras(struct maker *maker, const char *path)
{
    static const char *const columns[] = {"contig5", "pos5", "strand5", "contig3",   "pos3",
                                          "strand3", "kind", "pairs",   "first_pair"};
    struct nf_table table = {0};
    bool done = false;
    enum nf_status status = nf_table_open(&table, path, (struct nf_span){0}, columns, 9);

    while (!status && !(status = nf_table_next(&table, &done)) && !done) {
        struct chimera chimera = {.is_split = nf_span_is(table.fields[6], "split")};
        if ((status = read_side(&table, 0, &chimera.side5)) ||
            (status = read_side(&table, 3, &chimera.side3)) ||
            (status = nf_table_int(&table, 7, 0, INT32_MAX, &chimera.n_pairs)) ||
            (status = read_first_pair(&table, 8, &chimera.first_pair)))
            break;
        maker->n_pairs += (uint64_t)chimera.n_pairs;
        if (nf_vec_push(&maker->model.chimeras, chimera))
            status = nf_fail_memory("chimeras");
        else
            status = plan_chimera(maker, &chimera, (uint32_t)maker->model.chimeras.n - 1);
    }
    nf_table_close(&table);
    if (maker->chimeric.n)
        qsort(maker->chimeric.items, maker->chimeric.n, sizeof *maker->chimeric.items,
              compare_plans);
    return status;
}

/* ---- the file ---- */

static enum nf_status start_file(struct maker *maker, const char *path, int n_threads)
{
    maker->header = sam_hdr_init();
    maker->record = bam_init1();
    maker->out = sam_open(path, "wb");
    if (!maker->out)
        return nf_fail(NF_ERR_IO, "%s: cannot be written", path);
    if (!maker->header || !maker->record ||
        sam_hdr_add_line(maker->header, "HD", "VN", "1.4", "SO", "coordinate", NULL))
        return nf_fail_memory("the header");
    for (size_t i = 0; i < sizeof contigs / sizeof contigs[0]; i++) {
        char length[24];
        snprintf(length, sizeof length, "%lld", (long long)contigs[i].length);
        if (sam_hdr_add_line(maker->header, "SQ", "SN", contigs[i].name, "LN", length, NULL))
            return nf_fail_memory("the header");
    }
    if (sam_hdr_add_line(maker->header, "PG", "ID", "STAR", "PN", "STAR", "VN", "2.7.10b",
                         "CL", "STAR --chimSegmentMin 10 --chimOutType WithinBAM SoftClip",
                         NULL))
        return nf_fail_memory("the header");
    if (n_threads > 1 && hts_set_threads(maker->out, n_threads))
        return nf_fail_memory("threads");
    if (sam_hdr_write(maker->out, maker->header))
        return nf_fail(NF_ERR_IO, "%s: writing failed", path);
    return NF_OK;
}

static enum nf_status write_file(struct maker *maker, const char *path, int64_t n_unmapped)
{
    enum nf_status status;
    char *index = malloc(strlen(path) + 5);

    if (!index)
        return nf_fail_memory("a name");
    snprintf(index, strlen(path) + 5, "%s.bai", path);
    status = sam_idx_init(maker->out, maker->header, 0, index) < 0
                 ? nf_fail_memory("the index")
                 : NF_OK;
    if (!status)
        status = write_loci(maker);
    if (!status)
        status = write_unmapped(maker, n_unmapped);
    if (!status && sam_idx_save(maker->out) < 0)
        status = nf_fail(NF_ERR_IO, "%s: writing failed", index);
    free(index);
    return status;
}

static void print_share(const char *what, uint64_t n, uint64_t n_records)
{
    printf("%s\t%llu\t%.2f\n", what, (unsigned long long)n,
           n_records ? 100.0 * (double)n / (double)n_records : 0.0);
}

int main(int argc, char **argv)
{
    struct maker maker = {.model.name_of = contig_name};
    int64_t n_unmapped = 0, seed = 0, n_threads = 1;
    enum nf_status status;

    if (argc != 7 || nf_span_int(nf_span_of(argv[4]), 0, INT32_MAX, &n_unmapped) ||
        nf_span_int(nf_span_of(argv[5]), 0, INT32_MAX, &seed) ||
        nf_span_int(nf_span_of(argv[6]), 1, 64, &n_threads)) {
        fputs("usage: make_bam LOCI.tsv CHIMERAS.tsv OUT.bam UNMAPPED_PAIRS SEED THREADS\n",
              stderr);
        return 2;
    }
    maker.model.seed = mix((uint64_t)seed);
    status = read_loci(&maker, argv[1]);
    if (!status)
        status = read_chimeras(&maker, argv[2]);
    if (!status)
        status = start_file(&maker, argv[3], (int)n_threads);
    if (!status)
        status = write_file(&maker, argv[3], n_unmapped);
    if (maker.out && sam_close(maker.out) < 0 && !status)
        status = nf_fail(NF_ERR_IO, "%s: closing failed", argv[3]);
    print_share("records", maker.n_records, maker.n_records);
    print_share("spliced", maker.n_spliced, maker.n_records);
    print_share("soft-clipped", maker.n_clipped, maker.n_records);
    print_share("with SA", maker.n_other, maker.n_records);
    print_share("unmapped", 2 * (uint64_t)n_unmapped, maker.n_records);
    bam_destroy1(maker.record);
    sam_hdr_destroy(maker.header);
    nf_vec_free(&maker.chimeric);
    nf_vec_free(&maker.model.chimeras);
    nf_vec_free(&maker.model.loci);
    nf_vec_free(&maker.model.exons);
    return status ? 1 : 0;
}
