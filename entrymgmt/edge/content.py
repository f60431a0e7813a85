"""Refuses requests whose text is not declared as UTF-8, the only encoding that the product's own pages send.

Django decodes the query and the form with whatever codec of Python the client names. Some are no text encodings at all
and raise an exception in the middle of a page, and the page for such an error reads the form once more.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from entrymgmt.edge.interface import Application, Receive, Scope, Send
from entrymgmt.edge.refusal import refuse

_ENCODING = re.compile(rb"charset[^;]*")
_UTF8 = re.compile(rb"charset\s*=\s*(\"?)utf[-_]?8\1\s*")


def utf8_only(application: Application) -> Application:
    """The same application, which is not asked for requests in other encodings: they get a 400 page."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not all(
            is_utf8(value) for name, value in scope["headers"] if name == b"content-type"
        ):
            await refuse(send, HTTPStatus.BAD_REQUEST)
        else:
            await application(scope, receive, send)

    return wrapped


def is_utf8(content_type: bytes) -> bool:
    """Whether a Content-Type names no encoding, or UTF-8 in a usual spelling, wherever in it a parser may find one."""
    named = _ENCODING.findall(content_type.lower())
    return content_type.isascii() and all(_UTF8.fullmatch(name) for name in named)
