"""What a rule is, and the pages of which rules speak."""

from __future__ import annotations

from dataclasses import dataclass

from appointments.choices import EndedBy
from tests.sentences.evidence import (
    Fact,
    ended_by,
)


@dataclass(frozen=True)
class Rule:
    """A sentence that claims something, as a regular expression, on the pages whose names begin with one of `pages`.

    It may be shown `where` the fact `holds` is so. `held` says when a script shows what the page holds ready for it.
    """

    pattern: str
    where: str
    holds: Fact
    pages: tuple[str, ...] = ("",)
    held: str = ""


@dataclass(frozen=True)
class Duty:
    """A sentence that the page must show where the fact is so."""

    page: str
    sentence: str
    where: str
    due: Fact


VISITOR, HOST, DETAILS, CHAT = ("Visitor’s page",), ("Host’s page",), ("Details after",), ("Chat,",)
CHAT_FILE = ("Chat saved",)
MESSAGES, PANEL = ("Email to", "Text to"), ("Panel:",)
TODAY, SETUP, RECORDS, BUTTONS = (
    ("Panel: Today",),
    ("Panel: Set-up",),
    ("Panel: record", "Panel: list"),
    ("Panel: after",),
)
LOST = "the socket is closed"


def ended_rule(pattern: str, *by: EndedBy) -> Rule:
    """What is said of who ended a visit, after its end and in messages."""
    return Rule(pattern, f"the visit was ended by {' or '.join(by)}", ended_by(*by), (*DETAILS, *MESSAGES))
