"""The kinds of an appointment, its people, how it ends, and what a host replies."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """How an appointment began."""

    IN_PERSON = "in_person", _("In person")
    REMOTE = "remote", _("Remote")


class Role(models.TextChoices):
    """The two people of an appointment; each has a link."""

    VISITOR = "visitor", _("Visitor")
    HOST = "host", _("Host")


class EndedBy(models.TextChoices):
    """Who ended an appointment."""

    VISITOR = "visitor", _("Visitor")
    HOST = "host", _("Host")
    MANAGER = "manager", _("Office manager")
    RECEPTION = "reception", _("Reception")
    SYSTEM = "system", _("Automatically")
    # Who gets the visitor's messages and has said that they are somebody else.
    NOT_VISITOR = "stranger", _("Not the visitor")


class Reply(models.TextChoices):
    """The host's reply, with one tap, to a visitor at reception."""

    ON_MY_WAY = "on_my_way", _("I’m on my way")
    FIVE_MINUTES = "five_minutes", _("Five minutes")
    COLLEAGUE = "colleague", _("Please start without me")

    @property
    def icon(self) -> str:
        """The pictogram of its button."""
        return {Reply.ON_MY_WAY: "walk", Reply.FIVE_MINUTES: "clock", Reply.COLLEAGUE: "people"}[self]

    @property
    def note(self) -> str:
        """The note on its button about the consequence; empty when the label is enough."""
        return gettext("Tells the visitor to ask at reception") if self is Reply.COLLEAGUE else ""
