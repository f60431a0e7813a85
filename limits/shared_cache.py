"""Counts in Redis, in one round trip: a script there is atomic."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from limits.slots import Slot

# A check-in does not wait longer than this for a server that does not answer: the database counts then.
TIMEOUT_SECONDS = 0.5

# Decides each group in turn, as `limits.slots.admit` does. KEYS are the counters; the argument has for each of them the
# maximum and the end (Unix time in seconds), and the groups as indices of counters, from 1.
_TAKE_EACH = """
local given = cjson.decode(ARGV[1])
local full = {}
for number, group in ipairs(given.groups) do
    full[number] = 0
    for _, index in ipairs(group) do
        local count = tonumber(redis.call('GET', KEYS[index]) or '0')
        if count >= given.maxima[index] and full[number] == 0 then full[number] = index end
    end
    if full[number] == 0 then
        for _, index in ipairs(group) do
            redis.call('INCR', KEYS[index])
            redis.call('EXPIREAT', KEYS[index], given.ends[index])
        end
    end
end
return full
"""


def is_shared() -> bool:
    """Whether the cache is Redis. The cache in memory is one for each process, so it cannot count for all."""
    return str(settings.CACHES["default"]["BACKEND"]).endswith("RedisCache")


def read(slots: Sequence[Slot]) -> dict[str, int]:
    """The present count of each of these. Raises RedisError or OSError when the server does not answer."""
    counts: Any = _client(_location()).mget([_key(slot) for slot in slots])
    return {slot.digest: int(count or 0) for slot, count in zip(slots, counts, strict=True)}


def take_each(groups: Sequence[Sequence[Slot]]) -> list[Slot | None]:
    """Count each group whose slots all have room; for every other, the first slot that is full.

    Raises RedisError or OSError when the server does not answer.
    """
    slots = list(dict.fromkeys(slot for group in groups for slot in group))
    given = {
        "groups": [[slots.index(slot) + 1 for slot in group] for group in groups],
        "maxima": [slot.maximum for slot in slots],
        "ends": [int(slot.ends_at.timestamp()) for slot in slots],
    }
    full: Any = _client(_location()).eval(_TAKE_EACH, len(slots), *map(_key, slots), json.dumps(given))
    return [slots[index - 1] if index else None for index in full]


def _key(slot: Slot) -> str:
    return f"{settings.CACHES['default'].get('KEY_PREFIX', '')}:limits:{slot.digest}"


def _location() -> str:
    return str(settings.CACHES["default"]["LOCATION"])


@lru_cache
def _client(location: str) -> redis.Redis:
    return redis.Redis.from_url(
        location,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
