# SPDX-License-Identifier: MIT
"""Samples that would fool a naive caller: too good to be true, or too poor to say anything.

A library is healthy where a .bulk file adds HEALTHY fragments over control and other genes;
without one no gene can be NEGATIVE, and a gene without any evidence is NOT_ASSESSABLE."""
from cases import reads
from cases import truth
from cases.build import Case
from cases.models import Block, Path

TARGETS = ("NTRK1", "NTRK2", "NTRK3")
HEALTHY = 66000
COPIES = 9999  # beside the molecule itself


def _case(models, name, style, program="star", background=18):
    case = Case(models, name, style, program)
    case.background(background)
    return case


def _healthy(case):
    case.add_bulk("rna", case.name, HEALTHY)


def _poor(case, finding=None, reason="too_few_fragments"):
    """Verdicts in a library that is too small, or bad for another reason: nothing is NEGATIVE."""
    case.assessable(reason)
    for gene in TARGETS:
        if gene == finding:
            case.verdict(gene, "NEGATIVE", "!=")
        else:
            case.verdict(gene, "NOT_ASSESSABLE")


def _negative(case, *genes):
    case.assessable()
    for gene in genes:
        case.verdict(gene, "NEGATIVE")


def _never_high(case, gene):
    case.forbid(tier="HIGH")
    case.verdict(gene, "POSITIVE", "!=")


# ------------------------------------------------------------------ carry-over, neighbours

def _carryover(models, name, style, count):
    case = _case(models, name, style)
    path = case.fusion("ETV6", 5, "NTRK3", 15)
    case.split(path, count, low=30)
    columns = truth.target3(case, path, "ETV6", "NTRK3")
    case.expect(path, event_type="fusion", catalogue="junction", **truth.counted(count),
                **columns)
    case.rows(1)
    case.expect(path, tier="LOW", flags_has="possible_carryover")
    _never_high(case, "NTRK3")
    _poor(case, "NTRK3")
    return case


def carryover_one(models, name, style):
    """One fragment with the very junction of control materials."""
    return _carryover(models, name, style, 1)


def carryover_two(models, name, style):
    """Two of them."""
    return _carryover(models, name, style, 2)


def read_through_prcc(models, name, style):
    """PRCC runs on into NTRK1, which lies downstream on the same strand: N gaps, 5 fragments."""
    case = _case(models, name, style, "star_plain")
    path = case.fusion("PRCC", 1, "NTRK1", 11)
    case.split(path, 5)
    columns = truth.target3(case, path, "PRCC", "NTRK1")
    case.expect(path, event_type="fusion", flags_has="read_through_possible",
                **truth.counted(5), **columns)
    case.rows(1)
    _never_high(case, "NTRK1")
    _poor(case, "NTRK1")
    return case


# ------------------------------------------------------------------ few or copied molecules

def _anchored(models, name, style, starts):
    """One molecule for each element of `starts`, three copies each; the other end of all of
    them is the primer in NTRK3 e16."""
    case = _case(models, name, style)
    path = case.fusion("ETV6", 5, "NTRK3", 15)
    draw = reads.Draw(name)
    primer_end = path.join + 131 + 40
    for number in starts:
        umi = draw.bases(10)
        for _ in range(3):
            case.molecule(path, path.join - 30 - 7 * number, primer_end, "amp",
                          sense_first=True, tags=[f"RX:Z:{umi}"])
    case.args = "--library anchored"
    case.header_line("^##library=anchored")
    case.header_line("^##duplicates=umi")
    case.expect(path, fusion="ETV6::NTRK3", structure="oncogenic_type",
                split_fragments=3 * len(starts), unique_fragments=len(starts),
                start_sites=len(set(starts)))
    case.rows(1)
    return case, path


def anchored_five(models, name, style):
    """Anchored PCR: five molecules ligated at three places are enough."""
    case, path = _anchored(models, name, style, (0, 0, 1, 2, 2))
    case.expect(path, tier="HIGH")
    case.verdict("NTRK3", "POSITIVE")
    return case


def anchored_two_starts(models, name, style):
    """Five molecules ligated at two places are not."""
    case, _ = _anchored(models, name, style, (0, 0, 0, 1, 1))
    _never_high(case, "NTRK3")
    return case


def _copied(models, name, style, gene5, upto, unique):
    case = _case(models, name, style)
    path = case.fusion(gene5, upto, "NTRK3", 15)
    case.molecule(path, path.join - 37, path.join + 143, "copied", sense_first=True)
    case.add_bulk("copies", "copied-0001", COPIES)
    columns = truth.target3(case, path, gene5, "NTRK3")
    assert columns["structure"] == "oncogenic_type"
    case.expect(path, event_type="fusion", split_fragments=COPIES + 1, start_sites=1,
                unique_fragments_max=unique, **columns)
    case.rows(1)
    _never_high(case, "NTRK3")
    return case


def copied_molecule_wts(models, name, style):
    """One chance molecule of a new pair, in frame and on exon edges, copied 10,000 times and
    not marked, in a library that is healthy otherwise."""
    case = _copied(models, name, style, "EWSR1", 7, 1)
    _healthy(case)
    _negative(case, "NTRK1", "NTRK2")
    return case


def copied_molecule_amplicon(models, name, style):
    """The same from an amplicon, where nothing tells copies apart."""
    case = _copied(models, name, style, "EWSR1", 7, 3)
    case.args = "--library amplicon"
    return case


def copied_molecule_amplicon_known(models, name, style):
    """And with the best known junction."""
    case = _copied(models, name, style, "ETV6", 5, 3)
    case.args = "--library amplicon"
    return case


# ------------------------------------------------------------------ artefacts

PROMISCUOUS = ("ACTB", "GAPDH", "GUSB", "HMBS", "TBP", "PGK1", "HPRT1", "SDHA", "PPIA", "RPLP0",
               "YWHAZ", "TFRC", "GPI", "PSMB4", "VCP")


def promiscuous_site(models, name, style):
    """One exon edge of NTRK2 joined to fifteen genes, one or two fragments each: a habit of the
    library, not fifteen fusions."""
    case = _case(models, name, style)
    for number, gene in enumerate(PROMISCUOUS):
        transcript = models.primary(gene)
        upto = next(n for n in range(1, len(transcript.exons))
                    if Path(transcript.head(n)).length >= 220)
        path = case.fusion(gene, upto, "NTRK2", 12)
        count = 1 + number % 2
        case.split(path, count, low=22 + number, kind=gene)
        case.expect(path, fusion=f"{gene}::NTRK2", site5="exon_edge", site3="exon_edge",
                    **truth.counted(count))
        case.expect(path, flags_has="promiscuous_site")
    case.args = "--all"
    case.rows(len(PROMISCUOUS))
    case.forbid(tier_like="^(HIGH|MEDIUM)$")
    case.verdict("NTRK2", "POSITIVE", "!=")
    _poor(case, "NTRK2")
    return case


def reciprocal_only(models, name, style):
    """NTRK3::ETV6 alone, in plenty: the product without a kinase."""
    case = _case(models, name, style)
    path = case.fusion("NTRK3", 14, "ETV6", 6)
    case.split(path, 20)
    case.spanning(path, 10)
    case.expect(path, fusion="NTRK3::ETV6", event_type="reciprocal",
                structure="non_oncogenic", **truth.counted(20, 10))
    case.rows(1)
    case.verdict("NTRK3", "POSITIVE", "!=")
    _poor(case, "NTRK3")
    return case


def antisense_many(models, name, style):
    """A partner read backwards, in plenty."""
    case = _case(models, name, style)
    start, end = models.primary("ETV6").exon(5)
    path = Path.joined([Block("12", "-", start + 200, end - 20)],
                       models.primary("NTRK3").tail(15))
    case.split(path, 14)
    case.spanning(path, 6)
    case.expect(path, gene3="NTRK3", site5="antisense", structure="non_oncogenic",
                **truth.counted(14, 6))
    case.rows(1)
    case.verdict("NTRK3", "POSITIVE", "!=")
    _poor(case, "NTRK3")
    return case


def _useless(models, name, style, gene5, upto, start_at, **wanted):
    """A fusion in plenty whose protein has no working kinase."""
    case = _case(models, name, style)
    path = case.fusion(gene5, upto, "NTRK3", start_at)
    case.split(path, 14)
    case.spanning(path, 6)
    columns = truth.target3(case, path, gene5, "NTRK3")
    assert columns["structure"] == "non_oncogenic"
    assert all(columns[key] == value for key, value in wanted.items()), columns
    case.expect(path, event_type="fusion", **truth.counted(14, 6), **columns)
    case.rows(1)
    case.verdict("NTRK3", "POSITIVE", "!=")
    _poor(case, "NTRK3")
    return case


def kinase_broken_many(models, name, style):
    """ETV6 e5 joined to NTRK3 e17, inside the kinase."""
    return _useless(models, name, style, "ETV6", 5, 17, kinase="broken")


def out_of_frame_many(models, name, style):
    """AKAP13 e16 joined to NTRK3 e14."""
    return _useless(models, name, style, "AKAP13", 16, 14, frame="out")


# ------------------------------------------------------------------ what a negative rests on

def normal_isoforms(models, name, style):
    """NTRK2 and NTRK3 at work in all their isoforms, the truncated ones and those with and
    without the insert in the kinase among them."""
    case = _case(models, name, style)
    _healthy(case)
    for gene in ("NTRK2", "NTRK3"):
        for transcript in models.by_gene[gene]:
            case.normal(transcript.accession, 6)
            case.add_bulk("rna", transcript.accession, 1500, transcript.accession)
    case.rows(0)
    _negative(case, *TARGETS)
    return case


def silent_healthy(models, name, style):
    """No read in any target: as most tumours are."""
    case = _case(models, name, style)
    _healthy(case)
    for gene in TARGETS:
        case.header_line(f"^##target {gene} .*fragments=0")
    case.rows(0)
    _negative(case, *TARGETS)
    return case


def cut_to_targets(models, name, style):
    """A file cut to the loci of the targets: ordinary transcripts of theirs, nothing else."""
    case = _case(models, name, style, background=0)
    for gene in TARGETS:
        case.normal(gene, 75)
    case.rows(0)
    _poor(case, reason="cut_out")
    return case


def cut_to_targets_deep(models, name, style):
    """The same with as many fragments as a healthy library has."""
    case = _case(models, name, style, background=0)
    for gene in TARGETS:
        case.normal(gene, 6)
        accession = models.primary(gene).accession
        case.add_bulk("rna", accession, HEALTHY // 3, accession)
    case.rows(0)
    _poor(case, reason="cut_out")
    return case


def few_reads(models, name, style):
    """20,000 reads of a healthy library."""
    case = _case(models, name, style)
    case.add_bulk("rna", name, 10000)
    case.rows(0)
    _poor(case)
    return case


def _dna(models, name, style, kind):
    case = Case(models, name, style, "bwa")
    for gene in ("ACTB", "NTRK1", "NTRK2", "NTRK3"):
        for number in range(3):
            start, end = models.primary(gene).exon(3 + number)
            path = Path([Block(models.primary(gene).chrom, "+", start - 300, end + 300)])
            case.molecule(path, 100 + 20 * number, 330 + 25 * number, "dna")
    case.add_bulk(kind, name, HEALTHY)
    case.rows(0)
    _poor(case, reason="dna_input")
    return case


def dna_reads(models, name, style):
    """DNA: no read is spliced, introns are covered like exons."""
    return _dna(models, name, style, "dna")


def exome_reads(models, name, style):
    """DNA of an exome: reads lie over exons, and run on into the introns."""
    return _dna(models, name, style, "exome")


def positive_healthy(models, name, style):
    """ETV6::NTRK3 in a healthy library."""
    case = _case(models, name, style)
    _healthy(case)
    path = case.fusion("ETV6", 5, "NTRK3", 15)
    case.split(path, 20)
    case.spanning(path, 10)
    columns = truth.target3(case, path, "ETV6", "NTRK3")
    case.expect(path, event_type="fusion", catalogue="junction", **truth.counted(20, 10),
                **columns)
    case.rows(1)
    case.expect(path, tier="HIGH")
    case.verdict("NTRK3", "POSITIVE")
    _negative(case, "NTRK1", "NTRK2")
    return case


def novel_partner(models, name, style):
    """EWSR1 e7 joined to NTRK3 e15: in frame, on exon edges, ten molecules with starts of their
    own, and in no catalogue."""
    case = _case(models, name, style)
    path = case.fusion("EWSR1", 7, "NTRK3", 15)
    case.split(path, 10)
    columns = truth.target3(case, path, "EWSR1", "NTRK3")
    assert columns["structure"] == "oncogenic_type"
    case.expect(path, event_type="fusion", start_sites_min=5, catalogue_like="^(none|acceptor)$",
                **truth.counted(10), **columns)
    case.rows(1)
    case.expect(path, tier="HIGH")
    case.verdict("NTRK3", "POSITIVE")
    for gene in ("NTRK1", "NTRK2"):
        case.verdict(gene, "NOT_ASSESSABLE")
    return case


def cases(new, old):
    for make, style, old_style in (
            (carryover_one, "ucsc", "ensembl"), (read_through_prcc, "ucsc", "refseq"),
            (reciprocal_only, "ensembl", "ucsc"), (positive_healthy, "ucsc", "ensembl"),
            (novel_partner, "refseq", "ucsc")):
        yield make(new, make.__name__, style)
        yield make(old, make.__name__ + "_grch37", old_style)
    for make in (carryover_two, anchored_five, anchored_two_starts, copied_molecule_wts,
                 copied_molecule_amplicon, copied_molecule_amplicon_known, promiscuous_site,
                 antisense_many, kinase_broken_many, out_of_frame_many, normal_isoforms,
                 silent_healthy, cut_to_targets, cut_to_targets_deep, few_reads, dna_reads,
                 exome_reads):
        yield make(new, make.__name__, "ucsc")
