from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate


class EntryManagementConfig(AppConfig):
    """The project: it wires the apps together."""

    default = True
    name = "entrymgmt"

    def ready(self) -> None:
        from entrymgmt.panel.rights import grant

        post_migrate.connect(grant, dispatch_uid="entrymgmt.panel.rights")


class HostPanelConfig(admin_apps.AdminConfig):
    """Django Admin, as the host panel."""

    default = False
    default_site = "entrymgmt.panel.site.HostPanel"
