"""A browser that blocks cookies, and with them the storage of pages."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, Page, expect

from appointments.models import Appointment
from tests.front.test_checkin_page import choose, fill
from tests.services import chromium

pytestmark = pytest.mark.once

BLOCKED = 2


@pytest.fixture
def page(browser_type: BrowserType, browser_type_launch_args, server, tmp_path: Path) -> Iterator[Page]:
    """The page of a browser in whose settings all cookies are blocked."""
    profile = tmp_path / "Default"
    profile.mkdir()
    settings = {"profile": {"default_content_setting_values": {"cookies": BLOCKED}}}
    (profile / "Preferences").write_text(json.dumps(settings))
    errors: list[str] = []
    # The shell has no such settings.
    options = {**browser_type_launch_args, "executable_path": chromium.find()}
    context = browser_type.launch_persistent_context(tmp_path, base_url=server.url, **options)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context.pages[0]
    context.close()
    assert errors == []


def test_a_visitor_checks_in_chats_and_ends(page, host):
    page.goto("/")
    assert page.evaluate("(document.cookie = 'a=1', document.cookie)") == ""
    choose(page, "Anika Rao")
    fill(page)
    expect(page.get_by_text("Remember my details on this device")).to_be_hidden()

    page.get_by_role("button", name="Chat remotely").click()

    page.get_by_role("textbox", name="Message").fill("Is anybody there?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Is anybody there?")).to_be_visible()
    page.get_by_role("link", name="End appointment").click()
    page.get_by_role("button", name="End appointment").click()
    expect(page.get_by_role("heading", name="Thank you for your visit")).to_be_visible()
    assert page.context.cookies() == []


def test_a_wrong_field_keeps_what_was_typed(page, host):
    page.goto("/")
    choose(page, "Anika Rao")
    fill(page)
    page.get_by_role("textbox", name="Phone").fill("12")

    page.get_by_role("button", name="Start appointment").click()

    expect(page.get_by_role("alert")).to_contain_text("Enter your phone number with its country code")
    expect(page.get_by_role("textbox", name="Full name")).to_have_value("Yusuf Al-Masri")
    page.get_by_role("textbox", name="Phone").fill("+44 7700 900142")
    page.get_by_role("button", name="Start appointment").click()
    expect(page.get_by_role("heading", name="You’re checked in")).to_be_visible()
    assert Appointment.objects.count() == 1
