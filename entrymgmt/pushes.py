"""The settings of the channel layer that several processes share."""

from __future__ import annotations

from typing import Any

from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff


def redis_layer(url: str, prefix: str) -> dict[str, Any]:
    """The channel layer in this Redis.

    A kept connection that is found closed is opened anew, once: without that, the first push after it would fail, and
    nobody would hear pushes for a second. A push that is repeated does no harm, since it is a hint.
    """
    host = {"address": url, "retry": Retry(NoBackoff(), 1)}
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [host], "prefix": prefix},
    }
