from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AppointmentsConfig(AppConfig):
    """Visits, from check-in to check-out."""

    name = "appointments"

    def ready(self) -> None:
        from appointments import checks, search, signals

        checks.register()
        signals.connect()
        post_migrate.connect(search.make_index, sender=self, dispatch_uid="appointments.search")
