from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate


class PanelConfig(AppConfig):
    """The host panel as a whole: its pages, its menu and its permissions."""

    default = True
    name = "panel"

    def ready(self) -> None:
        from panel.groups import sync_permissions

        post_migrate.connect(sync_permissions, dispatch_uid="panel.groups")


class HostPanelConfig(admin_apps.AdminConfig):
    """Django Admin, as the host panel."""

    default = False
    default_site = "panel.site.HostPanel"
