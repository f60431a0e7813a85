"""Signals for other apps."""

from django.dispatch import Signal

# Sent after each change of a notification's state, with the current row as `notification`.
notification_changed = Signal()
