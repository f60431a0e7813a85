"""The forms of logging in, and of what a person does about their own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import delays, journal
from accounts.models import Kind
from accounts.passkeys import MAX_NAME_LENGTH
from core.forms import EmailField, LineField


class LoginForm(AdminAuthenticationForm):
    """Name and password. A try that comes too soon raises :class:`accounts.delays.Wait` before anything is hashed."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _("Wrong name or password. Capital letters matter in both."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Browsers then offer passkeys beside names.
        self.fields["username"].widget.attrs["autocomplete"] = "username webauthn"

    def clean(self) -> dict[str, Any]:
        """Check the password, unless there were too many tries."""
        name, request = self.cleaned_data.get("username"), self.request
        if not name or not self.cleaned_data.get("password") or request is None:
            return super().clean()
        attempt = delays.begin(delays.PASSWORD, name, request)
        try:
            cleaned = super().clean()
        except ValidationError:
            failed(request, attempt, Kind.FAILED, User.objects.filter(username=name).first())
            raise
        attempt.succeeded()
        return cleaned


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    button = _("Continue with the code")
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
        error_messages={"required": _("Enter the code, such as 123456")},
    )


class AppForm(CodeForm):
    """The first code of a new app, which are digits alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class PasswordForm(forms.Form):
    """The password once more."""

    button = _("Continue with the password")
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password")},
    )


class PasskeyForm(forms.Form):
    """What the browser answers about a passkey, in JSON."""

    answer = forms.CharField(max_length=20_000, widget=forms.HiddenInput)


class NewPasskeyForm(PasskeyForm):
    """A new passkey, with the name by which its owner tells it from others."""

    name = LineField(
        label=_("Name of the passkey"),
        max_length=MAX_NAME_LENGTH,
        help_text=_("Such as: my phone"),
        error_messages={"required": _("Enter a name, such as my phone")},
    )


class NewPasswordForm(AdminPasswordChangeForm):
    """A new password for the person who is logged in, who gives the old one, too."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        """Check the old password, unless there were too many tries."""
        attempt = delays.begin(delays.PASSWORD, self.user.get_username(), self.request)
        try:
            old: str = super().clean_old_password()
        except ValidationError:
            failed(self.request, attempt, Kind.FAILED, self.user)
            raise
        attempt.succeeded()
        return old


class ResetForm(forms.Form):
    """The email address of whoever has forgotten their password."""

    email = EmailField(
        label=_("Email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
        error_messages={"required": _("Enter your email, such as name@example.com")},
    )


def failed(request: HttpRequest, attempt: delays.Attempt, kind: Kind, user: User | None) -> None:
    """Log a wrong password or code. Raises :class:`accounts.delays.Wait` when the next try must wait."""
    journal.record(request, kind, user)
    wait = attempt.wait()
    if wait:
        journal.record(request, Kind.DELAYED, user)
        raise delays.Wait(wait)
