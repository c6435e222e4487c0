# SPDX-License-Identifier: MIT
"""Samples without a fusion: header and ## lines only."""
from cases import sam
from cases.build import Case
from cases.models import Block, Path


def empty(models, name, style):
    """No record at all."""
    case = Case(models, name, style, "star")
    case.rows(0)
    return case


def no_target_reads(models, name, style):
    """Control genes only."""
    case = Case(models, name, style, "star")
    case.background(24)
    case.rows(0)
    return case


def all_unmapped(models, name, style):
    """Nothing aligned."""
    case = Case(models, name, style, "bwa")
    case.background(12)
    for record in case.records:
        keep = sam.PAIRED | sam.READ1 | sam.READ2
        record.flag = record.flag & keep | sam.UNMAPPED | sam.MATE_UNMAPPED
        record.chrom, record.pos, record.mapq, record.cigar = "*", 0, 0, "*"
        record.mate_chrom, record.mate_pos, record.tlen = "*", 0, 0
        record.tags, record.sa = ["AS:i:0", "XS:i:0", "RG:Z:1"], []
    case.rows(0)
    return case


def no_chimeric_reads(models, name, style):
    """Wild-type NTRK1, NTRK2 and NTRK3 and their partners, each for itself."""
    case = Case(models, name, style, "star")
    case.background(18)
    for gene in ("NTRK1", "NTRK2", "NTRK3", "ETV6", "TPM3", "SQSTM1"):
        case.normal(gene, 12)
    case.rows(0)
    return case


def one_end_of_chance(models, name, style):
    """Single chance chimeras: one fragment each between NTRK3 and five abundant genes, off every
    exon edge. Rows there may be, but never one of the oncogenic type with two fragments."""
    case = Case(models, name, style, "star")
    case.background(18)
    case.normal("NTRK3", 20)
    for number, gene in enumerate(("ACTB", "GAPDH", "RPLP0", "B2M", "PPIA")):
        source = models.primary(gene)
        start, end = source.exon(2)
        low = min(start, end) + 7
        block = Block(source.chrom, source.strand, low, low + 39 + number)
        acceptor = models.primary("NTRK3").acceptor(16 + number % 3)
        path = Path.joined(Path.of(source).slice(0, 90) + [block],
                           models.primary("NTRK3").tail(("pos", acceptor - 9)))
        case.split(path, 1, low=30, kind="chance")
    case.forbid(unique_fragments_min=2)
    case.forbid(catalogue="junction")
    return case


def fusion_of_other_genes(models, name, style):
    """EML4::ALK: a fusion, but none of NTRK."""
    case = Case(models, name, style, "star")
    case.background(18)
    case.normal("NTRK2", 8)
    path = case.fusion("EML4", 13, "ALK", 20)
    case.split(path, 10)
    case.spanning(path, 6)
    case.rows(0)
    return case


def target_without_partner_mate(models, name, style):
    """Mates of NTRK3 reads unmapped: not evidence."""
    case = Case(models, name, style, "bwa", 100)
    case.background(18)
    path = case.fusion("ETV6", 5, "NTRK3", 15)
    case.spanning(path, 8)
    for record in case.records:
        if record.name.startswith("span"):
            if record.chrom == "12":
                record.flag = (record.flag | sam.UNMAPPED) & ~sam.REVERSE
                record.chrom, record.pos = record.mate_chrom, record.mate_pos
                record.mapq, record.cigar, record.tags = 0, "*", ["RG:Z:1"]
            else:
                record.flag = (record.flag | sam.MATE_UNMAPPED) & ~sam.MATE_REVERSE
                record.mate_chrom, record.mate_pos = record.chrom, record.pos
    case.rows(0)
    return case


def cases(new, old):
    for make, style, old_style in (
            (empty, "ucsc", "ensembl"), (no_target_reads, "ucsc", "refseq"),
            (no_chimeric_reads, "refseq", "ucsc"), (fusion_of_other_genes, "ucsc", "ensembl")):
        yield make(new, make.__name__, style)
        yield make(old, make.__name__ + "_grch37", old_style)
    for make in (all_unmapped, one_end_of_chance, target_without_partner_mate):
        yield make(new, make.__name__, "ucsc")
