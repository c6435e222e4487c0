/* SPDX-License-Identifier: MIT */
/* support_shard: BAM files made of many small blocks, for the suites of reading by shards. */
#include "support_shard.h"

#include <check.h>
#include <htslib/bgzf.h>
#include <htslib/kstring.h>
#include <htslib/sam.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/bamio.h"
#include "ntrkfuse/read_groups.h"
#include "ntrkfuse/vec.h"
#include "support.h"
#include "support_quality.h"

static const uint8_t empty_block[28] = {31, 139, 8,  4, 0, 0, 0, 0, 0, 255, 6, 0, 66, 67,
                                        2,  0,   27, 0, 3, 0, 0, 0, 0, 0,   0, 0, 0,  0};

void nft_blocks_write(const char *path, const char *header_text, const uint8_t *bytes,
                      size_t n, struct nft_cut cut)
{
    char mode[3] = {'w', (char)('0' + cut.level), '\0'};
    BGZF *file = bgzf_open(path, mode);
    sam_hdr_t *header = sam_hdr_parse(strlen(header_text), header_text);

    ck_assert_msg(file != NULL, "%s cannot be made", path);
    ck_assert_ptr_nonnull(header);
    ck_assert_int_eq(bam_hdr_write(file, header), 0);
    if (nft_random(&cut.chance, 2)) /* else the first record shares a block with the header */
        ck_assert_int_eq(bgzf_flush(file), 0);
    for (size_t at = 0; at < n;) {
        size_t piece = 1 + nft_random(&cut.chance, cut.most_bytes);

        piece = piece < n - at ? piece : n - at;
        ck_assert_int_eq(bgzf_write(file, bytes + at, piece), (ssize_t)piece);
        ck_assert_int_eq(bgzf_flush(file), 0);
        at += piece;
        while (cut.empty_every && nft_random(&cut.chance, (uint32_t)cut.empty_every) == 0)
            ck_assert_int_eq(bgzf_raw_write(file, empty_block, sizeof empty_block),
                             sizeof empty_block);
    }
    sam_hdr_destroy(header);
    ck_assert_int_eq(bgzf_close(file), 0);
}

/* A place worth reading at, near a splice site. */
static int64_t random_place(const struct nft_reference *reference, uint64_t *chance,
                            const char **contig)
{
    static const struct {
        const char *contig, *gene;
        uint32_t exon;
    } places[] = {{"chr12", "ETV6", 5},  {"chr15", "NTRK3", 15}, {"chr15", "NTRK3", 14},
                  {"chr1", "NTRK1", 10}, {"chr1", "TPM3", 7},    {"chr9", "NTRK2", 12}};
    uint32_t i = nft_random(chance, NFT_COUNT(places) + 1);
    int64_t around = (int64_t)nft_random(chance, 400) - 200;

    if (i == NFT_COUNT(places)) {
        *contig = "chr2";
        return 1000000 + around;
    }
    *contig = places[i].contig;
    return (nft_random(chance, 2) ? nft_donor0 : nft_acceptor0)(reference, places[i].gene,
                                                                places[i].exon) +
           (nft_random(chance, 2) ? 1 : around);
}

static void random_tags(kstring_t *out, const struct nft_reference *reference,
                        uint64_t *chance)
{
    const char *contig;

    if (nft_random(chance, 3) == 0) {
        int64_t place = random_place(reference, chance, &contig);

        ksprintf(out, "\tSA:Z:%s,%lld,%c,%s,60,1;", nft_random(chance, 9) ? contig : "none",
                 (long long)place, "+-"[nft_random(chance, 2)],
                 nft_random(chance, 2) ? "30S20M" : "20M30S");
    }
    if (nft_random(chance, 2))
        ksprintf(out, "\tRX:Z:%c%c", "ACGT"[nft_random(chance, 4)],
                 "ACGT"[nft_random(chance, 4)]);
    if (nft_random(chance, 2))
        ksprintf(out, "\tRG:Z:group%u", nft_random(chance, 3));
    ksprintf(out, "\tNH:i:%u\tNM:i:%u", 1 + nft_random(chance, 3), nft_random(chance, 4));
}

static void random_line(kstring_t *out, const struct nft_reference *reference,
                        uint64_t *chance)
{
    static const char *const cigars[] = {"50M",   "30M20S",    "20S30M",       "25M1000N25M",
                                         "50M7H", "10S30M10S", "20M2I8M3D20M", "30M1200N20M"};
    static const int flags[] = {99, 147, 83, 163,  99,  147,  0,
                                16, 4,   77, 1123, 355, 2064, 2147};
    const char *contig, *mate_contig;
    int64_t place = random_place(reference, chance, &contig);
    int64_t mate = random_place(reference, chance, &mate_contig);

    if (nft_random(chance, 2)) {
        mate_contig = contig;
        mate = place + nft_random(chance, 300);
    }
    ksprintf(out, "q%u\t%d\t%s\t%lld\t%d\t%s\t%s\t%lld\t%d\t", nft_random(chance, 300),
             flags[nft_random(chance, NFT_COUNT(flags))], contig, (long long)place,
             nft_random(chance, 2) ? 60 : 3, cigars[nft_random(chance, NFT_COUNT(cigars))],
             mate_contig, (long long)mate, (int)nft_random(chance, 600));
    for (int i = 0; i < 50; i++)
        kputc("ACGTN"[nft_random(chance, 5)], out);
    kputc('\t', out);
    for (int i = 0; i < 50; i++)
        kputc((int)('!' + nft_random(chance, 42)), out);
    random_tags(out, reference, chance);
    kputc('\n', out);
}

char *nft_lines_random(const struct nft_reference *reference, uint64_t chance, int n)
{
    kstring_t out = KS_INITIALIZE;

    ck_assert_int_ge(kputs("", &out), 0);
    for (int i = 0; i < n; i++)
        random_line(&out, reference, &chance);
    return ks_release(&out);
}

int64_t *nft_block_addresses(const char *path, size_t *n)
{
    NF_VEC(int64_t) addresses = {0};
    size_t size;
    char *bytes = nft_read(path, &size);

    for (size_t at = 0; at < size;) {
        const uint8_t *header = (const uint8_t *)bytes + at;

        ck_assert_int_eq(nf_vec_push(&addresses, (int64_t)at), NF_OK);
        at += (size_t)(header[16] | header[17] << 8) + 1;
    }
    free(bytes);
    *n = addresses.n;
    return addresses.items;
}

/* ---- what a walk leaves ---- */

static void show_start(kstring_t *out, const struct nf_start *start)
{
    ksprintf(out, " %d:%lld:%d", start->contig, (long long)start->pos0, start->strand);
}

static void show_locus(kstring_t *out, const struct nf_locus *locus)
{
    ksprintf(out, " %d:%lld:%d", locus->contig, (long long)locus->pos0, locus->strand);
}

static void show_flanks(kstring_t *out, const struct nf_observations *observations,
                        const struct nf_flanks *flanks)
{
    size_t n = (size_t)flanks->n5 + flanks->n_gap + flanks->n3;

    ksprintf(out, " %d+%d+%d ", flanks->n5, flanks->n_gap, flanks->n3);
    ck_assert_uint_le(flanks->offset + n, observations->bases.n);
    if (n > 0)
        kputsn(observations->bases.items + flanks->offset, n, out);
}

static void show_observations(kstring_t *out, const struct nf_observations *all)
{
    for (size_t i = 0; i < all->fragments.n; i++) {
        const struct nf_fragment *it = &all->fragments.items[i];
        ksprintf(out, "fragment %s|%s %u %d %s\n", all->read_groups.items[it->read_group],
                 it->name, it->name_length, it->is_duplicate, it->umi ? it->umi : "-");
    }
    for (size_t i = 0; i < all->joins.n; i++) {
        const struct nf_join *it = &all->joins.items[i];
        ksprintf(out, "join %u %u %d %d %d %d %d %d %d %d %d %d %d %d", it->fragment,
                 it->target, it->kind, it->target_is_3prime, it->intragenic, it->n_gap,
                 it->anchor5, it->anchor3, it->mapq5, it->mapq3, it->multi5, it->multi3,
                 it->edits, it->is_read2);
        show_locus(out, &it->five);
        show_locus(out, &it->three);
        show_start(out, &it->start);
        show_start(out, &it->mate_start);
        show_flanks(out, all, &it->flanks);
        kputc('\n', out);
    }
    for (size_t i = 0; i < all->clips.n; i++) {
        const struct nf_clip *it = &all->clips.items[i];
        ksprintf(out, "clip %u %u %u %d %d %d %d %d %d", it->fragment, it->gene, it->target,
                 it->is_downstream, it->n_clipped, it->anchor, it->mapq, it->multi,
                 it->is_read2);
        show_locus(out, &it->locus);
        show_start(out, &it->start);
        show_start(out, &it->mate_start);
        show_flanks(out, all, &it->flanks);
        kputc('\n', out);
    }
    for (size_t i = 0; i < all->mates.n; i++) {
        const struct nf_mate *it = &all->mates.items[i];
        ksprintf(out, "mate %u %u %d %d:%lld-%lld:%d %d %d %d:%lld:%d", it->fragment,
                 it->target, it->is_target, it->contig, (long long)it->start0,
                 (long long)it->end0, it->strand, it->mapq, it->multi, it->mate_contig,
                 (long long)it->mate_pos0, it->mate_strand);
        show_start(out, &it->start);
        kputc('\n', out);
    }
    for (size_t i = 0; i < all->covers.n; i++) {
        const struct nf_cover *it = &all->covers.items[i];
        ksprintf(out, "cover %llx %u %llx %llx %x\n", (unsigned long long)it->fragment_hash,
                 it->target, (unsigned long long)it->exons, (unsigned long long)it->coding,
                 it->terminals);
    }
    for (size_t i = 0; i < all->splices.n; i++) {
        const struct nf_splice *it = &all->splices.items[i];
        ksprintf(out, "splice %llx %u %lld %lld\n", (unsigned long long)it->fragment_hash,
                 it->target, (long long)it->donor0, (long long)it->acceptor0);
    }
    for (size_t i = 0; i < all->codon_reads.n; i++) {
        const struct nf_codon_read *it = &all->codon_reads.items[i];
        ksprintf(out, "codon %u %u %llx %.3s\n", it->fragment, it->codon,
                 (unsigned long long)it->place, it->bases);
    }
}

static void show_learning(kstring_t *out, const struct nf_learning *learning)
{
    ksprintf(out, "learned %lld %lld %lld %lld %lld %lld\n", (long long)learning->n_records,
             (long long)learning->n_paired, (long long)learning->n_duplicate_flags,
             (long long)learning->n_umi_tags, (long long)learning->n_umi_names,
             (long long)learning->longest_read);
    for (int i = 0; i <= NF_MAX_INSERT; i++)
        if (learning->insert_counts[i])
            ksprintf(out, "insert %d %lld\n", i, (long long)learning->insert_counts[i]);
    for (int number = 0; number < 2; number++)
        for (size_t i = 0; i < learning->starts[number].n; i++) {
            ksprintf(out, "start%d", number);
            show_start(out, &learning->starts[number].items[i].start);
            ksprintf(out, " %lld\n", (long long)learning->starts[number].items[i].n);
        }
}

static void show_abundance(kstring_t *out, const struct nf_abundance *walked)
{
    struct nf_abundance sum;

    ck_assert_int_eq(nf_abundance_init(&sum, walked->genome), NF_OK);
    ck_assert_int_eq(nf_abundance_merge(&sum, walked), NF_OK);
    ksprintf(out, "abundance %lld\n", (long long)sum.n_counted);
    for (uint32_t bin = 0; bin < sum.first[sum.genome->n_contigs]; bin++)
        if (sum.bins[bin] > 0)
            ksprintf(out, "bin %u: %u\n", bin, sum.bins[bin]);
    nf_abundance_free(&sum);
}

static void show_selection(kstring_t *out, struct nf_selection *selection)
{
    nf_selection_settle(selection);
    for (size_t i = 0; i < selection->units.n; i++) {
        const struct nf_selection_unit *unit = &selection->units.items[i];
        ksprintf(out, "unit %u %lld cut %d\n", unit->gene, (long long)unit->region.start0,
                 unit->is_cut);
        for (size_t j = 0; j < unit->records.n; j++)
            ksprintf(out, " %s %d %lld\n", unit->records.items[j].record.name,
                     unit->records.items[j].record.flag,
                     (long long)unit->records.items[j].pos0);
    }
}

static void show_walk(kstring_t *out, struct nf_scan_walk *walk)
{
    char *quality;

    ksprintf(out, "%lld records, %lld mapped, %lld bad SA\n", (long long)walk->scan->n_records,
             (long long)walk->scan->n_mapped, (long long)walk->evidence.n_bad_sa);
    show_observations(out, &walk->scan->observations);
    show_learning(out, &walk->learning);
    show_selection(out, &walk->selection);
    show_abundance(out, &walk->abundance);
    quality = nft_quality_sums_text(&walk->quality);
    kputs(quality, out);
    free(quality);
}

static enum nf_status read_stream(struct nf_scan_walk *walk, struct nf_bamio *input)
{
    enum nf_status status = NF_OK;
    bool done = false;

    while (!status && !done) {
        struct nf_record record;

        status = nf_bamio_next(input, &record, &done);
        if (!status && !done)
            status = nf_scan_meet(walk, &record);
    }
    return status;
}

/* Parts of a CRAM that cannot be read come as NF_ERR_INPUT without a message. */
static enum nf_status read_parts(struct nf_scan_walk *walk, struct nf_bamio *input,
                                 const struct nf_scan_shard_options *sharding)
{
    struct nf_bamio_body body;
    nf_cram_containers containers = {0};
    bool complete = true;
    enum nf_status status;

    ck_assert_int_eq(nf_bamio_cram_list(input, &containers), NF_OK);
    if (nf_bamio_can_shard(input, &body))
        status = nf_scan_shards(walk, &body, sharding);
    else
        status = nf_scan_containers(walk, input, &containers, sharding, &complete);
    nf_vec_free(&containers);
    return status || complete ? status : NF_ERR_INPUT;
}

enum nf_status nft_walk_file(const struct nft_reference *reference, const char *path,
                             const struct nf_scan_shard_options *sharding, char **text)
{
    struct nf_read_groups read_groups;
    const struct nf_bamio_options options = {
        .path = path, .n_threads = 1, .without_index = true};
    const struct nf_scan_options scan_options = {.input = options,
                                                 .read_groups = &read_groups};
    kstring_t out = KS_INITIALIZE;
    struct nf_bamio *input;
    struct nf_scan scan = {0};
    struct nf_scan_walk walk;
    struct nf_sieve sieve;
    enum nf_status status;

    nft_log_begin();
    ck_assert_int_eq(nf_read_groups_init(&read_groups, reference->header), NF_OK);
    ck_assert_int_eq(nf_bamio_open(&input, &options), NF_OK);
    ck_assert_int_eq(nf_scan_walk_begin(&walk, &scan, &reference->panel, &scan_options),
                     NF_OK);
    ck_assert_int_eq(nf_sieve_init(&sieve, &reference->panel), NF_OK);
    walk.sieve = sharding ? &sieve : NULL;
    status = sharding ? read_parts(&walk, input, sharding) : read_stream(&walk, input);
    if (status) {
        ksprintf(&out, "%s", nft_log_text());
    } else {
        show_walk(&out, &walk);
    }
    nf_scan_walk_free(&walk);
    nf_sieve_free(&sieve);
    nf_scan_free(&scan);
    nf_bamio_discard(&input);
    nf_read_groups_free(&read_groups);
    *text = ks_release(&out);
    return status;
}
