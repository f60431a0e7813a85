"""Logging in to the panel, and the delays after wrong passwords."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts import delays, tasks
from accounts.devices import COOKIE
from accounts.models import Event, Kind, Tries

LOGIN = "/admin/login/"
HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
PASSWORD = "a quiet front desk"


def attempt(client, password: str, name: str = "maria", address: str = HERE):
    """Try to log in from this address."""
    return client.post(LOGIN, {"username": name, "password": password}, REMOTE_ADDR=address)


def pass_time(time: timedelta) -> None:
    """Have all wrong tries so far lie further back."""
    for tries in Tries.objects.all():
        Tries.objects.filter(pk=tries.pk).update(last_at=tries.last_at - time)


@pytest.fixture
def hashed(monkeypatch):
    """The passwords that were hashed, which is what takes time."""
    passwords: list[str] = []
    hasher = type(get_hasher())
    original = hasher.encode

    def encode(self, password, *args, **kwargs):
        passwords.append(password)
        return original(self, password, *args, **kwargs)

    monkeypatch.setattr(hasher, "encode", encode)
    return passwords


@pytest.fixture
def locked(client, manager):
    """A client that has sent a wrong password five times."""
    for _again in range(5):
        answer = attempt(client, "wrong")
    assert answer.status_code == 429
    return client


def test_the_right_password_opens_the_panel(client, manager):
    assert attempt(client, PASSWORD)["Location"] == "/admin/"


def test_the_login_leads_to_the_page_that_was_wanted_and_to_no_other_site(client, manager):
    for wanted, reached in [("/admin/setup/", "/admin/setup/"), ("https://evil.example/", "/admin/")]:
        answer = Client().post(LOGIN, {"username": "maria", "password": PASSWORD, "next": wanted})
        assert answer["Location"] == reached


def test_five_wrong_passwords_make_one_wait_in_words(locked):
    page = attempt(locked, PASSWORD)

    assert page.status_code == 429
    assert "Wait 1 minute, then try again" in page.content.decode()
    assert 0 < int(page["Retry-After"]) <= 60


def test_who_must_wait_costs_no_hash_and_no_row(locked, hashed, django_assert_max_num_queries):
    before = Event.objects.count()
    hashed.clear()

    with django_assert_max_num_queries(4):
        attempt(locked, PASSWORD)

    assert hashed == []
    assert Event.objects.count() == before


def test_the_wait_grows_with_each_wrong_password_up_to_a_quarter_of_an_hour(locked):
    waits = []
    for _again in range(6):
        pass_time(timedelta(minutes=16))
        answer = attempt(locked, "wrong")
        waits.append(round(int(answer["Retry-After"]) / 60))

    assert waits == [2, 4, 8, 15, 15, 15]


def test_after_the_wait_the_right_password_opens_the_panel(locked):
    pass_time(timedelta(minutes=1))

    assert attempt(locked, PASSWORD).status_code == 302


def test_others_and_the_same_person_elsewhere_still_log_in(locked, receptionist):
    assert attempt(locked, PASSWORD, name="ravi").status_code == 302
    assert attempt(Client(), PASSWORD, address=ELSEWHERE).status_code == 302


def test_all_spellings_of_a_name_count_as_one(client, manager):
    for name in ("maria", "maria ", "ｍaria", "MARIA", "Maria"):
        answer = attempt(client, "wrong", name=name)

    assert answer.status_code == 429


def test_thirty_names_from_one_address_are_slowed_down(client, db, hashed):
    answers = [attempt(client, "wrong", name=f"guess{number}").status_code for number in range(30)]

    assert answers == [200] * 19 + [429] * 11
    assert len(hashed) == 20


def test_addresses_of_one_ipv6_network_count_as_one(client, db):
    for number in range(20):
        answer = attempt(client, "wrong", name=f"guess{number}", address=f"2001:db8::{number + 1:x}")

    assert answer.status_code == 429
    assert attempt(client, "wrong", address="2001:db8:0:1::1").status_code == 200


def test_one_name_from_many_addresses_is_slowed_down(client, manager):
    answers = [attempt(client, "wrong", address=f"192.0.2.{number}").status_code for number in range(1, 16)]

    assert answers == [200] * 9 + [429] * 6


@pytest.fixture
def attacked(manager):
    """The manager has logged in on a device of hers, and then strangers elsewhere have typed her name too often."""
    own = Client()
    assert attempt(own, PASSWORD).status_code == 302
    for number in range(1, 16):
        attempt(Client(), "wrong", address=f"192.0.2.{number}")
    assert attempt(Client(), PASSWORD, address=ELSEWHERE).status_code == 429
    return own


def test_strangers_do_not_keep_others_from_using_their_passkeys(db):
    for number in range(30):
        Client().post("/admin/login/passkey/", {"answer": "{}"}, REMOTE_ADDR=f"192.0.2.{number}")

    assert Client().post("/admin/login/passkey/", {"answer": "{}"}, REMOTE_ADDR="203.0.113.9").status_code == 403


def test_strangers_do_not_keep_the_manager_out_on_her_device(attacked):
    assert attempt(attacked, PASSWORD, address=ELSEWHERE).status_code == 302


def test_strangers_do_not_keep_the_manager_out_at_her_address(attacked):
    assert attempt(Client(), PASSWORD).status_code == 302


def test_a_known_device_has_no_boundless_tries_either(attacked):
    answers = [attempt(attacked, "wrong", address=f"198.51.100.{number}").status_code for number in range(10, 16)]

    assert answers == [200] * 4 + [429] * 2


def test_a_device_is_known_only_to_those_who_have_logged_in_on_it(attacked, receptionist):
    for number in range(1, 16):
        attempt(Client(), "wrong", name="ravi", address=f"192.0.2.{100 + number}")

    assert attempt(attacked, PASSWORD, name="ravi", address=ELSEWHERE).status_code == 429


def test_an_invented_device_is_not_known(attacked):
    attacked.cookies[COOKIE] = "eyJpZCI6IngifQ:1abc:def"

    assert attempt(attacked, PASSWORD, address=ELSEWHERE).status_code == 429


def test_many_tries_at_once_are_not_all_hashed(manager, rf):
    """Each counts before it is known whether it is right."""
    request = rf.post(LOGIN, REMOTE_ADDR=HERE)
    allowed = 0
    for _each in range(20):
        try:
            delays.begin(delays.PASSWORD, "maria", request)
            allowed += 1
        except delays.Wait:
            pass

    assert allowed == 5


def test_four_wrong_passwords_are_forgiven(client, manager):
    for _again in range(4):
        attempt(client, "wrong")
    attempt(client, PASSWORD)

    assert attempt(Client(), "wrong").status_code == 200


def test_those_who_log_in_do_not_use_up_the_tries_of_their_address(manager):
    for _again in range(25):
        assert attempt(Client(), PASSWORD).status_code == 302


def test_whoever_is_logged_in_stays_so(panel, locked):
    assert panel.get("/admin/").status_code == 200


def test_unknown_and_known_names_get_the_same_answer_at_the_same_cost(client, manager, hashed):
    known = attempt(client, "wrong").content.decode().replace("maria", "")
    unknown = attempt(client, "wrong", name="nobody").content.decode().replace("nobody", "")

    token = 'name="csrfmiddlewaretoken" value="'
    assert [text.partition(token)[0] for text in (known, unknown)] == [known.partition(token)[0]] * 2
    assert known.count("Wrong name or password") == unknown.count("Wrong name or password") == 1
    assert len(hashed) == 2


def test_a_name_that_belongs_to_nobody_is_kept_nowhere(client, db):
    attempt(client, "wrong", name="my secret password")

    kept = [*Event.objects.values_list(), *Tries.objects.values_list()]
    assert "secret" not in str(kept)
    assert HERE not in str(Tries.objects.values_list())
    event = Event.objects.get()
    assert (event.kind, event.user, event.address) == (Kind.FAILED, None, HERE)


def test_old_counts_and_old_lines_of_the_log_are_deleted(client, manager):
    attempt(client, "wrong")
    tasks.forget_old.call_local()
    assert Tries.objects.exists()
    assert Event.objects.exists()

    pass_time(timedelta(days=2))
    Event.objects.update(at=timezone.now() - timedelta(days=91))
    tasks.forget_old.call_local()

    assert not Tries.objects.exists()
    assert not Event.objects.exists()


def test_the_log_of_logins_says_who_when_from_where_and_how_it_went(manager, panel):
    visitor = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"})
    attempt(visitor, "wrong")
    attempt(visitor, PASSWORD)
    visitor.post("/admin/logout/", REMOTE_ADDR=HERE)

    page = panel.get("/admin/accounts/event/").content.decode()

    for words in ("Wrong name or password", "Logged in", "Logged out", "maria", HERE, "Firefox on Windows"):
        assert words in page


def test_reception_does_not_see_the_log_of_logins(desk):
    assert desk.get("/admin/accounts/event/").status_code == 403


def test_a_delay_is_in_the_log(locked, manager):
    assert Event.objects.filter(kind=Kind.DELAYED, user=manager, address=HERE).count() == 1


def test_a_deactivated_account_is_out_at_once(panel, manager):
    User.objects.filter(pk=manager.pk).update(is_active=False)

    assert panel.get("/admin/").status_code == 302
    assert attempt(Client(), PASSWORD).status_code == 200


def test_logging_out_has_the_browser_forget_what_it_keeps(panel):
    assert panel.post("/admin/logout/")["Clear-Site-Data"] == '"cache", "storage"'
