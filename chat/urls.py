"""The URL paths of the conversation, behind the two links."""

from django.urls import path

from appointments.choices import Role
from chat import views

urlpatterns = [
    path("v/<token:token>/chat/", views.chat, {"role": Role.VISITOR}, name="visitor-chat"),
    path("h/<token:token>/chat/", views.chat, {"role": Role.HOST}, name="host-chat"),
    path("v/<token:token>/chat/transcript/", views.transcript, {"role": Role.VISITOR}, name="visitor-transcript"),
    path("h/<token:token>/chat/transcript/", views.transcript, {"role": Role.HOST}, name="host-transcript"),
]
