"""The key of a reception screen changes with each return to the start, so that a copied cookie does not last."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from appointments.choices import Role
from appointments.models import Appointment
from kiosks.cookie import NAME as COOKIE
from kiosks.models import Kiosk
from tests.appointments.test_checkin import typed

A_WHILE = timedelta(minutes=2)
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


def copy_of(screen: Client, **origin: Any) -> Client:
    """Another device with the cookie that the screen has now."""
    copy = Client(**origin)
    copy.cookies[COOKIE] = screen.cookies[COOKIE].value
    return copy


def go_on(screen: Client, it_is_later) -> None:
    """Return to the start, stay there for a while, and return once more."""
    for _ in range(2):
        it_is_later(A_WHILE)
        screen.get("/hosts/")
        screen.get("/")


@pytest.fixture
def screen(front_desk, host, it_is_later) -> Client:
    """A reception screen that has been in use for a while."""
    go_on(front_desk, it_is_later)
    return front_desk


def listed(panel: Client) -> str:
    return panel.get("/admin/kiosks/kiosk/").content.decode()


@pytest.fixture
def office_panel(manager) -> Client:
    """The host panel on another device."""
    client = Client()
    client.force_login(manager)
    return client


def test_a_copied_cookie_stops_working_when_the_screen_goes_on(screen, host, it_is_later, office_panel):
    thief = copy_of(screen, **ELSEWHERE)

    go_on(screen, it_is_later)

    assert thief.get("/").status_code == 403
    assert thief.post("/", typed(host)).status_code == 403
    assert screen.get("/").status_code == 200
    assert "One was refused" in listed(office_panel)
    assert "203.0.113.9" in listed(office_panel)


def test_a_copy_made_just_before_the_start_stops_working_once_the_screen_has_stored_its_new_key(screen, it_is_later):
    it_is_later(A_WHILE)
    screen.get("/hosts/")
    thief = copy_of(screen)
    screen.get("/")

    it_is_later(A_WHILE)
    screen.get("/hosts/")

    assert thief.get("/").status_code == 403
    assert screen.get("/").status_code == 200


def test_a_copy_that_is_faster_is_noticed_and_the_screen_says_that_it_is_out_of_use(screen, it_is_later, office_panel):
    thief = copy_of(screen, **ELSEWHERE)
    assert "One was refused" not in listed(office_panel)

    go_on(thief, it_is_later)

    page = screen.get("/")
    assert page.status_code == 403
    assert "This screen is out of use" in page.content.decode()
    assert "One was refused" in listed(office_panel)
    assert "was used from two devices" in office_panel.get("/admin/setup/").content.decode()


def test_a_screen_out_of_use_shows_no_visit(screen, host, it_is_later):
    link = screen.post("/", typed(host)).headers["Location"]
    thief = copy_of(screen)
    go_on(thief, it_is_later)

    assert screen.get(link).headers["Location"] == "/"
    assert Appointment.objects.get().is_ongoing


def test_deleting_the_screen_and_adding_it_again_mends_it(screen, it_is_later, office_panel):
    thief = copy_of(screen)
    go_on(thief, it_is_later)
    Kiosk.objects.all().delete()

    office_panel.post("/admin/kiosks/kiosk/add/", {"name": "Front desk"})

    assert office_panel.get("/").context["form"].shared
    assert not thief.get("/").context["form"].shared


@pytest.mark.parametrize("losses", [1, 5])
def test_a_screen_goes_on_when_responses_are_lost(screen, it_is_later, losses):
    for _ in range(losses):
        it_is_later(A_WHILE)
        stored = screen.cookies[COOKIE].value
        screen.get("/")
        screen.cookies[COOKIE] = stored

    assert screen.get("/").status_code == 200
    go_on(screen, it_is_later)
    assert screen.get("/").status_code == 200
    assert Kiosk.objects.get().displaced_at is None


def test_a_screen_that_loses_power_before_its_browser_has_stored_the_new_key_goes_on(screen, it_is_later):
    it_is_later(A_WHILE)
    stored = screen.cookies[COOKIE].value
    screen.get("/")
    screen.get("/hosts/")
    it_is_later(timedelta(seconds=30))
    screen.get("/hosts/")

    screen.cookies[COOKIE] = stored
    it_is_later(timedelta(hours=14))

    assert screen.get("/").status_code == 200
    assert Kiosk.objects.get().displaced_at is None


def test_two_tabs_at_once_both_go_on(screen, it_is_later):
    it_is_later(A_WHILE)
    screen.get("/hosts/")
    tab = copy_of(screen)
    tab.get("/")

    # Sent before the answer to the other tab has arrived; the answer comes last, and both tabs have its cookie.
    assert screen.get("/").status_code == 200
    assert screen.cookies[COOKIE].value.split(":")[2] == tab.cookies[COOKIE].value.split(":")[2]
    go_on(screen, it_is_later)
    assert Kiosk.objects.get().displaced_at is None


def test_asking_whether_the_server_is_there_changes_no_key(screen, it_is_later):
    it_is_later(A_WHILE)
    screen.get("/hosts/")
    before = Kiosk.objects.get().key

    screen.head("/")

    assert Kiosk.objects.get().key == before


def test_a_screen_that_was_added_before_screens_had_keys_gets_one(screen, it_is_later):
    Kiosk.objects.update(key="", previous_key="", settled=False)
    older = Client()
    kiosk = Kiosk.objects.get()
    response = older.get("/")
    response.set_signed_cookie(COOKIE, f"{kiosk.pk}:", salt=COOKIE)
    older.cookies[COOKIE] = response.cookies[COOKIE].value

    go_on(older, it_is_later)

    assert older.get("/").context["form"].shared
    assert Kiosk.objects.get().key


def test_the_panel_shows_when_and_from_where_a_screen_was_last_used(screen, it_is_later, office_panel):
    it_is_later(A_WHILE)
    screen.defaults.update(REMOTE_ADDR="198.51.100.7")

    screen.get("/hosts/")

    assert "198.51.100.7" in listed(office_panel)


def test_using_a_screen_writes_to_the_database_at_most_once_a_minute(screen, host, it_is_later):
    it_is_later(A_WHILE)
    screen.get("/hosts/")
    seen = Kiosk.objects.get().seen_at

    it_is_later(timedelta(seconds=50))
    screen.get("/hosts/")
    assert Kiosk.objects.get().seen_at == seen

    it_is_later(timedelta(seconds=11))
    screen.get("/hosts/")
    assert Kiosk.objects.get().seen_at != seen


def test_a_visit_on_a_screen_is_shown_with_the_present_key(screen, host):
    link = screen.post("/", typed(host)).headers["Location"]

    assert screen.get(link).status_code == 200
    assert screen.get(Appointment.objects.get().path(Role.HOST)).headers["Location"] == "/"


@pytest.mark.parametrize("window", ["hour", "day"])
def test_a_screen_has_an_allowance_of_its_own(screen, remote_host, office, window):
    office(**{f"checkins_per_screen_{window}": 2, "checkins_per_address_hour": 1, "checkins_per_address_day": 1})

    def check_in(number: int) -> int:
        details = {"email": f"guest{number}@visitor.example", "phone": f"+6591234{number:03}", "action": "chat"}
        return screen.post("/", typed(remote_host, **details)).status_code

    assert [check_in(number) for number in range(3)] == [302, 302, 429]
    assert Appointment.objects.count() == 2


def test_another_screen_has_its_own(screen, remote_host, office, office_panel):
    office(checkins_per_screen_hour=1)
    office_panel.post("/admin/kiosks/kiosk/add/", {"name": "Back door"})

    for device, number in ((screen, 1), (office_panel, 2)):
        details = {"email": f"guest{number}@visitor.example", "phone": f"+659123400{number}", "action": "chat"}
        assert device.post("/", typed(remote_host, **details)).status_code == 302
