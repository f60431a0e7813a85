"""Appointments in the host panel: a record that nobody edits, and that an office manager may end."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from appointments.filters import DaysFilter, GoingOnFilter
from appointments.messages import ENDED, STARTED
from appointments.models import Appointment, EndedBy
from entrymgmt.panel.records import CappedPaginator, ReadOnlyAdmin, back
from entrymgmt.templatetags.entry import duration
from hosts.models import Host
from hosts.phones import international
from notifications.models import Audience

HELD_PER_PAGE = 20


class AppointmentAdmin(ReadOnlyAdmin):
    """Each appointment with its details; how people were told and what they wrote are sections of its page."""

    list_display = ("visitor_name", "host_name", "kind", "started_at", "ended_at", "length", "people")
    list_filter = (GoingOnFilter, "kind", DaysFilter, "host")
    search_fields = ("visitor_name", "visitor_email", "visitor_phone", "host_name")
    search_help_text = gettext_lazy("Visitor’s name, email or phone")
    actions = ("end_selected", "send_details_again")
    fieldsets = (
        (gettext_lazy("Visitor"), {"fields": ("visitor_name", "visitor_email", "phone_number", "people", "purpose")}),
        (gettext_lazy("Visit"), {"fields": ("host", "host_name", "address_visited", "kind")}),
        (gettext_lazy("Times"), {"fields": ("started_at", "ended_at", "length", "ended_by")}),
        (gettext_lazy("Host’s reply"), {"fields": ("reply", "replied_at")}),
    )
    readonly_fields = ("phone_number", "length", "started_at", "ended_at", "ended_by", "replied_at")

    @admin.display(description=gettext_lazy("visitor’s phone"))
    def phone_number(self, appointment: Appointment) -> str:
        """The number as people read it."""
        return international(appointment.visitor_phone)

    @admin.display(description=gettext_lazy("length"))
    def length(self, appointment: Appointment) -> str:
        """From check-in to check-out, in words."""
        return duration(appointment.duration) if appointment.duration else ""

    def has_tell_permission(self, request: HttpRequest) -> bool:
        """Whether this person may send messages again."""
        return request.user.has_perm("notifications.send_again_notification")

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Whether this person may end appointments."""
        return request.user.has_perm("appointments.end_appointment")

    def get_urls(self) -> list[URLPattern]:
        """The record's pages, and what its buttons do."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/end/", view(self.end_view), name="appointments_appointment_end"),
            path("<int:pk>/details/", view(self.details_view), name="appointments_appointment_details"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def details_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the details of one appointment to its visitor again."""
        if not self.has_tell_permission(request):
            raise PermissionDenied
        self.send_details_again(request, Appointment.objects.filter(pk=pk))
        return HttpResponseRedirect(reverse("admin:appointments_appointment_change", args=[pk]))

    @method_decorator(require_POST)
    def end_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End one appointment, and go back to the page it was ended from."""
        if not self.has_end_permission(request):
            raise PermissionDenied
        appointment = get_object_or_404(Appointment, pk=pk)
        if self._end(request, appointment):
            text = gettext("%(visitor)s’s appointment has ended.")
        else:
            text = gettext("%(visitor)s’s appointment had ended already.")
        self.message_user(request, text % {"visitor": appointment.visitor_name}, messages.SUCCESS)
        return HttpResponseRedirect(back(request, reverse("admin:appointments_appointment_change", args=[pk])))

    @admin.action(description=gettext_lazy("End the selected appointments"), permissions=["end"])
    def end_selected(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> None:
        """End those of them that are going on."""
        going_on = list(queryset.filter(ended_at__isnull=True))
        ended = sum(self._end(request, appointment) for appointment in going_on)
        self.message_user(
            request,
            ngettext("%(count)d appointment has ended.", "%(count)d appointments have ended.", ended)
            % {"count": ended},
            messages.SUCCESS,
        )

    @admin.action(description=gettext_lazy("Send the details to the visitor again"), permissions=["tell"])
    def send_details_again(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> None:
        """Tell each visitor again what they were told last: the check-in or, once it has ended, the details."""
        count = 0
        for appointment in queryset:
            event = STARTED if appointment.is_ongoing else ENDED
            told = appointment.notifications.filter(event=event, audience=Audience.VISITOR)
            if told.send_again():
                count += 1
                self.log_change(request, appointment, gettext("Sent the details again."))
        text = ngettext(
            "The details of %(count)d appointment are being sent again.",
            "The details of %(count)d appointments are being sent again.",
            count,
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)

    def _end(self, request: HttpRequest, appointment: Appointment) -> bool:
        ended = appointment.end(EndedBy.MANAGER)
        if ended:
            self.log_change(request, appointment, gettext("Ended."))
        return ended


def appointments_held(request: HttpRequest, host: Host) -> SafeString:
    """The appointments held with `host`, newest first, a page of them at a time (`?page=`)."""
    if not request.user.has_perm("appointments.view_appointment"):
        return SafeString()
    paginator = CappedPaginator(host.appointments.all(), HELD_PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    return render_to_string("admin/sections/held.html", {"host": host, "page": page}, request)


def what_to_do(request: HttpRequest, appointment: Appointment) -> SafeString:
    """The buttons of a record: end it while it is going on, send its details again."""
    context = {
        "appointment": appointment,
        "may_end": appointment.is_ongoing and request.user.has_perm("appointments.end_appointment"),
        "may_tell": request.user.has_perm("notifications.send_again_notification"),
    }
    return render_to_string("admin/sections/what_to_do.html", context, request)
