"""The office's settings take effect in every process within a second, without a restart."""

import csv
import json
import re
from datetime import timedelta
from functools import partial
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from websockets.sync.client import connect

from appointments.choices import Role
from chat.models import Participant
from offices.models import LIMITS, Office
from tests.cast import make_appointment
from tests.edge.stranger import Stranger
from tests.services.inbox import until
from tests.services.mail import Mailbox, part
from tests.services.product import Product, let_the_worker_rest

# With these, tests/settings.py fixes no setting of the office.
NOTHING_FIXED = {"TEST_OFFICE": ""}
# One second, plus time for a busy machine.
SECONDS = 10
AUCKLAND = ZoneInfo("Pacific/Auckland")


@pytest.fixture
def unfixed(transactional_db, running_product, tmp_path, mailbox, twilio):
    """The product, with nothing of the office fixed by its environment."""
    environment = {
        **NOTHING_FIXED,
        "EMAIL_URL": mailbox.url,
        "DEFAULT_FROM_EMAIL": "reception@meridianhouse.example",
        **twilio.environment,
    }
    product = Product(tmp_path, environment)
    # The worker of the other tests takes tasks from the same queue.
    running_product.worker.stop()
    try:
        product.start()
        yield product
    finally:
        let_the_worker_rest()
        product.stop()


@pytest.fixture
def second_web(unfixed, tmp_path):
    """Another web process of the same installation."""
    other = Product(tmp_path, {**NOTHING_FIXED, "SITE_URL": unfixed.url})
    try:
        other.web.start()
        other.wait_until_up()
        yield other
    finally:
        other.web.stop()


@pytest.fixture
def maria(unfixed, manager: User) -> Stranger:
    """The office manager, signed in."""
    client = Client()
    client.force_login(manager)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    return Stranger(unfixed.url, {}, {cookie.key: cookie.value})


def set_up(maria: Stranger, **fields: object) -> None:
    """Fill in the office's form as the office manager does."""
    page = maria.ask("/admin/offices/office/")[1]["Location"]
    form = {
        "name": "Meridian House",
        "address": "",
        "time_zone": "UTC",
        "phone_region": "",
        "reception_phone": "",
        "link_retention_days": 30,
        "chat_wait_seconds": 120,
        "sms_regions": "",
        **dict.fromkeys(LIMITS, 500),
        **fields,
    }
    status, _headers, text = maria.send(page, page, form)
    assert status == 302, re.findall(r'class="errorlist".*', text)


def shows(product: Product, words: str) -> bool:
    """Whether the check-in page contains these words."""
    return words in Stranger(product.url, {}).ask("/")[2]


def test_a_name_is_on_the_pages_of_every_process(unfixed, second_web, maria, host):
    for product in (unfixed, second_web):
        assert shows(product, "Our office")

    set_up(maria, name="Harbour Lights")

    for product in (unfixed, second_web):
        assert until(partial(shows, product, "Harbour Lights"), SECONDS)


def worker_knows(maria: Stranger, mailbox: Mailbox) -> bool:
    """Whether the next test message comes from the office as it is set up now."""
    mailbox.reset()
    maria.send("/admin/setup/", "/admin/setup/", {"email": "maria@meridianhouse.example", "sms": ""})
    [message] = mailbox.wait("maria@meridianhouse.example")
    return str(message["Subject"]) == f"Test message from {Office.objects.get().name}"


def test_a_time_zone_is_that_of_pages_messages_and_files(unfixed, maria, host, mailbox, twilio):
    set_up(maria, time_zone="Pacific/Auckland")
    assert until(partial(worker_knows, maria, mailbox), SECONDS)
    began = timezone.now().replace(second=0) - timedelta(minutes=3)
    local = began.astimezone(AUCKLAND)

    appointment = make_appointment(host, started_at=began)

    [email], [text] = mailbox.wait(host.email), twilio.wait(host.phone)
    assert f"{local:%H:%M}" in part(email, "plain")
    assert f"since {local:%H:%M}" in text.body
    assert f"{local:%H:%M}" in Stranger(unfixed.url, {}).ask(appointment.path(Role.HOST))[2]
    exported = list(csv.DictReader(StringIO(maria.ask("/admin/appointments/appointment/csv/")[2].lstrip("\ufeff"))))
    assert exported[0]["check-in time"] == f"{local:%Y-%m-%d %H:%M}"


def test_a_country_is_that_of_numbers_typed_without_a_code(unfixed, maria, host):
    set_up(maria, phone_region="NZ", reception_phone="09 555 0100")

    assert until(partial(shows, unfixed, "like +64"), SECONDS)
    assert Office.objects.get().reception_phone == "+6495550100"


def test_the_wait_of_a_chat_is_known_to_open_sockets(unfixed, maria, remote):
    url = f"{unfixed.url.replace('http', 'ws')}/ws/v/{remote.visitor_token}/"
    with connect(url, origin=unfixed.url) as socket:
        socket.send(json.dumps({"type": "join", "after": 0, "place": "phone"}))

        def overdue() -> bool:
            while True:
                frame = json.loads(socket.recv(timeout=30))
                if frame["type"] == "beat":
                    socket.send(json.dumps({"type": "beat", "after": 0}))
                if frame["type"] == "presence":
                    return bool(frame["overdue"])

        assert not overdue()
        Participant.objects.filter(role=Role.VISITOR).update(opened_at=timezone.now() - timedelta(seconds=20))
        set_up(maria, chat_wait_seconds=10)
        assert overdue()


def test_the_days_of_links_are_counted_anew(unfixed, maria, in_person):
    in_person.end("host")
    long_ago = timezone.now() - timedelta(days=10)
    type(in_person).objects.update(started_at=long_ago, ended_at=long_ago)
    page = Stranger(unfixed.url, {})
    assert page.ask(in_person.path(Role.VISITOR))[0] == 200

    set_up(maria, link_retention_days=7)

    assert until(lambda: page.ask(in_person.path(Role.VISITOR))[0] == 410, SECONDS)
