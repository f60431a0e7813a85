"""Readiness for translation: in a pseudo-locale, every text is translated, and none is too long for its space."""

import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone, translation
from playwright.sync_api import Page

from appointments.choices import EndedBy, Kind, Reply, Role
from appointments.models import Appointment
from hosts.models import Import, Presence
from notifications.models import Notification
from notifications.rendering import context_of, render
from panel.registry import MANAGERS
from rollcall.models import RollCall
from tests.cast import make_appointment, make_host
from tests.hosts.exchange.files import csv_of, preview
from tests.notifications.notices import MERIDIAN, notices_for
from tests.services.browser import leave
from tests.services.product import ROOT, Product

needs_gettext = pytest.mark.skipif(
    not shutil.which("msgfmt") and "CI" not in os.environ, reason="needs GNU gettext: apt install gettext"
)
pytestmark = [pytest.mark.once, needs_gettext]

# Names and addresses, which are not translated, and dates, which Django translates.
KNOWN = re.compile(
    r"Meridian House|\S+@\S+|https?://\S+|/[\w/-]+/|"
    r"\b(Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Sat(ur)?|Sun)(day)?\b|"
    r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b"
)
MARKUP = re.compile(r"^Subject:|<style.*?</style>|<[^>]*>", re.DOTALL)
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
TEXTS = """() => {
    const page = document.documentElement.cloneNode(true);
    page.querySelectorAll("script, style").forEach((element) => element.remove());
    page.querySelectorAll("template").forEach((element) => page.append(element.content));
    page.querySelectorAll("noscript").forEach((element) => {
        const shown = document.createElement("div");
        shown.innerHTML = element.textContent;
        element.replaceWith(shown);
    });
    const texts = [page.textContent];
    for (const element of page.querySelectorAll("*")) {
        for (const { name, value } of element.attributes) {
            const spoken = /^(aria-label|placeholder|title|alt)$/.test(name);
            // Lists of lower-case words are for scripts, sentences are for people.
            const sentence = name.startsWith("data-") && / /.test(value) && !/^[a-z ]+$/.test(value);
            if (spoken || sentence) texts.push(value);
        }
    }
    return texts;
}"""
TOO_LONG = """() => [...document.querySelectorAll("body, main, .strip, .button, .presence, .quiet, h1, h2, label, dd")]
    .filter((element) => getComputedStyle(element).display !== "inline")
    .filter((element) => element.scrollWidth > element.clientWidth + 1)
    .map((element) => `${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 60)}`)"""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The message catalogue of the pseudo-locale."""
    folder = tmp_path_factory.mktemp("locale")
    subprocess.run([sys.executable, ROOT / "script/pseudo_locale.py", folder], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module", params=["ltr", "rtl"])
def foreign(request, catalogue: Path, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory):
    """The product in the pseudo-locale, in both text directions."""
    environment = {
        "PSEUDO_LOCALE": str(catalogue),
        "PSEUDO_DIRECTION": request.param,
        # On the office's network, so that pages offer codes and the poster warns.
        "SITE_URL": "http://192.168.1.20",
        "ALLOWED_HOSTS": "192.168.1.20,127.0.0.1",
    }
    product = Product(tmp_path_factory.mktemp("foreign"), environment)
    try:
        product.web.start()
        product.wait_until_up()
        yield product
    finally:
        product.web.stop()


@pytest.fixture
def visit(transactional_db: None) -> Appointment:
    """A visit of people with names that are not translated."""
    make_host(name="林", title="四", presence=Presence.REMOTE, address="五")
    make_host(name="森", title="六", presence=Presence.AWAY, address="五")
    host = make_host(name="ナオミ", title="三", address="二階")
    return make_appointment(host, visitor_name="陳偉", purpose="茶")


def left_out(page: Page) -> list[str]:
    """Texts of the page that were not translated."""
    return [words for text in page.evaluate(TEXTS) for words in untranslated(text)]


def untranslated(text: str) -> list[str]:
    """The text outside the brackets, without what is never translated."""
    rest = text
    while BRACKETED.search(rest):
        rest = BRACKETED.sub(" ", rest)
    return re.findall(r"[A-Za-z][A-Za-z’ ,.]*[a-z]", KNOWN.sub(" ", rest))


def look(page: Page) -> None:
    """Fail if a text of the page is untranslated or does not fit, from a tablet down to the narrowest phone."""
    assert left_out(page) == [], page.url
    for width in (1180, 390, 320):
        page.set_viewport_size({"width": width, "height": 820})
        assert page.evaluate(TOO_LONG) == [], f"{page.url} at {width}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} at {width}"


def test_check_in(page, foreign, visit):
    page.goto(f"{foreign.url}/")
    look(page)
    page.locator("label.host", has_text="ナオミ").click()
    page.locator("[name=action]").last.click()
    page.wait_for_selector("[data-errors]")
    look(page)
    page.goto(f"{foreign.url}/nowhere")
    look(page)


def test_check_in_without_hosts(page, foreign, transactional_db):
    page.goto(f"{foreign.url}/")
    look(page)


@pytest.mark.parametrize("role", Role)
def test_a_visit(page, foreign, visit, role):
    for reply in ["", *Reply.values]:
        Appointment.objects.update(reply=reply, replied_at=timezone.now())
        page.goto(foreign.url + visit.path(role))
        look(page)
    page.goto(foreign.url + visit.path(role, "end"))
    look(page)


@pytest.mark.parametrize("role", Role)
def test_a_chat(page, foreign, visit, role):
    page.goto(
        foreign.url + make_appointment(visit.host, kind=Kind.REMOTE, visitor_name="陳偉", purpose="茶").path(role)
    )
    look(page)


@pytest.mark.parametrize("role", Role)
def test_what_is_left_of_a_visit(page, foreign, visit, role):
    now = timezone.now()
    for by in EndedBy:
        Appointment.objects.update(ended_at=now, ended_by=by)
        page.goto(foreign.url + visit.path(role))
        look(page)
    page.goto(foreign.url + visit.path(role, "chat"))
    look(page)
    Appointment.objects.update(started_at=now - timedelta(days=99), ended_at=now - timedelta(days=99))
    page.goto(foreign.url + visit.path(role))
    look(page)


def test_the_roll_call_and_the_poster(page, foreign, visit):
    manager = User.objects.create_user("陳", is_staff=True)
    manager.groups.add(Group.objects.get(name=MANAGERS))
    client = Client()
    client.force_login(manager)
    page.context.add_cookies(
        [{"name": "entry_session", "value": client.cookies["entry_session"].value, "url": foreign.url}]
    )

    for path in ("/admin/roll-call/", "/admin/poster/", visit.path(Role.VISITOR, "not-me")):
        page.goto(foreign.url + path)
        look(page)
    roll_call = RollCall.objects.start("陳")
    page.goto(f"{foreign.url}/admin/roll-call/")
    look(page)
    leave(page)
    roll_call.end("陳")
    page.goto(f"{foreign.url}/admin/roll-call/{roll_call.pk}/")
    look(page)


def test_the_import_of_hosts(page, foreign, visit):
    manager = User.objects.create_user("陳", is_staff=True)
    manager.groups.add(Group.objects.get(name=MANAGERS))
    client = Client()
    client.force_login(manager)
    cookie = {"name": "entry_session", "value": client.cookies["entry_session"].value, "url": foreign.url}
    page.context.add_cookies([cookie])
    wrong = preview(csv_of(["二", "一@二.example"], ["三", "四"]))
    known = preview(csv_of(["メール", "役職", "携帯電話"], [visit.host.email, "五", "+919876543299"]))
    written = Import.objects.create(state=Import.State.WRITING, total=2, done=1)
    Import.objects.update(file_name="六")

    for path in ("import/", "export/", *(f"import/{found.pk}/" for found in (wrong, known, written))):
        page.goto(f"{foreign.url}/admin/hosts/host/{path}")
        # The frame of the panel is Django’s, with its own translations.
        page.evaluate("document.body.replaceChildren(document.querySelector('#content'))")
        assert left_out(page) == [], path


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"kind": Kind.REMOTE},
        *({"reply": reply, "replied_at": timezone.now()} for reply in Reply),
        *({"ended_at": timezone.now(), "ended_by": by} for by in EndedBy),
    ],
    ids=["arrival", "chat", *Reply, *EndedBy],
)
def test_emails_and_texts(visit, catalogue, settings, changes):
    for name, value in changes.items():
        setattr(visit, name, value)
    settings.LOCALE_PATHS, settings.LANGUAGES = [str(catalogue)], [("en-xa", "Nobody’s")]

    with translation.override("en-xa"):
        for notice in notices_for(visit):
            context = context_of(Notification(context=notice.context), MERIDIAN)
            names = [f"email/{notice.template}.txt", f"email/{notice.template}.html"]
            for name in names if notice.channel == "email" else [f"sms/{notice.template}.txt"]:
                text = unescape(MARKUP.sub(" ", render(name, context)))
                assert "⟦" in text, name
                assert untranslated(text) == [], name
