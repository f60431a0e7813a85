from django.apps import AppConfig


class HostsConfig(AppConfig):
    """The people whom visitors come to see."""

    name = "hosts"

    def ready(self) -> None:
        from hosts import signals

        signals.connect()
