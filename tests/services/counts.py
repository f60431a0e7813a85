"""Forgets what earlier tests have counted in Redis; counts in the database are rolled back."""

from __future__ import annotations

from contextlib import suppress

import redis
from django.conf import settings


def forget_counts() -> None:
    """Delete the counts of this worker's tests."""
    if not settings.REDIS_URL:
        return
    with suppress(redis.RedisError), redis.Redis.from_url(settings.REDIS_URL) as server:
        keys = list(server.scan_iter(f"{settings.CACHES['default']['KEY_PREFIX']}:limits:*", count=1000))
        if keys:
            server.delete(*keys)
