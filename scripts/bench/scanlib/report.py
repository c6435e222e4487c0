# SPDX-License-Identifier: MIT
"""What stands around the tables: machine, versions, files, whether results agree; and README.md."""
import os
import pathlib
import platform
import re
import subprocess
import sys

from scanlib import files, plan
from scanlib.tables import markdown_head, markdown_row

BEGIN, END = "<!-- bench:scan begin -->", "<!-- bench:scan end -->"


def output_of(*command):
    """What a command prints on either stream; empty when it cannot be run."""
    try:
        done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
    except OSError:
        return ""
    return done.stdout.decode("utf-8", "replace")


def first_match(pattern, text, missing="unknown"):
    match = re.search(pattern, text, re.M)
    return match.group(1) if match else missing


def versions(program, peers, bam):
    """ntrkfuse with its commit, htslib, and those of `peers`."""
    questions = (("ntrkfuse", r"^ntrkfuse (\S+)", program, "--version"),
                 ("commit", r"^(\w\S*)$", "git", "-C", plan.TOP, "describe", "--always", "--dirty",
                  "--exclude", "*"),
                 ("htslib", r"^htslib (\S+)", program, "--version"),
                 ("samtools", r"^samtools (\S+)", peers.get("samtools"), "--version"),
                 ("sambamba", r"^sambamba (\S+)", peers.get("sambamba"), "--version"),
                 ("libdeflate", r"libdeflate (\S+)", peers.get("inflate_floor"), bam.path, 1),
                 ("nginx", r"nginx/(\S+)", peers.get("nginx"), "-v"))
    return ", ".join(f"{name} {first_match(pattern, output_of(*command))}"
                     for name, pattern, *command in questions if command[0])


def text_of(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def machine():
    processor = first_match(r"^model name\s*:\s*(.+)$", text_of("/proc/cpuinfo"),
                            platform.machine())
    memory = int(first_match(r"^MemTotal:\s+(\d+)", text_of("/proc/meminfo"), "0")) / 1024 ** 2
    system = first_match(r'^PRETTY_NAME="?([^"\n]+)', text_of("/etc/os-release"), platform.system())
    return f"{os.cpu_count()} processors, {processor}, {memory:.0f} GB of memory; {system}"


def contents_table(bams):
    """What each file holds, in percent of its records."""
    shares = ("spliced", "soft-clipped", "with SA", "unmapped")
    lines = markdown_head("records", ">MB", ">on the targets",
                          *(f">% {share}" for share in shares))
    for bam in bams:
        held = files.contents(bam)
        lines.append(markdown_row(
            f"{held['records'][0]:,}", f"{bam.megabytes():.0f}", f"{bam.spec.target_reads:,}",
            *(f"{held[share][1]:.1f}" for share in shares)))
    return lines


def agreement(results):
    """A line for each sample that says whether all roads printed the same bytes."""
    lines = []
    for spec, digests in results.items():
        sample = (f"{files.count_text(spec.records)} records, "
                  f"{files.count_text(spec.target_reads)} on the targets")
        if len(digests) == 1:
            (digest, roads), = digests.items()
            lines.append(f"- {sample}: the same bytes (md5 {digest}): {'; '.join(roads)}.")
        else:
            lines.append(f"- {sample}: **THE RESULTS DIFFER**: " + "; ".join(
                f"{digest}: {', '.join(roads)}" for digest, roads in digests.items()) + ".")
    return lines


def introduction(settings, program, peers, bams):
    smallest = min(bams, key=lambda bam: bam.spec.records)
    return [versions(program, peers, smallest) + ".", "",
            f"{machine()}.", "",
            f"Seed {settings.seed}; {settings.threads} threads where nothing else is said; "
            "every round runs all commands in turn, the first does not count, "
            f"{settings.rounds} do ({settings.repeats} for HTTP and in tables 2 and 3). "
            "Files come from the page cache. "
            "Every file has the same 20 pairs of one fusion, ETV6::NTRK3.", "",
            *contents_table(bams)]


def write_readme(text):
    """Puts `text` between the two marks in README.md."""
    path = plan.TOP / "README.md"
    old = path.read_text(encoding="utf-8")
    if old.count(BEGIN) != 1 or old.count(END) != 1:
        sys.exit(f"scan: {path}: expected the lines {BEGIN} and {END} once each")
    before, rest = old.split(BEGIN)
    after = rest.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
