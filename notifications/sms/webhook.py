"""Twilio's status callbacks (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status)."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.request_validator import RequestValidator

from notifications import receipts
from notifications.models import Outcome

OUTCOMES = {
    "sent": Outcome.ACCEPTED,
    "delivered": Outcome.DELIVERED,
    "read": Outcome.DELIVERED,
    "undelivered": Outcome.REFUSED,
    "failed": Outcome.REFUSED,
}
# Callbacks give only a number (https://www.twilio.com/docs/api/errors).
REASONS = {
    "30003": _("The phone is switched off or out of reach"),
    "30004": _("The phone refuses messages"),
    "30005": _("The number does not exist or is no longer in use"),
    "30006": _("The number is a landline, or its network takes no texts"),
    "30007": _("The network has taken the message for spam"),
}


@csrf_exempt
@require_POST
def status(request: HttpRequest) -> HttpResponse:
    """Take a report that Twilio has signed.

    What it signs is the address it was given, which begins with `SITE_URL` whatever a proxy has made of it since.
    """
    if settings.TWILIO is None:
        raise Http404
    signature = request.headers.get("X-Twilio-Signature", "")
    validator = RequestValidator(settings.TWILIO.auth_token)
    if not validator.validate(settings.SITE_URL + request.get_full_path(), request.POST, signature):
        return HttpResponseForbidden()
    notification, attempt = request.GET.get("notification", ""), request.GET.get("attempt", "")
    if not (notification.isdecimal() and attempt.isdecimal()):
        return HttpResponseBadRequest()
    outcome = OUTCOMES.get(request.POST.get("MessageStatus", ""))
    if outcome:
        receipts.receive(
            int(notification),
            int(attempt),
            outcome,
            provider_id=request.POST.get("MessageSid", ""),
            reason=_reason(request.POST.get("ErrorCode", "")) if outcome == Outcome.REFUSED else "",
        )
    return HttpResponse(status=204)


def _reason(code: str) -> str:
    words = REASONS.get(code, _("The network could not deliver the message"))
    return f"{words} (Twilio {code})" if code else str(words)
