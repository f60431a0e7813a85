"""Prepares the product and runs its web process and its worker together, until one of them ends or a signal arrives."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = "127.0.0.1"
# A worker may be waiting for a slow provider; it exits by itself after HUEY's shutdown_timeout.
STOP_SECONDS = 35
LOOK_SECONDS = 0.1


def main() -> int:
    """Prepare and serve; the exit status is 130 after Ctrl-C, 0 after another signal and 1 when something failed."""
    parser = argparse.ArgumentParser(
        prog="script/server", description="Runs the product here until Ctrl-C. PORT chooses another port than 8000."
    )
    parser.add_argument("--no-sample", action="store_true", help="add no sample data on the first run")
    options = parser.parse_args()

    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    port = chosen_port()
    write_env()
    prepare(port, sample=not options.no_sample)
    asked: list[int] = []
    # SIGINT too, because a shell that starts this in the background sets it to be ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: asked.append(number))
    return serve(port, asked)


def chosen_port() -> int:
    """The port of PORT, or 8000; exits with a one-sentence error when the port is not available."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, but is “{text}”.")
    port = int(text)
    try:
        socket.create_server((ADDRESS, port)).close()
    except PermissionError:
        sys.exit(f"Port {port} is not open to you: choose one above 1023, as in PORT=8001 script/server.")
    except OSError:
        sys.exit(f"Port {port} is taken: stop what uses it, or choose another, as in PORT={port + 1} script/server.")
    return port


def write_env() -> None:
    """Write a `.env` that only its owner can read, with a random SECRET_KEY, unless the file exists."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    with contextlib.suppress(FileExistsError):
        handle = os.open(ROOT / ".env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(text.replace("SECRET_KEY=", f"SECRET_KEY={secrets.token_urlsafe(50)}", 1))


def prepare(port: int, *, sample: bool) -> None:
    """Update the database and the static files; a new database gets the sample data."""
    from entrymgmt.environment import Environment

    if not Environment(ROOT).text("SITE_URL"):
        os.environ["SITE_URL"] = f"http://{ADDRESS}:{port}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "entrymgmt.settings"

    import django
    from django.core.management import call_command
    from django.db import OperationalError, connection
    from django.db.migrations.recorder import MigrationRecorder

    django.setup()
    try:
        is_new = not MigrationRecorder(connection).has_table()
        call_command("migrate", verbosity=0)
    except OperationalError as error:
        sys.exit(f"The database cannot be used: {' '.join(str(error).split())}.")
    collect_static_files()
    if is_new and sample:
        call_command("sample")
    connection.close()


def collect_static_files() -> None:
    """Collect the static files, which takes seconds, unless the same files have been collected already."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    found = [storage.path(name) for finder in get_finders() for name, storage in finder.list([])]
    stamps = sorted((path, os.stat(path).st_mtime_ns, os.stat(path).st_size) for path in found)  # noqa: PTH116
    fingerprint = hashlib.sha256(repr(stamps).encode()).hexdigest()
    collected = ROOT / "staticfiles" / "fingerprint.txt"
    if not collected.exists() or collected.read_text(encoding="ascii") != fingerprint:
        call_command("collectstatic", verbosity=0, interactive=False)
        collected.write_text(fingerprint, encoding="ascii")


def serve(port: int, asked: Sequence[int]) -> int:
    """Run web and worker until a signal arrives or one of them exits; then stop the other."""
    web = ["-m", "entrymgmt.edge", "--bind", ADDRESS, "--port", str(port), "--verbosity", "0"]
    worker = ["manage.py", "run_huey", "--quiet"]
    running: dict[str, subprocess.Popen[bytes]] = {}
    status = None
    announced = False
    try:
        for name, command in {"web": web, "worker": worker}.items():
            # In a separate session, so that only this process receives Ctrl-C and forwards it once.
            running[name] = subprocess.Popen([sys.executable, *command], start_new_session=True)
        while status is None:
            time.sleep(LOOK_SECONDS)
            ended = [name for name, process in running.items() if process.poll() is not None]
            if asked:
                status = 128 + signal.SIGINT if asked[0] == signal.SIGINT else 0
            elif ended:
                print(f"The {ended[0]} process has ended, so everything stops.", flush=True)
                status = 1
            elif not announced and answers(port):
                print(f"Ready at http://{ADDRESS}:{port} – Ctrl-C stops it.", flush=True)
                announced = True
    finally:
        stop(list(running.values()), asked)
    return status


def answers(port: int) -> bool:
    """Whether the web process accepts connections."""
    with contextlib.suppress(OSError), socket.create_connection((ADDRESS, port), timeout=1):
        return True
    return False


def stop(processes: list[subprocess.Popen[bytes]], asked: Sequence[int]) -> None:
    """Stop each gracefully with SIGTERM, then kill it after a time-out; a second Ctrl-C kills it immediately."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while any(process.poll() is None for process in processes) and time.monotonic() < deadline and len(asked) < 2:
        time.sleep(LOOK_SECONDS)
    for process in processes:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
