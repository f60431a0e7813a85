"""The check-in form."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appointments.models import MOST_PEOPLE, Appointment, Kind
from hosts import phones
from hosts.models import Host
from hosts.text import one_line


class LineField(forms.CharField):
    """One line of text in any script."""

    def to_python(self, value: Any) -> str:
        return one_line(str(super().to_python(value)))


class PhoneField(forms.CharField):
    """A phone number as people type it, cleaned to E.164."""

    def clean(self, value: Any) -> str:
        typed = one_line(str(super().clean(value)))
        try:
            return phones.to_e164(typed)
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class OnceField(forms.Field):
    """The UUID of one showing of the form. Anything else counts as absent: visitors never see or type it."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> uuid.UUID | None:
        try:
            return uuid.UUID(str(value))
        except ValueError:
            return None


class CheckInForm(forms.Form):
    """What a visitor gives at check-in. Each error says what to enter."""

    host = forms.ModelChoiceField(
        queryset=Host.objects.listed(),
        error_messages={
            "required": _("Choose who you are here to see"),
            "invalid_choice": _("Choose someone else, as this person is no longer listed"),
        },
    )
    name = LineField(
        label=_("Full name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
        error_messages={
            "required": _("Enter your full name"),
            "max_length": _("Enter your name in 120 characters or fewer"),
        },
    )
    email = forms.EmailField(
        label=_("Email"),
        max_length=254,
        widget=forms.EmailInput(
            attrs={"inputmode": "email", "autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={
            "required": _("Enter your email address, like name@example.com"),
            "invalid": _("Enter an email address like name@example.com"),
            "max_length": _("Enter an email address of 254 characters or fewer"),
        },
    )
    phone = PhoneField(
        label=_("Phone"),
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "dir": "ltr"}),
        error_messages={
            "required": _("Enter your phone number"),
            "invalid": _("Enter your phone number with its country code"),
            "max_length": _("Enter your phone number with its country code"),
        },
    )
    purpose = LineField(
        label=_("Purpose"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("Say your purpose in 200 characters or fewer")},
    )
    people = forms.IntegerField(
        label=_("Number of people"),
        required=False,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 1, "max": MOST_PEOPLE}),
        error_messages={
            "invalid": format_lazy(_("Enter the number of people, from 1 to {most}"), most=MOST_PEOPLE),
        },
    )
    checkin_id = OnceField(required=False, initial=uuid.uuid4)
    action = forms.ChoiceField(
        choices=[("appointment", Kind.IN_PERSON), ("chat", Kind.REMOTE)],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose Start appointment or Chat remotely")),
    )

    def __init__(self, data: QueryDict | None = None, *, shared: bool = False) -> None:
        """`shared`: on a device that visitors share, the browser is asked to fill in nothing of the one before."""
        super().__init__(data, auto_id="%s")
        self.shared = shared
        if shared:
            for field in self.fields.values():
                field.widget.attrs["autocomplete"] = "off"
        self.fields["phone"].help_text = gettext("With country code, like %(example)s") % {"example": phones.example()}

    def clean_people(self) -> int:
        """A visitor who gives no number comes alone."""
        people: int | None = self.cleaned_data["people"]
        if people is None:
            return 1
        if not 1 <= people <= MOST_PEOPLE:
            raise ValidationError(self.fields["people"].error_messages["invalid"])
        return people

    def start(self) -> Appointment:
        """Start the appointment of a valid form; raises what :meth:`AppointmentQuerySet.start` raises."""
        given = self.cleaned_data
        return Appointment.objects.start(
            host=given["host"],
            kind=Kind.IN_PERSON if given["action"] == "appointment" else Kind.REMOTE,
            checkin_id=given["checkin_id"],
            visitor_name=given["name"],
            visitor_email=given["email"],
            visitor_phone=given["phone"],
            purpose=given["purpose"],
            people=given["people"],
        )
