"""Notifications in the host panel: what was said to whom, and what became of it."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from entrymgmt.panel.records import ReadOnlyAdmin
from notifications.models import Notification


class NotificationAdmin(ReadOnlyAdmin):
    """Every message, with the provider's reason where one was refused."""

    list_display = ("created_at", "event", "audience", "channel", "recipient", "state", "reason")
    list_filter = ("state", "channel", "audience")
    search_fields = ("recipient",)
    fieldsets = (
        (None, {"fields": ("event", "audience", "channel", "recipient")}),
        (_("What became of it"), {"fields": ("state", "reason", "attempts", "due_at", "provider_id")}),
        (_("Times"), {"fields": ("created_at", "sent_at", "delivered_at", "failed_at")}),
    )


def notifications_about(request: HttpRequest, subject: Model) -> SafeString:
    """The messages about `subject`, oldest first."""
    about = Notification.objects.filter(
        content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk
    ).order_by("pk")
    return render_to_string("admin/sections/notifications.html", {"notifications": about}, request)
