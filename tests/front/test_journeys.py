"""The two pages of a visit stay current while they are open, and every journey works with only the keyboard."""

import pytest
from playwright.sync_api import Page, expect

from appointments.choices import Role
from appointments.models import Appointment
from tests.front.test_checkin_page import BANNER, choose, fill

pytestmark = pytest.mark.once


@pytest.fixture
def arrived(page: Page, host, server) -> Appointment:
    """A visitor has checked in on the tablet, which shows the visitor's page."""
    page.goto("/")
    choose(page, "Anika Rao")
    fill(page)
    page.get_by_role("button", name="Start appointment").click()
    expect(page.get_by_role("heading", name="You’re checked in")).to_be_visible()
    return Appointment.objects.get()


def test_the_visitor_sees_the_hosts_answer_at_once_and_its_change(page, phone, arrived):
    phone.goto(arrived.path(Role.HOST))

    phone.get_by_role("button", name="Five minutes").click()
    expect(page.get_by_role("heading", name="Anika Rao will be five minutes")).to_be_visible()
    phone.get_by_role("button", name="I’m on my way").click()

    expect(page.get_by_role("heading", name="Anika Rao is on the way")).to_be_visible()


def test_the_visitor_sees_that_the_host_has_been_told(page, arrived):
    # Sooner than the slow refresh, also when the worker cannot push.
    expect(page.get_by_text("Told by email")).to_be_visible(timeout=12_000)
    expect(page.get_by_text("Told by text")).to_be_visible(timeout=12_000)


def test_the_other_page_turns_to_the_details_at_once(page, phone, arrived):
    phone.goto(arrived.path(Role.HOST))
    phone.get_by_role("link", name="End appointment").click()
    phone.get_by_role("button", name="End appointment").click()

    expect(page.get_by_role("heading", name="Thank you for your visit")).to_be_visible()


def test_a_page_that_loses_its_connection_says_so_and_recovers(page, arrived):
    page.context.set_offline(True)
    expect(page.get_by_text(BANNER)).to_be_visible(timeout=30_000)
    page.context.set_offline(False)

    expect(page.get_by_text(BANNER)).to_be_hidden(timeout=30_000)


def test_the_code_opens_the_visitors_page(arrived, server):
    assert arrived.visitor_url == f"{server.url}/v/{arrived.visitor_token}/"


def to(page: Page, role: str, name: str) -> None:
    """Press Tab until this element has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    for _press in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{name} is not reached by keyboard")


def give_details(page: Page, then: str) -> None:
    """Type the visitor's details and press this button."""
    for name, text in [("Full name", "Yusuf"), ("Email", "yusuf@visitor.example"), ("Phone", "+44 7700 900142")]:
        to(page, "textbox", name)
        page.keyboard.type(text)
    to(page, "button", then)
    page.keyboard.press("Enter")


def test_a_visit_by_keyboard_alone(page, phone, host, server):
    page.goto("/")
    to(page, "searchbox", "Find a host")
    page.keyboard.type("anika")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    give_details(page, then="Start appointment")
    expect(page.get_by_role("heading", name="You’re checked in")).to_be_visible()

    phone.goto(Appointment.objects.get().path(Role.HOST))
    to(phone, "button", "I’m on my way")
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("You said “I’m on my way”")).to_be_visible()

    to(page, "link", "End appointment")
    page.keyboard.press("Enter")
    to(page, "button", "End appointment")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you for your visit")).to_be_visible()


def test_a_chat_by_keyboard_alone(page, remote_host, server):
    page.goto("/")
    to(page, "radio", "Tomás Herrera Product Design Working remotely")
    page.keyboard.press("Space")
    give_details(page, then="Chat remotely")
    expect(page.get_by_role("heading", name="Tomás Herrera")).to_be_visible()
    page.wait_for_load_state()

    to(page, "textbox", "Message")
    page.keyboard.type("Good morning")
    page.keyboard.press("Enter")

    expect(page.get_by_role("log", name="Messages")).to_contain_text("Good morning")

    to(page, "link", "End appointment")
    page.keyboard.press("Enter")
    to(page, "button", "End appointment")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you for your visit")).to_be_visible()
    to(page, "link", "Read the chat")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log", name="Messages")).to_contain_text("Good morning")
