"""Counters: what a rule limits, counted for all processes together, exactly, in Redis or in the database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils import timezone

from core.addresses import client_of
from limits import counters, refusals
from limits.counters import LimitReached
from limits.models import Count, Refusal
from limits.rules import LABELS, Rule, Use, Window
from limits.tasks import purge

IN_MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Nothing listens on port 1.
OUT_OF_REACH = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"},
}
THREE = Rule("test-three", "of one number in an hour", Window.HOUR, lambda office: 3)
FIVE = Rule("test-five", "of the office in a day", Window.DAY, lambda office: 5)


@pytest.fixture(params=["database", "redis"] if django_settings.REDIS_URL else ["database"])
def store(request, settings):
    """Where it is counted."""
    if request.param == "database":
        settings.CACHES = IN_MEMORY
    return request.param


def passes(*uses: Use) -> bool:
    try:
        counters.take(*uses)
    except LimitReached:
        return False
    return True


@pytest.fixture
def clock(monkeypatch):
    """Sets the time."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    set_to(datetime(2030, 1, 7, 10, 15, tzinfo=UTC))
    return set_to


pytestmark = pytest.mark.django_db


class TestTaking:
    def test_passes_as_often_as_the_maximum_says_and_no_more(self, store):
        assert [passes(Use(THREE, "a")) for _ in range(5)] == [True, True, True, False, False]

    def test_counts_each_key_and_each_rule_separately(self, store):
        for _ in range(3):
            passes(Use(THREE, "a"))

        assert passes(Use(THREE, "b"))
        assert passes(Use(FIVE, "a"))

    def test_counts_all_or_nothing(self, store):
        for _ in range(3):
            passes(Use(THREE, "a"))
        for _ in range(9):
            passes(Use(FIVE), Use(THREE, "a"))

        assert [passes(Use(FIVE)) for _ in range(6)] == [True] * 5 + [False]

    def test_decides_each_group_in_turn(self, store):
        groups = [[Use(FIVE), Use(THREE, "a")]] * 4 + [[Use(FIVE), Use(THREE, "b")]] * 3

        answers = counters.take_each(groups)

        assert [reached and reached.use for reached in answers] == [
            None, None, None, Use(THREE, "a"), None, None, Use(FIVE)
        ]  # fmt: skip
        assert not passes(Use(FIVE))

    def test_says_how_long_the_window_lasts(self, store, clock, office):
        office(time_zone="Asia/Kolkata")
        # 15:45 in Kolkata.
        for rule, wait in ((THREE, 15 * 60), (FIVE, (8 * 60 + 15) * 60)):
            while passes(Use(rule, "a")):
                pass
            with pytest.raises(LimitReached) as refused:
                counters.take(Use(rule, "a"))
            assert refused.value.retry_after == wait

    def test_starts_anew_in_the_next_window(self, store, clock, office):
        office(time_zone="UTC")
        while passes(Use(THREE, "a")):
            pass

        clock(datetime(2030, 1, 7, 11, 0, tzinfo=UTC))

        assert passes(Use(THREE, "a"))

    def test_nothing_is_counted_for_nothing(self, store):
        assert counters.take_each([[], []]) == [None, None]


class TestChecking:
    def test_counts_nothing(self, store):
        for _ in range(9):
            counters.check(Use(THREE, "a"))

        assert passes(Use(THREE, "a"))

    def test_names_the_limit_that_is_reached(self, store):
        while passes(Use(THREE, "a")):
            pass

        with pytest.raises(LimitReached) as refused:
            counters.check(Use(FIVE), Use(THREE, "a"))

        assert refused.value.use == Use(THREE, "a")


@pytest.mark.django_db(transaction=True)
def test_of_concurrent_uses_exactly_as_many_pass_as_the_maximum_says(store):
    gate = Barrier(16)

    def use(number: int) -> int:
        gate.wait(timeout=60)
        try:
            return sum(passes(Use(FIVE), Use(THREE, f"{number % 8}")) for _ in range(3))
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(use, range(16))) == 5


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_counted_in_the_database(settings):
    settings.CACHES = IN_MEMORY
    for _ in range(5):
        with transaction.atomic():
            counters.take(Use(THREE, "a"))
            transaction.set_rollback(True)

    assert passes(Use(THREE, "a"))


def test_when_the_cache_is_away_the_database_counts(settings):
    settings.CACHES = OUT_OF_REACH

    assert [passes(Use(THREE, "a")) for _ in range(4)] == [True, True, True, False]


def test_one_statement_counts_everything(settings, django_assert_num_queries, office):
    settings.CACHES = IN_MEMORY
    counters.check(Use(FIVE))

    with django_assert_num_queries(1):
        counters.take(Use(FIVE), Use(THREE, "a"), Use(THREE, "b"))


def test_a_flood_of_refusals_writes_nothing(settings, django_assert_num_queries):
    settings.CACHES = IN_MEMORY
    for _ in range(4):
        passes(Use(THREE, "a"))

    with django_assert_num_queries(20) as queries:
        for _ in range(10):
            with pytest.raises(LimitReached):
                counters.check(Use(THREE, "a"))

    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)


def test_the_tables_hold_nothing_that_can_be_read(settings):
    settings.CACHES = IN_MEMORY
    while passes(Use(THREE, "+447700900142")):
        pass

    stored = [*Count.objects.values_list(), *Refusal.objects.values_list()]

    assert stored
    assert "7700900142" not in str(stored)


class TestWindows:
    @pytest.mark.parametrize("window", Window)
    def test_always_end_after_now_and_have_begun(self, window):
        zone = ZoneInfo("Europe/London")
        # Through both days on which the clocks change, in steps of ten minutes.
        for first in (datetime(2030, 3, 30, 12, tzinfo=UTC), datetime(2030, 10, 26, 12, tzinfo=UTC)):
            for step in range(6 * 36):
                now = first + timedelta(minutes=10 * step)
                start, end = window.bounds(now, zone)
                assert start.timestamp() <= now.timestamp() < end.timestamp()

    def test_the_day_is_that_of_the_office(self):
        start, end = Window.DAY.bounds(datetime(2030, 1, 7, 20, tzinfo=UTC), ZoneInfo("Asia/Kolkata"))

        assert (start.day, end.day) == (8, 9)


class TestAddresses:
    @pytest.mark.parametrize("address", ["", "unknown", "203.0.113.999"])
    def test_what_is_no_address_counts_as_one_client(self, address):
        assert client_of(address) == client_of("?")

    def test_a_network_of_ipv6_counts_as_one_client(self):
        assert client_of("2001:db8::1") == client_of("2001:db8::8000:0:0:1") != client_of("2001:db8:0:1::1")

    def test_mapped_addresses_count_as_what_they_are(self):
        assert client_of("203.0.113.1:4711") == client_of("203.0.113.1")
        assert client_of("::ffff:203.0.113.1") == client_of("203.0.113.1") != client_of("::ffff:203.0.113.2")


class TestRefusals:
    def test_are_told_by_rule_with_the_number_of_keys(self, store):
        for key in "aab":
            while passes(Use(THREE, key)):
                pass
        while passes(Use(FIVE)):
            pass

        assert refusals.since(timedelta(hours=1)) == [(THREE.label, 2), (FIVE.label, 1)]

    def test_are_forgotten_after_the_time(self, store, clock):
        while passes(Use(THREE, "a")):
            pass

        clock(timezone.now() + timedelta(hours=1))

        assert refusals.since(timedelta(hours=1)) == []

    def test_go_on_being_told_while_somebody_goes_on(self, store, clock):
        while passes(Use(FIVE)):
            pass
        clock(timezone.now() + timedelta(minutes=50))
        passes(Use(FIVE))

        clock(timezone.now() + timedelta(minutes=50))

        assert refusals.since(timedelta(hours=1)) == [(FIVE.label, 1)]


def test_what_is_over_is_purged(settings, clock):
    settings.CACHES = IN_MEMORY
    for rule in (THREE, FIVE):
        while passes(Use(rule, "a")):
            pass

    clock(timezone.now() + timedelta(hours=1))
    purge.call_local()
    assert Count.objects.count() == 1

    clock(timezone.now() + timedelta(days=1))
    purge.call_local()
    assert not Count.objects.exists()
    assert not Refusal.objects.exists()


def test_every_rule_has_a_name_that_its_table_can_hold():
    longest = Refusal._meta.get_field("rule").max_length or 0

    assert all(len(name) <= longest for name in LABELS)
