"""Removes the second factors of an account whose owner has lost them."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import factors, sessions
from accounts.models import Event, Kind

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """`manage.py reset_second_factor NAME`."""

    help = "Remove the second factors and recovery codes of an account, and end its sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        """The name with which the person logs in."""
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove them, end the sessions, and log it."""
        try:
            user = User.objects.get(username=options["name"])
        except User.DoesNotExist as error:
            raise CommandError(f"There is no account “{options['name']}”.") from error
        with transaction.atomic():
            factors.remove_all(user)
            ended = sessions.end_all(user)
            Event.objects.create(kind=Kind.FACTORS_RESET, user=user)
        logger.warning("The second factors of account %s were removed by the operator", user.pk)
        self.stdout.write(
            f"“{user.get_username()}” has no second factor now and is logged out ({ended} sessions ended)."
        )
