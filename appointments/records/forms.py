"""The form of the panel that asks whose links are replaced."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.choices import Role
from appointments.models import Appointment


class NewLinksForm(forms.Form):
    """Whose links are replaced (a list of :class:`Role`), and whether the new ones are sent."""

    whose = forms.TypedMultipleChoiceField(
        label=_("Whose link"), coerce=Role, widget=forms.CheckboxSelectMultiple, initial=list(Role)
    )
    send = forms.BooleanField(label=_("Send the new link, with the last message again"), required=False)

    def __init__(self, *args: Any, appointment: Appointment, may_tell: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whose"].choices = [  # type: ignore[attr-defined]
            (Role.VISITOR, _("The visitor’s: %(name)s") % {"name": appointment.visitor_name}),
            (Role.HOST, _("The host’s: %(name)s") % {"name": appointment.host_name}),
        ]
        if not may_tell:
            del self.fields["send"]
