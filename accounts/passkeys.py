"""Passkeys (WebAuthn level 2): for this site alone, and only when the device has recognised its owner."""

from __future__ import annotations

import json
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.models import Passkey
from offices.current import current_office

# The session holds what was asked of the browser, until its answer.
_ASKED = "passkey_asked"
MAX_NAME_LENGTH = 60


class NotAccepted(Exception):
    """The answer of the browser proves nothing."""


def are_possible() -> bool:
    """Whether browsers make passkeys for this site: it needs https or `localhost`, and a name instead of an address."""
    site = urlsplit(settings.SITE_URL)
    host = str(site.hostname)
    try:
        ip_address(host)
    except ValueError:
        return site.scheme == "https" or host == "localhost"
    return False


def ask_for_new(request: HttpRequest, user: User) -> dict[str, Any]:
    """What `navigator.credentials.create` needs, as JSON has it."""
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(
            id=str(user.pk).encode(), name=user.get_username(), display_name=user.get_full_name() or user.get_username()
        ),
        [_credential(passkey) for passkey in user.passkeys.all()],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    request.session[_ASKED] = state
    return dict(options)


def add(request: HttpRequest, user: User, answer: str, name: str) -> Passkey:
    """Add the new passkey to the account; `answer` is the browser’s, in JSON. Raises :class:`NotAccepted`."""
    try:
        data = _server().register_complete(request.session.pop(_ASKED), json.loads(answer))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotAccepted from error
    credential = data.credential_data
    if credential is None or Passkey.objects.filter(credential_id=websafe_encode(credential.credential_id)).exists():
        raise NotAccepted
    return Passkey.objects.create(
        user=user,
        name=name,
        credential_id=websafe_encode(credential.credential_id),
        credential=bytes(credential),
        uses=data.counter,
    )


def ask(request: HttpRequest) -> dict[str, Any]:
    """What `navigator.credentials.get` needs, as JSON has it, for any passkey of any account."""
    options, state = _server().authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    request.session[_ASKED] = state
    return dict(options)


def accept(request: HttpRequest, answer: str) -> User:
    """The account whose passkey the browser has used; `answer` is in JSON. Raises :class:`NotAccepted`."""
    try:
        given = AuthenticationResponse.from_dict(json.loads(answer))
        passkey = Passkey.objects.select_related("user").get(credential_id=websafe_encode(given.raw_id))
        _server().authenticate_complete(request.session.pop(_ASKED), [_credential(passkey)], given)
    except (KeyError, TypeError, ValueError, AttributeError, Passkey.DoesNotExist) as error:
        raise NotAccepted from error
    uses = given.response.authenticator_data.counter
    # A counter that does not rise is the sign of a copied authenticator (WebAuthn, section 6.1.1).
    if (uses or passkey.uses) and uses <= passkey.uses:
        raise NotAccepted
    Passkey.objects.filter(pk=passkey.pk).update(uses=uses, used_at=timezone.now())
    return passkey.user


def _server() -> Fido2Server:
    site = PublicKeyCredentialRpEntity(name=current_office().name, id=urlsplit(settings.SITE_URL).hostname)
    return Fido2Server(site, verify_origin=lambda origin: origin == settings.SITE_URL)


def _credential(passkey: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(passkey.credential))
