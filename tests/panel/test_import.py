"""Import and export of hosts in the host panel."""

from io import BytesIO
from string import ascii_uppercase

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from hosts.exchange import pages, writing
from hosts.exchange.tasks import write_import
from hosts.models import Host, Import, Presence
from tests.cast import make_host
from tests.hosts.exchange.files import HEAD, NAOMI, csv_of, xlsx_of

IMPORT = "/admin/hosts/host/import/"
EXPORT = "/admin/hosts/host/export/"


def upload(client, data: bytes, name: str = "hosts.csv"):
    """The page after this file was chosen."""
    return client.post(IMPORT, {"import_file": SimpleUploadedFile(name, data)}, follow=True)


def confirm(client, preview):
    """Press *Import* on the preview; the page after that."""
    return client.post(preview.request["PATH_INFO"], {"seen": preview.context["seen"]}, follow=True)


def write(found: Import) -> None:
    """Do what the worker does."""
    while writing.write_for_a_while(found.pk):
        pass


def import_all(client, data: bytes) -> None:
    """Choose this file, confirm it, and have it written."""
    confirm(client, upload(client, data))
    write(Import.objects.get())


def test_a_preview_changes_nothing_and_confirming_imports(panel, manager):
    preview = upload(panel, csv_of(HEAD, NAOMI))
    assert not Host.objects.exists()

    confirm(panel, preview)
    write(Import.objects.get())

    naomi = Host.objects.get()
    assert (naomi.phone, naomi.presence) == ("+919876543299", Presence.REMOTE)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr, entry.get_change_message()) == (manager, "Naomi Tanaka", "Added.")


def test_the_preview_shows_what_was_and_what_will_be(panel, host):
    page = upload(panel, csv_of(["Email", "Title", "Phone"], [host.email, "Director", "098765 43299"])).content.decode()

    assert "<del>Head of Partnerships</del>" in page
    assert "<ins>Director</ins>" in page
    assert "<del>+91 98765 43201</del>" in page
    assert "<ins>+91 98765 43299</ins>" in page


def test_the_change_log_says_which_fields_an_import_has_changed(panel, host):
    import_all(panel, csv_of(["Email", "Title", "Listed"], [host.email, "Director", "no"]))

    assert LogEntry.objects.get().get_change_message() == "Changed Title and Listed at check-in."


def test_errors_are_sentences_with_their_rows_and_nothing_can_be_confirmed(panel):
    wrong = [*NAOMI]
    wrong[3] = "12 rue"

    page = upload(
        panel, csv_of(HEAD, ["Chen Wei", "", "chen@meridianhouse.example", "098765 43298", "4", "", ""], wrong)
    )

    text = page.content.decode()
    assert "Row 3, Naomi Tanaka. Phone: Enter a phone number with its country code" in text
    assert "cannot be blank" not in text
    assert 'name="seen"' not in text
    assert confirm(panel, page).status_code == 200
    assert Import.objects.get().state == Import.State.PREVIEW


def test_a_file_with_thousands_of_errors_still_makes_a_page(panel):
    page = upload(panel, csv_of(HEAD, *(["", "", f"x{number}", "", "", "", ""] for number in range(300))))

    assert "And 1000 more." in page.content.decode()


def test_a_file_without_emails_is_refused_in_words(panel):
    page = upload(panel, csv_of(["name", "title"], ["Naomi", "Legal"])).content.decode()

    assert "These columns are missing: Email, Phone, Address" in page


def test_columns_with_unknown_headings_are_matched_by_hand(panel):
    data = csv_of(
        ["Who", "Reach", "Ring", "Room"], ["Naomi Tanaka", "naomi@meridianhouse.example", "098765 43299", "4"]
    )
    page = upload(panel, data)
    path = page.request["PATH_INFO"]
    assert "These columns are missing" in page.content.decode()

    matched = {"match": "yes", "name": "0", "email": "1", "phone": "2", "address": "3"}
    confirm(panel, panel.post(path, matched, follow=True))
    write(Import.objects.get())

    assert Host.objects.get().email == "naomi@meridianhouse.example"


def test_a_column_that_is_not_there_cannot_be_chosen(panel):
    page = upload(panel, csv_of(HEAD, NAOMI))

    answer = panel.post(page.request["PATH_INFO"], {"match": "yes", "name": "99"})

    assert answer.status_code == 200
    assert answer.context["form"].errors["name"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04 not a workbook", "The file is damaged."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "older kind"),
        (b"%PDF-1.7", "This is no spreadsheet."),
        (b"<html><table><tr><td>Name", "web page"),
        (csv_of(HEAD), "There are no rows below the headings."),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_a_sentence(panel, data, sentence):
    page = upload(panel, data).content.decode()

    assert sentence in page
    assert "Traceback" not in page
    assert not Import.objects.exists()


def test_no_file_at_all_is_asked_for(panel):
    assert "Choose a file" in panel.post(IMPORT, {}).content.decode()


def test_what_changed_after_the_preview_is_shown_again_before_anything_is_written(panel, host):
    preview = upload(panel, csv_of(["Email", "Title"], [host.email, "Director"]))
    Host.objects.update(title="Chair")

    page = confirm(panel, preview)

    assert "Nothing was imported yet" in page.content.decode()
    assert "<del>Chair</del>" in page.content.decode()
    confirm(panel, page)
    write(Import.objects.get())
    assert Host.objects.get().title == "Director"


def test_who_confirms_twice_imports_once(panel):
    preview = upload(panel, csv_of(HEAD, NAOMI))

    confirm(panel, preview)
    confirm(panel, preview)
    write(Import.objects.get())
    page = confirm(panel, preview)

    assert "The import is done" in page.content.decode()
    assert Host.objects.count() == LogEntry.objects.count() == 1


def test_an_import_that_is_gone_says_so(panel):
    assert "The preview is too old" in panel.post(f"{IMPORT}99/", {"seen": "x"}, follow=True).content.decode()


def test_a_workbook_is_recognised_whatever_its_name(panel):
    import_all(panel, xlsx_of(HEAD, NAOMI))

    assert Host.objects.get().name == "Naomi Tanaka"


def test_how_far_an_import_is_can_be_seen_again_later(panel, monkeypatch):
    monkeypatch.setattr(writing, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(writing, "LOCKED_SECONDS", 60)
    rows = ([f"Host {n}", "", f"h{n}@meridianhouse.example", "098765 43299", "4", "", ""] for n in range(5))
    confirm(panel, upload(panel, csv_of(HEAD, *rows)))
    found = Import.objects.get()

    writing.write_some(found.pk, found.plan["changes"])

    assert "2 of 5 hosts are written" in panel.get(f"{IMPORT}{found.pk}/progress/").content.decode()
    assert "2 of 5" in panel.get(IMPORT).content.decode()
    write(found)
    assert "The import is done" in panel.get(f"{IMPORT}{found.pk}/progress/").content.decode()


def test_a_long_preview_has_pages(panel, monkeypatch):
    monkeypatch.setattr(pages, "CHANGES_PER_PAGE", 2)
    rows = ([f"Host {n}", "", f"h{n}@meridianhouse.example", "098765 43299", "4", "", ""] for n in range(5))
    first = upload(panel, csv_of(HEAD, *rows))

    last = panel.get(first.request["PATH_INFO"], {"page": 3}).content.decode()

    assert "Host 4" in last
    assert "Page 3 of 3" in last
    assert "Host 1" not in last


def test_a_template_has_the_headings_above_cells_of_text(panel):
    sheet = load_workbook(BytesIO(panel.get(f"{IMPORT}template/").content)).active

    assert [cell.value for cell in sheet[1]] == HEAD
    assert {sheet.column_dimensions[letter].number_format for letter in ascii_uppercase[: len(HEAD)]} == {"@"}


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("name", ["=1+2", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)"])
def test_an_export_has_no_formulas(panel, name, file_format):
    make_host(name=name, email="x@meridianhouse.example")

    data = panel.post(EXPORT, {"format": file_format}).content

    if file_format == "csv":
        assert f"'{name}" in data.decode()
    else:
        assert "f" not in {cell.data_type for row in load_workbook(BytesIO(data)).active.rows for cell in row}


def test_only_the_hosts_that_the_list_shows_are_exported_and_the_log_says_so(panel, host):
    make_host(name="Chen Wei", email="chen@meridianhouse.example", is_active=False)

    text = panel.post(f"{EXPORT}?is_active__exact=1", {"format": "csv"}).content.decode()

    assert "Anika Rao" in text
    assert "Chen Wei" not in text
    entry = LogEntry.objects.get()
    assert (entry.object_repr, entry.get_change_message()) == ("CSV is_active__exact=1", "Exported.")


def test_reception_exports_and_imports_nothing(desk):
    found = Import.objects.create(file_name="hosts.csv")
    for path in (EXPORT, IMPORT, f"{IMPORT}{found.pk}/", f"{IMPORT}{found.pk}/progress/", f"{IMPORT}template/"):
        assert desk.get(path).status_code == desk.post(path, {"format": "csv"}).status_code == 403


def test_the_task_of_an_import_that_is_gone_does_nothing(db):
    write_import.call_local(99)
