# SPDX-License-Identifier: MIT
"""Genes on one chromosome near NTRK1: fusions that look like introns, and read-through."""
from cases import reads
from cases import truth
from cases.build import Case

FLAG = "read_through_possible"


def _expect(case, path, gene5, counts, flagged, **more):
    columns = truth.target3(case, path, gene5, "NTRK1")
    columns.update(truth.main_donor(case, path, gene5))
    columns.update(counts)
    columns.update(event_type="fusion", **more)
    case.expect(path, **columns)
    flags = {"flags_like": FLAG}
    (case.expect if flagged else case.forbid)(path, **flags)
    case.rows(1)


def _n_gap(models, name, style, program, gene5, upto, start_at, flagged, wide=False, **more):
    """N-gap reads, and pairs that enclose the junction and look proper."""
    case = Case(models, name, style, program)
    if wide:
        case.aligner = reads.STAR_WIDE
        case.programs = [[field.replace("--outSAMtype", "--alignIntronMax 1000000 "
                                        "--alignMatesGapMax 1000000 --outSAMtype")
                          for field in case.programs[0]]]
    path = case.fusion(gene5, upto, "NTRK1", start_at)
    case.background()
    case.normal(gene5, 6)
    case.split(path, 10)
    case.spanning(path, 5)
    _expect(case, path, gene5, truth.counted(10, 5), flagged, **more)
    return case


def bcan_n_gap(models, name, style):
    """0.20 Mb: an ordinary intron under STAR's defaults."""
    return _n_gap(models, name, style, "star", "BCAN", 13, 11, False)


def mettl25b_n_gap(models, name, style):
    """Same strand, less than 100 kb upstream of the longest NTRK1 isoform."""
    return _n_gap(models, name, style, "star", "METTL25B", 3, 11, True)


def prcc_n_gap(models, name, style):
    return _n_gap(models, name, style, "star_plain", "PRCC", 1, 11, True)


def lmna_n_gap(models, name, style):
    """0.74 Mb: an intron under --alignIntronMax 1000000."""
    return _n_gap(models, name, style, "star", "LMNA", 2, 11, False, wide=True,
                  catalogue="junction")


def hisat2_n_gap(models, name, style):
    """HISAT2: MAPQ 60 for unique placements."""
    return _n_gap(models, name, style, "hisat2", "BCAN", 13, 11, False)


def ntrk1_pear1_read_through(models, name, style):
    """Transcription that runs on from NTRK1 into PEAR1 is no fusion."""
    case = Case(models, name, style, "star")
    path = case.fusion("NTRK1", 16, "PEAR1", 2)
    case.background(18)
    case.split(path, 8)
    case.expect(path, event_type="read_through", gene5="NTRK1", gene3="PEAR1",
                split_fragments=8, structure="non_oncogenic")
    case.forbid(event_type="fusion")
    case.rows(1)
    return case


def pear1_ntrk1_split(models, name, style):
    """PEAR1 lies downstream: the junction runs against the order of the chromosome."""
    case = Case(models, name, style, "star")
    path = case.fusion("PEAR1", 15, "NTRK1", 10)
    case.background(18)
    case.split(path, 8)
    case.spanning(path, 4)
    _expect(case, path, "PEAR1", truth.counted(8, 4), False)
    return case


def lmna_sa(models, name, style):
    """LMNA under STAR's default longest intron: split reads within one chromosome."""
    case = Case(models, name, style, "star_hard")
    path = case.fusion("LMNA", 2, "NTRK1", 11)
    case.background(18)
    case.split(path, 8)
    case.spanning(path, 4)
    _expect(case, path, "LMNA", truth.counted(8, 4), False, catalogue="junction")
    return case


def normal_introns(models, name, style):
    """The neighbours' own splices, and pairs over NTRK1's introns: nothing to report."""
    case = Case(models, name, style, "star")
    case.background(12)
    for gene in ("NTRK1", "BCAN", "METTL25B", "PRCC", "LMNA", "PEAR1", "INSRR", "SH2D2A"):
        case.normal(gene, 10)
    case.rows(0)
    return case


def cases(new, old):
    for make, style, old_style in ((bcan_n_gap, "ucsc", "ensembl"),
                                   (mettl25b_n_gap, "ensembl", "ucsc"),
                                   (prcc_n_gap, "ucsc", "ucsc"), (lmna_n_gap, "refseq", "ucsc"),
                                   (hisat2_n_gap, "ucsc", "ensembl"),
                                   (ntrk1_pear1_read_through, "ucsc", "refseq"),
                                   (pear1_ntrk1_split, "ensembl", "ucsc"),
                                   (lmna_sa, "ucsc", "ucsc"),
                                   (normal_introns, "ucsc", "ensembl")):
        yield make(new, make.__name__, style)
        yield make(old, make.__name__ + "_grch37", old_style)
