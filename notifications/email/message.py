"""Composes an email from the two templates of its name: one for its subject and text, one for HTML."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from notifications.email.backend import needs_utf8
from notifications.rendering import render
from offices.current import current_office

SUBJECT = "Subject: "


def text_of(template: str, context: dict[str, Any]) -> str:
    """The subject line, an empty line, and the text part."""
    return render(f"email/{template}.txt", context).strip()


def compose(
    template: str,
    context: dict[str, Any],
    recipient: str,
    *,
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
) -> EmailMultiAlternatives:
    """The message of this template to this address, from the office, marked as sent by a machine (RFC 3834)."""
    subject, _empty, text = text_of(template, context).removeprefix(SUBJECT).partition("\n")
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message = EmailMultiAlternatives(
        subject=subject,
        body=text.lstrip("\n"),
        from_email=formataddr((name or current_office().name, address)),
        to=[recipient],
        reply_to=[reply_to] if reply_to and not needs_utf8(reply_to) else None,
        headers={**(headers or {}), "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render(f"email/{template}.html", context, html=True), "text/html")
    return message
