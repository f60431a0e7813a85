"""Health checks for load balancers: liveness and readiness of this process. For monitors there is `status.py`."""

from __future__ import annotations

import logging

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from offices.middleware import independent_of_office

logger = logging.getLogger(__name__)

# Probes wait for a second or two. Pages wait longer for a connection (settings.py), which is no use to who asks this.
DATABASE_SECONDS = 0.8


@independent_of_office
@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """Liveness: 200 as long as the process responds."""
    return JsonResponse({"alive": True})


@independent_of_office
@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Readiness: 200 when it can serve, for which it needs the database; else 503."""
    try:
        ask_database()
    except Exception as error:  # noqa: BLE001  any exception means that the database cannot be used
        logger.warning("Not ready: %s", error)
        return JsonResponse({"ready": False, "database": f"unreachable ({type(error).__name__})"}, status=503)
    return JsonResponse({"ready": True, "database": "ok"})


def ask_database() -> None:
    """Raises what the database raises when it cannot be used, or has no connection free within `DATABASE_SECONDS`."""
    pool = getattr(connection, "pool", None)
    if pool:
        pool.open()
        with connection.wrap_database_errors, pool.connection(timeout=DATABASE_SECONDS) as direct:
            direct.execute("SELECT 1")
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
