# SPDX-License-Identifier: MIT
"""Fragments, duplicates, UMIs, read groups, multi-mapping, and pairs."""
from cases import reads
from cases import sam
from cases import truth
from cases.build import Case
from cases.models import Path


def _case(models, name, style, program="star", length=75):
    case = Case(models, name, style, program, length)
    case.background(18)
    return case, case.fusion("ETV6", 5, "NTRK3", 15)


def _expect(case, path, **columns):
    case.expect(path, fusion="ETV6::NTRK3", event_type="fusion", **columns)
    case.rows(1)
    return case


def _at(path, anchor, insert):
    """A fragment whose left mate crosses the junction after `anchor` bases."""
    start = path.join - anchor
    return start, start + insert


def duplicate_flag(models, name, style):
    """Four molecules and six copies, marked by flag."""
    case, path = _case(models, name, style)
    for molecule, copies in enumerate((1, 2, 3, 4)):
        where = _at(path, 25 + 6 * molecule, 170 + molecule)
        for copy in range(copies):
            case.molecule(path, *where, "dup", sense_first=True, duplicate=copy > 0)
    case.header_line("^##duplicates=flag")
    return _expect(case, path, split_fragments=10, unique_fragments=4, spanning_fragments=0)


def duplicate_position(models, name, style):
    """One molecule copied 50 times, unmarked."""
    case, path = _case(models, name, style)
    for _ in range(50):
        case.molecule(path, *_at(path, 37, 180), "copy", sense_first=True)
    case.header_line("^##duplicates=position")
    return _expect(case, path, split_fragments=50, unique_fragments=1, start_sites=1)


def _umi(models, name, style, write):
    case, path = _case(models, name, style)
    others = list(case.records)
    draw = reads.Draw("umi")
    for molecule in range(6):
        umi = draw.bases(8)
        for copy in range(2):
            case.molecule(path, *_at(path, 37, 180), "umi", sense_first=True,
                          **write(umi, f"mol-{molecule}-{copy}"))
    for record in others:  # the other reads carry UMIs as well
        extra = write(reads.Draw(record.name).bases(8), record.name)
        record.tags += list(extra.get("tags", ()))
        record.name = extra.get("name", record.name)
    case.header_line("^##duplicates=umi")
    return _expect(case, path, split_fragments=12, unique_fragments=6)


def umi_tag(models, name, style):
    """Six molecules at one place, two copies each, told apart by RX."""
    return _umi(models, name, style, lambda umi, read: {"tags": [f"RX:Z:{umi}"]})


def umi_underscore(models, name, style):
    """The UMI at the end of the read name, after an underscore."""
    return _umi(models, name, style, lambda umi, read: {"name": f"{read}_{umi}"})


def umi_illumina(models, name, style):
    """The UMI as eighth field of the read name."""
    numbers = {}

    def write(umi, read):
        number = numbers.setdefault(read, 1000 + 13 * len(numbers))
        return {"name": f"A01:7:H5KF:1:1101:{number}:2017:{umi[:4]}+{umi[4:]}"}
    return _umi(models, name, style, write)


def overlapping_mates(models, name, style):
    """2×100 from molecules of 130 nt: both mates cross the junction."""
    case, path = _case(models, name, style, "bwa", 100)
    for number in range(8):
        start = path.join - 65 + 3 * (number - 4)
        case.molecule(path, start, start + 130 + number % 2, "both")
    return _expect(case, path, **truth.counted(8))


def same_name_two_groups(models, name, style):
    """Two read groups use the same read names for different molecules."""
    case, path = _case(models, name, style)
    case.groups.append(["ID:2", f"SM:{case.sample}", "LB:lib2", "PL:ILLUMINA"])
    for group in ("1", "2"):
        for number in range(4):
            where = _at(path, 22 + 4 * number + (15 if group == "2" else 0), 170 + 3 * number)
            case.molecule(path, *where, "x", name=f"read-{number}", group=group)
    return _expect(case, path, **truth.counted(8))


def slash_names(models, name, style):
    """Mates called NAME/1 and NAME/2, both split."""
    case, path = _case(models, name, style, "bwa", 100)
    for number in range(6):
        start = path.join - 65 + 4 * (number - 3)
        case.molecule(path, start, start + 130, "slash", suffixes=("/1", "/2"))
    return _expect(case, path, **truth.counted(6))


def _elsewhere_too(chrom, hits=2, mapq=None):
    def change(piece):
        if piece.chrom == chrom:
            piece.n_hits, piece.mapq = hits, mapq
    return change


def multimapped_target_star(models, name, style):
    """STAR says MAPQ 3, NH 2 of the NTRK3 side of five of eight fragments."""
    case, path = _case(models, name, style)
    case.split(path, 3, low=25)
    case.split(path, 5, low=23, kind="multi", change=_elsewhere_too("15"))
    return _expect(case, path, split_fragments=3, unique_fragments=3)


def multimapped_target_bwa(models, name, style):
    """BWA says MAPQ 0 of every piece in NTRK3: nothing is certain."""
    case, path = _case(models, name, style, "bwa", 100)
    case.split(path, 8, low=36, kind="multi", change=_elsewhere_too("15", 2, 0))
    case.rows(0)
    return case


def multimapped_target_hisat2(models, name, style):
    """HISAT2 says MAPQ 1, NH 2 of four of nine reads that join BCAN and NTRK1."""
    case = Case(models, name, style, "hisat2")
    case.background(18)
    path = case.fusion("BCAN", 13, "NTRK1", 11)
    case.split(path, 5, low=25)
    case.split(path, 4, low=23, kind="multi", change=_elsewhere_too("1"))
    case.expect(path, fusion="BCAN::NTRK1", split_fragments=5)
    case.rows(1)
    return case


def multimapped_partner(models, name, style):
    """TPM4 fits in several places (MAPQ 0), NTRK1 in one: counted, and said so."""
    case = Case(models, name, style, "bwa", 100)
    case.background(18)
    path = case.fusion("NM_003290", 7, "NTRK1", 13)
    case.split(path, 8, low=36, change=_elsewhere_too("19", 3, 0))
    case.expect(path, fusion="TPM4::NTRK1", flags_like="partner_multimapped",
                catalogue="junction", **truth.counted(8))
    case.rows(1)
    return case


def secondary_alignments(models, name, style):
    """Four split fragments, and four of which only secondary alignments are left."""
    case, path = _case(models, name, style)
    case.split(path, 4, low=25)
    before = len(case.records)
    case.split(path, 4, low=22, kind="second")
    for record in case.records[before:]:
        record.flag = (record.flag | sam.SECONDARY) & ~sam.SUPPLEMENTARY
    return _expect(case, path, **truth.counted(4))


def spanning_geometry(models, name, style):
    """Two split fragments and five pairs that fit the junction; six pairs that would need a
    molecule of several thousand bases, and two from a part of NTRK3 the fusion lacks."""
    case = Case(models, name, style, "star")
    case.background(60)
    path = case.fusion("ETV6", 5, "NTRK3", 15)
    case.split(path, 2, low=30)
    case.spanning(path, 5)
    for number in range(6):
        start = path.join - 700 - 11 * number
        case.molecule(path, start, path.join + 6000 + 17 * number, "far")
    wrong = case.fusion("ETV6", 3, "NTRK3", 5)
    case.spanning(wrong, 2, kind="wrong")
    return _expect(case, path, **truth.counted(2, 5))


def pairs_alone(models, name, style):
    """Eight spanning pairs, no read over the junction: no base-level breakpoint, no row."""
    case, path = _case(models, name, style)
    case.spanning(path, 8)
    case.rows(0)
    return case


def one_fragment(models, name, style):
    """A single split fragment of a published junction."""
    case, path = _case(models, name, style)
    case.split(path, 1, low=30)
    case.expect(path, fusion="ETV6::NTRK3", catalogue="junction", **truth.counted(1))
    return case


def two_samples(models, name, style):
    """Two SM names: --sample decides."""
    case, path = _case(models, name, style)
    case.groups.append(["ID:2", "SM:another", "LB:lib2", "PL:ILLUMINA"])
    case.args = "--sample chosen"
    case.split(path, 5)
    return _expect(case, path, sample="chosen", **truth.counted(5))


def no_read_group(models, name, style):
    """No @RG and no RG tag: the sample is called "sample"."""
    case, path = _case(models, name, style)
    case.groups = []
    case.split(path, 5)
    for record in case.records:
        record.tags = [tag for tag in record.tags if not tag.startswith("RG:")]
    return _expect(case, path, sample="sample", **truth.counted(5))


def cases(new, old):
    for make, style, old_style in (
            (duplicate_flag, "ucsc", "ensembl"), (duplicate_position, "ucsc", "ensembl"),
            (umi_tag, "ucsc", "refseq"), (overlapping_mates, "ucsc", "ensembl"),
            (same_name_two_groups, "ucsc", "ensembl"),
            (multimapped_target_star, "ucsc", "ensembl"),
            (multimapped_partner, "ucsc", "ensembl"), (spanning_geometry, "ucsc", "ensembl"),
            (pairs_alone, "ucsc", "ensembl")):
        yield make(new, make.__name__, style)
        yield make(old, make.__name__ + "_grch37", old_style)
    for make in (umi_underscore, umi_illumina, slash_names, multimapped_target_bwa,
                 multimapped_target_hisat2, secondary_alignments, one_fragment, two_samples,
                 no_read_group):
        yield make(new, make.__name__, "ucsc")
