"""A link for a new password, by email to those of the panel who have one on their account.

The message does not go through the outbox: what is there can be read in the panel, and whoever holds the link can set
the password. It is made and sent by a worker, so that the page answers alike, and as fast, for any address.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import Event, Kind
from core.site import absolute_url
from notifications.email.message import compose
from offices.current import current_office


def accounts_of(email: str) -> list[User]:
    """The accounts that may log in to the panel and have this address."""
    found = User.objects.filter(email__iexact=email, is_active=True, is_staff=True)
    return [user for user in found if user.has_usable_password()]


def send(user: User) -> None:
    """Send the link. It holds for `PASSWORD_RESET_TIMEOUT`, and until the password is changed or somebody logs in."""
    office = current_office()
    token = default_token_generator.make_token(user)
    context = {
        "organisation": office.name,
        "name": user.get_username(),
        "link": absolute_url("admin:password-new", urlsafe_base64_encode(force_bytes(user.pk)), token),
        "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
    }
    compose("password-reset", context, user.email).send()


def record_request(user: User, address: str, device: str) -> None:
    """Write into the log from where it was asked for."""
    Event.objects.create(kind=Kind.RESET_ASKED, user=user, address=address, device=device)
