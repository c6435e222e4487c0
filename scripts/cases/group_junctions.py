# SPDX-License-Identifier: MIT
"""Published junctions, every one, and the exon numbers and donors that only other transcripts
have. The table below is written out here, so that a slip in ref/ shows."""
from cases import genome as g
from cases import truth
from cases.build import Case
from cases.models import End, Path

# 5′ transcript, exon; target, exon of its MANE Select; breakpoints in GRCh38 and GRCh37; frame.
PUBLISHED = """
CEL NM_001807 7 NTRK1 8 9:133067205:+ 1:156873633:+ 9:135942592:+ 1:156843425:+ in
LMNA NM_170707 2 NTRK1 11 1:156130773:+ 1:156874906:+ 1:156100564:+ 1:156844698:+ in
LMNA NM_001282626 11 NTRK1 11 1:156138607:+ 1:156874906:+ 1:156108398:+ 1:156844698:+ in
SSBP2 NM_012446 12 NTRK1 12 5:81446868:- 1:156875520:+ 5:80742687:- 1:156845312:+ in
TPM3 NM_153649 7 NTRK1 10 1:154170400:- 1:156874571:+ 1:154142876:- 1:156844363:+ in
TPM4 NM_003290 7 NTRK1 13 19:16093753:+ 1:156876080:+ 19:16204563:+ 1:156845872:+ in
TPR NM_003292 21 NTRK1 10 1:186350223:- 1:156874571:+ 1:186319355:- 1:156844363:+ in
AFAP1 NM_198595 13 NTRK2 11 4:7778762:- 9:84744973:+ 4:7780489:- 9:87359888:+ in
DIAPH2 NM_006729 17 NTRK2 13 X:96965207:+ 9:84861040:+ X:96220206:+ 9:87475955:+ in
KANK1 NM_015158 3 NTRK2 11 9:713464:+ 9:84744973:+ 9:713464:+ 9:87359888:+ in
SPECC1L NM_015330 9 NTRK2 14 22:24334573:+ 9:84867243:+ 22:24730541:+ 9:87482158:+ in
SQSTM1 NM_003900 5 NTRK2 15 5:179825226:+ 9:84934162:+ 5:179252226:+ 9:87549077:+ in
TRIM24 NM_015905 12 NTRK2 13 7:138573642:+ 9:84861040:+ 7:138258387:+ 9:87475955:+ in
AKAP13 NM_007200 14 NTRK3 14 15:85669830:+ 15:88033045:- 15:86213061:+ 15:88576276:- in
AKAP13 NM_007200 16 NTRK3 14 15:85684873:+ 15:88033045:- 15:86228104:+ 15:88576276:- out
EML4 NM_019063 2 NTRK3 14 2:42245687:+ 15:88033045:- 2:42472827:+ 15:88576276:- in
ETV6 NM_001987 5 NTRK3 15 12:11869969:+ 15:87940753:- 12:12022903:+ 15:88483984:- in
ETV6 NM_001987 4 NTRK3 15 12:11853561:+ 15:87940753:- 12:12006495:+ 15:88483984:- in
ETV6 NM_001987 4 NTRK3 14 12:11853561:+ 15:88033045:- 12:12006495:+ 15:88576276:- in
ETV6 NM_001987 5 NTRK3 14 12:11869969:+ 15:88033045:- 12:12022903:+ 15:88576276:- in
FAT1 NM_005245 2 NTRK3 7 4:186706563:- 15:88137561:- 4:187627717:- 15:88680792:- out
RBPMS NM_006867 5 NTRK3 14 8:30504436:+ 15:88033045:- 8:30361953:+ 15:88576276:- in
"""


def _end(text):
    chrom, pos, strand = text.split(":")
    assert chrom in g.CHROMOSOMES
    return End(chrom, strand, int(pos))


def published(models, name, style):
    """Five split fragments for each of the 22."""
    case = Case(models, name, style, "star_hard")
    rows = [line.split() for line in PUBLISHED.split("\n") if line]
    for gene5, accession, exon5, gene3, exon3, *ends, frame in rows:
        five, three = map(_end, ends[:2] if models.assembly == "grch38" else ends[2:])
        other = models.by_accession[accession]
        path = Path.joined(other.head(int(exon5)), models.primary(gene3).tail(int(exon3)))
        assert path.ends() == (five, three), (gene5, path.ends())
        case.split(path, 5, kind=f"{gene5}-e{exon5}-{gene3}-e{exon3}")
        columns = truth.target3(case, path, gene5, gene3)
        agreed = columns.pop("frame", None)
        columns.pop("structure", None)
        if agreed:
            assert agreed == frame, (gene5, agreed)
            columns["frame"] = frame
            columns["structure"] = "oncogenic_type" if frame == "in" else "non_oncogenic"
        case.expect(path, event_type="fusion", catalogue="junction",
                    **truth.counted(5), **columns)
    case.rows(len(rows))
    return case


def ntrk2_numbering(models, name, style):
    """NTRK2 e13 of the MANE transcript is e15 of the 21-exon model."""
    case = Case(models, name, style, "star")
    path = case.fusion("NM_015905", 12, "NTRK2", 13)
    case.background(18)
    case.split(path, 6)
    case.expect(path, fusion="TRIM24::NTRK2", exon3=13, exon3_legacy=15,
                transcript3_like=r"^NM_006180\.6$", frame="in", structure="oncogenic_type",
                hgnc3="HGNC:8032", catalogue="junction", **truth.counted(6))
    case.rows(1)
    return case


def ntrk1_numbering(models, name, style):
    """NTRK1 e10 is e9 in TrkA-I."""
    case = Case(models, name, style, "star")
    path = case.fusion("NM_003292", 21, "NTRK1", 10)
    case.background(18)
    case.split(path, 6)
    case.expect(path, fusion="TPR::NTRK1", exon3=10, exon3_legacy=9, frame="in",
                structure="oncogenic_type", catalogue="junction", **truth.counted(6))
    case.rows(1)
    return case


def other_transcripts(models, name, style):
    """Donors that stand only in transcripts other than the main one: a short first exon of
    IRF2BP2, and an alternate exon 11 of LMNA."""
    case = Case(models, name, style, "star")
    case.background(18)
    irf2bp2 = next(t for t in models.by_gene["IRF2BP2"]
                   if t.donor(1) == {"grch38": 234608495, "grch37": 234744241}[models.assembly])
    lmna = models.by_accession["NM_001282626"]
    for transcript, exon in ((irf2bp2, 1), (lmna, 11)):
        main = models.primary(transcript.gene)
        donors = [main.donor(n) for n in range(1, len(main.exons) + 1)]
        assert transcript.donor(exon) not in donors
        path = Path.joined(transcript.head(exon), models.primary("NTRK1").tail(
            10 if transcript is irf2bp2 else 11))
        case.split(path, 6)
        columns = truth.target3(case, path, transcript.gene, "NTRK1")
        case.expect(path, event_type="fusion", transcript5_like="^NM_", **truth.counted(6),
                    **columns)
    case.rows(2)
    return case


def cases(new, old):
    yield published(new, "published", "ucsc")
    yield published(old, "published_grch37", "ensembl")
    for make, style, old_style in ((ntrk2_numbering, "ucsc", "refseq"),
                                   (ntrk1_numbering, "refseq", "ucsc"),
                                   (other_transcripts, "ucsc", "ensembl")):
        yield make(new, make.__name__, style)
        yield make(old, make.__name__ + "_grch37", old_style)
