"""The groups of the host panel that the product creates, and their permissions."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission

from panel.registry import MANAGERS, RECEPTION, RECORDS


def permissions_of(group: str, app_label: str) -> set[str]:
    """The codenames of this group's permissions in this app. The groups need no superuser, and none may change
    accounts.
    """
    records = [record for record in RECORDS if record.model._meta.app_label == app_label]
    return {codename for record in records for codename in record.codenames(group)}


def sync_permissions(*, sender: AppConfig, using: str, **kwargs: Any) -> None:
    """After an app has been migrated, give each group exactly its permissions in that app.

    A data migration could not do this, because Django creates an app's permissions after its migrations, also on
    `post_migrate`. This way, an update also gives new permissions to existing groups.
    """
    for name in (MANAGERS, RECEPTION):
        if codenames := permissions_of(name, sender.label):
            group, _ = Group.objects.using(using).get_or_create(name=name)
            in_app = Permission.objects.using(using).filter(content_type__app_label=sender.label)
            group.permissions.remove(*in_app.exclude(codename__in=codenames))
            group.permissions.add(*in_app.filter(codename__in=codenames))
