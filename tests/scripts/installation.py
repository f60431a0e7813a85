"""A copy of the repository, as after cloning, in which script/server runs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.services.inbox import free_port
from tests.services.product import ROOT, START_SECONDS, settings_named

NOT_CLONED = shutil.ignore_patterns(
    ".git", ".venv", ".env", ".coverage*", "*.sqlite3*", "staticfiles", "__pycache__", ".*_cache"
)


@dataclass
class Run:
    """The output of one run of script/server, and its exit status."""

    output: str
    status: int
    survivors: list[int]


class Installation:
    """The copy, with a `.venv` as script/install leaves it, whose Python is that of the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        shutil.copytree(ROOT, folder, ignore=NOT_CLONED)
        python = folder / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        shutil.copy(folder / "requirements.txt", folder / ".venv" / "installed-requirements.txt")

    @property
    def environment(self) -> dict[str, str]:
        """An environment in which only the port is set."""
        own = {"DJANGO_SETTINGS_MODULE", *settings_named()}
        kept = {name: value for name, value in os.environ.items() if name not in own}
        return {**kept, "PORT": str(self.port), "PYTHONUNBUFFERED": "1"}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """script/server, started from another folder."""
        return subprocess.Popen(
            [str(self.folder / "script" / "server"), *arguments],
            cwd=self.folder.parent,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, end_by: signal.Signals = signal.SIGINT, victim: str = "") -> Run:
        """Start it, wait until it is ready, and end it: by this signal, or by killing its `web` or `worker`."""
        process = self.start(*arguments)
        assert process.stdout
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("Ready at"):
                break
        children = self.children(process.pid)
        if victim:
            os.kill(children[victim], signal.SIGKILL)
        else:
            process.send_signal(end_by)
        said.append(process.communicate(timeout=START_SECONDS)[0])
        return Run("".join(said), process.returncode, [pid for pid in children.values() if alive(pid)])

    @staticmethod
    def children(pid: int) -> dict[str, int]:
        """The process ids of web and worker."""
        listed = subprocess.check_output(["ps", "-A", "-o", "ppid=,pid=,args="], text=True)
        rows = [line.split(None, 2) for line in listed.splitlines()]
        own = {args: int(child) for parent, child, args in rows if parent == str(pid)}
        names = {"web": "entrymgmt.edge", "worker": "run_huey"}
        return {name: child for name, word in names.items() for args, child in own.items() if word in args}

    def hosts(self) -> list[str]:
        """The names of the hosts in its database."""
        with closing(sqlite3.connect(self.folder / "db.sqlite3")) as database:
            return [name for (name,) in database.execute("SELECT name FROM hosts_host ORDER BY name")]


def alive(pid: int) -> bool:
    """Whether a process of this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def password_in(output: str) -> str:
    """The password that a first run prints."""
    found = re.search(r"password +(\S+)", output)
    assert found, output
    return found[1]
