"""The panel in a real browser, against the running product. Any CSP violation fails these tests."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from appointments.choices import Role
from appointments.models import Appointment
from chat.models import Message
from rollcall.models import RollCall
from tests.cast import make_appointment, make_host
from tests.front.test_access import visit
from tests.services.browser import TABLET, leave
from tests.services.twilio import Answer

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("server")]

# WCAG 2.2 A and AA.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PAGES = [
    "/admin/",
    "/admin/hosts/host/",
    "/admin/hosts/host/add/",
    "/admin/hosts/host/{host}/change/",
    "/admin/hosts/host/{host}/delete/",
    "/admin/hosts/host/{host}/history/",
    "/admin/hosts/host/import/",
    "/admin/hosts/host/export/",
    "/admin/appointments/appointment/",
    "/admin/appointments/appointment/{appointment}/change/",
    "/admin/notifications/notification/",
    "/admin/notifications/notification/{notification}/change/",
    "/admin/admin/logentry/",
    "/admin/roll-call/",
    "/admin/rollcall/rollcall/",
    "/admin/poster/",
    "/admin/poster/renew/",
    "/admin/setup/",
    "/admin/kiosks/kiosk/",
    "/admin/password_change/",
    "/admin/account/",
    "/admin/account/app/",
    "/admin/account/confirm/",
    "/admin/accounts/event/",
]


@pytest.fixture
def addresses(in_person: Appointment) -> list[str]:
    """Every page of the panel, each with content."""
    Message.objects.create(appointment=in_person, sender=Role.VISITOR, client_id="0" * 32, text="Hello")
    told = in_person.notifications.first()
    assert told is not None
    return [page.format(host=in_person.host_id, appointment=in_person.pk, notification=told.pk) for page in PAGES]


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds on this page: each rule with the elements that break it."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


def test_signing_in(page, manager):
    page.goto("/admin/")
    page.get_by_label("Username").fill("maria")
    page.get_by_label("Password").fill("a quiet front desk")
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_every_page_holds_the_content_policy(signed_in, addresses):
    """`page` itself fails the test when the browser reports a violation."""
    for address in addresses:
        answer = signed_in.goto(address)
        assert (address, answer.status) == (address, 200)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_violation_of_axe(new_context, sign_in, addresses, scheme):
    # axe itself sets inline styles, which the content policy forbids.
    page = sign_in(new_context(**TABLET, bypass_csp=True, color_scheme=scheme).new_page())
    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = violations(page)

    assert {address: some for address, some in found.items() if some} == {}


def test_the_login_has_no_violation_open_or_closed(new_context, manager):
    page = new_context(**TABLET, bypass_csp=True).new_page()
    page.goto("/admin/")
    assert violations(page) == []

    for _again in range(5):
        page.goto("/admin/")
        page.get_by_label("Username").fill("maria")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Too many attempts")).to_be_visible()
    assert violations(page) == []


def test_the_roll_call_is_as_accessible_as_the_visitors_pages(new_context, sign_in, in_person):
    page = sign_in(new_context(**TABLET, bypass_csp=True).new_page())
    visit(page, "/admin/roll-call/")
    roll_call = RollCall.objects.start("Maria")
    visit(page, "/admin/roll-call/")
    roll_call.mark({roll_call.persons.all()[0].pk: True}, "Maria")
    leave(page)
    roll_call.end("Maria")
    visit(page, f"/admin/roll-call/{roll_call.pk}/")


def test_one_click_ends_an_appointment(signed_in, in_person):
    signed_in.goto("/admin/")

    signed_in.get_by_role("button", name="End Yusuf Al-Masri’s appointment").click()

    expect(signed_in.get_by_text("Yusuf Al-Masri’s appointment has ended.")).to_be_visible()
    expect(signed_in.get_by_text("Nobody is visiting right now.")).to_be_visible()
    in_person.refresh_from_db()
    assert in_person.ended_by == "manager"


def test_an_open_first_page_shows_a_new_visitor_without_reloading(signed_in, host):
    make_appointment(host)

    signed_in.evaluate("dispatchEvent(new Event('online'))")

    expect(signed_in.get_by_role("button", name="End Yusuf Al-Masri’s appointment")).to_be_visible()


def test_a_test_message_reaches_the_host_and_the_page_says_so(signed_in, host, mailbox, twilio):
    signed_in.goto(f"/admin/hosts/host/{host.pk}/change/")

    signed_in.get_by_role("button", name="Test this host’s email and phone").click()

    mailbox.wait(to=host.email, subject="Test message")
    twilio.wait(to=host.phone, containing="Test for Anika Rao")
    # Sooner than the slow refresh, also when the worker cannot push.
    expect(signed_in.locator("#test-results")).to_contain_text(f"{host.phone}: handed to the provider", timeout=12_000)


def test_a_test_message_that_is_refused_shows_the_reason(signed_in, host, twilio):
    twilio.answer_number(host.phone, Answer(400, 21211, "The 'To' number is not a valid phone number."))
    signed_in.goto(f"/admin/hosts/host/{host.pk}/change/")

    signed_in.get_by_role("button", name="Test this host’s email and phone").click()

    result = signed_in.locator(".test").filter(has_text=host.phone)
    expect(result).to_contain_text("not delivered", timeout=20_000)
    expect(result).to_contain_text("not a valid phone number")


def test_a_remote_friday(signed_in, host, remote_host):
    third = make_host(name="Chen Wei")
    signed_in.goto("/admin/hosts/host/")

    for name in ("Anika Rao", "Chen Wei"):
        signed_in.get_by_role("row", name=name).get_by_role("checkbox").first.check()
    signed_in.get_by_label("Action:").select_option(label="Set presence to remote")
    signed_in.get_by_role("button", name="Run", exact=False).or_(signed_in.get_by_role("button", name="Go")).click()

    expect(signed_in.get_by_text("2 hosts changed.")).to_be_visible()
    third.refresh_from_db()
    assert third.presence == "remote"


def test_the_conversation_is_on_the_appointments_page(signed_in, remote):
    Message.objects.create(appointment=remote, sender=Role.VISITOR, client_id="0" * 32, text="<b>Hello</b>")

    signed_in.goto(f"/admin/appointments/appointment/{remote.pk}/change/")

    expect(signed_in.get_by_text("<b>Hello</b>")).to_be_visible()
