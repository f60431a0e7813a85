"""Checks that the product adds to Django's `check --deploy`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks


def register() -> None:
    """Register the check, once."""
    checks.register(proxy_is_named, checks.Tags.security, deploy=True)


def proxy_is_named(**kwargs: Any) -> list[checks.CheckMessage]:
    """Warn when SITE_URL is https and no proxy is trusted: Daphne then sees http and redirects each page to itself."""
    if not settings.SITE_URL.startswith("https:") or settings.TRUSTED_PROXIES:
        return []
    return [
        checks.Warning(
            "SITE_URL is https, but TRUSTED_PROXIES names no proxy.",
            hint="Name the proxy that ends TLS, such as 127.0.0.1, or every page will be redirected to itself.",
            id="entrymgmt.W001",
        )
    ]
