"""Who may do what in the host panel: the groups that come with the product."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps

MANAGERS = "Office managers"
RECEPTION = "Reception"

# What each group may do, by app. A superuser is needed for none of it, and nobody here touches accounts.
RIGHTS: dict[str, dict[str, set[str]]] = {
    MANAGERS: {
        "hosts": {"view_host", "add_host", "change_host", "delete_host", "export_host"},
        "appointments": {
            "view_appointment",
            "end_appointment",
            "export_appointment",
            "view_screen",
            "add_screen",
            "change_screen",
            "delete_screen",
        },
        "rollcall": {"view_rollcall", "take_rollcall"},
        "chat": {"view_message"},
        "notifications": {"view_notification", "send_again_notification"},
        "admin": {"view_logentry"},
    },
    RECEPTION: {
        "hosts": {"view_host"},
        "appointments": {"view_appointment", "end_appointment"},
        "rollcall": {"view_rollcall", "take_rollcall"},
    },
}


def grant(*, sender: AppConfig, using: str, **kwargs: Any) -> None:
    """After an app has been migrated, give each group exactly its rights in that app.

    The permissions of an app exist only once it has been migrated (`post_migrate` makes them, too), so a data
    migration could not find them; and an update that brings a right brings it to the groups that exist already.
    """
    if not apps.is_installed("django.contrib.auth"):
        return
    from django.contrib.auth.models import Group, Permission

    for name, rights in RIGHTS.items():
        if codenames := rights.get(sender.label):
            group, _ = Group.objects.using(using).get_or_create(name=name)
            in_app = Permission.objects.using(using).filter(content_type__app_label=sender.label)
            group.permissions.remove(*in_app.exclude(codename__in=codenames))
            group.permissions.add(*in_app.filter(codename__in=codenames))
