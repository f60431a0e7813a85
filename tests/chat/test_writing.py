"""The field in which people write: writing systems with conversion, and more than a message holds."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chat.models import Message
from tests.chat.test_pages import said
from tests.front.test_access import examine
from tests.front.test_checkin_page import choose, fill
from tests.services.inbox import until

pytestmark = pytest.mark.once

# The Enter that ends a conversion, as browsers tell of it.
ENTER = """(field, { keyCode, isComposing, endedBefore }) => {
    const composition = (type, data) => field.dispatchEvent(new CompositionEvent(type, { data, bubbles: true }));
    composition("compositionstart", "");
    field.value = "会議";
    if (endedBefore) composition("compositionend", "会議");
    const key = { key: "Enter", keyCode, isComposing, bubbles: true, cancelable: true };
    const goesOn = field.dispatchEvent(new KeyboardEvent("keydown", key));
    if (!endedBefore) composition("compositionend", "会議");
    return goesOn;
}"""
SAFARI = {"keyCode": 229, "isComposing": False, "endedBefore": True}
CHROME = {"keyCode": 229, "isComposing": True, "endedBefore": False}
FIREFOX = {"keyCode": 13, "isComposing": True, "endedBefore": False}


@pytest.mark.parametrize("enter", [SAFARI, CHROME, FIREFOX], ids=["Safari", "Chrome", "Firefox"])
def test_the_enter_that_ends_a_conversion_sends_nothing_and_the_next_one_does(visitor_page, enter):
    field = visitor_page.get_by_role("textbox", name="Message")
    field.focus()

    assert field.evaluate(ENTER, enter), "The browser does not get to end the conversion"
    expect(field).to_have_value("会議")
    assert not Message.objects.exists()

    visitor_page.keyboard.press("Enter")
    expect(said(visitor_page, "会議")).to_contain_text("Sent")


def paste(page: Page, text: str) -> None:
    """Paste into the message, as from a clipboard."""
    page.get_by_role("textbox", name="Message").focus()
    page.evaluate("text => document.execCommand('insertText', false, text)", text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * 6_000, "2,000 characters too long"),
        ("क" * 4_001, "1 character too long"),
        ("👩" * 4_003, "3 characters too long"),
        (f"  {'x' * 3_999}\n\u200b\n{'é' * 2}  ", "4 characters too long"),
    ],
    ids=["letters", "Hindi", "emoji", "what nobody sees counts as it is sent"],
)
def test_what_is_too_long_stays_whole_and_the_page_says_by_how_much(visitor_page, text, words):
    paste(visitor_page, text)

    field = visitor_page.get_by_role("textbox", name="Message")
    expect(field).to_have_value(text)
    expect(field).to_have_accessible_description(f"{words}. Shorten it, or send it in parts.")
    expect(field).to_have_attribute("aria-invalid", "true")
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_role("button", name="Send").click()
    expect(field).to_have_value(text)
    expect(field).to_be_focused()
    assert not Message.objects.exists()


def test_shortened_to_the_limit_it_goes(visitor_page, host_page):
    paste(visitor_page, "x" * 3_999 + "yz")
    expect(visitor_page.get_by_text("1 character too long")).to_be_visible()
    examine(visitor_page)

    visitor_page.keyboard.press("Backspace")

    expect(visitor_page.get_by_text("too long")).to_be_hidden()
    visitor_page.keyboard.press("Enter")
    expect(said(host_page, "x" * 3_999 + "y")).to_be_visible()


def test_three_thousand_emoji_are_one_message(visitor_page):
    paste(visitor_page, "👩" * 3_000)
    expect(visitor_page.get_by_text("too long")).to_be_hidden()

    visitor_page.keyboard.press("Enter")

    assert until(lambda: Message.objects.filter(text="👩" * 3_000).exists())


async def test_the_server_counts_as_the_page_does(visitor):
    await visitor.send("👩" * 4_000)
    await visitor.hear("sent")

    await visitor.send("x" * 3_999 + "\u200b\u200b")

    assert (await visitor.hear("error"))["text"].startswith("The message is 1 character too long")


@pytest.mark.parametrize("too_long", ["x" * 6_000, "x" + "👩" * 3_000], ids=["letters", "emoji"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Full name", "Enter your name in 120 characters or fewer"),
        ("Email", "Enter an email address like name@example.com"),
        ("Purpose (optional)", "Say your purpose in 200 characters or fewer"),
    ],
)
def test_no_field_of_check_in_cuts_anything_off(server, host, page, too_long, name, words):
    page.goto("/")
    choose(page, host.name)
    fill(page)
    field = page.get_by_role("textbox", name=name)
    field.fill("")
    field.focus()
    page.evaluate("text => document.execCommand('insertText', false, text)", too_long)

    page.get_by_role("button", name="Start appointment").click()

    expect(page.get_by_text(words).first).to_be_visible()
    expect(field).to_have_value(too_long)


@pytest.mark.parametrize(("name", "kept"), [("Name", 6_000), ("Title", 6_000), ("Address", 6_000)])
def test_no_field_of_the_panel_cuts_anything_off(server, page, sign_in, name, kept):
    sign_in(page).goto("/admin/hosts/host/add/")
    field = page.get_by_role("textbox", name=name)
    field.focus()
    page.evaluate("text => document.execCommand('insertText', false, text)", "x" * kept)

    page.get_by_role("button", name="Save", exact=True).click()

    expect(field).to_have_value("x" * kept)
    expect(page.get_by_text("characters (it has 6000)")).to_be_visible()


def test_no_page_has_a_field_with_a_limit_of_its_own():
    """The browser would keep to it without a word."""
    templates = Path(__file__).parents[2] / "templates"
    assert [
        path.name for path in templates.rglob("*.html") if re.search(r"\smaxlength=", path.read_text("utf-8"))
    ] == []
