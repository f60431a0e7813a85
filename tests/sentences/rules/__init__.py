"""Which sentences claim an outcome, and by which recorded fact each of them may be shown."""

from __future__ import annotations

import re

from tests.sentences.rules import chats, checkin, messages, panel, visits
from tests.sentences.rules.kinds import Rule

CLAIMS = re.compile(
    r"\b(told|sent|delivered|reads?|wrote|written|said|asked|answered|replied|opened|done|saved|kept|held back|changed"
    r"|started|ended|stopped|renewed|replaced|expired|late|reached|reaches|arrived|checked (?:in|out)|in the chat"
    r"|on the way|at reception since|(?:has|have) been|could not|cannot be reached|out of (?:use|date)"
    r"|nothing (?:was|is|has)|no (?:text|email|message|worker))\b",
    re.IGNORECASE,
)

RULES = [*visits.RULES, *chats.RULES, *checkin.RULES, *messages.RULES, *panel.RULES]
DUTIES = visits.DUTIES


def claims(sentence: str) -> bool:
    """Whether it has a word by which something is said to have happened, or not to have."""
    return bool(CLAIMS.search(sentence))


def rule_of(page: str, sentence: str) -> Rule | None:
    """The rule of this sentence on this page: the first that fits."""
    return next((rule for rule in RULES if page.startswith(rule.pages) and re.fullmatch(rule.pattern, sentence)), None)
