"""The chat."""

from __future__ import annotations

from tests.sentences.evidence import (
    always,
    both,
    host_told,
    known,
    never,
    unknown,
    visit_of,
    without_hope,
)
from tests.sentences.rules.kinds import (
    CHAT,
    CHAT_FILE,
    DETAILS,
    LOST,
    Rule,
)

RULES = [
    Rule(
        r"(You {time} · )?Sent",
        "the message is stored",
        lambda facts: visit_of(facts).messages.exists(),
        CHAT,
        held="the server has stored the message",
    ),
    Rule(
        r"(You {time} · )?Read",
        "the other has read up to it",
        known("own message read"),
        CHAT,
        held="the other has read up to the message",
    ),
    Rule("Not sent", "only a script shows it", never, CHAT, held="the message is not stored"),
    Rule("In the chat", "the other is there", known("other is in the chat"), CHAT, held="the other comes"),
    Rule("Not in the chat", "the other is not there", unknown("other is in the chat"), CHAT, held="the other leaves"),
    Rule("At reception", "the other is there", known("other is in the chat"), CHAT, held="the other comes"),
    Rule(
        r"{host} has not opened the chat yet, and has not been told of it\.",
        "the host has not come, and nobody was told in time",
        both(known("overdue"), without_hope),
        CHAT,
        held="the visitor has waited for long",
    ),
    Rule(
        r"{host} has not opened the chat yet\.",
        "the host has not come",
        known("overdue"),
        CHAT,
        held="the visitor has waited for long",
    ),
    Rule(
        r"Leave a message: it is sent to them by email.*",
        "an email to the host was accepted before",
        host_told("email"),
        CHAT,
        held="the visitor has waited for long",
    ),
    Rule(
        r"(You|{visitor}) asked to chat with (you|{host}) at {time}\..*|You have asked to chat .*",
        "it is a chat",
        (lambda facts: visit_of(facts).kind == "remote"),
    ),
    Rule(
        r"You checked in to see {host} at {time}\.", "it is in person", lambda facts: visit_of(facts).kind != "remote"
    ),
    Rule(r"Your messages will be sent when it is back\.", "only a script shows it", never, CHAT, held=LOST),
    Rule(r"The chat could not start in this browser\.", "only a script shows it", never, CHAT, held="scripts fail"),
    Rule(
        r"Nothing was written\.", "there is no message", lambda facts: not visit_of(facts).messages.exists(), CHAT_FILE
    ),
    Rule(r"Read the chat", "the name of a link", always, DETAILS),
]
