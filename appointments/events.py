"""Signals about an appointment. Each is sent once, inside the transaction of the change."""

from django.dispatch import Signal

# With `appointment`, which has just started. A form that is submitted twice starts one appointment.
started = Signal()
# With `appointment`, whose host has given or changed the `reply`.
replied = Signal()
# With `appointment`, which has just ended; its `ended_by` says who ended it.
ended = Signal()
