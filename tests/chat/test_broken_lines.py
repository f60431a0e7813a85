"""The pages in real browsers, with connections that fail in different ways, and with a server that is killed."""

import re
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from appointments.choices import Role
from appointments.models import Appointment
from chat.models import Message
from tests.chat.test_pages import said, write
from tests.chat.wire import Wire
from tests.services.browser import TABLET, show_up
from tests.services.product import Product


@pytest.fixture
def host_page(server: Product, remote: Appointment, phone: Page) -> Page:
    """The host's chat, on a reliable connection."""
    phone.goto(remote.url(Role.HOST, "chat"))
    show_up(phone)
    expect(phone.get_by_role("log")).to_be_visible()
    return phone


@pytest.fixture
def visitor_page(wire: Wire, remote: Appointment, tablet: Page, host_page: Page) -> Page:
    """The visitor's chat, on a connection that may fail; each side shows the other as online."""
    over(wire, tablet, remote)
    # The visitor's page shows the host online when it is served; the host's page once the visitor's socket has joined.
    expect(host_page.get_by_text("In the chat", exact=True)).to_be_visible()
    return tablet


def over(wire: Wire, page: Page, appointment: Appointment) -> Page:
    page.goto(wire.url + appointment.path(Role.VISITOR, "chat"))
    show_up(page)
    expect(page.get_by_text("In the chat")).to_be_visible()
    return page


def test_a_message_written_while_offline_is_sent_on_reconnection(visitor_page, host_page, wire):
    wire.cut()
    expect(visitor_page.get_by_text("Connection lost. Reconnecting.")).to_be_visible()

    write(visitor_page, "Are you there?")
    expect(said(visitor_page, "Are you there?")).to_contain_text("Sending")
    wire.mend()

    expect(said(host_page, "Are you there?")).to_have_count(1, timeout=15_000)
    expect(said(visitor_page, "Are you there?")).to_contain_text("Read")
    expect(visitor_page.get_by_text("Connection lost. Reconnecting.")).to_be_hidden()
    expect(visitor_page.get_by_role("textbox", name="Message")).to_be_focused()


def test_a_message_whose_acknowledgement_was_lost_is_stored_and_shown_once(visitor_page, host_page, wire):
    wire.deafen_the_page()
    write(visitor_page, "Only once")
    expect(said(host_page, "Only once")).to_have_count(1)
    expect(said(visitor_page, "Only once")).to_contain_text("Sending")

    wire.cut()
    wire.mend()

    expect(said(visitor_page, "Only once")).to_contain_text("Read", timeout=15_000)
    expect(said(visitor_page, "Only once")).to_have_count(1)
    expect(said(host_page, "Only once")).to_have_count(1)
    assert Message.objects.count() == 1


def test_what_is_unsent_survives_a_reload(visitor_page, host_page, wire):
    wire.cut()
    write(visitor_page, "First")
    write(visitor_page, "Second")

    visitor_page.reload()
    expect(said(visitor_page, "First")).to_contain_text("Sending")
    wire.mend()

    expect(host_page.get_by_text(re.compile("First|Second"))).to_have_text(["First", "Second"], timeout=15_000)
    visitor_page.reload()
    expect(said(visitor_page, "First")).to_have_count(1)
    expect(said(visitor_page, "First")).to_contain_text("Read")


def test_a_half_open_connection_is_replaced_within_thirty_seconds(wire, remote, tablet, host_page):
    tablet.clock.install()
    over(wire, tablet, remote)
    wire.die()
    write(host_page, "Can you hear me?")

    tablet.clock.fast_forward("00:28")

    expect(said(tablet, "Can you hear me?")).to_have_count(1, timeout=15_000)


def test_a_phone_that_was_suspended_for_five_minutes_catches_up(wire, remote, tablet, host_page):
    tablet.clock.install()
    over(wire, tablet, remote)
    tablet.clock.pause_at(tablet.evaluate("Date.now()") + 1000)
    wire.die()
    for text in ["one", "two", "three"]:
        write(host_page, text)

    tablet.clock.fast_forward("05:00")
    tablet.clock.resume()

    messages = tablet.get_by_role("log").get_by_text(re.compile("^(one|two|three)$"))
    expect(messages).to_have_text(["one", "two", "three"], timeout=15_000)


@pytest.mark.parametrize("wrong", ["-07:00", "+05:00"])
def test_a_clock_that_is_wrong_by_hours_changes_nothing(server, remote, new_context, host_page, wrong):
    page = new_context(**TABLET).new_page()
    page.clock.install(time=page.evaluate("Date.now()") / 1000 + int(wrong[:3]) * 3600)
    page.goto(remote.url(Role.VISITOR, "chat"))

    write(page, "What time is it?")

    time = said(host_page, "What time is it?").locator("time").inner_text()
    expect(said(page, "What time is it?").locator("time")).to_have_text(time)
    expect(said(page, "What time is it?")).to_contain_text("Read")


def test_two_tabs_of_one_person_show_the_same(server, remote, new_context: Callable[..., BrowserContext], host_page):
    context = new_context(**TABLET)
    first, second = context.new_page(), context.new_page()
    for tab in (first, second):
        tab.goto(remote.url(Role.VISITOR, "chat"))
        expect(tab.get_by_text("In the chat")).to_be_visible()

    write(first, "From the first tab")
    expect(said(second, "From the first tab")).to_be_visible()
    write(second, "From the second tab")
    expect(said(host_page, "From the second tab")).to_be_visible()
    write(host_page, "From the host")

    for tab in (first, second, host_page):
        expect(tab.get_by_text(re.compile("From the"))).to_have_text(
            ["From the first tab", "From the second tab", "From the host"]
        )


def test_the_conversation_continues_after_a_killed_server_restarts(server, remote, tablet, host_page):
    tablet.goto(remote.url(Role.VISITOR, "chat"))
    write(tablet, "Before")
    expect(said(tablet, "Before")).to_contain_text("Read")

    server.web.stop(signal.SIGKILL)
    write(tablet, "During")
    write(host_page, "Meanwhile")
    server.start()

    for page in (tablet, host_page):
        expect(said(page, "During")).to_have_count(1, timeout=20_000)
        expect(said(page, "Meanwhile")).to_have_count(1, timeout=20_000)
        expect(said(page, "Before")).to_have_count(1)
    expect(said(tablet, "During")).to_contain_text("Read")
