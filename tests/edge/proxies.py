"""The proxies of `deploy/` in the real nginx and the real Caddy."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from tests.edge.wire import Wire
from tests.services.inbox import free_port, listens, until
from tests.services.product import ROOT

NAME = "visit.example.com"
# What a test changes in an example: patterns, and what stands in their places.
Changes = Sequence[tuple[str, str]]


@pytest.fixture(scope="session")
def site_certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for visit.example.com, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    paths = folder / "certificate.pem", folder / "certificate.key"
    command = ["openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "1"]
    names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    files = ["-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)
    return paths


@dataclass
class Proxy:
    """A running proxy."""

    folder: Path
    https: int
    http: int
    context: ssl.SSLContext

    def wire(self, name: str = NAME) -> Wire:
        """A connection over TLS to the site of this name (SNI)."""
        wire = Wire(self.https)
        wire.socket = self.context.wrap_socket(wire.socket, server_hostname=name)
        return wire

    def ask(self, path: str = "/", *, body: bytes | None = None, **headers: str) -> tuple[HTTPResponse, str]:
        """Request a path over https, or post the body to it; returns the response and its text."""
        connection = HTTPConnection("127.0.0.1", self.https, timeout=30)
        connection.sock = self.wire().socket
        named = {"Host": NAME, **{name.replace("_", "-"): value for name, value in headers.items()}}
        with closing(connection), connection.sock:
            # What a refusing server no longer takes need not be sent.
            with suppress(ConnectionError, ssl.SSLEOFError):
                connection.request("GET" if body is None else "POST", path, body, named)
            with connection.getresponse() as response:
                return response, response.read().decode()

    def logs(self) -> str:
        """Everything that the proxy has written."""
        return "\n".join(path.read_text() for path in self.folder.glob("*log"))


def substituted(text: str, changes: Changes) -> str:
    """The text of an example with each pattern, which must occur, replaced."""
    for found, other in changes:
        text, count = re.subn(found, other, text)
        assert count, f"the example has no {found}"
    return text


def nginx(
    folder: Path, ports: tuple[int, int], webs: Sequence[int], certificate: tuple[Path, Path], changes: Changes = ()
) -> list[str]:
    """The command that runs nginx with `deploy/nginx.conf`, on other ports and paths, before one or two processes."""
    second = [(r"#server 127\.0\.0\.1:8001", f"server 127.0.0.1:{port}") for port in webs[1:]]
    site = substituted(
        (ROOT / "deploy/nginx.conf").read_text(),
        [
            (r"listen 80\b", f"listen 127.0.0.1:{ports[1]}"),
            (r"listen 443\b", f"listen 127.0.0.1:{ports[0]}"),
            (r"server 127\.0\.0\.1:8000", f"server 127.0.0.1:{webs[0]}"),
            *second,
            (r"/etc/ssl/certs/\S+;", f"{certificate[0]};"),
            (r"/etc/ssl/private/\S+;", f"{certificate[1]};"),
            (r"/var/log/nginx/", f"{folder}/"),
            *changes,
        ],
    )
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    logs = f"access_log {folder}/other-access.log; error_log {folder}/error.log;"
    # A root’s nginx gives its workers to another user, who may not read the folder of a test.
    user = "user root;" if os.geteuid() == 0 else ""
    whole = f"{user} daemon off; pid {folder}/pid; events {{}} http {{ {logs} {temporary}\n{site}\n}}"
    (folder / "nginx.conf").write_text(whole)
    return ["nginx", "-p", str(folder), "-e", f"{folder}/error.log", "-c", str(folder / "nginx.conf")]


def caddy(
    folder: Path, ports: tuple[int, int], webs: Sequence[int], certificate: tuple[Path, Path], changes: Changes = ()
) -> list[str]:
    """The command that runs Caddy with `deploy/Caddyfile`, on other ports, before one or two processes."""
    site = substituted(
        (ROOT / "deploy/Caddyfile").read_text(),
        [
            (r"(?m)^\{$", f"{{\n\tadmin off\n\thttp_port {ports[1]}\n\thttps_port {ports[0]}"),
            (r"(?m)^visit\.example\.com \{", f"visit.example.com {{\n\ttls {certificate[0]} {certificate[1]}"),
            (r"(reverse_proxy.*) 127\.0\.0\.1:8000", " ".join([r"\1", *(f"127.0.0.1:{port}" for port in webs)])),
            *changes,
        ],
    )
    (folder / "Caddyfile").write_text(site)
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@contextmanager
def running(
    program: Callable[..., list[str]],
    folder: Path,
    webs: Sequence[int],
    certificate: tuple[Path, Path],
    changes: Changes = (),
) -> Iterator[Proxy]:
    """A proxy of this program before the web processes at these ports."""
    name = program.__name__
    if not shutil.which(name) and "CI" not in os.environ:
        pytest.skip(f"needs {name}: apt install {name}")
    ports = free_port(), free_port()
    command = program(folder, ports, webs, certificate, changes)
    with (folder / "log").open("w") as log:
        environment = {**os.environ, "HOME": str(folder)}
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        assert until(lambda: all(map(listens, ports)) or process.poll() is not None), (folder / "log").read_text()
        assert process.poll() is None, (folder / "log").read_text()
        yield Proxy(folder, *ports, ssl.create_default_context(cafile=str(certificate[0])))
    finally:
        process.terminate()
        process.wait()
