"""A copy of the product as in production, on loopback alone: web, worker, both providers, and nginx before them.

DATABASE_URL must name an empty database, or else there is a temporary one on SQLite; REDIS_URL is as for the product.
"""

from __future__ import annotations

import os
import secrets
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.notification_providers import Providers
from tests.services.inbox import free_port, listens, until

ROOT = Path(__file__).parents[1]
SITE = "visit.example.com"
TWILIO_TOKEN = "a token of the stand-in"
START_SECONDS = 60
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass
class Installation:
    """The running copy: the port to ask at, and the folder with everything that it writes."""

    folder: Path
    port: int
    providers: Providers
    context: ssl.SSLContext | None = None
    pids: dict[str, int] = field(default_factory=dict)

    def memory(self, name: str) -> int:
        """The resident memory of `web` or `worker` in bytes (VmRSS of /proc)."""
        return resident(self.pids[name])

    def logs(self) -> dict[str, str]:
        """What has been written to each log so far, by its name."""
        return {path.name: path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log"))}


@contextmanager
def installed(*, behind_nginx: bool) -> Iterator[Installation]:
    """Set the copy up, run it, and take it away. Sets the environment of this process, and loads Django."""
    refuse_other_machines()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        # The workers of nginx have another user than the one who starts it.
        folder.chmod(0o711)
        providers = Providers()
        stack.callback(providers.stop)
        backend, port = free_port(), free_port()
        configure(folder, providers, f"https://{SITE}" if behind_nginx else f"http://127.0.0.1:{backend}")
        copy = Installation(folder, port if behind_nginx else backend, providers)
        web = [
            "-m",
            "entrymgmt.edge",
            "--bind",
            "127.0.0.1",
            "--port",
            str(backend),
            "--verbosity",
            "0",
        ]
        for name, command in {"web": web, "worker": ["manage.py", "run_huey"]}.items():
            copy.pids[name] = stack.enter_context(running([sys.executable, *command], folder / f"{name}.log"))
        if behind_nginx:
            # The one of the tests of deploy/, which change its ports and paths alone.
            from tests.edge.proxies import nginx

            files = certificate(folder)
            copy.context = ssl.create_default_context(cafile=str(files[0]))
            stack.enter_context(running(nginx(folder, (port, free_port()), [backend], files), folder / "nginx.log"))
        for each in (backend, copy.port):
            if not until(partial(listens, each), START_SECONDS):
                sys.exit(f"Nothing listens at port {each} after {START_SECONDS} seconds.")
        yield copy


def refuse_other_machines() -> None:
    """Exit unless the database and Redis are on this machine: what runs here is made to do harm."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        where = urlsplit(os.environ.get(name, "")).hostname
        if where and where not in LOOPBACK:
            sys.exit(f"{name} must be on this machine, but is on {where}.")


def configure(folder: Path, providers: Providers, site_url: str) -> None:
    """Settings of production, a migrated database, and the static files."""
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "benchmarks.notification_settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "BENCHMARK_QUEUE": str(folder / "queue.sqlite3"),
            "SITE_URL": site_url,
            "TRUSTED_PROXIES": "127.0.0.1",
            "ORGANISATION_NAME": "Meridian House",
            "PHONE_REGION": "IN",
            "RECEPTION_PHONE": "+918055500100",
            "EMAIL_URL": f"smtp://127.0.0.1:{providers.mail_port}",
            "DEFAULT_FROM_EMAIL": "reception@example.com",
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": TWILIO_TOKEN,
            "TWILIO_FROM": "+15005550006",
            "TWILIO_API_URL": f"http://127.0.0.1:{providers.twilio_port}",
        }
    )
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'benchmark.sqlite3'}")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


@contextmanager
def running(command: list[str], log: Path) -> Iterator[int]:
    """Run a process during the block, with its output in a file; yield its id."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for `SITE`, and its key."""
    paths = folder / "certificate.pem", folder / "certificate.key"
    command = ["openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "1", "-subj", f"/CN={SITE}"]
    files = ["-addext", f"subjectAltName=DNS:{SITE}", "-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run([*command, *files], check=True, capture_output=True)
    return paths


def resident(pid: int) -> int:
    """VmRSS of this process in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no VmRSS")
