"""What a page may send over its socket, read with distrust. `docs/chat-protocol.md` describes every frame."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, ngettext

from chat import limits

# Everything below the space but the tab and the line feed: databases refuse some of it, and nobody types it.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LARGEST_ID = 2**63 - 1


class Refused(Exception):
    """A frame that is not taken. `code` is for the page, `text` for the person, `ref` names their message, if any.

    `retry_after` are the seconds after which it may be sent again; None: as it is, never.
    """

    def __init__(self, code: str, text: str, *, ref: UUID | None = None, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.ref = ref
        self.retry_after = retry_after


@dataclass(frozen=True)
class Join:
    """The page shows the chat and has every message up to `after`. `place` says where its person is, if it knows."""

    after: int
    place: str


@dataclass(frozen=True)
class Beat:
    """The answer to the server's beat: the page is alive and has every message up to `after`."""

    after: int


@dataclass(frozen=True)
class Send:
    """A new message, or one sent again; `ref` is the id that the page gave it."""

    ref: UUID
    text: str


@dataclass(frozen=True)
class Read:
    """The person has read up to this message."""

    upto: int


@dataclass(frozen=True)
class Typing:
    """The person is typing."""


Frame = Join | Beat | Send | Read | Typing


def read_frame(data: str) -> Frame:
    """The frame in this text. Raises :class:`Refused`."""
    if len(data.encode("utf-8", "surrogatepass")) > limits.FRAME_BYTES:
        raise Refused("too_large", gettext("That was too much at once. Send it in parts."))
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise _misunderstood()
    match fields.get("type"):
        case "join":
            return Join(_id(fields, "after"), "phone" if fields.get("place") == "phone" else "reception")
        case "beat":
            return Beat(_id(fields, "after"))
        case "send":
            return _send(fields)
        case "read":
            return Read(_id(fields, "upto"))
        case "typing":
            return Typing()
        case _:
            raise _misunderstood()


def _misunderstood() -> Refused:
    return Refused("misunderstood", gettext("This page sent something unknown. Reload it to go on."))


def _id(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name)
    if type(value) is not int or not 0 <= value <= _LARGEST_ID:
        raise _misunderstood()
    return value


def _send(fields: dict[str, Any]) -> Send:
    try:
        ref = UUID(fields["ref"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _misunderstood() from error
    if not isinstance(fields.get("text"), str):
        raise _misunderstood()
    text = _plain(fields["text"])
    if not text:
        raise Refused("empty", gettext("Write something before sending."), ref=ref)
    if len(text) > limits.MESSAGE_LENGTH:
        excess = len(text) - limits.MESSAGE_LENGTH
        words = ngettext(
            "The message is %(count)d character too long. Send it in parts.",
            "The message is %(count)d characters too long. Send it in parts.",
            excess,
        )
        raise Refused("too_long", words % {"count": excess}, ref=ref)
    return Send(ref, text)


def _plain(text: str) -> str:
    """The text with plain line ends, and without what no database or screen can take."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub("", whole.replace("\r\n", "\n").replace("\r", "\n")).strip()
