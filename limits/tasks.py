"""The periodic task of the limits."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from limits.models import Count, Refusal

REFUSALS_KEPT = timedelta(days=1)


@db_periodic_task(crontab(minute="30"))
def purge() -> None:
    """Every hour: delete the counts of windows that are over, and refusals of which nobody is told any more."""
    now = timezone.now()
    Count.objects.filter(expires_at__lte=now).delete()
    Refusal.objects.filter(at__lte=now - REFUSALS_KEPT).delete()
