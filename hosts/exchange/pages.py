"""The pages of import and export in the host panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from core.admin import log_export
from hosts.exchange import export, previews
from hosts.exchange.checking import digest
from hosts.exchange.forms import FileForm, MatchingForm
from hosts.exchange.sheets import Unreadable
from hosts.exchange.showing import faults_shown, left_shown, shown
from hosts.exchange.tasks import write_import
from hosts.models import Host, Import

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Host]
else:
    Base = object

CHANGES_PER_PAGE = 100
RECENT = 5


def may_import(request: HttpRequest) -> bool:
    """Whether this person may both add and change hosts."""
    return bool(request.user.has_perms(["hosts.add_host", "hosts.change_host"]))


class HostExchange(Base):
    """Import with a preview, of all rows or none, and export."""

    def get_urls(self) -> list[URLPattern]:
        """The pages of the record, and those of import and export."""
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.import_view), name="hosts_host_import"),
            path("import/template/", view(self.template_view), name="hosts_host_import_template"),
            path("import/<int:pk>/", view(self.one_import_view), name="hosts_host_one_import"),
            path("export/", view(self.export_view), name="hosts_host_export"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file; a file that can be read leads to its preview."""
        _require(may_import(request))
        form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
        if form.is_valid():
            file = form.cleaned_data["import_file"]
            try:
                found = previews.begin(file.name, file.read(), request.user)
            except Unreadable as refusal:
                form.add_error("import_file", str(refusal))
            else:
                return _to(found)
        recent = Import.objects.exclude(state=Import.State.PREVIEW).defer("plan")[:RECENT]
        context = {"form": form, "title": _("Import hosts"), "headings": export.headings(), "recent": recent}
        return self._page(request, "import", context)

    def template_view(self, request: HttpRequest) -> HttpResponse:
        """A file to fill in."""
        _require(may_import(request))
        return export.template()

    def one_import_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The preview of an import; once it is confirmed, how far it is."""
        _require(may_import(request))
        found = Import.objects.filter(pk=pk).first()
        if found is None:
            return _is_gone(request)
        if found.state != Import.State.PREVIEW:
            return self._page(request, "import_progress", {"title": _("Import of hosts"), **progress_of(found)})
        form = MatchingForm(request.POST if "match" in request.POST else None, of=found)
        if form.is_bound and form.is_valid():
            previews.rematch(found, form.matching)
            return _to(found)
        if "seen" in request.POST:
            if previews.confirm(found, request.POST["seen"], request.user):
                write_import(found.pk)
            elif Import.objects.filter(pk=pk, state=Import.State.PREVIEW).exists():
                text = _(
                    "The hosts have changed since the preview. Nothing was imported yet: this is what it does now."
                )
                messages.warning(request, text)
            return _to(found)
        return self._page(request, "import_preview", {"title": _("Import hosts"), **_preview(request, found, form)})

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for the format; a POST exports the hosts that the list shows, and records it in the change log."""
        _require(request.user.has_perm("hosts.export_host"))
        file_format = request.POST.get("format")
        if file_format not in export.FORMATS:
            return self._page(request, "export", {"title": _("Export hosts"), "formats": export.FORMATS})
        try:
            hosts = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            hosts = Host.objects.all()
        log_export(request, Host, file_format)
        return export.response(hosts, file_format)

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        everywhere = {**self.admin_site.each_context(request), "opts": self.opts}
        return render(request, f"admin/hosts/{name}.html", {**everywhere, **context})


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an import is, for its open page."""
    _require(may_import(request))
    found = Import.objects.filter(pk=pk).defer("plan").first()
    if found is None:
        return _is_gone(request)
    return render(request, "admin/sections/import_progress.html", progress_of(found))


def progress_of(found: Import) -> dict[str, Any]:
    """What the page of an import that was confirmed shows."""
    return {"import": found, "left": left_shown(found)}


def _preview(request: HttpRequest, found: Import, form: MatchingForm) -> dict[str, Any]:
    plan = found.plan
    page = Paginator(plan["changes"], CHANGES_PER_PAGE).get_page(request.GET.get("page"))
    new = sum(change["host"] is None for change in plan["changes"])
    return {
        "import": found,
        "form": form,
        "page": page,
        "changes": [shown(change) for change in page],
        "new": new,
        "known": len(plan["changes"]) - new,
        "same": plan["same"],
        "faults": faults_shown(plan),
        "is_ready": previews.is_ready(found),
        "seen": digest(plan),
        "address": Host.objects.usual_address() if new and "address" not in found.matching else "",
    }


def _require(right: bool) -> None:  # noqa: FBT001
    if not right:
        raise PermissionDenied


def _to(found: Import) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:hosts_host_one_import", args=[found.pk]))


def _is_gone(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("The preview is too old. Choose the file again."))
    return HttpResponseRedirect(reverse("admin:hosts_host_import"))
