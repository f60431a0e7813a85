"""The columns of a file of hosts: what each cell may say, and how a host's values are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import phones
from core.forms import EmailField, LineField, LinesField, PhoneField
from core.text import many_lines, one_line
from hosts.exchange.cells import digits_of, yes_or_no
from hosts.models import Host, Presence
from offices.current import phone_region


@dataclass(frozen=True, eq=False)
class Column:
    """A column. `read` makes a value of a cell's text, or raises ValidationError; `show` is the text of a value.

    `is_needed`: a host cannot be without it. `may_be_emptied`: an empty cell empties it for a known host.
    """

    name: str
    label: str | Promise
    attribute: str
    read: Callable[[str], Any]
    show: Callable[[Any], str] = str
    is_needed: bool = False
    may_be_emptied: bool = False
    clean: Callable[[str], str] = one_line

    def is_said_by(self, text: str, value: Any) -> bool:
        """Whether this text is how the value may read in a file, so that it changes nothing."""
        return text in {self.show(value), self.clean(self.show(value))}


class PhoneColumn(Column):
    """A column of phone numbers, from which a program may have taken the plus sign."""

    def is_said_by(self, text: str, value: Any) -> bool:
        """Whether it can mean the same number, with or without its plus sign."""
        return super().is_said_by(text, value) or value in {_or_none(_here, text), _or_none(_abroad, text)}


_PHONE = PhoneField(region=phone_region)


def _field(attribute: str, form_class: type) -> Callable[[str], Any]:
    """Reads a cell as the form does, and holds it to the model's own rules, too."""
    rule: Any = Host._meta.get_field(attribute)
    typed = rule.formfield(form_class=form_class)
    return lambda text: rule.clean(typed.clean(text), None)


def _phone(text: str) -> str:
    """The number, of the office’s country or, where a program has dropped its plus sign, of another.

    Raises ValidationError where it could as well be either, so that nobody else is called.
    """
    here, abroad = _or_none(_here, text), _or_none(_abroad, text)
    if abroad is None or abroad == here or not phones.is_assigned(abroad):
        return here or _here(text)
    if here is None or not phones.is_assigned(here):
        return abroad
    if phones.how_mobile(here) > phones.how_mobile(abroad):
        return here
    raise ValidationError(_("Write this number with a + and its country code: it could be two numbers"))


def _here(text: str) -> str:
    """The number as people of the office’s country type it."""
    return _PHONE.clean(digits_of(text))


def _abroad(text: str) -> str:
    """The number with the plus sign that a program may have dropped."""
    digits = re.sub(r"[\s()./-]", "", digits_of(text))
    if not digits.isdecimal() or not int(digits[0]):
        raise ValidationError(_PHONE.error_messages["invalid"])
    return _PHONE.clean(f"+{digits}")


def _or_none(reading: Callable[[str], str], text: str) -> str | None:
    try:
        return reading(text)
    except ValidationError:
        return None


def _presence(text: str) -> str:
    typed = text.casefold()
    for presence in Presence:
        if typed in {presence.value, presence.value.replace("_", " "), str(presence.label).casefold()}:
            return presence.value
    labels = ", ".join(str(presence.label) for presence in Presence)
    raise ValidationError(_("Enter one of: %(labels)s"), params={"labels": labels})


def _yes_or_no_in_words(value: Any) -> str:
    return _("yes") if value else _("no")


NAME = Column("name", gettext_lazy("Name"), "name", _field("name", LineField), is_needed=True)
EMAIL = Column("email", gettext_lazy("Email"), "email", _field("email", EmailField), is_needed=True)
ADDRESS = Column(
    "address", gettext_lazy("Address"), "address", _field("address", LinesField), is_needed=True, clean=many_lines
)
# In the order of the export.
COLUMNS = (
    NAME,
    Column("title", gettext_lazy("Title"), "title", _field("title", LineField), may_be_emptied=True),
    EMAIL,
    PhoneColumn("phone", gettext_lazy("Phone"), "phone", _phone, phones.international, is_needed=True),
    ADDRESS,
    Column("presence", gettext_lazy("Presence"), "presence", _presence, lambda value: str(Presence(value).label)),
    Column("listed", gettext_lazy("Listed"), "is_active", yes_or_no, _yes_or_no_in_words),
)
# Two columns that make the name where a file has no column for it.
NAME_PARTS = {"first_name": gettext_lazy("First name"), "last_name": gettext_lazy("Last name")}
# Whatever a column of a file can be.
LABELS: dict[str, str | Promise] = {
    NAME.name: NAME.label,
    **NAME_PARTS,
    **{column.name: column.label for column in COLUMNS if column is not NAME},
}
BY_ATTRIBUTE = {column.attribute: column for column in COLUMNS}


def row_of(host: Host) -> list[str]:
    """The cells of a host in an export."""
    return [column.show(getattr(host, column.attribute)) for column in COLUMNS]
