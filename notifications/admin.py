"""Notifications in the host panel: each message, its recipient and its delivery state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

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

from core.admin import ReadOnlyAdmin, return_to
from core.phones import international
from core.tokens import masked
from notifications import outbox
from notifications.addresses import present_address
from notifications.channels import all_channels, find_channel, label_of
from notifications.models import CLOSED, Notification, NotificationQuerySet


class ChannelFilter(admin.SimpleListFilter):
    """By channel. Lists the installed channels, because finding the ones that occur would read every row."""

    title = gettext_lazy("channel")
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        """Each channel."""
        return [(channel.name, channel.label) for channel in all_channels()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notification]) -> QuerySet[Notification]:
        """Those of the chosen channel."""
        return queryset.filter(channel=self.value()) if self.value() else queryset


class NotificationAdmin(ReadOnlyAdmin):
    """Every message: its text, its attempts with the provider's responses, and *Send again*."""

    list_display = ("created_at", "about", "audience", "channel_label", "recipient", "state", "in_short")
    list_filter = ("state", ChannelFilter, "audience")
    # By primary key, which has an index and is newest first, too. To search for people, use the appointments.
    ordering = ("-pk",)
    actions = ("send_selected_again",)
    fieldsets = (
        (None, {"fields": ("about", "audience", "channel_label", "recipient")}),
        (gettext_lazy("What became of it"), {"fields": ("state", "why_not", "attempts", "due_at", "provider_id")}),
        (gettext_lazy("Times"), {"fields": ("created_at", "sent_at", "delivered_at", "failed_at", "sent_again_at")}),
    )

    @admin.display(description=gettext_lazy("about"), ordering="template")
    def about(self, notification: Notification) -> str:
        """What it is about."""
        return notification.title

    @admin.display(description=gettext_lazy("channel"), ordering="channel")
    def channel_label(self, notification: Notification) -> str:
        """The channel, as people call it."""
        return label_of(notification.channel)

    @admin.display(description=gettext_lazy("reason"))
    def why_not(self, notification: Notification) -> str:
        """Why it has not arrived."""
        return notification.why

    @admin.display(description=gettext_lazy("reason"))
    def in_short(self, notification: Notification) -> str:
        """Why it has not arrived, in one sentence."""
        return notification.gist

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        """Whether this person may send messages again."""
        return request.user.has_perm("notifications.send_again_notification")

    def get_urls(self) -> list[URLPattern]:
        """The record's pages, and the URL of *Send again*."""
        view = self.admin_site.admin_view(self.send_again_view)
        return [path("<int:pk>/send-again/", view, name="notifications_notification_send_again"), *super().get_urls()]

    @method_decorator(require_POST)
    def send_again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Queue one message for a new attempt, and redirect to the page of the button."""
        if not self.has_send_again_permission(request):
            raise PermissionDenied
        notification = get_object_or_404(Notification, pk=pk)
        self.send_selected_again(request, Notification.objects.filter(pk=notification.pk))
        return HttpResponseRedirect(return_to(request, reverse("admin:notifications_notification_change", args=[pk])))

    @admin.action(description=gettext_lazy("Send the selected messages again"), permissions=["send_again"])
    def send_selected_again(self, request: HttpRequest, queryset: QuerySet[Notification]) -> None:
        """Queue these messages for new attempts, and say to which addresses they go."""
        outcome = outbox.send_again(cast("NotificationQuerySet", queryset))
        for notification in outcome.sent:
            self.log_change(request, notification, gettext("Sent again."))
        addresses = [notification.recipient for notification in outcome.sent]
        self.message_user(request, _being_sent(addresses), messages.SUCCESS if addresses else messages.WARNING)
        for problem in sorted(outcome.problems):
            self.message_user(request, problem, messages.WARNING)


def _being_sent(addresses: Sequence[str]) -> str:
    """How many messages are being sent again, and where the only one goes."""
    if not addresses:
        return gettext("Nothing is being sent again.")
    if len(addresses) == 1:
        return gettext("The message is being sent again, to %(address)s.") % {"address": international(addresses[0])}
    text = ngettext(
        "%(count)d message is being sent again.", "%(count)d messages are being sent again.", len(addresses)
    )
    return text % {"count": len(addresses)}


def message_text(request: HttpRequest, notification: Notification) -> SafeString:
    """The text of the message, every attempt to send it, and the button to send it again.

    Its links are masked: whoever has one may act as the recipient.
    """
    channel = find_channel(notification.channel)
    text = channel.render(notification) if channel else ""
    context = {
        "notification": notification,
        "address": present_address(notification),
        "text": masked(text),
        "history": notification.history.all(),
        "may_send_again": request.user.has_perm("notifications.send_again_notification")
        and notification.state in CLOSED,
    }
    return render_to_string("admin/sections/message.html", context, request)


def notifications_about(request: HttpRequest, subject: Model) -> SafeString:
    """The messages about `subject`, oldest first, with a button at those that were not delivered."""
    if not request.user.has_perm("notifications.see_delivery_notification"):
        return SafeString()
    about = Notification.objects.about(subject).order_by("pk")
    for each in about:
        each.subject = subject
    context = {
        "messages_about": [(each, label_of(each.channel), present_address(each)) for each in about],
        "may_send_again": request.user.has_perm("notifications.send_again_notification"),
    }
    return render_to_string("admin/sections/notifications.html", context, request)
