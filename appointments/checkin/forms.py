"""The check-in form."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from appointments.admission import Admission, TooManyVisits
from appointments.checkin.limits import Place
from appointments.choices import Kind
from appointments.models import MAX_PEOPLE, Appointment
from core import phones
from core.forms import EmailField, LineField, NameField, PhoneField
from hosts.models import Host
from limits.counters import LimitReached
from offices.current import phone_region

# Fewer digits than the largest key has.
_KEY = re.compile(r"[0-9]{1,18}")


class IdempotencyKeyField(forms.Field):
    """The UUID of one rendered form. Any invalid value counts as absent, because visitors never see or type it."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> uuid.UUID | None:
        try:
            return uuid.UUID(str(value))
        except ValueError:
            return None


class HostField(forms.Field):
    """The key of a host, as a host of whom nothing else is known: whether it is listed shows when it is locked."""

    def to_python(self, value: Any) -> Host | None:
        if value in self.empty_values:
            return None
        if not _KEY.fullmatch(str(value)):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return Host(pk=int(value))


class CheckInForm(forms.Form):
    """The data that a visitor enters at check-in. Each error message says what to enter."""

    host = HostField(
        error_messages={
            "required": _("Choose who you are here to see"),
            "invalid_choice": _("Choose someone else, as this person is no longer listed"),
        },
    )
    name = NameField(
        label=_("Full name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
        error_messages={
            "required": _("Enter your full name"),
            "max_length": _("Enter your name in 120 characters or fewer"),
        },
    )
    email = EmailField(
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
        region=phone_region,
        label=_("Phone"),
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "dir": "ltr"}),
        error_messages={
            "required": _("Enter your phone number"),
            "invalid": _("Enter your phone number with its country code"),
            "letters": _("Enter your phone number in digits, with its country code"),
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
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 1, "max": MAX_PEOPLE}),
        error_messages={
            "invalid": format_lazy(_("Enter the number of people, from 1 to {most}"), most=MAX_PEOPLE),
        },
    )
    idempotency_key = IdempotencyKeyField(required=False, initial=uuid.uuid4)
    action = forms.ChoiceField(
        choices=[("appointment", Kind.IN_PERSON), ("chat", Kind.REMOTE)],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose Start appointment or Chat remotely")),
    )

    def __init__(self, data: QueryDict | None = None, *, shared: bool = False) -> None:
        """`shared` is for a device that visitors share: it turns off the browser's autocomplete."""
        super().__init__(data, auto_id="%s")
        self.shared = shared
        if shared:
            for field in self.fields.values():
                field.widget.attrs["autocomplete"] = "off"
        self.fields["phone"].help_text = gettext("With country code, like %(example)s") % {
            "example": phones.example(phone_region())
        }

    def clean_people(self) -> int:
        """The number of people, 1 when none is given."""
        people: int | None = self.cleaned_data["people"]
        if people is None:
            return 1
        if not 1 <= people <= MAX_PEOPLE:
            raise ValidationError(self.fields["people"].error_messages["invalid"])
        return people

    def refused(self, field: str, refusal: LimitReached | TooManyVisits) -> str:
        """The sentence at `host`, `phone` or `email` when a limit of it is reached."""
        if isinstance(refusal, TooManyVisits):
            return ngettext(
                "%(count)d visit is going on with it. End it first, or go to reception",
                "%(count)d visits are going on with it. End one first, or go to reception",
                refusal.most,
            ) % {"count": refusal.most}
        sentences = {
            "host": gettext("There have been many check-ins for this person. Choose someone else, or go to reception"),
            "phone": gettext("There have been many check-ins with this phone number. Please go to reception"),
            "email": gettext("There have been many check-ins with this email. Please go to reception"),
        }
        return sentences[field]

    def start(self, place: Place) -> Appointment:
        """Start the appointment; the form must be valid. Raises what :meth:`AppointmentQuerySet.start` raises."""
        given = self.cleaned_data
        uses = [*place.uses, *place.uses_of_visit(given["host"], given["phone"], given["email"])]
        return Appointment.objects.start(
            host=given["host"],
            kind=Kind.IN_PERSON if given["action"] == "appointment" else Kind.REMOTE,
            idempotency_key=given["idempotency_key"],
            admission=Admission(uses, place.device, place.screen),
            visitor_name=given["name"],
            visitor_email=given["email"],
            visitor_phone=given["phone"],
            purpose=given["purpose"],
            people=given["people"],
        )
