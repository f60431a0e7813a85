"""A reception screen: a device that visitors share one after another."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from appointments.choices import Role
from appointments.models import Appointment
from kiosks.cookie import NAME as COOKIE
from kiosks.models import Kiosk
from tests.appointments.test_checkin import typed
from tests.cast import make_appointment, make_host
from tests.front.test_checkin_page import fill

pytestmark = pytest.mark.once


def test_adding_a_screen_makes_this_device_one_and_logs_the_manager_out(front_desk):
    assert front_desk.cookies[COOKIE]["httponly"]
    assert front_desk.get("/admin/").status_code == 302


def test_a_browser_is_asked_to_keep_nothing_of_a_visitor(front_desk, host):
    response = front_desk.get("/")

    page = response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    assert 'autocomplete="name"' not in page
    assert page.count('autocomplete="off"') >= 6


def test_a_stale_page_that_is_sent_from_a_screen_is_kept_by_no_browser_either(front_desk, host):
    front_desk.handler.enforce_csrf_checks = True

    response = front_desk.post("/", typed(host))

    assert (response.status_code, response.headers["Cache-Control"]) == (403, "no-store")
    assert 'autocomplete="name"' not in response.content.decode()


def test_a_screen_shows_the_visit_of_the_visitor_who_checked_in_last(front_desk, host):
    link = front_desk.post("/", typed(host)).headers["Location"]

    assert front_desk.get(link).status_code == 200


def test_once_back_at_the_start_the_last_visit_is_shown_no_more(front_desk, host):
    link = front_desk.post("/", typed(host)).headers["Location"]
    front_desk.get("/")

    for page in (link, f"{link}live/", f"{link}end/", f"{link}chat/"):
        assert front_desk.get(page).headers["Location"] == "/"
    assert Appointment.objects.get().is_ongoing


def test_another_visitors_link_is_not_shown_on_a_screen(front_desk, host):
    front_desk.post("/", typed(host))
    other = make_appointment(make_host(name="Daniel Osei"), visitor_name="Chen Wei")

    assert front_desk.get(other.path(Role.VISITOR)).headers["Location"] == "/"


def test_a_deleted_screen_is_an_ordinary_device_again(front_desk, host, in_person):
    Kiosk.objects.all().delete()

    assert front_desk.get(in_person.path(Role.VISITOR)).status_code == 200
    assert 'autocomplete="name"' in front_desk.get("/").content.decode()


def test_a_forged_cookie_makes_no_screen(client, host, in_person):
    Kiosk.objects.create(name="Front desk")
    client.cookies[COOKIE] = "1:"

    assert client.get(in_person.path(Role.VISITOR)).status_code == 200


def test_a_visitor_can_not_make_a_screen(client, db):
    client.post("/admin/kiosks/kiosk/add/", {"name": "Mine"})

    assert COOKIE not in client.cookies
    assert not Kiosk.objects.exists()


def test_after_a_minute_of_quiet_the_screen_asks(checked_in):
    checked_in.clock.run_for(62_000)

    question = checked_in.get_by_role("dialog", name="Are you still here?")
    expect(question.get_by_role("button", name="Stay on this page")).to_be_focused()


def test_without_an_answer_it_goes_back_to_the_start_and_ends_nothing(checked_in):
    checked_in.clock.run_for(82_000)

    expect(checked_in.get_by_role("heading", name="Welcome. Check in here.")).to_be_visible()
    expect(checked_in.get_by_role("textbox", name="Full name")).to_have_value("")
    assert Appointment.objects.get().is_ongoing


def test_the_back_button_shows_nothing_of_the_visitor_before(checked_in):
    checked_in.get_by_role("link", name="End appointment").click()
    checked_in.get_by_role("link", name="Back to the start").click()
    expect(checked_in.get_by_role("heading", name="Welcome. Check in here.")).to_be_visible()

    for _ in range(3):
        checked_in.go_back()
        expect(checked_in.get_by_role("heading", name="Welcome. Check in here.")).to_be_visible()
        expect(checked_in.get_by_role("textbox", name="Full name")).to_have_value("")


def test_whoever_answers_stays(checked_in):
    checked_in.clock.run_for(62_000)
    checked_in.get_by_role("button", name="Stay on this page").click()
    checked_in.clock.run_for(40_000)

    expect(checked_in.get_by_role("heading", name="You’re checked in")).to_be_visible()
    expect(checked_in.get_by_role("dialog")).to_be_hidden()


def test_half_typed_details_are_gone_after_the_quiet(screen, host):
    screen.goto("/")
    fill(screen)

    screen.clock.run_for(82_000)

    expect(screen.get_by_role("textbox", name="Full name")).to_have_value("")


def test_a_start_page_that_nobody_has_touched_asks_nothing(screen, host):
    screen.goto("/")

    screen.clock.run_for(120_000)

    expect(screen.get_by_role("dialog")).to_be_hidden()


def test_a_screen_has_no_way_into_the_panel_and_every_other_device_has(front_desk, host):
    assert "Host panel" not in front_desk.get("/").content.decode()
    assert "Host panel" in Client().get("/").content.decode()
