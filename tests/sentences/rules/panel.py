"""The panel: Today, Set-up, records, and what buttons answer."""

from __future__ import annotations

from tests.sentences.evidence import (
    HOPELESS,
    ON_ITS_WAY,
    always,
    both,
    either,
    ended,
    known,
    never,
    not_so,
    row_late,
    some_row,
    unknown,
)
from tests.sentences.rules.kinds import (
    BUTTONS,
    PANEL,
    RECORDS,
    SETUP,
    TODAY,
    Rule,
)


def _state(word: str, *states: str) -> Rule:
    return Rule(f"{word}( – .*)?", f"a message is {' or '.join(sorted(states))}", some_row(*states), RECORDS)


def _set_up(item: str, *facts: str) -> Rule:
    return Rule(f"{item} Done", f"it is: {', '.join(facts) or 'always'}", known(*facts), SETUP)


def _test(words: str, *states: str) -> Rule:
    return Rule(
        rf"\{{(email|phone)\}}: {words}.*", f"a test is {' or '.join(sorted(states))}", some_row(*states), SETUP
    )


RULES = [
    # Today.
    Rule(r"No worker is running: nothing is sent until one does\.", "no worker runs", unknown("worker runs"), TODAY),
    Rule(r"\d+ messages? (is|are) late.*", "a message is late", row_late, TODAY),
    Rule(r"(Email|Text) \(\d+\): No answer yet\.", "a message is late", row_late, TODAY),
    Rule(r"Nothing is sent by email: it is not set up\.", "there is no provider", unknown("email set up"), TODAY),
    Rule(r"Nothing is sent by text: it is not set up\.", "there is no provider", unknown("sms set up"), TODAY),
    Rule(
        r"No message needs anybody now\.",
        "none failed, is late, was held back or kept, and a worker runs",
        both(not_so(some_row(*HOPELESS)), not_so(row_late), known("worker runs")),
        TODAY,
    ),
    Rule(r"Not delivered \d+|.* 550 No such mailbox", "a message failed", some_row("failed"), TODAY),
    Rule(
        r"\d+ messages? about (a visit|visits) going on (was|were) kept here, .*", "so it is", some_row("kept"), TODAY
    ),
    Rule(
        r"Not delivered|All that were (not delivered|held back|kept here)", "a heading, a link to a list", always, TODAY
    ),
    Rule(r"Sound when a message is not delivered", "only a script shows it", never, held="sounds can be played"),
    Rule(
        r"Held back today|Its owner has asked for no more messages today.*",
        ("a message was held back"),
        some_row("withheld"),
        TODAY,
    ),
    Rule(r"Limits reached in the last hour|.* reached", "a limit has refused something", known("limit reached"), TODAY),
    Rule(r"{visitor} {host} has asked to start without them.*", "a host has", known("colleague asked for"), TODAY),
    Rule(
        r"The server cannot be reached\.|These figures may be out of date\.",
        ("only a script shows it"),
        never,
        PANEL,
        held="a request fails",
    ),
    # Set-up.
    _set_up("Organisation", "organisation named"),
    _set_up("Site address"),
    _set_up("Time zone", "time zone chosen"),
    _set_up("Reception’s phone", "reception’s phone"),
    _set_up("Reception’s email", "reception’s email"),
    _set_up("Hosts", "hosts"),
    _set_up("Check-in"),
    _set_up("Reception screen", "one screen"),
    _set_up("Email", "email set up"),
    _set_up("Text", "sms set up"),
    Rule(
        "Worker Done",
        "one runs, and nothing waits for it",
        both(
            known("worker runs"), not_so(lambda facts: any(row.reason == "" for row in facts.rows if row_late(facts)))
        ),
        SETUP,
    ),
    Rule(
        r"Written to the console\.|Nothing was sent\.",
        "there is no provider",
        either(unknown("email set up"), unknown("sms set up")),
        SETUP,
    ),
    Rule(r"Give it, so that reception is told .*", "it says what it is for", always, SETUP),
    _test("delivered", "delivered"),
    _test("handed to the provider", "sent"),
    _test("kept here, sent to nobody", "kept"),
    _test("not delivered", "failed"),
    _test("not sent –", "withheld"),
    _test("not sent yet", *ON_ITS_WAY),
    Rule(r"\{(email|phone)\}: late.*", "a test is late", row_late, SETUP),
    Rule(
        r"\{(email|phone)\}: being sent.*",
        "a test is on its way, and not late",
        both(some_row(*ON_ITS_WAY), not_so(row_late)),
        SETUP,
    ),
    # Records, and what buttons answer.
    *(
        _state(word, *states)
        for word, states in {
            "Sent": ["sent"],
            "Delivered": ["delivered"],
            "Kept here": ["kept"],
            "Not delivered": ["failed"],
            "Held back": ["withheld"],
        }.items()
    ),
    Rule(r"(Sent|Delivered|Sent again|Replied|Ended) (at|by):|Checked in", "the name of a field", always, RECORDS),
    Rule(r"Somebody who gets the visitor’s messages said then .*", "the explanation of a field", always, RECORDS),
    Rule(
        r"(The message is|\d+ messages? (is|are)) being sent again.*",
        "the button queued one to the host",
        known("queued for the host"),
        BUTTONS,
    ),
    Rule(
        r"The details of \d+ appointments? (is|are) being sent again\.",
        "the button queued a copy",
        known("queued for the visitor"),
        BUTTONS,
    ),
    Rule(
        r"Nothing is being sent again\.|Nobody has been told the new ones?\.",
        "the button queued no message",
        both(unknown("queued for the visitor"), unknown("queued for the host")),
        BUTTONS,
    ),
    Rule(r"The new one is being sent\.", "the button queued it", known("queued for the visitor"), BUTTONS),
    Rule(
        r"The new ones are being sent\.",
        "the button queued both",
        known("queued for the visitor", "queued for the host"),
        BUTTONS,
    ),
    Rule(
        r"Only the visitor’s new one is being sent\.",
        "the button queued that one alone",
        both(known("queued for the visitor"), unknown("queued for the host")),
        BUTTONS,
    ),
    Rule(
        r"Only the host’s new one is being sent\.",
        "the button queued that one alone",
        both(known("queued for the host"), unknown("queued for the visitor")),
        BUTTONS,
    ),
    Rule(r"Tell visitors which Wi-Fi to use, .* every phone reaches\.", "it says what to do", always),
    Rule(r"The code (has not been renewed since|was renewed on {moment})\.", "so does the poster say", always),
    Rule(r"{visitor}’s appointment (has|had) ended( already)?\.", "it has ended", ended, BUTTONS),
]
