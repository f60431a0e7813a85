"""Sockets: the check-in page's and the links'."""

from django.urls import URLPattern

websocket_urlpatterns: list[URLPattern] = []
