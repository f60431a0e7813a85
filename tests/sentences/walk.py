"""The walk of all screens, and the paper that says what they showed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from django.test.utils import override_settings
from django.utils import translation

from tests.sentences import chats, checkin, messages, panel, visits
from tests.sentences.court import Court
from tests.sentences.reading import Sentence
from tests.sentences.rules import rule_of
from tests.sentences.stage import OFFICE, SITE, Place, Stage, office, scene, set_up

PAPER = Path(__file__).resolve().parents[2] / "docs" / "sentences.md"
HEAD = """\
# Sentences

The sentences that people read, by page, with the states of the product in which each is shown. One that claims an
outcome also says by which recorded fact it may be. `.venv/bin/python script/sentences.py` writes this file anew by
walking through the screens; a test fails while it is not up to date, when a claim has no rule, and when one is shown
where its rule does not hold. The rules are in `tests/sentences/rules/`.

*Always* means in each state of the page that was looked at. *Held* means that the page keeps the sentence ready for its
script. Names, times and addresses are written as {name}.

The walk covers check-in, the pages of a visit and its links, the chat, the emails and texts about a visit, and in the
panel *Today*, *Set-up*, the records of visits and messages, and the poster. It does not go to logins and accounts, the
records and the import of hosts, the form of the office, and roll calls; nor to what sockets answer to a page.
"""


def walk() -> tuple[Stage, list[str]]:
    """Put the product into every state; return what it shows, and what is wrong with it. Nothing stays of it."""
    court = Court()
    stage = Stage(court.judge)
    settings = override_settings(SITE_URL=SITE, CHECK_IN="everywhere", SECOND_FACTOR_REQUIRED=False)
    with settings, office(**OFFICE), set_up(providers=True), translation.override("en-gb"), scene():
        for part in (checkin, visits, chats, messages, panel):
            part.walk(stage)
    return stage, court.complaints()


def paper(stage: Stage) -> str:
    """The paper, in a stable order."""
    parts = [HEAD]
    for page in sorted(stage.shown):
        parts.append(f"## {page}\n")
        parts += [_entry(page, sentence, stage) for sentence in sorted(stage.shown[page])]
    return "\n".join(parts)


def _entry(page: str, sentence: Sentence, stage: Stage) -> str:
    places, every = stage.shown[page][sentence], stage.places[page]
    text = sentence.text.replace("<", "&lt;").replace("*", "\\*")
    lines = [f"- {text}{' (held)' if sentence.held else ''}"]
    rule = rule_of(page, sentence.text)
    if rule:
        reason = rule.held if sentence.held and rule.held else rule.where
        lines.append(f"  - *Claim:* {reason}")
    lines += [f"  - {each}" for each in _summary(places, every)]
    return "\n".join(lines) + "\n"


def _summary(places: Iterable[Place], every: set[Place]) -> list[str]:
    """These states in few lines: all states of a group together, and rows that have the same columns together."""
    shown = set(places)
    if shown == every:
        return ["always"]
    lines = []
    for group in sorted({place.group for place in shown}):
        table, here = _table(group, every), _table(group, shown)
        if table == here:
            lines.append(group)
            continue
        rows_of: dict[frozenset[str], list[str]] = defaultdict(list)
        for row, columns in here.items():
            rows_of[frozenset() if columns == table[row] else columns].append(row)
        for columns, rows in sorted(rows_of.items(), key=lambda pair: pair[1]):
            beside = f", with {_either(columns)}" if columns else ""
            lines.append(f"{group}: {_either(rows)}{beside}")
    return lines


def _table(group: str, places: Iterable[Place]) -> dict[str, frozenset[str]]:
    rows: dict[str, set[str]] = defaultdict(set)
    for place in places:
        if place.group == group:
            rows[place.row].add(place.column)
    return {row: frozenset(columns) for row, columns in sorted(rows.items())}


def _either(names: Iterable[str]) -> str:
    return " | ".join(sorted(names))
