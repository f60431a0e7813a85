"""A mail server that stores the messages it receives, and refuses recipients on request."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.services.inbox import PATIENCE_SECONDS, Inbox, free_port

# It would log every connection in the output of every failing test.
logging.getLogger("mail.log").setLevel(logging.WARNING)


class Mailbox:
    """A real SMTP server on a separate port, with every message it has accepted."""

    def __init__(self) -> None:
        self.port = free_port()
        self._inbox: Inbox[EmailMessage] = Inbox()
        self._refusals: dict[str, str] = {}
        self._refuses_senders = self._refuses_messages = self._refuses_next_recipient = ""
        self._held: asyncio.Event | None = None
        self._lines: set[SMTP] = set()
        self._hangs_up_at = ""
        self._is_old = False
        self._most = 0
        self._taken: Counter[object] = Counter()
        self._options: dict[str, Any] = {}
        self._controller: Controller | None = None

    @property
    def connections(self) -> set[object]:
        """Those over which messages were accepted."""
        return set(self._taken)

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
        """Wait for `count` messages to this address whose subject contains this text, and return them."""

        def matches(message: EmailMessage) -> bool:
            return (not to or message["X-RcptTo"] == to) and subject in str(message["Subject"])

        return self._inbox.wait(matches, count=count, seconds=seconds)

    def refuse(self, recipient: str, answer: str = "550 5.1.1 No such mailbox") -> None:
        """Answer this recipient with an SMTP reply of 4xx or 5xx from now on."""
        self._refusals[recipient] = answer

    def refuse_next_recipient(self, answer: str) -> None:
        """Answer the next recipient, whoever it is, with this SMTP reply."""
        self._refuses_next_recipient = answer

    def refuse_senders(self, answer: str = "451 4.3.0 Not now") -> None:
        """Answer whoever begins a message with this SMTP reply from now on."""
        self._refuses_senders = answer

    def refuse_messages(self, answer: str = "554 5.7.1 Taken for spam") -> None:
        """Answer every message, once it has been handed over, with this SMTP reply from now on."""
        self._refuses_messages = answer

    def hold_answers(self) -> None:
        """Store messages as usual, but send no response to their senders, until `reset`."""
        self._held = asyncio.Event()

    def be_old(self) -> None:
        """Know neither 8BITMIME nor SMTPUTF8, and refuse whatever needs them, from now on."""
        self._is_old = True

    def take_at_most(self, count: int) -> None:
        """Close each connection after this many messages, from now on, as the next one begins."""
        self._most = count

    def hang_up(self) -> None:
        """Close every open connection, as after a time in which nothing was said."""
        assert self._controller is not None
        asyncio.run_coroutine_threadsafe(self._close_lines(), self._controller.loop).result(PATIENCE_SECONDS)

    def hang_up_at(self, command: str) -> None:
        """Close the next connection that gets this command, MAIL or DATA, without an answer."""
        self._hangs_up_at = command

    async def _close_lines(self) -> None:
        for line in self._lines:
            if line.transport:
                line.transport.close()
        self._lines.clear()

    def start(self, **options: Any) -> None:
        """Listen (again), with these options of aiosmtpd."""
        self._options = options
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def restart(self, **options: Any) -> None:
        """Go away, closing all connections, and come back with these options of aiosmtpd."""
        self.hang_up()
        self.stop()
        self.start(**options)

    def stop(self) -> None:
        """Refuse connections until the next `start`."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    def reset(self) -> None:
        """Restore the initial state: listening, empty, refusing nobody."""
        self._inbox.clear()
        self._refusals.clear()
        self._refuses_senders = self._refuses_messages = self._refuses_next_recipient = self._hangs_up_at = ""
        self._taken.clear()
        self._is_old, self._most = False, 0
        if self._held and self._controller:
            self._controller.loop.call_soon_threadsafe(self._held.set)
        self._held = None
        if self._options:
            self.stop()
        if not self._controller:
            self.start()

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """aiosmtpd asks what to offer."""
        self._lines.add(server)
        session.host_name = hostname
        modern = ("8BITMIME", "SMTPUTF8") if self._is_old else ()
        return [line for line in responses if not line.endswith(modern)]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """aiosmtpd asks whether this sender is taken."""
        if self._refuses_senders:
            return self._refuses_senders
        if self._hangs_up_at == "MAIL":
            return self._close(server)
        if self._most and self._taken[session.peer] >= self._most:
            return "421 4.7.0 Too many messages on this connection"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Called by aiosmtpd: accept or refuse this recipient."""
        if self._refuses_next_recipient:
            answer, self._refuses_next_recipient = self._refuses_next_recipient, ""
            return answer
        if address in self._refusals:
            return self._refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd with a complete message."""
        assert isinstance(envelope.content, bytes)
        if self._refuses_messages:
            return self._refuses_messages
        if self._is_old and not envelope.content.isascii():
            return "554 5.6.1 Eight bits in a message that has seven"
        self._taken[session.peer] += 1
        for recipient in envelope.rcpt_tos:
            message = message_from_bytes(envelope.content, policy=policy.default)
            message["X-RcptTo"] = recipient
            self._inbox.add(message)
        if self._hangs_up_at == "DATA":
            return self._close(server)
        if self._held:
            await self._held.wait()
        return "250 OK"

    def _close(self, line: SMTP) -> str:
        self._hangs_up_at = ""
        assert line.transport is not None
        line.transport.close()
        return ""


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
