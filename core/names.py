"""Names of people."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.text import has_letter


def validate_name(name: str) -> None:
    """Raise ValidationError for a name that nobody can read, because it has no letter with a shape."""
    if not has_letter(name):
        raise ValidationError(_("Enter the full name, in letters"), code="required")
