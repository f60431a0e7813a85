"""A stranger can not have the office send texts without end."""

import pytest
from django.core.cache import cache
from django.test import Client

from appointments.models import Appointment, Kind
from tests.appointments.test_checkin import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def limit(monkeypatch) -> int:
    """Two check-ins from one address in ten minutes, and none so far."""
    cache.clear()
    monkeypatch.setattr("appointments.limits.MOST", 2)
    return 2


def check_in(client: Client, host, address: str, **changes: object):
    """Ask for a chat, which a host may have any number of."""
    return client.post("/", typed(host, action="chat", **changes), REMOTE_ADDR=address)


def test_a_check_in_too_many_from_one_address_is_refused_in_words_and_keeps_what_was_typed(client, host, limit):
    for _ in range(limit):
        assert check_in(client, host, "203.0.113.9").status_code == 302

    refused = check_in(client, host, "203.0.113.9", name="Chen Wei")

    assert refused.status_code == 429
    assert "Too many check-ins in a short time" in refused.content.decode()
    assert "tel:+918055500100" in refused.content.decode()
    assert 'value="Chen Wei"' in refused.content.decode()
    assert Appointment.objects.filter(kind=Kind.REMOTE).count() == limit


def test_other_addresses_still_check_in(client, host, limit):
    for _ in range(limit + 1):
        check_in(client, host, "203.0.113.9")

    assert check_in(client, host, "198.51.100.9").status_code == 302


def test_all_addresses_of_a_network_of_ipv6_count_as_one(client, host, limit):
    answers = [check_in(client, host, f"2001:db8::{number}").status_code for number in range(limit + 1)]

    assert answers == [302] * limit + [429]


def test_addresses_of_ipv4_written_as_ipv6_are_not_one_network(client, host, limit):
    for number in range(limit + 1):
        assert check_in(client, host, f"::ffff:203.0.113.{number}").status_code == 302


@pytest.mark.parametrize("address", ["", "unknown", "10.0.0.1:4711"])
def test_a_proxy_that_says_no_address_stops_nobody(client, host, limit, address):
    for _ in range(limit + 1):
        assert check_in(client, host, address).status_code == 302


@pytest.mark.parametrize("desk", ["a reception screen", "a proxy that does not say who asks"])
def test_the_front_desk_has_no_limit(panel, host, limit, desk):
    address = "127.0.0.1"
    if desk == "a reception screen":
        address = "203.0.113.9"
        panel.post("/admin/appointments/screen/add/", {"name": "Front desk"})

    for _ in range(limit + 1):
        assert check_in(panel, host, address).status_code == 302


def test_mistakes_do_not_count(client, host, limit):
    for _ in range(limit + 1):
        check_in(client, host, "203.0.113.9", phone="12")

    assert check_in(client, host, "203.0.113.9").status_code == 302
