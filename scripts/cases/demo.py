# SPDX-License-Identifier: MIT
"""demo.sam: a sample of about three thousand records with two fusions."""
from cases import truth
from cases.build import Case


def _copies(case, path, count):
    """PCR copies of one split molecule, marked by flag."""
    for copy in range(count):
        case.molecule(path, path.join - 38, path.join + 150, "copied", sense_first=True,
                      duplicate=copy > 0)


def case(models):
    """ETV6::NTRK3 with split reads, spanning pairs and duplicates; LMNA::NTRK1 as split reads;
    wild-type NTRK2; the partners, control genes and neighbours at work."""
    demo = Case(models, "demo", "ucsc", "star", length=75, sample="DEMO")
    etv6 = demo.fusion("ETV6", 5, "NTRK3", 15)
    demo.split(etv6, 24, low=18, kind="fusion1-split")
    demo.spanning(etv6, 30, kind="fusion1-span")
    _copies(demo, etv6, 7)
    for number in range(40):  # beyond the junction, in the fusion transcript
        start = etv6.join + 20 + 41 * number
        demo.molecule(etv6, start, start + 160 + 3 * (number % 20), "fusion1-body")
    lmna = demo.fusion("LMNA", 2, "NTRK1", 11)
    demo.split(lmna, 12, low=20, kind="fusion2-split")
    demo.spanning(lmna, 9, kind="fusion2-span")
    for number in range(24):
        start = lmna.join + 15 + 29 * number
        demo.molecule(lmna, start, start + 160 + 4 * (number % 20), "fusion2-body")
    demo.normal("NTRK2", 60, kind="ntrk2")
    for gene, count in (("ETV6", 60), ("LMNA", 120), ("TPM3", 40), ("SQSTM1", 40),
                        ("ACTB", 180), ("GAPDH", 160), ("RPLP0", 80), ("B2M", 80),
                        ("PPIA", 50), ("YWHAZ", 60), ("TBP", 15), ("HPRT1", 25), ("PGK1", 50),
                        ("SDHA", 30), ("GUSB", 20), ("TFRC", 30), ("C1orf43", 20),
                        ("VCP", 40), ("RAB7A", 40), ("PSMB4", 30), ("REEP5", 20)):
        demo.normal(gene, count, kind=gene)
    columns = truth.target3(demo, etv6, "ETV6", "NTRK3")
    demo.expect(etv6, event=1, event_type="fusion", catalogue="junction", split_fragments=31,
                spanning_fragments=30, unique_fragments=55, **columns)
    columns = truth.target3(demo, lmna, "LMNA", "NTRK1")
    demo.expect(lmna, event=2, event_type="fusion", catalogue="junction", split_fragments=12,
                spanning_fragments=9, unique_fragments=21, **columns)
    demo.rows(2)
    return demo


def files(models):
    """{name: text}."""
    return case(models).files()
