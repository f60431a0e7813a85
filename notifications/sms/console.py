"""Prints texts on the console when no provider is configured."""

from __future__ import annotations

import sys

from django.utils.translation import gettext_lazy as _

from notifications.channels import WRITTEN_TO_THE_CONSOLE, Status
from notifications.models import Notification
from notifications.results import Kept, Result
from notifications.sms.channel import Sms


class ConsoleSms(Sms):
    """Prints each text on the worker's console."""

    def status(self) -> Status:
        """Not set up, because no provider is configured."""
        fix = _("Set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM.")
        return Status(done=False, text=WRITTEN_TO_THE_CONSOLE, fix=fix)

    def send(self, notification: Notification) -> Result:
        """Print the text, which nobody gets."""
        sys.stdout.write(f"Text to {notification.recipient}: {self.render(notification)}\n")
        sys.stdout.flush()
        return Kept(str(WRITTEN_TO_THE_CONSOLE))
