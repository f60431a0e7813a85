"""Every socket of the product; `core.site.socket_path` returns a path by its name."""

from __future__ import annotations

from django.urls import re_path

from appointments.checkin.routing import urlpatterns as checkin
from chat.routing import urlpatterns as links
from entrymgmt.sockets import refuse

# The last matches every other path: without it, the router raises an exception that names the path, token included.
urlpatterns = [*checkin, *links, re_path("", refuse)]  # type: ignore[arg-type]
