"""A mail server that keeps what it receives, and refuses what it is told to."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.services.inbox import PATIENCE_SECONDS, Inbox, free_port

# It would tell every connection, in the output of every failing test.
logging.getLogger("mail.log").setLevel(logging.WARNING)


class Mailbox:
    """A real SMTP server on a port of its own, with every message it has accepted and by which `connections`."""

    def __init__(self) -> None:
        self.port = free_port()
        self._inbox: Inbox[EmailMessage] = Inbox()
        self._refusals: dict[str, str] = {}
        self._held: asyncio.Event | None = None
        self.connections: set[object] = set()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """The `EMAIL_URL` of this server."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        """Everything accepted so far, in the order of arrival."""
        return self._inbox.all()

    def wait(
        self, to: str = "", subject: str = "", *, count: int = 1, seconds: float = PATIENCE_SECONDS
    ) -> list[EmailMessage]:
        """The messages to this address whose subject contains this text, as soon as there are `count`."""

        def matches(message: EmailMessage) -> bool:
            return (not to or message["X-RcptTo"] == to) and subject in str(message["Subject"])

        return self._inbox.wait(matches, count=count, seconds=seconds)

    def refuse(self, recipient: str, answer: str = "550 5.1.1 No such mailbox") -> None:
        """Answer this recipient with an SMTP reply of 4xx or 5xx from now on."""
        self._refusals[recipient] = answer

    def hold_answers(self) -> None:
        """Keep messages as ever, but do not say so to those who send them, until `reset`."""
        self._held = asyncio.Event()

    def start(self) -> None:
        """Listen (again)."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Refuse connections until the next `start`."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    def reset(self) -> None:
        """As new: listening, empty, refusing nobody."""
        self._inbox.clear()
        self._refusals.clear()
        self.connections.clear()
        if self._held and self._controller:
            self._controller.loop.call_soon_threadsafe(self._held.set)
        self._held = None
        if not self._controller:
            self.start()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """aiosmtpd asks whether this recipient is taken."""
        if address in self._refusals:
            return self._refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """aiosmtpd hands over a message."""
        assert isinstance(envelope.content, bytes)
        self.connections.add(session.peer)
        for recipient in envelope.rcpt_tos:
            message = message_from_bytes(envelope.content, policy=policy.default)
            message["X-RcptTo"] = recipient
            self._inbox.add(message)
        if self._held:
            await self._held.wait()
        return "250 OK"


def part(message: EmailMessage, kind: str) -> str:
    """The text of the `plain` or `html` part of a message."""
    body = message.get_body((kind,))
    assert body is not None, f"no {kind} part in {message}"
    return str(body.get_content())


def links(text: str) -> list[str]:
    """Every web address in a text message, a plain text or an HTML source, as a scanner finds them."""
    return re.findall(r"https?://[^\s<>\"']+", text)


@pytest.fixture(scope="session")
def mail_server() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    mailbox.start()
    yield mailbox
    mailbox.stop()


@pytest.fixture
def mailbox(mail_server: Mailbox) -> Mailbox:
    """The mail server of the running product, empty."""
    mail_server.reset()
    return mail_server
