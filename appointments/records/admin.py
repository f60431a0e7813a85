"""Appointments in the host panel: read-only records, which an office manager may end."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.roles import runs_the_office
from appointments import search
from appointments.choices import EndedBy, Kind, Role
from appointments.models import Appointment
from appointments.notices import ENDED, STARTED, renew_links
from appointments.records import export
from appointments.records.filters import DaysFilter, GoingOnFilter
from appointments.records.forms import NewLinksForm
from appointments.records.sentences import details_sent_again, links_replaced
from core.admin import COUNT_LIMIT, CappedPaginator, ReadOnlyAdmin, log_export, return_to
from core.phones import international
from core.templatetags.entry import duration
from hosts.models import Host
from notifications import outbox
from notifications.models import Audience

HELD_PER_PAGE = 20
RECENT = timedelta(days=30)
NEW_LINK = {
    Role.VISITOR: gettext_lazy("Replaced the visitor’s link."),
    Role.HOST: gettext_lazy("Replaced the host’s link."),
}


class AppointmentAdmin(ReadOnlyAdmin):
    """Each appointment with its details; its notifications and its conversation are sections of its page."""

    list_display = ("visitor", "host_name", "kind", "started_at", "ended_at", "length", "people")
    list_filter = (GoingOnFilter, "kind", DaysFilter, "host")
    # `get_search_results` implements the search; Django shows the search field only if this is not empty.
    search_fields = ("search_words",)
    search_help_text = gettext_lazy("Visitor’s name, email or phone in any format, or host’s name")
    actions = ("end_selected", "send_details_again")
    fieldsets = (
        (gettext_lazy("Visitor"), {"fields": ("visitor_name", "visitor_email", "phone_number", "people", "purpose")}),
        (gettext_lazy("Visit"), {"fields": ("host", "host_name", "address_visited", "kind")}),
        (gettext_lazy("Times"), {"fields": ("started_at", "ended_at", "length", "ended_by", "denied_at")}),
        (gettext_lazy("Host’s reply"), {"fields": ("reply", "replied_at")}),
    )
    readonly_fields = ("phone_number", "length", "started_at", "ended_at", "ended_by", "denied_at", "replied_at")

    # The words begin with the name, and are stored without accents and case.
    @admin.display(description=gettext_lazy("visitor’s name"), ordering="search_words")
    def visitor(self, appointment: Appointment) -> str:
        """The visitor's name; sorted by it, accents and case do not matter."""
        return appointment.visitor_name

    @admin.display(description=gettext_lazy("visitor’s phone"))
    def phone_number(self, appointment: Appointment) -> str:
        """The number as people read it."""
        return international(appointment.visitor_phone)

    @admin.display(description=gettext_lazy("length"))
    def length(self, appointment: Appointment) -> str:
        """The time from check-in to check-out, in words."""
        return duration(appointment.duration) if appointment.duration else ""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Appointment], search_term: str
    ) -> tuple[QuerySet[Appointment], bool]:
        """Those in which each search word is the beginning of a word, without duplicates; at most as many as the list
        counts.

        With a filter the search reads every match, because any match may pass the filter.
        """
        filtered = bool(queryset.query.where)
        return search.find(queryset, search_term, newest=None if filtered else COUNT_LIMIT), False

    def has_tell_permission(self, request: HttpRequest) -> bool:
        """Whether this person may send messages again."""
        return request.user.has_perm("notifications.send_again_notification")

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whether this person may export appointments."""
        return request.user.has_perm("appointments.export_appointment")

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Whether this person may end appointments."""
        return request.user.has_perm("appointments.end_appointment")

    def has_renew_links_permission(self, request: HttpRequest) -> bool:
        """Whether this person may replace links."""
        return request.user.has_perm("appointments.renew_links_appointment")

    def get_urls(self) -> list[URLPattern]:
        """The record's pages, and the URLs of its buttons."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/end/", view(self.end_view), name="appointments_appointment_end"),
            *(
                path(f"{kind}/", view(self.export_view), {"file_format": kind}, name=f"appointments_appointment_{kind}")
                for kind in export.FORMATS
            ),
            path("<int:pk>/links/", view(self.links_view), name="appointments_appointment_links"),
            path("<int:pk>/details/", view(self.details_view), name="appointments_appointment_details"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, file_format: str) -> StreamingHttpResponse:
        """Export what the list shows as a file, and record the export in the change log."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        shown = self.get_changelist_instance(request)
        shown.query, typed = "", shown.query
        appointments = search.find(shown.get_queryset(request), typed)
        log_export(request, Appointment, file_format)
        return export.response(appointments, file_format)

    @method_decorator(require_POST)
    def details_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the details of one appointment to its visitor again."""
        if not self.has_tell_permission(request):
            raise PermissionDenied
        self.send_details_again(request, Appointment.objects.filter(pk=pk))
        return HttpResponseRedirect(reverse("admin:appointments_appointment_change", args=[pk]))

    def links_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask whose links are to be replaced; a POST replaces them, and sends the new ones if that is asked for."""
        if not self.has_renew_links_permission(request):
            raise PermissionDenied
        appointment = get_object_or_404(Appointment, pk=pk)
        may_tell = self.has_tell_permission(request)
        form = NewLinksForm(request.POST or None, appointment=appointment, may_tell=may_tell)
        if not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("New links"),
                "opts": self.opts,
                "original": appointment,
                "form": form,
            }
            return render(request, "admin/appointments/new_links.html", context)
        roles = form.cleaned_data["whose"]
        renew_links(appointment, roles)
        told = appointment.notifications.filter(event=_last_event(appointment))
        asked = roles if form.cleaned_data.get("send") else []
        outcomes = {role: outbox.send_again(told.filter(audience=role)) for role in asked}
        for problem in sorted(set().union(*(outcome.problems for outcome in outcomes.values()))):
            self.message_user(request, problem, messages.WARNING)
        for role in roles:
            self.log_change(request, appointment, str(NEW_LINK[role]))
        sent = [role for role, outcome in outcomes.items() if outcome.queued]
        self.message_user(request, links_replaced(roles, sent), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:appointments_appointment_change", args=[pk]))

    @method_decorator(require_POST)
    def end_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End one appointment, and redirect to the page of the button."""
        if not self.has_end_permission(request):
            raise PermissionDenied
        appointment = get_object_or_404(Appointment, pk=pk)
        if self._end(request, appointment):
            text = gettext("%(visitor)s’s appointment has ended.")
        else:
            text = gettext("%(visitor)s’s appointment had ended already.")
        self.message_user(request, text % {"visitor": appointment.visitor_name}, messages.SUCCESS)
        return HttpResponseRedirect(return_to(request, reverse("admin:appointments_appointment_change", args=[pk])))

    @admin.action(description=gettext_lazy("End the selected appointments"), permissions=["end"])
    def end_selected(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> None:
        """End those of them that are ongoing."""
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
        """Send each visitor the last message again: the one of check-in or, once it has ended, the details."""
        count = 0
        problems: set[str] = set()
        for appointment in queryset:
            told = appointment.notifications.filter(event=_last_event(appointment), audience=Audience.VISITOR)
            outcome = outbox.send_again(told)
            problems |= outcome.problems
            if outcome.queued:
                count += 1
                self.log_change(request, appointment, gettext("Sent the details again."))
        self.message_user(request, details_sent_again(count), messages.SUCCESS if count else messages.WARNING)
        for problem in sorted(problems):
            self.message_user(request, problem, messages.WARNING)

    def _end(self, request: HttpRequest, appointment: Appointment) -> bool:
        ended = appointment.end(EndedBy.MANAGER if runs_the_office(request.user) else EndedBy.RECEPTION)
        if ended:
            self.log_change(request, appointment, gettext("Ended."))
        return ended


def _last_event(appointment: Appointment) -> str:
    """The event whose messages contain what there is to know now."""
    return STARTED if appointment.is_ongoing else ENDED


def appointments_held(request: HttpRequest, host: Host) -> SafeString:
    """The appointments held with `host`, newest first, paginated (`?page=`)."""
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
    """The buttons of a record: end the appointment while it is ongoing, send its details again, replace its links."""
    context = {
        "appointment": appointment,
        "may_end": appointment.is_ongoing and request.user.has_perm("appointments.end_appointment"),
        "may_tell": request.user.has_perm("notifications.send_again_notification"),
        "may_renew_links": request.user.has_perm("appointments.renew_links_appointment"),
    }
    return render_to_string("admin/sections/what_to_do.html", context, request)
