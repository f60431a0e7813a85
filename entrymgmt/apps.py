from django.apps import AppConfig


class EntryManagementConfig(AppConfig):
    """The project, which combines the apps."""

    name = "entrymgmt"

    def ready(self) -> None:
        from appointments.events import started
        from entrymgmt import checks, metrics

        checks.register()
        started.connect(metrics.count_check_in, dispatch_uid="metrics.count_check_in")
