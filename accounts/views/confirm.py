"""Saying once more who one is, before what spends or gives away much."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts import authenticator, delays, factors, journal, passkeys, sessions
from accounts.forms import CodeForm, PasswordForm, failed
from accounts.models import Kind
from accounts.sessions import user_of
from accounts.views.pages import show, target_of, too_many


@sensitive_post_parameters()
def confirm(request: HttpRequest) -> HttpResponse:
    """Take the password, a code of the app or a passkey, and go on to where this person wanted to go."""
    user = user_of(request)
    posted = request.POST if request.method == "POST" else None
    password = PasswordForm(posted if posted and "password" in posted else None)
    code = CodeForm(posted if posted and "code" in posted else None)
    try:
        if _is_confirmed(request, password, code):
            sessions.confirm(request)
            journal.record(request, Kind.CONFIRMED, user)
            return HttpResponseRedirect(target_of(request))
    except delays.Wait as wait:
        return too_many(request, wait)
    return show(
        request,
        "confirm",
        _("Is it you?"),
        forms=[
            *([code] if factors.has_app(user) else []),
            *([password] if user.has_usable_password() else []),
        ],
        wrong=bool(password.errors or code.errors),
        passkeys=passkeys.are_possible() and user.passkeys.exists(),
        refused=posted is not None and "answer" in posted,
        target=target_of(request),
    )


def _is_confirmed(request: HttpRequest, password: PasswordForm, code: CodeForm) -> bool:
    """Whether what was sent proves who it is; raises :class:`accounts.delays.Wait` after too many tries."""
    user = user_of(request)
    if password.is_valid():
        attempt = delays.begin(delays.PASSWORD, user.get_username(), request)
        if user.check_password(password.cleaned_data["password"]):
            attempt.succeeded()
            return True
        failed(request, attempt, Kind.FAILED, user)
        password.add_error("password", _("This is not your password"))
    elif code.is_valid():
        attempt = delays.begin(delays.FACTOR, user.get_username(), request)
        if authenticator.accept(user, code.cleaned_data["code"]):
            attempt.succeeded()
            return True
        failed(request, attempt, Kind.FACTOR_FAILED, user)
        code.add_error("code", _("This code is not right, or was used already. Take the one that shows now"))
    elif "answer" in request.POST:
        return _is_own_passkey(request)
    return False


def _is_own_passkey(request: HttpRequest) -> bool:
    try:
        return passkeys.accept(request, request.POST["answer"]) == request.user
    except passkeys.NotAccepted:
        return False
