"""Finds hosts in the panel by name, title, email or phone, however they are written."""

from __future__ import annotations

from django.db.models import QuerySet

from core.phones import beginnings
from core.text import searchable
from hosts.models import Host
from offices.current import phone_region


def find(hosts: QuerySet[Host], typed: str) -> QuerySet[Host]:
    """Those of `hosts` whose name, title and email contain each typed word, or whose number has the typed digits.

    Accents and case do not matter, and a number may be typed in any format. The hosts are compared here, because no
    function of both databases does it; there are thousands of hosts at most.
    """
    words, numbers = searchable(typed).split(), beginnings(typed, phone_region())
    if not words:
        return hosts
    found = [
        pk
        for pk, phone, *texts in hosts.order_by().values_list("pk", "phone", "name", "title", "email")
        if any(number in phone for number in numbers) or _has_words(" ".join(texts), words)
    ]
    return hosts.filter(pk__in=found)


def _has_words(text: str, words: list[str]) -> bool:
    plain = searchable(text)
    return all(word in plain for word in words)
