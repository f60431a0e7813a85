"""No header of a request changes the links of the product, through the real Daphne."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from websockets.sync.client import connect

from appointments import tasks
from appointments.choices import Role
from appointments.models import Appointment
from chat import tasks as chat_tasks
from chat.models import Message
from tests.appointments.test_checkin import typed
from tests.edge.stranger import Stranger
from tests.services.mail import part
from tests.services.product import Product

pytestmark = pytest.mark.once

PREFIXES = [".evil.example", "@evil.example", "/evil.example", "%2eevil.example"]
HOST, VISITOR = "anika@meridianhouse.example", "yusuf@visitor.example"


def headers(prefix: str) -> dict[str, str]:
    """Every header that some server uses as the prefix or the host name of the site."""
    return {
        "Daphne-Root-Path": prefix,
        "X-Script-Name": prefix,
        "X-Forwarded-Prefix": prefix,
        "X-Forwarded-Host": f"evil.example{prefix}",
    }


@pytest.fixture(params=PREFIXES)
def stranger(request, server: Product) -> Stranger:
    """A client that tries to make the product link to another site."""
    return Stranger(server.url, headers(request.param))


@pytest.fixture
def links_of(server: Product, mailbox, twilio) -> Callable[..., list[str]]:
    """Wait for this many emails and texts and return their links, after checking that each is a URL of the product."""

    def links(*, mails: int, texts: int) -> list[str]:
        bodies = [part(mail, kind) for mail in mailbox.wait(count=mails) for kind in ("plain", "html")] if mails else []
        bodies += [text.body for text in twilio.wait(count=texts)] if texts else []
        found = [link for body in bodies for link in re.findall(r"https?://[^\s\"<>]+", body)]
        assert all(link.startswith(f"{server.url}/") for link in found), found
        return found

    return links


def test_check_in_links_to_the_site_in_every_message(stranger, host, links_of):
    _status, answer, _text = stranger.send("/", "/", typed(host))

    assert answer["Location"] == Appointment.objects.get().path(Role.VISITOR)
    assert any(Appointment.objects.get().host_token in link for link in links_of(mails=2, texts=2))


def test_a_chat_links_to_the_site_in_every_message(stranger, remote_host, links_of):
    stranger.send("/", "/", typed(remote_host, action="chat"))

    assert any("/chat" in link for link in links_of(mails=2, texts=2))


def test_a_reply_and_the_end_link_to_the_site(stranger, in_person, mailbox, twilio, links_of):
    mailbox.wait(count=2)
    twilio.wait(count=2)

    stranger.ask(in_person.path(Role.HOST, "reply"), {"reply": "on_my_way"})
    links_of(mails=2, texts=3)
    stranger.ask(in_person.path(Role.VISITOR, "end"), {})

    assert len(links_of(mails=3, texts=4)) >= 10


def test_what_the_office_manager_ends_links_to_the_site(
    server,
    in_person,
    manager: User,
    mailbox,
    twilio,
    links_of,
):
    client = Client()
    client.force_login(manager)
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    record = f"/admin/appointments/appointment/{in_person.pk}/"
    # What is not sent before the end is cancelled by it.
    links_of(mails=2, texts=2)

    status, answer, _text = Stranger(server.url, headers(".evil.example"), cookies).send(
        f"{record}change/", f"{record}end/", {}
    )

    assert (status, answer["Location"]) == (302, f"{record}change/")
    mailbox.wait(VISITOR, "Your visit to Meridian House")
    links_of(mails=3, texts=3)


def test_what_the_worker_writes_by_itself_links_to_the_site(server, stranger, host, remote, links_of):
    stranger.send("/", "/", typed(host))
    links_of(mails=4, texts=4)
    Appointment.objects.in_person().update(started_at=timezone.now() - timedelta(minutes=6))
    url = f"{server.url.replace('http', 'ws')}/ws/v/{remote.visitor_token}/"
    with connect(url, origin=server.url, additional_headers=headers("/ws")) as socket:
        socket.send(json.dumps({"type": "join", "after": 0, "place": "phone"}))
        socket.send(json.dumps({"type": "send", "ref": "6f1c1e4e-52cd-4d3f-9d9d-2f6c6ed7b7aa", "text": "Good morning"}))
        while json.loads(socket.recv(timeout=30))["type"] != "sent":
            pass
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=2))

    tasks.remind_hosts.call_local()
    chat_tasks.email_what_is_unread.call_local()

    links_of(mails=5, texts=5)


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/no-such-page/"])
def test_no_page_links_elsewhere(stranger, host, path):
    assert "evil.example" not in stranger.ask(path)[2]


def test_a_visitors_code_leads_to_the_site(stranger, in_person):
    _status, _headers, page = stranger.ask(in_person.path(Role.VISITOR))

    assert "evil.example" not in page
    assert in_person.url(Role.VISITOR).startswith(settings.SITE_URL + "/v/")
