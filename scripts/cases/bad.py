# SPDX-License-Identifier: MIT
"""Inputs that are wrong in one way each. tests/cli/bad.tst says what must come of them."""
from cases import genome as g
from cases import truth
from cases.build import Case

MOUSE = [195154279, 181755017, 159745316, 156860686, 151758149, 149588044, 144995196, 130127694,
         124359700, 130530862, 121973369, 120092757, 120883175, 125139656, 104073951, 98008968,
         95294699, 90720763, 61420004]


def _good(models, name="good"):
    """Five split fragments of ETV6::NTRK3 and some control reads."""
    case = Case(models, name, "ucsc", "star", sample="bad")
    case.background(6)
    path = case.fusion("ETV6", 5, "NTRK3", 15)
    case.split(path, 5)
    return case, path


def _lines(case):
    text = case.sam_text(case.records).rstrip("\n").split("\n")
    header = [line for line in text if line.startswith("@")]
    return header, text[len(header):]


def _text(header, records):
    return "\n".join(header + records) + "\n"


def _changed(record, column, value):
    fields = record.split("\t")
    fields[column] = value
    return "\t".join(fields)


def _with_lengths(header, change):
    """The header with other @SQ lengths: change(name, length) → length, None to leave out."""
    out = []
    for line in header:
        if line.startswith("@SQ"):
            _, name, length = line.split("\t")
            size = change(name[3:], int(length[3:]))
            if size is None:
                continue
            line = f"@SQ\t{name}\tLN:{size}"
        out.append(line)
    return out


def _headers(header, records, old):
    """Files whose header is the trouble."""
    few = [r for r in records if r.split("\t")[2] == "chr12" and r.split("\t")[6] == "="]
    old_lengths = {g.styled(c, "ucsc", "grch37"): n for c, n in g.lengths(old.assembly)}
    mouse = {f"chr{n}": size for n, size in enumerate(MOUSE, 1)}
    mouse.update(chrX=169476592, chrY=91455967, chrM=16299)
    mouse_reads = [r for r in records if r.split("\t")[2] in mouse
                   and int(r.split("\t")[3]) < 90000000 and r.split("\t")[6] == "="]
    groups = [line for line in header if line.startswith("@RG")]
    sq_end = max(n for n, line in enumerate(header) if line.startswith("@SQ")) + 1
    return {
        "no_targets.sam": _text(_with_lengths(
            header, lambda c, n: n if c in ("chr12", "chr21") else None),
            [r for r in few if "SA:Z" not in r]),
        "unknown_assembly.sam": _text(_with_lengths(header, lambda c, n: n + 1000), records),
        "one_length_wrong.sam": _text(_with_lengths(
            header, lambda c, n: n + 1 if c == "chr7" else n), records),
        "mixed_assemblies.sam": _text(_with_lengths(
            header, lambda c, n: old_lengths[c] if c in ("chr12", "chr15") else n), records),
        "mouse.sam": _text(_with_lengths(header, lambda c, n: mouse.get(c)),
                           [r for r in mouse_reads if "SA:Z" not in r]),
        "several_samples.sam": _text(
            header[:sq_end] + groups + ["@RG\tID:2\tSM:second", "@RG\tID:3\tSM:third"]
            + [line for line in header[sq_end:] if not line.startswith("@RG")], records),
        "repeated_contig.sam": _text(header[:sq_end] + [header[1]] + header[sq_end:], records),
        "no_contigs.sam": _text([line for line in header if not line.startswith("@SQ")],
                                ["r1\t4\t*\t0\t0\t*\t*\t0\t0\tACGT\tFFFF"]),
        "no_header.sam": _text([], records),
        "only_text.sam": "This is a letter, not an alignment.\nIt has two lines.\n",
        "zero_bytes.sam": "",
        "gzip_magic.sam": b"\x1f\x8b\x08\x00 this only looks like gzip\n",
        "bam_magic.bam": b"BAM\x01 this only looks like BAM\n",
        "cram_magic.cram": b"CRAM\x03\x00 this only looks like CRAM\n",
    }


def _records(header, records):
    """Files of which one record is wrong."""
    where = next(n for n, r in enumerate(records) if r.split("\t")[2] == "chr15")

    def put(column, value):
        return _text(header, records[:where] + [_changed(records[where], column, value)]
                     + records[where + 1:])

    fields = records[where].split("\t")
    found = {
        "cigar_unknown.sam": put(5, "50Q25M"),
        "cigar_no_length.sam": put(5, "M75"),
        "cigar_too_long.sam": put(5, "99999999999M"),
        "cigar_and_bases_differ.sam": put(5, "70M"),
        "bases_and_qualities_differ.sam": put(10, fields[10][:-1]),
        "flag_word.sam": put(1, "paired"),
        "flag_too_big.sam": put(1, "70000"),
        "position_word.sam": put(3, "here"),
        "position_negative.sam": put(3, "-5"),
        "position_beyond_contig.sam": put(3, "101991180"),
        "mapq_too_big.sam": put(4, "300"),
        "contig_unknown.sam": put(2, "chr99"),
        "few_columns.sam": _text(header, records[:where] + ["\t".join(fields[:7])]),
        "tag_without_type.sam": put(11, "NH:1"),
        "tag_bad_integer.sam": put(11, "NH:i:one"),
        "last_line_cut.sam": _text(header, records)[:-120],
    }
    return found


SA_VALUES = [
    "SA:Z:", "SA:Z:;", "SA:Z:;;;;", "SA:Z:,,,,,;", "SA:Z:chr12", "SA:Z:chr12,11869950",
    "SA:Z:chr12,11869950,+,20M55S,255", "SA:Z:chr12,11869950,*,20M55S,255,0;",
    "SA:Z:chr12,11869950,x,20M55S,255,0;", "SA:Z:chr12,word,+,20M55S,255,0;",
    "SA:Z:chr12,-7,+,20M55S,255,0;", "SA:Z:chr12,0,+,20M55S,255,0;",
    "SA:Z:chr12,99999999999999999999,+,20M55S,255,0;", "SA:Z:chr12,133275400,+,20M55S,255,0;",
    "SA:Z:chr99,11869950,+,20M55S,255,0;", "SA:Z:,11869950,+,20M55S,255,0;",
    "SA:Z:chr12,11869950,+,,255,0;", "SA:Z:chr12,11869950,+,*,255,0;",
    "SA:Z:chr12,11869950,+,20Q55S,255,0;", "SA:Z:chr12,11869950,+,M,255,0;",
    "SA:Z:chr12,11869950,+,99999999999M,255,0;", "SA:Z:chr12,11869950,+,20M54S,255,0;",
    "SA:Z:chr12,11869950,+,75S,255,0;", "SA:Z:chr12,11869950,+,20M55S,word,0;",
    "SA:Z:chr12,11869950,+,20M55S,999,0;", "SA:Z:chr12,11869950,+,20M55S,255,word;",
    "SA:i:5", "SA:A:c", "SA:B:c,1,2,3",
]


def _sa(header, records, path, case):
    """Malformed SA tags beside five good fragments, whose count must not change; and a record
    with ten thousand entries."""
    lone = [r for r in records if r.split("\t")[2] == "chr15" and "SA:Z:" in r
            and not int(r.split("\t")[1]) & 0x800][0]
    plain = "\t".join(f for f in lone.split("\t") if not f.startswith("SA:"))
    broken = []
    for number, value in enumerate(SA_VALUES, 1):
        fields = plain.split("\t")
        fields[0] = f"broken-{number:02d}"
        fields[5] = "40M35S"  # off every exon edge
        fields[3] = "87928001"
        broken.append("\t".join(fields + [value]))
    case.checks = []
    case.expect(path, fusion="ETV6::NTRK3", **truth.counted(5))
    good_check = "\n".join(case.checks) + "\n"
    fields = plain.split("\t")
    fields[0], fields[3], fields[5] = "many", "87928001", "40M35S"
    many = "\t".join(fields + ["SA:Z:" + "".join(
        f"chr{1 + n % 22},{1000 + n},+,9M66S,0,0;" for n in range(10000))])
    return {"sa_malformed.sam": _text(header, sorted_records(header, records + broken)),
            "sa_malformed.check": good_check,
            "sa_ten_thousand.sam": _text(header, sorted_records(header, records + [many])),
            "sa_ten_thousand.check": good_check}


def sorted_records(header, records):
    """In the order of the header and the position."""
    names = [line.split("\t")[1][3:] for line in header if line.startswith("@SQ")]
    rank = {name: n for n, name in enumerate(names)}
    return sorted(records, key=lambda r: (rank[r.split("\t")[2]], int(r.split("\t")[3])))


def _gtf():
    gene = ("chr13\tmade\texon\t50000001\t50000260\t.\t+\t.\t"
            'gene_id "G1"; transcript_id "T1"; gene_name "MADE1";')

    def put(column, value):
        fields = gene.split("\t")
        fields[column] = value
        return "##a comment\n" + gene + "\n" + "\t".join(fields) + "\n"

    return {
        "columns.gtf": "##a comment\n" + gene + "\n" + gene.rsplit("\t", 1)[0] + "\n",
        "start_word.gtf": put(3, "here"),
        "start_zero.gtf": put(3, "0"),
        "end_before_start.gtf": put(4, "50000000"),
        "strand.gtf": put(6, "x"),
        "no_transcript_id.gtf": put(8, 'gene_id "G1"; gene_name "MADE1";'),
        "unclosed_quote.gtf": put(8, 'gene_id "G1; transcript_id T1'),
        "two_strands.gtf": put(6, "-"),
        "no_exons.gtf": "##only a comment\n",
        "other_contigs.gtf": gene.replace("chr13", "scaffold_7") + "\n",
    }


def _chimeric():
    line = ("chr12\t11869970\t+\tchr15\t87940754\t-\t1\t1\t0\tsplit-0001\t11869950\t20M55S\t"
            "87933166\t19M7438N56M20p55M20S")

    def put(column, value):
        fields = line.split("\t")
        fields[column] = value
        return line + "\n" + "\t".join(fields) + "\n"

    return {
        "columns.junction": line + "\n" + "\t".join(line.split("\t")[:5]) + "\n",
        "position_word.junction": put(1, "here"),
        "strand.junction": put(2, "x"),
        "cigar.junction": put(11, "20Q55S"),
        "words.junction": "no junction at all\n",
        "nothing.junction": "",
    }


def _tables():
    """A folder of tables with one file only, and that one wrong."""
    return {"tables/targets.tsv": "gene\thgnc_id\nNTRK3\tHGNC:8033\n",
            "primers_columns.bed": "chr12\t11869929\n",
            "primers_word.bed": "chr12\there\t11869949\n",
            "primers_backwards.bed": "chr12\t11869949\t11869929\n"}


def files(new, old):
    """{name: text or bytes}."""
    case, path = _good(new)
    header, records = _lines(case)
    found = {"good.sam": _text(header, records)}
    found.update(_headers(header, records, old))
    found.update(_records(header, records))
    found.update(_sa(header, records, path, case))
    found.update(_gtf())
    found.update(_chimeric())
    found.update(_tables())
    return found
