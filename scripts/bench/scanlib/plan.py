# SPDX-License-Identifier: MIT
"""What a made-up sample holds: genes with a number of read pairs, breaks between genes.

The genes are those of ref/ and as many made-up ones between them as a transcriptome has. Of a seed
the genes are always the same, and so is what each weighs against the others; the number of records
decides how many pairs there are to share out. The three NTRK genes and their fusion stand outside
of that: their pairs have a number of their own, and the first places in the count of pairs,
from which make_bam draws all that a pair is. So they are the same records in a file of any size.
"""
import bisect
import dataclasses
import functools
import pathlib
import random

TOP = pathlib.Path(__file__).resolve().parent.parent.parent.parent
TARGETS = ("NTRK1", "NTRK2", "NTRK3")
CONTIG_LENGTHS = {  # GRCh38, where made-up genes go
    "chr1": 248956422, "chr2": 242193529, "chr3": 198295559, "chr4": 190214555,
    "chr5": 181538259, "chr6": 170805979, "chr7": 159345973, "chr8": 145138636,
    "chr9": 138394717, "chr10": 133797422, "chr11": 135086622, "chr12": 133275309,
    "chr13": 114364328, "chr14": 107043718, "chr15": 101991189, "chr16": 90338345,
    "chr17": 83257441, "chr18": 80373285, "chr19": 58617616, "chr20": 64444167,
    "chr21": 46709983, "chr22": 50818468, "chrX": 156040895,
}
CONTIG_ORDER = list(CONTIG_LENGTHS)
MARGIN = 20000  # around targets, kept free of other genes; around real genes, of made-up ones
MADE_UP = 18000  # tries at a made-up gene
SHARES = {"control": 0.01, "unmapped": 0.04, "chimeric": 0.003}  # of records; of pairs
TARGET_READS = 300  # on the three targets together, the fusion's aside
MIN_RECORDS = 10000
# ETV6 exon 5 to NTRK3 exon 15, the junction of the textbook; 1-based.
FUSION = ("chr12", 11869969, "+", "chr15", 87940753, "-")
FUSION_PAIRS = (("split", 12), ("span", 8))


@dataclasses.dataclass(frozen=True)
class Gene:
    """Exons 0-based half-open in genome order; made-up genes have no name."""
    name: str
    contig: str
    strand: str
    exons: tuple

    @property
    def start0(self):
        return self.exons[0][0]

    @property
    def end0(self):
        return self.exons[-1][1]

    def place(self):
        return CONTIG_ORDER.index(self.contig), self.start0

    def margin(self):
        """Bases around it in which no real gene may lie."""
        return MARGIN if self.name in TARGETS else 0

    def length(self):
        return sum(end - start for start, end in self.exons)


def table_rows(path):
    """Rows of a table of ref/ as dictionaries."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines()
             if line and not line.startswith("#")]
    names = lines[0].split("\t")
    return [dict(zip(names, line.split("\t"))) for line in lines[1:]]


def control_names():
    return {row["gene"] for row in table_rows(TOP / "ref/control_genes.tsv")}


def real_genes(controls):
    """Targets, control genes and partners; where two overlap the first of that order stays, and
    nothing else stays near a target."""
    genes = []
    for row in table_rows(TOP / "ref/transcripts.grch38.tsv"):
        if row["role"] not in ("mane", "model") or row["chrom"] not in CONTIG_LENGTHS:
            continue
        starts = [int(x) - 1 for x in row["exon_starts"].split(",")]
        ends = [int(x) for x in row["exon_ends"].split(",")]
        genes.append(Gene(row["gene"], row["chrom"], row["strand"], tuple(zip(starts, ends))))
    genes.sort(key=lambda gene: (gene.name not in TARGETS, gene.name not in controls, gene.place()))
    kept = []
    for gene in genes:
        clash = any(other.contig == gene.contig
                    and other.start0 - other.margin() < gene.end0
                    and gene.start0 < other.end0 + other.margin() for other in kept)
        if not clash and gene.length() >= 400:
            kept.append(gene)
    return kept


def made_up_genes(chance, taken, n):
    """`n` tries at genes of about ten exons where nothing else is."""
    busy = {contig: [] for contig in CONTIG_LENGTHS}
    for gene in taken:
        busy[gene.contig].append((gene.start0 - MARGIN, gene.end0 + MARGIN))
    for spans in busy.values():
        spans.sort()
    contigs, lengths = zip(*CONTIG_LENGTHS.items())
    genes = []
    for contig in chance.choices(contigs, weights=lengths, k=n):
        at = start = chance.randrange(100000, CONTIG_LENGTHS[contig] - 2000000)
        exons = []
        for _ in range(chance.randint(2, 18)):
            end = at + chance.randint(60, 240)
            exons.append((at, end))
            at = end + int(min(100000, chance.lognormvariate(7.5, 1.3))) + 70
        exons[-1] = (exons[-1][0], exons[-1][1] + 600)
        end = exons[-1][1]
        spans = busy[contig]
        i = bisect.bisect(spans, (start, end))
        if (i and spans[i - 1][1] > start) or (i < len(spans) and spans[i][0] < end):
            continue
        spans.insert(i, (start, end))
        genes.append(Gene("", contig, chance.choice("+-"), tuple(exons)))
    return genes


@functools.lru_cache
def genome(seed):
    """(targets, control genes, other genes), and the weights of the latter two."""
    controls = control_names()
    real = real_genes(controls)
    target = [gene for gene in real if gene.name in TARGETS]
    control = [gene for gene in real if gene.name in controls]
    other = [gene for gene in real if gene.name not in controls and gene.name not in TARGETS]
    other += made_up_genes(random.Random(f"{seed} genes"), real, MADE_UP)
    chance = random.Random(f"{seed} weights")
    control_weights = [chance.lognormvariate(0, 0.7) for _ in control]
    other_weights = [chance.lognormvariate(0, 2) for _ in other]
    return target, control, other, control_weights, other_weights


def share_out(weights, total):
    """`total` pairs in proportion to the weights; the rest of rounding to the largest."""
    scale = total / sum(weights)
    pairs = [int(weight * scale) for weight in weights]
    pairs[weights.index(max(weights))] += total - sum(pairs)
    return pairs


def random_break(chance, gene):
    start, end = chance.choice(gene.exons)
    return gene.contig, chance.randint(start + 1, end), gene.strand


def background_breaks(chance, genes, weights, n):
    """Rows of about `n` single pairs between any two genes but the targets; an even number of
    records, as pairs within genes make up the rest of the file."""
    rows = []
    for i in range(n - n % 10):
        five, three = chance.choices(genes, weights=weights, k=2)
        kind = "split" if i % 5 < 3 else "span"
        rows.append(random_break(chance, five) + random_break(chance, three) + (kind, 1))
    return rows


def chimeric_records(rows):
    return sum(row[7] * (3 if row[6] == "split" else 2) for row in rows)


def numbered(rows, n_pairs_of, first):
    """(row + (number of its first pair,) for each row, the number after the last pair)."""
    done = []
    for row in rows:
        done.append(row + (first,))
        first += n_pairs_of(row)
    return done, first


@dataclasses.dataclass(frozen=True)
class Sample:
    """Rows of the two tables of make_bam, and the number of unmapped pairs."""
    loci: list
    chimeras: list
    unmapped_pairs: int


def plan(n_records, target_reads, seed):
    """The sample of `n_records` records, `target_reads` of them on the targets."""
    target, control, other, control_weights, other_weights = genome(seed)
    n_target = target_reads // 2
    n_control = int(n_records * SHARES["control"]) // 2
    n_unmapped = int(n_records * SHARES["unmapped"]) // 2
    fusion = [FUSION + kind_and_pairs for kind_and_pairs in FUSION_PAIRS]
    breaks = background_breaks(random.Random(f"{seed} breaks"), other, other_weights,
                               int(n_records / 2 * SHARES["chimeric"]))
    n_chimeric = chimeric_records(fusion + breaks)
    n_other = (n_records - n_chimeric) // 2 - n_unmapped - n_control - n_target
    if n_records < MIN_RECORDS or n_other < 0:
        raise ValueError(f"{n_records} records are too few for {target_reads} on the targets")

    def rows(genes, pairs):
        return [(gene.contig, gene.strand, n,
                 ",".join(f"{start}-{end}" for start, end in gene.exons))
                for gene, n in zip(genes, pairs)]

    fusion, first = numbered(fusion, lambda row: row[7], 0)
    n_each = [n_target // 3 + (i < n_target % 3) for i in range(len(target))]
    loci, first = numbered(rows(target, n_each), lambda row: row[2], first)
    more, first = numbered(rows(control, share_out(control_weights, n_control))
                           + rows(other, share_out(other_weights, n_other)),
                           lambda row: row[2], first)
    breaks, first = numbered(breaks, lambda row: row[7], first)
    loci = [row for _, row in sorted(zip([gene.place() for gene in target + control + other],
                                         loci + more))]
    return Sample(loci, fusion + breaks, n_unmapped)


def write_tables(sample, loci_path, chimeras_path):
    """The two tables, as make_bam reads them."""
    names = {loci_path: "contig strand pairs exons first_pair",
             chimeras_path: "contig5 pos5 strand5 contig3 pos3 strand3 kind pairs first_pair"}
    for path, rows in ((loci_path, sample.loci), (chimeras_path, sample.chimeras)):
        with open(path, "w", encoding="utf-8") as out:
            print(*names[path].split(), sep="\t", file=out)
            for row in rows:
                print(*row, sep="\t", file=out)
