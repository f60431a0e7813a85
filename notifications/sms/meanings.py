"""What Twilio's error codes mean, and who can mend it (https://www.twilio.com/docs/api/errors)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NUMBER = _("Correct the number, and send the text again.")
RECIPIENT = _("Reach them in another way.")
ACCOUNT = _("Whoever looks after the Twilio account can mend it there, and then send the text again.")
SOFTWARE = _("Whoever looks after this program should know of it.")
AGAIN = _("It is tried again by itself.")
# No text of the office goes out until then; each waits for it.
OPERATOR = _("Whoever looks after the Twilio account must mend it there. Until then it is tried again by itself.")
SETTINGS = _("Whoever runs this installation must correct its settings. Until then it is tried again by itself.")

# What is tried again is not about this text or this number.
WAITING = (AGAIN, OPERATOR, SETTINGS)


@dataclass(frozen=True)
class Meaning:
    """What has happened, and who can do something about it."""

    what: Promise
    who: Promise

    @property
    def is_final(self) -> bool:
        """Whether another attempt is of no use, or might send the text twice."""
        return self.who not in WAITING

    def __str__(self) -> str:
        return f"{self.what} {self.who}"


_BUSY = Meaning(_("Twilio takes no more texts at the moment."), AGAIN)
_NETWORK_BUSY = Meaning(_("The phone network takes no more texts at the moment."), AGAIN)
_SPENT = Meaning(_("As many texts have gone out as the phone networks allow in a day."), AGAIN)
_FAULT = Meaning(_("Twilio has a fault."), AGAIN)
_LOGIN = Meaning(_("Twilio does not accept the account or its token."), SETTINGS)
_SUSPENDED = Meaning(_("The Twilio account is suspended or closed, so no text leaves."), OPERATOR)
_FORBIDDEN = Meaning(_("The Twilio account may not send texts."), OPERATOR)
_SENDER = Meaning(_("Twilio does not let this account send from the number in TWILIO_FROM."), SETTINGS)
_SERVICE = Meaning(_("The messaging service in TWILIO_FROM does not exist, or has no number to send from."), OPERATOR)
_CALLBACK = Meaning(_("Twilio cannot report to the address in SITE_URL."), SETTINGS)
_INVALID = Meaning(_("This is not a number that can get texts."), NUMBER)
_LANDLINE = Meaning(_("The number is a landline, or its network takes no texts."), NUMBER)
_GONE = Meaning(_("The number does not exist or is no longer in use."), NUMBER)
_UNVERIFIED = Meaning(_("A trial account of Twilio texts only numbers that were verified there."), ACCOUNT)
_COUNTRY = Meaning(_("The Twilio account does not text numbers of this country."), ACCOUNT)
_NO_ROUTE = Meaning(_("No text reaches this number from the office’s number."), ACCOUNT)
_STOPPED = Meaning(
    _("The owner of the number has answered STOP to the office’s texts."),
    _("Only they can undo it, by texting START to the office’s number."),
)
_SWITCHED_OFF = Meaning(_("The phone is switched off or out of reach."), RECIPIENT)
_BLOCKED = Meaning(_("The phone refuses messages, or the phone network blocks them."), RECIPIENT)
_SPAM = Meaning(_("The phone network has taken the text for spam."), ACCOUNT)
_PRICE = Meaning(_("The text costs more than the Twilio account allows."), ACCOUNT)
_TEXT = Meaning(_("Twilio does not take a text like this one."), SOFTWARE)
_UNREGISTERED = Meaning(_("The office’s number is not registered for texts to the United States (A2P 10DLC)."), ACCOUNT)
_TOLL_FREE = Meaning(_("The office’s toll-free number has not been verified for texts."), ACCOUNT)
_SENDER_ID = Meaning(_("The recipient’s country takes texts only from registered senders."), ACCOUNT)
_CAMPAIGN = Meaning(_("The registration of the office’s number for texts is suspended."), ACCOUNT)
_EXPIRED = Meaning(_("The text did not reach the phone in time, and was dropped."), RECIPIENT)
_PUMPING = Meaning(_("Twilio suspects fraud with this number, and has blocked the text."), ACCOUNT)
_UNKNOWN = Meaning(_("The phone network could not deliver the text, and does not say why."), RECIPIENT)

# About a request that got no answer.
UNREACHABLE = Meaning(_("Nothing is heard from Twilio, or of the way there."), AGAIN)

MEANINGS = {
    20003: _LOGIN,
    20005: _SUSPENDED,
    20006: _FORBIDDEN,
    20008: _LOGIN,
    20403: _FORBIDDEN,
    20404: _LOGIN,
    20429: _BUSY,
    20500: _FAULT,
    20503: _FAULT,
    21211: _INVALID,
    21212: _SENDER,
    21214: _INVALID,
    21217: _INVALID,
    21219: _UNVERIFIED,
    21265: _INVALID,
    21401: _INVALID,
    21407: _INVALID,
    21408: _COUNTRY,
    21421: _INVALID,
    21601: _SENDER,
    21602: _TEXT,
    21603: _SENDER,
    21604: _INVALID,
    21605: _TEXT,
    21606: _SENDER,
    21607: _SENDER,
    21608: _UNVERIFIED,
    21609: _CALLBACK,
    21610: _STOPPED,
    21611: _BUSY,
    21612: _NO_ROUTE,
    21614: _INVALID,
    21617: _TEXT,
    21635: _LANDLINE,
    21659: _SENDER,
    21660: _SENDER,
    21661: _SENDER,
    21701: _SERVICE,
    21703: _SERVICE,
    21704: _SERVICE,
    21705: _SERVICE,
    30001: _BUSY,
    30002: _SUSPENDED,
    30003: _SWITCHED_OFF,
    30004: _BLOCKED,
    30005: _GONE,
    30006: _LANDLINE,
    30007: _SPAM,
    30008: _UNKNOWN,
    30009: _UNKNOWN,
    30010: _PRICE,
    30017: _NETWORK_BUSY,
    30018: _SENDER_ID,
    30022: _NETWORK_BUSY,
    30023: _SPENT,
    30024: _SENDER_ID,
    30027: _SPENT,
    30032: _TOLL_FREE,
    30033: _CAMPAIGN,
    30034: _UNREGISTERED,
    30035: _UNREGISTERED,
    30036: _EXPIRED,
    30037: _FORBIDDEN,
    30039: _UNKNOWN,
    30040: _SENDER_ID,
    30410: _FAULT,
    30450: _PUMPING,
    30453: _PUMPING,
    30454: _SPENT,
    30500: _FAULT,
}


def of_code(code: int) -> Meaning:
    """The meaning of a code with which Twilio reports on a text that it had accepted."""
    return MEANINGS.get(code, _UNKNOWN)


def of_answer(code: int, status: int) -> Meaning:
    """The meaning of an answer to the request to send a text: of its code, or else of its HTTP status."""
    if code in MEANINGS:
        return MEANINGS[code]
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _BUSY
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _FAULT
    if status == HTTPStatus.BAD_REQUEST or code // 10_000 == 3:
        return _TEXT
    return _LOGIN if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND} else _FORBIDDEN
