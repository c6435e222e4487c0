/* SPDX-License-Identifier: MIT */
/* pairs: see pairs.h. */
#include <stdio.h>
#include <string.h>

#include "pairs.h"

enum { MATE_SHIFT = 32 };

/* ---- chance ---- */

uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

uint32_t below(uint64_t *state, uint32_t n)
{
    *state += 0x9e3779b97f4a7c15u;
    return (uint32_t)(((mix(*state) >> 32) * n) >> 32);
}

static int base_at(int32_t tid, int64_t pos0)
{
    uint64_t word = mix((uint64_t)tid << 40 | (uint64_t)pos0 >> 5);
    return (int)(word >> (2 * (pos0 & 31)) & 3);
}

/* Four levels, as recent instruments write: mostly the best, worse in short runs. */
void draw_qualities(char *qualities, uint64_t *state)
{
    static const char levels[] = {2, 11, 25, 25};
    uint32_t n_dips = below(state, 8);

    memset(qualities, 37, READ);
    for (uint32_t i = 0; i < n_dips; i++) {
        uint32_t at = below(state, READ), n = 1 + below(state, 4);
        memset(qualities + at, levels[below(state, 4)], at + n > READ ? READ - at : n);
    }
}

/* ---- pairs within a gene ---- */

static void push_cigar(struct alignment *to, int64_t length, uint32_t operation)
{
    if (length > 0 && to->n_cigar < MAX_CIGAR)
        to->cigar[to->n_cigar++] = bam_cigar_gen((uint32_t)length, operation);
}

/* Aligns bases [from, from + n) of the locus' exons, counted in genome order. */
static void lay_exons(const struct model *model, const struct locus *locus, int64_t from,
                      int64_t n, struct alignment *to, char *bases)
{
    const struct exon *exon = model->exons.items + locus->first_exon;
    const struct exon *end = exon + locus->n_exons;
    int64_t last0 = -1;

    for (; exon < end && n > 0; exon++) {
        int64_t size = exon->end0 - exon->start0, skip = from - exon->offset;
        int64_t start0 = exon->start0 + skip, take = size - skip < n ? size - skip : n;
        if (skip >= size)
            continue;
        if (last0 < 0)
            to->pos0 = start0;
        else
            push_cigar(to, start0 - last0, BAM_CREF_SKIP);
        push_cigar(to, take, BAM_CMATCH);
        for (int64_t i = 0; i < take; i++)
            *bases++ = "ACGT"[base_at(locus->tid, start0 + i)];
        last0 = start0 + take;
        from += take;
        n -= take;
    }
}

/* One read of a pair: place, CIGAR, bases. */
static void lay_read(const struct model *model, const struct locus *locus, uint64_t pair,
                     int part, struct alignment *to)
{
    uint64_t state = mix(model->seed ^ mix(pair));
    int64_t size = 120 + below(&state, 80) + below(&state, 80) + below(&state, 80);
    int64_t from, clip = 0;
    bool clip_left;

    if (size > locus->length)
        size = locus->length;
    from = below(&state, (uint32_t)(locus->length - size + 1)) + (part ? size - READ : 0);
    state = mix(state + (uint64_t)part);
    if (below(&state, 8) == 0)
        clip = below(&state, 8) == 0 ? 30 + below(&state, 20) : 1 + below(&state, 28);
    clip_left = (below(&state, 10) < 7) == (part == 1); /* mostly the end of the read */

    to->tid = to->mate_tid = locus->tid;
    to->n_cigar = 0;
    push_cigar(to, clip_left ? clip : 0, BAM_CSOFT_CLIP);
    lay_exons(model, locus, from + (clip_left ? clip : 0), READ - clip, to,
              to->bases + (clip_left ? clip : 0));
    push_cigar(to, clip_left ? 0 : clip, BAM_CSOFT_CLIP);
    for (int64_t i = 0; i < clip; i++)
        to->bases[clip_left ? i : READ - clip + i] = "ACGT"[below(&state, 4)];
    to->n_mismatches = 0;
    if (below(&state, 4) == 0) {
        to->bases[clip_left ? READ - 20 : 20] = "ACGT"[below(&state, 4)];
        to->n_mismatches = 1;
    }
    draw_qualities(to->qualities, &state);
    to->score = (uint8_t)(2 * READ - 2 - clip - 2 * to->n_mismatches);
}

static int64_t end_of(const struct alignment *alignment)
{
    return alignment->pos0 + bam_cigar2rlen((int)alignment->n_cigar, alignment->cigar);
}

void make_paired(const struct model *model, const struct plan *plan, struct alignment *to)
{
    static const uint8_t mapq_of_hits[] = {0, 255, 3, 1, 1, 0};
    const struct locus *locus = &model->loci.items[plan->source];
    struct alignment mate;
    uint64_t state = mix(plan->pair);
    bool is_first = plan->part == (locus->is_reverse ? 0 : 1);

    lay_read(model, locus, plan->pair, plan->part, to);
    lay_read(model, locus, plan->pair, !plan->part, &mate);
    to->mate_pos0 = mate.pos0;
    to->template_length = plan->part ? mate.pos0 - end_of(to) : end_of(&mate) - to->pos0;
    to->flag = (uint16_t)(BAM_FPAIRED | BAM_FPROPER_PAIR |
                          (plan->part ? BAM_FREVERSE : BAM_FMREVERSE) |
                          (is_first ? BAM_FREAD1 : BAM_FREAD2));
    to->n_hits = (uint8_t)(below(&state, 12) ? 1 : 2 + below(&state, 4));
    to->mapq = mapq_of_hits[to->n_hits];
    to->other[0] = '\0';
}

/* ---- pairs across a break ---- */

/* The base `i` places downstream of the first (3′ side) or last (5′ side) base, in sense. */
static char sense_base(const struct side *side, int64_t i)
{
    int base = base_at(side->tid, side->pos0 + side->strand * i);
    return "ACGT"[side->strand > 0 ? base : 3 - base];
}

static void turn_over(char *bases)
{
    for (int i = 0, j = READ - 1; i <= j; i++, j--) {
        char left = bases[i], right = bases[j];
        bases[i] = "TGCA"[strchr("ACGT", right) - "ACGT"];
        bases[j] = "TGCA"[strchr("ACGT", left) - "ACGT"];
    }
}

/* The piece [from, from + n) of one side; CIGAR and place only. */
static void lay_piece(const struct side *side, int64_t from, int64_t n, struct alignment *to)
{
    to->tid = side->tid;
    to->pos0 = side->strand > 0 ? side->pos0 + from : side->pos0 - from - n + 1;
    to->n_cigar = 0;
    push_cigar(to, n, BAM_CMATCH);
}

/* Of the read across the break: the piece on one side, the rest as a soft clip. */
static void lay_half(const struct chimera *chimera, int64_t n5, int part, struct alignment *to)
{
    const struct side *side = part ? &chimera->side3 : &chimera->side5;
    int64_t n = part ? READ - n5 : n5;
    bool clip_left = (part == 1) == (side->strand > 0);

    lay_piece(side, part ? 0 : 1 - n5, n, to);
    to->n_cigar = 0;
    push_cigar(to, clip_left ? READ - n : 0, BAM_CSOFT_CLIP);
    push_cigar(to, n, BAM_CMATCH);
    push_cigar(to, clip_left ? 0 : READ - n, BAM_CSOFT_CLIP);
    for (int64_t i = 0; i < READ; i++)
        to->bases[i] = i < n5 ? sense_base(&chimera->side5, i - n5 + 1)
                              : sense_base(&chimera->side3, i - n5);
    if (side->strand < 0)
        turn_over(to->bases);
}

/* A whole read on one side, `shift` bases from the break, in sense or (the mate) turned over.
 */
static void lay_whole(const struct side *side, int64_t from, bool in_sense,
                      struct alignment *to)
{
    lay_piece(side, from, READ, to);
    for (int64_t i = 0; i < READ; i++)
        to->bases[i] = sense_base(side, from + i);
    if (side->strand < 0)
        turn_over(to->bases);
    to->flag = (side->strand > 0) == in_sense ? 0 : BAM_FREVERSE;
}

static void name_other(const struct model *model, const struct alignment *half,
                       bool is_reverse, char *text, size_t size)
{
    uint32_t first = half->cigar[0], second = half->cigar[1];
    snprintf(text, size, "%s,%lld,%c,%u%c%u%c,255,0;", model->name_of(half->tid),
             (long long)half->pos0 + 1, is_reverse ? '-' : '+', bam_cigar_oplen(first),
             bam_cigar_opchr(first), bam_cigar_oplen(second), bam_cigar_opchr(second));
}

void make_chimeric(const struct model *model, const struct plan *plan, struct alignment *to)
{
    const struct chimera *chimera = &model->chimeras.items[plan->source];
    uint64_t state = mix(model->seed ^ mix(plan->pair));
    int64_t n5 = 20 + below(&state, 61), shift = below(&state, MATE_SHIFT);
    int primary = n5 >= READ / 2 ? 0 : 1;
    struct alignment half[2], mate;
    uint16_t sense_flag;

    to->other[0] = '\0';
    if (chimera->is_split) {
        lay_half(chimera, n5, 0, &half[0]);
        lay_half(chimera, n5, 1, &half[1]);
        half[0].flag = chimera->side5.strand > 0 ? 0 : BAM_FREVERSE;
        half[1].flag = chimera->side3.strand > 0 ? 0 : BAM_FREVERSE;
    } else {
        lay_whole(&chimera->side5, 1 - READ - shift, true, &half[0]);
        primary = 0;
    }
    lay_whole(&chimera->side3, shift, false, &mate);
    sense_flag = half[primary].flag;
    if (plan->part == 2) {
        *to = mate;
        to->flag |= (uint16_t)(BAM_FREAD1 | (sense_flag ? BAM_FMREVERSE : 0));
        to->mate_tid = half[primary].tid;
        to->mate_pos0 = half[primary].pos0;
        to->other[0] = '\0';
    } else {
        *to = half[plan->part];
        to->flag |= (uint16_t)(BAM_FREAD2 | (mate.flag ? BAM_FMREVERSE : 0) |
                               (plan->part == primary ? 0 : BAM_FSUPPLEMENTARY));
        to->mate_tid = mate.tid;
        to->mate_pos0 = mate.pos0;
        to->other[0] = '\0';
        if (chimera->is_split)
            name_other(model, &half[!plan->part], half[!plan->part].flag != 0, to->other,
                       sizeof to->other);
    }
    to->flag |= BAM_FPAIRED;
    to->mapq = 255;
    to->n_hits = 1;
    to->n_mismatches = 0;
    to->score = READ - 2;
    to->template_length = 0;
    draw_qualities(to->qualities, &state);
}
