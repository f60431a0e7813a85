"""How long a session of the panel lasts, where it is listed and ended, and what asks again who it is."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Kind, PanelSession
from core.admin import PanelAdmin
from rollcall.models import RollCall
from tests.panel.test_login import PASSWORD, attempt

CONFIRM = "/admin/account/confirm/"


def unused_for(time: timedelta) -> None:
    """Nobody has used any session for so long."""
    PanelSession.objects.update(seen_at=timezone.now() - time)


def unconfirmed() -> None:
    """It was ten minutes ago that anybody last gave a password."""
    PanelSession.objects.update(confirmed_at=timezone.now() - timedelta(minutes=11))


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


@pytest.fixture
def superuser(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", password=PASSWORD))
    return client


def test_a_manager_is_logged_out_after_half_an_hour_without_use(panel):
    unused_for(timedelta(minutes=29))
    assert is_in(panel)
    unused_for(timedelta(minutes=31))

    assert panel.get("/admin/setup/")["Location"] == "/admin/login/?next=/admin/setup/"

    assert not is_in(panel)
    assert "was not used for a while" in panel.get("/admin/login/").content.decode()
    assert Event.objects.filter(kind=Kind.EXPIRED).count() == 1


def test_the_desk_of_reception_stays_open_for_four_hours(desk):
    unused_for(timedelta(hours=3, minutes=59))
    assert is_in(desk)
    unused_for(timedelta(hours=4, minutes=1))

    assert not is_in(desk)


def test_what_open_pages_fetch_by_themselves_is_no_use(panel):
    unused_for(timedelta(minutes=20))

    assert panel.get("/admin/dashboard/").status_code == 200
    assert panel.get("/admin/setup/tests/").status_code == 200

    unused = timezone.now() - PanelSession.objects.get().seen_at
    assert unused > timedelta(minutes=19)


def test_a_roll_call_that_is_going_on_keeps_the_session_open(panel):
    roll_call = RollCall.objects.start("Maria")
    unused_for(timedelta(minutes=20))

    assert panel.get(f"/admin/roll-call/{roll_call.pk}/ticks/").status_code == 200

    assert timezone.now() - PanelSession.objects.get().seen_at < timedelta(minutes=1)


def test_an_open_page_does_not_outlive_the_session(panel):
    unused_for(timedelta(minutes=31))

    assert panel.get("/admin/dashboard/").status_code == 302


def test_a_session_lasts_twelve_hours_however_much_it_is_used(desk):
    PanelSession.objects.update(started_at=timezone.now() - timedelta(hours=12, minutes=1))

    assert not is_in(desk)


@pytest.fixture
def two(manager) -> tuple[Client, Client]:
    """The office manager at her desk and, logged in as well, on her phone."""
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
    clients = Client(), Client(headers={"user-agent": phone})
    attempt(clients[0], PASSWORD)
    attempt(clients[1], PASSWORD, address="203.0.113.9")
    return clients


def test_one_sees_where_one_is_logged_in_and_ends_it_there(two, receptionist):
    desk, phone = two
    page = desk.get("/admin/account/").content.decode()
    assert "Safari on iPhone" in page
    assert "203.0.113.9" in page
    assert page.count("This session") == 1
    keys = Session.objects.values_list("session_key", flat=True)
    assert not any(key in page for key in keys)

    (handle,) = re.findall(r'name="session" value="(\w+)"', page)
    stranger = Client()
    stranger.force_login(receptionist)
    stranger.post("/admin/account/sessions/end/", {"session": handle})
    assert is_in(phone)
    desk.post("/admin/account/sessions/end/", {"session": handle})

    assert not is_in(phone)
    assert is_in(desk)


def test_all_others_are_ended_at_once(two, desk):
    own, phone = two

    own.post("/admin/account/sessions/end/")

    assert [is_in(own), is_in(phone), is_in(desk)] == [True, False, True]


def test_a_new_password_ends_the_other_sessions(two):
    own, phone = two

    answer = own.post(
        "/admin/password_change/",
        {"old_password": PASSWORD, "new_password1": "another quiet desk", "new_password2": "another quiet desk"},
    )

    assert answer["Location"] == "/admin/password_change/done/"
    assert [is_in(own), is_in(phone)] == [True, False]
    assert Event.objects.filter(kind=Kind.PASSWORD).count() == 1


def test_wrong_old_passwords_make_one_wait(panel):
    wrong = {"old_password": "wrong", "new_password1": "another quiet desk", "new_password2": "another quiet desk"}

    answers = [panel.post("/admin/password_change/", wrong).status_code for _again in range(6)]

    assert answers == [200] * 4 + [429] * 2


def test_a_password_that_a_superuser_sets_ends_the_sessions_of_its_owner(superuser, panel, manager):
    answer = superuser.post(
        reverse("admin:auth_user_password_change", args=[manager.pk]),
        {"password1": "another quiet desk", "password2": "another quiet desk", "usable_password": "true"},
    )

    assert answer.status_code == 302
    assert not is_in(panel)
    assert not PanelSession.objects.filter(user=manager).exists()
    assert is_in(superuser)


GUARDED = [
    "/admin/hosts/host/export/",
    "/admin/account/app/",
    "/admin/account/passkey/",
]
GUARDED_FOR_SUPERUSERS = [
    "/admin/auth/user/",
    "/admin/auth/user/add/",
    "/admin/auth/user/{user}/change/",
    "/admin/auth/user/{user}/password/",
    "/admin/auth/user/{user}/delete/",
    "/admin/auth/group/",
    "/admin/auth/group/add/",
]


@pytest.mark.parametrize("address", GUARDED)
def test_what_gives_away_much_asks_who_it_is(panel, address):
    assert panel.get(address).status_code == 200
    unconfirmed()
    assert panel.get(address)["Location"] == f"{CONFIRM}?next={address.replace('/', '%2F')}"
    assert panel.post(address).status_code == 302


@pytest.mark.parametrize("address", GUARDED_FOR_SUPERUSERS)
def test_what_changes_accounts_asks_who_it_is(superuser, manager, address):
    address = address.format(user=manager.pk)
    assert superuser.get(address).status_code == 200
    unconfirmed()
    assert superuser.get(address)["Location"].startswith(CONFIRM)
    assert superuser.post(address)["Location"].startswith(CONFIRM)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_after_an_export_was_confirmed_the_list_is_there_again(panel, kind):
    unconfirmed()

    answer = panel.get(f"/admin/appointments/appointment/{kind}/?kind=remote")

    assert answer["Location"] == f"{CONFIRM}?next=%2Fadmin%2Fappointments%2Fappointment%2F%3Fkind%3Dremote"


def test_the_password_confirms_for_ten_minutes(panel):
    unconfirmed()
    assert panel.post(CONFIRM, {"password": "wrong", "next": "/admin/hosts/host/export/"}).status_code == 200
    assert panel.get("/admin/hosts/host/export/").status_code == 302

    answer = panel.post(CONFIRM, {"password": PASSWORD, "next": "/admin/hosts/host/export/"})

    assert answer["Location"] == "/admin/hosts/host/export/"
    assert panel.get("/admin/hosts/host/export/").status_code == 200
    assert Event.objects.filter(kind=Kind.CONFIRMED).count() == 1
    unconfirmed()
    assert panel.get("/admin/hosts/host/export/").status_code == 302


def test_confirming_leads_to_no_other_site(panel):
    answer = panel.post(CONFIRM, {"password": PASSWORD, "next": "https://evil.example/"})

    assert answer["Location"] == "/admin/"


def test_wrong_passwords_at_the_confirmation_make_one_wait(panel):
    answers = [panel.post(CONFIRM, {"password": "wrong"}).status_code for _again in range(6)]

    assert answers == [200] * 4 + [429] * 2


def test_a_button_that_needs_it_leads_back_to_its_page(panel):
    unconfirmed()

    answer = panel.post("/admin/account/app/remove/", headers={"referer": "http://testserver/admin/account/"})

    assert answer["Location"] == f"{CONFIRM}?next=%2Fadmin%2Faccount%2F"
    assert "Nothing has changed yet" in panel.get(answer["Location"]).content.decode()


def test_a_session_opened_elsewhere_is_listed_and_must_confirm(panel):
    PanelSession.objects.all().delete()

    assert is_in(panel)
    assert panel.get("/admin/hosts/host/export/").status_code == 302
    assert PanelSession.objects.count() == 1


def test_a_deactivated_account_has_no_sessions(superuser, panel, manager):
    form = superuser.get(f"/admin/auth/user/{manager.pk}/change/").context["adminform"].form
    values = {name: value for name, value in form.initial.items() if value not in (None, False)}
    values |= {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00", "groups": [manager.groups.get().pk]}
    values.pop("is_active")

    assert superuser.post(f"/admin/auth/user/{manager.pk}/change/", values).status_code == 302

    assert not is_in(panel)
    assert not PanelSession.objects.filter(user=manager).exists()


def test_every_list_of_the_panel_takes_the_lookups_that_it_declares_and_no_others():
    others = [type(each).__name__ for each in site._registry.values() if not isinstance(each, PanelAdmin)]

    assert others == []


@pytest.mark.parametrize("lookup", ["password__startswith=a", "email__startswith=a", "groups__permissions__id=1"])
def test_accounts_are_not_found_out_by_halves(superuser, lookup):
    assert superuser.get(f"/admin/auth/user/?{lookup}").status_code == 400
    assert superuser.get("/admin/auth/user/?is_active__exact=1&groups__id__exact=1").status_code == 200
