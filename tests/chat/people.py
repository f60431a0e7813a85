"""A person's open socket, with the frames of the protocol as methods."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from channels.testing import WebsocketCommunicator

from appointments.choices import Role
from appointments.models import Appointment
from entrymgmt.asgi import application

ORIGIN = (b"origin", b"http://localhost")
PATIENCE_SECONDS = 5


class Socket:
    """One socket of a link to the real ASGI application, in this process."""

    def __init__(self, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        self._wire = WebsocketCommunicator(application, path, headers)

    async def connect(self) -> bool:
        """Whether the server accepts the connection."""
        connected: bool
        connected, _ = await self._wire.connect(timeout=PATIENCE_SECONDS)
        return connected

    async def say(self, kind: str, **fields: Any) -> None:
        """Send a frame, as a browser writes it."""
        await self.say_raw(json.dumps({"type": kind, **fields}, ensure_ascii=False))

    async def say_raw(self, text: str | None = None, data: bytes | None = None) -> None:
        """Send any data."""
        await self._wire.send_to(text_data=text, bytes_data=data)

    async def send(self, text: str, ref: str | None = None) -> str:
        """Send a message; return its `ref`, the idempotency key."""
        ref = ref or str(uuid4())
        await self.say("send", ref=ref, text=text)
        return ref

    async def hear(self, *kinds: str) -> dict[str, Any]:
        """The next frame of one of these types; frames of other types before it are skipped."""
        while True:
            frame: dict[str, Any] = json.loads(await self._wire.receive_from(PATIENCE_SECONDS))
            if frame["type"] in kinds:
                return frame

    async def hear_text(self, count: int = 1) -> list[str]:
        """Wait for `count` messages and return their texts."""
        texts: list[str] = []
        while len(texts) < count:
            texts += [message["text"] for message in (await self.hear("messages"))["messages"]]
        return texts

    async def closed(self) -> int:
        """The code with which the server closes the socket."""
        while True:
            output = await self._wire.receive_output(PATIENCE_SECONDS)
            if output["type"] == "websocket.close":
                return int(output.get("code", 1000))

    async def silent(self) -> bool:
        """Whether the server sends no more frames, except hints that the visit may have changed."""
        while not await self._wire.receive_nothing(timeout=0.3):
            if json.loads(await self._wire.receive_from()) != {"type": "changed"}:
                return False
        return True

    async def leave(self) -> None:
        """Close the socket."""
        await self._wire.disconnect(timeout=PATIENCE_SECONDS)


def socket(role: Role, token: str, headers: list[tuple[bytes, bytes]] | None = None) -> Socket:
    """A socket to the link of this token, not connected yet."""
    return Socket(f"/ws/{role[0]}/{token}/", [ORIGIN] if headers is None else headers)


async def enter(appointment: Appointment, role: Role, after: int = 0, place: str = "phone") -> Socket:
    """A socket of this person that is in the chat."""
    person = await watch(appointment, role, after, place)
    await person.say("here")
    return person


async def watch(appointment: Appointment, role: Role, after: int = 0, place: str = "phone") -> Socket:
    """A socket of this person's page that has joined the chat, and at which nobody has shown themselves."""
    page = socket(role, appointment.token(role))
    assert await page.connect()
    await page.say("join", after=after, place=place)
    return page
