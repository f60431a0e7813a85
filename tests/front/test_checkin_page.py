"""The check-in page on a screen that stays on all day."""

import re
import signal

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from appointments.choices import Kind
from appointments.models import Appointment
from hosts.models import Host, Presence
from tests.appointments.test_checkin import typed
from tests.cast import make_appointment, make_host

pytestmark = pytest.mark.once

BANNER = "Connection lost. What you see may be out of date. This page mends itself when the connection is back."


def fill(page: Page) -> None:
    """Type the visitor's details."""
    page.get_by_role("textbox", name="Full name").fill("Yusuf Al-Masri")
    page.get_by_role("textbox", name="Email").fill("yusuf@visitor.example")
    page.get_by_role("textbox", name="Phone").fill("+44 7700 900142")


def open_with_clock(page: Page) -> None:
    """Open check-in with a clock that the test advances, and wait until the page has requested its first refresh."""
    page.clock.install()
    with page.expect_response("**/hosts/"):
        page.goto("/")


def choose(page: Page, name: str) -> None:
    """Tap a host's card."""
    page.locator("label.host", has_text=name).click()


def test_another_visitors_check_in_shows_at_once_and_keeps_what_was_typed(page, host, server, new_context):
    page.goto("/")
    choose(page, "Anika Rao")
    fill(page)
    elsewhere = new_context().new_page()
    elsewhere.goto("/")
    choose(elsewhere, "Anika Rao")
    fill(elsewhere)

    elsewhere.get_by_role("button", name="Start appointment").click()

    expect(page.get_by_role("radio", name="Anika Rao Head of Partnerships Has a visitor")).to_be_checked()
    expect(page.get_by_text("Anika Rao has a visitor. You can chat remotely instead.")).to_be_visible()
    expect(page.get_by_role("button", name="Start appointment")).to_be_disabled()
    expect(page.get_by_role("textbox", name="Full name")).to_have_value("Yusuf Al-Masri")


def test_the_slow_refresh_compensates_for_a_lost_push(page, host):
    open_with_clock(page)
    expect(page.get_by_role("radio", name="Anika Rao Head of Partnerships Available")).to_be_visible()
    # Changed by another process, whose pushes an in-memory channel layer does not deliver.
    Host.objects.update(presence=Presence.AWAY)

    page.clock.fast_forward("00:16")

    expect(page.get_by_role("radio", name="Anika Rao Head of Partnerships Away")).to_be_visible()


def test_the_keyboard_stays_where_it_is_when_the_list_changes(page, host):
    open_with_clock(page)
    page.get_by_role("radio", name="Anika Rao").focus()
    Host.objects.update(presence=Presence.REMOTE)

    page.clock.fast_forward("00:16")

    expect(page.get_by_role("radio", name="Anika Rao Head of Partnerships Working remotely")).to_be_focused()


def test_a_stopped_server_is_shown_and_the_page_recovers_by_itself(page, host, server):
    page.goto("/")
    choose(page, "Anika Rao")
    fill(page)

    server.web.stop(signal.SIGKILL)
    expect(page.get_by_text(BANNER)).to_be_visible()
    server.start()

    expect(page.get_by_text(BANNER)).to_be_hidden(timeout=20_000)
    page.get_by_role("button", name="Start appointment").click()
    expect(page.get_by_role("heading", name="You’re checked in")).to_be_visible()


def test_sending_without_a_server_keeps_the_page_and_what_was_typed(page, host, server):
    page.goto("/")
    choose(page, "Anika Rao")
    fill(page)
    server.web.stop(signal.SIGKILL)

    page.get_by_role("button", name="Start appointment").click()

    expect(page.get_by_text(BANNER)).to_be_visible()
    expect(page.get_by_role("textbox", name="Phone")).to_have_value("+44 7700 900142")


def test_a_host_taken_in_the_last_moment_is_not_asked_for(page, host, server):
    # The clock stands still, so that the page does not refresh by itself before the button is pressed.
    open_with_clock(page)
    choose(page, "Anika Rao")
    fill(page)
    # Stored without a signal, so that no push reaches the page either.
    taken = Appointment(host=host, host_name=host.name, kind=Kind.IN_PERSON, visitor_name="Chen Wei")
    Appointment.objects.bulk_create([taken])

    page.get_by_role("button", name="Start appointment").click()

    expect(page.get_by_text("Anika Rao has a visitor. You can chat remotely instead.")).to_be_visible()
    assert Appointment.objects.count() == 1


def test_the_clock_passes_midnight(page, host):
    page.clock.install(time="2026-11-24T23:59:30+05:30")
    page.goto("/")

    page.clock.run_for(60_000)

    expect(page.locator(".clock")).to_have_text(re.compile(r"Wed,? 25 Nov 00:00"))


def test_the_first_host_added_opens_check_in(page, server, transactional_db):
    open_with_clock(page)
    expect(page.get_by_role("heading", name="Welcome. Please ask at reception.")).to_be_visible()
    make_host()

    page.clock.fast_forward("00:16")

    expect(page.get_by_role("heading", name="Welcome. Check in here.")).to_be_visible()


@pytest.fixture
def crowd(transactional_db: None) -> None:
    """Five hundred hosts."""
    Host.objects.bulk_create(
        Host(
            name=f"Åsa Nörd{number:03}",
            title="Research",
            email=f"host{number}@meridianhouse.example",
            phone="+919876543201",
            address="4th floor",
        )
        for number in range(500)
    )


def test_one_of_five_hundred_hosts_is_found_by_parts_of_the_name(page, crowd, server):
    page.goto("/")

    page.get_by_role("searchbox", name="Find a host").fill("asa NORD123")

    expect(page.locator("[data-count]")).to_have_text("1 shown")
    expect(page.get_by_role("radio")).to_have_count(1)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *[
            ("ozge", "Özge Çelik"),
            ("CELIK", "Özge Çelik"),
            ("ostergaard", "Ǿstergaard"),
            ("lukasz", "Łukasz Żółć"),
            ("o'brien", "Seán O’Brien"),
        ],
        *[
            ("花子", "山田花子"),
            ("민준", "김민준"),
            ("ΝΙΚΟΣ", "Νίκος"),
            ("νικος", "Νίκος"),
            ("علی", "علي"),
            ("eliyev", "Əliyev"),
        ],
    ],
)
def test_a_name_is_found_as_people_search_it_in_every_script(page, host, server, typed, name):
    make_host(name=name, email="found@meridianhouse.example")
    page.goto("/")

    page.get_by_role("searchbox", name="Find a host").fill(typed)

    expect(page.locator("label.host:visible")).to_have_count(1)
    expect(page.locator("label.host:visible")).to_contain_text(name)


def test_no_one_found_says_what_to_do(page, host, server):
    page.goto("/")

    page.get_by_role("searchbox", name="Find a host").fill("Nobody")

    expect(page.get_by_text("No one by that name. Check the spelling, or ask at reception.")).to_be_visible()


def test_on_a_phone_choosing_a_host_hides_the_others(phone, host, server):
    make_host(name="Daniel Osei")
    phone.goto("/")

    choose(phone, "Daniel Osei")
    expect(phone.get_by_role("radio", name="Anika Rao")).to_be_hidden()
    phone.get_by_role("button", name="Choose someone else").click()

    expect(phone.get_by_role("radio", name="Anika Rao")).to_be_visible()
    expect(phone.get_by_role("radio", name="Daniel Osei")).to_be_focused()


@pytest.fixture
def plain_browser(new_context, server):
    """A browser without JavaScript."""
    return new_context(java_script_enabled=False).new_page()


def test_without_javascript_a_visitor_checks_in_and_ends(plain_browser, host):
    page = plain_browser
    page.goto("/")
    choose(page, "Anika Rao")
    fill(page)
    page.get_by_role("button", name="Start appointment").click()
    expect(page.get_by_role("heading", name="You’re checked in")).to_be_visible()

    page.get_by_role("link", name="End appointment").click()
    page.get_by_role("button", name="End appointment").click()

    expect(page.get_by_role("heading", name="Thank you for your visit")).to_be_visible()


def test_without_javascript_a_host_is_found_by_name(plain_browser, host):
    make_host(name="Daniel Osei")
    plain_browser.goto("/")

    plain_browser.get_by_role("searchbox", name="Find a host").fill("osei")
    plain_browser.get_by_role("searchbox", name="Find a host").press("Enter")

    expect(plain_browser.get_by_role("radio")).to_have_count(1)


def test_without_javascript_a_refused_visitor_may_choose_someone_else(plain_browser, host):
    make_host(name="Daniel Osei")
    plain_browser.goto("/")
    choose(plain_browser, "Anika Rao")
    fill(plain_browser)
    make_appointment(host)
    plain_browser.get_by_role("button", name="Start appointment").click()
    expect(plain_browser.get_by_role("alert")).to_contain_text("Anika Rao has a visitor")

    choose(plain_browser, "Daniel Osei")
    plain_browser.get_by_role("button", name="Start appointment").click()

    expect(plain_browser.get_by_role("heading", name="You’re checked in")).to_be_visible()


def test_errors_get_the_focus_and_link_to_their_fields(page, host, server):
    page.goto("/")
    page.get_by_role("button", name="Start appointment").click()

    expect(page).to_have_title("Error: Check in · Meridian House")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link", name="Enter your phone number").click()
    expect(page.get_by_role("textbox", name="Phone")).to_be_focused()
    expect(page.get_by_role("textbox", name="Phone")).to_have_accessible_description(
        "With country code, like +91 81234 56789 Enter your phone number"
    )


def test_the_list_is_sent_again_only_when_it_changed(host):
    client = Client()
    first = client.get("/hosts/")

    again = client.get("/hosts/", headers={"if-none-match": first.headers["ETag"]})
    client.post("/", typed(host))
    changed = client.get("/hosts/", headers={"if-none-match": first.headers["ETag"]})

    assert (again.status_code, changed.status_code) == (304, 200)
