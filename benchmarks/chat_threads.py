"""Which threads serve the sockets' database calls best.

    python -m benchmarks.chat_threads                             SQLite
    DATABASE_URL=postgres://… python -m benchmarks.chat_threads   an empty database

Fifty conversations store, deliver and mark as read one message each, all at once: in the one thread that Channels
shares among all consumers, and in pools of our own. Several rounds in turn; the first is left out.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from channels.db import database_sync_to_async

from benchmarks import chat

CONVERSATIONS = 50
ROUNDS = 4
POOLS = (1, 2, 4, 8)

Run = Callable[..., Awaitable[Any]]


async def shared(call: Callable[..., Any], *arguments: Any) -> Any:
    """In the thread that Channels shares."""
    return await database_sync_to_async(call)(*arguments)


def own(threads: int) -> Run:
    """In a pool of this many threads."""
    pool = ThreadPoolExecutor(threads)

    async def run(call: Callable[..., Any], *arguments: Any) -> Any:
        return await database_sync_to_async(call, thread_sensitive=False, executor=pool)(*arguments)

    return run


async def measure(people: list[tuple[Any, Any]], last: int) -> None:
    """Time each way in turn, and print messages a second."""
    ways: dict[str, Run] = {"shared": shared, **{f"{count} threads": own(count) for count in POOLS}}
    rates: dict[str, list[float]] = {name: [] for name in ways}

    async def message(visitor: Any, host: Any, run: Run) -> None:
        stored, _news = await run(visitor.post, uuid4(), "Good morning", last)
        await run(host.batch, stored.pk - 1)
        await run(host.read, stored.pk)

    for _ in range(ROUNDS):
        for name, run in ways.items():
            start = time.perf_counter()
            await asyncio.gather(*[message(visitor, host, run) for visitor, host in people])
            rates[name].append(len(people) / (time.perf_counter() - start))
    for name, figures in rates.items():
        print(f"{name:10} {statistics.median(figures[1:]):6.0f} messages a second, at best {max(figures[1:]):.0f}")


def main() -> None:
    """Prepare the database and measure."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/benchmark.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = "entrymgmt.settings"
        pairs = chat.prepare()[:CONVERSATIONS]

        from appointments.models import Role
        from chat.conversation import Member

        people = [
            (Member(Role.VISITOR, pair.visitor.split("/")[3]), Member(Role.HOST, pair.host.split("/")[3]))
            for pair in pairs
        ]
        for person in [each for both in people for each in both]:
            person.join("phone")
        asyncio.run(measure(people, chat.newest()))


if __name__ == "__main__":
    main()
