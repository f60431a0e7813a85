"""The least that Django does for a request: `benchmarks/load.py` measures the product against it.

`/?bytes=N` answers with so many bytes. A POST writes the rows of a check-in in one transaction, and redirects.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core.asgi import get_asgi_application

application = get_asgi_application()

# The models can be imported only after the apps are loaded.
from django.conf import settings  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.db import transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

from appointments.models import Appointment  # noqa: E402
from limits.models import Count  # noqa: E402
from notifications.models import Notification  # noqa: E402

# What one check-in in person counts, on a visitor's own phone, and the locks that it holds. Redis counts by itself.
COUNTERS, LOCKS = 24, 3


def answer(request: HttpRequest) -> HttpResponse:
    """Bytes, or a check-in of the host whose id the form has."""
    if request.method == "POST":
        return check_in(int(request.POST["host"]))
    size = request.GET["bytes"]
    return HttpResponse(b"x" * int(size), headers={"Content-Length": size})


def check_in(host: int) -> HttpResponse:
    """Write the same rows as a check-in of the product, with as much text in them."""
    now = timezone.now()
    visit = Appointment(
        host_id=host,
        host_name="Host",
        address_visited="4th floor, 12 Residency Road, Bengaluru 560025",
        kind="in_person",
        visitor_name="Yusuf Al-Masri",
        visitor_email=f"visitor{host}@example.org",
        visitor_phone="+447700900142",
        search_words="yusuf al-masri visitor example.org host 447700900142",
        device="0" * 32,
        idempotency_key=uuid.uuid4(),
    )
    with transaction.atomic():
        Appointment.objects.bulk_create([visit])
        Notification.objects.bulk_create(
            Notification(
                content_type=ContentType.objects.get_for_model(Appointment),
                object_id=visit.pk,
                event="started",
                audience=audience,
                channel=channel,
                recipient="yusuf@example.org",
                template="visitor-started",
                context={"text": "x" * 700},
            )
            for audience in ("host", "visitor")
            for channel in ("email", "sms")
        )
        Count.objects.bulk_create(
            [
                Count(digest=f"{number:032}", count=1, expires_at=now + timedelta(hours=1))
                for number in range(LOCKS if settings.REDIS_URL else COUNTERS + LOCKS)
            ],
            update_conflicts=True,
            unique_fields=["digest"],
            update_fields=["count", "expires_at"],
        )
    return HttpResponseRedirect(f"/v/{visit.visitor_token}/", headers={"Content-Length": "0"})


urlpatterns = [path("", answer)]
