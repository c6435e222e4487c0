# SPDX-License-Identifier: MIT
"""The chromosomes of two assemblies, their three naming styles, and an invented sequence.

The sequence is not human: each base is a keyed hash of (assembly, chromosome, position), so a
position has the same base in every case and every read is consistent with it. Introns of the gene
models start with GT and end with AG, as a spliced aligner expects."""
import hashlib

CHROMOSOMES = [str(n) for n in range(1, 23)] + ["X", "Y", "MT"]

_LENGTHS = {
    "grch38": [248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973,
               145138636, 138394717, 133797422, 135086622, 133275309, 114364328, 107043718,
               101991189, 90338345, 83257441, 80373285, 58617616, 64444167, 46709983, 50818468,
               156040895, 57227415, 16569],
    "grch37": [249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663,
               146364022, 141213431, 135534747, 135006516, 133851895, 115169878, 107349540,
               102531392, 90354753, 81195210, 78077248, 59128983, 63025520, 48129895, 51304566,
               155270560, 59373566, 16569],
}
_VERSIONS = {
    "grch38": [11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12, 11, 9, 10, 10, 11, 10, 10, 11, 9,
               11, 11, 10],
    "grch37": [10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10,
               10, 9],
}
KEY = b"ntrkfuse test data"
_BLOCK = 128  # bases made from one hash
_COMPLEMENT = str.maketrans("ACGTN", "TGCAN")


def reverse_complement(sequence):
    return sequence.translate(_COMPLEMENT)[::-1]


def lengths(assembly):
    """[(chromosome, length)] in karyotype order."""
    return list(zip(CHROMOSOMES, _LENGTHS[assembly]))


def canonical(chromosome):
    """"chr15" → "15", "chrM" → "MT"."""
    name = chromosome[3:] if chromosome.startswith("chr") else chromosome
    return "MT" if name == "M" else name


def styled(chromosome, style, assembly):
    """The name of a chromosome ("15") in style "ucsc" (chr15), "ensembl" (15) or "refseq"."""
    if chromosome not in CHROMOSOMES:
        return chromosome
    if style == "ensembl":
        return chromosome
    if style == "ucsc":
        return "chrM" if chromosome == "MT" else "chr" + chromosome
    if chromosome == "MT":
        return "NC_012920.1"
    number = CHROMOSOMES.index(chromosome)
    return f"NC_{number + 1:06d}.{_VERSIONS[assembly][number]}"


class Genome:
    """Bases by position (1-based). Cases may plant bases of their own with `plant`."""

    def __init__(self, assembly, motifs):
        self.assembly = assembly
        self._motifs = motifs
        self._planted = {}
        self._blocks = {}

    def fork(self):
        """A copy whose planted bases are its own."""
        copy = Genome(self.assembly, self._motifs)
        copy._blocks = self._blocks
        return copy

    def plant(self, chromosome, strand, position, base):
        """Sets the base read on `strand` at a position."""
        if strand == "-":
            base = reverse_complement(base)
        self._planted[(chromosome, position)] = base

    def _block(self, chromosome, number):
        key = (chromosome, number)
        if key not in self._blocks:
            text = f"{self.assembly}:{chromosome}:{number}".encode()
            digest = hashlib.blake2b(text, digest_size=_BLOCK // 4, key=KEY).digest()
            self._blocks[key] = "".join("ACGT"[byte >> shift & 3]
                                        for byte in digest for shift in (0, 2, 4, 6))
        return self._blocks[key]

    def base(self, chromosome, strand, position):
        """The base that a transcript on `strand` reads at a position."""
        base = self._planted.get((chromosome, position))
        if base is None:
            base = self._motifs.get((chromosome, position))
        if base is None:
            base = self._block(chromosome, position // _BLOCK)[position % _BLOCK]
        return base if strand == "+" else reverse_complement(base)

    def sequence(self, chromosome, strand, start, end):
        """Bases of [start, end] as a transcript on `strand` reads them."""
        text = "".join(self.base(chromosome, "+", p) for p in range(start, end + 1))
        return text if strand == "+" else reverse_complement(text)
