"""Rendered emails: in wide and narrow windows, in dark mode, and in any language."""

from collections.abc import Callable

import pytest
from django.utils import translation
from playwright.sync_api import Page

from appointments.choices import EndedBy, Reply
from appointments.models import Appointment
from appointments.notices import tell_reception
from notifications.models import Notification
from notifications.rendering import context_of, render
from tests.front.test_language import catalogue, left_out, needs_gettext  # noqa: F401
from tests.notifications.notices import MERIDIAN

pytestmark = pytest.mark.once

TEMPLATES = [
    "host-arrival",
    "host-chat",
    "visitor-started",
    "visitor-ended",
    "reception-unreached",
    "reception-colleague",
]


@pytest.fixture
def emails(office: Callable[..., None], in_person: Appointment, remote: Appointment) -> dict[str, Notification]:
    """One email of each kind, by its template."""
    Appointment.objects.update(host_name="ナオミ", visitor_name="陳偉", address_visited="二階", purpose="茶")
    office(reception_email="reception@meridianhouse.example")
    in_person.refresh_from_db()
    tell_reception(in_person)
    in_person.set_reply(Reply.COLLEAGUE)
    in_person.end(EndedBy.VISITOR)
    return {email.template: email for email in Notification.objects.filter(channel="email")}


def show(page: Page, email: Notification) -> None:
    """Open the HTML of an email."""
    page.set_content(render(f"email/{email.template}.html", context_of(email, MERIDIAN), html=True))


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("width", [600, 360])
def test_an_email_fits_its_window(page, emails, template, width):
    page.set_viewport_size({"width": width, "height": 800})
    show(page, emails[template])

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("template", TEMPLATES)
def test_an_email_keeps_its_colours_where_programs_turn_pages_dark(page, emails, template):
    show(page, emails[template])

    assert page.locator("meta[name=color-scheme]").get_attribute("content") == "light"
    assert page.locator("body").evaluate("(body) => getComputedStyle(body).backgroundColor") == "rgb(239, 242, 243)"


@needs_gettext
@pytest.mark.parametrize("template", TEMPLATES)
def test_no_text_of_an_email_is_left_out_of_translation(page, emails, template, settings, catalogue):  # noqa: F811
    email = emails[template]
    email.context |= dict.fromkeys(("host", "visitor", "seeing"), "ナオミ") | {"address": "二階", "purpose": "茶"}
    settings.LOCALE_PATHS = [str(catalogue)]
    settings.LANGUAGES = [("en-gb", "English"), ("en-xa", "Nobody’s")]

    with translation.override("en-xa"):
        show(page, email)

    assert "⟦" in page.content()
    assert left_out(page) == []
