"""The site's public URLs, and the paths of its sockets."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse, set_script_prefix


def socket_path(name: str, *args: Any) -> str:
    """The path of the socket of this URL name in `settings.SOCKET_URLCONF`."""
    return reverse(name, settings.SOCKET_URLCONF, args)


def absolute_url(name: str, *args: Any) -> str:
    """The absolute URL of the page of this URL name, for messages and QR codes: `SITE_URL` and the path.

    Django puts the script prefix of the current request before every path. People open the link of a message from
    elsewhere, so it must contain no part of a request.
    """
    prefix = get_script_prefix()
    set_script_prefix("/")
    try:
        return str(settings.SITE_URL) + reverse(name, args=args)
    finally:
        set_script_prefix(prefix)
