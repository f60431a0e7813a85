"""The pages of a visit: the visitor’s, the host’s, the details after it, and its links."""

from __future__ import annotations

from collections.abc import Sequence

from appointments.choices import EndedBy, Reply
from tests.sentences.evidence import (
    ON_ITS_WAY,
    always,
    both,
    copy_is,
    ended,
    ended_by,
    going_on,
    host_told,
    known,
    nobody_told,
    not_so,
    own_held_back,
    reception_told,
    replied,
    to_host_is,
    to_host_late,
    visit_of,
    without_hope,
)
from tests.sentences.rules.kinds import (
    DETAILS,
    HOST,
    VISITOR,
    Duty,
    Rule,
    ended_rule,
)


def _delivery(channel: str, label: str, way: str, plural: str) -> list[Rule]:
    """The log of the visitor's page, for one channel."""
    name = f"a host’s message by {way}"
    return [
        Rule(f"Told by {way} .*", f"{name} was accepted", host_told(channel), VISITOR),
        Rule(f"{label} delivered .*", f"{name} was delivered", to_host_is(channel, "delivered"), VISITOR),
        Rule(rf"{label} not delivered\.", f"{name} failed", to_host_is(channel, "failed"), VISITOR),
        Rule(rf"No {way} sent: {plural} not set up\.", f"{name} was only kept", to_host_is(channel, "kept"), VISITOR),
        Rule(rf"No {way} sent\.", f"{name} was held back", to_host_is(channel, "withheld"), VISITOR),
        Rule(
            rf"Nothing is sent to \{{{'email' if channel == 'email' else 'phone'}\}} today, because its owner .*",
            f"the visitor’s own {way} was held back, because its owner wants none",
            own_held_back(channel, "stopped"),
        ),
        Rule(
            rf"No {way} was sent to you, because many have gone out\.",
            f"the visitor’s own {way} was held back by a limit",
            own_held_back(channel, "recipient", "office", "repeated"),
        ),
    ]


def _copies(channel: str, label: str) -> list[Rule]:
    """The log of the details, for one channel."""
    fates: list[tuple[str, Sequence[str], bool]] = [
        ("being sent", sorted(ON_ITS_WAY), False),
        ("late", sorted(ON_ITS_WAY), True),
        ("sent .*", ["sent"], False),
        ("delivered .*", ["delivered"], False),
        ("not delivered .*", ["failed"], False),
        ("not sent .*", ["kept", "withheld"], False),
    ]
    return [
        Rule(
            f"{label} with these details to (you|the visitor): {word}",
            f"that copy is {' or '.join(states)}{' for two minutes' if late else ''}",
            copy_is(channel, *states, late=late),
            DETAILS,
        )
        for word, states, late in fates
    ]


REPLIES = {
    Reply.ON_MY_WAY: "(is|your host is) on the way",
    Reply.FIVE_MINUTES: "(will|your host will) be five minutes",
    Reply.COLLEAGUE: "(please ask at reception|(has asked|asks) you to start without them)",
}

RULES = [
    # The visitor's page.
    *_delivery("email", "Email", "email", "email is"),
    *_delivery("sms", "Text", "text", "texts are"),
    Rule(r"It is late\.", "a message to the host is on its way for two minutes", to_host_late, VISITOR),
    Rule(
        "Waiting for {host}",
        "the host has not answered, and was told or may be in time",
        both(not_so(replied()), not_so(without_hope)),
        VISITOR,
    ),
    Rule(
        r"Our messages (to {host} )?are late[:.].*",
        "nobody was told, and a message to the host is late",
        both(nobody_told, to_host_late),
        VISITOR,
    ),
    Rule(
        r"{host} (has not been told that you are here|could not be told)\.",
        "no message to the host was accepted or is on its way",
        both(nobody_told, not_so(to_host_is("", *ON_ITS_WAY))),
        VISITOR,
    ),
    Rule("Please go to reception", "nobody was told, and nothing arrives in time", without_hope, VISITOR),
    Rule(
        r"Please tell reception\.",
        "the host has not answered, and no message to them was accepted",
        both(not_so(replied()), nobody_told),
        VISITOR,
    ),
    Rule(r"Reception has been told\.", "a message to reception was accepted", reception_told(), VISITOR),
    Rule(
        r"Reception has been asked to find a colleague\.",
        "a message to reception about the present reply was accepted",
        both(replied(Reply.COLLEAGUE), reception_told("asked")),
        (*VISITOR, *HOST),
    ),
    Rule("{host} has not answered yet", "the visit goes on without a reply", not_so(replied())),
    Rule(r"Answered at {time}\.", "the host has replied", replied(), VISITOR),
    *(
        Rule(
            rf"({{host}}|{{visitor}}:|Checked in at {{time}}:) {words}\.?",
            f"the host replied so: {reply}",
            replied(reply),
        )
        for reply, words in REPLIES.items()
    ),
    Rule(r"You’re checked in.*|You're checked in.*|Subject: You’re checked in.*", "the visit goes on", going_on),
    Rule("Checked in( as)?", "a visit has begun; a heading", always),
    # The host's page.
    *(Rule(f"You said “{reply.label}”", f"the host replied so: {reply}", replied(reply), HOST) for reply in Reply),
    Rule(r"Checked in at {time}, {ago}\.", "not at a screen", lambda facts: not visit_of(facts).screen_id, HOST),
    Rule(
        r"At reception since {time}.*",
        "the visitor checked in on a reception screen",
        lambda facts: bool(visit_of(facts).screen_id),
    ),
    Rule(
        r"({host}|{visitor}) has written to you",
        "a message of the other waits unread",
        lambda facts: visit_of(facts).messages.exists(),
    ),
    # The details after the end, and the emails with them.
    *_copies("email", "Email"),
    *_copies("sms", "Text"),
    ended_rule(r"(You have|{visitor} has) checked out\.", EndedBy.VISITOR),
    ended_rule(r"(You|{host}) ended this appointment at {time}\.", EndedBy.HOST),
    ended_rule(r"The office ended this appointment at {time}\.", EndedBy.MANAGER),
    ended_rule(r"Reception ended this appointment at {time}\.", EndedBy.RECEPTION),
    ended_rule(r"This appointment was still open, so it was ended automatically at {time}\.", EndedBy.SYSTEM),
    ended_rule("This visit was ended|Somebody who got the messages for {visitor} said .*", EndedBy.NOT_VISITOR),
    Rule(r"Ending it records .* and sends .* the details\.", "providers are set up", known("providers")),
    Rule(
        r"This appointment (ended at {time}\.?|has ended)|The appointment ended .*|Thank you for your visit",
        "the visit has ended",
        ended,
        held="the visit ends while the page is open",
    ),
    # Links.
    Rule(r"Nothing was changed by opening the link\.|This link has expired.*", "the visit has ended long ago", ended),
    Rule(
        r"The messages have stopped|For a day, nothing more is sent to visitors at these addresses: .*",
        "somebody said that they are not the visitor",
        lambda facts: visit_of(facts).denied_at is not None,
    ),
    Rule(r"The visit under them has ended\.", "it was ended so", ended_by(EndedBy.NOT_VISITOR)),
    Rule(r"If it was not you, stop the messages: nothing more is sent .*", "it says what the button does", always),
    Rule(r"Somebody checked in at {organisation} on .*", "a visit has begun", always),
]

DUTIES = [
    Duty(
        "Visitor’s page",
        "Please go to reception",
        "where nobody was told, nothing arrives in time, and the host has not answered",
        both(not_so(replied()), without_hope),
    ),
    Duty(
        "Visitor’s page",
        "Reception has been told.",
        "where a message that the host cannot be told of the visit was accepted, and nobody else was told",
        both(not_so(replied()), without_hope, reception_told("unreached")),
    ),
]
