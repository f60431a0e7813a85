"""The socket of a link: the chat, and hints for the other pages behind the link.

The database is the truth. A push through the channel layer only saves a socket from asking it: it brings what was
stored, and after which message; a socket that has that one passes it on, any other loads what it lacks. Whatever a lost
push leaves out, the next beat repairs. The events of an appointment's group are `appointment.changed`, and from here
`chat.message`, `chat.read`, `chat.typing` and `chat.presence`. `docs/chat-protocol.md` describes the frames.
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
from django.utils.translation import gettext
from redis.exceptions import RedisError

from appointments import live
from appointments.links import LinkExpired
from appointments.models import Appointment, Role
from chat import limits
from chat.conversation import Member, Standing
from chat.database import in_database
from chat.frames import Beat, Frame, Join, Read, Refused, Send, Typing, read_frame
from chat.models import ConversationEnded, Message
from chat.seats import Full

logger = logging.getLogger(__name__)

# Close codes (4000 to 4999 are for applications, RFC 6455 section 7.4.2).
SILENT = 4000
TOO_MANY_FRAMES = 4008
TOO_MANY_SOCKETS = 4029

# Events by the names of their handlers. Anything else that reaches a socket is passed over: Channels itself would
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
    """One open socket of the link of one person, whose part is `role`.

    Channels hands it one event at a time, so nothing here runs at the same time as anything else but the beat.
    """

    member: Member
    group: str
    beat: asyncio.Task[None]

    def __init__(self, role: Role) -> None:
        super().__init__()
        self.role = role
        self.entered = False
        self.joined = False
        # The page has every message up to this one.
        self.last = 0
        self.standing: Standing | None = None
        self.unanswered = 0
        self.messages = limits.Rate(limits.MESSAGES, limits.MESSAGE_WINDOW)
        self.frames = limits.Rate(limits.FRAMES, limits.MESSAGE_WINDOW)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Hand an event to its handler, if it has one.

        Channels' own dispatch also visits the shared database thread on every event, to close old connections; the
        threads of :mod:`chat.database` see to theirs by themselves.
        """
        if name := _HANDLERS.get(message["type"]):
            try:
                await getattr(self, name)(message)
            except Appointment.DoesNotExist:
                # It was deleted while the page was open.
                await self.close()

    async def connect(self) -> None:
        """Open for who holds the link; refuse anyone else."""
        try:
            self.member = await in_database(Member, self.role, self.scope["url_route"]["kwargs"]["token"])
        except (Appointment.DoesNotExist, LinkExpired):
            await self.close()
            return
        except Full:
            await self.accept()
            words = gettext("This chat is open in too many places. Close one of them.")
            await self._refuse(Refused("too_many_sockets", words))
            await self.close(TOO_MANY_SOCKETS)
            return
        self.entered = True
        self.group = live.group(self.member.appointment_id)
        self.beat = asyncio.create_task(self._keep_beating())
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave; the other person sees it. Runs after a refusal too."""
        if not self.entered:
            return
        self.beat.cancel()
        await in_database(self.member.leave)
        if self.joined:
            await self._push("chat.presence")
        try:
            await self.channel_layer.group_discard(self.group, self.channel_name)
        except (RedisError, OSError):
            logger.warning("The channel layer does not answer; socket left without it")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take a frame of the page, or say in words why not."""
        self.unanswered = 0
        if self.frames.wait():
            words = gettext("This page asks for too much. It goes on in a few seconds.")
            await self._refuse(Refused("too_many_frames", words))
            await self.close(TOO_MANY_FRAMES)
            return
        try:
            await self._take(read_frame(text_data or ""))
        except Refused as refusal:
            await self._refuse(refusal)

    async def _take(self, frame: Frame) -> None:
        match frame:
            case Join():
                await self._join(frame)
            case _ if not self.joined:
                raise Refused("not_joined", gettext("This page is not in the chat yet. Reload it to go on."))
            case Beat(after):
                self.last = after
                await self._bring(*await in_database(self.member.answer_beat, after))
            case Send():
                await self._store(frame)
            case Read(upto):
                await self._read(min(upto, self.last))
            case Typing():
                await self._push("chat.typing", role=self.role.value)

    async def _join(self, frame: Join) -> None:
        self.joined = True
        self.last = frame.after
        await self._bring(*await in_database(self.member.join, frame.place, frame.after))
        await self._push("chat.presence")

    async def _store(self, frame: Send) -> None:
        if wait := self.messages.wait():
            text = gettext("That was a lot at once. The rest is sent in a few seconds.")
            raise Refused("too_fast", text, ref=frame.ref, retry_after=math.ceil(wait * 10) / 10)
        try:
            message, news = await in_database(self.member.post, frame.ref, frame.text, self.last)
        except ConversationEnded:
            raise Refused("ended", gettext("The appointment has ended. This was not sent."), ref=frame.ref) from None
        await self._tell("sent", ref=str(frame.ref), id=message.pk, at=message.created_at.isoformat())
        stored = _as_json(news)
        await self._push("chat.message", after=self.last, messages=stored)
        await self._deliver(stored)

    async def _read(self, upto: int) -> None:
        if await in_database(self.member.read, upto):
            await self._push("chat.read", role=self.role.value, upto=upto)

    async def _bring(self, messages: list[Message], standing: Standing) -> None:
        await self._deliver(_as_json(messages))
        await self._show(standing)

    async def _catch_up(self) -> None:
        """Send every message that the page lacks, in order."""
        await self._deliver(_as_json(await in_database(self.member.batch, self.last)))

    async def _deliver(self, messages: list[dict[str, Any]]) -> None:
        """Send these messages, which follow the last one that the page has, and any that follow them."""
        if messages:
            self.last = messages[-1]["id"]
            await self._tell("messages", messages=messages)
        if len(messages) == limits.BATCH:
            await self._catch_up()

    async def _look(self) -> None:
        """Tell the page what has changed besides the messages."""
        await self._show(await in_database(self.member.standing))

    async def _show(self, now: Standing) -> None:
        before, self.standing = self.standing, now
        if before is None or (before.place, before.overdue) != (now.place, now.overdue):
            await self._tell("presence", online=now.place is not None, place=now.place, overdue=now.overdue)
        if before is None or before.read_upto < now.read_upto:
            await self._tell("read", upto=now.read_upto)
        if now.ended_at and not (before and before.ended_at):
            await self._tell("ended", at=now.ended_at.isoformat())

    async def on_appointment_changed(self, event: dict[str, Any]) -> None:
        """The appointment was saved, or something about its notifications is new."""
        await self._tell("changed")
        if self.joined:
            await self._look()

    async def on_message(self, event: dict[str, Any]) -> None:
        """Messages were stored, next after `after`. A page outside the chat says that there is something to read."""
        if not self.joined:
            await self._tell("changed")
        elif event["after"] <= self.last:
            await self._deliver([message for message in event["messages"] if message["id"] > self.last])
        else:
            await self._catch_up()

    async def on_read(self, event: dict[str, Any]) -> None:
        """One of the two has read on."""
        if self.standing and event["role"] != self.role and event["upto"] > self.standing.read_upto:
            self.standing = replace(self.standing, read_upto=event["upto"])
            await self._tell("read", upto=event["upto"])

    async def on_typing(self, event: dict[str, Any]) -> None:
        """One of the two is typing."""
        if self.joined and event["role"] != self.role:
            await self._tell("typing")

    async def on_presence(self, event: dict[str, Any]) -> None:
        """One of the two came or went."""
        if self.joined:
            await self._look()

    async def _keep_beating(self) -> None:
        """Ask the page, again and again, whether it is there; close its socket when it is not."""
        while True:
            await asyncio.sleep(limits.BEAT_SECONDS)
            if self.unanswered == limits.UNANSWERED_BEATS:
                await self.close(SILENT)
                return
            if self.joined:
                self.unanswered += 1
                await self._tell("beat")
            else:
                await in_database(self.member.stay)

    async def _push(self, kind: str, **ids: object) -> None:
        """Hint to the sockets of both people. What is lost here, the beat repairs."""
        try:
            await self.channel_layer.group_send(self.group, {"type": kind, **ids})
        except (RedisError, OSError, ChannelFull):
            logger.warning("The channel layer does not answer; a push of %s is lost", kind)

    async def _refuse(self, refusal: Refused) -> None:
        logger.info("Refused a frame of the %s (%s)", self.role, refusal.code)
        fields = {"ref": refusal.ref and str(refusal.ref), "retry_after": refusal.retry_after}
        given = {name: value for name, value in fields.items() if value is not None}
        await self._tell("error", code=refusal.code, text=refusal.text, **given)

    async def _tell(self, kind: str, **fields: object) -> None:
        await self.send(json.dumps({"type": kind, **fields}, ensure_ascii=False))


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
