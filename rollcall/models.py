"""Roll calls: who was on site at the start, who has been accounted for since, and by whom."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, models, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.models import Appointment
from core.ordering import ByName


def on_site() -> models.QuerySet[Appointment]:
    """The appointments whose visitors are on site now, ordered by visitor's name."""
    return Appointment.objects.ongoing().in_person().order_by(ByName("visitor_name"), "pk")


class RollCallQuerySet(models.QuerySet["RollCall"]):
    """Queries for roll calls, and `start`, the only way to start one."""

    def current(self) -> RollCall | None:
        """The ongoing roll call, or None."""
        return self.filter(is_ongoing=True).first()

    def start(self, by: str) -> RollCall:
        """Start a roll call of everyone on site now, or return the ongoing one.

        When several wardens start one concurrently, they share one: a database constraint prevents a second.
        """
        try:
            with transaction.atomic():
                roll_call = self.create(started_by=by)
                Person.objects.bulk_create(
                    Person(
                        roll_call=roll_call,
                        name=visit.visitor_name,
                        phone=visit.visitor_phone,
                        number=number,
                        people=visit.people,
                        host_name=visit.host_name,
                        since=visit.started_at,
                    )
                    for visit in on_site()
                    for number in visit.party
                )
                return roll_call
        except IntegrityError:
            return self.get(is_ongoing=True)

    def counted(self) -> RollCallQuerySet:
        """These, each with `present` and `seen`: the number of people, and how many of them are accounted for."""
        return self.annotate(present=Count("persons"), seen=Count("persons", filter=Q(persons__seen_at__isnull=False)))


class RollCall(models.Model):
    """One roll call. Everyone who was on site at its start stays on its list, even after checking out."""

    started_at = models.DateTimeField(gettext_lazy("started at"), default=timezone.now)
    started_by = models.CharField(gettext_lazy("started by"), max_length=150)
    ended_at = models.DateTimeField(gettext_lazy("ended at"), null=True)
    ended_by = models.CharField(gettext_lazy("ended by"), max_length=150, blank=True)
    # True or null, never False: the unique constraint allows only one ongoing roll call.
    is_ongoing = models.BooleanField(null=True, default=True, unique=True, editable=False)

    objects = RollCallQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("roll call")
        verbose_name_plural = gettext_lazy("roll calls")
        ordering = ["-started_at", "-pk"]
        permissions = [("take_rollcall", gettext_lazy("Can take a roll call"))]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.started_at):%Y-%m-%d %H:%M}"

    def mark(self, seen: Mapping[int, bool], by: str) -> None:
        """Record by primary key who has been seen (True) or was ticked by mistake (False).

        The first warden who has seen a person stays recorded. Once the roll call has ended, nothing changes.
        """
        with transaction.atomic():
            if not RollCall.objects.select_for_update().filter(pk=self.pk, is_ongoing=True).exists():
                return
            ticked = [pk for pk, is_seen in seen.items() if is_seen]
            self.persons.filter(pk__in=ticked, seen_at__isnull=True).update(seen_at=timezone.now(), seen_by=by)
            mistaken = [pk for pk, is_seen in seen.items() if not is_seen]
            self.persons.filter(pk__in=mistaken).update(seen_at=None, seen_by="")

    def end(self, by: str) -> None:
        """End the roll call; only the first call takes effect."""
        RollCall.objects.filter(pk=self.pk, is_ongoing=True).update(
            is_ongoing=None, ended_at=timezone.now(), ended_by=by
        )


class Person(models.Model):
    """One person on the list: a copy, so that the report does not depend on the appointment."""

    roll_call = models.ForeignKey(RollCall, on_delete=models.CASCADE, related_name="persons")
    name = models.CharField(gettext_lazy("visitor"), max_length=120)
    phone = models.CharField(gettext_lazy("phone"), max_length=16)
    number = models.PositiveSmallIntegerField(gettext_lazy("person of the visit"))
    people = models.PositiveSmallIntegerField(gettext_lazy("number of people"))
    host_name = models.CharField(gettext_lazy("host’s name"), max_length=120)
    since = models.DateTimeField(gettext_lazy("since"))
    seen_at = models.DateTimeField(gettext_lazy("accounted for at"), null=True)
    seen_by = models.CharField(gettext_lazy("accounted for by"), max_length=150, blank=True)

    class Meta:
        verbose_name = gettext_lazy("person")
        verbose_name_plural = gettext_lazy("people")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        if self.people == 1:
            return self.name
        return _("%(name)s, person %(number)d of %(people)d") % {
            "name": self.name,
            "number": self.number,
            "people": self.people,
        }
