"""Pages whose scripts may keep nothing, or can not start."""

import pytest
from playwright.sync_api import Page, expect

from appointments.choices import Role
from rollcall.models import RollCall
from tests.chat.test_pages import said, write
from tests.front.test_checkin_page import choose, fill
from tests.front.test_older_browsers import check_in, reply_and_see
from tests.services.browser import PHONE, TABLET

pytestmark = pytest.mark.once

# What is forbidden with all cookies, and in private windows of some browsers.
FORBID_STORAGE = """for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { get() { throw new DOMException("Forbidden", "SecurityError"); } });
}"""


@pytest.fixture
def faulty(server, browser, browser_context_args):
    """An empty page on which scripts may fail."""
    with browser.new_context(**browser_context_args) as context:
        yield context.new_page()


class TestWithoutStorage:
    """As where cookies are blocked: what is kept is lost with the page, and nothing else."""

    @pytest.fixture
    def open_blocked(self, new_context):
        def open_page(device) -> Page:
            context = new_context(**device)
            context.add_init_script(FORBID_STORAGE)
            return context.new_page()

        return open_page

    def test_a_visit(self, open_blocked, server, host):
        visitor, other = open_blocked(TABLET), open_blocked(PHONE)
        check_in(visitor, host, "Start appointment")
        reply_and_see(visitor, other)

    def test_a_chat(self, open_blocked, server, remote):
        visitor, host = open_blocked(TABLET), open_blocked(PHONE)
        visitor.goto(remote.url(Role.VISITOR, "chat"))
        host.goto(remote.url(Role.HOST, "chat"))
        write(visitor, "Good morning")
        write(host, "Good morning to you")
        expect(said(visitor, "Good morning to you")).to_be_visible()

    def test_a_roll_call(self, faulty, in_person, sign_in):
        """Django’s own script of the panel’s frame fails, and nothing else."""
        roll_call = RollCall.objects.start("Maria")
        faulty.add_init_script(FORBID_STORAGE)
        page = sign_in(faulty)
        page.goto("/admin/roll-call/")
        page.get_by_role("checkbox", name=f"{roll_call.persons.first()}, accounted for").check()
        expect(page.get_by_text("maria, ")).to_be_visible()

    def test_a_reception_screen(self, screen, host):
        screen.context.add_init_script(FORBID_STORAGE)
        screen.goto("/")
        choose(screen, host.name)
        fill(screen)
        screen.clock.run_for(82_000)
        expect(screen.get_by_role("textbox", name="Full name")).to_have_value("")


def test_where_the_scripts_of_the_chat_can_not_start_the_page_says_so(faulty, remote):
    faulty.route("**/chat/length*.js", lambda route: route.abort())
    faulty.clock.install()
    faulty.goto(remote.url(Role.VISITOR, "chat"))

    faulty.clock.run_for(6_000)

    expect(faulty.get_by_text("The chat could not start in this browser.")).to_be_visible()
    expect(faulty.get_by_role("button", name="Send")).to_be_disabled()


def test_where_they_start_it_does_not(tablet, server, remote):
    tablet.clock.install()
    tablet.goto(remote.url(Role.VISITOR, "chat"))
    expect(tablet.get_by_role("button", name="Send")).to_be_enabled()
    tablet.clock.run_for(6_000)

    expect(tablet.get_by_text("The chat could not start in this browser.")).to_be_hidden()


@pytest.mark.parametrize("broken", ["live", "checkin", "person", "storage"])
def test_where_a_script_of_check_in_can_not_start_the_page_works_without(faulty, host, broken):
    script = {"body": "throw new Error()", "content_type": "text/javascript"}
    faulty.route(f"**/entry/{broken}*.js", lambda route: route.fulfill(**script))

    check_in(faulty, host, "Start appointment")

    expect(faulty.get_by_role("heading", name="You’re checked in")).to_be_visible()
