"""The code of the poster, and the signed cookie of a phone that has scanned it."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from core.cookies import read_signed_cookie, set_signed_cookie
from core.site import absolute_url
from kiosks.models import Poster

NAME = "entry_poster"
# A working day.
MAX_AGE_SECONDS = 12 * 60 * 60
_signer = Signer(salt=NAME, sep=".")


def address_of(poster: Poster) -> str:
    """The absolute URL in the poster's QR code."""
    return absolute_url("poster-scan", _signer.sign(poster.key))


def is_present(code: str) -> bool:
    """Whether this is the code of the present poster. A forged one costs no query."""
    try:
        key = _signer.unsign(code)
    except BadSignature:
        return False
    return Poster.objects.filter(key=key).exists()


def set_cookie(response: HttpResponse, code: str) -> None:
    """Let the device that gets `response` check in for a working day, unless the code is renewed."""
    set_signed_cookie(response, NAME, code, MAX_AGE_SECONDS)


def was_scanned(request: HttpRequest) -> bool:
    """Whether this device has scanned the present poster within a working day."""
    return is_present(read_signed_cookie(request, NAME, MAX_AGE_SECONDS))
