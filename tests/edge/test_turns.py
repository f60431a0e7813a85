"""Pages are made a few at a time: who waits, and whose turn is next."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from entrymgmt.edge.turns import AT_ONCE, in_turn

pytestmark = pytest.mark.once


class Office:
    """A site whose pages take until they are told to begin or to end; it remembers who was served."""

    def __init__(self) -> None:
        self.being_made: list[str] = []
        self._begun: dict[str, asyncio.Event] = {}
        self._ended: dict[str, asyncio.Event] = {}
        self.site = in_turn(self._page, lambda scope: scope["client"][0] == "screen", exempt={"/healthz"})
        self.tasks: list[asyncio.Task[Any]] = []

    async def _page(self, scope, receive, send) -> None:
        name = scope["name"]
        self.being_made.append(name)
        await self._begun[name].wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await self._ended[name].wait()
        await send({"type": "http.response.body", "body": b""})

    async def ask(self, name: str, client: str, path: str = "/") -> None:
        """Ask for a page, from this client."""
        self._begun[name], self._ended[name] = asyncio.Event(), asyncio.Event()

        async def nothing(_event: object = None) -> None:
            pass

        scope = {"type": "http", "path": path, "client": [client, 0], "name": name, "headers": []}
        self.tasks.append(asyncio.ensure_future(self.site(scope, nothing, nothing)))
        self.tasks[-1].set_name(name)
        await settle()

    async def begin(self, name: str) -> None:
        """Let the response of this page begin."""
        self._begun[name].set()
        await settle()

    async def give_up(self, name: str) -> None:
        """The client of this page has gone."""
        next(task for task in self.tasks if task.get_name() == name).cancel()
        await settle()


async def settle() -> None:
    """Let everything run that can."""
    for _turn in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def site() -> Callable[[], Awaitable[Office]]:
    """A site, where as many pages are being made as may be at once: all but one are of the same client."""

    async def opened() -> Office:
        office = Office()
        for number in range(AT_ONCE - 1):
            await office.ask(f"one {number}", "203.0.113.1")
        await office.ask("another", "203.0.113.9")
        return office

    return opened


async def test_more_pages_than_may_be_made_at_once_wait(site):
    office = await site()

    await office.ask("next", "203.0.113.2")
    assert "next" not in office.being_made

    await office.begin("one 0")
    assert "next" in office.being_made


async def test_those_of_unknown_address_wait_for_one_another_and_have_their_turn(site):
    office = await site()
    await office.ask("unknown", "")

    await office.begin("one 0")

    assert "unknown" in office.being_made


async def test_a_client_that_asks_for_many_waits_for_itself(site):
    office = await site()
    for number in range(5):
        await office.ask(f"many {number}", "203.0.113.2")
    await office.ask("other", "203.0.113.3")

    await office.begin("one 0")
    await office.begin("one 1")

    assert office.being_made[AT_ONCE:] == ["many 0", "other"]


async def test_no_client_has_all_places():
    office = Office()
    for number in range(AT_ONCE):
        await office.ask(f"one {number}", "203.0.113.1")
    await office.ask("other", "203.0.113.2")

    assert office.being_made == [*(f"one {number}" for number in range(AT_ONCE - 1)), "other"]

    await office.begin("one 0")
    assert office.being_made[-1] == f"one {AT_ONCE - 1}"


async def test_a_reception_screen_does_not_wait_for_others(site):
    office = await site()

    await office.ask("at the desk", "screen")

    assert "at the desk" in office.being_made


async def test_a_reception_screen_may_not_ask_for_all_at_once_either():
    office = Office()
    for number in range(AT_ONCE + 1):
        await office.ask(f"screen {number}", "screen")

    assert len(office.being_made) == AT_ONCE


async def test_health_checks_do_not_wait(site):
    office = await site()

    await office.ask("alive", "203.0.113.1", "/healthz")

    assert "alive" in office.being_made


@pytest.mark.parametrize("gone", ["waiting", "one 0"])
async def test_who_has_gone_leaves_the_place_to_the_next(site, gone):
    office = await site()
    await office.ask("waiting", "203.0.113.2")
    await office.ask("next", "203.0.113.3")

    await office.give_up(gone)
    if gone == "waiting":
        await office.begin("one 0")
    else:
        await office.begin("one 1")

    assert "next" in office.being_made
