"""The ASGI application that Daphne serves: pages and sockets, behind the trusted edge."""

import os
import sys

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entrymgmt.settings")
http = get_asgi_application()

# The sockets can be imported only after the apps are loaded.
from django.urls import reverse  # noqa: E402

from entrymgmt.edge.content import utf8_only  # noqa: E402
from entrymgmt.edge.origin import trusted_edge  # noqa: E402
from entrymgmt.edge.probes import under_any_name  # noqa: E402
from entrymgmt.edge.quotas import limited  # noqa: E402
from entrymgmt.edge.turns import in_turn  # noqa: E402
from entrymgmt.metrics import measured  # noqa: E402
from entrymgmt.routing import urlpatterns  # noqa: E402
from entrymgmt.sockets import ends_quietly, reads_on_demand  # noqa: E402
from kiosks.cookie import is_screen  # noqa: E402

# A busy thread yields to the event loop after 1 ms; Python's default is 5 ms (docs/performance.md, Chat).
sys.setswitchinterval(0.001)

# Probes of a load balancer come under any name and are never refused. A monitor may wait, as what it asks takes longer.
probes = {reverse("healthz"), reverse("readyz")}
monitors = {reverse("statusz"), reverse("metrics")}
# A name that the site is asked for by; a pattern such as .example.com includes example.com.
site = settings.ALLOWED_HOSTS[0].removeprefix(".")

sockets = AllowedHostsOriginValidator(ends_quietly(URLRouter(urlpatterns)))
pages = under_any_name(utf8_only(in_turn(http, is_screen, exempt=probes)), probes | monitors, site)
inside = ProtocolTypeRouter({"http": pages, "websocket": sockets})
# Outermost, because it needs the server’s own `send`.
application = reads_on_demand(trusted_edge(measured(limited(inside, exempt=probes)), settings.TRUSTED_PROXIES))
