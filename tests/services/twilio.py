"""A stand-in for Twilio's REST API over real HTTP, with configurable responses and status callbacks."""

from __future__ import annotations

import base64
import json
import secrets
import socket
import struct
import threading
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from twilio.request_validator import RequestValidator

from tests.services.inbox import PATIENCE_SECONDS, Inbox

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "a token of the stand-in"
SENDER = "+15005550006"


@dataclass(frozen=True)
class Text:
    """One request to send a text: its SID, its form fields, and the response."""

    sid: str
    fields: dict[str, str]
    status: int

    @property
    def to(self) -> str:
        return self.fields["To"]

    @property
    def body(self) -> str:
        return self.fields["Body"]


@dataclass(frozen=True)
class Answer:
    """The stand-in's response to a request: an HTTP status with Twilio's error code, `hang` or `reset`."""

    status: int = 201
    code: int = 0
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)


# Accepts the request and never responds.
HANG = Answer(status=0, message="hang")
# Resets the connection instead of responding.
RESET = Answer(status=0, message="reset")


class TwilioStandIn:
    """Twilio's `Messages.json`, on a separate port."""

    def __init__(self) -> None:
        self._inbox: Inbox[Text] = Inbox()
        self._next: deque[Answer] = deque()
        self._always: dict[str, Answer] = {}
        self._released = threading.Event()
        self._lines: set[socket.socket] = set()
        self._http = self._listen(0)

    def _listen(self, port: int) -> ThreadingHTTPServer:
        http = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
        http.daemon_threads = True
        http.block_on_close = False
        http.stand_in = self  # type: ignore[attr-defined]
        return http

    @property
    def url(self) -> str:
        """The `TWILIO_API_URL` of this stand-in."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings that make the product use this stand-in."""
        return {
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "TWILIO_FROM": SENDER,
            "TWILIO_API_URL": self.url,
        }

    @property
    def texts(self) -> list[Text]:
        """Every text accepted so far."""
        return self._inbox.all(lambda text: text.status == 201)

    @property
    def requests(self) -> list[Text]:
        """Every request so far, including those with an error response."""
        return self._inbox.all()

    def wait(
        self, to: str = "", containing: str = "", *, count: int = 1, seconds: float = PATIENCE_SECONDS
    ) -> list[Text]:
        """Wait for `count` accepted texts to this number that contain these words, and return them."""
        return self._inbox.wait(
            lambda text: text.status == 201 and (not to or text.to == to) and containing in text.body,
            count=count,
            seconds=seconds,
        )

    def wait_for_requests(self, count: int, seconds: float = PATIENCE_SECONDS) -> list[Text]:
        """Wait for `count` requests with any response, and return all."""
        return self._inbox.wait(count=count, seconds=seconds)

    def answer_next(self, *answers: Answer) -> None:
        """Send these responses to the next requests, in order, before accepting again."""
        self._next.extend(answers)

    def answer_number(self, number: str, answer: Answer) -> None:
        """Send this response to every text to `number`."""
        self._always[number] = answer

    def report(self, text: Text, status: str, *, signature: str | None = None, **fields: str) -> int:
        """Post a signed status callback for `text` and return the HTTP status of the product's response."""
        url = text.fields["StatusCallback"]
        form = {
            "MessageSid": text.sid,
            "SmsSid": text.sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "AccountSid": ACCOUNT_SID,
            "To": text.to,
            "From": SENDER,
            "ApiVersion": "2010-04-01",
            **fields,
        }
        signed = RequestValidator(AUTH_TOKEN).compute_signature(url, form) if signature is None else signature
        request = urllib.request.Request(url, urlencode(form).encode(), {"X-Twilio-Signature": signed})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def hang_up(self) -> None:
        """Close every open connection, as after a time in which nothing was said."""
        while self._lines:
            with suppress(OSError):
                self._lines.pop().shutdown(socket.SHUT_RDWR)

    def restart(self) -> None:
        """Go away, closing all connections, and come back."""
        port = self._http.server_address[1]
        self.hang_up()
        self.stop()
        self._http = self._listen(port)
        self.start()

    def open(self, line: socket.socket) -> None:
        """Remember a new connection."""
        self._lines.add(line)

    def start(self) -> None:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def stop(self) -> None:
        self._released.set()
        self._http.shutdown()
        self._http.server_close()

    def reset(self) -> None:
        """Restore the initial state: nothing received, every text accepted."""
        self._released.set()
        self._released = threading.Event()
        self._inbox.clear()
        self._next.clear()
        self._always.clear()

    def take(self, fields: dict[str, str]) -> tuple[Text, Answer, threading.Event]:
        """Choose the response to a request, and store the request."""
        answer = self._next.popleft() if self._next else self._always.get(fields.get("To", ""), Answer())
        text = Text("SM" + secrets.token_hex(16), fields, answer.status)
        self._inbox.add(text)
        return text, answer, self._released


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    path_expected = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    authorization = "Basic " + base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()

    def setup(self) -> None:
        super().setup()
        self.server.stand_in.open(self.connection)  # type: ignore[attr-defined]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path != self.path_expected:
            return self._send(404, {"code": 20404, "message": f"The requested resource {self.path} was not found"})
        if self.headers["Authorization"] != self.authorization:
            return self._send(401, {"code": 20003, "message": "Authenticate"})
        text, answer, released = self.server.stand_in.take(dict(parse_qsl(body)))  # type: ignore[attr-defined]
        if answer is HANG:
            released.wait()
            self.close_connection = True
            return None
        if answer is RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return None
        if answer.status == 201:
            return self._send(201, self._accepted(text))
        error = {
            "code": answer.code,
            "message": answer.message,
            "more_info": f"https://www.twilio.com/docs/errors/{answer.code}",
            "status": answer.status,
        }
        return self._send(answer.status, error, answer.headers)

    @staticmethod
    def _accepted(text: Text) -> dict[str, Any]:
        return {
            "sid": text.sid,
            "account_sid": ACCOUNT_SID,
            "api_version": "2010-04-01",
            "to": text.to,
            "from": SENDER,
            "body": text.body,
            "status": "queued",
            "direction": "outbound-api",
            "num_segments": "1",
            "num_media": "0",
            "date_created": "Tue, 24 Nov 2026 05:12:00 +0000",
            "date_updated": "Tue, 24 Nov 2026 05:12:00 +0000",
            "date_sent": None,
            "error_code": None,
            "error_message": None,
            "messaging_service_sid": None,
            "price": None,
            "price_unit": "USD",
            "uri": f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{text.sid}.json",
            "subresource_uris": {},
        }

    def _send(self, status: int, content: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing, because the tests read the received requests."""


@pytest.fixture(scope="session")
def twilio_server() -> Iterator[TwilioStandIn]:
    stand_in = TwilioStandIn()
    stand_in.start()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def twilio(twilio_server: TwilioStandIn) -> TwilioStandIn:
    """The Twilio of the running product, with nothing received."""
    twilio_server.reset()
    return twilio_server
