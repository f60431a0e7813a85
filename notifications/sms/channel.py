"""The common part of all providers of texts."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PhoneField
from core.phones import belongs_to, may_be_texted
from notifications.budgets import budget
from notifications.channels import Channel, Contact
from notifications.models import Audience, Notification, State, Withheld
from notifications.sms.text import compose
from offices.current import current_office, phone_region


class Sms(Channel):
    """A text to a phone. Each provider is a subclass, which implements `send` and `status`."""

    name = "sms"
    label = _("Text")
    icon = "text"
    sentences: ClassVar = {
        State.QUEUED: _("Sending a text"),
        State.SENDING: _("Sending a text"),
        State.SENT: _("Told by text"),
        State.DELIVERED: _("Text delivered"),
        State.KEPT: _("No text sent: texts are not set up."),
        State.FAILED: _("Text not delivered."),
        State.WITHHELD: _("No text sent."),
    }
    budget: ClassVar = budget(
        "texts_day",
        {
            Audience.VISITOR: (_("texts to visitors in an hour"), _("texts to visitors in a day")),
            Audience.HOST: (_("texts to hosts in an hour"), _("texts to hosts in a day")),
            Audience.RECEPTION: (_("texts to reception in an hour"), _("texts to reception in a day")),
        },
    )

    def address(self, person: Contact) -> str:
        """The phone number."""
        return person.phone

    def refusal(self, recipient: str, audience: Audience) -> Withheld | None:
        """Why no text goes to this number: its kind, or for a visitor's its country."""
        if not may_be_texted(recipient):
            return Withheld.SERVICE
        regions = current_office().text_regions if audience == Audience.VISITOR else None
        return Withheld.COUNTRY if regions is not None and not belongs_to(recipient, regions) else None

    def address_field(self) -> forms.Field:
        """A phone number."""
        return PhoneField(label=_("Your mobile phone"), required=False, region=phone_region)

    def render(self, notification: Notification) -> str:
        """The text."""
        return compose(notification, current_office())
