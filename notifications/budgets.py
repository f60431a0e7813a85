"""How many messages of one channel the office sends."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from django.utils.functional import Promise

from limits.rules import Rule, Window
from notifications.models import Audience
from offices.models import Office

# A day's messages do not all go out in one hour, so that some are left for the rest of the day.
PARTS = 4

Label = str | Promise


def budget(field: str, labels: Mapping[Audience, tuple[Label, Label]]) -> dict[Audience, tuple[Rule, Rule]]:
    """The rules by the hour and by the day for each audience, with their labels.

    `field` of the office is how many go to visitors in a day, and of as many to hosts: what visitors cause does not use
    up the hosts' messages, for which the product exists.
    """

    def in_an_hour(office: Office) -> int:
        return max(int(in_a_day(office)) // PARTS, 1)

    in_a_day = attrgetter(field)
    return {
        audience: (
            Rule(f"{field}_{audience}_hour", hour, Window.HOUR, in_an_hour),
            Rule(f"{field}_{audience}", day, Window.DAY, in_a_day),
        )
        for audience, (hour, day) in labels.items()
    }
