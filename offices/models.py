"""The office: the settings that its manager edits in the host panel, without a restart."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.phones import E164_LENGTH, EVERY_REGION, is_landline, regions_in, validate_e164, validate_regions

# The fixed primary key of the only record, so that two concurrent set-ups edit the same record.
THE_OFFICE = 1
DEFAULT_NAME = "Our office"
DEFAULT_ZONE = "UTC"
DEFAULT_LINK_DAYS = 30
DEFAULT_CHAT_WAIT = 120
# Ten years; a larger number is a typing error.
MAX_LINK_DAYS = 3650
MAX_CHAT_WAIT = 60 * 60
# A larger limit is none.
MAX_LIMIT = 100_000
# The names of the fields that are limits, in the order of the form.
LIMITS = (
    "checkins_per_address_hour",
    "checkins_per_address_day",
    "checkins_per_screen_hour",
    "checkins_per_screen_day",
    "checkins_per_phone_day",
    "checkins_per_email_day",
    "checkins_per_host_hour",
    "checkins_per_host_day",
    "checkins_hour",
    "checkins_day",
    "visits_per_visitor",
    "visits_per_address",
    "messages_per_visitor_hour",
    "messages_per_visitor_day",
    "messages_per_host_hour",
    "messages_per_host_day",
    "texts_day",
    "emails_day",
)


def validate_zone(name: str) -> None:
    """Raise ValidationError unless this is the name of a time zone (IANA), such as Asia/Kolkata."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(_("Choose a time zone from the list")) from error


def limit(label: Any, default: int, help_text: Any = "") -> models.PositiveIntegerField[int, int]:
    """The field of a limit: a whole number, because no limit is switched off."""
    validators = [MinValueValidator(1), MaxValueValidator(MAX_LIMIT)]
    return models.PositiveIntegerField(label, default=default, validators=validators, help_text=help_text)


class Office(models.Model):
    """The office of this installation. Read it with :func:`offices.current.current_office`, not from the table."""

    name = models.CharField(
        _("name"), max_length=120, default=DEFAULT_NAME, help_text=_("As visitors know it, on pages and in messages.")
    )
    address = models.TextField(
        _("address"), max_length=300, blank=True, help_text=_("Where a new host is to be found, unless changed there.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default=DEFAULT_ZONE, validators=[validate_zone])
    phone_region = models.CharField(
        _("country of phone numbers"),
        max_length=2,
        blank=True,
        help_text=_("Of numbers that are typed without a country code."),
    )
    reception_phone = models.CharField(
        _("reception’s phone"),
        max_length=E164_LENGTH,
        blank=True,
        validators=[validate_e164],
        help_text=_("Shown wherever a visitor may need help."),
    )
    reception_email = models.EmailField(
        _("reception’s email"),
        blank=True,
        help_text=_(
            "Told, as is the phone above by text, when a host cannot be told of a visitor or asks for a colleague. A "
            "landline is not."
        ),
    )
    link_retention_days = models.PositiveSmallIntegerField(
        _("days that links show the details"),
        default=DEFAULT_LINK_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_LINK_DAYS)],
        help_text=_("Counted from the end of the appointment."),
    )
    names_on_screens = models.BooleanField(
        _("names on reception screens"),
        default=True,
        help_text=_(
            "A host’s answer shows for a minute on the screen where the visitor has checked in, with the first name "
            "and one initial. Without names it shows with the check-in time."
        ),
    )
    chat_wait_seconds = models.PositiveSmallIntegerField(
        _("seconds of waiting in a chat"),
        default=DEFAULT_CHAT_WAIT,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_CHAT_WAIT)],
        help_text=_("After these, a visitor whom nobody answers is offered to leave a message."),
    )
    sms_regions = models.CharField(
        _("countries that get texts"),
        max_length=200,
        blank=True,
        validators=[validate_regions],
        help_text=_(
            "Of visitors; hosts always get theirs. Codes such as IN, GB, or * for every country. When empty, the "
            "country of phone numbers above or, without one, every country."
        ),
    )
    checkins_per_address_hour = limit(
        _("check-ins from one device in an hour"),
        120,
        _("Not on reception screens. All devices on one Wi-Fi may count as one, because they share an address."),
    )
    checkins_per_address_day = limit(_("check-ins from one device in a day"), 400)
    checkins_per_screen_hour = limit(_("check-ins on one reception screen in an hour"), 200)
    checkins_per_screen_day = limit(_("check-ins on one reception screen in a day"), 1000)
    checkins_per_phone_day = limit(_("check-ins with one phone number in a day"), 6)
    checkins_per_email_day = limit(_("check-ins with one email in a day"), 6)
    checkins_per_host_hour = limit(_("check-ins for one host in an hour"), 20)
    checkins_per_host_day = limit(_("check-ins for one host in a day"), 60)
    checkins_hour = limit(
        _("check-ins in an hour"),
        300,
        _("From all devices of visitors together. Reception screens count by themselves."),
    )
    checkins_day = limit(_("check-ins in a day"), 1500)
    visits_per_visitor = limit(
        _("visits in person going on at once with one phone number or email"),
        2,
        _("Chats do not count."),
    )
    visits_per_address = limit(
        _("visits in person going on at once from one device, which no host has answered"),
        5,
        _("Not from reception screens."),
    )
    messages_per_visitor_hour = limit(
        _("messages to one visitor’s number or email in an hour"),
        15,
        _("All of them count: about the start and the end, replies, unread chats, and those sent again."),
    )
    messages_per_visitor_day = limit(_("messages to one visitor’s number or email in a day"), 30)
    messages_per_host_hour = limit(_("messages to one host’s number or email in an hour"), 60)
    messages_per_host_day = limit(_("messages to one host’s number or email in a day"), 200)
    texts_day = limit(
        _("texts to visitors in a day"),
        500,
        _("At most a quarter of them in one hour. Hosts have as many of their own. A text may be charged as two."),
    )
    emails_day = limit(
        _("emails to visitors in a day"),
        3000,
        _("At most a quarter of them in one hour. Hosts have as many of their own."),
    )

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("office")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def reception_mobile(self) -> str:
        """Reception's phone, if texts may reach it; else an empty text."""
        return "" if not self.reception_phone or is_landline(self.reception_phone) else self.reception_phone

    @property
    def text_regions(self) -> frozenset[str] | None:
        """The countries whose numbers of visitors get texts (ISO 3166); None when every country does."""
        regions = regions_in(self.sms_regions) or regions_in(self.phone_region)
        return None if not regions or EVERY_REGION in regions else regions
