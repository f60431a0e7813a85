"""The set-up of a worker process."""

from __future__ import annotations

import sys
from typing import Any

from django.utils import timezone
from huey.contrib.djhuey import on_shutdown, on_startup, pre_execute

from core.pushing import pushing
from notifications.workers import Heartbeat
from offices.current import current_office

_heartbeat = Heartbeat()


@on_startup()
def switch_threads_sooner() -> None:
    """Let a thread whose provider has responded continue after 0.5 ms; Python's default is 5 ms.

    In one pair of runs of `benchmarks/notifications.py` the worker sent about 40 % more messages a second.
    """
    sys.setswitchinterval(0.0005)


@on_startup()
def say_that_it_runs() -> None:
    """Begin to say that this worker process runs."""
    _heartbeat.start()


@on_startup()
def push_from_a_thread() -> None:
    """Send the hints to open pages from one thread: the threads that send messages do not wait for the channel layer."""
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
