"""A person’s own account: its second factors, its recovery codes, where it is logged in, its password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import authenticator, delays, factors, journal, passkeys, recovery, sessions
from accounts.forms import AppForm, NewPasskeyForm, NewPasswordForm
from accounts.models import AuthenticatorApp, Kind
from accounts.roles import needs_second_factor
from accounts.sealed import Unreadable, seal, unseal
from accounts.sessions import user_of
from accounts.views.pages import show, too_many

# The secret of an app that has not shown its first code yet, sealed.
_NEW_APP = "new_app"


def account(request: HttpRequest) -> HttpResponse:
    """The page."""
    user = user_of(request)
    return show(
        request,
        "account",
        _("Your account"),
        app=AuthenticatorApp.objects.filter(user=user).first(),
        passkeys=user.passkeys.all(),
        passkeys_possible=passkeys.are_possible(),
        has_factor=factors.has_any(user),
        needs_factor=needs_second_factor(user),
        codes_left=recovery.left(user),
        sessions=sessions.open_of(user),
        this_session=request.session.session_key,
    )


@sensitive_post_parameters()
def app(request: HttpRequest) -> HttpResponse:
    """Add an authenticator app: its QR code, and the first code that it shows."""
    user, secret = user_of(request), _new_secret(request)
    form = AppForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if authenticator.add(user, secret, form.cleaned_data["code"]):
            del request.session[_NEW_APP]
            return _added(request, _("authenticator app"))
        form.add_error(
            "code", _("This code is not right. Take the one that shows now; the phone’s clock must be right")
        )
    address = authenticator.address_of(user, secret)
    return show(request, "app", _("Add an authenticator app"), form=form, address=address, secret=secret)


@require_POST
def remove_app(request: HttpRequest) -> HttpResponse:
    """Remove the authenticator app."""
    AuthenticatorApp.objects.filter(user=user_of(request)).delete()
    return _removed(request, _("authenticator app"))


@require_safe
def passkey_options(request: HttpRequest) -> JsonResponse:
    """What the browser needs to make a passkey."""
    return JsonResponse(passkeys.ask_for_new(request, user_of(request)))


def add_passkey(request: HttpRequest) -> HttpResponse:
    """Add a passkey."""
    form = NewPasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            passkeys.add(request, user_of(request), form.cleaned_data["answer"], name)
        except passkeys.NotAccepted:
            form.add_error(None, _("The passkey could not be added. Try again"))
        else:
            return _added(request, name)
    return show(request, "passkey", _("Add a passkey"), form=form)


@require_POST
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a passkey."""
    passkey = get_object_or_404(user_of(request).passkeys, pk=pk)
    passkey.delete()
    return _removed(request, passkey.name)


@require_POST
def codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, and show them this once."""
    if not factors.has_any(user_of(request)):
        return redirect("admin:account")
    return _new_codes(request)


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one other session of this person or, without one, all others."""
    user, handle = user_of(request), request.POST.get("session", "")
    if not handle:
        count = sessions.end_all(user, but=request)
        text = ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", count) % {"count": count}
    elif sessions.end(user, handle):
        text = _("The session has ended.")
    else:
        text = _("The session had ended already.")
    journal.record(request, Kind.ENDED, user)
    messages.success(request, text)
    return redirect("admin:account")


class PanelPasswordChange(PasswordChangeView):
    """A new password, which ends every other session."""

    form_class = NewPasswordForm
    template_name = "registration/password_change_form.html"
    success_url = reverse_lazy("admin:password_change_done")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form’s, with the request, from which the tries count."""
        return {**super().get_form_kwargs(), "request": self.request}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Set the password, or say how long to wait."""
        try:
            return super().post(request, *args, **kwargs)
        except delays.Wait as wait:
            return too_many(request, wait)

    def form_valid(self, form: Any) -> HttpResponse:
        """Set the password, end the other sessions, and keep this one."""
        before = sessions.current(self.request)
        response = super().form_valid(form)
        sessions.open_session(self.request, user_of(self.request), two_factors=before.two_factors)
        sessions.end_all(user_of(self.request), but=self.request)
        journal.record(self.request, Kind.PASSWORD, user_of(self.request))
        return response


def _new_secret(request: HttpRequest) -> str:
    """The secret of the app that is being added: the same when the page is loaded again."""
    try:
        return unseal(request.session.get(_NEW_APP, ""))
    except Unreadable:
        secret = authenticator.new_secret()
        request.session[_NEW_APP] = seal(secret)
        return secret


def _added(request: HttpRequest, what: str) -> HttpResponse:
    """After a second factor was added: end the other sessions, and show recovery codes if there are none."""
    user = user_of(request)
    journal.record(request, Kind.FACTOR_ADDED, user, what)
    sessions.prove_two_factors(request)
    sessions.end_all(user, but=request)
    if not recovery.left(user):
        return _new_codes(request)
    messages.success(request, _("Added: %(what)s.") % {"what": what})
    return redirect("admin:account")


def _removed(request: HttpRequest, what: str) -> HttpResponse:
    """After a second factor was removed: end the other sessions."""
    user = user_of(request)
    factors.forget_codes_without_factor(user)
    journal.record(request, Kind.FACTOR_REMOVED, user, what)
    sessions.end_all(user, but=request)
    messages.success(request, _("Removed: %(what)s.") % {"what": what})
    return redirect("admin:account")


def _new_codes(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    made = recovery.make(user)
    journal.record(request, Kind.CODES, user)
    return show(request, "codes", _("Your recovery codes"), codes=made)
