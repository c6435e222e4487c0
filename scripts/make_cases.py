#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the small test inputs of test-data/: cases/, bad/ and demo.sam.

Reads are cut from fusion and ordinary transcripts of the gene models in ref/, on an invented
sequence, and written out as the usual aligners leave them; what the program must show is taken
from the simulation. Every run gives the same bytes.

  scripts/make_cases.py            write the files
  scripts/make_cases.py --check    compare the files with what would be written; 1 if they differ
"""
import sys

sys.dont_write_bytecode = True

import argparse  # noqa: E402
from pathlib import Path  # noqa: E402

from cases import bad, demo, models  # noqa: E402
from cases import (group_clips, group_counting, group_files, group_forms,  # noqa: E402
                   group_junctions, group_neighbours, group_negative, group_safety,
                   group_split)

GROUPS = (group_split, group_forms, group_neighbours, group_junctions, group_clips,
          group_counting, group_files, group_negative, group_safety)
LIMIT = 150000  # bytes of a case file
ROOT = Path(__file__).resolve().parent.parent


def make(ref):
    """{path below test-data: bytes}."""
    assemblies = {name: models.Models(ref / f"transcripts.{name}.tsv", name)
                  for name in ("grch38", "grch37")}
    found = {}
    for group in GROUPS:
        for case in group.cases(assemblies["grch38"], assemblies["grch37"]):
            for name, text in case.files().items():
                path = f"cases/{name}"
                if path in found:
                    sys.exit(f"make_cases: two cases are called {name}")
                if len(text) > LIMIT:
                    sys.exit(f"make_cases: {name} has {len(text)} bytes, more than {LIMIT}")
                found[path] = text.encode("ascii")
    for name, data in bad.files(assemblies["grch38"], assemblies["grch37"]).items():
        found[f"bad/{name}"] = data if isinstance(data, bytes) else data.encode("latin-1")
    for name, text in demo.files(assemblies["grch38"]).items():
        found[name] = text.encode("ascii")
    return found


def strangers(out, found):
    """Files in the generated folders that no case makes."""
    return sorted(str(path.relative_to(out)) for folder in ("cases", "bad")
                  for path in (out / folder).rglob("*")
                  if path.is_file() and str(path.relative_to(out)) not in found)


def check(out, found):
    problems = [f"{name}: missing" if not (out / name).is_file() else f"{name}: differs"
                for name, data in sorted(found.items())
                if not (out / name).is_file() or (out / name).read_bytes() != data]
    problems += [f"{name}: made by no case" for name in strangers(out, found)]
    for problem in problems:
        print(f"make_cases: {out}/{problem}", file=sys.stderr)
    if problems:
        print("make_cases: run scripts/make_cases.py and look at the difference",
              file=sys.stderr)
    return 1 if problems else 0


def write(out, found):
    for name, data in found.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)
    for name in strangers(out, found):
        (out / name).unlink()
    print(f"make_cases: {len(found)} files, {sum(map(len, found.values()))} bytes in {out}")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--ref", type=Path, default=ROOT / "ref", help="folder of the tables")
    parser.add_argument("--out", type=Path, default=ROOT / "test-data", help="folder to fill")
    options = parser.parse_args()
    found = make(options.ref)
    return check(options.out, found) if options.check else write(options.out, found)


if __name__ == "__main__":
    sys.exit(main())
