# SPDX-License-Identifier: MIT
"""A BAM and its index behind nginx on this machine, and what was asked of the server.

The server is a process of the user, with its own folder, configuration and port, and ends with the
`with` block. Its log is read after a graceful end, when it is complete.
"""
import collections
import os
import pathlib
import pwd
import re
import signal
import socket
import subprocess
import tempfile
import time

Request = collections.namedtuple("Request", "n_bytes status method path range")
CONFIGURATION = """\
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    log_format served '$bytes_sent $status "$request" "$http_range"';
    access_log {folder}/access.log served;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type application/octet-stream;
    sendfile on;
    server {{
        listen 127.0.0.1:{port}{listen};
        root {folder}/files;
    }}
}}
"""
LINE = re.compile(r'(\d+) (\d+) "(\S+) (\S+) [^"]*" "([^"]*)"')


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Server:
    """`with Server(nginx, {"x.bam": path, …}) as server:` serves the files; `requests`, known after
    the block, is what was asked. `listen` holds further parameters of nginx's `listen`."""

    def __init__(self, nginx, links, listen=""):
        self.nginx, self.links, self.listen, self.requests = nginx, links, listen, []

    def url(self, name):
        return f"http://127.0.0.1:{self.port}/{name}"

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)
        self.port = free_port()
        (self.folder / "files").mkdir()
        for name, path in self.links.items():
            (self.folder / "files" / name).symlink_to(path)
        # Started by root, nginx would give its worker to a user who may read none of this.
        user = f"user {pwd.getpwuid(0).pw_name};" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(
            CONFIGURATION.format(folder=self.folder, port=self.port, listen=self.listen, user=user),
            encoding="utf-8")
        self.process = subprocess.Popen(
            [self.nginx, "-p", self.folder, "-e", self.folder / "error.log",
             "-c", self.folder / "nginx.conf"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_until_ready()
        return self

    def wait_until_ready(self):
        for _ in range(100):
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.process.kill()
        raise RuntimeError(f"nginx does not start:\n{(self.folder / 'error.log').read_text()}")

    def __exit__(self, *exception):
        self.process.send_signal(signal.SIGQUIT)  # as nginx -s quit does
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        log = (self.folder / "access.log").read_text(encoding="utf-8")
        self.requests = [Request(int(m[1]), int(m[2]), m[3], m[4], m[5])
                         for m in LINE.finditer(log)]
        self.temporary.cleanup()
