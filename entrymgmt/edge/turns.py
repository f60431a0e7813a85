"""Lets pages be made a few at a time, and clients take turns.

Python runs one thread at a time, so more pages at once are not made sooner: each only takes longer, for everybody. So
the others wait outside, where a waiting request costs next to nothing. Whose turn is next goes by address, and no
client has all places, so that one that asks for a hundred pages waits for itself. Reception screens have places of
their own.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Collection

from entrymgmt.edge.interface import Application, Receive, Scope, Send
from entrymgmt.edge.quotas import bucket_of

# A page waits for the database for part of its time, and others are made meanwhile.
AT_ONCE = 4


class Turns:
    """Gives out `places`, to one client after the other when they are few, and at most `for_one` to the same one."""

    def __init__(self, places: int, for_one: int) -> None:
        self._free = places
        self._for_one = for_one
        self._held: Counter[str] = Counter()
        # Who waits, by client, in the order of their turns.
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    async def take(self, client: str) -> None:
        """Wait for a place."""
        if self._may_have_one(client):
            self._take(client)
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.give_back(client)
            raise

    def give_back(self, client: str) -> None:
        """This client needs its place no more: give it to whoever's turn it is."""
        self._free += 1
        self._held[client] -= 1
        if not self._held[client]:
            del self._held[client]
        # Clients of unknown address are one, whose name is empty.
        while (waiting := next(filter(self._may_have_one, self._waiting), None)) is not None:
            turns = self._waiting.pop(waiting)
            turn = turns.popleft()
            if turns:
                self._waiting[waiting] = turns
            if not turn.done():
                self._take(waiting)
                turn.set_result(None)

    def _may_have_one(self, client: str) -> bool:
        return self._free > 0 and self._held[client] < self._for_one

    def _take(self, client: str) -> None:
        self._free -= 1
        self._held[client] += 1


def in_turn(application: Application, is_screen: Callable[[Scope], bool], exempt: Collection[str]) -> Application:
    """The same application, asked for at most `AT_ONCE` pages at once, and as many of reception screens.

    No client but a reception screen may have all of them, since a page may have to wait for the database for seconds.
    A place is free again when the response begins: what is streamed after that may take its time. `exempt` are paths
    that do not wait.
    """
    screens, everybody = Turns(AT_ONCE, AT_ONCE), Turns(AT_ONCE, AT_ONCE - 1)

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in exempt:
            await application(scope, receive, send)
            return
        turns = screens if is_screen(scope) else everybody
        client = bucket_of(scope["client"][0] if scope.get("client") else None)
        await turns.take(client)
        has_place = True

        async def send_and_leave(event: Scope) -> None:
            nonlocal has_place
            if has_place:
                has_place = False
                turns.give_back(client)
            await send(event)

        try:
            await application(scope, receive, send_and_leave)
        finally:
            if has_place:
                turns.give_back(client)

    return wrapped
