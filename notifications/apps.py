from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Notifications: the outbox and the channels that deliver its messages."""

    name = "notifications"
