"""A page of the panel as a browser has it: opened at one time, sent at another."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TypeVar

from django.db.models import Model
from django.test import Client

DISPUTE = "Somebody else has set this to “{}” meanwhile. Save again to set it to yours"

Record = TypeVar("Record", bound=Model)


def present(record: Record) -> Record:
    """The record as the database has it."""
    return type(record)._default_manager.get(pk=record.pk)


class Page(HTMLParser):
    """The form of a page, whose fields can be changed before it is sent."""

    def __init__(self, client: Client, address: str) -> None:
        super().__init__()
        self.client, self.address = client, address
        self.fields: dict[str, list[str]] = {}
        self._select = self._area = ""
        self.feed(client.get(address).content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        it = dict(attrs)
        name = it.get("name") or ""
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
            self.fields[name] = [""]
        elif tag == "option" and self._select and "selected" in it:
            self.fields.setdefault(self._select, []).append(it.get("value") or "")
        elif tag == "input" and name and self._is_sent(it):
            self.fields.setdefault(name, []).append(it.get("value") or ("on" if "checked" in it else ""))

    @staticmethod
    def _is_sent(it: dict[str, str | None]) -> bool:
        kind = it.get("type")
        ticked = "checked" in it or kind not in {"checkbox", "radio"}
        return ticked and kind not in {"submit", "file"} and "disabled" not in it

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            # A browser leaves out the first line break of a text area.
            self.fields[self._area] = [(self.fields[self._area][0] + data).removeprefix("\n")]

    def row_of(self, pk: int, name: str = "presence") -> str:
        """The name of this field in the row of this record, in a list."""
        [key] = [key for key, values in self.fields.items() if key.endswith("-id") and values == [str(pk)]]
        return key.removesuffix("id") + name

    def send(self, **changed: str | list[str]) -> str:
        """Send the form, with these fields changed; the page that comes of it."""
        fields = self.fields | {name: [value] if isinstance(value, str) else value for name, value in changed.items()}
        fields.pop("action", None)
        response = self.client.post(self.address, fields | {"_save": ["Save"]}, follow=True)
        assert response.status_code == 200
        return response.content.decode()
