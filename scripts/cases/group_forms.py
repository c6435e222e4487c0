# SPDX-License-Identifier: MIT
"""What a junction can be: reciprocal, kinase broken, out of frame, antisense, intragenic …"""
from cases import truth
from cases.build import Case
from cases.models import Block, Path

# Stretches far from every gene of the tables.
NOWHERE = {"grch38": [("13", "+", 50000001, 50000260), ("13", "+", 50004001, 50004180)],
           "grch37": [("13", "+", 51000001, 51000260), ("13", "+", 51004001, 51004180)]}


def _case(models, name, style, program="star", background=18):
    case = Case(models, name, style, program)
    case.background(background)
    return case


def reciprocal(models, name, style):
    """NTRK3 e14 joined to ETV6 e6: the other product of the translocation, without a kinase."""
    case = _case(models, name, style)
    path = case.fusion("NTRK3", 14, "ETV6", 6)
    case.split(path, 8)
    case.spanning(path, 4)
    case.expect(path, fusion="NTRK3::ETV6", gene5="NTRK3", gene3="ETV6",
                event_type="reciprocal", structure="non_oncogenic", site5="exon_edge",
                site3="exon_edge", **truth.counted(8, 4))
    case.forbid(event_type="fusion")
    case.rows(1)
    return case


def both_products(models, name, style):
    """The fusion and its reciprocal in one sample: two directions, two events."""
    case = _case(models, name, style)
    path = case.fusion("ETV6", 5, "NTRK3", 15)
    back = case.fusion("NTRK3", 14, "ETV6", 6)
    case.split(path, 8)
    case.split(back, 5, kind="back")
    case.expect(path, event_type="fusion", structure="oncogenic_type", **truth.counted(8))
    case.expect(back, event_type="reciprocal", structure="non_oncogenic", **truth.counted(5))
    case.rows(2)
    return case


def kinase_broken(models, name, style):
    """ETV6 e5 joined to NTRK3 e17, inside the kinase."""
    case = _case(models, name, style)
    path = case.fusion("ETV6", 5, "NTRK3", 17)
    case.split(path, 8)
    columns = truth.target3(case, path, "ETV6", "NTRK3")
    assert columns["kinase"] == "broken"
    case.expect(path, event_type="fusion", **truth.counted(8), **columns)
    case.rows(1)
    return case


def kinase_absent(models, name, style):
    """ETV6 e5 joined to the last exon of NTRK3 past the kinase."""
    case = _case(models, name, style)
    end = models.primary("NTRK3").cds[0]  # the stop codon: the gene is on the minus strand
    path = case.fusion("ETV6", 5, "NTRK3", ("pos", end + 20))
    case.split(path, 8)
    case.expect(path, fusion="ETV6::NTRK3", event_type="fusion", kinase="absent",
                structure="non_oncogenic", site5="exon_edge", site3="exon", exon3=20,
                **truth.counted(8))
    case.rows(1)
    return case


def out_of_frame(models, name, style):
    """AKAP13 e16 joined to NTRK3 e14."""
    case = _case(models, name, style)
    path = case.fusion("AKAP13", 16, "NTRK3", 14)
    case.split(path, 8)
    columns = truth.target3(case, path, "AKAP13", "NTRK3")
    assert columns["frame"] == "out"
    case.expect(path, event_type="fusion", catalogue="junction", **truth.counted(8), **columns)
    case.rows(1)
    return case


def utr_donor(models, name, style):
    """The 5′ part is non-coding: TFG e1 brings a promoter only."""
    case = _case(models, name, style)
    path = case.fusion("TFG", 1, "NTRK3", 14)
    case.split(path, 8)
    columns = truth.target3(case, path, "TFG", "NTRK3")
    assert columns["frame"] == "5'-UTR", columns
    case.expect(path, event_type="fusion", **truth.counted(8), **columns)
    case.rows(1)
    return case


def _joined_to(models, block, gene3, exon3):
    return Path.joined([block], models.primary(gene3).tail(exon3))


def antisense_partner(models, name, style):
    """The 5′ part reads ETV6 backwards."""
    case = _case(models, name, style)
    start, end = models.primary("ETV6").exon(5)
    path = _joined_to(models, Block("12", "-", start + 200, end - 20), "NTRK3", 15)
    case.split(path, 8)
    case.spanning(path, 3)
    case.expect(path, gene3="NTRK3", site5="antisense", structure="non_oncogenic",
                **truth.counted(8, 3))
    case.rows(1)
    return case


def inside_exon(models, name, style):
    """Both breakpoints inside exons, as a genomic break through them would leave it."""
    case = _case(models, name, style)
    five, three = models.primary("ETV6"), models.primary("NTRK3")
    path = Path.joined(five.head(("pos", five.donor(5) - 60)),
                       three.tail(("pos", three.acceptor(15) - 23)))
    case.split(path, 8)
    case.spanning(path, 3)
    case.expect(path, fusion="ETV6::NTRK3", event_type="fusion", site5="exon", site3="exon",
                exon5=5, exon3=15, **truth.counted(8, 3))
    case.rows(1)
    return case


def intronic(models, name, style):
    """The 5′ part ends in the intron after ETV6 e5 (a cryptic exon)."""
    case = _case(models, name, style)
    end = models.primary("ETV6").donor(5)
    path = _joined_to(models, Block("12", "+", end + 3001, end + 3300), "NTRK3", 15)
    case.split(path, 8)
    case.expect(path, fusion="ETV6::NTRK3", event_type="fusion", site5="intron",
                site3="exon_edge", **truth.counted(8))
    case.rows(1)
    return case


def _nowhere(models, chrom=None):
    return [Block(*place) for place in NOWHERE[models.assembly]]


def intergenic_partner(models, name, style):
    """A partner outside every known gene is named by its position."""
    case = _case(models, name, style)
    path = Path.joined(_nowhere(models), models.primary("NTRK3").tail(14))
    case.split(path, 8)
    case.spanning(path, 3)
    five = path.ends()[0]
    case.expect(path, gene5_like=f"^{case.named('13')}:{five.pos}", gene3="NTRK3",
                fusion_like=f"^{case.named('13')}:{five.pos}.*::NTRK3$", site5="intergenic",
                site3="exon_edge", event_type="fusion", transcript5=".", exon5=".",
                **truth.counted(8, 3))
    case.rows(1)
    return case


ALT = "chr1_KI270766v1_alt"


def _unplaced(models, name, style):
    case = _case(models, name, style)
    case.extra_sequences = [(ALT, 256271), ("chrUn_KI270302v1", 2274), ("hs38d1_decoy", 5000)]
    for number, contig in enumerate((ALT, "chrUn_KI270302v1", "hs38d1_decoy")):
        start = 301 + 100 * number
        path = _joined_to(models, Block(contig, "+", start, start + 400), "NTRK3", 14)
        case.split(path, 6, kind=f"unplaced{number + 1}")
    return case


def unplaced_partner(models, name, style):
    """Partners on alternate, unplaced and decoy contigs are not shown …"""
    case = _unplaced(models, name, style)
    case.rows(0)
    return case


def unplaced_partner_all(models, name, style):
    """… except with --all."""
    case = _unplaced(models, name, style)
    case.args = "--all"
    for contig in (ALT, "chrUn_KI270302v1", "hs38d1_decoy"):
        case.expect(event_type="unplaced", breakpoint5_like=f"^{contig}:", gene3="NTRK3",
                    split_fragments=6)
    return case


def ntrk1_skip(models, name, style):
    """NTRK1 without exons 6, 7 and 9, as in TrkAIII. The splice e8–e10 is TrkA-I's own."""
    case = _case(models, name, style)
    ntrk1 = models.primary("NTRK1")
    path = Path.joined(ntrk1.head(5), [b for n, b in enumerate(ntrk1.tail(8), 8) if n != 9])
    case.split(path, 8)
    case.normal("NTRK1", 10)
    case.expect(path, event_type="intragenic", gene5="NTRK1", gene3="NTRK1",
                split_fragments=8, exon5=5, exon3=8)
    case.rows(1)
    return case


def isoforms(models, name, style):
    """Every annotated isoform of the three genes, the truncated ones among them: no events."""
    case = _case(models, name, style, background=6)
    for gene in ("NTRK1", "NTRK2", "NTRK3"):
        for transcript in models.by_gene[gene]:
            case.normal(transcript.accession, 12)
    case.rows(0)
    return case


def four_junctions(models, name, style):
    """ETV6 e4 and e5 to NTRK3 e14 and e15: four junctions of one event."""
    case = _case(models, name, style)
    for donor, acceptor, count in ((5, 15, 9), (4, 14, 7), (4, 15, 5), (5, 14, 4)):
        path = case.fusion("ETV6", donor, "NTRK3", acceptor)
        case.split(path, count, kind=f"e{donor}-e{acceptor}")
        columns = truth.target3(case, path, "ETV6", "NTRK3")
        case.expect(path, event=1, exon5=donor, catalogue="junction", **truth.counted(count),
                    **columns)
    case.rows(4)
    return case


def two_fusions(models, name, style):
    """LMNA::NTRK1 and SQSTM1::NTRK1 in one sample, at one acceptor."""
    case = _case(models, name, style)
    for gene5, exon, acceptor, count in (("SQSTM1", 6, 11, 10), ("LMNA", 2, 11, 6)):
        path = case.fusion(gene5, exon, "NTRK1", acceptor)
        case.split(path, count, kind=gene5)
        case.spanning(path, 4, kind=f"{gene5}-span")
        columns = truth.target3(case, path, gene5, "NTRK1")
        columns.update(truth.main_donor(case, path, gene5))
        case.expect(path, event_type="fusion", **truth.counted(count, 4), **columns)
    case.expect(event=1)
    case.expect(event=2)
    case.forbid(event=3)
    case.rows(2)
    return case


def cases(new, old):
    for make, style, old_style in (
            (reciprocal, "ucsc", "ensembl"), (both_products, "ensembl", "ucsc"),
            (kinase_broken, "ucsc", "refseq"), (kinase_absent, "refseq", "ucsc"),
            (out_of_frame, "ucsc", "ensembl"), (utr_donor, "ucsc", "ensembl"),
            (antisense_partner, "ucsc", "ucsc"), (inside_exon, "ucsc", "ensembl"),
            (intronic, "ensembl", "ucsc"), (intergenic_partner, "ucsc", "ensembl"),
            (ntrk1_skip, "ucsc", "ensembl"), (isoforms, "ucsc", "ensembl"),
            (four_junctions, "ucsc", "ensembl"), (two_fusions, "refseq", "ucsc")):
        yield make(new, make.__name__, style)
        yield make(old, make.__name__ + "_grch37", old_style)
    yield unplaced_partner(new, "unplaced_partner", "ucsc")
    yield unplaced_partner_all(new, "unplaced_partner_all", "ucsc")
