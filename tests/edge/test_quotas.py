"""What one client address may have open at a time: who counts as one, and what is refused."""

import asyncio

import pytest

from entrymgmt.edge.quotas import REQUESTS_PER_ADDRESS, Quota, bucket_of, limited

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.10", False),
        ("203.0.113.9", "::ffff:203.0.113.9", True),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        # Whose address is not known, and who is on this machine, share one count.
        (None, "127.0.0.1", True),
        ("unknown", "::1", True),
        ("127.0.0.1", "127.0.0.2", True),
        (None, "203.0.113.9", False),
    ],
)
def test_who_counts_as_one_client(one, other, same):
    assert (bucket_of(one) == bucket_of(other)) is same


def test_all_clients_together_have_a_limit_too():
    quota = Quota(2, 3)

    assert [quota.take(address) for address in ("203.0.113.1", "203.0.113.1", "203.0.113.1")] == [True, True, False]
    assert [quota.take(address) for address in ("203.0.113.2", "203.0.113.3")] == [True, False]
    quota.release("203.0.113.1")
    assert quota.take("203.0.113.3")


async def statuses(count: int, path: str, *, fails: bool = False) -> list[int]:
    """The statuses of this many requests of one address that are all under way at once, and then of one more."""
    gate = asyncio.Event()
    answers: list[int] = []

    async def application(scope, receive, send) -> None:
        await gate.wait()
        if fails:
            raise ConnectionError
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(event) -> None:
        if "status" in event:
            answers.append(event["status"])

    async def receive() -> dict:
        return {"type": "http.request"}

    guarded = limited(application, exempt={"/healthz"})
    scope = {"type": "http", "path": path, "client": ["203.0.113.9", 0], "headers": []}
    waiting = [asyncio.ensure_future(guarded(scope, receive, send)) for _number in range(count)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*waiting, return_exceptions=True)
    fails = False
    await guarded(scope, receive, send)
    return answers


async def test_more_requests_than_one_address_may_have_under_way_are_refused():
    assert sorted(await statuses(REQUESTS_PER_ADDRESS + 2, "/")) == [200] * (REQUESTS_PER_ADDRESS + 1) + [429] * 2


async def test_requests_that_failed_are_counted_no_longer():
    assert await statuses(REQUESTS_PER_ADDRESS, "/", fails=True) == [200]


async def test_health_checks_are_never_refused():
    assert set(await statuses(REQUESTS_PER_ADDRESS + 2, "/healthz")) == {200}
