"""What each failure of a mail server means: for whom it is final, and who can mend it, in sentences for the panel."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.email.backend import Unaddressable
from notifications.results import Postponed, Refused, Result

# RFC 5321, 4.2.1: 5yz is permanent, 4yz is not.
PERMANENT = 500
# The answers that ask for a login or for encryption first (RFC 4954, 6; RFC 3207, 4).
WANTS_LOGIN = {530, 534, 535, 538}
# Of a mailbox, or of a message.
TOO_MUCH = 552
AGAIN = _("It is tried again by itself.")
LOGIN = _(
    "The mail server does not let this installation in, so no email leaves. Whoever runs it must correct the user and "
    "the password in EMAIL_URL."
)
SENDER = _(
    "The mail server does not take messages from the office’s own address. Whoever runs this installation must correct "
    "DEFAULT_FROM_EMAIL, or allow this address to send on the mail server."
)
RELAY = _(
    "The mail server passes nothing on for this installation. Whoever runs it must allow that on the mail server, or "
    "give a user and a password in EMAIL_URL."
)
BLOCKED = _(
    "The mail server turns this installation away before any message. Whoever runs it must ask the owner of the mail "
    "server why."
)
BUSY = _("The mail server takes no messages at the moment.")
GREYLISTED = _("The recipient’s mail server cannot take the message yet; many ask unknown senders to come again.")
UNKNOWN_ADDRESS = _("This address does not exist, or takes no email. Correct it, and send the message again.")
FULL = _("The recipient’s mailbox is full. Reach them in another way.")
UNADDRESSABLE = _(
    "The mail server does not take addresses with such letters before the @. Ask the recipient for another address."
)
LATER = _("The mail server cannot take this message yet.")
LARGE = _("The message is too large for the mail server. Whoever runs it can allow more.")
UNWANTED = _(
    "The mail server does not want this message, for example because it takes it for spam. Its owner can say why."
)
NO_TLS = _(
    "The mail server does not offer the encryption or the login that EMAIL_URL asks for. Whoever runs this "
    "installation must correct EMAIL_URL."
)
CERTIFICATE = _(
    "The mail server’s certificate is not valid, so nothing is sent to it. Whoever runs it must renew the certificate, "
    "or use the name in EMAIL_URL that the certificate names."
)
TLS = _(
    "No encrypted connection to the mail server comes about. Whoever runs this installation must check the protocol "
    "and the port in EMAIL_URL."
)
NO_NAME = _("No mail server is found under its name. Whoever runs this installation must check EMAIL_URL.")
NOBODY_THERE = _("Nothing answers where the mail server should be. It is down, or its address in EMAIL_URL is wrong.")
LOST = _("The connection to the mail server broke off, or it does not answer in time.")


# What a server answers about a recipient or a message although it means the office’s own sender, login or address:
# Postfix says all of it only after RCPT TO, Exchange after DATA. The numbers are those of RFC 3463.
ABOUT_US = (
    (re.compile(r"\b5\.1\.[78]\b|sender(?: address)? rejected|send ?as", re.IGNORECASE), SENDER),
    (re.compile(r"\brelay", re.IGNORECASE), RELAY),
    (re.compile(r"(?:client host|helo command) rejected|blocked using", re.IGNORECASE), BLOCKED),
)


# Errors without an answer; the first that fits counts.
NO_ANSWER: tuple[tuple[type[Exception], Promise], ...] = (
    (ssl.SSLCertVerificationError, CERTIFICATE),
    (ssl.SSLError, TLS),
    (smtplib.SMTPServerDisconnected, LOST),
    (smtplib.SMTPException, NO_TLS),
    (socket.gaierror, NO_NAME),
    (ConnectionRefusedError, NOBODY_THERE),
)


def result_of(error: smtplib.SMTPException | OSError) -> Result:
    """What to do with a message whose attempt ended in this error, with its meaning and the server’s words.

    Refused is only what the server has said about this recipient or this message. What it says about the office’s own
    sender, login or address stays Postponed: each message waits until somebody has mended it.
    """
    match error:
        case Unaddressable():
            return Refused(str(UNADDRESSABLE))
        case smtplib.SMTPRecipientsRefused():
            code, words = next(iter(error.recipients.values()))
            return _judged(code, words, GREYLISTED, FULL if code == TOO_MUCH else UNKNOWN_ADDRESS)
        case smtplib.SMTPDataError():
            final = LARGE if error.smtp_code == TOO_MUCH else UNWANTED
            return _judged(error.smtp_code, error.smtp_error, LATER, final)
        case smtplib.SMTPSenderRefused() if error.smtp_code == TOO_MUCH:
            return _judged(error.smtp_code, error.smtp_error, BUSY, LARGE)
        case smtplib.SMTPSenderRefused():
            meaning = LOGIN if error.smtp_code in WANTS_LOGIN else SENDER
        case smtplib.SMTPAuthenticationError():
            meaning = LOGIN
        case smtplib.SMTPResponseException():
            meaning = BLOCKED
        case _:
            unreachable = gettext("The mail server cannot be reached: %(error)s") % {"error": error}
            return _postponed(_meaning(error), unreachable)
    said = _said(error.smtp_code, error.smtp_error)
    return _postponed(meaning if error.smtp_code >= PERMANENT else BUSY, said)


def _judged(code: int, words: Any, passing: Promise, final: Promise) -> Result:
    """The result of an answer to a recipient or a message, which is about the office after all where it says so."""
    said = _said(code, words)
    if code < PERMANENT:
        return _postponed(passing, said)
    if code in WANTS_LOGIN:
        return _postponed(LOGIN, said)
    for pattern, meaning in ABOUT_US:
        if pattern.search(said):
            return _postponed(meaning, said)
    return Refused(f"{final} {said}")


def _meaning(error: Exception) -> Promise:
    """What an error means that is no answer of the server."""
    return next((meaning for kind, meaning in NO_ANSWER if isinstance(error, kind)), LOST)


def _postponed(meaning: Promise, said: str) -> Postponed:
    return Postponed(f"{meaning} {AGAIN} {said}")


def _said(code: int, words: Any) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return gettext("The mail server answered %(code)s: %(words)s") % {"code": code, "words": " ".join(text.split())}
