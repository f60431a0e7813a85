"""Logging in to the panel."""

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.utils import timezone

LOGIN = "/admin/login/"


def attempt(client, password: str, name: str = "maria", address: str = "198.51.100.7"):
    """Try to log in from this address."""
    return client.post(LOGIN, {"username": name, "password": password}, REMOTE_ADDR=address)


@pytest.fixture
def locked(client, manager):
    """Somebody who got the password wrong five times."""
    for _again in range(5):
        answer = attempt(client, "wrong")
    assert answer.status_code == 429
    return client


def test_the_right_password_opens_the_panel(client, manager):
    assert attempt(client, "a quiet front desk").status_code == 302


def test_five_wrong_passwords_close_the_login_in_words(locked):
    page = attempt(locked, "a quiet front desk")

    assert page.status_code == 429
    assert "Wait 15 minutes, then try again" in page.content.decode()


def test_others_and_the_same_person_elsewhere_still_log_in(locked, receptionist):
    assert attempt(locked, "a quiet front desk", name="ravi").status_code == 302
    assert attempt(Client(), "a quiet front desk", address="203.0.113.9").status_code == 302


def test_the_login_opens_again_after_a_quarter_of_an_hour(locked):
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME)

    assert attempt(locked, "a quiet front desk").status_code == 302


def test_four_wrong_passwords_are_forgiven(client, manager):
    for _again in range(4):
        attempt(client, "wrong")
    attempt(client, "a quiet front desk")

    assert attempt(Client(), "wrong").status_code == 200


def test_whoever_is_logged_in_stays_so(panel, locked):
    assert panel.get("/admin/").status_code == 200


def test_sessions_expire():
    assert settings.SESSION_COOKIE_AGE <= 12 * 60 * 60
