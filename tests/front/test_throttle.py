"""Limits of check-in: a client cannot make the office send any number of texts."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from appointments.choices import Kind
from appointments.models import Appointment
from tests.appointments.test_checkin import typed
from tests.cast import make_host
from tests.limits.test_counters import IN_MEMORY

pytestmark = pytest.mark.django_db

# Nothing listens on port 1.
OUT_OF_REACH = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"},
}


@pytest.fixture
def limit(office) -> int:
    """A limit of two check-ins from one device in an hour."""
    office(checkins_per_address_hour=2)
    return 2


def check_in(client: Client, host, address: str, **changes: object):
    """Check in for a chat, because a host may have any number of chats."""
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
    addresses = ["2001:db8::1", "2001:db8::8000:0:0:1", "2001:db8::1:2"]

    answers = [check_in(client, host, address).status_code for address in addresses]

    assert answers == [302] * limit + [429]


def test_networks_of_ipv6_are_counted_one_by_one(client, host, limit):
    for number in range(limit + 1):
        assert check_in(client, host, f"2001:db8:0:{number}::1").status_code == 302


def test_who_was_refused_may_check_in_in_the_next_hour(client, host, limit, monkeypatch, office):
    office(time_zone="UTC")
    moment = datetime(2030, 1, 7, 10, 15, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    for _ in range(limit):
        check_in(client, host, "203.0.113.9")
    refused = check_in(client, host, "203.0.113.9")

    moment = datetime(2030, 1, 7, 11, 0, tzinfo=UTC)

    assert refused.headers["Retry-After"] == str(45 * 60)
    assert "try again at 11:00" in refused.content.decode()
    assert check_in(client, host, "203.0.113.9").status_code == 302


def test_without_a_cache_the_database_counts(client, host, limit, settings):
    settings.CACHES = OUT_OF_REACH

    answers = [check_in(client, host, "203.0.113.9").status_code for _ in range(limit + 1)]

    assert answers == [302] * limit + [429]


def test_ipv4_mapped_ipv6_addresses_are_not_one_network(client, host, limit):
    for number in range(limit + 1):
        assert check_in(client, host, f"::ffff:203.0.113.{number}").status_code == 302


def test_all_whose_address_is_not_known_count_as_one(client, host, limit):
    answers = [check_in(client, host, address).status_code for address in ("", "unknown", "reception")]

    assert answers == [302] * limit + [429]


def test_a_reception_screen_does_not_count_as_one_visitors_device(panel, host, limit):
    panel.post("/admin/kiosks/kiosk/add/", {"name": "Front desk"})

    for _ in range(limit + 1):
        assert check_in(panel, host, "203.0.113.9").status_code == 302


def test_mistakes_do_not_count(client, host, limit):
    for _ in range(limit + 1):
        check_in(client, host, "203.0.113.9", phone="12")

    assert check_in(client, host, "203.0.113.9").status_code == 302


def test_the_refusal_of_a_device_reads_no_host_and_writes_no_row(
    client, host, limit, settings, django_assert_num_queries
):
    settings.CACHES = IN_MEMORY
    for _ in range(limit + 1):
        check_in(client, host, "203.0.113.9")

    # The counts, and whether the refusal is noted already.
    with django_assert_num_queries(2) as queries:
        refused = check_in(client, host, "203.0.113.9")

    assert refused.status_code == 429
    assert not [query for query in queries.captured_queries if not query["sql"].startswith("SELECT")]
    assert len(refused.content) < 6000


LIMITED = [
    ("checkins_per_phone_day", "phone", "many check-ins with this phone number", {"phone": "+44 7700 900143"}),
    ("checkins_per_email_day", "email", "many check-ins with this email", {"email": "other@visitor.example"}),
    ("checkins_per_host_hour", "host", "many check-ins for this person", None),
    ("checkins_per_host_day", "host", "many check-ins for this person", None),
]


@pytest.mark.parametrize(("setting", "field", "sentence", "other"), LIMITED, ids=[row[0] for row in LIMITED])
def test_who_has_checked_in_too_often_reads_it_at_the_field(client, host, office, setting, field, sentence, other):
    office(**{setting: 2})
    for number in range(2):
        changes = {} if field in {"phone", "email"} else {"phone": f"+4477009001{number}0"}
        assert check_in(client, host, f"203.0.113.{number}", **changes).status_code == 302

    refused = check_in(client, host, "203.0.113.9", name="Chen Wei")

    page = refused.content.decode()
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert re.search(rf'id="{field}[-_]error">.*{sentence}', page)
    assert 'value="Chen Wei"' in page
    assert 'type="radio"' not in page
    assert Appointment.objects.count() == 2
    someone = make_host(name="Tomás Herrera")
    assert check_in(client, host if other else someone, "203.0.113.9", **(other or {})).status_code == 302


def test_who_may_not_visit_a_host_chooses_another_with_what_was_typed(client, host, office):
    office(checkins_per_host_hour=1)
    other = make_host(name="Tomás Herrera")
    check_in(client, host, "203.0.113.1", phone="+44 7700 900150")
    refused = check_in(client, host, "203.0.113.9", name="Chen Wei").content.decode()
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', refused))

    again = client.post("/", kept).content.decode()

    assert "Choose someone else" in refused
    assert 'value="Chen Wei"' in again
    assert other.name in again
    assert "Choose who you are here to see" in again


@pytest.mark.parametrize("setting", ["checkins_hour", "checkins_day"])
def test_all_devices_together_have_a_limit(client, host, office, setting):
    office(**{setting: 2})
    for number in range(2):
        check_in(client, host, f"203.0.113.{number}", phone=f"+4477009001{number}0")

    refused = check_in(client, host, "203.0.113.9", phone="+44 7700 900150")

    assert refused.status_code == 429
    assert "Too many check-ins in a short time" in refused.content.decode()


@pytest.mark.parametrize("setting", ["checkins_hour", "checkins_day", *(row[0] for row in LIMITED)])
def test_what_strangers_have_used_up_keeps_nobody_from_a_reception_screen(panel, client, host, office, setting):
    office(**{setting: 1})
    panel.post("/admin/kiosks/kiosk/add/", {"name": "Front desk"})
    answers = [check_in(client, host, f"203.0.113.{number}").status_code for number in range(2)]

    at_the_desk = [check_in(panel, host, "203.0.113.9").status_code for _ in range(2)]

    assert answers == [302, 429]
    assert at_the_desk == [302, 302 if setting in {"checkins_hour", "checkins_day"} else 429]


def test_one_mailbox_counts_as_one_however_its_address_is_written(client, host, office):
    office(checkins_per_email_day=2)
    addresses = ["yusuf@visitor.example", "Yusuf+1@Visitor.example", "yusuf+two@visitor.example"]

    answers = [check_in(client, host, "203.0.113.9", email=address).status_code for address in addresses]

    assert answers == [302, 302, 429]


def test_a_form_that_is_sent_twice_counts_once(client, host, office):
    office(checkins_per_phone_day=1)
    key = "1b4e28ba-2fa1-4d1e-883f-0016d3cca427"

    first = check_in(client, host, "203.0.113.9", idempotency_key=key)
    second = check_in(client, host, "203.0.113.9", idempotency_key=key)

    assert second.headers["Location"] == first.headers["Location"]
    assert Appointment.objects.filter(kind=Kind.REMOTE).count() == 1
