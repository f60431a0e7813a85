"""Opening the chat from the pages of an in-person appointment, in real browsers on the running product."""

import pytest
from playwright.sync_api import Page, expect

from appointments.choices import Role
from appointments.models import Appointment


@pytest.fixture
def visitor_page(server, in_person: Appointment, tablet: Page) -> Page:
    """The visitor's page at reception, while the host writes from outside the building."""
    tablet.goto(in_person.url(Role.VISITOR))
    return tablet


@pytest.fixture
def host_page(visitor_page: Page, in_person: Appointment, phone: Page) -> Page:
    """The host's chat, on a phone, with a message just sent."""
    phone.goto(in_person.url(Role.HOST))
    phone.get_by_role("link", name="Chat").click()
    phone.get_by_role("textbox", name="Message").fill("I am not in the building today")
    phone.get_by_role("button", name="Send").click()
    return phone


def test_a_visitor_who_waits_is_told_that_the_host_has_written(visitor_page, host_page):
    expect(visitor_page.get_by_text("Anika Rao has written to you")).to_be_visible()


def test_what_the_visitor_has_read_is_not_announced_again(visitor_page, host_page, in_person):
    visitor_page.get_by_role("link", name="Chat").click()
    expect(host_page.get_by_role("log")).to_contain_text("Read")

    visitor_page.goto(in_person.url(Role.VISITOR))

    expect(visitor_page.get_by_role("link", name="Chat")).to_be_visible()
    expect(visitor_page.get_by_text("Anika Rao has written to you")).to_be_hidden()
