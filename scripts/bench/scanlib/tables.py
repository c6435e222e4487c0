# SPDX-License-Identifier: MIT
"""The tables: what each measures, and its lines of Markdown."""
import dataclasses
import statistics
import sys

from scanlib import files, measure, plan, web

TITLES = {1: "every road through a file, beside what others need to read it",
          2: "cost against the size of the file and against reads on the targets",
          3: "threads"}
# A request for a range is open-ended, and what the server has put into its socket when the reader
# turns away counts as served: some MB where the system chooses the size of the buffer and
# the way is short. (Parameter of nginx's `listen`, what the table says.)
SEND_BUFFERS = (("", "the system's"), (" sndbuf=64k", "64 kB"))
# What is promised of the roads: a command of table 1 over another one.
PROMISES = (
    ("full scan / inflating alone", "full", "floor"),
    ("full scan / `samtools view -c`", "full", "view"),
    ("pipe / `samtools view -c` on the pipe", "pipe", "view_pipe"),
    ("CRAM, full scan / `samtools view -c`", "cram_full", "cram_view"),
    ("by index, {big} / {small} records", "index", "index_small"),
)


@dataclasses.dataclass(frozen=True)
class Settings:
    """`sizes` of files, largest first; `rounds` for table 1, `repeats` for 2 and 3."""
    sizes: tuple
    coverages: tuple
    thread_counts: tuple
    threads: int
    rounds: int
    repeats: int
    seed: int

    def spec(self, size, target_reads=plan.TARGET_READS):
        return files.Spec(size, target_reads, self.seed)

    def specs(self, tables):
        """What files the tables need."""
        specs = []
        if tables & {1, 3}:
            specs.append(self.spec(self.sizes[0]))
        if 1 in tables:
            specs.append(self.spec(self.sizes[1]))
        if 2 in tables:
            specs += [self.spec(size) for size in self.sizes]
            specs += [self.spec(self.sizes[1], coverage) for coverage in self.coverages]
        return list(dict.fromkeys(specs))


def time_text(seconds):
    return f"{seconds:.3f}" if seconds < 10 else f"{seconds:.2f}"


def ratio_text(ratio):
    return "not measured" if ratio is None else f"{ratio:.3f}"


def markdown_row(*cells):
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def markdown_head(*names):
    """Names that begin with > head a column of numbers."""
    return [markdown_row(*(name.lstrip(">") for name in names)),
            "|" + "|".join("---:" if name.startswith(">") else "---" for name in names) + "|"]


class Tables:
    """`commands` and `runner` as in their modules; `inputs` is {spec: BAM}, `cram` that of the
    second size or None."""

    def __init__(self, settings, commands, runner, inputs):
        self.settings, self.commands, self.runner = settings, commands, runner
        self.inputs, self.cram = inputs, None

    def bam(self, size, *target_reads):
        return self.inputs[self.settings.spec(size, *target_reads)]

    def run(self, number):
        print(f"scan: table {number}", file=sys.stderr)
        return {1: self.roads, 2: self.costs, 3: self.threads}[number]()

    # ---- table 1 ----

    def road_commands(self, big, small):
        make, n = self.commands, self.settings.threads
        listed = (make.floor("floor", big, n) + make.view("view", big, n)
                  + make.flagstat("flagstat", big, n) + make.sambamba("sambamba", big, n)
                  + make.full_scan("full", big, n) + make.view_pipe("view_pipe", big, n)
                  + make.call_pipe("pipe", big, n) + make.call("index", big)
                  + make.call("index_small", small))
        if self.cram:
            listed += make.view("cram_view", self.cram, n)
            listed += make.full_scan("cram_full", self.cram, n)
        return listed

    def roads(self):
        big, small = (self.bam(size) for size in self.settings.sizes[:2])
        if "samtools" in self.commands.peers:
            self.cram = files.make_cram(small, self.commands.peers["samtools"])
        listed = self.road_commands(big, small)
        runs = self.runner.measure(listed, self.settings.rounds)
        lines = markdown_head("command", "file", ">median s", ">fastest", ">slowest", ">peak MB")
        for command in listed:
            own = runs[command.key]
            # The floor maps the file, which counts as its memory.
            memory = "–" if command.key == "floor" else f"{measure.peak(own):.0f}"
            lines.append(markdown_row(
                f"`{command.text}`", command.input.label(), time_text(measure.median_seconds(own)),
                time_text(min(measure.seconds(own))), time_text(max(measure.seconds(own))), memory))
        lines += ["", *markdown_head("median of the ratios within a round", ">")]
        names = {"big": files.count_text(big.spec.records),
                 "small": files.count_text(small.spec.records)}
        for text, key, base in PROMISES:
            lines.append(markdown_row(text.format(**names),
                                      ratio_text(measure.ratio(runs, key, base))))
        self.other_roads(small)
        return lines + self.over_http(big)

    def other_roads(self, small):
        """Roads of the smaller sample that are not timed, for the comparison of results."""
        make, n = self.commands, self.settings.threads
        listed = make.full_scan("", small, n) + make.call_pipe("", small, n)
        if self.cram:
            listed += make.call("", self.cram)
        for command in listed:
            self.runner.run(command)

    def over_http(self, bam):
        """A row for each of SEND_BUFFERS."""
        if "nginx" not in self.commands.peers:
            return []
        lines = ["", *markdown_head("command, from nginx on this machine", "file",
                                    "send buffer of the server", ">median s", ">requests",
                                    ">MB served", ">% of the file", ">peak MB")]
        for listen, text in SEND_BUFFERS:
            runs, n_requests, n_bytes = self.serve(bam, listen)
            lines.append(markdown_row(
                "`ntrkfuse call http://127.0.0.1/x.bam`", bam.label(), text,
                time_text(measure.median_seconds(runs)), f"{n_requests:.0f}",
                f"{n_bytes / 1e6:.1f}", f"{100 * n_bytes / bam.path.stat().st_size:.2f}",
                f"{measure.peak(runs):.0f}"))
        return lines

    def serve(self, bam, listen):
        """The runs, and the medians of requests for the BAM and of bytes sent for them."""
        runs, served = [], []
        links = {"x.bam": bam.path, "x.bam.bai": f"{bam.path}.bai"}
        for _ in range(self.settings.repeats):
            with web.Server(self.commands.peers["nginx"], links, listen) as server:
                command, = self.commands.call("", bam, server.url("x.bam"))
                runs.append(self.runner.run(command))
            served.append([request for request in server.requests if request.path == "/x.bam"])
        return (runs, statistics.median(len(requests) for requests in served),
                statistics.median(sum(request.n_bytes for request in requests)
                                  for requests in served))

    # ---- table 2 ----

    def both_roads(self, bam):
        """Cells of the full scan and of the index road."""
        runs = self.runner.measure(
            self.commands.full_scan("full", bam, self.settings.threads)
            + self.commands.call("index", bam), self.settings.repeats)
        return [cell for key in ("full", "index") for cell in
                (time_text(measure.median_seconds(runs[key])), f"{measure.peak(runs[key]):.0f}")]

    def costs(self):
        cells = (">full scan s", ">peak MB", ">by index s", ">peak MB")
        lines = markdown_head(">records", ">MB", *cells)
        for size in reversed(self.settings.sizes):
            bam = self.bam(size)
            lines.append(markdown_row(files.count_text(size), f"{bam.megabytes():.0f}",
                                      *self.both_roads(bam)))
        size = self.settings.sizes[1]
        lines += ["", *markdown_head(f">reads on the targets, of {files.count_text(size)}",
                                     ">MB", *cells)]
        for coverage in self.settings.coverages:
            bam = self.bam(size, coverage)
            lines.append(markdown_row(files.count_text(coverage), f"{bam.megabytes():.0f}",
                                      *self.both_roads(bam)))
        return lines

    # ---- table 3 ----

    def threads(self):
        bam = self.bam(self.settings.sizes[0])
        lines = markdown_head(">threads", ">inflating alone s", ">`samtools view -c` s",
                              ">full scan s", ">peak MB", ">full scan / inflating",
                              ">full scan / view")
        for n in self.settings.thread_counts:
            runs = self.runner.measure(
                self.commands.floor("floor", bam, n) + self.commands.view("view", bam, n)
                + self.commands.full_scan("full", bam, n), self.settings.repeats)
            times = [time_text(measure.median_seconds(runs[key])) if key in runs else "–"
                     for key in ("floor", "view", "full")]
            lines.append(markdown_row(n, *times, f"{measure.peak(runs['full']):.0f}",
                                      ratio_text(measure.ratio(runs, "full", "floor")),
                                      ratio_text(measure.ratio(runs, "full", "view"))))
        return lines
