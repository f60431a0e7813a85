"""The tasks of the workers: writing imports."""

from __future__ import annotations

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from hosts.exchange import writing
from hosts.models import Import


@db_task()
def write_import(pk: int) -> None:
    """Write rows of this import for some seconds, and leave the rest to the next task."""
    if writing.write_for_a_while(pk):
        write_import(pk)


@db_periodic_task(crontab())
def resume_imports() -> None:
    """Every minute, and when a worker starts: go on with imports that the queue or a worker has lost."""
    for pk in Import.objects.stalled(timezone.now()).values_list("pk", flat=True):
        write_import(pk)


@db_periodic_task(crontab(minute="20"))
def purge_imports() -> None:
    """Every hour: forget imports that nobody looks at any more, with what their files said."""
    Import.objects.expired(timezone.now()).delete()
