"""What a file is, told from its first bytes, and what it may cost, checked before it is read."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from app.domain.errors import Refused


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a file may hold or its reading cost; bytes, members of the zip, times it unpacks to, rows, columns.

    `memory_bytes` and `cpu_seconds` bound the child that reads a workbook, `silence_seconds` how long it may tell
    nothing.
    """

    file_bytes: int = 64 * 1024 * 1024
    members: int = 1_000
    unpacked_bytes: int = 768 * 1024 * 1024
    ratio: int = 200
    rows: int = 1_048_576
    columns: int = 300
    memory_bytes: int = 768 * 1024 * 1024
    cpu_seconds: int = 300
    silence_seconds: int = 120


class Kind(StrEnum):
    """What a file is."""

    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_WEB_PAGES = ("<html", "<!doctype html", "<table", "<meta", "<head", "<body", "mime-version:", "<div", "<style")
_HEAD_BYTES = 4096
_XML_HEAD = 64 * 1024
_HEADER_SLACK = 512
_WORKBOOK_BEGINS = b"\x09\x08\x10\x00\x00\x06\x05\x00"
_FILEPASS = b"\x2f\x00"
_FIRST_RECORDS = 4


def kind_of(file: BinaryIO) -> Kind:
    """What the file is; its place is at the beginning afterwards.

    Raises `Refused` with `file-empty`, `file-web-page` or `file-not-a-table`.
    """
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    if not head:
        raise Refused("file-empty")
    if head.startswith(b"PK"):
        return Kind.XLSX
    if head.startswith(_OLE):
        return Kind.XLS
    if head.startswith(_OTHER_KINDS):
        raise Refused("file-not-a-table")
    marked = head.startswith(_MARKS)
    start = head.decode("utf-16", "ignore") if marked else head.decode("utf-8", "ignore")
    start = start.lstrip("\ufeff \t\r\n").casefold()
    if start.startswith(_WEB_PAGES) or (start.startswith("<") and "<html" in start):
        raise Refused("file-web-page")
    if start.startswith("<") or (b"\x00" in head and not marked):
        raise Refused("file-not-a-table")
    return Kind.CSV


def check_xlsx(file: BinaryIO, limits: Limits) -> Sequence[zipfile.ZipInfo]:
    """The members of a workbook's zip, none of which has been unpacked but for its first bytes.

    Raises `Refused` with `file-corrupt`, `zip-suspicious`, `file-unpacks-large`, `xml-suspicious`,
    `file-has-password`, `file-has-macros` or `file-not-a-table`.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_cost(members, limits)
            _check_content(members)
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    _check_xml(archive, member)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise Refused("file-corrupt", detail=type(error).__name__) from error
    return members


def check_xls(file: BinaryIO) -> None:
    """Raises `Refused` with `file-has-password`, `file-not-a-table` or `file-corrupt` for what is no open .xls."""
    data = file.read()
    if _utf16("EncryptedPackage") in data:
        raise Refused("file-has-password")
    if len(data) < _HEADER_SLACK:
        raise Refused("file-corrupt", detail="OLE")
    if _is_encrypted_xls(data):
        raise Refused("file-has-password")
    if _utf16("Workbook") not in data and _utf16("Book") not in data:
        raise Refused("file-not-a-table")


def _is_encrypted_xls(data: bytes) -> bool:
    """Whether the record that says so (FILEPASS) is among the first of the workbook's stream."""
    place = data.find(_WORKBOOK_BEGINS)
    for _ in range(_FIRST_RECORDS if place >= 0 else 0):
        kind, length = data[place : place + 2], int.from_bytes(data[place + 2 : place + 4], "little")
        if kind == _FILEPASS:
            return True
        place += 4 + length
    return False


def _check_cost(members: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if len(members) > limits.members or unpacked > packed * limits.ratio:
        raise Refused("zip-suspicious")
    if unpacked > limits.unpacked_bytes:
        raise Refused("file-unpacks-large", megabytes=limits.unpacked_bytes // 1024**2)


def _check_content(members: Sequence[zipfile.ZipInfo]) -> None:
    names = {member.filename for member in members}
    if any(member.flag_bits & 1 for member in members):
        raise Refused("file-has-password")
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise Refused("file-has-macros")
    if not any(name.startswith("xl/") for name in names) or "xl/workbook.bin" in names:
        raise Refused("file-not-a-table")


def _check_xml(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    # A document type stands before everything else. Spreadsheets have none, and entities grow without bound.
    with archive.open(member) as part:
        head = part.read(_XML_HEAD)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or head.startswith(_MARKS):
        raise Refused("xml-suspicious")
    if member.filename == "[Content_Types].xml" and b"macroEnabled" in head:
        raise Refused("file-has-macros")


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")
