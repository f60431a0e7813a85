"""Logging in: with a password and, where there is one, the second factor; or with a passkey alone."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import delays, factors, journal, login, passkeys
from accounts.forms import CodeForm, LoginForm, failed
from accounts.models import Kind
from accounts.views.pages import show, target_of, too_many


class PanelLogin(LoginView):
    """The first step: name and password."""

    form_class = LoginForm
    template_name = "admin/login.html"
    next_page = "admin:index"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the password, or say how long to wait."""
        try:
            return super().post(request, *args, **kwargs)
        except delays.Wait as wait:
            return too_many(request, wait)

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on to the second step, or into the panel when the account has no second factor."""
        user, target = cast("User", form.get_user()), self.get_success_url()
        if factors.has_any(user):
            login.begin(self.request, user, target)
            return redirect("admin:login-second")
        return login.complete(self.request, user, target, two_factors=False)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, with whether a passkey may be used."""
        return super().get_context_data(passkeys=passkeys.are_possible(), **kwargs)


@never_cache
@sensitive_post_parameters()
def second(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, a recovery code, or a passkey."""
    step = login.pending(request)
    if step is None:
        return redirect("admin:login")
    user, target = step
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            attempt = delays.begin(delays.FACTOR, user.get_username(), request)
            if kind := factors.accept_code(user, form.cleaned_data["code"]):
                attempt.succeeded()
                if kind == Kind.CODE_USED:
                    journal.record(request, kind, user)
                return login.complete(request, user, target, two_factors=True)
            failed(request, attempt, Kind.FACTOR_FAILED, user)
        except delays.Wait as wait:
            return too_many(request, wait)
        form.add_error("code", _("This code is not right, or was used already. Take the one that shows now"))
    return show(
        request,
        "second",
        _("Second step"),
        form=form,
        has_app=factors.has_app(user),
        passkeys=passkeys.are_possible() and user.passkeys.exists(),
        target=target,
    )


@never_cache
@require_safe
def passkey_options(request: HttpRequest) -> JsonResponse:
    """What the browser needs to ask for a passkey."""
    return JsonResponse(passkeys.ask(request))


@never_cache
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Log in with a passkey, which stands for both steps: it is something one has, and it has recognised its owner."""
    try:
        # Nobody has given a name, so the tries of an address and of its devices count.
        attempt = delays.begin(delays.FACTOR, "", request)
        user = _owner(request)
        if user is None:
            failed(request, attempt, Kind.FACTOR_FAILED, None)
            return show(request, "passkey_refused", _("This passkey does not open the panel"), status=403)
    except delays.Wait as wait:
        return too_many(request, wait)
    attempt.succeeded()
    return login.complete(request, user, target_of(request), two_factors=True, detail=_("with a passkey"))


def _owner(request: HttpRequest) -> User | None:
    """The owner of the passkey that was used, if they may log in to the panel."""
    try:
        user = passkeys.accept(request, request.POST.get("answer", ""))
    except passkeys.NotAccepted:
        return None
    return user if user.is_active and user.is_staff else None
