# SPDX-License-Identifier: MIT
"""A test case: records, header, companion files, and what the output must show."""
from cases import aligners
from cases import genome as g
from cases import reads
from cases import sam
from cases.models import Path

_ALIGNERS = {"star": reads.STAR, "star_hard": reads.STAR, "star_plain": reads.STAR,
             "star_separate": reads.STAR, "bwa": reads.BWA, "hisat2": reads.HISAT2,
             "minimap2": reads.MINIMAP2, "dragen": reads.DRAGEN}
_MODES = {"star": "soft", "star_hard": "hard", "star_plain": "plain",
          "star_separate": "separate"}


class Case:
    """`style`: names of the chromosomes. `program`: the aligner imitated (sam.PROGRAMS)."""

    def __init__(self, models, name, style="ucsc", program="star", length=75, sample=None):
        self.models = models
        self.name = name
        self.style = style
        self.program = program
        self.aligner = _ALIGNERS[program]
        self.length = length
        self.sample = sample or name
        self.genome = models.genome.fork()
        self.draw = reads.Draw(name)
        self.records = []
        self.chimeric = []  # records of a separate Chimeric.out.sam
        self.extra_sequences = []
        self.groups = [["ID:1", f"SM:{self.sample}", "LB:lib1", "PL:ILLUMINA"]]
        self.programs = [sam.PROGRAMS[program]]
        self.companions = {}
        self.args = None
        self.roads = None
        self.bulk = []
        self.checks = []
        self.counts = {}
        self.paired = True

    # -------------------------------------------------------------- names

    def named(self, chromosome):
        """The header's name of a canonical chromosome."""
        if chromosome == "*":
            return "*"
        return g.styled(chromosome, self.style, self.models.assembly)

    def place(self, end):
        """An End as the TSV prints a breakpoint."""
        return f"{self.named(end.chrom)}:{end.pos}:{end.strand}"

    def _next(self, kind):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind}-{self.counts[kind]:04d}"

    # -------------------------------------------------------------- fragments

    def fusion(self, gene5, upto, gene3, start_at):
        """The path of a fusion; genes by symbol (primary transcript) or by accession."""
        return Path.joined(self._transcript(gene5).head(upto),
                           self._transcript(gene3).tail(start_at))

    def _transcript(self, name):
        if name in self.models.by_gene:
            return self.models.primary(name)
        return self.models.transcript(name)

    def emit(self, fragment, name, tags=(), duplicate=False, group="1", change=None,
             suffixes=("", "")):
        """Aligns a fragment and keeps its records."""
        if self.aligner.name == "STAR":
            main, chimeric = aligners.star(name, fragment, self.aligner, _MODES[self.program],
                                           change)
        else:
            main, chimeric = aligners.chain(name, fragment, self.aligner, change), []
        for record in main + chimeric:
            number = 1 if record.flag & sam.READ2 else 0
            record.name += suffixes[number]
            record.flag |= sam.DUPLICATE if duplicate else 0
        for record in main:
            record.tags += [f"RG:Z:{group}"] + list(tags)
        self.records += main
        self.chimeric += chimeric
        return main

    def molecule(self, path, start, end, kind, **options):
        """A fragment [start, end) of a path, sequenced from a random strand."""
        first = options.pop("sense_first", None)
        if first is None:
            first = self.draw.below(2) == 0
        name = options.pop("name", None) or self._next(kind)
        foreign = {key: options.pop(key) for key in ("before", "after") if key in options}
        fragment = reads.Fragment(self.genome, path, start, end, self.length, first, self.paired,
                                  **foreign)
        return self.emit(fragment, name, **options)

    def split(self, path, count, low=20, join=None, kind="split", **options):
        """`count` fragments of which one mate crosses the junction with at least `low` bases on
        either side; the other mate does not reach it. All starts differ."""
        join = path.join if join is None else join
        span = self.length - 2 * low
        for number in range(count):
            anchor = low + number * 7919 % (span + 1)
            if not self.paired:
                start = join - anchor
                self.molecule(path, start, start + self.length, kind, **options)
                continue
            insert = self.length + max(anchor, self.length - anchor) + self.draw.between(5, 60)
            if number % 2 and join + anchor >= insert:  # the right mate crosses
                end = join + anchor
                start = end - insert
            else:
                start = join - anchor
                end = min(start + insert, path.length)
            self.molecule(path, start, end, kind, **options)

    def spanning(self, path, count, join=None, insert=(0, 60), kind="span", **options):
        """`count` fragments whose mates lie on either side of the junction. `insert`: least and
        largest unsequenced stretch between the mates."""
        join = path.join if join is None else join
        for number in range(count):
            gap = self.draw.between(max(2, insert[0]), insert[1])
            left_end = join - (number * 5) % (gap + 1)
            start = left_end - self.length
            self.molecule(path, start, left_end + gap + self.length, kind, **options)

    def crossing(self, path, anchor, left, insert, join=None, kind="cross", **options):
        """One fragment with exactly `anchor` bases beyond the junction: of its left mate in the
        3′ part, or of its right mate in the 5′ part."""
        join = path.join if join is None else join
        start = join + anchor - self.length if left else join + self.length - anchor - insert
        self.molecule(path, start, start + insert, kind, **options)

    def normal(self, gene, count, first=None, last=None, kind="normal", **options):
        """`count` fragments of an ordinary transcript, 150–250 nt, spread over it (or over its
        exons first…last)."""
        transcript = self._transcript(gene)
        path = Path.of(transcript)
        low, high = 0, path.length
        if first:
            low = path.offsets[first - 1]
        if last:
            start, end = transcript.exon(last)
            high = path.offsets[last - 1] + end - start + 1
        for _ in range(count):
            insert = min(self.draw.between(2 * self.length, 2 * self.length + 100), high - low)
            start = low + self.draw.below(high - low - insert + 1)
            self.molecule(path, start, start + insert, kind, **options)

    def background(self, count=30):
        """Fragments of control genes, from which insert size and library type are learned."""
        genes = ["ACTB", "GAPDH", "RPLP0", "YWHAZ", "PPIA", "B2M"]
        for number in range(count):
            self.normal(genes[number % len(genes)], 1, kind="control")

    def add_bulk(self, word, *fields):
        """A line of the .bulk file: records that are made when the tests run (tests/cli/bulk)."""
        self.bulk.append("\t".join(map(str, (word,) + fields)))

    # -------------------------------------------------------------- expectations

    def expect(self, path=None, join=None, **columns):
        """A row that must exist; with a path, also its breakpoints. Column names may end in
        "_min" (at least), "_max" (at most), "_like" (regular expression) or "_has" (a word of the
        list)."""
        self._check("row", path, join, columns)

    def forbid(self, path=None, join=None, **columns):
        """A row that must not exist."""
        self._check("norow", path, join, columns)

    def rows(self, count):
        self.checks.append(f"rows\t{count}")

    def header_line(self, pattern):
        """A regular expression that some ## line must match."""
        self.checks.append(f"head\t{pattern}")

    def assessable(self, reason=None):
        """Whether the library can carry a negative; if not, one of the reasons."""
        self.header_line(f"^##assessable no .*\\b{reason}\\b" if reason
                         else "^##assessable yes\\b")

    def verdict(self, gene, word, sign="="):
        """What must (or with sign "!=" must not) be concluded of a target."""
        self.checks.append(f"verdict\t{gene}{sign}{word}")

    def _check(self, word, path, join, columns):
        fields = [word]
        if path is not None:
            five, three = path.ends(join)
            fields += [f"breakpoint5={self.place(five)}", f"breakpoint3={self.place(three)}"]
        signs = {"_min": ">=", "_max": "<=", "_like": "~", "_has": "@"}
        for column, value in columns.items():
            ending = next((e for e in signs if column.endswith(e)), None)
            if ending:
                fields.append(column[:-len(ending)] + signs[ending] + str(value))
            else:
                fields.append(f"{column}={value}")
        self.checks.append("\t".join(fields))

    def agreed_frame(self, path, gene5, gene3, join=None):
        """{"frame": …} where all transcripts agree, else {}."""
        frame = self.models.frame(*path.ends(join), gene5, gene3)
        return {"frame": frame} if frame else {}

    # -------------------------------------------------------------- files

    def sequences(self):
        found = [(self.named(chrom), size) for chrom, size in g.lengths(self.models.assembly)]
        if self.style == "ensembl":  # as Ensembl-based indexes have it: 1, 10, 11, …
            found.sort()
        return found + self.extra_sequences

    def sam_text(self, records, order="coordinate"):
        sequences = self.sequences()
        rank = {name: number for number, (name, _) in enumerate(sequences)}
        rank["*"] = len(rank)
        keyed = [((rank[self.named(r.chrom)], r.pos, number), r)
                 for number, r in enumerate(records)]
        if order == "coordinate":
            keyed.sort(key=lambda pair: pair[0])
        lines = sam.header(sequences, order, self.groups, self.programs)
        lines += [record.line(self.named) for _, record in keyed]
        return "\n".join(lines) + "\n"

    def files(self):
        """{file name: text} of the case."""
        found = {f"{self.name}.sam": self.sam_text(self.records)}
        if self.checks:
            found[f"{self.name}.check"] = "\n".join(self.checks) + "\n"
        if self.bulk:
            found[f"{self.name}.bulk"] = "\n".join(self.bulk) + "\n"
        if self.args:
            found[f"{self.name}.args"] = self.args + "\n"
        if self.roads:
            found[f"{self.name}.roads"] = self.roads + "\n"
        for ending, text in self.companions.items():
            found[f"{self.name}.{ending}"] = text
        return found
