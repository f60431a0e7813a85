"""Notifications in the host panel: what was said to whom, and what became of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from entrymgmt.panel.records import ReadOnlyAdmin, back
from notifications.models import Notification


class ChannelFilter(admin.SimpleListFilter):
    """By channel. The channels are known; asking the database which ones occur would read every row."""

    title = gettext_lazy("channel")
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        """Each channel by its name."""
        return [(name, name) for name in settings.NOTIFICATION_CHANNELS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notification]) -> QuerySet[Notification]:
        """Those of the chosen channel."""
        return queryset.filter(channel=self.value()) if self.value() else queryset


class NotificationAdmin(ReadOnlyAdmin):
    """Every message: its words, its attempts with the provider's answers, and *Send again*."""

    list_display = ("created_at", "event", "audience", "channel", "recipient", "state", "reason")
    list_filter = ("state", ChannelFilter, "audience")
    # By key, which has an index: newest first, too. People are searched for among the appointments.
    ordering = ("-pk",)
    actions = ("send_selected_again",)
    fieldsets = (
        (None, {"fields": ("event", "audience", "channel", "recipient")}),
        (gettext_lazy("What became of it"), {"fields": ("state", "reason", "attempts", "due_at", "provider_id")}),
        (gettext_lazy("Times"), {"fields": ("created_at", "sent_at", "delivered_at", "failed_at")}),
    )

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        """Whether this person may send messages again."""
        return request.user.has_perm("notifications.send_again_notification")

    def get_urls(self) -> list[URLPattern]:
        """The record's pages, and the way to send one again."""
        view = self.admin_site.admin_view(self.send_again_view)
        return [path("<int:pk>/send-again/", view, name="notifications_notification_send_again"), *super().get_urls()]

    @method_decorator(require_POST)
    def send_again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Queue one message for a new attempt, and go back to the page that asked for it."""
        if not self.has_send_again_permission(request):
            raise PermissionDenied
        notification = get_object_or_404(Notification, pk=pk)
        self.send_selected_again(request, Notification.objects.filter(pk=notification.pk))
        return HttpResponseRedirect(back(request, reverse("admin:notifications_notification_change", args=[pk])))

    @admin.action(description=gettext_lazy("Send the selected messages again"), permissions=["send_again"])
    def send_selected_again(self, request: HttpRequest, queryset: QuerySet[Notification]) -> None:
        """Queue these for a new attempt each."""
        again = list(queryset)
        count = Notification.objects.filter(pk__in=[notification.pk for notification in again]).send_again()
        for notification in again:
            self.log_change(request, notification, gettext("Sent again."))
        text = ngettext("%(count)d message is being sent again.", "%(count)d messages are being sent again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


def message_text(request: HttpRequest, notification: Notification) -> SafeString:
    """What the message says, every attempt to send it, and the way to send it again."""
    context = {
        "notification": notification,
        "history": notification.history.all(),
        "may_send_again": request.user.has_perm("notifications.send_again_notification")
        and notification.state in {"sent", "delivered", "failed"},
    }
    return render_to_string("admin/sections/message.html", context, request)


def notifications_about(request: HttpRequest, subject: Model) -> SafeString:
    """The messages about `subject`, oldest first."""
    if not request.user.has_perm("notifications.view_notification"):
        return SafeString()
    about = Notification.objects.about(subject).order_by("pk")
    return render_to_string("admin/sections/notifications.html", {"notifications": about}, request)
