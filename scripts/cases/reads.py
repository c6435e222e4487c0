# SPDX-License-Identifier: MIT
"""Reads cut from a path, and the pieces in which an aligner would place them.

Offsets into a read count in the direction of the transcript ("sense"), whichever way the read was
sequenced; `Mate.antisense` says whether the sequencer read the other strand."""
import hashlib
from collections import namedtuple

from cases import genome as g

ADAPTER = "AGATCGGAAGAGCACACGTCTGAACTCCAGTCACACGATTAGCTATCTCGTATGCCGTCTTCTGCTTG"


class Draw:
    """A small deterministic source of numbers, the same on every machine and Python."""

    def __init__(self, seed):
        self._seed = seed
        self._count = 0

    def below(self, limit):
        self._count += 1
        digest = hashlib.blake2b(f"{self._seed}:{self._count}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % limit

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def bases(self, count):
        return "".join("ACGT"[self.below(4)] for _ in range(count))


class Piece:
    """One alignment of a read: blocks in transcript order, read offsets [start, end)."""

    def __init__(self, blocks, start, end):
        self.blocks = list(blocks)
        self.start = start
        self.end = end
        self.mismatches = 0
        self.mapq = None  # None: the aligner's value for a unique placement
        self.n_hits = 1

    @property
    def chrom(self):
        return self.blocks[0].chrom

    @property
    def strand(self):
        return self.blocks[0].strand

    @property
    def pos(self):
        """Leftmost base on the chromosome."""
        return min(block.start for block in self.blocks)

    @property
    def last(self):
        """Rightmost base on the chromosome."""
        return max(block.end for block in self.blocks)

    @property
    def aligned(self):
        return self.end - self.start

    def cigar(self, read_length, clip="S"):
        """The CIGAR, in chromosome order."""
        blocks, left, right = self.blocks, self.start, read_length - self.end
        if self.strand == "-":
            blocks, left, right = blocks[::-1], right, left
        text = f"{left}{clip}" if left else ""
        for before, block in zip([None] + blocks, blocks):
            if before is not None:
                text += f"{block.start - before.end - 1}N"
            text += f"{block.end - block.start + 1}M"
        return text + (f"{right}{clip}" if right else "")

    def flat_cigar(self, read_length):
        """The CIGAR minimap2 writes into SA tags: introns summed up as one deletion."""
        skipped = self.last - self.pos + 1 - self.aligned
        left, right = self.start, read_length - self.end
        if self.strand == "-":
            left, right = right, left
        return ((f"{left}S" if left else "") + f"{self.aligned}M"
                + (f"{skipped}D" if skipped else "") + (f"{right}S" if right else ""))

    def trim(self, upstream, count):
        """Takes `count` bases off the end that lies upstream (or downstream)."""
        for _ in range(count):
            index = 0 if upstream else -1
            block = self.blocks[index]
            if (block.strand == "+") == upstream:
                block = block._replace(start=block.start + 1)
            else:
                block = block._replace(end=block.end - 1)
            if block.start > block.end:
                del self.blocks[index]
            else:
                self.blocks[index] = block
            if upstream:
                self.start += 1
            else:
                self.end -= 1

    def grow(self, upstream, count):
        """Extends an end by `count` bases of the chromosome."""
        index = 0 if upstream else -1
        block = self.blocks[index]
        if (block.strand == "+") == upstream:
            block = block._replace(start=block.start - count)
        else:
            block = block._replace(end=block.end + count)
        self.blocks[index] = block
        if upstream:
            self.start -= count
        else:
            self.end += count


class Mate:
    """One read: its bases in transcript direction and the true blocks they come from."""

    def __init__(self, genome, path, start, end, antisense, head="", tail=""):
        """`head` and `tail` are foreign bases before and after the stretch of the path."""
        self.genome = genome
        self.antisense = antisense
        self.blocks = path.slice(start, end)
        self.head = len(head)
        body = "".join(genome.sequence(*block) for block in self.blocks)
        self.sense = head + body + tail
        self.interval = (start, end)

    def __len__(self):
        return len(self.sense)

    def reverse(self, piece):
        """True where the alignment is on the minus strand."""
        return self.antisense != (piece.strand == "-")

    def on_chromosome(self, piece):
        return self.sense if piece.strand == "+" else g.reverse_complement(self.sense)

    def as_sequenced(self):
        return g.reverse_complement(self.sense) if self.antisense else self.sense


# How an aligner extends and cuts.
#   max_intron   longest N in a CIGAR; 0: the aligner never splices
#   min_piece    shortest piece it reports by itself
#   min_overhang shortest end of a spliced alignment; less is left unaligned
#   penalty      cost of a mismatch where a match gains 1; None: no extension past an exon edge
Aligner = namedtuple("Aligner", "name max_intron min_piece min_overhang penalty")

STAR = Aligner("STAR", 589824, 12, 3, 1)
STAR_WIDE = STAR._replace(max_intron=1000000)
BWA = Aligner("bwa", 0, 30, 0, 4)
HISAT2 = Aligner("HISAT2", 500000, 20, 7, 6)
MINIMAP2 = Aligner("minimap2", 200000, 40, 8, 4)
DRAGEN = Aligner("DRAGEN", 500000, 18, 5, 4)


def _joins(before, block, max_intron):
    if before.chrom != block.chrom or before.strand != block.strand:
        return False
    gap = (block.start - before.end if before.strand == "+" else before.start - block.end) - 1
    return gap == 0 or 20 <= gap <= max_intron


def extend(mate, piece, upstream, penalty):
    """Grows one end of a piece over bases of the chromosome while that raises the score."""
    block = piece.blocks[0 if upstream else -1]
    room = piece.start if upstream else len(mate) - piece.end
    outward = -1 if (block.strand == "+") == upstream else 1
    edge = block.start if outward == -1 else block.end
    score = best = keep = wrong = wrong_kept = 0
    for step in range(1, room + 1):
        offset = piece.start - step if upstream else piece.end + step - 1
        base = mate.genome.base(block.chrom, block.strand, edge + outward * step)
        if base == mate.sense[offset]:
            score += 1
        else:
            score -= penalty
            wrong += 1
        if score > best:
            best, keep, wrong_kept = score, step, wrong
        if score < best - 10:
            break
    piece.grow(upstream, keep)
    piece.mismatches += wrong_kept


def place(mate, aligner, exact_between=True):
    """The pieces of a mate in read order. Ends next to another piece stay exact when
    `exact_between` (STAR puts chimeric junctions on the splice motif); other clipped ends are
    extended as the aligner would, by comparing bases."""
    pieces = []
    offset = mate.head
    before = None
    for block in mate.blocks:
        size = block.end - block.start + 1
        if before is not None and _joins(before, block, aligner.max_intron):
            pieces[-1].blocks.append(block)
            pieces[-1].end += size
        else:
            pieces.append(Piece([block], offset, offset + size))
        offset += size
        before = block
    for piece in pieces:
        for upstream in (True, False):
            block = piece.blocks[0 if upstream else -1]
            size = block.end - block.start + 1
            if len(piece.blocks) > 1 and size < aligner.min_overhang:
                piece.trim(upstream, size)
    kept = [piece for piece in pieces if piece.aligned >= aligner.min_piece]
    for piece in kept:
        for upstream in (True, False):
            has_room = piece.start > 0 if upstream else piece.end < len(mate)
            edge = piece.start if upstream else piece.end
            touching = any((other.end if upstream else other.start) == edge
                           for other in kept if other is not piece)
            if has_room and aligner.penalty and not (touching and exact_between):
                extend(mate, piece, upstream, aligner.penalty)
    return kept


class Fragment:
    """A molecule [start, end) of a path, read from both ends (or one)."""

    def __init__(self, genome, path, start, end, length, sense_first=True, paired=True,
                 before="", after=""):
        """`sense_first`: read 1 runs in transcript direction. `length` is the read length; a
        shorter molecule runs into the adapter. `before` and `after`: foreign bases that belong
        to the molecule."""
        self.start, self.end = start, end
        size = len(before) + end - start + len(after)
        body = min(length, size)
        spare = ADAPTER[:length - body]
        left = self._mate(genome, path, (0, body), before, after, False, "", spare)
        right = self._mate(genome, path, (size - body, size), before, after, True,
                           g.reverse_complement(spare), "")
        self.mates = (left, right) if sense_first else (right, left)
        if not paired:
            self.mates = self.mates[:1]

    def _mate(self, genome, path, window, before, after, antisense, head, tail):
        """The read that covers a window of the molecule."""
        low, high = window
        inside = self.end - self.start
        first = max(0, low - len(before))
        last = min(inside, high - len(before))
        head += before[low:high]
        tail = after[:max(0, high - len(before) - inside)] + tail
        return Mate(genome, path, self.start + first, self.start + last, antisense, head, tail)


def plant_homology(genome, path, left, right, join=None):
    """Makes exactly `left` bases before and `right` bases after a junction fit both genes, by
    planting bases in the introns beside it; the four bases beyond them do not fit."""
    five, three = path.ends(join)
    join = path.join if join is None else join
    text = "".join(genome.sequence(*block) for block in path.blocks)

    def put(end, step, position, base):
        genome.plant(end.chrom, end.strand, end.pos + (step if end.strand == "+" else -step)
                     * position, base)

    other = {"A": "C", "C": "A", "G": "T", "T": "G"}
    for position in range(1, right + 5):  # the partner's intron against the 3′ gene's exon
        base = text[join + position - 1]
        put(five, 1, position, base if position <= right else other[base])
    for position in range(1, left + 5):  # the 3′ gene's intron against the partner's exon
        base = text[join - position]
        put(three, -1, position, base if position <= left else other[base])
