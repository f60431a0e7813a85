"""On a visitor's own phone, details are remembered only when the visitor says so."""

import pytest
from playwright.sync_api import Page, expect

from tests.front.test_checkin_page import choose, fill

pytestmark = pytest.mark.once


def check_in(phone: Page) -> None:
    """Press the button, and come back to check-in for another visit."""
    phone.get_by_role("button", name="Chat remotely").click()
    phone.wait_for_url("**/v/**")
    phone.goto("/")


@pytest.fixture
def filled(phone: Page, host) -> Page:
    """A phone on which a visitor has typed their details."""
    phone.goto("/")
    choose(phone, "Anika Rao")
    fill(phone)
    return phone


def test_without_a_word_nothing_is_remembered(filled):
    check_in(filled)

    expect(filled.get_by_role("textbox", name="Full name")).to_have_value("")
    assert filled.evaluate("localStorage.getItem('entry.details')") is None


def test_details_are_remembered_when_the_visitor_says_so(filled):
    filled.get_by_role("checkbox", name="Remember my details on this device").check()
    check_in(filled)

    expect(filled.get_by_role("textbox", name="Full name")).to_have_value("Yusuf Al-Masri")
    expect(filled.get_by_role("textbox", name="Phone")).to_have_value("+44 7700 900142")


def test_forgetting_empties_the_fields_and_the_phone(filled):
    filled.get_by_role("checkbox", name="Remember my details on this device").check()
    check_in(filled)

    filled.get_by_role("button", name="Forget these details").click()

    expect(filled.get_by_role("textbox", name="Full name")).to_have_value("")
    filled.reload()
    expect(filled.get_by_role("textbox", name="Email")).to_have_value("")
