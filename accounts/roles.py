"""Whose account it is: what is asked of those who run the office is not asked of Reception."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

RUNS_THE_OFFICE = "offices.change_office"


def runs_the_office(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this is an office manager or a superuser: whoever may change the settings of the office."""
    return bool(user.has_perm(RUNS_THE_OFFICE))  # type: ignore[union-attr]


def needs_second_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this account may use the panel only with a second factor."""
    return settings.SECOND_FACTOR_REQUIRED and runs_the_office(user)
