# SPDX-License-Identifier: MIT
"""The input files: made once, kept in build/bench, made anew when what they come from changes."""
import dataclasses
import hashlib
import os
import pathlib
import subprocess
import sys
import time

from scanlib import plan

FOLDER = plan.TOP / "build/bench"
SOURCES = ("scripts/bench/scanlib/plan.py", "scripts/bench/make_bam.c", "scripts/bench/pairs.c",
           "scripts/bench/pairs.h", "ref/transcripts.grch38.tsv", "ref/control_genes.tsv")


@dataclasses.dataclass(frozen=True)
class Spec:
    """What there is to know of a file before it is made."""
    records: int
    target_reads: int
    seed: int


def count_text(n):
    """20 M, 200 k, 100."""
    for unit, name in ((1000000, " M"), (1000, " k")):
        if n >= unit and n % (unit // 10) == 0:
            return f"{n / unit:g}{name}"
    return str(n)


@dataclasses.dataclass(frozen=True)
class Input:
    """A file; those of one `spec` hold the same records. `kind` is BAM or CRAM."""
    path: pathlib.Path
    spec: Spec
    kind: str

    def megabytes(self):
        return self.path.stat().st_size / 1e6

    def label(self):
        return f"{count_text(self.spec.records)} {self.kind}"


def fingerprint():
    """Changes when what the files are made from changes."""
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((plan.TOP / name).read_bytes())
    return digest.hexdigest()[:10]


def bam_path(spec):
    return FOLDER / f"{stem(spec)}{fingerprint()}.bam"


def stem(spec):
    return f"scan.{spec.records}.{spec.target_reads}.{spec.seed}."


def make_bam(spec):
    """The BAM of `spec` with its index; makes it where it is not there yet."""
    path = bam_path(spec)
    if path.exists():
        return Input(path, spec, "BAM")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob(f"{stem(spec)}*"):
        old.unlink()
    start = time.perf_counter()
    loci, chimeras = path.with_suffix(".loci.tsv"), path.with_suffix(".chimeras.tsv")
    half_made = path.with_suffix(".part.bam")
    planned = plan.plan(spec.records, spec.target_reads, spec.seed)
    plan.write_tables(planned, loci, chimeras)
    told = subprocess.run([FOLDER / "make_bam", loci, chimeras, half_made,
                           str(planned.unmapped_pairs), str(spec.seed), str(os.cpu_count() or 1)],
                          check=True, stdout=subprocess.PIPE, text=True).stdout
    path.with_suffix(".txt").write_text(told, encoding="utf-8")
    os.rename(f"{half_made}.bai", f"{path}.bai")
    os.rename(half_made, path)
    os.utime(f"{path}.bai")
    print(f"scan: made {path.name} in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return Input(path, spec, "BAM")


def contents(bam):
    """{what: (number, percent)} as make_bam counted it: records, spliced, …"""
    text = bam.path.with_suffix(".txt").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    return {what: (int(number), float(percent)) for what, number, percent in rows}


def make_cram(bam, samtools):
    """The same records as a CRAM that can be read without a reference, with its index."""
    path = bam.path.with_suffix(".cram")
    if not path.exists():
        half_made = bam.path.with_suffix(".part.cram")
        subprocess.run([samtools, "view", "-C", "--output-fmt-option", "no_ref=1", "--no-PG",
                        "-@", str(os.cpu_count() or 1), "-o", half_made, bam.path], check=True)
        subprocess.run([samtools, "index", half_made], check=True)
        os.rename(f"{half_made}.crai", f"{path}.crai")
        os.rename(half_made, path)
        os.utime(f"{path}.crai")
    return Input(path, bam.spec, "CRAM")
