"""What a file may cost, and what is no table: refused in words, before or while it is read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from app.domain.errors import Refused
from app.domain.messages import say
from app.intake import books
from app.intake.headings import trimmed
from app.intake.sheets import Limits, inspect, open_sheet

DATA = Path(__file__).parents[2].parent / "shared/data"
HEAD = ["订单编号", "商品编码", "数量"]


def workbook(*rows: list[object], sheet: str = "Sheet1") -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for place, row in enumerate(rows):
            page.write_row(place, 0, row)
    return stream.getvalue()


def changed(
    data: bytes, change: Callable[[str, bytes], bytes] = lambda _, part: part, more: Mapping[str, bytes] | None = None
) -> bytes:
    """The zip with its members changed and others added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return stream.getvalue()


def refused(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(Refused) as refusal:
        list(open_sheet(data, limits=limits).rows)
    for language in ("zh", "en"):
        assert "…" not in say(refusal.value.code, language, **refusal.value.details)
    return refusal.value.code


GOOD = workbook(HEAD, ["T1", "A", 1])


def test_a_zip_that_unpacks_without_bound_is_not_unpacked() -> None:
    assert refused(changed(GOOD, more={"xl/bomb": b"0" * 60_000_000})) == "zip-suspicious"


def test_an_honest_workbook_that_is_too_large_unpacked_is_told_from_a_bomb() -> None:
    limits = Limits(unpacked_bytes=4_000)
    assert refused(GOOD, limits) == "file-unpacks-large"


def test_a_document_type_and_its_entities_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'

    def spoil(name: str, part: bytes) -> bytes:
        return bomb + part.partition(b"?>")[2] if name == "xl/worksheets/sheet1.xml" else part

    assert refused(changed(GOOD, spoil)) == "xml-suspicious"


def test_macros_are_refused_however_the_file_is_called() -> None:
    assert refused(changed(GOOD, more={"xl/vbaProject.bin": b"x"})) == "file-has-macros"
    assert refused(changed(GOOD, _macro_enabled)) == "file-has-macros"


def _macro_enabled(name: str, part: bytes) -> bytes:
    plain, macros = b"spreadsheetml.sheet.main+xml", b"sheet.macroEnabled.main+xml"
    return part.replace(plain, macros) if name == "[Content_Types].xml" else part


def test_a_password_is_named() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016)
    assert refused(ole + "EncryptedPackage".encode("utf-16-le") + bytes(512)) == "file-has-password"


@pytest.mark.skipif(not DATA.exists(), reason="the shared data folder is not there")
def test_a_password_of_an_old_workbook_is_named() -> None:
    data = (DATA / "taobao_export/dd.xls").read_bytes()
    # The record after the beginning of the workbook becomes one that says the rest is encrypted.
    start = data.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    record = start + 4 + 16
    spoilt = data[:record] + b"\x2f\x00" + data[record + 2 : record + 4] + b"\x01\x00" + data[record + 6 :]
    assert refused(spoilt) == "file-has-password"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (workbook(), "no-headings"),
        (GOOD[: len(GOOD) // 2], "file-corrupt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "file-corrupt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "file-not-a-table"),
        ("\ufeff\n<table><tr><td>订单编号</td></tr></table>".encode("utf-16"), "file-web-page"),
        (b"<!DOCTYPE html><html>", "file-web-page"),
        (b"<?xml version='1.0'?>\n<html xmlns='x'>", "file-web-page"),
        (b"%PDF-1.7 ...", "file-not-a-table"),
    ],
)
def test_what_is_no_table_is_told_by_what_it_is(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_child_that_needs_too_much_memory_is_stopped_and_this_process_goes_on() -> None:
    rows = [[f"T{number}", f"A long title that is never the same {number}" * 6, 1] for number in range(60_000)]
    costly = workbook(HEAD, *rows)
    assert refused(costly, Limits(memory_bytes=48 * 1024**2)) == "file-too-costly"


def test_a_child_that_computes_too_long_is_stopped() -> None:
    rows = [[f"T{number}", f"A{number}", 1] for number in range(60_000)]
    assert refused(workbook(HEAD, *rows), Limits(cpu_seconds=0)) == "file-too-costly"


def test_rows_columns_and_bytes_are_counted() -> None:
    assert refused(workbook(HEAD, *([["T1", "A", 1]] * 5)), Limits(rows=3)) == "too-many-rows"
    assert refused(workbook([*HEAD, *["x"] * 400])) == "too-many-columns"
    assert refused(GOOD, Limits(file_bytes=100)) == "file-too-large"


def test_large_workbooks_are_streamed_to_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook(["报表"], [], HEAD, ["T1", "A", 1.5], [], ["", "B", 13800138000.0])
    monkeypatch.setattr(books, "STREAMED_FROM", 0)
    _, *streamed = books.read_book(io.BytesIO(data), "", Limits())
    monkeypatch.undo()
    _, *held = books.read_book(io.BytesIO(data), "", Limits())
    assert [(number, trimmed(cells)) for number, cells in streamed] == [
        (1, ["报表"]),
        (3, HEAD),
        (4, ["T1", "A", "1.5"]),
        (6, ["", "B", "13800138000"]),
    ]
    assert [(number, trimmed(cells)) for number, cells in held] == [
        (number, trimmed(cells)) for number, cells in streamed
    ]


def test_every_sheet_is_shown_with_the_place_of_its_headings() -> None:
    book = openpyxl.Workbook()
    note = book.active
    assert note is not None
    note.title = "说明"
    note.append(["请勿修改表头"])
    orders = book.create_sheet("订单")
    for row in (["十一月订单"], [], HEAD, ["T1", "A", 1]):
        orders.append(row)
    stream = io.BytesIO()
    book.save(stream)
    shown = [(each.name, each.header_row, each.orders) for each in inspect(stream.getvalue())]
    assert shown == [("说明", 1, False), ("订单", 3, True)]
