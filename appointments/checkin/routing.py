"""The socket of the check-in page."""

from __future__ import annotations

from django.urls import path

from hosts.consumers import directory_socket
from kiosks.access import socket_where_check_in_is_open

urlpatterns = [
    path("ws/checkin/", socket_where_check_in_is_open(directory_socket), name="checkin-socket"),
]
