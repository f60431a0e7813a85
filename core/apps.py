from django.apps import AppConfig
from django.db.backends.signals import connection_created


class CoreConfig(AppConfig):
    """Code that every app may use: text, phone numbers, form fields, spreadsheet files, template tags. No models."""

    name = "core"

    def ready(self) -> None:
        from core import ordering

        connection_created.connect(ordering.prepare, dispatch_uid="core.ordering")
