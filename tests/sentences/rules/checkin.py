"""Check-in, and the pages of errors."""

from __future__ import annotations

from tests.sentences.evidence import (
    always,
    known,
    never,
)
from tests.sentences.rules.kinds import (
    LOST,
    Rule,
)

RULES = [
    Rule(r"Nothing was sent\.", "the check-in was refused", known("refused"), ("Check-in refused",)),
    Rule(r"Nothing was sent.*", "a form was not taken", always, ("Check-in",)),
    Rule(r"From this device.* checked in and waits? for an answer\.", "such visits go on", known("refused")),
    Rule(r"There have been many check-ins .*", "a limit was reached", known("refused")),
    Rule(r"This screen is out of use.*", "another device has the screen’s place", known("displaced")),
    Rule(r"This code is out of date.*", "the code is not that of the poster", known("old poster")),
    Rule(
        r"Something was missing from what the page sent, and nothing was changed\.|This could not be read",
        ("the request was refused"),
        always,
        ("Errors",),
    ),
    Rule(r"Nothing was sent\.", "the form was not taken", always, ("Errors",)),
    Rule(r"Enter the number without its extension, as no text reaches one", "it says why", always),
    Rule(r"What you see may be out of date\.", "only a script shows it", never, held=LOST),
]
