# SPDX-License-Identifier: MIT
"""Writes fragments out as STAR, BWA, minimap2, HISAT2 and DRAGEN would leave them.

STAR pairs mates first: the piece that holds both mates is the record proper, the rest of the split
mate is a supplementary record (WithinBAM) or a secondary record of Chimeric.out.sam. The others
align each mate by itself and chain its pieces in SA tags."""
from cases import reads
from cases import sam


def _record(name, mate, piece, flag, mapq, clip="S"):
    """A record without mate fields; clip "H" leaves the clipped bases out of SEQ."""
    record = sam.Record(name, flag, piece.chrom, piece.pos, mapq, piece.cigar(len(mate), clip))
    sequence = mate.on_chromosome(piece)
    quality = sam.qualities(name + str(mate.antisense), len(mate))
    if mate.reverse(piece):
        quality = quality[::-1]
    if clip == "H":
        left, right = piece.start, len(mate) - piece.end
        if piece.strand == "-":
            left, right = right, left
        sequence = sequence[left:len(sequence) - right]
        quality = quality[left:len(quality) - right]
    record.sequence, record.quality = sequence, quality
    return record


def _unmapped(name, mate, flag):
    record = sam.Record(name, flag | sam.UNMAPPED)
    record.sequence = mate.as_sequenced()
    record.quality = sam.qualities(name + str(mate.antisense), len(mate))
    return record


def _number(index, paired):
    if not paired:
        return 0
    return sam.PAIRED | (sam.READ1 if index == 0 else sam.READ2)


def _fit(mates, pieces, limit):
    """True where two pieces, one of each mate, face each other in one place."""
    left, right = pieces if not mates[0].antisense else pieces[::-1]
    if left.chrom != right.chrom or left.strand != right.strand:
        return False
    if left.strand == "+":
        return left.pos <= right.last and right.pos - left.last <= limit
    return left.last >= right.pos and left.pos - right.last <= limit


def _span(one, other):
    """TLEN of the first of two pieces of a proper pair."""
    size = max(one.last, other.last) - min(one.pos, other.pos) + 1
    return size if one.pos <= other.pos else -size


def _set_mate(record, chrom, pos, reverse):
    record.mate_chrom, record.mate_pos = chrom, pos
    if reverse:
        record.flag |= sam.MATE_REVERSE


# ---------------------------------------------------------------- STAR

def _star_mapq(hits):
    return 255 if hits == 1 else 3 if hits == 2 else 1 if hits < 5 else 0


def _star_tags(hits, aligned, mismatches, number=1):
    return [f"NH:i:{hits}", f"HI:i:{number}", f"AS:i:{aligned - 2 - 2 * mismatches}",
            f"nM:i:{mismatches}", f"NM:i:{mismatches}"]


def _star_pair(name, mates, pieces, hits):
    """The two records of a proper pair."""
    records = []
    total = sum(piece.aligned for piece in pieces)
    wrong = sum(piece.mismatches for piece in pieces)
    for index, (mate, piece) in enumerate(zip(mates, pieces)):
        flag = _number(index, True) | sam.PROPER
        flag |= sam.REVERSE if mate.reverse(piece) else 0
        record = _record(name, mate, piece, flag, _star_mapq(hits))
        other, other_mate = pieces[1 - index], mates[1 - index]
        _set_mate(record, other.chrom, other.pos, other_mate.reverse(other))
        record.tlen = _span(piece, other)
        record.tags = _star_tags(hits, total, wrong)
        record.tags[-1] = f"NM:i:{piece.mismatches}"
        records.append(record)
    if pieces[0].pos == pieces[1].pos:
        records[1].tlen = -records[0].tlen
    return records


def _star_unmapped_pair(name, mates):
    records = []
    for index, mate in enumerate(mates):
        record = _unmapped(name, mate, _number(index, True) | sam.MATE_UNMAPPED)
        record.tags = ["NH:i:0", "HI:i:0", "AS:i:0", "nM:i:0", "uT:A:1"]
        records.append(record)
    return records


def _star_bracket(name, mates, pieces):
    """Mates in two places: one record each."""
    records = []
    for index, (mate, piece) in enumerate(zip(mates, pieces)):
        flag = _number(index, True) | (sam.REVERSE if mate.reverse(piece) else 0)
        record = _record(name, mate, piece, flag, _star_mapq(piece.n_hits))
        other, other_mate = pieces[1 - index], mates[1 - index]
        _set_mate(record, other.chrom, other.pos, other_mate.reverse(other))
        record.tags = _star_tags(piece.n_hits, piece.aligned, piece.mismatches)
        records.append(record)
    return records


def _as_chimeric_file(records):
    """How the old separate Chimeric.out.sam writes the same placements: two "hits" each."""
    for record in records:
        record.mapq = 3
        number = 2 if record.flag & sam.SECONDARY else 1
        record.tags = ["NH:i:2", f"HI:i:{number}"] + [
            tag for tag in record.tags if tag.startswith(("AS:", "nM:"))]
        if not record.flag & sam.PROPER:
            record.always_name_mate = True
    return records


def _star_segment(name, mates, which, piece, pair_piece, flag, clip):
    """The lone piece of the split mate, whose mate lies in `pair_piece`."""
    mate, other = mates[which], mates[1 - which]
    flag |= _number(which, True) | (sam.REVERSE if mate.reverse(piece) else 0)
    record = _record(name, mate, piece, flag, _star_mapq(piece.n_hits), clip)
    _set_mate(record, pair_piece.chrom, pair_piece.pos, other.reverse(pair_piece))
    record.tags = _star_tags(piece.n_hits, piece.aligned, piece.mismatches)
    return record


def star_single(name, mate, pieces, hard):
    """Single-end reads: the longer piece is the record proper."""
    if len(pieces) == 1:
        piece = pieces[0]
        record = _record(name, mate, piece, sam.REVERSE if mate.reverse(piece) else 0,
                         _star_mapq(piece.n_hits))
        record.tags = _star_tags(piece.n_hits, piece.aligned, piece.mismatches)
        return [record]
    records = []
    main = max(pieces, key=lambda p: p.aligned)
    for piece, other in (pieces, pieces[::-1]):
        flag = sam.REVERSE if mate.reverse(piece) else 0
        clip = "S"
        if piece is not main:
            flag |= sam.SUPPLEMENTARY
            clip = "H" if hard else "S"
        record = _record(name, mate, piece, flag, 255, clip)
        record.tags = _star_tags(1, piece.aligned, piece.mismatches)
        other_clip = "H" if hard and other is not main else "S"
        record.sa = [(other.chrom, _sa_rest(mate, other, 255, other_clip))]
        records.append(record)
    return records


def _sa_rest(mate, piece, mapq, clip="S", flat=False):
    strand = "-" if mate.reverse(piece) else "+"
    cigar = piece.flat_cigar(len(mate)) if flat else piece.cigar(len(mate), clip)
    return f"{piece.pos},{strand},{cigar},{mapq},{piece.mismatches};"


def star(name, fragment, aligner=reads.STAR, mode="soft", change=None):
    """Returns (records of the main file, records of Chimeric.out.sam). Modes: "soft" and "hard"
    (chimeric records in the main file), "separate" (in a file of their own), "plain" (no chimeric
    output). `change(piece)` may alter pieces (say, their n_hits) before they are written."""
    pieces = [reads.place(mate, aligner) for mate in fragment.mates]
    for piece in sum(pieces, []):
        if change:
            change(piece)
    if len(fragment.mates) == 1:
        return star_single(name, fragment.mates[0], pieces[0], mode == "hard"), []
    mates = fragment.mates
    if not pieces[0] or not pieces[1]:
        return _star_unmapped_pair(name, mates), []
    if mode == "plain" or (len(pieces[0]) > 1 and len(pieces[1]) > 1):
        pieces = _star_best_pair(mates, pieces, aligner)
        if pieces is None:
            return _star_unmapped_pair(name, mates), []
    if len(pieces[0]) == 1 and len(pieces[1]) == 1:
        one, other = pieces[0][0], pieces[1][0]
        if _fit(mates, (one, other), aligner.max_intron):
            hits = max(one.n_hits, other.n_hits)
            return _star_pair(name, mates, (one, other), hits), []
        bracket = _star_bracket(name, mates, (one, other))
        if mode == "separate":
            return _star_unmapped_pair(name, mates), _as_chimeric_file(bracket)
        return bracket, []
    return _star_split(name, mates, pieces, mode, aligner)


def _star_best_pair(mates, pieces, aligner):
    """Without chimeric output: the pair of pieces in one place that aligns most, if that is at
    least 0.66 of both reads."""
    pairs = [(one, other) for one in pieces[0] for other in pieces[1]
             if _fit(mates, (one, other), aligner.max_intron)]
    if not pairs:
        return None
    one, other = max(pairs, key=lambda pair: pair[0].aligned + pair[1].aligned)
    for piece, mate in ((one, mates[0]), (other, mates[1])):
        regrow(mate, piece, aligner)
    total = len(mates[0]) + len(mates[1])
    if one.aligned + other.aligned < 0.66 * total:
        return None
    return [one], [other]


def regrow(mate, piece, aligner):
    """Extends the ends of a piece whose neighbour will not be written."""
    for upstream in (True, False):
        has_room = piece.start > 0 if upstream else piece.end < len(mate)
        if has_room and aligner.penalty:
            reads.extend(mate, piece, upstream, aligner.penalty)


def _star_split(name, mates, pieces, mode, aligner):
    which = 0 if len(pieces[0]) > 1 else 1  # the mate that is split
    whole = pieces[1 - which][0]
    assert len(pieces[which]) == 2, name
    near = [p for p in pieces[which]
            if _fit(mates, (p, whole) if which == 0 else (whole, p), aligner.max_intron)]
    assert near, name
    main = near[0]
    far = next(p for p in pieces[which] if p is not main)
    pair = (main, whole) if which == 0 else (whole, main)
    records = _star_pair(name, mates, pair, max(main.n_hits, whole.n_hits))
    if mode == "separate":
        chimeric = _star_pair(name, mates, pair, 1)
        segment = _star_segment(name, mates, which, far, whole, sam.SECONDARY, "S")
        return records, _as_chimeric_file(chimeric + [segment])
    clip = "H" if mode == "hard" else "S"
    segment = _star_segment(name, mates, which, far, whole, sam.SUPPLEMENTARY, clip)
    mate = mates[which]
    for record, piece, other_clip in ((records[which], far, clip), (segment, main, "S")):
        record.sa = [(piece.chrom, _sa_rest(mate, piece, _star_mapq(piece.n_hits), other_clip))]
    return records + [segment], []


# ---------------------------------------------------------------- mates aligned by themselves

def _chain_tags(aligner, piece):
    tags = [f"NM:i:{piece.mismatches}", f"AS:i:{piece.aligned - 5 * piece.mismatches}"]
    if aligner.name == "bwa":
        return tags + ["XS:i:0"]
    if aligner.name == "minimap2":
        return tags[:1] + [f"ms:i:{piece.aligned}", tags[1], "nn:i:0", "ts:A:+", "tp:A:P",
                           "cm:i:40", "s1:i:%d" % (piece.aligned - 9), "de:f:0"]
    if aligner.name == "HISAT2":
        return [f"AS:i:-{6 * piece.mismatches}" if piece.mismatches else "AS:i:0", "XN:i:0",
                f"XM:i:{piece.mismatches}", "XO:i:0", "XG:i:0", tags[0],
                f"NH:i:{piece.n_hits}"]
    return tags + [f"NH:i:{piece.n_hits}"]


def _chain_mapq(aligner, piece):
    if piece.mapq is not None:
        return piece.mapq
    if piece.n_hits == 1:
        return 60
    return 1 if aligner.name == "HISAT2" else 0


def chain(name, fragment, aligner, change=None, max_tlen=1000, soft=False):
    """Records of a fragment whose mates are placed one by one (BWA, minimap2, DRAGEN, HISAT2).
    HISAT2 reports one piece only, and a mate that fits nowhere well enough is unmapped.
    `soft`: supplementary records keep all their bases."""
    mates = fragment.mates
    placed = [reads.place(mate, aligner, exact_between=aligner.name == "DRAGEN")
              for mate in mates]
    for pieces in placed:
        for piece in pieces:
            if change:
                change(piece)
        pieces.sort(key=lambda piece: -piece.aligned)  # the longest is the primary record
    if aligner.name == "HISAT2":
        placed = [[p for p in pieces[:1] if p.aligned >= len(mate) - 12]
                  for mate, pieces in zip(mates, placed)]
    paired = len(mates) == 2
    proper = paired and all(placed) and _is_proper(mates, placed, aligner, max_tlen)
    records = []
    for index, (mate, pieces) in enumerate(zip(mates, placed)):
        flag = _number(index, paired) | (sam.PROPER if proper else 0)
        mine = [] if pieces else [_unmapped(name, mate, flag)]
        for piece in pieces:
            clip = "S" if piece is pieces[0] or soft else "H"
            extra = 0 if piece is pieces[0] else sam.SUPPLEMENTARY
            extra |= sam.REVERSE if mate.reverse(piece) else 0
            record = _record(name, mate, piece, flag | extra, _chain_mapq(aligner, piece), clip)
            record.tags = _chain_tags(aligner, piece)
            record.sa = [(other.chrom,
                          _sa_rest(mate, other, _chain_mapq(aligner, other), "S",
                                   aligner.name == "minimap2"))
                         for other in pieces if other is not piece]
            mine.append(record)
        if paired:
            _chain_mates(mine, pieces, mates[1 - index], placed[1 - index], proper)
        records += mine
    return records


def _is_proper(mates, placed, aligner, max_tlen):
    return _fit(mates, (placed[0][0], placed[1][0]), max(max_tlen, aligner.max_intron))


def _chain_mates(records, pieces, mate, other_pieces, proper):
    for record in records:
        if other_pieces:
            other = other_pieces[0]
            _set_mate(record, other.chrom, other.pos, mate.reverse(other))
            if record.flag & sam.UNMAPPED:  # kept beside its mate
                record.chrom, record.pos = other.chrom, other.pos
            elif proper:
                record.tlen = _span(pieces[0], other)
        else:
            record.flag |= sam.MATE_UNMAPPED
            record.mate_chrom, record.mate_pos = record.chrom, record.pos
