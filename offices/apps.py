from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficesConfig(AppConfig):
    """The settings of the office, edited in the host panel."""

    name = "offices"
    verbose_name = _("Office")

    def ready(self) -> None:
        from offices import signals

        signals.connect()
