# SPDX-License-Identifier: MIT
"""Clipped reads without SA tags: evidence when two piles of them fit each other."""
from cases import genome as g
from cases import reads
from cases import truth
from cases.build import Case
from cases.models import Block, Path


def _expect(case, path, gene5, least, **more):
    columns = truth.target3(case, path, gene5, "NTRK3")
    columns.update(truth.main_donor(case, path, gene5))
    columns.update(truth.sequence(case, path))
    columns.update(more)
    case.expect(path, event_type="fusion", unique_fragments_min=least, **columns)
    case.rows(1)


def star_plain_piles(models, name, style, left=2, right=1):
    """2×50, STAR without chimeric options: neither SA nor spanning pairs, only clips at ETV6 e5
    and NTRK3 e15, which run over the edge where the intron happens to fit."""
    case = Case(models, name, style, "star_plain", length=50)
    path = case.fusion("ETV6", 5, "NTRK3", 15)
    reads.plant_homology(case.genome, path, left, right)
    case.background()
    case.normal("ETV6", 8)
    case.split(path, 30, low=12)
    case.spanning(path, 10)
    assert not any(r.sa for r in case.records)
    _expect(case, path, "ETV6", 12, spanning_fragments=0, catalogue="junction")
    return case


def star_plain_piles_exact(models, name, style):
    """The same without any run-over."""
    return star_plain_piles(models, name, style, 0, 0)


def star_plain_piles_three(models, name, style):
    """The same with 3 nt on the side of NTRK3."""
    return star_plain_piles(models, name, style, 3, 0)


def bwa_piles(models, name, style):
    """2×50, BWA: the shorter piece of a read is below its 30 nt, so there is no SA; there are
    spanning pairs."""
    case = Case(models, name, style, "bwa", length=50)
    path = case.fusion("ETV6", 5, "NTRK3", 15)
    reads.plant_homology(case.genome, path, 3, 1)
    case.background()
    case.split(path, 24, low=9)
    case.spanning(path, 10)
    assert not any(r.sa for r in case.records if "split" in r.name)
    _expect(case, path, "ETV6", 18, spanning_fragments_min=10, catalogue="junction")
    return case


def bwa_piles_new_partner(models, name, style):
    """EWSR1 is in no catalogue: its donor edge is nominated by the spanning pairs."""
    case = Case(models, name, style, "bwa", length=50)
    path = case.fusion("EWSR1", 7, "NTRK3", 14)
    reads.plant_homology(case.genome, path, 1, 2)
    case.background()
    case.split(path, 24, low=9)
    case.spanning(path, 10)
    _expect(case, path, "EWSR1", 18, spanning_fragments_min=10)
    return case


def piles_that_do_not_fit(models, name, style):
    """Clips at ETV6 e5 that go on elsewhere, and clips at NTRK3 e15 that come from elsewhere
    (both from sequence that the assembly lacks): no junction between the two."""
    case = Case(models, name, style, "star_plain", length=50)
    case.background()
    lost = Block("13", "+", 50000001, 50000400)
    other = Block("13", "+", 50010001, 50010400)
    one = Path.joined(models.primary("ETV6").head(5), [lost])
    two = Path.joined([other], models.primary("NTRK3").tail(15))
    reads.plant_homology(case.genome, one, 0, 0)
    reads.plant_homology(case.genome, two, 0, 0)
    case.split(one, 24, low=12, kind="leaves")
    case.split(two, 24, low=12, kind="arrives")
    case.records = [r for r in case.records if r.chrom != "13"]
    assert len({r.chrom for r in case.records if r.name[0] in "la" and "S" in r.cigar}) == 2
    case.rows(0)
    return case


def rescued_clips(models, name, style):
    """Four split reads show the junction; clips of 9 to 11 nt of six others agree with it."""
    case = Case(models, name, style, "star")
    path = case.fusion("ETV6", 5, "NTRK3", 15)
    reads.plant_homology(case.genome, path, 0, 0)
    case.background()
    case.split(path, 4, low=25)
    for anchor in (9, 10, 11):
        for left in (True, False):
            case.crossing(path, anchor, left, 2 * case.length + 5 * anchor, kind="clip")
    case.expect(path, fusion="ETV6::NTRK3", **truth.counted(4, 0, 6))
    case.rows(1)
    return case


def clips_that_disagree(models, name, style):
    """Four split reads; six clips at the same edges with other bases are not counted."""
    case = Case(models, name, style, "star")
    path = case.fusion("ETV6", 5, "NTRK3", 15)
    case.background()
    case.split(path, 4, low=25)
    etv6, ntrk3 = Path.of(models.primary("ETV6")), Path.of(models.primary("NTRK3"))
    donor = path.join
    acceptor = ntrk3.offsets[14]
    for number in range(3):
        foreign = reads.Draw(f"{name}{number}").bases(11)
        case.molecule(etv6, donor - 120 - number, donor, "foreign", after=foreign)
        case.molecule(ntrk3, acceptor, acceptor + 120 + number, "foreign", before=foreign)
    case.expect(path, fusion="ETV6::NTRK3", split_fragments=4, rescued_fragments=0)
    case.rows(1)
    return case


def adapter_clips(models, name, style):
    """Short molecules that begin at NTRK acceptors or end at donors, of partners too, and run
    into the adapter."""
    case = Case(models, name, style, "star_plain")
    case.background()
    for gene, exons in (("NTRK3", (14, 15)), ("NTRK1", (10, 11, 12)), ("ETV6", (4, 5)),
                        ("LMNA", (2,)), ("TPM3", (7,))):
        path = Path.of(models.primary(gene))
        for exon in exons:
            start, end = models.primary(gene).exon(exon)
            low = path.offsets[exon - 1]
            high = low + end - start + 1
            for number in range(6):
                size = 40 + 4 * number
                if gene.startswith("NTRK"):
                    case.molecule(path, low, low + size, f"{gene}-begins")
                case.molecule(path, high - size, high, f"{gene}-ends")
    case.rows(0)
    return case


def poly_a_clips(models, name, style):
    """Poly-A tails after the last exons of NTRK isoforms, and A-rich clips at inner exon ends."""
    case = Case(models, name, style, "star_plain")
    case.background()
    for gene in ("NTRK1", "NTRK2", "NTRK3"):
        for transcript in models.by_gene[gene]:
            path = Path.of(transcript)
            case.molecule(path, path.length - 130, path.length, f"{gene}-tail", after="A" * 25)
    for gene, exon in (("NTRK1", 10), ("NTRK3", 14), ("NTRK2", 12), ("ETV6", 5)):
        path = Path.of(models.primary(gene))
        high = path.offsets[exon]
        for number in range(6):
            case.molecule(path, high - 110 - 3 * number, high, f"{gene}-inner", after="A" * 20)
            case.molecule(path, high, high + 110 + 3 * number, f"{gene}-first",
                          before=g.reverse_complement("A" * 20))
    case.rows(0)
    return case


def cases(new, old):
    for make, style, old_style in (
            (star_plain_piles, "ucsc", "ensembl"), (bwa_piles, "ensembl", "ucsc"),
            (bwa_piles_new_partner, "ucsc", "ensembl"),
            (piles_that_do_not_fit, "ucsc", "ensembl"), (rescued_clips, "ucsc", "refseq"),
            (adapter_clips, "ucsc", "ucsc"), (poly_a_clips, "ucsc", "ensembl")):
        yield make(new, make.__name__, style)
        yield make(old, make.__name__ + "_grch37", old_style)
    for make in (star_plain_piles_exact, star_plain_piles_three, clips_that_disagree):
        yield make(new, make.__name__, "ucsc")
