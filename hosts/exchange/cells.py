"""What the text of one cell means, however a spreadsheet program has left it."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.spreadsheets import from_text

# No program holds more digits of a number than these; what comes after them has become zeros.
MAX_DIGITS = 15

# Excel's way to keep zeros at the front: ="0441".
_QUOTED = re.compile(r'="([^"]*)"')
_ERRORS = {"#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#DIV/0!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
_WHOLE = re.compile(r"(\d+)[.,]0*")
_GROUPED = re.compile(r"\d{1,3}(?:([.,'’])\d{3})(?:\1\d{3})+")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?E\+?(\d{1,4})", re.IGNORECASE)

_YES = (
    "yes y true 1 x on active enabled listed ja j wahr aktiv oui o vrai actif sí si s verdadero activo vero attivo sim "
    "verdadeiro ativo waar actief tak prawda 是 はい हाँ да"
)
_NO = (
    "no n false 0 off inactive disabled suspended nein falsch inaktiv non faux inactif falso inactivo inattivo não nao "
    "inativo nee onwaar inactief nie fałsz 否 いいえ नहीं нет"
)


def text_of(cell: str) -> str:
    """What the cell says, without what only protects it."""
    text = cell.strip()
    quoted = _QUOTED.fullmatch(text)
    return quoted[1] if quoted else from_text(text)


def refuse_errors(text: str) -> None:
    """Raise ValidationError for what a program shows where it has no content."""
    if text.upper() in _ERRORS or (text and not text.strip("#")):
        raise ValidationError(_("This cell holds an error of the spreadsheet program, not its content"))


def digits_of(text: str) -> str:
    """The digits of a whole number that a program wrote as a number, such as `9.812345001E9`; other text as it is.

    Raises ValidationError for a number that has lost digits.
    """
    if scientific := _SCIENTIFIC.fullmatch(text):
        first, decimals, exponent = scientific[1], scientific[2] or "", int(scientific[3])
        kept = decimals.rstrip("0") if len(decimals) > exponent else decimals
        if len(kept) != exponent or exponent >= MAX_DIGITS:
            raise _lost()
        return first + kept
    if whole := _WHOLE.fullmatch(text):
        text = whole[1]
    elif _GROUPED.fullmatch(text):
        text = re.sub(r"\D", "", text)
    if text.isdecimal() and len(text) > MAX_DIGITS:
        raise _lost()
    return text


def of_number(value: float) -> str:
    """The text of a cell that holds a number: its digits, or how many it has lost."""
    if isinstance(value, float) and not value.is_integer():
        return repr(value)
    return str(int(value)) if abs(value) < 10**MAX_DIGITS else f"{value:.14E}"


def yes_or_no(text: str) -> bool:
    """Whether the text says yes, in the usual languages. Raises ValidationError when it says neither yes nor no."""
    typed = text.casefold()
    if typed in _YES.split() or typed == _("yes"):
        return True
    if typed in _NO.split() or typed == _("no"):
        return False
    raise ValidationError(_("Enter yes or no"))


def _lost() -> ValidationError:
    return ValidationError(
        _("This number has lost digits in the spreadsheet program. Format the column as text, and enter it again")
    )
