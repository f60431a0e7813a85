"""No log has the token of a link, a key or a person in it: who reads it could act as the visitor or the host."""

import io
import logging
import logging.handlers
import os
import queue
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from daphne.access import AccessLogGenerator
from django.test import Client
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from appointments.choices import Role
from entrymgmt.logs import without_secrets
from notifications.email.channel import Email
from notifications.models import Notification, State
from notifications.results import Result
from notifications.tasks import deliver
from tests.edge.stranger import Stranger
from tests.notifications.waiting import eventually
from tests.panel.conftest import desk, receptionist  # noqa: F401
from tests.services.product import ROOT

TOKEN = "7Kq2Vd9xTf7Kq2Vd9xTf7K"
SIGNED = "kL3x9Qa2.M1n0pQrStUvWxYz2345678901AbCdEfGhIjKlMnOpQr1"
RESET = "c9x1ab-0123456789abcdef0123456789abcdef"
FORMS = [
    f"/v/{TOKEN}/",
    f"/h/{TOKEN}/reply/",
    f"ws://x/ws/h/{TOKEN}/extra",
    f"/i/{TOKEN}/",
    f"/me/in/{TOKEN}/",
    f"/admin/login/?next=%2Fv%2F{TOKEN}%2F",
    f"Referer checking failed - https://visit.example.com/v/{TOKEN}/ does not match",
    f"Reverse for 'visitor-chat' with arguments '('{TOKEN}',)' not found",
    f"/p/{SIGNED}/",
    f"/admin/reset/MQ/{RESET}/",
]
VISITOR = "Yusuf Al-Masri"
PEOPLE = ["yusuf@visitor.example", '"a b"@x.example', "yusuf@[127.0.0.1]", "+447700900142", "+44 7700 900142"]


class Kept(logging.Handler):
    """A handler such as an operator may add, with a formatter that knows nothing of tokens."""

    def __init__(self, form: str = "%(message)s") -> None:
        super().__init__()
        self.setFormatter(logging.Formatter(form))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log():
    """A logger that nobody has set up, with a handler of its own."""
    logger = logging.getLogger("somebody.elses")
    logger.propagate = False
    handler = Kept()
    logger.addHandler(handler)
    yield logger, handler.lines
    logger.removeHandler(handler)


@pytest.fixture
def django_log():
    """What Django writes about requests."""
    handler = Kept()
    logging.getLogger("django").addHandler(handler)
    yield handler.lines
    logging.getLogger("django").removeHandler(handler)


def clean(text: str) -> bool:
    """Whether nothing of what must stay out is in it."""
    hidden = [TOKEN, SIGNED.partition(".")[2], RESET.partition("-")[2], *PEOPLE]
    return not any(secret in text for secret in hidden)


def test_no_line_of_the_web_process_has_a_token(server, in_person):
    stranger = Stranger(server.url, {"Referer": f"{server.url}{in_person.path(Role.VISITOR)}"})
    assert stranger.ask(f"/h/{in_person.visitor_token}/")[0] == 404
    assert stranger.ask(f"/v/{in_person.visitor_token}/extra/")[0] == 404
    assert stranger.ask(f"/nowhere/?next=%2Fv%2F{in_person.visitor_token}%2F")[0] == 404
    assert stranger.ask(in_person.path(Role.VISITOR, "chat"), {})[0] == 405
    assert stranger.ask(in_person.path(Role.HOST, "reply"), {"reply": "no such"})[0] == 400
    socket = server.url.replace("http", "ws")
    for path in (
        f"/ws/v/{in_person.host_token}/",
        f"/ws/v/{in_person.visitor_token}/extra/",
        f"/{in_person.host_token}",
    ):
        with pytest.raises(InvalidStatus, match="403"):
            connect(f"{socket}{path}", origin=server.url)

    log = server.web.log.read_text()

    assert "Not Found: /h/-/" in log
    # Daphne's own access log, which its default verbosity writes.
    assert '"WSREJECT /ws/v/-/extra/"' in log
    assert in_person.visitor_token not in log
    assert in_person.host_token not in log


@pytest.mark.once
@pytest.mark.parametrize("text", [*FORMS, *PEOPLE])
def test_any_handler_writes_a_dash_instead(log, text):
    logger, lines = log

    logger.warning(text)
    logger.warning("Lost %s", text)
    logger.warning("Lost %(what)s", {"what": text})
    logger.warning("Lost %s and %s", text)  # noqa: PLE1206

    assert len(lines) == 4
    assert all(clean(line) for line in lines)
    assert "-" in lines[0]


@pytest.mark.once
@pytest.mark.parametrize("text", FORMS + PEOPLE)
def test_a_traceback_is_cleaned_for_any_handler(log, text):
    logger, lines = log

    try:
        try:
            {}[text]
        except KeyError as cause:
            raise ValueError(f"wrong: {text}") from cause
    except ValueError:
        logger.exception("Lost")

    assert "ValueError" in lines[0]
    assert "test_logs.py" in lines[0]
    assert clean(lines[0])


@pytest.mark.once
def test_what_is_given_as_extra_is_cleaned(log):
    logger, _lines = log
    handler = Kept("%(message)s %(request)s %(status)s")
    logger.addHandler(handler)

    logger.warning("Lost", extra={"request": {"path": FORMS[0], "by": PEOPLE[0]}, "status": 404})

    assert handler.lines == ["Lost {'path': '/v/-/', 'by': '-'} 404"]
    logger.removeHandler(handler)


@pytest.mark.once
def test_a_record_that_goes_through_a_queue_stays_clean(log):
    logger, _lines = log
    waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    handler = logging.handlers.QueueHandler(waiting)
    logger.addHandler(handler)

    logger.warning("Lost %s", FORMS[0])

    assert waiting.get().getMessage() == "Lost /v/-/"
    logger.removeHandler(handler)


@pytest.mark.once
def test_a_warning_is_a_clean_line_of_the_log():
    program = f"import warnings, django; django.setup(); warnings.warn('old: {FORMS[0]}')"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "entrymgmt.settings"}

    command = [sys.executable, "-c", program]
    said = subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True, text=True)

    assert "WARNING py.warnings: " in said.stderr
    assert "old: /v/-/" in said.stderr
    assert clean(said.stderr)


@pytest.mark.once
@pytest.mark.parametrize("path", [f"/v/{TOKEN}/", f"/ws/h/{TOKEN}/", f"/?next=%2Fh%2F{TOKEN}%2F"])
@pytest.mark.parametrize(("protocol", "action"), [("http", "complete"), ("websocket", "connecting")])
def test_the_access_log_of_daphne_has_no_token(path, protocol, action):
    stream = io.StringIO()
    details = {"client": "203.0.113.9", "method": "GET", "path": path, "status": 200, "size": 1}

    AccessLogGenerator(stream)(protocol, action, details)

    assert str(datetime.now(UTC).year) in stream.getvalue()
    assert clean(stream.getvalue())


@pytest.mark.once
@pytest.mark.parametrize(
    "text",
    [
        "Booting worker with pid 4711, 8 threads",
        "2026-11-24 05:12:00+00:00",
        "Not Found: /admin/appointments/appointment/123456789012345678901/",
        "appointments.records.export.AppointmentExportWriter",
        "entrymgmt.settings.OFFICE_VARIABLES_OF_THE_MACHINE",
        "@wraps(view)",
    ],
)
def test_an_ordinary_line_stays_as_it_is(text):
    assert without_secrets(text) == text


@pytest.mark.once
@pytest.mark.parametrize("text", ["a" * 200_000, "+1" * 100_000, '"' * 200_000, "a-" * 100_000, "/v/" * 60_000])
def test_a_line_ten_times_as_long_costs_about_ten_times_as_much(text):
    def cost(text: str) -> float:
        begin = time.process_time()
        without_secrets(text)
        return time.process_time() - begin

    short, long = (min(cost(part) for _ in range(3)) for part in (text[: len(text) // 10], text))

    assert long < 40 * short


@pytest.mark.django_db
def test_a_wrong_host_is_one_short_line(django_log):
    assert Client(headers={"host": "evil.example\u00e9" + "x" * 3000}).get("/healthz").status_code == 400

    assert "Invalid HTTP_HOST header" in django_log[0]
    assert all(len(line) < 320 and "\n" not in line for line in django_log)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/notifications/notification/", 403),
        ("/admin/hosts/host/import/", 403),
        ("/admin/appointments/appointment/?host_token__gte=A", 400),
        (f"/v/{TOKEN}/", 404),
        ("/" + "x" * 3000, 404),
    ],
)
def test_a_refusal_is_one_short_line_without_a_traceback(desk, django_log, path, status):  # noqa: F811
    assert desk.get(path).status_code == status

    assert len(django_log) <= (2 if status == 400 else 1)
    assert django_log
    assert all(len(line) < 320 and "\n" not in line for line in django_log)


def test_a_fault_keeps_its_traceback(django_log, monkeypatch, db):
    monkeypatch.setattr("appointments.checkin.page.directory", lambda: 1 / 0)

    assert Client(raise_request_exception=False).get("/").status_code == 500

    assert "ZeroDivisionError" in django_log[0]


def test_a_text_writes_no_line_of_twilios_client(server, twilio, in_person):
    eventually(in_person.notifications, channel="sms", state=State.SENT, count=2)

    log = server.worker.log.read_text()

    assert "Twilio" not in log
    assert "AccountSid" not in log
    assert in_person.visitor_phone not in log


class Clumsy(Email):
    """A channel with a fault that names a person."""

    def send(self, notification: Notification) -> Result:
        raise RuntimeError(f"{VISITOR} at {notification.recipient}")


@pytest.mark.django_db
def test_a_fault_while_sending_says_where_it_is_and_names_nobody(in_person, settings):
    settings.NOTIFICATION_CHANNELS = ["tests.edge.test_logs.Clumsy"]
    handler = Kept()
    logging.getLogger("notifications.tasks").addHandler(handler)

    deliver.call_local(in_person.notifications.filter(channel="email").first().pk)

    logging.getLogger("notifications.tasks").removeHandler(handler)
    assert "RuntimeError" in handler.lines[0]
    assert "in send" in handler.lines[0]
    assert VISITOR not in handler.lines[0]
    assert in_person.visitor_email not in handler.lines[0]
