"""Form fields and forms about hosts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hosts.models import Host
from hosts.phones import example, international, to_e164


class PhoneField(forms.CharField):
    """A phone number as people type it; cleaned to E.164. A number without a country code is of `PHONE_REGION`."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "dir": "ltr"})

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        if not typed:
            return ""
        try:
            return to_e164(typed)
        except ValueError as error:
            raise ValidationError(
                _("Enter a phone number with its country code, like %(example)s"), params={"example": example()}
            ) from error

    def prepare_value(self, value: Any) -> Any:
        """A stored number as people read it; what was typed wrongly stays as typed."""
        return international(value) if value else value


class HostForm(forms.ModelForm):  # type: ignore[type-arg]
    """A host as the office manager edits it."""

    phone = PhoneField(label=_("Phone"), help_text=Host._meta.get_field("phone").help_text)

    class Meta:
        model = Host
        fields = ("name", "title", "email", "phone", "address", "presence", "is_active")
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}

    def clean_email(self) -> str:
        """Refuses another host's address, whatever its case."""
        email: str = self.cleaned_data["email"]
        if Host.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another host has this email address"))
        return email


class PresenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Presence alone, as a row of a list: its label says whose it is."""

    class Meta:
        model = Host
        fields = ("presence",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = gettext("Presence of %(name)s") % {"name": self.instance.name}
        self.fields["presence"].widget.attrs["aria-label"] = label
