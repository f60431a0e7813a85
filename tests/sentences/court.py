"""Holds what is shown against the rules."""

from __future__ import annotations

from collections.abc import Collection

from tests.sentences.reading import Sentence
from tests.sentences.rules import DUTIES, RULES, claims, rule_of
from tests.sentences.rules.kinds import Rule
from tests.sentences.stage import Facts, Place


class Court:
    """Collects claims without a rule, claims that are not so, duties left undone, and rules without a sentence."""

    def __init__(self) -> None:
        self._found: set[str] = set()
        self._used: set[Rule] = set()

    def judge(self, page: str, place: Place, sentences: Collection[Sentence], facts: Facts) -> None:
        """Hear what a page shows in a state, and what is recorded there."""
        for sentence in sentences:
            rule = rule_of(page, sentence.text)
            if rule:
                self._used.add(rule)
            if rule is None:
                if claims(sentence.text):
                    self._found.add(f"No rule for “{sentence.text}” ({page})")
            elif not (sentence.held and rule.held) and not rule.holds(facts):
                held = ", held for a script" if sentence.held else ""
                self._found.add(f"Not so: “{sentence.text}” ({page}: {place}{held}). Its rule: {rule.where}")
        read = {sentence.text for sentence in sentences if not sentence.held}
        for duty in DUTIES:
            if page == duty.page and duty.due(facts) and duty.sentence not in read:
                self._found.add(f"Missing: “{duty.sentence}” ({page}: {place}), which is due {duty.where}")

    def complaints(self) -> list[str]:
        """Everything that is wrong, in a stable order."""
        idle = {f"Rule without a sentence: {rule.pattern}" for rule in RULES if rule not in self._used}
        return sorted(self._found | idle)
