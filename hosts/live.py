"""Hints to open check-in pages that the directory changed."""

from __future__ import annotations

from core.push import hint_on_commit

GROUP = "hosts"


def announce() -> None:
    """After commit, hint to every open check-in page that availability may have changed."""
    hint_on_commit(GROUP, "hosts.changed")
