"""Compares the numbers of threads for the sockets' database calls.

    python -m benchmarks.chat_threads                                     SQLite, in-memory layer
    DATABASE_URL=postgres://… REDIS_URL=redis://… python -m benchmarks.chat_threads

Measures with a separate server for each number of threads: round trips (see `chat.py`) of 200 conversations with one
message a second each, and the throughput of 500 conversations in messages a second. `shared` is the one thread that
all consumers of Channels share. DATABASE_URL must name an empty database. Figures are medians over the rounds.
"""

from __future__ import annotations

import asyncio
import os
import statistics

from benchmarks.chat import Pair, Server, as_fast_as_allowed, measure, one_a_second, prepared, quantiles

WAYS = ("shared", "1", "2", "4", "8")
ROUNDS = 3
SECONDS = 8


async def run(pairs: list[Pair]) -> None:
    """Measure all numbers of threads in turn in each round, and print the medians."""
    figures: dict[str, list[tuple[float, float, float]]] = {}
    for _round in range(ROUNDS):
        for way in WAYS:
            server = Server({**os.environ, "CHAT_THREADS": way})
            try:
                trips, _rate = await measure(server, pairs[:200], "chat", SECONDS, one_a_second)
                _trips, most = await measure(server, pairs, "chat", SECONDS, as_fast_as_allowed)
                figures.setdefault(way, []).append((*quantiles(trips), most))
            finally:
                server.stop()
    print(f"{'threads':8}{'200: p50':>12}{'p99':>12}{'most a second':>16}   (ms)")
    for way in WAYS:
        p50, p99, most = (statistics.median(column) for column in zip(*figures[way], strict=True))
        print(f"{way:8}{p50:>12.1f}{p99:>12.1f}{most:>16.0f}")


if __name__ == "__main__":
    with prepared() as pairs:
        asyncio.run(run(pairs))
