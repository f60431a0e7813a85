"""The path of the poster's code."""

from django.urls import path

from kiosks import views

urlpatterns = [path("p/<str:code>/", views.scan, name="poster-scan")]
