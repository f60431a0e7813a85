"""Parses and validates the frames that a page sends. `docs/chat-protocol.md` describes every frame."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, ngettext

from chat import limits
from core.text import many_lines

_LARGEST_ID = 2**63 - 1


class FrameError(Exception):
    """A rejected frame. `code` is for the page, `text` for the person; `ref` is the id of their message, if any.

    `retry_after` is the number of seconds after which the page may retry; None: the page must not retry it.
    """

    def __init__(self, code: str, text: str, *, ref: UUID | None = None, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.ref = ref
        self.retry_after = retry_after


@dataclass(frozen=True)
class Join:
    """The page shows the chat and has every message up to `after`. `place` is where its person is, if known."""

    after: int
    place: str


@dataclass(frozen=True)
class Here:
    """A person has shown themselves at the page (static/entry/person.js)."""


@dataclass(frozen=True)
class Beat:
    """The answer to the server's heartbeat: the page is open and has every message up to `after`."""

    after: int


@dataclass(frozen=True)
class Send:
    """A new or retried message; `ref` is its idempotency key, which the page generates."""

    ref: UUID
    text: str


@dataclass(frozen=True)
class Read:
    """The person has read up to this message."""

    upto: int


@dataclass(frozen=True)
class Typing:
    """The person is typing."""


Frame = Join | Here | Beat | Send | Read | Typing


def read_frame(data: str) -> Frame:
    """Parse a frame (JSON). Raises :class:`FrameError` when it is invalid."""
    if len(data.encode("utf-8", "surrogatepass")) > limits.MAX_FRAME_BYTES:
        raise FrameError("too_large", gettext("That was too much at once. Send it in parts."))
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise _misunderstood()
    match fields.get("type"):
        case "join":
            return Join(_id(fields, "after"), "phone" if fields.get("place") == "phone" else "reception")
        case "here":
            return Here()
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


def _misunderstood() -> FrameError:
    return FrameError("misunderstood", gettext("This page sent something unknown. Reload it to go on."))


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
    text = many_lines(fields["text"])
    if not text:
        raise FrameError("empty", gettext("Write something before sending."), ref=ref)
    # Counted as it was sent, in code points, because the page counts the same (static/entry/chat/length.js).
    excess = len(fields["text"]) - limits.MAX_MESSAGE_LENGTH
    if excess > 0:
        words = ngettext(
            "The message is %(count)d character too long. Send it in parts.",
            "The message is %(count)d characters too long. Send it in parts.",
            excess,
        )
        raise FrameError("too_long", words % {"count": excess}, ref=ref)
    return Send(ref, text)
