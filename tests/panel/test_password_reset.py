"""A new password by an emailed link."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import expect

from accounts import authenticator, tasks
from accounts.models import Event, Kind, PanelSession
from notifications.models import Notification
from tests.panel.test_login import PASSWORD, attempt
from tests.panel.test_second_factor import SECRET, code
from tests.services.mail import links, part

ASK = "/admin/password-reset/"
NEW = "a louder front desk"


@pytest.fixture
def asked(monkeypatch) -> list[tuple[str, ...]]:
    """What the worker is asked for."""
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr("accounts.views.password.send_reset", lambda *given: calls.append(given))
    return calls


@pytest.fixture
def reachable(manager) -> User:
    """The office manager, with an email on her account."""
    manager.email = "maria@meridianhouse.example"
    manager.save()
    return manager


@pytest.fixture
def link(reachable, mailoutbox) -> str:
    """The path of the link that was sent to the office manager."""
    tasks.send_reset.call_local("Maria@meridianhouse.example", "198.51.100.7", "Firefox on Linux")
    (message,) = mailoutbox
    (address,) = links(message.body)
    assert address.startswith(django_settings.SITE_URL)
    return address.removeprefix(django_settings.SITE_URL)


def set_password(client: Client, link: str, password: str = NEW):
    """Open the link, and send its form."""
    page = client.get(link, follow=True)
    (path, _status) = page.redirect_chain[-1]
    return client.post(path, {"new_password1": password, "new_password2": password})


def test_the_page_answers_alike_for_every_address(client, reachable, asked):
    answers = [client.post(ASK, {"email": email}) for email in ("maria@meridianhouse.example", "nobody@x.example")]

    assert {answer["Location"] for answer in answers} == {"/admin/password-reset/sent/"}
    assert [email for email, _address, _device in asked] == ["maria@meridianhouse.example", "nobody@x.example"]
    assert client.get("/admin/password-reset/sent/").status_code == 200


def test_too_many_requests_send_no_more_and_the_answer_stays_the_same(client, reachable, asked):
    answers = {client.post(ASK, {"email": reachable.email})["Location"] for _again in range(8)}

    assert len(answers) == 1
    assert len(asked) == 3


def test_many_addresses_do_not_flood_one_mailbox(reachable, asked):
    for number in range(1, 20):
        Client().post(ASK, {"email": reachable.email}, REMOTE_ADDR=f"192.0.2.{number}")

    assert len(asked) == 5


def test_the_link_sets_a_password_once_and_ends_every_session(panel, link, client, reachable):
    assert set_password(client, link)["Location"] == "/admin/password-reset/done/"

    assert panel.get("/admin/").status_code == 302
    assert not PanelSession.objects.filter(user=reachable).exists()
    assert attempt(Client(), NEW)["Location"] == "/admin/"
    assert "This link has expired" in Client().get(link).content.decode()
    assert set(Event.objects.values_list("kind", flat=True)) >= {Kind.RESET_ASKED, Kind.RESET}


def test_opening_the_link_changes_nothing(link, client):
    for _scanner in range(3):
        client.get(link, follow=True)

    assert attempt(Client(), PASSWORD)["Location"] == "/admin/"


def test_the_link_is_good_for_half_an_hour(link, client, monkeypatch):
    monkeypatch.setattr(
        "django.contrib.auth.tokens.PasswordResetTokenGenerator._now",
        lambda self: datetime.now() + timedelta(minutes=31),  # noqa: DTZ005  as Django does it
    )

    assert "This link has expired" in client.get(link).content.decode()


def test_the_new_password_does_not_do_without_the_second_factor(link, client, reachable):
    authenticator.add(reachable, SECRET, code())
    set_password(client, link)

    assert attempt(Client(), NEW)["Location"] == "/admin/login/second/"


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}, {"password": "!"}])
def test_accounts_that_may_not_log_in_get_no_link(reachable, mailoutbox, change):
    User.objects.update(**change)

    tasks.send_reset.call_local(reachable.email, "", "")

    assert mailoutbox == []
    assert not Event.objects.exists()


def test_the_link_stands_in_no_record_of_the_panel(link):
    assert not Notification.objects.exists()


def test_the_email_says_how_long_the_link_is_good(link, mailoutbox):
    (message,) = mailoutbox

    assert message.subject == "A new password for the host panel of Meridian House"
    assert "within 30 minutes" in message.body
    assert "maria" in message.body
    assert link in message.alternatives[0][0]


@pytest.mark.once
def test_from_the_login_to_a_new_password(server, page, reachable, mailbox):
    page.goto("/admin/")
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_label("Email").fill(reachable.email)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Look into your email")).to_be_visible()
    (message,) = mailbox.wait(to=reachable.email, subject="A new password")
    (address,) = set(re.findall(r"http\S+", part(message, "plain")))

    page.goto(address)
    page.get_by_label("New password:").fill(NEW)
    page.get_by_label("New password confirmation:").fill(NEW)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("link", name="Log in").click()
    page.get_by_label("Username").fill("maria")
    page.get_by_label("Password").fill(NEW)
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
