"""Connections to Redis that are kept, and gone when they are needed next."""

import asyncio
from datetime import timedelta

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.core.cache.backends.redis import RedisCache
from django.utils import timezone
from huey import RedisHuey

from entrymgmt.pushes import redis_layer
from limits import shared_cache
from limits.rules import Rule, Use
from limits.slots import Slot

pytestmark = pytest.mark.once
PATIENCE = 20


@pytest.fixture(params=["hang_up", "restart"])
def disturb(request, redis):
    """Closes every connection, in one of two ways."""
    return getattr(redis, request.param)


def test_the_cache_goes_on(redis, disturb):
    cache = RedisCache(redis.url, {})
    cache.set("before", 1)

    disturb()

    cache.set("after", 2)
    assert cache.get("after") == 2


def test_the_limits_go_on_counting_there(redis, disturb, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis.url, "KEY_PREFIX": "x"}
    }
    slot = Slot(Use(Rule.of("texts_day"), ""), "x", 5, timezone.now() + timedelta(hours=1))
    assert shared_cache.take_each([[slot]]) == [None]

    disturb()

    assert shared_cache.take_each([[slot]]) == [None]
    assert shared_cache.read([slot])["x"] >= 1


def test_the_queue_goes_on(redis, disturb):
    storage = RedisHuey("tests", url=redis.url).storage
    storage.enqueue(b"before")

    disturb()

    storage.enqueue(b"after")
    waiting = [storage.dequeue() for _each in range(storage.queue_size())]
    assert waiting[-1] == b"after"


async def test_pushes_go_on_in_both_directions(redis, disturb, caplog):
    layer = RedisPubSubChannelLayer(**redis_layer(redis.url, "tests")["CONFIG"])
    channel = await layer.new_channel()
    await layer.group_add("group", channel)
    await layer.group_send("group", {"number": 1})
    assert await asyncio.wait_for(layer.receive(channel), PATIENCE) == {"number": 1}
    heard = asyncio.ensure_future(layer.receive(channel))

    disturb()

    async with asyncio.timeout(PATIENCE):
        while not heard.done():
            # The subscription may come back after the push, which then is lost; each is sent without an error.
            await layer.group_send("group", {"number": 2})
            await asyncio.sleep(0.05)
    assert heard.result() == {"number": 2}
    assert [record.message for record in caplog.records] == []
    await layer.flush()
