from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    """Visits, from check-in to check-out."""

    name = "appointments"

    def ready(self) -> None:
        from appointments import checks, signals

        checks.register()
        signals.connect()
