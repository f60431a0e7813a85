"""Every path of the product, read from the resolver, and what to put for the parameters of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone

from appointments.choices import Kind, Role
from appointments.models import Appointment
from hosts.models import Host
from kiosks.models import Kiosk
from notifications.models import Worker
from offices.models import Office
from rollcall.models import RollCall
from tests.cast import make_appointment, make_host
from tests.services.loop import outside_the_loop

# `<int:pk>` of a path, and `(?P<url>.*)` of a regular expression.
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
# What Django's own pages call the key of a record.
_KEYS = {"object_id", "pk", "id"}


@dataclass(frozen=True)
class Url:
    """One pattern: its name as `reverse` takes it, or its route if it has none, and the route itself."""

    name: str
    route: str

    @property
    def parameters(self) -> list[str]:
        """The names of its parameters, in order."""
        return [first or second for first, second in _PARAMETER.findall(self.route)]

    def path(self, values: Mapping[str, object]) -> str:
        """The path with these values; 1 for a parameter without one."""
        filled = _PARAMETER.sub(lambda found: str(values.get(found[1] or found[2], 1)), self.route)
        return "/" + re.sub(r"[\^$]", "", filled)


def every_url() -> list[Url]:
    """Every page, form and file, in the order of the resolver."""
    return list(_walk(get_resolver(settings.ROOT_URLCONF)))


def every_socket() -> list[Url]:
    """Every WebSocket."""
    return list(_walk(get_resolver(settings.SOCKET_URLCONF)))


def _walk(resolver: URLResolver, route: str = "", namespace: str = "") -> Iterator[Url]:
    for pattern in resolver.url_patterns:
        whole = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Url(f"{namespace}{pattern.name}" if pattern.name else whole, whole)
        else:
            yield from _walk(pattern, whole, namespace + (f"{pattern.namespace}:" if pattern.namespace else ""))


@dataclass(frozen=True)
class World:
    """One record of every kind: the visit in person that `visit` is, and a chat of other people."""

    visit: Appointment
    other: Appointment

    def values(self, url: Url, token: str) -> dict[str, Any]:
        """What to put for the parameters of this URL, so that a record with an address of its own is found."""
        values: dict[str, Any] = {
            "token": token,
            "content_type_id": _content_type(Host),
            "app_label": "hosts",
            "url": "nowhere",
            **dict.fromkeys(_KEYS, self._key(url.route)),
        }
        if "content_type_id" in url.parameters:
            values["object_id"] = self.visit.host_id
        return values

    def _key(self, route: str) -> object:
        parts = route.split("/")
        if parts[1:2] == ["roll-call"]:
            return RollCall.objects.latest("pk").pk
        try:
            app, name = parts[1:3]
            model = apps.get_model(app, name)
        except (LookupError, TypeError, ValueError):
            return 1
        record = self.visit if model is Appointment else model._default_manager.order_by("pk").first()
        return record.pk if record else 1


def _content_type(model: type[Model]) -> int:
    return int(ContentType.objects.get_for_model(model).pk)


def _somebody() -> str:
    """An address that no earlier host has: a world may be made beside others."""
    return f"{token_hex(8)}@meridianhouse.example"


@outside_the_loop()
def make_world() -> World:
    """One record of every kind in the database, of which the last one made is asked for."""
    Worker.objects.create(id=token_hex(8), seen_at=timezone.now())
    visit = make_appointment(make_host(email=_somebody()))
    remote_host = make_host(name="Tomás Herrera", phone="+919876543202", email=_somebody())
    other = make_appointment(
        remote_host,
        kind=Kind.REMOTE,
        visitor_name="Grace Okafor",
        visitor_email="grace@visitor.example",
        visitor_phone="+447700900199",
        purpose="Interview",
    )
    other.messages.create(sender=Role.VISITOR, client_id="0" * 32, text="In confidence")
    Kiosk.objects.create(name="Front desk")
    Office.objects.get_or_create(pk=1)
    RollCall.objects.start("Maria")
    # The first account is one that can be deleted: it has changed nothing.
    User.objects.get_or_create(username="newcomer", is_staff=True)
    Group.objects.get_or_create(name="Office managers")
    LogEntry.objects.create(
        user=User.objects.get_or_create(username="predecessor")[0],
        content_type_id=_content_type(Host),
        object_id=str(visit.host_id),
        action_flag=CHANGE,
    )
    return World(visit, other)
