"""Sockets: the check-in page's and the links'."""

from django.urls import URLPattern, path

from chat.routing import websocket_urlpatterns as links
from hosts.consumers import DirectoryConsumer

websocket_urlpatterns: list[URLPattern] = [path("ws/checkin/", DirectoryConsumer.as_asgi()), *links]
