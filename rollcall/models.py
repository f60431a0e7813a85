"""Roll calls: who was on site when one began, and who has been seen since, by whom."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, models, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.models import Appointment


def on_site() -> models.QuerySet[Appointment]:
    """The appointments whose visitors are on site now, by name."""
    return Appointment.objects.ongoing().in_person().order_by("visitor_name", "pk")


class RollCallQuerySet(models.QuerySet["RollCall"]):
    """Vocabulary for choosing roll calls, and the one way to start one."""

    def current(self) -> RollCall | None:
        """The one that is going on, if any."""
        return self.filter(is_ongoing=True).first()

    def start(self, by: str) -> RollCall:
        """Begin a roll call of everyone on site now; the one that is going on already when there is one.

        However many wardens press the button in the same instant, they share one: the database allows no second.
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
                    for number in visit.heads
                )
                return roll_call
        except IntegrityError:
            return self.get(is_ongoing=True)

    def counted(self) -> RollCallQuerySet:
        """These, each with `present` and `seen`: how many people there were, and how many are accounted for."""
        return self.annotate(present=Count("persons"), seen=Count("persons", filter=Q(persons__seen_at__isnull=False)))


class RollCall(models.Model):
    """One roll call. Those who were on site when it began stay on its list, whatever happens meanwhile."""

    started_at = models.DateTimeField(gettext_lazy("started at"), default=timezone.now)
    started_by = models.CharField(gettext_lazy("started by"), max_length=150)
    ended_at = models.DateTimeField(gettext_lazy("ended at"), null=True)
    ended_by = models.CharField(gettext_lazy("ended by"), max_length=150, blank=True)
    # True or null, never False: unique, it allows one roll call at a time.
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
        """Keep who has been seen (True) or was ticked by mistake (False); of two who saw somebody the first counts.

        Nothing changes once the roll call has ended.
        """
        with transaction.atomic():
            if not RollCall.objects.select_for_update().filter(pk=self.pk, is_ongoing=True).exists():
                return
            ticked = [pk for pk, is_seen in seen.items() if is_seen]
            self.persons.filter(pk__in=ticked, seen_at__isnull=True).update(seen_at=timezone.now(), seen_by=by)
            mistaken = [pk for pk, is_seen in seen.items() if not is_seen]
            self.persons.filter(pk__in=mistaken).update(seen_at=None, seen_by="")

    def end(self, by: str) -> None:
        """End it; the first end counts."""
        RollCall.objects.filter(pk=self.pk, is_ongoing=True).update(
            is_ongoing=None, ended_at=timezone.now(), ended_by=by
        )


class Person(models.Model):
    """One person on the list: a copy, so that the report outlives the appointment."""

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
