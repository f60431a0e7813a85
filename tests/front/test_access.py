"""No page has an accessibility violation that axe can find, in any state, light or dark, from tablet to 320 px."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from appointments.choices import EndedBy, Kind, Reply, Role
from appointments.models import Appointment
from hosts.models import Presence
from kiosks.cookie import NAME as COOKIE
from kiosks.models import Kiosk
from notifications.models import LATE_AFTER, Notification, State
from offices.models import Office
from tests.appointments.test_checkin import typed
from tests.cast import make_appointment, make_host
from tests.edge.stranger import Stranger
from tests.front.test_checkin_page import choose, fill
from tests.services.browser import leave

pytestmark = pytest.mark.once

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS: dict[str, Any] = {"runOnly": {"type": "tag", "values": RULES}, "rules": {"target-size": {"enabled": True}}}
WIDTHS = [1180, 390, 320]


def examine(page: Page) -> None:
    """Fail with the violations that axe finds on this page, in both colour schemes and at each width."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 820})
            found = Axe().run(page, options=OPTIONS)
            assert found.violations_count == 0, f"{page.url}, {scheme}, {width} px\n{found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} at {width} px"


def visit(page: Page, path: str) -> None:
    """Open a page and examine it."""
    page.goto(path)
    examine(page)


@pytest.fixture
def office(transactional_db: None) -> None:
    """A host of each availability."""
    make_host(name="Tomás Herrera", title="Product Design", presence=Presence.REMOTE)
    make_host(name="Mei-Ling Tan", title="Legal Counsel", presence=Presence.AWAY)
    make_host(name="Daniel Osei", title="Facilities")
    make_appointment(make_host(name="Lakshmi Venkataraman", title="Finance Director"))


@pytest.fixture
def here(office: None) -> Appointment:
    """A visitor who has just checked in."""
    return make_appointment(make_host(), visitor_name="Gurpreet Singh Ahluwalia")


def test_check_in(page, server, office):
    visit(page, "/")
    choose(page, "Daniel Osei")
    examine(page)
    # On a narrow screen the other hosts are hidden.
    page.get_by_role("button", name="Choose someone else").click()
    choose(page, "Mei-Ling Tan")
    examine(page)


def test_check_in_with_errors(page, server, office):
    page.goto("/")
    page.get_by_role("button", name="Start appointment").click()
    page.get_by_role("alert").wait_for()
    examine(page)


def test_check_in_refused(page, server, office, host):
    page.goto("/")
    choose(page, "Anika Rao")
    fill(page)
    # The form is submitted before the page gets the hint that another visitor was faster.
    page.route("**/hosts/", lambda route: route.fulfill(status=304))
    make_appointment(host, visitor_phone="+447700900150", visitor_email="grace@visitor.example")
    page.get_by_role("button", name="Start appointment").click()
    page.get_by_role("alert").wait_for()
    examine(page)


def test_check_in_at_the_limit_of_a_phone_goes_on_with_another(page, server, host):
    stranger = Stranger(server.url, {})
    for number in range(Office().checkins_per_phone_day):
        form = typed(host, email=f"visitor{number}@visitor.example", phone="+44 7700 900142", action="chat")
        assert stranger.send("/", "/", form)[0] == 302
    page.goto("/")
    choose(page, "Anika Rao")
    fill(page)
    page.get_by_role("button", name="Start appointment").click()
    page.get_by_text("many check-ins with this phone number").wait_for()
    examine(page)

    page.get_by_label("Phone").fill("+44 7700 900143")
    page.get_by_role("button", name="Try again").click()

    page.get_by_role("heading", name="Waiting for Anika Rao").wait_for()


def test_check_in_without_hosts(page, server, transactional_db):
    visit(page, "/")


def test_check_in_with_remembered_details(page, server, office):
    page.add_init_script("localStorage.setItem('entry.details', JSON.stringify({name: 'Yusuf'}))")
    visit(page, "/")


@pytest.mark.parametrize("reply", ["", *Reply.values])
def test_the_pages_of_a_visit(page, server, here, reply):
    Appointment.objects.update(reply=reply, replied_at=timezone.now())
    visit(page, here.path(Role.VISITOR))
    visit(page, here.path(Role.HOST))


@pytest.mark.parametrize("state", [State.QUEUED, State.DELIVERED, State.KEPT, State.FAILED])
def test_how_the_host_is_told(page, server, here, state):
    now = timezone.now()
    Notification.objects.update(state=state, due_at=None, sent_at=now, delivered_at=now, failed_at=now)
    visit(page, here.path(Role.VISITOR))


def test_messages_that_are_late(page, server, here):
    Notification.objects.update(due_at=None, created_at=timezone.now() - LATE_AFTER)
    visit(page, here.path(Role.VISITOR))


@pytest.mark.parametrize("role", Role)
def test_ending_and_what_is_left(page, server, here, role):
    visit(page, here.path(role, "end"))
    leave(page)
    here.end(EndedBy.VISITOR)
    visit(page, here.path(role))


@pytest.mark.parametrize("role", Role)
def test_the_chat(page, server, office, role):
    visit(page, make_appointment(make_host(), kind=Kind.REMOTE).path(role))


def test_somebody_who_is_not_the_visitor(page, server, here):
    visit(page, here.path(Role.VISITOR, "not-me"))
    here.deny()
    visit(page, here.path(Role.VISITOR, "not-me"))
    for role in Role:
        visit(page, here.path(role))
    visit(page, make_appointment(make_host(name="Bea Novak")).path(Role.VISITOR))


def test_a_screen_whose_place_another_device_has_taken(page, server, host, panel):
    panel.post("/admin/kiosks/kiosk/add/", {"name": "Front desk"})
    page.context.add_cookies([{"name": COOKIE, "value": panel.cookies[COOKIE].value, "url": server.url}])
    Kiosk.objects.update(key="another")
    visit(page, "/")


def test_where_check_in_is_closed(page, server, host, settings, client):
    settings.CHECK_IN = "screens"
    for path in ("/", "/p/earlier.code/"):
        html = client.get(path).content.decode()
        page.route("**/closed/", lambda route: route.fulfill(body=html, content_type="text/html"))  # noqa: B023
        visit(page, "/closed/")
        page.unroute("**/closed/")


def test_what_is_not_there(page, server, here):
    visit(page, "/nowhere")
    long_ago = timezone.now() - timedelta(days=99)
    Appointment.objects.update(started_at=long_ago, ended_at=long_ago, ended_by=EndedBy.VISITOR)
    visit(page, here.path(Role.VISITOR))


def test_a_reception_screen_that_asks(page, server, host, panel):
    panel.post("/admin/kiosks/kiosk/add/", {"name": "Front desk"})
    page.context.add_cookies([{"name": COOKIE, "value": panel.cookies[COOKIE].value, "url": server.url}])
    page.clock.install()
    page.goto("/")
    fill(page)
    page.clock.run_for(62_000)
    page.get_by_role("dialog").wait_for()
    examine(page)


def test_a_reception_screen_with_answers(page, server, host, panel):
    panel.post("/admin/kiosks/kiosk/add/", {"name": "Front desk"})
    page.context.add_cookies([{"name": COOKIE, "value": panel.cookies[COOKIE].value, "url": server.url}])
    for person, name in ((host, "Gurpreet Singh Ahluwalia"), (make_host(name="Bea Novak"), "Chen Wei")):
        number = f"+44770090014{len(name) % 10}"
        answered = make_appointment(
            person, visitor_name=name, visitor_phone=number, visitor_email=f"{number}@x.example"
        )
        # Long enough for every look at the page.
        Appointment.objects.filter(pk=answered.pk).update(
            screen=Kiosk.objects.get(), reply=Reply.FIVE_MINUTES, replied_at=timezone.now() + timedelta(hours=1)
        )
    page.goto("/")
    expect(page.locator("#answers .sign")).to_have_count(2)
    examine(page)


def test_a_lost_connection(page, server, office):
    page.goto("/")
    page.evaluate("document.querySelector('[data-offline]').hidden = false")
    examine(page)


def test_check_in_at_twice_the_size(page, server, office):
    page.set_viewport_size({"width": 590, "height": 410})
    page.goto("/")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
