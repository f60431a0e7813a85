"""Figures of the last days. Past days do not change, so they are counted at most once an hour."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.core.cache import cache
from django.db.models import Count, F
from django.db.models.functions import TruncDate
from django.utils import timezone

from appointments.choices import Kind
from appointments.models import Appointment

DAYS = 30
KEPT_SECONDS = 60 * 60


@dataclass(frozen=True)
class Day:
    """The number of appointments of each kind that started on one day of the office's time zone."""

    date: date
    in_person: int
    remote: int

    @property
    def total(self) -> int:
        """The number of appointments of both kinds."""
        return self.in_person + self.remote


def midnight(days_ago: int = 0) -> datetime:
    """The start of the day that many days ago, in the current time zone."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return timezone.make_aware(today - timedelta(days=days_ago))


def per_day() -> list[Day]:
    """The last `DAYS` days, ending with today."""
    today = timezone.localdate()
    dates = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    key = f"panel-days-{timezone.get_current_timezone_name()}-{today}"
    known: dict[date, Day] | None = cache.get(key)
    counts = _count(midnight(0 if known else DAYS - 1))
    days = {when: Day(when, counts[when, Kind.IN_PERSON], counts[when, Kind.REMOTE]) for when in dates} | (known or {})
    if known is None:
        cache.set(key, {when: day for when, day in days.items() if when != today}, KEPT_SECONDS)
    return [days[when] for when in dates]


def _count(since: datetime) -> Counter[tuple[date, str]]:
    rows = (
        Appointment.objects.filter(started_at__gte=since)
        .order_by()
        .values_list(TruncDate("started_at"), "kind")
        .annotate(Count("pk"))
    )
    return Counter({(when, kind): count for when, kind, count in rows})


def median_length() -> timedelta | None:
    """The median length of the ended in-person visits of the last `DAYS` days, or None; cached for an hour."""
    key = f"panel-median-{timezone.localdate()}"
    known: tuple[timedelta | None] | None = cache.get(key)
    if known is None:
        visits = Appointment.objects.in_person().ended().filter(started_at__gte=midnight(DAYS - 1)).order_by()
        lengths = visits.values_list(F("ended_at") - F("started_at"), flat=True)
        known = (median(lengths) if lengths else None,)
        cache.set(key, known, KEPT_SECONDS)
    return known[0]
