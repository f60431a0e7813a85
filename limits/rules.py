"""Rules: how often something may happen in an hour or a day, with a maximum that the office sets.

The windows are fixed, because their end can be told: an hour and a day of the office's clock. Around such an end, up to
twice the maximum may happen within a shorter time than a window has; the rule by the day bounds what the rule by the
hour lets through there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum
from operator import attrgetter
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.functional import Promise

from offices.models import Office

HOUR = timedelta(hours=1)

# What each limit counts, by its name, in words to an office manager.
LABELS: dict[str, str | Promise] = {}


class Window(Enum):
    """The time in which a rule counts."""

    HOUR = "hour"
    DAY = "day"

    def bounds(self, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The start and the end of the window at `now`, by the clocks of `zone`."""
        local = now.astimezone(zone)
        if self is Window.HOUR:
            start = local.replace(minute=0, second=0, microsecond=0)
            # In UTC, where an hour is an hour also when the clocks are changed.
            return start, datetime.fromtimestamp(start.timestamp(), now.tzinfo) + HOUR
        midnight = datetime.combine(local.date(), time.min, zone)
        return midnight, datetime.combine(local.date() + timedelta(days=1), time.min, zone)


@dataclass(frozen=True)
class Rule:
    """At most `maximum` of the office in one `window`, for each key separately.

    `name` identifies the rule in the store. `label` says to an office manager what is counted.
    """

    name: str
    label: str | Promise
    window: Window
    maximum: Callable[[Office], int]

    def __post_init__(self) -> None:
        LABELS[self.name] = self.label

    @classmethod
    def of(cls, field: str) -> Rule:
        """The rule that a field of the office sets; its name ends in `_hour` or `_day`, which is the window."""
        label = cast("models.Field[Any, Any]", Office._meta.get_field(field)).verbose_name
        return cls(field, label, Window(field.rpartition("_")[2]), attrgetter(field))


class Use(NamedTuple):
    """What a rule counts: an address, a number, the id of a host. What counts for the whole office has an empty key."""

    rule: Rule
    key: str = ""
