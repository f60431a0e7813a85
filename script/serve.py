"""Prepares the product and runs its web process and its worker together, until one of them or the person ends it."""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = "127.0.0.1"
# A worker may be waiting for a slow provider, which takes 10 seconds at most.
STOP_SECONDS = 15
LOOK_SECONDS = 0.1


class Stopped(Exception):
    """The person (SIGINT, by Ctrl-C) or the system asked for the end."""

    def __init__(self, by: int) -> None:
        super().__init__()
        self.by = by


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
    # SIGINT too: a shell that starts this in the background has it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, raise_stopped)
    try:
        return serve(port)
    except Stopped as stopped:
        return 128 + signal.SIGINT if stopped.by == signal.SIGINT else 0


def chosen_port() -> int:
    """The port of PORT, or 8000; ends the program in one sentence when it cannot be had."""
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
    """Write a `.env`, readable to its owner alone, with a random SECRET_KEY, unless there is one."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    with contextlib.suppress(FileExistsError):
        handle = os.open(ROOT / ".env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(text.replace("SECRET_KEY=", f"SECRET_KEY={secrets.token_urlsafe(50)}", 1))


def prepare(port: int, *, sample: bool) -> None:
    """Bring the database and the static files up to date; a new database gets the sample data."""
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
    call_command("collectstatic", verbosity=0, interactive=False)
    if is_new and sample:
        call_command("sample")
    connection.close()


def serve(port: int) -> int:
    """Run web and worker until one of them ends, which ends the other; raises :class:`Stopped` on a signal."""
    web = ["-m", "daphne", "--bind", ADDRESS, "--port", str(port), "--verbosity", "0", "entrymgmt.asgi:application"]
    worker = ["manage.py", "run_huey", "--quiet"]
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in {"web": web, "worker": worker}.items():
            # In a session of its own, so that Ctrl-C reaches it through this process alone, once.
            running[name] = subprocess.Popen([sys.executable, *command], start_new_session=True)
        announced = False
        while True:
            for name, process in running.items():
                if process.poll() is not None:
                    print(f"The {name} process has ended (status {process.returncode}), so everything stops.")
                    return 1
            if not announced and answers(port):
                print(f"Ready at http://{ADDRESS}:{port} – Ctrl-C stops it.", flush=True)
                announced = True
            time.sleep(LOOK_SECONDS)
    finally:
        stop(list(running.values()))


def answers(port: int) -> bool:
    """Whether the web process takes connections."""
    with contextlib.suppress(OSError), socket.create_connection((ADDRESS, port), timeout=1):
        return True
    return False


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Let each finish what it is doing (both take SIGTERM so), then insist; another Ctrl-C insists at once."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0, deadline - time.monotonic()))
        except (subprocess.TimeoutExpired, Stopped):
            process.kill()
            process.wait()


def raise_stopped(number: int, frame: FrameType | None) -> None:
    """As a signal handler: raise :class:`Stopped`."""
    raise Stopped(number)


if __name__ == "__main__":
    sys.exit(main())
