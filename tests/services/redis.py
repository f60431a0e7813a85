"""A Redis server that hangs up, goes away and comes back."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis as client

from tests.services.inbox import free_port, listens, until
from tests.services.product import Process


class Redis:
    """A Redis server only for this test."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        command = ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no", "--dir", str(folder)]
        self.process = Process(command, {}, folder / "redis.log")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process.start()
        assert until(lambda: listens(self.port)), "Redis does not start"

    def kill(self) -> None:
        """Kill it."""
        self.process.stop(signal.SIGKILL)

    def restart(self) -> None:
        """Kill it and start it again, empty."""
        self.kill()
        self.start()

    def hang_up(self) -> None:
        """Close every connection, as after a time in which nothing was said."""
        with client.Redis.from_url(self.url) as own:
            for kind in ("normal", "pubsub"):
                own.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis that can be killed."""
    if not shutil.which("redis-server") and "CI" not in os.environ:
        pytest.skip("redis-server is not installed")
    redis = Redis(tmp_path)
    redis.start()
    yield redis
    redis.process.stop(signal.SIGKILL)
