"""Figures in the text format of Prometheus, for those whom METRICS_ALLOW names.

Requests, sockets and check-ins are counted in the process that is asked, so each web process is a target of its own.
What is recorded is read from the database at that moment, and is the same in all of them. Nothing names a person, and
routes have no tokens.
"""

from __future__ import annotations

import time
from collections import Counter as Count
from collections.abc import Iterator

from django.conf import settings
from django.db import Error, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from appointments.models import Appointment
from core.addresses import address_in
from entrymgmt.edge.interface import Application, Receive, Scope, Send
from entrymgmt.edge.origin import is_trusted
from entrymgmt.health import ask_database
from notifications import workers
from notifications.models import Notification
from offices.middleware import independent_of_office

REQUESTS = Histogram(
    "entry_request_seconds",
    "From a request to the beginning of its answer, the wait for its turn included.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
SOCKETS = Gauge("entry_open_sockets", "WebSockets that are open, or about to be.")
CHECK_INS = Counter("entry_check_ins", "Appointments that have started here.", ["kind"])

# So many of the newest notifications are counted by their state: a count of all would read millions of rows.
NEWEST = 1000
# Methods of HTTP that the product answers; a label for each that somebody makes up would fill the memory.
METHODS = {"GET", "HEAD", "POST"}


def measured(application: Application) -> Application:
    """The same application, whose requests and sockets are counted."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            with SOCKETS.track_inprogress():
                await application(scope, receive, send)
            return
        start = time.perf_counter()

        async def send_measured(event: Scope) -> None:
            if event["type"] == "http.response.start":
                method = scope["method"] if scope["method"] in METHODS else "other"
                labels = (method, route_of(scope["path"]), str(event["status"]))
                REQUESTS.labels(*labels).observe(time.perf_counter() - start)
            await send(event)

        await application(scope, receive, send_measured)

    return wrapped


def route_of(path: str) -> str:
    """The pattern of this path’s URL, such as `v/<token:token>/`; empty for a file, and where nothing is."""
    try:
        return resolve(path).route
    except Resolver404:
        return ""


def count_check_in(appointment: Appointment, **_kwargs: object) -> None:
    """Receives `started`: counts the appointment once it is saved."""
    transaction.on_commit(CHECK_INS.labels(appointment.kind).inc, robust=True)


class Recorded(Collector):
    """What the database says, and the state of the connections to it."""

    def describe(self) -> list[Metric]:
        """Nothing: the database is asked for figures, not for their names."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The figures; without the database only that it cannot be asked."""
        yield from _pool()
        is_up = GaugeMetricFamily("entry_database_up", "1 when the database can be asked, else 0.")
        try:
            ask_database()
            figures = [_outstanding(), _oldest_due(), _newest(), _workers()]
        except Error:
            is_up.add_metric([], 0)
            yield is_up
            return
        is_up.add_metric([], 1)
        yield is_up
        yield from figures


def _pool() -> Iterator[Metric]:
    """PostgreSQL’s connections of this process."""
    pool = getattr(connection, "pool", None)
    if pool:
        statistics = pool.get_stats()
        names = {"pool_size": "open", "pool_available": "free", "requests_waiting": "waited_for"}
        family = GaugeMetricFamily("entry_database_connections", "Connections to the database.", labels=["state"])
        for name, state in names.items():
            family.add_metric([state], statistics.get(name, 0))
        yield family


def _outstanding() -> Metric:
    rows = Notification.objects.outstanding().order_by().values_list("channel", "state")
    return _by_channel_and_state("entry_notifications_outstanding", "Messages on their way.", Count(rows))


def _newest() -> Metric:
    rows = Notification.objects.order_by("-pk").values_list("channel", "state")[:NEWEST]
    explanation = f"The newest {NEWEST} messages, by what became of them."
    return _by_channel_and_state("entry_notifications_newest", explanation, Count(rows))


def _by_channel_and_state(name: str, explanation: str, count: Count[tuple[str, str]]) -> Metric:
    family = GaugeMetricFamily(name, explanation, labels=["channel", "state"])
    for labels, number in sorted(count.items()):
        family.add_metric(labels, number)
    return family


def _oldest_due() -> Metric:
    now = timezone.now()
    oldest = Notification.objects.due(now).order_by("due_at").values_list("due_at", flat=True).first()
    family = GaugeMetricFamily("entry_notifications_oldest_due_seconds", "How long the next message has been due.")
    family.add_metric([], (now - oldest).total_seconds() if oldest else 0)
    return family


def _workers() -> Metric:
    family = GaugeMetricFamily("entry_workers", "Worker processes that have said in the last seconds that they run.")
    family.add_metric([], workers.running())
    return family


REGISTRY.register(Recorded())


@independent_of_office
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures, for an address that METRICS_ALLOW names; for any other the page does not exist."""
    address = address_in(request.META["REMOTE_ADDR"])
    if address is None or not is_trusted(address, settings.METRICS_ALLOW):
        raise Http404
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
