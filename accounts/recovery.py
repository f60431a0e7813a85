"""Recovery codes: ten for each account, each good for one login without the second factor."""

from __future__ import annotations

import base64
import hashlib
import secrets

from django.contrib.auth.models import User
from django.db import transaction

from accounts.models import RecoveryCode

HOW_MANY = 10
# 120 bits: so long that a plain hash is as good as a slow one (OWASP ASVS 5.0, 6.5.2 asks for 112).
BYTES = 15
GROUP = 6


def make(user: User) -> list[str]:
    """Ten new codes in place of those before. They can be shown now and never again."""
    codes = [_code() for _each in range(HOW_MANY)]
    with transaction.atomic():
        user.recovery_codes.all().delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in codes)
    return codes


def accept(user: User, code: str) -> bool:
    """Whether this is an unused code of this account; it is used up now."""
    deleted, _by_model = user.recovery_codes.filter(digest=_digest(code)).delete()
    return bool(deleted)


def left(user: User) -> int:
    """How many codes of this account are unused."""
    return user.recovery_codes.count()


def _code() -> str:
    """Letters and digits of base32, in groups, such as `k3m9fa-…`."""
    text = base64.b32encode(secrets.token_bytes(BYTES)).decode().lower()
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def _digest(code: str) -> str:
    typed = "".join(code.split()).replace("-", "").lower()
    return hashlib.sha256(typed.encode()).hexdigest()
