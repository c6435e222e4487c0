# SPDX-License-Identifier: MIT
"""SAM records as text, headers, and coordinate order."""
import hashlib

PAIRED, PROPER, UNMAPPED, MATE_UNMAPPED = 0x1, 0x2, 0x4, 0x8
REVERSE, MATE_REVERSE, READ1, READ2 = 0x10, 0x20, 0x40, 0x80
SECONDARY, DUPLICATE, SUPPLEMENTARY = 0x100, 0x400, 0x800


class Record:
    """One alignment line. `chrom` is a canonical name, "*" when absent."""

    def __init__(self, name, flag, chrom="*", pos=0, mapq=0, cigar="*"):
        self.name, self.flag = name, flag
        self.chrom, self.pos, self.mapq, self.cigar = chrom, pos, mapq, cigar
        self.mate_chrom, self.mate_pos, self.tlen = "*", 0, 0
        self.sequence = self.quality = "*"
        self.tags = []
        self.sa = []  # [(canonical chromosome, rest of the entry)]
        self.always_name_mate = False  # write the mate's chromosome even where it is the same

    def line(self, style):
        """`style` maps canonical chromosome names to those of the header."""
        mate = self.mate_chrom
        if mate == self.chrom and mate != "*" and not self.always_name_mate:
            mate = "="
        else:
            mate = style(mate)
        tags = list(self.tags)
        if self.sa:
            tags.append("SA:Z:" + "".join(f"{style(c)},{rest}" for c, rest in self.sa))
        return "\t".join(map(str, [self.name, self.flag, style(self.chrom), self.pos, self.mapq,
                                   self.cigar, mate, self.mate_pos, self.tlen, self.sequence,
                                   self.quality] + tags))


def qualities(seed, count):
    """Base qualities as a present-day sequencer bins them: mostly F, some ':' and ','."""
    text = ""
    number = 0
    while len(text) < count:
        digest = hashlib.blake2b(f"{seed}:{number}".encode(), digest_size=32).digest()
        text += "".join("," if byte < 6 else ":" if byte < 18 else "F" for byte in digest)
        number += 1
    return text[:count]


def header(sequences, order, groups, programs, comments=()):
    """`sequences` [(name, length)], `groups` and `programs` lists of "KEY:value" lists."""
    lines = [f"@HD\tVN:1.6\tSO:{order}"]
    lines += [f"@SQ\tSN:{name}\tLN:{length}" for name, length in sequences]
    lines += ["\t".join(["@RG"] + fields) for fields in groups]
    lines += ["\t".join(["@PG"] + fields) for fields in programs]
    lines += [f"@CO\t{comment}" for comment in comments]
    return lines


PROGRAMS = {
    "star": ["ID:STAR", "PN:STAR", "VN:2.7.11b",
             "CL:STAR --runThreadN 8 --genomeDir star --readFilesIn r1.fq.gz r2.fq.gz "
             "--readFilesCommand zcat --outSAMtype BAM Unsorted --outSAMunmapped Within "
             "--chimSegmentMin 12 --chimJunctionOverhangMin 10 --chimOutType WithinBAM SoftClip"],
    "star_hard": ["ID:STAR", "PN:STAR", "VN:2.7.11b",
                  "CL:STAR --runThreadN 8 --genomeDir star --readFilesIn r1.fq.gz r2.fq.gz "
                  "--readFilesCommand zcat --outSAMtype BAM Unsorted --outSAMunmapped Within "
                  "--chimSegmentMin 12 --chimJunctionOverhangMin 10 "
                  "--chimOutType WithinBAM HardClip"],
    "star_plain": ["ID:STAR", "PN:STAR", "VN:2.7.10b",
                   "CL:STAR --runThreadN 8 --genomeDir star --readFilesIn r1.fq.gz r2.fq.gz "
                   "--readFilesCommand zcat --outSAMtype BAM Unsorted --outSAMunmapped Within"],
    "star_separate": ["ID:STAR", "PN:STAR", "VN:2.5.3a",
                      "CL:STAR --runThreadN 8 --genomeDir star --readFilesIn r1.fq.gz r2.fq.gz "
                      "--readFilesCommand zcat --outSAMtype BAM Unsorted "
                      "--outSAMunmapped Within --chimSegmentMin 12 "
                      "--chimJunctionOverhangMin 10"],
    "bwa": ["ID:bwa", "PN:bwa", "VN:0.7.17-r1188", "CL:bwa mem -t 8 ref.fa r1.fq.gz r2.fq.gz"],
    "hisat2": ["ID:hisat2", "PN:hisat2", "VN:2.2.1",
               "CL:\"hisat2-align-s --wrapper basic-0 -p 8 -x ref -1 r1.fq.gz -2 r2.fq.gz\""],
    "minimap2": ["ID:minimap2", "PN:minimap2", "VN:2.26-r1175",
                 "CL:minimap2 -t 8 -ax splice -uf -k14 ref.fa reads.fq.gz"],
    "dragen": ["ID:DRAGEN SW build", "VN: 05.121.645.4.0.3",
               "CL: dragen --enable-rna true --enable-map-align-output true"],
}
