"""The tasks of the workers for accounts: mail with a link for a new password, and forgetting what is old."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from accounts import delays, journal, reset


# A link lasts half an hour, so later tries would be of no use.
@db_task(retries=5, retry_delay=60)
def send_reset(email: str, address: str, device: str) -> None:
    """Send a link for a new password to the accounts of this email, if there are any."""
    for user in reset.accounts_of(email):
        reset.send(user)
        reset.record_request(user, address, device)


@db_periodic_task(crontab(minute="17", hour="3"))
def forget_old() -> None:
    """Once a day: delete old counts of wrong tries, old lines of the log, and sessions that have expired."""
    delays.forget_old()
    journal.forget_old()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
