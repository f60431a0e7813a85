"""The bar chart of the first page, as SVG geometry for its template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from panel.figures import Day

# In units of the SVG viewBox: distance between bars, width of a bar, height of the highest bar, space for the scale.
STEP, BAR_WIDTH, HEIGHT, GUTTER = 24, 16, 160, 40


@dataclass(frozen=True)
class Bar:
    """The stacked bar of one day: its position and its two parts, in person at the bottom."""

    day: Day
    x: int
    in_person_y: float
    in_person_height: float
    remote_y: float
    remote_height: float


@dataclass(frozen=True)
class Chart:
    """All bars, the dimensions of the drawing, and the grid lines of the scale (value, y)."""

    bars: list[Bar]
    bar_width: int
    gutter: int
    width: int
    height: int
    lines: list[tuple[int, float]]


def draw(days: Sequence[Day]) -> Chart:
    """The chart of these days, scaled to the day with the most appointments."""
    top = max(4, *(day.total for day in days))
    step = ceil(top / 4)
    scale = HEIGHT / (step * 4)

    def bar(place: int, day: Day) -> Bar:
        low, high = day.in_person * scale, day.remote * scale
        return Bar(day, GUTTER + place * STEP, HEIGHT - low, low, HEIGHT - low - high, high)

    return Chart(
        bars=[bar(place, day) for place, day in enumerate(days)],
        bar_width=BAR_WIDTH,
        gutter=GUTTER,
        width=GUTTER + STEP * len(days),
        height=HEIGHT,
        lines=[(step * part, HEIGHT - step * part * scale) for part in range(5)],
    )
