/* SPDX-License-Identifier: MIT */
/* Tests of align: what must hold for any alignment. */
#include <check.h>
#include <string.h>

#include "ntrkfuse/align.h"
#include "support.h"
#include "support_sam.h"

static const struct nft_reference *reference;
static struct nf_chain chain;

static void begin(void)
{
    nft_log_begin();
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
}

static void end(void)
{
    nf_chain_free(&chain);
    nft_records_forget();
    nft_log_end();
}

/* What is the same whichever alignment is the record: "0+[100-110/0-10 200-220/10-30]" for
 * each alignment, with a ';' between two. */
static const char *places_text(void)
{
    const char *text = "";

    for (size_t i = 0; i < chain.alignments.n; i++) {
        const struct nf_alignment *item = &chain.alignments.items[i];

        text = nft_text("%s%s%d%c[", text, i ? ";" : "", item->contig,
                        item->strand > 0 ? '+' : '-');
        for (size_t j = 0; j < item->n_blocks; j++) {
            const struct nf_block *block = &chain.blocks.items[item->first_block + j];

            text =
                nft_text("%s%s%lld-%lld/%d-%d", text, j ? " " : "", (long long)block->start0,
                         (long long)block->end0, block->read_start0, block->read_end0);
        }
        text = nft_text("%s]", text);
    }
    return text;
}

START_TEST(the_other_strand_mirrors_the_read)
{
    uint64_t state = (uint64_t)_i;

    for (int round = 0; round < 300; round++) {
        struct nft_cigar cigar = nft_random_cigar(&state, 200, nft_random(&state, 6), "M=X");
        size_t n;
        struct nf_block forward[64];
        struct nf_alignment there;

        ck_assert_int_eq(nf_chain_add_text(&chain, (struct nf_locus){3, 1, 5000},
                                           nf_span_of(cigar.text), 0, 0),
                         NF_OK);
        n = chain.blocks.n;
        there = chain.alignments.items[0];
        ck_assert_uint_le(n, NFT_COUNT(forward));
        ck_assert_int_eq(chain.read_length, cigar.read_length);
        memcpy(forward, chain.blocks.items, n * sizeof *forward);
        nf_chain_clear(&chain);
        ck_assert_int_eq(nf_chain_add_text(&chain, (struct nf_locus){3, -1, 5000},
                                           nf_span_of(cigar.text), 0, 0),
                         NF_OK);
        ck_assert_uint_eq(chain.blocks.n, n);
        ck_assert_int_eq(chain.read_length, cigar.read_length);
        ck_assert_int_eq(chain.alignments.items[0].clip_start, there.clip_end);
        ck_assert_int_eq(chain.alignments.items[0].clip_end, there.clip_start);
        ck_assert_int_eq(chain.alignments.items[0].soft_start, there.soft_end);
        ck_assert_int_eq(chain.alignments.items[0].soft_end, there.soft_start);
        for (size_t i = 0; i < n; i++) {
            const struct nf_block *a = &forward[i], *b = &chain.blocks.items[n - 1 - i];

            ck_assert_int_eq(a->start0, b->start0);
            ck_assert_int_eq(a->end0, b->end0);
            ck_assert_int_eq(a->n_aligned, b->n_aligned);
            ck_assert_int_eq(a->read_start0, cigar.read_length - b->read_end0);
            ck_assert_int_eq(a->read_end0, cigar.read_length - b->read_start0);
            ck_assert_int_ge(a->read_start0, i ? forward[i - 1].read_end0 : 0);
            ck_assert_int_gt(a->start0, i ? forward[i - 1].end0 : 0);
        }
        nf_chain_clear(&chain);
    }
}
END_TEST

enum { MOST_PIECES = 5 };

/* An alignment of one piece of a read. */
struct piece {
    const char *contig;
    int pos1;
    char strand;
    const char *cigar;
};

/* Pieces of one read of `length` bases anywhere in it, nested and equal ones too. */
static uint32_t random_pieces(uint64_t *state, int32_t length, struct piece *pieces)
{
    static const char *const contigs[] = {"chr1", "chr2", "chrX"};
    uint32_t n = 1 + nft_random(state, MOST_PIECES);

    for (uint32_t i = 0; i < n; i++) {
        int32_t start = (int32_t)nft_random(state, length - 20);
        int32_t end = start + 15 + (int32_t)nft_random(state, length - start - 15);
        struct nft_cigar middle = nft_random_cigar(state, end - start, 0, "M=X");
        bool reverse = nft_random(state, 2);
        int32_t left = reverse ? length - end : start, right = length - left - (end - start);

        pieces[i].contig = contigs[nft_random(state, NFT_COUNT(contigs))];
        pieces[i].pos1 = 1 + (int)nft_random(state, 1000);
        pieces[i].strand = reverse ? '-' : '+';
        pieces[i].cigar = nft_text("%s%s%s", left ? nft_text("%dS", left) : "", middle.text,
                                   right ? nft_text("%dS", right) : "");
    }
    if (n > 2 && nft_random(state, 3) == 0)
        pieces[n - 1] = pieces[0];
    return n;
}

START_TEST(every_record_of_a_read_gives_the_same_chain)
{
    uint64_t state = 1000 + (uint64_t)_i;

    for (int round = 0; round < 40; round++) {
        struct piece pieces[MOST_PIECES];
        uint32_t n = random_pieces(&state, 150, pieces);
        const char *first = NULL;

        for (uint32_t i = 0; i < n; i++) {
            const char *tag = "";
            const struct nf_record *record;

            for (uint32_t k = 1; k < n; k++) { /* the others, in another order each time */
                const struct piece *other = &pieces[(i + k) % n];

                tag = nft_text("%s%s,%d,%c,%s,9,0;", tag, other->contig, other->pos1,
                               other->strand, other->cigar);
            }
            record = nft_record(reference, "r\t%d\t%s\t%d\t9\t%s\t*\t0\t0\t*\t*\tSA:Z:%s",
                                pieces[i].strand == '-' ? NF_FLAG_REVERSE : 0,
                                pieces[i].contig, pieces[i].pos1, pieces[i].cigar, tag);
            ck_assert_int_eq(nf_chain_build(&chain, record, &reference->genome, true), NF_OK);
            ck_assert_int_eq(chain.n_bad_entries, 0);
            if (!first)
                first = places_text();
            ck_assert_str_eq(places_text(), first);
        }
    }
}
END_TEST

Suite *align_properties_suite(void)
{
    Suite *suite = suite_create("align_properties");
    TCase *properties = tcase_create("properties");

    tcase_add_unchecked_fixture(properties, nft_reference_load, NULL);
    tcase_add_checked_fixture(properties, begin, end);
    tcase_set_timeout(properties, 30);
    tcase_add_loop_test(properties, the_other_strand_mirrors_the_read, 0, 3);
    tcase_add_loop_test(properties, every_record_of_a_read_gives_the_same_chain, 0, 5);
    suite_add_tcase(suite, properties);
    return suite;
}
