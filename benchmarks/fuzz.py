"""Sends inputs that nobody expects to a copy of the product behind nginx: paths, queries, forms, headers, frames.

    DATABASE_URL=postgres://… REDIS_URL=redis://… python -m benchmarks.fuzz

DATABASE_URL must name an empty database on this machine. The inputs are those of `tests/security/surface.py`; `--seed`
chooses others. Fails when one is answered by a status of 500 or more or not at all within half a minute, when a log has
a traceback, or when a log has the token of a link.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from benchmarks.installation import SITE, TWILIO_TOKEN, Installation, installed
from tests.security.wire import Request, Wire

# Inputs of one seed: hypothesis varies what it has drawn before, so that many of one seed resemble each other.
BATCH = 100
# After so many, what is attacked is made anew: by then visits have ended, and hosts are hidden.
RENEWED = 500
# Of all inputs, one in so many is a conversation over a socket.
SOCKETS = 5
TRACEBACK = "Traceback (most recent call last)"
# nginx refuses a transfer coding that it does not know with this status (RFC 9112, section 6.1).
NOT_IMPLEMENTED = 501
SHOWN, SHOWN_CHARACTERS = 20, 400

Conversation = tuple[bytes, list[tuple[bytes, bytes]], list[tuple[int, bytes]]]


class Verdict:
    """What has come back so far, and what must not have."""

    def __init__(self, copy: Installation) -> None:
        self._copy = copy
        self._log = (copy.folder / "web.log").open(errors="replace")
        self.answers: Counter[str] = Counter()
        self.faults: list[str] = []

    def note(self, sent: Request | Conversation, ask: Callable[[], int | None]) -> None:
        """Send it; count the answer, and remember what got none, an error of the server, or a traceback."""
        fault = ""
        try:
            status = ask()
        except TimeoutError:
            status, fault = None, "no answer in time"
        if status is None:
            kind = "broken off by us" if isinstance(sent, Request) and sent.breaks_off else "no answer"
            fault = fault or (kind if kind == "no answer" else "")
        else:
            kind = f"{status // 100}xx"
            if status >= 500 and status != NOT_IMPLEMENTED:
                fault = f"answered by {status}"
        self.answers[kind] += 1
        if TRACEBACK in self._log.read():
            fault += " with a traceback"
        if fault:
            self.faults.append(f"{fault}: {sent}"[:SHOWN_CHARACTERS])

    def print(self, tokens: set[str], seconds: float) -> bool:
        """Print the figures; whether all is well."""
        logs = self._copy.logs()
        tracebacks = {name: text.count(TRACEBACK) for name, text in logs.items() if TRACEBACK in text}
        links = {
            name: [line for line in text.splitlines() if any(token in line for token in tokens)]
            for name, text in logs.items()
        }
        leaks = {name: lines for name, lines in links.items() if lines}
        counts = ", ".join(f"{count} × {kind}" for kind, count in sorted(self.answers.items()))
        print(f"{self.answers.total()} inputs in {seconds:.0f} s: {counts}")
        print(f"answers of 500 or more, and none at all: {len(self.faults)}")
        print(f"tracebacks in logs: {tracebacks or 0}")
        print(f"lines of logs with the key of a link: { {name: len(lines) for name, lines in leaks.items()} or 0 }")
        for shown in [*self.faults, *(line for lines in leaks.values() for line in lines)][:SHOWN]:
            print(f"  {shown}")
        return not (self.faults or tracebacks or leaks)


def main() -> None:
    """Run it, and print the verdict; the exit status is 1 when there was a fault."""
    parser = argparse.ArgumentParser(description="Fuzz a copy of the product behind nginx.")
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with installed(behind_nginx=True) as copy:
        started = time.monotonic()
        verdict = Verdict(copy)
        tokens = attack(copy, verdict, options.inputs, options.seed)
        drain(copy)
        good = verdict.print(tokens, time.monotonic() - started)
    sys.exit(0 if good else 1)


def attack(copy: Installation, verdict: Verdict, inputs: int, first_seed: int) -> set[str]:
    """Send so many inputs; the tokens of all links that they were sent to."""
    from tests.security.surface import Surface

    surface = Surface(Wire(copy.port, SITE, copy.context), TWILIO_TOKEN)

    def batch(number: int, size: int) -> None:
        @seed(first_seed * 1_000_000 + number)
        @settings(
            max_examples=size,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.data())
        def send(data: Any) -> None:
            # Many clients, so that what limits one of them does not keep the others' inputs away.
            surface.wire.source = f"127.0.{data.draw(st.integers(0, 255))}.{data.draw(st.integers(1, 254))}"
            if data.draw(st.integers(1, SOCKETS)) == 1:
                conversation = surface.conversation(data.draw)
                verdict.note(conversation, lambda: surface.wire.talk(*conversation))
            else:
                request = surface.request(data.draw)
                verdict.note(request, lambda: surface.wire.ask(request))

        send()

    while (done := verdict.answers.total()) < inputs:
        batch(done // BATCH, min(BATCH, inputs - done))
        if verdict.answers.total() % RENEWED == 0:
            surface.renew()
        print(f"{verdict.answers.total()} …", flush=True)
    return surface.tokens


def drain(copy: Installation) -> None:
    """Wait until the worker has sent what the check-ins among the inputs called for, for its log to be whole."""
    from notifications.models import Notification, State

    deadline = time.monotonic() + 120
    while Notification.objects.filter(state=State.SENDING).exists() and time.monotonic() < deadline:
        time.sleep(0.5)


if __name__ == "__main__":
    main()
