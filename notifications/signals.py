"""What other apps may listen to."""

from django.dispatch import Signal

# Sent with `notification`, the row as it now is, after each change of its state.
notification_changed = Signal()
