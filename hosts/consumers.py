"""The check-in page's socket: a hint that the list of hosts changed."""

from __future__ import annotations

from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from hosts.live import GROUP


class DirectoryConsumer(AsyncJsonWebsocketConsumer):
    """Says `{"type": "changed"}` whenever a host or an availability may have changed. It tells nothing else."""

    groups = (GROUP,)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """Leave aside whatever a page sends: there is nothing to say here."""

    async def hosts_changed(self, _event: dict[str, Any]) -> None:
        """Pass the hint on."""
        await self.send_json({"type": "changed"})
