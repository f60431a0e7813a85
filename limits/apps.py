from django.apps import AppConfig


class LimitsConfig(AppConfig):
    """Limits: how often something may happen in an hour or a day, counted for all processes together."""

    name = "limits"
