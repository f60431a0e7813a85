"""Appointments: one visit each, from check-in to check-out."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.deletion import Collector, ProtectedError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.screens import Screen  # noqa: F401  Django looks for models here
from appointments.search import words_of
from hosts.availability import Availability, availability
from hosts.models import Host, HostQuerySet
from hosts.phones import E164_LENGTH, validate_e164
from notifications.models import Notification

# The form on the reception screen counts heads for an evacuation; a larger group checks in in parts.
MOST_PEOPLE = 20
# 16 random bytes are 128 bits: 22 characters of the URL-safe alphabet.
TOKEN_BYTES = 16
TOKEN_LENGTH = 22
# Late visitors have left by then; what is still open has been forgotten.
NIGHT_ENDS = 3


class Kind(models.TextChoices):
    """How an appointment began."""

    IN_PERSON = "in_person", _("In person")
    REMOTE = "remote", _("Remote")


class Role(models.TextChoices):
    """Whose link it is: the two people of an appointment."""

    VISITOR = "visitor", _("Visitor")
    HOST = "host", _("Host")


class EndedBy(models.TextChoices):
    """Who ended an appointment."""

    VISITOR = "visitor", _("Visitor")
    HOST = "host", _("Host")
    MANAGER = "manager", _("Office manager")
    SYSTEM = "system", _("Automatically")


class Reply(models.TextChoices):
    """What a host answers to a visitor at reception, with one tap."""

    ON_MY_WAY = "on_my_way", _("I’m on my way")
    FIVE_MINUTES = "five_minutes", _("Five minutes")
    COLLEAGUE = "colleague", _("Please start without me")


class NotOffered(Exception):
    """The host does not take this kind of appointment now; `availability` says what visitors see instead."""

    def __init__(self, host: Host, now: Availability) -> None:
        super().__init__(f"{host} is {now}")
        self.host = host
        self.availability = now


def new_token() -> str:
    """A random link token of 128 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def keep_history(collector: Collector, field: Any, appointments: models.QuerySet[Appointment], using: str) -> None:
    """On deletion of a host: past appointments stay without it; one that is going on refuses the deletion."""
    ongoing: set[models.Model] = set(appointments.filter(ended_at__isnull=True))
    if ongoing:
        raise ProtectedError("A host with an appointment going on cannot be deleted.", ongoing)
    models.SET_NULL(collector, field, appointments, using)


# Tells Django's collector to hand over the query instead of a host's whole history.
keep_history.lazy_sub_objs = True  # type: ignore[attr-defined]


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Vocabulary for choosing appointments, and the one way to start one."""

    def ongoing(self) -> AppointmentQuerySet:
        """Those that have not ended."""
        return self.filter(ended_at__isnull=True)

    def ended(self) -> AppointmentQuerySet:
        """Those that have ended."""
        return self.filter(ended_at__isnull=False)

    def left_open(self, now: datetime) -> AppointmentQuerySet:
        """Those that nobody has ended by 03:00 of the day after they started, in the site's time zone."""
        today = (timezone.localtime(now) - timedelta(hours=NIGHT_ENDS)).date()
        return self.ongoing().filter(started_at__lt=timezone.make_aware(datetime.combine(today, time.min)))

    def in_person(self) -> AppointmentQuerySet:
        """Those whose visitor is on site."""
        return self.filter(kind=Kind.IN_PERSON)

    def remote(self) -> AppointmentQuerySet:
        """Those that began as a chat."""
        return self.filter(kind=Kind.REMOTE)

    def start(self, *, host: Host, kind: Kind, checkin_id: UUID | None = None, **details: Any) -> Appointment:
        """Check a visitor in with `host`: save the appointment, and with it its notifications, in one transaction.

        `details` are the visitor's (`visitor_name`, `visitor_email`, `visitor_phone` in E.164, `purpose`, `people`).
        A form that arrives twice, known by `checkin_id` and the same details, gets the appointment of the first time.

        Raises :class:`NotOffered` when the host does not take this kind now (for a second in-person appointment the
        database itself refuses, however many arrive in the same instant), and :class:`Host.DoesNotExist` when the host
        has been deleted or hidden meanwhile.
        """
        try:
            with transaction.atomic():
                locked = Host.objects.select_for_update().get(pk=host.pk, is_active=True)
                now = availability(locked.presence, in_meeting=False)
                if not (now.offers_in_person if kind == Kind.IN_PERSON else now.offers_remote):
                    raise NotOffered(locked, now)
                return self.create(host=locked, kind=kind, checkin_id=checkin_id, **details)
        except IntegrityError as error:
            first = self.ongoing().filter(host=host, kind=kind, checkin_id=checkin_id, **details).first()
            if checkin_id and first:
                return first
            if checkin_id and self.filter(checkin_id=checkin_id).exists():
                # The same page was sent for another visit, by the back button: that is a check-in of its own.
                return self.start(host=host, kind=kind, **details)
            if kind == Kind.IN_PERSON and self.ongoing().in_person().filter(host=host).exists():
                raise NotOffered(host, Availability.MEETING) from error
            raise


class Appointment(models.Model):
    """One visit. The host's name and address are copies, so that the record outlives the host."""

    host = models.ForeignKey(
        Host, verbose_name=_("host"), null=True, on_delete=keep_history, related_name="appointments"
    )
    host_name = models.CharField(_("host’s name"), max_length=120)
    address_visited = models.TextField(_("address visited"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    visitor_name = models.CharField(_("visitor’s name"), max_length=120)
    visitor_email = models.EmailField(_("visitor’s email"))
    visitor_phone = models.CharField(_("visitor’s phone"), max_length=E164_LENGTH, validators=[validate_e164])
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    people = models.PositiveSmallIntegerField(
        _("number of people"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_PEOPLE)]
    )
    started_at = models.DateTimeField(_("check-in time"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("check-out time"), null=True, editable=False)
    ended_by = models.CharField(_("ended by"), max_length=10, choices=EndedBy, blank=True, editable=False)
    reply = models.CharField(_("host’s reply"), max_length=15, choices=Reply, blank=True)
    replied_at = models.DateTimeField(_("replied at"), null=True, editable=False)
    visitor_token = models.CharField(max_length=TOKEN_LENGTH, unique=True, default=new_token, editable=False)
    host_token = models.CharField(max_length=TOKEN_LENGTH, unique=True, default=new_token, editable=False)
    search_words = models.TextField(editable=False)
    checkin_id = models.UUIDField(null=True, unique=True, editable=False)

    notifications = GenericRelation(Notification)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["-started_at", "-pk"]
        permissions = [
            ("end_appointment", _("Can end appointments")),
            ("export_appointment", _("Can export appointments")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["host"],
                condition=Q(kind="in_person", ended_at__isnull=True),
                name="one_ongoing_in_person_per_host",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="ended_by_someone",
            ),
            models.CheckConstraint(condition=Q(people__gte=1), name="at_least_one_person"),
        ]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="appointment_newest"),
            models.Index(fields=["host", "-started_at"], name="appointment_host_newest"),
            models.Index(fields=["started_at"], condition=Q(ended_at__isnull=True), name="appointment_ongoing"),
        ]

    def __str__(self) -> str:
        return f"{self.visitor_name} – {self.host_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new appointment takes its copies of the host's name and address."""
        if self._state.adding and self.host is not None:
            self.host_name = self.host.name
            self.address_visited = self.host.address
        if self._state.adding:
            self.search_words = words_of(self)
        super().save(*args, **kwargs)

    @property
    def is_ongoing(self) -> bool:
        """Whether it has not ended."""
        return self.ended_at is None

    @property
    def heads(self) -> range:
        """The people of this visit, counted from 1: one box each on the roll call."""
        return range(1, self.people + 1)

    @property
    def is_remote(self) -> bool:
        """Whether it began as a chat."""
        return self.kind == Kind.REMOTE

    @property
    def duration(self) -> timedelta | None:
        """From check-in to check-out; None while it is going on."""
        return self.ended_at - self.started_at if self.ended_at else None

    @property
    def expires_at(self) -> datetime | None:
        """When its links stop showing the details; None while it is going on."""
        return self.ended_at + timedelta(days=settings.LINK_RETENTION_DAYS) if self.ended_at else None

    @property
    def has_expired(self) -> bool:
        """Whether its links no longer show anything."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def token(self, role: Role) -> str:
        """The token of this person's link."""
        return self.visitor_token if role == Role.VISITOR else self.host_token

    def path(self, role: Role, page: str = "link") -> str:
        """The path of this person's page: `link`, `chat`, `end`, `live` or (host only) `reply`."""
        return reverse(f"{role}-{page}", args=[self.token(role)])

    def url(self, role: Role, page: str = "link") -> str:
        """The absolute address of this person's page, for messages and QR codes."""
        return settings.SITE_URL + self.path(role, page)

    @property
    def visitor_url(self) -> str:
        """The absolute address of the visitor's page."""
        return self.url(Role.VISITOR)

    def end(self, by: EndedBy) -> bool:
        """End the appointment; True when this call ended it, False when it had ended already.

        Safe against both people ending it in the same instant: the row is locked, and the first one counts.
        """
        with transaction.atomic():
            current = Appointment.objects.select_for_update().get(pk=self.pk)
            if current.is_ongoing:
                # The wall clock may have been set back since check-in.
                current.ended_at = max(timezone.now(), current.started_at)
                current.ended_by = by
                current.save(update_fields=["ended_at", "ended_by"])
                ended = True
            else:
                ended = False
        self.ended_at, self.ended_by = current.ended_at, current.ended_by
        return ended

    def answer(self, reply: Reply) -> bool:
        """Keep the host's reply, the last one counting; False when the appointment has ended."""
        with transaction.atomic():
            current = Appointment.objects.select_for_update().get(pk=self.pk)
            if not current.is_ongoing:
                return False
            if current.reply != reply:
                current.reply, current.replied_at = reply, timezone.now()
                current.save(update_fields=["reply", "replied_at"])
        self.reply, self.replied_at = current.reply, current.replied_at
        return True


def with_availability(hosts: HostQuerySet) -> models.QuerySet[Any]:
    """These hosts, each with `in_meeting`: whether an in-person appointment is going on with it."""
    return hosts.annotate(in_meeting=Exists(Appointment.objects.ongoing().in_person().filter(host=OuterRef("pk"))))
