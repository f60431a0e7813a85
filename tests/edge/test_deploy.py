"""The examples of `deploy/`: the proxies in the real nginx and the real Caddy, and the units as systemd reads them."""

from __future__ import annotations

import json
import os
import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from entrymgmt.edge.channel import FORM, IMPORT, import_path
from tests.edge.proxies import NAME, Changes, Proxy, caddy, nginx, running, substituted
from tests.edge.wire import Wire, head
from tests.services.inbox import free_port, until
from tests.services.product import ROOT

pytestmark = pytest.mark.once

TOKEN = "7Kq2Vd9xTf7Kq2Vd9xTf7K"
FORGED = {
    "Daphne-Root-Path": ".evil.example",
    "X-Forwarded-For": "198.51.100.1",
    "X-Forwarded-Proto": "http",
}
# Instead of 200, and further figures that tests would wait for.
CONNECTIONS = 5
FIGURES: dict[object, Changes] = {
    nginx: [
        (r"client_header_timeout +15s", "client_header_timeout 1s"),
        (r"entry_connections 200", f"entry_connections {CONNECTIONS}"),
    ],
    caddy: [(r"read_header 15s", "read_header 1s"), (r"lb_try_duration 5s", "lb_try_duration 1s")],
}


class Echo(BaseHTTPRequestHandler):
    """Stand-in for the web process, which responds with the headers and the length of the request."""

    go_on = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/held":
            self.go_on.wait()
        if self.path == "/fault":
            self.send_error(503, "The database is away")
            return
        if self.path.startswith("/redirect?"):
            self.send_response(302)
            self.send_header("Location", f"/admin/login/?next={quote(quote(self.path), safe='')}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        if self.headers.get("Transfer-Encoding") == "chunked":
            # The proxy cuts a body that is too large, which then has no last chunk.
            while (line := self.rfile.readline()) and (size := int(line, 16)):
                self.rfile.read(size + len(b"\r\n"))
            if not line:
                return
        left = int(self.headers.get("Content-Length", "0"))
        while left and (part := self.rfile.read(min(left, 65536))):
            left -= len(part)
        self.do_GET()

    def log_message(self, *args: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def backend() -> Iterator[int]:
    """The port to which the proxy forwards requests."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"], scope="module")
def proxy(request, tmp_path_factory, backend: int, site_certificate: tuple[Path, Path]) -> Iterator[Proxy]:
    """Each of the two proxies."""
    with running(
        request.param, tmp_path_factory.mktemp("proxy"), [backend], site_certificate, FIGURES[request.param]
    ) as proxy:
        yield proxy


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def lonely(request, tmp_path: Path, site_certificate: tuple[Path, Path]) -> Iterator[Proxy]:
    """Each of the two proxies, while the web process is down."""
    with running(request.param, tmp_path, [free_port()], site_certificate, FIGURES[request.param]) as proxy:
        yield proxy


def test_a_strangers_root_path_goes_no_further(proxy):
    assert "daphne-root-path" not in json.loads(proxy.ask(**FORGED)[1])


def test_the_address_and_the_scheme_are_what_the_proxy_has_seen(proxy):
    passed_on = json.loads(proxy.ask(**FORGED)[1])

    assert passed_on["x-forwarded-for"].rpartition(",")[2].strip() == "127.0.0.1"
    assert passed_on["x-forwarded-proto"] == "https"
    assert passed_on["host"] == NAME


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/", FORM.size, 200),
        ("/", FORM.size + 1, 413),
        ("/admin/hosts/host/export/", FORM.size + 1, 413),
        ("/admin/hosts/host/import/1/", FORM.size + 1, 413),
        (import_path(), IMPORT.size, 200),
        (import_path(), IMPORT.size + 1, 413),
    ],
)
def test_only_the_import_takes_large_bodies(proxy, path, size, status):
    assert proxy.ask(path, body=b"x" * size)[0].status == status


def test_a_body_of_unknown_size_ends_where_it_is_too_large(proxy):
    chunk = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    request = head("POST", "/", b"Transfer-Encoding: chunked").replace(b"127.0.0.1", NAME.encode())
    # Caddy answers when the body has ended. A client that goes on is cut off by its time limit.
    with proxy.wire().send(request + chunk * 20 + b"0\r\n\r\n") as wire:
        assert wire.status() in {413, 502}


@pytest.mark.parametrize("part", [b"G", b"X-A: b\r\n"])
def test_headers_that_dribble_end(proxy, part):
    beginning = f"GET / HTTP/1.1\r\nHost: {NAME}\r\n".encode() if part != b"G" else b""
    pieces = iter([part] * 600)
    with proxy.wire().send(beginning) as wire:
        while wire.is_still_open_after(0.05):
            wire.send(next(pieces))


@pytest.mark.parametrize("path", ["/", f"/v/{TOKEN}/"])
def test_plain_http_is_redirected_to_the_configured_name(proxy, path):
    with Wire(proxy.http).send(f"GET {path} HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode()) as wire:
        status, text = wire.answer()

    assert status == 301
    assert f"Location: https://{NAME}{path}\r\n" in text


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1", "visit.example.com.evil.example", "", "_"])
def test_other_names_get_no_answer(proxy, name):
    request = f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode()
    with Wire(proxy.http).send(request) as wire:
        status, text = wire.answer()
        assert status in {0, 400}
        assert name not in text or not name
    # The name of the certificate, but another one in the request.
    with proxy.wire().send(request) as wire:
        assert wire.answer()[0] in {0, 400}


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1"])
def test_other_names_get_no_certificate(proxy, name):
    with pytest.raises((ssl.SSLError, ConnectionError)) as refused:
        proxy.wire(name)

    assert not isinstance(refused.value, ssl.SSLCertVerificationError)


SECRET_PATHS = (
    f"/v/{TOKEN}/",
    f"/h/{TOKEN}/reply/",
    f"/ws/v/{TOKEN}/",
    f"/i/{TOKEN}/",
    f"/me/in/{TOKEN}/",
    f"/p/Ab3_-x9Z.{TOKEN}/",
    "/admin/password-reset/sent/",
    f"/admin/password-reset/Mg/{TOKEN}/",
)


def test_no_log_has_a_token_while_all_is_well(proxy):
    for path in SECRET_PATHS:
        proxy.ask(path, Referer=f"https://{NAME}{path}")
        with Wire(proxy.http).send(head("GET", path).replace(b"127.0.0.1", NAME.encode())) as wire:
            wire.answer()
        with Wire(proxy.http).send(head("GET", path)) as wire:
            wire.answer()

    assert until(lambda: "/password-reset/Mg/-" in proxy.logs())
    assert "/admin/password-reset/sent/" in proxy.logs()
    assert TOKEN not in proxy.logs()


def test_no_log_has_a_token_while_the_web_process_is_down(lonely):
    for path in (f"/v/{TOKEN}/", f"/h/{TOKEN}/chat/", f"/ws/v/{TOKEN}/"):
        assert lonely.ask(path, Referer=f"https://{NAME}{path}")[0].status == 502

    assert until(lambda: "/ws/v/-" in lonely.logs())
    assert TOKEN not in lonely.logs()


@pytest.mark.parametrize("proxy", [nginx], ids=["nginx"], indirect=True)
def test_one_address_has_a_limited_number_of_connections_through_nginx(proxy):
    held = b"GET /held HTTP/1.1\r\nHost: visit.example.com\r\n\r\n"
    Echo.go_on.clear()
    with ExitStack() as stack:
        stack.callback(Echo.go_on.set)
        wires = [stack.enter_context(proxy.wire()).send(held) for _number in range(CONNECTIONS)]

        def is_refused() -> bool:
            return proxy.ask()[0].status == 429

        assert until(is_refused)
        assert "Please try again in a minute." in proxy.ask()[1]
        Echo.go_on.set()
        assert {wire.status() for wire in wires} == {200}


def test_a_redirect_that_repeats_a_long_address_comes_through(proxy):
    answer, _text = proxy.ask("/redirect?q=" + "%22" * 2300)

    assert answer.status == 302
    assert len(answer.headers["Location"]) > 8192


def test_what_is_too_large_is_answered_in_words(proxy):
    assert "What you sent is too large for this page" in proxy.ask(body=b"x" * (FORM.size + 1))[1]


def test_a_fault_of_which_the_web_process_tells_is_told_as_it_is(proxy):
    answer, text = proxy.ask("/fault")

    assert answer.status == 503
    assert "The database is away" in text


UNITS = ["entry-web@.service", "entry-worker.service", "entry-backup.service"]


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_takes_the_unit_and_finds_it_well_closed(tmp_path, unit):
    if not shutil.which("systemd-analyze") and "CI" not in os.environ:
        pytest.skip("needs systemd-analyze: apt install systemd")
    example = substituted(
        (ROOT / "deploy" / unit).read_text(),
        [(r"/srv/entry/\.venv/bin/python", shutil.which("python3") or ""), (r"/srv/entry", str(tmp_path))],
    )
    (tmp_path / unit).write_text(example)
    analyze = ["systemd-analyze"]

    verified = subprocess.run([*analyze, "verify", tmp_path / unit], check=False, capture_output=True, text=True)
    # The exposure, in tenths, that systemd itself calls “OK” ends at 40.
    secure = subprocess.run(
        [*analyze, "security", "--offline=true", "--threshold=20", tmp_path / unit],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (verified.returncode, verified.stderr) == (0, "")
    assert secure.returncode == 0, secure.stdout


def test_systemd_takes_the_timer_of_the_backup(tmp_path):
    if not shutil.which("systemd-analyze") and "CI" not in os.environ:
        pytest.skip("needs systemd-analyze: apt install systemd")
    for name in ("entry-backup.service", "entry-backup.timer"):
        text = (
            (ROOT / "deploy" / name).read_text().replace("/srv/entry/.venv/bin/python", shutil.which("python3") or "")
        )
        (tmp_path / name).write_text(text.replace("/srv/entry", str(tmp_path)))

    verified = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "entry-backup.timer"], check=False, capture_output=True, text=True
    )

    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_limits_files_and_memory_and_writes_nowhere(unit):
    lines = (ROOT / "deploy" / unit).read_text().splitlines()

    assert [line for line in lines if re.match(r"LimitNOFILE=\d+|MemoryMax=\d", line)]
    assert not [line for line in lines if line.startswith("ReadWritePaths=")]


def test_every_start_command_runs_the_limited_server_on_this_machine_alone():
    examples = ["Procfile", "deploy/entry-web@.service", "script/serve.py"]
    for name in examples:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "entrymgmt.edge" in text, name
        assert "0.0.0.0" not in text, name
        assert "daphne" not in text.lower(), name
