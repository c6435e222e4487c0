# SPDX-License-Identifier: MIT
"""Cases with a second file: STAR's separate chimeric output, gene models, primers."""
from cases import chimeric_file
from cases import genome as g
from cases import group_forms
from cases import reads
from cases import truth
from cases.build import Case
from cases.models import Block, Path

CASE = "{case}"  # stands for the path of the case without extension in .args files


def _separate(models, name, style):
    """The main file has no chimeric records; collects what would go to the separate one."""
    case = Case(models, name, style, "star_separate")
    case.background()
    path = case.fusion("ETV6", 5, "NTRK3", 15)
    found = []
    original = case.emit

    def emit(fragment, read_name, **options):
        if not read_name.startswith(("control", "normal")):
            found.append((read_name, fragment))
        return original(fragment, read_name, **options)

    case.emit = emit
    case.normal("ETV6", 6)
    case.split(path, 10)
    case.spanning(path, 6)
    assert not any(r.sa for r in case.records)
    columns = truth.target3(case, path, "ETV6", "NTRK3")
    columns.update(truth.main_donor(case, path, "ETV6"))
    case.expect(path, event_type="fusion", catalogue="junction", **truth.counted(10, 6),
                **columns)
    case.rows(1)
    return case, path, found


def chimeric_sam(models, name, style):
    """Chimeric.out.sam of old STAR: three records for a split read, no SA tag, MAPQ 3 and NH 2
    in each; no read groups."""
    case, _, _ = _separate(models, name, style)
    case.companions["chimeric"] = case.sam_text(case.chimeric, "unsorted")
    case.args = f"--chimeric {CASE}.chimeric"
    return case


def _junction(models, name, style, new_form):
    case, path, found = _separate(models, name, style)
    rows = [chimeric_file.fields(case, read_name, fragment, path)
            for read_name, fragment in found]
    assert all(rows)
    case.companions["junction"] = chimeric_file.text(rows, new_form)
    case.args = f"--chimeric {CASE}.junction"
    return case


def chimeric_junction(models, name, style):
    """Chimeric.out.junction with 14 columns and no header."""
    return _junction(models, name, style, False)


def chimeric_junction_new(models, name, style):
    """The newer form: header, 21 columns, comments at the end."""
    return _junction(models, name, style, True)


def chimeric_twice(models, name, style):
    """Both files of one run, and the chimeric records in the main file: each fragment once."""
    case, path, found = _separate(models, name, style)
    rows = [chimeric_file.fields(case, read_name, fragment, path)
            for read_name, fragment in found]
    within = Case(models, name, style, "star")
    for read_name, fragment in found:
        within.emit(fragment, read_name)
    names = {record.name for record in within.records}
    case.records = [r for r in case.records if r.name not in names] + within.records
    case.companions["chimeric"] = case.sam_text(case.chimeric, "unsorted")
    case.companions["junction"] = chimeric_file.text(rows, True)
    case.args = f"--chimeric {CASE}.chimeric --chimeric {CASE}.junction"
    return case


# ------------------------------------------------------------------ gene models

def _gtf_line(contig, feature, start, end, strand, frame, attributes):
    words = " ".join(f'{key} "{value}";' for key, value in attributes)
    return "\t".join(map(str, [contig, "made", feature, start, end, ".", strand, frame, words]))


def _gtf_gene(contig, symbol, transcript, strand, exons, cds, flavour="gencode"):
    """Lines of a gene with one transcript; exons in transcript order."""
    base = [("gene_id", f"ENSG_{symbol}.1"), ("transcript_id", transcript)]
    if flavour == "refseq":
        base = [("gene_id", symbol), ("transcript_id", transcript), ("gene", symbol)]
    else:
        base += [("gene_type", "protein_coding"), ("gene_name", symbol)]
    low, high = min(e[0] for e in exons), max(e[1] for e in exons)
    stop = None
    if cds:  # as in GENCODE and RefSeq files the stop codon is no part of the CDS lines
        stop = (cds[1] - 2, cds[1]) if strand == "+" else (cds[0], cds[0] + 2)
        cds = (cds[0], cds[1] - 3) if strand == "+" else (cds[0] + 3, cds[1])
        assert any(start <= stop[0] and stop[1] <= end for start, end in exons)
    consumed = 0
    gene = [pair for pair in base if pair[0] != "transcript_id"]
    lines = [_gtf_line(contig, "gene", low, high, strand, ".", gene),
             _gtf_line(contig, "transcript", low, high, strand, ".",
                       base + [("tag", "MANE_Select")])]
    for number, (start, end) in enumerate(exons, 1):
        attributes = base + [("exon_number", number), ("tag", "MANE_Select")]
        lines.append(_gtf_line(contig, "exon", start, end, strand, ".", attributes))
        if cds and max(start, cds[0]) <= min(end, cds[1]):
            first, last = max(start, cds[0]), min(end, cds[1])
            lines.append(_gtf_line(contig, "CDS", first, last, strand, (3 - consumed % 3) % 3,
                                   attributes))
            consumed += last - first + 1
        if stop and start <= stop[0] <= end:
            lines.append(_gtf_line(contig, "stop_codon", *stop, strand, 0, attributes))
    return lines


def gtf_partner(models, name, style):
    """The partner of intergenic_partner is a gene of the user's GTF."""
    case = Case(models, name, style, "star")
    case.background(18)
    blocks = [Block(*place) for place in group_forms.NOWHERE[models.assembly]]
    path = Path.joined(blocks, models.primary("NTRK3").tail(14))
    case.split(path, 8)
    exons = [(b.start, b.end) for b in blocks] + [(50008001, 50008300)
                                                 if models.assembly == "grch38"
                                                 else (51008001, 51008300)]
    contig = g.styled("13", "ucsc", models.assembly)  # GENCODE names, whatever the BAM has
    lines = ["##provider: made by scripts/make_cases.py"]
    lines += _gtf_gene(contig, "MADE1", "ENST_MADE1.1", "+", exons, (exons[0][0], exons[2][0] + 8))
    case.companions["gtf"] = "\n".join(lines) + "\n"
    case.args = f"--gtf {CASE}.gtf"
    case.expect(path, fusion="MADE1::NTRK3", gene5="MADE1", site5="exon_edge", exon5=2,
                transcript5="ENST_MADE1.1", event_type="fusion", exon3=14,
                **truth.counted(8))
    case.rows(1)
    return case


def _gtf_other_genome(models, name, flavour):
    """A genome that is neither assembly: ETV6 and NTRK3 on contigs of their own, all gene models
    from the GTF."""
    case = Case(models, name, "ucsc", "star")
    case.background(0)
    lines = []
    moved = {}
    for gene in ("ETV6", "NTRK3"):
        transcript = models.primary(gene)
        shift = min(start for start, _ in transcript.exons) - 5001
        exons = [(start - shift, end - shift) for start, end in transcript.exons]
        cds = tuple(p - shift for p in transcript.cds)
        lines += _gtf_gene(f"contig_{gene}", gene, f"T_{gene}.1", transcript.strand, exons, cds,
                           flavour)
        moved[gene] = [Block(f"contig_{gene}", transcript.strand, *exon) for exon in exons]
        case.extra_sequences.append((f"contig_{gene}", max(e for _, e in exons) + 5000))
    case.sequences = lambda: case.extra_sequences
    path = Path.joined(moved["ETV6"][:5], moved["NTRK3"][14:])
    whole = Path(moved["NTRK3"])
    for number in range(10):
        case.molecule(whole, 100 + 170 * number, 300 + 171 * number, "normal")
    case.split(path, 8)
    case.spanning(path, 3)
    case.companions["gtf"] = "\n".join(lines) + "\n"
    case.args = f"--gtf {CASE}.gtf"
    case.expect(path, fusion="ETV6::NTRK3", gene5="ETV6", gene3="NTRK3", exon5=5, exon3=15,
                site5="exon_edge", site3="exon_edge", frame="in", event_type="fusion",
                split_fragments=8)
    case.rows(1)
    return case


def gtf_other_genome(models, name, style):
    return _gtf_other_genome(models, name, "gencode")


def gtf_other_genome_refseq(models, name, style):
    return _gtf_other_genome(models, name, "refseq")


# ------------------------------------------------------------------ targeted libraries

def anchored_umi(models, name, style):
    """Anchored multiplex PCR: one end of every molecule at the primer in NTRK3 e16, the other
    ligated at random; UMIs in RX. Five molecules, ten copies each."""
    case = Case(models, name, style, "star")
    case.background(18)
    path = case.fusion("ETV6", 5, "NTRK3", 15)
    draw = reads.Draw(name)
    primer_end = path.join + 131 + 40
    for molecule in range(5):
        umi = draw.bases(10)
        for _ in range(10):
            case.molecule(path, path.join - 30 - 5 * molecule, primer_end, "amp",
                          sense_first=True, tags=[f"RX:Z:{umi}"])
    case.args = "--library anchored"
    case.header_line("^##library=anchored")
    case.expect(path, fusion="ETV6::NTRK3", split_fragments=50, unique_fragments=5)
    case.rows(1)
    return case


def amplicon_primers(models, name, style):
    """Amplicon: all molecules begin and end at the two primers, which a BED file names."""
    case = Case(models, name, style, "star")
    case.background(18)
    path = case.fusion("ETV6", 5, "NTRK3", 15)
    start, end = path.join - 40, path.join + 120
    for _ in range(30):
        case.molecule(path, start, end, "amp", sense_first=True)
    lines = []
    for label, (low, high) in (("fwd", (start, start + 20)), ("rev", (end - 20, end))):
        block = path.slice(low, high)[0]
        lines.append("\t".join(map(str, [case.named(block.chrom), block.start - 1, block.end,
                                         label, 0, block.strand])))
    case.companions["bed"] = "\n".join(lines) + "\n"
    case.args = f"--library amplicon --primers {CASE}.bed"
    case.header_line("^##library=amplicon")
    case.expect(path, fusion="ETV6::NTRK3", split_fragments=30)
    case.rows(1)
    return case


def cases(new, old):
    for make, style, old_style in (
            (chimeric_sam, "ucsc", "ensembl"), (chimeric_junction, "ucsc", "ensembl"),
            (chimeric_junction_new, "ensembl", "ucsc"), (gtf_partner, "ucsc", "ensembl")):
        yield make(new, make.__name__, style)
        yield make(old, make.__name__ + "_grch37", old_style)
    for make in (chimeric_twice, gtf_other_genome, gtf_other_genome_refseq, anchored_umi,
                 amplicon_primers):
        yield make(new, make.__name__, "ucsc")
