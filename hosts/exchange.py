"""Hosts to and from spreadsheets (CSV and XLSX): one row a host, matched by email."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm
from import_export.resources import ModelResource
from import_export.results import Result
from import_export.tmp_storages import CacheStorage
from import_export.widgets import CharWidget

from entrymgmt.panel.spreadsheets import as_text
from hosts.forms import PhoneField
from hosts.models import Host, Presence
from hosts.phones import international

COLUMNS = ("name", "title", "email", "phone", "address", "presence", "listed")
NEEDED = {"name", "email", "phone", "address"}


class PhoneWidget(CharWidget):  # type: ignore[misc]
    """A number as people type it."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Its E.164 form."""
        return str(PhoneField().clean(value))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The number as people read it, which spreadsheet programs do not take for a sum."""
        return international(value)


class PresenceWidget(CharWidget):  # type: ignore[misc]
    """Presence by its name in the panel's language, or as the database keeps it."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """The presence of that name; an empty cell is *in office*."""
        typed = str(value or "").strip().casefold()
        for presence in Presence:
            if typed in {presence.value, str(presence.label).casefold()}:
                return presence.value
        if not typed:
            return Presence.IN_OFFICE.value
        labels = ", ".join(str(presence.label) for presence in Presence)
        raise ValidationError(_("Enter one of: %(labels)s"), params={"labels": labels})

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Its name in the panel's language."""
        return str(Presence(value).label)


class YesNoWidget(CharWidget):  # type: ignore[misc]
    """Yes or no; an empty cell is yes."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        """Whether it says yes."""
        typed = str(value if value is not None else "").strip().casefold()
        if typed in {"", "yes", "true", "1", _("yes")}:
            return True
        if typed in {"no", "false", "0", _("no")}:
            return False
        raise ValidationError(_("Enter yes or no"))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Yes or no, in the panel's language."""
        return _("yes") if value else _("no")


class HostResource(ModelResource):  # type: ignore[misc]
    """A row is a host: a known email address changes that host, another adds one."""

    phone = Field("phone", column_name="phone", widget=PhoneWidget())
    presence = Field("presence", column_name="presence", widget=PresenceWidget())
    listed = Field("is_active", column_name="listed", widget=YesNoWidget())

    class Meta:
        model = Host
        fields = COLUMNS
        export_order = COLUMNS
        import_id_fields = ("email",)
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Refuses a file without the columns that every host needs. Columns are known by name, whatever their case."""
        dataset.headers = [str(header or "").strip().lower() for header in dataset.headers]
        if missing := NEEDED - set(dataset.headers):
            names = ", ".join(column for column in COLUMNS if column in missing)
            raise ValidationError(_("These columns are missing: %(names)s") % {"names": names})
        self._seen: set[str] = set()

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Cells as people leave them in a spreadsheet: with space around, or with an apostrophe before a plus."""
        for column in COLUMNS:
            row[column] = str(row[column] if row.get(column) is not None else "").strip().removeprefix("'")
        email = row["email"].casefold()
        if email and email in self._seen:
            raise ValidationError({"email": _("The file has this address in more than one row")})
        self._seen.add(email)

    def export_field(self, *args: Any, **kwargs: Any) -> str:
        """The cell, never a formula."""
        return as_text(str(super().export_field(*args, **kwargs)))

    def get_instance(self, instance_loader: Any, row: Any) -> Host | None:
        """The host with the row's email address, whatever its case."""
        return Host.objects.filter(email__iexact=row["email"]).first() if row["email"] else None


class HostExchange(ImportExportMixin):  # type: ignore[misc]
    """Import with a preview, all rows or none, and export."""

    resource_classes = [HostResource]
    import_formats = export_formats = [CSV, XLSX]
    import_template_name = "admin/hosts/import.html"
    export_form_class = ExportForm
    tmp_storage_class = CacheStorage

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Who may add hosts and change them."""
        return bool(request.user.has_perms(["hosts.add_host", "hosts.change_host"]))

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Who may take the directory away."""
        return request.user.has_perm("hosts.export_host")

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """One wrong row takes back all of them."""
        return {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Import what was previewed."""
        name = request.POST.get("import_file_name", "")
        if cache.get(CacheStorage.CACHE_PREFIX + name) is None:
            self.message_user(request, _("The preview is too old. Choose the file again."), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:hosts_host_import"))
        response: HttpResponse = super().process_import(request, **kwargs)
        return response

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """Say what was imported or, when the hosts changed after the preview, that nothing was."""
        if result.has_errors() or result.has_validation_errors():
            self.message_user(
                request,
                _("Nothing was imported: the hosts have changed since the preview. Choose the file again."),
                messages.ERROR,
            )
            return HttpResponseRedirect(reverse("admin:hosts_host_import"))
        response: HttpResponse = super().process_result(result, request)
        return response
