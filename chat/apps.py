from django.apps import AppConfig


class ChatConfig(AppConfig):
    """The conversation of an appointment."""

    name = "chat"
