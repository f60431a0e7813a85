"""The plain answers of the edge: one sentence each, made without the database, the session or a template."""

from __future__ import annotations

from html import escape
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from entrymgmt.edge.interface import Headers, Send

_SENTENCES = {
    HTTPStatus.BAD_REQUEST: _("Your browser’s request could not be understood. Please go back and try again."),
    HTTPStatus.REQUEST_TIMEOUT: _("Your request took too long to arrive. Please try again."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _(
        "What you sent is too large for this page, so nothing was saved. Please go back and send less."
    ),
    HTTPStatus.TOO_MANY_REQUESTS: _("Too much is being asked for from your network. Please try again in a minute."),
    HTTPStatus.SERVICE_UNAVAILABLE: _("This page took too long. Please try again in a minute."),
}
_OTHERWISE = _("Something went wrong on our side. Please try again in a minute.")
# Seconds after which a client that asked for too much may ask again.
RETRY_SECONDS = 60


def answer(status: int) -> tuple[Headers, bytes]:
    """The headers and the HTML body with which the edge answers this error status."""
    sentence = escape(str(_SENTENCES.get(HTTPStatus(status), _OTHERWISE)))
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<title>{status}</title><p>{sentence}</p></html>\n"
    ).encode()
    headers = [
        (b"Content-Type", b"text/html; charset=utf-8"),
        (b"Content-Length", str(len(body)).encode()),
        (b"Cache-Control", b"no-store"),
        (b"Content-Security-Policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"X-Content-Type-Options", b"nosniff"),
    ]
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        headers.append((b"Retry-After", str(RETRY_SECONDS).encode()))
    return headers, body


async def refuse(send: Send, status: int) -> None:
    """Answer a request with this error status and its sentence."""
    headers, body = answer(status)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
