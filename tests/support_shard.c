/* SPDX-License-Identifier: MIT */
/* support_shard: BAM files made of many small blocks, for the suites of reading by shards. */
#include "support_shard.h"

#include <check.h>
#include <htslib/bgzf.h>
#include <htslib/kstring.h>
#include <htslib/sam.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/vec.h"
#include "support.h"

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
