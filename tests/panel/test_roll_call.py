"""The roll call, with one warden and with several."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from playwright.sync_api import expect

from appointments.choices import EndedBy
from panel.registry import RECEPTION
from rollcall.models import Person, RollCall
from tests.cast import make_appointment, make_host

# Until the phone has cached the page and its service worker is active.
KEPT = """async () => {
    while (!(await caches.match("/admin/roll-call/"))) await new Promise((later) => setTimeout(later, 50));
    await navigator.serviceWorker.ready;
}"""


@pytest.fixture
def roll_call(in_person) -> RollCall:
    """A roll call of the visitor and the person who came along."""
    return RollCall.objects.start("Maria")


def post(client: Client, roll_call: RollCall, ticks: dict[int, bool]):
    """Send ticks as the page's script does."""
    path = f"/admin/roll-call/{roll_call.pk}/ticks/"
    return client.post(path, json.dumps(ticks), content_type="application/json")


def test_lists_every_person_on_site_and_nobody_else(in_person, remote):
    make_appointment(make_host(name="Chen Wei")).end(EndedBy.VISITOR)

    roll_call = RollCall.objects.start("Maria")

    assert [str(person) for person in roll_call.persons.all()] == [
        "Yusuf Al-Masri, person 1 of 2",
        "Yusuf Al-Masri, person 2 of 2",
    ]


def test_whoever_left_meanwhile_stays_on_the_list(desk, roll_call, in_person):
    in_person.end(EndedBy.HOST)

    assert "Yusuf Al-Masri" in desk.get("/admin/roll-call/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_wardens_who_start_in_the_same_instant_share_one(in_person):
    def start(number: int) -> int:
        try:
            return RollCall.objects.start(f"Warden {number}").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as wardens:
        started = set(wardens.map(start, range(5)))

    assert len(started) == 1
    assert Person.objects.count() == 2


def test_the_first_warden_to_tick_a_person_is_recorded(panel, desk, roll_call):
    person = roll_call.persons.first()
    post(panel, roll_call, {person.pk: True})

    answer = post(desk, roll_call, {person.pk: True}).json()

    assert answer["seen"][str(person.pk)].startswith("maria, ")


def test_a_tick_by_mistake_is_taken_back(desk, roll_call):
    person = roll_call.persons.first()
    post(desk, roll_call, {person.pk: True})

    assert post(desk, roll_call, {person.pk: False}).json()["seen"] == {}


def test_nothing_changes_after_the_end(desk, roll_call):
    desk.post(f"/admin/roll-call/{roll_call.pk}/end/")

    answer = post(desk, roll_call, {roll_call.persons.first().pk: True}).json()

    assert answer == {"ended": True, "seen": {}}


def test_without_scripts_the_list_is_a_form(desk, roll_call):
    _first, second = roll_call.persons.all()

    desk.post(f"/admin/roll-call/{roll_call.pk}/ticks/", {"seen": [second.pk]})

    assert list(roll_call.persons.filter(seen_by="ravi")) == [second]


@pytest.mark.parametrize("body", ["[]", "{", '{"x": true}', '"text"'])
def test_malformed_ticks_are_refused(desk, roll_call, body):
    path = f"/admin/roll-call/{roll_call.pk}/ticks/"

    assert desk.post(path, body, content_type="application/json").status_code == 400


def test_the_report_says_who_was_seen_by_whom_and_who_was_not(panel, desk, roll_call):
    first, second = roll_call.persons.all()
    post(desk, roll_call, {first.pk: True})

    page = desk.post(f"/admin/roll-call/{roll_call.pk}/end/", follow=True).content.decode()

    assert "1 of 2 accounted for" in page
    assert page.index("Not accounted for") < page.index(str(second)) < page.index(str(first))
    assert "ravi" in page
    assert "1 of 2" in panel.get("/admin/rollcall/rollcall/").content.decode()


def test_a_stranger_sees_no_list(client, roll_call):
    assert client.get("/admin/roll-call/").status_code == 302
    assert post(client, roll_call, {1: True}).status_code == 302


@pytest.fixture
def wardens(server, phone, open_device, in_person):
    """Two wardens, each with the roll call open on a phone."""
    RollCall.objects.start("Maria")
    pages = [phone, open_device("phone")]
    for name, page in zip(["ravi", "lena"], pages, strict=True):
        user = User.objects.create_user(name, is_staff=True)
        user.groups.add(Group.objects.get(name=RECEPTION))
        client = Client()
        client.force_login(user)
        page.context.add_cookies(
            [{"name": "entry_session", "value": client.cookies["entry_session"].value, "url": server.url}]
        )
        page.goto("/admin/roll-call/")
    return pages


def test_a_tick_is_on_the_other_wardens_phone_within_seconds(wardens):
    ravi, lena = wardens

    ravi.get_by_role("checkbox", name="Yusuf Al-Masri, person 1 of 2, accounted for").check()

    expect(lena.get_by_text("1 of 2 accounted for")).to_be_visible(timeout=15_000)
    expect(lena.get_by_text("ravi, ")).to_be_visible()


def test_ticks_made_without_a_connection_survive_a_reload_and_arrive_when_it_is_back(wardens):
    ravi, lena = wardens
    ravi.context.set_offline(True)
    ravi.get_by_role("checkbox", name="Yusuf Al-Masri, person 2 of 2, accounted for").check()
    expect(ravi.get_by_text("No connection. Keep ticking")).to_be_visible()
    ravi.context.set_offline(False)

    ravi.reload()

    expect(lena.get_by_text("1 of 2 accounted for")).to_be_visible(timeout=15_000)


def test_the_list_opens_again_without_a_connection(wardens):
    ravi, lena = wardens
    ravi.evaluate(KEPT)
    ravi.context.set_offline(True)

    ravi.reload()
    ravi.get_by_role("checkbox", name="Yusuf Al-Masri, person 1 of 2, accounted for").check()
    expect(ravi.get_by_text("No connection. Keep ticking")).to_be_visible()
    ravi.context.set_offline(False)

    expect(lena.get_by_text("1 of 2 accounted for")).to_be_visible(timeout=15_000)


def test_a_device_that_is_not_logged_in_any_more_keeps_no_list(wardens):
    ravi, _lena = wardens
    ravi.evaluate(KEPT)
    ravi.reload()
    # Every load caches the page again, which takes a moment.
    ravi.wait_for_load_state("networkidle")
    ravi.context.clear_cookies()

    ravi.reload()

    expect(ravi.get_by_label("Password")).to_be_visible()
    assert not ravi.evaluate("caches.has('roll-call')")


def test_the_end_shows_the_report_to_everyone(wardens):
    ravi, lena = wardens

    ravi.get_by_role("button", name="End the roll call").click()

    expect(ravi.get_by_role("heading", name="0 of 2 accounted for")).to_be_visible()
    expect(lena.get_by_role("heading", name="0 of 2 accounted for")).to_be_visible(timeout=15_000)
