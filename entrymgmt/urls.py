"""The URL paths of the site and their views."""

from django.contrib import admin
from django.urls import include, path, register_converter

from core.converters import TokenConverter
from entrymgmt import health, metrics, status

register_converter(TokenConverter, "token")

urlpatterns = [
    path("", include("appointments.urls")),
    path("", include("chat.urls")),
    path("", include("kiosks.urls")),
    path("", include("notifications.urls")),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("statusz", status.status, name="statusz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("admin/", admin.site.urls),
]
handler400 = "entrymgmt.errors.bad_request"
handler403 = "entrymgmt.errors.forbidden"
handler404 = "entrymgmt.errors.not_found"
handler500 = "entrymgmt.errors.server_error"
