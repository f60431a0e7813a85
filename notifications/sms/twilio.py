"""Texts by Twilio's REST API (https://www.twilio.com/docs/messaging/api/message-resource)."""

from __future__ import annotations

import threading
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.translation import gettext as _
from requests import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from notifications.models import Notification
from notifications.results import Accepted, Postponed, Refused, Result
from notifications.sms.text import compose

# Seconds for connecting, and for each wait for an answer. Twilio's own default is to wait for ever.
TIMEOUT = 10
# About the recipient's number: invalid, unreachable, region not permitted, unsubscribed, cannot take texts, landline.
PERMANENT = {21211, 21214, 21217, 21219, 21408, 21421, 21610, 21612, 21614, 21635}


class TwilioSms:
    """Sends from the number or messaging service of the settings, and asks Twilio to report each delivery."""

    def __init__(self) -> None:
        if settings.TWILIO is None:
            raise ImproperlyConfigured("The Twilio channel needs a Twilio account.")
        self._account = settings.TWILIO
        self._thread = threading.local()

    def render(self, notification: Notification) -> str:
        """The text."""
        return compose(notification)

    def send(self, notification: Notification) -> Result:
        """Hand the text to Twilio. What concerns this message or number is refused, all else postponed."""
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
            return Postponed(_("Twilio cannot be reached: %(error)s") % {"error": error})
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
    """Twilio's client, which also keeps the pause that the last answer asked for."""

    retry_after: timedelta | None = None

    def request(self, *args: Any, **kwargs: Any) -> Any:
        response = super().request(*args, **kwargs)
        seconds = str(response.headers.get("Retry-After", ""))
        self.retry_after = timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
        return response


def callback_url(notification: Notification) -> str:
    """Where Twilio reports on this attempt. It names the row, because a report may come before Twilio's answer does."""
    query = urlencode({"notification": notification.pk, "attempt": notification.attempts})
    return f"{settings.SITE_URL}{reverse('twilio-status')}?{query}"


def _refusal(error: TwilioRestException, after: timedelta | None) -> Result:
    words = error.msg.removeprefix("Unable to create record: ")
    reason = _("Twilio answered %(code)s: %(words)s") % {"code": error.code or error.status, "words": words}
    if error.code in PERMANENT or error.status == HTTPStatus.BAD_REQUEST:
        return Refused(reason)
    return Postponed(reason, after)
