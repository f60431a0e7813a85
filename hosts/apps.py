from django.apps import AppConfig


class HostsConfig(AppConfig):
    """Who can be visited."""

    name = "hosts"

    def ready(self) -> None:
        from hosts import signals

        signals.connect()
