"""The socket of a link: the chat, and hints for the other pages behind the link.

The database is the source of truth. A push through the channel layer only saves a query: it contains the stored
messages and the id of the message before them. A socket that has this message forwards the push; any other socket
catches up from the database. After a lost push, the next heartbeat makes the socket catch up. The events of an
appointment's group are `appointment.changed` and, sent by this module, `chat.message`, `chat.read`, `chat.typing` and
`chat.presence`. `docs/chat-protocol.md` describes the frames.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from dataclasses import replace
from typing import Any

from channels.exceptions import ChannelFull
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import IntegrityError
from django.utils.translation import gettext
from redis.exceptions import RedisError

from appointments import live
from appointments.choices import Role
from appointments.links import LinkExpired, LinkRevoked
from appointments.models import Appointment
from chat import limits
from chat.conversation import ConversationState, Session
from chat.database import in_database
from chat.frames import Beat, Frame, FrameError, Here, Join, Read, Send, Typing, read_frame
from chat.models import ConversationEnded, ConversationFull, Message, TooManyAtOnce
from chat.presence import TooManyConnections

logger = logging.getLogger(__name__)

# Close codes (RFC 6455, section 7.4.2 reserves 4000 to 4999 for applications).
SILENT = 4000
REVOKED = 4003
TOO_MANY_FRAMES = 4008
TOO_MANY_SOCKETS = 4029

# The handler of each event. Other events are ignored; Channels' own dispatch would raise an exception for them and so
# close every socket of the group.
_HANDLERS = {
    "websocket.connect": "websocket_connect",
    "websocket.receive": "websocket_receive",
    "websocket.disconnect": "websocket_disconnect",
    "appointment.changed": "on_appointment_changed",
    "chat.message": "on_message",
    "chat.read": "on_read",
    "chat.typing": "on_typing",
    "chat.presence": "on_presence",
}


class ChatConsumer(AsyncWebsocketConsumer):
    """One open socket of one person's link; `role` is that person's role.

    Channels dispatches one event at a time, so only the heartbeat task runs concurrently with a handler.
    """

    session: Session
    frames: limits.Rate
    group: str
    beat: asyncio.Task[None]

    def __init__(self, role: Role) -> None:
        super().__init__()
        self.role = role
        self.entered = False
        self.joined = False
        # A page that has joined watches: until a person has shown themselves at it, it counts for nobody.
        self.is_person = False
        # The id of the last message that the page has.
        self.last = 0
        self.state: ConversationState | None = None
        self.unanswered = 0
        # Those of the link are counted in the database; this refuses most of a flood without asking it.
        self.messages = limits.Rate(limits.MAX_MESSAGES, limits.WINDOW_SECONDS)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Call the handler of an event, if it has one.

        Channels' own dispatch also uses the shared database thread on every event, to close old connections; the
        threads of :mod:`chat.database` manage their own connections.
        """
        if name := _HANDLERS.get(message["type"]):
            try:
                await getattr(self, name)(message)
            except (Appointment.DoesNotExist, IntegrityError):
                # The appointment was deleted while the page was open, or while something was stored about it.
                await self.close()
            except LinkRevoked:
                await self.close(REVOKED)

    async def connect(self) -> None:
        """Accept the socket for a valid link; reject an unknown or expired link, and one with too many sockets."""
        try:
            self.session = await in_database(Session, self.role, self.scope["url_route"]["kwargs"]["token"])
        except (Appointment.DoesNotExist, LinkExpired):
            await self.close()
            return
        except TooManyConnections:
            await self.accept()
            words = gettext("This chat is open in too many places. Close one of them.")
            await self._refuse(FrameError("too_many_sockets", words))
            await self.close(TOO_MANY_SOCKETS)
            await self.websocket_disconnect({"code": TOO_MANY_SOCKETS})
        self.entered = True
        self.frames = limits.Rate(limits.MAX_FRAMES, limits.WINDOW_SECONDS, self.session.frames_before)
        self.group = live.group(self.session.appointment_id)
        self.beat = asyncio.create_task(self._keep_beating())
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave the chat and notify the other person. Channels also calls this after a rejected connection."""
        if not self.entered:
            return
        self.beat.cancel()
        await in_database(self.session.leave, self.frames.used)
        if self.is_person:
            await self._push("chat.presence")
        try:
            await self.channel_layer.group_discard(self.group, self.channel_name)
        except (RedisError, OSError):
            logger.warning("The channel layer does not answer; socket left without it")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Process a frame of the page, or send an error frame with the reason."""
        self.unanswered = 0
        if self.frames.wait():
            words = gettext("This page asks for too much. It goes on in a few seconds.")
            await self._refuse(FrameError("too_many_frames", words))
            await self.close(TOO_MANY_FRAMES)
            # The consumer ends, so nothing more of this socket is read, and what has arrived is not handled.
            await self.websocket_disconnect({"code": TOO_MANY_FRAMES})
        try:
            await self._take(read_frame(text_data or ""))
        except FrameError as refusal:
            await self._refuse(refusal)

    async def _take(self, frame: Frame) -> None:
        match frame:
            case Join():
                await self._join(frame)
            case _ if not self.joined:
                raise FrameError("not_joined", gettext("This page is not in the chat yet. Reload it to go on."))
            case Beat(after):
                self.last = after
                await self._bring(*await in_database(self.session.answer_beat, after))
            case Send():
                await self._store(frame)
            case Here():
                await self._come()
            case _ if not self.is_person:
                logger.info("Passed over what a page of the %s says of a person, who has not come yet", self.role)
            case Read(upto):
                await self._read(min(upto, self.last))
            case Typing():
                await self._push("chat.typing", role=self.role.value)

    async def _join(self, frame: Join) -> None:
        self.joined = True
        self.last = frame.after
        await self._bring(*await in_database(self.session.join, frame.place, frame.after))

    async def _come(self) -> None:
        if not self.is_person:
            self.is_person = True
            await in_database(self.session.come)
            await self._push("chat.presence")

    async def _store(self, frame: Send) -> None:
        if wait := self.messages.wait():
            raise _too_fast(frame, wait)
        try:
            message, news = await in_database(self.session.post, frame.ref, frame.text, self.last)
        except ConversationEnded:
            raise FrameError("ended", gettext("The appointment has ended. This was not sent."), ref=frame.ref) from None
        except ConversationFull:
            await self._look()
            raise FrameError("full", gettext("This conversation is full. This was not sent."), ref=frame.ref) from None
        except TooManyAtOnce as refusal:
            raise _too_fast(frame, refusal.wait) from None
        await self._send_frame("sent", ref=str(frame.ref), id=message.pk, at=message.created_at.isoformat())
        stored = _as_json(news)
        await self._push("chat.message", after=self.last, messages=stored)
        await self._deliver(stored)

    async def _read(self, upto: int) -> None:
        if await in_database(self.session.read, upto):
            await self._push("chat.read", role=self.role.value, upto=upto)

    async def _bring(self, messages: list[Message], state: ConversationState) -> None:
        await self._deliver(_as_json(messages))
        await self._show(state)

    async def _catch_up(self) -> None:
        """Catch up: send every message that the page does not have, in order."""
        await self._deliver(_as_json(await in_database(self.session.batch, self.last)))

    async def _deliver(self, messages: list[dict[str, Any]]) -> None:
        """Send these messages, which directly follow the page's last one; after a full batch, also catch up."""
        if messages:
            self.last = messages[-1]["id"]
            await self._send_frame("messages", messages=messages)
        if len(messages) == limits.BATCH_SIZE:
            await self._catch_up()

    async def _look(self) -> None:
        """Send the page every change of the conversation's state."""
        await self._show(await in_database(self.session.state))

    async def _show(self, now: ConversationState) -> None:
        before, self.state = self.state, now
        if before is None or (before.place, before.overdue) != (now.place, now.overdue):
            await self._send_frame("presence", online=now.place is not None, place=now.place, overdue=now.overdue)
        if before is None or before.room != now.room:
            await self._send_frame("room", room=now.room)
        if before is None or before.read_upto < now.read_upto:
            await self._send_frame("read", upto=now.read_upto)
        if now.ended_at and not (before and before.ended_at):
            await self._send_frame("ended", at=now.ended_at.isoformat())

    async def on_appointment_changed(self, event: dict[str, Any]) -> None:
        """The appointment was saved, or one of its notifications changed. A revoked link closes its sockets."""
        state = await in_database(self.session.state)
        await self._send_frame("changed")
        if self.joined:
            await self._show(state)

    async def on_message(self, event: dict[str, Any]) -> None:
        """Messages were stored, directly after `after`. A page outside the chat only gets a hint to reload."""
        if not self.joined:
            await self._send_frame("changed")
        elif event["after"] <= self.last:
            await self._deliver([message for message in event["messages"] if message["id"] > self.last])
        else:
            await self._catch_up()

    async def on_read(self, event: dict[str, Any]) -> None:
        """The read mark of one of the two people has advanced."""
        if self.state and event["role"] != self.role and event["upto"] > self.state.read_upto:
            self.state = replace(self.state, read_upto=event["upto"])
            await self._send_frame("read", upto=event["upto"])

    async def on_typing(self, event: dict[str, Any]) -> None:
        """One of the two people is typing."""
        if self.joined and event["role"] != self.role:
            await self._send_frame("typing")

    async def on_presence(self, event: dict[str, Any]) -> None:
        """One of the two people joined or left."""
        if self.joined:
            await self._look()

    async def _keep_beating(self) -> None:
        """Send heartbeats at a fixed interval; close the socket when the page does not answer them."""
        while True:
            await asyncio.sleep(limits.BEAT_SECONDS)
            if self.unanswered == limits.MAX_UNANSWERED_BEATS:
                await self.close(SILENT)
                return
            if self.joined:
                self.unanswered += 1
                await self._send_frame("beat")
            else:
                await in_database(self.session.stay)

    async def _push(self, kind: str, **ids: object) -> None:
        """Push an event to the sockets of both people. After a lost push, they catch up with the next heartbeat."""
        try:
            await self.channel_layer.group_send(self.group, {"type": kind, **ids})
        except (RedisError, OSError, ChannelFull):
            logger.warning("The channel layer does not answer; a push of %s is lost", kind)

    async def _refuse(self, refusal: FrameError) -> None:
        logger.info("Refused a frame of the %s (%s)", self.role, refusal.code)
        fields = {"ref": refusal.ref and str(refusal.ref), "retry_after": refusal.retry_after}
        given = {name: value for name, value in fields.items() if value is not None}
        await self._send_frame("error", code=refusal.code, text=refusal.text, **given)

    async def _send_frame(self, kind: str, **fields: object) -> None:
        await self.send(json.dumps({"type": kind, **fields}, ensure_ascii=False))


def _too_fast(frame: Send, wait: float) -> FrameError:
    text = gettext("That was a lot at once. The rest is sent in a few seconds.")
    return FrameError("too_fast", text, ref=frame.ref, retry_after=math.ceil(wait * 10) / 10)


def _as_json(messages: list[Message]) -> list[dict[str, Any]]:
    return [
        {
            "id": message.pk,
            "ref": str(message.client_id),
            "sender": message.sender,
            "text": message.text,
            "at": message.created_at.isoformat(),
        }
        for message in messages
    ]
