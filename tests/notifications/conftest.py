from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from pytest_django import Settings

from notifications.channels import get_channel
from notifications.email.channel import Email
from notifications.models import Notification
from notifications.signals import notification_changed
from tests.panel.conftest import manager, panel  # noqa: F401
from tests.services.mail import Mailbox


@pytest.fixture(autouse=True)
def no_connection_of_an_earlier_test() -> None:
    """The channel keeps its connection, which may be to another mail server, or to none."""
    cast("Email", get_channel("email")).connection.close()


@pytest.fixture
def heard() -> Iterator[list[tuple[int, str]]]:
    """Which notifications open pages hear of, and in which state these are."""
    changes: list[tuple[int, str]] = []

    def listen(*, notification: Notification, **kwargs: object) -> None:
        changes.append((notification.pk, notification.state))

    notification_changed.connect(listen, sender=Notification)
    yield changes
    notification_changed.disconnect(listen, sender=Notification)


@pytest.fixture
def email(mailbox: Mailbox, settings: Settings) -> Iterator[Email]:
    """The channel, with the mail server of the tests."""
    settings.EMAIL_BACKEND = "notifications.email.backend.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    settings.SITE_URL = "https://visit.meridianhouse.example"
    channel = Email()
    yield channel
    channel.connection.close()
