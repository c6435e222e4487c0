# SPDX-License-Identifier: MIT
"""Commands, run in turn: how long each took, how much memory, and what it printed."""
import collections
import hashlib
import os
import pathlib
import statistics
import subprocess
import sys

from scanlib import files

# `road` names the way through the file that ntrkfuse takes; it is empty for other programs.
# `piped`: the file comes from `cat` on standard input; the time and memory of `cat` do not count.
Command = collections.namedtuple("Command", "key text arguments input road piped",
                                 defaults=("", False))
Run = collections.namedtuple("Run", "seconds megabytes output")


class Runner:
    """Runs commands in the folder `work`, and remembers what ntrkfuse printed of each sample."""

    def __init__(self, work):
        self.work = pathlib.Path(work)
        self.results = {}  # {spec: {md5: [road, …]}}

    def run(self, command):
        """One run. Ends the program when the command fails."""
        report, out, err = (self.work / name for name in ("meter", "stdout", "stderr"))
        arguments = [files.FOLDER / "meter", report, *command.arguments]
        # A proxy would stand between the program and a server on this machine.
        environment = dict(os.environ, LC_ALL="C", no_proxy="127.0.0.1", NO_PROXY="127.0.0.1")
        with open(out, "wb") as stdout, open(err, "wb") as stderr:
            cat = None
            if command.piped:
                cat = subprocess.Popen(["cat", command.input.path], stdout=subprocess.PIPE)
            code = subprocess.call([str(argument) for argument in arguments], cwd=self.work,
                                   stdin=cat.stdout if cat else subprocess.DEVNULL,
                                   stdout=stdout, stderr=stderr, env=environment)
            if cat:
                cat.stdout.close()
                cat.wait()
        if code:
            sys.exit(f"scan: exit code {code}: {command.text} on {command.input.path}\n"
                     f"{err.read_text(encoding='utf-8', errors='replace')}")
        seconds, kilobytes = report.read_text(encoding="ascii").split()
        run = Run(float(seconds), int(kilobytes) / 1024, out.read_bytes())
        if command.road:
            self.note(command, run)
        return run

    def note(self, command, run):
        digests = self.results.setdefault(command.input.spec, {})
        roads = digests.setdefault(hashlib.md5(run.output).hexdigest(), [])
        if command.road not in roads:
            roads.append(command.road)

    def measure(self, commands, rounds):
        """{key: its runs}: all commands in turn, round after round; the first does not count."""
        runs = {command.key: [] for command in commands}
        for done in range(rounds + 1):
            print(f"scan: round {done} of {rounds}", file=sys.stderr)
            for command in commands:
                run = self.run(command)
                if done:
                    runs[command.key].append(run)
        return runs

    def all_equal(self):
        return all(len(digests) == 1 for digests in self.results.values())


def seconds(runs):
    return [run.seconds for run in runs]


def median_seconds(runs):
    return statistics.median(seconds(runs))


def peak(runs):
    return max(run.megabytes for run in runs)


def ratio(runs, key, base):
    """Median over the rounds of the ratio within a round, so that load from elsewhere touches
    both; None when one of the two was not run."""
    if not runs.get(key) or not runs.get(base):
        return None
    return statistics.median(mine.seconds / theirs.seconds
                             for mine, theirs in zip(runs[key], runs[base]))
