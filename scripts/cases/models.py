# SPDX-License-Identifier: MIT
"""Gene models (read from ref/), and paths: the exon chains that reads are cut from."""
import re
from collections import namedtuple

from cases import genome as g

# A stretch of one chromosome in transcript order: start ≤ end, 1-based inclusive.
Block = namedtuple("Block", "chrom strand start end")
# The two ends of a junction: last base of the 5′ part, first base of the 3′ part.
End = namedtuple("End", "chrom strand pos")


class Transcript:
    def __init__(self, fields):
        (self.gene, self.accession, self.role, chrom, self.strand, cds_start, cds_end, starts,
         ends, _) = fields
        self.chrom = g.canonical(chrom)
        self.cds = None if cds_start == "." else (int(cds_start), int(cds_end))
        exons = list(zip(map(int, starts.split(",")), map(int, ends.split(","))))
        self.exons = exons if self.strand == "+" else exons[::-1]  # transcript order

    def exon(self, number):
        """(start, end) of the exon with this 1-based number."""
        return self.exons[number - 1]

    def donor(self, number):
        """The last base of an exon in transcript direction."""
        start, end = self.exon(number)
        return end if self.strand == "+" else start

    def acceptor(self, number):
        """The first base of an exon in transcript direction."""
        start, end = self.exon(number)
        return start if self.strand == "+" else end

    def exon_at(self, position):
        """The number of the exon that holds a position, or 0."""
        for number, (start, end) in enumerate(self.exons, 1):
            if start <= position <= end:
                return number
        return 0

    def consumed(self, position):
        """Coding bases up to and including a position, in transcript direction; None outside
        the coding part."""
        if self.cds is None or not self.exon_at(position):
            return None
        low, high = self.cds
        if not low <= position <= high:
            return None
        total = 0
        for start, end in self.exons:
            start, end = max(start, low), min(end, high)
            if self.strand == "+":
                end = min(end, position)
            else:
                start = max(start, position)
            total += max(0, end - start + 1)
        return total

    def is_before_cds(self, position):
        if self.cds is None:
            return False
        return position < self.cds[0] if self.strand == "+" else position > self.cds[1]

    def head(self, upto):
        """Blocks from the start of the transcript to an exon's end, given as a number, or to a
        position inside an exon, given as ("pos", position)."""
        number = upto if isinstance(upto, int) else self.exon_at(upto[1])
        blocks = [Block(self.chrom, self.strand, *exon) for exon in self.exons[:number]]
        if not isinstance(upto, int):
            last = blocks[-1]
            blocks[-1] = (last._replace(end=upto[1]) if self.strand == "+"
                          else last._replace(start=upto[1]))
        return blocks

    def tail(self, start_at):
        """Blocks from the start of an exon (or a position inside one) to the transcript's end."""
        number = start_at if isinstance(start_at, int) else self.exon_at(start_at[1])
        blocks = [Block(self.chrom, self.strand, *exon) for exon in self.exons[number - 1:]]
        if not isinstance(start_at, int):
            first = blocks[0]
            blocks[0] = (first._replace(start=start_at[1]) if self.strand == "+"
                         else first._replace(end=start_at[1]))
        return blocks


class Models:
    """Every transcript of ref/transcripts.<assembly>.tsv and the genome that goes with it."""

    def __init__(self, path, assembly):
        self.assembly = assembly
        self.by_accession = {}
        self.by_gene = {}
        with open(path, encoding="ascii") as table:
            rows = [line.rstrip("\n").split("\t") for line in table
                    if line.strip() and not line.startswith("#")]
        for fields in rows[1:]:
            transcript = Transcript(fields)
            self.by_accession[transcript.accession] = transcript
            self.by_gene.setdefault(transcript.gene, []).append(transcript)
        self.genome = g.Genome(assembly, self._motifs())

    def _motifs(self):
        motifs = {}
        for transcripts in self.by_gene.values():
            for transcript in transcripts:
                exons = sorted(transcript.exons)
                first, last = ("GT", "AG") if transcript.strand == "+" else ("CT", "AC")
                for (_, left), (right, _) in zip(exons, exons[1:]):
                    for offset in (0, 1):
                        motifs.setdefault((transcript.chrom, left + 1 + offset), first[offset])
                        motifs.setdefault((transcript.chrom, right - 2 + offset), last[offset])
        return motifs

    def primary(self, gene):
        """The transcript that stands for a gene."""
        return next(t for t in self.by_gene[gene] if t.role in ("mane", "model"))

    def transcript(self, accession):
        """By accession, with or without version."""
        if accession in self.by_accession:
            return self.by_accession[accession]
        return next(t for name, t in sorted(self.by_accession.items())
                    if name.split(".")[0] == accession)

    def frame(self, end5, end3, gene5, gene3):
        """The frame of a junction when every transcript that has an exon there agrees ("in",
        "out", "5'-UTR"), else None."""
        found = set()
        for five in self.by_gene[gene5]:
            if not five.exon_at(end5.pos):
                continue
            for three in self.by_gene[gene3]:
                if three.exon_at(end3.pos):
                    found.add(_frame_of(five, end5.pos, three, end3.pos))
        return found.pop() if len(found) == 1 else None


def _frame_of(five, pos5, three, pos3):
    after = three.consumed(pos3)
    before = five.consumed(pos5)
    if after is None or (before is None and not five.is_before_cds(pos5)):
        return None
    if before is None:
        return "5'-UTR"
    return "in" if before % 3 == (after - 1) % 3 else "out"


class Path:
    """A chain of blocks in transcript order, and the junctions on it."""

    def __init__(self, blocks):
        self.blocks = blocks
        self.offsets = []
        self.length = 0
        for block in blocks:
            self.offsets.append(self.length)
            self.length += block.end - block.start + 1

    @classmethod
    def joined(cls, *parts):
        """Parts (lists of blocks) one after the other; `joins` are the offsets where they meet."""
        path = cls([block for part in parts for block in part])
        path.joins = []
        count = 0
        for part in parts[:-1]:
            count += len(part)
            path.joins.append(path.offsets[count])
        path.join = path.joins[0] if path.joins else None
        return path

    @classmethod
    def of(cls, transcript):
        return cls(transcript.tail(1))

    def ends(self, join=None):
        """The junction at a join: (End of the 5′ part, End of the 3′ part)."""
        index = self.offsets.index(self.join if join is None else join)
        five, three = self.blocks[index - 1], self.blocks[index]
        return (End(five.chrom, five.strand, five.end if five.strand == "+" else five.start),
                End(three.chrom, three.strand, three.start if three.strand == "+" else three.end))

    def slice(self, start, end):
        """The blocks of [start, end) of the path."""
        assert 0 <= start < end <= self.length, (start, end, self.length)
        found = []
        for block, offset in zip(self.blocks, self.offsets):
            size = block.end - block.start + 1
            low, high = max(start, offset), min(end, offset + size)
            if low >= high:
                continue
            skip, keep = low - offset, high - low
            if block.strand == "+":
                found.append(block._replace(start=block.start + skip,
                                            end=block.start + skip + keep - 1))
            else:
                found.append(block._replace(start=block.end - skip - keep + 1,
                                            end=block.end - skip))
        return found


def accession_pattern(*accessions):
    """A regular expression that accepts these accessions in any version."""
    return "^(" + "|".join(re.escape(a.split(".")[0]) for a in accessions) + r")(\.[0-9]+)?$"
