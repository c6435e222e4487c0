/* SPDX-License-Identifier: MIT */
/* Tests of learn. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/learn.h"
#include "support.h"
#include "support_sam.h"

static const struct nft_reference *reference;
static struct nf_learning learning;
static struct nf_sample sample;

static void begin(void)
{
    nft_log_begin();
    reference = nft_reference_get(NF_ASSEMBLY_GRCH38);
    memset(&learning, 0, sizeof learning);
}

static void end(void)
{
    nf_learning_free(&learning);
    nf_learning_free(&learning);
    nft_records_forget();
    ck_assert_str_eq(nft_log_text(), "");
    nft_log_end();
}

static void add(const struct nf_record *record)
{
    ck_assert_int_eq(nf_learning_add(&learning, &reference->panel, record), NF_OK);
}

/* A record with only name, flag, CIGAR and tags of its own. */
static void add_plain(const char *name, int flag, const char *cigar, const char *tags)
{
    add(nft_record(reference, "%s\t%d\tchr15\t87900001\t60\t%s\t*\t0\t0\t*\t*%s%s", name, flag,
                   cigar, *tags ? "\t" : "", tags));
}

/* ---- identifiers in names ---- */

START_TEST(identifiers_stand_at_the_end_of_a_name)
{
    static const struct {
        const char *name, *umi;
    } rows[] = {{"A00:1:H:1:1101:1:2:ACGT", "ACGT"},
                {"A00:1:H:1:1101:1:2:ACGTNACG", "ACGTNACG"},
                {"A00:1:H:1:1101:1:2:ACGT+TTAA", "ACGT+TTAA"},
                {"A00:1:H:1:1101:1:2:AC-GT", "AC-GT"},
                {"read_ACGTACGT", "ACGTACGT"},
                {"SRR1.1_AAAA", "AAAA"},
                {"x:ACGT_TTTT", "TTTT"},
                {"x_ACGT:TTTT", "TTTT"},
                {"A00:1:H:1:1101:1:2:ACG", NULL}, /* too short */
                {"A00:1:H:1:1101:1:2:AC+G", NULL},
                {"A00:1:H:1:1101:1:2:acgt", NULL},
                {"A00:1:H:1:1101:1:2:rACGT", NULL},
                {"A00:1:H:1:1101:1:2", NULL},
                {"ACGTACGT", NULL}, /* nothing before it */
                {"read.ACGT", NULL},
                {"read_", NULL},
                {":", NULL},
                {"_ACGT", "ACGT"},
                {"", NULL}};

    for (size_t i = 0; i < NFT_COUNT(rows); i++) {
        struct nf_span umi = nf_umi_of_name(nf_span_of(rows[i].name));

        if (rows[i].umi)
            nft_assert_span(umi, rows[i].umi);
        else
            ck_assert_msg(umi.at == NULL, "%s", rows[i].name);
    }
}
END_TEST

/* ---- what records tell ---- */

START_TEST(nothing_is_learned_from_nothing)
{
    nf_learning_conclude(&learning, NF_LIBRARY_INFER, &sample);
    ck_assert(!sample.is_paired);
    ck_assert(!sample.has_duplicate_flags);
    ck_assert(!sample.has_umi_tags);
    ck_assert(!sample.has_umi_names);
    ck_assert_int_eq(sample.read_length, 0);
    ck_assert_int_eq(sample.n_insert_pairs, 0);
    ck_assert(isnan(sample.insert_median));
    ck_assert_int_eq(sample.insert_max, NF_DEFAULT_INSERT);
    ck_assert_int_eq(sample.library, NF_LIBRARY_WTS);
    ck_assert(sample.library_inferred);
}
END_TEST

/* Two records, and what they make of a sample. */
static const struct {
    const char *names[2];
    int flags[2];
    const char *tags[2];
    bool is_paired, has_duplicate_flags, has_umi_tags, has_umi_names;
} fact_rows[] = {
    {{"a", "b"}, {0, 16}, {"", ""}, false, false, false, false},
    {{"a", "b"}, {0, 1}, {"", ""}, true, false, false, false},
    {{"a", "b"}, {1024, 0}, {"", ""}, false, true, false, false},
    {{"a", "b"}, {0, 0}, {"RX:Z:ACGT", ""}, false, false, true, false},
    {{"a", "b"}, {0, 0}, {"", "MI:Z:7/A"}, false, false, true, false},
    {{"a", "b"}, {0, 0}, {"MI:i:7", ""}, false, false, true, false},
    {{"a", "b"}, {0, 0}, {"UB:Z:ACGT", ""}, false, false, true, false},
    {{"a", "b"}, {0, 0}, {"BX:Z:ACGT", "QX:Z:FFFF"}, false, false, false, false},
    {{"a_ACGT", "b_ACGT"}, {0, 0}, {"", ""}, false, false, false, true},
    {{"a_ACGT/1", "b_ACGT/2"}, {0, 0}, {"", ""}, false, false, false, true},
    {{"a_ACGT", "b"}, {0, 0}, {"", ""}, false, false, false, false}, /* all or none */
    {{"a_ACGT", "b_ACGT"}, {0, 0}, {"RX:Z:ACGT", ""}, false, false, true, false},
};

START_TEST(a_sample_has_what_its_records_have)
{
    for (int i = 0; i < 2; i++)
        add_plain(fact_rows[_i].names[i], fact_rows[_i].flags[i], "50M",
                  fact_rows[_i].tags[i]);
    nf_learning_conclude(&learning, NF_LIBRARY_INFER, &sample);
    ck_assert_int_eq(sample.is_paired, fact_rows[_i].is_paired);
    ck_assert_int_eq(sample.has_duplicate_flags, fact_rows[_i].has_duplicate_flags);
    ck_assert_int_eq(sample.has_umi_tags, fact_rows[_i].has_umi_tags);
    ck_assert_int_eq(sample.has_umi_names, fact_rows[_i].has_umi_names);
    ck_assert_int_eq(learning.n_records, 2);
}
END_TEST

START_TEST(the_longest_read_counts)
{
    static const char *const bases[] = {"ACGT", "ACGTACGTAC", "ACG"};

    for (size_t i = 0; i < NFT_COUNT(bases); i++)
        add(nft_record(reference, "r\t0\tchr15\t87900001\t60\t%zuM\t*\t0\t0\t%s\t*",
                       strlen(bases[i]), bases[i]));
    nf_learning_conclude(&learning, NF_LIBRARY_INFER, &sample);
    ck_assert_int_eq(sample.read_length, 10);
}
END_TEST

/* A record at 87900001 (1-based) and where its read begins (0-based). */
static const struct {
    int flag;
    const char *cigar;
    int number, strand;
    int64_t pos0;
} start_rows[] = {
    {0, "50M", 0, 1, 87900000},
    {NF_FLAG_READ1, "50M", 0, 1, 87900000},
    {NF_FLAG_READ2, "50M", 1, 1, 87900000},
    {0, "7S50M9S", 0, 1, 87899993},
    {0, "3H7S50M", 0, 1, 87899990},
    {NF_FLAG_REVERSE, "50M", 0, -1, 87900049},
    {NF_FLAG_REVERSE, "7S50M9S", 0, -1, 87900058},
    {NF_FLAG_REVERSE | NF_FLAG_READ2, "5S50M9S2H", 1, -1, 87900060},
    {NF_FLAG_REVERSE, "20M1000N10M5D20M", 0, -1, 87901054},
    {NF_FLAG_REVERSE, "20M10I20M", 0, -1, 87900039},
};

START_TEST(a_read_starts_where_its_clips_are_undone)
{
    const struct nf_start *start;

    add_plain("r", start_rows[_i].flag, start_rows[_i].cigar, "");
    ck_assert_uint_eq(learning.starts[start_rows[_i].number].n, 1);
    ck_assert_uint_eq(learning.starts[1 - start_rows[_i].number].n, 0);
    start = &learning.starts[start_rows[_i].number].items[0].start;
    ck_assert_int_eq(start->contig, nft_contig(reference, "chr15"));
    ck_assert_int_eq(start->strand, start_rows[_i].strand);
    ck_assert_int_eq(start->pos0, start_rows[_i].pos0);
}
END_TEST

/* ---- insert sizes ---- */

enum { PAIR = NF_FLAG_PAIRED | NF_FLAG_PROPER | NF_FLAG_READ1 | NF_FLAG_MATE_REVERSE };

/* A pair between two genome positions, both inclusive. */
static void add_pair(const char *contig, int64_t first0, int64_t last0, int flag)
{
    add(nft_record(reference, "r\t%d\t%s\t%lld\t60\t10M\t=\t%lld\t%lld\t*\t*", flag, contig,
                   (long long)first0 + 1, (long long)last0 - 8,
                   (long long)(last0 - first0 + 1)));
}

static int64_t n_pairs(void)
{
    int64_t n = 0;

    for (int i = 0; i <= NF_MAX_INSERT; i++)
        n += learning.insert_counts[i];
    return n;
}

/* 40 bases of one exon and 30 of the next; the introns between do not count. */
START_TEST(introns_do_not_count)
{
    static const struct {
        const char *contig, *symbol;
        uint32_t left, right; /* exons, in genome order */
        bool forward;
    } rows[] = {{"chr12", "GAPDH", 2, 3, true},
                {"chr1", "NTRK1", 13, 14, true},
                {"chr15", "NTRK3", 16, 15, false},
                {"chr7", "ACTB", 4, 3, false}};

    for (size_t i = 0; i < NFT_COUNT(rows); i++) {
        int64_t left = rows[i].forward
                           ? nft_donor0(reference, rows[i].symbol, rows[i].left)
                           : nft_acceptor0(reference, rows[i].symbol, rows[i].left);
        int64_t right = rows[i].forward
                            ? nft_acceptor0(reference, rows[i].symbol, rows[i].right)
                            : nft_donor0(reference, rows[i].symbol, rows[i].right);

        ck_assert_int_gt(right - left, 50);
        add_pair(rows[i].contig, left - 39, right + 29, PAIR);
        ck_assert_int_eq(learning.insert_counts[70], (int64_t)i + 1);
        ck_assert_int_eq(n_pairs(), (int64_t)i + 1);
    }
}
END_TEST

/* A pair 20 + `first` … within exon 15 of NTRK3, changed in one point; does it count? */
static const struct {
    int flag;
    const char *mate; /* RNEXT, PNEXT, TLEN */
    bool counts;
} pair_rows[] = {
    {PAIR, "=\t87940640\t100", true},
    {PAIR & ~NF_FLAG_PROPER, "=\t87940640\t100", true},
    {PAIR | NF_FLAG_DUPLICATE, "=\t87940640\t100", true},
    {(PAIR & ~NF_FLAG_READ1) | NF_FLAG_READ2, "=\t87940640\t100", true},
    {PAIR & ~NF_FLAG_PAIRED, "=\t87940640\t100", false},
    {PAIR | NF_FLAG_MATE_UNMAPPED, "=\t87940640\t100", false},
    {PAIR | NF_FLAG_REVERSE, "=\t87940640\t100", false},
    {PAIR & ~NF_FLAG_MATE_REVERSE, "=\t87940640\t100", false},
    {PAIR, "chr1\t87940640\t100", false},
    {PAIR, "*\t0\t100", false},
    {PAIR, "=\t87940640\t0", false},
    {PAIR, "=\t87940640\t-100", false},
    {PAIR, "=\t87940640\t1", true},
    {PAIR, "=\t87940640\t5000", false}, /* ends in an intron */
};

START_TEST(only_whole_inward_pairs_count)
{
    add(nft_record(reference, "r\t%d\tchr15\t%lld\t60\t10M\t%s\t*\t*", pair_rows[_i].flag,
                   (long long)nft_donor0(reference, "NTRK3", 15) + 2, pair_rows[_i].mate));
    ck_assert_int_eq(n_pairs(), pair_rows[_i].counts);
}
END_TEST

START_TEST(only_exons_of_targets_and_controls_count)
{
    int64_t etv6 = nft_donor0(reference, "ETV6", 5);
    int64_t donor = nft_donor0(reference, "GAPDH", 2);

    add_pair("chr12", etv6 - 60, etv6 - 10, PAIR);   /* a partner */
    add_pair("chr12", donor + 10, donor + 60, PAIR); /* an intron */
    add_pair("chr12", donor - 10, donor + 10, PAIR);
    add_pair("chrY", 1000000, 1000100, PAIR); /* no gene */
    ck_assert_int_eq(n_pairs(), 0);
    add_pair("chr12", donor - 10, donor, PAIR);
    ck_assert_int_eq(n_pairs(), 1);
}
END_TEST

START_TEST(very_long_fragments_do_not_count)
{
    const struct nf_gene *gene = &reference->annot.genes.items[nft_gene(reference, "NTRK3")];
    const struct nf_transcript *model = &reference->annot.transcripts.items[gene->primary];
    int64_t first0 = model->exons[0].start0, last0 = model->exons[model->n_exons - 1].start0;

    ck_assert_int_gt(nf_transcript_distance(&reference->annot, gene->primary, first0, last0),
                     NF_MAX_INSERT);
    add_pair("chr15", first0, last0, PAIR);
    ck_assert_int_eq(n_pairs(), 0);
    ck_assert_int_eq(learning.n_records, 1);
}
END_TEST

START_TEST(the_longest_fragment_that_counts)
{
    const struct nf_gene *gene = &reference->annot.genes.items[nft_gene(reference, "NTRK2")];
    const struct nf_transcript *model = &reference->annot.transcripts.items[gene->primary];
    const struct nf_exon *last = &model->exons[model->n_exons - 1];

    ck_assert_int_gt(last->end0 - last->start0, NF_MAX_INSERT);
    add_pair("chr9", last->start0, last->start0 + NF_MAX_INSERT, PAIR);
    ck_assert_int_eq(n_pairs(), 0);
    add_pair("chr9", last->start0, last->start0 + NF_MAX_INSERT - 1, PAIR);
    ck_assert_int_eq(learning.insert_counts[NF_MAX_INSERT], 1);
}
END_TEST

/* Pairs of two lengths, and what is concluded. */
static const struct {
    int64_t lengths[2], counts[2];
    double median;
    int64_t longest;
} insert_rows[] = {
    {{200, 0}, {99, 0}, (double)NAN, NF_DEFAULT_INSERT},
    {{200, 0}, {100, 0}, 200, 200},
    {{200, 300}, {50, 50}, 200, 200 + 3 * 100}, /* the 50th is the median, the 99th 300 */
    {{200, 300}, {49, 51}, 300, 300},
    {{200, 300}, {99, 1}, 200, 200},
    {{200, 300}, {98, 2}, 200, 200 + 3 * 100},
    {{1, NF_MAX_INSERT}, {500, 500}, 1, 1 + 3 * (NF_MAX_INSERT - 1)},
};

enum { INSERT_SLACK = 20 }; /* nt, for ends that are not where the aligner put them */

START_TEST(the_longest_fragment_follows_from_median_and_spread)
{
    for (int i = 0; i < 2; i++)
        learning.insert_counts[insert_rows[_i].lengths[i]] +=
            (uint32_t)insert_rows[_i].counts[i];
    nf_learning_conclude(&learning, NF_LIBRARY_WTS, &sample);
    ck_assert_int_eq(sample.n_insert_pairs,
                     insert_rows[_i].counts[0] + insert_rows[_i].counts[1]);
    if (isnan(insert_rows[_i].median)) {
        ck_assert(isnan(sample.insert_median));
        ck_assert_int_eq(sample.insert_max, insert_rows[_i].longest);
    } else {
        ck_assert_double_eq(sample.insert_median, insert_rows[_i].median);
        ck_assert_int_eq(sample.insert_max, insert_rows[_i].longest + INSERT_SLACK);
    }
}
END_TEST

/* ---- the library ---- */

/* Reads 1 and 2: those that begin at one of a few places, and those that begin anywhere. */
static const struct {
    int fixed[2], random[2];
    enum nf_library library;
} library_rows[] = {
    {{0, 0}, {600, 600}, NF_LIBRARY_WTS},
    {{600, 600}, {0, 0}, NF_LIBRARY_AMPLICON},
    {{600, 0}, {0, 0}, NF_LIBRARY_AMPLICON},   /* single end */
    {{600, 499}, {0, 0}, NF_LIBRARY_AMPLICON}, /* too few reads 2 to say otherwise */
    {{600, 0}, {0, 600}, NF_LIBRARY_ANCHORED},
    {{0, 600}, {600, 0}, NF_LIBRARY_ANCHORED},
    {{499, 499}, {0, 0}, NF_LIBRARY_WTS}, /* too few to say */
    {{499, 600}, {0, 0}, NF_LIBRARY_WTS},
    {{0, 0}, {600, 0}, NF_LIBRARY_WTS},
    {{700, 700}, {300, 300}, NF_LIBRARY_WTS}, /* between: a panel by capture, many copies */
    {{790, 790}, {200, 200}, NF_LIBRARY_WTS},
    {{900, 900}, {100, 100}, NF_LIBRARY_AMPLICON},
    {{900, 500}, {100, 500}, NF_LIBRARY_WTS}, /* reads 2 neither fixed nor random */
    {{900, 300}, {100, 700}, NF_LIBRARY_ANCHORED},
};

/* 10 fixed places, each on both strands; random ones are all different. */
static void add_starts(int number, int n_fixed, int n_random)
{
    struct nf_start_count start = {.start = {.contig = 14, .strand = 1, .pos0 = 0}, .n = 1};

    for (int i = 0; i < n_fixed; i++) {
        start.start.pos0 = 100 * (i % 10);
        start.start.strand = i % 20 < 10 ? 1 : -1;
        ck_assert_int_eq(nf_vec_push(&learning.starts[number], start), NF_OK);
    }
    for (int i = 0; i < n_random; i++) {
        start.start.pos0 = 10001 + i;
        ck_assert_int_eq(nf_vec_push(&learning.starts[number], start), NF_OK);
    }
}

/* Fisher and Yates. */
static void shuffle(struct nf_start_count *items, size_t n, uint64_t *state)
{
    for (size_t i = n; i > 1; i--) {
        size_t other = nft_random(state, (uint32_t)i);
        struct nf_start_count moving = items[i - 1];

        items[i - 1] = items[other];
        items[other] = moving;
    }
}

START_TEST(fixed_starts_tell_the_library)
{
    uint64_t state = (uint64_t)_i;

    for (int number = 0; number < 2; number++)
        add_starts(number, library_rows[_i].fixed[number], library_rows[_i].random[number]);
    for (int round = 0; round < 3; round++) { /* in any order */
        for (int number = 0; number < 2; number++)
            shuffle(learning.starts[number].items, learning.starts[number].n, &state);
        nf_learning_conclude(&learning, NF_LIBRARY_INFER, &sample);
        ck_assert_int_eq(sample.library, library_rows[_i].library);
        ck_assert(sample.library_inferred);
    }
}
END_TEST

START_TEST(parts_merged_are_the_whole)
{
    struct nf_learning parts[2] = {{0}};
    uint64_t state = 11;

    for (int i = 0; i < 60; i++) {
        uint32_t flag = nft_random(&state, 4096) & ~(uint32_t)NF_FLAG_UNMAPPED;
        const struct nf_record *record = nft_record(
            reference, "r%d%s\t%u\tchr15\t%lld\t60\t%uM\t=\t%lld\t%u\t*\t*%s", i,
            i % 7 ? "_ACGT" : "", flag, (long long)87940600 + i, 10 + nft_random(&state, 50),
            (long long)87940700, nft_random(&state, 150), i % 5 ? "" : "\tRX:Z:ACGT");

        add(record);
        ck_assert_int_eq(nf_learning_add(&parts[i / 25 % 2], &reference->panel, record),
                         NF_OK);
    }
    ck_assert_int_gt(n_pairs(), 0);
    ck_assert_int_eq(nf_learning_merge(&parts[0], &parts[1]), NF_OK);
    ck_assert_int_eq(parts[0].n_records, learning.n_records);
    ck_assert_int_eq(parts[0].n_paired, learning.n_paired);
    ck_assert_int_eq(parts[0].n_duplicate_flags, learning.n_duplicate_flags);
    ck_assert_int_eq(parts[0].n_umi_tags, learning.n_umi_tags);
    ck_assert_int_eq(parts[0].n_umi_names, learning.n_umi_names);
    ck_assert_int_eq(parts[0].longest_read, learning.longest_read);
    ck_assert_int_eq(
        memcmp(parts[0].insert_counts, learning.insert_counts, sizeof learning.insert_counts),
        0);
    for (int number = 0; number < 2; number++)
        ck_assert_uint_eq(parts[0].starts[number].n, learning.starts[number].n);
    nf_learning_free(&parts[0]);
    nf_learning_free(&parts[1]);
}
END_TEST

START_TEST(the_user_knows_better)
{
    add_starts(0, 600, 0);
    for (int library = NF_LIBRARY_WTS; library <= NF_LIBRARY_AMPLICON; library++) {
        nf_learning_conclude(&learning, (enum nf_library)library, &sample);
        ck_assert_int_eq(sample.library, library);
        ck_assert(!sample.library_inferred);
    }
}
END_TEST

static TCase *make_case(const char *name)
{
    TCase *tests = tcase_create(name);

    tcase_add_unchecked_fixture(tests, nft_reference_load, NULL);
    tcase_add_checked_fixture(tests, begin, end);
    return tests;
}

Suite *learn_suite(void)
{
    Suite *suite = suite_create("learn");
    TCase *records = make_case("records");
    TCase *inserts = make_case("inserts");
    TCase *library = make_case("library");

    tcase_add_test(records, identifiers_stand_at_the_end_of_a_name);
    tcase_add_test(records, nothing_is_learned_from_nothing);
    tcase_add_loop_test(records, a_sample_has_what_its_records_have, 0, NFT_COUNT(fact_rows));
    tcase_add_test(records, the_longest_read_counts);
    tcase_add_loop_test(records, a_read_starts_where_its_clips_are_undone, 0,
                        NFT_COUNT(start_rows));
    suite_add_tcase(suite, records);

    tcase_add_test(inserts, introns_do_not_count);
    tcase_add_loop_test(inserts, only_whole_inward_pairs_count, 0, NFT_COUNT(pair_rows));
    tcase_add_test(inserts, only_exons_of_targets_and_controls_count);
    tcase_add_test(inserts, very_long_fragments_do_not_count);
    tcase_add_test(inserts, the_longest_fragment_that_counts);
    tcase_add_loop_test(inserts, the_longest_fragment_follows_from_median_and_spread, 0,
                        NFT_COUNT(insert_rows));
    suite_add_tcase(suite, inserts);

    tcase_add_loop_test(library, fixed_starts_tell_the_library, 0, NFT_COUNT(library_rows));
    tcase_add_test(library, the_user_knows_better);
    tcase_add_test(library, parts_merged_are_the_whole);
    suite_add_tcase(suite, library);
    return suite;
}
