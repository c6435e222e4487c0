# SPDX-License-Identifier: MIT
"""What a simulated junction must be reported as, worked out from the gene models."""

# PF07714 in the MANE Select protein, residues.
KINASE = {"NTRK1": (510, 781), "NTRK2": (554, 823), "NTRK3": (538, 824)}
# The transcript whose exon numbers older papers use.
LEGACY = {"NTRK1": "NM_001012331", "NTRK2": "NM_006180", "NTRK3": "NM_002530"}
HGNC = {"NTRK1": "HGNC:8031", "NTRK2": "HGNC:8032", "NTRK3": "HGNC:8033"}


def kinase(models, gene, position):
    """"whole", "broken" or "absent" for a target that starts at a position of an exon."""
    transcript = models.primary(gene)
    consumed = transcript.consumed(position)
    if consumed is None:
        return "whole" if transcript.is_before_cds(position) else "absent"
    first, last = KINASE[gene]
    if consumed <= 3 * (first - 1) + 1:
        return "whole"
    return "broken" if consumed <= 3 * last else "absent"


def target3(case, path, gene5, gene3, join=None):
    """Columns of a fusion whose 3′ part is a target joined at an exon's edge."""
    five, three = path.ends(join)
    models = case.models
    transcript = models.primary(gene3)
    legacy = models.by_accession[LEGACY[gene3]].exon_at(three.pos)
    columns = {"fusion": f"{gene5}::{gene3}", "gene5": gene5, "gene3": gene3,
               "hgnc3": HGNC[gene3], "transcript3": transcript.accession,
               "exon3": transcript.exon_at(three.pos), "exon3_legacy": legacy or ".",
               "site5": "exon_edge", "site3": "exon_edge",
               "kinase": kinase(models, gene3, three.pos)}
    columns.update(case.agreed_frame(path, gene5, gene3, join))
    if columns["kinase"] != "whole" or columns.get("frame") == "out":
        columns["structure"] = "non_oncogenic"
    elif columns.get("frame") in ("in", "5'-UTR"):
        columns["structure"] = "oncogenic_type"
    return columns


def main_donor(case, path, gene5, join=None):
    """Further columns where the 5′ part ends at an exon of the gene's main transcript."""
    five, three = path.ends(join)
    transcript = case.models.primary(gene5)
    exon = transcript.exon_at(five.pos)
    assert exon and transcript.donor(exon) == five.pos, (gene5, five)
    columns = {"transcript5": transcript.accession, "exon5": exon}
    target = next((t for t in KINASE if case.models.primary(t).chrom == three.chrom
                   and case.models.primary(t).exon_at(three.pos)), None)
    if target and "." in transcript.accession:
        other = case.models.primary(target)
        columns["vicc_name"] = (f"{transcript.accession}({gene5}):e.{exon}::"
                                f"{other.accession}({target}):e.{other.exon_at(three.pos)}")
    return columns


def sequence(case, path, join=None):
    """The junction sequence must be right where there is one: ten bases either side."""
    join = path.join if join is None else join
    text = "".join(case.genome.sequence(*block) for block in path.slice(join - 10, join + 10))
    return {"junction_sequence_like": f"^[.]$|{text[:10]}[|]{text[10:]}"}


def counted(split=0, spanning=0, rescued=0):
    """Exact counts of fragments that are all different molecules."""
    return {"split_fragments": split, "spanning_fragments": spanning,
            "rescued_fragments": rescued, "unique_fragments": split + spanning + rescued}
