"""Twilio's status callbacks (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status)."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.request_validator import RequestValidator

from notifications import receipts
from notifications.models import Outcome
from notifications.sms import meanings

# Numbers that every database can hold, and the shape of Twilio's identifiers and error codes.
_KEY = re.compile(r"[0-9]{1,18}")
_CODE = re.compile(r"[A-Za-z0-9]{0,64}")
# The states in which Twilio has nothing more to do for a text. The others (accepted, scheduled, queued, sending) say
# nothing that the answer to the request has not said.
OUTCOMES = {
    "sent": Outcome.ACCEPTED,
    "delivered": Outcome.DELIVERED,
    "read": Outcome.DELIVERED,
    "partially_delivered": Outcome.REFUSED,
    "undelivered": Outcome.REFUSED,
    "failed": Outcome.REFUSED,
    "canceled": Outcome.REFUSED,
}
# What a state says by itself, whatever the code with it.
STATES = {
    "partially_delivered": meanings.Meaning(_("Only a part of the text has arrived."), meanings.RECIPIENT),
    "canceled": meanings.Meaning(
        _("The text was cancelled in the Twilio account before it went out."), meanings.ACCOUNT
    ),
}


@csrf_exempt
@require_POST
def status(request: HttpRequest) -> HttpResponse:
    """Record a status callback after validating Twilio's signature.

    Twilio signs the callback URL that it was given. So the signature is validated against `SITE_URL` and the path, not
    against the URL that a proxy may have changed.
    """
    if settings.TWILIO is None:
        raise Http404
    signature = request.headers.get("X-Twilio-Signature", "")
    validator = RequestValidator(settings.TWILIO.auth_token)
    if not validator.validate(settings.SITE_URL + request.get_full_path(), request.POST, signature):
        return HttpResponseForbidden()
    notification, attempt = (request.GET.get(name, "") for name in ("notification", "attempt"))
    sid, error = (request.POST.get(name, "") for name in ("MessageSid", "ErrorCode"))
    if not all(map(_KEY.fullmatch, (notification, attempt))) or not all(map(_CODE.fullmatch, (sid, error))):
        return HttpResponseBadRequest()
    state = request.POST.get("MessageStatus", "")
    outcome = OUTCOMES.get(state)
    if outcome == Outcome.REFUSED:
        meaning = STATES.get(state) or meanings.of_code(int(error) if _KEY.fullmatch(error) else 0)
        said = gettext("Twilio reported %(code)s.") % {"code": error or state}
        outcome = Outcome.REFUSED if meaning.is_final else Outcome.POSTPONED
        receipts.receive(int(notification), int(attempt), outcome, provider_id=sid, reason=f"{meaning} {said}")
    elif outcome:
        receipts.receive(int(notification), int(attempt), outcome, provider_id=sid)
    return HttpResponse(status=204)
