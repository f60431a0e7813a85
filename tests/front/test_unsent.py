"""What a chat has not sent yet: on a reception screen it goes with its visitor, on a phone it stays."""

import pytest
from playwright.sync_api import Page, expect

from appointments.choices import Role
from appointments.models import Appointment
from tests.front.test_checkin_page import choose, fill

pytestmark = pytest.mark.once


KEPT = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"


def write_offline(page: Page, text: str) -> None:
    """Write in the chat what the server can not store, because the connection is lost."""
    page.get_by_role("textbox", name="Message").fill(text)
    # The scripts of the page have arrived.
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    page.context.set_offline(True)
    page.evaluate("WebSocket.prototype.send = () => {}")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text(text)).to_be_visible()


@pytest.fixture
def chatting(screen: Page, remote_host) -> Page:
    """A visitor chats on the screen."""
    screen.goto("/")
    choose(screen, "Tomás Herrera")
    fill(screen)
    screen.get_by_role("button", name="Chat remotely").click()
    expect(screen.get_by_role("log", name="Messages")).to_be_visible()
    return screen


def test_unsent_words_stay_in_the_tab_of_a_screen_and_are_gone_at_the_start(chatting):
    write_offline(chatting, "For your eyes only")
    kept = chatting.evaluate(KEPT)
    assert "For your eyes only" not in kept.partition("},{")[0]
    assert "For your eyes only" in kept.partition("},{")[2]
    assert Appointment.objects.get().visitor_token not in kept

    chatting.context.set_offline(False)
    chatting.goto("/")
    expect(chatting.get_by_role("heading", name="Welcome. Check in here.")).to_be_visible()

    chatting.wait_for_function(f"!({KEPT}).includes('For your eyes only')")


def test_a_reload_on_a_screen_loses_no_unsent_words(chatting):
    write_offline(chatting, "Not lost")
    chatting.context.set_offline(False)

    chatting.reload()

    expect(chatting.get_by_text("Not lost")).to_be_visible()


def test_what_a_phone_keeps_of_unsent_words_does_not_name_the_link(server, phone, remote):
    phone.goto(remote.url(Role.VISITOR, "chat"))
    write_offline(phone, "Still here")

    kept = phone.evaluate(KEPT)

    assert "Still here" in kept.partition("},{")[0]
    assert remote.visitor_token not in kept
