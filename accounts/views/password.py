"""A new password by an emailed link, for whoever has forgotten theirs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts import delays, journal, sessions
from accounts.devices import address_of, describe
from accounts.forms import ResetForm
from accounts.models import Kind
from accounts.tasks import send_reset
from accounts.views.pages import show


@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the link. The answer is the same for every address, also after too many requests."""
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        with suppress(delays.Wait):
            delays.begin(delays.RESET, email, request)
            send_reset(email, address_of(request), describe(request))
        return redirect("admin:password-reset-sent")
    return show(request, "password_reset", _("Forgotten your password?"), form=form)


def sent(request: HttpRequest) -> HttpResponse:
    """What happens now."""
    return show(request, "password_sent", _("Look into your email"))


class NewPassword(PasswordResetConfirmView):
    """The page that the link opens: opening it changes nothing, and the link is good for one new password."""

    template_name = "admin/account/password_new.html"
    success_url = reverse_lazy("admin:password-set")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context of the panel’s pages."""
        context = super().get_context_data(**kwargs)
        title = _("Set a new password") if self.validlink else _("This link has expired")
        return {**admin.site.each_context(self.request), **context, "title": title}

    def form_valid(self, form: Any) -> HttpResponse:
        """Set the password, and end every session of the account."""
        response = super().form_valid(form)
        sessions.end_all(form.user)
        journal.record(self.request, Kind.RESET, form.user)
        return response


def done(request: HttpRequest) -> HttpResponse:
    """The new password is set."""
    return show(request, "password_done", _("Your new password is set"))
