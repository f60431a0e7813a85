"""The bar chart of the first page, as plain SVG geometry for its template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from entrymgmt.panel.days import Day

# Units of the drawing's viewBox.
STEP, BAR, HEIGHT, GUTTER = 24, 16, 160, 40


@dataclass(frozen=True)
class Bar:
    """One day: where its bar stands, and the two parts it is stacked of, in person below."""

    day: Day
    x: int
    in_person_y: float
    in_person_height: float
    remote_y: float
    remote_height: float


@dataclass(frozen=True)
class Chart:
    """All bars, the drawing's size, and the lines that say how high is how many (value, y)."""

    bars: list[Bar]
    width: int
    height: int
    lines: list[tuple[int, float]]


def draw(days: Sequence[Day]) -> Chart:
    """The chart of these days, scaled to the busiest."""
    top = max(4, *(day.total for day in days))
    step = ceil(top / 4)
    scale = HEIGHT / (step * 4)

    def bar(place: int, day: Day) -> Bar:
        low, high = day.in_person * scale, day.remote * scale
        return Bar(day, GUTTER + place * STEP, HEIGHT - low, low, HEIGHT - low - high, high)

    return Chart(
        bars=[bar(place, day) for place, day in enumerate(days)],
        width=GUTTER + STEP * len(days),
        height=HEIGHT,
        lines=[(step * part, HEIGHT - step * part * scale) for part in range(5)],
    )
