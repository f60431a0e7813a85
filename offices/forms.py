"""The form in which the office manager edits the office."""

from __future__ import annotations

from typing import Any, cast
from zoneinfo import available_timezones

import phonenumbers
from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import LineField, PhoneField
from offices.models import LIMITS, Office


def zones() -> list[tuple[str, str]]:
    """The time zones to choose from (IANA); the ones that are named after a place come first."""
    names = sorted(available_timezones(), key=lambda name: ("/" not in name, name))
    return [(name, name.replace("_", " ")) for name in names]


def regions() -> list[tuple[str, str]]:
    """The countries to choose from, each by its code (ISO 3166) and its calling code."""
    codes = sorted(phonenumbers.SUPPORTED_REGIONS)
    return [
        ("", gettext("None: every number needs its country code")),
        *((code, f"{code}, +{phonenumbers.country_code_for_region(code)}") for code in codes),
    ]


class OfficeForm(forms.ModelForm):  # type: ignore[type-arg]
    """Fields that the environment fixes are disabled and name their environment variable."""

    name = LineField(label=_("Name"), max_length=120, help_text=Office._meta.get_field("name").help_text)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    phone_region = forms.ChoiceField(
        label=_("Country of phone numbers"),
        choices=regions,
        required=False,
        help_text=Office._meta.get_field("phone_region").help_text,
    )
    reception_phone = PhoneField(
        region=str,
        service=True,
        label=_("Reception’s phone"),
        required=False,
        max_length=60,
        error_messages={"extension": _("Enter the number without its extension")},
        help_text=Office._meta.get_field("reception_phone").help_text,
    )

    class Meta:
        model = Office
        fields = (
            "name",
            "address",
            "time_zone",
            "phone_region",
            "reception_phone",
            "reception_email",
            "link_retention_days",
            "chat_wait_seconds",
            "names_on_screens",
            "sms_regions",
            *LIMITS,
        )
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fixed = gettext("Fixed by %(variable)s in the environment of this installation.")
        for name in self.fields.keys() & settings.OFFICE_FIXED.keys():
            self.initial[name] = settings.OFFICE_FIXED[name]
            self.fields[name].disabled = True
            self.fields[name].help_text = fixed % {"variable": settings.OFFICE_VARIABLES[name]}
        # The country that is chosen in the same form.
        cast("PhoneField", self.fields["reception_phone"]).region = lambda: self.cleaned_data.get("phone_region", "")
