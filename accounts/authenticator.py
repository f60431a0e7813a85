"""Codes of an authenticator app (TOTP, RFC 6238): six digits, a new one every 30 seconds."""

from __future__ import annotations

import secrets

import pyotp
from django.contrib.auth.models import User
from django.utils import timezone

from accounts.models import AuthenticatorApp
from accounts.sealed import Unreadable, seal, unseal
from offices.current import current_office

# The clocks of phones differ a little: the code before and the code after the present one count too.
TOLERANCE = (0, -1, 1)


def new_secret() -> str:
    """A random secret of 160 bits in base32."""
    return pyotp.random_base32()


def address_of(user: User, secret: str) -> str:
    """The `otpauth:` address that apps read from a QR code."""
    name = f"{current_office().name} · {user.get_username()}"
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=current_office().name)


def add(user: User, secret: str, code: str) -> bool:
    """Add the app to the account if it shows this code now; a former app is replaced."""
    step = _step_of(secret, code)
    if step is None:
        return False
    AuthenticatorApp.objects.update_or_create(
        user=user, defaults={"sealed_secret": seal(secret), "last_step": step, "added_at": timezone.now()}
    )
    return True


def accept(user: User, code: str) -> bool:
    """Whether the app of this account shows this code now. Each code is accepted once."""
    app = AuthenticatorApp.objects.filter(user=user).first()
    if app is None:
        return False
    try:
        step = _step_of(unseal(app.sealed_secret), code)
    except Unreadable:
        return False
    return step is not None and bool(
        AuthenticatorApp.objects.filter(user=user, last_step__lt=step).update(last_step=step)
    )


def _step_of(secret: str, code: str) -> int | None:
    """The step whose code this is."""
    app = pyotp.TOTP(secret)
    now = app.timecode(timezone.now())
    typed = "".join(code.split()).encode()
    steps = [now + offset for offset in TOLERANCE]
    return next((step for step in steps if secrets.compare_digest(app.generate_otp(step).encode(), typed)), None)
