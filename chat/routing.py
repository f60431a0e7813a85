"""The sockets of the two links."""

from __future__ import annotations

from django.urls import path

from appointments.choices import Role
from chat.consumers import ChatConsumer

urlpatterns = [
    path("ws/v/<slug:token>/", ChatConsumer.as_asgi(role=Role.VISITOR), name="visitor-socket"),
    path("ws/h/<slug:token>/", ChatConsumer.as_asgi(role=Role.HOST), name="host-socket"),
]
