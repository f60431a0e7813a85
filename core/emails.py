"""Email addresses as people have them."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

# Atoms and dots before the sign (RFC 5322, 3.2.3; letters of any script, RFC 6531), a name and no literal after it.
_PLAIN = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[\w.-]+")
# Without Django's own exception for `localhost`.
_validate = EmailValidator(allowlist=[])


def validate_plain_email(address: str) -> None:
    """Raise ValidationError unless this is a plain local part before a domain name with a dot.

    What RFC 5321 allows beyond that, quoted local parts, address literals and names of the local network, nobody has at
    a front desk, and a quoted local part can hold a link that an email would show.
    """
    _validate(address)
    if not _PLAIN.fullmatch(address):
        raise ValidationError(_("Enter an email address like name@example.com"), code="invalid")
