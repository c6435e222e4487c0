# SPDX-License-Identifier: MIT
"""STAR's separate chimeric output: lines of Chimeric.out.junction.

Columns (STAR manual, "Chimeric alignments in Chimeric.out.junction"): the intron bases next to
the two ends, in the order and on the strands in which read 1 runs; the motif (1 GT/AG, 2 CT/AC,
-1 the junction lies between the mates); how far the junction could slide; the read; start and
CIGAR of each segment, with "p" for the gap between the mates. The newer form has a header line,
six columns of scores, the read group, and two comment lines at the end."""
from cases import reads
from cases.models import End

HEADER = ("chr_donorA\tbrkpt_donorA\tstrand_donorA\tchr_acceptorB\tbrkpt_acceptorB\t"
          "strand_acceptorB\tjunction_type\trepeat_left_lenA\trepeat_right_lenB\tread_name\t"
          "start_alnA\tcigar_alnA\tstart_alnB\tcigar_alnB\tnum_chim_aln\tmax_poss_aln_score\t"
          "non_chim_aln_score\tthis_chim_aln_score\tbestall_chim_aln_score\tPEmerged_bool\t"
          "readgrp")
TRAILER = ["# 2.7.11b   STAR --runThreadN 8 --genomeDir star --readFilesIn r1.fq.gz r2.fq.gz",
           "# Nreads 4000\tNreadsUnique 3880\tNreadsMulti 70"]
_FLIP = {"+": "-", "-": "+"}


def _step(end, count):
    """The position `count` bases further in transcript direction."""
    return end.pos + (count if end.strand == "+" else -count)


def _slide(genome, five, three):
    """How far the junction could move to the left and to the right (bases that fit both)."""
    def base(end, count):
        return genome.base(end.chrom, end.strand, _step(end, count))

    left = right = 0
    while left < 20 and base(five, -left) == base(three, -left - 1):
        left += 1
    while right < 20 and base(three, right) == base(five, right + 1):
        right += 1
    return left, right


def _segment(parts):
    """Start and CIGAR of a segment of one or two (mate, piece)."""
    parts = sorted(parts, key=lambda part: part[1].pos)
    text = parts[0][1].cigar(len(parts[0][0]))
    for (_, before), (mate, piece) in zip(parts, parts[1:]):
        text += f"{piece.pos - before.last - 1}p" + piece.cigar(len(mate))
    return [parts[0][1].pos, text]


def _ends(parts5, parts3):
    """The bases next to the break: the furthest of the 5′ part and the first of the 3′ part."""
    five, three = parts5[0][1], parts3[0][1]
    lasts = [p.last if p.strand == "+" else -p.pos for _, p in parts5]
    firsts = [p.pos if p.strand == "+" else -p.last for _, p in parts3]
    return (End(five.chrom, five.strand, abs(max(lasts))),
            End(three.chrom, three.strand, abs(min(firsts))))


def fields(case, name, fragment, path):
    """The 14 fields of a fragment whose pieces lie on either side of the path's junction; None
    where STAR would not report one."""
    limit = path.ends()[0]
    sides = ([], [])
    counts = []
    for mate in fragment.mates:
        pieces = reads.place(mate, case.aligner)
        counts.append(len(pieces))
        for piece in pieces:
            in5 = piece.chrom == limit.chrom and piece.strand == limit.strand
            sides[0 if in5 else 1].append((mate, piece))
    if not sides[0] or not sides[1] or counts == [2, 2]:
        return None
    five, three = _ends(*sides)
    is_split = 2 in counts
    left, right = _slide(case.genome, five, three) if is_split else (0, 0)
    first = not fragment.mates[0].antisense  # read 1 runs in transcript direction
    one = [case.named(five.chrom), _step(five, 1), five.strand if first else _FLIP[five.strand]]
    two = [case.named(three.chrom), _step(three, -1),
           three.strand if first else _FLIP[three.strand]]
    segments = [_segment(side) for side in sides]
    if not first:
        one, two, left, right = two, one, right, left
        segments.reverse()
    motif = -1 if not is_split else 1 if first else 2
    return one + two + [motif, left, right, name] + segments[0] + segments[1]


def text(rows, new_form, group="1"):
    """The file: 14 columns without a header, or the newer form."""
    lines = ["\t".join(map(str, row)) for row in rows]
    if new_form:
        lines = [f"{line}\t1\t150\t96\t145\t145\t0\t{group}" for line in lines]
        lines = [HEADER] + lines + TRAILER
    return "\n".join(lines) + "\n"
