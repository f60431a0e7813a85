"""Signal receivers that run when a host is saved or deleted."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save

from hosts import live
from hosts.models import Host


def connect() -> None:
    """Connect the receivers, once."""
    post_save.connect(on_host_changed, sender=Host, dispatch_uid="hosts.live.saved")
    post_delete.connect(on_host_changed, sender=Host, dispatch_uid="hosts.live.deleted")


def on_host_changed(*, raw: bool = False, **kwargs: Any) -> None:
    """Send open check-in pages a hint about a new, changed or deleted host."""
    if not raw:
        live.announce()
