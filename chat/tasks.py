"""The periodic tasks about conversations."""

from __future__ import annotations

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from chat import unread
from chat.models import Participant
from core.each import for_each


@db_periodic_task(crontab())
def email_what_is_unread() -> None:
    """Every minute: email people who are away about their unread messages."""
    for_each(unread.waiting(timezone.now()), _email)


def _email(person: Participant) -> None:
    unread.email_unread(person, timezone.now())
