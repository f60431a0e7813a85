"""Sends texts with Twilio's REST API (https://www.twilio.com/docs/messaging/api/message-resource)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from requests import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from core.site import absolute_url
from notifications.channels import Status
from notifications.models import Notification
from notifications.results import Accepted, Postponed, Refused, Result
from notifications.sms import meanings
from notifications.sms.channel import Sms

# Time-out in seconds for connecting and for each read. Twilio's client has no time-out by default.
TIMEOUT = 10


class TwilioSms(Sms):
    """Sends from the number or messaging service of the settings, and requests a status callback for each text."""

    def __init__(self) -> None:
        if settings.TWILIO is None:
            raise ImproperlyConfigured("The Twilio channel needs a Twilio account.")
        self._account = settings.TWILIO
        self._thread = threading.local()

    def status(self) -> Status:
        """The configured sender."""
        return Status(done=True, text=self._account.sender, fix="")

    def send(self, notification: Notification) -> Result:
        """Send the text to Twilio, and read its answer by :mod:`notifications.sms.meanings`."""
        sender = "messaging_service_sid" if self._account.sender.startswith("MG") else "from_"
        client = self._client()
        try:
            message = client.messages.create(
                to=notification.recipient,
                body=self.render(notification),
                status_callback=callback_url(notification),
                **{sender: self._account.sender},
            )
        except TwilioRestException as error:
            return _refusal(error, client.http_client.retry_after)
        except (TwilioException, RequestException, ValueError) as error:
            said = _("Twilio cannot be reached: %(error)s") % {"error": error}
            return Postponed(f"{meanings.UNREACHABLE} {said}")
        return Accepted(str(message.sid))

    def _client(self) -> Client:
        if not hasattr(self._thread, "client"):
            account = self._account
            client = Client(account.account_sid, account.auth_token, http_client=_HttpClient(timeout=TIMEOUT))
            if account.api_url:
                client.api.base_url = account.api_url
            self._thread.client = client
        return self._thread.client


class _HttpClient(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's client, which also stores the `Retry-After` of the last response."""

    retry_after: timedelta | None = None

    def request(self, *args: Any, **kwargs: Any) -> Any:
        response = super().request(*args, **kwargs)
        seconds = str(response.headers.get("Retry-After", ""))
        self.retry_after = timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
        return response


def callback_url(notification: Notification) -> str:
    """The URL of the status callback of this attempt. It contains the row's id, because a callback may arrive before
    the response with Twilio's own id.
    """
    query = urlencode({"notification": notification.pk, "attempt": notification.attempts})
    return f"{absolute_url('twilio-status')}?{query}"


def _refusal(error: TwilioRestException, after: timedelta | None) -> Result:
    words = error.msg.removeprefix("Unable to create record: ")
    said = _("Twilio answered %(code)s: %(words)s") % {"code": error.code or error.status, "words": words}
    meaning = meanings.of_answer(error.code or 0, error.status)
    return Refused(f"{meaning} {said}") if meaning.is_final else Postponed(f"{meaning} {said}", after)
