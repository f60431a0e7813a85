"""The ASGI application that Daphne serves: pages and chat sockets."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entrymgmt.settings")
http = get_asgi_application()

# Importing the sockets needs the apps to be loaded.
from entrymgmt.routing import websocket_urlpatterns  # noqa: E402
from entrymgmt.sockets import ends_quietly  # noqa: E402

application = ProtocolTypeRouter(
    {"http": http, "websocket": AllowedHostsOriginValidator(ends_quietly(URLRouter(websocket_urlpatterns)))}
)
