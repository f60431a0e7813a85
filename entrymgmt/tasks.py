"""The set-up of a worker process."""

from __future__ import annotations

import threading
from typing import Any

from django.utils import timezone
from django.utils.translation import trans_real
from huey.contrib.djhuey import on_shutdown, on_startup, pre_execute

from core.pushing import pushing
from notifications.workers import Heartbeat
from offices.current import current_office

_heartbeat = Heartbeat()


@on_startup()
def say_that_it_runs() -> None:
    """Begin to say that this worker process runs."""
    _heartbeat.start()


@on_startup()
def look_words_up_without_a_lock() -> None:
    """Keep the language of each thread in a plain `threading.local`.

    Django’s own also serves async code, which no worker runs, and takes one lock of the process for every word: eight
    threads that render messages spent a third of their time waiting for it.
    """
    if not isinstance(vars(trans_real)["_active"], threading.local):
        vars(trans_real)["_active"] = threading.local()


@on_startup()
def push_from_a_thread() -> None:
    """Send the hints to open pages from a thread of their own: those that send messages do not wait for them."""
    pushing.start()


@on_shutdown()
def send_the_last_hints() -> None:
    """Send the hints that are still waiting."""
    pushing.stop()


@on_shutdown()
def say_that_it_stops() -> None:
    """Say that this worker process takes no more messages."""
    _heartbeat.stop()


@pre_execute()
def work_in_the_office_time_zone(task: Any) -> None:
    """Use the office's time zone for times in messages and for the days that tasks compute."""
    timezone.activate(current_office().zone)
