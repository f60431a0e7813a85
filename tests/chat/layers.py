"""Channel layers that simulate the failures of real ones."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from channels.layers import InMemoryChannelLayer


class LossyLayer(InMemoryChannelLayer):
    """Drops a third of all pushes, and delays another third by up to a second."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        match random.randrange(3):
            case 0:
                return
            case 1:
                asyncio.get_running_loop().call_later(
                    random.random(), lambda: asyncio.ensure_future(super(LossyLayer, self).group_send(group, message))
                )
            case _:
                await super().group_send(group, message)


class SilentLayer(InMemoryChannelLayer):
    """Drops every push."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Deliver nothing."""


class BrokenLayer(InMemoryChannelLayer):
    """Raises, as the Redis layer does while Redis is down."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        raise ConnectionError("Redis is down")
