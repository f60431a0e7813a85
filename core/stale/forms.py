"""Forms that save what a person has changed, and nothing else, although the record may have changed since they saw it.

Each field carries the fingerprint of the value that the page showed. By it the form tells, when it comes back, what the
person has changed from what somebody else has.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext

# 64 bits: two values that follow each other differ by more.
FINGERPRINT_LENGTH = 16
MAX_SHOWN = 200


class SeenField(forms.BoundField):
    """A field of a record, with the fingerprint of the value that the page showed.

    A form that comes back without one, as from a program, is taken as it is.
    """

    @property
    def record(self) -> Model:
        """The record."""
        return cast("StaleAwareForm", self.form).instance  # type: ignore[no-any-return]

    @cached_property
    def present(self) -> str:
        """The fingerprint of the record's present value."""
        return _fingerprint(self.field, self.initial)

    @cached_property
    def is_stale(self) -> bool:
        """Whether the record's value is another than the page showed."""
        seen = self.form.data.get(self.html_initial_name) if self.form.is_bound else None
        return seen is not None and not self.field.disabled and seen != self.present

    @cached_property
    def is_kept(self) -> bool:
        """Whether somebody else has changed the value, and this person has not."""
        return self.is_stale and self._submitted == self.form.data.get(self.html_initial_name)

    @cached_property
    def is_disputed(self) -> bool:
        """Whether somebody else has changed the value, and this person has to another."""
        return self.is_stale and not self.is_kept and self._submitted != self.present

    @cached_property
    def _submitted(self) -> str:
        """The fingerprint of what was submitted; empty when that is no valid value."""
        try:
            return _fingerprint(self.field, self.field.clean(super().data))
        except ValidationError:
            return ""

    @property
    def data(self) -> Any:
        """What was submitted; instead of a value that this person has not changed, the present one."""
        if not self.is_kept:
            return super().data
        value, widget = self.field.prepare_value(self.initial), self.field.widget
        return widget.decompress(value) if isinstance(widget, forms.MultiWidget) else value

    def _has_changed(self) -> bool:
        changed = not self.is_kept and super()._has_changed()  # type: ignore[misc]
        return changed and self._submitted != self.present

    def __str__(self) -> SafeString:
        hidden = format_html('<input type="hidden" name="{}" value="{}">', self.html_initial_name, self.present)
        return self.as_widget() + hidden if self.record.pk else self.as_widget()

    __html__ = __str__

    @property
    def shown(self) -> str:
        """The record's present value, as people read it."""
        texts = _labels(self.field, self.initial)
        return Truncator(", ".join(texts)).chars(MAX_SHOWN) or gettext("nothing")


class StaleAwareForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form of a record that changes only what its person has changed.

    What somebody else has changed meanwhile stays as it is, is in `kept`, and the field says so. Where both have, the
    field says what the value is now, and the form is valid once it is sent again.
    """

    bound_field_class = SeenField

    @property
    def kept(self) -> list[SeenField]:
        """The fields that somebody else has changed, and this person has not."""
        return [field for field in cast("Iterable[SeenField]", self) if field.is_kept]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for field in cast("Iterable[SeenField]", self):
            if field.is_disputed:
                text = gettext("Somebody else has set this to “%(value)s” meanwhile. Save again to set it to yours")
                self.add_error(field.name, ValidationError(text, code="stale", params={"value": field.shown}))
            elif field.is_kept:
                field.help_text = " ".join((gettext("Somebody else has changed this meanwhile."), str(field.help_text)))
        return cleaned


def stale_aware(form: type[forms.ModelForm[Any]]) -> type[StaleAwareForm]:
    """The same form as a :class:`StaleAwareForm`."""
    return type(form.__name__, (StaleAwareForm, form), {})


def _fingerprint(field: forms.Field, value: Any) -> str:
    """The same for all forms of one value, such as a number as it is stored and as it is shown."""
    text = json.dumps(_plain(field.prepare_value(value)), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, list | tuple | set):
        return sorted(str(each) for each in value)
    return "" if value is None else str(value)


def _labels(field: forms.Field, value: Any) -> Iterator[str]:
    prepared = field.prepare_value(value)
    if isinstance(field, forms.BooleanField):
        yield gettext("yes") if value else gettext("no")
    elif isinstance(field, forms.ChoiceField):
        chosen = {str(each) for each in (prepared if isinstance(prepared, list | tuple) else [prepared])}
        yield from (str(label) for key, label in _flat(cast("Iterable[Any]", field.choices)) if str(key) in chosen)
    elif isinstance(prepared, Model | str | int):
        yield str(prepared)
    elif prepared is not None:
        yield str(field.widget.format_value(prepared) or prepared)


def _flat(choices: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    for key, label in choices:
        yield from _flat(label) if isinstance(label, list | tuple) else [(key, label)]
