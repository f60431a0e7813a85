"""Keyed hashes, by which a text is recognised where it must not be kept itself."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings

# 128 bits as hexadecimal digits.
DIGEST_LENGTH = 32


def digest(purpose: str, *parts: str) -> str:
    """The hash of these texts: equal for equal ones in every process, and without SECRET_KEY not to be reversed.

    Hashes for another `purpose` differ, so that nobody can compare the two.
    """
    text = "\x00".join((purpose, *parts))
    return hmac.digest(_key(settings.SECRET_KEY), text.encode(), "sha256").hex()[:DIGEST_LENGTH]


@lru_cache
def _key(secret: str) -> bytes:
    """The key, made as Django’s `salted_hmac` makes it, which would do so for each of the dozens of a check-in."""
    return hashlib.sha256(b"core.digests" + secret.encode()).digest()
