"""What each message is about, in a few words for the host panel. Each app says it of its own templates."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_titles: dict[str, str | Promise] = {"test-message": _("Test message")}


def entitle(titles: Mapping[str, str | Promise]) -> None:
    """Say what the messages of these templates are about."""
    _titles.update(titles)


def title_of(template: str) -> str:
    """What the messages of this template are about; of an unknown one its name."""
    return str(_titles.get(template, template))
