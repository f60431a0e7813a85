"""Usability of the chat: accessibility, sound, keyboard, small screens and fast typing."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.chat.test_pages import said, write
from tests.front.test_access import examine

pytestmark = pytest.mark.once

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def hide(page: Page) -> None:
    """Simulate a page in the background, because a headless browser shows every page."""
    page.evaluate("""
        Object.defineProperty(document, "visibilityState", { get: () => "hidden", configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    """)


def reveal(page: Page) -> None:
    """Simulate that the page is visible again."""
    page.evaluate("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")


def test_no_page_has_a_violation_in_any_state_and_nothing_is_cut_off(visitor_page, host_page):
    write(visitor_page, f"Good morning. {LONG}\nAnd a second line")
    write(host_page, "Good morning")
    expect(said(visitor_page, "Good morning").last).to_be_visible()
    for page in (visitor_page, host_page):
        examine(page)

    host_page.get_by_role("link", name="End appointment").click()
    host_page.get_by_role("button", name="End appointment").click()
    expect(visitor_page.get_by_text("This appointment ended at")).to_be_visible()
    examine(visitor_page)


def test_a_lost_connection_is_shown_without_a_violation(visitor_page, context):
    visitor_page.evaluate("""
        for (const banner of document.querySelectorAll(".banner")) banner.hidden = false;
        for (const offer of document.querySelectorAll("[data-overdue], [data-typing]")) offer.hidden = false;
    """)

    examine(visitor_page)


@pytest.mark.parametrize("size", [(320, 256), (390, 300), (590, 410)], ids=["400 %", "keyboard open", "200 %"])
def test_everything_stays_within_reach_on_a_small_screen(visitor_page, size):
    visitor_page.set_viewport_size({"width": size[0], "height": size[1]})

    write(visitor_page, "Still here?")

    expect(said(visitor_page, "Still here?")).to_contain_text("Sent")
    expect(visitor_page.get_by_role("textbox", name="Message")).to_be_in_viewport()
    expect(visitor_page.get_by_role("button", name="Send")).to_be_in_viewport()


def test_the_whole_conversation_by_keyboard(visitor_page, host_page):
    field = visitor_page.get_by_role("textbox", name="Message")
    for _ in range(10):
        visitor_page.keyboard.press("Tab")
        if field.evaluate("field => field === document.activeElement"):
            break
    visitor_page.keyboard.type("First line")
    visitor_page.keyboard.press("Shift+Enter")
    visitor_page.keyboard.type("second line")
    visitor_page.keyboard.press("Enter")

    expect(said(host_page, "First line")).to_contain_text("second line")
    expect(field).to_be_focused()
    expect(field).to_have_value("")


def test_the_focus_goes_to_the_details_when_the_composer_goes(visitor_page, host_page):
    visitor_page.get_by_role("textbox", name="Message").focus()

    host_page.get_by_role("link", name="End appointment").click()
    host_page.get_by_role("button", name="End appointment").click()

    expect(visitor_page.get_by_role("link", name="See details")).to_be_focused()


def test_new_messages_are_announced_in_a_log_and_many_at_once_as_a_number(visitor_page, host_page):
    expect(visitor_page.get_by_role("log", name="Messages")).to_have_attribute("aria-relevant", "additions")
    hide(host_page)
    host_page.context.set_offline(True)
    for number in range(5):
        write(visitor_page, f"message {number}")
    expect(said(visitor_page, "message 4")).to_contain_text("Sent")

    late = host_page.context.new_page()
    host_page.context.set_offline(False)
    late.goto(host_page.url)

    expect(late.get_by_text(re.compile(r"^message \d$"))).to_have_count(5)


def test_a_page_in_the_background_counts_in_its_title_and_is_not_taken_for_read(visitor_page, host_page):
    hide(host_page)

    write(visitor_page, "one")
    write(visitor_page, "two")

    expect(host_page).to_have_title("(2) Chat with Yusuf Al-Masri · Meridian House")
    expect(said(visitor_page, "two")).to_contain_text("Sent")
    reveal(host_page)
    expect(host_page).to_have_title("Chat with Yusuf Al-Masri · Meridian House")
    expect(said(visitor_page, "two")).to_contain_text("Read")


def test_sound_is_off_at_reception_and_the_choice_is_kept(visitor_page, host_page):
    expect(host_page.get_by_role("button", name="Turn sound off")).to_be_visible()

    visitor_page.get_by_role("button", name="Turn sound on").click()
    visitor_page.reload()

    expect(visitor_page.get_by_role("button", name="Turn sound off")).to_be_visible()


def test_typing_shows_and_goes_by_itself(visitor_page, host_page):
    visitor_page.clock.install()
    visitor_page.reload()
    # Until the page has joined again, it hears of nothing that is not kept.
    write(host_page, "Good morning.")
    expect(said(visitor_page, "Good morning.")).to_be_visible()
    host_page.get_by_role("textbox", name="Message").press_sequentially("Hm")

    typing = visitor_page.get_by_text("Tomás Herrera is typing")
    expect(typing).to_be_visible()
    visitor_page.clock.fast_forward("00:07")
    expect(typing).to_be_hidden()


def test_a_message_that_is_refused_keeps_its_words_and_can_be_tried_again(visitor_page):
    # The page does not know that this letter looks like nothing.
    write(visitor_page, "\u3164")

    refused = said(visitor_page, "Not sent")
    expect(refused).to_be_visible()
    expect(visitor_page.get_by_text("Write something before sending.")).to_be_visible()
    visitor_page.reload()
    expect(refused).to_be_visible()
    visitor_page.get_by_role("button", name="Try again").click()
    expect(visitor_page.get_by_text("Write something before sending.")).to_be_visible()


def test_many_messages_at_once_all_arrive_in_order(visitor_page, host_page):
    # With one call, because a slow browser could not type them within the ten seconds of the limit.
    visitor_page.get_by_role("textbox", name="Message").evaluate("""field => {
        for (let number = 0; number < 23; number += 1) {
            field.value = `message ${number}.`;
            field.form.querySelector("button").click();
        }
    }""")
    expect(visitor_page.get_by_text("That was a lot at once.")).to_be_visible()

    expect(host_page.get_by_text(re.compile(r"^message \d+\.$"))).to_have_text(
        [f"message {number}." for number in range(23)], timeout=30_000
    )


def test_each_side_saves_the_chat_as_text(visitor_page, host_page):
    write(visitor_page, "Good morning\n10:00 Tomás Herrera")
    expect(said(host_page, "Good morning")).to_be_visible()

    for page in (visitor_page, host_page):
        with page.expect_download() as download:
            page.get_by_role("link", name="Save as text").first.click()
        assert download.value.suggested_filename.endswith(".txt")
        text = download.value.path().read_text(encoding="utf-8")
        assert text.startswith("Chat of Yusuf Al-Masri with Tomás Herrera\nMeridian House")
        assert re.search(r"\n\d\d:\d\d Yusuf Al-Masri\n    Good morning\n    10:00 Tomás Herrera\n", text)
