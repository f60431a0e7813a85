"""What the workers do about conversations by themselves."""

from __future__ import annotations

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from chat import unseen


@db_periodic_task(crontab())
def email_what_is_unseen() -> None:
    """Every minute: write to people who are away from messages that wait for them."""
    now = timezone.now()
    for person in unseen.waiting(now):
        unseen.tell(person, now)
