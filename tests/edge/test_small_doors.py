"""Doors that a stranger or a curious colleague tries: each is closed with a plain answer, and nothing is learnt."""

import time
from string import ascii_lowercase

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from appointments.models import Appointment
from core.admin import PanelAdmin
from core.forms import EmailField
from hosts.models import Host
from notifications.models import Audience, Notification, State
from notifications.outbox import Notice, record
from rollcall.models import RollCall
from tests.appointments.test_checkin import typed
from tests.cast import make_host
from tests.hosts.exchange.files import csv_of, preview
from tests.notifications.waiting import eventually
from tests.panel.conftest import desk, manager, panel, receptionist  # noqa: F401


def test_the_check_in_socket_closes_at_the_first_frame(server, host):
    with connect(f"{server.url.replace('http', 'ws')}/ws/checkin/", origin=server.url) as socket:
        socket.send("anything")

        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=30)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4008


@pytest.mark.django_db
def test_a_search_of_thousands_of_words_costs_no_more_than_one_of_ten():
    for number in range(200):
        make_host(name=f"Host{number} Rao", email=f"host{number}@meridianhouse.example")
    client = Client()

    def seconds(query: str) -> float:
        start = time.perf_counter()
        client.get("/", {"q": query})
        return time.perf_counter() - start

    few = min(seconds(" ".join(ascii_lowercase[:10])) for _ in range(3))
    assert seconds(" ".join(ascii_lowercase * 300)) < 5 * few


LISTS = {
    "appointments/appointment": [
        "host_token__gte",
        "visitor_token__startswith",
        "host__email__contains",
        "notifications__recipient",
        "messages__text__contains",
        "id__in",
        "started_at__gte",
        "people__range",
    ],
    "hosts/host": ["appointments__host_token__gte", "email__regex", "phone__startswith"],
    "rollcall/rollcall": ["persons__phone__startswith", "started_by"],
    "notifications/notification": ["context__contains", "template", "provider_id__gte"],
    "admin/logentry": ["user__password__startswith", "object_repr__contains"],
    "kiosks/kiosk": ["name__contains", "added_at__gte"],
}


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "lookup"), [(page, lookup) for page, lookups in LISTS.items() for lookup in lookups])
def test_no_list_takes_a_lookup_that_it_does_not_show(panel, in_person, page, lookup):  # noqa: F811
    assert panel.get(f"/admin/{page}/", {lookup: "a"}).status_code == 400


@pytest.mark.django_db
def test_reception_learns_nothing_of_a_token(desk, in_person):  # noqa: F811
    assert desk.get("/admin/appointments/appointment/", {"host_token__gte": "A"}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "appointments/appointment/?kind__exact=remote",
        "appointments/appointment/?host__id__exact=1",
        "appointments/appointment/?host__isnull=True",
        "appointments/appointment/?state=on&from=2026-11-01&to=2026-11-30",
        "hosts/host/?presence__exact=away",
        "hosts/host/?is_active__exact=1",
        "notifications/notification/?state__exact=failed",
        "notifications/notification/?channel=sms",
        "admin/logentry/?action_flag__exact=2",
        "admin/logentry/?user__id__exact=1",
        "admin/logentry/?content_type__id__exact=1",
        # Dates at the ends of the calendar limit nothing.
        "appointments/appointment/?from=0001-01-01",
        "appointments/appointment/?to=9999-12-31",
    ],
)
def test_the_filters_that_are_shown_still_work(panel, in_person, address):  # noqa: F811
    assert panel.get(f"/admin/{address}").status_code in {200, 302}


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["[" * 200_000, '{"99999999999999999999999": true}', '{"x": 1}', "[]", "7", '"seen"'])
def test_ticks_that_make_no_sense_change_nothing(panel, in_person, body):  # noqa: F811
    roll_call = RollCall.objects.start("Maria")

    answer = panel.post(reverse("admin:roll-call-ticks", args=[roll_call.pk]), body, "application/json")

    assert answer.status_code in {200, 400}
    assert not roll_call.persons.exclude(seen_at=None).exists()


@pytest.mark.django_db
def test_a_form_of_ticks_with_strange_numbers_changes_nothing(panel, in_person):  # noqa: F811
    roll_call = RollCall.objects.start("Maria")

    answer = panel.post(reverse("admin:roll-call-ticks", args=[roll_call.pk]), {"seen": ["9" * 25, "9" * 5000, "x"]})

    assert answer.status_code == 302
    assert not roll_call.persons.exclude(seen_at=None).exists()


CONTEXT = {"host": "Anika", "asked_at": "2026-11-24T05:12:00+00:00"}
STRANGE_ADDRESSES = [
    '"https://evil.example/login"@x.example',
    '"a b"@x.example',
    '"a\x0bBcc:q"@x.example',
    "a\x0bb@x.example",
    "yusuf@[127.0.0.1]",
    "yusuf@[IPv6:::1]",
    "<yusuf@visitor.example>",
    "yusuf@visitor.example\nBcc: all@evil.example",
]


@pytest.mark.django_db
@pytest.mark.parametrize("email", STRANGE_ADDRESSES)
def test_an_address_that_nobody_has_is_refused_in_words(client, host, email):
    page = client.post("/", typed(host, email=email))

    assert "Enter an email address like name@example.com" in page.content.decode()
    assert not Appointment.objects.exists()


def host_form(email: str) -> dict[str, str]:
    return {
        "name": "Mei Tanaka",
        "title": "Legal",
        "email": email,
        "phone": "+447700900142",
        "address": "4th floor",
        "presence": "in_office",
        "is_active": "on",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("email", STRANGE_ADDRESSES)
def test_no_host_has_such_an_address(panel, email):  # noqa: F811
    page = panel.post("/admin/hosts/host/add/", host_form(email))

    assert "Enter a" in page.content.decode()
    assert not Host.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("email", STRANGE_ADDRESSES)
def test_no_file_of_hosts_brings_such_an_address(email):
    columns = ["name", "email", "phone", "address"]

    plan = preview(csv_of(columns, [str(host_form(email)[column]) for column in columns])).plan

    assert [fault["sentence"].partition(":")[0] for fault in plan["faults"]] == ["Email"]


@pytest.mark.django_db
@pytest.mark.parametrize("email", STRANGE_ADDRESSES)
def test_no_form_of_the_panel_takes_such_an_address(rf, email):
    form = PanelAdmin(User, admin.site).get_form(rf.get("/"), fields=["username", "email"])

    assert "email" in form({"username": "maria", "email": email}).errors


@pytest.mark.django_db
@pytest.mark.parametrize("email", STRANGE_ADDRESSES)
def test_no_test_message_goes_to_such_an_address(panel, email):  # noqa: F811
    page = panel.post("/admin/setup/", {"email": email})

    assert page.status_code == 200
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    "email", ["yusuf@visitor.example", "oneil.j+visit@mail.example", "o'neil@mail.example", "me@xn--bcher-kva.example"]
)
def test_an_address_that_people_have_is_taken(email):
    assert EmailField().clean(email) == email


def test_a_message_that_cannot_be_written_is_refused_at_once(server, mailbox, host):
    record(host, [Notice("tested", Audience.HOST, "email", '"a\x0bBcc:q"@x.example', "test-message", CONTEXT)])

    [refused] = eventually(Notification.objects.about(host), state=State.FAILED)

    assert (refused.attempts, refused.reason) == (1, "The message cannot be written to this address")
    assert mailbox.messages == []
