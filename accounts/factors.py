"""Second factors of an account, whichever they are."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from accounts import authenticator, recovery
from accounts.models import AuthenticatorApp, Kind


def has_app(user: User) -> bool:
    """Whether this account has an authenticator app."""
    return AuthenticatorApp.objects.filter(user=user).exists()


def has_any(user: User) -> bool:
    """Whether this account has a second factor; recovery codes alone are none."""
    return has_app(user) or user.passkeys.exists()


def accept_code(user: User, code: str) -> Kind | None:
    """What this code is to the account: LOGIN for one of its app, CODE_USED for a recovery code, None for neither."""
    if authenticator.accept(user, code):
        return Kind.LOGIN
    return Kind.CODE_USED if recovery.accept(user, code) else None


def remove_all(user: User) -> None:
    """Remove every second factor and every recovery code."""
    with transaction.atomic():
        AuthenticatorApp.objects.filter(user=user).delete()
        user.passkeys.all().delete()
        user.recovery_codes.all().delete()


def forget_codes_without_factor(user: User) -> None:
    """Remove the recovery codes when there is nothing left that they could stand in for."""
    if not has_any(user):
        user.recovery_codes.all().delete()
