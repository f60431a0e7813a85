"""The two pages, in real browsers on the running product."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from appointments import tasks
from appointments.choices import EndedBy, Role
from appointments.models import Appointment
from tests.services.inbox import until


def write(page: Page, text: str) -> None:
    """Type a message and send it with the Enter key."""
    page.get_by_role("textbox", name="Message").fill(text)
    page.keyboard.press("Enter")


def said(page: Page, text: str):
    """The message with this text in the log."""
    return page.get_by_role("log", name="Messages").get_by_role("listitem").filter(has_text=text)


def test_a_message_crosses_and_is_seen_to_be_read(visitor_page, host_page):
    write(visitor_page, "Good morning")

    expect(said(host_page, "Good morning")).to_be_visible()
    expect(said(visitor_page, "Good morning")).to_contain_text("Read")


def test_the_end_by_one_side_shows_at_once_on_the_other(visitor_page, host_page):
    host_page.get_by_role("link", name="End appointment").click()
    host_page.get_by_role("button", name="End appointment").click()

    expect(visitor_page.get_by_text(re.compile(r"This appointment ended at \d\d:\d\d"))).to_be_visible()
    expect(visitor_page.get_by_role("textbox", name="Message")).to_be_hidden()
    expect(visitor_page.get_by_role("link", name="See details")).to_be_visible()


def test_all_of_several_messages_in_a_row_are_seen_to_be_read(visitor_page, host_page):
    for text in ("one", "two", "three"):
        write(visitor_page, text)

    for text in ("one", "two", "three"):
        expect(said(visitor_page, text)).to_contain_text("Read")


def test_who_leaves_at_once_has_still_read_what_they_saw(visitor_page, host_page):
    for text in ("one", "two"):
        write(visitor_page, text)
        expect(said(host_page, text)).to_be_visible()

    host_page.goto("about:blank")

    expect(said(visitor_page, "two")).to_contain_text("Read")


def test_what_was_seen_just_before_the_end_has_been_read(visitor_page, host_page, remote):
    for text in ("one", "two"):
        write(host_page, text)
        expect(said(visitor_page, text)).to_be_visible()

    host_page.get_by_role("link", name="End appointment").click()
    host_page.get_by_role("button", name="End appointment").click()

    expect(visitor_page.get_by_role("link", name="See details")).to_be_visible()
    visitor = remote.participants.filter(role=Role.VISITOR, read_upto=remote.messages.latest("pk").pk)
    assert until(visitor.exists)


@pytest.mark.parametrize("by", ["the sweep", "the office manager"])
def test_an_end_from_elsewhere_shows_on_both_pages_within_ten_seconds(visitor_page, host_page, remote, by):
    for page in (visitor_page, host_page):
        expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    if by == "the sweep":
        Appointment.objects.update(started_at=timezone.now() - timedelta(days=2))
        tasks.end_left_open.call_local()
    else:
        remote.end(EndedBy.MANAGER)

    for page in (visitor_page, host_page):
        expect(page.get_by_text(re.compile(r"This appointment ended at \d\d:\d\d"))).to_be_visible(timeout=10_000)
        expect(page.get_by_role("textbox", name="Message")).to_be_hidden()


def test_the_host_sees_where_the_visitor_is(visitor_page, host_page):
    expect(host_page.get_by_text("In the chat", exact=True)).to_be_visible()

    visitor_page.close()

    expect(host_page.get_by_text("Not in the chat")).to_be_visible()


def test_the_conversation_survives_a_reload(visitor_page, host_page):
    write(visitor_page, "Good morning")
    expect(said(host_page, "Good morning")).to_have_count(1)

    host_page.reload()
    visitor_page.reload()

    expect(said(host_page, "Good morning")).to_have_count(1)
    expect(said(visitor_page, "Good morning")).to_have_count(1)
