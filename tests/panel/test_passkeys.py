"""Passkeys and the authenticator app in a real browser, whose authenticator is Chromium’s virtual one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from accounts import authenticator, passkeys
from accounts.models import AuthenticatorApp, Passkey
from tests.panel.test_in_browser import violations
from tests.panel.test_login import PASSWORD
from tests.panel.test_second_factor import SECRET, code
from tests.services.browser import PHONE, TABLET
from tests.services.product import Product

pytestmark = pytest.mark.once


@pytest.fixture(scope="session")
def localhost_product(running_product: Product, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A web process under a name, since browsers make no passkeys for addresses; here a second factor is required."""
    product = Product(tmp_path_factory.mktemp("localhost"), {"SECOND_FACTOR": "required"}, name="localhost")
    product.web.start()
    product.wait_until_up()
    yield product
    product.web.stop()


@pytest.fixture
def site(server: Product, localhost_product: Product) -> Iterator[Product]:
    """That product, whose output contains no traceback."""
    before = len(localhost_product.web.log.read_text())
    yield localhost_product
    output = localhost_product.web.log.read_text()[before:]
    assert "Traceback (most" not in output, output


@pytest.fixture
def own_device(site: Product, page: Page) -> CDPSession:
    """The page’s device has an authenticator that recognises its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def log_in(page: Page, site: Product) -> None:
    page.goto(f"{site.url}/admin/")
    page.get_by_label("Username").fill("maria")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def add_passkey(page: Page) -> None:
    """Add a passkey, from the page of the account on."""
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("My laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()


def in_panel(page: Page) -> None:
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


@pytest.fixture
def enrolled(manager: User, own_device: CDPSession, page: Page, site: Product) -> Page:
    """The manager has added a passkey on this device, and is logged in."""
    log_in(page, site)
    expect(page.get_by_text("it needs a second factor")).to_be_visible()
    add_passkey(page)
    in_panel(page)
    return page


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Log out").click()


def test_a_passkey_alone_logs_in(enrolled, site):
    log_out(enrolled)
    # Chromium offers it beside the names at once, and its owner need not do anything.
    enrolled.goto(f"{site.url}/admin/setup/")

    expect(enrolled.get_by_role("heading", name="Set-up", level=1)).to_be_visible()
    assert Passkey.objects.get().used_at is not None


def test_the_button_logs_in_where_the_browser_does_not_offer_passkeys(enrolled, site):
    log_out(enrolled)
    enrolled.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    enrolled.goto(f"{site.url}/admin/")

    enrolled.get_by_role("button", name="Log in with a passkey").click()

    in_panel(enrolled)


def test_the_second_step_takes_the_passkey(enrolled, site):
    log_out(enrolled)
    enrolled.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    log_in(enrolled, site)

    enrolled.get_by_role("button", name="Use your passkey").click()

    in_panel(enrolled)


def test_a_removed_passkey_opens_nothing(enrolled, site):
    enrolled.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    enrolled.goto(f"{site.url}/admin/account/")
    enrolled.get_by_role("button", name="Remove the passkey My laptop").click()
    expect(enrolled.get_by_text("Removed: My laptop.")).to_be_visible()
    log_out(enrolled)
    enrolled.goto(f"{site.url}/admin/")

    enrolled.get_by_role("button", name="Log in with a passkey").click()

    expect(enrolled.get_by_role("heading", name="This passkey does not open the panel")).to_be_visible()


def test_a_device_without_passkeys_says_what_to_do(site, manager, page):
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    page.add_init_script("navigator.credentials.get = async () => { throw new DOMException('', 'NotAllowedError') }")
    page.goto(f"{site.url}/admin/")
    expect(page.get_by_text("No passkey was used")).to_be_hidden()

    page.get_by_role("button", name="Log in with a passkey").click()

    expect(page.get_by_role("alert")).to_have_text(re.compile("No passkey was used"))


def test_a_copied_authenticator_is_refused(enrolled, site):
    log_out(enrolled)
    Passkey.objects.update(uses=1_000_000)
    enrolled.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    enrolled.goto(f"{site.url}/admin/")

    enrolled.get_by_role("button", name="Log in with a passkey").click()

    expect(enrolled.get_by_role("heading", name="This passkey does not open the panel")).to_be_visible()


def test_enrolling_an_app_in_the_browser(site, manager, page):
    log_in(page, site)
    page.get_by_role("link", name="Add an authenticator app").click()
    secret = page.locator("code").inner_text()

    page.get_by_role("textbox", name="Code").fill(code(secret))
    page.keyboard.press("Enter")

    expect(page.get_by_role("list", name="Recovery codes").get_by_role("listitem")).to_have_count(10)
    shown = page.get_by_role("list", name="Recovery codes").inner_text().split()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert Path(download.value.path()).read_text().split() == shown
    page.get_by_role("link", name="I have kept them").click()
    in_panel(page)


def test_the_code_of_the_app_is_the_second_step(site, manager, page):
    authenticator.add(manager, SECRET, code())
    AuthenticatorApp.objects.update(last_step=0)
    log_in(page, site)

    expect(page.get_by_label("Code")).to_be_focused()
    expect(page.get_by_label("Code")).to_have_attribute("autocomplete", "one-time-code")
    page.get_by_label("Code").fill(code())
    page.keyboard.press("Enter")

    in_panel(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device_options", [TABLET, PHONE], ids=["tablet", "phone"])
def test_the_pages_of_the_account_are_accessible_and_fit(
    new_context: Callable[..., BrowserContext],
    site: Product,
    manager: User,
    scheme: str,
    device_options: dict[str, object],
):
    authenticator.add(manager, SECRET, code())
    AuthenticatorApp.objects.update(last_step=0)
    page = new_context(**device_options, bypass_csp=True, color_scheme=scheme).new_page()
    log_in(page, site)
    assert violations(page) == []
    page.get_by_label("Code").fill(code())
    page.keyboard.press("Enter")
    in_panel(page)

    for path in ("account/", "account/app/", "account/passkey/", "account/confirm/", "accounts/event/"):
        page.goto(f"{site.url}/admin/{path}")
        assert (path, violations(page)) == (path, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(f"{site.url}/admin/account/")
    page.get_by_role("button", name="Make new recovery codes").click()
    assert violations(page) == []
    log_out(page)
    for path in ("password-reset/", "password-reset/sent/", "password-reset/done/", "password-reset/MQ/x-y/"):
        page.goto(f"{site.url}/admin/{path}")
        assert (path, violations(page)) == (path, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "1", '{"rawId": "AAAA"}', "\x00", json.dumps({"id": 1})])
def test_answers_that_no_browser_gives_are_refused(client: Client, db: None, answer: str):
    client.get("/admin/login/passkey/options/")

    assert client.post("/admin/login/passkey/", {"answer": answer}).status_code == 403


def test_passkeys_are_offered_only_where_browsers_make_them(settings, client, db):
    possible = {
        "https://visit.example.com": True,
        "http://localhost:8000": True,
        "http://127.0.0.1:8000": False,
        "https://[2001:db8::1]": False,
        "http://visit.example.com": False,
    }
    for url, expected in possible.items():
        settings.SITE_URL = url
        assert passkeys.are_possible() is expected
        assert ("Log in with a passkey" in client.get("/admin/login/").content.decode()) is expected
