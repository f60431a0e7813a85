"""Browsers without the functions that are newer than docs/browsers.md asks for: everything works in them, too."""

import json

import pytest
from playwright.sync_api import Page, expect

from appointments.choices import Role
from appointments.models import Appointment
from rollcall.models import RollCall
from tests.chat.test_long import fill as fill_chat
from tests.chat.test_pages import said, write
from tests.front.test_checkin_page import choose, fill
from tests.services.browser import PHONE, TABLET

pytestmark = pytest.mark.once

# What these browsers lack, or forbid.
NEWER = [
    "AbortSignal.timeout",
    "AbortSignal.any",
    "HTMLFormElement.prototype.requestSubmit",
    "SubmitEvent.prototype.submitter",
    "HTMLDialogElement.prototype.showModal",
    "HTMLDialogElement.prototype.show",
    "HTMLDialogElement.prototype.close",
    "HTMLDialogElement.prototype.open",
    "HTMLDialogElement.prototype.returnValue",
    "HTMLElement.prototype.inert",
    "HTMLElement.prototype.showPopover",
    "Array.prototype.at",
    "String.prototype.at",
    "Array.prototype.findLast",
    "Array.prototype.findLastIndex",
    "Array.prototype.toReversed",
    "Array.prototype.toSorted",
    "Array.prototype.with",
    "Object.hasOwn",
    "Object.groupBy",
    "Crypto.prototype.randomUUID",
    "Navigator.prototype.locks",
    "Navigator.prototype.serviceWorker",
    "Navigator.prototype.userActivation",
    "Promise.withResolvers",
    "URL.canParse",
    "Intl.Segmenter",
    "structuredClone",
    "BroadcastChannel",
    "IntersectionObserver",
    "ResizeObserver",
    "AudioContext",
    "URLPattern",
    "caches",
    "requestIdleCallback",
    "visualViewport",
]
REMOVE = """for (const path of %s) {
    const names = path.split(".");
    const name = names.pop();
    const owner = names.reduce((object, each) => object?.[each], globalThis);
    if (owner) delete owner[name];
}"""


@pytest.fixture
def open_older(new_context):
    """Opens an empty page in a browser without these functions."""

    def open_page(device, missing=NEWER) -> Page:
        context = new_context(**device)
        context.add_init_script(REMOVE % json.dumps(missing))
        return context.new_page()

    return open_page


def check_in(page: Page, host, button: str) -> None:
    page.goto("/")
    choose(page, host.name)
    fill(page)
    page.get_by_role("button", name=button).click()


def reply_and_see(visitor: Page, host: Page) -> None:
    """The host replies, and the visitor's page shows it by itself."""
    expect(visitor.get_by_role("heading", name="You’re checked in")).to_be_visible()
    host.goto(Appointment.objects.get().url(Role.HOST))
    host.get_by_role("button", name="Five minutes").click()
    expect(visitor.get_by_role("status").get_by_text("five minutes")).to_be_visible()


def test_the_functions_are_gone(open_older, server, host):
    page = open_older(TABLET)
    page.goto("/")

    left = page.evaluate(
        """names => names.filter((path) => {
        const names = path.split(".");
        const name = names.pop();
        const owner = names.reduce((object, each) => object?.[each], globalThis);
        return owner && name in owner;
    })""",
        NEWER,
    )

    assert left == []


@pytest.mark.parametrize("missing", [NEWER, *([name] for name in NEWER[:4])], ids=lambda names: ",".join(names[:1]))
def test_checking_in_and_the_hosts_answer(open_older, server, host, missing):
    visitor, other = open_older(TABLET, missing), open_older(PHONE, missing)

    check_in(visitor, host, "Start appointment")

    reply_and_see(visitor, other)


def test_checking_in_by_the_enter_key_starts_an_appointment(open_older, server, host):
    visitor = open_older(TABLET)
    visitor.goto("/")
    choose(visitor, host.name)
    fill(visitor)
    visitor.keyboard.press("Enter")

    expect(visitor.get_by_role("heading", name="You’re checked in")).to_be_visible()


def test_the_button_that_was_pressed_counts(open_older, server, host):
    visitor = open_older(TABLET)

    check_in(visitor, host, "Chat remotely")

    expect(visitor.get_by_role("textbox", name="Message")).to_be_visible()
    assert Appointment.objects.get().kind == "remote"


def test_a_chat(open_older, server, remote):
    visitor, host = open_older(TABLET), open_older(PHONE)
    visitor.goto(remote.url(Role.VISITOR, "chat"))
    host.goto(remote.url(Role.HOST, "chat"))

    write(visitor, "Good morning")
    expect(said(host, "Good morning")).to_be_visible()
    host.get_by_role("textbox", name="Message").fill("Good morning to you")
    host.get_by_role("button", name="Send").click()

    expect(said(visitor, "Good morning to you")).to_be_visible()
    expect(said(visitor, "Good morning").first).to_contain_text("Read")
    visitor.get_by_role("button", name="Turn sound on").click()
    expect(visitor.get_by_role("button", name="Turn sound off")).to_be_visible()


def test_earlier_messages_of_a_long_chat(open_older, server, remote):
    fill_chat(remote, 60)
    host = open_older(PHONE)
    host.goto(remote.url(Role.HOST, "chat"))

    host.get_by_role("link", name="Earlier messages").click()

    expect(host.get_by_role("link", name="Earlier messages")).to_be_hidden()


def test_a_roll_call(open_older, server, in_person, sign_in):
    roll_call = RollCall.objects.start("Maria")
    page = sign_in(open_older(PHONE))
    page.goto("/admin/roll-call/")

    for person in roll_call.persons.all():
        page.get_by_role("checkbox", name=f"{person}, accounted for").check()

    expect(page.get_by_text("maria, ")).to_have_count(2)
    assert all(person.seen_by for person in roll_call.persons.all())
    page.get_by_role("button", name="End").click()
    expect(page).to_have_url(f"{server.url}/admin/roll-call/{roll_call.pk}/")


@pytest.mark.parametrize("path", ["", "setup/", "account/", "hosts/host/", "roll-call/"])
def test_the_panel_opens(open_older, server, in_person, sign_in, path):
    page = sign_in(open_older(TABLET))

    answer = page.goto(f"/admin/{path}")

    assert answer
    assert answer.ok
    expect(page.get_by_role("heading", level=1).last).to_be_visible()


class TestAReceptionScreenWithoutModalDialogs:
    """The screen of `conftest.py`, in which nothing but the answer to the question, or none, differs."""

    @pytest.fixture
    def screen(self, screen):
        screen.context.add_init_script(REMOVE % json.dumps(NEWER))
        return screen

    def test_asks_and_stays(self, checked_in):
        checked_in.clock.run_for(62_000)
        expect(checked_in.get_by_role("heading", name="Are you still here?")).to_be_visible()

        checked_in.get_by_role("button", name="Stay on this page").click()

        expect(checked_in.get_by_role("heading", name="Are you still here?")).to_be_hidden()
        checked_in.clock.run_for(40_000)
        expect(checked_in.get_by_role("heading", name="You’re checked in")).to_be_visible()

    def test_asks_and_goes_back_when_told(self, checked_in):
        checked_in.clock.run_for(62_000)

        checked_in.locator("dialog").get_by_role("button", name="Back to the start").click()

        expect(checked_in.get_by_role("heading", name="Welcome. Check in here.")).to_be_visible()

    def test_goes_back_by_itself(self, checked_in):
        checked_in.clock.run_for(82_000)

        expect(checked_in.get_by_role("heading", name="Welcome. Check in here.")).to_be_visible()


def test_a_browser_without_has_shows_who_is_chosen_and_where_the_focus_is(context, server, host):
    """The stylesheet as such a browser reads it."""

    def older(route):
        style = route.fetch().text().replace(":has(", ":hasnt(").replace("not selector(:hasnt(*))", "(display: block)")
        route.fulfill(body=style, content_type="text/css")

    page = context.new_page()
    page.route("**/entry*.css", older)
    page.goto("/")
    choose(page, host.name)
    radio = page.locator("label.host input").first

    style = radio.evaluate("radio => { const s = getComputedStyle(radio); return [s.opacity, s.borderTopWidth]; }")
    assert style == ["1", "4px"]
    page.get_by_role("textbox", name="Full name").focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
