"""Which threads serve the sockets' database calls best.

    python -m benchmarks.chat_threads                                     SQLite, in-memory layer
    DATABASE_URL=postgres://… REDIS_URL=redis://… python -m benchmarks.chat_threads

Round trips (see `chat.py`) of 100 and of 200 conversations with a message a second each, against a server of its own
for each number of threads; `shared` is the one thread that Channels shares among all consumers. DATABASE_URL must name
an empty database.
"""

from __future__ import annotations

import asyncio
import os
import statistics

from benchmarks.chat import Pair, Server, measure, one_a_second, prepared, quantiles

WAYS = ("shared", "1", "2", "4", "8")
LOADS = (100, 200)
ROUNDS = 2
SECONDS = 6


async def run(pairs: list[Pair]) -> None:
    """Measure all ways in turn, round after round, and print the medians."""
    figures: dict[tuple[str, int], list[float]] = {}
    for _round in range(ROUNDS):
        for way in WAYS:
            server = Server({**os.environ, "CHAT_THREADS": way})
            try:
                for load in LOADS:
                    trips, _rate = await measure(server, pairs[:load], "chat", SECONDS, one_a_second)
                    figures.setdefault((way, load), []).append(quantiles(trips)[0])
            finally:
                server.stop()
    print(f"{'threads':8}" + "".join(f"{load:>10}" for load in LOADS) + "   conversations: p50 (ms)")
    for way in WAYS:
        print(f"{way:8}" + "".join(f"{statistics.median(figures[way, load]):>10.1f}" for load in LOADS))


if __name__ == "__main__":
    with prepared() as pairs:
        asyncio.run(run(pairs))
