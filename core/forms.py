"""Form fields that several forms share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import phones
from core.emails import validate_plain_email
from core.names import validate_name
from core.text import many_lines, one_line


class TypedField(forms.CharField):
    """Text that somebody types. Too much of it stays in the field, with a sentence beside it.

    With the attribute `maxlength`, browsers would drop the end of what is pasted without a word, and count otherwise
    than databases do: an emoji as two characters.
    """

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class LineField(TypedField):
    """One line of text in any script."""

    def to_python(self, value: Any) -> str:
        return one_line(str(super().to_python(value) or ""))


class NameField(LineField):
    """The name of a person, which has a letter; one without counts as missing."""

    default_validators = [validate_name]


class LinesField(TypedField):
    """Several lines of text in any script."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return many_lines(str(super().to_python(value) or ""))


class EmailField(TypedField, forms.EmailField):
    """An email address as people have one (:func:`core.emails.validate_plain_email`), without invisible characters."""

    default_validators = [validate_plain_email]

    def to_python(self, value: Any) -> str:
        return one_line(str(super().to_python(value) or ""))


class PhoneField(TypedField):
    """A phone number as people type it, cleaned to E.164, or to an empty string when the field is optional and empty.

    It is that of a person, unless `service` is set: numbers of services, such as premium-rate ones, are refused.
    `region` returns the country of numbers without a country code (ISO 3166, or empty). It is called for each number.
    """

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "dir": "ltr"})
    default_error_messages = {
        "invalid": _("Enter a phone number with its country code, like %(example)s"),
        "letters": _("Enter the phone number in digits, without letters"),
        "extension": _("Enter the number without its extension, as no text reaches one"),
        "long": _("A phone number has 15 digits at most, with its country code"),
        "service": _("This is the number of a service. Enter the number of a person’s phone"),
    }

    def __init__(self, *, region: Callable[[], str], service: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.region, self.service = region, service

    def clean(self, value: Any) -> str:
        typed = one_line(str(super().clean(value) or ""))
        if not typed:
            return ""
        try:
            number = phones.to_e164(typed, self.region())
        except phones.NotAPhone as error:
            example = {"example": phones.example(self.region())}
            raise ValidationError(self.error_messages[error.reason], code=error.reason, params=example) from error
        if not self.service and phones.is_service(number):
            raise ValidationError(self.error_messages["service"], code="service")
        return number

    def prepare_value(self, value: Any) -> Any:
        """A stored number as people read it; what was typed stays as typed."""
        return phones.international(value) if phones.is_e164(str(value or "")) else value


class RecordsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several records. A number that is too large for a key is no choice, instead of an exception of the database."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid_list"], code="invalid_list") from None
