"""Emails and texts."""

from __future__ import annotations

from tests.sentences.evidence import (
    always,
    both,
    message_about,
    nobody_told,
)
from tests.sentences.rules.kinds import (
    MESSAGES,
    Rule,
)

RULES = [
    Rule(
        r"Checked in at {time}(, {day})?\.|Asked to chat at {time}(, {day})?\.",
        "the visit has begun",
        always,
        MESSAGES,
    ),
    Rule(
        r"(Subject: )?{host} has not been told yet(:| that) .*|No message to the host has been accepted so far\.",
        "it is the message that reception gets then",
        both(message_about("unreached"), nobody_told),
        MESSAGES,
    ),
    Rule(r"(Subject: )?({host}|{visitor}) wrote to you", "there are messages", message_about("unread"), MESSAGES),
    Rule(r"Keep this email: the link shows whether they have been told .*", "it says what the page shows", always),
    Rule(
        r"(Email from reception|Test for {host}, .*) reach.*|.*asked for on .*",
        ("whoever reads it has got it"),
        message_about("test"),
        MESSAGES,
    ),
]
