"""The webhooks of the providers."""

from django.urls import path

from notifications.sms import webhook

urlpatterns = [path("webhooks/twilio/status/", webhook.status, name="twilio-status")]
