"""The second factor: enrolment, the second step of the login, recovery codes, enforcement, the operator's command."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts import authenticator, devices, factors, recovery, sealed
from accounts.models import AuthenticatorApp, Event, Kind, PanelSession, RecoveryCode
from tests.panel.test_login import PASSWORD, attempt, pass_time

SECOND = "/admin/login/second/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the app shows now, or so many steps of 30 seconds later."""
    return pyotp.TOTP(secret).at(timezone.now(), counter_offset=steps)


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def with_app(manager) -> User:
    """The office manager, whose app showed its first code a while ago."""
    assert authenticator.add(manager, SECRET, code())
    AuthenticatorApp.objects.update(last_step=0)
    return manager


@pytest.fixture
def half_in(with_app, client) -> Client:
    """The office manager has given her password, and is asked for a code."""
    answer = client.post("/admin/login/", {"username": "maria", "password": PASSWORD, "next": "/admin/setup/"})
    assert answer["Location"] == SECOND
    return client


@pytest.fixture
def enforced(settings) -> None:
    """An installation in which office managers and superusers need a second factor."""
    settings.SECOND_FACTOR_REQUIRED = True


def enrol(panel: Client) -> tuple[str, list[str]]:
    """Add an authenticator app as a person does: its secret, and the recovery codes that are shown."""
    page = text_of(panel.get("/admin/account/app/"))
    secret = re.findall(r"<code[^>]*>([A-Z2-7]{32})</code>", page)[0]
    page = text_of(panel.post("/admin/account/app/", {"code": code(secret)}))
    return secret, re.findall(r"<code[^>]*>([a-z2-7-]{27})</code>", page)


def test_enrolling_shows_ten_recovery_codes_once(panel, manager):
    _secret, codes = enrol(panel)

    assert len(set(codes)) == 10
    assert recovery.left(manager) == 10
    account = text_of(panel.get("/admin/account/"))
    assert "10 codes are unused" in account
    assert codes[0] not in account
    kinds = set(Event.objects.filter(user=manager).values_list("kind", flat=True))
    assert {Kind.FACTOR_ADDED, Kind.CODES} <= kinds


def test_recovery_codes_can_be_downloaded_and_printed(panel):
    text_of(panel.get("/admin/account/app/"))
    enrol(panel)

    page = text_of(panel.post("/admin/account/codes/"))

    assert page.count("data:text/plain") == page.count("data-print") == 1


def test_a_wrong_first_code_adds_nothing(panel, manager):
    page = text_of(panel.get("/admin/account/app/"))

    answer = panel.post("/admin/account/app/", {"code": "000000"})

    assert "This code is not right" in text_of(answer)
    assert not factors.has_any(manager)
    # The code that was scanned still holds.
    secret = re.findall(r"<code[^>]*>([A-Z2-7]{32})</code>", page)[0]
    assert secret in text_of(answer)


def test_a_copy_of_the_database_gives_neither_secret_nor_codes_away(panel, manager):
    secret, codes = enrol(panel)

    stored = str([*AuthenticatorApp.objects.values_list(), *RecoveryCode.objects.values_list()])
    assert secret not in stored
    assert not any(each in stored or each.replace("-", "") in stored for each in codes)


def test_a_secret_stays_readable_after_the_key_was_replaced(settings):
    stored = sealed.seal(SECRET)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key " * 5, [settings.SECRET_KEY]
    assert sealed.unseal(stored) == SECRET

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(sealed.Unreadable):
        sealed.unseal(stored)


def test_the_password_alone_opens_nothing(half_in):
    assert half_in.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert half_in.get("/admin/account/").status_code == 302


def test_the_code_of_the_app_leads_to_the_page_that_was_wanted(half_in):
    assert half_in.post(SECOND, {"code": code()})["Location"] == "/admin/setup/"
    assert half_in.get("/admin/setup/").status_code == 200


@pytest.mark.parametrize("steps", [-1, 1])
def test_the_clock_of_the_phone_may_be_half_a_minute_off(half_in, steps):
    assert half_in.post(SECOND, {"code": code(steps=steps)}).status_code == 302


@pytest.mark.parametrize("steps", [-3, 3])
def test_older_and_later_codes_are_refused(half_in, steps):
    assert "This code is not right" in text_of(half_in.post(SECOND, {"code": code(steps=steps)}))


def test_a_code_is_good_once(half_in):
    seen = code()
    half_in.post(SECOND, {"code": seen})

    thief = Client()
    attempt(thief, PASSWORD)

    assert thief.post(SECOND, {"code": seen}).status_code == 200


def test_a_recovery_code_is_good_once(half_in, with_app):
    spare = recovery.make(with_app)[0]
    assert half_in.post(SECOND, {"code": f" {spare.upper().replace('-', ' ')} "}).status_code == 302
    assert recovery.left(with_app) == 9
    assert Event.objects.filter(kind=Kind.CODE_USED, user=with_app).exists()

    again = Client()
    attempt(again, PASSWORD)
    assert again.post(SECOND, {"code": spare}).status_code == 200


def test_recovery_codes_of_others_are_refused(half_in, receptionist):
    assert half_in.post(SECOND, {"code": recovery.make(receptionist)[0]}).status_code == 200


def test_wrong_codes_make_one_wait(half_in, with_app):
    answers = [half_in.post(SECOND, {"code": "000000"}).status_code for _again in range(6)]

    assert answers == [200] * 4 + [429] * 2
    assert half_in.post(SECOND, {"code": code()}).status_code == 429
    pass_time(timedelta(minutes=1))
    assert half_in.post(SECOND, {"code": code()}).status_code == 302


def test_the_second_step_must_follow_within_ten_minutes(half_in, monkeypatch):
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)

    assert half_in.post(SECOND, {"code": code()})["Location"] == "/admin/login/"


def test_a_new_password_ends_a_login_that_is_half_done(half_in, with_app):
    with_app.set_password("another quiet front desk")
    with_app.save()

    assert half_in.post(SECOND, {"code": code()})["Location"] == "/admin/login/"


def test_a_new_factor_and_one_removed_end_the_other_sessions(panel, manager):
    for change in ("/admin/account/app/", "/admin/account/app/remove/"):
        other = Client()
        other.force_login(manager)
        if change.endswith("app/"):
            enrol(panel)
        else:
            panel.post(change)
        assert other.get("/admin/").status_code == 302
        assert panel.get("/admin/").status_code == 200


def test_the_last_factor_takes_the_recovery_codes_with_it(panel, manager):
    enrol(panel)

    panel.post("/admin/account/app/remove/")

    assert not factors.has_any(manager)
    assert recovery.left(manager) == 0
    assert Event.objects.filter(kind=Kind.FACTOR_REMOVED, user=manager).exists()


def test_new_codes_replace_those_before(panel, manager):
    _secret, before = enrol(panel)

    panel.post("/admin/account/codes/")

    assert recovery.left(manager) == 10
    assert not recovery.accept(manager, before[0])


def test_a_manager_without_a_second_factor_comes_to_add_one_and_no_further(enforced, panel, host):
    for page in ("/admin/", "/admin/hosts/host/", "/admin/setup/", "/admin/dashboard/", "/admin/account/codes/"):
        assert panel.get(page)["Location"] == "/admin/account/"
    assert panel.post(f"/admin/hosts/host/{host.pk}/delete/", {"post": "yes"}).status_code == 302
    assert "it needs a second factor" in text_of(panel.get("/admin/account/"))

    enrol(panel)

    assert panel.get("/admin/").status_code == 200


def test_a_superuser_needs_one_too_and_reception_does_not(enforced, desk, django_user_model):
    root = Client()
    root.force_login(django_user_model.objects.create_superuser("root"))

    assert root.get("/admin/")["Location"] == "/admin/account/"
    assert desk.get("/admin/").status_code == 200


def test_a_session_without_the_second_step_is_asked_for_it(enforced, panel, with_app):
    assert panel.get("/admin/setup/")["Location"] == SECOND
    assert panel.get("/admin/account/app/")["Location"] == SECOND

    assert panel.post(SECOND, {"code": code()})["Location"] == "/admin/account/app/"


def test_nobody_needs_one_where_it_is_optional(panel):
    assert panel.get("/admin/").status_code == 200


def test_the_operator_removes_a_lost_factor(with_app, panel, capsys):
    recovery.make(with_app)

    call_command("reset_second_factor", "maria")

    assert "has no second factor now" in capsys.readouterr().out
    assert not factors.has_any(with_app)
    assert recovery.left(with_app) == 0
    assert not PanelSession.objects.filter(user=with_app).exists()
    assert panel.get("/admin/").status_code == 302
    assert Event.objects.get(kind=Kind.FACTORS_RESET).user == with_app
    assert attempt(Client(), PASSWORD)["Location"] == "/admin/"


def test_the_operator_is_told_of_a_name_that_is_not_there(db):
    with pytest.raises(CommandError, match="There is no account “marie”"):
        call_command("reset_second_factor", "marie")


def test_the_second_step_without_the_first_leads_to_the_login(client, db):
    assert client.get(SECOND)["Location"] == "/admin/login/"


def test_an_app_whose_secret_cannot_be_read_accepts_nothing(with_app):
    AuthenticatorApp.objects.update(sealed_secret="spoilt")

    assert not authenticator.accept(with_app, code())


def test_agents_are_named_in_words():
    names = {
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0 Safari/537.36 Edg/131.0": "Edge on Windows",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15": "Safari on Mac",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1": "Safari on iPhone",
        "Mozilla/5.0 (Linux; Android 15) Chrome/131.0 Mobile Safari/537.36": "Chrome on Android",
        "curl/8": "Another browser",
    }
    for agent, name in names.items():
        assert devices.describe(RequestFactory(headers={"user-agent": agent}).get("/")) == name
