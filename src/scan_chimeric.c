/* SPDX-License-Identifier: MIT */
/* scan_chimeric: STAR's separate chimeric files.
 *
 * Chimeric.out.sam holds only the chimeric reads, in read order, without SA tags: the lines of
 * one read are its pieces (the extra one marked secondary). Chimeric.out.junction has a line
 * per chimeric read: breakpoints as the first intron base on either side, strands in
 * transcript direction, the read's name, and where its two segments align. A junction type of
 * −1 means a spanning pair without a split read. (STAR manual 2.7, "Chimeric alignments".) */
#include <stdlib.h>
#include <string.h>

#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/scan.h"
#include "ntrkfuse/zline.h"

enum {
    MAX_GROUP = 16,
    JUNCTION_COLUMNS = 14,
    ALIGNMENTS_COLUMN = 14,
    READ_GROUP_COLUMN = 20,
    MAX_COLUMNS = 21
};

/* Records of one read name, copied: a view dies with the next read. */
struct group {
    struct nf_record records[MAX_GROUP];
    uint8_t *storage[MAX_GROUP];
    size_t n;
};

static void clear_group(struct group *group)
{
    for (size_t i = 0; i < group->n; i++)
        free(group->storage[i]);
    group->n = 0;
}

/* Appends a copy of `record`; further lines of an absurdly long group are left out. */
static enum nf_status add_to_group(struct group *group, const struct nf_record *record)
{
    if (group->n == MAX_GROUP)
        return NF_OK;
    struct nf_record *copy = &group->records[group->n];
    uint8_t *storage = nf_record_copy(record, true, copy);
    if (!storage)
        return nf_fail_memory("a chimeric read");
    group->storage[group->n++] = storage;
    return NF_OK;
}

/* Hands the pieces of each read of the pair to the evidence. */
static enum nf_status take_group(struct nf_scan_walk *walk, struct group *group)
{
    enum nf_status status = NF_OK;
    for (int number = 0; number < 2 && !status; number++) {
        struct nf_record pieces[MAX_GROUP];
        size_t n = 0;
        for (size_t i = 0; i < group->n; i++)
            if (((group->records[i].flag & NF_FLAG_READ2) != 0) == (number == 1))
                pieces[n++] = group->records[i];
        if (n > 0)
            status = nf_evidence_take_pieces(&walk->evidence, pieces, n);
    }
    clear_group(group);
    return status;
}

static enum nf_status map_contigs(const struct nf_genome *from, const struct nf_genome *to,
                                  int32_t **map)
{
    *map = malloc(((size_t)from->n_contigs + 1) * sizeof **map);
    if (!*map)
        return nf_fail_memory("the contigs");
    for (int32_t i = 0; i < from->n_contigs; i++)
        (*map)[i] = nf_genome_find(to, nf_span_of(from->contigs[i].name));
    return NF_OK;
}

/* Is the record usable on the main file's contigs? Moves it there. */
static bool translate(struct nf_record *record, const int32_t *map)
{
    if (record->flag & NF_FLAG_UNMAPPED || record->contig < 0 || map[record->contig] < 0)
        return false;
    record->contig = map[record->contig];
    record->mate_contig = record->mate_contig < 0 ? -1 : map[record->mate_contig];
    return true;
}

/* Does the read belong to another sample than the one that was chosen? A read whose group the
 * header does not know is taken: the user says that the file is this sample's. */
static bool is_of_other_sample(const struct nf_scan_walk *walk, struct nf_span read_group)
{
    const struct nf_scan_options *options = walk->options;
    const struct nf_read_group *group = nf_read_groups_find(options->read_groups, read_group);
    return options->only_sample && group && strcmp(group->sample, options->only_sample) != 0;
}

static enum nf_status read_alignments(struct nf_scan_walk *walk, struct nf_bamio *input,
                                      const int32_t *map)
{
    struct group group = {.n = 0};
    enum nf_status status = NF_OK;
    bool done = false;
    while (!status) {
        struct nf_record record;
        status = nf_interrupted() ? NF_ERR_INTERRUPTED : nf_bamio_next(input, &record, &done);
        if (status || done)
            break;
        if (group.n > 0 && strcmp(group.records[0].name, record.name) != 0)
            status = take_group(walk, &group);
        if (!status && translate(&record, map) &&
            !is_of_other_sample(walk, nf_record_tag_text(&record, "RG")))
            status = add_to_group(&group, &record);
    }
    if (!status)
        status = take_group(walk, &group);
    clear_group(&group);
    return status;
}

/* Pieces of a read are told by standing together, which sorting by position undoes. */
static enum nf_status check_order(struct nf_bamio *input)
{
    struct nf_span rest = nf_span_of(nf_bamio_header_text(input)), order;
    if (!nf_header_next(&rest, "@HD", "SO", &order) || !nf_span_is(order, "coordinate"))
        return NF_OK;
    return nf_fail(
        NF_ERR_INPUT,
        "%s: is sorted by position, but the lines of a read must stand together in a "
        "chimeric file; give the file as STAR wrote it, or sort it with "
        "`samtools sort -n`",
        nf_bamio_path(input));
}

static enum nf_status scan_alignments(struct nf_scan_walk *walk, const char *path)
{
    struct nf_bamio_options options = {.path = path, .n_threads = 1, .without_index = true};
    struct nf_bamio *input = NULL;
    struct nf_genome genome;
    int32_t *map = NULL;
    memset(&genome, 0, sizeof genome);
    enum nf_status status = nf_bamio_open(&input, &options);
    if (status)
        return status;
    status = check_order(input);
    if (!status)
        status = nf_bamio_genome(input, &genome);
    if (!status)
        status = map_contigs(&genome, walk->panel->genome, &map);
    if (!status)
        status = read_alignments(walk, input, map);
    if (!status)
        status = nf_bamio_close(&input);
    nf_bamio_discard(&input);
    nf_genome_free(&genome);
    free(map);
    return status;
}

/* One line of Chimeric.out.junction. */
struct junction_line {
    struct nf_locus five, three; /* last base of the donor, first of the acceptor */
    int64_t type;
    struct nf_span name;
    int64_t start_a0, start_b0;
    struct nf_span cigar_a, cigar_b;
    bool multi;                /* the read has several chimeric alignments as good */
    struct nf_span read_group; /* at == NULL: the line does not tell */
};

static bool parse_side(const struct nf_genome *genome, const struct nf_span *fields,
                       bool is_donor, struct nf_locus *locus)
{
    int64_t pos1;
    if (nf_span_int(fields[1], 0, INT64_MAX / 4, &pos1) ||
        !(nf_span_is(fields[2], "+") || nf_span_is(fields[2], "-")))
        return false;
    locus->contig = nf_genome_find(genome, fields[0]);
    locus->strand = nf_span_is(fields[2], "+") ? 1 : -1;
    /* From the first intron base back into the exon. */
    locus->pos0 = pos1 - 1 + (is_donor ? -locus->strand : locus->strand);
    return true;
}

/* STAR's CIGAR of a segment: numbers, and "p" for the gap between mates, which may be
 * negative. */
static bool is_junction_cigar(struct nf_span cigar)
{
    bool after_number = false;
    for (size_t i = 0; i < cigar.n; i++) {
        char c = cigar.at[i];
        bool digit = c >= '0' && c <= '9';
        if (!digit && c != '-' && (!after_number || !memchr("MIDNSHP=Xp", c, 10)))
            return false;
        after_number = digit;
    }
    return cigar.n > 0 && !after_number;
}

/* False when the line is no junction line. */
static bool parse_junction(const struct nf_genome *genome, struct nf_span line,
                           struct junction_line *junction)
{
    struct nf_span fields[MAX_COLUMNS];
    size_t n = 0;
    while (n < MAX_COLUMNS && nf_span_cut(&line, '\t', &fields[n]))
        n++;
    int64_t start_a1, start_b1;
    if (n < JUNCTION_COLUMNS || !parse_side(genome, fields, true, &junction->five) ||
        !parse_side(genome, fields + 3, false, &junction->three) ||
        nf_span_int(fields[6], -1, 9, &junction->type) ||
        nf_span_int(fields[10], 1, INT64_MAX / 4, &start_a1) ||
        nf_span_int(fields[12], 1, INT64_MAX / 4, &start_b1))
        return false;
    junction->name = nf_fragment_name(fields[9]);
    junction->start_a0 = start_a1 - 1;
    junction->start_b0 = start_b1 - 1;
    junction->cigar_a = fields[11];
    junction->cigar_b = fields[13];
    int64_t n_alignments = 1; /* a column of STAR 2.7 */
    junction->multi = n > ALIGNMENTS_COLUMN &&
                      !nf_span_int(fields[ALIGNMENTS_COLUMN], 0, INT32_MAX, &n_alignments) &&
                      n_alignments > 1;
    junction->read_group = (struct nf_span){NULL, 0};
    if (n > READ_GROUP_COLUMN && fields[READ_GROUP_COLUMN].n > 0)
        junction->read_group = fields[READ_GROUP_COLUMN];
    return is_junction_cigar(junction->cigar_a) && is_junction_cigar(junction->cigar_b);
}

/* Reference length and longest aligned run of a STAR junction CIGAR (M I D N S and p, the gap
 * between mates, which may be negative). */
static void measure_cigar(struct nf_span cigar, int64_t *reference_length, int32_t *longest)
{
    int64_t value = 0, sign = 1;
    *reference_length = 0;
    *longest = 0;
    for (size_t i = 0; i < cigar.n; i++) {
        char c = cigar.at[i];
        if (c >= '0' && c <= '9') {
            if (value < (1 << 28))
                value = 10 * value + (c - '0');
            continue;
        }
        if (c == '-') {
            sign = -1;
            continue;
        }
        if (c == 'M' || c == 'D' || c == 'N' || c == 'p')
            *reference_length += sign * value;
        if (c == 'M' && value > *longest)
            *longest = (int32_t)value;
        value = 0;
        sign = 1;
    }
    if (*reference_length < 1)
        *reference_length = 1;
}

/* A spanning pair: two mates, each seen from its own side. */
static enum nf_status take_pair(struct nf_scan_walk *walk,
                                const struct junction_line *junction, uint32_t fragment)
{
    const struct nf_panel *panel = walk->panel;
    int64_t length_a, length_b;
    int32_t longest_a, longest_b;
    measure_cigar(junction->cigar_a, &length_a, &longest_a);
    measure_cigar(junction->cigar_b, &length_b, &longest_b);
    struct nf_mate a = {.fragment = fragment,
                        .contig = junction->five.contig,
                        .strand = junction->five.strand,
                        .start0 = junction->start_a0,
                        .end0 = junction->start_a0 + length_a,
                        .mapq = 60};
    struct nf_mate b = {.fragment = fragment,
                        .contig = junction->three.contig,
                        .strand = (int8_t)-junction->three.strand,
                        .start0 = junction->start_b0,
                        .end0 = junction->start_b0 + length_b,
                        .mapq = 60};
    a.multi = b.multi = junction->multi;
    a.start = (struct nf_start){a.contig, a.strand, a.strand > 0 ? a.start0 : a.end0 - 1};
    b.start = (struct nf_start){b.contig, b.strand, b.strand > 0 ? b.start0 : b.end0 - 1};
    uint32_t target_a = nf_panel_core_at(panel, a.contig, a.start0);
    uint32_t target_b = nf_panel_core_at(panel, b.contig, b.start0);
    if (target_a == target_b)
        return NF_OK;
    a.is_target = target_a != NF_NO_TARGET;
    b.is_target = target_b != NF_NO_TARGET;
    a.target = a.is_target ? target_a : target_b;
    b.target = b.is_target ? target_b : target_a;
    a.mate_contig = b.contig;
    a.mate_pos0 = b.start0;
    a.mate_strand = b.strand;
    b.mate_contig = a.contig;
    b.mate_pos0 = a.start0;
    b.mate_strand = a.strand;
    if (nf_vec_push(&walk->scan->observations.mates, a) ||
        nf_vec_push(&walk->scan->observations.mates, b))
        return nf_fail_memory("a pair");
    return NF_OK;
}

static enum nf_status take_split(struct nf_scan_walk *walk,
                                 const struct junction_line *junction, uint32_t fragment)
{
    struct nf_meeting meeting = {.before = junction->five, .after = junction->three};
    struct nf_join join;
    int32_t n_shift = 0;
    bool is_flipped = false;
    memset(&join, 0, sizeof join);
    if (!nf_evidence_orient(walk->panel, &walk->evidence.ids, &meeting, &join, &n_shift,
                            &is_flipped))
        return NF_OK;
    int64_t length_a, length_b;
    int32_t anchor_a, anchor_b;
    measure_cigar(junction->cigar_a, &length_a, &anchor_a);
    measure_cigar(junction->cigar_b, &length_b, &anchor_b);
    join.fragment = fragment;
    join.kind = NF_JOIN_FILE;
    join.anchor5 = is_flipped ? anchor_b : anchor_a;
    join.anchor3 = is_flipped ? anchor_a : anchor_b;
    join.multi5 = join.multi3 = junction->multi;
    join.mapq5 = join.mapq3 = 60;
    join.edits = -1;
    /* The outer ends of the two segments: the fragment's ends. */
    join.start =
        (struct nf_start){junction->five.contig, junction->five.strand,
                          junction->start_a0 + (junction->five.strand < 0 ? length_a - 1 : 0)};
    join.mate_start = (struct nf_start){junction->three.contig, junction->three.strand,
                                        junction->start_b0 +
                                            (junction->three.strand > 0 ? length_b - 1 : 0)};
    return nf_vec_push(&walk->scan->observations.joins, join) ? nf_fail_memory("a split read")
                                                              : NF_OK;
}

static enum nf_status take_junction(struct nf_scan_walk *walk,
                                    const struct junction_line *junction)
{
    const struct nf_panel *panel = walk->panel;
    struct nf_evidence *evidence = &walk->evidence;
    if (junction->five.contig < 0 || junction->three.contig < 0 ||
        is_of_other_sample(walk, junction->read_group) ||
        (nf_panel_window_at(panel, junction->five.contig, junction->five.pos0,
                            junction->five.pos0 + 1) == NF_NO_TARGET &&
         nf_panel_window_at(panel, junction->three.contig, junction->three.pos0,
                            junction->three.pos0 + 1) == NF_NO_TARGET))
        return NF_OK;
    uint32_t fragment;
    /* Programs rename read groups after STAR wrote this file; a name that the alignment does
     * not know would make two fragments of one. */
    struct nf_span group =
        nf_read_groups_find(walk->options->read_groups, junction->read_group)
            ? junction->read_group
            : nf_span_of(evidence->only_read_group);
    enum nf_status status =
        nf_fragment_get(evidence->observations, group, junction->name, &fragment);
    if (!status && evidence->collects_places) {
        struct nf_place five = {junction->five.contig, junction->five.pos0, fragment};
        struct nf_place three = {junction->three.contig, junction->three.pos0, fragment};
        if (nf_vec_push(&evidence->places, five) || nf_vec_push(&evidence->places, three))
            status = nf_fail_memory("a place");
    }
    if (status)
        return status;
    return junction->type < 0 ? take_pair(walk, junction, fragment)
                              : take_split(walk, junction, fragment);
}

static enum nf_status scan_junctions(struct nf_scan_walk *walk, const char *path)
{
    struct nf_zline *reader = NULL;
    enum nf_status status = nf_zline_open(&reader, path);
    bool done = false;
    while (!status) {
        struct nf_span line;
        status = nf_interrupted() ? NF_ERR_INTERRUPTED : nf_zline_next(reader, &line, &done);
        if (status || done)
            break;
        struct junction_line junction;
        if (line.n == 0 || line.at[0] == '#' || nf_span_starts(line, "chr_donorA\t"))
            continue;
        if (parse_junction(walk->panel->genome, line, &junction))
            status = take_junction(walk, &junction);
        else
            status = nf_fail(NF_ERR_FORMAT,
                             "%s:%ld: not a line of STAR's Chimeric.out.junction (14 or more "
                             "columns); give --chimeric the Chimeric.out.sam or "
                             "Chimeric.out.junction of the same sample",
                             path, nf_zline_number(reader));
    }
    nf_zline_close(reader);
    return status;
}

enum nf_status nf_scan_chimeric(struct nf_scan_walk *walk, const char *path)
{
    bool aligned = false;
    enum nf_status status = nf_bamio_is_alignment(path, &aligned);
    if (status)
        return status;
    return aligned ? scan_alignments(walk, path) : scan_junctions(walk, path);
}
