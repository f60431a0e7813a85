"""Adds six hosts and an office manager, for trying the product."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from hosts.models import Host, Presence
from panel.registry import MANAGERS

USERNAME = "manager"
# 12 random bytes are 96 bits: 16 characters of URL-safe base64.
PASSWORD_BYTES = 12
ADDRESS = "4th floor, 12 Residency Road, Bengaluru 560025"

# Name, title, presence. The domain .example is reserved (RFC 2606), and Ofcom reserves the numbers 07700 900000 to
# 900999 for drama. So the sample data never sends messages to real people, even with real provider accounts.
PEOPLE = [
    ("Anika Rao", "Head of Partnerships", Presence.IN_OFFICE),
    ("Tomás Herrera", "Product Design", Presence.REMOTE),
    ("Lakshmi Venkataraman", "Finance Director", Presence.IN_OFFICE),
    ("Daniel Osei", "Facilities", Presence.IN_OFFICE),
    ("Farah Siddiqui", "People and Hiring", Presence.REMOTE),
    ("Mei-Ling Tan", "Legal Counsel", Presence.AWAY),
]
ADDRESSES = ["anika", "tomas", "lakshmi", "daniel", "farah", "mei-ling"]


class Command(BaseCommand):
    help = "Adds six sample hosts and a sample office manager to an empty database, and prints the manager's login."

    def handle(self, *args: Any, **options: Any) -> None:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        with transaction.atomic():
            if Host.objects.exists() or User.objects.exists():
                raise CommandError("The sample data is for an empty database; this one has hosts or accounts already.")
            Host.objects.bulk_create(sample_hosts())
            manager = User.objects.create_user(USERNAME, password=password, is_staff=True)
            manager.groups.add(Group.objects.get(name=MANAGERS))
        self.stdout.write(
            f"Six sample hosts are ready. Log in to the host panel, {settings.SITE_URL}/admin/, as\n"
            f"    user name  {USERNAME}\n"
            f"    password   {password}\n"
            "The password is shown this once; change it in the host panel."
        )


def sample_hosts() -> list[Host]:
    """The six sample hosts, not saved yet."""
    return [
        Host(
            name=name,
            title=title,
            presence=presence,
            email=f"{address}@meridianhouse.example",
            phone=f"+4477009001{number:02}",
            address=ADDRESS,
        )
        for number, ((name, title, presence), address) in enumerate(zip(PEOPLE, ADDRESSES, strict=True), start=1)
    ]
