"""Only people count: a machine that opens a link, with scripts or without, is not in the chat and reads nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from appointments.choices import Role
from appointments.models import Appointment
from chat import tasks, unread
from chat.models import Message, Participant
from chat.presence import place_of
from tests.chat.people import socket, watch
from tests.chat.test_long import PUSH_OR_BEAT
from tests.chat.test_pages import said, write
from tests.front.test_checkin_page import choose, fill
from tests.services.browser import show_up
from tests.services.inbox import until
from tests.services.loop import outside_the_loop

# What a page can do by itself, without anybody's hand.
BY_SCRIPT = """() => {
    scrollTo(0, document.body.scrollHeight);
    document.querySelector("[role=log]").scrollTop = 0;
    document.querySelector("textarea").focus();
    document.querySelector("textarea").value = "Anybody here?";
    for (const [kind, name] of [
        [PointerEvent, "pointerdown"], [PointerEvent, "pointermove"], [WheelEvent, "wheel"], [KeyboardEvent, "keydown"],
        [InputEvent, "input"], [CompositionEvent, "compositionstart"], [MouseEvent, "click"], [Event, "touchstart"],
    ]) document.querySelector("textarea").dispatchEvent(new kind(name, { bubbles: true }));
    document.querySelector("textarea").click();
    dispatchEvent(new Event("focus"));
    document.dispatchEvent(new Event("visibilitychange"));
}"""

# A page that the browser has loaded in case somebody opens it.
IN_ADVANCE = """
    Object.defineProperty(document, "visibilityState", { get: () => "hidden", configurable: true });
    Object.defineProperty(document, "hidden", { get: () => true, configurable: true });
    Object.defineProperty(document, "prerendering", { get: () => true, configurable: true });
"""


def open_a_minute(page: Page, appointment: Appointment, role: Role = Role.HOST) -> None:
    """Open the chat, and leave it alone for a minute."""
    page.clock.install()
    page.goto(appointment.url(role, "chat"))
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    page.clock.run_for(60_000)


async def test_a_page_at_which_nobody_is_watches_and_counts_for_nobody(remote, visitor):
    await visitor.hear("presence")
    page = await watch(remote, Role.HOST)
    ref = await visitor.send("Good morning")
    sent = await visitor.hear("sent")
    assert (sent["ref"], await page.hear_text()) == (ref, ["Good morning"])

    await page.say("read", upto=sent["id"])
    await page.say("typing")
    await page.say("beat", after=sent["id"])

    await visitor.hear_text()
    assert await visitor.silent()
    host = await Participant.objects.aget(appointment=remote, role=Role.HOST)
    assert (host.opened_at, host.read_upto, place_of(remote.pk, Role.HOST)) == (None, 0, None)
    await page.leave()
    assert await visitor.silent()


async def test_it_counts_from_the_moment_in_which_somebody_is_there(remote, visitor):
    await visitor.hear("presence")
    page = await watch(remote, Role.HOST, place="reception")
    await visitor.send("Good morning")
    sent = await visitor.hear("sent")
    await page.hear_text()

    await page.say("here")
    presence = await visitor.hear("presence")
    await page.say("read", upto=sent["id"])
    await page.say("typing")

    assert (presence["online"], presence["place"]) == (True, "reception")
    assert (await visitor.hear("read"))["upto"] == sent["id"]
    assert await visitor.hear("typing")
    await page.leave()
    assert (await visitor.hear("presence"))["online"] is False


async def test_nobody_is_there_before_the_page_has_joined(remote, transactional_db):
    page = socket(Role.HOST, remote.host_token)
    assert await page.connect()

    await page.say("here")

    assert (await page.hear("error"))["code"] == "not_joined"
    assert not await Participant.objects.filter(opened_at__isnull=False).aexists()
    await page.leave()


async def test_what_is_sent_from_a_page_at_which_nobody_is_still_reaches_the_other_by_email(remote, transactional_db):
    page = await watch(remote, Role.VISITOR)
    await page.send("Written before the reload")
    await page.hear("sent")
    await page.leave()

    rows = Participant.objects.filter(appointment=remote)
    assert {(row.role, row.opened_at) async for row in rows} == {(Role.VISITOR, None), (Role.HOST, None)}


class TestAMachineInABrowser:
    """With scripts, visible and focused, as scanners of mail open links."""

    def test_that_touches_nothing_leaves_the_host_absent_and_the_messages_unread(self, visitor_page, phone, remote):
        write(visitor_page, "Good morning")
        open_a_minute(phone, remote)
        expect(said(phone, "Good morning")).to_be_visible()
        assert phone.evaluate("document.hasFocus() && document.visibilityState") == "visible"

        write(visitor_page, "Are you there?")

        expect(said(phone, "Are you there?")).to_be_visible()
        expect(said(visitor_page, "Are you there?")).to_contain_text("Sent")
        expect(visitor_page.get_by_text("In the chat")).to_be_hidden()
        Participant.objects.filter(role=Role.VISITOR).update(opened_at=timezone.now() - timedelta(minutes=3))
        expect(visitor_page.get_by_text("has not opened the chat yet")).to_be_visible(timeout=12_000)
        assert Participant.objects.get(role=Role.HOST).opened_at is None
        Message.objects.update(created_at=timezone.now() - timedelta(minutes=2))
        tasks.email_what_is_unread.call_local()
        assert remote.notifications.filter(event=unread.UNREAD, audience="host").exists()

    def test_that_scrolls_focuses_and_clicks_by_script_does_no_more(self, visitor_page, phone, remote):
        phone.goto(remote.url(Role.HOST, "chat"))
        expect(phone.get_by_role("button", name="Send")).to_be_enabled()

        phone.evaluate(BY_SCRIPT)
        write(visitor_page, "Good morning")

        expect(said(phone, "Good morning")).to_be_visible()
        phone.evaluate(BY_SCRIPT)
        expect(said(visitor_page, "Good morning")).to_contain_text("Sent")
        assert Participant.objects.get(role=Role.HOST).opened_at is None
        expect(visitor_page.get_by_text("In the chat")).to_be_hidden()

    def test_that_loads_the_page_in_advance_does_no_more_not_even_when_it_is_shown(self, visitor_page, phone, remote):
        phone.add_init_script(IN_ADVANCE)
        open_a_minute(phone, remote)
        write(visitor_page, "Good morning")
        expect(said(phone, "Good morning")).to_be_visible()

        phone.evaluate("delete document.visibilityState; delete document.hidden; delete document.prerendering")
        phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        phone.evaluate("document.dispatchEvent(new Event('prerenderingchange'))")
        phone.clock.run_for(20_000)

        assert Participant.objects.get(role=Role.HOST).opened_at is None
        show_up(phone)
        expect(said(visitor_page, "Good morning")).to_contain_text("Read")

    def test_at_the_visitors_link_does_not_make_them_wait_nor_take_their_emails(self, host_page, tablet, remote):
        write(host_page, "I am on my way")
        open_a_minute(tablet, remote, Role.VISITOR)

        expect(said(tablet, "I am on my way")).to_be_visible()
        expect(said(host_page, "I am on my way")).to_contain_text("Sent")
        expect(host_page.get_by_text("Not in the chat")).to_be_visible()
        assert Participant.objects.get(role=Role.VISITOR).opened_at is None

    def test_counts_no_more_after_its_connection_was_lost(self, visitor_page, phone, remote):
        open_a_minute(phone, remote)
        phone.context.set_offline(True)
        phone.clock.run_for(30_000)
        phone.context.set_offline(False)
        phone.evaluate("dispatchEvent(new Event('online'))")
        phone.clock.run_for(15_000)

        write(visitor_page, "Good morning")

        expect(said(phone, "Good morning")).to_be_visible()
        assert Participant.objects.get(role=Role.HOST).opened_at is None


@pytest.mark.parametrize(
    "show_themselves",
    [
        lambda page: page.touchscreen.tap(20, 300),
        lambda page: page.keyboard.press("Shift"),
        lambda page: page.mouse.wheel(0, 1),
        show_up,
        lambda page: page.get_by_role("textbox", name="Message").click(),
    ],
    ids=["a touch", "a key", "the wheel", "the pointer", "a click"],
)
def test_a_person_counts_at_once(visitor_page, phone, remote, show_themselves):
    write(visitor_page, "Good morning")
    phone.goto(remote.url(Role.HOST, "chat"))
    expect(said(phone, "Good morning")).to_be_visible()

    show_themselves(phone)

    expect(visitor_page.get_by_text("In the chat")).to_be_visible()
    expect(said(visitor_page, "Good morning")).to_contain_text("Read")


def test_a_person_who_shows_up_without_a_connection_counts_as_soon_as_there_is_one(visitor_page, phone, remote, wire):
    wire.cut()
    phone.goto(wire.url + remote.path(Role.HOST, "chat"))
    show_up(phone)
    expect(phone.get_by_text("Connection lost. Reconnecting.")).to_be_visible()
    assert place_of(remote.pk, Role.HOST) is None

    wire.mend()

    expect(visitor_page.get_by_text("In the chat")).to_be_visible(timeout=15_000)


def test_who_comes_by_checking_in_is_there_without_another_touch(server, remote_host, tablet, phone):
    tablet.goto("/")
    choose(tablet, remote_host.name)
    fill(tablet)
    tablet.get_by_role("button", name="Chat remotely").click()
    expect(tablet.get_by_role("textbox", name="Message")).to_be_visible()

    phone.goto(Appointment.objects.get().url(Role.HOST, "chat"))

    expect(phone.get_by_text("In the chat", exact=True)).to_be_visible()


def test_who_comes_by_a_link_of_ours_is_there_and_a_machine_that_comes_later_is_not(server, phone, in_person):
    phone.goto(in_person.url(Role.HOST))
    phone.get_by_role("link", name="Chat").click()
    expect(phone.get_by_role("textbox", name="Message")).to_be_visible()
    host = Participant.objects.filter(appointment=in_person, role=Role.HOST)
    assert until(host.filter(opened_at__isnull=False).exists)

    # The last sign of a person was a minute ago.
    phone.evaluate("sessionStorage.setItem('entry-person', JSON.stringify(Date.now() - 61_000))")
    host.update(opened_at=None)
    phone.reload()
    expect(phone.get_by_role("button", name="Send")).to_be_enabled()
    with outside_the_loop():
        Message.objects.post(appointment_id=in_person.pk, sender=Role.VISITOR, client_id=uuid4(), text="Are you there?")
    expect(said(phone, "Are you there?")).to_be_visible(timeout=PUSH_OR_BEAT)
    assert not host.filter(opened_at__isnull=False).exists()

    write(phone, "Here I am")
    expect(said(phone, "Here I am")).to_contain_text("Sent")
