"""Appointments: one visit each, from check-in to check-out."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.deletion import Collector, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appointments import events
from appointments.admission import HOLD_WITHOUT_REPLY, Admission, NotOffered, TooManyVisits, require_room
from appointments.choices import EndedBy, Kind, Reply
from appointments.search import indexed_words
from appointments.tokens import HasLinks, new_token  # noqa: F401  the first migration names `new_token` here
from core.compiled import compiled
from core.digests import DIGEST_LENGTH
from core.phones import E164_LENGTH, validate_e164
from hosts.availability import Availability, availability
from hosts.models import Host
from kiosks.models import Kiosk
from limits import counters
from limits.counters import LimitReached
from notifications import stops
from notifications.channels import Contact
from notifications.models import Audience, Notification
from offices.current import current_office
from offices.models import Office

# The number of people serves the roll call in an evacuation; a larger group checks in in several parts.
MAX_PEOPLE = 20
# The hour of the night at which an ongoing appointment counts as forgotten, because late visitors have left by then.
NIGHT_ENDS = 3
# A host who has not replied is reminded once after the first interval, and no longer after the second.
REMIND_AFTER, REMIND_UNTIL = timedelta(minutes=5), timedelta(hours=1)
# How long a reply stands on the start page of the reception screen where the visitor has checked in.
REPLY_SHOWN_FOR = timedelta(minutes=1)


_locked = compiled(lambda: Host.objects.select_for_update().filter(pk=0).filter(is_active=True).order_by())


def _lock(host: Host) -> Host:
    """This host as it is now, locked until the present transaction ends. Raises `DoesNotExist` unless it is listed."""
    for found in _locked(host.pk):
        return found
    raise Host.DoesNotExist


def keep_history(collector: Collector, field: Any, appointments: models.QuerySet[Appointment], using: str) -> None:
    """`on_delete` of a host: past appointments keep no reference to it; an ongoing one raises ProtectedError."""
    ongoing: set[models.Model] = set(appointments.filter(ended_at__isnull=True))
    if ongoing:
        raise ProtectedError("A host with an appointment going on cannot be deleted.", ongoing)
    models.SET_NULL(collector, field, appointments, using)


# Makes Django's collector pass a lazy queryset instead of loading a host's whole history.
keep_history.lazy_sub_objs = True  # type: ignore[attr-defined]


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Queries for appointments, and `start`, the only way to start one."""

    def ongoing(self) -> AppointmentQuerySet:
        """Those that have not ended."""
        return self.filter(ended_at__isnull=True)

    def ended(self) -> AppointmentQuerySet:
        """Those that have ended."""
        return self.filter(ended_at__isnull=False)

    def left_open(self, now: datetime) -> AppointmentQuerySet:
        """Those that have not ended by 03:00 of the day after they started, in the current time zone."""
        today = (timezone.localtime(now) - timedelta(hours=NIGHT_ENDS)).date()
        return self.ongoing().filter(started_at__lt=timezone.make_aware(datetime.combine(today, time.min)))

    def awaiting_reply(self, now: datetime) -> AppointmentQuerySet:
        """Those whose host is to be reminded, because the visitor has waited at reception without a reply."""
        waiting = self.ongoing().in_person().filter(replied_at=None)
        return waiting.filter(started_at__gt=now - REMIND_UNTIL, started_at__lte=now - REMIND_AFTER)

    def in_person(self) -> AppointmentQuerySet:
        """Those whose visitor is on site."""
        return self.filter(kind=Kind.IN_PERSON)

    def holding(self) -> AppointmentQuerySet:
        """Those in person whose host is taken by them."""
        return self.ongoing().in_person().filter(holds_host=True)

    def to_release(self, now: datetime) -> AppointmentQuerySet:
        """Those that hold their host no longer, because nobody has answered them for `HOLD_WITHOUT_REPLY`."""
        unanswered = self.holding().filter(reply="").exclude(device="")
        return unanswered.filter(started_at__lte=now - HOLD_WITHOUT_REPLY)

    def just_replied(self, now: datetime) -> AppointmentQuerySet:
        """Those whose host has replied within `REPLY_SHOWN_FOR`, newest reply first."""
        return self.ongoing().filter(replied_at__gt=now - REPLY_SHOWN_FOR).exclude(reply="").order_by("-replied_at")

    def to_be_met(self) -> AppointmentQuerySet:
        """Those whose host has asked to start without them, longest first: reception finds somebody."""
        return self.ongoing().in_person().filter(reply=Reply.COLLEAGUE).order_by("replied_at", "pk")

    def remote(self) -> AppointmentQuerySet:
        """Those that began as a chat."""
        return self.filter(kind=Kind.REMOTE)

    def start(
        self,
        *,
        host: Host,
        kind: Kind,
        idempotency_key: UUID | None = None,
        admission: Admission | None = None,
        **details: Any,
    ) -> Appointment:
        """Check a visitor in with `host`: save the appointment and its notifications in one transaction.

        Of `host` only the key is used. `details` are the visitor's (`visitor_name`, `visitor_email`, `visitor_phone` in
        E.164, `purpose`, `people`). This is idempotent: a second call with the same `idempotency_key` and details
        returns the appointment that the first one started. `admission` has the limits of a check-in by the visitor, and
        is counted once; without it there are none.

        Raises :class:`NotOffered` when the host does not offer this kind now (a database constraint prevents a second
        in-person appointment, even with concurrent check-ins), and :class:`Host.DoesNotExist` when the host has been
        deleted or hidden in the meantime. With an `admission` also :class:`TooManyVisits` when a visit in person would
        be one too many of its visitor or device, and :class:`LimitReached`.
        """
        try:
            if admission:
                # Before the first row is written; what concurrent check-ins take meanwhile shows when it is counted.
                counters.check(*admission.uses)
            with transaction.atomic():
                if admission and kind == Kind.IN_PERSON:
                    require_room(admission.mark, details["visitor_phone"], details["visitor_email"])
                locked = _lock(host)
                now = availability(locked.presence, in_meeting=False)
                if not (now.offers_in_person if kind == Kind.IN_PERSON else now.offers_remote):
                    raise NotOffered(locked, now)
                mark = admission.mark if admission else ""
                appointment = self.create(
                    host=locked,
                    kind=kind,
                    idempotency_key=idempotency_key,
                    device=mark,
                    screen_id=admission.screen if admission else None,
                    **details,
                )
                if admission:
                    counters.take(*admission.uses)
                events.started.send(sender=Appointment, appointment=appointment)
                return appointment
        except (IntegrityError, TooManyVisits, LimitReached) as error:
            earlier = self.filter(idempotency_key=idempotency_key) if idempotency_key else self.none()
            same = earlier.ongoing().filter(host=host, kind=kind, **details).first()
            if same:
                return same
            if not isinstance(error, IntegrityError):
                raise
            if earlier.exists():
                # Other details mean that the form was reused for another visit (back button): a separate check-in.
                return self.start(host=host, kind=kind, admission=admission, **details)
            if kind == Kind.IN_PERSON and self.holding().filter(host=host).exists():
                raise NotOffered(Host.objects.get(pk=host.pk), Availability.MEETING) from error
            raise


class Appointment(HasLinks):
    """One visit. The host's name and address are copies, so that they remain after the host is deleted."""

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
        _("number of people"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MAX_PEOPLE)]
    )
    started_at = models.DateTimeField(_("check-in time"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("check-out time"), null=True, editable=False)
    ended_by = models.CharField(_("ended by"), max_length=10, choices=EndedBy, blank=True, editable=False)
    denied_at = models.DateTimeField(
        _("denied at"),
        null=True,
        editable=False,
        help_text=_("Somebody who gets the visitor’s messages said then that they are not the visitor."),
    )
    reply = models.CharField(_("host’s reply"), max_length=15, choices=Reply, blank=True)
    replied_at = models.DateTimeField(_("replied at"), null=True, editable=False)
    # Whether nobody else may visit the host meanwhile.
    holds_host = models.BooleanField(default=True, editable=False)
    # A keyed hash of the visitor's own device, until the end; empty for a reception screen.
    device = models.CharField(max_length=DIGEST_LENGTH, blank=True, editable=False)
    screen = models.ForeignKey(
        Kiosk,
        verbose_name=_("reception screen"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    search_words = models.TextField(editable=False)
    idempotency_key = models.UUIDField(null=True, unique=True, editable=False)

    notifications = GenericRelation(Notification)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["-started_at", "-pk"]
        permissions = [
            ("end_appointment", _("Can end appointments")),
            ("export_appointment", _("Can export appointments")),
            ("renew_links_appointment", _("Can replace links of appointments")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["host"],
                condition=Q(kind="in_person", ended_at__isnull=True, holds_host=True),
                name="one_in_person_holds_host",
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
        """Save; a new appointment copies the host's name and address, and its search words are computed."""
        if self._state.adding and self.host is not None:
            self.host_name = self.host.name
            self.address_visited = self.host.address
        if self._state.adding:
            texts = (self.visitor_name, self.visitor_email, self.host_name)
            self.search_words = indexed_words(texts, self.visitor_phone)
        super().save(*args, **kwargs)

    @property
    def is_ongoing(self) -> bool:
        """Whether it has not ended."""
        return self.ended_at is None

    @property
    def party(self) -> range:
        """The people of this visit, numbered from 1: each has a checkbox on the roll call."""
        return range(1, self.people + 1)

    @property
    def is_remote(self) -> bool:
        """Whether it began as a chat."""
        return self.kind == Kind.REMOTE

    @property
    def duration(self) -> timedelta | None:
        """The time from check-in to check-out; None while it is ongoing."""
        return self.ended_at - self.started_at if self.ended_at else None

    @property
    def expires_at(self) -> datetime | None:
        """When its links expire; None while it is ongoing."""
        return self.ended_at + timedelta(days=current_office().link_retention_days) if self.ended_at else None

    @property
    def has_expired(self) -> bool:
        """Whether its links have expired."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def contact_for(self, audience: Audience, office: Office | None = None) -> Contact:
        """This person, with every address known now: of reception the office's, of a deleted host none."""
        match audience:
            case Audience.VISITOR:
                return Contact(self.visitor_name, self.visitor_email, self.visitor_phone)
            case Audience.RECEPTION:
                office = office or current_office()
                return Contact(gettext("Reception"), office.reception_email, office.reception_mobile)
            case _:
                return self.host.contact if self.host else Contact(self.host_name)

    @property
    def is_denied(self) -> bool:
        """Whether it was ended because somebody who gets the visitor's messages is not the visitor."""
        return self.ended_by == EndedBy.NOT_VISITOR

    @property
    def stopped_addresses(self) -> list[str]:
        """The visitor's email and number, if nothing is sent there now because of a person who is not the visitor."""
        return stops.stopped([self.visitor_email, self.visitor_phone])

    def end(self, by: EndedBy) -> bool:
        """End the appointment; True when this call ended it, False when it had ended already.

        Safe when both people end it concurrently: the row is locked, and only the first call takes effect.
        """
        with transaction.atomic():
            current = Appointment.objects.select_for_update().get(pk=self.pk)
            if current.is_ongoing:
                # The system clock may have been set back since check-in.
                current.ended_at = max(timezone.now(), current.started_at)
                current.ended_by = by
                current.device = ""
                current.save(update_fields=["ended_at", "ended_by", "device"])
                events.ended.send(sender=Appointment, appointment=current)
                ended = True
            else:
                ended = False
        self.ended_at, self.ended_by = current.ended_at, current.ended_by
        return ended

    def deny(self) -> None:
        """Record that somebody who gets the visitor's messages is not the visitor.

        It ends the visit, if it is going on, and nothing more is sent to these addresses for a day. Nobody is told.
        """
        with transaction.atomic():
            stops.stop([self.visitor_email, self.visitor_phone])
            current = Appointment.objects.select_for_update().get(pk=self.pk)
            current.denied_at = current.denied_at or timezone.now()
            current.save(update_fields=["denied_at"])
            current.end(EndedBy.NOT_VISITOR)
        self.denied_at, self.ended_at, self.ended_by = current.denied_at, current.ended_at, current.ended_by

    def set_reply(self, reply: Reply) -> bool:
        """Store the host's reply, replacing an earlier one; False when the appointment has ended."""
        with transaction.atomic():
            current = Appointment.objects.select_for_update().get(pk=self.pk)
            if not current.is_ongoing:
                return False
            if current.reply != reply:
                current.reply, current.replied_at = reply, timezone.now()
                current.holds_host = current.holds_host or current._may_hold_again()
                current.save(update_fields=["reply", "replied_at", "holds_host"])
                events.replied.send(sender=Appointment, appointment=current)
        self.reply, self.replied_at = current.reply, current.replied_at
        return True

    def _may_hold_again(self) -> bool:
        """Whether nobody else visits the host, who is locked for that, since this visit has released the host."""
        host = Host.objects.select_for_update().filter(appointments=self).first()
        return host is not None and not Appointment.objects.holding().filter(host=host).exists()
