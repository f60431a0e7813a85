from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Telling people: the outbox and the channels that deliver it."""

    name = "notifications"
