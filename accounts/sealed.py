"""Secrets in the database, readable only with the key of the settings: a copy of the database alone gives none away."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """The secret was sealed with a key that the settings no longer name."""


def seal(secret: str) -> str:
    """The secret, encrypted and authenticated with SECRET_KEY (Fernet)."""
    return _keys().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret, sealed with SECRET_KEY or one of SECRET_KEY_FALLBACKS; raises :class:`Unreadable`."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _keys() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(str(key))) for key in keys])


def _derived(key: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"accounts.sealed" + key.encode()).digest())
