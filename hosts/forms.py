"""Form fields and forms about hosts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from core.forms import PhoneField
from hosts.models import Host
from offices.current import phone_region


class HostForm(forms.ModelForm):  # type: ignore[type-arg]
    """The form in which the office manager edits a host."""

    phone = PhoneField(region=phone_region, label=_("Phone"), help_text=Host._meta.get_field("phone").help_text)

    class Meta:
        model = Host
        fields = ("name", "title", "email", "phone", "address", "presence", "is_active")
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}

    def clean_email(self) -> str:
        """Reject an address that another host has, ignoring case."""
        email: str = self.cleaned_data["email"]
        if Host.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another host has this email address"))
        return email


class PresenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Only the presence, as one row of the list; its label contains the host's name."""

    class Meta:
        model = Host
        fields = ("presence",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = gettext("Presence of %(name)s") % {"name": self.instance.name}
        self.fields["presence"].widget.attrs["aria-label"] = label


def changed(*attributes: str) -> list[dict[str, Any]]:
    """The entry of the change log for these, as Django keeps it: by their labels, which are translated when read."""
    with override(None):
        return [{"changed": {"fields": [str(HostForm.base_fields[attribute].label) for attribute in attributes]}}]
