"""Usage: .venv/bin/python script/screenshots.py

Regenerates docs/screenshots/: runs the product on a temporary database, with a mail server and a Twilio that are none,
performs the journeys as users do, and takes the screenshots. Needs requirements-dev.txt, and Chromium or Chrome.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.notification_providers import Providers  # noqa: E402
from tests.services import chromium  # noqa: E402
from tests.services.inbox import free_port, listens, until  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
TABLET: dict[str, Any] = {"viewport": {"width": 1180, "height": 820}, "has_touch": True}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PATIENCE_SECONDS = 60
# The browser looks for it on this machine. An address that only this machine can reach gets no poster and no code.
NAME = "visit.meridianhouse.example"
# Only for this run, whose database is deleted at its end.
PASSWORD = secrets.token_urlsafe(12)


@contextmanager
def product() -> Iterator[str]:
    """Run the product with its sample hosts during the block; yield its URL."""
    providers = Providers()
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        url = f"http://{NAME}:{port}"
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/screenshots.sqlite3",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SITE_URL": url,
            "PORT": str(port),
            "ORGANISATION_NAME": "Meridian House",
            "TIME_ZONE": "Asia/Kolkata",
            "PHONE_REGION": "IN",
            "SMS_REGIONS": "IN,GB",
            "RECEPTION_PHONE": "+918055500100",
            "RECEPTION_EMAIL": f"reception@{NAME}",
            "EMAIL_URL": f"smtp://127.0.0.1:{providers.mail_port}",
            "DEFAULT_FROM_EMAIL": f"reception@{NAME}",
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "of a stand-in",
            "TWILIO_FROM": "+15005550006",
            "TWILIO_API_URL": f"http://127.0.0.1:{providers.twilio_port}",
            "DJANGO_SETTINGS_MODULE": "entrymgmt.settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        }
        with (Path(folder) / "log").open("w") as log:
            command = [sys.executable, str(ROOT / "script" / "serve.py")]
            process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
            try:
                if not until(lambda: listens(port), PATIENCE_SECONDS):
                    sys.exit(f"The product did not start within {PATIENCE_SECONDS} seconds.")
                yield url
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait()
                providers.stop()


def shoot(page: Page, name: str) -> None:
    """Save a screenshot of the page as docs/screenshots/<name>.png."""
    page.evaluate("document.activeElement?.blur()")
    page.screenshot(path=FOLDER / f"{name}.png")


def check_in(page: Page, host: str, button: str) -> None:
    """Choose a host, enter a visitor's details and press the button."""
    page.locator("label.host", has_text=host).click()
    page.get_by_role("textbox", name="Full name").fill("Yusuf Al-Masri")
    page.get_by_role("textbox", name="Email").fill("yusuf@visitor.example")
    page.get_by_role("textbox", name="Phone").fill("+44 7700 900142")
    page.get_by_role("textbox", name="Purpose").fill("Supplier review")
    page.get_by_role("button", name=button).click()


def in_person(open_page: Callable[..., Page], host_path: Callable[[], str]) -> None:
    """An appointment in person, from check-in to its details."""
    tablet = open_page(TABLET)
    tablet.goto("/")
    shoot(tablet, "check-in")
    tablet.get_by_role("button", name="Start appointment").click()
    expect(tablet.get_by_role("alert")).to_be_visible()
    shoot(tablet, "check-in-errors")
    check_in(tablet, "Anika Rao", "Start appointment")
    expect(tablet.get_by_text("Told by text")).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
    shoot(tablet, "visitor")
    phone = open_page(PHONE)
    phone.goto(host_path())
    shoot(phone, "host")
    phone.get_by_role("button", name="I’m on my way").click()
    expect(tablet.get_by_role("heading", name="Anika Rao is on the way")).to_be_visible()
    shoot(tablet, "visitor-answered")
    tablet.get_by_role("link", name="End appointment").click()
    shoot(tablet, "end")
    tablet.get_by_role("button", name="End appointment").click()
    shoot(tablet, "details")


def remote(open_page: Callable[..., Page], host_path: Callable[[], str]) -> None:
    """A chat, seen from both sides."""
    visitor = open_page(PHONE, color_scheme="dark")
    visitor.goto("/")
    shoot(visitor, "check-in-phone-dark")
    check_in(visitor, "Tomás Herrera", "Chat remotely")
    host = open_page(TABLET)
    host.goto(host_path())
    for writer, text in [
        (visitor, "Good morning. I’ve brought the revised samples. Should I leave them at reception?"),
        (host, "Good morning Yusuf. Yes please, Daniel at the desk will sign for them."),
    ]:
        writer.get_by_role("textbox", name="Message").fill(text)
        writer.get_by_role("button", name="Send").click()
        expect(host.get_by_text(text)).to_be_visible()
        expect(visitor.get_by_text(text)).to_be_visible()
    shoot(visitor, "chat-visitor")
    shoot(host, "chat-host")


def panel(open_page: Callable[..., Page]) -> None:
    """The host panel, as the office manager sees it."""
    page = open_page(TABLET)
    page.goto("/admin/")
    page.get_by_label("Username").fill("manager")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    shoot(page, "panel")
    page.goto("/admin/roll-call/")
    shoot(page, "roll-call")
    page.goto("/admin/poster/")
    shoot(page, "poster")


def main() -> None:
    """Take every screenshot."""
    browser_path = chromium.find()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with product() as url, sync_playwright() as playwright:
        import django

        django.setup()
        from django.contrib.auth.models import User

        from appointments.choices import Role
        from appointments.models import Appointment
        from hosts.models import Host
        from tests.cast import make_appointment

        manager = User.objects.get(username="manager")
        manager.set_password(PASSWORD)
        manager.save()
        arguments = [f"--host-resolver-rules=MAP {NAME} 127.0.0.1", *(["--no-sandbox"] if os.getuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=browser_path, args=arguments)

        def open_page(device: dict[str, Any], **options: Any) -> Page:
            return browser.new_context(**device, **options, base_url=url, locale="en-GB").new_page()

        def host_path() -> str:
            return Appointment.objects.latest("pk").path(Role.HOST)

        make_appointment(Host.objects.get(name="Lakshmi Venkataraman"), visitor_name="Chen Wei", people=3)
        in_person(open_page, host_path)
        remote(open_page, host_path)
        panel(open_page)
        browser.close()


if __name__ == "__main__":
    main()
