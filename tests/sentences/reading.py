"""Takes the sentences out of a page or a message, with what differs from visit to visit replaced by its name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

# Words flow through these; every other element begins and ends a text of its own.
INLINE = {"a", "abbr", "b", "bdi", "code", "em", "i", "small", "span", "strong", "time"}
# `pre` is a message as it was sent, which is read as such.
UNREAD = {"pre", "script", "style", "svg"}
VOID = {"base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
ATTRIBUTES = {"alt", "aria-label", "placeholder", "title"}
# Attributes that hold words for scripts begin with `data-`, as others do that hold none.
NO_WORDS = {"data-at", "data-offers", "data-admin-utc-offset", "data-fieldset", "data-context"}
# Elements that pages hold ready for their scripts.
HELD = {"template", "dialog", "noscript"}

DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"


def short(names: str) -> str:
    """The first three letters of each of these names."""
    return "|".join(name[:3] for name in names.split("|"))


# What is shown for them on pages and in messages: times, days, links.
PATTERNS = [
    (re.compile(r"https?://\S+"), "{link}"),
    (re.compile(rf"\b(?:(?:{DAYS}) )?\d{{1,2}} (?:{MONTHS})(?: \d{{4}})?"), "{day}"),
    (re.compile(rf"\b(?:(?:{short(DAYS)}) )?\d{{1,2}} (?:{short(MONTHS)})(?: \d{{4}})?\b"), "{day}"),
    (re.compile(r"\b\d{1,2}:\d\d\b"), "{time}"),
    (re.compile(r"\{day\}, \{time\}(?= to|\.|$)|\{time\} today"), "{moment}"),
    (re.compile(r"just now|\b\d+ (?:minutes?|hours?|days?)(?: \d+ (?:minutes?|hours?))? ago"), "{ago}"),
]
_END = re.compile(r"(?<=[.?!]) +(?=[A-Z{“])")


@dataclass(frozen=True, order=True)
class Sentence:
    """What people read. `held` is whether the page only holds it, until a script shows it."""

    text: str
    held: bool = False


class Reader:
    """Reads sentences; `names` says what to replace, as in `{"Anika Rao": "{host}"}`."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = sorted(names.items(), key=lambda pair: -len(pair[0]))

    def page(self, html: str) -> set[Sentence]:
        """The sentences of a page or a part of one."""
        parser = _Texts()
        parser.feed(html)
        parser.close()
        parser.flush()
        return {sentence for text, held in parser.found for sentence in self._sentences(text, held=held)}

    def message(self, text: str) -> set[Sentence]:
        """The sentences of a message in plain text."""
        return {sentence for line in text.splitlines() for sentence in self._sentences(line, held=False)}

    def _sentences(self, text: str, *, held: bool) -> Iterator[Sentence]:
        text = " ".join(text.split())
        for value, name in self._names:
            text = text.replace(value, name)
        for pattern, name in PATTERNS:
            text = pattern.sub(name, text)
        for sentence in _END.split(text):
            if re.search(r"[A-Za-z]{2}", re.sub(r"\{\w+\}", "", sentence)):
                yield Sentence(sentence.strip(" ·–-"), held)


class _Texts(HTMLParser):
    """Collects the texts of a page: each with whether it is hidden."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, bool]] = []
        self._open: list[tuple[str, bool, bool]] = []
        self._words: list[str] = []

    @property
    def _held(self) -> bool:
        return any(held for _, held, _ in self._open)

    def flush(self) -> None:
        """End the present text."""
        text = "".join(self._words).strip()
        if text:
            self.found.append((text, self._held))
        self._words = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        held = "hidden" in values or (tag in HELD and "open" not in values)
        is_block = tag not in INLINE or held or bool({"button", "quiet"} & set(values.get("class", "").split()))
        if is_block:
            self.flush()
        if tag not in VOID:
            self._open.append((tag, held, is_block))
        for name, value in values.items():
            self._attribute(name, value, held=held)

    def _attribute(self, name: str, value: str, *, held: bool) -> None:
        for_script = name.startswith("data-") and name not in NO_WORDS and " " in value
        if name in ATTRIBUTES or for_script:
            texts = json.loads(value).values() if for_script and value.startswith("{") else [value]
            self.found += [(str(text), held or for_script or self._held) for text in texts]

    def handle_endtag(self, tag: str) -> None:
        while self._open and any(each[0] == tag for each in self._open):
            name, _, is_block = self._open[-1]
            if is_block:
                self.flush()
            self._open.pop()
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if not any(tag in UNREAD for tag, *_ in self._open):
            self._words.append(data)
