"""The tokens of an appointment's two links, and the addresses that they make."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from django.db import models
from django.urls import reverse

from appointments.choices import Role
from core.site import absolute_url

# 16 random bytes are 128 bits: 22 characters of URL-safe base64.
TOKEN_BYTES = 16
TOKEN_LENGTH = 22


def new_token() -> str:
    """A random link token of 128 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class HasLinks(models.Model):
    """What has a link for its visitor and another one for its host."""

    visitor_token = models.CharField(max_length=TOKEN_LENGTH, unique=True, default=new_token, editable=False)
    host_token = models.CharField(max_length=TOKEN_LENGTH, unique=True, default=new_token, editable=False)

    class Meta:
        abstract = True

    def token(self, role: Role) -> str:
        """The token of this person's link."""
        return self.visitor_token if role == Role.VISITOR else self.host_token

    def renew_tokens(self, roles: Collection[Role]) -> None:
        """Save new tokens for these people; see :func:`appointments.notices.renew_links`."""
        fields = [f"{role}_token" for role in roles]
        for field in fields:
            setattr(self, field, new_token())
        self.save(update_fields=fields)

    def path(self, role: Role, page: str = "link") -> str:
        """The path of this person's page: `link`, `chat`, `transcript`, `end`, `live`; the host's also has `reply`, and
        the visitor's `not-me`.
        """
        return reverse(f"{role}-{page}", args=[self.token(role)])

    def url(self, role: Role, page: str = "link") -> str:
        """The absolute URL of this person's page, for messages and QR codes."""
        return absolute_url(f"{role}-{page}", self.token(role))

    @property
    def visitor_url(self) -> str:
        """The absolute URL of the visitor's page."""
        return self.url(Role.VISITOR)
