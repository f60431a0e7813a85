"""What is recognised in files: their kind, encoding, delimiter, sheet and headings."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

import pytest
from openpyxl import Workbook

from hosts.exchange import csvfiles, encodings, reading, workbooks
from hosts.exchange.headings import MAX_HEADING, known, match
from hosts.exchange.reading import read
from hosts.exchange.sheets import MAX_COLUMNS, Unreadable
from hosts.models import Host
from tests.hosts.exchange.files import HEAD, NAOMI, csv_of, faults, import_whole, preview, saved, xlsx_of

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 1, 2)  # noqa: DTZ001  a cell has no zone
FULL = ["Zoë Müller", "Büro für Añadidos", "zoe@meridianhouse.example", "098765 43299", "4. Stock", "", ""]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"]
)
def test_encoding_and_delimiter_are_recognised(delimiter, encoding):
    assert read(csv_of(HEAD, FULL, delimiter=delimiter, encoding=encoding)).rows == [(2, FULL)]


@pytest.mark.parametrize(
    ("region", "encoding", "name"),
    [
        ("PL", "cp1250", "Łukasz Żółć"),
        ("", "cp1250", "Łukasz Żółciński"),
        ("RU", "cp1251", "Иван Петров"),
        ("", "cp1251", "Иван Петров"),
        ("GR", "cp1253", "Νίκος Παππάς"),
        ("TR", "cp1254", "Özge Çelik Şahin"),
        ("JP", "cp932", "山田 花子"),
        ("CN", "gb18030", "王小明"),
        ("TW", "cp950", "陳大文"),
        ("KR", "cp949", "김민수"),
        ("IN", "cp1252", "Åsa Öberg"),
        ("PL", "utf-8", "Łukasz Żółć"),
    ],
)
def test_text_that_is_not_unicode_is_read_as_programs_of_the_country_save_it(office, region, encoding, name):
    office(phone_region=region)

    assert read(csv_of(HEAD, [name, *NAOMI[1:]], encoding=encoding)).rows[0][1][0] == name


def test_a_mark_of_the_delimiter_counts_and_is_no_row():
    data = b"sep=;\r\n" + csv_of(HEAD, NAOMI, delimiter=";")

    assert read(data).rows == [(3, NAOMI)]
    assert read(b"sep=^\r\n" + csv_of(HEAD, NAOMI, delimiter="^")).rows == [(3, NAOMI)]


def test_a_title_above_the_headings_and_rows_without_text_are_passed_over():
    empty = [""] * 7

    table = read(csv_of(["Our hosts, spring"], empty, HEAD, empty, NAOMI, [" "] * 7, empty, empty))

    assert table.headings == HEAD
    assert table.rows == [(5, NAOMI)]


def test_a_file_without_headings_loses_nobody():
    rows = [[f"Naomi {number}", f"n{number}@meridianhouse.example", "Office", "098765 43299"] for number in range(3)]
    rows[0][2] = ""

    table = read(csv_of(*rows))

    assert table.headings == [""] * 4
    assert [cells for _number, cells in table.rows] == rows


def test_a_word_that_may_be_a_heading_makes_no_row_one():
    table = read(csv_of(["Who", "Role of them", "Reach"], ["Naomi", "Service", ""], ["Chen", "Service", "Office"]))

    assert table.headings == ["Who", "Role of them", "Reach"]


def test_a_row_with_text_in_other_columns_alone_is_passed_over():
    found = preview(csv_of([*HEAD, "Remarks"], [*NAOMI, ""], [""] * 7 + ["As of May"]))

    assert (len(found.plan["changes"]), found.plan["faults"]) == (1, [])


def test_cells_with_line_breaks_and_delimiters_stay_one():
    address = "4th floor, left\n12 Residency Road; Bengaluru"
    row = [*NAOMI]
    row[4] = address

    import_whole(csv_of(HEAD, row, delimiter=";"))

    assert Host.objects.get().address == address


def test_the_sheet_with_the_columns_is_taken_whichever_is_active():
    book = Workbook()
    book.active.append(["Read me", "Email us"])
    hosts = book.create_sheet("People")
    for row in (["Hosts of our house"], [], HEAD, [], NAOMI):
        hosts.append(row)
    book.create_sheet("Notes").append(["Nothing"])
    book.active = 2

    table = read(saved(book))

    assert table.rows == [(5, NAOMI)]
    assert "People" in table.source


def test_numbers_truths_and_days_of_a_workbook_are_texts():
    rows = read(xlsx_of(HEAD, ["A", 4.0, "a@b.example", 9812345001.0, 2.5, DAY, True])).rows

    assert rows[0][1] == ["A", "4", "a@b.example", "9812345001", "2.5", "2026-01-02T00:00:00", "true"]


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 1000)

    with pytest.raises(Unreadable, match="too large"):
        read(xlsx_of(HEAD, NAOMI))


def test_a_file_of_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 2)

    with pytest.raises(Unreadable, match="more than 2 rows"):
        read(csv_of(HEAD, NAOMI, NAOMI, NAOMI))


def sheet_of(rows: str) -> bytes:
    """A workbook whose sheet has these rows, as XML."""
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_of(HEAD, NAOMI))) as book, zipfile.ZipFile(data, "w") as changed:
        for name in book.namelist():
            text = book.read(name)
            if name.startswith("xl/worksheets/"):
                text = text.replace(b"</sheetData>", rows.encode() + b"</sheetData>")
            changed.writestr(name, text)
    return data.getvalue()


@pytest.mark.parametrize("number", [1_048_577, 999_999_999_999])
def test_a_row_beyond_the_last_of_a_workbook_is_refused(number):
    with pytest.raises(Unreadable, match="damaged"):
        read(sheet_of(f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>Ada</t></is></c></row>'))


def test_the_last_row_of_a_workbook_is_read():
    rows = read(sheet_of('<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>Ada</t></is></c></row>')).rows

    assert rows[-1] == (1_048_576, ["Ada"])


@pytest.mark.parametrize("column", ["GS", "XFD", "ZZZ"])
def test_no_more_columns_are_looked_at_than_a_file_of_hosts_has(column):
    wide = read(sheet_of(f'<row r="3"><c r="{column}3"><v>1</v></c></row>'))
    text = read(csv_of([*HEAD, *["x"] * 1000, "Mobile"], [*NAOMI, *["x"] * 1000, "1"], [""] * 300 + ["1"]))

    assert (wide.headings, wide.rows) == (HEAD, [(2, NAOMI)])
    assert (len(text.headings), [len(cells) for _number, cells in text.rows]) == (MAX_COLUMNS, [MAX_COLUMNS])


def test_headings_beyond_the_last_column_and_long_ones_are_not_looked_at():
    head = [*HEAD[:3], "(" * 10_000, *["x"] * 200, "Phone", "Address"]

    table = read(csv_of(head, [*NAOMI[:3], *["x"] * 203]))

    assert table.headings == [*HEAD[:3], "(" * MAX_HEADING, *["x"] * (MAX_COLUMNS - 4)]
    assert sorted(match(table.headings)) == ["email", "name", "title"]


@pytest.mark.parametrize("rows", [[HEAD, NAOMI], [["x"] * 200 + HEAD, ["x"] * 200 + NAOMI]])
def test_the_delimiter_is_told_by_the_columns_that_are_looked_at(rows, monkeypatch):
    widths = []

    def known_and_noted(row: Sequence[str]) -> int:
        widths.append(len(row))
        return known(row)

    monkeypatch.setattr(csvfiles, "known", known_and_noted)

    read(csv_of(*rows))

    assert max(widths) <= MAX_COLUMNS


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("content.xml", "OpenDocument"),
        ("Index/Document.iwa", "Numbers"),
        ("xl/workbook.bin", "XLSB"),
        ("word/document.xml", "no spreadsheet"),
    ],
)
def test_archives_of_other_programs_are_told_apart(part, sentence):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(part, "x")

    with pytest.raises(Unreadable, match=sentence):
        read(data.getvalue())


def test_a_damaged_workbook_is_refused_in_words():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("xl/workbook.xml", "<broken")

    with pytest.raises(Unreadable, match="damaged"):
        read(data.getvalue())


def test_a_cell_that_never_ends_is_refused_in_words(monkeypatch):
    data = (",".join(HEAD) + '\r\n"' + "x" * 200_000).encode()

    with pytest.raises(Unreadable, match="quotation mark"):
        read(data)


def test_zeros_in_a_text_disturb_no_database():
    data = csv_of(HEAD, *[NAOMI] * 100) + b"A\x00da,,,,,,\r\n"

    assert read(data).rows[-1] == (102, ["Ada", *[""] * 6])
    assert encodings.decode("Zoë".encode("utf-16-be"))[0] == "Zoë"


def test_what_is_no_text_in_any_encoding_is_refused():
    with pytest.raises(Unreadable, match="damaged"):
        read(b"\xff\xfe\x00\xd8\x41")


def test_an_address_with_invisible_characters_is_the_same_address():
    import_whole(csv_of(HEAD, NAOMI))

    found = preview(csv_of(["Email", "Title"], ["\u200bnaomi@meridian\u200bhouse.example\ufeff", "Chair"]))

    assert [change["host"] for change in found.plan["changes"]] == [Host.objects.get().pk]
    assert faults(csv_of(HEAD, NAOMI, [NAOMI[0], "", "naomi\u2060@MERIDIANHOUSE.example", *NAOMI[3:]])) == [
        "Email: This address is also in row 2"
    ]
