"""Hosts to and from spreadsheets."""

from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from hosts.models import Host, Presence
from tests.cast import make_host

HEAD = "Name,Title,Email,Phone,Address,Presence,Listed"
NAOMI = "Naomi Tanaka,Legal,naomi@meridianhouse.example,098765 43299,4th floor,Remote,yes"


def upload(client, *rows: str):
    """The preview of a CSV file of these rows."""
    text = "\r\n".join([HEAD, *rows])
    file = SimpleUploadedFile("hosts.csv", text.encode(), "text/csv")
    return client.post("/admin/hosts/host/import/", {"format": "0", "import_file": file})


def confirm(client, preview):
    """Press *Confirm import* on the preview."""
    return client.post("/admin/hosts/host/process_import/", preview.context["confirm_form"].initial, follow=True)


def test_a_preview_changes_nothing_and_confirming_imports(panel):
    preview = upload(panel, NAOMI)
    assert not Host.objects.exists()

    confirm(panel, preview)

    naomi = Host.objects.get()
    assert (naomi.phone, naomi.presence) == ("+919876543299", Presence.REMOTE)
    assert LogEntry.objects.get().object_repr == "Naomi Tanaka"


def test_a_known_address_changes_that_host_whatever_its_case(panel, host):
    confirm(panel, upload(panel, f"Anika Rao,Director,{host.email.upper()},{host.phone},5th floor,Away,no"))

    host.refresh_from_db()
    assert (host.title, host.address, host.presence, host.is_active) == ("Director", "5th floor", "away", False)
    assert Host.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (NAOMI.replace("098765 43299", "12 rue"), "Enter a phone number with its country code"),
        (NAOMI.replace("naomi@meridianhouse.example", "naomi"), "Enter a valid email address"),
        (NAOMI.replace("Remote", "On the moon"), "Enter one of: In office, Remote, Away"),
        (NAOMI.replace("yes", "perhaps"), "Enter yes or no"),
        (NAOMI.replace("Naomi Tanaka", ""), "This field cannot be blank"),
        (NAOMI + "\r\n" + NAOMI, "The file has this address in more than one row"),
    ],
)
def test_one_wrong_row_imports_nothing_and_says_what_is_wrong(panel, row, sentence):
    page = upload(panel, "Chen Wei,,chen@meridianhouse.example,098765 43298,4th floor,,", row)

    assert sentence in page.content.decode()
    assert "confirm_form" not in page.context
    assert not Host.objects.exists()


def test_a_file_without_a_needed_column_is_refused_in_words(panel):
    file = SimpleUploadedFile("hosts.csv", b"name,title\r\nNaomi,Legal", "text/csv")

    page = panel.post("/admin/hosts/host/import/", {"format": "0", "import_file": file}).content.decode()

    assert "These columns are missing: email, phone, address" in page
    assert "Traceback" not in page


def test_a_file_that_is_no_spreadsheet_is_refused_in_words(panel):
    file = SimpleUploadedFile("hosts.xlsx", b"not a workbook", "application/vnd.ms-excel")

    page = panel.post("/admin/hosts/host/import/", {"format": "1", "import_file": file})

    assert page.context["form"].errors["import_file"]


def test_nothing_is_imported_when_the_hosts_changed_after_the_preview(panel, monkeypatch):
    preview = upload(panel, NAOMI, NAOMI.replace("naomi@", "chen@"))
    monkeypatch.setattr("hosts.forms.to_e164", _refuse)

    page = confirm(panel, preview).content.decode()

    assert "Nothing was imported" in page
    assert not Host.objects.exists()


def _refuse(text):
    raise ValueError


def test_confirming_a_preview_that_is_gone_says_so(panel):
    page = panel.post(
        "/admin/hosts/host/process_import/",
        {"import_file_name": "gone", "original_file_name": "hosts.csv", "format": "0"},
        follow=True,
    )

    assert "The preview is too old" in page.content.decode()


def test_an_excel_file_is_imported(panel):
    book = Workbook()
    book.active.append(HEAD.split(","))
    book.active.append(NAOMI.split(","))
    data = BytesIO()
    book.save(data)

    preview = panel.post(
        "/admin/hosts/host/import/", {"format": "1", "import_file": SimpleUploadedFile("h.xlsx", data.getvalue())}
    )
    confirm(panel, preview)

    assert Host.objects.get().name == "Naomi Tanaka"


def test_what_is_exported_can_be_imported_again(panel, host):
    text = panel.post("/admin/hosts/host/export/", {"format": "0"}).content.decode()

    page = upload(panel, *text.splitlines()[1:])

    assert [row.import_type for row in page.context["result"].rows] == ["skip"]


@pytest.mark.parametrize("name", ["=1+2", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)"])
def test_an_export_has_no_formulas(panel, name):
    make_host(name=name, email="x@meridianhouse.example")

    text = panel.post("/admin/hosts/host/export/", {"format": "0"}).content.decode()
    book = load_workbook(BytesIO(panel.post("/admin/hosts/host/export/", {"format": "1"}).content))

    assert f"'{name}" in text
    assert {cell.data_type for row in book.active.rows for cell in row} <= {"s", "n"}


def test_reception_exports_and_imports_nothing(desk):
    assert desk.get("/admin/hosts/host/export/").status_code == 403
    assert desk.get("/admin/hosts/host/import/").status_code == 403
