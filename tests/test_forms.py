"""Every text field of every form takes what fits its column, and says so beside the field when something does not."""

from __future__ import annotations

import copy
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.admin import helpers, site
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.db import models, transaction
from django.db.models.signals import pre_save
from django.test import Client
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.forms import AppForm, CodeForm, LoginForm, NewPasskeyForm, PasskeyForm
from accounts.models import Passkey
from core.forms import EmailField, LinesField, PhoneField
from kiosks.models import Kiosk
from offices.models import THE_OFFICE, Office
from tests.cast import make_appointment, make_host
from tests.hosts.exchange.files import HEAD, NAOMI, csv_of, preview
from tests.services.counts import forget_counts

pytestmark = pytest.mark.django_db

APPS = ["accounts", "appointments", "chat", "core", "hosts", "kiosks", "limits", "notifications", "offices", "panel"]
APPS += ["rollcall", "entrymgmt"]
# Forms of second factors, which a test of their own fills in.
OF_MACHINES = {CodeForm, AppForm, PasskeyForm, NewPasskeyForm}
# What a form takes, by the name of the field.
TYPED = {
    "name": "Mei Lin",
    "email": "mei@meridianhouse.example",
    "phone": "+44 7700 900142",
    "reception_phone": "+91 80 5550 0100",
    "sms": "+44 7700 900142",
    "address": "4th floor",
    "username": "mei",
    "password": "a quiet front desk",
    "old_password": "a quiet front desk",
    "password1": "another quiet front desk",
    "password2": "another quiet front desk",
    "new_password1": "another quiet front desk",
    "new_password2": "another quiet front desk",
    "usable_password": "true",
    "time_zone": "Asia/Kolkata",
    "action": "chat",
    "presence": "in_office",
}
MAX_BODY_TEXT = 5000


def all_forms() -> set[type[forms.BaseForm]]:
    """Every form class that the apps define and that has a field of its own."""
    for app in APPS:
        for module in pkgutil.walk_packages([str(Path(import_module(app).__path__[0]))], f"{app}."):
            if ".migrations" not in module.name and ".management" not in module.name and "__main__" not in module.name:
                import_module(module.name)

    def below(parent: type[Any]) -> Iterator[type[Any]]:
        for child in parent.__subclasses__():
            yield child
            yield from below(child)

    return {
        form
        for form in below(forms.BaseForm)
        if form.__module__.split(".")[0] in APPS and form.__name__ in vars(import_module(form.__module__))
    }


def pages(superuser: User) -> list[str]:
    """The pages with a form: of every record of the panel that can be added or changed, and those of the apps."""
    host = make_host()
    appointment = make_appointment(host)
    Office.objects.get_or_create(pk=THE_OFFICE)
    Kiosk.objects.create(name="Front desk")
    uid = urlsafe_base64_encode(force_bytes(superuser.pk))
    found = [
        # As it is with a search: without, it is made once for all visitors, and has no form of this request.
        *("/?q=naomi", "/admin/login/", "/admin/password_change/", "/admin/password-reset/", "/admin/setup/"),
        *("/admin/account/confirm/", "/admin/hosts/host/", "/admin/hosts/host/import/", "/admin/hosts/host/export/"),
        f"/admin/password-reset/{uid}/{default_token_generator.make_token(superuser)}/",
        f"/admin/appointments/appointment/{appointment.pk}/links/",
        f"/admin/auth/user/{superuser.pk}/password/",
        f"/admin/hosts/host/import/{preview(csv_of(HEAD, NAOMI)).pk}/",
    ]
    for model in site._registry:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        found += [f"{path}add/", *(f"{path}{row.pk}/change/" for row in model._default_manager.all()[:1])]
    return found


def forms_in(response: Any) -> list[forms.BaseForm]:
    """The forms of a rendered page."""
    found: list[Any] = []
    for context in response.context or []:
        for value in context.flatten().values():
            if isinstance(value, helpers.AdminForm):
                found.append(value.form)
            elif isinstance(value, ChangeList) and value.formset:
                found.extend(value.formset.forms)
            elif isinstance(value, forms.BaseFormSet):
                found.extend(value.forms)
            elif isinstance(value, forms.BaseForm):
                found.append(value)
    return list({id(form): form for form in found}.values())


def values(form: forms.BaseForm) -> dict[str, Any]:
    """What somebody sends who fills this form in, with what is there already."""
    data: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        if value in (None, "", []):
            value = TYPED.get(name, "")
        if not value and isinstance(field, forms.ModelChoiceField) and field.required:
            value = field.queryset.first() if field.queryset is not None else None
        if isinstance(value, models.QuerySet | list | tuple):
            value = [getattr(each, "pk", each) for each in value]
        data[form.add_prefix(name)] = field.prepare_value(value)
    return {name: value for name, value in data.items() if value not in (None, False)}


def long_texts(field: forms.CharField) -> Iterator[tuple[str, bool]]:
    """Texts of many lengths for this field, each with whether it is too long for the field itself."""
    most = field.max_length or MAX_BODY_TEXT
    for length in {most, most + 1, MAX_BODY_TEXT}:
        if isinstance(field, forms.EmailField):
            domain = ".".join(["d" * 60] * 5)[: max(length - 73, 1)].rstrip(".")
            yield f"{'m' * 64}@{domain}.example", len(domain) + 73 > most
        elif isinstance(field, PhoneField):
            yield "+62 812 3456 7890 1234", True
            yield "+" + "4" * length, True
        else:
            for letter in ("é", "🎉a"):
                yield (letter * length)[:length], field.max_length is not None and length > most


@pytest.fixture
def _columns_are_as_long_as_they_say() -> Iterator[None]:
    """Fails where something longer than its column is saved, on SQLite as on PostgreSQL."""

    def check(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
        for field in sender._meta.concrete_fields:
            value = getattr(instance, field.attname)
            if isinstance(field, models.CharField) and isinstance(value, str) and field.max_length:
                assert len(value) <= field.max_length, f"{sender.__name__}.{field.name}: {len(value)}"

    pre_save.connect(check)
    yield
    pre_save.disconnect(check)


@pytest.fixture
def superuser() -> User:
    """Somebody who may do everything."""
    return User.objects.create_superuser("root", "root@meridianhouse.example", "a quiet front desk")


@pytest.fixture
def browser(superuser: User) -> Callable[[str], Client]:
    """A new browser for this page, in which the superuser has just signed in unless the page is open to everybody."""

    def new(path: str) -> Client:
        client = Client()
        if path.startswith("/admin/") and path != "/admin/login/" and "password-reset" not in path:
            client.force_login(superuser)
            client.post("/admin/account/confirm/", {"password": "a quiet front desk"})
        return client

    return new


@pytest.mark.usefixtures("_columns_are_as_long_as_they_say")
def test_whatever_the_length_a_text_is_stored_or_a_sentence_stands_beside_it(superuser, browser):
    seen: set[type[Any]] = set()
    checked = 0
    for path in pages(superuser):
        client = browser(path)
        page = client.get(path, follow=True)
        cookies = copy.deepcopy(client.cookies)
        target = page.redirect_chain[-1][0] if page.redirect_chain else path
        for form in forms_in(page):
            seen |= set(type(form).__mro__)
            for name, field in form.fields.items():
                # A name that somebody logs in with is compared, not stored.
                if not isinstance(field, forms.CharField) or field.disabled or isinstance(form, LoginForm):
                    continue
                key = form.add_prefix(name)
                for text, is_too_long in long_texts(field):
                    forget_counts()
                    with transaction.atomic():
                        answer = client.post(target, {**values(form), key: text})
                        transaction.set_rollback(True)
                    client.cookies = copy.deepcopy(cookies)
                    checked += 1
                    where = f"{path} {key}: {len(text)} characters"
                    assert answer.status_code in {200, 302}, where
                    if is_too_long:
                        bound = [
                            each for each in forms_in(answer) if isinstance(each, form.__class__) or key in each.fields
                        ]
                        assert any(key in each.errors for each in bound), where
                        if not isinstance(field.widget, forms.PasswordInput):
                            assert text[:50] in answer.content.decode(), where

    assert {form for form in all_forms() if form not in seen | OF_MACHINES} == set()
    assert checked > 100


@pytest.mark.parametrize("form", [CodeForm, AppForm, PasskeyForm, NewPasskeyForm])
def test_so_it_is_in_the_forms_of_second_factors(form):
    column = Passkey._meta.get_field("name").max_length or 0
    for name, field in form.base_fields.items():
        for text, is_too_long in long_texts(field):
            errors = form({name: text}).errors.get(name, [])
            assert bool(errors) == is_too_long, f"{name}: {len(text)} characters"
            assert errors or name != "name" or len(text) <= column


def test_no_field_for_what_people_type_cuts_it_off_in_silence(superuser, browser):
    for path in pages(superuser):
        for form in forms_in(browser(path).get(path, follow=True)):
            for name, field in form.fields.items():
                if isinstance(field, (LinesField, EmailField, PhoneField)) or type(field).__module__ == "core.forms":
                    assert "maxlength" not in form[name].as_widget(), f"{path} {name}"
