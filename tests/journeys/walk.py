"""The steps of the journeys, which find elements by role and by name, as users do."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.services.mail import links, part

VISITOR = "Yusuf Al-Masri"
VISITOR_EMAIL = "yusuf@visitor.example"
VISITOR_PHONE = "+447700900142"


def check_in(page: Page, host: str, button: str) -> None:
    """Check in as the visitor, from the home page, with one of its two buttons."""
    page.goto("/")
    page.locator("label.host", has_text=host).click()
    page.get_by_role("textbox", name="Full name").fill(VISITOR)
    page.get_by_role("textbox", name="Email").fill(VISITOR_EMAIL)
    page.get_by_role("textbox", name="Phone").fill("+44 7700 900142")
    page.get_by_role("button", name=button).click()


def end(page: Page) -> None:
    """End the appointment from its page: the link, then the one button."""
    page.get_by_role("link", name="End appointment").click()
    expect(page.get_by_role("heading", name="End this appointment?")).to_be_visible()
    page.get_by_role("button", name="End appointment").click()


def write(page: Page, text: str) -> None:
    """Write a message in the chat, and send it."""
    page.get_by_role("textbox", name="Message").fill(text)
    page.get_by_role("button", name="Send").click()


def expect_details(page: Page, host: str, heading: str = "Thank you for your visit") -> None:
    """Expect the record of the visit: the six details and the duration."""
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    facts = dict(zip(page.locator("dt").all_inner_texts(), page.locator("dd").all_inner_texts(), strict=True))
    assert set(facts) == {"Name", "Phone", "Check-in", "Check-out", "Duration", "Host", "Address visited"}
    assert (facts["Name"], facts["Phone"], facts["Host"]) == (VISITOR, "+44 7700 900142", host)
    assert "12 Residency Road" in facts["Address visited"]
    assert facts["Duration"]


def link_in_text(text: str) -> str:
    """The one link of a text message."""
    (link,) = links(text)
    return link


def links_in_mail(message) -> set[str]:
    """Every link in an email that a reader or a mail scanner finds."""
    return {*links(part(message, "plain")), *links(part(message, "html"))}
