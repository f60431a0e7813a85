"""The sockets of the two links."""

from __future__ import annotations

from django.urls import path

from appointments.models import Role
from chat.consumers import ChatConsumer

websocket_urlpatterns = [
    path("ws/v/<slug:token>/", ChatConsumer.as_asgi(role=Role.VISITOR)),
    path("ws/h/<slug:token>/", ChatConsumer.as_asgi(role=Role.HOST)),
]
