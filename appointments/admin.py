"""Appointments in the host panel: a record that nobody edits, and that an office manager may end."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from appointments import export, search
from appointments.filters import DaysFilter, GoingOnFilter
from appointments.messages import ENDED, STARTED
from appointments.models import Appointment, EndedBy, Kind
from entrymgmt.panel.records import COUNT_LIMIT, CappedPaginator, ReadOnlyAdmin, back
from entrymgmt.templatetags.entry import duration
from hosts.models import Host
from hosts.phones import international
from notifications.models import Audience

HELD_PER_PAGE = 20
RECENT = timedelta(days=30)


class AppointmentAdmin(ReadOnlyAdmin):
    """Each appointment with its details; how people were told and what they wrote are sections of its page."""

    list_display = ("visitor_name", "host_name", "kind", "started_at", "ended_at", "length", "people")
    list_filter = (GoingOnFilter, "kind", DaysFilter, "host")
    # What is searched is up to `get_search_results`; the names only make the field appear.
    search_fields = ("search_words",)
    search_help_text = gettext_lazy("Visitor’s name, email or phone in any format, or host’s name")
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

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Appointment], search_term: str
    ) -> tuple[QuerySet[Appointment], bool]:
        """Those in which every word begins a word, none of them twice; no more than the list counts.

        Under a filter every match is looked at, since any may pass it.
        """
        filtered = bool(queryset.query.where)
        return search.find(queryset, search_term, newest=None if filtered else COUNT_LIMIT), False

    def has_tell_permission(self, request: HttpRequest) -> bool:
        """Whether this person may send messages again."""
        return request.user.has_perm("notifications.send_again_notification")

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whether this person may take the record away as a file."""
        return request.user.has_perm("appointments.export_appointment")

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Whether this person may end appointments."""
        return request.user.has_perm("appointments.end_appointment")

    def get_urls(self) -> list[URLPattern]:
        """The record's pages, and what its buttons do."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/end/", view(self.end_view), name="appointments_appointment_end"),
            *(
                path(f"{kind}/", view(self.export_view), {"file_format": kind}, name=f"appointments_appointment_{kind}")
                for kind in export.FORMATS
            ),
            path("<int:pk>/details/", view(self.details_view), name="appointments_appointment_details"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, file_format: str) -> StreamingHttpResponse:
        """What the list shows, as a file. That it was taken away is in the change log."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        shown = self.get_changelist_instance(request)
        shown.query, typed = "", shown.query
        appointments = search.find(shown.get_queryset(request), typed)
        LogEntry.objects.create(
            user_id=str(request.user.pk),
            content_type=ContentType.objects.get_for_model(Appointment),
            object_repr=f"{file_format.upper()} {request.META['QUERY_STRING']}"[:200],
            action_flag=CHANGE,
            change_message=gettext("Exported."),
        )
        return export.response(appointments, file_format)

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
    recent = host.appointments.filter(started_at__gte=timezone.now() - RECENT)
    context = {
        "host": host,
        "page": page,
        "in_person": recent.filter(kind=Kind.IN_PERSON).count(),
        "remote": recent.filter(kind=Kind.REMOTE).count(),
    }
    return render_to_string("admin/sections/held.html", context, request)


def what_to_do(request: HttpRequest, appointment: Appointment) -> SafeString:
    """The buttons of a record: end it while it is going on, send its details again."""
    context = {
        "appointment": appointment,
        "may_end": appointment.is_ongoing and request.user.has_perm("appointments.end_appointment"),
        "may_tell": request.user.has_perm("notifications.send_again_notification"),
    }
    return render_to_string("admin/sections/what_to_do.html", context, request)
