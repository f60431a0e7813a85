"""Paths of check-in and of the two links."""

from django.urls import path

from appointments import views
from appointments.checkin import views as checkin
from appointments.choices import Role

urlpatterns = [
    path("", checkin.checkin, name="checkin"),
    path("hosts/", checkin.hosts, name="checkin-hosts"),
    path("v/<token:token>/", views.link, {"role": Role.VISITOR}, name="visitor-link"),
    path("v/<token:token>/live/", views.live, {"role": Role.VISITOR}, name="visitor-live"),
    path("v/<token:token>/end/", views.end, {"role": Role.VISITOR}, name="visitor-end"),
    path("v/<token:token>/not-me/", views.not_me, {"role": Role.VISITOR}, name="visitor-not-me"),
    path("h/<token:token>/", views.link, {"role": Role.HOST}, name="host-link"),
    path("h/<token:token>/live/", views.live, {"role": Role.HOST}, name="host-live"),
    path("h/<token:token>/end/", views.end, {"role": Role.HOST}, name="host-end"),
    path("h/<token:token>/reply/", views.reply, {"role": Role.HOST}, name="host-reply"),
]
