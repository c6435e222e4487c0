# SPDX-License-Identifier: MIT
"""The commands that are compared, and which programs of others are there."""
import os
import shutil
import sys

from scanlib import files
from scanlib.measure import Command

# Debian's package of each program that the benchmark can do without.
PACKAGES = {"samtools": "samtools", "sambamba": "sambamba", "nginx": "nginx-light",
            "inflate_floor": "libdeflate-dev"}


def find_peers():
    """{name: path} of those that are there; says which are not."""
    places = os.pathsep.join([str(files.FOLDER), os.environ.get("PATH", os.defpath), "/usr/sbin"])
    found = {name: shutil.which(name, path=places) for name in PACKAGES}
    for name, path in found.items():
        if not path:
            print(f"scan: skipped: {name} is not there (Debian: {PACKAGES[name]})",
                  file=sys.stderr)
    return {name: path for name, path in found.items() if path}


class Commands:
    """Makes commands for `program` and those of `peers`. A method of a peer that is not there gives
    an empty list, the others a list of one, so that lists of commands are sums."""

    def __init__(self, program, peers):
        self.program, self.peers = program, peers

    def peer(self, name, key, text, arguments, source, piped=False):
        if name not in self.peers:
            return []
        return [Command(key, text, (self.peers[name], *arguments), source, piped=piped)]

    def floor(self, key, source, threads):
        return self.peer("inflate_floor", key, f"inflate_floor, {threads} threads",
                         (source.path, threads), source)

    def view(self, key, source, threads):
        return self.peer("samtools", key, f"samtools view -c -@ {threads}",
                         ("view", "-c", "-@", threads, source.path), source)

    def view_pipe(self, key, source, threads):
        return self.peer("samtools", key, f"cat FILE | samtools view -c -@ {threads} -",
                         ("view", "-c", "-@", threads, "-"), source, piped=True)

    def flagstat(self, key, source, threads):
        return self.peer("samtools", key, f"samtools flagstat -@ {threads}",
                         ("flagstat", "-@", threads, source.path), source)

    def sambamba(self, key, source, threads):
        return self.peer("sambamba", key, f"sambamba view -c -t {threads}",
                         ("view", "-c", "-t", threads, source.path), source)

    def call(self, key, source, url=None):
        """The targeted road, by index."""
        return [Command(key, "ntrkfuse call", (self.program, "call", url or source.path), source,
                        f"{source.kind} by index{' over HTTP' if url else ''}")]

    def full_scan(self, key, source, threads):
        return [Command(key, f"ntrkfuse call --full-scan -@ {threads}",
                        (self.program, "call", "--full-scan", "-@", threads, source.path), source,
                        f"{source.kind} in full, {threads} thread{'s'[:threads > 1]}")]

    def call_pipe(self, key, source, threads):
        return [Command(key, f"cat FILE | ntrkfuse call -@ {threads} -",
                        (self.program, "call", "-@", threads, "-"), source,
                        f"{source.kind} from a pipe", True)]
