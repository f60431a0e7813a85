from django.apps import AppConfig


class EntryManagementConfig(AppConfig):
    """The project, which combines the apps."""

    name = "entrymgmt"

    def ready(self) -> None:
        from entrymgmt import checks

        checks.register()
