# SPDX-License-Identifier: MIT
"""Split reads as each aligner writes them."""
from cases import reads
from cases import sam
from cases import truth
from cases.build import Case
from cases.models import Path


def _etv6(case, donor=5, acceptor=15):
    return case.fusion("ETV6", donor, "NTRK3", acceptor)


def _expect_etv6(case, path, counts, **more):
    columns = truth.target3(case, path, "ETV6", "NTRK3")
    columns.update(truth.main_donor(case, path, "ETV6"))
    columns.update(truth.sequence(case, path))
    columns.update(counts)
    columns.update(event=1, event_type="fusion", structure="oncogenic_type", frame="in",
                   hgnc5="HGNC:3495", catalogue="junction", sample=case.sample)
    columns.update(more)
    case.expect(path, **columns)
    case.rows(1)


def _star(models, name, style, program):
    case = Case(models, name, style, program)
    path = _etv6(case)
    case.background()
    case.normal("ETV6", 10)
    case.normal("NTRK2", 6)
    case.split(path, 12)
    case.spanning(path, 8)
    return case, path


def star_soft(models, name, style):
    """WithinBAM SoftClip: supplementary records keep their bases."""
    case, path = _star(models, name, style, "star")
    _expect_etv6(case, path, truth.counted(12, 8))
    return case


def star_hard(models, name, style):
    """WithinBAM HardClip."""
    case, path = _star(models, name, style, "star_hard")
    _expect_etv6(case, path, truth.counted(12, 8))
    return case


def star_primary_only(models, name, style):
    """The supplementary records were filtered away: the SA text alone tells of the partner."""
    case, path = _star(models, name, style, "star_hard")
    case.records = [r for r in case.records if not r.flag & sam.SUPPLEMENTARY]
    _expect_etv6(case, path, truth.counted(12, 8))
    return case


def star_partner_side_only(models, name, style):
    """Every record in NTRK3 is gone; the partner's records name it in SA. An index query of the
    NTRK windows finds nothing here."""
    case, path = _star(models, name, style, "star")
    case.records = [r for r in case.records if r.chrom != "15"]
    _expect_etv6(case, path, {"split_fragments": 12})
    case.roads = "fullscan-only"
    return case


def star_refseq_names(models, name, style):
    """NC_ accessions; exons e4 and e14."""
    case = Case(models, name, style, "star")
    path = _etv6(case, 4, 14)
    case.background(18)
    case.split(path, 8)
    case.spanning(path, 5)
    _expect_etv6(case, path, truth.counted(8, 5))
    return case


def single_end(models, name, style):
    """1×75."""
    case = Case(models, name, style, "star")
    case.paired = False
    path = _etv6(case)
    case.background(18)
    case.normal("NTRK3", 6, 15, 20)
    case.split(path, 10)
    _expect_etv6(case, path, truth.counted(10))
    return case


def _bwa(models, name, style, left, right):
    case = Case(models, name, style, "bwa", length=100)
    path = _etv6(case)
    reads.plant_homology(case.genome, path, left, right)
    case.background(18)
    case.split(path, 10, low=36)
    case.spanning(path, 4)
    _expect_etv6(case, path, truth.counted(10, 4))
    return case


def bwa_homology_left(models, name, style):
    """The last 3 bases of ETV6 e5 fit the intron before NTRK3 e15: its piece starts 3 nt early,
    and both pieces claim the same 3 bases of the read."""
    return _bwa(models, name, style, 3, 0)


def bwa_homology_right(models, name, style):
    """The first 2 bases of NTRK3 e15 fit the intron after ETV6 e5."""
    return _bwa(models, name, style, 0, 2)


def bwa_homology_both(models, name, style):
    """Both: 2 before, 2 after."""
    return _bwa(models, name, style, 2, 2)


def dragen_split(models, name, style):
    """Spliced alignments with hard-clipped supplementary records and MAPQ 60."""
    case = Case(models, name, style, "dragen", length=100)
    path = _etv6(case)
    case.background(18)
    case.split(path, 9, low=25)
    case.spanning(path, 4)
    _expect_etv6(case, path, truth.counted(9, 4))
    return case


def _long_reads(case, path, count, start, step):
    """Whole long reads that start `start` bases into the path, each `step` later."""
    case.paired = False
    for number in range(count):
        first = start + number * step
        last = path.join_last + 500 + 37 * number
        case.length = last - first
        case.molecule(path, first, last, "long")
    for record in case.records:
        record.quality = "*"


def minimap2_chain(models, name, style):
    """Long reads in three pieces: an intron of ETV6 longer than -G, then the fusion; introns
    inside pieces. SA tags have the introns as deletions."""
    case = Case(models, name, style, "minimap2")
    case.aligner = case.aligner._replace(max_intron=60000)
    path = _etv6(case)
    path.join_last = path.join
    _long_reads(case, path, 6, path.offsets[1] + 10, 7)
    _expect_etv6(case, path, truth.counted(6))
    return case


def minimap2_three_loci(models, name, style):
    """ETV6, SQSTM1 and NTRK3 in one read: SQSTM1 is what NTRK3 is joined to."""
    case = Case(models, name, style, "minimap2")
    etv6, sqstm1 = models.primary("ETV6"), models.primary("SQSTM1")
    middle = sqstm1.head(5)[2:]
    path = Path.joined(etv6.head(4), middle, models.primary("NTRK3").tail(14))
    path.join_last = path.joins[1]
    _long_reads(case, path, 6, 150, 11)
    columns = truth.target3(case, path, "SQSTM1", "NTRK3", path.joins[1])
    columns.update(truth.main_donor(case, path, "SQSTM1", path.joins[1]))
    case.expect(path, path.joins[1], event_type="fusion", **truth.counted(6), **columns)
    case.forbid(gene5="ETV6")
    case.rows(1)
    return case


def cases(new, old):
    both = [(star_soft, "ucsc", "ensembl"), (star_hard, "ensembl", "ucsc"),
            (star_primary_only, "ensembl", "ensembl"),
            (star_refseq_names, "refseq", "refseq"), (single_end, "ucsc", "ensembl"),
            (bwa_homology_left, "ucsc", "ucsc"), (dragen_split, "ucsc", "refseq"),
            (minimap2_chain, "ucsc", "ensembl")]
    for make, style, old_style in both:
        yield make(new, make.__name__, style)
        yield make(old, make.__name__ + "_grch37", old_style)
    for make in (star_partner_side_only, bwa_homology_right, bwa_homology_both,
                 minimap2_three_loci):
        yield make(new, make.__name__, "ucsc")
