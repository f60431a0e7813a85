"""Which view answers which path."""

from django.contrib import admin
from django.urls import include, path, register_converter

from entrymgmt import health
from entrymgmt.converters import TokenConverter

register_converter(TokenConverter, "token")

urlpatterns = [
    path("", include("appointments.urls")),
    path("", include("chat.urls")),
    path("", include("notifications.urls")),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("admin/", admin.site.urls),
]
handler500 = "entrymgmt.errors.server_error"
