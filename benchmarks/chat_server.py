"""The ASGI application of `benchmarks/chat.py`: the product's own, and two minimal Channels consumers.

`/ws/bare/<id>/` only forwards a frame to the two members of a group; `/ws/insert/<id>/` also stores it first, in one
INSERT. CHAT_THREADS is the number of threads for the chat's database calls, or `shared` for the one thread that all
consumers of Channels share.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

from entrymgmt.asgi import http
from entrymgmt.routing import urlpatterns

# The models can be imported only after the apps are loaded, which the import above does.
from chat import consumers, database  # isort: skip
from chat.models import Message  # isort: skip

match os.environ.get("CHAT_THREADS"):
    case "shared":
        vars(consumers)["in_database"] = lambda call, *args: database_sync_to_async(call)(*args)
    case str(count):
        database._threads = ThreadPoolExecutor(int(count))


class Bare(AsyncWebsocketConsumer):
    """Forwards each frame to both members of its group."""

    async def connect(self) -> None:
        self.number = int(self.scope["url_route"]["kwargs"]["number"])
        self.group = f"bare-{self.number}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.channel_layer.group_send(self.group, {"type": "passed.on", "text": text_data})

    async def passed_on(self, event: dict[str, Any]) -> None:
        await self.send(event["text"])

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)


class Insert(Bare):
    """Stores each frame before forwarding it."""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await database_sync_to_async(Message.objects.create)(
            appointment_id=self.number, sender="visitor", client_id=uuid4(), text=text_data
        )
        await super().receive(text_data)


application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": URLRouter(
            [
                path("ws/bare/<int:number>/", Bare.as_asgi()),
                path("ws/insert/<int:number>/", Insert.as_asgi()),
                *urlpatterns,
            ]
        ),
    }
)
