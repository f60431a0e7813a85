"""Signal receivers that run when the office is saved."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save

from offices.current import forget_office
from offices.models import Office


def connect() -> None:
    """Connect the receiver, once."""
    post_save.connect(on_office_saved, sender=Office, dispatch_uid="offices.saved")


def on_office_saved(**kwargs: Any) -> None:
    """Clear this process's cache at once; every other process sees the change within `REFRESH_SECONDS`."""
    forget_office()
    transaction.on_commit(forget_office)
